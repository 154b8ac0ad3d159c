"""JSON Lines of reports: line by line, malformed lines named, fields beside the known ones never looked at."""

from __future__ import annotations

import json
import random
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from gather_scene import OPTIONS, gathered

from heldby.gather import gather
from heldby.model.report import GapKind, Mark

LINE: dict[str, Any] = {
    "id": "d7",
    "text": "The post fell.\r\nIt is gone.",
    "published": "2021-07-14T10:00:00",
    "outlet": "Karwan Daily",
    "url": "https://karwan.example/7",
    "title": "Post falls",
}


def table(tmp_path: Path, *lines: object) -> Path:
    path = tmp_path / "reports.jsonl"
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return path


def test_a_line_is_a_report_as_it_stands(tmp_path: Path) -> None:
    report = gathered(table(tmp_path, LINE)).report
    assert (report.given_id, report.text, report.title, report.url) == ("d7", LINE["text"], "Post falls", LINE["url"])
    assert report.origin == "reports.jsonl:1"
    assert report.marks == (Mark.RECONSTRUCTION,)


def test_a_time_without_a_zone_is_the_outlets(tmp_path: Path) -> None:
    lines = [LINE, LINE | {"outlet": "Coast Post"}, LINE | {"outlet": "Unknown"}, LINE | {"published": "2021-07-14"}]
    known = [r.published.known for r in gathered(table(tmp_path, *lines)).reports if r.published]
    hours = [(14, 5, 30), (14, 13, 0), (14, 10, 0), (14, 19, 30)]
    assert known == [datetime(2021, 7, d, h, m, tzinfo=UTC) for d, h, m in hours]


@pytest.mark.parametrize(
    "published",
    ["2021-07-14T10:00Z", "2021-07-14 10:00:00+00:00", "2021-07-14T10:00:00.0000000Z", "2021-07-14T14:30:00+0430", " 2021-07-14T12:00+02 "],
)
def test_ways_to_write_one_instant(published: str, tmp_path: Path) -> None:
    got = gathered(table(tmp_path, LINE | {"published": published})).report.published
    assert got is not None
    assert (got.known, got.exact) == (datetime(2021, 7, 14, 10, tzinfo=UTC), True)


def test_other_fields_are_never_looked_at(tmp_path: Path) -> None:
    plain = gathered(table(tmp_path, LINE)).items
    noisy = LINE | {"claims": [1, {"text": "x"}], "theatre": None, "origin": 3, "retract": "https://karwan.example/1", "fetched": "never"}
    shuffled = list(noisy.items())
    random.Random(3).shuffle(shuffled)
    assert gathered(table(tmp_path, dict(shuffled))).items == plain


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ('{"text": "cut off', "is no JSON"),
        ("not json at all", "is no JSON"),
        ('["text"]', "no JSON object but a list"),
        ("7", "no JSON object but a number"),
        ("null", "no JSON object but null"),
        ('{"id": "d1", "published": "2021-07-14"}', 'has no "text"'),
        ('{"text": null}', 'has no "text"'),
        ('{"text": 7}', '"text" is a number, not a string'),
        ('{"text": ["a"]}', '"text" is a list, not a string'),
        ('{"text": "a", "outlet": {}}', '"outlet" is an object, not a string'),
        ('{"text": "a", "id": true}', '"id" is true or false, not a string'),
        ('{"text": "raw \x00 zero"}', "is no JSON"),
        ("[" * 100_000, "is no JSON that can be read"),
        ('{"id": ' + "9" * 5000 + ', "text": "a"}', "is no JSON that can be read"),
    ],
)
def test_a_malformed_line_is_named_and_the_rest_goes_on(line: str, cause: str, tmp_path: Path) -> None:
    got = gathered(table(tmp_path, LINE, line, LINE | {"id": "d8"}))
    assert (got.gap.kind, got.gap.subject) == (GapKind.MALFORMED, "reports.jsonl:2")
    assert cause in got.gap.cause
    assert [r.given_id for r in got.reports] == ["d7", "d8"]


@pytest.mark.parametrize("published", ["14 July 2021", "2021-02-30", "20210714", "2021-07", "yesterday", 1626220800, ["2021-07-14"], True])
def test_a_date_that_is_none_leaves_the_report_undated_with_the_cause(published: object, tmp_path: Path) -> None:
    got = gathered(table(tmp_path, LINE | {"published": published}))
    assert got.report.published is None
    assert got.gap.kind is GapKind.UNDATED
    assert (str(published) if isinstance(published, str) else json.dumps(published)) in got.gap.cause


@pytest.mark.parametrize("published", [None, "", "  "])
def test_a_line_without_a_date_takes_the_callers(published: object, tmp_path: Path) -> None:
    from heldby.model.when import Published

    given = Published.parse("2021-07-15")
    assert gathered(table(tmp_path, LINE | {"published": published}), published=given).report.published == given
    assert gathered(table(tmp_path, LINE | {"published": published})).gap.kind is GapKind.UNDATED


def test_what_a_line_says_stands_before_what_the_caller_says(tmp_path: Path) -> None:
    report = gathered(table(tmp_path, LINE), outlet="Hill Gazette", url="https://hill.example/").report
    assert (report.outlet, report.url) == ("Karwan Daily", LINE["url"])
    bare = gathered(table(tmp_path, {"text": "The post fell."}), outlet="Hill Gazette", url="https://hill.example/").report
    assert (bare.outlet, bare.url) == ("Hill Gazette", "https://hill.example/")


def test_an_empty_text_is_an_empty_report_not_a_malformed_line(tmp_path: Path) -> None:
    assert gathered(table(tmp_path, {"text": " \n"})).gap.kind is GapKind.EMPTY


def test_blank_lines_and_equal_ids_are_no_fault(tmp_path: Path) -> None:
    got = gathered(table(tmp_path, LINE, "", "   ", LINE, {"id": 12, "text": "Third.", "published": "2021-07-14"}))
    assert [r.given_id for r in got.reports] == ["d7", "d7", "12"]
    assert [r.origin for r in got.reports] == ["reports.jsonl:1", "reports.jsonl:4", "reports.jsonl:5"]
    assert got.reports[0].id == got.reports[1].id
    assert got.gaps == []


def test_characters_that_cannot_be_written_are_replaced_and_marked(tmp_path: Path) -> None:
    report = gathered(table(tmp_path, '{"text": "A \\ud800 and \\u0000 here.", "published": "2021-07-14"}')).report
    assert (report.text, report.marks) == ("A \ufffd and \ufffd here.", (Mark.BROKEN_TEXT,))


def test_a_line_with_broken_bytes_is_kept_and_marked(tmp_path: Path) -> None:
    path = tmp_path / "reports.jsonl"
    path.write_bytes(b'{"text": "The caf\xe9 was hit.", "published": "2021-07-14"}\n{"text": "Next.", "published": "2021-07-14"}\n')
    got = gathered(path)
    assert [r.text for r in got.reports] == ["The caf\ufffd was hit.", "Next."]
    assert [r.marks for r in got.reports] == [(Mark.BROKEN_TEXT,), ()]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_tables_in_other_encodings_with_windows_line_ends(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "reports.jsonl"
    path.write_bytes('{"text": "Ünë."}\r\n{"text": "\u062f\u0648."}'.encode(encoding))
    assert [r.text for r in gathered(path).reports] == ["Ünë.", "\u062f\u0648."]


def test_retractions(tmp_path: Path) -> None:
    sound = {
        "retract": "https://karwan.example/7",
        "published": "2021-07-15",
        "outlet": "Karwan Daily",
        "reason": "The witness withdrew it.",
    }
    got = gathered(
        table(
            tmp_path,
            sound,
            sound | {"published": "soon"},
            sound | {"published": None},
            sound | {"retract": ""},
            sound | {"published": "2031-01-01"},
        )
    )
    assert [(r.url, r.outlet, r.reason, r.origin) for r in got.retractions] == [
        ("https://karwan.example/7", "Karwan Daily", "The witness withdrew it.", "reports.jsonl:1")
    ]
    assert got.retractions[0].published.known == datetime(2021, 7, 15, 19, 30, tzinfo=UTC)
    assert [g.kind for g in got.gaps] == [GapKind.MALFORMED] * 3 + [GapKind.FUTURE]
    assert got.reports == []


def test_a_report_over_the_bound_is_refused_and_the_rest_goes_on(tmp_path: Path) -> None:
    long = {"text": "é" * 10_001, "published": "2021-07-14"}
    endless = '{"text": "' + "x" * 2_000_000 + '"}'
    got = gathered(table(tmp_path, LINE, long, endless, LINE | {"id": "d8"}))
    assert [(g.kind, g.subject) for g in got.gaps] == [(GapKind.TOO_LARGE, "reports.jsonl:2"), (GapKind.TOO_LARGE, "reports.jsonl:3")]
    assert [r.given_id for r in got.reports] == ["d7", "d8"]


def test_a_large_table_is_never_held_in_memory(tmp_path: Path) -> None:
    path = tmp_path / "reports.jsonl"
    line = json.dumps(LINE | {"text": "The post fell. " * 500}) + "\n"
    with path.open("w") as out:
        for _ in range(2500):
            out.write(line)
    assert path.stat().st_size > 18_000_000
    tracemalloc.start()
    try:
        assert sum(1 for _ in gather([str(path)], OPTIONS)) == 2500
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()
