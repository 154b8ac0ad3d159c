"""Published tallies: what somebody else counted, read as who, relation, number and unit, with its chain, stance and dates.

Each sentence that counts territory is rewritten with one sign for every amount and every party; the forms of the phrasebook then say how
an amount hangs on a word of control (the forms are regular expressions over that rewriting, tried in the order written).

document -> amounts, parties -> signed sentence -> hits of forms -> findings -> one tally per voice
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from heldby.model.claim import Polarity, PublishedTally, Relation
from heldby.model.report import Passage
from heldby.model.rulebook import Rulebook
from heldby.model.theatre import Lexicon
from heldby.model.when import Precision, When
from heldby.read.dates import DateFinder
from heldby.read.dating import Dater
from heldby.read.document import Document, Parsed
from heldby.read.numbers import ORDINALS, SHARES, TENS, UNITS
from heldby.read.sieve import Sieve
from heldby.read.tallies_amounts import Amount, AmountFinder, Sign
from heldby.read.tallies_cast import PartyWords
from heldby.read.tallies_findings import Finding, Scene, denials_of, without_repeats
from heldby.read.tallies_making import FindingMaker
from heldby.read.tallies_signs import Signed, signed_forms
from heldby.read.tallies_stance import Stance
from heldby.read.timeforms import Classes
from heldby.read.voices import Attribution

LEANING = ("before", "after")  # relations of forms that say the same as a tally told before
MEMORY = 2  # sentences back that an amount without a unit may lean on
FRACTIONS = frozenset({"%", "percent", "cent", "pct", "half", *(w + s for w in SHARES for s in ("", "s"))})
QUANTIFIERS = frozenset(
    {"no", "not", "none", "all", "every", "each", "both", "only", "sole", "last", "number", "loss", "losses", "hundred", "dozen"}
)
NUMBERS = frozenset({*UNITS, *TENS, *ORDINALS, *QUANTIFIERS, *FRACTIONS})
PRESENT = re.compile(r"\b(?:now|still|currently|this\s(?:week|month|year))\b", re.I)
AS_OF = frozenset({Precision.DAY, Precision.MONTH, Precision.YEAR, Precision.PART_OF_DAY, Precision.INSTANT})


class TallyReader:
    """Reads published tallies with the phrasebooks of one language and the names of one lexicon. Pure."""

    def __init__(self, rulebook: Rulebook, lexicon: Lexicon) -> None:
        book = rulebook.phrasebook("tallies")
        classes = Classes(book)
        self._amounts = AmountFinder(book, classes)
        self._words = PartyWords(rulebook, lexicon, classes)
        self._forms = signed_forms(book, classes)
        self._sieve = Sieve([f.pattern for f in self._forms])
        self._first = frozenset(k for k, f in enumerate(self._forms) if f.relation not in LEANING)
        self._stance = Stance(book, classes)
        self._maker = FindingMaker(self._stance, classes)
        dates = rulebook.phrasebook("dates")
        self._dates, self._dater = DateFinder(dates), Dater(dates)
        kinds = ("unit", "unit_one", "land")
        self._units = FRACTIONS | {w.text.split()[-1] for kind in kinds for w in book.of(kind)}
        self._civil = re.compile(rf"(?<![\w-])(?:{classes.alternatives('civil')})(?!\w)", re.I)

    @property
    def units(self) -> frozenset[str]:
        """The words without one of which, and without a number beside it, a sentence counts nothing."""
        return self._units

    def read(self, document: Document, attribution: Attribution | None = None) -> tuple[PublishedTally, ...]:
        """The tallies of a document in order of passage. Without `attribution` all of them are the publisher's own."""
        found: list[Finding] = []
        scene = Scene(document, self._words, attribution, self._dates)
        for index in range(len(document.parsed)):
            found += self._sentence(scene, index, found)
        found += denials_of(scene, found)
        tallies = [t for f in found for t in self._tallies(scene, f, [o.verb for o in found if o.sentence == f.sentence and o is not f])]
        return tuple(sorted(without_repeats(tallies), key=lambda t: (t.passage.start, t.passage.end, t.id)))

    def may_count(self, document: Document) -> bool:
        """Whether any sentence could be the first to tell a tally. Nothing is parsed for it."""
        return any(self._counts(p) and self._may_begin(document.text, p.sentence.start, p.sentence.end) for p in document.parsed)

    def _may_begin(self, text: str, start: int, end: int) -> bool:
        """Whether text[start:end] may have a form that leans on no tally before it, and a unit for its number."""
        said = not self._first.isdisjoint(self._sieve.worth_trying(text[start:end]))
        return said and (self._maker.names_unit(text, (start, end)) or self._amounts.counts_units(text, start, end))

    def _counts(self, parsed: Parsed) -> bool:
        """The gate: whether a sentence has a word for a unit or a share, and a number. Nothing is parsed for it."""
        words = {part for token in parsed.tokens for part in token.lower.split("-")}
        if self._units.isdisjoint(words):
            return False
        return not NUMBERS.isdisjoint(words) or any(w[:1].isdigit() for w in words)

    def _sentence(self, scene: Scene, index: int, before: Sequence[Finding]) -> list[Finding]:
        document, span = scene.document, scene.span(index)
        recent = [f for f in before if index - f.sentence <= MEMORY]
        if not recent and not self._counts(document.parsed[index]):
            return self._maker.called_wrong(scene, index, span, before) if before else []
        if not before and not self._may_begin(document.text, *span):
            return []  # nothing says what became of what is counted, or nothing is
        if self._civil.search(document.text, *span):
            return []
        amounts = tuple(a for a in self._amounts.find(document.text, *span) if not self._is_time(scene, a))
        if not amounts:
            return self._maker.called_wrong(scene, index, span, before)
        parties = [p for p in scene.cast.parties(index) if not any(a.start < p.end and p.start < a.end for a in amounts)]
        signed = Signed.of(document.text, span, amounts, tuple(parties))
        found: list[Finding] = []
        claimed: set[int] = set()
        for k in self._sieve.worth_trying(signed.words):
            form = self._forms[k]
            for hit in form.hits(signed, claimed):
                made = self._maker.finding(scene, index, hit, [*recent, *found])
                if made is not None:
                    claimed.add(id(hit.amount))
                    found.append(made)
        found.sort(key=lambda f: (f.amount.start, f.amount.end))
        rest = (amounts[-1].end, span[1])
        return [*found, *self._maker.called_wrong(scene, index, rest, [*before, *found])]

    @staticmethod
    def _is_time(scene: Scene, amount: Amount) -> bool:
        """Whether a bare number is part of a date or a span of time: "May 1", "in 2014"."""
        return amount.sign is Sign.BARE and any(d.start < amount.end and amount.start < d.end for d in scene.dates)

    def _as_of(self, scene: Scene, f: Finding, span: tuple[int, int], rivals: Sequence[tuple[int, int]]) -> When | None:
        """The day, month or year a tally holds for. What is so "now" needs no date, and a span of time is a period."""
        text, state = scene.document.text, f.relation is Relation.CONTROLS
        if f.amount.sign is Sign.RANK and f.form != "rank-won":
            return None
        if state and PRESENT.search(text, span[0] if f.start - span[0] < 40 else f.start, min(f.end + 40, span[1])):
            return None
        carry = scene.document.day is None and not self._stance.detail(text, f.amount, span).period
        when = self._dater.attach(scene.dates, text, f.verb, span, rivals=rivals, state=state, carry=carry)
        if when is not None and when.precision in AS_OF:
            return when
        return self._as_of(scene, f.like, scene.span(f.like.sentence), ()) if when is None and f.like else None

    def _tallies(self, scene: Scene, f: Finding, rivals: Sequence[tuple[int, int]]) -> list[PublishedTally]:
        document, report, text = scene.document, scene.document.report, scene.document.report.text
        span = scene.span(f.sentence)
        when = self._as_of(scene, f, span, rivals)
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
