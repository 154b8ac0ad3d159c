"""Reading in worker processes: the order of the sources whatever worker is ready first, and a death that takes nothing along."""

from __future__ import annotations

import dataclasses
import pickle
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import crew_scene
import pytest

from heldby.desk import Desk, open_desk
from heldby.errors import Faults, HeldbyError, UsageError
from heldby.flow import parallel
from heldby.flow.intake import Keeping, add_sources
from heldby.flow.parallel import Workers, readings
from heldby.flow.sharding import read_shard
from heldby.ledger import Provenance, open_ledger
from heldby.model.claim import Reading
from heldby.model.report import Gap, GapKind, Report
from heldby.settings import Settings

NOW = datetime(2021, 9, 1, tzinfo=UTC)


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


def test_how_many_workers() -> None:
    assert Workers.of(Settings(workers=3)) == Workers(3, at_once=True)
    assert Workers.of(Settings()) == Workers(min(parallel.cores(), parallel.MOST), at_once=False)
