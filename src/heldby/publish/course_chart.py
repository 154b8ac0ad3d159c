"""A unit's probability over time as SVG: a line a state, and under it the testimonies as ticks in lanes by side; denials are crosses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from heldby.model.status import CONTESTED
from heldby.publish.dates import long_day, plain_when, short_day
from heldby.publish.edition import CourseRow, Edition, Evidence, StatusRow
from heldby.publish.fonts import FAMILY
from heldby.publish.lettering import svg_text
from heldby.publish.markup import Markup, el, joined, number, shape
from heldby.publish.plain import printable
from heldby.publish.projection import Box
from heldby.publish.style import percent, side_name, style_for
from heldby.publish.wording import bits_text, content_words, stance_word, voice_side

WIDTH = 980.0
FRAME = Box(56.0, 14.0, 740.0, 190.0)
LANE = 24.0
_DASHES = (None, "9 3", "3 3", "12 3 3 3", "1.5 4")
_CONTESTED, _OTHER = "#8A63C7", "#7A858D"
_APART = 17.0


def course_chart(edition: Edition, row: StatusRow, course: CourseRow) -> Markup:
    """The chart of one unit; nothing where there are fewer than two days of it. Every tick has its words in its title."""
    if len(course.days) < 2:
        return Markup("")
    days = [date.fromisoformat(d) for d in course.days]
    lanes = _lanes(edition, row, days)
    top = FRAME.bottom + 40
    height = top + LANE * len(lanes) + 8
    title = f"Probability of who holds {row.name}, {long_day(days[0])} to {long_day(days[-1])}, and who said so when; the voices stand below in words"
    return el(
        "svg",
        el("title", printable(title)),
        *_axes(days),
        *_lines(edition, course, days),
        *(mark for i, (name, told) in enumerate(lanes) for mark in _lane(edition, name, told, days, top + LANE * i)),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        role="img",
        class_="s-course",
        font_family=FAMILY,
    )


def _axes(days: Sequence[date]) -> list[Markup]:
    parts: list[Markup] = []
    for share in (0, 25, 50, 75, 100):
        y = _y(share / 100)
        parts.append(shape("path", d=f"M{number(FRAME.x)} {number(y)}H{number(FRAME.right)}", class_="faint"))
        if share in (0, 50, 100):
            parts.append(el("text", f"{share} %", x=FRAME.x - 8, y=y + 4, text_anchor="end", font_size=12))
    span = (days[-1] - days[0]).days
    every = max(1, -(-span // 8))
    for back in range(0, span + 1, every):
        day = days[-1] - timedelta(days=back)
        x = _x(day, days)
        parts.append(shape("path", d=f"M{number(x)} {number(FRAME.bottom)}v5", class_="faint"))
        parts.append(el("text", short_day(day), x=x, y=FRAME.bottom + 20, text_anchor="middle", font_size=12))
    return parts


def _lines(edition: Edition, course: CourseRow, days: Sequence[date]) -> list[Markup]:
    style = style_for(edition)
    parts: list[Markup] = []
    ends: list[tuple[float, str, str, str | None]] = []
    shares_of = {state: [p[i] for p in course.p] for i, state in enumerate(course.states)}
    told = sorted((s for s in course.states if max(shares_of[s]) >= 0.02), key=lambda s: -max(shares_of[s]))
    for i, state in enumerate(told):
        shares = shares_of[state]
        side = style.side(state)
        colour = side.colour if side else _CONTESTED if state == CONTESTED else _OTHER
        dash = _DASHES[i % len(_DASHES)]
        spots = [f"{number(_x(d, days))} {number(_y(p))}" for d, p in zip(days, shares, strict=True)]
        parts.append(
            shape(
                "path",
                d="M" + "L".join(spots),
                fill="none",
                stroke=colour,
                stroke_width=2.6,
                stroke_dasharray=dash,
                stroke_linejoin="round",
            )
        )
        ends.append((_y(shares[-1]), f"{side_name(edition.theatre, state)} {percent(shares[-1])}", colour, dash))
    return [*parts, joined(_names(ends))]


def _names(ends: Sequence[tuple[float, str, str, str | None]]) -> list[Markup]:
    """Names at the lines' ends, moved apart where they would touch."""
    parts: list[Markup] = []
    last = FRAME.y - _APART
    rest = len(ends)
    for at, name, colour, dash in sorted(ends):
        rest -= 1
        y = min(max(at, last + _APART), FRAME.bottom - rest * _APART)
        last = y
        sample = f"M{number(FRAME.right + 8)} {number(y)}h22"
        parts.append(shape("path", d=sample, stroke=colour, stroke_width=2.6, stroke_dasharray=dash, fill="none"))
        parts.append(svg_text(name, x=FRAME.right + 36, y=y + 4, font_size=13))
    return parts


def _lanes(edition: Edition, row: StatusRow, days: Sequence[date]) -> list[tuple[str, list[Evidence]]]:
    """Testimonies of the days shown, by the side of who speaks: the theatre's sides in their order, then the others by name."""
    order = {voice: i for i, voice in enumerate(s.name for s in edition.theatre.sides)}
    lanes: dict[str, list[Evidence]] = {}
    for e in row.evidence:
        if e.said and days[0] <= date.fromisoformat(e.said) <= days[-1]:
            lanes.setdefault(printable(voice_side(e, edition.theatre)), []).append(e)
    return sorted(lanes.items(), key=lambda lane: (order.get(lane[0], len(order)), lane[0]))


def _lane(edition: Edition, name: str, told: Sequence[Evidence], days: Sequence[date], y: float) -> list[Markup]:
    style = style_for(edition)
    middle = y + LANE / 2
    parts: list[Markup] = [
        shape("path", d=f"M{number(FRAME.x)} {number(middle)}H{number(FRAME.right)}", class_="faint"),
        svg_text(name, x=FRAME.right + 12, y=middle + 4, font_size=12.5),
    ]
    beside: dict[str, int] = {}  # testimonies of one day stand side by side
    for e in sorted(told, key=lambda e: (e.said, e.id)):
        beside[e.said] = beside.get(e.said, -1) + 1
        side = style.side(e.holder)
        colour = side.colour if side else _CONTESTED
        x = _x(date.fromisoformat(e.said), days) + 7 * beside[e.said]
        words = f"{long_day(date.fromisoformat(e.said))}: {stance_word(e)} {content_words(e, edition.theatre)}, true {plain_when(e.meant)}; {bits_text(e.bits)}"
        title = el("title", printable(words))
        if e.denial:
            d = f"M{number(x - 4.5)} {number(middle - 4.5)}l9 9m0 -9l-9 9"
            parts.append(el("path", title, d=d, stroke=colour, stroke_width=2.6, fill="none"))
        else:
            parts.append(el("path", title, d=f"M{number(x)} {number(middle - 8)}v16", stroke=colour, stroke_width=3.2, fill="none"))
    return parts


def _x(day: date, days: Sequence[date]) -> float:
    return FRAME.x + FRAME.width * (day - days[0]).days / max(1, (days[-1] - days[0]).days)


def _y(share: float) -> float:
    return FRAME.bottom - FRAME.height * share
