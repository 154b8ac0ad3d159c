"""One report as the contract looks at it: whom, where and when words at given characters mean, told by our reader's own parts."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from heldby.engines.spans import Quoted
from heldby.model.place import Place
from heldby.model.report import Report
from heldby.model.rulebook import Rulebook
from heldby.model.theatre import Lexicon
from heldby.model.when import When
from heldby.model.who import Voice
from heldby.read.actors import Cast, Parties
from heldby.read.chunks import Kind
from heldby.read.dates import DateFinder, DateMention
from heldby.read.document import Document, DocumentReader, Parsed
from heldby.read.mentions import MentionKind
from heldby.read.nominals import phrase_of
from heldby.read.places import PlaceReader
from heldby.read.speakers import Speakers
from heldby.read.speakers_side import Sides, Stakes
from heldby.read.text import Span
from heldby.read.words import Words

AROUND = 2  # sentences before and behind the evidence in which actor, place and time may stand


@dataclass(frozen=True, slots=True)
class Party:
    """Whom words name: the likeliest actor ("" if it cannot be told), every actor that bears the name, and whether it is a name."""

    actor: str = ""
    bearers: tuple[str, ...] = ()
    named: bool = False


class Staging:
    """Lays out reports with one lexicon."""

    def __init__(self, rulebook: Rulebook, lexicon: Lexicon) -> None:
        self._documents = DocumentReader(Words.of(rulebook), lexicon)
        self._parties = Parties(lexicon)
        self._stakes = Stakes(lexicon)
        self._places = PlaceReader(lexicon.gazetteer, frozenset(self._parties.nationalities), self._parties.metonyms)
        self._dates = DateFinder(rulebook.phrasebook("dates"))

    def scene(self, report: Report) -> Scene:
        document = self._documents.read(report)
        sides = Sides(document, self._stakes)
        times = self._dates.find(document.text, document.day)
        cast = Cast(document, self._parties)
        return Scene(report, document, cast, sides, self._places, times, Quoted(report.text), Speakers(document, sides))


@dataclass
class Scene:
    """A report laid out. Speakers are remembered in the order of the text, so that "he" and "the official" mean who spoke before."""

    report: Report
    document: Document
    cast: Cast
    sides: Sides
    places: PlaceReader
    times: Sequence[DateMention]
    quoted: Quoted
    speakers: Speakers
    _voices: dict[Span, Voice | None] = field(default_factory=dict)
    _parties: dict[Span, Party] = field(default_factory=dict)
    _named: dict[Span, Place] = field(default_factory=dict)

    @property
    def publisher(self) -> Voice:
        return self.sides.publisher

    def knows(self, actor: str) -> bool:
        return self.cast.knows(actor)

    def touched(self, span: Span) -> int:
        """Number of sentences that some of a span lies in."""
        first, last = self._sentences(span)
        return last - first + 1

    def window(self, span: Span) -> Span:
        """The sentences of a span and those around it."""
        parsed = self.document.parsed
        if not parsed:
            return Span(0, len(self.report.text))
        first, last = self._sentences(span)
        begin = max(0, first - AROUND)
        return Span(min(span.start, parsed[begin].sentence.start), max(span.end, parsed[min(len(parsed) - 1, last + AROUND)].sentence.end))

    def _sentences(self, span: Span) -> tuple[int, int]:
        return max(0, self.document.sentence_at(span.start)), max(0, self.document.sentence_at(span.end - 1))

    def _parsed(self, span: Span) -> Parsed | None:
        """The sentence that holds a span; None where it lies outside of all (a dateline) or crosses a border."""
        first, last = self._sentences(span)
        if first != last or not self.document.parsed:
            return None
        parsed = self.document.parsed[first]
        return parsed if parsed.sentence.start <= span.start and span.end <= parsed.sentence.end else None

    def party(self, span: Span) -> Party:
        """The party that words name: a name by the lexicon, a generic word by what the report speaks of."""
        if span not in self._parties:
            self._parties[span] = self._party(span)
        return self._parties[span]

    def _party(self, span: Span) -> Party:
        parsed = self._parsed(span)
        if parsed is None:
            return Party()
        named = [m for m in parsed.mentions_in(*span) if m.kind is MentionKind.ACTOR and m.actors]
        for k, c in enumerate(parsed.chunks):
            head = parsed.tokens[c.head]
            if c.kind is not Kind.NOUN or not (span.start <= head.start and head.end <= span.end):
                continue
            agent = self.cast.agent(parsed, phrase_of(parsed, k), self.cast.country)
            if agent is not None and agent.actor:
                bearers = next((m.actors for m in named if agent.actor in m.actors), (agent.actor,))
                return Party(agent.actor, bearers, not agent.inferred)
        if named:
            return Party(self.cast.name_of(named[-1]), named[-1].actors, True)
        return Party()

    def place(self, span: Span) -> Place:
        """The place that words name, with the noun and the areas that the sentence gives it."""
        if span not in self._named:
            self._named[span] = self._place(span)
        return self._named[span]

    def _place(self, span: Span) -> Place:
        text = self.report.text[span.start : span.end]
        parsed = self._parsed(span)
        for k, c in enumerate(parsed.chunks if parsed else ()):
            if parsed is None or c.kind is not Kind.NOUN:
                continue
            start, end = parsed.span(k)
            if start < span.end and span.start < end:
                for spot in self.places.spots(parsed, (phrase_of(parsed, k),)):
                    if spot.place.start < span.end and span.start < spot.place.end:
                        return replace(spot.place, text=text, start=span.start, end=span.end)
        return Place(text, span.start, span.end)

    def meet(self, quotations: Sequence[tuple[str, Span]]) -> None:
        """Make the acquaintance of every speaker quoted, in the order of the text; `quotations` are words with the evidence they stand by."""
        found = {s for words, evidence in quotations if (s := self.quoted.near(words, evidence)) is not None}
        for span in sorted(found):
            self._voices[span] = self._resolve(span)

    def voice(self, words: str, evidence: Span) -> Voice | None:
        """The voice that quoted words name; None where they do not stand in the report, or name nobody."""
        span = self.quoted.near(words, evidence)
        if span is None:
            return None
        if span not in self._voices:
            self._voices[span] = self._resolve(span)
        return self._voices[span]

    def _resolve(self, span: Span) -> Voice | None:
        text = self.report.text[span.start : span.end]
        if self.sides.knows_outlet(text):
            return self.sides.outlet(text)
        parsed = self._parsed(span)
        if parsed is None:
            return None
        starts = [t.start for t in parsed.tokens]
        first = bisect_right(starts, span.start) - 1
        last = bisect_right(starts, span.end - 1)
        speaker = self.speakers.resolve(parsed, Span(max(0, first), last)) if last > first else None
        return speaker.voice if speaker else None

    def time(self, span: Span) -> When | None:
        """What the time at a span means; None where our dates cannot tell."""
        over = [(min(m.end, span.end) - max(m.start, span.start), m) for m in self.times]
        best = max((o for o in over if o[0] > 0), key=lambda o: (o[0], -o[1].start), default=None)
        return best[1].when if best else None
