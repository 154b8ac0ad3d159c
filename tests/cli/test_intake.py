"""read, add, reread, verify as a user calls them: what is printed, what is kept, and how bad input is told."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from conftest import Call

FELL = "Taliban fighters captured Nerkh district in Wardak province on Monday, a provincial councillor said.\n"
THEATRE = ("--theatre", "afghanistan-2021")
PUBLISHED = ("--outlet", "Lowland Post", "--published", "2021-05-11")


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def report_line(**more: object) -> str:
    return json.dumps({"id": "x1", "text": FELL, "published": "2021-05-11", "outlet": "Lowland Post", "url": None, **more}) + "\n"


def test_read_prints_one_line_a_report_and_keeps_nothing(call: Call, tmp_path: Path) -> None:
    Path("a.jsonl").write_text(report_line() + report_line(id="x2", text="The weather was fine.\n"))
    answer = call("read", "a.jsonl", "--json", *THEATRE)
    assert answer.code == 0
    first, second = lines(answer.out)
    assert (first["id"], second["id"], second["claims"]) == ("x1", "x2", [])
    (claim,) = first["claims"]
    assert (claim["relation"], claim["actor_canonical"], claim["polarity"], claim["event_date"]) == (
        "captured",
        "taliban",
        "asserted",
        "2021-05-10",
    )
    assert claim["source_chain"][0] == "Lowland Post"
    assert claim["speaker_side"] == "afghan_government"
    assert [p["unit_id"] for p in claim["places"]] == ["af:wardak:nerkh"]
    assert claim["evidence"] in FELL
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.jsonl"]


def test_read_looks_at_five_fields_of_a_line_only(call: Call) -> None:
    Path("plain.jsonl").write_text(report_line())
    Path("more.jsonl").write_text(report_line(claims=[1], theatre="elsewhere", notes="x", tallies={}, doubtful=True, licence=None))
    plain, more = call("read", "plain.jsonl", "--json", *THEATRE), call("read", "more.jsonl", "--json", *THEATRE)
    assert plain.out == more.out
    assert plain.out


@pytest.mark.shared
def test_read_takes_nothing_from_a_gold_line_but_its_report(call: Call, shared: Path) -> None:
    gold = [json.loads(line) for line in (shared / "gold" / "founding.jsonl").read_text(encoding="utf-8").splitlines()]
    kept = ("id", "text", "published", "outlet", "url")
    scrambled = [{k: v if k in kept else json.dumps(v)[::-1] for k, v in sorted(line.items(), reverse=True)} for line in gold]
    Path("gold.jsonl").write_text("".join(json.dumps(line) + "\n" for line in gold))
    Path("scrambled.jsonl").write_text("".join(json.dumps(line) + "\n" for line in scrambled))
    assert call("read", "gold.jsonl", "--json").out == call("read", "scrambled.jsonl", "--json").out != ""


def test_a_table_on_a_terminal_shows_no_control_character_of_the_text(call: Call) -> None:
    Path("a.txt").write_text("Taliban fighters captured \x1b[31mNerkh district\x1b[0m in Wardak province on Monday, officials said.\n")
    answer = call("read", "a.txt", *THEATRE, *PUBLISHED)
    assert answer.code == 0
    assert "\x1b" not in answer.out


def test_adding_twice_changes_nothing(call: Call) -> None:
    Path("a.txt").write_text(FELL)
    first = json.loads(call("add", "a.txt", "--json", *THEATRE, *PUBLISHED).out)
    again = json.loads(call("add", "a.txt", "--json", *PUBLISHED).out)
    assert (first["added"], again.get("known"), again["claims"]) == (1, 1, 0)
    assert (first["revision"], first["content"]) == (again["revision"], again["content"])


def test_bad_input_is_named_and_the_rest_is_kept(call: Call) -> None:
    folder = Path("in")
    folder.mkdir()
    (folder / "empty.txt").write_bytes(b"")
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 4)
    (folder / "large.txt").write_bytes(FELL.encode() * 40)
    (folder / "broken.txt").write_bytes(
        b"Taliban fighters captured Nerkh district in Wardak province on Monday, officials said \xff\xfe.\n"
    )
    (folder / "no-text.html").write_bytes(b"<html><head><title>x</title></head><body><script>1</script></body></html>")
    (folder / "good.jsonl").write_text(report_line())
    (folder / "future.jsonl").write_text(report_line(id="f", published="2999-01-01"))
    (folder / "persian.txt").write_text("طالبان ولسوالی نرخ را در ولایت میدان وردک تصرف کردند. مقامات محلی این خبر را تایید کردند.\n" * 4)
    (folder / "nowhere.txt").write_text("Taliban fighters captured the town of Qxwzyburg on Monday, officials said.\n")
    Path("heldby.toml").write_text("max_report_bytes = 2000\n")
    answer = call("add", "in", "--json", *THEATRE, *PUBLISHED)
    assert answer.code == 3
    for name in ("empty.txt", "binary.txt", "large.txt", "no-text.html", "future.jsonl"):
        assert name in answer.err, name
    figures = json.loads(answer.out)
    assert figures["added"] == 4  # good, broken, Persian and nowhere are kept
    kinds = [g["kind"] for g in json.loads(call("gaps", "--json").out)["gaps"]]
    assert {"empty", "binary", "too-large", "no-text", "future", "language", "unplaced"} <= set(kinds)


def test_an_unknown_theatre_names_the_known_ones(call: Call) -> None:
    Path("a.txt").write_text(FELL)
    answer = call("read", "a.txt", "--theatre", "atlantis")
    assert answer.code == 2
    assert "afghanistan-2021, ukraine-2022, world" in answer.err


def test_a_missing_source_is_an_error_of_the_call(call: Call) -> None:
    answer = call("read", "nowhere.txt", *THEATRE)
    assert answer.code == 2
    assert "nowhere.txt" in answer.err


def test_a_ledger_keeps_its_theatre(call: Call) -> None:
    Path("a.txt").write_text(FELL)
    call("add", "a.txt", *THEATRE, *PUBLISHED)
    answer = call("add", "a.txt", "--theatre", "world", *PUBLISHED)
    assert answer.code == 2
    assert "belongs to theatre 'afghanistan-2021'" in answer.err


def test_an_edit_and_a_retraction_are_new_revisions(call: Call) -> None:
    page = "https://lowland.example/nerkh"
    first = report_line(url=page, published="2021-05-11T09:00:00+04:30")
    edit = report_line(url=page, published="2021-05-12T09:00:00+04:30", text=FELL.replace("Nerkh district", "Jalrez district"))
    taken_back = json.dumps({"retract": page, "published": "2021-05-14T09:00:00+04:30", "outlet": "Lowland Post", "reason": "wrong"}) + "\n"
    Path("a.jsonl").write_text(first + edit + taken_back)
    figures = json.loads(call("add", "a.jsonl", "--json", *THEATRE).out)
    assert (figures["added"], figures["edit"], figures["retractions"]) == (1, 1, 1)

    def support(unit: str, known_by: str) -> str:
        answer = call("status", unit, "--as-of", "2021-05-11", "--known-by", known_by, "--json")
        return str(json.loads(answer.out)["statuses"][0]["support"])

    assert support("Nerkh", "2021-05-11") != "unknown"
    assert support("Nerkh", "2021-05-12") == "unknown"
    assert support("Jalrez", "2021-05-13") != "unknown"
    assert support("Jalrez", "2021-05-15") == "unknown"


def test_reread_under_the_same_rules_changes_nothing(call: Call) -> None:
    Path("a.txt").write_text(FELL)
    before = json.loads(call("add", "a.txt", "--json", *THEATRE, *PUBLISHED).out)
    assert json.loads(call("reread", "--json").out) == []
    assert json.loads(call("verify", "--json").out)["checkpoint"]["revision"] == before["revision"]


def test_verify_finds_a_change_and_a_cut_against_a_checkpoint(call: Call) -> None:
    Path("a.txt").write_text(FELL)
    call("add", "a.txt", *THEATRE, *PUBLISHED)
    assert call("verify", "--save-checkpoint", "point.json").code == 0
    db = sqlite3.connect("heldby.db")
    for table in ("payload", "revision"):
        for verb in ("update", "delete"):
            db.execute(f"DROP TRIGGER {table}_keeps_{verb}")
    db.execute("DELETE FROM revision WHERE number = (SELECT max(number) FROM revision)")
    db.commit()
    db.close()
    answer = call("verify", "--checkpoint", "point.json")
    assert answer.code == 1
    assert "shorter than its checkpoint" in answer.out


def test_standard_input_is_a_source(call: Call) -> None:
    answer = call("read", "-", "--json", *THEATRE, *PUBLISHED, stdin=FELL.encode())
    assert answer.code == 0
    assert len(lines(answer.out)[0]["claims"]) == 1


def test_names_from_a_source_cannot_command_the_terminal(call: Call) -> None:
    Path("a.jsonl").write_text(
        report_line(id="x\u001b[31m", outlet="Lowland\u001b]0;Post", text=FELL + "The Taliban control 12 districts.\n")
    )
    answer = call("read", "a.jsonl", *THEATRE)
    assert answer.code == 0
    assert "tally:" in answer.out
    assert "\x1b" not in answer.out
    Path("empty\x1b[31m.txt").write_text("")
    answer = call("read", "empty\x1b[31m.txt", *THEATRE)
    assert answer.code == 3
    assert "is empty" in answer.err
    assert "\x1b" not in answer.err


def test_broken_text_is_marked_where_it_is_read(call: Call) -> None:
    Path("a.txt").write_bytes(FELL.encode() + b"\xff\xfe\x80 and so on.\n")
    answer = call("read", "a.txt", *THEATRE, *PUBLISHED)
    assert answer.code == 0
    assert "broken text" in answer.out


def test_a_report_from_the_future_met_again_is_the_same_gap(call: Call) -> None:
    Path("a.jsonl").write_text(report_line(published="2199-01-01"))
    first, again = (json.loads(call("add", "a.jsonl", "--json", *THEATRE).out) for _ in range(2))
    assert first["gaps"] == 1
    assert (again["content"], again["revision"]) == (first["content"], first["revision"])


def test_a_file_that_is_no_checkpoint_is_not_a_broken_ledger(call: Call) -> None:
    Path("a.txt").write_text(FELL)
    call("add", "a.txt", *THEATRE, *PUBLISHED)
    Path("other.json").write_text(report_line())
    for name, told in (("other.json", "is no checkpoint"), ("missing.json", "No such file")):
        answer = call("verify", "--checkpoint", name)
        assert answer.code == 2
        assert told in answer.err
        assert "broken" not in answer.out
