"""What the page with the map asks for: every day's looks at once are those of each day asked for alone, and the drawing fits them."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from web_scene import CROSSING, DAY, HERE, desk_over

from heldby.desk import open_desk
from heldby.flow.intake import add_sources
from heldby.ledger import open_ledger
from heldby.publish import Release, UnitRule
from heldby.settings import Settings
from heldby.theatres import BUILT_IN, WORLD
from heldby.theatres.scaffold import Plan, new_theatre
from heldby.web.app import create_app
from heldby.web.shelf import Shelf

KANDAHAR = "af:kandahar"


@pytest.fixture(scope="module")
def coarse(demo_ledger: Path) -> TestClient:
    rules = Release(rules=(UnitRule(KANDAHAR, coarsen_to="province"),))
    return TestClient(create_app(Shelf(desk_over(demo_ledger), demo_ledger, rules)), base_url=HERE)


def at(runs: list[list[Any]], day: int) -> list[Any] | None:
    past = [run for run in runs if run[0] <= day]
    return past[-1][1:] if past else None


@pytest.mark.parametrize(("known", "shift"), [("2021-07-14T12:00", 43), ("2021-08-20", 20), ("2021-08-20", 60)])
def test_a_timeline_says_of_each_day_what_that_day_says(served: TestClient, coarse: TestClient, known: str, shift: int) -> None:
    asked = date(2021, 6, 1) + timedelta(days=shift)
    for client in (served, coarse):
        line = client.get(f"/api/v1/timeline?known_by={known}&to=2021-08-10").json()
        told = client.get(f"/api/v1/day?as_of={asked}&known_by={known}").json()
        day = (asked - date.fromisoformat(line["from"])).days
        column = {name: n for n, name in enumerate(told["columns"])}
        rows = {row[0]: row for row in told["items"]}
        seen = {unit: line["looks"][found[0]] for unit, runs in line["units"].items() if (found := at(runs, day))}
        assert set(seen) == set(rows)
        for unit, look in seen.items():
            for name in ("look", "holder", "support", "claimed_by"):
                assert look[name] == rows[unit][column[name]], unit
        areas = {a["area_id"]: [dict(a["counts"]), a["unknown"], a["size"]] for a in told["areas"]}
        for area, runs in line["areas"].items():
            counts, unknown, size = at(runs, day) or [None, None, None]
            assert counts == areas[area][0]
            assert size - unknown == areas[area][2] - areas[area][1]


def test_looks_are_the_classes_of_the_picture(served: TestClient) -> None:
    clocks = f"as_of={DAY}&known_by=2021-07-20"
    told = served.get(f"/api/v1/day?{clocks}").json()
    drawn = served.get(f"/api/v1/classes?{clocks}").json()["classes"]
    assert {row[0]: row[1].split() for row in told["items"] if row[1] != "unknown"} == {u: c for u, c in drawn.items() if c != ["unknown"]}
    assert told["tally"]["size"] == sum(r["count"] for r in told["tally"]["rows"]) + told["tally"]["unknown"]


def test_the_drawing_has_what_the_days_speak_of(served: TestClient, coarse: TestClient) -> None:
    drawn = served.get("/api/v1/geometry").json()
    assert len(drawn["cells"]) == 407
    assert all(c["d"].startswith("M") and c["room"] > 0 for c in drawn["cells"])
    symbols = {s["id"]: s for s in drawn["symbols"]}
    assert symbols[CROSSING]["kind"] == "crossing"
    assert 0 < symbols[CROSSING]["x"] < drawn["width"]
    assert 0 < symbols[CROSSING]["y"] < drawn["height"]
    assert served.get("/api/v1/geometry?labels=fa").json()["cells"][0]["label"] != drawn["cells"][0]["label"]
    held_back = coarse.get("/api/v1/geometry").json()
    assert [a["id"] for a in held_back["areas"] if a["coarse"]] == [KANDAHAR]
    assert not [x for x in (*held_back["cells"], *held_back["symbols"]) if x["id"].startswith(f"{KANDAHAR}:") or x["id"] == CROSSING]


def test_two_days_or_two_clocks_are_compared(served: TestClient) -> None:
    found = served.get(f"/api/v1/compare?as_of=2021-07-21&other={DAY}&known_by=2021-07-31").json()
    assert found["other"]["as_of"] == DAY
    for item in found["items"]:
        for side, day in (("before", DAY), ("after", "2021-07-21")):
            rows = served.get(f"/api/v1/day?as_of={day}&known_by=2021-07-31").json()["items"]
            row = next((r for r in rows if r[0] == item["unit_id"]), None)
            assert item[side]["look"] == (row[1] if row else "unknown")
    assert len(found["items"]) > 5
    clocks = served.get(f"/api/v1/compare?as_of={DAY}&other={DAY}&known_by=2021-07-31&other_known_by={DAY}T12:00").json()
    assert CROSSING in {i["unit_id"] for i in clocks["items"]}
    same = served.get(f"/api/v1/compare?as_of={DAY}&other={DAY}&known_by=2021-07-31").json()
    assert same["items"] == []


def test_an_answer_is_packed_where_the_asker_takes_it(served: TestClient) -> None:
    with served.stream("GET", "/api/v1/timeline", headers={"accept-encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
        assert packed.headers["content-encoding"] == "gzip"
    plain = served.get("/api/v1/timeline", headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert json.loads(gzip.decompress(raw)) == plain.json()
    assert len(raw) < 8000


@pytest.mark.parametrize("query", ["from=2021-08-01&to=2021-07-01", "from=1990-01-01", "to=never", "labels=en"])
def test_a_timeline_that_cannot_be_is_refused(served: TestClient, query: str) -> None:
    answer = served.get(f"/api/v1/timeline?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["cause"]


def test_changes_have_a_weight_and_recaptures_their_pair(served: TestClient) -> None:
    items = served.get("/api/v1/changes?as_of=2021-08-15&known_by=2021-08-20&since=2021-05-01").json()["items"]
    assert all(0 <= i["weight"] <= 1 for i in items)
    pairs: dict[int, list[dict[str, Any]]] = {}
    for i in items:
        if i["pair"] is not None:
            pairs.setdefault(i["pair"], []).append(i)
    assert pairs
    for told in pairs.values():
        assert len({i["unit_id"] for i in told}) == 1
        assert any(i["recapture"] for i in told)
        assert len(told) >= 2


@pytest.fixture(scope="module")
def long_ago(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A war that began in 2020, last heard of in June 2021, asked about in 2026."""
    home = tmp_path_factory.mktemp("war")
    (home / "places.csv").write_text("name,lat,lon,parent\nMekelle,13.5,39.5,Tigray\nAdwa,14.2,38.9,Tigray\n")
    sides = (("ethiopia_government", "Government"), ("tigray", "Tigray forces"))
    new_theatre(home / "own" / "war", home / "places.csv", Plan("ET", sides, since=date(2020, 11, 4)), BUILT_IN / WORLD)
    (home / "r.jsonl").write_text('{"text": "The TPLF captured Mekelle on Monday.", "outlet": "Vale Gazette", "published": "2021-06-29"}\n')
    settings = Settings(theatre="war", theatres=home / "own", ledger=home / "w.db")
    desk = replace(open_desk(settings), clock=lambda: datetime(2026, 11, 27, 12, tzinfo=UTC))
    ledger = open_ledger(home / "w.db")
    add_sources(desk, ledger, [str(home / "r.jsonl")], desk.gather_options())
    ledger.close()
    return TestClient(create_app(Shelf(desk, home / "w.db")), base_url=HERE)


def test_a_page_opens_where_there_is_something_to_see(served: TestClient, long_ago: TestClient) -> None:
    now, then = served.get("/api/v1/theatre").json(), long_ago.get("/api/v1/theatre").json()
    assert now["opens"] == now["as_of"]
    assert (then["as_of"], then["opens"], then["first"]) == ("2026-11-27", "2021-06-28", "2020-11-04")
    assert long_ago.get("/api/v1/timeline").json()["days"] == 2215
    plain = long_ago.get("/changes").text
    assert "The newest evidence is of" in plain
    assert 'href="/changes?as_of=2021-06-28"' in plain
    assert "The newest evidence is of" not in long_ago.get("/changes?as_of=2021-06-28").text


def test_a_long_war_has_a_timeline(served: TestClient) -> None:
    line = served.get("/api/v1/timeline?from=2015-01-01&to=2021-08-10").json()
    assert line["days"] == 2414
    refused = served.get("/api/v1/timeline?from=1980-01-01&to=2021-08-10")
    assert (refused.status_code, "expected 1 to 9000 days" in refused.text) == (400, True)
