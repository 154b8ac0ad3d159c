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
