"""Actors, outlets and interests: dated names, what states are called at home, and whose voice an outlet is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from small_theatre import built_in, small

from heldby.model.theatre import Theatre
from heldby.model.who import Actor, VoiceKind
from heldby.theatres import load_theatre

GOLD_IDS = """afghan_government al_shabaab anti_taliban_militia armenia_artsakh azerbaijan azawad_rebels biff bla boko_haram burkina_government
car_government car_rebels dpr_lpr drc_government eritrea ethiopia_government fano haiti_gangs haiti_government houthi hts insurgents
iraq_government isis israel jnim krg libya_gna libya_lna m23 mali_government mozambique_government myanmar_eao myanmar_junta myanmar_pdf
nigeria_government nrf pakistan philippines_government rsf russia saf saudi_coalition sdf sna somalia_government stc syria_government
syria_opposition taliban tigray turkey ukraine unknown us_coalition yemen_government"""


def bearers(theatre: Theatre, text: str, on: date, country: str = "") -> set[str]:
    """Who may be meant by a name on a day, where the place lies in `country`."""
    return {
        a.id
        for a in theatre.lexicon.actors
        for n in a.names
        if n.text == text and (n.since or date.min) <= on <= (n.until or date.max) and (not n.countries or country in n.countries)
    }


def test_the_world_knows_every_actor_of_the_annotation_guide_and_many_more() -> None:
    world = built_in("world")
    ids = [a.id for a in world.lexicon.actors]
    assert set(GOLD_IDS.split()) <= set(ids)
    assert len(ids) >= 150
    assert len(set(ids)) == len(ids)
    assert len(world.lexicon.outlets) >= 120


def test_no_two_actors_bear_one_plain_name_without_a_country_between_them() -> None:
    world = built_in("world")
    plain: dict[str, list[Actor]] = {}
    for actor in world.lexicon.actors:
        for name in actor.names:
            if not name.generic and not name.adjective and name.since is None and name.until is None:
                plain.setdefault(name.text, []).append(actor)
    shared = {text: {a.id for a in actors} for text, actors in plain.items() if len({a.id for a in actors}) > 1}
    for text, ids in shared.items():
        homes = [set(a.countries) for a in world.lexicon.actors if a.id in ids]
        assert len({frozenset(h) for h in homes}) == len(homes), f"{text}: {sorted(ids)}"


@pytest.mark.parametrize("theatre_id", ["world", "afghanistan-2021"])
def test_the_afghan_states_name_means_who_governed_on_the_day(theatre_id: str) -> None:
    theatre = load_theatre(theatre_id)
    assert bearers(theatre, "Afghan forces", date(2021, 8, 15)) == {"afghan_government"}
    assert bearers(theatre, "Afghan forces", date(2021, 8, 16)) == {"taliban"}
    assert bearers(theatre, "Taliban", date(2021, 8, 15)) >= {"taliban"}


def test_the_army_is_the_state_whose_country_the_place_lies_in() -> None:
    world = built_in("world")
    day = date(2024, 1, 1)
    assert bearers(world, "army", day, "UA") == {"ukraine"}
    assert bearers(world, "army", day, "SD") == {"saf"}
    assert bearers(world, "army", day, "AF") == {"taliban"}
    assert bearers(world, "army", date(2021, 7, 1), "AF") == {"afghan_government"}


def test_generic_names_follow_the_country_of_the_place() -> None:
    world = built_in("world")
    day = date(2024, 1, 1)
    assert bearers(world, "rebels", day, "CD") == {"m23"}
    assert bearers(world, "rebels", day, "YE") == {"houthi"}
    assert bearers(world, "separatists", day, "UA") == {"dpr_lpr"}
    assert bearers(world, "gangs", day, "HT") == {"haiti_gangs"}
    assert "taliban" not in bearers(world, "militants", day, "SO")


def test_a_states_words_hold_only_while_it_is_in_office(tmp_path: Path) -> None:
    theatre = small(tmp_path)
    blue = next(a for a in theatre.lexicon.actors if a.id == "blue")
    army = next(n for n in blue.names if n.text == "army")
    assert (army.generic, army.adjective, army.until, army.countries) == (True, False, date(2021, 8, 15), ("AF",))
    government = next(n for n in blue.names if n.text == "government")
    assert government.generic
    assert government.adjective
    red = next(a for a in theatre.lexicon.actors if a.id == "red")
    assert not any(n.generic for n in red.names)


def test_outlets_speak_for_the_side_that_owns_them() -> None:
    world = built_in("world")
    sides = {name: found.side for name in ("AFP", "SANA", "Amaq", "Wikipedia", "Kremlin") if (found := world.lexicon.outlet(name))}
    assert sides == {"AFP": "independent", "SANA": "syria_government", "Amaq": "isis", "Wikipedia": "independent", "Kremlin": "russia"}
    agency = world.lexicon.outlet("agence france-presse")
    assert agency is not None
    assert agency.kind is VoiceKind.AGENCY


def test_an_outlet_is_found_without_the_department_in_brackets() -> None:
    world = built_in("world")
    found = world.lexicon.outlet("Reuters (Africa desk)")
    assert found is not None
    assert found.id == "reuters"
    assert world.lexicon.outlet("The Unheard-of Gazette (Africa desk)") is None


def test_a_theatres_own_people_stand_before_the_lent_ones() -> None:
    afghanistan = built_in("afghanistan-2021")
    own = [a for a in afghanistan.lexicon.actors if a.id == "taliban"]
    assert len(own) == 1
    assert own[0].countries == ()
    assert any(a.id == "russia" for a in afghanistan.lexicon.actors)
    assert any(a.id == "m23" for a in afghanistan.lexicon.actors)
    lent = next(a for a in afghanistan.lexicon.actors if a.id == "ttp")
    assert not any(n.text.casefold() == "militants" for n in lent.names)


def test_every_interest_has_a_reason_and_names_known_parties() -> None:
    world = built_in("world")
    ids = {a.id for a in world.lexicon.actors}
    assert world.lexicon.interests
    for interest in world.lexicon.interests:
        assert interest.reason
        assert interest.side in ids
        assert interest.actor in ids


def test_a_letter_that_a_person_set_is_kept_with_the_outlet(tmp_path: Path) -> None:
    outlets = '[[outlet]]\nid = "wire"\nname = "Valley Wire"\nkind = "agency"\nreliability = "B"\n'
    theatre = small(tmp_path, outlets_toml=outlets)
    assert [o.reliability for o in theatre.lexicon.outlets] == ["B"]
