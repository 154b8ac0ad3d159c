"""Train a small tagger and dependency parser on a Universal Dependencies treebank, for `--engine spacy --engine-model FOLDER`.

    python tools/train_parser.py TREEBANK --out FOLDER [--steps N] [--seed N]

TREEBANK holds en_ewt-ud-train.conllu.gz, en_ewt-ud-dev.conllu.gz and en_pud-ud-test.conllu.gz. Sentences are made as our reader hands them over:
every name one word, for which the longest of its words stands. Half of them are told again as agencies write: behind a dateline, or as a headline
(no articles, no final stop, no auxiliary of a passive). The choice is by the hash of the sentence, so the same treebank gives the same data.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

PARTS = {"train": "en_ewt-ud-train", "dev": "en_ewt-ud-dev", "test": "en_pud-ud-test"}
NAME = frozenset({"flat", "compound", "punct"})
TOWNS = ("KABUL", "Goma", "BAMAKO", "Port Sudan", "KYIV", "Sittwe", "Mekele", "MOGADISHU")
AGENCIES = ("Agency", "Wire", "News", "Press")


@dataclass(frozen=True, slots=True)
class Word:
    """`head` is the index of the head in the sentence, its own for the root."""

    text: str
    tag: str
    upos: str
    head: int
    label: str
    space: bool


Sentence = tuple[Word, ...]


def sentences(path: Path) -> Iterator[Sentence]:
    """Sentences of a CoNLL-U file; subwords of contractions stay apart, empty nodes are left out."""
    rows: list[list[str]] = []
    with gzip.open(path, "rt", encoding="utf-8") as f:
        for line in f:
            cells = line.rstrip("\n").split("\t")
            if len(cells) == 10:
                if cells[0].isdigit():
                    rows.append(cells)
            elif rows and not line.strip():
                yield tuple(_word(n, row) for n, row in enumerate(rows))
                rows = []
    if rows:
        yield tuple(_word(n, row) for n, row in enumerate(rows))


def _word(n: int, row: Sequence[str]) -> Word:
    head = int(row[6])
    return Word(row[1], row[4], row[3], n if head == 0 else head - 1, "ROOT" if head == 0 else row[7], "SpaceAfter=No" not in row[9])


def names_joined(sentence: Sentence) -> Sentence:
    """Runs of proper nouns that hang together, hyphens between them included, as one word: the longest of them, with the tag and head of the top one."""
    group = list(range(len(sentence)))
    for n, word in enumerate(sentence):
        top = sentence[word.head]
        inside = sentence[min(n, word.head) : max(n, word.head) + 1]
        joins = word.upos == "PROPN" or word.text in ("-", "–")
        joins = joins and n != word.head and top.upos == "PROPN" and word.label.split(":")[0] in NAME
        if joins and all(w.upos == "PROPN" or w.text in ("-", "–") for w in inside):
            low, high = sorted((group[n], group[word.head]))
            group = [low if g == high else g for g in group]
    ids = list(dict.fromkeys(group))
    members = {i: [n for n, g in enumerate(group) if g == i] for i in ids}
    if any(ms != list(range(ms[0], ms[-1] + 1)) for ms in members.values()):
        return sentence
    place = {i: p for p, i in enumerate(ids)}
    made: list[Word] = []
    for i in ids:
        ms = members[i]
        top = next((n for n in ms if group[sentence[n].head] != i or sentence[n].head == n), ms[0])
        text = max((sentence[n].text for n in ms), key=len)
        made.append(replace(sentence[top], text=text, head=place[group[sentence[top].head]], space=sentence[ms[-1]].space))
    return tuple(made)


def as_headline(sentence: Sentence) -> Sentence:
    """Without articles, auxiliaries of the passive and the final stop, where nothing hangs on them."""
    heads = {w.head for n, w in enumerate(sentence) if w.head != n}
    last = len(sentence) - 1
    dropped = {
        n
        for n, w in enumerate(sentence)
        if n not in heads
        and w.label != "ROOT"
        and ((w.upos == "DET" and w.text.lower() in ("the", "a", "an")) or w.label == "aux:pass" or (n == last and w.text == "."))
    }
    kept = [n for n in range(len(sentence)) if n not in dropped]
    place = {n: p for p, n in enumerate(kept)}
    return tuple(replace(sentence[n], head=place[sentence[n].head]) for n in kept)


def behind_dateline(sentence: Sentence, choice: int) -> Sentence:
    """ "KABUL (Agency) - " before the sentence, hanging on its root."""
    root = next((n for n, w in enumerate(sentence) if w.head == n), 0) + 5
    town, agency = TOWNS[choice % len(TOWNS)], AGENCIES[choice // 8 % len(AGENCIES)]
    line = (
        Word(town.split()[0], "NNP", "PROPN", root, "parataxis", True),
        Word("(", "-LRB-", "PUNCT", 2, "punct", False),
        Word(agency, "NNP", "PROPN", 0, "parataxis", False),
        Word(")", "-RRB-", "PUNCT", 2, "punct", True),
        Word("-", ":", "PUNCT", root, "punct", True),
    )
    return (*line, *(replace(w, head=w.head + 5) for w in sentence))


def told_again(sentence: Sentence) -> Sentence | None:
    """The sentence as an agency would print it, or None: chosen by its hash."""
    choice = sha256(" ".join(w.text for w in sentence).encode()).digest()
    if choice[0] < 64 and len(sentence) > 4:
        return as_headline(sentence)
    return behind_dateline(sentence, choice[1]) if choice[0] < 128 else None


def prepared(path: Path, again: bool) -> Iterator[Sentence]:
    for sentence in sentences(path):
        joined = names_joined(sentence)
        yield joined
        if again and (other := told_again(joined)) is not None:
            yield other


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("treebank", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    import spacy
    from spacy.cli.evaluate import evaluate
    from spacy.cli.init_config import init_config
    from spacy.cli.train import train
    from spacy.tokens import Doc, DocBin

    vocab = spacy.blank("en").vocab
    with TemporaryDirectory() as folder:
        at = {part: Path(folder) / f"{part}.spacy" for part in PARTS}
        for part, name in PARTS.items():
            kept = DocBin(attrs=["TAG", "HEAD", "DEP", "SENT_START", "SPACY"])
            for s in prepared(given.treebank / f"{name}.conllu.gz", again=part == "train"):
                words, spaces = [w.text for w in s], [w.space for w in s]
                kept.add(Doc(vocab, words, spaces, tags=[w.tag for w in s], heads=[w.head for w in s], deps=[w.label for w in s]))
            kept.to_disk(at[part])
            print(f"{part}: {len(kept)} sentences", flush=True)
        config = init_config(lang="en", pipeline=["tagger", "parser"], optimize="efficiency", gpu=False)
        settings = Path(folder) / "config.cfg"
        config.to_disk(settings)
        overrides = {
            "paths.train": str(at["train"]),
            "paths.dev": str(at["dev"]),
            "training.max_steps": given.steps,
            "training.patience": 0,
            "training.eval_frequency": max(1, given.steps // 6),
            "system.seed": given.seed,
            "training.seed": given.seed,
        }
        train(settings, given.out, overrides=overrides)
        best = given.out / "model-last"
        for part in ("dev", "test"):
            scores = evaluate(str(best), at[part], silent=True)
            print(part, json.dumps({k: round(scores[k], 4) for k in ("tag_acc", "dep_uas", "dep_las")}), flush=True)


if __name__ == "__main__":
    main()
