"""`heldby theatre new`: a list of places becomes a theatre that loads, and a bad list is told row by row."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from heldby.errors import Faults, UsageError
from heldby.model.place import PlaceKind
from heldby.model.theatre import Theatre
from heldby.theatres import BUILT_IN, WORLD, load_theatre
from heldby.theatres.scaffold import Plan, new_theatre, side_of
from heldby.theatres.surround import surround

PLACES = """name,lat,lon,kind,parent,names,population,capital_of
Alvik,60.123,10.2,city,North Vale,Alwick;Алвік,52000,North Vale
Berga,60.2,10.4,,North Vale,,,
Berga,59.9,10.3,village,South Vale,,310,
Old Bridge,59.95,10.35,crossing,South Vale,,,
Coast road,,,road,South Vale,,,

"""
PLAN = Plan("NO", (("north", "Northern Army"), ("russia", "Russia")), "The vale", date(2026, 1, 1), "+01:00")


def made(folder: Path, places: str = PLACES, plan: Plan = PLAN) -> Theatre:
    (folder / "places.csv").write_text(places, encoding="utf-8")
    new_theatre(folder / "own" / "vale", folder / "places.csv", plan, BUILT_IN / WORLD)
    return load_theatre("vale", folder / "own")


def test_a_list_of_places_becomes_a_theatre(tmp_path: Path) -> None:
    theatre = made(tmp_path)
    assert (theatre.name, theatre.since, theatre.default_roster) == ("The vale", date(2026, 1, 1), "places")
    assert [u.id for u in theatre.units] == [
        "iso:NO", "no:north-vale", "no:south-vale", "no:north-vale:alvik", "no:north-vale:berga", "no:south-vale:berga", "no:south-vale:old-bridge",
        "no:south-vale:coast-road",
    ]  # fmt: skip
    roster = theatre.roster("places")
    assert roster is not None
    assert (len(roster.unit_ids), roster.unit_noun) == (4, "places")  # a road is no place to count
    alvik, area = theatre.unit("no:north-vale:alvik"), theatre.unit("no:north-vale")
    assert alvik is not None
    assert area is not None
    assert (alvik.lat, alvik.lon, alvik.population, alvik.capital_of) == (60.12, 10.2, 52000, "no:north-vale")
    assert {(n.text, n.lang) for n in alvik.names} == {("Alvik", "en"), ("Alwick", "en"), ("Алвік", "uk")}
    assert (area.lat, area.lon) == (60.16, 10.3)  # the middle of its places
    assert theatre.unit("iso:NO") == next(u for u in theatre.units if u.kind is PlaceKind.COUNTRY)
    assert next(u for u in theatre.units if u.kind is PlaceKind.COUNTRY).name == "Norway"


def test_its_names_are_found_and_homonyms_stay_two(tmp_path: Path) -> None:
    gazetteer = made(tmp_path).lexicon.gazetteer
    assert gazetteer.lookup("Alwick") == ("no:north-vale:alvik",)
    assert set(gazetteer.lookup("Berga")) == {"no:north-vale:berga", "no:south-vale:berga"}
    assert gazetteer.seat("no:north-vale") == "no:north-vale:alvik"


def test_an_actor_of_the_world_brings_his_names(tmp_path: Path) -> None:
    theatre = made(tmp_path)
    actors = {a.id: a for a in theatre.lexicon.actors}
    assert [s.id for s in theatre.sides] == ["north", "russia", "independent"]
    assert "Russian Federation" in {n.text for n in actors["russia"].names}
    assert {n.text for n in actors["north"].names} == {"Northern Army"}


def test_its_land_is_drawn_around_its_places(tmp_path: Path) -> None:
    theatre = made(tmp_path)
    assert theatre.outline_credit == "drawn around the places listed, no border"
    (ring,) = theatre.outline
    assert ring[0] == ring[-1]
    assert min(x for x, _ in ring) < 10.2
    assert max(x for x, _ in ring) > 10.4
    assert [u.id for u in theatre.counted()] == [
        "no:north-vale:alvik", "no:north-vale:berga", "no:south-vale:berga", "no:south-vale:old-bridge"
    ]  # fmt: skip
    assert surround([(0.0, 0.0), (1.0, 1.0)]) == ()


def test_every_fault_of_the_list_is_told_at_once(tmp_path: Path) -> None:
    bad = "name,lat,lon,kind,id,population,capital_of\nA,91,1,,,,\n,1,1,,,,\nB,1,x,hamlet,,,\nC,1,1,,no good,many,\n"
    with pytest.raises(Faults) as caught:
        made(tmp_path, bad)
    told = [str(f) for f in caught.value.faults]
    wanted = ("line 2: lat '91'", "line 3: name is empty", "line 4: kind 'hamlet'", "lon 'x'", "line 5: id 'no good'", "population 'many'")
    assert all(any(w in t for t in told) for w in wanted), told
    assert not (tmp_path / "own").exists()


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ("name,lat\nA,1\n", "has no column lon"),
        ("name,lat,lon,colour\nA,1,1,red\n", "unknown column 'colour'; known: name, lat, lon, id"),
        ("name,lat,lon\n", "lists no place"),
        ("name,lat,lon,capital_of\nA,1,1,Nowhere\n", "capital_of 'Nowhere' is no area of this list"),
        ("name,lat,lon,parent\nA,1,1,P\nB,1,1,P\nA,1.01,1,P\n", "line 4: A is listed at line 2 already"),
        ("name,lat,lon,id\nA,1,1,no:a\nB,1,1,no:a\n", "ids given twice: no:a"),
    ],
)
def test_a_list_that_cannot_be_used_says_why(tmp_path: Path, places: str, said: str) -> None:
    with pytest.raises(Faults) as caught:
        made(tmp_path, places)
    assert said in "\n".join(map(str, caught.value.faults))


def test_homonyms_in_one_area_lie_apart_or_are_of_another_kind(tmp_path: Path) -> None:
    theatre = made(tmp_path, "name,lat,lon,kind,parent\nA,1,1,,P\nA,1.2,1,,P\nA,1,1,crossing,P\nA,1,1,,Q\n")
    assert len(theatre.lexicon.gazetteer.lookup("A")) == 4


def test_a_side_takes_the_names_of_the_one_actor_who_bears_its_name(tmp_path: Path) -> None:
    (tmp_path / "places.csv").write_text("name,lat,lon\nMekelle,13.5,39.5\n", encoding="utf-8")
    plan = Plan("ET", (("endf", "Federal forces"), ("north", "Tigray forces"), ("hills", "Men of the hills")))
    told = new_theatre(tmp_path / "own" / "war", tmp_path / "places.csv", plan, BUILT_IN / WORLD)
    assert [(side, actor.id) for side, actor in told.taken] == [("endf", "ethiopia_government"), ("north", "tigray")]
    assert told.unheard == ("hills",)
    assert {"fano", "ola"} <= {a.id for a in told.others}
    assert not {"tigray", "ethiopia_government", "mali_government"} & {a.id for a in told.others}
    theatre = load_theatre("war", tmp_path / "own")
    assert (theatre.side_of("tigray"), theatre.side_of("north"), theatre.side_of("fano")) == ("north", "north", "fano")
    assert any(n.text == "TPLF" for a in theatre.lexicon.actors if a.id == "tigray" for n in a.names)


def test_a_plan_that_cannot_be_is_refused(tmp_path: Path) -> None:
    for plan, said in (
        (Plan("NOR", PLAN.sides), "'NOR' is not an ISO 3166"),
        (Plan("Norway", PLAN.sides), "'Norway' is not an ISO 3166 alpha-2 code such as UA; Norway is NO"),
        (Plan("NO", PLAN.sides[:1]), "two sides at least"),
        (Plan("NO", (*PLAN.sides, ("unknown", "Unknown"))), "'unknown' is kept"),
        (Plan("NO", PLAN.sides, utc_offset="CET"), "'CET' is not an offset"),
    ):
        with pytest.raises(UsageError, match=said):
            made(tmp_path, plan=plan)
    with pytest.raises(UsageError, match="north=Northern Army"):
        side_of("Northern Army")
    made(tmp_path)
    with pytest.raises(UsageError, match="not empty"):
        made(tmp_path)


def test_a_spreadsheet_may_part_its_cells_by_semicolons(tmp_path: Path) -> None:
    theatre = made(tmp_path, 'name;lat;lon;names\nAlvik;60.1;10.2;"Alwick;Alvig"\n')
    assert theatre.lexicon.gazetteer.lookup("Alvig") == theatre.lexicon.gazetteer.lookup("Alvik")
