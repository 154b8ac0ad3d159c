"""Which of the units that share a name is meant: the noun says it, else the convention of reports, else nobody."""

from __future__ import annotations

import pytest
from locate_scene import located, places, units

from heldby.model.place import PlaceKind
from heldby.model.report import GapKind


@pytest.mark.parametrize(
    ("marked", "unit_id"),
    [
        ("Fighters took <Kunduz>.", "af:kunduz:kunduz-city"),
        ("Fighters took <the city of Kunduz>.", "af:kunduz:kunduz-city"),
        ("Fighters took <Kunduz district>.", "af:kunduz:kunduz"),
        ("Fighters took <Kunduz Province>.", "af:kunduz"),
        ("Fighters took <Sangin>.", "af:helmand:sangin"),
        ("Fighters took <Sangin district centre>.", "af:helmand:sangin:centre"),
        ("Fighters took <the centre of Sangin district>.", "af:helmand:sangin:centre"),
        ("Fighters took <the district office of Sangin>.", "af:helmand:sangin:centre"),
        ("Fighters took <the district compound in Sangin>.", "af:helmand:sangin:centre"),
        ("Fighters took <the town of Sangin>.", "af:helmand:sangin:centre"),
        ("Fighters took <Helmand>.", "af:helmand"),
        ("Fighters took <the capital of Helmand>.", "af:helmand:lashkar-gah-city"),
        ("Fighters took <the provincial capital> of Badghis.", "af:badghis:qala-e-naw-city"),
        ("Fighters took <Maidan Wardak's capital, Maidan Shahr>.", "af:wardak:maidan-shahr-city"),
    ],
)
def test_the_noun_chooses_among_namesakes(marked: str, unit_id: str) -> None:
    assert units(marked) == [unit_id]


def test_a_list_hands_its_noun_and_its_area_to_every_member() -> None:
    marked = "The army left <Nerkh>, <Jalrez> and <Chak> districts of Maidan Wardak province."
    assert units(marked, together=True) == ["af:wardak:nerkh", "af:wardak:jalrez", "af:wardak:chak"]
    assert units("They took <Kunduz>, <Takhar> and <Badakhshan> provinces.") == ["af:kunduz", "af:takhar", "af:badakhshan"]


def test_capitals_of_provinces_are_the_towns_also_in_a_list() -> None:
    assert units("They took the capitals of <Kunduz> and <Takhar>.") == ["af:kunduz:kunduz-city", "af:takhar:taloqan-city"]


def test_a_city_in_a_row_with_provinces_is_a_province() -> None:
    assert units("They hold <Kunduz>, <Badakhshan> and <Helmand>.", together=True)[0] == "af:kunduz"
    assert units("They hold <Kunduz>, <Taloqan> and <Sharana>.", together=True)[0] == "af:kunduz:kunduz-city"


def test_a_name_of_a_province_and_of_a_district_in_it_is_left_open_unless_the_report_says_which() -> None:
    reading = located("Fighters entered <Balkh>.")
    (place,) = reading.claims[0].places
    assert place.unit_id is None
    assert {c.unit_id for c in place.candidates} >= {"af:balkh", "af:balkh:balkh"}
    assert [g.kind for g in reading.gaps] == [GapKind.AMBIGUOUS_PLACE]
    assert units("Fighters entered <Balkh>. Balkh district has a bazaar.") == ["af:balkh:balkh"]


def test_a_district_of_many_bearers_needs_its_province() -> None:
    assert units("They took <Arghandab>.") == [None]
    assert units("They took <Arghandab> in Zabul.") == ["af:zabul:arghandab"]
    assert units("They took <the district of Arghandab in Kandahar province>.") == ["af:kandahar:arghandab"]
    assert units("KANDAHAR - Fighting went on in Zhari and Panjwai. They took <Arghandab>.") == ["af:kandahar:arghandab"]


def test_a_namesake_carries_its_province_in_its_common_name() -> None:
    (place,) = places("They took <Arghandab> in Zabul.")
    assert (place.canonical, place.kind, place.admin1, place.country) == ("Arghandab District (Zabul)", PlaceKind.DISTRICT, "Zabul", "AF")


def test_a_city_last_spoken_of_is_the_city() -> None:
    marked = "Soldiers fled from Herat. Fighters were seen in <the city>. <The district centre> of Guzara fell too."
    assert units(marked) == ["af:herat:herat-city", "af:herat:guzara:centre"]
    assert units("The post in Nili was shelled. <The country> is at war.") == ["iso:AF"]


@pytest.mark.parametrize(
    ("marked", "unit_id"),
    [
        ("They took <Kandahar's Arghandab district>.", "af:kandahar:arghandab"),
        ("They took <Nangarhar's Khogyani>.", "af:nangarhar:khogyani"),
        ("They took <Qarabagh (Ghazni)>.", "af:ghazni:qarabagh"),
        ("They took <Samangan (Aybak)>.", "af:samangan:aybak-city"),
        ("They took <Khogyani, south of Jalalabad>.", "af:nangarhar:khogyani"),
        ("They bombed <Taliban-held Musa Qala>.", "af:helmand:musa-qala"),
        ("They took <the capital of neighbouring Nimroz>.", "af:nimroz:zaranj-city"),
    ],
)
def test_other_names_in_a_phrase_tell_which_namesake_is_meant(marked: str, unit_id: str) -> None:
    assert units(marked) == [unit_id]


def test_a_noun_before_a_list_and_an_area_behind_it_hold_for_all() -> None:
    marked = "They took the districts of <Andar>, <Khogyani> and <Qarabagh> in Ghazni."
    assert units(marked) == ["af:ghazni:andar", "af:ghazni:khogyani", "af:ghazni:qarabagh"]


def test_a_namesake_in_a_row_with_capitals_is_the_capital() -> None:
    assert units("They hold <Zaranj>, <Taloqan>, <Pul-e Khumri> and <Faizabad>.", together=True)[3] == "af:badakhshan:fayzabad-city"
