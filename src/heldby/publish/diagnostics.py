"""Pictures of how good a weighing is: what each source says in each state (reliability matrices), and how often what is given some probability is true."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heldby.publish.fonts import FAMILY, text_width, wrapped
from heldby.publish.lettering import svg_text
from heldby.publish.markup import Markup, el, joined, number, shape
from heldby.publish.style import blend, text_on

INK, SOFT, RULE, FULL = "#1F2328", "#56616A", "#D5DBDF", "#0072B2"
COLOURS = ("#0072B2", "#D55E00", "#1F2328")
CELL, GAP, LEFT, TOP = 40.0, 26.0, 30.0, 92.0
MOST = 24  # matrices drawn; the rest stand in the table of figures


@dataclass(frozen=True, slots=True)
class Matrix:
    """What a source says, by what is true: `cells[row][column]` from 0 to 1, rows summing to one; `under` says what it rests on."""

    title: str
    under: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers given about the same probability: its mean, the share that was true with its interval, and how many."""

    said: float
    true: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Curve:
    name: str
    bins: tuple[Bin, ...]


def reliability_svg(title: str, subtitle: str, matrices: Sequence[Matrix], per_line: int = 4) -> str:
    """A matrix for each source, the darker the likelier; the first MOST, and how many more there are."""
    shown = list(matrices[:MOST])
    label = 12 + max((text_width(r, 11) for m in shown for r in m.rows), default=40.0)
    wide = label + CELL * max((len(m.columns) for m in shown), default=1)
    wide = max(wide, *(text_width(t, s) for m in shown for t, s in ((m.title, 13.5), (m.under, 10.5)))) if shown else wide
    tall = 62 + CELL * max((len(m.rows) for m in shown), default=1)
    parts = [_matrix(m, LEFT + i % per_line * (wide + GAP), TOP + i // per_line * (tall + GAP), label) for i, m in enumerate(shown)]
    lines = -(-len(shown) // per_line)
    width = max(LEFT * 2 + per_line * (wide + GAP) - GAP, 560.0)
    bottom = TOP + lines * (tall + GAP)
    more = f"{len(matrices) - MOST} more sources stand in the table of figures alone." if len(matrices) > MOST else ""
    return _sheet(title, [subtitle, more], width, bottom, parts)


def calibration_svg(title: str, subtitle: str, curves: Sequence[Curve]) -> str:
    """Of what was given some probability, the share that was true, beside the straight line on which the two agree; the areas of dots are numbers."""
    size, x0, y0 = 420.0, 92.0, TOP + 34
    most = max((b.n for c in curves for b in c.bins), default=1)
    parts: list[Markup] = [
        shape("path", d=f"M{number(x0)} {number(y0 + size)}L{number(x0 + size)} {number(y0)}", stroke=SOFT, stroke_dasharray="5 4")
    ]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = x0 + size * tick, y0 + size * (1 - tick)
        parts.append(
            shape("path", d=f"M{number(x)} {number(y0)}V{number(y0 + size)}M{number(x0)} {number(y)}H{number(x0 + size)}", stroke=RULE)
        )
        parts.append(svg_text(f"{100 * tick:.0f} %", x=x, y=y0 + size + 18, font_size=11, text_anchor="middle", fill=SOFT))
        parts.append(svg_text(f"{100 * tick:.0f} %", x=x0 - 8, y=y + 4, font_size=11, text_anchor="end", fill=SOFT))
    parts.append(svg_text("probability given", x=x0 + size / 2, y=y0 + size + 40, font_size=12, text_anchor="middle", fill=INK))
    parts.append(svg_text("share that was true", x=x0 - 60, y=y0 - 10, font_size=12, fill=INK))
    for i, (curve, colour) in enumerate(zip(curves, COLOURS, strict=False)):
        at = [(x0 + size * b.said, y0 + size * (1 - b.true), b) for b in curve.bins]
        line = "L".join(f"{number(x)} {number(y)}" for x, y, _ in at)
        parts.append(shape("path", d=f"M{line}", stroke=colour, stroke_width=1.6, fill="none") if line else Markup(""))
        for x, y, b in at:
            ends = f"M{number(x)} {number(y0 + size * (1 - b.low))}V{number(y0 + size * (1 - b.high))}"
            parts.append(shape("path", d=ends, stroke=colour, stroke_width=1.2))
            parts.append(shape("circle", cx=x, cy=y, r=3 + 9 * (b.n / most) ** 0.5, fill=colour, fill_opacity=0.75, stroke="#FFFFFF"))
        y = y0 + 22 + 22 * i
        parts.append(shape("circle", cx=x0 + size + 32, cy=y - 4, r=6, fill=colour))
        parts.append(svg_text(curve.name, x=x0 + size + 46, y=y, font_size=12, fill=INK))
    longest = max((text_width(c.name, 12) for c in curves), default=0.0)
    return _sheet(title, [subtitle], x0 + size + 46 + longest + LEFT, y0 + size + 60, parts)


def _matrix(m: Matrix, x: float, y: float, label: float) -> Markup:
    parts = [
        svg_text(m.title, x=x, y=y + 12, font_size=13.5, font_weight=600, fill=INK),
        svg_text(m.under, x=x, y=y + 28, font_size=10.5, fill=SOFT),
    ]
    for j, head in enumerate(m.columns):
        parts.append(svg_text(head, x=x + label + CELL * (j + 0.5), y=y + 48, font_size=10.5, text_anchor="middle", fill=SOFT))
    for i, (row, cells) in enumerate(zip(m.rows, m.cells, strict=True)):
        top = y + 56 + CELL * i
        parts.append(svg_text(row, x=x + label - 8, y=top + CELL / 2 + 4, font_size=11, text_anchor="end", fill=INK))
        for j, value in enumerate(cells):
            left = x + label + CELL * j
            fill = blend(FULL, value)
            parts.append(shape("rect", x=left, y=top, width=CELL - 1, height=CELL - 1, fill=fill))
            middle = left + (CELL - 1) / 2
            text = f"{100 * value:.0f}"
            parts.append(svg_text(text, x=middle, y=top + CELL / 2 + 4, font_size=12, text_anchor="middle", fill=text_on(fill)))
    return joined(parts)


def _sheet(title: str, notes: Sequence[str], width: float, height: float, parts: Sequence[Markup]) -> str:
    lines = [line for note in notes if note for line in wrapped(note, width - 2 * LEFT, 12)]
    told = [svg_text(line, x=LEFT, y=58 + 16 * i, font_size=12, fill=SOFT) for i, line in enumerate(lines)]
    return el(
        "svg",
        el("title", title),
        shape("rect", x=0.0, y=0.0, width=width, height=height, fill="#FFFFFF"),
        svg_text(title, x=LEFT, y=36, font_size=20, font_weight=600, fill=INK),
        *told,
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        role="img",
        font_family=FAMILY,
    )
