"""The founding page: exactly its claims and tallies, each in its voice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from heldby.interchange import reading_line
from heldby.locate import Locator
from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read import Reader
from heldby.rules import load_rulebook
from heldby.score import score_readings
from heldby.theatres import load_theatre

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def gold(shared: Path) -> dict[str, Any]:
    line: dict[str, Any] = json.loads((shared / "gold" / "founding.jsonl").read_text(encoding="utf-8"))
    return line


@pytest.fixture(scope="module", params=["afghanistan-2021", "world"])
def line(gold: dict[str, Any], request: pytest.FixtureRequest) -> dict[str, Any]:
    lexicon = load_theatre(request.param).lexicon
    report = Report.of(gold["text"], outlet=gold["outlet"], published=Published.parse(gold["published"]), given_id=gold["id"])
    return reading_line(report, Locator(lexicon).locate(Reader(load_rulebook(), lexicon).read(report), report))


def test_nothing_is_missed_and_nothing_added(gold: dict[str, Any], line: dict[str, Any]) -> None:
    table = score_readings([gold], [line])
    for level in ("holder", "class", "relation"):
        assert (table[level]["fp"], table[level]["fn"]) == (0, 0)
    assert len(line["claims"]) == len(gold["claims"])
    assert (table["tallies"]["tp"], table["tallies"]["fp"], table["tallies"]["fn"]) == (3, 0, 0)


def test_each_claim_has_its_passage_relation_places_and_polarity(gold: dict[str, Any], line: dict[str, Any]) -> None:
    for wanted, got in zip(gold["claims"], line["claims"], strict=True):
        assert got["evidence"] == wanted["evidence"]
        assert (got["relation"], got["polarity"], got["modality"]) == (wanted["relation"], wanted["polarity"], wanted["modality"])
        assert [p["canonical"] for p in got["places"]] == [p["canonical"] for p in wanted["places"]]
        assert (got["actor_canonical"], got["from_actor"]) == (wanted["actor_canonical"], wanted["from_actor"])


def test_each_claim_stands_in_its_own_voice(gold: dict[str, Any], line: dict[str, Any]) -> None:
    for wanted, got in zip(gold["claims"], line["claims"], strict=True):
        assert got["speaker_side"] == wanted["speaker_side"]
        assert len(got["source_chain"]) == len(wanted["source_chain"])
        assert all(g in w or w in g for g, w in zip(got["source_chain"], wanted["source_chain"], strict=True))
