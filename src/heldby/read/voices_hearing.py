"""From the cues of a report's sentences to utterances: each with its speaker resolved and the characters it covers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from heldby.model.who import UNKNOWN, Voice, VoiceKind
from heldby.read.chunks import Kind
from heldby.read.document import Document, Parsed
from heldby.read.speakers import Speaker, Speakers
from heldby.read.speakers_phrase import SMALL, singular
from heldby.read.speakers_side import Sides
from heldby.read.text import Span
from heldby.read.voices_cue import Cue, Place
from heldby.read.voices_cues import CueFinder
from heldby.read.voices_denials import Denials, flat_no
from heldby.read.voices_grammar import Grammar
from heldby.read.voices_items import items_of, speaker_like
from heldby.read.voices_record import Utterance
from heldby.read.voices_scope import Scoped, Scoper

SPEAKING = ("speaking-noun", "denial-noun", "denial-word")


class Hearer:
    """Hears one document, sentence after sentence."""

    def __init__(self, document: Document, sides: Sides) -> None:
        self._document = document
        self._sides = sides
        self._speakers = Speakers(document, sides)

    def hear(self) -> list[Utterance]:
        """Utterances in order of their cues."""
        out: list[Utterance] = []
        for index, parsed in enumerate(self._document.parsed):
            if _may_speak(parsed):
                out += self._sentence(index, parsed)
        return out

    def _sentence(self, index: int, parsed: Parsed) -> list[Utterance]:
        grammar = Grammar(parsed, items_of(parsed))
        scoped = Scoper(parsed, grammar.items, CueFinder(parsed, grammar.items).find()).scope()
        out: list[Utterance] = []
        noted = -1
        for s in scoped:
            noted = self._note_subjects(grammar, scoped, noted, s.cue.first)
            out.append(self._utterance(index, grammar, s, out))
            if (other := self._each(grammar, s.cue, out[-1])) is not None:
                out.append(other)
        self._note_subjects(grammar, scoped, noted, len(grammar.items))
        found = [u for u in out if u.speaker is not None]
        untrue = self._called_untrue(index, grammar, found)
        return [*found, *untrue, *_answered_no(index, grammar, found, untrue)]

    def _note_subjects(self, grammar: Grammar, scoped: Sequence[Scoped], done: int, until: int) -> int:
        """Remember the subjects of verbs before item `until` that nobody reports: pronouns may mean them."""
        parsed = grammar.parsed
        for k in range(done + 1, until):
            c = grammar.items[k]
            at = parsed.tokens[c.i].start
            own = c.kind is Kind.VERB and c.group is not None and c.group.finite
            if own and not any(x.start <= at < x.end for s in scoped for x in s.spans):
                who, _ = grammar.subject(k)
                if who is not None and speaker_like(parsed, who.start, who.end):
                    active = not scoped and c.group is not None and not c.group.passive  # nobody else speaks in the sentence
                    self._speakers.note(parsed, who, asked=active or parsed.words.has("failure", c.word))
        return max(done, until - 1)

    def _called_untrue(self, index: int, grammar: Grammar, found: Sequence[Utterance]) -> list[Utterance]:
        """ "The reports are rumours, the governor said": whoever speaks there denies what was said before."""
        out = []
        parsed = grammar.parsed
        for k in Denials(grammar).false_subjects():
            c = grammar.items[k]
            at = parsed.tokens[c.i].start
            if any(q.start < at < q.end for q in parsed.quotes):
                continue  # a quotation's own denials are heard with it
            over = [u for u in found if u.covers(at) and not u.noun]
            own = any((u.void and u.cue == at) or (u.rejected and u.words.end <= at) for u in found) or any(
                u.bare and u.covers(at) for u in found
            )
            if own:
                continue
            words = Span(at, parsed.tokens[c.j - 1].end)
            publisher = Speaker(self._sides.publisher, "", frozenset(), False, True, parsed.sentence.paragraph)
            speaker = over[-1].speaker if over else publisher
            out.append(Utterance(index, at, words, Place.NOWHERE, speaker, (words,), denies=True, bare=True))
        return out

    def _utterance(self, index: int, grammar: Grammar, s: Scoped, before: Sequence[Utterance]) -> Utterance:
        cue, parsed = s.cue, grammar.parsed
        speaker = self._speaker(grammar, cue, before)
        carriers = tuple(c for w in cue.outer if (c := self._outlet(parsed, w)) is not None)
        sources = tuple(c for w in cue.inner if (c := self._speakers.resolve(parsed, w)) is not None)
        if speaker is not None and sources:
            cited = (self._speakers.cited(s, speaker) for s in sources)
            sources = tuple(self._speakers.carried(s, (*speaker.via, speaker.voice)) for s in cited)
        elif speaker is not None and carriers:
            speaker = self._speakers.carried(speaker, tuple(c.voice for c in carriers))
        at = parsed.tokens[grammar.items[cue.at].i].start
        reported = speaker is not None and speaker.voice.kind is VoiceKind.REPORTS
        answered = None
        if cue.denied is not None:
            edges = [grammar.items[k] for k in (cue.denied.start, cue.denied.end - 1) if k < len(grammar.items)]
            answered = Span(parsed.tokens[edges[0].i].start, parsed.tokens[edges[-1].j - 1].end) if edges else None
        about = frozenset(singular(t.lower) for t in parsed.tokens[cue.about.start : cue.about.end]) if cue.about else frozenset()
        return Utterance(
            sentence=index,
            cue=at,
            words=s.words,
            place=cue.place,
            speaker=speaker,
            spans=s.spans,
            carriers=carriers,
            sources=sources,
            denies=cue.denies,
            bare=cue.bare,
            reported=reported,
            noun=cue.noun,
            void=cue.void,
            rejected=cue.end >= 0 or cue.untrue,
            about=about - SMALL,
            answered=answered,
            whole=cue.whole,
            confirms=cue.confirms,
        )

    def _each(self, grammar: Grammar, cue: Cue, first: Utterance) -> Utterance | None:
        """ "Both the army and the rebels claimed it", "X and Y each said": the second of two sides that say the same."""
        if cue.who is None or first.speaker is None:
            return None
        low = [t.lower for t in grammar.parsed.tokens[cue.who.start : grammar.items[cue.at].i + 1]]
        if "and" not in low or not {"both", "each"} & set(low):
            return None
        second = self._speakers.second(grammar.parsed, cue.who)
        return replace(first, speaker=second) if second is not None and second.voice.side != first.speaker.voice.side else None

    def _speaker(self, grammar: Grammar, cue: Cue, before: Sequence[Utterance]) -> Speaker | None:
        if cue.who is not None:
            return self._speakers.resolve(grammar.parsed, cue.who)
        if cue.void or (cue.place is Place.NOWHERE and cue.bare):
            nobody = Voice("unnamed", VoiceKind.OTHER, UNKNOWN, True)
            return Speaker(nobody, "", frozenset(), True, False, grammar.parsed.sentence.paragraph)
        return self._shared(grammar, cue, before)

    def _shared(self, grammar: Grammar, cue: Cue, before: Sequence[Utterance]) -> Speaker | None:
        """The speaker of "... and said", "adding that": who spoke before in the sentence, else its first subject."""
        verbal = [u for u in before if not u.noun and (u.bare or u.place is not Place.NOWHERE)] or [u for u in before if not u.noun]
        if verbal:
            return verbal[-1].speaker
        for k, c in enumerate(grammar.items[: cue.at]):
            if c.kind is Kind.VERB and c.group is not None and c.group.finite:
                who, _ = grammar.subject(k)
                return self._speakers.resolve(grammar.parsed, who) if who is not None else None
        first = next((c for c in grammar.items[: cue.at] if c.kind is Kind.NOUN), None)
        return self._speakers.resolve(grammar.parsed, Span(first.i, first.j)) if first is not None else None

    def _outlet(self, parsed: Parsed, who: Span) -> Speaker | None:
        """The outlet that was told, or that quotes: known to the lexicon or named like one; never the publisher himself."""
        first, last = parsed.tokens[who.start], parsed.tokens[who.end - 1]
        report = self._document.report
        mention = any(m.outlet is not None for m in parsed.mentions_in(first.start, last.end))
        ends = parsed.words.has("outlet-noun", last.lower)
        named = ends and (last.capital or any(t.capital for t in parsed.tokens[who.start + 1 : who.end]))
        quoted = last.capital and report.text[: first.start].endswith("by ")  # "quoted by Y": whoever quotes carries
        if same_outlet(report.text[first.start : last.end], report.outlet) or not (mention or named or quoted):
            return None
        return self._speakers.resolve(parsed, who)


def _answered_no(index: int, grammar: Grammar, found: Sequence[Utterance], untrue: Sequence[Utterance]) -> list[Utterance]:
    """ "Not so, said the army": all that somebody says denies what was said before. What stands in quotation marks is heard with them."""
    out = []
    for u in (u for u in found if not (u.denies or u.noun)):
        for span in u.spans:
            quoted = any(q.start < span.end and span.start < q.end for q in grammar.parsed.quotes)
            told = any(span.start <= x.words.start < span.end for x in (*untrue, *(y for y in found if y.bare)))
            if not quoted and not told and flat_no(grammar.parsed, span.start, span.end):
                out.append(replace(u, cue=span.start, words=span, spans=(span,), denies=True, bare=True, place=Place.NOWHERE))
    return out


def _may_speak(parsed: Parsed) -> bool:
    """Whether a sentence needs a look: a verb or noun of saying, a source, or somebody a pronoun may mean later. Nothing is parsed for it."""
    words = parsed.words
    for t in parsed.tokens:
        if t.lower in ("according", "per", "put") or any(words.has(kind, t.lower) for kind in SPEAKING):
            return True
        if any(words.has(kind, f.lemma) for f in words.verbs.get(t.lower, ()) for kind in ("voice-verb", "denial-verb", "denying-verb")):
            return True
        if words.has("role", t.lower):
            return True
    return False


def same_outlet(a: str, b: str) -> bool:
    """One outlet, also by its initials: "DNS" and "Delta News Service"."""
    x, y = a.casefold().removeprefix("the ").strip(), b.casefold().removeprefix("the ").strip()
    if not x or not y:
        return x == y
    return x == y or x == "".join(w[0] for w in y.split()) or (len(x) > 3 and (x in y or y in x))
