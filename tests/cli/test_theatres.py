"""theatre list, show, check as a user calls them."""

from __future__ import annotations

import json
from pathlib import Path

from conftest import Call


def test_a_theatre_without_units_of_its_own_is_not_called_empty(call: Call) -> None:
    listed = call("theatre", "list").out
    assert "places of the whole world" in listed
    assert " 0 units" not in listed
    assert "places of the whole world" in call("theatre", "show", "world").out
    assert "no fault in places of the whole world" in call("theatre", "check", "world").out


def test_a_theatre_shows_its_rosters_and_kinds(call: Call) -> None:
    facts = json.loads(call("theatre", "show", "afghanistan-2021", "--json").out)
    assert facts["default_roster"] in facts["rosters"]
    assert facts["units"]["province"] == 34
    assert len(facts["sides"]) >= 3
    answer = call("theatre", "show", "nowhere")
    assert answer.code == 2
    assert "known theatres:" in answer.err


def test_one_broken_theatre_does_not_hide_the_others(call: Call) -> None:
    Path("own/mine").mkdir(parents=True)
    Path("own/mine/theatre.toml").write_text("id = [")
    answer = call("theatre", "list", "--theatres", "own")
    assert answer.code == 3
    assert "heldby theatre check mine" in answer.err
    assert "afghanistan-2021" in answer.out
    assert call("theatre", "check", "mine", "--theatres", "own").code == 1


def test_the_armed_actors_that_are_known_can_be_looked_up(call: Call) -> None:
    told = call("theatre", "actors", "--country", "SD")
    assert {line.split()[0] for line in told.out.splitlines()} >= {"saf", "rsf"}
    assert [r["id"] for r in json.loads(call("theatre", "actors", "tigray", "defence", "--json").out)] == ["tigray"]
    assert call("theatre", "actors", "no", "such", "men").err == "nobody of the list is called so\n"


def test_what_will_not_count_is_said(call: Call) -> None:
    Path("places.csv").write_text("name,lat,lon,parent\nMekelle,13.5,39.5,Tigray\n")
    sides = ("--side", "hills=Men of the hills", "--side", "plains=Men of the plains")
    made = call("theatre", "new", "own/war", "--from", "places.csv", "--country", "ET", *sides, "--since", "2020-11-04")
    assert "side hills is nobody in the world's list" in made.err
    assert "tigray (Tigray Defence Forces)" in made.err
    Path("one.jsonl").write_text(
        '{"text": "The TPLF captured Mekelle on Monday.", "outlet": "Vale Gazette", "published": "2021-06-29"}\n'
        '{"text": "Nothing new.", "outlet": "Vale Gazette", "date": "2021-06-29"}\n'
    )
    where = ("--theatre", "war", "--theatres", "own")
    for answer in (call("read", "one.jsonl", *where), call("add", "one.jsonl", *where)):
        assert "1 claims are of actors on no side of war, and move no status: tigray, Tigray Defence Forces (1)" in answer.err
        assert "1 outlet is in no list, and taken to be of no known kind or side: Vale Gazette (2)" in answer.err
        assert "it is read from the field published, not from date" in answer.out + answer.err
    assert (
        "expected a day as YYYY-MM-DD, not '4/11/2020'"
        in call("theatre", "new", "own/x", "--from", "places.csv", "--country", "ET", *sides, "--since", "4/11/2020").err
    )


def test_a_misspelt_place_is_none_of_another_country(call: Call) -> None:
    Path("places.csv").write_text("name,lat,lon,parent\nMekelle,13.5,39.5,Tigray\n")
    call("theatre", "new", "own/war", "--from", "places.csv", "--country", "ET", "--side", "a=A", "--side", "b=B")
    Path("one.jsonl").write_text('{"text": "Nothing new.", "published": "2021-06-29"}\n')
    where = ("--theatre", "war", "--theatres", "own")
    call("add", "one.jsonl", *where)
    answer = call("why", "Makelle", *where)
    assert (answer.code, "did you mean Mekelle (et:tigray:mekelle)" in answer.err) == (2, True)
    assert call("why", "Korem", *where).out.startswith("Korem (town, Tigray)")  # and not the one in Papua


def test_a_table_can_be_looked_at_before_it_is_kept(call: Call) -> None:
    Path("t.csv").write_text("day,place,by\n2021-07-14,Khanabad,Taliban\n")
    Path("m.toml").write_text(
        'outlet = "Valley Monitor"\nplace = "{place}"\nday = "{day}"\nknown_by_day = true\n[[meaning]]\nrelation = "captured"\nactor = "{by}"\n'
    )
    told = call("read", "t.csv", "--mapping", "m.toml", "--theatre", "afghanistan-2021")
    assert (told.code, "taliban captured" in told.out) == (0, True)
    assert [p.name for p in sorted(Path.cwd().iterdir())] == ["m.toml", "t.csv"]
    assert "taken as they stand" in call("read", "t.csv", "--mapping", "m.toml", "--explain").err
