"""Tallies in the making: what was found in a document, and what a later number leans on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from heldby.model.claim import Polarity, PublishedTally, Relation
from heldby.model.who import INDEPENDENT, Voice, VoiceKind
from heldby.read.dates import DateFinder, DateMention
from heldby.read.document import Document
from heldby.read.tallies_amounts import Amount
from heldby.read.tallies_cast import PartyWords, TallyCast
from heldby.read.voices import Attributed, Attribution

YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")  # in an address


@dataclass(frozen=True, slots=True)
class Finding:
    """A tally before it has voices: where it stands, and what it says."""

    sentence: int
    start: int
    end: int
    amount: Amount
    actor: str
    relation: Relation
    form: str
    verb: tuple[int, int]
    denied: bool = False
    voices: tuple[Attributed, ...] = ()
    like: Finding | None = None  # the finding whose date it shares: "... and the government 70"


@dataclass(frozen=True)
class Scene:
    """A document with its voices and, once asked for, its parties and its times."""

    document: Document
    words: PartyWords
    attribution: Attribution | None
    finder: DateFinder

    def span(self, index: int) -> tuple[int, int]:
        """The characters of a sentence."""
        sentence = self.document.parsed[index].sentence
        return sentence.start, sentence.end

    def voices(self, index: int, offset: int) -> tuple[Attributed, ...]:
        """Who utters what stands at a character of sentence `index`; the publisher alone where nobody was asked."""
        if self.attribution is not None:
            return self.attribution.at(index, offset)
        name = self.document.report.outlet
        outlet = self.words.lexicon.outlet(name)
        own = Voice(name, outlet.kind, outlet.side, False, outlet.id) if outlet else Voice(name, VoiceKind.OUTLET, INDEPENDENT)
        return (Attributed((own,), own.side, False, False),)

    @cached_property
    def cast(self) -> TallyCast:
        return TallyCast(self.document, self.words)

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        year = YEAR.search(self.document.report.url)
        return self.finder.find(self.document.text, self.document.day, int(year[1]) if year else None)


def denials_of(scene: Scene, found: Sequence[Finding]) -> list[Finding]:
    """The findings that somebody denies elsewhere without telling them again: "a claim the ministry rejected"."""
    if scene.attribution is None or not found:
        return []
    out = []
    for denial in scene.attribution.denials:
        for f in found:
            told = denial.denied is not None and denial.denied.start <= f.amount.start < denial.denied.end
            if told and not f.denied and not any(v.denies for v in f.voices):
                index = scene.document.sentence_at(denial.start)
                out.append(replace(f, sentence=index, start=denial.start, end=denial.end, denied=True, voices=(denial.by,), form="denial"))
    return out


def contradicts(f: Finding, index: int, actor: str, relation: Relation, amount: Amount) -> bool:
    """Whether the same sentence gave the actor another number of the same."""
    same = f.sentence == index and f.actor == actor and f.relation is relation and f.amount.unit == amount.unit
    return same and relation is Relation.CONTROLS and None not in (f.amount.count, amount.count) and f.amount.count != amount.count


def nearest(before: Sequence[Finding], index: int, offset: int) -> Finding | None:
    """The finding that an amount leans on: the last before it in its sentence, else the first of the last sentence that had one."""
    same = [f for f in before if f.sentence == index and f.amount.start < offset]
    if same:
        return max(same, key=lambda f: f.amount.start)
    earlier = [f for f in before if f.sentence < index]
    last = max((f.sentence for f in earlier), default=-1)
    return next((f for f in earlier if f.sentence == last), None)


def kin(before: Sequence[Finding], index: int, amount: Amount) -> Finding | None:
    """The finding before in the same sentence that counts, or shares out, as the amount does."""
    same = [f for f in before if f.sentence == index and f.amount.start < amount.start]
    alike = [f for f in same if (f.amount.share is None) == (amount.share is None)]
    return max(alike, key=lambda f: f.amount.start, default=None)


def following(found: Sequence[Finding], index: int, offset: int) -> Finding | None:
    """The finding that follows in the same sentence."""
    later = [f for f in found if f.sentence == index and f.amount.start >= offset]
    return min(later, key=lambda f: f.amount.start, default=None)


def like_other(amount: Amount, other: Amount) -> Amount:
    """An amount in the unit of another: "60 percent of the city ... puts it at 65" is a share too."""
    if other.share is not None and other.count is None and amount.share is None and amount.count is not None and amount.count <= 100:
        return replace(amount, unit=other.unit, share=amount.count / 100, count=None)
    of = amount.of if amount.of is not None or amount.share is not None else other.of
    return replace(amount, unit=other.unit, of=of)


def without_repeats(tallies: Sequence[PublishedTally]) -> list[PublishedTally]:
    """Without repetitions: the same figure again from the same voice, or in the publisher's words after somebody else gave it.

    Of a figure called wrong the publisher's words wait until everybody who denies it is heard.
    """
    kept: list[PublishedTally] = []
    seen: set[tuple[object, ...]] = set()
    for t in sorted(tallies, key=lambda t: t.polarity is Polarity.DENIED and len(t.chain) <= 1):
        figure = (t.actor, t.unit, t.count, t.share, t.polarity)
        voice = (*figure, t.chain[-1].key if t.chain else "")
        if voice in seen or (len(t.chain) <= 1 and figure in seen):
            continue
        seen |= {voice, figure}
        kept.append(t)
    return kept
