"""What a reader sees of a place on the page, and what every format says of it, are the same numbers."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import stix2
from starlette.testclient import TestClient
from web_scene import DAY

from heldby.publish.exports import FORMATS
from read_back import READERS, told

ASKED = {"as_of": DAY, "known_by": "2021-07-21"}
SAME = (
    "unit_id", "name", "kind", "scope", "as_of", "known_by", "holder", "probability", "likelihood", "support", "claimed_by", "confidence",
    "origins", "denials", "last_evidence", "sentence", "confidence_sentence",
)  # fmt: skip
WHERE = [{"kind": "crossing"}, {"within": "af:kandahar", "holder": "taliban"}]
ODDS = re.compile(r'<ul class="s-odds".*?</ul>', re.DOTALL)
ROW = re.compile(r'<tr><th scope="row"><a href="/units/([^?"]+)[^>]*>(.*?)</tr>', re.DOTALL)


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def shown(probability: float) -> str:
    """As a reader sees it: nothing is certain and nothing impossible."""
    return f"{min(99, max(1, round(100 * probability)))} %"


@pytest.fixture(scope="module", params=WHERE, ids=["crossings", "kandahar"])
def chosen(request: pytest.FixtureRequest, served: TestClient, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The statuses as the API tells them, and each format's rows of them by unit, read back by somebody else's tool."""
    asked = {**ASKED, **request.param}
    items = served.get("/api/v1/statuses", params={**asked, "limit": 5000}).json()["items"]
    folder, tables = tmp_path_factory.mktemp("read-back"), {}
    for name, read in READERS.items():
        answer = served.get(f"/api/v1/export/{name}", params=asked)
        assert answer.status_code == 200, answer.text
        rows = told(read(answer.content, Path(folder) / f"x{FORMATS[name].ending}"))
        tables[name] = {row["unit_id"]: row for row in rows}
    return asked, items, tables


def test_every_format_has_the_statuses_of_the_api(chosen: Any) -> None:
    _, items, tables = chosen
    assert len(items) >= 10
    for name, rows in tables.items():
        assert set(rows) == {i["unit_id"] for i in items}, name
        for item in items:
            row = rows[item["unit_id"]]
            mine = {f: item[f] for f in SAME} | {"probability": item["probability"] if item["holder"] else None}
            meant = told([mine])[0]
            assert {f: row[f] for f in SAME} == {f: meant[f] for f in SAME}, name
            states = "; ".join(f"{state}={p:g}" for state, p in item["probabilities"])
            assert row["probabilities"] == states, name


def test_the_page_shows_the_numbers_of_the_formats(chosen: Any, served: TestClient) -> None:
    asked, items, tables = chosen
    listed = {unescape(unit): words(row) for unit, row in ROW.findall(served.get("/statuses", params=asked).text)}
    assert set(listed) == {i["unit_id"] for i in items}
    for name, rows in tables.items():
        for unit, row in rows.items():
            if row["holder"]:
                assert f"{row['likelihood']}, {shown(float(row['probability']))} {row['support']}" in listed[unit], name
                assert f"{int(float(row['origins']))} {int(float(row['denials']))} {row['last_evidence']}" in listed[unit], name
            else:
                assert f"unknown – {row['support']}" in listed[unit], name


def test_a_places_own_page_too(chosen: Any, served: TestClient) -> None:
    _, items, tables = chosen
    for item in items[:6]:
        html = served.get(f"/units/{item['unit_id']}", params=ASKED).text
        page, odds = words(html), ODDS.search(html)
        for name, rows in tables.items():
            row = rows[item["unit_id"]]
            assert row["sentence"].rstrip(".") in page, name
            if row["origins"] not in ("", "0.000000"):
                assert row["confidence_sentence"] in page, name
                assert odds is not None
                told_there = sorted(re.findall(r"\d+ %", words(odds[0])))
                assert told_there == sorted(shown(float(p.partition("=")[2])) for p in row["probabilities"].split("; ")), name


def test_what_is_shared_as_stix_has_the_same_confidence(chosen: Any, served: TestClient) -> None:
    asked, items, _ = chosen
    bundle = json.loads(served.get("/api/v1/export/stix", params=asked).content)
    objects = {o["id"]: o for o in stix2.parse(bundle).objects}
    names = {o["id"]: o["name"] for o in objects.values() if "name" in o}
    seen = {
        names[o["where_sighted_refs"][0]]: (names[o["sighting_of_ref"]], o["confidence"])
        for o in objects.values()
        if o["type"] == "sighting"
    }
    held = [i for i in items if i["holder"] not in (None, "contested")]
    assert seen == {i["name"]: (i["holder_name"], round(100 * i["probability"])) for i in held}
