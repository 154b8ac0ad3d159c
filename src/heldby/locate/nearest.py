"""A place that somebody's table gives with its point: the bearer of its name that lies there, else what lies there under another name. Pure."""

from __future__ import annotations

from math import cos, hypot, radians

from heldby.model.place import PlaceKind, Unit
from heldby.model.theatre import Theatre

NAMED, UNNAMED = 12.0, 2.0  # km from the point within which a place of the name, a place of any name is taken for the one meant
_AREAS = (PlaceKind.COUNTRY, PlaceKind.PROVINCE, PlaceKind.REGION, PlaceKind.ROAD)
_DEGREE = 111.2  # km


def nearest_unit(theatre: Theatre, name: str, point: tuple[float, float]) -> tuple[Unit | None, str]:
    """The unit meant by `name` at `point` (lat, lon in degrees) and why; None where nothing of that name, or listed by the theatre, is near."""
    gazetteer = theatre.lexicon.gazetteer
    bearers = [u for i in gazetteer.lookup(name) if (u := gazetteer.unit(i))]
    for units, within, how in ((bearers, NAMED, "bears the name and lies"), (theatre.units, UNNAMED, "listed under another name, lies")):
        found = min(((d, u.id, u) for u in units if (d := _apart(u, point)) <= within), default=None)
        if found:
            return found[2], f"{how} {found[0]:.1f} km from where the table puts it"
    return None, ""


def _apart(unit: Unit, point: tuple[float, float]) -> float:
    """Kilometres between a unit and a point; infinite for areas, roads and units without a place on the map."""
    if unit.kind in _AREAS or unit.lat is None or unit.lon is None:
        return float("inf")
    return hypot(unit.lat - point[0], (unit.lon - point[1]) * cos(radians(point[0]))) * _DEGREE
