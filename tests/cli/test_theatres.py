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
