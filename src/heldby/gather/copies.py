"""Near-copies by shared sentences: containment over the shorter text, which cut, enlarged and re-opened wire copy cannot escape.

Sentences are hashed after normalising; shares are taken over the shorter text, since a similarity of whole texts (Jaccard, MinHash, simhash)
misses cuts and roundups. Candidates come by prefix filtering, which loses no pair.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np
import xxhash

AT_LEAST = 0.5  # share of the shorter text's sentences that makes two texts copies
SHORTEST = 5  # words below which a sentence is a heading, a credit or a call to read on, and says nothing of a text's origin
COMMON = 5  # texts that a sentence must stand in before it can be boilerplate
_END = re.compile(r"[.!?…؟。۔][\"'”’»)\]]*\s+")  # beside a line's end
_DASHES = ("-", "–", "—")
_WORD = re.compile(r"[^\W_]+")
_DATELINE = re.compile(r"^[^\n.!?]{2,80}?(?:\([^()\n]{2,40}\)\s*)?\s[-–—]{1,2}\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts of which one was made from the other, or both from a third: `shared` sentences, as a share of the shorter one's."""

    first: str
    second: str
    containment: float
    shared: int


def fingerprint(text: str) -> tuple[int, ...]:
    """xxh64 hashes of the sentences of `text`, sorted, each once: case, accents, punctuation, blanks and the dateline count for nothing.

    A text of short sentences alone is hashed whole, so that its exact copies at least are known; () only for a text without words.
    """
    return prints_of(list(sentences_of(text)), text)


def prints_of(sentences: Iterable[list[str]], text: str) -> tuple[int, ...]:
    """The fingerprint of a text whose sentences are known."""
    hashes = {_hash(words) for words in sentences if len(words) >= SHORTEST}
    if not hashes and (words := _words(text)):
        hashes.add(_hash(words))
    return tuple(sorted(hashes))


def sentences_of(text: str) -> Iterator[list[str]]:
    """The words of each sentence, normalised; a dateline before one of the first three is left out."""
    number = 0
    for line in text.split("\n"):
        for part in _END.split(line):
            if part.strip():
                opening = number < 3 and any(dash in part for dash in _DASHES)
                yield _words(_DATELINE.sub("", part) if opening else part)
                number += 1


def _hash(words: list[str]) -> int:
    return xxhash.xxh64_intdigest(" ".join(words).encode("utf-8", "replace"))


def _words(sentence: str) -> list[str]:
    plain = sentence if sentence.isascii() else "".join(c for c in unicodedata.normalize("NFKD", sentence) if not unicodedata.combining(c))
    return _WORD.findall(plain.casefold())


def copies(prints: Mapping[str, Sequence[int]], at_least: float = AT_LEAST) -> tuple[Pair, ...]:
    """Every pair of texts that share `at_least` of the shorter one's sentences, boilerplate aside; sorted by names.

    `prints` maps a text's name to its fingerprint.
    """
    told = _told_twice(prints)
    size = {name: len(set(prints[name])) for name in told}
    common = _travelling(told, size)
    kept = {name: hashes - common for name, hashes in told.items()}
    size = {name: count - len(told[name] & common) for name, count in size.items()}
    del told
    holders: dict[int, list[str]] = {}
    for name, hashes in kept.items():
        for h in hashes:
            holders.setdefault(h, []).append(name)
    found: dict[tuple[str, str], Pair] = {}
    for name, hashes in kept.items():
        # A pair shares at least `needed` sentences, so it shares one of the rarest (all - needed + 1), of which those that nobody else has come first.
        needed = ceil(at_least * size[name] - 1e-9)
        rarest = sorted(hashes, key=lambda h: (len(holders[h]), h))[: max(0, len(hashes) - needed + 1)]
        for other in sorted({o for h in rarest for o in holders[h]} - {name}):
            key = (min(name, other), max(name, other))
            if key not in found and size[other] >= size[name]:
                shared = len(hashes & kept[other])
                if shared >= needed:
                    found[key] = Pair(*key, round(shared / size[name], 6), shared)
    return tuple(found[key] for key in sorted(found))


def boilerplate(prints: Mapping[str, Sequence[int]]) -> frozenset[int]:
    """Sentences that travel without a story: in `COMMON` texts or more, and most of what stands beside them differs from text to text.

    The sentences of a story copied a hundred times are as frequent, but bring the whole story along; so frequency alone decides nothing.
    """
    return _travelling(_told_twice(prints), {name: len(set(p)) for name, p in prints.items()})


def _told_twice(prints: Mapping[str, Sequence[int]]) -> dict[str, frozenset[int]]:
    """Of each text, by name in order, the sentences that another has too: the others, nearly all of most texts, lead nowhere and are not held."""
    hashes = np.fromiter((h for p in prints.values() for h in set(p)), dtype=np.uint64)
    hashes.sort()
    twice = frozenset(hashes[1:][hashes[1:] == hashes[:-1]].tolist())
    return {name: twice.intersection(prints[name]) for name in sorted(prints)}


def _travelling(told: Mapping[str, frozenset[int]], size: Mapping[str, int]) -> frozenset[int]:
    """The boilerplate among what several texts tell; `size` is how many sentences each text has."""
    holders: dict[int, list[str]] = {}
    for name, hashes in told.items():
        for h in hashes:
            holders.setdefault(h, []).append(name)
    found = set()
    for h, names in holders.items():
        if len(names) < COMMON:
            continue
        beside = Counter(other for name in names for other in told[name] if other != h)
        along = sum(1 for count in beside.values() if 2 * count >= len(names))
        usual = sorted(size[name] for name in names)[len(names) // 2]
        if 3 * (along + 1) <= usual:
            found.add(h)
    return frozenset(found)


def groups(names: Iterable[str], pairs: Iterable[Pair]) -> tuple[tuple[str, ...], ...]:
    """The texts that hang together through `pairs`, each group sorted, the groups by their first; a text without copies is left out."""
    leader = {name: name for name in names}

    def find(name: str) -> str:
        while leader[name] != name:
            leader[name] = leader[leader[name]]
            name = leader[name]
        return name

    for pair in pairs:
        one, two = sorted((find(pair.first), find(pair.second)))
        leader[two] = one
    together: dict[str, list[str]] = {}
    for name in sorted(leader):
        together.setdefault(find(name), []).append(name)
    return tuple(sorted(tuple(group) for group in together.values() if len(group) > 1))
