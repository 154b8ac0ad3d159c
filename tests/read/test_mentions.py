"""Which names a text holds, and on which day they mean whom."""

from __future__ import annotations

import itertools
from datetime import date

import pytest

from heldby.model.theatre import Lexicon
from heldby.read.mentions import Mention, MentionFinder, MentionKind
from heldby.read.words import Words
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return load_theatre("afghanistan-2021").lexicon


@pytest.fixture(scope="module")
def finder(lexicon: Lexicon) -> MentionFinder:
    return MentionFinder(lexicon, Words.of(load_rulebook()))


def named(found: tuple[Mention, ...], kind: MentionKind) -> list[str]:
    return [m.text for m in found if m.kind is kind]


def test_the_longest_name_wins_and_names_do_not_overlap(finder: MentionFinder) -> None:
    found = finder.find("Afghan security forces entered Spin Boldak.", date(2021, 7, 1))
    assert named(found, MentionKind.ACTOR) == ["Afghan security forces"]
    assert named(found, MentionKind.PLACE) == ["Spin Boldak"]
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


def test_a_name_means_whom_it_meant_on_the_day(finder: MentionFinder) -> None:
    text = "Afghan security forces hold Herat."
    before, after = finder.find(text, date(2021, 7, 1)), finder.find(text, date(2021, 9, 1))
    assert (before[0].actor, after[0].actor) == ("afghan_government", "taliban")


def test_an_adjective_names_a_party_only_before_a_noun_for_armed_people_or_an_office(finder: MentionFinder) -> None:
    day = date(2021, 7, 1)
    assert [m.actor for m in finder.find("Pakistani troops left.", day)] == ["pakistan"]
    assert named(finder.find("Pakistani mangoes were sold.", day), MentionKind.ACTOR) == []


def test_capitals_count_where_the_name_has_them(finder: MentionFinder) -> None:
    day = date(2021, 7, 1)
    assert named(finder.find("The ANA left.", day), MentionKind.ACTOR) == ["ANA"]
    assert named(finder.find("Ana left.", day), MentionKind.ACTOR) == []


def test_words_in_brackets_belong_to_the_name(finder: MentionFinder) -> None:
    (place,) = finder.find("The road to [Spin] Boldak is closed.", date(2021, 7, 1))
    assert place.text == "[Spin] Boldak"


def test_a_preposition_that_opens_a_sentence_is_no_name(finder: MentionFinder) -> None:
    assert named(finder.find("In Sar-e Pol, shops were shut.", date(2021, 7, 1)), MentionKind.PLACE) == ["Sar-e Pol"]
