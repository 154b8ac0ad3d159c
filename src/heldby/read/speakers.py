"""Speakers of one report: each phrase, pronoun and "the official" resolved to the voice first written in full."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from heldby.model.who import INDEPENDENT, UNKNOWN, Voice, VoiceKind
from heldby.read.document import Document, Parsed
from heldby.read.speakers_phrase import Phrase, read_phrase, second_of
from heldby.read.speakers_side import Sides
from heldby.read.text import Span
from heldby.read.words import Words

MEMORY = 120  # speakers met last among whom a later mention is looked for


@dataclass(frozen=True, slots=True)
class Speaker:
    """A voice with what later mentions of it may be told by. `spoke` is False for a person only named as a subject."""

    voice: Voice
    head: str
    content: frozenset[str]
    plural: bool
    institution: bool
    paragraph: int
    spoke: bool = True
    via: tuple[Voice, ...] = ()  # the agency or outlet that first carried him


@dataclass
class Speakers:
    """The speakers of one report in the order in which they are met."""

    document: Document
    sides: Sides
    met: list[Speaker] = field(default_factory=list)

    @property
    def words(self) -> Words:
        return self.document.parsed[0].words

    def resolve(self, parsed: Parsed, span: Span) -> Speaker | None:
        """The speaker that tokens `span` name; a new one if nobody met before answers to them. None for an empty phrase."""
        phrase = read_phrase(self.document, parsed, span)
        if phrase is None:
            return None
        if phrase.pronoun in ("we", "i"):
            return self._writer(phrase)
        if phrase.pronoun:
            return self._by_pronoun(phrase)
        if (
            phrase.low[-2:] == ("of", "them")
            and (several := next((s for s in reversed(self.met[-MEMORY:]) if s.spoke and s.plural), None)) is not None
        ):
            self.met.append(replace(several, paragraph=parsed.sentence.paragraph))
            return self.met[-1]
        if (second := second_of(self.document, parsed, span)) is not None and self._known(second) is None:
            self.met.append(self._new(second))
        if (known := self._known(phrase)) is not None:
            self.met.append(known)
            return known
        made = self._new(phrase)
        self.met.append(made)
        return made

    def second(self, parsed: Parsed, span: Span) -> Speaker | None:
        """The second of the joint speakers that tokens `span` name."""
        phrase = second_of(self.document, parsed, span)
        return None if phrase is None else self._known(phrase) or self._new(phrase)

    def note(self, parsed: Parsed, span: Span, *, asked: bool) -> None:
        """Remember a person named as a subject, whom a pronoun may mean; who was `asked`, or acts where nobody speaks, is as good as a
        speaker."""
        phrase = read_phrase(self.document, parsed, span)
        if (
            phrase is None
            or phrase.pronoun
            or phrase.words.value("role", phrase.head) in (None, "reports")
            or self._known(phrase) is not None
        ):
            return
        if phrase.words.has("place-noun", phrase.head):
            return
        self.met.append(replace(self._new(phrase), spoke=asked))

    def cited(self, source: Speaker, by: Speaker) -> Speaker:
        """A paper without an author ("intelligence assessments") takes the side of who cites it."""
        paper = source.voice.side == UNKNOWN and self.words.has("paper", source.head) and by.voice.side != INDEPENDENT
        return replace(source, voice=replace(source.voice, side=by.voice.side)) if paper else source

    def carried(self, speaker: Speaker, via: tuple[Voice, ...]) -> Speaker:
        """`speaker` as carried by `via`, remembered so: whoever answers to him later is carried by the same."""
        again = replace(speaker, via=via)
        self.met.append(again)
        return again

    def last(self, paragraph: int | None = None) -> Speaker | None:
        """Who spoke last, in `paragraph` if given."""
        return next((s for s in reversed(self.met[-MEMORY:]) if s.spoke and paragraph in (None, s.paragraph)), None)

    def _writer(self, phrase: Phrase) -> Speaker | None:
        """ "We reported": outside quotations the outlet itself; inside them whoever is quoted, heard already."""
        if any(q.start < phrase.start < q.end for q in phrase.parsed.quotes):
            return None
        return Speaker(self.sides.publisher, "", frozenset(), True, True, phrase.parsed.sentence.paragraph)

    def _by_pronoun(self, phrase: Phrase) -> Speaker | None:
        here = phrase.parsed.sentence.paragraph
        fit = [s for s in self.met[-MEMORY:] if _agrees(phrase.pronoun, s)]
        spoke = [s for s in fit if s.spoke]
        near = [s for s in spoke if s.paragraph == here] or [s for s in fit if s.paragraph == here] or spoke or fit
        if near:
            again = replace(near[-1], paragraph=here, spoke=True)
            self.met.append(again)
            return again
        if phrase.pronoun in ("it", "they") and (actor := self.sides.last_party(phrase.start)):
            return Speaker(Voice(phrase.text, VoiceKind.SPOKESMAN, actor), phrase.head, phrase.content, True, True, here)
        return None

    def _known(self, phrase: Phrase) -> Speaker | None:
        """An earlier speaker whom a definite phrase or a bare surname means."""
        here = phrase.parsed.sentence.paragraph
        surname = len(phrase.low) == 1 and phrase.tokens[0].capital and not phrase.mentions
        if not phrase.definite and not surname:
            return None
        for s in reversed(self.met[-MEMORY:]):
            if not s.spoke or not phrase.content <= s.content:
                continue
            if not surname and phrase.head_end < len(phrase.low) and phrase.content != s.content:
                continue
            if s.plural == phrase.plural or surname:
                return replace(s, paragraph=here)
        return None

    def _new(self, phrase: Phrase) -> Speaker:
        last = next(
            (s.voice.side for s in reversed(self.met[-MEMORY:]) if s.head == phrase.head and s.voice.side not in (UNKNOWN, INDEPENDENT)), ""
        )
        side = self.sides.of(phrase, last, self._body_side(phrase))
        if side == UNKNOWN and phrase.definite and phrase.words.has("paper", phrase.head) and (author := self.last()) is not None:
            side = author.voice.side  # "the report said": whoever published it
        kind = self.sides.kind(phrase, side)
        outlet = phrase.outlet if phrase.role not in ("state", "speaker") else None
        text = phrase.name or phrase.text
        if not phrase.name and phrase.name_at >= 0:
            text = self.document.report.text[phrase.tokens[phrase.name_at].start : phrase.tokens[-1].end]
        voice = Voice(text, kind, side, self._anonymous(phrase, kind), outlet.id if outlet else "")
        content = phrase.content | {w.casefold() for w in phrase.name.split()}
        return Speaker(voice, phrase.head, content, phrase.plural, phrase.institution, phrase.parsed.sentence.paragraph)

    def _body_side(self, phrase: Phrase) -> str:
        """The side of the army, ministry ... that spoke before in the paragraph, if the phrase names it again without its country."""
        here = phrase.parsed.sentence.paragraph
        bodies = {w for w in phrase.content if phrase.words.has("voice-body", w)}
        known = (
            s
            for s in reversed(self.met[-MEMORY:])
            if s.paragraph == here and bodies & s.content and s.voice.side not in (UNKNOWN, INDEPENDENT)
        )
        return next((s.voice.side for s in known), "")

    def _anonymous(self, phrase: Phrase, kind: VoiceKind) -> bool:
        if phrase.name or phrase.name_at >= 0 or phrase.institution or kind in (VoiceKind.OUTLET, VoiceKind.AGENCY):
            return False
        if kind in (VoiceKind.REPORTS, VoiceKind.RESIDENT) or phrase.plural:
            return True
        return phrase.has("unnamed") or (not phrase.definite and phrase.low[0] in ("a", "an", "one", "another"))


def _agrees(pronoun: str, s: Speaker) -> bool:
    if pronoun in ("he", "she", "him", "i"):
        return not s.plural and not s.institution
    if pronoun == "it":
        return s.institution and s.spoke
    return (s.plural or s.institution) and s.spoke
