"""Whatever the bytes: reports or gaps come, never an exception, and every report can be written as UTF-8."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from gather_scene import gathered
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heldby.model.report import Mark

QUICK = settings(
    max_examples=60, deadline=timedelta(seconds=2), derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
PIECES = st.sampled_from(
    [b"<html>", b"<p>", b"\xff\xfe", b"\xef\xbb\xbf", b'{"text": "', b'"}', b"\n", b"\r\n", b"\x00", b"&#55296;", b"text of a report. "]
)
BYTES = st.lists(st.one_of(st.binary(max_size=20), PIECES), max_size=30).map(b"".join)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    lambda v: st.one_of(st.lists(v), st.dictionaries(st.text(), v)),
    max_leaves=5,
)
LINES = st.lists(
    st.dictionaries(st.sampled_from(["id", "text", "published", "outlet", "url", "title", "retract", "reason", "other"]), VALUES),
    min_size=1,
    max_size=5,
)


@pytest.mark.parametrize("suffix", ["txt", "html", "jsonl", "json", "bin"])
@QUICK
@given(data=BYTES)
def test_any_bytes(suffix: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"any.{suffix}"
    path.write_bytes(data)
    got = gathered(path)
    assert got.items
    for report in got.reports:
        report.text.encode()
        assert report.text.strip()
        assert "\x00" not in report.text


@QUICK
@given(lines=LINES)
def test_any_json(lines: list[dict[str, object]], tmp_path: Path) -> None:
    path = tmp_path / "any.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    got = gathered(path)
    named = {str(n) for n in range(1, len(lines) + 1)}
    assert {(i.subject if hasattr(i, "subject") else i.origin).rpartition(":")[2] for i in got.items} == named
    for report in got.reports:
        for text in (report.text, report.title, report.outlet, report.url, report.given_id):
            text.encode()
        assert set(report.marks) <= {Mark.BROKEN_TEXT}
