"""Text elements of pictures: Latin and Arabic script side by side, each run in the bundled font that has its letters."""

from __future__ import annotations

import re

from heldby.publish.fonts import text_width
from heldby.publish.markup import Markup, el

_ARABIC = re.compile("[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufeff]")
_RUN = re.compile("(?:[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff\u200c\u200d\ufb50-\ufdff\ufe70-\ufeff]+ ?)+")
LATIN, ARABIC = "'Noto Sans',sans-serif", "'Noto Sans Arabic','Noto Naskh Arabic',sans-serif"


def is_arabic(text: str) -> bool:
    """Whether `text` has a letter of the Arabic script (Dari, Pashto, Arabic, Persian)."""
    return _ARABIC.search(text) is not None


def svg_text(text: str, **attributes: str | float | None) -> Markup:
    """A `text` element. Drawing programs choose one font for a whole run, so where scripts meet each run names its own; order is left to bidi."""
    return el("text", *_runs(text), void=False, **attributes)


def fixed_text(text: str, size: float, *, bold: bool = False, **attributes: str | float | None) -> Markup:
    """A `text` element as wide as in the bundled font, whatever font a browser puts in its place."""
    width = text_width(text, size, bold=bold)
    return el("text", text, void=False, textLength=width, lengthAdjust="spacingAndGlyphs", **attributes)


def doubt(name: str) -> str:
    """`name` with the question mark of its script behind it: what is disputed."""
    return f"{name} {'؟' if is_arabic(name) else '?'}"


def _runs(text: str) -> list[str]:
    if not is_arabic(text):
        return [text]
    parts: list[str] = []
    at = 0
    for run in _RUN.finditer(text):
        if run.start() > at:
            parts.append(el("tspan", text[at : run.start()], font_family=LATIN))
        parts.append(el("tspan", run.group(), font_family=ARABIC))
        at = run.end()
    if at < len(text):
        parts.append(el("tspan", text[at:], font_family=LATIN))
    return parts
