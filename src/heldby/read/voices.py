"""Who speaks: for every character of a report the voices that utter what stands there, from the publisher to the origin.

document -> items -> cues -> scopes ─┐
                      speakers ──────┴─> utterances -> quotations -> Attribution
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heldby.model.rulebook import Rulebook
from heldby.model.theatre import Lexicon
from heldby.model.who import UNKNOWN, Chain, Voice, VoiceKind
from heldby.read.chunks import Kind
from heldby.read.document import Document, Parsed
from heldby.read.speakers import Speaker, Speakers
from heldby.read.speakers_side import Sides, Stakes
from heldby.read.text import Span
from heldby.read.voices_cues import Cue, CueFinder, Place
from heldby.read.voices_grammar import Grammar
from heldby.read.voices_items import Items, items_of, speaker_like
from heldby.read.voices_quotes import Utterance, quoted
from heldby.read.voices_scope import Scoped, Scoper
from heldby.read.words import Words

HEDGE_REACH = 10  # tokens between a hedge and what it makes doubtful, inside one clause


@dataclass(frozen=True, slots=True)
class Attributed:
    """One voice's stance to what stands at a place: the chain to it, its side, whether it denies, whether it is hedged."""

    chain: Chain
    side: str
    denies: bool
    hedged: bool


@dataclass(frozen=True, slots=True)
class Denial:
    """A denial of something said elsewhere ("denied the claim"): who denies, where, and the characters of what he denies (None: not found)."""

    start: int
    end: int
    by: Attributed
    denied: Span | None


@dataclass(frozen=True)
class Attribution:
    """Who utters what in one document."""

    document: Document
    utterances: tuple[Utterance, ...]
    sides: Sides

    @property
    def publisher(self) -> Voice:
        """The report's outlet, the outermost voice of every chain."""
        return self.sides.publisher

    def at(self, sentence_index: int, offset: int) -> tuple[Attributed, ...]:
        """Every voice that utters what stands at character `offset` of the report; the publisher alone where nobody else speaks."""
        over = [u for u in self.utterances if u.covers(offset) or (u.denies and u.bare and u.words.start <= offset < u.words.end)]
        hedged = self._hedged(sentence_index, offset)
        credits = self._credits(sentence_index)
        if not over:
            chain = (self.publisher, *credits)
            return (Attributed(chain, chain[-1].side, False, hedged),)
        depth = {id(u): sum(o is not u and o.covers(u.cue) for o in over) for u in over}
        layers = sorted(over, key=lambda u: (depth[id(u)], u.cue))
        return self._stances(layers, depth, credits, hedged)

    def _stances(self, layers: list[Utterance], depth: dict[int, int], credits: tuple[Voice, ...], hedged: bool) -> tuple[Attributed, ...]:
        out: list[Attributed] = []
        chain: list[Voice] = [self.publisher, *credits]
        side, denies = chain[-1].side, False
        for number, u in enumerate(layers):
            parallel = number > 0 and depth[id(layers[number - 1])] == depth[id(u)] and not _same(layers[number - 1], u)
            if denies or parallel:
                out.append(Attributed(tuple(chain), side, denies, hedged))
                chain = chain[: len(chain) - len(_voices(layers[number - 1]))]
                denies = False
            for v in _voices(u):
                if chain[-1].key != v.key:
                    chain.append(v)
            side, denies = chain[-1].side, u.denies
        out.append(Attributed(tuple(chain), side, denies, hedged))
        return _both_sides(out, self.sides)

    def _credits(self, sentence_index: int) -> tuple[Voice, ...]:
        names = self.document.parsed[sentence_index].sentence.credits
        name = next((n for n in names if not self._aside(sentence_index, n)), "")
        if not name and (line := self.document.layout.dateline) is not None and not _same_outlet(line.agency, self.publisher.text):
            name = line.agency
        if not name or _same_outlet(name, self.publisher.text):
            return ()
        parts = [p.strip() for p in name.split(" via ")]
        return tuple(self.sides.outlet(p) for p in reversed(parts) if p)

    def _aside(self, sentence_index: int, name: str) -> bool:
        """Whether brackets at the end credit nobody: "(Handout)", or the initials of the words before them."""
        words = [t.text for t in self.document.parsed[sentence_index].tokens if t.is_word]
        initials = "".join(w[0] for w in words[-len(name) :]) if name.isupper() else ""
        return self.document.parsed[sentence_index].words.has("no-outlet", name.casefold()) or initials == name

    def _hedged(self, sentence_index: int, offset: int) -> bool:
        parsed = self.document.parsed[sentence_index]
        at = next((k for k, t in enumerate(parsed.tokens) if t.end > offset), len(parsed.tokens) - 1)
        for k in range(at, max(-1, at - HEDGE_REACH), -1):
            low = parsed.tokens[k].lower
            if parsed.words.has("hedge", low):
                return True
            if k < at and (low in (";", ":", '"') or (low == "that" and k < at)):
                break
        return any(parsed.words.has("hedge", t.lower) for t in parsed.tokens[at + 1 : at + 3])

    @property
    def denials(self) -> tuple[Denial, ...]:
        """Denials of things said elsewhere, in order."""
        out = []
        for u in self.utterances:
            if u.denies and u.bare:
                by = next(a for a in self.at(u.sentence, u.cue) if a.denies)
                out.append(Denial(u.words.start, u.words.end, by, self._denied(u)))
        return tuple(out)

    def _denied(self, denial: Utterance) -> Span | None:
        """What was said before by somebody else: the nearest earlier sentence that another voice, or the outlet, asserts."""
        for k in range(denial.sentence, -1, -1):
            s = self.document.parsed[k].sentence
            stop = denial.words.start if k == denial.sentence else s.end
            others = [
                u for u in self.utterances if u.sentence == k and u.cue < denial.words.start and not _same(u, denial) and not u.denies
            ]
            spans = [x for u in others for x in u.spans if x.end <= stop]
            if spans:
                return Span(min(x.start for x in spans), max(x.end for x in spans))
            if k < denial.sentence and not any(u.sentence == k for u in self.utterances):
                return Span(s.start, s.end)
        return None


class Voices:
    """Finds the voices of reports with one rulebook and one lexicon."""

    def __init__(self, rulebook: Rulebook, lexicon: Lexicon) -> None:
        self._words = Words.of(rulebook)
        self._stakes = Stakes(lexicon)

    def of(self, document: Document) -> Attribution:
        """The attribution of a document."""
        sides = Sides(document, self._stakes)
        speakers = Speakers(document, sides)
        found: list[Utterance] = []
        for index, parsed in enumerate(document.parsed):
            found += self._sentence(index, parsed, speakers)
        return Attribution(document, (*found, *quoted(document, found)), sides)

    def _sentence(self, index: int, parsed: Parsed, speakers: Speakers) -> list[Utterance]:
        items = items_of(parsed)
        cues = CueFinder(parsed, items).find()
        scoped = Scoper(parsed, items, cues).scope()
        grammar = Grammar(parsed, items)
        out: list[Utterance] = []
        noted = -1
        for s in scoped:
            noted = self._note_subjects(parsed, items, grammar, speakers, noted, s.cue.first)
            out.append(self._utterance(index, parsed, s, speakers, out))
        self._note_subjects(parsed, items, grammar, speakers, noted, len(items))
        return [u for u in out if u.speaker is not None]

    def _note_subjects(self, parsed: Parsed, items: Items, grammar: Grammar, speakers: Speakers, done: int, until: int) -> int:
        """Remember the subjects of other verbs before item `until`: pronouns may mean them."""
        for k in range(done + 1, until):
            c = items[k]
            if c.kind is Kind.VERB and c.group is not None and c.group.finite:
                who, _ = grammar.subject(k)
                if who is not None and speaker_like(parsed, who.start, who.end):
                    speakers.note(parsed, who)
        return max(done, until - 1)

    def _utterance(self, index: int, parsed: Parsed, s: Scoped, speakers: Speakers, before: Sequence[Utterance]) -> Utterance:
        cue = s.cue
        if cue.who is not None:
            speaker = speakers.resolve(parsed, cue.who)
        elif cue.place is Place.NOWHERE and cue.bare:
            speaker = Speaker(Voice("unnamed", VoiceKind.OTHER, UNKNOWN, True), "", frozenset(), True, False, parsed.sentence.paragraph)
        else:
            speaker = self._shared(before, speakers, parsed, cue)
        carriers = tuple(c for w in cue.outer if (c := self._outlet(parsed, w, speakers)) is not None)
        sources = tuple(c for w in cue.inner if (c := speakers.resolve(parsed, w)) is not None)
        if speaker is not None:
            sources = tuple(speakers.cited(s, speaker) for s in sources)
        if speaker is not None and sources:
            sources = tuple(speakers.carried(s, (*speaker.via, speaker.voice)) for s in sources)
        elif speaker is not None and carriers:
            speaker = speakers.carried(speaker, tuple(c.voice for c in carriers))
        at = parsed.tokens[items_of(parsed)[cue.at].i].start
        reported = speaker is not None and speaker.voice.kind is VoiceKind.REPORTS
        return Utterance(index, at, s.words, cue.place, speaker, s.spans, carriers, sources, cue.denies, cue.bare, reported, cue.noun)

    def _shared(self, before: Sequence[Utterance], speakers: Speakers, parsed: Parsed, cue: Cue) -> Speaker | None:
        """The speaker of "... and said", "adding that": who spoke before in the sentence, else its first subject."""
        verbal = [u for u in before if not u.noun]
        if verbal:
            return verbal[-1].speaker
        items = items_of(parsed)
        grammar = Grammar(parsed, items)
        for k, c in enumerate(items[: cue.at]):
            if c.kind is Kind.VERB and c.group is not None and c.group.finite:
                who, _ = grammar.subject(k)
                return speakers.resolve(parsed, who) if who is not None else None
        first = next((c for c in items[: cue.at] if c.kind is Kind.NOUN), None)
        return speakers.resolve(parsed, Span(first.i, first.j)) if first is not None else None

    def _outlet(self, parsed: Parsed, who: Span, speakers: Speakers) -> Speaker | None:
        """The outlet that was told, or that quotes: known to the lexicon or named like one; never the publisher himself."""
        first, last = parsed.tokens[who.start], parsed.tokens[who.end - 1]
        text = speakers.document.report.text[first.start : last.end]
        mention = next((m for m in parsed.mentions_in(first.start, last.end) if m.outlet is not None), None)
        named = last.capital and self._words.has("outlet-noun", last.lower)
        agency = self._words.has("outlet-noun", last.lower) and any(t.capital for t in parsed.tokens[who.start + 1 : who.end])
        if _same_outlet(text, speakers.document.report.outlet) or not (mention or named or agency):
            return None
        return speakers.resolve(parsed, who)


def _voices(u: Utterance) -> list[Voice]:
    assert u.speaker is not None
    return [*(u.speaker.via or tuple(c.voice for c in u.carriers)), u.speaker.voice, *(s.voice for s in u.sources)]


def _same(a: Utterance, b: Utterance) -> bool:
    return a.speaker is not None and b.speaker is not None and a.speaker.voice.key == b.speaker.voice.key


def _same_outlet(a: str, b: str) -> bool:
    """One outlet, also by its initials: "DNS" and "Delta News Service"."""
    x, y = a.casefold().removeprefix("the ").strip(), b.casefold().removeprefix("the ").strip()
    if not x or not y:
        return x == y
    return x == y or x == "".join(w[0] for w in y.split()) or (len(x) > 3 and (x in y or y in x))


def _both_sides(found: list[Attributed], sides: Sides) -> tuple[Attributed, ...]:
    """ "Both sides claim" is two voices, one for each party named in the report."""
    out: list[Attributed] = []
    for a in found:
        voice = a.chain[-1]
        if voice.text.casefold() not in ("both sides", "the two sides", "each side", "both"):
            out.append(a)
            continue
        for side in sides.both():
            out.append(Attributed((*a.chain[:-1], Voice(voice.text, VoiceKind.SPOKESMAN, side)), side, a.denies, a.hedged))
    return tuple(dict.fromkeys(out)) or tuple(found)
