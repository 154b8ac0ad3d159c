"""Floors on the gold's development part, a little below what bench/locate_gold.py printed when they were set."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType

import pytest
from locate_scene import locator

BENCH = Path(__file__).resolve().parents[2] / "bench" / "locate_gold.py"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("locate_gold", BENCH)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["locate_gold"] = module
    spec.loader.exec_module(module)
    return module


def counted(bench: ModuleType, shared: Path, theatre: str, only: str) -> Counter[str]:
    total: Counter[str] = Counter()
    for name in ("portal", "wire"):
        total += bench.measure(bench.documents(shared / "gold" / f"{name}.jsonl"), locator(theatre), only, False)
    return total


@pytest.mark.shared
@pytest.mark.parametrize(("theatre", "only", "named", "country"), [("world", "", 0.90, 0.98), ("afghanistan-2021", "AF", 0.95, 0.995)])
def test_places_get_a_name_and_the_right_country(
    bench: ModuleType, shared: Path, theatre: str, only: str, named: float, country: float
) -> None:
    n = counted(bench, shared, theatre, only)
    assert n["resolved"] / n["places"] >= named
    assert n["country"] / n["with country"] >= country


@pytest.mark.shared
def test_every_place_of_the_founding_article_is_placed(bench: ModuleType, shared: Path) -> None:
    n = bench.measure(bench.documents(shared / "gold" / "founding.jsonl"), locator("afghanistan-2021"), "", False)
    assert n["unit, name agrees"] == n["places"] == 8
