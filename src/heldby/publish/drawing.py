"""The map's layers as SVG: panel and graticule, cells, borders, roads, symbols, labels. Pure: geometry and style in, markup out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from heldby.model.place import PlaceKind, Scope, Unit
from heldby.model.status import CONTESTED, Support
from heldby.publish.cells import Cell, Geometry, district_units, named_cells
from heldby.publish.edition import AreaRow, Edition, Shape, StatusRow
from heldby.publish.labels import Label, Wish, name_in, place_labels, symbol_box
from heldby.publish.lettering import doubt, svg_text
from heldby.publish.markup import Markup, el, joined, number, shape
from heldby.publish.projection import Box, Projection
from heldby.publish.roads import road_line
from heldby.publish.style import Style, blend, classes, plain_class, side_name, text_on

CAPITAL, CROSSING, SPOT = 4.4, 6.4, 3.4


@dataclass(frozen=True, slots=True)
class Plate:
    """What every layer needs: the edition, how it looks, where it lies, and in which language places are labelled."""

    edition: Edition
    style: Style
    projection: Projection
    box: Box
    rows: Mapping[str, StatusRow]
    language: str
    links: Mapping[str, str] = field(default_factory=dict)  # unit id -> address in the page; the page's table has them for the keyboard

    def withholds(self, unit_id: str) -> bool:
        """Whether the release shows a unit only as part of its area."""
        coarse = {a.area_id for a in self.edition.areas}
        return bool(coarse) and unit_id not in self.rows and not coarse.isdisjoint(self.edition.theatre.lexicon.gazetteer.areas(unit_id))

    def led(self, unit_id: str, mark: Markup) -> Markup:
        """`mark`, leading to what its unit rests on where the page has it."""
        return el("a", mark, href=self.links[unit_id], tabindex="-1") if unit_id in self.links else mark


@dataclass(frozen=True, slots=True)
class Point:
    """A symbol: what it is ("capital", "crossing", "base", "town"; "withheld" for a capital whose status is not shown), where, and its reach."""

    unit: Unit
    row: StatusRow | None
    kind: str
    x: float
    y: float
    reach: float


def points(plate: Plate) -> tuple[Point, ...]:
    """Symbols to draw, in order of importance: capitals and crossings always, bases and towns where there is evidence.

    A district's centre is shown only where it is held otherwise than its district; without an outline all places with evidence are points.
    Of places that have cells of their own, cities alone are points too, or each where the list is short. A base is left out beside a crossing or capital at its place.
    """
    theatre = plate.edition.theatre
    cells = frozenset(u.id for u in district_units(plate.edition)) if theatre.outline else frozenset()
    named = named_cells(plate.edition)
    own = {u.id for u in theatre.units}
    others = (theatre.unit(unit_id) for unit_id in sorted(plate.rows) if unit_id not in own)
    found: list[Point] = []
    for unit in (*theatre.units, *(u for u in others if u is not None)):
        if not plate.edition.about(unit.id):
            continue
        row = plate.rows.get(unit.id)
        kind = _symbol(unit, row, plate.rows, bare=not theatre.outline)
        if kind in ("", "town") and unit.id in named:
            kind = "place"
        elif kind == "town" and unit.id in cells and unit.kind is not PlaceKind.CITY:
            kind = ""
        if kind and plate.withholds(unit.id):
            kind = "withheld" if kind == "capital" else ""
        if kind and unit.lat is not None and unit.lon is not None:
            x, y = plate.projection.xy(unit.lon, unit.lat)
            reach = {"capital": CAPITAL, "crossing": CROSSING, "withheld": 2.0}.get(kind, SPOT)
            found.append(Point(unit, row, kind, x, y, reach))
    order = {"capital": 0, "withheld": 0, "crossing": 1, "base": 2, "place": 3, "town": 4}
    found.sort(key=lambda p: (order[p.kind], p.unit.id))
    kept: list[Point] = []
    for point in found:
        minor = point.kind in ("base", "place", "town")
        if not minor or not any(symbol_box(point.x, point.y, 1.5).meets(symbol_box(k.x, k.y, k.reach)) for k in kept):
            kept.append(point)
    return tuple(kept)


def cell_layer(plate: Plate, geometry: Geometry) -> Markup:
    """Districts by holder and certainty, then the edges of claimed, disputed and stale ones, then the borders of areas."""
    areas = {a.area_id: a for a in plate.edition.areas}
    # Areas lie beneath: where only some of their places are shown as a part of them, the others' cells stand on top.
    fills = [_area_fill(plate, cell, areas[cell.unit_id]) for cell in geometry.areas if cell.unit_id in areas]
    edges: list[Markup] = []
    for cell in geometry.cells:
        unit = plate.edition.theatre.unit(cell.unit_id)
        if not cell.rings or plate.withholds(cell.unit_id):
            continue
        row = plate.rows.get(cell.unit_id)
        look = classes(row, plate.style)
        title = el("title", _cell_title(unit, row))
        fills.append(plate.led(cell.unit_id, el("path", title, class_=f"u {look}", d=path(cell.rings), data_unit=cell.unit_id)))
        if row is not None and row.support in (Support.CLAIMED, Support.DISPUTED, Support.STALE) and cell.inner:
            edges.append(shape("path", class_=f"edge {look}", d=path(cell.inner)))
    borders = [shape("path", class_="province", d=path(cell.rings)) for cell in geometry.areas]
    return joined((el("g", *fills, class_="cells"), el("g", *edges, class_="edges"), el("g", *borders, class_="provinces")))


def outline_layer(geometry: Geometry) -> Markup:
    return shape("path", class_="outline", d=path(geometry.outline)) if geometry.outline else Markup("")


def land_layer(geometry: Geometry) -> Markup:
    return shape("path", class_="land", d=path(geometry.outline)) if geometry.outline else Markup("")


def road_layer(plate: Plate) -> Markup:
    """Roads with evidence whose ends are known, in their holder's colour; dashed where contested, disputed or only claimed."""
    told: list[Markup] = []
    for unit in plate.edition.theatre.units:
        row = plate.rows.get(unit.id)
        if unit.kind is not PlaceKind.ROAD or row is None or row.support == Support.UNKNOWN or not row.holder:
            continue
        line = [plate.projection.xy(lon, lat) for lon, lat in road_line(plate.edition.theatre, unit)]
        if line:
            d = curve(line)
            dash = "5 3" if row.holder == CONTESTED or row.support in (Support.DISPUTED, Support.CLAIMED) else None
            told.append(shape("path", class_="casing", d=d))
            title = el("title", row.sentence or row.name)
            told.append(el("path", title, class_="held-road", d=d, stroke=_line_colour(row, plate.style), stroke_dasharray=dash))
    return el("g", *told, class_="roads")


def symbol_layer(plate: Plate, spots: tuple[Point, ...]) -> Markup:
    return el("g", *(plate.led(p.unit.id, _symbol_mark(p, plate.style)) for p in reversed(spots)), class_="symbols")


def label_layer(plate: Plate, spots: tuple[Point, ...], geometry: Geometry) -> Markup:
    """Names of capitals and crossings (towns and bases where there is room), then a letter in each cell that has room left."""
    shares = _share_boxes(plate, geometry)
    boxes = [*(symbol_box(p.x, p.y, p.reach + 0.5) for p in spots), *(box for _, box in shares)]
    wishes = [_wish(p, plate.language) for p in spots]
    placed = place_labels(wishes, plate.box, boxes)
    texts = [_label(label) for label in placed]
    taken = [*boxes, *(label.box for label in placed)]
    letters = [mark for cell in geometry.cells if (mark := _letter(plate, cell, taken)) is not None]
    bars = (_share_bar(area, box, plate.style) for area, box in shares)
    return joined((el("g", *letters, class_="letters"), el("g", *bars, class_="shares"), el("g", *texts, class_="names")))


def graticule(plate: Plate) -> Markup:
    """Meridians and parallels at round degrees, labelled along the edges."""
    projection, box = plate.projection, plate.box
    step = next(s for s in (0.25, 0.5, 1, 2, 5, 10, 20, 45) if box.width / (projection.scale * projection.squeeze * s) <= 8 or s == 45)
    west = projection.west + (box.x - projection.left) / (projection.scale * projection.squeeze)
    north = projection.north - (box.y - projection.top) / projection.scale
    parts: list[Markup] = []
    lon = math.ceil(west / step) * step
    while (x := projection.xy(lon, north)[0]) < box.right:
        if x > box.x + 24:
            parts.append(shape("path", class_="grid", d=f"M{number(x)} {number(box.y)}V{number(box.bottom)}"))
            parts.append(el("text", _degrees(lon, "E", "W"), class_="degree", x=x, y=box.bottom - 6, text_anchor="middle"))
        lon += step
    lat = math.floor(north / step) * step
    while (y := projection.xy(west, lat)[1]) < box.bottom - 18:
        if y > box.y + 12:
            parts.append(shape("path", class_="grid", d=f"M{number(box.x)} {number(y)}H{number(box.right)}"))
            parts.append(el("text", _degrees(lat, "N", "S"), class_="degree", x=box.x + 6, y=y - 3))
        lat -= step
    return el("g", *parts, class_="graticule")


def path(rings: Shape) -> str:
    """SVG path data of rings, to a tenth of a unit."""
    parts: list[str] = []
    for ring in rings:
        spots = list(dict.fromkeys((number(x), number(y)) for x, y in ring))
        if len(spots) >= 3:
            parts.append("M" + "L".join(f"{x} {y}" for x, y in spots) + "Z")
    return "".join(parts)


def _symbol(unit: Unit, row: StatusRow | None, rows: Mapping[str, StatusRow], *, bare: bool) -> str:
    """What a unit is drawn as; "" for none. On a `bare` map (no outline, so no cells) whatever has evidence is a point."""
    told = row is not None and row.support != Support.UNKNOWN
    if unit.capital_of and unit.kind is PlaceKind.CITY:
        return "capital"
    if unit.kind is PlaceKind.CROSSING:
        return "crossing"
    if unit.kind is PlaceKind.BASE:
        return "base" if told else ""
    if unit.kind in (PlaceKind.TOWN, PlaceKind.CITY, PlaceKind.VILLAGE) and row is not None and told:
        around = rows.get(unit.parent)
        same = unit.scope is Scope.CENTRE and around is not None and (around.holder, around.support) == (row.holder, row.support)
        return "" if same and not bare else "town"
    return "town" if bare and told and unit.kind is not PlaceKind.ROAD else ""


def _symbol_mark(point: Point, style: Style) -> Markup:
    if point.kind == "withheld":
        return shape("circle", cx=point.x, cy=point.y, r=point.reach, fill=style.ink)
    fill, stroke, wide, dash = _symbol_paint(point.row, style)
    title = el("title", _cell_title(point.unit, point.row))
    halo = "#FFFFFF"
    r, x, y = point.reach, point.x, point.y
    if point.kind == "crossing":
        d = f"M{number(x)} {number(y - r)}L{number(x + r)} {number(y)}L{number(x)} {number(y + r)}L{number(x - r)} {number(y)}Z"
        under = shape("path", d=d, fill=halo, stroke=halo, stroke_width=wide + 2.4, stroke_linejoin="round")
        over = el("path", title, d=d, fill=fill, stroke=stroke, stroke_width=wide, stroke_linejoin="round", stroke_dasharray=dash)
    elif point.kind == "base":
        under = shape("rect", x=x - r, y=y - r, width=2 * r, height=2 * r, fill=halo, stroke=halo, stroke_width=wide + 2)
        over = el(
            "rect", title, x=x - r, y=y - r, width=2 * r, height=2 * r, fill=fill, stroke=stroke, stroke_width=wide, stroke_dasharray=dash
        )
    else:
        under = shape("circle", cx=x, cy=y, r=r, fill=halo, stroke=halo, stroke_width=wide + 2.4)
        over = el("circle", title, cx=x, cy=y, r=r, fill=fill, stroke=stroke, stroke_width=wide, stroke_dasharray=dash)
    return el("g", under, over, data_unit=point.unit.id, class_=point.kind)


def _symbol_paint(row: StatusRow | None, style: Style) -> tuple[str, str, float, str | None]:
    """Fill, stroke, stroke width and dashes of a symbol: as its cell would look, in solid colours that small marks can carry."""
    if row is None or row.support == Support.UNKNOWN:
        return style.unknown, "#6B6B6B", 1.0, None
    if row.holder == CONTESTED:
        look = classes(row, style).split()[0]
        return f"url(#hb-fine-{look[2:]})", style.ink, 1.8 if row.support == Support.DISPUTED else 1.1, None
    side = style.side(row.holder or row.claimed_by or "")
    if side is None:
        return style.unknown, "#6B6B6B", 1.0, "2 1.6" if row.support == Support.STALE else None
    if row.support == Support.CLAIMED:
        return "#FFFFFF", side.colour, 2.2, None
    step = style.steps[int(classes(row, style).split()[1][1:])]
    if row.support == Support.STALE:
        return blend(side.colour, step.opacity * 0.5), side.colour, 1.2, "2 1.6"
    return blend(side.colour, max(0.45, step.opacity)), style.ink, 2.2 if row.support == Support.DISPUTED else 1.0, None


def _wish(point: Point, language: str) -> Wish:
    name = name_in(point.unit, language)
    for noun in (" crossing", " district centre"):
        name = name[: -len(noun)] if name.casefold().endswith(noun) and point.kind != "capital" else name
    disputed = point.row is not None and point.row.support == Support.DISPUTED
    size = {"capital": 12.5, "withheld": 12.5, "crossing": 10.5, "place": 10.5}.get(point.kind, 9.5)
    capital = point.kind in ("capital", "withheld")
    return Wish(doubt(name) if disputed else name, point.x, point.y, point.reach, size, capital, "capital" if capital else point.kind)


def _label(label: Label) -> Markup:
    return svg_text(label.text, class_=f"name {label.kind}", x=label.x, y=label.y, text_anchor=label.anchor, font_size=label.size)


def _letter(plate: Plate, cell: Cell, taken: list[Box]) -> Markup | None:
    row = plate.rows.get(cell.unit_id)
    size = min(13.0, cell.room * 0.95)
    if row is None or not cell.rings or size < 6.5 or row.support == Support.UNKNOWN or row.holder == CONTESTED:
        return None
    side = plate.style.side(row.holder or row.claimed_by)
    if side is None or any(symbol_box(cell.x, cell.y, size * 0.5).meets(box) for box in taken):
        return None
    step = plate.style.steps[int(classes(row, plate.style).split()[1][1:])]
    strength = step.opacity * (0.5 if row.support == Support.STALE else 1) if row.support != Support.CLAIMED else 0.0
    text = f"{side.letter}?" if row.support == Support.DISPUTED else side.letter
    look = "on-dots" if row.support == Support.CLAIMED else None
    return svg_text(text, class_=look, x=cell.x, y=cell.y + size * 0.36, font_size=size, fill=text_on(blend(side.colour, strength)))


def _share_boxes(plate: Plate, geometry: Geometry) -> list[tuple[AreaRow, Box]]:
    """Where the bar of shares lies in each area that stands for its places."""
    areas = {a.area_id: a for a in plate.edition.areas}
    cells = [c for c in geometry.areas if c.unit_id in areas and c.rings]
    widths = {c.unit_id: max(24.0, min(64.0, 1.6 * c.room)) for c in cells}
    return [(areas[c.unit_id], Box(c.x - widths[c.unit_id] / 2, c.y - 5, widths[c.unit_id], 10)) for c in cells]


def _share_bar(area: AreaRow, box: Box, style: Style) -> Markup:
    """How many places of an area each state leads, as parts of one bar; what is unknown stands last."""
    order = {s.id: i for i, s in enumerate(style.sides)}
    counts = [*sorted(area.counts, key=lambda c: order.get(c[0], len(order))), ("", area.unknown)]
    parts = [shape("rect", x=box.x - 1, y=box.y - 1, width=box.width + 2, height=box.height + 2, fill=style.paper, stroke=style.ink)]
    x = box.x
    for state, count in counts:
        width = box.width * count / max(1, area.size)
        if width > 0:
            parts.append(shape("rect", x=x, y=box.y, width=width, height=box.height, class_=plain_class(state, style)))
        x += width
    return el("g", *parts)


def _area_fill(plate: Plate, cell: Cell, area: AreaRow) -> Markup:
    counts = ", ".join(f"{n} {side_name(plate.edition.theatre, state)}" for state, n in area.counts) or "nothing known"
    marks = f" [{'; '.join(area.marks)}]" if area.marks else ""
    title = el("title", f"{area.name}, shown as a whole: {counts}; {area.unknown} unknown of {area.size}{marks}")
    return el("path", title, class_="u area", d=path(cell.rings), data_unit=area.area_id)


def _cell_title(unit: Unit | None, row: StatusRow | None) -> str:
    name = unit.name if unit else row.name if row else ""
    if row is None or row.support == Support.UNKNOWN:
        return f"{name}: no evidence"
    marks = f" [{'; '.join(row.marks)}]" if row.marks else ""
    return f"{row.sentence} {row.confidence_sentence}{marks}"


def _line_colour(row: StatusRow, style: Style) -> str:
    side = style.side(row.holder or "")
    return side.colour if side else style.ink


def curve(line: list[tuple[float, float]]) -> str:
    """A smooth line through three points: the middle one is passed, not cut."""
    (ax, ay), (mx, my), (bx, by) = line
    cx, cy = 2 * mx - (ax + bx) / 2, 2 * my - (ay + by) / 2
    return f"M{number(ax)} {number(ay)}Q{number(cx)} {number(cy)} {number(bx)} {number(by)}"


def _degrees(value: float, positive: str, negative: str) -> str:
    return f"{abs(value):g}° {positive if value > 0 else negative if value < 0 else ''}".strip()
