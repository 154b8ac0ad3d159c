"""Reading on all cores of one machine: workers beside us run the shard function, and what comes back is handed on in the order of the sources.

    items -> batches -> workers (`read_shard`) -> items with what was read of them, in order

The order never depends on who was ready first, so that any number of workers gives the same bytes. Workers are started afresh (spawned, never
forked: an open ledger and threads do not survive a fork), only once reading has taken a while, and end with us however we end. A worker that
dies takes nothing along: what it had is read again one report at a time, and the report over which a worker dies is named and kept unread.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import connection, get_context, parent_process
from types import TracebackType

from heldby.desk import Desk, open_desk
from heldby.errors import HeldbyError
from heldby.flow.sharding import Done, read_shard, unread
from heldby.gather.evidence import Taken
from heldby.ledger import Provenance
from heldby.model.report import Report
from heldby.settings import Settings

# Processor seconds of reading here before workers start: about what the start of one costs, which loads theatre and rules. A clock on the wall would
# start them for a handful of reports where the machine is busy with something else.
PATIENCE = 4.0
BATCH_REPORTS, BATCH_ITEMS, BATCH_CHARACTERS = 24, 400, 200_000
AHEAD = 3  # batches under way for each worker
MOST = 16  # workers that are started unasked


@dataclass(frozen=True, slots=True)
class Workers:
    """How many processes read; `at_once` starts them with the first report instead of after PATIENCE seconds of work."""

    count: int = 1
    at_once: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Workers:
        """As the settings say: a number, or 0 for as many as this process has cores."""
        return cls(settings.workers, True) if settings.workers else cls(min(cores(), MOST))


ONE = Workers()


def cores() -> int:
    """Cores that this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def readings(desk: Desk, items: Iterator[Taken], workers: Workers = ONE) -> Iterator[tuple[Taken, Done | None]]:
    """Every item in its order, a report with what was read of it (None: a gap or retraction).

    An engine reads here, whatever `workers` says: it keeps account of what it sends. Raises HeldbyError where workers cannot be started or read
    by other rules than this desk.
    """
    beside = workers.count > 1 and desk.engine is None
    spent, begun = 0.0, False
    if not (beside and workers.at_once):
        for taken in items:
            began = time.thread_time()
            done = read_shard(desk, [taken.item])[0] if isinstance(taken.item, Report) else None
            if begun:  # the first report takes the making of the reader with it
                spent += time.thread_time() - began
            begun = begun or done is not None
            yield taken, done
            if beside and spent >= PATIENCE:
                break
        else:
            return
    with Crew(desk.settings, desk.provenance, workers.count) as crew:
        yield from _beside(items, crew, AHEAD * workers.count)


def _beside(items: Iterator[Taken], crew: Crew, ahead: int) -> Iterator[tuple[Taken, Done | None]]:
    waiting: deque[tuple[list[Taken], Ticket]] = deque()
    for batch in _batches(items):
        waiting.append((batch, crew.give([t.item for t in batch if isinstance(t.item, Report)])))
        if len(waiting) >= ahead:
            yield from _matched(*waiting.popleft(), crew)
    while waiting:
        yield from _matched(*waiting.popleft(), crew)


def _matched(batch: list[Taken], ticket: Ticket, crew: Crew) -> Iterator[tuple[Taken, Done | None]]:
    done = iter(crew.take(ticket))
    for taken in batch:
        yield taken, next(done) if isinstance(taken.item, Report) else None


def _batches(items: Iterator[Taken]) -> Iterator[list[Taken]]:
    """Items in batches that are bounded in reports, characters and number."""
    batch: list[Taken] = []
    reports = characters = 0
    for taken in items:
        batch.append(taken)
        if isinstance(taken.item, Report):
            reports += 1
            characters += len(taken.item.text)
        if reports >= BATCH_REPORTS or characters >= BATCH_CHARACTERS or len(batch) >= BATCH_ITEMS:
            yield batch
            batch, reports, characters = [], 0, 0
    if batch:
        yield batch


@dataclass(slots=True)
class Ticket:
    """A batch given to the crew, and where its result will be."""

    reports: list[Report]
    pool: ProcessPoolExecutor | None = None
    future: Future[list[Done]] | None = None


class Crew:
    """Worker processes that read by these settings. Results are taken in any order; a worker's death is made up for."""

    def __init__(self, settings: Settings, provenance: Provenance, count: int) -> None:
        self._settings, self._provenance, self._count = settings, provenance, count
        self._pool: ProcessPoolExecutor | None = None
        self._single: ProcessPoolExecutor | None = None  # for what a death left unread

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for pool in (self._pool, self._single):
            if pool is not None:
                pool.shutdown(wait=True, cancel_futures=True)

    def give(self, reports: list[Report]) -> Ticket:
        """Hand over a batch; returns at once."""
        if not reports:
            return Ticket(reports)
        if self._pool is None:
            self._pool = self._started(self._count)
        try:
            return Ticket(reports, self._pool, self._pool.submit(_work, reports))
        except BrokenProcessPool:
            return Ticket(reports, self._pool)  # `take` makes up for it

    def take(self, ticket: Ticket) -> list[Done]:
        """What was read of a batch, waiting for it."""
        if not ticket.reports:
            return []
        try:
            if ticket.future is not None:
                return ticket.future.result()
        except BrokenProcessPool:
            pass
        if self._pool is ticket.pool:
            self._pool = None  # the next batch starts another; what was under way in this one comes here in its turn
        return self._with_care(ticket.reports)

    def _started(self, count: int) -> ProcessPoolExecutor:
        arguments = (self._settings, self._provenance)
        return ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_begin, initargs=arguments)

    def _with_care(self, reports: Sequence[Report]) -> list[Done]:
        """A batch over which a worker died (or one beside it): one report after the other, in a worker of its own."""
        found: list[Done] = []
        for report in reports:
            if self._single is None:
                self._single = self._started(1)
                self._try_out(self._single)
            try:
                found += self._single.submit(_work, [report]).result()
            except BrokenProcessPool:
                found.append(unread(report, "the worker that read it died (killed, or out of memory)"))
                self._single = None
        return found

    @staticmethod
    def _try_out(pool: ProcessPoolExecutor) -> None:
        try:
            pool.submit(_ready).result()
        except BrokenProcessPool:
            raise HeldbyError("workers", "cannot be started: they die at once (out of memory?); --workers 1 reads without any") from None


_DESK: Desk | None = None  # of a worker process
_REFUSAL = ""


def _begin(settings: Settings, provenance: Provenance) -> None:
    """In a worker: the same desk again, which must read by the same rules."""
    global _DESK, _REFUSAL
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who stops the command stops us by ending
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        desk = open_desk(settings)
    except HeldbyError as e:
        _REFUSAL = str(e)
        return
    if desk.provenance != provenance:
        _REFUSAL = "rules or theatre have changed since the command began: start it again"
        return
    _DESK = desk


def _end_with_parent() -> None:
    """Ends a worker whose parent was killed: it would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def _ready() -> bool:
    return _DESK is not None


def _work(reports: list[Report]) -> list[Done]:
    if _DESK is None:
        raise HeldbyError("workers", _REFUSAL)
    return read_shard(_DESK, reports)
