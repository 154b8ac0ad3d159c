"""What the words of a place say, before any gazetteer is asked which unit they mean."""

from __future__ import annotations

import pytest

from heldby.locate.around import read_phrase
from heldby.locate.phrase import cleaned, read_words, stripped
from heldby.model.place import Place

KNOWN = frozenset({"Kunduz", "Herat", "Spin Boldak", "Ghazni Province", "Mazar-i-Sharif", "Afghanistan", "Chaman", "Pakistan"})


@pytest.mark.parametrize(
    ("words", "name", "noun", "owned"),
    [
        ("the city of Kunduz", "Kunduz", "city", False),
        ("Kunduz district", "Kunduz", "district", False),
        ("the airport of Kunduz", "Kunduz", "airport", True),
        ("Kunduz airport", "Kunduz", "airport", False),
        ("Kunduz's police headquarters", "Kunduz", "police headquarters", True),
        ("an Afghan army base in Ghazni Province", "Ghazni Province", "base", True),
        ("the outskirts of Herat", "Herat", "outskirts", True),
        ("the road to the airport of Herat", "Herat", "road", True),
        ("the army's last base in the city", "", "base", False),
        ("Pakistan's Chaman district", "Chaman", "district", False),
        ("all districts", "", "district", False),
    ],
)
def test_names_and_nouns(words: str, name: str, noun: str, owned: bool) -> None:
    phrase = read_words(words, known=KNOWN.__contains__)
    assert (phrase.name, phrase.noun.text if phrase.noun else "", phrase.owned) == (name, noun, owned)


def test_the_ends_of_a_road_and_directions() -> None:
    road = read_words("the important road between [Spin] Boldak and Chaman")
    assert road.ends == ("Spin Boldak", "Chaman")
    assert read_words("northern Afghanistan", known=KNOWN.__contains__).apart == "northern"


def test_marks_and_articles_are_no_part_of_a_name() -> None:
    assert cleaned("“[Spin]\u00a0Boldak”, ") == "Spin Boldak"
    assert stripped("almost all of the city") == "city"
    assert stripped("the rest of Kunduz") == "Kunduz"
    assert read_words("It").name == ""
    assert read_words("Thirteen districts", name="Thirteen").name == ""


def test_a_reference_back_takes_the_name_and_keeps_its_own_noun() -> None:
    def read(text: str, referent: str) -> tuple[str, str, bool]:
        phrase = read_phrase(Place(text, 0, len(text), referent=referent), text, KNOWN.__contains__)
        return phrase.name, phrase.noun.text if phrase.noun else "", phrase.owned

    assert read("the city", "Kunduz") == ("Kunduz", "city", False)
    assert read("the airport", "Kunduz") == ("Kunduz", "airport", True)
    assert read("it", "Kunduz airport") == ("Kunduz", "airport", False)
    assert read("the city", "the airport of Kunduz") == ("Kunduz", "city", False)
    assert read("the airport", "the citadel of Herat") == ("", "airport", False)
    assert read("the facility", "the citadel of Herat") == ("Herat", "citadel", True)
