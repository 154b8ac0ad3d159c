"""Voices with their quotations as blocks of a brief: the same words that the page has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from heldby.publish.brief_blocks import Block, Heading, Look, Paragraph, Run, Told, Voice, Voices, Words, quiet, strong, words
from heldby.publish.dates import plain_when
from heldby.publish.edition import Edition, Evidence, StatusRow
from heldby.publish.markup import is_web_address
from heldby.publish.plain import SIGN, printable
from heldby.publish.sentences import place_phrase
from heldby.publish.wording import (
    Telling,
    bits_text,
    chain_text,
    content_words,
    credibility_words,
    framed,
    interest_words,
    place_text,
    source_words,
    stance_word,
    tellings,
    voice_side,
)


def unit_blocks(edition: Edition, row: StatusRow, *, short: bool = False) -> list[Block]:
    """A unit's heading, both its sentences, every voice that moved it, and apart from them those on linked places.

    `short`: every voice still, with the first of its quotations, and nothing of linked places.
    """
    if short:
        return [Heading(3, words(printable(place_text(row)))), Voices(tuple(_cut(_voice(edition, e)) for e in row.evidence))]
    blocks: list[Block] = [Heading(3, words(printable(place_text(row)))), Paragraph(says(row))]
    if row.evidence:
        blocks.append(_voices(edition, row.evidence))
    if row.related:
        blocks += [Paragraph(words(quiet("Said of linked places; moves nothing here:")), "small"), _voices(edition, row.related)]
    return blocks


def says(row: StatusRow) -> Words:
    """The status sentence, apart from it the one on confidence, and the sign of the marks they carry."""
    return words(printable(row.sentence), " ", quiet(printable(row.confidence_sentence)), sign_of(row.marks))


def sign_of(marks: Iterable[str]) -> str:
    """The sign behind a row that carries marks; the marks' words stand at the head of the brief."""
    return f"\u00a0{SIGN}" if any(True for _ in marks) else ""


def _voices(edition: Edition, evidence: Iterable[Evidence]) -> Voices:
    return Voices(tuple(_voice(edition, e) for e in evidence))


def _voice(edition: Edition, e: Evidence) -> Voice:
    theatre = edition.theatre
    stance = stance_word(e)
    opening = f"{stance[:1].upper()}{stance[1:]}"
    of = f" (said of {_name(edition, e.unit_id)})" if e.bits is None else ""
    through = f"; said of {_name(edition, e.via)}" if e.via else ""
    head = words(
        Run(opening, Look.DENIAL) if e.denial else strong(opening),
        f": {printable(content_words(e, theatre))}{of}",
        quiet(f" · {bits_text(e.bits)}"),
    )
    about = f"{voice_side(e, theatre)}; {interest_words(e)}; {e.origin}; true {plain_when(e.meant)}{through}"
    rated = (words(quiet(printable(credibility_words(e)))),) if e.bits is not None else ()
    lines = (words(printable(chain_text(e.chain))), words(quiet(printable(about))), *rated)
    return Voice(head, lines, tuple(_told(edition, telling) for telling in tellings(e)), e.denial)


def _cut(voice: Voice) -> Voice:
    more = len(voice.quotations) - 1
    head = (*voice.head, *words(quiet(f" · told {more} more {'time' if more == 1 else 'times'}"))) if more > 0 else voice.head
    return replace(voice, head=head, lines=voice.lines[:1], quotations=voice.quotations[:1])


def _told(edition: Edition, telling: Telling) -> Told:
    quote = telling.quote
    told = printable(source_words(telling, edition.theatre))
    source = words(quiet(told[:1].upper() + told[1:]), *((" ", address(quote.url)) if quote.url else ()))
    if telling.same:
        return Told((), source)
    before, passage, behind = framed(quote)
    if not before and not behind:
        return Told(words(f"“{passage}”"), source)
    return Told(words(f"“{before}", Run(passage, Look.PASSAGE), f"{behind}”"), source)


def address(url: str) -> Run:
    """An address as a link; one that is not of the web is shown and leads nowhere."""
    return Run(printable(url), Look.LINK, url if is_web_address(url) else "")


def _name(edition: Edition, unit_id: str) -> str:
    return printable(place_phrase(edition.theatre.unit(unit_id), unit_id))
