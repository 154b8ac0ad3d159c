"""Sources named without a verb of saying, verbs that say something only at times, portraits; the sentences are invented."""

from __future__ import annotations

import pytest

from heldby.model.claim import Claim, Modality
from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read import Reader
from heldby.rules.loading import load_rulebook
from heldby.theatres import load_theatre


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_rulebook(), load_theatre("world").lexicon)


def claims(reader: Reader, text: str, published: str | None = "2021-08-01") -> tuple[Claim, ...]:
    return reader.read(Report.of(text, outlet="Valley Messenger", published=Published.parse(published) if published else None)).claims


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("In the words of the governor, Khulm has fallen.", "the governor"),
        ("By the army's own account, Khulm has fallen to the Taliban.", "the army"),
        ("The Taliban captured Khulm, if one believes the governor.", "the governor"),
        ('"The Taliban have taken Khulm," a policeman shrugged.', "a policeman"),
        ("The governor pointed out that the Taliban had taken Khulm.", "The governor"),
        ("COTABATO CITY (May 8) - The Taliban captured Khulm, a ranking official bared.", "a ranking official"),
        ("An aide to President Ashraf Ghani said the Taliban had captured Khulm.", "An aide to President Ashraf Ghani"),
    ],
)
def test_the_source_is_heard(reader: Reader, text: str, speaker: str) -> None:
    (claim,) = claims(reader, text)
    assert claim.chain[-1].text == speaker


@pytest.mark.parametrize("text", ["In view of the fighting the army left Khulm.", "The army continued to hold Khulm."])
def test_no_source_is_heard_where_none_is_named(reader: Reader, text: str) -> None:
    (claim,) = claims(reader, text)
    assert [v.text for v in claim.chain] == ["Valley Messenger"]


def test_an_agency_cites_on_the_authority_of_its_source(reader: Reader) -> None:
    (claim,) = claims(reader, "The agency stated, on the authority of a police officer, that the Taliban had captured Khulm.")
    assert [v.text for v in claim.chain[1:]] == ["The agency", "a police officer"]


def test_paramilitaries_of_a_country_are_not_its_state(reader: Reader) -> None:
    text = "Sudanese paramilitaries said they had captured Babanusa. Not so, said the army. It accused the Rapid Support Forces of lying."
    sides = [(c.speaker_side, c.polarity.value) for c in claims(reader, text, "2025-12-02")]
    assert sides == [("rsf", "asserted"), ("saf", "denied")]


def test_a_portrait_tells_the_past_as_background_and_the_present_as_fact(reader: Reader) -> None:
    text = "Khulm is a town in northern Afghanistan. The Taliban captured Khulm in May 1997. The army holds Khulm."
    told = {c.relation.value: c.modality for c in claims(reader, text, None)}
    assert told == {"captured": Modality.PAST_BACKGROUND, "controls": Modality.FACTUAL}


def test_a_chronicle_does_not(reader: Reader) -> None:
    (claim,) = claims(reader, "The battle of Khulm began in May 1997. The Taliban captured Khulm on 20 May 1997.", None)
    assert claim.modality is Modality.FACTUAL
