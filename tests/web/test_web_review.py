"""Review: every act a revision, weighed at once, marked wherever it leads, undone without a trace in the answers; and who may write."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from web_scene import CROSSING, DAY, HERE, desk_over

from conftest import Call
from heldby.ledger import open_ledger
from heldby.web.app import create_app
from heldby.web.shelf import Shelf

TOKEN = "a-token-of-this-launch"
CLOCKS = f"as_of={DAY}&known_by=2021-07-21"
MARK = "reviewed by a person"
MAY = {"x-heldby-token": TOKEN, "origin": HERE}


@pytest.fixture(scope="module")
def desk(demo_ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """A ledger of its own; every test takes back what it decided."""
    ledger = tmp_path_factory.mktemp("review") / "reviewed.db"
    shutil.copy(demo_ledger, ledger)
    return TestClient(create_app(Shelf(desk_over(ledger), ledger), token=TOKEN), base_url=HERE)


def act(client: TestClient, **typed: Any) -> str:
    answer = client.post("/api/v1/review", json={"reason": "a test says so", **typed}, headers=MAY)
    assert answer.status_code == 201, answer.text
    made: str = answer.json()["id"]
    return made


def unit(client: TestClient, unit_id: str = CROSSING) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/v1/units/{unit_id}?{CLOCKS}").json()["status"]
    return found


def told(row: dict[str, Any]) -> list[str]:
    return [e["quotes"][0]["claim_id"] for e in row["evidence"]]


def bare(row: dict[str, Any]) -> str:
    return json.dumps(row, sort_keys=True)


def test_the_queue_has_first_what_turns_the_map(desk: TestClient) -> None:
    queue = desk.get(f"/api/v1/review/queue?{CLOCKS}&limit=5000").json()
    ranks = [(not i["turns_holder"], not i["turns"], -abs(i["bits"] or 0)) for i in queue["items"]]
    assert ranks == sorted(ranks)
    assert queue["items"][0]["turns_holder"]
    first = queue["items"][0]
    before = unit(desk, first["unit_id"])
    rejected = act(desk, act="reject", claim_ids=first["claim_ids"])
    after = unit(desk, first["unit_id"])
    act(desk, act="undo", id=rejected)
    assert after["holder"] != before["holder"]
    assert MARK in after["marks"]


def test_every_act_is_weighed_marked_and_undone(desk: TestClient) -> None:
    before = unit(desk)
    claim = told(before)[0]
    first = act(desk, act="reject", claim_id=claim)
    rejected = unit(desk)
    assert claim not in told(rejected)
    assert len(told(rejected)) == len(told(before)) - 1
    assert MARK in rejected["marks"]
    act(desk, act="undo", id=first)
    assert bare(unit(desk)) == bare(before)

    second = act(desk, act="correct", claim_id=claim, unit_id="af:farah:farah", symbol="holds", holder="afghan_government")
    moved = unit(desk, "af:farah:farah")
    (mine,) = [e for e in moved["evidence"] if MARK in e["marks"]]
    assert (mine["symbol"], mine["holder"]) == ("holds", "afghan_government")
    assert claim not in told(unit(desk))
    third = act(desk, act="accept", claim_id=mine["quotes"][0]["claim_id"])  # a corrected claim is named as it stands
    acts = desk.get("/api/v1/review/acts").json()["items"]
    assert [a["act"] for a in acts][:4] == ["accept", "correct", "undo", "reject"]
    assert acts[0]["claim_ids"] == [claim]
    assert acts[3]["undone"] == acts[2]["id"]
    for made in (third, second):
        act(desk, act="undo", id=made)
    assert bare(unit(desk)) == bare(before)


def test_a_claim_of_ones_own_and_voices_that_are_one(desk: TestClient) -> None:
    before = unit(desk, "af:farah:farah")
    own = act(
        desk, act="add", unit_id="af:farah:farah", symbol="took", holder="taliban", when=DAY, text="The market was shut and their flag was up.",
        source="call", published=f"{DAY}T15:00", voice={"text": "a trader", "kind": "resident", "side": "unknown"},
    )  # fmt: skip
    row = unit(desk, "af:farah:farah")
    (mine,) = [e for e in row["evidence"] if MARK in e["marks"]]
    assert mine["quotes"][0]["text"] == "The market was shut and their flag was up."
    assert mine["quotes"][0]["outlet"] == "call"
    csv = desk.get(f"/api/v1/export/csv?{CLOCKS}").text
    assert MARK in next(line for line in csv.splitlines() if "af:farah:farah" in line)
    for form in ("geojson", "kml", "prov", "stix", "acled"):
        assert MARK in desk.get(f"/api/v1/export/{form}?{CLOCKS}").text, form
    assert MARK in desk.get(f"/statuses?{CLOCKS}").text
    act(desk, act="undo", id=own)
    assert bare(unit(desk, "af:farah:farah")) == bare(before)

    crossing = unit(desk)
    claims = [e["quotes"][0]["claim_id"] for e in crossing["evidence"] if e["holder"] == "taliban" and not e["denial"]][:2]
    origins = len({e["origin"] for e in crossing["evidence"]})
    one = act(desk, act="merge", claim_ids=claims)
    assert len({e["origin"] for e in unit(desk)["evidence"]}) < origins
    act(desk, act="undo", id=one)
    assert bare(unit(desk)) == bare(crossing)


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ({"act": "shrug"}, "act"),
        ({"act": "reject", "claim_id": "c-0", "reason": " "}, "reason"),
        ({"act": "reject", "claim_id": "c-0"}, "claim"),
        ({"act": "merge", "claim_ids": ["c-0"]}, "claim_ids"),
        ({"act": "undo", "id": "v-0"}, "v-0"),
        ({"act": "add", "text": "x"}, "add"),
        ({"act": "reject", "claim_id": "c-0", "extra": 1}, "extra"),
    ],
)
def test_what_cannot_be_is_refused_and_writes_nothing(desk: TestClient, typed: dict[str, Any], named: str) -> None:
    before = desk.get("/api/v1/review").json()
    answer = desk.post("/api/v1/review", json={"reason": "why", **typed}, headers=MAY)
    assert answer.status_code in (400, 503)
    assert named in json.dumps(answer.json())
    assert desk.get("/api/v1/review").json() == before
    assert (before["open"], before["member"]) == (True, "")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": HERE}, 403),
        ({"x-heldby-token": TOKEN}, 403),
        ({"x-heldby-token": TOKEN, "origin": "http://evil.example"}, 403),
        ({"x-heldby-token": TOKEN, "origin": "null"}, 403),
        ({"x-heldby-token": "another", "origin": HERE}, 403),
        ({**MAY, "host": "evil.example"}, 421),
        ({**MAY, "content-type": "text/plain"}, 403),
    ],
)
def test_only_this_launchs_own_page_writes(desk: TestClient, headers: dict[str, str], status: int) -> None:
    body = json.dumps({"act": "accept", "claim_id": "c-0", "reason": "why"})
    answer = desk.post("/api/v1/review", content=body, headers={"content-type": "application/json", **headers})
    assert answer.status_code == status
    assert desk.post("/api/v1/statuses", content=body, headers=MAY).status_code == 405


def test_without_a_token_nothing_is_written(served: TestClient) -> None:
    assert served.get("/api/v1/review").json()["open"] is False
    assert served.post("/api/v1/review", json={}, headers=MAY).status_code == 405
    too_long = "x" * 100_000
    assert served.post("/api/v1/review", content=too_long, headers=MAY).status_code == 405


def test_the_command_line_decides_alike_and_the_ledger_stays_whole(call: Call, demo_ledger: Path, tmp_path: Path) -> None:
    ledger = tmp_path / "cli.db"
    shutil.copy(demo_ledger, ledger)
    at = ("--ledger", str(ledger))
    kept = open_ledger(ledger)
    claim = kept.view().located()[0].claim.id
    kept.close()
    refused = call("review", "reject", claim, *at)
    assert refused.code == 2
    assert "reason" in refused.err
    made = json.loads(call("review", "reject", claim, "--reason", "a misreading", "--json", *at).out)
    kept = open_ledger(ledger)
    view = kept.view()
    assert claim not in {c.claim.id for c in view.located()}
    assert claim in {c.claim.id for c in view.as_read()}
    assert claim in {c.claim.id for c in kept.view(at_revision=made["revision"] - 1).located()}  # the past is as it was
    kept.close()
    assert "whole" in call("verify", *at).out
    assert call("review", "undo", made["id"], "--reason", "it was right", *at).code == 0
    assert call("review", "undo", made["id"], "--reason", "again", *at).code == 1
    assert "a misreading" in call("review", "acts", *at).out
