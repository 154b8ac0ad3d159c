"""The command line with a ledger in PostgreSQL: the same answers as with a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Call
from database_scene import fresh_schema
from heldby.desk import open_desk
from heldby.settings import Settings
from heldby.web.shelf import Shelf

FELL = "Taliban fighters seized Nerkh district on Tuesday, a provincial councillor said.\n"
THEATRE = ("--theatre", "afghanistan-2021")
DATED = ("--published", "2021-05-12T09:00:00+04:30", "--outlet", "Lowland Post")
pytestmark = pytest.mark.postgres


def test_the_same_answers_as_with_a_file(call: Call, database: str) -> None:
    where = fresh_schema(database)
    Path("a.txt").write_text(FELL)
    missing = call("status", "Nerkh", "--ledger", where)
    assert missing.code == 2
    assert "there is no ledger at postgresql:///" in missing.err
    answers = []
    for ledger in (("--ledger", where), ()):
        told = json.loads(call("add", "a.txt", "--json", *ledger, *THEATRE, *DATED).out)
        status = json.loads(call("status", "Nerkh", "--as-of", "2021-05-13", "--known-by", "2021-05-20", "--json", *ledger).out)
        verified = call("verify", *ledger)
        assert verified.code == 0, verified.out
        answers.append((told["content"], told["revision"], status["statuses"]))
    assert answers[0] == answers[1]


def test_the_server_shows_what_another_process_adds(call: Call, database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heldby.ledger.postgres.STAMP_SECONDS", 0.0)
    where = fresh_schema(database)
    Path("a.txt").write_text(FELL)
    Path("b.txt").write_text(FELL.replace("Nerkh", "Jalrez"))
    call("add", "a.txt", "--ledger", where, *THEATRE, *DATED)
    shelf = Shelf(open_desk(Settings(theatre="afghanistan-2021", ledger=where)), where)
    before = shelf.inquiry().revision
    call("add", "b.txt", "--ledger", where, *THEATRE, *DATED)
    assert shelf.inquiry().revision == before + 2
