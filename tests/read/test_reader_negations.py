"""What says that a place is not so held, taken or left, in words beside "not"; and what has such a word but denies nothing. Sentences are invented."""

from __future__ import annotations

import pytest

from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read import Reader
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre

CLAIM = "The Taliban said they had captured Nesh district. "


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_rulebook(), load_theatre("afghanistan-2021").lexicon)


def denied(reader: Reader, text: str) -> set[str]:
    """ "relation actor place modality" of every denied claim."""
    report = Report.of(text, outlet="Valley Messenger", published=Published.parse("2021-07-14"))
    found = [c for c in reader.read(report).claims if str(c.polarity) == "denied"]
    return {f"{c.relation} {c.actor} {p.name} {c.modality}" for c in found for p in c.places}


NEGATED = [
    ("The Taliban neither entered Nesh nor shelled it, elders said.", "contests taliban Nesh factual"),
    ("Never has Nesh been in the hands of the Taliban, the governor said.", "controls taliban Nesh factual"),
    ("Nor have the Taliban captured Nesh, a councillor said.", "captured taliban Nesh factual"),
    ("None of Nesh is in Taliban hands, the governor said.", "controls taliban Nesh factual"),
    ("Not one square kilometre of Nesh district is under Taliban control.", "controls taliban Nesh factual"),
    ("The Taliban have yet to take Nesh.", "captured taliban Nesh factual"),
    ("The Taliban said they had no intention of seizing Nesh.", "captured taliban Nesh planned"),
    ("The army said Nesh district would not be handed over.", "withdrew afghan_government Nesh planned"),
    ("Nesh district will not fall, the army said.", "captured taliban Nesh planned"),
    ("Nesh is not going to fall, the governor said.", "captured taliban Nesh planned"),
    ("Nesh was at no time under Taliban control, the governor said.", "controls taliban Nesh factual"),
    ("Nesh district is free of the Taliban, a lawmaker said.", "controls taliban Nesh factual"),
    ("The defence ministry denied that the Taliban were in Nesh.", "controls taliban Nesh factual"),
    ("The army dismissed as propaganda reports that the Taliban had captured Nesh.", "captured taliban Nesh factual"),
    ("The insurgents claimed Nesh. Any suggestion that Nesh had been ceded was rubbish, the army said.", "withdrew afghan_government Nesh factual"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "claim"), NEGATED)
def test_a_denial_without_not_in_its_verb_is_read(reader: Reader, text: str, claim: str) -> None:
    assert claim in denied(reader, text)


BACK = [
    "That was denied by the army.",
    "The army said there was no truth in the announcement.",
    "The army would have none of it.",
    "The governor insists the opposite is true.",
    '"They did not," the governor said.',
    "The governor's spokesman was quick to deny it.",
    "The defence ministry later issued a denial.",
    "There was an immediate denial from the governor's office.",
    "The ministry says that is simply not the case.",
    '"The claims of the insurgents are not true, they lie as always," the governor said.',
]


@pytest.mark.parametrize("answer", BACK)
def test_an_answer_denies_what_was_said_before_it(reader: Reader, answer: str) -> None:
    assert denied(reader, CLAIM + answer) == {"captured taliban Nesh factual"}


PLACELESS = [
    ("The Taliban announced the capture of Nesh. The defence ministry said its forces had not left.", "withdrew afghan_government Nesh factual"),
    ("The army said it had retaken Nesh. The Taliban said they had not been driven out.", "retook afghan_government Nesh factual"),
    ("The governor said Jalrez had fallen to the Taliban but Nesh had not.", "captured taliban Nesh factual"),
    ("The army denied claims by the Taliban that they had captured Nesh.", "captured taliban Nesh factual"),
    ("The army dismissed as false reports that the Taliban had captured Nesh.", "captured taliban Nesh factual"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "claim"), PLACELESS)
def test_a_denial_takes_place_relation_or_party_from_what_it_answers(reader: Reader, text: str, claim: str) -> None:
    assert denied(reader, text) == {claim}


def test_what_is_denied_stands_further_back_where_the_words_denied_claim_nothing(reader: Reader) -> None:
    text = (
        "The Taliban said they had captured Nesh district.\n\n"
        'The road is open and Nesh obeys us, their commander said.\n\n"It is a fairy tale," the governor said.'
    )
    assert denied(reader, text) == {"captured taliban Nesh factual"}


def test_what_follows_a_colon_is_said_and_not_denied(reader: Reader) -> None:
    text = 'The ministry denied that Nesh had fallen to the Taliban: "Nesh is under the control of our forces."'
    assert denied(reader, text) == {"captured taliban Nesh factual"}


def test_a_counter_that_says_something_denies_nothing(reader: Reader) -> None:
    assert not denied(reader, CLAIM + "Their spokesman countered that most of the district was in their hands.")


def test_neither_denies_both_places_of_the_sentence_before(reader: Reader) -> None:
    text = "The Taliban said they had captured Nesh and Jalrez districts. The government said neither had fallen."
    assert denied(reader, text) == {"captured taliban Nesh factual", "captured taliban Jalrez factual"}


NOT_DENIED = [
    "No fewer than three districts, Nesh, Jalrez and Nirkh, fell to the Taliban.",
    "The Taliban did not stop after capturing Nesh.",
    "The army could not hold Nesh.",
    "The minister did not hide that Nesh was in the hands of the Taliban.",
    "The government has not ruled out that the Taliban control Nesh.",
    "If the Taliban had not taken Nesh, smugglers would have.",
    "The Taliban denied using mortars to take Nesh.",
    "The Taliban captured Nesh, a move Kabul rejected.",
    "The army refused to surrender Nesh to the Taliban.",
    "The army denied that the fight for Nesh was lost.",
    CLAIM + "The army declined to comment.",
    CLAIM + "The army could not confirm the claim.",
    CLAIM + "The governor did not deny it.",
    CLAIM + "The army disputed the number of dead.",
    CLAIM + "The president denied that he was ill.",
]


@pytest.mark.parametrize("text", NOT_DENIED)
def test_a_word_of_denial_that_denies_no_hold_on_a_place_is_no_denial(reader: Reader, text: str) -> None:
    assert not denied(reader, text)
