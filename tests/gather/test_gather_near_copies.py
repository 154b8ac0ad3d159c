"""Near-copies: what was made from another text is found, what tells of the same event in other words is not."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
from importlib.resources import files
from itertools import pairwise

import pytest

from heldby.gather import copies, fingerprint, groups

STORY = """NORTHGATE (Harbour Agency) - Fighters loyal to the movement captured the main bazaar of the district on Sunday, a councillor said.
The police chief had left the building before dawn with about forty men. "We asked for air support three times and nobody came," he told the agency by telephone.
Shopkeepers said that the white flag had been raised over the customs office by noon.
A spokesman for the army denied that the centre had fallen and said that reinforcements were on their way.
Some two thousand families have left the valley since the fighting began in May.
"""
SENTENCES = [s for s in STORY.splitlines() if s]
SAME_EVENT = """The bazaar of the district is in rebel hands, two residents reached by telephone said on Sunday evening.
They had seen no soldier since morning and counted five pickup trucks of gunmen at the customs house.
The ministry of defence insisted that its troops were holding the town.
"""
OTHER = """Farmers in the lower valley say that the second dry year has cost them more than half of the wheat.
The agriculture department promised seed and fodder for the autumn, but gave no date for the delivery.
Prices of flour rose by a fifth in the provincial market during the month of June.
"""


def verdict(one: str, two: str) -> bool:
    return bool(copies({"one": fingerprint(one), "two": fingerprint(two)}))


def test_an_exact_copy() -> None:
    (pair,) = copies({"a": fingerprint(STORY), "b": fingerprint(STORY)})
    assert (pair.first, pair.second, pair.containment) == ("a", "b", 1.0)


def test_case_blanks_quotation_marks_and_the_dateline_do_not_hide_a_copy() -> None:
    changed = (
        STORY.replace("NORTHGATE (Harbour Agency) - ", "Northgate, July 11 — ")
        .replace('"', "”")
        .replace("\n", "\r\n\r\n")
        .replace(" the ", "  the ")
    )
    (pair,) = copies({"a": fingerprint(STORY), "b": fingerprint(changed)})
    assert pair.containment == 1.0


def test_a_truncated_copy() -> None:
    assert verdict(STORY, "\n".join(SENTENCES[:2]))


def test_a_copy_with_a_rewritten_opening() -> None:
    opening = "After a night of shelling the market of a northern district has changed hands, local politicians report."
    assert verdict(STORY, "\n".join([opening, *SENTENCES[1:]]))


def test_a_roundup_that_takes_the_story_in() -> None:
    assert verdict(STORY, OTHER + STORY + "In other news, the road to the lake was opened again to lorries.\n")


def test_other_words_for_the_same_event_are_no_copy() -> None:
    assert not verdict(STORY, SAME_EVENT)
    assert not verdict(STORY, OTHER)


def test_one_quotation_in_common_is_no_copy() -> None:
    shared = '"We asked for air support three times and nobody came," he told the agency by telephone.'
    assert not verdict(STORY, SAME_EVENT + shared)


def test_texts_of_short_sentences_are_known_by_the_whole() -> None:
    assert fingerprint(" \n--") == ()
    assert verdict("The town fell. It burns.", "The town fell - it BURNS")
    assert not verdict("The town fell. It burns.", "The town fell. It stands.")
    assert not verdict("", "")


def test_every_copy_among_the_demos_dispatches_is_found_and_nothing_else() -> None:
    folder = files("heldby.demo")
    notes = list(csv.DictReader(folder.joinpath("dispatches_notes.csv").read_text(encoding="utf-8").splitlines()))
    lines = [json.loads(line) for line in folder.joinpath("dispatches.jsonl").read_text(encoding="utf-8").splitlines()]
    prints = {line["id"]: fingerprint(line["text"]) for line in lines if "text" in line}
    copied = {row["id"] for row in notes if "copy" in row["kind"].split()}
    made_over = copied | {row["id"] for row in notes if {"rewrite", "correction"} & set(row["kind"].split())}
    pairs = copies(prints)
    assert len(copied) >= 30
    assert copied <= {name for pair in pairs for name in (pair.first, pair.second)}
    assert [pair for pair in pairs if not {pair.first, pair.second} & made_over] == []


def test_a_footer_under_every_page_makes_no_copies_but_a_story_under_fifty_names_does() -> None:
    footer = "Follow our coverage of the war on all channels of the Harbour Agency every day."
    words = [f"w{n}" for n in range(400)]
    chance = random.Random(11)
    stories = {f"s{n:02}": " ".join(f"{' '.join(chance.sample(words, 9))}." for _ in range(4)).upper() for n in range(12)}
    briefs = {name: fingerprint(f"{text}\n{footer}") for name, text in stories.items()}
    assert copies(briefs, at_least=0.2) == ()
    carried = {f"c{n:02}": fingerprint(f"{STORY}\n{footer}\n{' '.join(chance.sample(words, 9))}.") for n in range(50)}
    everything = briefs | carried
    assert groups(everything, copies(everything)) == (tuple(sorted(carried)),)


def test_groups_hang_together_through_pairs() -> None:
    texts = {
        "whole": STORY,
        "head": "\n".join(SENTENCES[:2]),
        "tail": "\n".join(SENTENCES[3:]),
        "same event": SAME_EVENT,
        "other": OTHER,
        "other again": OTHER,
    }
    prints = {name: fingerprint(text) for name, text in texts.items()}
    assert groups(prints, copies(prints)) == (("head", "tail", "whole"), ("other", "other again"))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_candidates_lose_no_pair(seed: int) -> None:
    chance = random.Random(seed)
    pool = range(60)
    prints = {f"t{n:03}": tuple(sorted(chance.sample(pool, chance.randint(1, 9)))) for n in range(80)}
    found = {(p.first, p.second) for p in copies(prints, at_least=0.6)}
    from heldby.gather.copies import boilerplate

    common = boilerplate(prints)
    sets = {name: set(p) - common for name, p in prints.items()}
    expected = {
        (a, b)
        for a in sets
        for b in sets
        if a < b and sets[a] and sets[b] and len(sets[a] & sets[b]) >= 0.6 * min(len(sets[a]), len(sets[b])) - 1e-9
    }
    assert found == expected


def test_the_order_of_the_texts_changes_nothing() -> None:
    texts = {"b": STORY, "a": "\n".join(SENTENCES[:3]), "c": OTHER + STORY}
    prints = {name: fingerprint(text) for name, text in texts.items()}
    assert copies(prints) == copies(dict(reversed(prints.items())))
    assert [p.first for p in copies(prints)] == sorted(p.first for p in copies(prints))


def test_fingerprints_are_sorted_and_the_same_in_every_process() -> None:
    here = fingerprint(STORY)
    assert len(here) >= 5
    assert all(a < b for a, b in pairwise(here))
    code = "import sys; from heldby.gather import fingerprint; print(fingerprint(sys.stdin.read()))"
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code], input=STORY, capture_output=True, text=True, env={"PYTHONHASHSEED": seed}, check=True
        )
        assert done.stdout.strip() == str(here)


def test_sentences_in_other_scripts_count() -> None:
    text = "طالبان روز یکشنبه بازار مرکزی ولسوالی را تصرف کردند. سخنگوی ارتش این ادعا را به شدت رد کرد."
    assert len(fingerprint(text)) == 2
