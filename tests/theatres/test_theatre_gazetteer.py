"""Names lead to units: exactly, in running text, by likeness within an area; homonyms give every bearer, and order never depends on chance."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_theatre import built_in, small, write_theatre

from heldby.model.place import PlaceKind, Scope
from heldby.model.theatre import Gazetteer
from heldby.theatres import load_theatre
from heldby.theatres.spelling import alike, arabic_key, bare, fold, skeleton


def found(gazetteer: Gazetteer, text: str) -> list[str]:
    hits = gazetteer.find(text)
    assert all(text[h.start : h.end] == h.name for h in hits)
    return [h.name for h in hits]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Deir ez-Zor", "Deir Ezzor"),
        ("Pul-e Khumri", "PUL E KHUMRI"),
        ("Ménaka", "Menaka"),
        ("Sana'a", "Sanaa"),
        ("Ma’rib", "Ma'rib"),
        ("Kobanî", "Kobani"),
        ("Şuşa", "Susa"),
    ],
)
def test_folding_meets_where_only_marks_differ(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_folding_keeps_different_names_apart() -> None:
    assert fold("Herat") != fold("Harat")
    assert fold("کابل")


def test_the_article_and_the_skeleton() -> None:
    assert bare("al-Bab") == "Bab"
    assert bare("Alma") == "Alma"
    assert skeleton(fold("Qunduz")) == skeleton(fold("Kondoz"))


def test_romanisations_of_one_arabic_name_meet_and_others_do_not() -> None:
    for one, other in (
        ("Jub al-Jarrah", "Jubb al Jarrāḩ"),
        ("Qomhana", "Qumhanah"),
        ("Tell Ghazal", "Tall Ghazāl"),
        ("Abou Khachab", "Abu Khashab"),
    ):
        assert arabic_key(one) == arabic_key(other)
    assert arabic_key("Saida") != arabic_key("Sidi")
    assert arabic_key("Hama") != arabic_key("Homs")
    assert arabic_key("T4 base") == ""


def test_a_place_is_found_under_another_romanisation() -> None:
    gazetteer = built_in("world").lexicon.gazetteer
    assert {u.name for i in gazetteer.lookup("Tell Shaghib") if (u := gazetteer.unit(i))} == {"Tall Shaghib"}
    assert gazetteer.lookup("Nowherebad al-Nothing") == ()


def test_likeness_ranks_and_breaks_ties_by_id() -> None:
    ranked = alike("Nirkh", [("b", "Nerkh"), ("a", "Nerkh"), ("c", "Narang")])
    assert [c.unit_id for c in ranked][:2] == ["a", "b"]
    assert ranked[0].reasons[0].startswith("spelled like Nerkh")
    assert alike("Abc", [("a", "Abc")]) == ()


def test_a_small_theatre_answers_by_name_noun_and_centre(tmp_path: Path) -> None:
    gazetteer = small(tmp_path).lexicon.gazetteer
    assert gazetteer.lookup("east bank") == ("af:one:east", "af:one:east:centre")
    assert gazetteer.lookup("East Bank district") == ("af:one:east",)
    assert gazetteer.lookup("centre of Sharqi district") == ("af:one:east:centre",)
    assert gazetteer.lookup("One centre") == ("af:one:city",)
    assert gazetteer.lookup("North Bank") == ()
    assert gazetteer.areas("af:one:east:centre") == ("af:one:east", "af:one", "iso:AF")
    assert gazetteer.unit("af:nine") is None


def test_a_guarded_name_counts_only_beside_its_noun(tmp_path: Path) -> None:
    gazetteer = small(tmp_path).lexicon.gazetteer
    assert found(gazetteer, "Field hospitals opened.") == []
    assert found(gazetteer, "They took Field district at dawn.") == ["Field"]


def test_further_areas_stand_before_the_country(tmp_path: Path) -> None:
    gazetteer = load_theatre(
        "valley", write_theatre(tmp_path, areas_csv="unit_id,area_id,note\naf:one:city,af:one:east,reports say so\n")
    ).lexicon.gazetteer
    assert gazetteer.areas("af:one:city") == ("af:one:west", "af:one", "af:one:east", "iso:AF")


def test_names_in_text_are_whole_words_longest_first_without_possessives() -> None:
    world = built_in("world")
    gazetteer = world.lexicon.gazetteer
    assert found(gazetteer, "Kherson's bridges and Deir ez-Zor’s airport were hit near Nova Kakhovka.") == [
        "Kherson",
        "Deir ez-Zor",
        "Nova Kakhovka",
    ]
    assert found(gazetteer, "Khersonians and kherson") == []
    assert found(gazetteer, "in Mocímboa da Praia, Ségou and Maarrat al-Numan") == ["Mocímboa da Praia", "Ségou", "Maarrat al-Numan"]
    assert found(gazetteer, "In Sar-e Pol and In Kherson") == ["Sar-e Pol", "Kherson"]
    assert found(gazetteer, "They hold Islam Qala, Du Ab and Jabal Murad") == ["Islam Qala", "Du Ab", "Jabal Murad"]
    assert found(gazetteer, "from South Kivu, North Kordofan and South Sudan") == ["South Kivu", "North Kordofan", "South Sudan"]
    assert found(gazetteer, "The Al-Asad Airbase and Antonov Airport") == ["Al-Asad Airbase", "Antonov Airport"]


def test_words_codes_adjectives_and_persons_are_no_places() -> None:
    world = built_in("world")
    gazetteer = world.lexicon.gazetteer
    for text in (
        "For days the Army said As I told you, Most of them left.",
        "The UN and UPI reported; HIV tests and NATO aid.",
        "Iraqi and Somali officers met German aides.",
        "President Hassan Ahmadi and General Ali Mansour spoke.",
        "On Monday in March, You'd say I'd go.",
    ):
        assert found(gazetteer, text) == [], text
    assert found(gazetteer, "Ann said so") == []
    assert found(gazetteer, "in the town of Ann") == ["Ann"]


def test_a_noun_behind_a_name_keeps_to_its_kind() -> None:
    world = built_in("world")
    gazetteer = world.lexicon.gazetteer
    for name, kind in (("Jaghuri district", PlaceKind.DISTRICT), ("Kharkov oblast", PlaceKind.PROVINCE), ("Kobane city", PlaceKind.CITY)):
        kinds = {u.kind for i in gazetteer.lookup(name) if (u := gazetteer.unit(i))}
        assert kind in kinds, name
        assert not kinds & ({PlaceKind.DISTRICT, PlaceKind.PROVINCE} - {kind}), name
    assert gazetteer.lookup("Nowhereville district") == ()


def test_a_homonym_gives_every_bearer_and_chooses_none() -> None:
    world = built_in("world")
    afghanistan = built_in("afghanistan-2021")
    tripolis = [world.unit(i) for i in world.lexicon.gazetteer.lookup("Tripoli")]
    assert {u.country for u in tripolis if u} >= {"LY", "LB", "GR"}
    districts = [u for i in afghanistan.lexicon.gazetteer.lookup("Khogyani") if (u := afghanistan.unit(i)) and u.kind is PlaceKind.DISTRICT]
    assert {u.parent for u in districts} == {"af:ghazni", "af:nangarhar"}


def test_answers_are_sorted() -> None:
    world = built_in("world")
    for name in ("Tripoli", "Kunduz", "Alexandria", "Sangin", "Novoselivka"):
        ids = world.lexicon.gazetteer.lookup(name)
        assert list(ids) == sorted(set(ids))
        assert ids


def test_alike_names_are_sought_inside_an_area_only() -> None:
    world = built_in("world")
    gazetteer = world.lexicon.gazetteer
    near = gazetteer.similar("Kupyanskk", ("iso:UA-63",))
    assert near
    assert (unit := gazetteer.unit(near[0].unit_id)) is not None
    assert unit.name == "Kupiansk"
    assert gazetteer.similar("Kupyanskk") == ()
    assert gazetteer.similar("Kupyanskk", ("iso:UA-65",)) == () or all(
        c.score < near[0].score for c in gazetteer.similar("Kupyanskk", ("iso:UA-65",))
    )


def test_a_theatre_laid_over_the_world_knows_both() -> None:
    afghanistan = built_in("afghanistan-2021")
    world = built_in("world")
    layered, base = afghanistan.lexicon.gazetteer, world.lexicon.gazetteer
    assert layered.lookup("Peshawar") == base.lookup("Peshawar")
    assert all(i.startswith("af:") for i in layered.lookup("Kunduz"))
    assert found(layered, "Fighters left Kunduz for Peshawar.") == ["Kunduz", "Peshawar"]
    assert layered.version.endswith(base.version)
    assert base.version.startswith("world-")


def test_the_centre_of_a_district_is_another_unit() -> None:
    world = built_in("world")
    afghanistan = built_in("afghanistan-2021")
    for gazetteer in (world.lexicon.gazetteer, afghanistan.lexicon.gazetteer):
        units = [u for i in gazetteer.lookup("Nerkh district centre") if (u := gazetteer.unit(i))]
        assert [u.scope for u in units] == [Scope.CENTRE]


@pytest.mark.parametrize("seed", ["0", "4242"])
def test_every_answer_is_the_same_under_any_hash_seed(seed: str) -> None:
    world = built_in("world")
    text = "Clashes in Kherson, Tripoli, Khan Yunis, Kunduz and Al-Bab; troops left San and Bor."
    code = (
        f"from heldby.theatres import load_theatre; g = load_theatre('world').lexicon.gazetteer; print(repr(g.find({text!r})), g.version)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
    )
    gazetteer = world.lexicon.gazetteer
    assert told.stdout.strip() == f"{gazetteer.find(text)!r} {gazetteer.version}"
