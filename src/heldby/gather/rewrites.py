"""Rewritten copies: sentences in which words were exchanged, left out or put in are still told by the pairs of neighbouring words that stayed.

A sentence is found again in another text if that has half of its word pairs; a text is a copy if at least half of the shorter text's sentences are
found again in the longer one (as `copies` counts sentences that are the same to the word). A quotation or a paragraph of background that two reports
share is a few sentences of many, however long, so it makes no copy. Of all word pairs one in SAMPLE is kept, the same ones everywhere (a modulo
sketch, after Broder), which serves as well; candidates are texts that share several rare ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
import xxhash

from heldby.gather.copies import AT_LEAST, SHORTEST, Pair, copies, prints_of, sentences_of

SAMPLE = 2
FEWEST = 3  # sampled word pairs that a sentence must have to be looked for
FOUND = 0.5  # share of a sentence's sampled pairs that must stand in the other text
SENTENCES = 3  # sentences found again that a copy must have at least
RARE = 60  # texts that a word pair may stand in and still lead to candidates
MEETINGS = 4  # rare word pairs that two texts must share to be looked at
MOST = 20_000_000  # meetings looked at together: of more, the rarest
_ODD = np.uint64(0x9E3779B97F4A7C15)  # makes one number of two words in their order
Numbers = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Phrases = tuple[frozenset[int], ...]  # a text: the sampled word pairs of each of its sentences


def copies_of(texts: Mapping[str, str], at_least: float = AT_LEAST) -> tuple[Pair, ...]:
    """Every pair of `texts` of which one was made of the other, with `at_least` of the shorter one's sentences the same to the word or retouched;
    sorted by names. The larger of both shares is told."""
    names = sorted(texts)
    told = [list(sentences_of(texts[name])) for name in names]
    prints = {name: prints_of(sentences, texts[name]) for name, sentences in zip(names, told)}
    best = {(p.first, p.second): p for p in copies(prints, at_least)}
    for pair in _rewritten(names, told, at_least):
        key = (pair.first, pair.second)
        if key not in best or pair.containment > best[key].containment:
            best[key] = pair
    return tuple(best[key] for key in sorted(best))


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


def _by_sentence(grams: Numbers, sentence: Places) -> Phrases:
    """The word pairs of one text, a set for each of its sentences."""
    if not len(grams):
        return ()
    cuts = np.nonzero(np.diff(sentence))[0] + 1
    return tuple(frozenset(piece.tolist()) for piece in np.split(grams, cuts))


def _rewritten(names: Sequence[str], told: Sequence[Sequence[Sequence[str]]], at_least: float) -> Iterator[Pair]:
    """Pairs of which the shorter text has `at_least` of its sentences, and SENTENCES, in the longer one, as they are or retouched."""
    grams, sentence, text = _long_enough(told)
    starts = np.searchsorted(text, np.arange(len(names) + 1))
    sets: dict[int, Phrases] = {}

    def phrases(number: int) -> Phrases:
        if number not in sets:
            part = slice(starts[number], starts[number + 1])
            sets[number] = _by_sentence(grams[part], sentence[part])
        return sets[number]

    for one, two in _candidates(grams, text, len(names)):
        again, of = _again(phrases(one), phrases(two))
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
    pairs = hashes[:-1] * _ODD + hashes[1:]
    chosen = (sentence_of[:-1] == sentence_of[1:]) & (pairs >> np.uint64(33)) % np.uint64(SAMPLE) == 0 if len(words) else np.zeros(0, bool)
    sentence = sentence_of[:-1][chosen]
    return pairs[chosen], sentence, np.array(owners, dtype=np.int64)[sentence]


def _candidates(grams: Numbers, text: Places, count: int) -> list[tuple[int, int]]:
    """Numbers of texts that share MEETINGS word pairs that few texts have; the smaller first, in order."""
    order = np.lexsort((text, grams))
    grams, text = grams[order], text[order]
    once = np.ones(len(grams), bool)
    once[1:] = (grams[1:] != grams[:-1]) | (text[1:] != text[:-1])
    grams, text = grams[once], text[once]
    starts = np.nonzero(np.concatenate(([True], grams[1:] != grams[:-1])))[0]
    sizes = np.diff(np.append(starts, len(grams)))
    met: list[Places] = []
    total = 0
    for size in range(2, RARE + 1):
        groups = starts[sizes == size]
        total += len(groups) * size * (size - 1) // 2
        if total > MOST:
            break
        rows = text[groups[:, None] + np.arange(size)]  # in each row the texts rise
        met += [rows[:, a] * count + rows[:, b] for a, b in combinations(range(size), 2)] if len(groups) else []
    if not met:
        return []
    keys, meetings = np.unique(np.concatenate(met), return_counts=True)
    return [divmod(int(key), count) for key in keys[meetings >= MEETINGS]]
