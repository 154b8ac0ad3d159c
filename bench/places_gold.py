"""What share of the gold's places the world's gazetteer knows, and what it costs (ids whose SHA-256 begins below 0x33 are set aside).

    python bench/places_gold.py ../shared/gold/portal.jsonl ../shared/gold/wire.jsonl [--misses]

A place counts as found by name if `lookup` of its written or canonical name gives something, else as anchored if `find` hits a name inside
("police headquarters in X"); right if a unit of the gold's country is among the finds. Also printed: the rate at which running text is
searched, and the time that loading and the first question take.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from heldby.model.theatre import Gazetteer
from heldby.theatres import BUILT_IN, load_theatre

ROUNDS = 5  # times the texts are searched for the rate


def documents(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        if hashlib.sha256(document["id"].encode()).hexdigest()[:2] >= "33":
            yield document


def places(path: Path) -> Iterator[dict[str, Any]]:
    """Every named place of a file once."""
    seen = set()
    for document in documents(path):
        for place in (p for c in document["claims"] for p in c["places"] if p["canonical"] and p["country"]):
            key = tuple(place[k] or "" for k in ("canonical", "text", "kind", "country"))
            if key not in seen:
                seen.add(key)
                yield place


def found(gazetteer: Gazetteer, place: dict[str, Any]) -> tuple[str, list[str]]:
    """How a place was found ("name", "anchor" or "") and the countries of what was found."""
    for name in (place["text"], place["canonical"]):
        if ids := gazetteer.lookup(name):
            return "name", [u.country for u in map(gazetteer.unit, ids) if u]
    hits = [i for name in (place["text"], place["canonical"]) for h in gazetteer.find(name) for i in h.unit_ids]
    return ("anchor" if hits else ""), [u.country for u in map(gazetteer.unit, hits) if u]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("files", nargs="+", type=Path)
    asked.add_argument("--misses", action="store_true")
    args = asked.parse_args()
    began = time.perf_counter()
    gazetteer = load_theatre("world").lexicon.gazetteer
    loaded = time.perf_counter()
    gazetteer.find("Kherson")
    asked_once = time.perf_counter()
    size = sum(p.stat().st_size for p in (BUILT_IN / "world").iterdir()) / 1e6
    print(f"world: {size:.1f} MB on disk; loaded in {loaded - began:.2f} s, first question {asked_once - loaded:.2f} s")
    for path in args.files:
        counts: Counter[str] = Counter()
        by_kind: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for place in places(path):
            how, countries = found(gazetteer, place)
            right = place["country"] in countries
            counts.update(("all", how or "missed", *(["right"] if right else [])))
            by_kind[place["kind"]].update(("all", how or "missed"))
            if args.misses and not (how and right):
                print(
                    "  ",
                    how or "missed",
                    place["canonical"],
                    "|",
                    place["text"],
                    "|",
                    place["kind"],
                    place["country"],
                    sorted(set(countries)),
                )
        if not counts["all"]:
            print(f"{path.name}: no place outside the part set aside")
            continue
        hit = counts["name"] + counts["anchor"]
        print(
            f"{path.name}: {counts['all']} places; {counts['name'] / counts['all']:.1%} by name, {counts['anchor'] / counts['all']:.1%} by a name"
            f" inside, {counts['missed'] / counts['all']:.1%} missed; the country is among the finds for {counts['right'] / max(1, hit):.1%}"
        )
        print("   by name: " + ", ".join(f"{k} {c['name']}/{c['all']}" for k, c in sorted(by_kind.items())))
    text = "\n".join(d["text"] for path in args.files for d in documents(path)) * ROUNDS
    began = time.perf_counter()
    hits = len(gazetteer.find(text))
    print(
        f"find: {len(text) / 1e6 / (time.perf_counter() - began):.1f} million characters a second ({hits / ROUNDS:.0f} names in {len(text) / ROUNDS / 1e3:.0f} thousand)"
    )


if __name__ == "__main__":
    main()
