"""How well places are located, on the gold (development part): each annotated place is given to the locator as a perfect reader would.

    python bench/locate_gold.py ../shared/gold/portal.jsonl ../shared/gold/wire.jsonl [--theatre world] [--only AF] [--misses]

A place is handed over with its words and where they stand; a reference back ("the city", "it") with the words of the nearest annotated
place of the same name before it, which is what a perfect reader would link it to. Neither kind nor name of the annotation is shown.
Prints, over the places that have a common name in the gold: how many get a unit, how many get a name and a country at least, how often
name, country and first-level division agree, and how many are left open between homonyms. Ids whose SHA-256 begins below 0x33 are set aside.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from heldby.locate import Locator
from heldby.locate.phrase import read_words
from heldby.model.claim import Claim, Reading, Relation
from heldby.model.place import Place
from heldby.model.report import GapKind, Passage, Report
from heldby.score import SIMILAR_PLACE, fold, similar
from heldby.theatres import load_theatre


def documents(path: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [d for d in lines if hashlib.sha256(d["id"].encode()).hexdigest()[:2] >= "33" or path.stem == "founding"]


def standing(text: str, evidence: str, words: str) -> int:
    """Where `words` stand: in the evidence, else the nearest place in the text."""
    base = text.find(evidence)
    inside = evidence.find(words)
    if inside >= 0:
        return base + inside
    found = [i for i in range(len(text)) if text.startswith(words, i)]
    return min(found, key=lambda i: abs(i - base)) if found else -1


def handed(doc: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any], Place]]:
    """(claim, gold place, place as handed to the locator) for every place of a document."""
    rows = []
    for claim in doc["claims"]:
        for place in claim["places"]:
            start = standing(doc["text"], claim["evidence"], place["text"])
            if start >= 0:
                rows.append((claim, place, Place(place["text"], start, start + len(place["text"]), unnamed=place["canonical"] is None)))
    linked = []
    for claim, gold, place in rows:
        back = [p for _, g, p in rows if g["canonical"] == gold["canonical"] and read_words(p.text).name]
        if not read_words(place.text).name and gold["canonical"] and back:
            nearest = min(back, key=lambda p: (p.start > place.start, abs(p.start - place.start)))
            place = replace(place, referent=nearest.text)
        linked.append((claim, gold, place))
    return linked


def reading(report: Report, rows: list[tuple[dict[str, Any], dict[str, Any], Place]]) -> Reading:
    """One claim per gold claim with its places, so that siblings are seen; actors as annotated."""
    claims: list[Claim] = []
    done: list[dict[str, Any]] = []
    for claim, _, _ in rows:
        if any(claim is d for d in done):
            continue
        done.append(claim)
        places = tuple(p for c, _, p in rows if c is claim)
        start = max(report.text.find(claim["evidence"]), 0)
        passage = Passage(report.id, start, start + len(claim["evidence"]), claim["evidence"])
        claims.append(
            Claim(report.id, passage, Relation(claim["relation"]), claim["actor"], claim["actor_canonical"] or "", places, (), "unknown")
        )
    return Reading(report.id, tuple(claims))


def measure(docs: list[dict[str, Any]], locator: Locator, only: str, show: bool) -> Counter[str]:
    n: Counter[str] = Counter()
    for doc in docs:
        rows = handed(doc)
        if not rows:
            continue
        report = Report.of(doc["text"], outlet=doc["outlet"], given_id=doc["id"])
        began = time.perf_counter()
        located = locator.locate(reading(report, rows), report)
        n["ms"] += round(1000 * (time.perf_counter() - began))
        n["documents"] += 1
        found = [p for c in located.claims for p in c.places]
        open_ones = {(g.start, g.end) for g in located.gaps if g.kind is GapKind.AMBIGUOUS_PLACE}
        for (_, gold, handed_over), place in zip(rows, found, strict=True):
            if gold["canonical"] is None or (only and gold["country"] != only):
                continue
            count(n, gold, place, (place.start, place.end) in open_ones)
            if show and (place.unit_id is None or not agrees(gold, place) or place.country != gold["country"]):
                wanted = (gold["canonical"], gold["kind"], gold["admin1"], gold["country"])
                got = f"{place.unit_id} {place.canonical!r} {place.admin1} {place.country}"
                print(f"{doc['id']} {place.text!r} ({handed_over.referent}) want {wanted} got {got} | {place.why[:2]}")
    return n


def agrees(gold: dict[str, Any], place: Place) -> bool:
    """Whether the common name agrees, the written words left aside."""
    return bool(place.canonical) and similar(fold(gold["canonical"]), fold(place.canonical), SIMILAR_PLACE)


def count(n: Counter[str], gold: dict[str, Any], place: Place, left_open: bool) -> None:
    n["places"] += 1
    n["open"] += left_open
    n["unit"] += place.unit_id is not None
    resolved = place.canonical is not None and place.country is not None
    n["resolved"] += resolved
    n["unit, name agrees"] += place.unit_id is not None and agrees(gold, place)
    if resolved:
        n["name"] += agrees(gold, place)
        if gold["country"]:
            n["with country"] += 1
            n["country"] += place.country == gold["country"]
        if gold["admin1"]:
            n["with admin1"] += 1
            wanted, got = fold(gold["admin1"]), fold(place.admin1)
            n["admin1"] += bool(got) and (wanted in got or got in wanted or similar(wanted, got, SIMILAR_PLACE))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("gold", nargs="+", type=Path)
    parser.add_argument("--theatre", default="world")
    parser.add_argument("--only", default="", help="ISO2 of the country whose places count")
    parser.add_argument("--misses", action="store_true")
    asked = parser.parse_args()
    locator = Locator(load_theatre(asked.theatre).lexicon)
    for path in asked.gold:
        show(path.name, asked.theatre, asked.only, measure(documents(path), locator, asked.only, asked.misses))


def show(name: str, theatre: str, only: str, n: Counter[str]) -> None:
    def share(part: str, whole: str) -> str:
        return f"{n[part]}/{n[whole]} = {n[part] / max(n[whole], 1):.3f}"

    print(f"{name}, theatre {theatre}, {only or 'all countries'}: {n['places']} named places, {n['documents']} reports, {n['ms']} ms")
    print(
        f"  name and country {share('resolved', 'places')}, a unit {share('unit', 'places')}, whose name agrees {share('unit, name agrees', 'places')}"
    )
    print(f"  of those with name and country: name agrees {share('name', 'resolved')}, country {share('country', 'with country')}")
    print(f"  first-level division agrees {share('admin1', 'with admin1')}; left open between homonyms: {n['open']}")


if __name__ == "__main__":
    main()
