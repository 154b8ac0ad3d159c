"""Homonyms of the whole world: the report's other places, its words for countries and its actors decide."""

from __future__ import annotations

import pytest
from locate_scene import WORLD, places


@pytest.mark.parametrize(
    ("marked", "country"),
    [
        ("Militias left <Tripoli>, east of Misrata and Zawiya in Libya.", "LY"),
        ("The army deployed in <Tripoli>, north of Beirut and Byblos in Lebanon.", "LB"),
        ("<The Syrian city of Palmyra> changed hands.", "SY"),
        ("Shelling went on near Aleppo and Idlib. Fighters hold <Hama>.", "SY"),
        ("Troops are in <Donetsk>, the mayor of Kyiv said.", "UA"),
    ],
)
def test_the_country_of_the_other_places_decides(marked: str, country: str) -> None:
    assert [p.country for p in places(marked, WORLD)] == [country]


def test_an_actor_tells_the_country() -> None:
    (place,) = places("They now hold <Tripoli>.", WORLD, actor="libya_gna")
    assert place.country == "LY"


def test_a_strange_namesake_is_not_taken() -> None:
    (place,) = places("Fighting went on in Mogadishu, Baidoa and Kismayo in Somalia. They took <Amara>.", WORLD)
    assert place.country in (None, "SO")


def test_a_bare_name_means_the_town_and_the_noun_the_province() -> None:
    town, oblast = places("They shelled <Kherson> and hold half of <Kherson Oblast>.", WORLD)
    assert (town.kind, oblast.kind) == ("city", "province")
    assert {town.country, oblast.country} == {"UA"}


def test_one_word_for_another_country_is_not_yet_a_setting() -> None:
    (place,) = places("Russia said it had taken <Toretsk>.", WORLD)
    assert place.country == "UA"


def test_a_country_is_meant_before_the_villages_of_its_name() -> None:
    assert [p.kind for p in places("The war in <Sudan> goes on; <Georgia> and <Lebanon> are calm.", WORLD)] == ["country"] * 3


def test_a_division_has_the_capital_of_its_table() -> None:
    (place,) = places("Fighters entered <the capital of the Amhara Region> in Ethiopia.", WORLD)
    assert (place.country, place.canonical) == ("ET", "Bahir Dar")
