"""Why a status is what it is, on a terminal: each voice with its chain, its stake, how far it moved the status, and the very sentence."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from heldby.model.status import Support
from heldby.publish.dates import plain_when
from heldby.publish.edition import Edition, Evidence, Quote, StatusRow
from heldby.publish.records import row_of
from heldby.publish.sentences import place_phrase
from heldby.publish.style import percent
from heldby.publish.tables import cell, holder_cell, marked, shown, spells_of
from heldby.publish.wording import (
    Telling,
    bits_text,
    chain_text,
    content_words,
    counted,
    credibility_words,
    framed,
    interest_words,
    place_text,
    source_words,
    stance_word,
    tellings,
    voice_side,
)


def why_table(edition: Edition, unit_id: str) -> RenderableType:
    """One unit: its two sentences, probabilities, every voice (strongest first), and apart from them what is said of linked places.

    Raises UsageError where the edition has no such unit.
    """
    row = row_of(edition, unit_id)
    parts: list[RenderableType] = [cell(place_text(row), "bold"), cell(row.sentence), cell(row.confidence_sentence)]
    if row.probabilities:
        parts.append(_probabilities(edition, row))
    if row.would_change:
        parts.append(cell(row.would_change))
    parts += [marked(mark) for mark in row.marks]
    if row.evidence:
        parts += [Text(""), cell(_counted(row.evidence), "bold"), *_voices(edition, row.evidence)]
        if row.start is not None:
            parts.append(cell(_added_up(row, row.start), "dim"))
    elif row.support != Support.UNKNOWN:
        parts.append(cell("This edition carries no evidence of it.", "dim"))
    if row.related:
        parts += [Text(""), cell("Said of linked places (moves nothing here)", "bold"), *_voices(edition, row.related)]
    parts += spells_of(edition, unit_id)
    return shown(edition, *parts, Text(""))


def _probabilities(edition: Edition, row: StatusRow) -> Text:
    line = Text()
    for i, (state, p) in enumerate(row.probabilities):
        line.append("   " if i else "")
        line.append_text(holder_cell(edition, state)).append(f" {percent(p)}")
    return line


def _counted(evidence: Iterable[Evidence]) -> str:
    told = list(evidence)
    denials = sum(e.denial for e in told)
    against = f", {denials} of them {'a denial' if denials == 1 else 'denials'}" if denials else ""
    if denials and denials == len(told):
        against = ", which is a denial" if denials == 1 else ", all of them denials"
    return f"{counted(len(told), 'testimony', 'testimonies')}{against}; bits say how far each moved the leading answer"


def _added_up(row: StatusRow, start: float) -> str:
    """The bits as a sum: where the answer started, what the voices added, where it stands."""
    moved = sum(e.bits for e in row.evidence if e.bits is not None)
    first, added, whole = (bits_text(b) for b in (start, moved, start + moved))
    return f"{first} before anything was said, {added} from the voices: {whole}, which is {percent(_chance(start + moved))}."


def _chance(bits: float) -> float:
    """The probability whose log odds are so many bits."""
    return float(1 / (1 + 2.0**-bits))


def _voices(edition: Edition, evidence: Iterable[Evidence]) -> list[RenderableType]:
    return [Padding(_voice(edition, n, e), (0, 0, 0, 2)) for n, e in enumerate(evidence, start=1)]


def _voice(edition: Edition, number: int, e: Evidence) -> Group:
    theatre = edition.theatre
    style = "bold red" if e.denial else "bold"
    head = Text(f"{number}. ").append_text(cell(f"{stance_word(e).upper()}: {content_words(e, theatre)}", style))
    head.append(f"  {bits_text(e.bits)}", style="cyan")
    about = f"{voice_side(e, theatre)}; {interest_words(e)}; {e.origin}; true {plain_when(e.meant)}"
    if e.via:
        about += f"; said of {_place(edition, e.via)}"
    lines: list[RenderableType] = [head]
    if e.record:
        lines.append(Padding(cell(e.record, "dim"), (0, 0, 0, 3)))
    if e.bits is not None:
        lines.append(Padding(cell(credibility_words(e), "dim"), (0, 0, 0, 3)))
    if e.bits is None:
        lines.append(Padding(cell(f"of {_place(edition, e.unit_id)}"), (0, 0, 0, 3)))
    lines += [Padding(cell(x, "dim" if i else ""), (0, 0, 0, 3)) for i, x in enumerate((chain_text(e.chain), about))]
    lines += [Padding(_quote(edition, telling), (0, 0, 0, 3)) for telling in tellings(e)]
    return Group(*lines)


def _quote(edition: Edition, telling: Telling) -> Group:
    source = cell(source_words(telling, edition.theatre), "dim")
    lines = [source] if telling.same else [_words(telling.quote), source]
    if telling.quote.url:
        lines.append(cell(telling.quote.url, "dim"))
    return Group(*lines)


def _words(quote: Quote) -> Text:
    before, passage, behind = framed(quote)
    return Text("“").append(before, style="dim").append(passage, style="italic").append(behind, style="dim").append("”")


def _place(edition: Edition, unit_id: str) -> str:
    return place_phrase(edition.theatre.unit(unit_id), unit_id)
