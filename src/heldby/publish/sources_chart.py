"""The sources' record as a picture: what each said and relayed, the share borne out with its interval, interest, lead, and the letter proposed.

One line a source. Whatever colour tells is told again by shape or words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asinh

from heldby.model.record import SourceSort
from heldby.publish.edition import Edition
from heldby.publish.fonts import FAMILY, text_width, wrapped
from heldby.publish.legend import style_sheet
from heldby.publish.lettering import svg_text
from heldby.publish.markup import Markup, el, joined, number, shape
from heldby.publish.sheet import MARGIN, header, header_height, png, provenance_line, subtitle
from heldby.publish.source_rows import OutcomeCells, SourceRow
from heldby.publish.sources import HEADINGS, LEARNED, grouped, lead_words, out_of
from heldby.publish.style import Style, blend, style_for

WIDTH = 1240.0
LINE, GROUP = 25.0, 34.0
NAME, SAID, BORNE, INTEREST, LEAD, LETTER = (
    (30.0, 250.0),
    (292.0, 150.0),
    (492.0, 186.0),
    (770.0, 120.0),
    (944.0, 164.0),
    (1178.0, 50.0),
)  # x and width of each column
MOST = {SourceSort.PARTY: 12, SourceSort.OUTLET: 24, SourceSort.ROLE: 16}
SOFT, RULE, INDEPENDENT = "#56616A", "#D5DBDF", "#3C4650"
_LEAD_TICKS = ((-168.0, "−7 d"), (-24.0, "−1 d"), (-6.0, ""), (0.0, "0"), (6.0, ""), (24.0, "+1 d"), (168.0, "+7 d"))
_LEAD_SCALE, _LEAD_MOST = 6.0, 400.0  # hours: straight near nought, logarithmic beyond


@dataclass(frozen=True, slots=True)
class _Line:
    row: SourceRow
    y: float
    colour: str


def sources_svg(edition: Edition) -> str:
    """The picture as an SVG document (UTF-8): same edition, same bytes."""
    style = style_for(edition)
    top = header_height(edition) + 6
    body, bottom = _body(edition, style, top)
    notes, end = _notes(edition, bottom + 26)
    title = f"{edition.theatre.name}: how its sources have done"
    return el(
        "svg",
        el("title", title),
        el("desc", f"{subtitle(edition)} {'; '.join(edition.marks)}".strip()),
        style_sheet(style),
        shape("rect", width=WIDTH, height=end, fill=style.paper),
        *header(edition, title, WIDTH),
        body,
        notes,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:g} {number(end)}",
        width=WIDTH,
        height=end,
        role="img",
    )


def sources_png(edition: Edition, scale: float = 2.0) -> bytes:
    """The picture as PNG. Raises HeldbyError where the extra `map` is not installed."""
    return png(sources_svg(edition), scale, "sources")


def sources_chart(edition: Edition) -> Markup:
    """The picture's body alone, to set into a page that has its own head; nothing where nobody has said anything."""
    if not edition.records:
        return Markup("")
    body, bottom = _body(edition, style_for(edition), 10.0)
    title = "How the sources have done; the table below has the figures"
    return el(
        "svg",
        el("title", title),
        body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:g} {number(bottom + 8)}",
        role="img",
        class_="b-sources",
        font_family=FAMILY,
    )


def _body(edition: Edition, style: Style, top: float) -> tuple[Markup, float]:
    """Column heads, then each group with its lines; and where it ends."""
    lines: list[_Line] = []
    parts: list[Markup] = []
    y = top + 58
    for sort, rows in grouped(edition):
        shown = rows[: MOST[sort]]
        more = f"  ({len(rows) - len(shown)} more in the table)" if len(rows) > len(shown) else ""
        parts.append(_text(f"{HEADINGS[sort]}{more}", NAME[0], y + 12, 12.5, bold=True))
        y += GROUP
        for row in shown:
            side = style.side(edition.theatre.side_of(row.side)) if row.side_name else None
            lines.append(_Line(row, y, side.colour if side else INDEPENDENT))
            y += LINE
        y += 8
    if not lines:
        return joined((_text("Nobody has said anything of a place by then.", NAME[0], top + 24, 13),)), top + 40
    most = max(_said(line.row) for line in lines)
    bottom = y
    axes = (*_heads(top), *_axes(top + 44, bottom))
    drawn = [joined((_name(x), _bar(x, most), _borne(x), _interest(x), _lead(x), _letter(x))) for x in lines]
    return joined((*axes, *parts, *drawn)), bottom


def _heads(top: float) -> tuple[Markup, ...]:
    heads = (
        (SAID, "Said and relayed", "own · first to carry · echoes"),
        (BORNE, "Borne out, of those judged", "with the 90 % interval; triangle: learned"),
        (INTEREST, "By interest", "full: in its own; open: against"),
        (LEAD, "Lead on shared changes", "median, half of all between"),
        (LETTER, "Letter", "proposed"),
    )
    return tuple(
        joined((_text(head, column[0], top + 8, 12.5, bold=True), _text(under, column[0], top + 24, 10.5, SOFT)))
        for column, head, under in heads
    )


def _axes(top: float, bottom: float) -> list[Markup]:
    parts: list[Markup] = []
    for column in (BORNE, INTEREST):
        for share in (0.0, 0.5, 1.0):
            parts += _tick(_share(column, share), f"{100 * share:.0f} %", (top, bottom), strong=False)
    for hours, label in _LEAD_TICKS:
        parts += _tick(_hours(hours), label, (top, bottom), strong=not hours)
    return parts


def _tick(x: float, label: str, span: tuple[float, float], *, strong: bool) -> list[Markup]:
    top, bottom = span
    line = shape(
        "path", d=f"M{number(x)} {number(top)}V{number(bottom)}", stroke="#8A949B" if strong else RULE, stroke_width=1, fill="none"
    )
    return [line, el("text", label, x=x, y=top - 5, text_anchor="middle", font_size=9.5, fill=SOFT)]


def _name(line: _Line) -> Markup:
    row = line.row
    name, size = row.name, 12.5
    while text_width(name, size) > NAME[1] - 16 and len(name) > 4:
        name = name[:-2].rstrip() + "…"
    mark = shape("rect", x=NAME[0], y=line.y - 9, width=6, height=12, fill=line.colour)
    return joined((mark, svg_text(name, x=NAME[0] + 13, y=line.y + 1.5, font_size=size, fill="#1F2328")))


def _said(row: SourceRow) -> int:
    return row.testimonies + (row.carried + row.relayed if row.sort == SourceSort.OUTLET else 0)


def _bar(line: _Line, most: int) -> Markup:
    """Own testimonies full, what it was first to carry lighter, echoes as an outline; the number behind it is that of its own."""
    row, unit = line.row, SAID[1] / max(most, 1)
    x, y = SAID[0], line.y - 9
    parts: list[Markup] = []
    press = row.sort == SourceSort.OUTLET
    looks = ((row.testimonies, line.colour, line.colour), (row.carried if press else 0, blend(line.colour, 0.35), line.colour))
    for count, fill, edge in (*looks, (row.relayed if press else 0, "none", line.colour)):
        if count:
            parts.append(shape("rect", x=x, y=y, width=count * unit, height=11, fill=fill, stroke=edge, stroke_width=0.9))
            x += count * unit
    told = f"{row.testimonies}" + (f" · {row.carried} · {row.relayed}" if press else "")
    return joined((*parts, _text(told, x + 6, line.y + 0.5, 10.5, SOFT)))


def _borne(line: _Line) -> Markup:
    found = line.row.outcomes
    if found.share is None or found.low is None or found.high is None:
        counts_for = f"counts for {line.row.side_name}" if line.row.side_name and not line.row.testimonies else ""
        told = f"none judged, {found.open} open" if found.open else counts_for
        return joined((_learned(line), _text(told, BORNE[0] + 6, line.y, 10.5, SOFT)))
    whisker = _span(_share(BORNE, found.low), _share(BORNE, found.high), line.y - 4, line.colour)
    dot = shape("circle", cx=_share(BORNE, found.share), cy=line.y - 4, r=5, fill=line.colour, stroke="#FFFFFF", stroke_width=1)
    return joined((whisker, dot, _learned(line), _text(out_of(found), BORNE[0] + BORNE[1] + 10, line.y, 11)))


def _learned(line: _Line) -> Markup:
    """The reliability that the weighing learned, as a triangle under the line, where it learned one."""
    if line.row.learned is None:
        return Markup("")
    x, y = _share(BORNE, line.row.learned), line.y + 2
    return shape("path", d=f"M{number(x)} {number(y)}l3.6 5.6h-7.2Z", fill="#1F2328")


def _interest(line: _Line) -> Markup:
    own, against = line.row.own, line.row.against
    parts: list[Markup] = []
    if own.share is not None and against.share is not None:
        parts.append(_span(_share(INTEREST, own.share), _share(INTEREST, against.share), line.y - 4, line.colour, cap=False))
    if own.share is not None:
        parts.append(shape("circle", cx=_share(INTEREST, own.share), cy=line.y - 4, r=_size(own), fill=line.colour))
    if against.share is not None:
        x, y, r = _share(INTEREST, against.share), line.y - 4, _size(against) + 1.2
        d = f"M{number(x)} {number(y - r)}l{number(r)} {number(r)}l{number(-r)} {number(r)}l{number(-r)} {number(-r)}Z"
        parts.append(shape("path", d=d, fill="#FFFFFF", stroke=line.colour, stroke_width=1.6))
    return joined(parts)


def _size(outcomes: OutcomeCells) -> float:
    """Radius of a mark: fewer than five cases are drawn small."""
    return 3.0 if outcomes.judged < 5 else 4.6


def _lead(line: _Line) -> Markup:
    row = line.row
    if row.lead is None or row.lead_low is None or row.lead_high is None:
        return Markup("")
    x = _hours(row.lead)
    bar = shape("path", d=f"M{number(x)} {number(line.y - 10)}V{number(line.y + 2)}", stroke=line.colour, stroke_width=3.2, fill="none")
    told = _text(lead_words(row), LEAD[0] + LEAD[1] + 8, line.y, 10.5, SOFT)
    return joined((_span(_hours(row.lead_low), _hours(row.lead_high), line.y - 4, line.colour), bar, told))


def _letter(line: _Line) -> Markup:
    row = line.row
    x, known = LETTER[0] + 2, row.letter != "F"
    box = shape(
        "rect", x=x, y=line.y - 12.5, width=17, height=17, rx=3, fill="#FFFFFF" if not known else "#EEF1F3", stroke=SOFT, stroke_width=0.9
    )
    letter = el(
        "text", row.letter, x=x + 8.5, y=line.y + 0.5, text_anchor="middle", font_size=12, font_weight=600 if known else 400, fill=SOFT
    )
    set_by = _text(f"set: {row.letter_set}", x + 22, line.y, 11, bold=True) if row.letter_set else Markup("")
    return joined((box, letter, set_by))


def _span(x1: float, x2: float, y: float, colour: str, *, cap: bool = True) -> Markup:
    ends = f"M{number(x1)} {number(y - 3.5)}v7M{number(x2)} {number(y - 3.5)}v7" if cap else ""
    return shape("path", d=f"M{number(x1)} {number(y)}H{number(x2)}{ends}", stroke=colour, stroke_width=1.4, fill="none")


def _share(column: tuple[float, float], share: float) -> float:
    return column[0] + column[1] * share


def _hours(hours: float) -> float:
    cut = max(-_LEAD_MOST, min(_LEAD_MOST, hours))
    return LEAD[0] + LEAD[1] * (0.5 + 0.5 * asinh(cut / _LEAD_SCALE) / asinh(_LEAD_MOST / _LEAD_SCALE))


def _text(text: str, x: float, y: float, size: float, fill: str = "#1F2328", *, bold: bool = False) -> Markup:
    return el("text", text, x=x, y=y, font_size=size, fill=fill, font_weight=600 if bold else None)


def _notes(edition: Edition, y: float) -> tuple[Markup, float]:
    release = f"Release: {'; '.join(edition.release_notes)}." if edition.release_notes else ""
    told: Sequence[str] = (
        edition.records_rule,
        f"Triangle: {LEARNED[0].lower()}{LEARNED[1:]}" if any(r.learned is not None for r in edition.records) else "",
        "Marks by interest are small where fewer than five claims were judged. Lead: ahead of the first of the others to the right, behind to the "
        "left; the scale is straight near nought and logarithmic beyond. A report dated without a time counts as known at the end of its day.",
        "Letters are proposed by these figures on the Admiralty scale (F: too few to judge); a letter that a person set stands beside.",
        release,
        provenance_line(edition),
    )
    rows = [line for text in told if text for line in wrapped(text, WIDTH - 2 * MARGIN, 10.5)]
    lines = (el("text", line, class_="small", x=MARGIN, y=y + 15 * i) for i, line in enumerate(rows))
    return joined(lines), round(y + 15 * len(rows) + 6)
