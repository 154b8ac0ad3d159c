"""A report as the reader's later steps see it: its layout, what it names, and each sentence parsed when somebody first asks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from heldby.model.report import Report
from heldby.model.theatre import Lexicon
from heldby.read.chunks import Chunk, Kind, chunk
from heldby.read.clauses import Parse, parse_clauses
from heldby.read.era import era
from heldby.read.mentions import Mention, MentionFinder
from heldby.read.tagging import tag
from heldby.read.text import Layout, Quote, Sentence, Token, lay_out
from heldby.read.words import Words

_GOING = re.compile(  # "in Zarghunkot", "near Tel Rifaat"; of the month and the weekday behind "in" and "on" nothing is asked
    r"\b(?:in|into|near|outside|around|inside|towards?|beyond|(?:town|village|city|hamlet|settlement|outskirts|centre|district)s? of)\s"
    r"((?:[a-z]{2}-)?[A-Z][\w'-]+(?:\s(?:[a-z]{2}-)?[A-Z][\w'-]+)*)"
)
MIN_QUOTED_CLAUSE = 4  # tokens between quotation marks that may be a clause of their own
FOUNDED = ("found", "form", "establish", "create", "announce", "set")  # how the portrait of a group begins


@dataclass(frozen=True)
class Parsed:
    """One sentence: what it names, and, made on first use, its chunks and clauses. Token and chunk indices count inside the sentence."""

    sentence: Sentence
    mentions: tuple[Mention, ...]
    quotes: tuple[Quote, ...]
    words: Words
    text: str  # of the whole document, normalised
    parser: Callable[[Parsed], Parse] | None = None  # another way to the clauses than ours
    gone_to: frozenset[str] = frozenset()  # names behind "in", "near", "towards" anywhere in the document

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """The sentence's tokens without the marks of quotations of a word or two, which part nothing ("in "full control" of")."""
        short = [q for q in self.quotes if sum(q.start < t.start < q.end - 1 for t in self.sentence.tokens) < MIN_QUOTED_CLAUSE]
        marks = {at for q in short for at in (q.start, q.end - 1)}
        return tuple(t for t in self.sentence.tokens if t.text != '"' or t.start not in marks)

    @cached_property
    def inside(self) -> tuple[int, ...]:
        """For each token the index in `mentions` of the name it is part of, else -1."""
        out, at = [], 0
        for token in self.tokens:
            while at < len(self.mentions) and self.mentions[at].end <= token.start:
                at += 1
            out.append(at if at < len(self.mentions) and self.mentions[at].start < token.end else -1)
        return tuple(out)

    @cached_property
    def chunks(self) -> tuple[Chunk, ...]:
        inside = list(self.inside)
        return chunk(self.tokens, tag(self.tokens, inside, self.words), inside, self.words)

    @cached_property
    def parse(self) -> Parse:
        if self.parser is not None:
            return self.parser(self)
        heads = {k: self.tokens[c.head].lower for k, c in enumerate(self.chunks) if c.kind is Kind.VERB}
        nouns = {k: "whose" for k, c in enumerate(self.chunks) if c.kind is Kind.NOUN and self.tokens[c.i].lower == "whose"}
        heads |= nouns
        return parse_clauses(self.chunks, heads, self.words, self._breaking())

    def _breaking(self) -> frozenset[int]:
        """Quotation marks that enclose a clause: they have a finite verb and some length; a quoted word or two breaks nothing."""
        out = []
        for quote in self.quotes:
            first = next((k for k, c in enumerate(self.chunks) if self.tokens[c.i].start > quote.start), 0)
            if first >= 2 and self.chunks[first].kind is Kind.VERB and self.chunks[first - 2].kind is Kind.NOUN:
                continue  # the rest "will be cleared": the clause goes on inside
            within = [k for k, c in enumerate(self.chunks) if quote.start <= self.tokens[c.i].start < quote.end]
            verbs = [self.chunks[k].group for k in within]
            tokens = sum(self.chunks[k].j - self.chunks[k].i for k in within)
            if tokens >= MIN_QUOTED_CLAUSE and any(g is not None and g.finite for g in verbs):
                out += [k for k in within if self.chunks[k].kind is Kind.QUOTE]
        return frozenset(out)

    def span(self, chunk_index: int) -> tuple[int, int]:
        """Characters [start, end) of a chunk."""
        c = self.chunks[chunk_index]
        return self.tokens[c.i].start, self.tokens[c.j - 1].end

    def mentions_in(self, start: int, end: int) -> tuple[Mention, ...]:
        """The mentions that touch characters [start, end)."""
        return tuple(m for m in self.mentions if m.start < end and start < m.end)


@dataclass(frozen=True)
class Document:
    """A report laid out. `parsed[i]` belongs to `layout.sentences[i]`; `day` is the civil day of publication, None if unknown."""

    report: Report
    layout: Layout
    mentions: tuple[Mention, ...]
    parsed: tuple[Parsed, ...]
    named_on: date | None = None  # the day by which names are understood: of publication, else of what the text tells of

    @property
    def text(self) -> str:
        """The normalised text: same length and offsets as the report's own."""
        return self.layout.text

    @property
    def day(self) -> date | None:
        return self.report.published.civil if self.report.published else None

    @cached_property
    def profile(self) -> bool:
        """Whether it portrays a place or a group ("X is a town in Y", "The group was founded in 2014") rather than tell an event."""
        if not self.parsed:
            return False
        first = self.parsed[0]
        main = next((p for p in first.parse.predicates if p.group.finite and p.subject), None)
        if main is None or main.subject[0] > 2 or any(first.words.has("reporting", p.group.lemma) for p in first.parse.predicates):
            return False
        opening = first.tokens[first.chunks[main.at].i].lower
        nouns = {w for k in main.object for w in (t.lower for t in first.tokens[first.chunks[k].i : first.chunks[k].j])}
        typed = any(first.words.has(kind, w) for w in nouns for kind in ("place-noun", "agent-noun", "group-noun"))
        return (opening in ("is", "are") and main.group.copula and typed) or (main.group.passive and main.group.lemma in FOUNDED)

    @cached_property
    def _starts(self) -> list[int]:
        return [p.sentence.start for p in self.parsed]

    def sentence_at(self, offset: int) -> int:
        """Index of the sentence that holds character `offset`, or of the last one before it; -1 before the first."""
        return bisect_right(self._starts, offset) - 1


class DocumentReader:
    """Lays out reports with the names of one lexicon. `parser` may find the clauses of a sentence in place of our own parser."""

    def __init__(self, words: Words, lexicon: Lexicon, parser: Callable[[Parsed], Parse] | None = None) -> None:
        self._words = words
        self._parser = parser
        self._finder = MentionFinder(lexicon, words)

    def read(self, report: Report) -> Document:
        """The document of a report; nothing is parsed yet."""
        layout = lay_out(report.text)
        day = report.published.civil if report.published else era(layout.text)
        mentions = self._finder.find(layout.text, day)
        starts = [m.start for m in mentions]
        gone_to = frozenset(_GOING.findall(layout.text))
        parsed = []
        for s in layout.sentences:
            first = max(0, bisect_right(starts, s.start) - 1)
            own = tuple(m for m in mentions[first : bisect_right(starts, s.end)] if m.end > s.start and m.start < s.end)
            quotes = tuple(q for q in layout.quotes if q.start < s.end and s.start < q.end)
            parsed.append(Parsed(s, own, quotes, self._words, layout.text, self._parser, gone_to))
        return Document(report, layout, mentions, tuple(parsed), day)


def read_document(report: Report, words: Words, lexicon: Lexicon) -> Document:
    """One report laid out; for many, keep a `DocumentReader`."""
    return DocumentReader(words, lexicon).read(report)
