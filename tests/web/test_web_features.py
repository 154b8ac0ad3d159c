"""OGC API - Features, Part 1: what its core asks of a server."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient
from web_scene import CROSSING, DAY

from heldby.errors import UsageError
from heldby.web.features import parse_bbox, parse_datetime

ITEMS = "/ogc/collections/statuses/items"


def links(document: dict[str, Any]) -> dict[str, str]:
    return {link["rel"]: link["href"] for link in document["links"]}


def test_every_link_from_the_landing_page_leads_somewhere(served: TestClient) -> None:
    found = links(served.get("/ogc/").json())
    assert set(found) >= {"self", "service-desc", "conformance", "data"}
    for address in found.values():
        assert served.get(address).status_code == 200
    classes = served.get(found["conformance"]).json()["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core" in classes
    (collection,) = served.get(found["data"]).json()["collections"]
    assert served.get(links(collection)["self"]).json() == collection
    assert served.get(links(collection)["items"]).json()["type"] == "FeatureCollection"


def test_pages_of_features_hold_all_of_them_once(served: TestClient) -> None:
    address: str | None = f"{ITEMS}?datetime={DAY}&limit=150"
    found: list[str] = []
    while address:
        answer = served.get(address)
        assert answer.headers["content-type"] == "application/geo+json"
        page = answer.json()
        assert page["numberReturned"] == len(page["features"]) <= 150
        found += [f["id"] for f in page["features"]]
        address = links(page).get("next")
    assert len(found) == len(set(found)) == page["numberMatched"]
    assert CROSSING in found


def test_a_box_lets_through_what_lies_in_it(served: TestClient) -> None:
    whole = served.get(ITEMS, params={"datetime": DAY, "limit": 5000}).json()["features"]
    inside = served.get(ITEMS, params={"datetime": DAY, "limit": 5000, "bbox": "65,30,67,32"}).json()["features"]
    points = {f["id"]: f["geometry"]["coordinates"] for f in whole if f["geometry"]}
    assert {f["id"] for f in inside} == {u for u, (lon, lat) in points.items() if 65 <= lon <= 67 and 30 <= lat <= 32}
    assert 0 < len(inside) < len(whole)


def test_datetime_is_the_day_asked_about(served: TestClient) -> None:
    day = served.get(ITEMS, params={"datetime": f"{DAY}T10:00:00Z"}).json()
    span = served.get(ITEMS, params={"datetime": f"2021-05-01/{DAY}"}).json()
    assert day["heldby"]["as_of"] == span["heldby"]["as_of"] == DAY
    one = served.get(f"{ITEMS}/{CROSSING}", params={"datetime": DAY}).json()
    assert one["properties"]["as_of"] == DAY
    assert one["geometry"]["type"] == "Point"
    row = served.get("/api/v1/statuses", params={"as_of": DAY, "q": "spin boldak", "kind": "crossing"}).json()["items"][0]
    assert one["properties"]["probability"] == row["probability"]


@pytest.mark.parametrize(
    "query", ["bbox=1,2,3", "bbox=a,b,c,d", "bbox=0,9,1,8", "bbox=nan,0,1,1", "datetime=yesterday", "datetime=2021-07-14/2021-07-01", "limit=0", "colour=red"]
)  # fmt: skip
def test_what_is_off_is_told(served: TestClient, query: str) -> None:
    answer = served.get(f"{ITEMS}?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["cause"]


def test_boxes_and_days_as_typed() -> None:
    assert parse_bbox("170,-10,-170,10") == (170, -10, -170, 10)
    assert parse_bbox("1,2,0,3,4,9") == (1, 2, 3, 4)
    assert parse_datetime("../2021-07-14") == date(2021, 7, 14)
    assert parse_datetime("2021-07-14/..") is None
    with pytest.raises(UsageError):
        parse_datetime("2021-07-14Tnoon")


def test_an_item_that_is_not_there(served: TestClient) -> None:
    assert served.get(f"{ITEMS}/nowhere").status_code == 404
    assert served.get("/ogc/collections/others/items").status_code == 404
