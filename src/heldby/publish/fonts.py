"""The bundled fonts: where they lie, and how wide a text is in them, so that labels can be placed before they are drawn."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

FAMILY = "'Noto Sans','Noto Sans Arabic','Segoe UI',system-ui,sans-serif"
_FOLDER = Path(str(files("heldby.publish") / "fonts"))
_MISSING_ADVANCE = 0.6  # em; what a letter that no bundled font has is taken to need


@dataclass(frozen=True, slots=True)
class Advances:
    """Advance widths of one font in em, by code point."""

    widths: dict[int, float]


def font_files() -> tuple[Path, ...]:
    """The bundled font files, in a fixed order."""
    return tuple(sorted(_FOLDER.glob("*.ttf")))


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide `text` is at `size` (same unit as `size`): the sum of advances, without kerning; Arabic is taken unjoined, so never too narrow."""
    weight = "SemiBold" if bold else "Regular"
    latin, arabic = _advances(f"NotoSans-{weight}.ttf"), _advances(f"NotoSansArabic-{weight}.ttf")
    total = 0.0
    for letter in text:
        code = ord(letter)
        total += latin.widths.get(code, arabic.widths.get(code, _MISSING_ADVANCE))
    return total * size


def drawable(text: str, stand_in: str = "\ufffd") -> str:
    """`text` with `stand_in` for every letter that no bundled font has."""
    latin, arabic = (_advances(f"{name}-Regular.ttf").widths for name in ("NotoSans", "NotoSansArabic"))
    return "".join(c if ord(c) in latin or ord(c) in arabic else stand_in for c in text)


def wrapped(text: str, width: float, size: float) -> list[str]:
    """The words of `text` in lines no wider than `width` at `size`; a single word may stand out."""
    lines: list[str] = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


@cache
def _advances(name: str) -> Advances:
    data = (_FOLDER / name).read_bytes()
    tables = _tables(data)
    em = struct.unpack_from(">H", data, tables["head"] + 18)[0]
    count = struct.unpack_from(">H", data, tables["hhea"] + 34)[0]
    advances = struct.unpack_from(">" + "Hh" * count, data, tables["hmtx"])[::2]
    glyphs = _glyphs(data, tables["cmap"])
    return Advances({code: advances[min(glyph, count - 1)] / em for code, glyph in glyphs.items()})


def _tables(data: bytes) -> dict[str, int]:
    """Offsets of a TrueType file's tables (OpenType specification, "Table Directory")."""
    count = struct.unpack_from(">H", data, 4)[0]
    records = (struct.unpack_from(">4sLLL", data, 12 + 16 * i) for i in range(count))
    return {tag.decode("ascii"): offset for tag, _, offset, _ in records}


def _glyphs(data: bytes, cmap: int) -> dict[int, int]:
    """Code point to glyph, from the cmap's format 4 subtable (basic plane), which every font bundled here has."""
    count = struct.unpack_from(">H", data, cmap + 2)[0]
    for i in range(count):
        start = cmap + struct.unpack_from(">HHL", data, cmap + 4 + 8 * i)[2]
        if struct.unpack_from(">H", data, start)[0] == 4:
            return _format_4(data, start)
    raise ValueError("font without a cmap of format 4")


def _format_4(data: bytes, start: int) -> dict[int, int]:
    segments = struct.unpack_from(">H", data, start + 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", data, start + 14)
    starts = struct.unpack_from(f">{segments}H", data, start + 16 + 2 * segments)
    deltas = struct.unpack_from(f">{segments}h", data, start + 16 + 4 * segments)
    base = start + 16 + 6 * segments
    offsets = struct.unpack_from(f">{segments}H", data, base)
    found: dict[int, int] = {}
    for i, (first, last, delta, offset) in enumerate(zip(starts, ends, deltas, offsets, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            if offset == 0:
                glyph = (code + delta) & 0xFFFF
            else:
                raw: int = struct.unpack_from(">H", data, base + 2 * i + offset + 2 * (code - first))[0]
                glyph = (raw + delta) & 0xFFFF if raw else 0
            if glyph:
                found[code] = glyph
    return found
