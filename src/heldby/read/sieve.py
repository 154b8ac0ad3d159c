"""A sieve in front of regular expressions: which of them can be met in a text at all, told by the words they cannot do without.

From each pattern the sieve takes sets of literals of which every match holds at least one ("a match of `(?:fell|fallen)\\sto` holds fell or
fallen"); looking for them is many times faster than trying the pattern. Only what is outside optional parts and look-arounds counts, so no match is
ever lost. The idea is that of FilteredRE2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

import ahocorasick_rs

LEAST = 2  # letters of a literal worth looking for
_GROUP = re.compile(r"\((\?(?:P<\w+>|[a-z-]*:|<?[=!]))?")
_QUANTIFIER = re.compile(r"(?:[?*+]|\{(\d*)(?:,\d*)?\})[?+]?")
_SIGN_CLASSES = "sSdDwWbBAZ"
Sets = tuple[frozenset[str], ...]


@cache  # the patterns are the phrasebooks', and every reader asks for the same ones
def literals(pattern: str) -> Sets:
    """Sets of small-letter literals; every match of `pattern` (case ignored) holds one of each. () if nothing can be told."""
    return _Reading(pattern).alternatives()


class _Reading:
    """One pass over a pattern of the dialect the phrasebooks use: groups, look-arounds, classes, escapes, quantifiers."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def alternatives(self) -> Sets:
        """Up to the end or the bracket that closes the group."""
        branches = [self._sequence()]
        while self._pattern.startswith("|", self._at):
            self._at += 1
            branches.append(self._sequence())
        if len(branches) == 1:
            return branches[0]
        best = [max(sets, key=_worth) for sets in branches if sets]
        return (frozenset().union(*best),) if len(best) == len(branches) else ()

    def _sequence(self) -> Sets:
        found: list[frozenset[str]] = []
        run = ""
        while self._at < len(self._pattern) and self._pattern[self._at] not in "|)":
            sign, sets = self._item()
            least = self._quantifier()
            if least is None and len(sign) == 1:
                run += sign
                continue
            if least and len(sign) == 1:  # "s+" holds at least one
                found.append(frozenset({run + sign}))
            elif run:
                found.append(frozenset({run}))
            run = ""
            if least != 0:
                found.extend(sets)
        if run:
            found.append(frozenset({run}))
        return tuple(s for s in dict.fromkeys(found) if min(map(len, s)) >= LEAST)

    def _item(self) -> tuple[str, Sets]:
        """A literal sign in small letters ("" for anything else), or what a group holds."""
        sign = self._pattern[self._at]
        if sign == "\\":
            escaped = self._pattern[self._at + 1]
            self._at += 6 if escaped == "u" else 2
            return ("" if escaped in _SIGN_CLASSES or escaped == "u" or escaped.isdigit() else escaped.lower()), ()
        if sign == "[":
            self._at = self._class_end()
            return "", ()
        if sign == "(":
            opened = _GROUP.match(self._pattern, self._at)
            assert opened is not None
            self._at = opened.end()
            sets = self.alternatives()
            self._at += 1
            looks = (opened[1] or "").rstrip("=!") in ("?", "?<")
            return "", (() if looks else sets)
        self._at += 1
        return ("" if sign in ".^$" else sign.lower()), ()

    def _class_end(self) -> int:
        at = self._at + 1
        at += self._pattern.startswith("^", at)
        at += self._pattern.startswith("]", at)
        while self._pattern[at] != "]":
            at += 2 if self._pattern[at] == "\\" else 1
        return at + 1

    def _quantifier(self) -> int | None:
        """How often at least the item before must stand; None if no quantifier follows."""
        found = _QUANTIFIER.match(self._pattern, self._at)
        if found is None:
            return None
        self._at = found.end()
        if found[0][0] in "?*":
            return 0
        return 1 if found[0][0] == "+" else int(found[1] or 0)


def _worth(words: frozenset[str]) -> tuple[int, int]:
    return min(map(len, words)), -len(words)


class Sieve:
    """Says which patterns may be met in a stretch of text, with one pass over it."""

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        read = [literals(p.pattern) for p in patterns]
        sets = sorted({s for one in read for s in one}, key=sorted)
        bit = {s: 1 << k for k, s in enumerate(sets)}
        words = sorted({w for s in sets for w in s})
        self._bits = tuple(sum(bit[s] for s in sets if word in s) for word in words)
        self._needs = tuple(sum(bit[s] for s in one) for one in read)
        self._automaton = ahocorasick_rs.AhoCorasick(words) if words else None

    def worth_trying(self, text: str) -> list[int]:
        """Numbers of the patterns, in order, that `text` may hold; all of them where it is not plain ASCII, whose small letters are simple."""
        if self._automaton is None or not text.isascii():
            return list(range(len(self._needs)))
        bits = self._bits
        there = 0
        for word, _, _ in self._automaton.find_matches_as_indexes(text.lower(), overlapping=True):
            there |= bits[word]
        return [number for number, need in enumerate(self._needs) if need & there == need]
