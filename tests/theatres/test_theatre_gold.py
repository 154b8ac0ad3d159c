"""Floors of the theatres' tables on material they were not written from, a little below what the benches printed when they were set."""

from __future__ import annotations

import importlib.util
import statistics
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from small_theatre import built_in

BENCH = Path(__file__).resolve().parents[2] / "bench"
FILES = ("portal.jsonl", "wire.jsonl")


def bench(name: str) -> ModuleType:
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, BENCH / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.shared
def test_the_golds_places_are_known_and_in_the_right_country(shared: Path) -> None:
    places, gazetteer = bench("places_gold"), built_in("world").lexicon.gazetteer
    counts: Counter[str] = Counter()
    for name in FILES:
        for place in places.places(shared / "gold" / name):
            how, countries = places.found(gazetteer, place)
            counts.update(("all", how or "missed", *(["right"] if place["country"] in countries else [])))
    assert counts["name"] >= 0.85 * counts["all"]
    assert counts["right"] >= 0.95 * (counts["name"] + counts["anchor"])


@pytest.mark.shared
def test_the_golds_actors_are_named_right(shared: Path) -> None:
    actors = bench("actors_gold")
    known = actors.bearers(built_in("world").lexicon.actors)
    verdicts: Counter[bool] = Counter()
    for name in FILES:
        for document, claim in actors.claims(shared / "gold" / name):
            if actors.is_named(claim["actor"]):
                on = date.fromisoformat(document["published"]) if document["published"] else None
                countries = {p["country"] for p in claim["places"] if p["country"]}
                verdicts[actors.resolve(claim["actor"], known, on, countries) == [claim["actor_canonical"]]] += 1
    assert verdicts[True] >= 0.9 * verdicts.total()


@pytest.mark.shared
def test_the_afghan_tables_agree_with_lists_they_were_not_taken_from(shared: Path) -> None:
    check, theatre = bench("check_theatre"), built_in("afghanistan-2021")
    listed = check.listed_districts(shared)
    found = check.assign(theatre, listed)
    for source, share in check.matched(listed, found).items():
        assert share.right >= 0.98 * share.total, source
    assert check.membership_differences(theatre, found) == ()
    with_province, alone, _ = check.spelled_right(theatre, check.truths(theatre, found))
    assert with_province.right >= 0.95 * with_province.total
    assert alone.right >= 0.85 * alone.total


def test_afghan_centres_lie_where_geonames_has_them() -> None:
    away = bench("check_theatre").distances(built_in("afghanistan-2021"), bench("check_theatre").gazetteer_points())
    assert len(away) > 150
    assert statistics.median(away.values()) < 10
