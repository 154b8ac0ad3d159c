"""Rewritten copies: sentences in which words were exchanged, left out or put in are still told by the pairs of neighbouring words that stayed.

A sentence is found again in another text if that has half of its word pairs; a text is a copy if at least half of the shorter text's sentences are
found again in the longer one (as `copies` counts sentences that are the same to the word). A quotation or a paragraph of background that two reports
share is a few sentences of many, however long, so it makes no copy. Of all word pairs one in SAMPLE is kept, the same ones everywhere (a modulo
sketch, after Broder), which serves as well; candidates are texts that share several rare ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

import numpy as np
import numpy.typing as npt
import xxhash

from heldby.gather.copies import AT_LEAST, SHORTEST, Pair, copies, prints_of, sentences_of

SAMPLE = 2
FEWEST = 3  # sampled word pairs that a sentence must have to be looked for
FOUND = 0.5  # share of a sentence's sampled pairs that must stand in the other text
SENTENCES = 3  # sentences found again that a copy must have at least
RARE = 60  # texts that a word pair may stand in and still lead to candidates, or one in RARE_ONE_IN where that is more
RARE_ONE_IN = 60
MEETINGS = 4  # rare word pairs that two texts must share to be looked at
MOST = 20_000_000  # meetings looked at together: of more, the rarest
AT_ONCE = 500  # texts whose words are in memory
PARTS = 8  # in which word pairs are sorted, for less memory
REMEMBERED = 4_000  # texts whose sentences are kept as sets of word pairs
_ODD = np.uint64(0x9E3779B97F4A7C15)  # makes one number of two words in their order
Numbers = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Small = npt.NDArray[np.int32]
Phrases = tuple[frozenset[int], ...]  # a text: the sampled word pairs of each of its sentences


def copies_of(texts: Mapping[str, str], at_least: float = AT_LEAST) -> tuple[Pair, ...]:
    """Every pair of `texts` of which one was made of the other, with `at_least` of the shorter one's sentences the same to the word or retouched;
    sorted by names. The larger of both shares is told."""
    names = sorted(texts)
    prints: dict[str, tuple[int, ...]] = {}
    sketch = _Sketch()
    for few in _in_steps(names):
        told = [list(sentences_of(texts[name])) for name in few]
        prints |= {name: prints_of(sentences, texts[name]) for name, sentences in zip(few, told)}
        sketch.add(told)
    best = {(p.first, p.second): p for p in copies(prints, at_least)}
    for pair in _rewritten(names, sketch, at_least):
        key = (pair.first, pair.second)
        if key not in best or pair.containment > best[key].containment:
            best[key] = pair
    return tuple(best[key] for key in sorted(best))


def _in_steps(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), AT_ONCE):
        yield names[start : start + AT_ONCE]


def phrases_of(text: str) -> Phrases:
    """The sampled word pairs of each sentence of `text` that has FEWEST of them."""
    grams, sentence, _ = _long_enough([list(sentences_of(text))])
    return _by_sentence(grams, sentence)


def rewritten(one: Phrases, two: Phrases, at_least: float = AT_LEAST) -> bool:
    """Whether of two texts the shorter has `at_least` of its sentences, and SENTENCES, in the longer one, as they are or retouched.

    Asks these two alone, whatever else was ever told: what comes later cannot change the answer.
    """
    again, of = _again(one, two)
    return again >= SENTENCES and again >= at_least * of


def _again(one: Phrases, two: Phrases) -> tuple[int, int]:
    """Sentences of the shorter text found again in the longer one, and of how many."""
    shorter, longer = (one, two) if len(one) <= len(two) else (two, one)
    whole = frozenset().union(*longer)
    return sum(len(s & whole) >= FOUND * len(s) for s in shorter), len(shorter)


def _by_sentence(grams: Numbers, sentence: Places | Small) -> Phrases:
    """The word pairs of one text, a set for each of its sentences."""
    if not len(grams):
        return ()
    cuts = np.nonzero(np.diff(sentence))[0] + 1
    return tuple(frozenset(piece.tolist()) for piece in np.split(grams, cuts))


class _Sketch:
    """The sampled word pairs of many texts, in the texts' order: all that is held of them, 16 bytes a word pair."""

    def __init__(self) -> None:
        self._steps: list[tuple[Numbers, Small, Small]] = []  # of AT_ONCE texts: word pairs, numbers of sentences and of texts
        self.count = 0

    def add(self, told: Sequence[Sequence[Sequence[str]]]) -> None:
        """Take in the next AT_ONCE texts (or the last ones), as sentences of words."""
        grams, sentence, text = _long_enough(told)
        self._steps.append((grams, sentence.astype(np.int32), (text + self.count).astype(np.int32)))
        self.count += len(told)

    def phrases(self, number: int) -> Phrases:
        """As `phrases_of`, of a text by its number."""
        grams, sentence, text = self._steps[number // AT_ONCE]
        part = slice(*np.searchsorted(text, (number, number + 1)))
        return _by_sentence(grams[part], sentence[part])

    def parts(self) -> Iterator[tuple[Numbers, Small]]:
        """Word pairs and their texts in PARTS parts: a word pair is in one part alone, and its texts rise."""
        for part in range(PARTS):
            chosen = [grams % np.uint64(PARTS) == part for grams, _, _ in self._steps]
            yield (
                np.concatenate([grams[c] for (grams, _, _), c in zip(self._steps, chosen)] or [np.zeros(0, np.uint64)]),
                np.concatenate([text[c] for (_, _, text), c in zip(self._steps, chosen)] or [np.zeros(0, np.int32)]),
            )


@dataclass(frozen=True, slots=True)
class _Told:
    """A text's word pairs by sentence and together, and how many of these another must have at least for half its sentences to be found there."""

    phrases: Phrases
    all: frozenset[int]
    needed: int

    @classmethod
    def of(cls, phrases: Phrases, at_least: float) -> _Told:
        together = frozenset().union(*phrases)
        sizes = sorted(len(sentence) for sentence in phrases)
        shortest = sizes[: max(SENTENCES, ceil(at_least * len(phrases) - 1e-9))]
        repeated = sum(sizes) - len(together)  # what stands in two sentences counts twice where it is found again
        return cls(phrases, together, sum(ceil(FOUND * size) for size in shortest) - repeated)


def _rewritten(names: Sequence[str], sketch: _Sketch, at_least: float) -> Iterator[Pair]:
    """Pairs of which the shorter text has `at_least` of its sentences, and SENTENCES, in the longer one, as they are or retouched."""
    told = lru_cache(maxsize=REMEMBERED)(lambda number: _Told.of(sketch.phrases(number), at_least))
    for one, two in _candidates(sketch):
        first, second = told(one), told(two)
        if len(first.all & second.all) < (first if len(first.phrases) <= len(second.phrases) else second).needed:
            continue
        again, of = _again(first.phrases, second.phrases)
        if again >= SENTENCES and again >= at_least * of:
            yield Pair(names[one], names[two], round(again / of, 6), again)


def _long_enough(told: Sequence[Sequence[Sequence[str]]]) -> tuple[Numbers, Places, Places]:
    """As `_sampled`, of the sentences that have FEWEST word pairs."""
    grams, sentence, text = _sampled(told)
    kept = np.bincount(sentence)[sentence] >= FEWEST if len(grams) else np.zeros(0, bool)
    return grams[kept], sentence[kept], text[kept]


def _sampled(told: Sequence[Sequence[Sequence[str]]]) -> tuple[Numbers, Places, Places]:
    """The sampled word pairs of all texts, each with the number of its sentence (over all texts) and of its text."""
    known: dict[str, int] = {}
    words: list[int] = []
    lengths: list[int] = []
    owners: list[int] = []
    for number, sentences in enumerate(told):
        for sentence in sentences:
            if len(sentence) < SHORTEST:
                continue
            for word in sentence:
                if word not in known:
                    known[word] = xxhash.xxh64_intdigest(word.encode("utf-8", "replace"))
            words += [known[word] for word in sentence]
            lengths.append(len(sentence))
            owners.append(number)
    hashes = np.array(words, dtype=np.uint64)
    sentence_of = np.repeat(np.arange(len(lengths)), lengths)
    text_of = np.array(owners, dtype=np.int64)[sentence_of] if owners else np.zeros(0, np.int64)
    pairs = hashes[:-1] * _ODD + hashes[1:]
    # Within a sentence one in SAMPLE; from a sentence to the next every one, as part of the former; none from a text to the next.
    within = sentence_of[:-1] == sentence_of[1:]
    chosen = (text_of[:-1] == text_of[1:]) & (~within | ((pairs >> np.uint64(33)) % np.uint64(SAMPLE) == 0))
    return pairs[chosen], sentence_of[:-1][chosen], text_of[:-1][chosen]


def _candidates(sketch: _Sketch) -> Iterator[tuple[int, int]]:
    """Numbers of texts that share MEETINGS word pairs that few texts have; the smaller first, in order."""
    count = sketch.count
    rows: dict[int, list[Small]] = {}  # by size: in each row the texts, rising, that have one word pair
    for grams, text in sketch.parts():
        for size, found in _shared(grams, text, _rare(count)):
            rows.setdefault(size, []).append(found)
    chosen: list[int] = []
    total = 0
    for size in range(2, _rare(count) + 1):
        meetings = sum(map(len, rows.get(size, ()))) * size * (size - 1) // 2
        if total + meetings > MOST:
            break
        total += meetings
        chosen.append(size)
    keys = np.empty(total, dtype=np.int64)
    filled = 0
    for size in chosen:
        one, two = np.triu_indices(size, 1)
        for found in rows.pop(size, ()):
            met = found[:, one].astype(np.int64) * count + found[:, two]
            keys[filled : filled + met.size] = met.ravel()
            filled += met.size
    rows.clear()
    keys.sort()
    often = keys[: 1 - MEETINGS][keys[MEETINGS - 1 :] == keys[: 1 - MEETINGS]]
    for key in np.unique(often):
        yield divmod(int(key), count)


def _rare(count: int) -> int:
    """Texts of so many that a word pair may stand in: a turn of phrase that is rare among some is less so among more."""
    return max(RARE, count // RARE_ONE_IN)


def _shared(grams: Numbers, text: Small, rare: int) -> Iterator[tuple[int, Small]]:
    """By their number, from 2 to `rare`, the texts of the word pairs that so many texts have: a row a word pair."""
    order = np.argsort(grams, kind="stable")
    grams, text = grams[order], text[order]
    once = np.ones(len(grams), bool)
    once[1:] = (grams[1:] != grams[:-1]) | (text[1:] != text[:-1])
    grams, text = grams[once], text[once]
    starts = np.nonzero(np.concatenate(([True], grams[1:] != grams[:-1])))[0] if len(grams) else np.zeros(0, np.int64)
    sizes = np.diff(np.append(starts, len(grams)))
    for size in range(2, rare + 1):
        first = starts[sizes == size]
        if len(first):
            yield size, text[first[:, None] + np.arange(size)]
