"""A small chart of tallies over time as SVG: one line a state, its interval as a band, named at its end; lines differ in dashes too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from heldby.model.status import CONTESTED, Tally
from heldby.publish.dates import long_day, short_day
from heldby.publish.edition import Edition
from heldby.publish.fonts import FAMILY, text_width
from heldby.publish.lettering import svg_text
from heldby.publish.markup import Markup, el, joined, number, shape
from heldby.publish.projection import Box
from heldby.publish.style import Style, side_name, style_for

WIDTH, HEIGHT = 860.0, 330.0
FRAME = Box(46.0, 16.0, 630.0, 268.0)
_DASHES = (None, "9 3", "3 3", "12 3 3 3", "1.5 4")
_APART = 17.0  # least distance of two labels


@dataclass(frozen=True, slots=True)
class Line:
    """A state's counts with their bounds, one a date."""

    name: str
    colour: str
    dash: str | None
    counts: tuple[int, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]


def tally_chart(edition: Edition) -> Markup:
    """The edition's tallies as a chart; nothing where there are fewer than two of one roster."""
    last = edition.tallies[-1] if edition.tallies else None
    tallies = [t for t in edition.tallies if last and t.roster_id == last.roster_id]
    if last is None or len(tallies) < 2:
        return Markup("")
    lines = _lines(edition, tallies, style_for(edition))
    most = _round_up(max(max(line.high) for line in lines))
    days = [t.as_of for t in tallies]
    title = f"Tally of {last.size} by holder, {long_day(days[0])} to {long_day(days[-1])}; the table below has the figures"
    return el(
        "svg",
        el("title", title),
        *_axes(days, most),
        *(_band(line, days, most) for line in lines),
        *(_stroke(line, days, most) for line in lines),
        *_labels(lines, most),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {max(WIDTH, _right(lines)):g} {HEIGHT:g}",
        role="img",
        class_="b-chart",
        font_family=FAMILY,
    )


def _lines(edition: Edition, tallies: Sequence[Tally], style: Style) -> list[Line]:
    states = list(dict.fromkeys(r.state for t in tallies for r in t.rows))
    found = []
    for i, state in enumerate(states):
        rows = [next((r for r in t.rows if r.state == state), None) for t in tallies]
        side = style.side(state)
        colour = side.colour if side else "#5B3A8C" if state == CONTESTED else "#6E6E6E"
        counts, low, high = (tuple(getattr(r, name) if r else 0 for r in rows) for name in ("count", "low", "high"))
        found.append(Line(side_name(edition.theatre, state), colour, _DASHES[i % len(_DASHES)], counts, low, high))
    unknown = tuple(t.unknown for t in tallies)
    return [*found, Line("unknown", "#6E6E6E", "1.5 4", unknown, unknown, unknown)]


def _round_up(most: int) -> int:
    step = _step(max(most, 1))
    return -(-max(most, 1) // step) * step


def _step(most: int) -> int:
    return next(s for s in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 10**9) if most / s <= 6)


def _axes(days: Sequence[date], most: int) -> list[Markup]:
    parts: list[Markup] = []
    for count in range(0, most + 1, _step(most)):
        y = _y(count, most)
        parts.append(shape("path", d=f"M{number(FRAME.x)} {number(y)}H{number(FRAME.right)}", stroke="#D0D5D9", fill="none"))
        parts.append(el("text", str(count), x=FRAME.x - 8, y=y + 4, text_anchor="end", font_size=12, fill="#47525B"))
    every = max(1, -(-len(days) // 8))
    for i in range(len(days) - 1, -1, -every):
        x = _x(days[i], days)
        parts.append(shape("path", d=f"M{number(x)} {number(FRAME.bottom)}v5", stroke="#47525B", fill="none"))
        parts.append(el("text", short_day(days[i]), x=x, y=FRAME.bottom + 20, text_anchor="middle", font_size=12, fill="#47525B"))
    return parts


def _band(line: Line, days: Sequence[date], most: int) -> Markup:
    if line.low == line.high:
        return Markup("")
    upper = [_point(d, n, days, most) for d, n in zip(days, line.high, strict=True)]
    lower = [_point(d, n, days, most) for d, n in zip(days, line.low, strict=True)]
    return shape("path", d="M" + "L".join((*upper, *reversed(lower))) + "Z", fill=line.colour, fill_opacity=0.16)


def _stroke(line: Line, days: Sequence[date], most: int) -> Markup:
    spots = [_point(d, n, days, most) for d, n in zip(days, line.counts, strict=True)]
    return shape("path", d="M" + "L".join(spots), fill="none", stroke=line.colour, stroke_width=2.4, stroke_dasharray=line.dash)


def _labels(lines: Sequence[Line], most: int) -> list[Markup]:
    """Names at the lines' ends, moved apart where they would touch."""
    order = sorted(range(len(lines)), key=lambda i: (-lines[i].counts[-1], i))
    parts: list[Markup] = []
    last = FRAME.y - _APART
    rest = len(order)
    for i in order:
        rest -= 1
        y = min(max(_y(lines[i].counts[-1], most), last + _APART), FRAME.bottom - rest * _APART)
        last = y
        sample = f"M{number(FRAME.right + 8)} {number(y)}h22"
        parts.append(shape("path", d=sample, stroke=lines[i].colour, stroke_width=2.4, stroke_dasharray=lines[i].dash, fill="none"))
        parts.append(svg_text(f"{lines[i].name} {lines[i].counts[-1]}", x=FRAME.right + 36, y=y + 4, font_size=13, fill="#1F2328"))
    return [joined(parts)]


def _right(lines: Sequence[Line]) -> float:
    """Where the longest name ends, in a fallback font wider than our own."""
    return ceil(max(text_width(f"{line.name} {line.counts[-1]}", 13) for line in lines) * 1.16 + FRAME.right + 36)


def _point(day: date, count: int, days: Sequence[date], most: int) -> str:
    return f"{number(_x(day, days))} {number(_y(count, most))}"


def _x(day: date, days: Sequence[date]) -> float:
    return FRAME.x + FRAME.width * (day - days[0]).days / max(1, (days[-1] - days[0]).days)


def _y(count: int, most: int) -> float:
    return FRAME.bottom - FRAME.height * count / most
