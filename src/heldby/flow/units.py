"""Which units a person means: by id or name, or those a theatre's map and tallies need."""

from __future__ import annotations

from heldby.desk import Desk
from heldby.errors import UsageError
from heldby.model.place import PlaceKind, Roster, Unit
from heldby.model.theatre import Theatre
from heldby.theatres.spelling import fold


def unit_named(desk: Desk, text: str) -> Unit:
    """The unit with this id or name ("Nerkh, Wardak" names the area too). Raises UsageError that lists the homonyms or the nearest names."""
    gazetteer = desk.theatre.lexicon.gazetteer
    if (unit := gazetteer.unit(text)) is not None:
        return unit
    name, _, area = (part.strip() for part in text.partition(","))
    found = [u for i in gazetteer.lookup(name) if (u := gazetteer.unit(i)) is not None]
    if area:
        inside = set(gazetteer.lookup(area))
        found = [u for u in found if inside & set(gazetteer.areas(u.id))]
    found = _nearer(found, name, desk.theatre)
    if len(found) > 1:
        found = _preferred(found, name)
    if len(found) == 1:
        return found[0]
    if found:
        listed = "; ".join(f"{u.id} ({u.kind}, {_area_of(desk.theatre, u)})" for u in found[:8])
        raise UsageError(f"unit {text!r}", f"names {len(found)} places; say which by its id: {listed}")
    near = gazetteer.similar(name, desk.theatre.lexicon.countries and tuple(f"iso:{c}" for c in desk.theatre.lexicon.countries))
    hint = "; ".join(f"{u.name} ({u.id})" for c in near[:5] if (u := gazetteer.unit(c.unit_id)) is not None)
    raise UsageError(f"unit {text!r}", f"unknown in theatre {desk.theatre.id}" + (f"; did you mean {hint}?" if hint else ""))


def _nearer(found: list[Unit], name: str, theatre: Theatre) -> list[Unit]:
    """Of bearers all over the world: those in the theatre's countries; if there are none, those that are spelled exactly so."""
    at_home = [u for u in found if u.country in theatre.lexicon.countries]
    if at_home or not theatre.lexicon.countries:
        return at_home or found
    return [u for u in found if fold(name) in {fold(text) for text in (u.name, *(n.text for n in u.names))}]


def _preferred(found: list[Unit], name: str) -> list[Unit]:
    """Of homonyms: those with exactly this name, then a district before its centre, which shares its names."""
    exact = [u for u in found if u.name.casefold() == name.casefold()] or found
    parents = {u.id for u in exact}
    return [u for u in exact if u.parent not in parents or u.scope != "centre"] or exact


def _area_of(theatre: Theatre, unit: Unit) -> str:
    parent = theatre.unit(unit.parent) if unit.parent else None
    return parent.name if parent else unit.country


def roster_named(theatre: Theatre, text: str | None) -> Roster:
    """The roster with this id, or the theatre's default. Raises UsageError that names those there are."""
    wanted = text or theatre.default_roster
    if not theatre.rosters:
        raise UsageError("--roster", f"theatre {theatre.id} has no rosters to count over")
    roster = theatre.roster(wanted)
    if roster is None:
        raise UsageError("--roster", f"unknown: {wanted!r}; known: {', '.join(r.id for r in theatre.rosters)}")
    return roster


def map_units(theatre: Theatre, roster: Roster | None, with_evidence: tuple[str, ...]) -> tuple[str, ...]:
    """What a map shows: the roster's units, crossings, capitals, and whatever else has evidence; in order of id."""
    shown = {u.id for u in theatre.units if u.kind is PlaceKind.CROSSING or u.capital_of}
    shown |= set(roster.unit_ids if roster else ()) | set(with_evidence)
    return tuple(sorted(shown))
