"""The drawn geometry: a cell for every unit that is counted (districts, else places), borders of the areas around them, and the outline, in the picture's coordinates.

Where no boundaries are given, its cell is its Thiessen cell: the part of the country nearer to its centre than to any other's
(Thiessen 1911; Voronoi diagrams as GEOS computes them). Such cells are not boundaries, and `Geometry.note` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from heldby.errors import HeldbyError
from heldby.model.place import PlaceKind, Unit
from heldby.publish.edition import Edition, Ring, Shape
from heldby.publish.projection import Projection

CELLS_NOTE = "nearest-centre cells, not boundaries"
SPOTS = frozenset({PlaceKind.TOWN, PlaceKind.CITY, PlaceKind.VILLAGE})
FEW = 60  # cells, of which a map of usual size can name each
_APART = 0.6  # how far points that share one place are moved apart, in picture units
_EDGE = 1.5  # how far inside its cell an edge of support is drawn


@dataclass(frozen=True, slots=True)
class Cell:
    """A unit's polygon(s): `rings` filled by the even-odd rule; `inner` the same drawn in a little, for edges that neighbours must not cover;
    (`x`, `y`) the middle of the largest circle inside and `room` its radius."""

    unit_id: str
    rings: Shape
    inner: Shape
    x: float
    y: float
    room: float


@dataclass(frozen=True, slots=True)
class Geometry:
    """Cells in order of unit id, areas (provinces) likewise, the outline's rings. `note` says what the cells are."""

    cells: tuple[Cell, ...]
    areas: tuple[Cell, ...]
    outline: Shape
    note: str


def district_units(edition: Edition) -> tuple[Unit, ...]:
    """The units that are counted: districts (else places) of the tally's roster, else of the theatre's default one; with coordinates, by id."""
    return tuple(u for u in _sharing(edition) if edition.about(u.id))


def named_cells(edition: Edition) -> frozenset[str]:
    """Towns, cities and villages with cells of their own, by id, where they are few enough that each has a point and a name whatever is known."""
    if not edition.theatre.outline:
        return frozenset()
    units = _sharing(edition)
    return frozenset(u.id for u in units if u.kind in SPOTS) if len(units) <= FEW else frozenset()


def _sharing(edition: Edition) -> tuple[Unit, ...]:
    """The units that share out the land: those of the whole roster, though the edition show a part of it."""
    theatre = edition.theatre
    part = theatre.roster(edition.tally.roster_id) if edition.tally else None
    whole = theatre.roster(part.part_of) if part and part.part_of else part
    return theatre.counted(whole.id if whole else "")


def draw_geometry(edition: Edition, projection: Projection) -> Geometry:
    """Cells, areas and outline of an edition. Without an outline in the theatre there are no cells (points are drawn alone).

    Raises HeldbyError naming the extra to install where shapely is missing.
    """
    units = _sharing(edition)
    outline = tuple(_projected(ring, projection) for ring in edition.theatre.outline)
    if not outline or not units:
        return Geometry((), (), outline, "Places are drawn as points: this theatre has no outline to draw cells in")
    shapely = _shapely()
    land = even_odd(shapely, outline)
    given = {
        u.id: even_odd(shapely, tuple(_projected(ring, projection) for ring in edition.boundaries[u.id]))
        for u in units
        if u.id in edition.boundaries
    }
    rest = {u.id: projection.xy(u.lon or 0.0, u.lat or 0.0) for u in units if u.id not in given}
    free = shapely.difference(land, shapely.union_all(list(given.values()))) if given else land
    polygons = {**thiessen(rest, free), **given}
    areas: dict[str, list[Any]] = {}
    for unit in units:
        areas.setdefault(unit.parent, []).append(polygons[unit.id])
    cells = tuple(_cell(shapely, u.id, polygons[u.id]) for u in units if edition.about(u.id))
    borders = tuple(_cell(shapely, area, _merged(shapely, parts)) for area, parts in sorted(areas.items()) if area)
    return Geometry(cells, borders, outline, _note(len(given), len(units)))


def thiessen(points: Mapping[str, tuple[float, float]], land: Any) -> dict[str, Any]:
    """The Thiessen cell of each point within `land` (a shapely polygon): they fill it, and do not overlap.

    Points at one place are moved apart a little, in order of id; a point outside `land` is moved to its nearest place inside. A cell that still
    has no part of the land is empty. Same points, same cells.
    """
    shapely = _shapely()
    placed = _spread(shapely, points, land)
    if not placed:
        return {}
    if len(placed) == 1:
        return dict.fromkeys(placed, land)
    names = sorted(placed)
    sites = shapely.points([placed[n] for n in names])
    diagram = shapely.voronoi_polygons(shapely.multipoints(sites), extend_to=shapely.envelope(land))
    parts = shapely.get_parts(diagram)
    tree = shapely.STRtree(parts)
    found = tree.query(sites, predicate="intersects")
    owner = {int(site): int(part) for site, part in reversed(list(zip(*found, strict=True)))}
    return {name: shapely.intersection(parts[owner[i]], land) for i, name in enumerate(names)}


def _spread(shapely: Any, points: Mapping[str, tuple[float, float]], land: Any) -> dict[str, tuple[float, float]]:
    taken: set[tuple[float, float]] = set()
    placed: dict[str, tuple[float, float]] = {}
    for name in sorted(points):
        spot = shapely.points(points[name])
        if not shapely.intersects(land, spot):
            near = shapely.get_point(shapely.shortest_line(land, spot), 0)
            middle = shapely.centroid(land)
            spot = shapely.line_interpolate_point(shapely.linestrings([[near.x, near.y], [middle.x, middle.y]]), _APART)
        x, y = round(float(spot.x), 3), round(float(spot.y), 3)
        while (x, y) in taken:
            x = round(x + _APART, 3)
        taken.add((x, y))
        placed[name] = (x, y)
    return placed


def _cell(shapely: Any, unit_id: str, polygon: Any) -> Cell:
    if polygon.is_empty:
        return Cell(unit_id, (), (), 0.0, 0.0, 0.0)
    largest = max(_polygons(shapely, polygon), key=lambda p: p.area)
    circle = shapely.maximum_inscribed_circle(largest, tolerance=0.5)
    centre = shapely.get_point(circle, 0)
    inner = shapely.buffer(polygon, -_EDGE, join_style="mitre", mitre_limit=2.0)
    return Cell(unit_id, _rings(shapely, polygon), _rings(shapely, inner), float(centre.x), float(centre.y), float(shapely.length(circle)))


def _merged(shapely: Any, parts: list[Any]) -> Any:
    """One polygon of several that share edges; slivers from rounding are closed."""
    return shapely.buffer(shapely.union_all([shapely.buffer(p, 0.02, join_style="mitre") for p in parts]), -0.02, join_style="mitre")


def _rings(shapely: Any, polygon: Any) -> Shape:
    found: list[Ring] = []
    for part in _polygons(shapely, polygon):
        found.append(_coordinates(part.exterior))
        found.extend(_coordinates(hole) for hole in part.interiors)
    return tuple(found)


def _polygons(shapely: Any, geometry: Any) -> list[Any]:
    return [p for p in shapely.get_parts(geometry) if p.geom_type == "Polygon" and not p.is_empty and p.area > 0.05]


def _coordinates(ring: Any) -> Ring:
    return tuple((float(x), float(y)) for x, y in ring.coords)


def even_odd(shapely: Any, rings: Iterable[Ring]) -> Any:
    """A valid polygon of rings filled by the even-odd rule: a ring inside another is a hole, one outside it a further part."""
    shape = shapely.Polygon()
    for ring in rings:
        if len(ring) >= 3:
            shape = shapely.symmetric_difference(shape, shapely.make_valid(shapely.Polygon(ring)))
    return shape


def _projected(ring: Ring, projection: Projection) -> Ring:
    return tuple(projection.xy(lon, lat) for lon, lat in ring)


def _note(given: int, total: int) -> str:
    if given == 0:
        return f"Cells: {CELLS_NOTE}"
    return "Cells: boundaries as given" if given == total else f"Cells: boundaries as given for {given} of {total} units, else {CELLS_NOTE}"


def _shapely() -> Any:
    try:
        import shapely  # an extra: only who draws maps needs it
    except ImportError:
        raise HeldbyError("map", "drawing needs shapely: install heldby with its extra `map` (pip install 'heldby[map]')") from None
    return shapely
