"""checkpoint, verify, erase, backup, restore and doctor as a user calls them."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from conftest import Call
from database_scene import fresh_schema
from heldby.desk import Desk, open_desk
from heldby.flow.checkup import findings
from heldby.ledger import open_ledger
from heldby.model.rulebook import Rulebook
from heldby.model.theatre import Lexicon
from heldby.read.examples import Failure, check_examples
from heldby.settings import Settings
from ledger_scene import add, dispatch

FELL = "Taliban fighters captured Nerkh district in Wardak province on Monday, a provincial councillor said.\n"
THEATRE = ("--theatre", "afghanistan-2021")


def fill(call: Call) -> list[str]:
    """Two reports in heldby.db; their ids."""
    lines = [{"text": FELL.replace("Nerkh", n), "published": "2021-05-11", "outlet": "Lowland Post"} for n in ("Nerkh", "Jalrez")]
    Path("a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert call("add", "a.jsonl", *THEATRE).code == 0
    with open_ledger(Path("heldby.db")) as ledger:
        return [r.id for r in ledger.view().reports() if "Nerkh" in r.text] + [r.id for r in ledger.view().reports() if "Jalrez" in r.text]


def test_a_signed_checkpoint_holds_and_a_forged_one_does_not(call: Call) -> None:
    fill(call)
    for name in ("mine.key", "theirs.key"):
        assert call("checkpoint", "--new-key", name).code == 0
        assert Path(name).stat().st_mode & 0o077 == 0
    assert "not overwritten" in call("checkpoint", "--new-key", "mine.key").err
    assert call("checkpoint", "--key", "mine.key", "--out", "point.json").code == 0
    good = call("verify", "--checkpoint", "point.json", "--public-key", "mine.key.pub")
    assert (good.code, "signature is good" in good.out) == (0, True)
    assert "another key signed it" in call("verify", "--checkpoint", "point.json", "--public-key", "theirs.key.pub").out
    told = json.loads(Path("point.json").read_text())
    for name, change, cause in (
        ("later", {"recorded": "2030-01-01T00:00:00Z"}, "it was changed"),
        ("garbled", {"signature": {**told["signature"], "value": "!"}}, "it was changed"),
        ("bare", {"signature": None}, "not signed"),
    ):
        Path(f"{name}.json").write_text(json.dumps({**told, **change}))
        answer = call("verify", "--checkpoint", f"{name}.json", "--public-key", "mine.key.pub", "--json")
        assert answer.code == 1
        assert cause in json.loads(answer.out)["breaks"][0]["cause"]


def test_a_ledger_that_cannot_be_read_to_its_end_is_told_with_all_that_was_found(call: Call) -> None:
    with open_ledger(Path("heldby.db")) as ledger:
        add(ledger, dispatch("Rivertown fell."))
    db = sqlite3.connect("heldby.db")
    db.execute("ALTER TABLE revision RENAME COLUMN author TO writer")
    db.commit()
    db.close()
    answer = call("verify", "--json")
    causes = {b["subject"]: b["cause"] for b in json.loads(answer.out)["breaks"]}
    assert answer.code == 1
    assert "guarded" in causes["schema revision"]
    assert "no such column: author" in causes["heldby.db"]
    told = call("verify")
    assert (told.code, told.out.splitlines()[-1]) == (1, "broken")


def test_what_is_no_key_is_said_to_be_none(call: Call) -> None:
    fill(call)
    Path("no.key").write_text("no key")
    assert "no private key" in call("checkpoint", "--key", "no.key").err
    call("checkpoint", "--out", "point.json")
    assert "no public key" in call("verify", "--checkpoint", "point.json", "--public-key", "no.key").err
    assert "name that with --checkpoint" in call("verify", "--public-key", "no.key").err
    assert "No such file" in call("checkpoint", "--key", "nowhere.key").err


def test_an_erased_report_leaves_a_tombstone_that_everything_shows(call: Call) -> None:
    nerkh, jalrez = fill(call)
    assert "--reason" in call("erase", nerkh).err
    assert "is not in the ledger" in call("erase", "r-none", "--reason", "x").err
    answer = call("erase", nerkh, "--reason", "a witness is in danger")
    assert (answer.code, "a witness is in danger" in answer.out) == (0, True)
    assert call("verify").code == 0
    asked = ("--as-of", "2021-05-12")
    status = json.loads(call("status", "Nerkh", *asked, "--json").out)
    assert status["statuses"][0]["support"] == "unknown"
    assert status["release_notes"] == ["1 report was erased from the ledger, and what rested on it is left out"]
    assert json.loads(call("status", "Jalrez", *asked, "--json").out)["statuses"][0]["support"] != "unknown"
    (gap,) = [g for g in json.loads(call("gaps", "--json").out)["gaps"] if g["kind"] == "erased"]
    assert gap["subject"] == nerkh
    for name in ("held.csv", "held.geojson", "held.kml"):
        assert call("export", "--out", name, *asked).code == 0
        assert "erased from the ledger" in Path(name).read_text()
    assert json.loads(call("add", "a.jsonl", "--json", *THEATRE).out)["erased"] == 1
    assert jalrez


def test_a_backup_comes_back(call: Call) -> None:
    fill(call)
    assert call("backup", "b.tar").code == 0
    assert call("restore", "b.tar", "--check").out.startswith("whole: b.tar")
    assert "is a ledger already" in call("restore", "b.tar").err
    assert call("restore", "b.tar", "--ledger", "again.db").code == 0
    one, other = (json.loads(call("verify", "--json", "--ledger", name).out) for name in ("heldby.db", "again.db"))
    assert one == other
    Path("b.tar").write_bytes(Path("b.tar").read_bytes()[:3000])
    assert call("restore", "b.tar", "--check").code == 1


@pytest.fixture
def light(monkeypatch: pytest.MonkeyPatch) -> None:
    """Desks are laid out once, and the rules' examples are tried once for each of them."""
    monkeypatch.setattr("heldby.flow.checkup.open_desk", laid_out)
    monkeypatch.setattr("heldby.flow.checkup.check_examples", tried)


@cache
def desk_of(theatre: str) -> Desk:
    return open_desk(Settings(theatre=theatre))


def laid_out(settings: Settings, _: object) -> Desk:
    return desk_of(settings.theatre or "world")


def tried(rulebook: Rulebook, lexicon: Lexicon) -> tuple[Failure, ...]:
    """`check_examples`, once for the rules and names of each desk that was laid out."""
    if (rulebook.digest, id(lexicon)) not in TRIED:
        TRIED[rulebook.digest, id(lexicon)] = lexicon, check_examples(rulebook, lexicon)
    return TRIED[rulebook.digest, id(lexicon)][1]


TRIED: dict[tuple[str, int], tuple[Lexicon, tuple[Failure, ...]]] = {}  # the lexicon is kept, so that its number stays its own


def graded(call: Call, *args: str) -> dict[str, list[str]]:
    """What doctor says, by grade."""
    told: dict[str, list[str]] = {"ok": [], "warn": [], "fault": []}
    for line in call("doctor", "--json", *args).out.splitlines():
        finding = json.loads(line)
        assert finding["grade"] == "ok" or finding["mend"]
        told[finding["grade"]].append(f"{finding['subject']}: {finding['words']}")
    return told


def test_doctor_names_what_is_wrong_and_how_to_mend_it(call: Call, light: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [w.partition(":")[0] for w in graded(call, *THEATRE)["warn"]] == ["ledger"]
    fill(call)
    well = graded(call)
    assert (well["warn"], well["fault"]) == ([], [])
    assert {w.partition(":")[0] for w in well["ok"]} == {
        "disk", "storage", "permissions", "ledger", "clock", "evidence", "engine", "theatre", "rules"
    }  # fmt: skip
    Path("heldby.db").chmod(0o666)
    Path("heldby.toml").write_text('evidence = "off"\n')
    Path("heldby.toml").chmod(0o666)
    assert {w.partition(":")[0] for w in graded(call)["warn"]} == {"permissions", "evidence"}
    assert len(graded(call)["warn"]) == 3
    assert any("asked for" in w for w in graded(call, "--theatre", "world")["fault"])
    monkeypatch.setattr("heldby.flow.checkup.FULL", 10**18)
    monkeypatch.setattr("heldby.flow.checkup.TIGHT", 10**18)
    assert [w.partition(":")[0] for w in graded(call)["fault"]] == ["disk"]
    assert call("doctor").code == 1


def test_doctor_looks_at_the_clock_and_at_a_ledger_that_is_none(call: Call, light: None) -> None:
    fill(call)
    for then, cause in ((datetime(1970, 1, 1, tzinfo=UTC), "says 1970"), (datetime(2026, 1, 1, tzinfo=UTC), "later than now")):

        def clock(then: datetime = then) -> datetime:
            return then

        found = [f.words for f in findings(Settings(), Path.cwd(), clock) if f.grade == "fault"]
        assert len(found) == 1
        assert cause in found[0]
    Path("heldby.db").write_bytes(b"no ledger" * 1000)
    assert any("cannot be used as a ledger" in w for w in graded(call, *THEATRE)["fault"])


@pytest.mark.postgres
def test_doctor_asks_the_server(call: Call, light: None, database: str) -> None:
    where = fresh_schema(database)
    fill(call)
    call("add", "a.jsonl", "--ledger", where, *THEATRE)
    told = graded(call, "--ledger", where)
    assert any("fsync is off" in w for w in told["fault"])  # as the tests' own server is run
    assert any("superuser" in w for w in told["warn"])
    assert any(
        "cannot be used as a ledger" in w for w in graded(call, "--ledger", "postgresql://postgres:x@127.0.0.1:1/none", *THEATRE)["fault"]
    )
