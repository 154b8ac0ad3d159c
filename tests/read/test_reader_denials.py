"""Denials in their many forms: who denies what, and what only looks like a denial. Outlets and sentences are invented."""

from __future__ import annotations

import pytest

from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read import Reader
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre

Told = tuple[str, str, str, str, str]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_rulebook(), load_theatre("afghanistan-2021").lexicon)


def told(reader: Reader, text: str) -> set[Told]:
    """(relation, actor, place, polarity, last voice) of every claim that is not hedged."""
    report = Report.of(text, outlet="Valley Messenger", published=Published.parse("2021-07-14"))
    claims = [c for c in reader.read(report).claims if not c.hedged]
    return {(str(c.relation), c.actor, p.name, str(c.polarity), c.chain[-1].text) for c in claims for p in c.places}


DENIED = [
    ("Claims that Nesh district is in Taliban hands are fabricated, an official said.", "controls", "an official"),
    ("It is false that the Taliban have taken Nesh district, the army said.", "captured", "the army"),
    ("The governor said it was not true that Nesh district was in Taliban hands.", "controls", "The governor"),
    ("There is no truth in the reports that Nesh has fallen, the deputy governor said.", "captured", "the deputy governor"),
]


@pytest.mark.parametrize(("text", "relation", "voice"), DENIED)
def test_what_is_called_untrue_is_denied_by_whoever_speaks_and_asserted_by_nobody(
    reader: Reader, text: str, relation: str, voice: str
) -> None:
    assert told(reader, text) == {(relation, "taliban", "Nesh", "denied", voice)}


ANSWERED = [
    "The Taliban claimed to have seized Nesh district. A spokesman for the army called the claim baseless.",
    "The Taliban claimed to have seized Nesh district. A spokesman for the army said the claim was not true.",
]


@pytest.mark.parametrize("text", ANSWERED)
def test_a_claim_called_untrue_in_the_next_sentence_is_denied(reader: Reader, text: str) -> None:
    assert told(reader, text) == {
        ("captured", "taliban", "Nesh", "asserted", "The Taliban"),
        ("captured", "taliban", "Nesh", "denied", "A spokesman for the army"),
    }


def test_something_that_officials_deny_is_denied_by_them(reader: Reader) -> None:
    assert told(reader, "The Taliban claimed control of Nesh district, something officials deny.") == {
        ("controls", "taliban", "Nesh", "asserted", "The Taliban"),
        ("controls", "taliban", "Nesh", "denied", "officials"),
    }


def test_who_can_neither_confirm_nor_deny_says_nothing(reader: Reader) -> None:
    assert told(reader, "Government officials could not confirm or deny that the Taliban had taken Nesh district.") == set()
    assert told(reader, "The ministry could not confirm that the Taliban had taken Nesh district.") == set()
    assert told(reader, "The ministry has not confirmed the fall of Nesh.") == set()
    assert told(reader, "The ministry did not say whether Nesh district had been recaptured.") == set()


def test_a_person_who_was_freed_is_no_place(reader: Reader) -> None:
    assert told(reader, "The mayor of Zaranj, who was seized and later freed, said the market was open.") == set()


TOGETHER = "The government said that it had recaptured Doshi in Baghlan and Bangi in Takhar. "
OF_ALL = [
    ("The army has not taken any of these places, the Taliban spokesman said.", "captured", "denied"),
    ("The army has taken neither of these districts, the Taliban spokesman said.", "captured", "denied"),
    ("The army has not taken any of them, the Taliban spokesman said.", "captured", "denied"),
    ("All of these places are under government control, the governor said.", "controls", "asserted"),
    ("These places are under government control, the governor said.", "controls", "asserted"),
]


@pytest.mark.parametrize(("text", "relation", "polarity"), OF_ALL)
def test_what_is_said_of_these_places_is_said_of_each(reader: Reader, text: str, relation: str, polarity: str) -> None:
    found = {(r, a, place, p) for r, a, place, p, _ in told(reader, TOGETHER + text) if (r, p) == (relation, polarity)}
    assert found == {(relation, "afghan_government", place, polarity) for place in ("Doshi", "Bangi")}


@pytest.mark.parametrize(
    ("outlet", "speaks", "side", "actor"),
    [
        ("Voice of the Emirate (reconstruction)", "The enemy has claimed that it", "afghan_government", "afghan_government"),
        ("Voice of the Emirate (reconstruction)", "The army has claimed that it", "afghan_government", "afghan_government"),
        ("Valley Messenger", "The defence ministry said the enemy has claimed that it", "taliban", "taliban"),
    ],
)
def test_the_enemy_is_that_of_whoever_speaks_of_him(reader: Reader, outlet: str, speaks: str, side: str, actor: str) -> None:
    report = Report.of(f"{speaks} recaptured Doshi in Baghlan.", outlet=outlet, published=Published.parse("2021-06-22"))
    (claim,) = reader.read(report).claims
    assert (claim.speaker_side, claim.actor) == (side, actor)
