"""Broken reports: nothing may raise, nothing may take more than a second per 100,000 characters (and a second at least).

    python bench/read_mutants.py [--count 10000] [--seed 1] [--theatre world]

Reports are the bundled dispatches and sentences of our own, damaged by MUTATIONS, each drawn with a fixed seed: cut, doubled or shuffled sentences,
deleted blanks, foreign letters, quotation marks and brackets that never close, enormous sentences, lists of thousands of names, nested quotations,
capitals throughout, no punctuation, control characters, text from right to left. Printed: every exception once with the smallest text that still
raises it, every text that took too long, and the slowest of each mutation.
"""

from __future__ import annotations

import argparse
import json
import random
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from heldby.flow.demo import DATA
from heldby.locate import Locator
from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read import Reader
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre

DISPATCHES = DATA / "dispatches.jsonl"
SECONDS_PER_100K = 1.0
PUBLISHED = Published.parse("2021-08-14")
OWN = (
    'The rebels captured the town of Kobani on Monday, "after a long night", a monitor said; the army denied it had fallen.',
    "Government troops retook Tal Abyad, Ain Issa and two districts of Raqqa province from the Islamic State, which had held them since 2014.",
    'According to the agency, citing a border guard who had heard it from drivers, "the crossing is in their hands".',
    "Militants now control 57 of 122 districts, nearly half of the territory, and more than 30 per cent of the population.",
    "Neither side holds the bridge. It was taken, lost, retaken and given up between 3 and 9 May, residents told the paper.",
    'He said: "They told us: \'The commander said: \\"Leave the base at once\\".\'" The base at Shindand was abandoned an hour later.',
)
NOISE = "\u200b\u202e\u202a\ufeff\u0000\u0007\u001b\u00ad\u0301é漢字ߒعربيдомไทย👍🏽\U0001f9ff\ud7ff\uffff\u2028\u0130\u212a\ufb01ǆ"
MARKS = "\"'“”«»()[]{}‘’`"
Mutation = Callable[[random.Random, str], str]


def sentences(text: str) -> list[str]:
    return [s for s in text.replace("\n", " ").split(". ") if s]


def shuffled(rng: random.Random, text: str) -> str:
    parts = sentences(text)
    rng.shuffle(parts)
    return ". ".join(parts)


def doubled(rng: random.Random, text: str) -> str:
    return ". ".join(s for part in sentences(text) for s in [part] * rng.randint(1, 4))


def cut(rng: random.Random, text: str) -> str:
    a, b = sorted((rng.randrange(len(text)), rng.randrange(len(text) + 1)))
    return text[a:b]


def without_blanks(rng: random.Random, text: str) -> str:
    share = rng.choice((0.05, 0.3, 1.0))
    return "".join(c for c in text if not (c.isspace() and rng.random() < share))


def sprinkled(rng: random.Random, text: str, signs: str, share: float) -> str:
    return "".join(c + (rng.choice(signs) if rng.random() < share else "") for c in text)


def noisy(rng: random.Random, text: str) -> str:
    return sprinkled(rng, text, NOISE, rng.choice((0.01, 0.2)))


def marked(rng: random.Random, text: str) -> str:
    return sprinkled(rng, text, MARKS, rng.choice((0.01, 0.1)))


def any_code_points(rng: random.Random, text: str) -> str:
    drawn = (rng.randrange(0x110000) for _ in text)
    return "".join(chr(d) if rng.random() < 0.1 and not 0xD800 <= d < 0xE000 else c for c, d in zip(text, drawn))


def swapped_words(rng: random.Random, text: str) -> str:
    words = text.split(" ")
    for _ in range(rng.randint(1, 30)):
        i, j = rng.randrange(len(words)), rng.randrange(len(words))
        words[i], words[j] = words[j], words[i]
    return " ".join(words)


def one_sentence(rng: random.Random, text: str) -> str:
    return " and ".join(sentences(text * rng.randint(1, 6))).replace(".", rng.choice(("", ",", ";")))


def many_names(rng: random.Random, text: str) -> str:
    names = [w.strip(".,") for w in text.split() if w[:1].isupper()] or ["Herat"]
    count = 5_000 if rng.random() < 0.1 else rng.randint(2, 300)
    return f"The army lost {', '.join(rng.choice(names) for _ in range(count))} and Kunduz. {text}"


def nested(rng: random.Random, text: str) -> str:
    out = text
    for _ in range(rng.randint(1, 12)):
        out = rng.choice(('An elder said: "{}"', "The agency, citing the ministry, said that {}", "“{}, he said", "({}"))[:].format(out)
    return out


def shouted(rng: random.Random, text: str) -> str:
    return text.upper() if rng.random() < 0.7 else text.lower()


def bare(rng: random.Random, text: str) -> str:
    return "".join(c for c in text if c.isalnum() or c == " " or (c == "\n" and rng.random() < 0.5))


def right_to_left(rng: random.Random, text: str) -> str:
    return f"\u202e{text[::-1]}\u202c\n{text}" if rng.random() < 0.5 else f"\u0642\u0627\u0644 \u200f{text}\u200f \u0648"


def broken_lines(rng: random.Random, text: str) -> str:
    return "".join(rng.choice(("\n", "\r\n", "\n\n\n", "\t", "\x0b", " ")) if c == " " and rng.random() < 0.2 else c for c in text)


def glued(rng: random.Random, text: str) -> str:
    return (text + rng.choice((" ", "\n", ""))) * rng.randint(2, 8)


MUTATIONS: tuple[Mutation, ...] = (
    shuffled,
    doubled,
    cut,
    without_blanks,
    noisy,
    marked,
    any_code_points,
    swapped_words,
    one_sentence,
    many_names,
    nested,
    shouted,
    bare,
    right_to_left,
    broken_lines,
    glued,
)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A damaged text and what was done to it."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong with a mutant: an exception (where and what), or seconds above the allowance."""

    mutant: Mutant
    cause: str


def sources() -> list[str]:
    """The dispatches and our own sentences."""
    lines = DISPATCHES.read_text(encoding="utf-8").splitlines()
    return [*OWN, *(text for line in lines if (text := json.loads(line).get("text")))]


def mutants(count: int, seed: int = 1) -> Iterator[Mutant]:
    """`count` damaged texts: every mutation equally often, a third of them damaged twice."""
    rng = random.Random(seed)
    texts = sources()
    for number in range(count):
        first = MUTATIONS[number % len(MUTATIONS)]
        text, kind = first(rng, rng.choice(texts)), first.__name__
        if text and rng.random() < 0.33:
            second = rng.choice(MUTATIONS)
            text, kind = second(rng, text[:20_000]), f"{kind}+{second.__name__}"
        yield Mutant(kind, text)


def allowed(text: str) -> float:
    """Seconds a text may take."""
    return SECONDS_PER_100K * max(1.0, len(text) / 100_000)


def try_one(reader: Reader, locator: Locator, text: str) -> str:
    """The cause of a fault that reading `text` makes, "" if none."""
    try:
        report = Report.of(text, outlet="Valley Messenger", published=PUBLISHED)
        reading = locator.locate(reader.read(report), report)
        for claim in reading.claims:
            if text[claim.passage.start : claim.passage.end] != claim.passage.quote or not claim.passage.quote:
                return "a passage that is not in the text"
    except Exception as e:  # whatever a broken text raises is what is looked for
        last = traceback.extract_tb(e.__traceback__)[-1]
        return f"{type(e).__name__} in {Path(last.filename).name}:{last.lineno} {last.name}: {e}"[:160]
    return ""


def smallest(text: str, wrong: Callable[[str], bool], tries: int = 400) -> str:
    """A shorter text for which `wrong` still holds: halves, then ever smaller pieces, are left out while it does."""
    size = max(1, len(text) // 2)
    while size and tries:
        at = 0
        while at < len(text) and tries:
            tries -= 1
            shorter = text[:at] + text[at + size :]
            if shorter and wrong(shorter):
                text = shorter
            else:
                at += size
        size //= 2
    return text


def faults(
    reader: Reader, locator: Locator, some: Sequence[Mutant], slowest: dict[str, tuple[float, int]], patience: float = 1.0
) -> list[Fault]:
    """Every fault, and in `slowest` the processor time and length of each mutation's slowest text (relative to its allowance).

    `patience` multiplies what is allowed: a busy machine is slower, a text that is read in squares of its length is slower by far more.
    """
    out: list[Fault] = []
    for mutant in some:
        began = time.process_time()
        cause = try_one(reader, locator, mutant.text)
        spent = time.process_time() - began
        kind = mutant.kind.partition("+")[0]
        if spent / allowed(mutant.text) > slowest.get(kind, (0.0, 1))[0]:
            slowest[kind] = (spent / allowed(mutant.text), len(mutant.text))
        if cause:
            out.append(Fault(mutant, cause))
        if spent > patience * allowed(mutant.text):
            out.append(Fault(mutant, f"{spent:.2f} s for {len(mutant.text)} characters, {allowed(mutant.text):.2f} allowed"))
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--theatre", default="world")
    asked = parser.parse_args()
    lexicon = load_theatre(asked.theatre).lexicon
    reader, locator = Reader(load_rulebook(), lexicon), Locator(lexicon)
    try_one(reader, locator, OWN[0])  # loads the gazetteer
    slowest: dict[str, tuple[float, int]] = {}
    some = list(mutants(asked.count, asked.seed))
    began = time.process_time()
    found = faults(reader, locator, some, slowest)
    spent, size = time.process_time() - began, sum(len(m.text) for m in some)
    told: set[str] = set()
    for fault in found:
        place = fault.cause.partition(": ")[0]
        if "allowed" in fault.cause:
            print(f"SLOW   {fault.mutant.kind}: {fault.cause}: {fault.mutant.text[:80]!r}")
        elif place not in told:
            told.add(place)
            least = smallest(fault.mutant.text, lambda t, place=place: try_one(reader, locator, t).startswith(place))  # type: ignore[misc]
            print(f"RAISES {fault.mutant.kind}: {fault.cause}\n       {least!r}")
    print(
        f"{len(some)} broken reports, {size / 1e6:.1f} million characters, {spent:.0f} s, {100_000 * spent / size:.2f} s per 100,000 characters"
    )
    raised = sum("allowed" not in f.cause for f in found)
    print(f"{raised} raised or quoted what is not there, at {len(told)} places; {len(found) - raised} took longer than allowed")
    for kind, (share, length) in sorted(slowest.items(), key=lambda row: -row[1][0]):
        print(f"  slowest of {kind:16} {share:6.2f} of its allowance, {length} characters")


if __name__ == "__main__":
    main()
