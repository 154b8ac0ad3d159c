"""What the reader makes of sentences: who, where, how it stands, in whose voice. Outlets and sentences are invented."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heldby.model.claim import Claim, Modality, Polarity, Reading, Relation
from heldby.model.report import GapKind, Report
from heldby.model.when import Published
from heldby.read import Reader
from heldby.read.examples import claim_lines
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre

OUTLET = "Valley Messenger"


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_rulebook(), load_theatre("afghanistan-2021").lexicon)


def read(reader: Reader, text: str, published: str = "2021-07-14") -> Reading:
    return reader.read(Report.of(text, outlet=OUTLET, published=Published.parse(published)))


def lines(reader: Reader, text: str, published: str = "2021-07-14") -> list[str]:
    """The claims as rules write them, in order of passage."""
    return [line for c in read(reader, text, published).claims for line in claim_lines(c)]


def one(reader: Reader, text: str) -> Claim:
    (claim,) = read(reader, text).claims
    return claim


def test_a_list_shares_its_noun_and_its_area(reader: Reader) -> None:
    claim = one(reader, "The Taliban captured Chak, Nerkh and Jalrez districts of Maidan Wardak province.")
    assert [p.name for p in claim.places] == ["Chak", "Nerkh", "Jalrez"]
    assert {p.head for p in claim.places} == {"districts"}
    assert all("Maidan Wardak" in p.parent_names for p in claim.places)


def test_places_each_with_its_own_area_are_one_list(reader: Reader) -> None:
    text = "Nesh in Kandahar, Chora in Uruzgan and Washir in Helmand fell to the Taliban."
    assert [(p.name, p.parent_names[0]) for p in one(reader, text).places] == [
        ("Nesh", "Kandahar"),
        ("Chora", "Uruzgan"),
        ("Washir", "Helmand"),
    ]


def test_what_is_counted_is_named_behind_a_colon_or_in_the_next_sentence(reader: Reader) -> None:
    colon = "Two districts fell to the Taliban on Sunday: Nesh in Kandahar and Chora in Uruzgan."
    following = "Two districts fell to the Taliban on Sunday. The districts are Nesh in Kandahar and Chora in Uruzgan."
    for text in (colon, following):
        assert lines(reader, text) == ["captured | taliban | Nesh", "captured | taliban | Chora"]


def test_an_apposition_is_no_second_place(reader: Reader) -> None:
    assert lines(reader, "The Taliban captured Zaranj, the capital of Nimroz, on Friday.") == ["captured | taliban | Zaranj"]
    assert lines(reader, "The Taliban hold Sangin, a town in Helmand.") == ["controls | taliban | Sangin"]


def test_a_set_without_names_keeps_its_area_and_says_so(reader: Reader) -> None:
    (place,) = one(reader, "The Taliban recaptured several districts in Baghlan province.").places
    assert place.unnamed
    assert place.parent_names == ("Baghlan",)


def test_a_definite_noun_goes_back_to_the_place_it_means(reader: Reader) -> None:
    text = "Fighting was heard near the Spin Boldak crossing. The Taliban have taken the crossing, a driver said."
    place = read(reader, text).claims[-1].places[0]
    assert (place.text, place.name, place.referent) == ("the crossing", "Spin Boldak", "the Spin Boldak crossing")


def test_both_goes_back_to_the_pair(reader: Reader) -> None:
    text = "Bangi and Khwaja Ghar districts fell to the Taliban. The army says it retook both."
    assert lines(reader, text)[2:] == ["retook | afghan_government | Bangi", "retook | afghan_government | Khwaja Ghar"]


def test_a_reference_to_nothing_near_is_a_gap_and_no_claim(reader: Reader) -> None:
    reading = read(reader, "The Taliban captured the town at noon.")
    assert reading.claims == ()
    assert [g.kind for g in reading.gaps] == [GapKind.UNPLACED]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The militants seized Nesh district.", "captured | taliban | Nesh"),
        ("The army still holds Lashkar Gah.", "controls | afghan_government | Lashkar Gah"),
        ("Police abandoned Chora district.", "withdrew | afghan_government | Chora"),
    ],
)
def test_generic_words_mean_the_parties_of_the_theatre_and_are_marked(reader: Reader, text: str, expected: str) -> None:
    claim = one(reader, text)
    assert claim_lines(claim) == (expected,)
    assert claim.inferred


def test_pronouns_mean_the_party_that_speaks_or_acted(reader: Reader) -> None:
    assert "captured | taliban | Nesh" in lines(reader, "The Taliban said on Monday that they had captured Nesh district.")
    assert "withdrew | afghan_government | Nesh" in lines(reader, "The defence ministry said its forces had withdrawn from Nesh district.")


def test_we_is_the_side_of_the_speaker(reader: Reader) -> None:
    claim = one(reader, '"We have captured Nesh district," a Taliban commander said.')
    assert (claim.actor, claim.speaker_side) == ("taliban", "taliban")


def test_an_agentless_loss_is_the_states_unless_the_enemy_tells_it(reader: Reader) -> None:
    assert lines(reader, "Nesh district has fallen, a councillor said.") == ["lost | afghan_government | Nesh"]
    assert lines(reader, "Nesh district has fallen, a Taliban spokesman said.") == ["captured | taliban | Nesh"]


@pytest.mark.parametrize(
    ("text", "polarity", "modality"),
    [
        ("The Taliban no longer hold Sangin.", Polarity.DENIED, Modality.FACTUAL),
        ("The Taliban did not capture Sangin.", Polarity.DENIED, Modality.FACTUAL),
        ("The Taliban have not managed to take Sangin.", Polarity.DENIED, Modality.FACTUAL),
        ("The army launched an operation to retake Sangin.", Polarity.ASSERTED, Modality.PLANNED),
        ("The army will retake Sangin, the minister said.", Polarity.ASSERTED, Modality.PLANNED),
        ("The Taliban could capture Sangin within days.", Polarity.ASSERTED, Modality.POSSIBLE),
        ("The army managed to retake Sangin.", Polarity.ASSERTED, Modality.FACTUAL),
        ("Sangin, which the Taliban captured in 2019, was quiet.", Polarity.ASSERTED, Modality.PAST_BACKGROUND),
    ],
)
def test_how_a_claim_stands(reader: Reader, text: str, polarity: Polarity, modality: Modality) -> None:
    claim = next(c for c in read(reader, text).claims if c.relation in (Relation.CAPTURED, Relation.RETOOK, Relation.CONTROLS))
    assert (claim.polarity, claim.modality) == (polarity, modality)


def test_a_failed_attempt_is_an_attack_beaten_off(reader: Reader) -> None:
    text = "An attempt by the Taliban to take Lashkar Gah failed, a general said."
    assert lines(reader, text) == ["repelled | afghan_government | Lashkar Gah"]


def test_a_denial_stands_beside_the_claim_it_denies(reader: Reader) -> None:
    text = "The Taliban said they had captured Nesh district, a claim that the governor denied."
    assert sorted(lines(reader, text)) == ["captured | taliban | Nesh", "captured | taliban | Nesh | denied"]


def test_who_denies_a_loss_denies_that_the_enemy_took_it(reader: Reader) -> None:
    assert lines(reader, "The interior ministry denied that Nesh district had been lost.") == ["captured | taliban | Nesh | denied"]


def test_the_weaker_word_gives_way_to_the_stronger_of_one_voice(reader: Reader) -> None:
    assert lines(reader, "The Taliban attacked Nesh district and captured it by noon.") == ["captured | taliban | Nesh"]


def test_a_thing_told_twice_by_one_voice_is_one_claim(reader: Reader) -> None:
    assert lines(reader, "The Taliban captured Nesh district. Nesh was captured by the Taliban on Monday.") == ["captured | taliban | Nesh"]


def test_what_only_counts_is_a_tally_and_no_claim(reader: Reader) -> None:
    reading = read(reader, "The Taliban control 157 of 407 districts.")
    assert (len(reading.claims), len(reading.tallies)) == (0, 1)


@pytest.mark.parametrize(
    "text",
    [
        "Police seized two tonnes of opium near Kandahar.",
        "The two sides held talks in Kunduz about a truce.",
        "Snow fell in Bamyan and the road was closed.",
        "The governor left Kabul for Doha on Sunday.",
        "The Taliban advanced to within ten kilometres of Kunduz.",
    ],
)
def test_sentences_that_claim_nothing(reader: Reader, text: str) -> None:
    assert read(reader, text).claims == ()


def test_a_foreign_contingent_that_goes_home_claims_nothing(reader: Reader) -> None:
    assert read(reader, "American forces are withdrawing from Afghanistan.").claims == ()


def test_another_language_is_one_gap(reader: Reader) -> None:
    reading = read(reader, "Талибы захватили уезд Неш в провинции Кандагар и вывесили там свой флаг.")
    assert [g.kind for g in reading.gaps] == [GapKind.LANGUAGE]
    assert reading.claims == ()


def test_the_given_id_is_never_looked_at(reader: Reader) -> None:
    text = "The Taliban captured Nesh district."
    a, b = (reader.read(Report.of(text, outlet=OUTLET, given_id=i)) for i in ("a", "taliban-2021-08-15"))
    assert a == b


def test_every_quotation_is_the_text_it_came_from(reader: Reader) -> None:
    text = "The Taliban captured “Nesh” district, he said.\nGovernment forces hold Lashkar Gah’s airport."
    for claim in read(reader, text).claims:
        assert claim.passage.quote == text[claim.passage.start : claim.passage.end]
        assert all(p.text == text[p.start : p.end] for p in claim.places)


WORDS = st.sampled_from(
    (
        *(
            "the",
            "The",
            "Taliban",
            "government",
            "forces",
            "army",
            "captured",
            "lost",
            "retook",
            "control",
            "fell",
            "were",
            "had",
            "been",
            "said",
        ),
        *(
            "Nesh",
            "district",
            "Kandahar",
            "Kunduz",
            "capital",
            "town",
            "it",
            "they",
            "both",
            "12",
            "Sunday",
            "not",
            "however",
            "which",
            "that",
        ),
        *(
            "of",
            "and",
            "to",
            "from",
            "by",
            "in",
            "under",
            "hands",
            "after",
            "on",
            ",",
            ".",
            ":",
            ";",
            '"',
            "-",
            "(",
            ")",
            "\n",
            "'s",
            "“",
            "”",
        ),
    )
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(words=st.lists(WORDS, max_size=60))
def test_no_text_breaks_the_reader(words: list[str]) -> None:
    text = " ".join(words)
    report = Report.of(text, outlet=OUTLET, published=Published.parse("2021-07-14"))
    reading = FUZZED.read(report)
    assert reading == FUZZED.read(report)
    for claim in reading.claims:
        assert claim.places
        assert claim.actor
        assert claim.passage.quote == text[claim.passage.start : claim.passage.end] != ""


FUZZED = Reader(load_rulebook(), load_theatre("afghanistan-2021").lexicon)
