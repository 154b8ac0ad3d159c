"""Tallies: how many units of a roster each state has, with intervals; what nobody has spoken of is counted as unknown, as nobody's.

The interval of a count is normal around the sum of the posteriors, its variance that of independent places times a design effect
(Kish 1965): neighbouring places are misjudged together. The effect of 3 and its coverage (0.925 of nominal 90 % on a moving front, where
independence covered 0.725) are from the engines study, W2 and W3. It speaks of the units counted (the unknown ones may be anybody's),
and always takes in the count itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from math import ceil, floor, sqrt

from heldby.model.place import Roster
from heldby.model.report import Mark
from heldby.model.status import CONTESTED, Tally, TallyRow
from heldby.model.theatre import Theatre
from heldby.weigh.basis import holder_of, ranked
from heldby.weigh.case import first_day
from heldby.weigh.priors import TallyLine
from heldby.weigh.propositions import main_sides
from heldby.weigh.weigher import Weigher


def tally(roster: Roster, weigher: Weigher, as_of: date, known_by: datetime) -> Tally:
    """Counts of `roster` at the end of day `as_of` as known by `known_by` (UTC); holders are those that `Weigher.assess` names.

    Counts and unknown sum to the roster's size. A unit whose status is stale and names nobody counts as unknown, and as covered.
    """
    return tallies(roster, weigher, (as_of,), known_by)[0]


def tallies(roster: Roster, weigher: Weigher, days: Sequence[date], known_by: datetime) -> tuple[Tally, ...]:
    """Tallies at the end of each of the ascending `days`, all as known by one instant."""
    boxes = [_Box() for _ in days]
    for unit_id in roster.unit_ids:
        if unit_id not in weigher.testimonies:
            continue
        case = weigher.case(unit_id, known_by)
        since = case.since
        if since is None:
            continue
        spoken = [i for i, day in enumerate(days) if day >= since]
        p = weigher.trace(unit_id, [days[i] for i in spoken], known_by).p
        for row, i in enumerate(spoken):
            order = ranked(case.chain.states, p[row])
            boxes[i].add(holder_of(case, order[0], days[i]), order)
            boxes[i].marks.update(m for t in case.testimonies if first_day(t) <= days[i] for c in t.claims for m in c.marks)
    line = weigher.priors.tally
    return tuple(box.tally(roster, day, known_by, _states(box, weigher.theatre), line) for box, day in zip(boxes, days, strict=True))


class _Box:
    """What is counted on one day: leading states, and per state the sums of p and of p (1 - p) over the units counted."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.expected: dict[str, float] = {}
        self.variance: dict[str, float] = {}
        self.covered = 0
        self.marks: set[Mark] = set()

    def add(self, holder: str | None, order: Sequence[tuple[str, float]]) -> None:
        self.covered += 1
        if holder is None:
            return
        self.count[holder] += 1
        for state, p in order:
            self.expected[state] = self.expected.get(state, 0.0) + p
            self.variance[state] = self.variance.get(state, 0.0) + p * (1 - p)

    def tally(self, roster: Roster, day: date, known_by: datetime, states: Sequence[str], line: TallyLine) -> Tally:
        counted = sum(self.count.values())
        rows = tuple(self._row(state, counted, line) for state in states)
        size = len(roster.unit_ids)
        return Tally(roster.id, day, known_by, size, rows, size - counted, self.covered, tuple(sorted(self.marks)))

    def _row(self, state: str, counted: int, line: TallyLine) -> TallyRow:
        expected = self.expected.get(state, 0.0)
        reach = line.quantile * sqrt(line.design_effect * self.variance.get(state, 0.0))
        low, high = ceil(expected - reach - 0.5), floor(expected + reach + 0.5)
        count = self.count[state]
        return TallyRow(state, count, expected, max(0, min(low, count)), min(counted, max(high, count)))


def _states(box: _Box, theatre: Theatre) -> tuple[str, ...]:
    """The theatre's main sides, every other state that leads anywhere, in the theatre's order; contested last."""
    known = [s.id for s in theatre.sides]
    shown = {*main_sides(theatre), *box.count} - {CONTESTED}
    return (*(s for s in known if s in shown), *sorted(shown - set(known)), CONTESTED)


def row_of(found: Tally, state: str) -> TallyRow | None:
    return next((r for r in found.rows if r.state == state), None)
