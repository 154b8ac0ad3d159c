"""Runs that die: forked from the tests, killed (SIGKILL) from outside or at a step of their own, and begun again.

A run tells through a pipe what it was told is safe: ids of reports, once the commit that holds them has returned.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from newsday import Day

from heldby.desk import Desk
from heldby.flow.intake import Evidence, add_sources
from heldby.flow.watching import Watch
from heldby.gather.catalogue import parse_catalogue
from heldby.gather.fetching import Limits
from heldby.gather.proving import verify_evidence
from heldby.gather.web import Web
from heldby.ledger import Where, open_ledger, writing
from heldby.ledger.postgres import PostgresStore
from heldby.ledger.sqlite import SqliteStore
from heldby.ledger.writing import LogWriter

Tell = Callable[[str], None]
Step = Callable[[], None]
LONGEST = 120.0  # seconds for one run


@dataclass(slots=True)
class Work:
    """What runs do again and again until it is done. `add` and `watch` are run in a child; `acknowledged` grows with what they tell."""

    desk: Desk
    where: Where
    folder: Path
    reports: Path
    day: Day
    acknowledged: set[str]

    @property
    def evidence(self) -> Path:
        return self.folder / "evidence"

    @property
    def settled(self) -> Desk:
        settings = replace(self.desk.settings, ledger=self.where, evidence=str(self.evidence))
        return replace(self.desk, settings=settings, clock=lambda: self.day.now)

    def add(self, tell: Tell) -> None:
        with open_ledger(self.where) as ledger:
            add_sources(self.settled, ledger, [str(self.reports)], self.settled.gather_options())

    def watch(self, tell: Tell) -> None:
        """The whole day from wherever the clock stands; tells the clock as it goes."""
        desk, day, until = self.settled, self.day, self.day.ends

        def sleep(seconds: float) -> None:
            day._sleep(seconds)
            tell(f"at {day.now.isoformat()}")

        clock = replace(day.clock, sleep=sleep)
        with open_ledger(self.where) as ledger:
            web = Web(clock, Limits(1_000_000, 1, 1), fetch=day.fetch, pause=0.0)
            sources = parse_catalogue(day.catalogue(), "sources.toml")
            Watch(desk, ledger, sources, self.folder / "state.json", web, clock, evidence=Evidence(desk).keep, workers=1).run(
                until, lambda _: None
            )

    def hear(self, told: str) -> None:
        kind, _, rest = told.partition(" ")
        if kind == "safe":
            self.acknowledged.add(rest)
        elif kind == "at":
            self.day.now = datetime.fromisoformat(rest)


def begin(work: Callable[[Tell], None], step: Step | None = None) -> tuple[int, int]:
    """Fork a child that does `work`; its id, and the end of the pipe to read from. `step` is called before and after each thing it writes."""
    here, there = os.pipe()
    child = os.fork()
    if child:
        os.close(there)
        return child, here
    code = 1
    try:
        os.close(here)

        def tell(words: str) -> None:
            os.write(there, (words + "\n").encode())

        telling_commits(tell)
        writing.HOLD_SECONDS = 0.03 if step is None else -1.0  # several commits a run; where steps are counted, one for each addition
        if step is not None:
            counting_steps(step)
        work(tell)
        code = 0
    except BaseException as e:
        print(f"a run ended with {type(e).__name__}: {e}", file=sys.stderr, flush=True)
    finally:
        os._exit(code)


def end(child: int, pipe: int, hear: Callable[[str], None], kill_after: float | None = None) -> int | None:
    """Wait for a child, or kill it after so many seconds; everything it told is heard. Its exit code; None where it was killed."""
    until = time.monotonic() + (LONGEST if kill_after is None else kill_after)
    data, open_ = b"", True
    while open_ and (left := until - time.monotonic()) > 0:
        if select.select([pipe], [], [], left)[0]:
            more = os.read(pipe, 65536)
            data, open_ = data + more, bool(more)
    if open_:
        assert kill_after is not None, "a run did not end"
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    while more := os.read(pipe, 65536):
        data += more
    os.close(pipe)
    for line in data[: data.rfind(b"\n") + 1].decode().splitlines():
        hear(line)
    return status if status >= 0 else None


def telling_commits(tell: Tell) -> None:
    """From here on (in the child) every report is told of once the commit that holds it has returned."""
    add, commit = LogWriter.add, LogWriter.commit
    pending: list[str] = []

    def told_add(self: LogWriter, report: Any, *args: Any) -> Any:
        pending.append(report.id)
        return add(self, report, *args)

    def told_commit(self: LogWriter) -> None:
        commit(self)
        for done in pending:
            tell(f"safe {done}")
        pending.clear()

    setattr(LogWriter, "add", told_add)  # noqa: B010 - mypy forbids the plain assignment
    setattr(LogWriter, "commit", told_commit)  # noqa: B010


def counting_steps(step: Step) -> None:
    """From here on (in the child) `step` is called before and after every statement to the storage and every call that puts a file in place."""

    def stepping(original: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*args: Any, **kwargs: Any) -> Any:
            step()
            result = original(*args, **kwargs)
            step()
            return result

        return stepped

    for store in (SqliteStore, PostgresStore):
        for name in ("rows", "commit"):
            setattr(store, name, stepping(getattr(store, name)))
    for name in ("fsync", "replace", "mkdir"):
        setattr(os, name, stepping(getattr(os, name)))


def dying_at(number: int) -> Step:
    """A step that kills its own process when it is called for the `number`th time."""
    left = number

    def step() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return step


def found(work: Work) -> tuple[str, tuple[str, ...]]:
    """Content hash, and every fault of what was kept: broken, lost, doubled."""
    with open_ledger(work.where) as ledger:
        view = ledger.view()
        faults = [f"{b.subject}: {b.cause}" for b in ledger.verify()]
        kept = [r.id for r in view.reports()]
        claims = [c.claim.id for c in view.located()]
        brought = [r.subject for r in ledger.log() if r.kind in ("report-added", "edit")]
        texts = {r.id: r.text for r in view.reports()}
    faults += [f"lost: {i}" for i in work.acknowledged - set(kept)]
    faults += ["a report twice"] * (len(set(brought)) != len(brought)) + ["a claim twice"] * (len(set(claims)) != len(claims))
    faults += [f"{f.subject}: {f.cause}" for f in verify_evidence(work.evidence, texts)] if work.evidence.exists() else []
    return view.sorted_content_hash(), tuple(faults)
