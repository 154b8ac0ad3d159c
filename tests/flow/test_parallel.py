"""Reading in worker processes: the order of the sources whatever worker is ready first, and a death that takes nothing along."""

from __future__ import annotations

import dataclasses
import pickle
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import crew_scene
import pytest

from heldby.desk import Desk, open_desk
from heldby.errors import Faults, HeldbyError, UsageError
from heldby.flow import parallel
from heldby.flow.intake import Keeping, add_sources, reread
from heldby.flow.parallel import Workers, readings
from heldby.flow.sharding import Done, read_shard, unread
from heldby.ledger import Ledger, Provenance, open_ledger
from heldby.model.claim import Reading
from heldby.model.report import Gap, GapKind, Report
from heldby.model.review import BY_HAND
from heldby.settings import Settings

NOW = datetime(2021, 9, 1, tzinfo=UTC)
PROVENANCE = Provenance("rules-1", "theatre-1", "0.1")


@pytest.fixture(scope="module")
def desk() -> Desk:
    return open_desk(Settings(theatre="afghanistan-2021"), clock=lambda: NOW)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_begin", crew_scene.nothing)
    monkeypatch.setattr(parallel, "_work", crew_scene.work)


@pytest.mark.usefixtures("quick")
def test_two_workers_hand_on_in_order_and_a_death_is_one_reports_gap(desk: Desk) -> None:
    told = list(readings(desk, crew_scene.items(120, deadly=(71,)), Workers(2, at_once=True)))
    assert [taken for taken, _ in told] == list(crew_scene.items(120, deadly=(71,)))
    for taken, done in told:
        if not isinstance(taken.item, Report):
            assert done is None
            continue
        assert done is not None
        assert done.reading.report_id == taken.item.id
        if taken.item.origin == "line 71":
            (gap,) = done.reading.gaps
            assert (gap.kind, gap.subject, gap.report_id) == (GapKind.UNREADABLE, "line 71", taken.item.id)
            assert "died" in gap.cause
        else:
            assert done.prints == (int(taken.item.text),)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Callable[[Desk, Provenance], None]:
    """Makes this very process a worker, but for its signals and its watch over the parent."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(parallel, "_end_with_parent", lambda: None)
    monkeypatch.setattr(parallel, "_DESK", None)
    monkeypatch.setattr(parallel, "_REFUSAL", "")
    return lambda desk, provenance: parallel._begin(desk.settings, provenance)


def test_workers_that_would_read_by_other_rules_are_refused(desk: Desk, begun: Callable[[Desk, Provenance], None]) -> None:
    begun(desk, dataclasses.replace(desk.provenance, rulebook="0" * 64))
    with pytest.raises(HeldbyError, match="rules or theatre have changed"):
        parallel._work([Report.of("Nothing happened.", outlet="Harbour Agency")])


def test_a_worker_reads_what_is_read_here(desk: Desk, begun: Callable[[Desk, Provenance], None]) -> None:
    places = ("Kunduz", "Zaranj")
    reports = [Report.of(f"Taliban fighters seized {p} on Sunday, a councillor said.", outlet="Harbour Agency") for p in places]
    begun(desk, desk.provenance)
    there = pickle.loads(pickle.dumps(parallel._work(reports)))
    assert there == read_shard(desk, reports)
    assert all(done.reading.claims and done.prints for done in there)


def test_a_fault_in_reading_is_the_reports_gap_and_adding_says_so(desk: Desk, tmp_path: Path) -> None:
    class Stumbling:
        def read(self, report: Report) -> Reading:
            if "stumble" in report.text:
                raise KeyError("a word")
            return Reading(report.id)

    folder = tmp_path
    (folder / "a.txt").write_text("The first.")
    (folder / "b.txt").write_text("Here we stumble.")
    stumbling = dataclasses.replace(desk, make_reader=Stumbling)
    ledger = open_ledger(folder / "l.db")
    intake = add_sources(stumbling, ledger, [str(folder / "a.txt"), str(folder / "b.txt")], desk.gather_options(published="2021-08-01"))
    assert intake.partly
    assert [(g.kind, g.subject) for g in intake.gaps] == [(GapKind.UNREADABLE, "b.txt")]
    assert "KeyError" in intake.gaps[0].cause
    assert len(ledger.view().reports()) == 2
    assert sum(isinstance(g, Gap) and g.kind is GapKind.UNREADABLE for g in ledger.view().gaps()) == 1
    with ledger.writer(desk.clock, "test") as writer:  # met again, it is known and told of no more
        keeping = Keeping(stumbling, writer)
        keeping.keep(next(r for r in ledger.view().reports() if "stumble" in r.text))
    assert keeping.intake().gaps == ()
    ledger.close()


def test_errors_of_workers_arrive_as_they_are() -> None:
    for error in (UsageError("a", "b", "c"), Faults("a", [HeldbyError("b", "c")])):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again)) == (type(error), str(error))


def kept(ledger: Ledger, count: int, deadly: tuple[int, ...] = ()) -> None:
    """Keep the scene's reports, each with a claim's gap as its reading."""
    with ledger.writer(lambda: NOW, "test", batch=1000) as writer:
        for taken in crew_scene.items(count, deadly):
            if isinstance(report := taken.item, Report):
                writer.add(report, Reading(report.id, gaps=(Gap(GapKind.UNPLACED, "x", "nowhere", report.id),)), PROVENANCE)
        by_hand = Report.of("By hand.", outlet="Harbour Agency")
        writer.add(by_hand, Reading(by_hand.id), dataclasses.replace(PROVENANCE, reader=BY_HAND))


class CrewHere(parallel.Crew):
    """A crew without processes, one of whose workers dies over what is deadly."""

    def give(self, reports: list[Report]) -> parallel.Ticket:
        return parallel.Ticket(reports)

    def take(self, ticket: parallel.Ticket) -> list[Done]:
        return [unread(r, "the worker died") if "deadly" in r.text else Done(Reading(r.id), ()) for r in ticket.reports]


def test_reading_again_on_all_cores_keeps_the_order_and_loses_no_reading(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "Crew", CrewHere)
    with open_ledger(tmp_path / "l.db") as ledger:
        kept(ledger, 100, deadly=(71,))
        before, last = ledger.view(), ledger.view().revision
        done = reread(desk, ledger, workers=Workers(2, at_once=True))
        (lost,) = done.failed
        assert (lost.subject, "died" in lost.cause) == ("line 71", True)
        read = [k.report.id for k in before.kept() if k.report.id != lost.report_id and k.provenance.reader != BY_HAND]
        assert [r.subject for r in ledger.log(last)] == read
        assert [d.report_id for d in done.differences] == read
        assert {k.report.id for k in ledger.view().kept() if k.reading.gaps} == {lost.report_id}
        assert done.reports == 101


def test_workers_are_started_for_work_and_not_for_waiting(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []

    class Started(Exception):
        pass

    class Crew:
        def __init__(self, *_: object) -> None:
            started.append(1)
            raise Started

    class Slow:
        def __init__(self, work: Callable[[], object]) -> None:
            self.work = work

        def read(self, report: Report) -> Reading:
            self.work()
            return Reading(report.id)

    def busy() -> None:
        until = time.thread_time() + 0.02
        while time.thread_time() < until:
            pass

    monkeypatch.setattr(parallel, "Crew", Crew)
    monkeypatch.setattr(parallel, "PATIENCE", 0.05)
    waiting = dataclasses.replace(desk, make_reader=lambda: Slow(lambda: time.sleep(0.02)))
    assert len(list(readings(waiting, crew_scene.items(6), Workers(2)))) == 7
    working = dataclasses.replace(desk, make_reader=lambda: Slow(busy))
    with pytest.raises(Started):
        list(readings(working, crew_scene.items(6), Workers(2)))
    assert started == [1]


def test_how_many_workers() -> None:
    assert Workers.of(Settings(workers=3)) == Workers(3, at_once=True)
    assert Workers.of(Settings()) == Workers(min(parallel.cores(), parallel.MOST), at_once=False)
