"""What a unit rests on, as a page tells it: its sentences, and every voice with its chain, its stake, and the words quoted with their source."""

from __future__ import annotations

from collections.abc import Iterable

from heldby.publish.dates import plain_when
from heldby.publish.edition import Edition, Evidence, Quote, StatusRow
from heldby.publish.markup import Markup, el
from heldby.publish.page import anchor, mark_sign, outside, paragraph, place_name, sentence
from heldby.publish.plain import printable
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


def unit_block(edition: Edition, row: StatusRow) -> Markup:
    """A unit's heading (the anchor its cells lead to), both sentences, and every voice: first those that moved it, then related ones."""
    parts = [el("h3", place_name(place_text(row))), says(row), voices(edition, row.evidence)]
    if row.related:
        parts += [paragraph("Said of linked places; moves nothing here:", "b-about"), voices(edition, row.related)]
    return el("article", *parts, id=anchor(row.unit_id))


def says(row: StatusRow) -> Markup:
    """The status sentence, apart from it the one on confidence, and the sign of the marks they carry."""
    return el("p", sentence(row.sentence), " ", el("span", sentence(row.confidence_sentence), class_="b-about"), mark_sign(row.marks))


def voices(edition: Edition, evidence: Iterable[Evidence]) -> Markup:
    items = [_voice(edition, e) for e in evidence]
    return el("ol", *items, class_="b-voices") if items else Markup("")


def _voice(edition: Edition, e: Evidence) -> Markup:
    theatre = edition.theatre
    stance = stance_word(e)
    head = el(
        "p",
        el("span", f"{stance[:1].upper()}{stance[1:]}", class_="b-stance"),
        f": {content_words(e, theatre)}{_of(edition, e)}",
        el("span", f" · {bits_text(e.bits)}", class_="b-about"),
    )
    about = f"{voice_side(e, theatre)}; {interest_words(e)}; {e.origin}; true {plain_when(e.meant)}{_through(edition, e)}"
    rated = [el("br"), el("span", printable(credibility_words(e)), class_="b-about")] if e.bits is not None else []
    chain = el("p", place_name(chain_text(e.chain)), el("br"), el("span", about, class_="b-about"), *rated)
    quotes = (_quote(edition, telling) for telling in tellings(e))
    return el("li", head, chain, *quotes, class_="b-denial" if e.denial else None)


def _of(edition: Edition, e: Evidence) -> str:
    return f" (said of {_name(edition, e.unit_id)})" if e.bits is None else ""


def _through(edition: Edition, e: Evidence) -> str:
    return f"; said of {_name(edition, e.via)}" if e.via else ""


def _quote(edition: Edition, telling: Telling) -> Markup:
    quote = telling.quote
    told = source_words(telling, edition.theatre)
    source = el("p", printable(told[:1].upper() + told[1:]), *([" ", outside(quote.url)] if quote.url else []), class_="b-source")
    return source if telling.same else el("blockquote", el("p", *_words(quote), dir="auto"), source)


def _words(quote: Quote) -> list[str]:
    """The passage, marked in its sentence where the sentence is known."""
    before, passage, behind = framed(quote)
    if not before and not behind:
        return [f"“{passage}”"]
    return [f"“{before}", el("mark", passage), f"{behind}”"]


def _name(edition: Edition, unit_id: str) -> str:
    return printable(place_phrase(edition.theatre.unit(unit_id), unit_id))
