"""Tallies on the gold's development part: floors that may rise and never fall. A fifth of the ids is set aside and never looked at."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from heldby.interchange import tally_line
from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read.document import DocumentReader
from heldby.read.tallies import TallyReader
from heldby.read.voices import Voices
from heldby.read.words import Words
from heldby.rules import load_rulebook
from heldby.score import score_tallies
from heldby.theatres import load_theatre

Line = dict[str, Any]
FLOORS = {"portal": (0.95, 0.95), "wire": (0.93, 0.9)}  # precision, recall


class Bench:
    """Reads gold lines with one theatre."""

    def __init__(self, theatre: str) -> None:
        lexicon, rulebook = load_theatre(theatre).lexicon, load_rulebook()
        self._documents = DocumentReader(Words.of(rulebook), lexicon)
        self._voices = Voices(rulebook, lexicon)
        self._reader = TallyReader(rulebook, lexicon)

    def tallies(self, line: Line) -> list[Line]:
        published = Published.parse(line["published"]) if line["published"] else None
        report = Report.of(line["text"], outlet=line["outlet"], url=line["url"] or "", published=published)
        document = self._documents.read(report)
        return [tally_line(t) for t in self._reader.read(document, self._voices.of(document))]


@pytest.fixture(scope="module")
def world() -> Bench:
    return Bench("world")


def lines(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(FLOORS))
def test_floors(shared: Path, world: Bench, name: str) -> None:
    gold = {d["id"]: d for d in lines(shared / "gold" / f"{name}.jsonl") if hashlib.sha256(d["id"].encode()).hexdigest() >= "33"}
    score = score_tallies(gold, {i: {"tallies": world.tallies(d)} for i, d in gold.items()})
    precision, recall = FLOORS[name]
    assert score["precision"] >= precision
    assert score["recall"] >= recall


@pytest.mark.shared
def test_the_founding_article_gives_its_three_tallies_and_no_other(shared: Path) -> None:
    (gold,) = lines(shared / "gold" / "founding.jsonl")
    keys = ("actor_canonical", "relation", "unit", "count", "share", "of", "qualifier", "as_of", "polarity", "source_chain", "speaker_side")
    read = Bench("afghanistan-2021").tallies(gold)
    assert [{k: t.get(k) for k in keys} for t in read] == [{k: t.get(k) for k in keys} for t in gold["tallies"]]
