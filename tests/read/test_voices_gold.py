"""Voices on the gold's development part: floors that may rise and never fall. A fifth of the ids is set aside and never looked at."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from heldby.read.document import DocumentReader
from heldby.read.voices import Voices
from heldby.read.words import Words
from heldby.rules.loading import load_rulebook
from heldby.theatres import load_theatre

BENCH = Path(__file__).resolve().parents[2] / "bench" / "voices_gold.py"
FLOORS = {  # shares of claims and tallies: innermost speaker, whole chain, side; of the denials
    "founding": (1.0, 1.0, 1.0, None),
    "portal": (0.97, 0.97, 0.97, 0.9),
    "wire": (0.95, 0.95, 0.92, 0.9),
}


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("voices_gold", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.shared
@pytest.mark.parametrize("name", sorted(FLOORS))
def test_floors(shared: Path, bench: ModuleType, name: str) -> None:
    rulebook, lexicon = load_rulebook(), load_theatre("afghanistan-2021" if name == "founding" else "world").lexicon
    reader = DocumentReader(Words.of(rulebook), lexicon)
    n = bench.measure(shared / "gold" / f"{name}.jsonl", Voices(rulebook, lexicon), reader, False)
    speaker, chain, side, denied = FLOORS[name]
    assert n["speaker"] >= speaker * n["claims"]
    assert n["chain"] >= chain * n["claims"]
    assert n["side"] >= side * n["claims"]
    assert denied is None or n["denied"] >= denied * n["denials"]
