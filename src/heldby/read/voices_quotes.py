"""Quotations: whose words stand between marks, also over several sentences and where nobody is named beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from heldby.read.document import Document
from heldby.read.text import Quote, Span
from heldby.read.voices_cue import Place
from heldby.read.voices_denials import flat_no
from heldby.read.voices_record import Record, Utterance

MIN_TOKENS = 4  # fewer quoted words are a phrase inside somebody's sentence
BACK = 40  # sentences before a quotation among which its speaker is looked for


def quoted(document: Document, utterances: Sequence[Utterance]) -> tuple[Utterance, ...]:
    """What quotations and statements add: an utterance that covers each whole, by whoever speaks it, and denials said in so many words.

    Nothing is added where nobody can be told.
    """
    record, out = Record(document, utterances), []
    for quote in document.layout.quotes:
        first, last = max(0, document.sentence_at(quote.start)), document.sentence_at(quote.end - 1)
        near = record.between(first - BACK, last + 1)
        owner = _owner(document, quote, near)
        if owner is None:
            continue
        made: list[Utterance] = []
        if not any(s.start <= quote.start and quote.end <= s.end for s in owner.spans):
            long = _long(document, quote)
            made.append(replace(owner, spans=(Span(quote.start, quote.end),), denies=owner.denies and not long, bare=False))
        if not owner.denies:
            made += _denials(document, quote, owner, near, range(first, last + 1))
        out += made
        for u in made:
            record.add(u)
    return (*out, *_statements(document, utterances, record))


def _denials(document: Document, quote: Quote, owner: Utterance, heard: Sequence[Utterance], sentences: range) -> list[Utterance]:
    """ "It is pure fiction.", "Nonsense.": short sentences of a quotation that call untrue what was said before."""
    out = []
    for k in sentences:
        parsed = document.parsed[k]
        s = parsed.sentence
        here = Span(max(s.start, quote.start), min(s.end, quote.end))
        if flat_no(parsed, here.start, here.end):
            if any(u.bare and here.start <= u.words.start < here.end for u in heard):
                continue
            out.append(replace(owner, sentence=s.index, cue=here.start, words=here, spans=(here,), denies=True, bare=True))
    return out


def _statements(document: Document, utterances: Sequence[Utterance], record: Record) -> list[Utterance]:
    """ "The minister said: ..." without marks: the rest of the paragraph is his, up to the next speaker."""
    out = []
    for u in utterances:
        end = document.parsed[u.sentence].sentence.end
        stated = u.place is Place.BEFORE and u.spans and document.text[u.words.end : u.spans[0].start].strip() == ":"
        if not stated or '"' in document.text[u.words.end : end] or u.spans[-1].end < end - 1:
            continue
        last = end
        for parsed in document.parsed[u.sentence + 1 :]:
            s = parsed.sentence
            if s.paragraph != document.parsed[u.sentence].sentence.paragraph or record.own(s.index):
                break
            last = s.end
        if last > end:
            out.append(replace(u, spans=(Span(end, last),)))
    return out


def _long(document: Document, quote: Quote) -> bool:
    sentence = document.parsed[max(0, document.sentence_at(quote.start))]
    tokens = sum(quote.start <= t.start < quote.end for t in sentence.tokens)
    return tokens - 2 >= MIN_TOKENS or quote.end > sentence.sentence.end + 1


def _owner(document: Document, quote: Quote, utterances: Sequence[Utterance]) -> Utterance | None:
    outside = [u for u in utterances if u.speaker is not None and not u.reported and not u.noun and not quote.start <= u.cue < quote.end]
    touching = [u for u in outside if any(s.start < quote.end and quote.start < s.end for s in u.spans)]
    behind = [u for u in touching if u.cue >= quote.end and u.place in (Place.BEHIND, Place.INSIDE)]
    before = [u for u in touching if u.cue < quote.start]
    if behind or before:
        return min(behind, key=lambda u: u.cue) if behind else max(before, key=lambda u: u.cue)
    if not _long(document, quote):
        return None
    first = document.sentence_at(quote.start)
    paragraph = document.parsed[max(0, first)].sentence.paragraph
    same = [
        u for u in outside if document.parsed[u.sentence].sentence.paragraph == paragraph and u.sentence <= first and u.cue < quote.start
    ]
    if same:
        return max(same, key=lambda u: u.cue)
    return _continued(document, quote, outside, first, paragraph)


def _continued(document: Document, quote: Quote, outside: Sequence[Utterance], first: int, paragraph: int) -> Utterance | None:
    """A paragraph that opens with an unattributed quotation goes on with the one that closed the paragraph before."""
    opens = first <= 0 or document.parsed[first - 1].sentence.paragraph != paragraph
    if not opens:
        return None
    earlier = [u for u in outside if document.parsed[u.sentence].sentence.paragraph == paragraph - 1]
    ended = any(
        q.end >= document.parsed[first - 1].sentence.end - 2 and q.start < quote.start
        for q in document.layout.quotes
        if q.end <= quote.start
    )
    return max(earlier, key=lambda u: u.cue) if earlier and ended else None
