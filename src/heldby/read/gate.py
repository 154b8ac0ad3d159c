"""The gate in front of everything else: whether a text could hold a claim or a tally at all, told by one multi-pattern pass.

It errs on the side of reading. A text is turned away if no stretch of it has both a word that opens a frame and something that may be a place,
nor both a unit of tallies and a number: the reader, asked, would have found nothing in it. Stretches end only where a sentence surely does, so they
are never shorter than sentences. Nothing is laid out, tokenised or parsed for it.

Everyday words open frames too ("kept", "closed", "returned"). So a longer text is also turned away if nothing in it is of war at all: no word for
the armed, for fighting or for holding ground, and no armed party's name. Nobody tells in a hundred words who holds a town without one of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import ahocorasick_rs

_BLANKED = bytes(c if c < 128 and chr(c).isalnum() else 32 for c in range(256))  # a word stands between two blanks
_SURE = re.compile(r"\.(?<=[a-z]{4}\.)(?<!approx\.) (?=[A-Z])")  # no abbreviation ends so: see heldby.read.text
_FIGURE = re.compile(r"\d")
_TRIGGER, _PLACE, _UNIT, _NUMBER = 1, 2, 4, 8
_CLAIM = _TRIGGER | _PLACE
LONG = 500  # characters from which a text must have a word of war


class Gate:
    """Turns texts away by the words of one rulebook.

    `triggers` open frames, `places` are nouns and pronouns that may stand for a place, `units` and `numbers` are those of tallies; all in small
    letters. `names` tells whether a stretch of text has a name of the gazetteer. `war` are words one of which a text of LONG characters must have;
    none given, none is asked for.
    """

    def __init__(
        self,
        triggers: Iterable[str],
        places: Iterable[str],
        units: Iterable[str],
        numbers: Iterable[str],
        names: Callable[[str], bool],
        war: Iterable[str] = (),
    ) -> None:
        kinds: dict[bytes, int] = {}
        signs: set[str] = set()  # "%" is no word
        for words, kind in ((triggers, _TRIGGER), (places, _PLACE), (units, _UNIT), (numbers, _NUMBER)):
            for word in words:
                if (key := blanked(word).strip()) == b"":
                    signs.add(word)
                else:
                    kinds[b" %b " % key] = kinds.get(b" %b " % key, 0) | kind
        patterns = sorted(kinds)
        self._kinds = tuple(kinds[p] for p in patterns)
        self._automaton = ahocorasick_rs.BytesAhoCorasick(patterns)
        self._signs = tuple(sorted(signs))
        warlike = sorted({b" %b " % key for w in war if (key := blanked(w).strip())})
        self._war = ahocorasick_rs.BytesAhoCorasick(warlike) if warlike else None
        self._names = names

    def admits(self, text: str, *, whole: bool = True) -> bool:
        """Whether `text`, normalised, could hold anything. `whole`: it is a report's text; else of what a short one may be part of, which
        is not asked for a word of war."""
        padded = b" %b " % blanked(text)
        if whole and self._war is not None and len(text) >= LONG and not self._war.find_matches_as_indexes(padded):
            return False
        if any(sign in text for sign in self._signs):
            return True
        kinds = self._kinds
        bounds, stretches = [0], [0]
        ends = _SURE.finditer(text)
        end = next((m.end() for m in ends), len(text) + 1)
        now = 0
        for index, start, _ in self._automaton.find_matches_as_indexes(padded, overlapping=True):
            while start >= end:  # a hit begins with the blank before its word, which the padding moves to the word's own place
                bounds.append(end)
                stretches.append(0)
                now = 0
                end = next((m.end() for m in ends), len(text) + 1)
            now |= kinds[index]
            if now & _CLAIM == _CLAIM:
                return True
            stretches[-1] = now
        bounds.append(len(text) if end > len(text) else end)
        return self._any(text, bounds, stretches)

    def _any(self, text: str, bounds: list[int], stretches: list[int]) -> bool:
        """Whether one of the stretches, none of which has both a trigger and a word for a place, has a name or a number with its unit."""
        for k, kinds in enumerate(stretches):
            part = text[bounds[k] : bounds[k + 1]]
            if kinds & _UNIT and (kinds & _NUMBER or not part.isascii() or _FIGURE.search(part)):
                return True
            if kinds & _TRIGGER and self._names(part):
                return True
        return False


def blanked(text: str) -> bytes:
    """`text` in small ASCII letters and figures, one blank for every other sign; as long as `text`."""
    low = text.lower()
    if len(low) != len(text):  # a letter whose small form is two letters
        low = "".join(c.lower() if len(c.lower()) == 1 else "?" for c in text)
    return low.encode("ascii", "replace").translate(_BLANKED)
