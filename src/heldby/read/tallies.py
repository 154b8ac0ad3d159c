"""Published tallies: what somebody else counted, read as who, relation, number and unit, with its chain, stance and dates.

Each sentence that counts territory is rewritten with one sign for every amount and every party; the forms of the phrasebook then say how
an amount hangs on a word of control (the forms are regular expressions over that rewriting, tried in the order written).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from heldby.model.claim import Polarity, PublishedTally, Relation
from heldby.model.report import Passage
from heldby.model.rulebook import Rulebook
from heldby.model.theatre import Lexicon
from heldby.model.when import Precision, When
from heldby.model.who import INDEPENDENT, Chain, Voice, VoiceKind
from heldby.read.dates import DateFinder, DateMention
from heldby.read.dating import Dater
from heldby.read.document import Document
from heldby.read.tallies_amounts import TERRITORY, Amount, AmountFinder, Sign
from heldby.read.tallies_cast import PartyWords, TallyCast, oblique
from heldby.read.tallies_signs import Hit, Signed, signed_forms
from heldby.read.tallies_stance import DENIED, FACTUAL, Stance
from heldby.read.timeforms import Classes

MEMORY = 2  # sentences back that an amount without a unit may lean on
DENIAL_MEMORY = 4  # sentences back that "the figures are wrong" may mean

ASIDE = re.compile(r",\s(?:which|who|whose|where)\b[^,;]*,")  # a clause that only describes what stands before it

NUMBER_WORD = (
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirt|fort|fift|sixt|\w+teen|\w+ty|first|second|third|"
    r"fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|quarter)"
)
PARTITIVE = re.compile(r"\b(?:of|from|out\sof)\s(?:the\s)?\Z", re.I)
AS_OF = frozenset({Precision.DAY, Precision.MONTH, Precision.YEAR, Precision.PART_OF_DAY, Precision.INSTANT})

SOMEBODYS = re.compile(r"(?:its|their|his)\s", re.I)


class Said(Protocol):
    """One way in which words are somebody's: see heldby.read.voices."""

    @property
    def chain(self) -> Chain: ...
    @property
    def side(self) -> str: ...
    @property
    def denies(self) -> bool: ...


class Attribution(Protocol):
    """Who says what stands at a character of a sentence."""

    def at(self, sentence_index: int, offset: int) -> Sequence[Said]: ...


@dataclass(frozen=True, slots=True)
class _Own:
    """The publisher's own voice."""

    chain: Chain
    side: str
    denies: bool = False


@dataclass(frozen=True, slots=True)
class _Finding:
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
    voices: tuple[Said, ...] = ()


@dataclass(frozen=True)
class _Scene:
    """A document with its parties, its voices and, once asked for, its times."""

    document: Document
    cast: TallyCast
    attribution: Attribution | None
    finder: DateFinder

    @cached_property
    def dates(self) -> tuple[DateMention, ...]:
        return self.finder.find(self.document.text, self.document.day)


class TallyReader:
    """Reads published tallies with the phrasebooks of one language and the names of one lexicon. Pure."""

    def __init__(self, rulebook: Rulebook, lexicon: Lexicon) -> None:
        book = rulebook.phrasebook("tallies")
        classes = Classes(book)
        self._lexicon = lexicon
        self._amounts = AmountFinder(book, classes)
        self._words = PartyWords(rulebook, lexicon, classes)
        self._forms = signed_forms(book, classes)
        self._stance = Stance(book, classes)
        dates = rulebook.phrasebook("dates")
        self._dates, self._dater = DateFinder(dates), Dater(dates)
        words = "|".join(classes.alternatives(k) for k in ("unit", "unit_one", "land"))
        self._gate = re.compile(rf"(?<![\w-])(?:{words})(?!\w)|%|per\s?cent\b|\bhalf\b|(?:third|quarter|fifth|tenth)s?\b", re.I)
        self._number = re.compile(
            r"\d|%|\b(?:no|not|none|all|every|each|both|only|last|number|loss(?:es)?|half|hundred|dozen)\b|" + NUMBER_WORD, re.I
        )
        self._nouns = re.compile(
            rf"(?<![\w-])(?:(?P<unit>{classes.alternatives('unit')})|(?P<unit_one>{classes.alternatives('unit_one')}))(?!\w)", re.I
        )
        self._land = re.compile(rf"(?<![\w-])(?:{classes.alternatives('land')})(?!\w)", re.I)
        self._classes = classes

    def read(self, document: Document, attribution: Attribution | None = None) -> tuple[PublishedTally, ...]:
        """The tallies of a document in order of passage. Without `attribution` all of them are the publisher's own."""
        if not self._gate.search(document.text):
            return ()
        found: list[_Finding] = []
        scene = _Scene(document, TallyCast(document, self._words), attribution, self._dates)
        for index in range(len(document.parsed)):
            found += self._sentence(scene, index, found)
        tallies = [t for f in found for t in self._tallies(scene, f, [o.verb for o in found if o.sentence == f.sentence and o is not f])]
        return tuple(sorted(_once(tallies), key=lambda t: (t.passage.start, t.passage.end, t.id)))

    def _sentence(self, scene: _Scene, index: int, before: Sequence[_Finding]) -> list[_Finding]:
        document = scene.document
        sentence = document.parsed[index].sentence
        span = (sentence.start, sentence.end)
        recent = [f for f in before if index - f.sentence <= MEMORY]
        if not recent and not (self._gate.search(document.text, *span) and self._number.search(document.text, *span)):
            return self._called_wrong(scene, index, before)
        amounts = tuple(a for a in self._amounts.find(document.text, *span) if not self._is_time(scene, a))
        if not amounts:
            return self._called_wrong(scene, index, before)
        parties = [p for p in scene.cast.parties(index) if not any(a.start < p.end and p.start < a.end for a in amounts)]
        signed = Signed.of(document.text, span, amounts, tuple(parties))
        found: list[_Finding] = []
        claimed: set[int] = set()
        for form in self._forms:
            for hit in form.hits(signed, claimed):
                made = self._finding(scene, index, hit, [*recent, *found])
                if made is not None:
                    claimed.add(id(hit.amount))
                    found.append(made)
        return sorted(found, key=lambda f: (f.amount.start, f.amount.end))

    @staticmethod
    def _is_time(scene: _Scene, amount: Amount) -> bool:
        """Whether a bare number is part of a date or a span of time: "May 1", "in 2014"."""
        return amount.sign is Sign.BARE and any(d.start < amount.end and amount.start < d.end for d in scene.dates)

    def _called_wrong(self, scene: _Scene, index: int, before: Sequence[_Finding]) -> list[_Finding]:
        """The last tally told before, denied, where a sentence without a number calls the figures wrong."""
        sentence = scene.document.parsed[index].sentence
        earlier = _nearest([f for f in before if index - f.sentence <= DENIAL_MEMORY], index, sentence.start)
        wrong = self._stance.figures_wrong(scene.document.text, (sentence.start, sentence.end)) if earlier else None
        if earlier is None or wrong is None:
            return []
        form, start, end = wrong
        voices = self._voices(scene, index, start)
        return [replace(earlier, sentence=index, start=start, end=end, form=form, verb=(start, end), denied=True, voices=voices)]

    def _voices(self, scene: _Scene, index: int, offset: int) -> tuple[Said, ...]:
        return tuple(scene.attribution.at(index, offset)) if scene.attribution else (self._publisher(scene.document),)

    def _finding(self, scene: _Scene, index: int, hit: Hit, before: Sequence[_Finding]) -> _Finding | None:
        form, document = hit.form, scene.document
        after = form.relation == "after"
        earlier = _next(before, index, hit.amount.end) if after else _nearest(before, index, hit.amount.start)
        amount = self._with_unit(document, hit, earlier if after else _kin(before, index, hit.amount) or earlier)
        stance = self._stance.of(hit)
        if amount is not None and amount.negative:
            amount, stance = (replace(amount, negative=False), FACTUAL) if stance == DENIED else (None, stance)
        if stance == DENIED and form.subject_first:
            return None  # "two districts have not fallen" denies no figure
        if amount is None or not amount.unit or amount.definite or stance not in (FACTUAL, DENIED):
            return None
        together = form.who == "same" and earlier is not None and earlier.sentence == index
        voices = earlier.voices if together and earlier else self._voices(scene, index, amount.start)
        speaker = voices[0].side if voices else ""
        name = hit.word if form.relation == "verb" else form.relation
        if name in ("before", "after"):
            if earlier is None:
                return None
            name = str(earlier.relation)
        actor = self._actor(scene, hit, name, earlier, speaker)
        if not actor and form.who != "nobody":
            return None
        relation = self._relation(scene, name, actor)
        if hit.party and hit.party.common and any(_contradicts(f, index, actor, relation, amount) for f in before):
            return None  # "391 under the rebels, seven under fighters in the hills": somebody else's fighters
        sentence = document.parsed[index].sentence
        denied = (stance == DENIED) != (
            form.who == DENIED or self._stance.called_wrong(document.text, (sentence.start, sentence.end), amount)
        )
        return _Finding(index, *hit.span, amount, actor, relation, form.id, hit.verb, denied, voices)

    def _with_unit(self, document: Document, hit: Hit, kin: _Finding | None) -> Amount | None:
        """The amount with its unit: its own, that of "the number of ..." beside it, of the sentence, of the tally before."""
        amount = hit.amount
        if amount.unit:
            return amount
        if hit.found.groupdict().get("land"):
            return replace(amount, unit=TERRITORY)
        if hit.number_of is not None:
            return replace(amount, unit=hit.number_of.unit)
        if kin is not None and kin.start >= hit.signed.start:
            return _like(amount, kin.amount)
        same = [a for a in hit.signed.amounts if a.unit and a.sign is not Sign.RANK and a.start < amount.start]
        if same:
            base = same[-1]
            out_of = base.count if PARTITIVE.search(document.text, hit.signed.start, base.start) else None
            return replace(_like(amount, base), of=out_of) if out_of else _like(amount, base)
        text, span = document.text, (hit.signed.start, amount.start)
        if amount.share is not None and self._land.search(text, *span):
            return replace(amount, unit=TERRITORY)
        nouns = [m for m in self._nouns.finditer(text, *span) if amount.sign is Sign.RANK or m.group("unit")]
        if nouns and amount.share is None:
            kind = "unit" if nouns[-1].group("unit") else "unit_one"
            return replace(amount, unit=self._classes.value(kind, nouns[-1].group(kind)))
        return _like(amount, kin.amount) if kin else None

    def _actor(self, scene: _Scene, hit: Hit, relation: str, earlier: _Finding | None, speaker: str) -> str:
        cast, party, who, at = scene.cast, hit.party, hit.form.who, hit.amount.start
        named = cast.resolve(party, speaker) if party else ""
        if who == "nobody":
            return ""
        if who in ("before", "same") or (who == DENIED and not named):
            return earlier.actor if earlier else ""
        if who in ("named", DENIED):
            return named
        if who == "inside":
            inside = scene.cast.parties(scene.document.sentence_at(at))
            return next((p.actor for p in inside if p.compound and at <= p.start < hit.amount.end), "")
        if who == "subject":
            return self._subject(scene, scene.document.sentence_at(at), hit, speaker)
        if who == "not-named":
            return cast.other(named, at)
        if named and relation not in ("lost", "withdrew"):
            return named
        return cast.home if relation in ("lost", "withdrew", "retook", "freed") else cast.taker(at, speaker)

    def _subject(self, scene: _Scene, index: int, hit: Hit, speaker: str) -> str:
        """The party nearest before the verb that stands behind no preposition; else the nearest of all."""
        before = hit.signed.parties_before(hit.verb[0])
        subjects = _subjects(scene.document, index, hit.verb[0])
        own = [p for a, b in subjects for p in before if p.start < b and a < p.end]
        if own and (actor := scene.cast.resolve(own[0], speaker)):
            return actor
        if any(self._is_somebody_else(scene.document, index, span) for span in subjects):
            return ""
        text = scene.document.text
        aside = [m.span() for m in ASIDE.finditer(text, hit.signed.start, hit.verb[0])]
        before = tuple(p for p in before if not any(a <= p.start < b for a, b in aside)) or before
        plain = [p for p in before if not oblique(text, p.start)]
        return next((a for p in (*reversed(plain), *reversed(before)) if (a := scene.cast.resolve(p, speaker))), "")

    @staticmethod
    def _is_somebody_else(document: Document, index: int, span: tuple[int, int]) -> bool:
        """Whether a subject without a party is one all the same: a capital, "its partners"."""
        named = document.parsed[index].mentions_in(*span)
        return bool(named) or bool(SOMEBODYS.match(document.text, *span))

    def _relation(self, scene: _Scene, name: str, actor: str) -> Relation:
        """The side whose country it is takes back what it frees."""
        if name == "freed":
            return Relation.RETOOK if scene.cast.is_home(actor) else Relation.CAPTURED
        return Relation(name)

    def _publisher(self, document: Document) -> _Own:
        name = document.report.outlet
        outlet = self._lexicon.outlet(name) if name else None
        if outlet is None:
            return _Own((Voice(name, VoiceKind.OUTLET, INDEPENDENT),), INDEPENDENT)
        return _Own((Voice(outlet.name, outlet.kind, outlet.side, outlet_id=outlet.id),), outlet.side)

    def _tallies(self, scene: _Scene, f: _Finding, rivals: Sequence[tuple[int, int]]) -> list[PublishedTally]:
        document, report, text = scene.document, scene.document.report, scene.document.report.text
        sentence = document.parsed[f.sentence].sentence
        span = (sentence.start, sentence.end)
        when: When | None = self._dater.attach(
            scene.dates, document.text, f.verb, span, rivals=rivals, state=f.relation is Relation.CONTROLS
        )
        when = when if when is not None and when.precision in AS_OF else None
        heard = any(v.denies for v in f.voices)  # then whoever else is heard asserts what is denied
        detail = self._stance.detail(document.text, f.amount, span)
        return [
            PublishedTally(
                report_id=report.id,
                passage=Passage(report.id, f.start, f.end, text[f.start : f.end]),
                actor=f.actor,
                relation=f.relation,
                unit=f.amount.unit,
                chain=said.chain,
                speaker_side=said.side,
                count=f.amount.count,
                share=f.amount.share,
                of=f.amount.of,
                qualifier=f.amount.qualifier,
                scope=detail.scope,
                period=detail.period,
                as_of=when,
                polarity=Polarity.DENIED if said.denies or (f.denied and not heard) else Polarity.ASSERTED,
                rule=f"tallies.{f.form}",
            )
            for said in f.voices
        ]


def _subjects(document: Document, index: int, verb: int) -> list[tuple[int, int]]:
    """The characters of the subjects that the parse gives the verb at character `verb`."""
    parsed = document.parsed[index]
    at = next((k for k, c in enumerate(parsed.chunks) if parsed.tokens[c.i].start <= verb < parsed.tokens[c.j - 1].end), -1)
    return [parsed.span(k) for p in parsed.parse.predicates if p.at == at for k in p.subject]


def _contradicts(f: _Finding, index: int, actor: str, relation: Relation, amount: Amount) -> bool:
    """Whether the same sentence gave the actor another number of the same."""
    same = f.sentence == index and f.actor == actor and f.relation is relation and f.amount.unit == amount.unit
    return same and relation is Relation.CONTROLS and None not in (f.amount.count, amount.count) and f.amount.count != amount.count


def _nearest(before: Sequence[_Finding], index: int, offset: int) -> _Finding | None:
    """The finding that an amount leans on: the last before it in its sentence, else the first of the last sentence that had one."""
    same = [f for f in before if f.sentence == index and f.amount.start < offset]
    if same:
        return max(same, key=lambda f: f.amount.start)
    earlier = [f for f in before if f.sentence < index]
    last = max((f.sentence for f in earlier), default=-1)
    return next((f for f in earlier if f.sentence == last), None)


def _kin(before: Sequence[_Finding], index: int, amount: Amount) -> _Finding | None:
    """The finding before in the same sentence that counts, or shares out, as the amount does."""
    same = [f for f in before if f.sentence == index and f.amount.start < amount.start]
    alike = [f for f in same if (f.amount.share is None) == (amount.share is None)]
    return max(alike, key=lambda f: f.amount.start, default=None)


def _next(found: Sequence[_Finding], index: int, offset: int) -> _Finding | None:
    """The finding that follows in the same sentence."""
    later = [f for f in found if f.sentence == index and f.amount.start >= offset]
    return min(later, key=lambda f: f.amount.start, default=None)


def _like(amount: Amount, other: Amount) -> Amount:
    """An amount in the unit of another: "60 percent of the city ... puts it at 65" is a share too."""
    if other.share is not None and other.count is None and amount.share is None and amount.count is not None and amount.count <= 100:
        return replace(amount, unit=other.unit, share=amount.count / 100, count=None)
    of = amount.of if amount.of is not None or amount.share is not None else other.of
    return replace(amount, unit=other.unit, of=of)


def _once(tallies: Sequence[PublishedTally]) -> list[PublishedTally]:
    """Without repetitions: the same figure again from the same voice, or in the publisher's words after somebody else gave it."""
    kept: list[PublishedTally] = []
    seen: set[tuple[object, ...]] = set()
    for t in tallies:
        figure = (t.actor, t.unit, t.count, t.share, t.polarity)
        voice = (*figure, t.chain[-1].key if t.chain else "")
        if voice in seen or (len(t.chain) <= 1 and figure in seen):
            continue
        seen |= {voice, figure}
        kept.append(t)
    return kept
