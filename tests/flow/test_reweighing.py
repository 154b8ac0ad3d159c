"""A ledger that grew: what is weighed again, and that nothing is told otherwise for it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from heldby import weigh
from heldby.desk import Desk
from heldby.flow.demo import DEMO_NOW, demo_desk
from heldby.flow.inquiry import Inquiry, Question, open_inquiry
from heldby.flow.reviewing import Decision, decide
from heldby.ledger import Ledger, open_ledger
from heldby.weigh import Weigher, hear, lessons

DAY = date(2021, 8, 10)
CROSSING = "af:crossing:spin-boldak"
LATE = Decision(
    "add",
    "a call",
    unit=CROSSING,
    symbol="took",
    holder="afghan_government",
    voice="a driver",
    voice_kind="resident",
    voice_side="unknown",
    text="The flag over the gate changed back this morning.",
    source="call",
    published="2021-08-09T10:00:00+04:30",
)


@pytest.fixture
def ledger(demo_ledger: Path, tmp_path: Path) -> Ledger:
    shutil.copy(demo_ledger, tmp_path / "demo.db")
    return open_ledger(tmp_path / "demo.db")


@pytest.fixture
def desk(demo_ledger: Path) -> Desk:
    return demo_desk(demo_ledger.parent)


def afresh(desk: Desk, ledger: Ledger) -> Weigher:
    return Weigher(desk.theatre, desk.priors, weigh.testify(ledger.view().located(), desk.theatre, desk.priors))


def told(weigher: Weigher, known: datetime, units: list[str]) -> list[str]:
    return [repr(weigher.assess(u, DAY, known, reasons=n % 9 == 0)) for n, u in enumerate(units)] + [repr(weigher.record(known))]


@pytest.mark.parametrize("published", ["2021-08-09T10:00:00+04:30", "2021-06-27T10:00:00+04:30"])
def test_a_new_claim_weighs_anew_what_it_touches_and_nothing_is_told_otherwise(desk: Desk, ledger: Ledger, published: str) -> None:
    before = open_inquiry(desk, ledger)
    units = [*sorted(before.weigher.testimonies)[::12], CROSSING]
    told(before.weigher, DEMO_NOW, units)
    decide(desk, ledger, replace(LATE, published=published), "a tester")
    after, fresh = open_inquiry(desk, ledger), afresh(desk, ledger)
    ledger.close()
    anew = {u for u, said in after.weigher.testimonies.items() if said is not before.weigher.testimonies.get(u)}
    assert CROSSING in anew
    assert len(anew) < 8  # the crossing and what is linked with it
    assert after.weigher.testimonies == dict(fresh.testimonies)
    for known in (DEMO_NOW, datetime(2021, 7, 1, tzinfo=UTC)):
        assert told(after.weigher, known, units) == told(fresh, known, units)


def test_a_lesson_is_worked_out_once_for_the_same_exponents(desk: Desk, ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    weigher = afresh(desk, ledger)
    ledger.close()
    asked: list[object] = []
    real = lessons._taught

    def counting(*given: Any) -> lessons.Taught:
        asked.append(given[0])
        return real(*given)

    monkeypatch.setattr(lessons, "_taught", counting)
    first = weigher.record(datetime(2021, 6, 15, tzinfo=UTC))
    before = len(asked)
    second = weigher.record(datetime(2021, 6, 22, tzinfo=UTC))
    assert len(asked) - before < before  # the first round of what was known a week before is not worked out again
    other = Weigher(desk.theatre, desk.priors, weigher.testimonies)
    assert (other.record(datetime(2021, 6, 22, tzinfo=UTC)), other.record(datetime(2021, 6, 15, tzinfo=UTC))) == (second, first)


def test_a_claim_taken_out_of_the_middle_leaves_what_the_rest_alone_say(desk: Desk, ledger: Ledger) -> None:
    located = ledger.view().located()
    ledger.close()
    whole = hear(located, desk.theatre, desk.priors)
    rest = [c for n, c in enumerate(located) if n % 50]
    assert hear(rest, desk.theatre, desk.priors, whole).testimonies == weigh.testify(rest, desk.theatre, desk.priors)
    assert hear(located, desk.theatre, desk.priors, whole).halls == whole.halls


def test_whoever_compares_published_figures_twice_gets_the_same(desk: Desk, ledger: Ledger) -> None:
    inquiry: Inquiry = open_inquiry(desk, ledger)
    ledger.close()
    known = datetime(2021, 6, 20, tzinfo=UTC)
    first = inquiry.comparisons(Question(date(2021, 6, 19), known))
    assert inquiry.comparisons(Question(date(2021, 6, 10), known)) is first
    assert inquiry.comparisons(Question(date(2021, 6, 19), datetime(2021, 6, 25, tzinfo=UTC))) != first
