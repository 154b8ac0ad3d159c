"""Do no harm: what the release holds back leaves by no route, be it by name, by number, by search, by feed or by error; delays move every clock."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from web_scene import CROSSING, DAY, HERE, client_over, desk_over

from heldby.flow.intake import add_sources
from heldby.flow.thawed import over_ledger
from heldby.ledger import open_ledger
from heldby.publish import Release, UnitRule
from heldby.web.app import create_app
from heldby.web.shelf import Shelf

KANDAHAR = "af:kandahar"
DISTRICT = "af:kandahar:spin-boldak"
CLOCKS = f"as_of={DAY}&known_by=2021-07-21"
EVERYWHERE = (
    "/", "/statuses", f"/statuses?{CLOCKS}&sort=holder", f"/statuses?{CLOCKS}&kind=crossing", f"/?{CLOCKS}&since=2021-06-01",
    f"/compare?{CLOCKS}&other=2021-07-01", f"/published?{CLOCKS}", f"/sources?{CLOCKS}", f"/gaps?{CLOCKS}", f"/units/af:farah:farah?{CLOCKS}",
    f"/units/{KANDAHAR}?{CLOCKS}",
    f"/api/v1/theatre?{CLOCKS}", f"/api/v1/statuses?{CLOCKS}&limit=5000", f"/api/v1/statuses?{CLOCKS}&within={KANDAHAR}", f"/api/v1/units/{KANDAHAR}?{CLOCKS}",
    f"/api/v1/units/{KANDAHAR}/series?{CLOCKS}", f"/api/v1/units/af:farah:farah?{CLOCKS}",
    f"/api/v1/changes?{CLOCKS}&since=2021-05-01", f"/api/v1/tallies?{CLOCKS}&since=2021-06-01", f"/api/v1/published?{CLOCKS}", f"/api/v1/gaps?{CLOCKS}&limit=5000",
    f"/api/v1/sources?{CLOCKS}", f"/api/v1/map.svg?{CLOCKS}", f"/api/v1/classes?{CLOCKS}", f"/api/v1/whatif?{CLOCKS}&drop_side=taliban",
    f"/api/v1/export/csv?{CLOCKS}", f"/api/v1/export/geojson?{CLOCKS}", f"/api/v1/export/kml?{CLOCKS}", f"/api/v1/export/acled?{CLOCKS}",
    f"/api/v1/export/prov?{CLOCKS}", f"/api/v1/export/stix?{CLOCKS}", f"/api/v1/feeds/changes.atom?{CLOCKS}&since=2021-05-01",
    f"/api/v1/feeds/changes.json?{CLOCKS}&since=2021-05-01", f"/ogc/collections/statuses/items?datetime={DAY}&limit=5000",
    f"/ogc/collections/statuses/items?datetime={DAY}&bbox=66.3,30.9,66.5,31.1", "/ogc/collections",
)  # fmt: skip


@pytest.fixture(scope="module")
def coarse(demo_ledger: Path) -> TestClient:
    """All of Kandahar's places shown as their province alone."""
    rules = Release(rules=(UnitRule(KANDAHAR, coarsen_to="province"),))
    return TestClient(create_app(Shelf(desk_over(demo_ledger), demo_ledger, rules)), base_url=HERE)


def hidden_ids(client: TestClient) -> set[str]:
    theatre = desk_over(Path("unused.db")).theatre
    areas = theatre.lexicon.gazetteer.areas
    return {u.id for u in theatre.units if KANDAHAR in areas(u.id)}


@pytest.mark.parametrize("address", EVERYWHERE)
def test_no_route_names_a_place_that_is_shown_as_its_province(coarse: TestClient, address: str) -> None:
    answer = coarse.get(address)
    assert answer.status_code in (200, 404), answer.text
    body = answer.content.decode("utf-8").casefold()
    assert len(body) > 50
    for name in ("spin boldak", "spin-boldak", "spinboldak", "spīn būldak", "arghistan", "panjwa"):
        assert name not in body, f"{address} names {name}: {body[max(0, body.find(name) - 120) : body.find(name) + 60]}"
    for unit in hidden_ids(coarse):
        assert f'"{unit}"' not in body
        assert f"{unit}<" not in body


def test_it_is_there_where_nothing_holds_it_back(served: TestClient) -> None:
    found = sum("spin boldak" in served.get(a).content.decode("utf-8").casefold() for a in EVERYWHERE if a.startswith("/api/"))
    assert found >= 10  # the test above looks for what would be there


def test_asking_by_name_tells_nothing(coarse: TestClient) -> None:
    """With evidence, without any, or not in the world at all: the same words, as far as one asks by id, by name or by area."""
    for path in ("/api/v1/units/{}", "/api/v1/units/{}/series", "/api/v1/units/{}/spells", "/ogc/collections/statuses/items/{}"):
        told = []
        for unit in (CROSSING, DISTRICT, "af:kandahar:no-such-place"):
            answer = coarse.get(path.format(unit))
            told.append((answer.status_code, json.dumps(answer.json()).replace(unit, "X"), answer.headers.get("etag")))
        assert len(set(told)) == 1
        assert told[0][0] == 404
    searched = [coarse.get(f"/api/v1/statuses?{CLOCKS}&q={q}").json() for q in ("spin+boldak", "no-such-place")]
    assert searched[0] == searched[1]
    assert searched[0]["total"] == 0
    inside = [coarse.get(f"/api/v1/statuses?{CLOCKS}&within={u}").json() for u in (DISTRICT, "af:kandahar:arghistan")]
    assert [(i["total"], i["areas"]) for i in inside] == [(0, []), (0, [])]
    feeds = [coarse.get(f"/api/v1/feeds/changes.json?{CLOCKS}&since=2021-05-01&unit={u}").json()["items"] for u in (CROSSING, "af:nowhere")]
    assert feeds == [[], []]


def test_counts_are_of_what_is_shown(coarse: TestClient) -> None:
    answer = coarse.get(f"/api/v1/statuses?{CLOCKS}&limit=5000").json()
    assert answer["total"] == len(answer["items"])
    (area,) = answer["areas"]
    assert area["area_id"] == KANDAHAR
    assert sum(n for _, n in area["counts"]) + area["unknown"] == area["size"]
    whatif = coarse.get(f"/api/v1/whatif?{CLOCKS}&drop_side=taliban").json()
    assert whatif["shown"] == answer["total"]
    items = coarse.get(f"/ogc/collections/statuses/items?datetime={DAY}&limit=5000").json()
    assert items["numberMatched"] == len(items["features"])
    for feature in items["features"]:
        assert feature["id"] == KANDAHAR or feature["properties"]["adm1_name"] != "Kandahar"


def test_an_answer_kept_for_one_release_is_not_given_under_another(demo_ledger: Path) -> None:
    open_shelf = Shelf(desk_over(demo_ledger), demo_ledger)
    inquiry = over_ledger(open_shelf.inquiry(), "test")
    question = open_shelf.question(inquiry)
    open_shelf.kept(inquiry, ("x", question), lambda: "open")
    closed = replace(inquiry, rules=Release(coarsen_to="province"))
    assert open_shelf.kept(closed, ("x", question), lambda: "closed") == "closed"
    assert open_shelf.kept(inquiry, ("x", question), lambda: "made anew") == "open"


def test_a_delay_moves_every_clock(demo_ledger: Path, served: TestClient) -> None:
    """Asked now under a delay of two days, everything is as it was known two days ago, whatever clock is asked for."""
    now = datetime(2021, 7, 16, 7, 30, 40, tzinfo=UTC)
    late = client_over(demo_ledger, lambda: now, publish_delay_hours=48)
    then = "2021-07-14T07:30:00Z"
    for path in (
        "/statuses?limit=5000",
        "/changes?since=2021-06-01",
        f"/units/{CROSSING}",
        "/tallies?since=2021-06-30",
        "/published",
        "/sources",
        "/classes",
    ):
        mark = "&" if "?" in path else "?"
        expected = served.get(f"/api/v1{path}{mark}as_of={DAY}&known_by={then}").json()
        for asked in ("", "&known_by=2021-07-16T12:00", "&known_by=2022-01-01"):
            given = late.get(f"/api/v1{path}{mark}as_of={DAY}{asked}").json()
            assert stripped(given) == {**stripped(expected), "revision": 0}, path  # all of it was added after the delay began
            assert given["known_by"] == "2021-07-14T07:30:00Z"
    told = json.dumps(late.get(f"/api/v1/gaps?as_of={DAY}").json()["items"])
    assert all(g["subject"].startswith("[") or not g["subject"] for g in json.loads(told))


def stripped(answer: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in answer.items() if k not in ("edition", "release_notes", "next")}


def test_what_a_delay_lets_out_moves_with_the_clock(demo_ledger: Path) -> None:
    at = [datetime(2021, 7, 14, 7, 30, tzinfo=UTC)]
    client = client_over(demo_ledger, lambda: at[0], publish_delay_hours=24)
    first = client.get(f"/api/v1/units/{CROSSING}?as_of={DAY}&known_by=2021-07-20").json()
    at[0] += timedelta(days=4)
    second = client.get(f"/api/v1/units/{CROSSING}?as_of={DAY}&known_by=2021-07-20").json()
    assert len(first["status"]["evidence"]) < len(second["status"]["evidence"])


def test_what_is_added_is_weighed_at_once(demo_ledger: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "grows.db"
    shutil.copy(demo_ledger, ledger)
    client = client_over(ledger)
    before = client.get(f"/api/v1/units/af:farah:farah?as_of={DAY}").json()
    new = tmp_path / "new.jsonl"
    report = {
        "text": "Government forces retook Farah district of Farah province on Wednesday, the defence ministry said.",
        "published": "2021-07-14T09:00:00+04:30",
        "outlet": "The Ridge Courier",
        "url": "https://ridge.example/1",
    }
    new.write_text(json.dumps(report) + "\n", encoding="utf-8")
    desk = desk_over(ledger)
    kept = open_ledger(ledger)
    try:
        add_sources(desk, kept, [str(new)], desk.gather_options(), lambda _: None)
    finally:
        kept.close()
    after = client.get(f"/api/v1/units/af:farah:farah?as_of={DAY}").json()
    assert after["revision"] > before["revision"]
    assert "The Ridge Courier" in json.dumps(after)
    assert "The Ridge Courier" not in json.dumps(before)
