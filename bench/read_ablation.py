"""What each part of the reader adds: parts are switched off from outside, and the gold's development part is read again.

    python bench/read_ablation.py ../shared/gold/portal.jsonl ../shared/gold/wire.jsonl [--theatre world]

    frames       verb and nominal frames on a flat parse: a verb's subject is the noun phrase before it, its object the one behind
    clauses      the clause stack: subjects of their own clause, relatives, passives, lists, infinitives
    voices       who speaks; without it everything is the publisher's own and nothing is denied by anybody
    references   "the city", "it", "both" go back to a place; without it they go nowhere
    fuzzy        the gazetteer's names spelled alike; without it only names as listed
    tallies      published tallies, and no claim for a set that a tally counts

The first table adds one part after another, the second takes one away from the whole. Documents whose id's SHA-256 begins below 0x33 are not read.
"""

from __future__ import annotations

import argparse
import contextlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest import mock

from heldby.interchange import reading_line
from heldby.locate import Locator
from heldby.model.claim import PublishedTally
from heldby.model.place import Candidate
from heldby.model.rulebook import Rulebook
from heldby.model.theatre import Lexicon
from heldby.model.who import Voice
from heldby.read import Reader
from heldby.read.anaphora import Trail
from heldby.read.chunks import Chunk, Kind
from heldby.read.document import Document
from heldby.read.places_names import Spot
from heldby.read.predicates import Link, Parse, Predicate
from heldby.read.speakers_side import Sides
from heldby.read.tallies import TallyReader
from heldby.read.voices import Attribution, Voices
from heldby.read.voices_record import Utterance
from heldby.read.words import Words
from heldby.rules import load_rulebook
from heldby.score import score_readings
from heldby.theatres import load_theatre
from read_gold import report_of, set_aside

PARTS = ("frames", "clauses", "voices", "references", "fuzzy", "tallies")
Line = Mapping[str, Any]


def flat_parse(chunks: tuple[Chunk, ...], heads: dict[int, str], words: Words, breaking: frozenset[int]) -> Parse:
    """Predicates without clauses: the noun phrase before a verb is its subject, the one behind its object, prepositions follow."""
    predicates: list[Predicate] = []
    tails: dict[int, list[tuple[str, list[int]]]] = {}
    noun, preposition = -1, ""
    for at, chunk in enumerate(chunks):
        if chunk.kind is Kind.VERB and chunk.group is not None:
            predicates.append(Predicate(at, chunk.group, Link.MAIN, subject=[noun] if noun >= 0 else []))
            noun, preposition = -1, ""
        elif chunk.kind is Kind.PREP:
            preposition = chunk.word
        elif chunk.kind is Kind.NOUN:
            if preposition and noun >= 0:
                tails.setdefault(noun, []).append((preposition, [at]))
            if predicates and preposition:
                predicates[-1].parts.append((preposition, [at]))
            elif predicates and not predicates[-1].object:
                predicates[-1].object.append(at)
            noun, preposition = at, ""
        elif chunk.kind is Kind.ADVERB and predicates and words.has("particle", chunk.word) and not predicates[-1].particle:
            predicates[-1].particle = chunk.word
    return Parse(chunks, tuple(predicates), tails)


class PublisherAlone(Attribution):
    """Everything is the publisher's own."""

    @property
    def utterances(self) -> tuple[Utterance, ...]:
        return ()

    def _credits(self, sentence_index: int) -> tuple[Voice, ...]:
        return ()


class NoVoices(Voices):
    def of(self, document: Document) -> Attribution:
        return PublisherAlone(document, Sides(document, self._stakes))


class NoTrail(Trail):
    """Nothing goes back to anything."""

    def resolve(self, *_: object, **__: object) -> tuple[Spot, ...]:
        return ()

    def focus(self, *_: object, **__: object) -> str:
        return ""

    def only(self, *_: object, **__: object) -> Spot | None:
        return None


class NoTallies(TallyReader):
    def read(self, *_: object, **__: object) -> tuple[PublishedTally, ...]:
        return ()


class Exact:
    """A gazetteer that finds nothing by likeness."""

    def __init__(self, whole: object) -> None:
        self._whole = whole

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)

    def similar(self, name: str, within: tuple[str, ...] = ()) -> tuple[Candidate, ...]:
        return ()


@contextlib.contextmanager
def only_with(parts: frozenset[str], rulebook: Rulebook, lexicon: Lexicon) -> Iterator[tuple[Reader, Locator]]:
    """A reader and a locator that have these parts and no others, while the context lasts."""
    off: dict[str, contextlib.AbstractContextManager[object]] = {
        "clauses": mock.patch("heldby.read.document.parse_clauses", flat_parse),
        "voices": mock.patch("heldby.read.reader.Voices", NoVoices),
        "references": mock.patch("heldby.read.claims_places.Trail", NoTrail),
        "tallies": mock.patch("heldby.read.reader.TallyReader", NoTallies),
    }
    with contextlib.ExitStack() as stack:
        for part, patch in off.items():
            if part not in parts:
                stack.enter_context(patch)
        known = lexicon if "fuzzy" in parts else replace(lexicon, gazetteer=Exact(lexicon.gazetteer))
        yield Reader(rulebook, known), Locator(known)


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one variant over the gold's files."""

    name: str
    table: Mapping[str, Mapping[str, Any]]
    units: float

    def line(self) -> str:
        t, on = self.table, self.table["on_matched_units"]
        rates = (t["class"]["precision"], t["class"]["recall"], t["class"]["f1"], t["holder"]["f1"])
        matched = (on["innermost_speaker"], on["full_chain"], on["speaker_side"])
        cells = [*rates, *(0.0 if m is None else m for m in matched), self.units, t["tallies"]["f1"]]
        return f"| {self.name} | " + " | ".join(f"{c:.3f}" for c in cells) + " |"


HEAD = "| parts | class precision | class recall | class F1 | holder F1 | innermost speaker | full chain | speaker's side | places with a unit | tallies F1 |"


def measure(name: str, parts: frozenset[str], gold: list[Line], rulebook: Rulebook, lexicon: Lexicon) -> Row:
    """Read `gold` with these parts alone."""
    with only_with(parts, rulebook, lexicon) as (reader, locator):
        located = [(r := report_of(line), locator.locate(reader.read(r), r)) for line in gold]
    named = [p for _, reading in located for c in reading.claims for p in c.places if not p.unnamed]
    units = sum(p.unit_id is not None for p in named) / max(len(named), 1)
    return Row(name, score_readings(gold, [reading_line(r, reading) for r, reading in located]), units)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--theatre", default="world")
    asked = parser.parse_args()
    rulebook, lexicon = load_rulebook(), load_theatre(asked.theatre).lexicon
    for path in asked.gold:
        lines = [json.loads(x) for x in path.read_text(encoding="utf-8").splitlines() if x.strip()]
        gold: list[Line] = [x for x in lines if not set_aside(x["id"])]
        print(f"\n{path.name}, development part, {len(gold)} documents, theatre {asked.theatre}\n\n{HEAD}\n|---|{'---:|' * 9}")
        for k, part in enumerate(PARTS):
            print(measure(part if not k else f"+ {part}", frozenset(PARTS[: k + 1]), gold, rulebook, lexicon).line())
        for part in PARTS[1:]:
            print(measure(f"all but {part}", frozenset(PARTS) - {part}, gold, rulebook, lexicon).line())


if __name__ == "__main__":
    main()
