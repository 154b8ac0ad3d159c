"""From a status to how it looks: classes, colours and certainty steps, read from `style.toml`, the one table every picture uses."""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from heldby.errors import UsageError
from heldby.model.status import CONTESTED, Support
from heldby.model.theatre import Theatre
from heldby.publish.edition import Edition

_OTHER = "#4A2FA0"  # sides beyond the palette's colours share one
_OTHER_DARK = "#A493E8"


@dataclass(frozen=True, slots=True)
class Step:
    """A bin of likelihood: its words (ICD 203), its upper edge, and the share of full colour it is drawn with."""

    word: str
    upto: float
    opacity: float


@dataclass(frozen=True, slots=True)
class Side:
    """A side as drawn: `key` is safe in class names."""

    id: str
    key: str
    name: str
    letter: str
    colour: str


@dataclass(frozen=True, slots=True)
class Style:
    """The drawing table of one edition: its sides in the theatre's order with their colours."""

    sides: tuple[Side, ...]
    steps: tuple[Step, ...]
    unknown: str
    paper: str
    ink: str

    def side(self, side_id: str) -> Side | None:
        return next((s for s in self.sides if s.id == side_id), None)


class Looks(Protocol):
    """What decides how a unit looks: a status row, or as much of one."""

    @property
    def holder(self) -> str | None: ...
    @property
    def claimed_by(self) -> str: ...
    @property
    def support(self) -> str: ...
    @property
    def probability(self) -> float: ...
    @property
    def probabilities(self) -> tuple[tuple[str, float], ...]: ...


def style_for(edition: Edition, palette: str = "default") -> Style:
    """The style of an edition. Raises UsageError (exit 2) that names the known palettes."""
    return style_of(edition.theatre, _sides_met(edition), palette)


def style_of(theatre: Theatre, states: frozenset[str], palette: str = "default") -> Style:
    """The style in which these of a theatre's sides are met; never fewer than two where it has them, for what is contested is drawn in two.

    Raises UsageError (exit 2) that names the known palettes.
    """
    table = _table()
    palette = palette.casefold()
    if palette not in table["palettes"]:
        raise UsageError(f"palette {palette!r}", f"unknown; known palettes: {', '.join(table['palettes'])}")
    colours: list[str] = table["palettes"][palette]["sides"]
    known = [s.id for s in theatre.sides]
    found = [s for s in known if s in states]
    met = {*found, *[s for s in known if s not in states][: max(0, 2 - len(found))]}
    # A theatre's sides keep their colours from edition to edition; where there are more than colours, those met share them out.
    every = theatre.sides if len(theatre.sides) <= len(colours) else [s for s in theatre.sides if s.id in met]
    sides = tuple(
        Side(s.id, key(s.id), s.name, s.letter or s.name[:1].upper(), colours[i] if i < len(colours) else _OTHER)
        for i, s in enumerate(every)
        if s.id in met
    )
    return Style(sides, steps(), table["unknown"], table["paper"], table["ink"])


def palettes() -> tuple[str, ...]:
    """Names of the palettes, the default first."""
    return tuple(_table()["palettes"])


def palette_title(palette: str) -> str:
    """What a palette is, in a few words."""
    return str(_table()["palettes"][palette]["title"])


def colours_of(palette: str, *, dark: bool = False) -> tuple[str, ...]:
    """Every colour a side can be drawn in under a palette (its name as `palettes` gives it), on white or on the dark scheme's ground."""
    return (*_table()["palettes"][palette]["dark" if dark else "sides"], _OTHER_DARK if dark else _OTHER)


def ground_of(*, dark: bool = False) -> tuple[str, str, str]:
    """Colours of what is unknown, of the ground and of the ink, in one of the two schemes."""
    table = _table()["dark"] if dark else _table()
    return table["unknown"], table["paper"], table["ink"]


@cache
def steps() -> tuple[Step, ...]:
    """The bins of likelihood from the least to the most likely."""
    return tuple(Step(s["word"], s["upto"], s["opacity"]) for s in _table()["step"])


def step_number(probability: float) -> int:
    """Which bin a probability falls in, 0 the least likely. Lower edges belong to a bin below one half, upper edges above (ICD 203)."""
    bins = steps()
    for i, step in enumerate(bins):
        if probability < step.upto or (probability == step.upto and step.upto > 0.5):
            return i
    return len(bins) - 1


def step_numbers(probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """The same of many."""
    below = [step.upto if step.upto <= 0.5 else math.nextafter(step.upto, 2.0) for step in steps()]
    found: npt.NDArray[np.intp] = np.minimum(np.searchsorted(below, probabilities, side="right"), len(below) - 1)
    return found


def likelihood(probability: float) -> str:
    """A probability in the words of ICD 203, clamped to [0.01, 0.99]."""
    return steps()[step_number(min(0.99, max(0.01, probability)))].word


def percent(probability: float) -> str:
    """A probability as whole percent, never 0 % or 100 %."""
    return f"{round(100 * min(0.99, max(0.01, probability)))} %"


def key(side_id: str) -> str:
    """A side id as part of a class name."""
    return re.sub(r"[^a-z0-9]+", "-", side_id.casefold()).strip("-") or "side"


def side_name(theatre: Theatre, state: str | None) -> str:
    """A state's name for readers: the side's, "contested", or "unknown"."""
    if not state:
        return "unknown"
    return next((s.name for s in theatre.sides if s.id == state), "contested" if state == CONTESTED else state)


def rivals(row: Looks, style: Style) -> tuple[Side, Side] | None:
    """The two sides a contested unit is hatched with: the likeliest two, filled up in the theatre's order; None if fewer than two are known."""
    order = {s.id: i for i, s in enumerate(style.sides)}
    ranked = sorted((p for p in row.probabilities if p[0] in order and p[1] > 0), key=lambda p: (-p[1], order[p[0]]))
    chosen = [style.sides[order[state]] for state, _ in ranked[:2]]
    chosen += [s for s in style.sides if s not in chosen][: 2 - len(chosen)]
    if len(chosen) < 2:
        return None
    first, second = sorted(chosen, key=lambda s: order[s.id])
    return first, second


def classes(row: Looks | None, style: Style) -> str:
    """The classes of a unit's cell or symbol: what it is held as, the step of certainty, and its support."""
    if row is None or row.support == Support.UNKNOWN:
        return "unknown"
    support = row.support if row.support in (Support.CLAIMED, Support.DISPUTED, Support.STALE) else ""
    if row.holder == CONTESTED:
        pair = rivals(row, style)
        look = f"x-{pair[0].key}-{pair[1].key}" if pair else "unknown"
        return f"{look} {support}".strip()
    holder = row.holder or row.claimed_by
    side = style.side(holder) if holder else None
    if side is None:
        return f"unknown {support}".strip()
    return f"s-{side.key} p{step_number(row.probability)} {support}".strip()


def pairs(style: Style) -> list[tuple[Side, Side]]:
    """Every two sides that a contested unit can be hatched with."""
    return [(a, b) for i, a in enumerate(style.sides) for b in style.sides[i + 1 :]]


def plain_class(state: str, style: Style) -> str:
    """The class of a state where nothing is said of certainty: swatches, bars."""
    if state == CONTESTED and pairs(style):
        first, second = pairs(style)[0]
        return f"x-{first.key}-{second.key}"
    side = style.side(state)
    return f"s-{side.key}" if side else "unknown"


def blend(colour: str, opacity: float, ground: str = "#FFFFFF") -> str:
    """`colour` at `opacity` on `ground`, as one solid colour."""
    parts = ((int(colour[i : i + 2], 16), int(ground[i : i + 2], 16)) for i in (1, 3, 5))
    return "#" + "".join(f"{round(g + (c - g) * opacity):02X}" for c, g in parts)


def text_on(colour: str) -> str:
    """Black or white, whichever stands out more on `colour` (WCAG 2.2 relative luminance)."""
    light = _luminance(colour)
    return "#FFFFFF" if 1.05 / (light + 0.05) > (light + 0.05) / 0.05 else "#000000"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _sides_met(edition: Edition) -> frozenset[str]:
    """The sides an edition speaks of."""
    met = {row.holder for row in edition.statuses} | {row.claimed_by for row in edition.statuses}
    met |= {state for row in edition.statuses for state, p in row.probabilities if p >= 0.05}
    met |= {row.state for t in edition.tallies for row in t.rows if row.count}
    met |= {state for change in edition.changes for state in (change.before, change.after)}
    met |= {state for area in edition.areas for state, _ in area.counts}
    met |= {edition.theatre.side_of(row.side) for row in edition.records if row.side_name}
    return frozenset(state for state in met if state)


@cache
def _table() -> dict[str, Any]:
    return tomllib.loads((files("heldby.publish") / "style.toml").read_text(encoding="utf-8"))
