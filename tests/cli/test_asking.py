"""status, why, tally, changes, gaps, map, brief over the bundled dispatches."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from conftest import Call


def asked(call: Call, ledger: Path, *args: str) -> dict[str, Any]:
    answer = call(*args, "--ledger", str(ledger), "--json")
    assert answer.code == 0, answer.err
    found: dict[str, Any] = json.loads(answer.out)
    return found


def test_a_crossing_is_told_differently_at_noon_and_a_week_later(call: Call, demo_ledger: Path) -> None:
    def row(known_by: str) -> dict[str, Any]:
        found = asked(call, demo_ledger, "status", "Spin Boldak crossing", "--as-of", "2021-07-14", "--known-by", known_by)
        only: dict[str, Any] = found["statuses"][0]
        return only

    morning, noon, evening, later = (row(t) for t in ("2021-07-14T06:00", "2021-07-14T12:00", "2021-07-14T21:00", "2021-07-21"))
    assert morning["holder"] is None
    assert morning["support"] == "unknown"
    assert noon["holder"] == "taliban"
    assert evening["support"] == "disputed"
    assert int(str(evening["denials"])) >= 1
    assert later["holder"] == "taliban"
    assert later["origins"] > noon["origins"]
    assert noon["support"] != evening["support"]


def test_why_shows_every_voice_with_its_sentence(call: Call, demo_ledger: Path) -> None:
    answer = call("why", "Spin Boldak crossing", "--as-of", "2021-07-14", "--ledger", str(demo_ledger))
    assert answer.code == 0
    assert "DENIES" in answer.out
    assert "ASSERTS" in answer.out
    assert "reconstruction of public events" in answer.out
    assert "Confidence:" in answer.out


def test_a_district_taken_and_retaken_within_a_day_is_two_changes(call: Call, demo_ledger: Path) -> None:
    found = asked(call, demo_ledger, "changes", "Khanabad, Kunduz", "--since", "2021-06-13", "--until", "2021-06-15")
    rows = found["changes"]
    assert [r["after"] for r in rows] == ["taliban", "afghan_government"]
    assert rows[1]["before"] == "taliban"
    brief = [s for s in found["spells"] if s["brief"]]
    assert len(brief) == 1
    assert brief[0]["holder"] == "taliban"
    assert brief[0]["end"]


def test_tallies_reconcile_and_name_their_roster(call: Call, demo_ledger: Path) -> None:
    found = asked(call, demo_ledger, "tally", "--since", "2021-07-01", "--as-of", "2021-07-15")
    for tally in found["tallies"]:
        assert sum(r["count"] for r in tally["rows"]) + tally["unknown"] == tally["size"] == 407
        assert all(r["low"] <= round(r["expected"]) <= r["high"] for r in tally["rows"])
    smaller = asked(call, demo_ledger, "tally", "--roster", "398", "--as-of", "2021-07-15")
    assert [t["size"] for t in smaller["tallies"]] == [398]


def test_before_the_first_evidence_everything_is_unknown(call: Call, demo_ledger: Path) -> None:
    found = asked(call, demo_ledger, "tally", "--as-of", "2021-05-31", "--known-by", "2021-04-30")
    (tally,) = found["tallies"]
    assert tally["unknown"] == tally["size"] == 407
    answer = call("map", "--as-of", "2021-05-31", "--known-by", "2021-04-30", "--out", "m.svg", "--ledger", str(demo_ledger))
    assert answer.code == 0
    assert "2021" in Path("m.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("status", "Nowhere-e Qx"), "unknown in theatre"),
        (("status", "Dawlatabad"), "say which by its id"),
        (("tally", "--roster", "500"), "known: 398, 399, 407, 421, 422"),
        (("status", "--as-of", "14 July"), "--as-of"),
        (("status", "--known-by", "noon"), "--known-by"),
        (("map", "--out", "map.gif"), ".svg or .png"),
    ],
)
def test_a_call_that_is_off_says_what_is_wrong(call: Call, demo_ledger: Path, args: tuple[str, ...], told: str) -> None:
    answer = call(*args, "--ledger", str(demo_ledger))
    assert answer.code == 2
    assert told in answer.err


def test_without_a_ledger_the_user_is_told_how_to_make_one(call: Call) -> None:
    answer = call("status")
    assert answer.code == 2
    assert "heldby add" in answer.err


def test_a_map_and_a_brief_carry_the_marks_and_the_edition(call: Call, demo_ledger: Path) -> None:
    common = ("--as-of", "2021-08-13", "--ledger", str(demo_ledger), "--known-by", "2021-08-16")
    assert call("map", "--out", "m.svg", *common).code == 0
    assert call("brief", "--out", "b.html", *common).code == 0
    picture, page = Path("m.svg").read_text(encoding="utf-8"), Path("b.html").read_text(encoding="utf-8")
    for text in (picture, page):
        assert "econstruction of public events" in text
        assert "nearest-centre cells, not boundaries" in text
    assert "<script" not in page
    assert " src=" not in page.replace(' src="data:image/svg+xml;base64,', ""), "pictures are inside the file, nothing is fetched"
    again = call("map", "--out", "again.svg", *common)
    assert again.code == 0
    assert Path("again.svg").read_bytes() == Path("m.svg").read_bytes()


def test_an_earlier_revision_answers_as_it_did(call: Call, demo_ledger: Path) -> None:
    found = asked(call, demo_ledger, "tally", "--as-of", "2021-08-16", "--at-revision", "0")
    assert found["tallies"][0]["unknown"] == 407
    answer = call("tally", "--at-revision", "999999", "--ledger", str(demo_ledger))
    assert answer.code == 2
    assert "has no revision" in answer.err


def test_days_out_of_order_or_off_the_calendar_are_told(call: Call, demo_ledger: Path) -> None:
    for args in (
        ("tally", "--since", "2021-08-02", "--as-of", "2021-08-01"),
        ("changes", "--since", "2021-08-02", "--until", "2021-08-01"),
        ("brief", "--since", "2021-08-02", "--as-of", "2021-08-01"),
    ):
        answer = call(*args, "--ledger", str(demo_ledger))
        assert answer.code == 2
        assert "--since" in answer.err
    answer = call("status", "--as-of", "0001-01-01", "--ledger", str(demo_ledger))
    assert answer.code == 2
    assert "--as-of" in answer.err


def test_what_is_shown_only_as_part_of_its_province_cannot_be_asked_for_by_name(
    call: Call, demo_ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELDBY_COARSEN_TO", "province")
    common = ("--ledger", str(demo_ledger))
    for args in (("status", "Nerkh"), ("why", "Nerkh"), ("changes", "Nerkh")):
        answer = call(*args, *common)
        assert answer.code == 2
        assert "only as part of its province" in answer.err
    assert call("status", "af:wardak", *common).code == 0
    answer = call("status", "--as-of", "2021-08-13", *common)
    assert "Maidan Wardak" in answer.out
    assert "Nerkh" not in answer.out


def test_a_delay_hides_that_there_is_news_of_a_place(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    before, lately = (datetime.now(UTC) - timedelta(days=d) for d in (5, 0.2))
    rows = [
        {
            "id": str(n),
            "text": f"The Taliban captured {place} district in Wardak, residents said.",
            "published": at.isoformat(),
            "outlet": "X",
        }
        for n, (place, at) in enumerate((("Nerkh", before), ("Chak", lately)))
    ]
    Path("a.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    assert call("add", "a.jsonl", "--theatre", "afghanistan-2021").code == 0
    day = lately.date().isoformat()
    assert "Chak" in call("status", "--as-of", day).out
    monkeypatch.setenv("HELDBY_PUBLISH_DELAY_HOURS", "48")
    delayed = call("status", "--as-of", day).out
    assert "Nerkh" in delayed
    assert "Chak" not in delayed


def test_where_all_news_is_old_the_user_is_told_which_day_to_ask_for(call: Call) -> None:
    row = {
        "id": "1",
        "text": "M23 rebels captured Sake on Wednesday, residents said.",
        "published": "2024-02-08",
        "outlet": "X",
        "url": None,
    }
    Path("a.jsonl").write_text(json.dumps(row) + "\n")
    assert call("add", "a.jsonl").code == 0
    assert "try --as-of 2024-02-0" in call("status").err
    assert "--as-of" not in call("status", "--as-of", "2024-02-08").err


def test_a_brief_in_three_forms_of_a_period_and_an_area(call: Call, demo_ledger: Path, tmp_path: Path) -> None:
    pytest.importorskip("typst")
    clocks = ("--as-of", "2021-07-14", "--known-by", "2021-07-14T12:00", "--since", "2021-07-07")
    given = ("--ledger", str(demo_ledger), *clocks, "--within", "Kandahar province")
    said = [json.loads(call("brief", "--out", f"b.{form}", "--json", *given).out)["edition"] for form in ("html", "md", "pdf")]
    assert len(set(said)) == 1, "one edition, three forms"
    text = (tmp_path / "b.md").read_text(encoding="utf-8")
    assert "of 17 districts" in text
    assert "Spin Boldak" in text
    assert "Balkh" not in text.split("## How the sources")[0], "another province"
    assert said[0] in text
    assert "Kandahar (Afghanistan, 2021): who holds it" in (tmp_path / "b.html").read_text(encoding="utf-8")
    assert (tmp_path / "b.pdf").read_bytes().startswith(b"%PDF-")
    whole = call("brief", "--out", "c.md", "--json", *given[:-2])
    assert json.loads(whole.out)["edition"] != said[0]
    assert call("brief", "--out", "b.docx", *given).code == 2
    assert "unknown in theatre" in call("brief", "--out", "b.md", *given[:-1], "Nowhere-upon-Sea").err
