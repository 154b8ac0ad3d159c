"""`heldby export` on the demo's ledger."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from conftest import Call


def test_formats_by_ending_and_by_name(call: Call, demo_ledger: Path, tmp_path: Path) -> None:
    given = ("--ledger", str(demo_ledger), "--as-of", "2021-07-14", "--kind", "crossing")
    assert call("export", "--out", "a.csv", *given).code == 0
    rows = list(csv.reader((tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()))
    assert rows[1][0] == "#country+code+v_iso3"
    answer = call("export", "--out", "b.json", "--format", "geojson", "--json", *given)
    features = json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))
    assert json.loads(answer.out)["edition"] == features["heldby"]["edition"]
    at = rows[0].index("probability"), rows[0].index("unit_id")
    assert [(f["properties"]["unit_id"], f["properties"]["probability"]) for f in features["features"]] == [
        (r[at[1]], float(r[at[0]]) if r[at[0]] else None) for r in rows[2:]
    ]
    assert any("Spin Boldak" in f["properties"]["name"] for f in features["features"])


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--out", "a.docx"), "ends in none of"),
        (("--out", "a.csv", "--format", "docx"), "known: csv"),
        (("--out", "a.csv", "--holder", "nobody"), "unknown; known: "),
        (("--out", "a.csv", "--within", "Nowhere-upon-Sea"), "unknown in theatre"),
    ],
)
def test_a_wrong_call_is_told(call: Call, demo_ledger: Path, args: tuple[str, ...], words: str) -> None:
    answer = call("export", *args, "--ledger", str(demo_ledger), "--as-of", "2021-07-14")
    assert answer.code == 2
    assert words in answer.err
