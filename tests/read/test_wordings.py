"""Wordings that turn on how a sentence is built rather than on its verb: what is kept from happening, where-clauses, states, times in between."""

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
    return Reader(load_rulebook(), load_theatre("afghanistan-2021").lexicon)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The army prevented the Taliban from taking Sangin.", ["repelled | afghan_government | Sangin"]),
        ("The army thwarted a Taliban attempt to seize Sangin.", ["repelled | afghan_government | Sangin"]),
        ("The loss of Sangin is a blow to the army.", ["lost | afghan_government | Sangin"]),
        ("Sangin, where the Taliban rule, has no clinic.", ["controls | taliban | Sangin"]),
        ("Sangin is the only town the government still holds.", ["controls | afghan_government | Sangin"]),
        ("Sangin is Taliban-controlled.", ["controls | taliban | Sangin"]),
        ("The security forces have Sangin under control.", ["controls | afghan_government | Sangin"]),
        ("Control over Sangin passed into Taliban hands.", ["captured | taliban | Sangin"]),
        ("Sangin fell to Taliban control yesterday.", ["captured | taliban | Sangin"]),
        ("The Taliban, in control of Sangin since May, closed the school.", ["controls | taliban | Sangin"]),
        ("Sangin remains surrounded by the Taliban.", ["besieges | taliban | Sangin"]),
        ("Fierce clashes between the Taliban and the army broke out inside Sangin.", ["contests | taliban | Sangin"]),
        ("The seizure yesterday of Sangin by the Taliban was a surprise.", ["captured | taliban | Sangin"]),
        ("The army entered Sangin and cleared the town four days later.", ["retook | afghan_government | Sangin"]),
        (
            "Taliban fighters fanned out across Kunduz, stormed the airport and occupied Sangin.",
            ["captured | taliban | Sangin", "contests | taliban | Kunduz", "contests | taliban | the airport"],
        ),
        (
            "A day after attacking Kunduz, Taliban fighters attack Sangin.",
            ["attacked | taliban | Kunduz", "attacked | taliban | Sangin"],
        ),
    ],
)
def test_what_the_sentence_makes_of_its_words(reader: Reader, text: str, wanted: list[str]) -> None:
    read = reader.read(Report.of(text, published=Published.parse("2021-08-01")))
    assert sorted({line for c in read.claims for line in claim_lines(c)}) == sorted(wanted)
