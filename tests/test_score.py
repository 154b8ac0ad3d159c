"""The scorer: what it counts, and that it agrees with the gold's own."""

from __future__ import annotations

import copy
import importlib.util
import json
import random
from pathlib import Path
from typing import Any

import pytest

from heldby.score import score_readings


def line(*claims: dict[str, Any], ident: str = "d", **more: Any) -> dict[str, Any]:
    return {"id": ident, "claims": list(claims), "tallies": [], **more}


def claim(relation: str = "captured", actor: str = "taliban", place: str = "Balkh", **more: Any) -> dict[str, Any]:
    return {
        "relation": relation,
        "actor_canonical": actor,
        "places": [{"text": place, "canonical": place}],
        "source_chain": ["Paper"],
        **more,
    }


def test_a_gain_and_the_other_sides_loss_are_one_event_for_the_holder_only() -> None:
    table = score_readings([line(claim(from_actor="afghan_government"))], [line(claim("lost", "afghan_government"))])
    assert (table["holder"]["f1"], table["class"]["f1"]) == (1.0, 0.0)


def test_a_denial_is_not_an_assertion_and_a_plan_is_no_fact() -> None:
    for wrong in (claim(polarity="denied"), claim(modality="planned"), claim(actor="isis"), claim(place="Herat")):
        assert score_readings([line(claim())], [line(wrong)])["holder"]["tp"] == 0


def test_one_voice_too_many_is_an_error() -> None:
    table = score_readings([line(claim())], [line(claim(), claim(source_chain=["Paper", "a councillor"]))])
    assert (table["class"]["tp"], table["class"]["fp"]) == (1, 1)


def test_doubtful_claims_are_neither_rewarded_nor_punished() -> None:
    table = score_readings([line(claim(doubtful=True), claim(place="Herat"))], [line(claim())])
    assert (table["class"]["tp"], table["class"]["fp"], table["class"]["fn"]) == (0, 0, 1)


def test_false_claims_on_documents_without_any_are_counted_apart() -> None:
    assert score_readings([line()], [line(claim())])["class"]["fp_on_documents_without_claims"] == 1


def _theirs(shared: Path) -> Any:
    spec = importlib.util.spec_from_file_location("gold_score", shared / "gold" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _spoiled(lines: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """The gold with parts dropped, doubled and changed, as a bad reader would give it back."""
    chance = random.Random(seed)
    out = copy.deepcopy(lines)
    for entry in out:
        entry["claims"] = [c for c in entry["claims"] if chance.random() > 0.2]
        for c in entry["claims"]:
            if chance.random() < 0.3:
                c[chance.choice(["relation"])] = chance.choice(["captured", "controls", "lost", "contests"])
            if chance.random() < 0.2:
                c["source_chain"] = c["source_chain"][:1]
            if chance.random() < 0.1:
                c["actor_canonical"] = c.get("from_actor")
        if chance.random() < 0.2 and entry["claims"]:
            entry["claims"].append(copy.deepcopy(entry["claims"][0]) | {"source_chain": ["X", "somebody"]})
        entry["tallies"] = [t for t in entry["tallies"] if chance.random() > 0.3]
    return out


@pytest.mark.shared
@pytest.mark.parametrize("name", ["portal", "wire", "founding"])
def test_agrees_with_the_golds_own_scorer(shared: Path, name: str) -> None:
    lines = [json.loads(text) for text in (shared / "gold" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    spoiled = _spoiled(lines, seed=7)
    theirs = _theirs(shared).score({d["id"]: d for d in lines}, {d["id"]: d for d in spoiled})
    theirs["on_matched_units"].pop("evidence_overlaps")
    ours = score_readings(lines, spoiled)
    for table in ours.values():
        table.pop("f1_95", None)
    assert ours == theirs


def test_the_interval_is_that_of_documents_and_the_same_every_time() -> None:
    gold = [line(claim(place=f"Town{n}"), ident=str(n)) for n in range(40)]
    half = [line(claim(place=f"Town{n}"), ident=str(n)) for n in range(0, 40, 2)]
    low, high = score_readings(gold, half)["class"]["f1_95"]
    assert low < 2 / 3 < high
    assert high - low > 0.15  # a document is wholly read or wholly missed: forty of them tell little
    assert score_readings(gold, half)["class"]["f1_95"] == [low, high]
    assert score_readings(gold, gold)["class"]["f1_95"] == [1.0, 1.0]
    assert "f1_95" not in score_readings(gold[:9], gold)["class"]
