"""The brief as PDF: the same blocks as Markdown, set by typst with the bundled fonts alone.

Texts reach the typesetter as JSON strings that its template (`brief.typ`) sets as text, never as markup: there is nothing to escape. The file's
metadata bears the edition's day and no clock; the same editions give the same bytes with one version of typst.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from importlib.resources import files
from typing import Any

from heldby.errors import HeldbyError
from heldby.model.ident import canonical_json
from heldby.publish.brief_blocks import Block, Heading, Paper, Picture, Run
from heldby.publish.brief_plan import plan
from heldby.publish.edition import Edition
from heldby.publish.fonts import drawable, font_files

_INSTEAD = str.maketrans({"→": "›", "\n": " ", "\t": " "})  # what we write ourselves and the bundled fonts have no letter for


def brief_pdf(edition: Edition, before: Edition | None = None) -> bytes:
    """The brief as a PDF, A4, tagged for readers by ear, with the maps `before` the period and at its end as vectors.

    Raises HeldbyError where the extras `pdf` and `map` are not installed.
    """
    return pdf(plan(edition, before))


def pdf(paper: Paper) -> bytes:
    """A brief's blocks as PDF. Raises HeldbyError where typst is missing, or will not set what it is handed."""
    try:
        import typst
    except ImportError:
        raise HeldbyError("brief", "PDF needs typst: install heldby with its extra `pdf` (pip install 'heldby[pdf]')") from None
    template: Any = (files("heldby.publish") / "brief.typ").read_bytes()
    folder = str(font_files()[0].parent)
    try:
        made = typst.compile(template, font_paths=[folder], ignore_system_fonts=True, sys_inputs={"paper": canonical_json(_paper(paper))})
    except typst.TypstError as e:
        raise HeldbyError("brief", f"the typesetter refused it: {e}") from None
    return bytes(made)


def _paper(paper: Paper) -> dict[str, Any]:
    """What the template is handed; its `contents` come after the section that tells how to read the brief."""
    sections: list[dict[str, Any]] = []
    for block in paper.blocks:
        opens = isinstance(block, Heading) and block.level == 2
        if opens or not sections or (isinstance(block, Picture) and block.heading):
            sections.append({"narrow": isinstance(block, Heading) and block.narrow, "contents": False, "blocks": []})
        sections[-1]["blocks"].append(_block(block))
    if len(sections) > 2:
        sections[2]["contents"] = True
    return {
        "title": _text(paper.title),
        "clocks": _text(paper.clocks),
        "short": _text(f"{paper.title} · {paper.foot[0][:24]}"),
        "day": paper.day,
        "foot": [_text(line) for line in paper.foot],
        "sections": sections,
    }


def _block(block: Block) -> dict[str, Any]:
    if isinstance(block, Picture):
        return {"block": "picture", "svg": block.svg, "alt": _text(block.alt), "heading": _text(block.heading)}
    return {"block": type(block).__name__.casefold(), **_plain(block)}


def _plain(value: Any) -> Any:
    """Blocks and what is in them as JSON: a dataclass is an object, a tuple a list."""
    if isinstance(value, Run):
        return {"text": _text(value.text), "look": value.look, "url": value.url}
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, tuple):
        return [_plain(v) for v in value]
    return _text(value) if type(value) is str else value


def _text(text: str) -> str:
    """As the bundled fonts can set it: what they have no letter for is shown as a letter that is missing."""
    return drawable(text.translate(_INSTEAD))
