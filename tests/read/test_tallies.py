"""Tallies read from text: every example inside the phrasebook, and what lies between the forms."""

from __future__ import annotations

import pytest

from heldby.model.claim import Polarity, PublishedTally, Qualifier
from heldby.model.place import Candidate, Unit
from heldby.model.report import Report
from heldby.model.rulebook import Form, Rulebook
from heldby.model.theatre import Lexicon, NameHit
from heldby.model.when import Published
from heldby.model.who import Actor, ActorName
from heldby.read.document import read_document
from heldby.read.tallies import TallyReader
from heldby.read.voices import Voices
from heldby.read.words import Words
from heldby.rules import load_rulebook


class NoPlaces:
    """A gazetteer without a name."""

    version = "0"

    def find(self, text: str) -> tuple[NameHit, ...]:
        return ()

    def lookup(self, name: str) -> tuple[str, ...]:
        return ()

    def names_country(self, name: str) -> bool:
        return False

    def similar(self, name: str, within: tuple[str, ...] = ()) -> tuple[Candidate, ...]:
        return ()

    def unit(self, unit_id: str) -> Unit | None:
        return None

    def seat(self, area: str) -> str | None:
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


VOICES = Voices(RULEBOOK, LEXICON)


def tallies(text: str, published: str = "2021-07-14") -> tuple[PublishedTally, ...]:
    report = Report.of(text, outlet="The Daily Lantern", published=Published.parse(published))
    document = read_document(report, WORDS, LEXICON)
    return READER.read(document, VOICES.of(document))


def in_words(tally: PublishedTally) -> str:
    amount = f"{tally.count}" if tally.count is not None else f"{round((tally.share or 0) * 100, 1):g}%"
    denied = "denied " if tally.polarity is Polarity.DENIED else ""
    return f"{denied}{tally.actor} {tally.relation} {amount} {tally.unit}"


@pytest.mark.parametrize(("form", "index"), EXAMPLES, ids=lambda v: v.id if isinstance(v, Form) else str(v))
def test_examples_of_the_phrasebook(form: Form, index: int) -> None:
    example = form.examples[index]
    report = Report.of(example.text, outlet="The Daily Lantern", published=Published.parse(form.given or "2021-07-14"))
    found = READER.read(read_document(report, WORDS, LEXICON))
    assert [in_words(t) for t in found] == list(example.claims)


def test_every_form_of_a_sentence_has_an_example_that_must_be_read() -> None:
    assert [f.id for f in FORMS if not any(e.claims for e in f.examples)] == ["both"]


READ = {
    "The rebels have captured 12 of the 14 districts in Eastern Province since May.": ["rebels captured 12 districts"],
    "The rebels claim to control more than two-thirds of the country.": ["rebels controls 66.7% territory_share"],
    "Rebels now control almost a quarter of Norland.": ["rebels controls 25% territory_share"],
    "In one week the government lost control of 19 districts.": ["government lost 19 districts"],
    "Of the 34 provincial capitals, only three remain in government hands.": ["government controls 3 provincial_capitals"],
    "At least 20 of the 33 towns are in rebel hands, said a monitor.": ["rebels controls 20 settlements"],
    "The rebels control 38 districts and contest 42.": ["rebels controls 38 districts", "rebels contests 42 districts"],
    "Rebel forces seized a fifth provincial capital on Monday.": ["rebels captured 5 provincial_capitals"],
    "Oldham was the fourth city to fall since Friday.": ["rebels captured 4 cities"],
    "The rebels' advance has brought ten districts under their control.": ["rebels controls 10 districts"],
    "The government controls just 21 percent of the country's territory.": ["government controls 21% territory_share"],
    "Rebels are in full control of 75 townships.": ["rebels controls 75 townships"],
    "The rebels took 14 districts in June, 22 in July.": ["rebels captured 14 districts", "rebels captured 22 districts"],
    "Government troops abandoned 26 border posts without a fight.": ["government withdrew 26 border_posts"],
    "Half the province has been lost, the governor admitted.": ["government lost 50% territory_share"],
    "The army recaptured 1,200 sq km of territory, the ministry said.": ["government retook 1200 square_kilometres"],
    "Some 70 per cent of the region is now occupied by the rebels.": ["rebels controls 70% territory_share"],
    "The rebels lost 40 percent of the territory that they held in 2014.": ["rebels lost 40% territory_share"],
    "Three provincial capitals fell on Sunday: Oldham, Newham and Eastham.": ["rebels captured 3 provincial_capitals"],
    "The army says it lost two villages and took back five.": ["government lost 2 settlements", "government retook 5 settlements"],
    "The rebels, who control about half the country, reject the talks.": ["rebels controls 50% territory_share"],
    "With 12 of 16 districts in their hands, the rebels are closing in on the city.": ["rebels controls 12 districts"],
    "The rebels took nothing on Monday. They now hold six provincial capitals.": ["rebels controls 6 provincial_capitals"],
    "According to the map, 104 districts are controlled by the rebels, 201 are contested and 94 are held by the government.": [
        "rebels controls 104 districts",
        " contests 201 districts",
        "government controls 94 districts",
    ],
}
NOTHING = [
    "The rebels could take half of the country within weeks, the general warned.",
    "The rebels killed 50 soldiers in three districts.",
    "Curfew was imposed in 31 of 34 provinces.",
    "Polling stations in 12 districts will remain closed.",
    "The party won 12 seats in nine districts.",
    "The rebels captured 12 soldiers and three vehicles in two districts.",
    "The government controls 60 percent of the budget.",
    "Fighting was reported in 15 provinces and 80 districts.",
    "Rebels have overrun dozens of districts.",
    "Troops have withdrawn from 11 of 15 outposts.",
    "Both sides say they hold most of the district.",
    "It was the first time the rebels had captured a provincial capital.",
    "Half of Norland's population lives in areas controlled by the rebels.",
    "The rebels surrounded nine provincial capitals.",
    "Oldham and Newham, two districts of Westland, are in the hands of the rebels.",
    "Only two districts have not fallen to the rebels.",
    "It was unclear how many of the 17 districts had fallen to the rebels.",
    "Most of the 17 districts have fallen to the rebels.",
    "If two more districts fall to the rebels, the capital will be cut off.",
    "The rebels vowed to capture all 34 provincial capitals before winter.",
    "The army has yet to retake any of the 12 districts.",
    "The rebels won 12 of 24 districts in the election.",
    "27 of the 34 provinces have at least one town under rebel control.",
    "On 4 May the rebels captured Oldham at 5 p.m. and 30 minutes later the bridge.",
]


@pytest.mark.parametrize(("text", "expected"), READ.items())
def test_tallies_of_many_makes_are_read(text: str, expected: list[str]) -> None:
    assert [in_words(t) for t in tallies(text)] == expected


@pytest.mark.parametrize("text", NOTHING)
def test_numbers_that_count_no_control_are_no_tallies(text: str) -> None:
    assert [in_words(t) for t in tallies(text)] == []


DENIED = {
    "The government denied that the rebels had captured 50 districts.": ["denied rebels captured 50 districts"],
    "The rebels do not control 85 percent of the country, a government spokesman said.": ["denied rebels controls 85% territory_share"],
    "The rebels say they control 200 districts. The ministry called the number exaggerated.": [
        "rebels controls 200 districts",
        "denied rebels controls 200 districts",
    ],
}


@pytest.mark.parametrize(("text", "expected"), DENIED.items())
def test_a_denied_figure_stays_a_denied_tally(text: str, expected: list[str]) -> None:
    assert sorted(in_words(t) for t in tallies(text)) == sorted(expected)


def test_a_tally_carries_total_qualifier_scope_period_and_passage() -> None:
    text = "At least 14 of the 28 districts of Westland have fallen to the rebels since Thursday, a councillor said."
    (tally,) = tallies(text)
    assert (tally.count, tally.of, tally.qualifier) == (14, 28, Qualifier.OVER)
    assert (tally.scope, tally.period, tally.as_of) == ("Westland", "since Thursday", None)
    assert text[tally.passage.start : tally.passage.end] == tally.passage.quote
    assert tally.passage.quote == "At least 14 of the 28 districts of Westland have fallen to the rebels"


def test_a_day_dates_the_tally_and_a_change_has_its_own() -> None:
    today, before = tallies("The rebels control 106 of 407 districts today, up from 73 on 1 May.")
    assert [t.as_of and t.as_of.edtf() for t in (today, before)] == ["2021-07-14", "2021-05-01"]


def test_a_tally_has_the_chain_and_side_of_whoever_counts() -> None:
    (tally,) = tallies("The rebels hold nine districts, an army spokesman told reporters.")
    assert [v.text for v in tally.chain] == ["The Daily Lantern", "an army spokesman"]
    assert tally.speaker_side == "government"


def test_without_attribution_a_tally_is_the_publishers_own() -> None:
    report = Report.of("The rebels hold nine districts, an army spokesman said.", outlet="The Daily Lantern")
    (tally,) = READER.read(read_document(report, WORDS, LEXICON))
    assert [v.text for v in tally.chain] == ["The Daily Lantern"]


def test_a_figure_repeated_by_the_same_voice_counts_once() -> None:
    text = "The rebels hold nine districts. The army is gone from there: nine districts are in the hands of the rebels."
    assert [in_words(t) for t in tallies(text)] == ["rebels controls 9 districts"]


def test_a_number_far_from_any_unit_is_left_alone() -> None:
    text = "The rebels hold nine districts. It rained. It snowed. Nothing happened. The government controls 70."
    assert [in_words(t) for t in tallies(text)] == ["rebels controls 9 districts"]


def test_signs_that_stand_in_the_text_already_mean_nothing() -> None:
    assert tallies("The rebels captured \ue000 and \ue100 and hold \ue400 districts.") == ()
    assert [in_words(t) for t in tallies("The rebels \ue400 captured nine districts \ue000.")] == ["rebels captured 9 districts"]


@pytest.mark.parametrize(
    "words", ["captured of ", "the rebels captured 12 ", "two districts of ", "12 of the ", "one of 2 districts, and "]
)
def test_a_text_of_one_phrase_over_and_over_ends(words: str) -> None:
    assert len(tallies(words * 1500)) < 1500


def test_a_long_text_without_territory_costs_nothing_and_says_nothing() -> None:
    assert tallies("Seven of nine players scored 40 percent of the goals. " * 200) == ()
