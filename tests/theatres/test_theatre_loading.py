"""A theatre's files are read strictly: every fault is named with its file and place, all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from small_theatre import FILES, faults_of, small, write_theatre

from heldby.errors import Faults, UsageError
from heldby.theatres import known_theatres, load_theatre, theatre_home


def edited(name: str, old: str, new: str) -> dict[str, str]:
    assert old in FILES[name]
    return {name.replace(".", "_"): FILES[name].replace(old, new)}


def test_a_sound_folder_becomes_a_theatre(tmp_path: Path) -> None:
    theatre = small(tmp_path)
    assert (theatre.id, theatre.since, theatre.until) == ("valley", date(2021, 5, 1), date(2021, 12, 31))
    assert theatre.utc_offset == timedelta(hours=4, minutes=30)
    assert theatre.notes == ("nearest-centre cells", "a note")
    roster = theatre.roster("all")
    assert roster is not None
    assert roster.unit_ids == ("af:one:east", "af:one:west")
    assert theatre.side_of("red") == "red"


def test_an_unknown_theatre_names_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        load_theatre("narnia")
    assert "afghanistan-2021" in str(caught.value)
    assert "world" in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        theatre_home("../theatres/world", tmp_path)


def test_own_theatres_are_known_and_go_before_built_in_ones(tmp_path: Path) -> None:
    own = write_theatre(tmp_path)
    assert known_theatres(own) == ("afghanistan-2021", "ukraine-2022", "valley", "world")
    assert known_theatres() == ("afghanistan-2021", "ukraine-2022", "world")
    (own / "world").mkdir()
    (own / "world" / "theatre.toml").write_text((own / "valley" / "theatre.toml").read_text().replace('"valley"', '"world"'))
    assert theatre_home("world", own) == own / "world"


CASES: list[tuple[str, str, str, str]] = [
    ("theatre.toml", 'id = "valley"', 'id = "hill"', "theatre.toml, id: is 'hill'"),
    ("theatre.toml", 'default_roster = "all"', 'default_roster = "none"', "theatre.toml, default_roster"),
    ("theatre.toml", "+04:30", "4.5", "theatre.toml, utc_offset"),
    ("theatre.toml", "to = 2021-12-31", "to = 2020-12-31", "theatre.toml, [period]: ends"),
    ("theatre.toml", 'extends = "none"', 'extends = "moon"', "theatre.toml, extends"),
    ("theatre.toml", 'cells_note = "n', 'cell_note = "n', "theatre.toml: unknown key 'cell_note'"),
    ("units.csv", "unit_id,kind", "id,kind", "units.csv, line 1: the header must be"),
    (
        "units.csv",
        "af:one:east,district,whole,East Bank,af:one",
        "af:one:east,hamlet,whole,East Bank,af:one",
        "units.csv, line 4: kind 'hamlet'",
    ),
    ("units.csv", "af:one:east,district,whole", "af:one:east,district,half", "units.csv, line 4: scope 'half'"),
    ("units.csv", "East Bank,af:one,AF", "East Bank,af:two,AF", "units.csv, line 4: parent 'af:two'"),
    ("units.csv", "34.10,66.20", "34.1,66.20", "units.csv, line 4: lat, lon '34.1'"),
    ("units.csv", "34.10,66.20", "94.10,66.20", "units.csv, line 4: lat, lon '94.10'"),
    ("units.csv", "West Bank,af:one,AF", "West Bank,af:one,Afghanistan", "units.csv, line 6: country 'Afghanistan'"),
    ("units.csv", "af:one:west,district", "af:one:east,district", "units.csv, line 6: unit_id 'af:one:east' stands already at line 4"),
    ("units.csv", "One,iso:AF,AF", "One,af:one:east,AF", "is its own ancestor"),
    ("units.csv", "34.05,65.90,af:one,", "34.05,65.90,af:one,,", "units.csv, line 7: 11 cells where the header has 10"),
    ("names.csv", "af:one:east,Sharqi", "af:nine,Sharqi", "names.csv, line 2: unit 'af:nine'"),
    ("names.csv", "Gharbi,translit", "Gharbi,latin", "names.csv, line 3: lang 'latin'"),
    ("names.csv", "af:one:west,Gharbi", "af:one:west, Gharbi", "names.csv, line 3: name ' Gharbi'"),
    ("rosters.csv", "af:one:west,West Bank,1", "af:one:west,West Bank,yes", "rosters.csv, line 3: all is 'yes'"),
    ("rosters.csv", "name,all", "name,some", "rosters.csv, line 1: sets some"),
    ("rosters.csv", "af:one:west,West Bank", "af:two,West Bank", "rosters.csv, line 3: unit_id 'af:two'"),
    ("crosswalk.csv", "note\n", "note\nall,East,af:one:east,all,af:one,same,\n", "crosswalk.csv, line 2: to_unit 'af:one' is no member"),
    ("links.csv", "centre-of,yes", "seat-of,yes", "links.csv, line 2: kind 'seat-of'"),
    ("links.csv", "centre-of,yes", "centre-of,maybe", "links.csv, line 2: moves is 'maybe'"),
    ("links.csv", "whoever has the centre counts as holder", " ", "links.csv, line 2: reason is empty"),
    ("links.csv", "af:one:east:centre,af:one:east,", "af:one:east,af:one:east,", "joins a unit to itself"),
    ("measures.csv", "12.5", "-3", "measures.csv, line 2: area_km2 '-3'"),
    ("measures.csv", "900", "many", "measures.csv, line 2: population 'many'"),
    ("measures.csv", "af:one:east,12.5", "af:nowhere,12.5", "measures.csv, line 2: unit_id 'af:nowhere'"),
    ("areas.csv", "note\n", "note\naf:one:east,af:two,\n", "areas.csv, line 2: area_id 'af:two'"),
    ("actors.toml", 'letter = "B"', 'letter = "R"', "[[side]] (blue): letter 'R'"),
    ("actors.toml", 'side = "red"\nname = "Reds"', 'side = "green"\nname = "Reds"', "[[actor]] 1 (red): side 'green'"),
    ("actors.toml", 'kind = "armed-group"', 'kind = "club"', "[[actor]] 1 (red): kind 'club'"),
    ("actors.toml", 'aliases = ["Red Front"]', 'aliases = ["Red Front", "Red Front"]', "named twice: Red Front"),
    ("actors.toml", 'aliases = ["Red Front"]', 'alias = ["Red Front"]', "unknown key 'alias'"),
    ("actors.toml", 'aliases = ["Red Front"]', 'countries = ["Afghanistan"]', "countries 'Afghanistan' is not"),
    ("actors.toml", 'aliases = ["Red Front"]', 'names = [{ text = "Reds", use = "noun" }]', "[[actor]] 1 (red), name 1: use 'noun'"),
    ("actors.toml", 'aliases = ["Red Front"]', 'names = [{ text = "R", from = 2021-02-01, to = 2021-01-01 }]', "before it begins"),
    ("actors.toml", "[states]", "[state]", "actors.toml, [state]: unknown"),
    ("outlets.toml", 'kind = "agency"', 'kind = "blog"', "outlets.toml, [[outlet]] 1 (wire): kind 'blog'"),
    ("outlets.toml", 'side = "red"', 'side = "green"', "outlets.toml, [[outlet]] 2 (voice): side 'green'"),
    ("outlets.toml", 'aliases = ["VW"]', 'aliases = ["Red Voice"]', "is already a name of wire"),
    ("outlets.toml", 'aliases = ["VW"]', 'copies = ["ghost"]', "copies 'ghost'"),
    ("outlets.toml", 'aliases = ["VW"]', 'zone = "UTC"', "zone 'UTC'"),
    ("outlets.toml", 'aliases = ["VW"]', 'reliability = "G"', "outlets.toml, [[outlet]] 1 (wire): reliability 'G' is none of A to F"),
    ("interest.toml", 'leaning = "enemy"', 'leaning = "foe"', "interest.toml, [[interest]] 1 (red): leaning 'foe'"),
    ("interest.toml", 'actor = "blue"', 'actor = "green"', "actor 'green'"),
    ("interest.toml", 'reason = "at war"\n', "", "'reason' is missing"),
]


@pytest.mark.parametrize(("file", "old", "new", "said"), CASES, ids=[f"{c[0]}-{n}" for n, c in enumerate(CASES)])
def test_each_kind_of_fault_is_named_with_file_and_place(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    found = faults_of(tmp_path, **edited(file, old, new))
    assert any(said in fault for fault in found), found
    assert all(fault.split(",")[0].split(":")[0] in FILES for fault in found)


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    changed = edited("units.csv", "34.10,66.20", "north") | edited("links.csv", "yes", "no!") | edited("outlets.toml", '"agency"', '"blog"')
    found = faults_of(tmp_path, **changed)
    assert {f.split(",")[0] for f in found} >= {"units.csv", "links.csv", "outlets.toml"}


def test_two_leanings_of_one_pair_may_not_hold_on_one_day(tmp_path: Path) -> None:
    row = '[[interest]]\nside = "red"\nactor = "blue"\nleaning = "{}"\nreason = "so"\n{}\n'
    found = faults_of(tmp_path, interest_toml=row.format("enemy", "to = 2021-08-15") + row.format("friendly", "from = 2021-08-15"))
    assert len(found) == 1
    assert "holds at the same time" in found[0]


def test_leanings_may_follow_one_another(tmp_path: Path) -> None:
    row = '[[interest]]\nside = "red"\nactor = "blue"\nleaning = "{}"\nreason = "so"\n{}\n'
    own = write_theatre(tmp_path, interest_toml=row.format("enemy", "to = 2021-08-15") + row.format("friendly", "from = 2021-08-16"))
    assert len(load_theatre("valley", own).lexicon.interests) == 2


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda home: (home / "names.csv").write_bytes(b"unit_id,name,lang,note\n\xff\xfe"), "is not UTF-8"),
        (lambda home: (home / "actors.toml").write_text("[[actor]\n"), "is no TOML"),
        (lambda home: (home / "outline.geojson").write_text("{}"), "is no GeoJSON"),
    ],
)
def test_files_that_cannot_be_read_are_faults_too(tmp_path: Path, spoil: Callable[[Path], object], said: str) -> None:
    own = write_theatre(tmp_path)
    spoil(own / "valley")
    with pytest.raises(Faults, match=said):
        load_theatre("valley", own)


def test_the_digest_changes_with_any_byte_and_only_then(tmp_path: Path) -> None:
    first = small(tmp_path).digest
    assert small(tmp_path).digest == first
    assert small(tmp_path, **edited("names.csv", "Sharqi", "Sharqy")).digest != first
