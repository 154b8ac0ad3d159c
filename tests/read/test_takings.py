"""Takings, losses and attacks beaten off in the structures that reports tell them in: series, asides, appositions, echoes, vain attempts."""

from __future__ import annotations

import pytest

from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read import Reader
from heldby.read.examples import claim_lines
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_rulebook(), load_theatre("world").lexicon)


def _lines(reader: Reader, text: str) -> list[str]:
    read = reader.read(Report.of(text, outlet="Valley Messenger", published=Published.parse("2021-08-01")))
    return sorted({line for c in read.claims for line in claim_lines(c)})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "Zaranj fell to the Taliban on Friday, Sheberghan on Saturday and Kunduz on Sunday.",
            ["captured | taliban | Kunduz", "captured | taliban | Sheberghan", "captured | taliban | Zaranj"],
        ),
        (
            "Kajaki fell to the Taliban, then Nawzad, then Sangin.",
            ["captured | taliban | Kajaki", "captured | taliban | Nawzad", "captured | taliban | Sangin"],
        ),
        ("Kajaki fell on Friday and Nawzad the day after.", ["lost | afghan_government | Kajaki", "lost | afghan_government | Nawzad"]),
        ("Kajaki fell on Friday and nobody slept the day after.", ["lost | afghan_government | Kajaki"]),
    ],
)
def test_a_series_shares_its_verb(reader: Reader, text: str, wanted: list[str]) -> None:
    assert _lines(reader, text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The Taliban captured, after four hours of fighting, the town of Sangin.", ["captured | taliban | Sangin"]),
        ("Government soldiers moved out and the Taliban captured Nawzad.", ["captured | taliban | Nawzad", "withdrew | afghan_government | Nawzad"]),
        ("Nawzad was overrun overnight by several hundred Taliban fighters armed with heavy weapons.", ["captured | taliban | Nawzad"]),
        ("Sangin's capture by the Taliban stunned the elders.", ["captured | taliban | Sangin"]),
        ("The army vowed to fight on and retake Sangin.", ["retook | afghan_government | Sangin | planned"]),
        ("The army will advance and retake Sangin.", ["retook | afghan_government | Sangin | planned"]),
    ],
)  # fmt: skip
def test_what_stands_between_does_not_part_a_verb_from_its_own(reader: Reader, text: str, wanted: list[str]) -> None:
    assert _lines(reader, text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "The army left Sangin and Kajaki, two towns that it had wrested from the Taliban in spring.",
            ["captured | afghan_government | Kajaki | past_background", "captured | afghan_government | Sangin | past_background",
             "withdrew | afghan_government | Kajaki", "withdrew | afghan_government | Sangin"],
        ),
        (
            "The towns that the Taliban seized on Friday include Sangin and Kajaki.",
            ["captured | taliban | Kajaki", "captured | taliban | Sangin"],
        ),
        ("Sangin, which the Taliban took on Friday, is the largest town of the valley.", ["captured | taliban | Sangin"]),
    ],
)  # fmt: skip
def test_a_described_town_is_the_one_named(reader: Reader, text: str, wanted: list[str]) -> None:
    assert _lines(reader, text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "The Taliban failed to take Nawzad.",
        "The Taliban tried in vain to storm Nawzad.",
        "The Taliban attacked Nawzad without success.",
        "Government forces beat off a Taliban attempt to take Nawzad.",
        "A Taliban bid to seize Nawzad was thwarted.",
        "The Taliban's attempt to storm Nawzad came to nothing.",
        "The Taliban have been unable to dislodge the army from Nawzad.",
    ],
)
def test_an_attempt_in_vain_was_beaten_off_by_the_holder(reader: Reader, text: str) -> None:
    assert _lines(reader, text) == ["repelled | afghan_government | Nawzad"]


def test_a_refusal_is_no_failed_attempt(reader: Reader) -> None:
    assert not [line for line in _lines(reader, "The Taliban refused to attack Nawzad.") if line.startswith("repelled")]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            "The army retook Sangin on Friday. Kajaki and Nawzad followed within hours.",
            ["retook | afghan_government | Kajaki", "retook | afghan_government | Nawzad", "retook | afghan_government | Sangin"],
        ),
        ("Residents fled Sangin. Kajaki followed the news closely.", []),
        ("Kunduz was the first to fall.", ["lost | afghan_government | Kunduz"]),
    ],
)
def test_what_followed_was_taken_like_the_one_before(reader: Reader, text: str, wanted: list[str]) -> None:
    assert _lines(reader, text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "The Taliban took part in talks on Kunduz.",
        "The minister took the floor in Kabul.",
        "The storm claimed the oldest tree of Herat.",
        "The ministry lost contact with Sangin.",
        "A week of mourning followed in Kunduz.",
        "The attack on the bill failed in parliament in Kabul.",
        "Prices in Herat went up again.",
        "Guests occupied every room in Kabul.",
        "Kabul was in touch with the army.",
        "The minister was back in Kabul.",
    ],
)
def test_verbs_of_taking_in_other_senses_claim_nothing(reader: Reader, text: str) -> None:
    assert _lines(reader, text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The Afghan National Army (ANA) captured Nawzad (a town of 9,000) on Friday.", ["captured | afghan_government | Nawzad"]),
        (
            "The Taliban captured Nawzad -- whose bridge soldiers had mined -- and seized Kajaki.",
            ["captured | taliban | Kajaki", "captured | taliban | Nawzad"],
        ),
        ("The Taliban, whose men overran Sangin on Saturday, threatened the mayor.", ["captured | taliban | Sangin"]),
    ],
)
def test_an_aside_leaves_the_clause_around_it_whole(reader: Reader, text: str, wanted: list[str]) -> None:
    assert _lines(reader, text) == wanted


def test_rebels_from_a_state_are_not_the_states(reader: Reader) -> None:
    lines = _lines(reader, "Rebels from Ethiopia's Tigray region said that they had taken Kombolcha.")
    assert lines == ["captured | tigray | Kombolcha"]


def test_an_attack_beaten_off_was_on_the_place_attacked_before(reader: Reader) -> None:
    text = "The Taliban attacked Nawzad on Friday. Shops stayed shut. The ministry said that the attack had been repulsed."
    assert _lines(reader, text) == ["attacked | taliban | Nawzad", "repelled | afghan_government | Nawzad"]


def test_a_hand_over_among_friends_is_also_a_withdrawal(reader: Reader) -> None:
    lines = _lines(reader, "NATO forces handed over Bagram Airfield to Afghan forces.")
    assert [line.split(" | ")[0] for line in lines] == ["controls", "withdrew"]
