"""The map's side column and its style sheet: tally, what colours and marks mean, scale; all drawn from the same table as the cells."""

from __future__ import annotations

from dataclasses import dataclass

from heldby.model.place import PlaceKind
from heldby.model.status import Tally
from heldby.publish.change_dates import dated_short, latest_first, perhaps_outside
from heldby.publish.dates import long_day
from heldby.publish.edition import ChangeRow, Edition
from heldby.publish.fonts import FAMILY, text_width, wrapped
from heldby.publish.lettering import fixed_text, svg_text
from heldby.publish.markup import Markup, el, joined, number, shape
from heldby.publish.projection import Box, Projection
from heldby.publish.style import Side, Style, blend, pairs, plain_class, side_name

LINE = 19.0


@dataclass(frozen=True, slots=True)
class Column:
    """Markup set below one another, and how high it got."""

    parts: tuple[Markup, ...]
    bottom: float


def style_sheet(style: Style) -> Markup:
    """The classes of every status, written once; a page that shows the map changes classes only."""
    rules = [
        f"text{{font-family:{FAMILY};fill:{style.ink}}}",
        ".panel{fill:#EEF1F3}.land{fill:#FFFFFF}.grid{fill:none;stroke:#D5DBDF;stroke-width:.7}.degree{font-size:9px;fill:#7A858D}",
        ".u{stroke:#FFFFFF;stroke-width:.7;stroke-linejoin:round;fill-rule:evenodd}",
        f".unknown{{fill:{style.unknown}}}",
        ".area{fill:#F3EBDD}",
        f".province{{fill:none;stroke:{style.ink};stroke-width:.9;stroke-opacity:.55;stroke-linejoin:round}}",
        f".outline{{fill:none;stroke:{style.ink};stroke-width:1.8;stroke-linejoin:round}}",
        ".road{fill:none;stroke:#FFFFFF;stroke-width:1.3;stroke-opacity:.75}",
        ".casing{fill:none;stroke:#FFFFFF;stroke-width:4.4;stroke-linecap:round}",
        ".held-road{fill:none;stroke-width:2.4;stroke-linecap:butt}",
        ".name{paint-order:stroke;stroke:#FFFFFF;stroke-width:2.8px;stroke-linejoin:round;stroke-opacity:.9}",
        ".name.capital{font-weight:600}.name.crossing{fill:#33404A}.name.base,.name.place,.name.town{fill:#4A5560}",
        ".letters text{text-anchor:middle;font-weight:600;fill-opacity:.78}",
        ".letters .on-dots{paint-order:stroke;stroke:#FFFFFF;stroke-width:2.4px;stroke-linejoin:round;fill-opacity:1}",
        ".edge{fill:none}",
        f".edge.disputed{{stroke:{style.ink};stroke-width:2;stroke-linejoin:round}}",
        ".edge.stale{stroke-width:1.2;stroke-dasharray:4 2.6}.edge.claimed{stroke-width:1.8}",
        ".edge.unknown{fill:none;stroke:#8A8A8A}",
        ".title{font-size:27px;font-weight:600}.sub{font-size:14px;fill:#47525B}.head{font-size:12.5px;font-weight:600}",
        ".item{font-size:12px}.change{font-size:11px}.small{font-size:10.5px;fill:#56616A}.tiny{font-size:9.5px;fill:#56616A}.when{font-weight:600;fill:#47525B}.count{font-size:13px;font-weight:600}",
        ".mark{font-size:12.5px;font-weight:600;fill:#5A3A00}.markbox{fill:#FFE9B8;stroke:#B57600;stroke-width:1}",
        ".rule{stroke:#C9D0D5;stroke-width:1}",
    ]
    for i, step in enumerate(style.steps):
        rules.append(f".p{i}{{fill-opacity:{number(step.opacity, 2)}}}.p{i}.stale{{fill-opacity:{number(step.opacity * 0.5, 2)}}}")
    for side in style.sides:
        rules.append(f".s-{side.key}{{fill:{side.colour}}}.edge.s-{side.key}{{fill:none;stroke:{side.colour}}}")
        rules.append(f".u.claimed.s-{side.key}{{fill:url(#hb-dots-{side.key});fill-opacity:1}}")
    rules.append(f".edge.disputed{{fill:none;stroke:{style.ink}}}")
    for first, second in pairs(style):
        rules.append(f".x-{first.key}-{second.key}{{fill:url(#hb-hatch-{first.key}-{second.key});fill-opacity:1}}")
        rules.append(f".edge.x-{first.key}-{second.key}{{fill:none;stroke:{style.ink}}}")
    return el("style", Markup("".join(rules)))


def patterns(style: Style) -> Markup:
    """Hatches of two colours for contested cells (fine ones for symbols), dots for claimed ones."""
    parts: list[Markup] = []
    for first, second in pairs(style):
        name = f"{first.key}-{second.key}"
        parts += [_hatch(f"hb-hatch-{name}", 8.0, first, second), _hatch(f"hb-fine-{name}", 4.0, first, second)]
    for side in style.sides:
        ground = shape("rect", width="7", height="7", fill=blend(side.colour, 0.10))
        dot = shape("circle", cx="3.5", cy="3.5", r="1.45", fill=side.colour)
        parts.append(el("pattern", ground, dot, id=f"hb-dots-{side.key}", width="7", height="7", patternUnits="userSpaceOnUse"))
    return el("defs", *parts)


def tally_block(edition: Edition, style: Style, box: Box) -> Column:
    """Counts by holder with intervals, a bar that adds up to the roster, and the coverage beside it."""
    tally = edition.tally
    if tally is None:
        return Column((), box.y)
    roster = edition.theatre.roster(tally.roster_id)
    noun = roster.unit_noun if roster else "units"
    y = box.y + 12
    parts = [el("text", f"{tally.size} {noun}", class_="head", x=box.x, y=y)]
    if roster:
        for line in wrapped(f"Roster: {roster.name}", box.width, 10.5):
            y += 14
            parts.append(el("text", line, class_="small", x=box.x, y=y))
    y += 10
    parts.append(_bar(tally, style, Box(box.x, y, box.width, 14)))
    y += 16
    for row in tally.rows:
        y += LINE
        parts += _count_line(side_name(edition.theatre, row.state), row.count, (row.low, row.high), box, y)
        parts.append(_swatch(row.state, style, box.x, y - 10.5))
    y += LINE
    parts += _count_line("unknown", tally.unknown, None, box, y)
    parts.append(shape("rect", x=box.x, y=y - 10.5, width=18, height=12, class_="unknown"))
    y += 4
    note = f"Evidence for {tally.covered} of {tally.size}. Counts: places led; brackets: the true count, 90 % interval"
    for line in wrapped(note, box.width * 0.92, 10.5):
        y += 14
        parts.append(el("text", line, class_="small", x=box.x, y=y))
    return Column(tuple(parts), y + 8)


def key_block(edition: Edition, style: Style, box: Box) -> Column:
    """What the colours, hatches, edges and symbols mean."""
    y = box.y + 12
    parts = [el("text", "Held by, and how likely", class_="head", x=box.x, y=y)]
    shown = range(3, len(style.steps))
    width = 42.0
    for side in style.sides:
        y += LINE + 2
        for i, n in enumerate(shown):
            parts.append(shape("rect", class_=f"u s-{side.key} p{n}", x=box.x + i * width, y=y - 12, width=width, height=14))
        left = box.x + len(shown) * width + 8
        lines = wrapped(f"{side.name} ({side.letter})", box.right - left, 12)
        for line in lines:
            parts.append(svg_text(line, class_="item", x=left, y=y))
            y += 14 if line is not lines[-1] else 0
    y += 15
    parts.append(fixed_text(style.steps[3].word, 9.5, class_="tiny", x=box.x, y=y))
    parts.append(fixed_text(style.steps[-1].word, 9.5, class_="tiny", x=box.x + len(shown) * width, y=y, text_anchor="end"))
    y += 10
    sample = style.sides[min(1, len(style.sides) - 1)] if style.sides else None
    whole = [("area", "", "area as a whole: shares of its places")] if edition.areas else []
    for look, mark, words in (*_meanings(style, sample), *whole):
        y += LINE + 1
        parts.append(shape("rect", class_=f"u {look}", x=box.x, y=y - 12, width=26, height=15))
        if mark:
            parts.append(shape("rect", class_=f"edge {look}", x=box.x + 1.2, y=y - 10.8, width=23.6, height=12.6))
        if mark == "?" and sample is not None:
            parts.append(el("text", f"{sample.letter}?", class_="small", x=box.x + 13, y=y - 0.8, text_anchor="middle", style="fill:#fff"))
        parts.append(el("text", words, class_="item", x=box.x + 36, y=y))
    y += 8
    for symbol, words in _symbols(box.x + 13):
        y += LINE
        parts.append(el("g", symbol, transform=f"translate(0 {number(y - 4)})"))
        parts.append(el("text", words, class_="item", x=box.x + 36, y=y))
    return Column(tuple(parts), y + 8)


def change_block(edition: Edition, style: Style, box: Box) -> Column:
    """The latest changes since `edition.since`, as many as fit into `box`, latest first; says how many there are in all."""
    if edition.since is None or box.height < 4 * LINE:
        return Column((), box.y)
    y = box.y + 12
    room = int((box.height - 20) // (LINE - 2))
    told = latest_first(edition.changes)
    parts = [el("text", f"Changes since {long_day(edition.since)}: {len(told)}", class_="head", x=box.x, y=y)]
    if outside := perhaps_outside(edition):
        y += 14
        room -= 1
        parts.append(el("text", outside, class_="small", x=box.x, y=y))
    shown = told if len(told) <= room else told[: room - 1]
    days = [dated_short(c, edition.as_of) for c in shown]
    indent = 12 + max((text_width(day, 10.5) for day in days), default=0)
    for change, day in zip(shown, days, strict=True):
        y += LINE - 2
        parts += _change_line(change, day, style, box, y, max(46, indent))
    if len(told) > len(shown):
        y += LINE - 2
        parts.append(el("text", f"and {len(told) - len(shown)} more: heldby changes", class_="small", x=box.x, y=y))
    return Column(tuple(parts), y + 8)


def scale_bar(projection: Projection, box: Box) -> Markup:
    """A bar of a round number of kilometres along the middle parallel, at the lower right of the map."""
    length = next((k for k in (1000, 500, 200, 100, 50, 20, 10) if projection.km(k) <= box.width / 5), 5)
    width = projection.km(length)
    x, y = box.right - width - 22, box.bottom - 28
    halves = (
        shape("rect", x=x, y=y, width=width / 2, height=4, fill="#47525B"),
        shape("rect", x=x + width / 2, y=y, width=width / 2, height=4, fill="#FFFFFF", stroke="#47525B", stroke_width=0.8),
    )
    return el("g", *halves, el("text", f"{length} km", class_="small", x=x + width, y=y - 5, text_anchor="end"))


def _meanings(style: Style, sample: Side | None) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    pair = pairs(style)
    if pair:
        found.append((f"x-{pair[0][0].key}-{pair[0][1].key}", "", "contested: both sides inside"))
    if sample is not None:
        found += [
            (f"s-{sample.key} p5 disputed", "?", "disputed: asserted and denied"),
            (f"s-{sample.key} p4 claimed", "edge", "claimed by the interested side alone"),
            (f"s-{sample.key} p4 stale", "edge", "stale: no news for long"),
        ]
    return [*found, ("unknown", "", "unknown: no evidence")]


def _symbols(x: float) -> list[tuple[Markup, str]]:
    ink = "#1F2328"
    grey = "#B9C1C7"
    return [
        (shape("circle", cx=x, cy=0, r=4.4, fill=grey, stroke=ink, stroke_width=1), "provincial capital"),
        (
            shape("path", d=f"M{number(x)} -6.4L{number(x + 6.4)} 0L{number(x)} 6.4L{number(x - 6.4)} 0Z", fill=grey, stroke=ink),
            "border crossing",
        ),
        (shape("rect", x=x - 3.4, y=-3.4, width=6.8, height=6.8, fill=grey, stroke=ink), "base, airport (with evidence)"),
        (shape("circle", cx=x, cy=0, r=3.2, fill=grey, stroke=ink, stroke_width=1), "town; district centre held otherwise"),
        (shape("path", d=f"M{number(x - 13)} 0H{number(x + 13)}", stroke=ink, stroke_width=2.4), "road with evidence (schematic)"),
    ]


def _change_line(change: ChangeRow, day: str, style: Style, box: Box, y: float, indent: float) -> list[Markup]:
    """ "12–14 Jul  Spin Boldak  [from] > [to]", marked where a side took back what it had; the name stands `indent` from the left."""
    place = f"{change.name} city" if change.kind == PlaceKind.CITY else change.name  # a city and its district often share a name
    name = f"{place} (retaken)" if change.recapture else place
    while text_width(name, 11) > box.width - 58 - indent and len(name) > 4:
        name = name[:-2].rstrip() + "…"
    x = box.right - 44
    arrow = shape("path", d=f"M{number(x + 17)} {number(y - 7.5)}l6 3.5l-6 3.5", fill="none", stroke="#56616A", stroke_width=1.2)
    return [
        el("text", day, class_="small when", x=box.x, y=y),
        svg_text(name, class_="item change", x=box.x + indent, y=y),
        shape("rect", class_=plain_class(change.before, style), x=x, y=y - 10, width=13, height=12),
        arrow,
        shape("rect", class_=plain_class(change.after, style), x=x + 27, y=y - 10, width=13, height=12),
    ]


def _count_line(name: str, count: int, interval: tuple[int, int] | None, box: Box, y: float) -> list[Markup]:
    label = name[:1].upper() + name[1:]
    parts = [svg_text(label, class_="item", x=box.x + 26, y=y)]
    parts.append(el("text", str(count), class_="count", x=box.right - 78, y=y, text_anchor="end"))
    if interval is not None:
        parts.append(el("text", f"[{interval[0]}–{interval[1]}]", class_="small", x=box.right, y=y, text_anchor="end"))
    return parts


def _bar(tally: Tally, style: Style, box: Box) -> Markup:
    parts: list[Markup] = []
    x = box.x
    for state, count in (*((r.state, r.count) for r in tally.rows), ("", tally.unknown)):
        width = box.width * count / tally.size if tally.size else 0.0
        if width > 0:
            parts.append(shape("rect", x=x, y=box.y, width=width, height=box.height, class_=plain_class(state, style)))
        x += width
    return el("g", *parts)


def _swatch(state: str, style: Style, x: float, y: float) -> Markup:
    return shape("rect", x=x, y=y, width=18, height=12, class_=plain_class(state, style))


def _hatch(name: str, period: float, first: Side, second: Side) -> Markup:
    half, size = number(period / 2), number(period)
    stripes = joined(
        (
            shape("rect", width=half, height=size, fill=blend(first.colour, 0.85)),
            shape("rect", x=half, width=half, height=size, fill=blend(second.colour, 0.85)),
        )
    )
    turn = "rotate(45)"
    return el("pattern", stripes, id=name, width=size, height=size, patternUnits="userSpaceOnUse", patternTransform=turn)
