"""Where a road runs: between the two places its name gives, by way of its own point. Schematic, and the legend says so."""

from __future__ import annotations

import re

from heldby.model.place import PlaceKind, Unit
from heldby.model.theatre import Theatre

_TYPE = re.compile(r"\s+(?:highway|road|motorway|route)$", re.IGNORECASE)
_RANK = (PlaceKind.CITY, PlaceKind.CROSSING, PlaceKind.TOWN, PlaceKind.DISTRICT, PlaceKind.PROVINCE)


def road_line(theatre: Theatre, road: Unit) -> tuple[tuple[float, float], ...]:
    """(lon, lat) from end to end through the road's own point, or () where its name ("A-B highway") does not give two known places."""
    if road.lat is None or road.lon is None:
        return ()
    name = _TYPE.sub("", road.name)
    for dash in re.finditer("[-–]", name):
        first = _end(theatre, name[: dash.start()], road)
        last = _end(theatre, name[dash.end() :], road)
        if first is not None and last is not None and first != last:
            return (first, (road.lon, road.lat), last)
    return ()


def _end(theatre: Theatre, name: str, road: Unit) -> tuple[float, float] | None:
    """The likeliest place of that name: cities before crossings, towns, districts and provinces; among equals the nearest to the road."""
    found: list[tuple[int, float, str, tuple[float, float]]] = []
    for unit_id in theatre.lexicon.gazetteer.lookup(name.strip()):
        unit = theatre.unit(unit_id)
        if unit is None or unit.kind not in _RANK or unit.lat is None or unit.lon is None or unit.country != road.country:
            continue
        away = (unit.lat - (road.lat or 0.0)) ** 2 + (unit.lon - (road.lon or 0.0)) ** 2
        found.append((_RANK.index(unit.kind), away, unit.id, (unit.lon, unit.lat)))
    return min(found)[3] if found else None
