"""The drawing that does not change with the clocks: cells, areas, roads and symbols as path data, for a page that changes classes alone.

Same geometry as the map's (`cells`, `drawing`): what is drawn here lies where the picture has it.
"""

from __future__ import annotations

from typing import Any

from heldby.model.place import PlaceKind, Unit
from heldby.model.status import Support
from heldby.publish.cells import SPOTS, Cell, district_units, draw_geometry, named_cells
from heldby.publish.drawing import CAPITAL, CROSSING, SPOT, curve, path
from heldby.publish.edition import Edition
from heldby.publish.labels import name_in
from heldby.publish.projection import Box, Projection, fit
from heldby.publish.roads import road_line

WIDTH = 1000.0
_INNER = 14.0  # between the country and the edge


def stage(edition: Edition, language: str = "en") -> dict[str, Any]:
    """JSON-ready: `cells` with path data, the edge a little inside and the largest circle's middle and radius; `areas`, `outline`, `roads`;
    `symbols` of all that `edition`'s map could ever show, `others` with evidence that it has no place for (provinces, what has no coordinates).
    Units that the release shows only as part of their area are left out; such areas
    are `coarse`. Raises HeldbyError where the extra `map` is not installed."""
    theatre = edition.theatre
    box = Box(_INNER, _INNER, WIDTH - 2 * _INNER, 300.0)
    projection, height = fit(_extent(edition), box, WIDTH * 0.9)
    geometry = draw_geometry(edition, projection)
    coarse = {a.area_id for a in edition.areas}
    shown = {row.unit_id for row in edition.statuses}
    symbols = _symbols(edition, projection, language)
    cells = [c for c in geometry.cells if c.rings and (not coarse or c.unit_id in shown)]
    return {
        "note": geometry.note,
        "width": WIDTH,
        "height": round(height + 2 * _INNER),
        "km": round(projection.km(1.0), 5),
        "labels": language,
        "cells": [_cell(edition, c, language) for c in cells],
        "areas": [{**_named(edition, c.unit_id, language), "d": path(c.rings), "coarse": c.unit_id in coarse} for c in geometry.areas],
        "outline": path(geometry.outline),
        "symbols": symbols,
        "others": _others(edition, language, {c.unit_id for c in cells} | {s["id"] for s in symbols}),
        "roads": [
            {**_named(edition, u.id, language), "d": curve([projection.xy(*p) for p in line])}
            for u in theatre.units
            if u.kind is PlaceKind.ROAD and u.id in shown and (line := road_line(theatre, u))
        ],
    }


def _extent(edition: Edition) -> list[tuple[float, float]]:
    outline = [point for ring in edition.theatre.outline for point in ring]
    met = (edition.theatre.unit(row.unit_id) for row in edition.statuses)
    return outline or [(u.lon, u.lat) for u in met if u is not None and u.lon is not None and u.lat is not None]


def _cell(edition: Edition, cell: Cell, language: str) -> dict[str, Any]:
    place = {"x": round(cell.x, 1), "y": round(cell.y, 1), "room": round(cell.room, 1)}
    return {**_named(edition, cell.unit_id, language), "d": path(cell.rings), "inner": path(cell.inner), **place}


def _named(edition: Edition, unit_id: str, language: str) -> dict[str, str]:
    unit = edition.theatre.unit(unit_id)
    parent = edition.theatre.unit(unit.parent) if unit and unit.parent else None
    name = unit.name if unit else unit_id
    return {"id": unit_id, "name": name, "label": name_in(unit, language) if unit else name, "parent": parent.name if parent else ""}


def _symbols(edition: Edition, projection: Projection, language: str) -> list[dict[str, Any]]:
    """Capitals and crossings, the places of a short list, and whatever else with coordinates has evidence; the most important first."""
    found = []
    cells = frozenset(u.id for u in district_units(edition)) if edition.theatre.outline else frozenset()
    named = named_cells(edition)
    for row in edition.statuses:
        unit = edition.theatre.unit(row.unit_id)
        kind = _kind(unit, told=row.support != Support.UNKNOWN, bare=not edition.theatre.outline) if unit else ""
        if unit is not None and unit.id in named and kind in ("", "town"):
            kind = "place"
        elif unit is not None and kind == "town" and unit.id in cells and unit.kind is not PlaceKind.CITY:
            continue
        if unit is None or not kind or unit.lat is None or unit.lon is None:
            continue
        x, y = projection.xy(unit.lon, unit.lat)
        reach = {"capital": CAPITAL, "crossing": CROSSING}.get(kind, SPOT)
        found.append({**_named(edition, unit.id, language), "kind": kind, "x": round(x, 1), "y": round(y, 1), "reach": reach})
    order = {"capital": 0, "crossing": 1, "base": 2, "place": 3, "town": 4}
    return sorted(found, key=lambda s: (order[s["kind"]], s["id"]))


def _others(edition: Edition, language: str, drawn: set[str]) -> list[dict[str, Any]]:
    """Units with evidence that are neither cell, symbol nor road: a table names them all the same."""
    told = [r for r in edition.statuses if r.support != Support.UNKNOWN and r.unit_id not in drawn and r.kind != PlaceKind.ROAD]
    return [{**_named(edition, r.unit_id, language), "kind": r.kind} for r in told]


def _kind(unit: Unit, *, told: bool, bare: bool) -> str:
    """What a unit may be drawn as at some time; "" for never."""
    if unit.capital_of and unit.kind is PlaceKind.CITY:
        return "capital"
    if unit.kind is PlaceKind.CROSSING:
        return "crossing"
    if unit.kind is PlaceKind.BASE:
        return "base" if told else ""
    spot = unit.kind in SPOTS or (bare and unit.kind is not PlaceKind.ROAD)
    return "town" if told and spot else ""
