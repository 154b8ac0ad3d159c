"""What every picture of an edition shares: its head with both clocks and marks, its provenance, and how it becomes a PNG."""

from __future__ import annotations

from heldby.errors import HeldbyError
from heldby.publish.dates import local_time, long_day
from heldby.publish.edition import Edition
from heldby.publish.fonts import font_files, text_width
from heldby.publish.lettering import fixed_text, svg_text
from heldby.publish.markup import Markup, el, shape

MARGIN = 30.0


def header(edition: Edition, title: str, width: float) -> tuple[Markup, ...]:
    """Title, both clocks, and the marks in their box: see `header_height`."""
    parts = [
        svg_text(title, class_="title", x=MARGIN, y=44),
        el("text", subtitle(edition), class_="sub", x=MARGIN, y=68),
    ]
    if edition.marks:
        words = " · ".join(m[:1].upper() + m[1:] for m in edition.marks)
        box_width = text_width(words, 12.5, bold=True) + 24
        parts.append(shape("rect", class_="markbox", x=MARGIN, y=80, width=min(box_width, width - 2 * MARGIN), height=24, rx=3))
        parts.append(fixed_text(words, 12.5, bold=True, class_="mark", x=MARGIN + 12, y=96.5))
    return tuple(parts)


def header_height(edition: Edition) -> float:
    return 118.0 if edition.marks else 88.0


def subtitle(edition: Edition) -> str:
    return f"As of {long_day(edition.as_of)} (end of day), as known by {local_time(edition.known_by, edition.theatre)}"


def provenance_line(edition: Edition) -> str:
    """From what the picture was made: edition, ledger, theatre, rules, code."""
    made = edition.provenance
    return (
        f"Edition {edition.digest[:16]} · ledger revision {made.revision}, head {made.head[:16]} · theatre {edition.theatre.id} "
        f"{edition.theatre.digest[:12]} · rules {made.rulebook_digest[:12]} · {made.code_version}"
    )


def png(svg: str, scale: float, what: str) -> bytes:
    """A picture as PNG, drawn with the bundled fonts alone: same SVG, same bytes. Raises HeldbyError where the extra `map` is not installed."""
    try:
        import resvg_py
    except ImportError:
        raise HeldbyError(what, "PNG needs resvg-py: install heldby with its extra `map` (pip install 'heldby[map]')") from None
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=scale,
            skip_system_fonts=True,
            font_files=[str(f) for f in font_files()],
            font_family="Noto Sans",
            sans_serif_family="Noto Sans",
        )
    )
