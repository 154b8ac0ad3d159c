"""A sentence with rows of marks under it: what each part of it is, told by letters, so that nothing rests on colour alone. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from heldby.cli.options import printable

Segment = tuple[str, str]  # text, and the style it has where there is colour
Line = tuple[Segment, ...]
GUTTER = 8  # columns in front of every line of a sentence


@dataclass(frozen=True, slots=True)
class Stroke:
    """One mark under the characters [start, end): `sign` at its begin, then `fill` to its end."""

    start: int
    end: int
    sign: str
    fill: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of marks that do not overlap, with its name in the gutter."""

    name: str
    strokes: tuple[Stroke, ...]


def rows_of(name: str, strokes: Iterable[Stroke]) -> list[Row]:
    """Strokes in as few rows as keep them apart, in order."""
    rows: list[list[Stroke]] = []
    for stroke in sorted(strokes, key=lambda s: (s.start, -s.end)):
        free = next((row for row in rows if row[-1].end <= stroke.start), None)
        if free is None:
            rows.append([stroke])
        else:
            free.append(stroke)
    return [Row(name, tuple(row)) for row in rows]


def drawn(text: str, start: int, end: int, rows: Sequence[Row], label: str, width: int) -> list[Line]:
    """The characters [start, end) of `text` in lines of `width` columns, each with those rows that have something under it."""
    shown = printable(text[start:end])
    styles = _styles(start, end, rows)
    out: list[Line] = []
    for number, (a, b) in enumerate(_broken(shown, max(20, width - GUTTER))):
        head = f"{label:>{GUTTER - 2}}  " if number == 0 else " " * GUTTER
        out.append(((head, "bold"), *_runs(shown, styles, a, b)))
        for row in rows:
            if marks := _marked(shown, start, row, a, b):
                out.append(((f"{row.name:>{GUTTER - 2}}  ", "dim"), *marks))
    return out


def _styles(start: int, end: int, rows: Sequence[Row]) -> list[str]:
    """The style of every character: all that is marked under it, the upper rows over the lower ones."""
    styles = [""] * (end - start)
    for row in reversed(rows):
        for s in row.strokes:
            for k in range(max(0, s.start - start), min(end, s.end) - start):
                styles[k] = f"{styles[k]} {s.style}".strip()
    return styles


def _broken(shown: str, width: int) -> list[tuple[int, int]]:
    """Where lines begin and end: at blanks, or inside a word that is longer than a line."""
    out: list[tuple[int, int]] = []
    begin = 0
    while begin < len(shown):
        cells, k, blank = 0, begin, -1
        while k < len(shown) and (cells := cells + cell_len(shown[k])) <= width:
            if shown[k] == " ":
                blank = k
            k += 1
        if k < len(shown) and shown[k] != " " and blank > begin:
            k = blank
        k = max(k, begin + 1)
        out.append((begin, k))
        begin = k
        while begin < len(shown) and shown[begin] == " ":
            begin += 1
    return out or [(0, 0)]


def _runs(shown: str, styles: Sequence[str], a: int, b: int) -> list[Segment]:
    out: list[Segment] = []
    for k in range(a, b):
        if out and out[-1][1] == styles[k]:
            out[-1] = (out[-1][0] + shown[k], styles[k])
        else:
            out.append((shown[k], styles[k]))
    return out


def _marked(shown: str, start: int, row: Row, a: int, b: int) -> list[Segment]:
    """The marks of a row under the characters [a, b), each as wide as what stands above it; one that goes on from the line before begins anew."""
    out: list[Segment] = []
    at = a
    for stroke in row.strokes:
        begin, end = max(stroke.start - start, a), min(stroke.end - start, b)
        if begin >= end:
            continue
        cells = cell_len(shown[begin:end])
        out.append((" " * cell_len(shown[at:begin]), ""))
        out.append(((stroke.sign + stroke.fill * cells)[:cells], stroke.style))
        at = end
    return out
