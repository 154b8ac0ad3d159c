"""What became of a claim: borne out, contradicted or open, by what others said. Nobody confirms himself.

For a testimony t of a source S on a unit, with all that counts for S there left out:

    deciding voices   those of others who tell who holds the place, have no interest in saying so, and are no hearsay, of a day from the one
                      claimed to `within` days after it
    borne out         P(what t says), smoothed, reaches `borne_out` on some day from the first t may mean to the first a deciding voice speaks of;
                      for a denial, on every day from the last it may mean
    contradicted      a deciding voice heard no earlier than t says the opposite, and P stays at `contradicted` or less until then; a change of
                      hands of a later day is no opposite, for it presupposes what was before. For a denial the days begin with the last that
                      a voice may mean which speaks of the same time: what is told "on the 10th or 11th" has come by the end of the 11th
    open              everything else: nobody but interested parties spoke, or the evidence is not enough

The word of an enemy alone settles nothing, nor does silence. What t says is a set of states: "a took it", "a holds it" and "a did not lose it" that a
holds it; their opposites that anybody else does or that it is contested.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from heldby.model.record import Verdict
from heldby.model.status import Symbol, Testimony
from heldby.weigh.admiralty import Yardstick
from heldby.weigh.case import Case, build_case, first_day, last_day
from heldby.weigh.evidence import Matrices, counts
from heldby.weigh.order import CHANGES
from heldby.weigh.priors import Stake
from heldby.weigh.propositions import DENIALS, FAVOURS, opposed, stake
from heldby.weigh.terms import Terms

HEARSAY = "reports:"
_DISINTERESTED = frozenset({Stake.NONE, Stake.RELUCTANT, Stake.ADMISSION})


@dataclass(frozen=True, slots=True)
class Bench:
    """One unit's standing testimonies, with whom claims on it are judged. Cases without a source are laid out once; `matrices` are what is known of
    the testimonies' weights already."""

    unit_id: str
    testimonies: tuple[Testimony, ...]
    as_of: date
    known_by: datetime
    terms: Terms
    yardstick: Yardstick
    matrices: Matrices = field(default_factory=dict, compare=False, repr=False)
    _cases: dict[frozenset[str], Case] = field(default_factory=dict, compare=False, repr=False)
    _deciders: dict[str, tuple[date, date]] = field(default_factory=dict, compare=False, repr=False)

    def verdict(self, t: Testimony, left_out: frozenset[str]) -> Verdict:
        """The verdict on `t`; `left_out` are the ids of everything its own source said of the unit."""
        days = (last_day(t) - first_day(t)).days
        if t.symbol is Symbol.CONTESTS or days > self.yardstick.within:
            return Verdict.OPEN
        rest = tuple(o for o in self.testimonies if o.id not in left_out)
        deciding = self.deciding(t, rest)
        if not deciding:
            return Verdict.OPEN
        denial = t.symbol in DENIALS
        until = self.until(t, deciding)
        p = self.probability(t, rest, left_out, (last_day(t) if denial else first_day(t), until))
        if (min(p) if denial else max(p)) >= self.yardstick.borne_out:
            return Verdict.BORNE_OUT
        against = [o for o in deciding if o.known >= t.known and opposed(o, t) and not _presupposes(o, t)]
        if against:
            until = self.until(t, against)
            p = self.probability(t, rest, left_out, (_told_of(t, against) if denial else first_day(t), until))
            if max(p) <= self.yardstick.contradicted:
                return Verdict.CONTRADICTED
        return Verdict.OPEN

    def deciding(self, t: Testimony, rest: Sequence[Testimony]) -> list[Testimony]:
        """Those of `rest` whose word can settle what `t` says: without an interest, of a day from the first `t` may mean to `within` days after the
        last, not after the day asked about."""
        told, first, latest = self._may_decide(), first_day(t), min(self.as_of, last_day(t) + timedelta(days=self.yardstick.within))
        return [o for o in rest if (days := told.get(o.id)) and days[0] <= latest and days[1] >= first and counts(o, rest)]

    def _may_decide(self) -> dict[str, tuple[date, date]]:
        """First and last day of each testimony that says who holds the place, has no interest in saying so and is no hearsay; by its id."""
        if not self._deciders and self.testimonies:
            for o in self.testimonies:
                says = o.symbol is not Symbol.CONTESTS and not o.origin.startswith(HEARSAY)
                if says and stake(o.symbol, o.leaning) in _DISINTERESTED:
                    self._deciders[o.id] = first_day(o), last_day(o)
        return self._deciders

    def until(self, t: Testimony, voices: Sequence[Testimony]) -> date:
        """The first day at or after the one claimed that one of the voices speaks of; never after the day asked about."""
        return min(self.as_of, *(max(last_day(t), min(last_day(o), last_day(t) + timedelta(days=self.yardstick.within))) for o in voices))

    def probability(self, t: Testimony, rest: Sequence[Testimony], left_out: frozenset[str], span: tuple[date, date]) -> list[float]:
        """P(what `t` says) at the end of each day of `span` (its last day at least), by the rest alone."""
        case = self._cases.get(left_out)
        if case is None:
            case = self._cases[left_out] = build_case(self.unit_id, rest, self.known_by, self.terms, matrices=self.matrices)
        until = span[1]
        first = min(span[0], until)
        p = case.posterior([first + timedelta(days=n) for n in range((until - first).days + 1)])
        states = case.chain.states
        held = [float(row[states.index(t.holder)]) if t.holder in states else 0.0 for row in p]
        return held if t.symbol in FAVOURS else [1 - x for x in held]


def _told_of(t: Testimony, voices: Sequence[Testimony]) -> date:
    """The last day a denial may mean, or the last of the first voice that speaks of the same time."""
    same = [last_day(o) for o in voices if first_day(o) <= last_day(t)]
    return max(last_day(t), min(same, default=last_day(t)))


def _presupposes(o: Testimony, t: Testimony) -> bool:
    return o.symbol in CHANGES and first_day(o) > last_day(t)
