"""What locating one place gave, and how it is written into the place and, where it has no unit, into a gap."""

from __future__ import annotations

from dataclasses import dataclass, replace

from heldby.locate.naming import admin1, canonical
from heldby.model.place import Candidate, Place, PlaceKind, Unit
from heldby.model.report import Gap, GapKind
from heldby.model.theatre import Gazetteer


@dataclass(frozen=True, slots=True)
class Answer:
    """`unit` is what the words mean, or None; then `inside` is the unit they lie in, as far as known, and `cause` says what is missing."""

    unit: Unit | None = None
    inside: Unit | None = None
    name: str | None = None
    kind: PlaceKind | None = None
    candidates: tuple[Candidate, ...] = ()
    why: tuple[str, ...] = ()
    missing: GapKind | None = None
    cause: str = ""
    country: str | None = None

    def because(self, *reasons: str) -> Answer:
        """The same answer with more reasons behind."""
        return replace(self, why=(*self.why, *(r for r in reasons if r and r not in self.why)))


def unplaced(cause: str, name: str | None = None, kind: PlaceKind | None = None, inside: Unit | None = None) -> Answer:
    return Answer(name=name, kind=kind, inside=inside, missing=GapKind.UNPLACED, cause=cause, why=(cause,))


def written(place: Place, answer: Answer, gazetteer: Gazetteer) -> Place:
    """`place` with what was found. A place outside the theatre keeps its name and country, and no unit. A unit found by a rule without
    a rival ("the airport of Herat") is its only candidate."""
    unit, at = answer.unit, answer.unit or answer.inside
    return replace(
        place,
        unit_id=unit.id if unit and answer.missing is None else None,
        canonical=canonical(unit, gazetteer) if unit else answer.name,
        kind=unit.kind if unit else answer.kind or place.kind,
        admin1=admin1(at, gazetteer) if at else None,
        country=(at.country if at else answer.country) or None,
        candidates=answer.candidates or ((Candidate(unit.id, 1.0, answer.why),) if unit else ()),
        why=answer.why,
    )


def gap_of(place: Place, answer: Answer, report_id: str, claim_id: str) -> Gap | None:
    """The gap of a place without a unit."""
    if answer.missing is None:
        return None
    return Gap(answer.missing, place.text, answer.cause, report_id, claim_id, place.start, place.end)
