"""Tallies: how many units of a roster each state has, with intervals; what nobody has spoken of is counted as unknown, as nobody's.

The interval of a count is normal around the sum of the posteriors, its variance that of independent places times a design effect
(Kish 1965): neighbouring places are misjudged together. The effect of 3 and its coverage (0.925 of nominal 90 % on a moving front, where
independence covered 0.725) are from the engines study, W2 and W3. It speaks of the units counted (the unknown ones may be anybody's),
and always takes in the count itself. By area and population a unit counts as much as it measures, and the variance by its square; units whose
measure is not known are left out there, and told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from math import ceil, floor, sqrt

from heldby.model.place import Roster
from heldby.model.report import Mark
from heldby.model.status import CONTESTED, Extent, ExtentRow, Extents, Tally, TallyRow
from heldby.model.theatre import Theatre
from heldby.weigh.basis import holder_of, ranked
from heldby.weigh.case import first_day
from heldby.weigh.priors import TallyLine
from heldby.weigh.propositions import main_sides
from heldby.weigh.weigher import Weigher

_DIGITS = 3  # of square kilometres: a square metre is more than anybody knows


def tally(roster: Roster, weigher: Weigher, as_of: date, known_by: datetime) -> Tally:
    """Counts of `roster` at the end of day `as_of` as known by `known_by` (UTC); holders are those that `Weigher.assess` names.

    Counts and unknown sum to the roster's size. A unit whose status is stale and names nobody counts as unknown, and as covered.
    """
    return tallies(roster, weigher, (as_of,), known_by)[0]


def tallies(roster: Roster, weigher: Weigher, days: Sequence[date], known_by: datetime) -> tuple[Tally, ...]:
    """Tallies at the end of each of the ascending `days`, all as known by one instant."""
    sizes = _sizes(roster, weigher.theatre)
    boxes = [_Box(sizes) for _ in days]
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
            boxes[i].add(unit_id, holder_of(case, order[0], days[i]), order)
            boxes[i].marks.update(m for t in case.testimonies if first_day(t) <= days[i] for c in t.claims for m in c.marks)
    line = weigher.priors.tally
    return tuple(box.tally(roster, day, known_by, _states(box, weigher.theatre), line) for box, day in zip(boxes, days, strict=True))


def holders(roster: Roster, weigher: Weigher, day: date, known_by: datetime) -> dict[str, str]:
    """Whom each unit that is counted goes to: the same as `tally` counts."""
    out: dict[str, str] = {}
    for unit_id in roster.unit_ids:
        case = weigher.case(unit_id, known_by)
        if case.since is not None and case.since <= day:
            order = ranked(case.chain.states, weigher.trace(unit_id, [day], known_by).p[0])
            holder = holder_of(case, order[0], day)
            if holder is not None:
                out[unit_id] = holder
    return out


def _sizes(roster: Roster, theatre: Theatre) -> dict[Extents, dict[str, float]]:
    """What the roster's units measure, by the theatre's table; of people also by its gazetteer. Nothing where no unit is measured."""
    known = {m.unit_id: m for m in theatre.measures}
    out: dict[Extents, dict[str, float]] = {by: {} for by in Extents}
    for unit_id in roster.unit_ids:
        found, unit = known.get(unit_id), theatre.unit(unit_id)
        people = found.population if found and found.population is not None else unit.population if unit else 0
        if found and found.area_km2 is not None:
            out[Extents.AREA][unit_id] = found.area_km2
        if people:
            out[Extents.POPULATION][unit_id] = float(people)
    return {by: sizes for by, sizes in out.items() if sizes}


class _Sums:
    """Added up over units of some size (1 each, or what they measure): of the leading states, and of p and p (1 - p) of every state."""

    def __init__(self) -> None:
        self.leading: dict[str, float] = {}
        self.expected: dict[str, float] = {}
        self.variance: dict[str, float] = {}

    def add(self, size: float, holder: str, order: Sequence[tuple[str, float]]) -> None:
        self.leading[holder] = self.leading.get(holder, 0.0) + size
        for state, p in order:
            self.expected[state] = self.expected.get(state, 0.0) + size * p
            self.variance[state] = self.variance.get(state, 0.0) + size * size * p * (1 - p)

    @property
    def counted(self) -> float:
        return sum(self.leading.values())

    def span(self, state: str, line: TallyLine) -> tuple[float, float, float]:
        """What is expected, and the ends of the interval around it."""
        expected = self.expected.get(state, 0.0)
        reach = line.quantile * sqrt(line.design_effect * self.variance.get(state, 0.0))
        return expected, expected - reach, expected + reach


class _Box:
    """What is counted on one day, by number and by each of `sizes`."""

    def __init__(self, sizes: Mapping[Extents, Mapping[str, float]]) -> None:
        self.sizes = sizes
        self.units = _Sums()
        self.extents = {by: _Sums() for by in sizes}
        self.covered = 0
        self.marks: set[Mark] = set()

    @property
    def count(self) -> dict[str, float]:
        return self.units.leading

    def add(self, unit_id: str, holder: str | None, order: Sequence[tuple[str, float]]) -> None:
        self.covered += 1
        if holder is None:
            return
        self.units.add(1, holder, order)
        for by, sums in self.extents.items():
            if unit_id in self.sizes[by]:
                sums.add(self.sizes[by][unit_id], holder, order)

    def tally(self, roster: Roster, day: date, known_by: datetime, states: Sequence[str], line: TallyLine) -> Tally:
        counted = int(self.units.counted)
        rows = tuple(self._row(state, counted, line) for state in states)
        size = len(roster.unit_ids)
        extents = tuple(self._extent(by, states, line) for by in self.extents)
        return Tally(roster.id, day, known_by, size, rows, size - counted, self.covered, tuple(sorted(self.marks)), extents)

    def _row(self, state: str, counted: int, line: TallyLine) -> TallyRow:
        expected, lower, upper = self.units.span(state, line)
        low, high = ceil(lower - 0.5), floor(upper + 0.5)
        count = int(self.count.get(state, 0))
        return TallyRow(state, count, expected, max(0, min(low, count)), min(counted, max(high, count)))

    def _extent(self, by: Extents, states: Sequence[str], line: TallyLine) -> Extent:
        sums, total = self.extents[by], round(sum(self.sizes[by].values()), _DIGITS)
        rows = []
        for state in states:
            amount = round(sums.leading.get(state, 0.0), _DIGITS)
            expected, lower, upper = (round(x, _DIGITS) for x in sums.span(state, line))
            low, high = max(0.0, min(lower, amount)), min(round(sums.counted, _DIGITS), max(upper, amount))
            rows.append(ExtentRow(state, amount, expected, low, high))
        unknown = max(0.0, round(total - sum(r.amount for r in rows), _DIGITS))
        return Extent(by, total, len(self.sizes[by]), tuple(rows), unknown)


def _states(box: _Box, theatre: Theatre) -> tuple[str, ...]:
    """The theatre's main sides, every other state that leads anywhere, in the theatre's order; contested last."""
    known = [s.id for s in theatre.sides]
    shown = {*main_sides(theatre), *box.count} - {CONTESTED}
    return (*(s for s in known if s in shown), *sorted(shown - set(known)), CONTESTED)


def row_of(found: Tally, state: str) -> TallyRow | None:
    return next((r for r in found.rows if r.state == state), None)


def extent_of(found: Tally, by: Extents) -> Extent | None:
    return next((e for e in found.extents if e.by is by), None)
