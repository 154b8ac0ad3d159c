"""What has no unit keeps its claim, says why, and is never guessed."""

from __future__ import annotations

from dataclasses import replace

from locate_scene import AFGHANISTAN, WORLD, located, locator, places, scene, units

from heldby.model.place import PlaceKind
from heldby.model.report import GapKind


def test_every_place_has_a_unit_or_a_gap_and_no_claim_is_lost() -> None:
    marked = "They took <Sangin>, <Xyzabad>, <Idlib>, <Arghandab>, <the border> and <Kunduz airport>, and <three districts>."
    report, reading = scene(marked)
    found = locator(AFGHANISTAN).locate(reading, report)
    assert len(found.claims) == len(reading.claims)
    without = {(c.id, p.start) for c in found.claims for p in c.places if p.unit_id is None}
    assert {(g.claim_id, g.start) for g in found.gaps} == without
    assert len(without) == 5
    assert all(g.cause and g.subject == report.text[g.start : g.end] and g.report_id == report.id for g in found.gaps)


def test_an_unknown_name_is_a_gap_with_the_words() -> None:
    reading = located("They took <Xyzabad>.")
    assert [(g.kind, g.subject) for g in reading.gaps] == [(GapKind.UNPLACED, "Xyzabad")]
    assert reading.claims[0].places[0].canonical == "Xyzabad"


def test_a_place_of_another_country_is_told_and_is_no_unit_of_the_theatre() -> None:
    reading = located("Rebels took <Idlib> in Syria.")
    (place,) = reading.claims[0].places
    assert (place.unit_id, place.canonical, place.country) == (None, "Idlib", "SY")
    assert place.candidates[0].unit_id.startswith(("gn:", "world:", "iso:"))
    assert [g.kind for g in reading.gaps] == [GapKind.OUTSIDE_THEATRE]


def test_unnamed_sets_are_gaps_of_their_own_cause_and_keep_their_area() -> None:
    report, reading = scene("They took <three districts in Baghlan province>.")
    claim = reading.claims[0]
    reading = replace(reading, claims=(replace(claim, places=(replace(claim.places[0], unnamed=True),)),))
    found = locator(AFGHANISTAN).locate(reading, report)
    (place,) = found.claims[0].places
    assert (place.unit_id, place.canonical, place.kind, place.admin1) == (None, None, PlaceKind.DISTRICT, "Baghlan")
    assert [(g.kind, g.cause) for g in found.gaps] == [(GapKind.UNPLACED, "unnamed")]
    assert units("They took <all the districts of Nangarhar province>.") == [None]


def test_a_misspelling_is_placed_inside_the_area_given_and_says_so() -> None:
    (place,) = places("They took <Spin Bolldak> in Kandahar province.")
    assert place.unit_id == "af:kandahar:spin-boldak"
    assert place.why[0].startswith("Spin Bolldak is spelled like Spin Boldak")
    assert units("They took <Spin Bolldak> in Badakhshan province.") == [None]


def test_no_spelling_is_guessed_over_the_whole_world() -> None:
    assert units("They took <Kandaharrr>.", WORLD) == [None]


def test_a_noun_that_no_bearer_of_the_name_answers_is_not_overruled() -> None:
    (place,) = places("They took <Helmand district>.")
    assert place.unit_id is None
    assert "only a province" in place.why[0]


def test_locating_twice_gives_the_same_and_reasons_are_given() -> None:
    marked = "KABUL - They took <Sangin>, <Arghandab> and <the airport> of Herat."
    assert located(marked) == located(marked)
    for place in places(marked):
        assert place.why
        assert all(0.0 <= c.score <= 1.0 for c in place.candidates)
        assert len(place.candidates) <= 3
        assert list(place.candidates[1:]) == sorted(place.candidates[1:], key=lambda c: -c.score)


def test_a_reading_without_claims_is_returned_as_it_is() -> None:
    report, reading = scene("Nothing happened in Herat.")
    assert locator(AFGHANISTAN).locate(reading, report) is reading
