"""Places named after others: facilities, crossings, roads, parts."""

from __future__ import annotations

import pytest
from locate_scene import AFGHANISTAN, WORLD, places, units

from heldby.model.place import PlaceKind


@pytest.mark.parametrize(
    ("marked", "unit_id"),
    [
        ("They took <the airport of Herat>.", "af:base:herat-airport"),
        ("They took <Herat airport>.", "af:base:herat-airport"),
        ("They took <the police headquarters in Qala e Naw>.", "af:base:qala-e-naw-police-hq"),
        ("They took <the governor's office> in Zaranj.", "af:base:zaranj-governor-office"),
        ("They took <Kandahar customs>.", "af:base:kandahar-customs"),
        ("They took <the Wesh border crossing with Pakistan>.", "af:crossing:spin-boldak"),
        ("They took <the Afghan side of the Torkham border crossing>.", "af:crossing:torkham"),
        ("They took <the border town of Wesh>.", "af:kandahar:town:wesh"),
        ("They hold <the road between [Spin] Boldak and Chaman>.", "af:road:spin-boldak-chaman"),
        ("They hold <the road from Herat to Islam Qala>.", "af:road:herat-islam-qala"),
        ("They hold <the Kabul-Kandahar highway>.", "af:road:kabul-kandahar"),
        ("They hold <the Shibar pass>.", "af:road:shibar-pass"),
    ],
)
def test_a_thing_is_found_under_the_name_of_its_place(marked: str, unit_id: str) -> None:
    assert units(marked) == [unit_id]


def test_a_facility_without_a_name_is_that_of_the_place_spoken_of() -> None:
    marked = "Gunmen entered Kandahar and freed the inmates of <the prison>. In Herat they stood before <the airport>."
    assert units(marked) == ["af:base:sarposa-prison", "af:base:herat-airport"]


def test_the_crossing_and_the_border_are_the_crossing_spoken_of() -> None:
    marked = "The Wesh crossing is shut. A flag flies over <the crossing>; the army drove them from <the border>."
    assert units(marked) == ["af:crossing:spin-boldak"] * 2
    assert units("The army drove them from <the border>.") == [None]


def test_no_road_is_guessed() -> None:
    (place,) = places("They hold <the road between Qalat and Nili>.")
    assert place.unit_id is None
    assert (place.canonical, place.kind, place.country) == ("Qalat-Nili road", PlaceKind.ROAD, "AF")


def test_a_facility_of_a_district_never_passes_for_that_of_the_capital() -> None:
    (place,) = places("They took <the police headquarters in Burka district>. Baghlan is calm.")
    assert place.unit_id is None
    assert place.admin1 == "Baghlan"


@pytest.mark.parametrize("theatre", [AFGHANISTAN, WORLD])
@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("the outskirts of Herat", "outskirts of Herat"),
        ("the main square of Herat", "main square of Herat"),
        ("a market hall in Herat", "market hall in Herat"),
    ],
)
def test_a_part_of_a_town_is_not_the_town(words: str, name: str, theatre: str) -> None:
    (place,) = places(f"Fighters reached <{words}>, in Afghanistan.", theatre)
    assert place.unit_id is None
    assert (place.canonical, place.country) == (name, "AF")


def test_a_facility_is_not_the_town_whose_name_it_carries() -> None:
    (place,) = places("Soldiers in Iraq guard <the Mosul Dam>.", WORLD)
    assert place.unit_id is None or place.kind is PlaceKind.BASE
    assert place.country == "IQ"


def test_part_of_a_province_is_a_region_without_a_unit() -> None:
    (place,) = places("They hold <western Paktika>.")
    assert (place.unit_id, place.canonical, place.kind) == (None, "western Paktika", PlaceKind.REGION)
