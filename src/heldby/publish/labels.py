"""Placing labels: each in the best spot around its point that meets nothing placed before, or not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from heldby.model.place import Unit
from heldby.publish.fonts import text_width
from heldby.publish.projection import Box

# Positions around a point in order of preference (Imhof, Positioning Names on Maps, 1975): right, left, above, below, and between.
_POSITIONS = ((1, 0.0), (-1, 0.0), (1, -0.62), (1, 0.62), (-1, -0.62), (-1, 0.62), (0, -1.0), (0, 1.0))


@dataclass(frozen=True, slots=True)
class Wish:
    """A label wanted at a point: `reach` is the radius of the symbol it must not touch. Earlier wishes have their way."""

    text: str
    x: float
    y: float
    reach: float
    size: float
    bold: bool
    kind: str


@dataclass(frozen=True, slots=True)
class Label:
    """A placed label: `x`, `y` of its baseline, `anchor` as SVG has it."""

    text: str
    x: float
    y: float
    anchor: str
    size: float
    bold: bool
    kind: str
    box: Box


def place_labels(wishes: Iterable[Wish], window: Box, taken: Iterable[Box] = ()) -> tuple[Label, ...]:
    """Labels that fit into `window` without touching one another or the boxes `taken` (symbols); those that fit nowhere are left out."""
    occupied = list(taken)
    placed: list[Label] = []
    for wish in wishes:
        label = _first_fit(wish, window, occupied)
        if label is not None:
            placed.append(label)
            occupied.append(label.box)
    return tuple(placed)


def symbol_box(x: float, y: float, reach: float) -> Box:
    """The square a symbol needs."""
    return Box(x - reach, y - reach, 2 * reach, 2 * reach)


def name_in(unit: Unit, language: str) -> str:
    """The unit's first name in `language`; a Pashto map falls back on the Dari name (one script), any map on the unit's own name.

    Of a double name ("A - B") the first part stands.
    """
    for lang in {"ps": ("ps", "fa"), "en": ()}.get(language, (language,)):
        name = next((n.text for n in unit.names if n.lang == lang), "")
        if name:
            return name.split(" - ")[0]
    return unit.name


def _first_fit(wish: Wish, window: Box, occupied: list[Box]) -> Label | None:
    width = text_width(wish.text, wish.size, bold=wish.bold)
    height = wish.size * 1.06
    for side, rise in _POSITIONS:
        gap = wish.reach + 2.5
        left = wish.x + gap if side > 0 else wish.x - gap - width if side < 0 else wish.x - width / 2
        middle = wish.y + rise * (wish.reach + height * 0.62)
        box = Box(left, middle - height / 2, width, height)
        if window.holds(box) and not any(box.meets(other) for other in occupied):
            anchor = {1: "start", -1: "end", 0: "middle"}[side]
            x = left if side > 0 else left + width if side < 0 else wish.x
            return Label(wish.text, x, middle + wish.size * 0.36, anchor, wish.size, wish.bold, wish.kind, box)
    return None
