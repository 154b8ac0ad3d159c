"""Asks the API for a theatre's statuses from many connections at one request a second each, while claims are added to its ledger.

Server, load generator and whoever adds are three processes of this one machine. Prints how many answers came, errors, and how long they took (median, p99, most)
by kind of question. `--seconds` of load after a warm-up in which each question is asked once; `--add` seconds between two reports added.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from heldby.flow.demo import demo_desk, read_dispatches

DAYS = ("2021-06-30", "2021-07-14", "2021-07-21", "2021-08-01", "2021-08-15")
SERVER = """
import sys, uvicorn
from pathlib import Path
from dataclasses import replace
from heldby.flow.demo import demo_desk
from heldby.web.app import create_app
from heldby.web.shelf import Shelf
ledger = Path(sys.argv[1])
desk = demo_desk(ledger.parent)
desk = replace(desk, settings=replace(desk.settings, ledger=ledger))
shelf = Shelf(desk, ledger)
shelf.watch()
sys.setswitchinterval(0.001)
uvicorn.Server(uvicorn.Config(create_app(shelf), port=int(sys.argv[2]), log_level="error", access_log=False)).run()
"""


ADDER = """
import json, sys, time
from pathlib import Path
from heldby.flow.demo import demo_desk
from heldby.flow.intake import add_sources
from heldby.ledger import open_ledger
ledger, every = Path(sys.argv[1]), float(sys.argv[2])
desk = demo_desk(ledger.parent)
units = [u for u in desk.theatre.units if u.kind == "district"]
for n in range(1_000_000):
    time.sleep(every)
    report = {
        "text": f"Government forces retook {units[n * 17 % len(units)].name} district on Wednesday, the defence ministry said.",
        "published": "2021-08-11T09:00:00+04:30", "outlet": "The Ridge Courier", "url": f"https://ridge.example/{n}",
    }
    path = ledger.parent / f"{n}.jsonl"
    path.write_text(json.dumps(report) + "\\n", encoding="utf-8")
    kept = open_ledger(ledger)
    add_sources(desk, kept, [str(path)], desk.gather_options(), lambda _: None)
    kept.close()
    print(n + 1, flush=True)
"""


@dataclass(slots=True)
class Taken:
    """Seconds of the answers to one question, and what went wrong."""

    seconds: list[float] = field(default_factory=list)
    errors: int = 0

    def line(self, name: str) -> str:
        found = sorted(self.seconds)
        if not found:
            return f"{name:<28} no answer, {self.errors} errors"
        at = [found[min(len(found) - 1, int(len(found) * q))] for q in (0.5, 0.9, 0.99)]
        ms = "  ".join(f"{n} {1000 * s:7.1f}" for n, s in zip(("median", "p90", "p99"), at, strict=True))
        return f"{name:<28} {len(found):6} answers  {self.errors} errors  {ms}  most {1000 * found[-1]:7.1f} ms"


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, port: int) -> int:
    """One question on a connection that stays open; gives the status."""
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n\r\n".encode())
    await writer.drain()
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = next(int(line.partition(":")[2]) for line in head.splitlines() if line.casefold().startswith("content-length:"))
    await reader.readexactly(length)
    return int(head.split(" ", 2)[1])


async def connection(n: int, port: int, until: float, taken: dict[str, Taken]) -> None:
    chance = random.Random(n)
    await asyncio.sleep(n / 100)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    due = time.perf_counter()
    while due < until:
        kind = chance.choices(("statuses of a day", "one day, compact", "all looks"), (8, 1, 1))[0]
        day = chance.choice(DAYS)
        path = {"statuses of a day": f"statuses?as_of={day}", "one day, compact": f"day?as_of={day}", "all looks": "timeline"}[kind]
        try:
            if await ask(reader, writer, f"/api/v1/{path}", port) != 200:
                taken[kind].errors += 1
        except (OSError, asyncio.IncompleteReadError, StopIteration):
            taken[kind].errors += 1
        taken[kind].seconds.append(time.perf_counter() - due)  # from when it was due: a late start counts
        due += 1.0
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
    writer.close()


async def load(port: int, ledger: Path, given: argparse.Namespace) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.perf_counter()
    for path in (*(f"statuses?as_of={d}" for d in DAYS), *(f"day?as_of={d}" for d in DAYS), "timeline"):
        await ask(reader, writer, f"/api/v1/{path}", port)
    print(f"first answers to {2 * len(DAYS) + 1} questions: {time.perf_counter() - began:.1f} s")
    taken = {k: Taken() for k in ("statuses of a day", "one day, compact", "all looks")}
    until = time.perf_counter() + given.seconds
    adder = subprocess.Popen([sys.executable, "-c", ADDER, str(ledger), str(given.add)], stdout=subprocess.PIPE, text=True)
    try:
        await asyncio.gather(*(connection(n, port, until, taken) for n in range(given.connections)))
    finally:
        adder.terminate()
    added = len((adder.communicate()[0] or "").splitlines())
    print(f"{given.connections} connections, one request a second each, {given.seconds} s, {added} reports added meanwhile")
    for kind, found in taken.items():
        print(found.line(kind))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=100)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--add", type=float, default=3.0)
    parser.add_argument("--ledger", type=Path, help="a demo's ledger, to spare reading it anew")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ledger = folder / "demo.db"
        if given.ledger:
            shutil.copy(given.ledger, ledger)
        else:
            read_dispatches(demo_desk(folder), lambda _: None)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = subprocess.Popen([sys.executable, "-c", SERVER, str(ledger), str(port)], env=dict(os.environ))
        try:
            _wait(port, server)
            asyncio.run(load(port, ledger, given))
        finally:
            server.terminate()
            server.wait(10)
    return 0


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if server.poll() is not None:
            raise SystemExit("the server did not start")
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the server did not answer")


if __name__ == "__main__":
    raise SystemExit(main())
