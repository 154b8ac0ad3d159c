"""From a form met in a sentence to a finding: whose tally it is, of what, in which stance, by whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from heldby.model.claim import Relation
from heldby.read.document import Document
from heldby.read.sieve import Sieve
from heldby.read.tallies_amounts import TERRITORY, Amount, Sign
from heldby.read.tallies_cast import oblique
from heldby.read.tallies_findings import Finding, Scene, contradicts, following, kin, like_other, nearest
from heldby.read.tallies_signs import Hit
from heldby.read.tallies_stance import DENIED, FACTUAL, Stance
from heldby.read.timeforms import Classes

DENIAL_MEMORY = 4  # sentences back that "the figures are wrong" may mean
ASIDE = re.compile(r",\s(?:which|who|whose|where)\b[^,;]*,")  # a clause that only describes what stands before it
PART_OF = re.compile(r"\sof\s(?:which|them|those|these)\Z", re.I)
PARTITIVE = re.compile(r"\b(?:of|from|out\sof)\s(?:the\s)?\Z", re.I)
SOMEBODYS = re.compile(r"(?:its|their|his)\s", re.I)
LEAVING = ("lost", "withdrew")
TAKING_BACK = ("retook", "freed")


class FindingMaker:
    """Makes findings with the words of one phrasebook."""

    def __init__(self, stance: Stance, classes: Classes) -> None:
        self._stance = stance
        self._classes = classes
        units = "|".join(f"(?P<{kind}>{classes.alternatives(kind)})" for kind in ("unit", "unit_one"))
        self._nouns = re.compile(rf"(?<![\w-])(?:{units})(?!\w)", re.I)
        self._land = re.compile(rf"(?<![\w-])(?:{classes.alternatives('land')})(?!\w)", re.I)
        self._sieve = Sieve([self._nouns, self._land])

    def names_unit(self, text: str, span: tuple[int, int]) -> bool:
        """Whether text[span] names territory or a kind of unit that a bare number may count."""
        named = (self._nouns, self._land)
        return any(named[k].search(text, *span) for k in self._sieve.worth_trying(text[span[0] : span[1]]))

    def called_wrong(self, scene: Scene, index: int, span: tuple[int, int], before: Sequence[Finding]) -> list[Finding]:
        """The last tally told before, denied, where text[span] without a number calls the figures wrong."""
        earlier = nearest([f for f in before if index - f.sentence <= DENIAL_MEMORY], index, span[0])
        wrong = self._stance.figures_wrong(scene.document.text, span) if earlier else None
        if earlier is None or wrong is None:
            return []
        form, start, end = wrong
        voices = scene.voices(index, start)
        return [replace(earlier, sentence=index, start=start, end=end, form=form, verb=(start, end), denied=True, voices=voices)]

    def finding(self, scene: Scene, index: int, hit: Hit, before: Sequence[Finding]) -> Finding | None:
        """What a hit in sentence `index` says; None where it is no fact, or its unit or actor cannot be told. `before`: found so far."""
        form, document = hit.form, scene.document
        after = form.relation == "after"
        earlier = following(before, index, hit.amount.end) if after else nearest(before, index, hit.amount.start)
        amount = self._with_unit(document, hit, earlier if after else kin(before, index, hit.amount) or earlier)
        stance = self._stance.of(hit)
        if amount is not None and amount.negative:
            amount, stance = (replace(amount, negative=False), FACTUAL) if stance == DENIED else (None, stance)
        if stance == DENIED and form.subject_first:
            return None  # "two districts have not fallen" denies no figure
        if amount is None or not amount.unit or amount.definite or stance not in (FACTUAL, DENIED):
            return None
        together = form.who == "same" and earlier is not None and earlier.sentence == index
        voices = earlier.voices if together and earlier else scene.voices(index, amount.start)
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
        if hit.party and hit.party.common and any(contradicts(f, index, actor, relation, amount) for f in before):
            return None  # "391 under the rebels, seven under fighters in the hills": somebody else's fighters
        wrong = form.who == DENIED or self._stance.called_wrong(document.text, scene.span(index), amount)
        denied = (stance == DENIED) != wrong
        beside = form.who == "same" or (form.relation == "before" and form.who == "named")
        like = earlier if beside or (form.who == "nobody" and earlier is not None and earlier.sentence == index) else None
        return Finding(index, *hit.span, amount, actor, relation, form.id, hit.verb, denied, voices, like)

    def _with_unit(self, document: Document, hit: Hit, base: Finding | None) -> Amount | None:
        """The amount with its unit: its own, that of "the number of ..." beside it, of the sentence, of the tally before."""
        amount = hit.amount
        if amount.unit:
            return amount
        if hit.found.groupdict().get("land"):
            return replace(amount, unit=TERRITORY)
        if hit.number_of is not None:
            return replace(amount, unit=hit.number_of.unit)
        if base is not None and base.start >= hit.signed.start:
            part = PART_OF.search(document.text, amount.start, amount.end)
            return replace(like_other(amount, base.amount), of=base.amount.count) if part else like_other(amount, base.amount)
        same = [a for a in hit.signed.amounts if a.unit and a.sign is not Sign.RANK and a.start < amount.start]
        if same:
            last = same[-1]
            whole = last.count if PARTITIVE.search(document.text, hit.signed.start, last.start) else None
            return replace(like_other(amount, last), of=whole) if whole else like_other(amount, last)
        text, span = document.text, (hit.signed.start, amount.start)
        if amount.share is not None and self._land.search(text, *span):
            return replace(amount, unit=TERRITORY)
        nouns = [m for m in self._nouns.finditer(text, *span) if amount.sign is not Sign.BARE or m.group("unit")]
        if nouns and amount.share is None:
            kind = "unit" if nouns[-1].group("unit") else "unit_one"
            return replace(amount, unit=self._classes.value(kind, nouns[-1].group(kind)))
        return like_other(amount, base.amount) if base else None

    def _actor(self, scene: Scene, hit: Hit, relation: str, earlier: Finding | None, speaker: str) -> str:
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
        if named and relation not in LEAVING:
            return named
        if relation in TAKING_BACK and not cast.is_rebel(speaker):
            return cast.home
        return cast.home if relation in LEAVING else cast.taker(at, speaker)

    def _subject(self, scene: Scene, index: int, hit: Hit, speaker: str) -> str:
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

    def _relation(self, scene: Scene, name: str, actor: str) -> Relation:
        """The side whose country it is takes back what it frees."""
        if name == "freed":
            return Relation.RETOOK if scene.cast.is_home(actor) else Relation.CAPTURED
        return Relation(name)


def _subjects(document: Document, index: int, verb: int) -> list[tuple[int, int]]:
    """The characters of the subjects that the parse gives the verb at character `verb`."""
    parsed = document.parsed[index]
    at = next((k for k, c in enumerate(parsed.chunks) if parsed.tokens[c.i].start <= verb < parsed.tokens[c.j - 1].end), -1)
    return [parsed.span(k) for p in parsed.parse.predicates if p.at == at for k in p.subject]
