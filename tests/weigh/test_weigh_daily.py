"""Many days at once say what each says alone, and what a weigher takes over from the one before changes no answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from heldby.desk import Desk
from heldby.flow.demo import demo_desk
from heldby.ledger import open_ledger
from heldby.model.status import Located
from heldby.weigh import Weigher
from heldby.weigh import testify as joined

KNOWN = datetime(2021, 7, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def told(demo_ledger: Path) -> tuple[Desk, tuple[Located, ...]]:
    ledger = open_ledger(demo_ledger)
    try:
        return demo_desk(demo_ledger.parent), ledger.view().located()
    finally:
        ledger.close()


def weigher(told: tuple[Desk, tuple[Located, ...]], until: datetime | None = None) -> Weigher:
    desk, located = told
    heard = [c for c in located if until is None or c.known <= until]
    return Weigher(desk.theatre, desk.priors, joined(heard, desk.theatre, desk.priors))


def test_every_day_at_once_is_each_day_alone(told: tuple[Desk, tuple[Located, ...]]) -> None:
    w = weigher(told)
    days = [date(2021, 5, 1) + timedelta(days=n) for n in range(107)]
    units = sorted(w.testimonies)[::9]
    seen = 0
    for unit in units:
        daily = w.daily(unit, days, KNOWN)
        assert list(daily.days) == [d for d in days if daily.days and d >= daily.days[0]]
        for n, day in list(enumerate(daily.days))[::7]:
            status = w.assess(unit, day, KNOWN, reasons=False)
            assert (status.holder, status.support, status.claimed_by) == daily.said(n)
            assert dict(status.probabilities) == dict(zip(daily.states, daily.row(n), strict=True))
            seen += 1
    assert seen > 100


def test_what_is_taken_over_changes_no_answer(told: tuple[Desk, tuple[Located, ...]]) -> None:
    before, after, afresh = weigher(told, datetime(2021, 7, 13, 6, tzinfo=UTC)), weigher(told), weigher(told)
    units = sorted(afresh.testimonies)[::11]
    clocks = (datetime(2021, 7, 7, tzinfo=UTC), datetime(2021, 7, 13, tzinfo=UTC), KNOWN)
    for known in clocks:
        for unit in units:
            before.assess(unit, date(2021, 7, 14), known, reasons=False)
    after.inherit(before)
    assert after._learned  # something is taken over
    for known in clocks:
        for unit in units:
            assert after.assess(unit, date(2021, 7, 14), known) == afresh.assess(unit, date(2021, 7, 14), known), unit
