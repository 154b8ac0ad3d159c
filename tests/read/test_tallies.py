"""Tallies read from text: every example inside the phrasebook, and what lies between the forms."""

from __future__ import annotations

import pytest

from heldby.model.claim import Polarity, PublishedTally
from heldby.model.place import Candidate, Unit
from heldby.model.report import Report
from heldby.model.rulebook import Form, Rulebook
from heldby.model.theatre import Lexicon, NameHit
from heldby.model.when import Published
from heldby.model.who import Actor, ActorName
from heldby.read.document import read_document
from heldby.read.tallies import TallyReader
from heldby.read.words import Words
from heldby.rules import load_rulebook


class NoPlaces:
    """A gazetteer without a name."""

    version = "0"

    def find(self, text: str) -> tuple[NameHit, ...]:
        return ()

    def lookup(self, name: str) -> tuple[str, ...]:
        return ()

    def similar(self, name: str, within: tuple[str, ...] = ()) -> tuple[Candidate, ...]:
        return ()

    def unit(self, unit_id: str) -> Unit | None:
        return None

    def areas(self, unit_id: str) -> tuple[str, ...]:
        return ()


REBELS = Actor(
    "rebels",
    "Rebels",
    "rebels",
    (ActorName("rebels"), ActorName("Northern Front"), ActorName("rebel", adjective=True), ActorName("the insurgents", generic=True)),
)
GOVERNMENT = Actor(
    "government",
    "Government",
    "government",
    (
        ActorName("Norland government"),
        ActorName("the government", generic=True),
        ActorName("the army", generic=True),
        ActorName("government", adjective=True),
    ),
    home="NO",
    kind="state",
)
RULEBOOK: Rulebook = load_rulebook()
LEXICON = Lexicon("test", NoPlaces(), (REBELS, GOVERNMENT), (), countries=("NO",))
READER = TallyReader(RULEBOOK, LEXICON)
WORDS = Words.of(RULEBOOK)
FORMS = RULEBOOK.phrasebook("tallies").forms
EXAMPLES = [(form, i) for form in FORMS for i in range(len(form.examples))]


def tallies(text: str, published: str = "2021-07-14") -> tuple[PublishedTally, ...]:
    report = Report.of(text, outlet="The Daily Lantern", published=Published.parse(published))
    return READER.read(read_document(report, WORDS, LEXICON))


def in_words(tally: PublishedTally) -> str:
    amount = f"{tally.count}" if tally.count is not None else f"{round((tally.share or 0) * 100, 1):g}%"
    denied = "denied " if tally.polarity is Polarity.DENIED else ""
    return f"{denied}{tally.actor} {tally.relation} {amount} {tally.unit}"


@pytest.mark.parametrize(("form", "index"), EXAMPLES, ids=lambda v: v.id if isinstance(v, Form) else str(v))
def test_examples_of_the_phrasebook(form: Form, index: int) -> None:
    example = form.examples[index]
    assert [in_words(t) for t in tallies(example.text)] == list(example.claims)
