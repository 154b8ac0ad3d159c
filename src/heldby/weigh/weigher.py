"""One theatre's testimonies weighed: cases (a unit as known by an instant) laid out once and asked many times."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from heldby.model.status import Change, Daily, Spell, Status, Testimony
from heldby.model.theatre import Theatre
from heldby.weigh.case import Case, build_case
from heldby.weigh.chain import Array
from heldby.weigh.daily import daily_of
from heldby.weigh.evidence import standing
from heldby.weigh.learning import Lessons, learn
from heldby.weigh.priors import Priors
from heldby.weigh.record import Record
from heldby.weigh.spells import changes_of, spells_of
from heldby.weigh.status import status_of
from heldby.weigh.terms import Terms

CASES = 4  # cases kept of each unit: that many clocks are asked in turn without laying any out again


@dataclass(frozen=True, slots=True)
class Trace:
    """Posterior of one unit: `p[day, state]` at the end of each day; rows sum to one. No rows of it are knowledge before `since`."""

    unit_id: str
    days: tuple[date, ...]
    states: tuple[str, ...]
    p: Array
    since: date | None


class Weigher:
    """Answers about every unit of a theatre from its testimonies (as `testify` gives them).

    Each question is answered with the record learned from what was known at the last renewal before its `known_by`: nothing that came later
    has a part in it. Keeps records, and the last few cases asked of each unit; a question never changes an answer.
    """

    def __init__(self, theatre: Theatre, priors: Priors, testimonies: Mapping[str, Sequence[Testimony]]) -> None:
        self.theatre, self.priors, self.testimonies = theatre, priors, testimonies
        self._heard = testimonies  # what is learned from, whatever is asked about
        self._assumed = Terms.of(theatre, priors)
        self._moments = _moments(testimonies)
        self._learned: dict[int, Terms] = {}
        self._lessons: Lessons = {}
        self._cases: dict[str, tuple[Case, ...]] = {}
        self._inherited: dict[str, tuple[Case, ...]] = {}
        self._near: dict[str, tuple[str, ...]] = _neighbours(theatre)

    def inherit(self, before: Weigher) -> None:
        """Takes over from the weigher of an earlier state of the ledger whatever it worked out that still holds: records learned of a time
        of which nothing else is known now, and with them cases."""
        if before.theatre is not self.theatre or before.priors != self.priors:
            return
        told = {u for u in self.testimonies.keys() | before.testimonies.keys() if self.testimonies.get(u) != before.testimonies.get(u)}
        self._assumed = before._assumed  # of the same theatre and priors: chains are shared
        self._lessons = before._lessons.copy()
        first = min((_first_difference(self.testimonies.get(u, ()), before.testimonies.get(u, ())) for u in told), default=None)
        for number, terms in list(before._learned.items()):
            until = terms.record.until
            if number and until is not None and (first is None or until < first):
                self._learned.setdefault(bisect_right(self._moments, until), terms)
        cases, older = before._cases.copy(), before._inherited.copy()  # another thread may be asking there
        units = (cases.keys() | older.keys()) - told
        self._inherited = {u: (*cases.get(u, ()), *older.get(u, ()))[:CASES] for u in units}

    def besides(self, hidden: Container[str]) -> Weigher:
        """The same, as if nothing were known of the `hidden` units; what was learned from all stays."""
        other = copy(self)
        other.testimonies = {u: said for u, said in self.testimonies.items() if u not in hidden}
        other._cases = {u: kept for u, kept in self._cases.items() if u not in hidden}
        other._inherited = {u: kept for u, kept in self._inherited.items() if u not in hidden}
        return other

    def case(self, unit_id: str, known_by: datetime) -> Case:
        """What is known of a unit by an instant (UTC), laid out for the chain."""
        kept = self._cases.get(unit_id, ())
        found = next((c for c in kept if c.known_by == known_by), None)
        if found is None:
            known, terms = standing(self.testimonies.get(unit_id, ()), known_by), self.terms(known_by)
            alike = [c for c in (*kept, *self._inherited.get(unit_id, ())) if c.testimonies == known]
            same = next((c for c in alike if c.terms is terms), alike[0] if alike else None)
            found = replace(same, known_by=known_by) if same and same.terms is terms else build_case(unit_id, known, known_by, terms, same)
        if not kept or found is not kept[0]:
            others = tuple(c for c in kept if c is not found and c.memo is not found.memo)
            self._cases[unit_id] = (found, *others)[:CASES]
        return found

    def terms(self, known_by: datetime) -> Terms:
        """The terms a question is answered on, with the record as of the last renewal: a Monday's first instant in the theatre's time, UTC."""
        every = self.priors.learning.renew
        if not every:
            return self._assumed
        local = known_by.astimezone(self.theatre.zone)
        day = local.date() - timedelta(days=(local.toordinal() - 1) % every)
        cut = datetime.combine(day, time.min, self.theatre.zone).astimezone(UTC)
        number = bisect_right(self._moments, cut)
        if number not in self._learned:
            record = learn(self._heard, self._moments[number - 1], self._assumed, self._lessons) if number else Record()
            self._learned[number] = self._assumed.with_record(record)
        return self._learned[number]

    def record(self, known_by: datetime) -> Record:
        """What had been learned by then of origins and of changes."""
        return self.terms(known_by).record

    def assess(self, unit_id: str, as_of: date, known_by: datetime, *, reasons: bool = True) -> Status:
        """The status at the end of day `as_of` (theatre's civil time) as known by `known_by`. Without `reasons`, none are worked out."""
        near = (other for other in self._near.get(unit_id, ()) if other in self.testimonies)
        related = sorted((t for other in near for t in self.case(other, known_by).testimonies), key=lambda t: t.known)
        return status_of(self.case(unit_id, known_by), as_of, related, reasons=reasons)

    def assess_all(self, unit_ids: Sequence[str], as_of: date, known_by: datetime, *, reasons: bool = False) -> dict[str, Status]:
        return {u: self.assess(u, as_of, known_by, reasons=reasons) for u in unit_ids}

    def spells(self, unit_id: str, first: date, last: date, known_by: datetime) -> tuple[Spell, ...]:
        return spells_of(self.case(unit_id, known_by), first, last)

    def changes(self, unit_id: str, first: date, last: date, known_by: datetime) -> tuple[Change, ...]:
        return changes_of(self.case(unit_id, known_by), first, last)

    def daily(self, unit_id: str, days: Sequence[date], known_by: datetime) -> Daily:
        """What `assess` says of each of the ascending `days`, without what it rests on."""
        return daily_of(self.case(unit_id, known_by), days)

    def trace(self, unit_id: str, days: Sequence[date], known_by: datetime) -> Trace:
        """Posterior at the end of each of the ascending `days`."""
        case = self.case(unit_id, known_by)
        return Trace(unit_id, tuple(days), case.chain.states, case.posterior(days), case.since)


def assess(unit_id: str, testimonies: Sequence[Testimony], as_of: date, known_by: datetime, theatre: Theatre, priors: Priors) -> Status:
    """The status of a unit at the end of day `as_of` (theatre's civil time) as known by `known_by` (UTC), with reasons.

    Only testimonies known and not withdrawn by then count. Those on other units are taken as related evidence where the theatre links
    the units, and teach how far each voice counts. For many questions use `Weigher`.
    """
    by_unit: dict[str, list[Testimony]] = {}
    for t in testimonies:
        by_unit.setdefault(t.unit_id, []).append(t)
    return Weigher(theatre, priors, by_unit).assess(unit_id, as_of, known_by)


def _moments(testimonies: Mapping[str, Sequence[Testimony]]) -> list[datetime]:
    """Every instant at which something became known or was withdrawn, ascending: between two of them nothing new can be learned."""
    found = {t.known for said in testimonies.values() for t in said}
    for said in testimonies.values():
        found |= {w for t in said for w in (t.withdrawn, *(c.withdrawn for c in t.claims)) if w is not None}
    return sorted(found)


def _first_difference(one: Sequence[Testimony], other: Sequence[Testimony]) -> datetime:
    """The first instant by which the two lists say something else (of lists that differ in order alone, their first)."""
    mine, theirs = ({t.id: t for t in said} for said in (one, other))
    found = [t.known for t in (*one, *other) if (t.id in mine) != (t.id in theirs)]
    found += [_parting(t, theirs[t.id]) for t in one if t.id in theirs and t != theirs[t.id]]
    return min(found, default=min(t.known for t in (*one, *other)))


def _parting(one: Testimony, other: Testimony) -> datetime:
    """The first instant by which a testimony says something else than the other of its id: an echo or a withdrawal that one of them lacks."""
    if replace(one, claims=(), withdrawn=None) != replace(other, claims=(), withdrawn=None):
        return min(one.known, other.known)
    odd = [c for c in one.claims if c not in other.claims], [c for c in other.claims if c not in one.claims]
    if [replace(c, withdrawn=None) for c in odd[0]] == [replace(c, withdrawn=None) for c in odd[1]]:
        withdrawn = [c.withdrawn for c in (*odd[0], *odd[1])] + [one.withdrawn, other.withdrawn]
        return min((w for w in withdrawn if w is not None), default=one.known)
    return min(c.known for c in (*odd[0], *odd[1]))


def _neighbours(theatre: Theatre) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for link in theatre.links:
        found.setdefault(link.unit_id, set()).add(link.linked_id)
        found.setdefault(link.linked_id, set()).add(link.unit_id)
    return {unit: tuple(sorted(others)) for unit, others in found.items()}
