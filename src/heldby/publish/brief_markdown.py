"""The brief as Markdown (CommonMark with GitHub's tables): blocks in, text out. Nothing that a report says is read as markup.

Escaping follows CommonMark 0.31, "Backslash escapes": any ASCII punctuation may be escaped. Escaped is what could start or end a span, a tag, an
entity, a link, an autolink or a table cell anywhere, and what could start a block, at the beginning of a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from heldby.publish.brief_blocks import (
    Block,
    Bullets,
    Figures,
    Heading,
    Look,
    Paper,
    Paragraph,
    Picture,
    Run,
    Table,
    Told,
    Voice,
    Voices,
    Words,
)
from heldby.publish.brief_plan import plan
from heldby.publish.edition import Edition

_ANYWHERE = re.compile(r"[\\`*_\[\]<>|~&$^{}@#]|(?<=[A-Za-z]):(?=//)|(?<=[wW]{3})\.")
_AT_START = re.compile(r"^(\s*\d{0,9})([+=:.)-])")
_BLANKS = re.compile(r"[^\S\u00a0]+")
_CORE = re.compile(r"([\W_]*)(.*?)([\W_]*)", re.DOTALL)
_NOT_IN_ADDRESS = re.compile(r"[<>\\\s|]")


def brief_markdown(edition: Edition, before: Edition | None = None) -> str:
    """The brief as Markdown (UTF-8, LF). Same editions, same bytes."""
    return markdown(plan(edition, before, pictures=False))


def markdown(paper: Paper) -> str:
    """A brief's blocks as Markdown. Pictures are left out: their tables say the same."""
    parts = [f"# {markdown_text(paper.title)}", f"*{markdown_text(paper.clocks)}*"]
    parts += [text for block in paper.blocks if (text := _block(block))]
    parts += ["---", *(markdown_text(line) for line in paper.foot)]
    return "\n\n".join(parts) + "\n"


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"{'#' * block.level} {_inline(block.words)}"
        case Paragraph():
            return f"> **{_inline(block.words)}**" if block.kind == "mark" else _inline(block.words)
        case Bullets():
            return "\n".join(f"- {_inline(item)}" for item in block.items)
        case Figures():
            rows = tuple((markdown_text(f.name), f"**{markdown_text(f.number)}**", markdown_text(f.note)) for f in block.items)
            return _grid(("", "", ""), rows, ())
        case Table():
            caption = f"**{markdown_text(block.caption)}**\n\n" if block.caption else ""
            return caption + _grid(
                tuple(markdown_text(h) for h in block.heads), (tuple(_inline(c) for c in r) for r in block.rows), block.numeric
            )
        case Voices():
            return "\n\n".join(_voice(n, voice) for n, voice in enumerate(block.items, start=1))
        case Picture():
            return ""


def _grid(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]], numeric: tuple[int, ...]) -> str:
    rule = ("---:" if i in numeric else "---" for i in range(len(heads)))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, tuple(rule), *rows))


def _voice(number: int, voice: Voice) -> str:
    mark = f"{number}. "
    lines = "  \n".join(map(_inline, (voice.head, *voice.lines)))
    inner = "\n\n".join((lines, *map(_told, voice.quotations)))
    return mark + re.sub(r"\n(?!\n)", "\n" + " " * len(mark), inner)


def _told(told: Told) -> str:
    return f"> {_inline(told.quotation)}  \n> {_inline(told.source)}" if told.quotation else f"> {_inline(told.source)}"


def _inline(runs: Words) -> str:
    return "".join(map(_run, runs))


def _run(run: Run) -> str:
    match run.look:
        case Look.LINK if run.url and not _NOT_IN_ADDRESS.search(run.url):
            return f"<{run.url}>"
        case Look.STRONG | Look.DENIAL | Look.PASSAGE:
            return _emphasised(run.text)
        case _:
            return markdown_text(run.text)


def _emphasised(text: str) -> str:
    """`text` in strong emphasis, without the punctuation and blanks at its ends: beside them a delimiter would not always count as one."""
    found = _CORE.fullmatch(text)
    lead, core, tail = found.groups() if found else ("", text, "")
    return f"{markdown_text(lead)}**{markdown_text(core)}**{markdown_text(tail)}" if core else markdown_text(text)


def markdown_text(text: str) -> str:
    """`text` on one line as text and nothing else, wherever it stands."""
    safe = _ANYWHERE.sub(lambda found: "\\" + found[0], _BLANKS.sub(" ", text))
    return _AT_START.sub(r"\1\\\2", safe)
