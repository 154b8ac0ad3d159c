"""Rewritten copies are found by what stayed of their sentences; a shared quotation or background makes none; and the command shows them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conftest import Call
from heldby.gather import copies, copies_of, fingerprint, rewrites

STORY = (
    "Fighters loyal to the movement captured the main bazaar of the district on Sunday, a councillor said.",
    "The police chief had left the building before dawn with about forty of his men and two armoured cars.",
    "Shopkeepers said that the white flag had been raised over the customs office by noon.",
    "A spokesman for the army denied that the centre had fallen and said that reinforcements were on their way.",
    "Some two thousand families have left the valley since the fighting began in the middle of May.",
    "The road to the provincial capital was closed again and no lorry has passed the bridge since Friday.",
)
RETOUCHED = (
    "Gunmen loyal to the movement seized the main bazaar of the district on Sunday morning, a local councillor said.",
    "The police chief reportedly left the building before dawn with about forty of his men and armoured cars.",
    "Traders said that the white flag had been hoisted over the customs office by noon.",
    "A spokesman for the army disputed that the centre had fallen and declared that reinforcements were on their way.",
    "About two thousand households have left the valley since the clashes began in the middle of May.",
    "The road to the provincial capital was shut again and no truck has passed the bridge since Friday.",
)
OTHER_WORDS = (
    "The market quarter is in rebel hands, two residents reached by telephone said late on Sunday.",
    "They had seen no policeman since the morning and counted five pickups at the customs house.",
    "In the capital, the ministry insisted that its troops were holding on and would soon be relieved.",
    "Aid workers registered hundreds of people who had walked down from the villages along the river.",
)
QUOTE = '"We asked for air support three times in the night and nobody came to help us," the commander told us by telephone.'
BACKGROUND = ("The district has changed hands four times since the war began.", "Talks have been at a standstill since the early spring.")


def found(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    return bool(copies_of({"one": "\n".join(one), "two": " ".join(two)}))


def test_a_text_with_every_sentence_retouched_is_a_copy() -> None:
    assert not copies({"one": fingerprint("\n".join(STORY)), "two": fingerprint("\n".join(RETOUCHED))})  # not one sentence is the same
    (pair,) = copies_of({"b": "\n".join(STORY), "a": " ".join(RETOUCHED)})
    assert (pair.first, pair.second) == ("a", "b")
    assert pair.containment >= 0.5
    assert pair.shared >= 3


def test_retouched_and_cut_and_enlarged() -> None:
    assert found(STORY, (RETOUCHED[4], RETOUCHED[0], RETOUCHED[2], *OTHER_WORDS[:2]))
    assert found(STORY, (*RETOUCHED[1:5], *(f"Stall number {n} of the vegetable market sold {n} sacks of rice." for n in range(2, 12))))


def test_neither_neighbours_nor_steps_change_a_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"a": " ".join(STORY), "c": " ".join(RETOUCHED), "d": " ".join(RETOUCHED[1:5]), "f": " ".join(OTHER_WORDS)}
    alone = copies_of(texts)
    assert [(p.first, p.second) for p in alone] == [("a", "c"), ("a", "d"), ("c", "d")]
    between = {name: f"Of {name} there is nothing that anybody could tell today." for name in ("0", "b", "e", "g")}
    assert copies_of({**texts, **between}) == alone
    for name, value in (("AT_ONCE", 2), ("PARTS", 3), ("REMEMBERED", 1)):
        monkeypatch.setattr(rewrites, name, value)
    assert copies_of({**texts, **between}) == alone
    assert copies_of({}) == ()


def test_one_event_in_other_words_is_no_copy_whatever_is_quoted() -> None:
    assert not found(STORY, OTHER_WORDS)
    assert not found((*STORY, QUOTE), (*OTHER_WORDS, QUOTE))
    assert not found((*STORY, QUOTE, *BACKGROUND), (*OTHER_WORDS, QUOTE, *BACKGROUND))
    assert not found(STORY[:2], RETOUCHED[:2])  # two retouched sentences are too few to say


def test_the_same_pairs_in_any_order_with_verbatim_ones_told_once() -> None:
    texts = {"a": " ".join(STORY), "b": " ".join(RETOUCHED), "c": "\n".join(STORY[:3]), "d": " ".join(OTHER_WORDS), "e": ""}
    pairs = copies_of(texts)
    assert [(p.first, p.second) for p in pairs] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert pairs == copies_of(dict(reversed(texts.items())))
    assert pairs[1].containment == 1.0
    assert copies_of({}) == copies_of({"e": "", "f": "!"}) == ()


@pytest.mark.parametrize("as_json", [True, False])
def test_the_command_shows_clusters_in_the_order_they_became_known(call: Call, as_json: bool) -> None:
    texts = {"Coast Post": RETOUCHED, "Harbour Agency": STORY, "Hill Gazette": OTHER_WORDS}
    lines = [
        {"text": " ".join(t), "outlet": o, "published": f"2021-07-{11 + 2 * (o == 'Coast Post')}", "url": f"https://a.example/{n}"}
        for n, (o, t) in enumerate(texts.items())
    ]
    Path("r.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    assert call("add", "r.jsonl", "--theatre", "afghanistan-2021").code == 0
    shown = call("copies", *["--json"] * as_json)
    assert shown.code == 0
    if as_json:
        ((first, copy),) = json.loads(shown.out)
        assert (first["outlet"], first["copy_of"], copy["outlet"], copy["copy_of"]) == (
            "Harbour Agency",
            None,
            "Coast Post",
            first["report"],
        )
        assert copy["share"] >= 0.5
    else:
        assert "1. Harbour Agency, 2021-07-11" in shown.out
        assert "1 cluster: 1 of 3 reports are copies of another" in shown.out
