"""What came before what: event times first, then publication, then the place in the text. Nothing is moved by guess.

Testimonies whose event times cannot overlap stand in that order. Of those that can (both "on Monday"), the one heard of first stands first,
within one report the one told first; a denial stands behind what its report says was claimed, and a retaking behind the taking it undoes,
where both are told at once in whatever order of words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from heldby.model.claim import Relation
from heldby.model.status import Symbol, Testimony
from heldby.model.theatre import Theatre
from heldby.weigh.echo import near
from heldby.weigh.propositions import DENIALS, agree
from heldby.weigh.terms import Terms

CHANGES = frozenset({Symbol.TOOK, Symbol.LOST})
_EVER = datetime(1, 1, 1)  # noqa: DTZ001 - civil time of the theatre


@dataclass(frozen=True, slots=True)
class Spot:
    """A testimony's place in time: true within [start, end], heard of at `heard` (known, report, denials last, place in text, step)."""

    start: datetime
    end: datetime
    heard: tuple[datetime, str, bool, int, int]

    def before(self, other: Spot) -> bool:
        """Whether no reading of the two event times lets this one come later."""
        return self.end <= other.start and self.start < other.end


def arranged(testimonies: Sequence[Testimony], terms: Terms) -> tuple[tuple[int, datetime], ...]:
    """Index of each testimony (given in the order they became known) in order of event, and the civil time it is placed at.

    The time is the latest that its source and the order allow.
    """
    spots = _undone(testimonies, _spots(testimonies, terms))
    line: list[int] = []
    for i in sorted(range(len(spots)), key=lambda i: (spots[i].heard, i)):
        behind = next((at for at, j in enumerate(line) if spots[i].before(spots[j])), len(line))
        line.insert(behind, i)
    out: list[tuple[int, datetime]] = []
    latest = datetime.max  # noqa: DTZ901 - civil time of the theatre
    for i in reversed(line):
        latest = min(latest, spots[i].end)
        out.append((i, latest))
    return tuple(reversed(out))


def _spots(testimonies: Sequence[Testimony], terms: Terms) -> list[Spot]:
    """Who confirms another's news later stands where that news stands, not behind what followed."""
    out: list[Spot] = []
    for t in testimonies:
        here = _spot(t, terms.theatre)
        for old, there in zip(testimonies, out, strict=False):
            if (
                t.symbol in CHANGES
                and old.symbol in CHANGES
                and agree(old, t, terms.allies)
                and old.origin != t.origin
                and near(old.when, t.when, 0)
            ):
                start, end = max(here.start, there.start), min(here.end, there.end)
                here = Spot(start, end, there.heard) if start <= end else here
                break
        out.append(here)
    return out


def _undone(testimonies: Sequence[Testimony], spots: Sequence[Spot]) -> list[Spot]:
    """Retakings told before every taking that they may undo, of those told at the same time, go behind the first of these."""
    out = list(spots)
    for i, t in enumerate(testimonies):
        if not retakes(t):
            continue
        undoes = [
            spots[k].heard
            for k, other in enumerate(testimonies)
            if other.symbol is Symbol.TOOK and other.holder != t.holder and not retakes(other)
            and other.known == t.known and near(other.when, t.when, 0)
        ]  # fmt: skip
        if undoes and spots[i].heard < min(undoes):
            out[i] = Spot(spots[i].start, spots[i].end, (*min(undoes)[:4], 1))
    return out


def retakes(t: Testimony) -> bool:
    """Whether a testimony tells of a change that presupposes an earlier one."""
    return t.symbol is Symbol.TOOK and t.claims[0].claim.relation is Relation.RETOOK


def _spot(t: Testimony, theatre: Theatre) -> Spot:
    """Between the bounds of the event time; not after it was known, where it was known within them."""
    passage = t.claims[0].claim.passage
    known = t.known.astimezone(theatre.zone).replace(tzinfo=None)
    start = t.when.start or _EVER
    end = known if t.when.end is None or start <= known < t.when.end else t.when.end
    return Spot(min(start, end), end, (t.known, passage.report_id, t.symbol in DENIALS, passage.start, 0))
