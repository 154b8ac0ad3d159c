"""The team's file: strict, every fault at once, no secret in it; keys are made by a command and shown once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from conftest import Call
from heldby.errors import Faults, HeldbyError
from heldby.team import Journal, Pace, Role, check_journal, load_team, read_journal
from heldby.team.members import Member, Provider, hash_of, parse_team
from heldby.team.permits import parse_permits

GOOD = f'[team]\norigin = "https://h.example"\n[[member]]\nname = "amina"\nrole = "reviewer"\ntoken_sha256 = "{hash_of("k")}"\n'
OIDC = '[oidc]\nissuer = "https://id.example"\nclient_id = "heldby"\n[oidc.roles]\nreaders = "viewer"\nchiefs = "admin"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "team"),
        (GOOD.replace("https://h.example", "h.example"), "origin"),
        (GOOD.replace("https://h.example", "https://h.example/path"), "origin"),
        (GOOD.replace("https://h.example", "https://user@h.example"), "origin"),
        (GOOD.replace("reviewer", "boss"), "unknown role 'boss'"),
        (GOOD.replace("amina", "Amina B"), "small letters"),
        (GOOD.replace(hash_of("k"), "k"), "64 hex digits"),
        (GOOD + GOOD.partition("\n[[")[2].join(("[[", "")), "is that of member 'amina' too"),
        (GOOD + "colour = 1\n", "colour"),
        (GOOD.replace("[team]\n", "[team]\nsession_hours = -1\n"), "session_hours"),
        ('[team]\norigin = "https://h.example"\n', "nobody could come in"),
        (GOOD + OIDC.replace("https://id", "http://id"), "begins with https://"),
        (GOOD + OIDC.replace("viewer", "boss"), "unknown role 'boss'"),
        (GOOD + OIDC.replace("client_id", "client"), "client_id: is needed"),
        (GOOD + "[other]\n", "no such table"),
        ("[team", "Expected"),
    ],
)
def test_a_fault_is_named_with_its_place(text: str, told: str) -> None:
    with pytest.raises(HeldbyError) as fault:
        parse_team(text, "team.toml", Path())
    assert told in str(fault.value)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(Faults) as fault:
        parse_team(GOOD.replace("reviewer", "boss").replace("https://h.example", "h"), "team.toml", Path())
    assert len(fault.value.faults) == 2


def test_members_are_known_by_their_key(tmp_path: Path) -> None:
    team = parse_team(GOOD, "team.toml", tmp_path)
    assert team.member("k") == Member("amina", Role.REVIEWER)
    assert team.member("K") is None
    assert team.member("") is None
    assert team.journal == tmp_path / "audit.jsonl"
    assert team.private


@pytest.mark.parametrize(("origin", "private"), [("http://h.example", False), ("http://127.0.0.1:8470", True), ("http://[::1]:1", True)])
def test_a_clear_way_beyond_this_machine_is_not_private(origin: str, private: bool) -> None:
    assert parse_team(GOOD.replace("https://h.example", origin), "team.toml", Path()).private is private


def test_a_provider_gives_the_greatest_role_of_an_identity() -> None:
    provider = parse_team(GOOD + OIDC, "team.toml", Path()).provider
    assert provider is not None
    told: list[dict[str, Any]] = [
        {"groups": ["readers", "chiefs"]},
        {"groups": "readers"},
        {"groups": ["others"]},
        {},
        {"groups": [{"a": 1}]},
    ]
    assert [provider.role(claims) for claims in told] == [Role.ADMIN, Role.VIEWER, None, None, None]
    assert Provider("https://i", "c", {"x": Role.EDITOR}, claim="org").role({"org": "x"}) is Role.EDITOR


def test_a_key_is_made_shown_once_and_not_kept(call: Call, tmp_path: Path) -> None:
    assert call("team", "add", "team.toml", "amina").code == 2  # a new file needs an origin
    first = call("team", "add", "team.toml", "amina", "--role", "editor", "--origin", "https://h.example")
    second = call("team", "add", "team.toml", "basir")
    assert (first.code, second.code) == (0, 0)
    team = load_team(tmp_path / "team.toml")
    assert team.member(first.out.strip()) == Member("amina", Role.EDITOR)
    assert team.member(second.out.strip()) == Member("basir", Role.VIEWER)
    text = (tmp_path / "team.toml").read_text(encoding="utf-8")
    assert first.out.strip() not in text
    assert call("team", "add", "team.toml", "amina").code == 2
    assert call("team", "add", "team.toml", "Not A Name").code == 2
    assert (tmp_path / "team.toml").stat().st_mode & 0o077 == 0


def test_roles_are_printed_by_route(call: Call) -> None:
    answer = call("team", "roles")
    assert answer.code == 0
    assert answer.out.index("POST  /api/v1/review") < answer.out.index("POST  /api/v1/reports") < answer.out.index("GET   /api/v1/audit")


def test_serving_beyond_this_machine_needs_a_team_and_a_private_way(call: Call, tmp_path: Path, demo_ledger: Path) -> None:
    (tmp_path / "team.toml").write_text(GOOD.replace("https://", "http://"), encoding="utf-8")
    answer = call("serve", "--host", "0.0.0.0", "--team", "team.toml", "--ledger", str(demo_ledger))
    assert answer.code == 2
    assert "in the clear" in answer.err
    assert call("serve", "--certificate", "team.toml", "--ledger", str(demo_ledger)).code == 2


def test_the_pace_lets_so_many_through_and_then_one_by_one() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    pace = Pace(lambda: now, at_once=3, a_minute=60)
    assert [pace.wait("a") for _ in range(3)] == [0, 0, 0]
    assert pace.wait("a") == pytest.approx(1.0)
    assert pace.wait("b") == 0
    now += timedelta(seconds=1)
    assert pace.wait("a") == 0
    assert pace.wait("a") > 0


@pytest.mark.parametrize(
    ("text", "told"),
    [('[boss]\nGET = ["/"]', "unknown role"), ('[viewer]\nPUT = ["/"]', "unknown method"), ('[viewer]\nGET = ["/", "/"]', "twice"), ('[acts]\nadd = "boss"', "'boss'")],
)  # fmt: skip
def test_broken_permits_are_refused(text: str, told: str) -> None:
    with pytest.raises(HeldbyError) as fault:
        parse_permits(text, "permits.toml")
    assert told in str(fault.value)


def test_two_servers_write_one_journal_in_turn(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "audit.jsonl"
    clock = lambda: datetime(2026, 1, 1, tzinfo=UTC)  # noqa: E731
    first, second = Journal(path, clock), Journal(path, clock)
    for journal in (first, second, first, first, second):
        journal.note("asked", member="amina")
    assert check_journal(path) == ()
    assert [e["n"] for e in read_journal(path)] == [1, 2, 3, 4, 5]
    whole = path.read_bytes()
    path.write_bytes(whole + b'{"n":6,"at"')  # a crash in the middle of a line
    Journal(path, clock).note("asked", member="basir")
    assert [e["member"] for e in read_journal(path)][-2:] == ["amina", "basir"]
    assert check_journal(path) == ()
