"""Many reports end to end: read, kept, copies found, weighed; from one process, from two, and on Dask with two workers.

    python bench/scale.py [--reports 2000] [--theatre world] [--skip one,two,dask,after] [--keep FOLDER]

Reports are made from the templates of bench/read_speed.py with a fixed seed: one in fifty tells of control, one in ten is a copy of one before it,
with a headline of its own. Printed for each way in: seconds, reports a second, the most memory that all its processes held together (resident,
sampled twice a second; the main process alone beside it), the most in each fifth of the time, and the ledger's content hash, which must be the same for
all. Then what comes after: a report more, copies, and a question that weighs everything. Dask writes Parquet and `heldby add --readings` takes it in.
With --keep, reports and ledgers stay in FOLDER, and another run there goes on with them: the ways may be run one at a time.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

from read_speed import SEED, document

OUTLETS = [f"Bench Wire {n}" for n in range(40)]
RELEVANT_EVERY, COPY_EVERY = 50, 10
PAGE = os.sysconf("SC_PAGE_SIZE")


def reports(count: int) -> Iterator[dict[str, Any]]:
    """Lines of reports, one a minute from 1 June 2021."""
    rng = random.Random(SEED)
    last: list[str] = []
    for n in range(count):
        if n % COPY_EVERY == COPY_EVERY - 1:
            text = f"From our desk, number {n}: what others report today.\n{rng.choice(last)}"
        else:
            text = document(rng, n % RELEVANT_EVERY == 0)
            last = [*last[-50:], text]
        day, minute = divmod(n * 1440 * 76 // max(count, 1), 1440)
        when = f"2021-{6 + day // 31:02}-{1 + day % 31 if day // 31 != 0 else min(1 + day, 30):02}T{minute // 60:02}:{minute % 60:02}:00Z"
        yield {"id": str(n), "text": text, "published": when, "outlet": OUTLETS[n % len(OUTLETS)], "url": f"https://bench.example/{n}"}


@dataclass
class Memory:
    """What a command and its children held, in bytes, by second: all of them, and the first alone."""

    all: list[int] = field(default_factory=list)
    main: list[int] = field(default_factory=list)
    processor: float = 0.0  # seconds of the command and of its children, as far as they have ended

    def fifths(self) -> list[int]:
        step = max(1, len(self.all) // 5)
        return [max(self.all[i : i + step]) for i in range(0, len(self.all), step)][:5]


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    children: list[str] = []
    for thread in Path(f"/proc/{pid}/task").glob("*"):  # a child belongs to the thread that started it
        with suppress(OSError):
            children += (thread / "children").read_text().split()
    return [pid, *(p for child in children for p in tree(int(child)))]


def resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def processor_seconds() -> float:
    """What all children that have ended took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def watched(pid: int) -> Iterator[Memory]:
    seen, stop = Memory(), threading.Event()

    def watch() -> None:
        while not stop.wait(0.5):
            held = [resident(p) for p in tree(pid)]
            seen.all.append(sum(held))
            seen.main.append(held[0])

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


def heldby(*arguments: str, folder: Path, around: int = 0) -> tuple[dict[str, Any] | str, float, Memory]:
    """A command's answer, seconds, and memory (of the tree under `around`, where that is given)."""
    began, worked = time.perf_counter(), processor_seconds()
    running = subprocess.Popen([sys.executable, "-m", "heldby", *arguments], stdout=subprocess.PIPE, text=True, cwd=folder)
    with watched(around or running.pid) as memory:
        out, _ = running.communicate()
    seconds, memory.processor = time.perf_counter() - began, processor_seconds() - worked
    assert running.returncode in (0, 3), (arguments, running.returncode, out[-500:])
    try:
        return json.loads(out), seconds, memory
    except ValueError:
        return out, seconds, memory


def told(name: str, count: int, seconds: float, memory: Memory, digest: str) -> None:
    most, alone = max(memory.all, default=0) / 1e6, max(memory.main, default=0) / 1e6
    fifths = " ".join(f"{m / 1e6:.0f}" for m in memory.fifths())
    took = f"{seconds:8.1f} s {count / seconds:7.0f} reports a second; processor {memory.processor:.0f} s"
    held = f"memory {most:6.0f} MB at most (main process {alone:.0f}); by fifths {fifths}"
    print(f"{name:28} {took}; {held}; content {digest[:16]}", flush=True)


def on_dask(folder: Path, theatre: str, count: int) -> str:
    distributed: Any = import_module("distributed")
    shutil.rmtree(folder / "there", ignore_errors=True)
    (folder / "dask.db").unlink(missing_ok=True)
    worked = processor_seconds()
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as cluster:
        address = cluster.scheduler_address
        out, seconds, memory = heldby(
            "read", "--engine", "dask", "--scheduler", address, "--out", "there", "--theatre", theatre, "--json", "in",
            folder=folder, around=os.getpid(),
        )  # fmt: skip
    assert isinstance(out, dict), out
    memory.processor = processor_seconds() - worked  # with the workers, which have ended
    told(f"Dask, {out['shards_read']} shards read", count, seconds, memory, "-")
    added, more, held = heldby("add", "--readings", "there", "--ledger", "dask.db", "--theatre", theatre, "--json", folder=folder)
    assert isinstance(added, dict)
    told("  and taken in", count, more, held, added["content"])
    return str(added["content"])


def prepare(folder: Path, count: int) -> None:
    """The same reports as JSON Lines and as Parquet."""
    import pyarrow as pa
    from pyarrow import parquet

    if (folder / "in").exists():
        return
    (folder / "in").mkdir(parents=True)
    waiting: list[dict[str, Any]] = []
    schema = pa.schema([(name, pa.string()) for name in ("id", "text", "published", "outlet", "url")])
    with (
        (folder / "reports.jsonl").open("w", encoding="utf-8") as lines,
        parquet.ParquetWriter(folder / "in/reports.parquet", schema) as writer,
    ):
        for row in reports(count):
            lines.write(json.dumps(row) + "\n")
            waiting.append(row)
            if len(waiting) == 5_000:
                writer.write_table(pa.Table.from_pylist(waiting, schema))
                waiting = []
        if waiting:
            writer.write_table(pa.Table.from_pylist(waiting, schema))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=2_000)
    parser.add_argument("--theatre", default="world")
    parser.add_argument("--skip", default="", help="ways to leave out: one, two, dask, after")
    parser.add_argument("--keep", metavar="FOLDER", help="leave reports and ledgers there; a ledger that is there already is made anew")
    asked = parser.parse_args()
    skip = set(asked.skip.split(","))
    with nullcontext(asked.keep) if asked.keep else tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, asked.reports)
        size = (folder / "reports.jsonl").stat().st_size
        load = os.getloadavg()[0]
        print(f"{asked.reports} reports, {size / 1e6:.1f} MB; cores {os.cpu_count()}; load before it {load:.1f}", flush=True)
        digests = []
        for way, workers in (("one", 1), ("two", 2)):
            if way in skip:
                continue
            (folder / f"{way}.db").unlink(missing_ok=True)
            arguments = ("add", "reports.jsonl", "--ledger", f"{way}.db", "--workers", str(workers), "--theatre", asked.theatre, "--json")
            out, seconds, memory = heldby(*arguments, folder=folder)
            assert isinstance(out, dict)
            digests.append(out["content"])
            told(f"{workers} process{'es' * (workers > 1)} reading", asked.reports, seconds, memory, out["content"])
        if "dask" not in skip:
            digests.append(on_dask(folder, asked.theatre, asked.reports))
        if "after" not in skip:
            ledger = max(folder.glob("*.db"))
            print(f"ledger {ledger.stat().st_size / 1e6:.1f} MB")
            one = folder / "one.txt"
            one.write_text("Rebel fighters captured the town of Mocuba on Sunday, a councillor said.", encoding="utf-8")
            for command in (
                ("copies",),
                ("status", "--as-of", "2021-08-16"),
                ("add", one.name, "--workers", "1", "--published", "2021-09-01", "--outlet", "Bench Wire 1"),
            ):
                _, seconds, memory = heldby(*command, "--ledger", ledger.name, "--json", folder=folder)
                told(f"heldby {command[0]}", asked.reports, seconds, memory, "-")
    if digests:
        print("one content" if len(set(digests)) == 1 else f"CONTENTS DIFFER: {digests}")
    return int(len(set(digests)) > 1)


if __name__ == "__main__":
    raise SystemExit(main())
