"""The map of an edition, as SVG and PNG: everything a reader needs to judge it stands inside the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from heldby.publish.cells import Geometry, district_units, draw_geometry
from heldby.publish.drawing import (
    Plate,
    cell_layer,
    graticule,
    label_layer,
    land_layer,
    outline_layer,
    points,
    road_layer,
    symbol_layer,
)
from heldby.publish.edition import Edition
from heldby.publish.fonts import wrapped
from heldby.publish.legend import change_block, key_block, patterns, scale_bar, style_sheet, tally_block
from heldby.publish.markup import Markup, el, shape
from heldby.publish.projection import Box, fit
from heldby.publish.sheet import MARGIN, header, header_height, png, provenance_line, subtitle
from heldby.publish.style import style_for
from heldby.publish.wording import sources_words

SIDE = 300.0


@dataclass(frozen=True, slots=True)
class MapOptions:
    """`width` of the picture in pixels at scale 1 (its height follows the country), palette, language of place labels ("en", "fa", "ps")."""

    width: int = 1500
    palette: str = "default"
    labels: str = "en"
    scale: float = 2.0


@dataclass(frozen=True, slots=True)
class _Sheet:
    width: float
    height: float
    parts: tuple[Markup, ...]


def map_svg(edition: Edition, options: MapOptions | None = None) -> str:
    """The map as an SVG document (UTF-8 text): the same edition and options give the same bytes.

    Raises HeldbyError where the extra `map` is not installed, UsageError for an unknown palette.
    """
    return _svg(edition, options or MapOptions(), "", {})


def map_inline(edition: Edition, options: MapOptions | None = None, links: Mapping[str, str] | None = None) -> Markup:
    """The map as an element to set into a page: scales with its container; cells and symbols lead where `links` (by unit id) says."""
    return Markup(_svg(edition, options or MapOptions(), "map", links or {}))


def map_png(edition: Edition, options: MapOptions | None = None) -> bytes:
    """The map as PNG at `options.scale`, drawn with the bundled fonts alone: same edition, same bytes.

    Raises HeldbyError where the extra `map` is not installed.
    """
    chosen = options or MapOptions()
    return png(map_svg(edition, chosen), chosen.scale, "map")


def _svg(edition: Edition, options: MapOptions, class_name: str, links: Mapping[str, str]) -> str:
    sheet = _sheet(edition, options, links)
    described = f"{subtitle(edition)} {'; '.join(edition.marks)}".strip()
    return el(
        "svg",
        el("title", edition.title),
        el("desc", described),
        *sheet.parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {sheet.width:g} {sheet.height:g}",
        width=None if class_name else sheet.width,
        height=None if class_name else sheet.height,
        role="group" if links else "img",
        class_=class_name or None,
    )


def _sheet(edition: Edition, options: MapOptions, links: Mapping[str, str]) -> _Sheet:
    style = style_for(edition, options.palette)
    top = header_height(edition)
    inner = 26.0
    box = Box(MARGIN, top, options.width - SIDE - 3 * MARGIN, 420.0)
    within = Box(box.x + inner, box.y + inner, box.width - 2 * inner, box.height - 2 * inner)
    projection, height = fit(_extent(edition, within), within, options.width * (0.62 if edition.within else 0.8))
    side = Box(box.right + MARGIN, top, SIDE, height)
    tally = tally_block(edition, style, side)
    gap = 14.0 if tally.parts else 0.0
    legend = key_block(edition, style, Box(side.x, tally.bottom + gap, SIDE, 0))
    panel = Box(box.x, box.y, box.width, max(height + 2 * inner + 12, legend.bottom - top + 6))
    geometry = draw_geometry(edition, projection)
    news = change_block(edition, style, Box(side.x, legend.bottom + 14, SIDE, panel.bottom - legend.bottom - 14))
    plate = Plate(edition, style, projection, panel, {row.unit_id: row for row in edition.statuses}, options.labels, links)
    spots = points(plate)
    footer = _footer(edition, geometry, panel.bottom + 22, options.width - 2 * MARGIN)
    total = panel.bottom + 22 + 15 * len(footer) + 6
    clip = el("clipPath", shape("rect", x=panel.x, y=panel.y, width=panel.width, height=panel.height, rx=6), id="hb-panel")
    drawn = el(
        "g",
        shape("rect", class_="panel", x=panel.x, y=panel.y, width=panel.width, height=panel.height),
        graticule(plate),
        land_layer(geometry),
        cell_layer(plate, geometry),
        road_layer(plate),
        outline_layer(geometry),
        symbol_layer(plate, spots),
        label_layer(plate, spots, geometry),
        scale_bar(projection, panel),
        clip_path="url(#hb-panel)",
    )
    parts = (
        style_sheet(style),
        patterns(style),
        el("defs", clip),
        shape("rect", width=options.width, height=total, fill=style.paper),
        *header(edition, edition.title, options.width),
        drawn,
        *tally.parts,
        *_rules(side.x, *(c.bottom + 3 for c, after in ((tally, legend), (legend, news)) if c.parts and after.parts)),
        *legend.parts,
        *news.parts,
        *footer,
    )
    return _Sheet(options.width, round(total), parts)


def _rules(x: float, *heights: float) -> tuple[Markup, ...]:
    return tuple(shape("path", class_="rule", d=f"M{x:g} {y:g}h{SIDE:g}") for y in heights)


def _extent(edition: Edition, box: Box) -> list[tuple[float, float]]:
    """What must be seen: the outline, of an area its cells, else the places that have a status, and the districts."""
    theatre = edition.theatre
    outline = [point for ring in theatre.outline for point in ring]
    if outline and edition.within:
        rough, _ = fit(outline, box, box.width)
        cells = draw_geometry(edition, rough).cells
        outline = [rough.lonlat(x, y) for cell in cells for ring in cell.rings for x, y in ring]
    if outline:
        return outline
    met = (theatre.unit(row.unit_id) for row in edition.statuses)
    return [(u.lon, u.lat) for u in (*met, *district_units(edition)) if u is not None and u.lon is not None and u.lat is not None]


def _footer(edition: Edition, geometry: Geometry, y: float, width: float) -> tuple[Markup, ...]:
    told = f"{geometry.note}. {sources_words(edition.sources)} The command heldby why and the brief lead from each cell to its sentences."
    notes = f"Release: {'; '.join(edition.release_notes)}." if edition.release_notes else ""
    lines = [
        told,
        notes,
        f"{provenance_line(edition)}{f' · outline: {edition.theatre.outline_credit}' if geometry.outline else ''}",
    ]
    rows: list[str] = []
    for line in (x for x in lines if x):
        rows += wrapped(line, width, 10.5)
    return tuple(el("text", line, class_="small", x=MARGIN, y=y + 15 * i) for i, line in enumerate(rows))
