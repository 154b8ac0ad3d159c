"""The gates turn away nothing that would have been read, and a good deal of what would not."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from heldby.flow.demo import DATA
from heldby.model.report import Report
from heldby.model.rulebook import Build
from heldby.model.when import Published
from heldby.read import Reader
from heldby.read.frames_gate import FrameGate
from heldby.read.gate import LONG, Gate, blanked
from heldby.read.language import language
from heldby.read.words import Words
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre

BENCH = Path(__file__).resolve().parents[2] / "bench"
PUBLISHED = Published.parse("2021-08-14")


def bench(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, BENCH / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


class Open(Gate):
    """Lets everything through."""

    def __init__(self) -> None:
        """No words are needed."""

    def admits(self, text: str, *, whole: bool = True) -> bool:
        return True


class AnyWords(FrameGate):
    """Lets every sentence through."""

    def __init__(self) -> None:
        """No words are needed."""

    def opens(self, lows: set[str]) -> bool:
        return True


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_rulebook(), load_theatre("world").lexicon)


@pytest.fixture(scope="module")
def ungated() -> Reader:
    """A reader that parses every sentence of every text."""
    reader = Reader(load_rulebook(), load_theatre("world").lexicon)
    reader._gate = Open()
    return reader


def report(text: str) -> Report:
    return Report.of(text, outlet="Valley Messenger", published=PUBLISHED)


def test_what_is_turned_away_would_have_given_nothing(reader: Reader, ungated: Reader, proving: bool) -> None:
    count = 4_000 if proving else 400
    texts = [sentence for t in bench("read_speed").corpus(8)[0] for sentence in t.split("\n")]
    texts += [m.text for m in bench("read_mutants").mutants(count, seed=5)]
    turned_away = [t for t in texts if not reader.admits(t)]
    assert len(turned_away) > 20
    for text in turned_away:
        one, other = reader.read(report(text)), ungated.read(report(text))
        if len(text) < LONG or language(text) != "en":
            assert one == other
        else:  # words of war that a mutation has broken are none
            assert (one.claims, one.tallies, one.gaps) == ((), (), ())


def test_every_example_of_the_rules_that_gives_a_claim_is_admitted(reader: Reader) -> None:
    told = [e.text for f in load_rulebook().frames for e in f.examples if e.claims]
    assert len(told) > 100
    assert [t for t in told if not reader.admits(t)] == []


@pytest.mark.parametrize(
    "text",
    [
        "The price of bread rose again, the office said.",
        "Rain is expected on Monday.",
        "She has written nine novels.",
        "",
    ],
)
def test_everyday_text_is_turned_away(reader: Reader, text: str) -> None:
    assert not reader.admits(text)


def test_a_trigger_and_a_place_must_stand_in_one_stretch() -> None:
    gate = Gate(["seized"], ["town"], ["districts", "%"], ["seven"], lambda part: "Herat" in part)
    assert gate.admits("They SEIZED, after a night, the Town.")
    assert gate.admits("They seized Herat.")
    assert not gate.admits("They seized bread there. The town slept.")
    assert gate.admits("They seized Gen. The town")  # may be an abbreviation: one stretch
    assert not gate.admits("They unseized the townsfolk.")
    assert gate.admits("They hold seven districts.")
    assert gate.admits("They hold 7 districts and 40% of it.")
    assert not gate.admits("Several districts were quiet.")


def test_a_long_text_needs_a_word_of_war(reader: Reader) -> None:
    dull = "The team took the lead in the town of Herat and kept it. The shop on the market square closed again on Monday. " * 5
    assert len(dull) > LONG
    assert reader.admits(dull[: LONG - 1])
    assert not reader.admits(dull)
    assert reader.admits(dull + "Then the rebels came.")
    assert reader.admits(dull + "Then the Taliban came.")
    gate = Gate(["seized"], ["town"], ["%"], ["seven"], lambda part: False)
    assert gate.admits("They seized the town. " * 50), "no words of war are given, none is asked for"


def test_every_dispatch_with_a_claim_or_a_tally_passes(reader: Reader, ungated: Reader) -> None:
    lines = [json.loads(x) for x in (DATA / "dispatches.jsonl").read_text(encoding="utf-8").splitlines()]
    away = [x["text"] for x in lines if "text" in x and not reader.admits(x["text"])]
    assert away
    for text in away:
        assert ungated.read(report(text)).claims == ()


def test_text_is_blanked_sign_for_sign() -> None:
    for text in ("Herat-held, é1_x\n", "\u0130stanbul \U0001f600 k", "ŉ", ""):
        assert len(blanked(text)) == len(text)
    assert blanked("Herat's 3-held") == b"herat s 3 held"


def test_a_frame_opens_with_all_its_words_or_not_at_all() -> None:
    rulebook = load_rulebook()
    gate = FrameGate(rulebook.frames, Words.of(rulebook))
    assert gate.opens({"they", "took", "over", "herat"})
    assert gate.opens({"they", "took", "control", "of", "herat"})
    assert gate.opens({"rebel-held", "herat"})
    assert not gate.opens({"they", "have", "been", "there"})
    assert not gate.opens({"bread", "is", "dear"})
    compounds = {n for f in rulebook.frames if f.build is Build.COMPOUND for n in f.nouns}
    assert compounds <= gate.words
