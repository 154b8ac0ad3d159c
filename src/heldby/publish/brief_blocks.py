"""What a brief is made of, whatever it is written in: headings, paragraphs, figures, tables, pictures, and voices with their quotations.

`heldby.publish.brief_plan` makes blocks of an edition; Markdown and PDF each write them down in their own way. Every text is plain: it is for the
writer to see that it stays text.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Look(StrEnum):
    """How a run of text is to stand out."""

    PLAIN = "plain"
    STRONG = "strong"
    QUIET = "quiet"
    DENIAL = "denial"  # what a denial is headed with
    PASSAGE = "passage"  # the words a claim was read from, inside their sentence
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one look. A link's text is its address as it is shown, `url` where it leads: a web address, or none."""

    text: str
    look: Look = Look.PLAIN
    url: str = ""


Words = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1 is the title's own, 2 a section, 3 a part of one. What stands under a `narrow` one may be set in two columns."""

    level: int
    words: Words
    narrow: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`kind`: "" , "lead" (a section's first sentence), "small", or "mark" (must be seen)."""

    words: Words
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Bullets:
    items: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """One headline figure: what it is of, the number, its range or what it is out of; `colour` of a side, "" otherwise."""

    name: str
    number: str
    note: str
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    items: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under `heads`; `numeric` columns are set to the right; `widths` are relative."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Words, ...], ...]
    numeric: tuple[int, ...] = ()
    widths: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A quotation in its sentence (empty where the same words were told before), and under it its source."""

    quotation: Words
    source: Words


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice: what it says, its chain, what is to be known of it, and its words."""

    head: Words
    lines: tuple[Words, ...]
    quotations: tuple[Told, ...]
    denial: bool = False


@dataclass(frozen=True, slots=True)
class Voices:
    items: tuple[Voice, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG document, for writers that can show one; `alt` says what it shows. One with a `heading` wants a page of its own."""

    svg: str
    alt: str
    heading: str = ""


Block = Heading | Paragraph | Bullets | Figures | Table | Voices | Picture


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole brief: title, the line under it, its foot, and blocks in order. `day` (ISO) is the one date that a file's metadata may bear."""

    title: str
    clocks: str
    foot: tuple[str, ...]
    day: str
    blocks: tuple[Block, ...]


def words(*parts: str | Run) -> Words:
    """Runs of plain strings and runs."""
    return tuple(p if isinstance(p, Run) else Run(p) for p in parts if p)


def strong(text: str) -> Run:
    return Run(text, Look.STRONG)


def quiet(text: str) -> Run:
    return Run(text, Look.QUIET)
