"""A frozen edition served: it says what the ledger said, names its own digest everywhere, and refuses what it does not hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from team_scene import ORIGIN, Hands, client_of, key_of, team_file
from web_scene import CROSSING, HERE, frozen_over

from heldby.errors import HeldbyError
from heldby.flow.thawed import FrozenInquiry
from heldby.publish.view import read_view
from heldby.publish.wording import sources_words
from heldby.team import Role
from heldby.web.app import create_app
from heldby.web.frozen import FrozenShelf
from heldby.web.routes_archive import NOT_CARRIED

CLOCKS = {"as_of": "2021-07-21", "known_by": "2021-07-21T12:00"}


@pytest.fixture(scope="module")
def inquiry(demo_ledger: Path) -> FrozenInquiry:
    return frozen_over(demo_ledger)


@pytest.fixture(scope="module")
def frozen(inquiry: FrozenInquiry) -> TestClient:
    return TestClient(create_app(FrozenShelf(inquiry), token="x"), base_url=HERE)


def told(client: TestClient, path: str, **parameters: Any) -> Any:
    answer = client.get(f"/api/v1{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def voices(answer: Any) -> list[Any]:
    status = answer.get("status", {"evidence": [], "related": []})
    return [*status["evidence"], *status["related"]]


def bare(items: Any) -> Any:
    """Statuses without what stands beside evidence alone."""
    return [{k: v for k, v in i.items() if k not in ("start", "would_change")} for i in items] if isinstance(items, list) else items


def test_it_says_what_the_ledger_said_at_its_clocks(frozen: TestClient, served: TestClient, inquiry: FrozenInquiry) -> None:
    for path, part, given in (
        ("/statuses", "items", {}),
        ("/changes", "items", {"since": "2021-07-10"}),
        ("/tallies", "tallies", {"days": "2021-07-05,2021-07-21"}),
        ("/sources", "items", {}),
        ("/classes", "classes", {}),
        (f"/units/{CROSSING}", "status", {}),
        (f"/units/{CROSSING}/series", "ticks", {"from": "2021-07-01"}),
    ):
        mine, theirs = told(frozen, path, **given), told(served, path, **CLOCKS, **given)
        for quote in (q for e in voices(mine) for q in e["quotes"]):
            assert quote.pop("archive_note") == NOT_CARRIED
        for quote in (q for e in voices(theirs) for q in e["quotes"]):
            assert quote.pop("archive_note") == "not archived"
        assert bare(mine[part]) == bare(theirs[part]), path
        assert mine[part]
        assert mine["edition"] == inquiry.whole.digest
    linked = [told(client, f"/units/{CROSSING}", **given)["neighbours"] for client, given in ((frozen, {}), (served, CLOCKS))]
    assert linked[0] == [n for n in linked[1] if inquiry.whole.status(n["unit_id"])]


def drawn(line: Any) -> Any:
    """The classes of each unit's runs, whatever their number in the table of looks."""
    return {u: [[n, line["looks"][look]["look"]] for n, look in runs] for u, runs in line["units"].items()}


def test_its_clock_can_be_moved_over_its_days(frozen: TestClient, served: TestClient) -> None:
    mine = told(frozen, "/timeline")
    theirs = told(served, "/timeline", **{"from": "2021-07-01", "to": "2021-07-21", "known_by": CLOCKS["known_by"]})
    assert (mine["from"], mine["to"], mine["days"]) == ("2021-07-01", "2021-07-21", 21)
    assert mine["units"] == theirs["units"]
    assert mine["looks"] == theirs["looks"]
    part = told(frozen, "/timeline", **{"from": "2021-07-10", "to": "2021-07-14"})
    whole = told(served, "/timeline", **{"from": "2021-07-10", "to": "2021-07-14", "known_by": CLOCKS["known_by"]})
    assert drawn(part) == drawn(whole)
    days = {"as_of": "2021-07-14", "known_by": CLOCKS["known_by"], "since": "2021-07-08"}
    earlier = {k: v for k, v in days.items() if k != "known_by"}
    assert told(frozen, "/changes", **earlier)["items"] == told(served, "/changes", **days)["items"]
    assert told(frozen, "/tallies", **earlier)["tallies"] == told(served, "/tallies", **days)["tallies"]


def test_courses_are_the_ledgers_to_three_decimals(frozen: TestClient, served: TestClient) -> None:
    mine = told(frozen, f"/units/{CROSSING}/series")
    theirs = told(served, f"/units/{CROSSING}/series", **CLOCKS, **{"from": "2021-07-01"})
    assert (mine["days"], mine["states"], mine["since"]) == (theirs["days"], theirs["states"], theirs["since"])
    pairs = zip(mine["probabilities"], theirs["probabilities"], strict=True)
    assert all(abs(a - b) < 0.0006 for one, other in pairs for a, b in zip(one, other, strict=True))
    unknown = next(r["unit_id"] for r in told(frozen, "/statuses")["items"] if r["support"] == "unknown")
    assert told(frozen, f"/units/{unknown}/series")["days"] == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/statuses?known_by=2021-07-14", "as known|what was known by"),
        ("/statuses?as_of=2021-07-14", "own day, 2021-07-21, alone"),
        (f"/units/{CROSSING}?as_of=2021-07-14", "own day"),
        ("/map.svg?as_of=2021-07-14", "own day"),
        ("/compare?other=2021-07-14", "own day"),
        ("/whatif?drop_side=taliban", "needs the ledger"),
        ("/review/queue", "needs the ledger"),
        ("/review/acts", "needs the ledger"),
        ("/changes?since=2021-06-01", "changes since 2021-07-01"),
        ("/timeline?from=2021-06-01", "tells 2021-07-01 to 2021-07-21"),
        ("/tallies?days=2021-06-01", "not in this frozen edition"),
        ("/export/csv?since=2021-07-10", "since 2021-07-01"),
        ("/units/af:nowhere", "not in this edition"),
    ],
)
def test_what_it_does_not_hold_is_refused_in_clear_words(frozen: TestClient, path: str, words: str) -> None:
    answer = frozen.get(f"/api/v1{path}")
    assert answer.status_code == 404
    assert any(w in answer.json()["error"]["cause"] for w in words.split("|")), answer.text


def test_nothing_is_written_to_it(frozen: TestClient) -> None:
    headers = {"origin": HERE, "x-heldby-token": "x", "content-type": "application/json"}
    answer = frozen.post("/api/v1/review", headers=headers, json={"act": "accept", "reason": "r", "claim_id": "c"})
    assert answer.status_code == 404
    assert "needs the ledger" in answer.json()["error"]["cause"]


def test_the_theatre_says_that_it_is_frozen_and_when(frozen: TestClient, served: TestClient, inquiry: FrozenInquiry) -> None:
    theatre = told(frozen, "/theatre")
    assert theatre["frozen"]["edition"] == inquiry.whole.digest
    assert theatre["frozen"]["title"] == "The first three weeks of July"
    assert (theatre["since"], theatre["as_of"]) == ("2021-07-01", "2021-07-21")
    assert len(theatre["rosters"]) == 1
    assert told(served, "/theatre")["frozen"] is None


def test_pages_feeds_exports_and_features_come_from_it_too(frozen: TestClient, inquiry: FrozenInquiry) -> None:
    for path in ("/changes", "/statuses", f"/units/{CROSSING}", "/sources"):
        page = frozen.get(path)
        assert page.status_code == 200
        assert inquiry.whole.digest in page.text
    assert inquiry.whole.digest in frozen.get("/api/v1/export/geojson").text
    assert "Spin Boldak" in frozen.get("/api/v1/feeds/changes.json?since=2021-07-10").text
    assert frozen.get("/ogc/collections/statuses/items?limit=2").json()["numberReturned"] == 2


def test_a_folder_without_a_view_still_shows_its_own_day(inquiry: FrozenInquiry) -> None:
    older = TestClient(create_app(FrozenShelf(replace(inquiry, view=None))), base_url=HERE)
    line = told(older, "/timeline")
    assert (line["from"], line["to"], line["days"]) == ("2021-07-21", "2021-07-21", 1)
    day = {row[0]: row[1] for row in told(older, "/day")["items"]}
    assert {unit: line["looks"][runs[0][1]]["look"] for unit, runs in line["units"].items()} == day
    refused = older.get(f"/api/v1/units/{CROSSING}/series")
    assert "older heldby" in refused.json()["error"]["cause"]


def test_a_view_of_another_version_edition_or_content_is_none(inquiry: FrozenInquiry) -> None:
    from heldby.model.ident import digest

    content: dict[str, Any] = {"edition": inquiry.whole.digest, "timeline": {}, "courses": {}, "tallies": []}
    good = {"format": "heldby-view", "version": 1, "digest": digest(content), "content": content}
    assert read_view(good, inquiry.whole).tallies == ()
    other = {**content, "edition": "0" * 64}
    for bad, words in (
        ({**good, "version": 2}, "this version of heldby reads heldby-view 1"),
        ({**good, "digest": "0" * 64}, "it was changed"),
        ({**good, "content": other, "digest": digest(other)}, "another edition"),
        ({**good, "content": {"edition": inquiry.whole.digest}, "digest": digest({"edition": inquiry.whole.digest})}, "no view"),
    ):
        with pytest.raises(HeldbyError, match=words):
            read_view(bad, inquiry.whole)


def test_a_team_may_read_it_each_member_as_any_other_and_none_may_write(inquiry: FrozenInquiry, frozen: TestClient, tmp_path: Path) -> None:
    client = client_of(FrozenShelf(inquiry), team_file(tmp_path), Hands())
    assert client.get("/api/v1/theatre").status_code == 401, "nobody reads it without a key"
    for role in (Role.VIEWER, Role.ADMIN):
        answer = client.get(f"/api/v1/units/{CROSSING}", headers=key_of(role))
        assert answer.json() == told(frozen, f"/units/{CROSSING}")
        state = client.get("/api/v1/review", headers=key_of(role)).json()
        assert (state["open"], state["acts"]) == (False, [])
    for path, sent in (
        ("review", {"act": "accept", "reason": "r", "claim_id": "c"}),
        ("reports", {"reports": [{"text": "The gate fell.", "outlet": "Hill Post", "published": "2021-07-14"}]}),
    ):
        answer = client.post(f"/api/v1/{path}", headers={**key_of(Role.ADMIN), "origin": ORIGIN}, json=sent)
        assert answer.status_code == 404
        assert "frozen edition" in answer.json()["error"]["cause"]


def test_a_picture_of_a_day_names_the_sources_it_rests_on(served: TestClient, inquiry: FrozenInquiry) -> None:
    """Drawn without evidence beside it, as the page asks for it: it counts what an edition with evidence counts."""
    drawn = served.get("/api/v1/map.svg", params=CLOCKS).text
    assert inquiry.whole.sources.testimonies > 100
    assert sources_words(inquiry.whole.sources) in drawn
