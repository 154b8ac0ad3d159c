"""How fast reports are read, beside what merely looks at the same text.

    python bench/read_speed.py [--documents 20000] [--spacy-python PATH] [--profile]

Documents of 400 words are made from the templates below with a fixed seed: one in fifty tells of control, the others of prices, matches, weather
and courts, half of them with place names (the hard half for a gate). Printed, each on one core and in the same run, in documents a second: the
whole reader on all documents and on the relevant ones alone, the gate alone, a bare multi-pattern pass (ahocorasick_rs) over the patterns the gate
looks for, a naive split into sentences, and spaCy's blank English with its sentencizer if `--spacy-python` names a Python that has it.
Every part runs on every document; the best of `--rounds` counts.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import ahocorasick_rs

from heldby.model.report import Report
from heldby.model.rulebook import Rulebook
from heldby.model.when import Published
from heldby.read import Reader
from heldby.read.frames_gate import FrameGate
from heldby.read.tallies import NUMBERS
from heldby.read.words import Words
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre

WORDS, RELEVANT_EVERY, SEED = 400, 50, 20210814
PLACES = ("Kunduz", "Zaranj", "Herat", "Aleppo", "Mosul", "Kharkiv", "Kherson", "Goma", "Khartoum", "Sanaa", "Lashkar Gah", "Idlib")
ACTORS = ("Taliban", "government forces", "Islamic State", "Russian forces", "rebels", "the army", "Houthi fighters")
DULL = (
    "The price of bread rose by {n} per cent last month, the statistics office said.",
    "Rain is expected over the hills on {day}, with gusts of up to {n} kilometres an hour.",
    "The home side won by {n} points after a slow first half, to the delight of a small crowd.",
    "A court fined the company {n} thousand for late accounts and ordered it to pay the costs.",
    "Engineers began to lay new pipes along the old market street, which will stay closed until {day}.",
    "The museum opens a show of {n} carpets and lamps, most of them lent by private owners.",
    "Pupils return to school on {day}; the ministry has printed {n} million books.",
    "She has written {n} novels, and her publisher says the next one is almost done.",
    "Farmers expect a good harvest of almonds this year, if the frost stays away.",
    "The bank kept its rate at {n} per cent and said it would look again in the spring.",
)
NAMED = (
    "Traders in {place} said that fewer lorries arrived on {day} than a week ago.",
    "The road between {place} and {other} was closed for repairs, the transport office said.",
    "A doctor from {place} told the hospital's newsletter that {n} children were born there in a night.",
    "The university of {place} will share its library with that of {other}.",
    "{place} beat {other} by {n} goals to one in front of a full house.",
    "The governor of {place} opened a bridge that took {n} months to build.",
)
ARMED = (  # of armies, but nothing is held or taken
    "A retired army officer from {place} has written a book about bees.",
    "The military band of {place} played on {day} to {n} guests.",
    "A film about soldiers who came home to {place} won {n} prizes.",
    "The ministry will pay {n} former fighters in {place} a pension from {day}.",
)
TOLD = (
    "{actor} seized the town of {place} on {day}, a provincial councillor said.",
    "The district fell to {actor} after {n} hours of fighting, residents told the agency.",
    "A spokesman for the ministry denied that {place} had fallen and said the attack was repelled.",
    "{actor} now control {n} of the province's districts, according to a monitor.",
    "Government forces retook the crossing near {place} from {actor} late on {day}, two officials said.",
    "{place} has been under the control of {actor} since last year.",
    "Troops withdrew from {place} towards {other}, leaving it to {actor}, witnesses said.",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PUBLISHED = Published.parse("2021-08-14")


def document(rng: random.Random, relevant: bool, armed_share: float = 0.1) -> str:
    """About WORDS words in paragraphs of three sentences; a relevant document has a told sentence in every two, `armed_share` of others speaks of
    armies."""
    named = relevant or rng.random() < 0.5
    armed = not relevant and rng.random() < armed_share
    out: list[str] = []
    words = 0
    while words < WORDS:
        pool = (
            TOLD
            if relevant and rng.random() < 0.5
            else ARMED
            if armed and rng.random() < 0.1
            else NAMED
            if named and rng.random() < 0.4
            else DULL
        )
        place, other = rng.sample(PLACES, 2)
        sentence = rng.choice(pool).format(place=place, other=other, actor=rng.choice(ACTORS), day=rng.choice(DAYS), n=rng.randint(2, 99))
        out.append(sentence[0].upper() + sentence[1:])
        words += len(sentence.split())
    return "\n".join(" ".join(out[i : i + 3]) for i in range(0, len(out), 3))


def corpus(count: int, seed: int = SEED) -> tuple[list[str], list[str]]:
    """`count` texts, and as many relevant ones as are among them, on their own."""
    rng = random.Random(seed)
    texts = [document(rng, i % RELEVANT_EVERY == 0) for i in range(count)]
    return texts, texts[::RELEVANT_EVERY]


def patterns(rulebook: Rulebook) -> list[str]:
    """What the gate looks for: the words that open frames, the nouns that may stand for places, the units and numbers of tallies."""
    words = Words.of(rulebook)
    units = {w.text.lower().split()[-1] for kind in ("unit", "unit_one", "land") for w in rulebook.phrasebook("tallies").of(kind)}
    return sorted({*FrameGate(rulebook.frames, words).words, *words.classes["place-noun"], *units, *NUMBERS} - {"%"})


def rate(work: Callable[[Sequence[str]], object], texts: Sequence[str], rounds: int) -> float:
    """Texts a second of processor time, best of `rounds`."""
    best = 0.0
    for _ in range(rounds):
        began = time.process_time()
        work(texts)
        best = max(best, len(texts) / max(time.process_time() - began, 1e-9))
    return best


def split_naively(texts: Sequence[str]) -> int:
    stop = re.compile(r"(?<=[.!?])\s+")
    return sum(len(stop.split(t)) for t in texts)


SPACY = """
import json, sys, time, spacy
texts = json.load(open(sys.argv[1], encoding="utf-8"))
nlp = spacy.blank("en"); nlp.add_pipe("sentencizer")
began = time.process_time()
for doc in nlp.pipe(texts): sum(1 for _ in doc.sents)
print(len(texts) / (time.process_time() - began))
"""


def spacy_rate(python: str, texts: Sequence[str]) -> float | None:
    """Documents a second of spaCy's blank English with its sentencizer, in another Python; None where that has no spaCy."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "texts.json"
        path.write_text(json.dumps(list(texts)), encoding="utf-8")
        ran = subprocess.run([python, "-c", SPACY, str(path)], capture_output=True, text=True, check=False)
    return float(ran.stdout) if ran.returncode == 0 else None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--theatre", default="world")
    parser.add_argument("--spacy-python", default=sys.executable)
    parser.add_argument("--profile", action="store_true", help="print where the reader's time goes on 500 of the documents")
    asked = parser.parse_args()
    texts, relevant = corpus(asked.documents)
    rulebook, lexicon = load_rulebook(), load_theatre(asked.theatre).lexicon
    reader = Reader(rulebook, lexicon)

    def read(some: Sequence[str]) -> int:
        return sum(len(reader.read(Report.of(t, outlet="Bench", published=PUBLISHED)).claims) for t in some)

    claims = read(relevant)  # also loads the gazetteer
    print(
        f"{len(texts)} documents of about {WORDS} words, {sum(map(len, texts)) / 1e6:.1f} MB; {len(relevant)} relevant with {claims} claims"
    )
    if asked.profile:
        profile(read, texts[:500])
    quiet = [t for t in texts if not reader.admits(t)]
    print(f"{len(texts) - len(quiet)} documents are let through the gate, {len(quiet)} turned away at once")
    automaton = ahocorasick_rs.AhoCorasick(patterns(rulebook), matchkind=ahocorasick_rs.MatchKind.LeftmostLongest)
    figures = {
        "whole reader, all documents": rate(read, texts, asked.rounds),
        "whole reader, relevant documents": rate(read, relevant, asked.rounds),
        "gate alone": rate(lambda some: sum(map(reader.admits, some)), texts, asked.rounds),
        "bare multi-pattern pass": rate(
            lambda some: sum(len(automaton.find_matches_as_indexes(t.lower())) for t in some), texts, asked.rounds
        ),
        "naive sentence split": rate(split_naively, texts, asked.rounds),
    }
    blank = spacy_rate(asked.spacy_python, texts[:1_000])
    if blank is None:
        print("spaCy blank + sentencizer: skipped, no spaCy in", asked.spacy_python)
    else:
        figures["spaCy blank + sentencizer"] = blank
    whole, bare = figures["whole reader, all documents"], figures["bare multi-pattern pass"]
    for name, value in figures.items():
        print(
            f"{name:34} {value:9.0f} documents a second and core: {value / whole:9.3f} of the whole reader, {value / bare:7.4f} of the bare pass"
        )


def profile(read: Callable[[Sequence[str]], int], texts: Sequence[str]) -> None:
    with cProfile.Profile() as seen:
        read(texts)
    pstats.Stats(seen).sort_stats("tottime").print_stats(25)


if __name__ == "__main__":
    main()
