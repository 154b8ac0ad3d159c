"""The built-in theatres hold what they say: sizes of rosters, sound joins and links, points inside their country, names to label a map with."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from small_theatre import built_in

from heldby.errors import Faults, HeldbyError
from heldby.model.place import LinkKind, PlaceKind, Scope
from heldby.theatres import BUILT_IN
from heldby.theatres.gazetteer_world import open_world_gazetteer
from heldby.theatres.index import UNCOUNTED, Index, load_index, write_index

WORLD = BUILT_IN / "world"
SMALL = ("capitals.csv", "countries.csv", "divisions.csv", "places.csv", "spotting.toml")


def test_the_rosters_have_the_sizes_their_names_claim() -> None:
    afghanistan = built_in("afghanistan-2021")
    assert {r.id: len(r.unit_ids) for r in afghanistan.rosters} == {str(n): n for n in (398, 399, 407, 421, 422)}
    assert afghanistan.default_roster == "407"
    for roster in afghanistan.rosters:
        assert roster.source
        assert len(set(roster.unit_ids)) == len(roster.unit_ids)
        assert all((u := afghanistan.unit(i)) and u.kind is PlaceKind.DISTRICT for i in roster.unit_ids)


def test_the_crosswalk_accounts_for_every_unit_that_two_sets_do_not_share() -> None:
    afghanistan = built_in("afghanistan-2021")
    members = {r.id: set(r.unit_ids) for r in afghanistan.rosters}
    told = {(c.from_set, c.to_set, c.from_unit) for c in afghanistan.crosswalk}
    for row in afghanistan.crosswalk:
        assert row.from_unit in members[row.from_set]
        assert row.to_unit in members[row.to_set]
    for one, mine in members.items():
        for other, theirs in members.items():
            assert all((one, other, unit) in told for unit in mine - theirs), (one, other)


def test_every_district_has_a_centre_or_is_the_capitals() -> None:
    afghanistan = built_in("afghanistan-2021")
    centred = {u.parent for u in afghanistan.units if u.scope is Scope.CENTRE or u.kind is PlaceKind.CITY}
    districts = {u.id for u in afghanistan.units if u.kind is PlaceKind.DISTRICT}
    assert districts <= centred
    assert len(districts) == 422
    assert sum(u.kind is PlaceKind.PROVINCE for u in afghanistan.units) == 34
    assert len({u.capital_of for u in afghanistan.units if u.capital_of}) == 34


def test_there_are_enough_crossings_and_roads() -> None:
    afghanistan = built_in("afghanistan-2021")
    kinds = [u.kind for u in afghanistan.units]
    assert kinds.count(PlaceKind.CROSSING) >= 14
    assert kinds.count(PlaceKind.ROAD) >= 10
    assert sum(len(u.names) for u in afghanistan.units) >= 1000


def test_links_join_what_their_kind_says() -> None:
    afghanistan = built_in("afghanistan-2021")
    for link in afghanistan.links:
        one, other = afghanistan.unit(link.unit_id), afghanistan.unit(link.linked_id)
        assert one is not None
        assert other is not None
        if link.kind is LinkKind.CENTRE_OF:
            assert one.parent == other.id
            assert other.kind is PlaceKind.DISTRICT
        if link.kind is LinkKind.CAPITAL_OF:
            assert other.id in (one.capital_of, one.parent)
        if link.kind is LinkKind.CROSSING_OF:
            assert PlaceKind.CROSSING in (one.kind, other.kind)
    assert not any(x.moves for x in afghanistan.links if x.kind is LinkKind.CROSSING_OF), (
        "a crossing's holder says nothing about its district"
    )


def test_provinces_capitals_and_crossings_have_names_in_the_countrys_languages() -> None:
    afghanistan = built_in("afghanistan-2021")
    for unit in afghanistan.units:
        if unit.kind in (PlaceKind.PROVINCE, PlaceKind.CITY, PlaceKind.CROSSING):
            own = [n.text for n in unit.names if n.lang in ("fa", "ps")]
            assert own, unit.id
            assert all("\u0600" <= text.strip()[0] <= "\u06ff" for text in own), unit.id


def test_units_lie_inside_the_box_of_the_outline() -> None:
    afghanistan = built_in("afghanistan-2021")
    lons = [x for ring in afghanistan.outline for x, _ in ring]
    lats = [y for ring in afghanistan.outline for _, y in ring]
    for unit in afghanistan.units:
        if unit.lat is not None and unit.lon is not None:
            assert min(lats) - 0.1 <= unit.lat <= max(lats) + 0.1, unit.id
            assert min(lons) - 0.1 <= unit.lon <= max(lons) + 0.1, unit.id


def test_the_worlds_lent_places_are_still_those_of_the_afghan_theatre() -> None:
    world = built_in("world")
    afghanistan = built_in("afghanistan-2021")
    gazetteer = world.lexicon.gazetteer
    for unit in afghanistan.units:
        if unit.kind in (PlaceKind.DISTRICT, PlaceKind.CROSSING, PlaceKind.ROAD):
            lent = gazetteer.unit(unit.id)
            assert lent is not None, unit.id
            assert (lent.lat, lent.lon, lent.kind) == (unit.lat, unit.lon, unit.kind)
            assert {n.text for n in unit.names if n.lang == "en"} <= {n.text for n in lent.names}


@pytest.mark.parametrize(
    ("name", "kind", "country", "area"),
    [
        ("Kherson Oblast", PlaceKind.PROVINCE, "UA", "iso:UA"),
        ("Snake Island", PlaceKind.REGION, "UA", "iso:UA-51"),
        ("Stepanakert", PlaceKind.TOWN, "AZ", "iso:AZ"),
        ("Golan Heights", PlaceKind.REGION, "SY", "iso:SY"),
        ("Rafah Border Crossing", PlaceKind.CROSSING, "PS", "iso:PS"),
        ("Spin Boldak crossing", PlaceKind.CROSSING, "AF", "iso:AF-KAN"),
        ("Mosul Dam", PlaceKind.BASE, "IQ", "iso:IQ-NI"),
        ("M5 highway", PlaceKind.ROAD, "SY", "iso:SY"),
        ("Yemen", PlaceKind.COUNTRY, "YE", ""),
    ],
)
def test_the_world_knows_places_of_every_kind(name: str, kind: PlaceKind, country: str, area: str) -> None:
    world = built_in("world")
    gazetteer = world.lexicon.gazetteer
    units = [u for i in gazetteer.lookup(name) if (u := gazetteer.unit(i)) and u.country == country]
    assert any(u.kind is kind or {u.kind, kind} <= {PlaceKind.TOWN, PlaceKind.CITY} for u in units), units
    assert not area or any(area in gazetteer.areas(u.id) for u in units)


def test_every_place_of_the_worlds_tables_lies_where_its_areas_say() -> None:
    world = built_in("world")
    gazetteer = world.lexicon.gazetteer
    for path in sorted(WORLD.glob("places*.csv")):
        with path.open(encoding="utf-8", newline="") as f:
            for row in csv.DictReader(f):
                unit = gazetteer.unit(row["unit_id"])
                assert unit is not None
                assert gazetteer.areas(unit.id)[-1] == f"iso:{unit.country}", unit
                assert unit.id in gazetteer.lookup(unit.name), unit


def test_capitals_lie_in_what_they_are_capital_of() -> None:
    gazetteer = open_world_gazetteer()
    with (WORLD / "capitals.csv").open(encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    assert len({r["area_id"] for r in rows}) == len(rows)
    for row in rows:
        unit = gazetteer.unit(row["unit_id"])
        assert unit is not None, row
        outside = {"iso:UA-32", "iso:UA-30", "iso:ET-OR"}  # an oblast and a region governed from a city that is a division of its own
        assert row["area_id"] in gazetteer.areas(unit.id) or row["area_id"] in outside, row
        assert unit.capital_of
    assert gazetteer.seat("iso:AF-BDG") == "gn:1129867"
    assert gazetteer.seat("af:kandahar:arghandab") is None


@pytest.mark.parametrize(
    ("area", "name"), [("iso:UA-21", "Uzhhorod"), ("iso:SD-DN", "El Fasher"), ("iso:SD", "Khartoum"), ("iso:CD-NK", "Goma")]
)
def test_the_capital_is_not_just_the_largest_town(area: str, name: str) -> None:
    gazetteer = open_world_gazetteer()
    seat = gazetteer.unit(gazetteer.seat(area) or "")
    assert seat is not None
    assert seat.name == name


def test_loading_the_world_reads_no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    from heldby.theatres import gazetteer_world, load_theatre

    def refuse(path: Path) -> None:
        raise AssertionError(f"{path.name} was read")

    monkeypatch.setattr(gazetteer_world, "load_index", refuse)
    assert load_theatre("world").id == "world"


def test_an_index_reads_back_as_written_and_says_when_it_is_none(tmp_path: Path) -> None:
    columns = {
        "ids": [7, 9],
        "lat": [4512, -310],
        "lon": [-1200, 3333],
        "country": [0, 1],
        "division": [0, 1],
        "population": [0, UNCOUNTED],
    }
    names = {"ends": [1, 3], "bearers": [0, 0, 1], "spotted": [1, 0]}
    arrays = {key: np.array(values) for key, values in (columns | names).items()}
    index = Index("the test", ("AA", "BB"), ("AA.01", "BB.02"), ("Øne", "Two"), ("one", "two"), **arrays)
    write_index(tmp_path / "small.bin", index)
    again = load_index(tmp_path / "small.bin")
    assert (again.names, again.keys, again.countries, again.divisions) == (index.names, index.keys, index.countries, index.divisions)
    assert {key: getattr(again, key).tolist() for key in arrays} == columns | names
    first = (tmp_path / "small.bin").read_bytes()
    write_index(tmp_path / "small.bin", again)
    assert (tmp_path / "small.bin").read_bytes() == first
    (tmp_path / "broken.bin").write_bytes(b"not an index")
    with pytest.raises(HeldbyError, match="make world-index"):
        load_index(tmp_path / "broken.bin")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("here,town,,Here,,iso:UA,UA,48.00,37.00,", "unit id 'here'"),
        ("world:ua:here,hamlet,,Here,,iso:UA,UA,48.00,37.00,", "kind 'hamlet'"),
        ("world:ua:here,town,,Here,,iso:UA,UA,48,37.00,", "lat, lon '48'"),
        ("world:ua:here,town,,Here,,iso:UA-99,UA,48.00,37.00,", "parent 'iso:UA-99'"),
        ("world:ua:here,town,,Here,,world:ua:here,UA,48.00,37.00,", "is its own parent"),
        ("world:ua:here,town,,,,iso:UA,UA,48.00,37.00,", "name is empty"),
        ("world:ua:here,town,,Here,,iso:UA,,48.00,37.00,", "country ''"),
        ("gn:1,,,Nowhere,,,,,,", "kind ''"),
    ],
)
def test_a_fault_in_the_worlds_tables_is_named(tmp_path: Path, row: str, said: str) -> None:
    for name in SMALL:
        (tmp_path / name).write_bytes((WORLD / name).read_bytes())
    (tmp_path / "places.bin").symlink_to(WORLD / "places.bin")
    (tmp_path / "places.csv").write_text(f"unit_id,kind,scope,name,names,parent,country,lat,lon,note\n{row}\n", encoding="utf-8")
    with pytest.raises(Faults) as caught:
        open_world_gazetteer(tmp_path).unit("iso:UA")
    assert any(str(f).startswith("places.csv, line 2") and said in str(f) for f in caught.value.faults), str(caught.value)
