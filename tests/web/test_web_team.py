"""A shared server: each route by its role and to nobody else, sign-ins that end, acts signed and set down, and no way around any of it."""

from __future__ import annotations

import json
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from team_scene import KEYS, ORIGIN, Hands, key_of, team_client, team_file
from web_scene import CROSSING, DAY

from conftest import Call
from heldby.team import Role, check_journal, load_permits, read_journal
from heldby.web.gatehouse import Door, Gatehouse
from heldby.web.routes_team import local

FILLED = {"report_id": "r-0", "unit_id": CROSSING, "name": "csv"}
WAITS = ("/api/v1/events", "/api/v1/timelapse.gif")  # the one never ends, the other takes seconds: asked by those who may not


@pytest.fixture(scope="module")
def hands() -> Hands:
    return Hands()


@pytest.fixture(scope="module")
def folder(demo_ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("team")
    shutil.copy(demo_ledger, made / "team.db")
    return made


@pytest.fixture(scope="module")
def client(folder: Path, hands: Hands) -> TestClient:
    return team_client(folder / "team.db", team_file(folder), hands)


@pytest.fixture(autouse=True)
def _rested(hands: Hands, client: TestClient) -> None:
    """Nobody is asked to wait for what an earlier test did."""
    hands.now += timedelta(hours=1)
    client.cookies.clear()


def journal(folder: Path) -> list[dict[str, Any]]:
    return list(read_journal(folder / "audit.jsonl"))


def routes(client: TestClient) -> set[tuple[str, str]]:
    """Every route that the app has, from its own description and from the routers that are in none."""
    told = client.get("/openapi.json", headers=key_of(Role.ADMIN)).json()["paths"]
    described = {(method.upper(), path) for path, by_method in told.items() for method in by_method}
    from heldby.web import routes_pages, routes_shell, routes_team

    bare = (routes_pages.home_route("/"), routes_pages.router, routes_shell.router, routes_team.signing)
    hidden = {(method, route.path) for router in bare for route in router.routes for method in route.methods}  # type: ignore[attr-defined]
    return described | hidden | {("GET", "/openapi.json"), ("GET", "/assets/{name}"), ("GET", "/embed")}


def test_every_route_has_a_rule_and_every_rule_a_route(client: TestClient) -> None:
    ruled = {(rule.method, rule.path) for rule in load_permits().rules}
    assert routes(client) == ruled


async def reached(scope: Any, receive: Any, send: Any) -> None:
    """Stands in for the app: whatever is let through comes here."""
    await PlainTextResponse("reached")(scope, receive, send)


def test_role_by_route(client: TestClient, folder: Path, hands: Hands, proving: bool) -> None:
    """Every rule for nobody and for each role. Without `make prove` what stands behind the gatehouse is not the app but a word."""
    behind = TestClient(Gatehouse(reached, Door.open(folder / "team.toml", hands)), base_url=ORIGIN, follow_redirects=False)
    gate = client if proving else behind
    asked = 0
    for rule in load_permits().rules:
        path = re.sub(r"\{(\w+)\}", lambda m: FILLED[m.group(1)], rule.path)
        for role in (None, *Role):
            may = rule.least is None or (role is not None and role.covers(rule.least))
            if (proving and may and path in WAITS) or (rule.path == "/signin" and rule.method == "POST"):
                continue
            hands.now += timedelta(seconds=10)
            sent: dict[str, Any] = {"headers": {**(key_of(role) if role else {}), "content-type": "application/json"}}
            answer = gate.request(rule.method, path, content=b"[]" if rule.method == "POST" else None, **sent)
            told = f"{rule.method} {path} as {role or 'nobody'}: {answer.status_code}"
            asked += 1
            if may and not proving:
                assert answer.text == "reached", told
            elif may:
                assert answer.status_code in (200, 303, 400, 404, 501), told
            elif role is None:
                assert answer.status_code == (303 if answer.headers.get("location", "").startswith("/signin") else 401), told
                assert "reached" not in answer.text, told
            else:
                assert answer.status_code == 403, told
                assert "is not for" in answer.json()["error"]["cause"], told
    assert asked > 5 * 40


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/api/v1/statuses/", "/api/v1//statuses", "/API/v1/statuses", "/openapi.json/x", "/docs"]
)
def test_what_stands_nowhere_is_for_nobody(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, path, headers=key_of(Role.ADMIN)).status_code == 403
    assert client.request(method, path).status_code in (401, 303)


@pytest.mark.parametrize("path", ["/api/v1/statuses", "/", "/openapi.json"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_no_other_method_is_let_through(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, path, headers=key_of(Role.ADMIN)).status_code == 403


@pytest.mark.parametrize("shown", ["Bearer wrong", "Bearer ", "Basic dGVhbTprZXk=", "bearer the-key-of-the-admin x"])
def test_a_wrong_key_opens_nothing(client: TestClient, shown: str) -> None:
    assert client.get("/api/v1/statuses", headers={"authorization": shown}).status_code == 401


def test_another_name_is_not_answered(client: TestClient) -> None:
    for host in ("127.0.0.1", "evil.example", "heldby.example.org.evil.example", ""):
        assert client.get("/api/v1/me", headers={**key_of(Role.ADMIN), "host": host}).status_code == 421


def signed_in(client: TestClient, role: Role, to: str = "/statuses") -> Any:
    return client.post("/signin", data={"key": KEYS[role], "to": to}, headers={"origin": ORIGIN})


def test_signing_in_and_out(client: TestClient, folder: Path) -> None:
    led = client.get("/statuses?as_of=2021-07-14")
    assert (led.status_code, led.headers["location"]) == (303, "/signin?to=/statuses")
    assert 'name="key"' in client.get(led.headers["location"]).text
    answer = signed_in(client, Role.REVIEWER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/statuses")
    kept = answer.headers["set-cookie"]
    for part in ("__Host-heldby=", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"):
        assert part in kept
    assert client.get("/api/v1/me").json() == {
        "name": "reviewer",
        "role": "reviewer",
        "acts": ["accept", "reject", "correct", "merge", "undo"],
    }
    assert client.get("/api/v1/review").json()["member"] == "reviewer"
    assert client.post("/signout", headers={"origin": ORIGIN}).status_code == 303
    assert client.get("/api/v1/me", headers={"cookie": kept.partition(";")[0]}).status_code == 401
    assert [e["act"] for e in journal(folder)][-4:] == ["signed in", "asked", "signed out", "answered"]


def test_a_sign_in_ends(client: TestClient, hands: Hands) -> None:
    signed_in(client, Role.VIEWER)
    hands.now += timedelta(hours=11)
    assert client.get("/api/v1/me").status_code == 200
    hands.now += timedelta(hours=2)
    assert client.get("/api/v1/me").status_code == 401


def test_who_is_struck_off_is_out_at_once(client: TestClient, folder: Path) -> None:
    signed_in(client, Role.EDITOR)
    assert client.get("/api/v1/me").status_code == 200
    try:
        team_file(folder, roles=(Role.ADMIN,))
        assert client.get("/api/v1/me").status_code == 401
        assert client.get("/api/v1/me", headers=key_of(Role.EDITOR)).status_code == 401
        (folder / "team.toml").write_text("[team]\n", encoding="utf-8")
        broken = client.get("/api/v1/me", headers=key_of(Role.ADMIN))
        assert broken.status_code == 503
        assert "cannot be read" in broken.json()["error"]["cause"]
    finally:
        team_file(folder)


def test_keys_cannot_be_guessed_for_long(client: TestClient, hands: Hands) -> None:
    told = [client.post("/signin", data={"key": f"guess {n}"}, headers={"origin": ORIGIN}).status_code for n in range(12)]
    assert told == [403] * 10 + [429] * 2
    assert client.post("/signin", data={"key": "x"}, headers={"origin": ORIGIN}).headers["retry-after"].isdigit()
    hands.now += timedelta(minutes=1)
    assert signed_in(client, Role.VIEWER).status_code == 303


def test_only_a_page_of_its_own_signs_in_or_writes(client: TestClient) -> None:
    for headers in ({}, {"origin": "https://evil.example"}, {"origin": "null"}):
        assert client.post("/signin", data={"key": KEYS[Role.ADMIN]}, headers=headers).status_code == 403
    signed_in(client, Role.ADMIN)
    for headers in ({}, {"origin": "https://evil.example"}):
        assert client.post("/api/v1/review", json={"act": "undo", "id": "v-1", "reason": "no"}, headers=headers).status_code == 403
        assert client.post("/signout", headers=headers).status_code == 403
    with_key = {**key_of(Role.ADMIN), "origin": "https://evil.example"}
    assert client.post("/api/v1/review", json={"act": "undo", "id": "v-1", "reason": "no"}, headers=with_key).status_code == 403


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "evil", "/a\nb", ""])
def test_nobody_is_led_elsewhere(to: str) -> None:
    assert local(to) == "/"


def test_local_paths_are_kept() -> None:
    assert local("/units/af:x?as_of=2021-07-14") == "/units/af:x?as_of=2021-07-14"


def test_acts_are_signed_and_by_role(client: TestClient, folder: Path) -> None:
    shown = client.get(f"/api/v1/units/{CROSSING}?as_of={DAY}&known_by=2021-07-21", headers=key_of(Role.VIEWER)).json()
    claim = shown["status"]["evidence"][0]["quotes"][0]["claim_id"]

    def send(role: Role, **typed: Any) -> Any:
        return client.post("/api/v1/review", json={"reason": "a test says so", **typed}, headers=key_of(role))

    assert send(Role.VIEWER, act="reject", claim_id=claim).status_code == 403
    mine = send(Role.EDITOR, act="reject", claim_id=claim)
    assert mine.status_code == 201, mine.text
    theirs = send(Role.REVIEWER, act="undo", id=mine.json()["id"])
    assert theirs.status_code == 403
    assert "somebody else" in theirs.json()["error"]["cause"]
    added = send(Role.REVIEWER, act="add", text="x", source="call", published=DAY, unit_id=CROSSING, symbol="took", holder="taliban")
    assert added.status_code == 403
    assert send(Role.EDITOR, act="nonsense").status_code == 400
    assert send(Role.EDITOR, act="undo", id=mine.json()["id"]).status_code == 201
    acts = client.get("/api/v1/review/acts", headers=key_of(Role.VIEWER)).json()["items"]
    assert {a["author"] for a in acts} == {"editor"}
    last = [(e["member"], e["act"], e["status"]) for e in journal(folder)][-2:]
    assert last == [("editor", "asked", 0), ("editor", "answered", 201)]


def test_reports_are_sent_read_and_kept_once(client: TestClient, folder: Path) -> None:
    text = "Taliban fighters captured the district of Khanabad in Kunduz province on Sunday, a provincial councillor said."
    sent = {
        "reports": [
            {"text": text, "outlet": "Example Wire", "published": "2021-06-21"},
            {"text": " "},
            {"text": text, "published": "never"},
        ]
    }
    refused = client.post("/api/v1/reports", json=sent, headers=key_of(Role.REVIEWER))
    assert refused.status_code == 403
    first = client.post("/api/v1/reports", json=sent, headers=key_of(Role.EDITOR))
    assert first.status_code == 201, first.text
    kept, empty, undated = first.json()["items"]
    assert (kept["outcome"], kept["claims"]) == ("added", 1)
    assert (empty["report_id"], [g["kind"] for g in empty["gaps"]]) == ("", ["empty"])
    assert "undated" in [g["kind"] for g in undated["gaps"]]
    again = client.post("/api/v1/reports", json=sent, headers=key_of(Role.EDITOR)).json()
    assert (again["head"], again["items"][0]["outcome"]) == (first.json()["head"], "known")
    for wrong in (b"{", b"[]", b'{"reports": []}', json.dumps({"reports": [{"text": "x", "colour": "red"}]}).encode()):
        headers = {**key_of(Role.EDITOR), "content-type": "application/json"}
        assert client.post("/api/v1/reports", content=wrong, headers=headers).status_code == 400


def test_the_journal_is_for_admins_and_its_chain_holds(client: TestClient, folder: Path, call: Call) -> None:
    for _ in range(6):
        client.get("/api/v1/audit", headers=key_of(Role.EDITOR))
    told = client.get("/api/v1/audit?limit=1", headers=key_of(Role.ADMIN)).json()
    assert told["items"][0]["act"] == "refused"
    assert told["items"][0]["path"] == "/api/v1/audit"
    assert client.get(told["next"].removeprefix(ORIGIN), headers=key_of(Role.ADMIN)).json()["items"][0]["n"] == told["total"] - 1
    path = folder / "audit.jsonl"
    assert check_journal(path) == ()
    keys = path.read_text(encoding="utf-8")
    assert not any(key in keys for key in KEYS.values())
    answer = call("team", "audit", str(path))
    assert answer.code == 0
    assert "the chain holds" in answer.err
    assert re.search(r"editor \(editor\) refused GET /api/v1/audit 403", answer.out)
    lines = path.read_bytes().splitlines(keepends=True)
    point = {"n": len(lines), "hash": json.loads(lines[-1])["hash"]}
    for changed in ([*lines[:3], *lines[4:]], [*lines[:2], lines[3], lines[2], *lines[4:]], [b"{}\n", *lines]):
        (folder / "changed.jsonl").write_bytes(b"".join(changed))
        assert check_journal(folder / "changed.jsonl")
    forged = lines[3].replace(b'"status":', b'"status":1')
    (folder / "changed.jsonl").write_bytes(b"".join([*lines[:3], forged, *lines[4:]]))
    assert "was changed" in check_journal(folder / "changed.jsonl")[0]
    (folder / "changed.jsonl").write_bytes(b"".join(lines[:-2]))
    assert check_journal(folder / "changed.jsonl") == ()
    assert "ends before" in check_journal(folder / "changed.jsonl", point)[0]
