"""Who speaks: for every character of a report the voices that utter what stands there, from the publisher to the origin.

document -> items -> cues -> scopes ─┐
                      speakers ──────┴─> utterances -> quotations -> Attribution
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from heldby.model.rulebook import Rulebook
from heldby.model.theatre import Lexicon
from heldby.model.who import Chain, Voice, VoiceKind
from heldby.read.document import Document
from heldby.read.speakers_side import Sides, Stakes
from heldby.read.text import Span, find_dateline
from heldby.read.voices_answers import Answers
from heldby.read.voices_hearing import Hearer, same_outlet
from heldby.read.voices_quotes import quoted
from heldby.read.voices_record import Record, Utterance, same_voice, voices_of

LONE_CREDIT = re.compile(r"\(([^()\n]{2,70})\)\.?")
DATELINE_PARAGRAPHS, DATELINE_REACH = 4, 160  # a dateline stands in the first paragraphs, within so many characters
SAID_TO = ("said", "reported", "understood", "rumoured", "rumored")  # "is said to have captured"
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
    """A denial of something said elsewhere ("denied the claim"): who denies, where, and the characters of what he denies (None: not found).

    What others say between those characters (the outlet's background, another speaker) is not denied.
    """

    start: int
    end: int
    by: Attributed
    denied: Span | None
    said_by: Voice | None = None  # whose words the denied ones are, if somebody's but the outlet's


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Somebody confirms what another said ("confirmed it", "confirmed the report"): who, where, and the characters of what he confirms."""

    start: int
    end: int
    by: Attributed
    confirmed: Span
    said_by: Voice | None = None


@dataclass(frozen=True)
class Attribution:
    """Who utters what in one document."""

    document: Document
    sides: Sides

    @cached_property
    def utterances(self) -> tuple[Utterance, ...]:
        """Every act of speaking in the document; found when somebody first asks."""
        found = Hearer(self.document, self.sides).hear()
        return (*found, *quoted(self.document, found))

    @cached_property
    def _record(self) -> Record:
        return Record(self.document, self.utterances)

    @property
    def publisher(self) -> Voice:
        """The report's outlet, the outermost voice of every chain."""
        return self.sides.publisher

    def at(self, sentence_index: int, offset: int) -> tuple[Attributed, ...]:
        """Every voice that utters what stands at character `offset` of the report; the publisher alone where nobody else speaks."""
        over = [
            u
            for u in self._record.over(sentence_index)
            if u.covers(offset) or (u.denies and u.bare and u.words.start <= offset < u.words.end)
        ]
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
        side, denies, added = chain[-1].side, False, 0
        for number, u in enumerate(layers):
            denies = denies or u.rejected
            parallel = number > 0 and depth[id(layers[number - 1])] == depth[id(u)] and not same_voice(layers[number - 1], u)
            if denies or parallel:
                out.append(Attributed(tuple(chain), side, denies, hedged))
                chain = chain[: len(chain) - added]
                denies = False
            if u.void:
                return _both_sides(out, self.sides)
            own = len(chain)
            for v in voices_of(u):
                if chain[-1].key != v.key:
                    chain.append(self.sides.facing(v, tuple(chain), u.cue))
            added = len(chain) - own
            side, denies = chain[-1].side, u.denies
        mentioned = layers[-1].reported and any(u.denies for u in layers[:-1])  # "denied reports that": told only to be denied
        out.append(Attributed(tuple(chain), side, denies, hedged or mentioned or layers[-1].rejected))
        return _both_sides(out, self.sides)

    def _credits(self, sentence_index: int) -> tuple[Voice, ...]:
        names = self.document.parsed[sentence_index].sentence.credits
        name = next((n for n in names if not self._aside(sentence_index, n)), "") or self._lone_credits.get(sentence_index, "")
        name = name or self._agency
        if not name or same_outlet(name, self.publisher.text):
            return ()
        parts = [p.strip() for p in name.split(" via ")]
        return tuple(self.sides.outlet(p) for p in reversed(parts) if p)

    @cached_property
    def _agency(self) -> str:
        """The agency of a dateline, "KUNDUZ (Hill Wire) --", also below a headline; "" without."""
        if (line := self.document.layout.dateline) is not None:
            return line.agency
        seen: set[int] = set()
        for parsed in self.document.parsed:
            s = parsed.sentence
            if s.paragraph not in seen and len(seen) < DATELINE_PARAGRAPHS:
                seen.add(s.paragraph)
                if (found := find_dateline(self.document.text[s.start : s.start + DATELINE_REACH])) is not None and found.agency:
                    return found.agency
        return ""

    @cached_property
    def _lone_credits(self) -> dict[int, str]:
        """For sentences under a credit that is a line of its own, "(Hill Wire)": its name. It closes what stands above it; the first line
        opens what follows."""
        out: dict[int, str] = {}
        alone = Counter(p.sentence.paragraph for p in self.document.parsed)
        lines = {
            p.sentence.index: name
            for p in self.document.parsed
            if alone[p.sentence.paragraph] == 1 and (name := self._lone(p.sentence.start, p.sentence.end))
        }
        for at in sorted(lines):
            scope = range(at) if at else range(1, len(self.document.parsed))
            for k in scope:
                out.setdefault(k, lines[at])
        return out

    def _lone(self, start: int, end: int) -> str:
        found = LONE_CREDIT.fullmatch(self.document.text[start:end].strip())
        if found is None:
            return ""
        words = self.document.parsed[0].words
        known = self.sides.knows_outlet(found[1]) or words.has("outlet-noun", found[1].split()[-1].casefold())
        return found[1] if known else ""

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
            if parsed.words.has("hedge", low) or (low == "to" and k and parsed.tokens[k - 1].lower in SAID_TO):
                return True
            if k < at and (low in (";", ":", '"') or (low == "that" and k < at)):
                break
        return any(parsed.words.has("hedge", t.lower) for t in parsed.tokens[at + 1 : at + 3])

    @cached_property
    def denials(self) -> tuple[Denial, ...]:
        """Denials of things said elsewhere, in order."""
        answers = Answers(self.document, self._record, self.publisher)
        out = []
        for u in self.utterances:
            if u.denies and u.bare:
                by = next(a for a in self.at(u.sentence, u.cue) if a.denies)
                out.append(Denial(u.words.start, u.words.end, by, *answers.of(u)))
        return tuple(out)

    @property
    def confirmations(self) -> tuple[Confirmation, ...]:
        """Confirmations of things said elsewhere ("the army confirmed it"), in order."""
        answers = Answers(self.document, self._record, self.publisher)
        out = []
        for u in self.utterances:
            if u.confirms and u.spans and (found := answers.of(u))[0] is not None:
                by = self.at(u.sentence, u.spans[0].start)[-1]
                if self._of_its_own_sentence(u, found[0]):
                    continue
                out.append(Confirmation(u.words.start, u.words.end, by, found[0], found[1]))
        return tuple(out)

    def _of_its_own_sentence(self, u: Utterance, found: Span) -> bool:
        """ "Ten people died, and a doctor confirmed it": "it" is what the sentence itself told, no place of the one before."""
        parsed = self.document.parsed[u.sentence]
        told = any(parsed.span(p.at)[1] <= u.words.start for p in parsed.parse.predicates)
        return told and not u.whole and found.end <= parsed.sentence.start


class Voices:
    """Finds the voices of reports with one rulebook and one lexicon."""

    def __init__(self, rulebook: Rulebook, lexicon: Lexicon) -> None:
        self._stakes = Stakes(lexicon)

    def of(self, document: Document) -> Attribution:
        """The attribution of a document."""
        return Attribution(document, Sides(document, self._stakes))


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
