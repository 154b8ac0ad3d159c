"""What answers and what is told in passing: confirmations, labels, attempts, times that run on. Outlets and sentences are invented."""

from __future__ import annotations

import pytest

from heldby.model.claim import Claim
from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read import Reader
from heldby.read.examples import claim_lines
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_rulebook(), load_theatre("afghanistan-2021").lexicon)


@pytest.fixture(scope="module")
def abroad() -> Reader:
    return Reader(load_rulebook(), load_theatre("world").lexicon)


def read(reader: Reader, text: str) -> tuple[Claim, ...]:
    return reader.read(Report.of(text, outlet="Valley Messenger", published=Published.parse("2021-07-14"))).claims


def lines(reader: Reader, text: str) -> list[str]:
    return [line for c in read(reader, text) for line in claim_lines(c)]


CONFIRMED = [
    "The Taliban captured Nesh district, residents said. The governor confirmed it.",
    "The Taliban captured Nesh district, residents said. The governor confirmed the report.",
]


@pytest.mark.parametrize("text", CONFIRMED)
def test_who_confirms_it_is_a_second_voice(reader: Reader, text: str) -> None:
    assert [(c.actor, c.chain[-1].text) for c in read(reader, text)] == [("taliban", "residents"), ("taliban", "The governor")]


def test_who_confirms_something_else_or_cannot_confirm_is_none(reader: Reader) -> None:
    for answer in (
        "Ten people died, and a doctor confirmed it.",
        "Officials could not confirm it.",
        "The ministry has not confirmed the report.",
    ):
        assert len(read(reader, f"The Taliban captured Nesh district. {answer}")) == 1


def test_an_event_since_a_day_lies_between_that_day_and_the_report_a_state_goes_on(reader: Reader) -> None:
    (event,) = read(reader, "The Taliban have captured two towns since Friday: Zaranj and Farah.")
    (state,) = read(reader, "The Taliban have held Zaranj since Friday.")
    assert event.when is not None
    assert event.when.edtf() == "2021-07-09/2021-07-14"
    assert state.when is not None
    assert state.when.edtf() == "2021-07-09/.."


def test_a_speaker_may_be_a_label_before_a_colon(reader: Reader) -> None:
    (claim,) = read(reader, "Army spokesman: Zaranj has not fallen.")
    assert (claim.chain[-1].text, claim.actor, str(claim.polarity)) == ("Army spokesman", "taliban", "denied")


def test_what_is_under_way_is_not_done_and_no_part_is_nothing_at_all(reader: Reader) -> None:
    assert lines(reader, "Commandos are clearing Zaranj.") == ["retook | afghan_government | Zaranj | planned"]
    assert lines(reader, "No part of Nesh district is under Taliban control.") == ["controls | taliban | Nesh | denied"]


def test_the_owner_of_a_claim_is_who_acted_in_it(reader: Reader) -> None:
    claims = read(reader, "The Taliban denied the government's claim to have retaken Nesh district.")
    assert {(str(c.relation), c.actor, str(c.polarity)) for c in claims} == {
        ("retook", "afghan_government", "denied"),
        ("retook", "afghan_government", "asserted"),
    }


def test_the_capital_in_apposition_is_not_what_lies_around_it(reader: Reader) -> None:
    claims = read(reader, "All posts around the city of Mehtarlam, capital of Laghman, were overrun, the Taliban said.")
    assert [p.text for c in claims for p in c.places] == ["All posts around the city of Mehtarlam"]


def test_troops_abroad(abroad: Reader) -> None:
    assert lines(abroad, "Russian airborne troops seized Hostomel.") == ["captured | russia | Hostomel"]
    assert lines(abroad, "The armed forces of Ukraine hold Hostomel.") == ["controls | ukraine | Hostomel"]
    assert lines(abroad, "Resistance fighters have laid siege to Kawlin.") == ["besieges | myanmar_pdf | Kawlin"]
    assert lines(abroad, "The RSF was able to take Zalingei.") == ["captured | rsf | Zalingei"]
    assert lines(abroad, "The RSF took Zalingei, forcing the army to retreat from Ardamata.") == [
        "captured | rsf | Zalingei",
        "withdrew | saf | Ardamata",
    ]


SIDES = [
    ("Bakhmut is not occupied by Russia, President Zelensky said.", "ukraine"),
    ("Sudan's paramilitary Rapid Support Forces said they had captured Zalingei.", "rsf"),
    ("Sudan's RSF withdrew from El Fasher, a resistance committee said.", "unknown"),
    ("The army took Deir ez-Zor, according to state media.", "syria_government"),
]


@pytest.mark.parametrize(("text", "side"), SIDES)
def test_whose_side_a_speaker_is_on(abroad: Reader, text: str, side: str) -> None:
    assert [c.speaker_side for c in read(abroad, text)] == [side]
