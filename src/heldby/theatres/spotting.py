"""Names in running text: runs of capitalised words, looked up longest first.

One regular expression finds the runs at tens of megabytes a second; only they are folded and looked up. Words that are names of places and
also words of English or of people ("March", "Most", "Hassan") count only beside a word that says place ("Most city", "the town of March").
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from heldby.errors import HeldbyError
from heldby.theatres.spelling import fold

_ARTICLES = "al|el|ar|as|ash|at|an|ad|adh|az|ez|es|ed|er|ul|ur|us|en"
_CAPITAL = rf"(?:(?:{_ARTICLES})[-’'])?[A-ZÀ-ÖØ-ÞĀ-ſƏ][^\W_]*(?:['’‘ʼʻ`][^\W_]+)*"
_RUN = re.compile(
    rf"(?<![\w’'])(?:{_CAPITAL})(?:[ \u00a0\-–\n](?:(?:e|i|y|o|u|ye|wa|de|du|da|do|des|del|la|le|{_ARTICLES})[ \-])?(?:{_CAPITAL})"
    r"|-(?:e|i|ye|al|ul|el)-[^\W\d_]+|-(?:e|i|ye) [^\W\d_A-Z]{4,})*(?!\w)"
)
_WORD = re.compile(r"[^\W_]+(?:['’‘ʼʻ`][^\W_]+)*")
_SHORTENED = re.compile(r"['’](?:d|ll|m|ma|re|t|ve)\Z")  # "I'd", "you've"
_POSSESSIVE = re.compile(r"['’]s?\Z")
LONGEST = 6  # words of one name
LEAST = 3  # letters of a word that names a place by itself, more if it is written in capitals


@dataclass(frozen=True, slots=True)
class SpottingRules:
    """`guarded` folded names that need a place word beside them; `heads` those words; `people` folded first names and titles of persons;
    `codes` the short names in capitals that do mean a place ("UK"); `openers` words that begin a sentence right before a name; `empty` words
    of which no name consists.
    """

    guarded: frozenset[str]
    heads: frozenset[str]
    people: frozenset[str]
    codes: frozenset[str] = frozenset()
    openers: frozenset[str] = frozenset()
    empty: frozenset[str] = frozenset()

    @classmethod
    def read(cls, path: Path) -> SpottingRules:
        """From a TOML file with the lists `words`, `heads`, `people`, `titles`, `codes`, `openers` and `empty`. Raises HeldbyError."""
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
            words, people = (
                frozenset(map(fold, table["words"])),
                frozenset(map(fold, (*table["people"], *table["titles"]))),
            )
            heads, codes, openers, empty = (frozenset(map(str.lower, table[name])) for name in ("heads", "codes", "openers", "empty"))
            return cls(words | people, heads, people, codes, openers, openers | empty)
        except (OSError, ValueError, KeyError, AttributeError) as e:
            raise HeldbyError(path.name, f"is not a list of guarded names: {e}") from None


def spot(text: str, known: Callable[[str], bool], rules: SpottingRules) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, folded name) of known names in `text`, leftmost longest, without overlaps."""
    for run in _RUN.finditer(text):
        whole = run.group()
        base = run.start()
        if whole.isalpha() and whole.isascii():  # one plain word: most runs
            key = whole.lower()
            if known(key) and ((key not in rules.guarded and not _is_code(whole, rules)) or _beside_head(text, base, run.end(), rules)):
                yield base, run.end(), key
            continue
        yield from _in_run(text, base, whole, known, rules)


def _in_run(text: str, base: int, run: str, known: Callable[[str], bool], rules: SpottingRules) -> Iterator[tuple[int, int, str]]:
    words = [(base + m.start(), base + m.end(), m.group()) for m in _WORD.finditer(run)]
    folded = [fold(_POSSESSIVE.sub("", w)) if not w.isascii() or not w.isalpha() else w.lower() for _, _, w in words]
    at = 0
    while at < len(words):
        if folded[at] in rules.openers and any(
            known("".join(folded[at + 1 : stop])) for stop in range(at + 2, min(len(words), at + LONGEST) + 1)
        ):
            at += 1  # "In Sar-e Pol" is no "Insar"
        for stop in range(min(len(words), at + LONGEST), at, -1):
            key = "".join(folded[at:stop])
            if known(key) and _stands(text, words, folded, (at, stop), rules):
                last = words[stop - 1]
                yield words[at][0], last[1] - len(last[2]) + len(_POSSESSIVE.sub("", last[2])), key
                at = stop
                break
        else:
            at += 1


def _stands(text: str, words: list[tuple[int, int, str]], folded: list[str], span: tuple[int, int], rules: SpottingRules) -> bool:
    """Whether words[at:stop] may be a place here: not a guarded word alone, not a surname behind a first name or title."""
    at, stop = span
    if _SHORTENED.search(words[stop - 1][2]) or ("'" in words[at][2] and len(folded[at]) < 3):
        return False
    if _beside_head(text, words[at][0], words[stop - 1][1], rules):
        return True
    if all(w in rules.empty or w in rules.people for w in folded[at:stop]):
        return False
    if stop - at == 1:
        if folded[at] in rules.guarded or words[at][2][:1].islower() or _is_code(words[at][2], rules):
            return False
        if at > 0 and folded[at - 1] in rules.people and text[words[at][0] - 1] == " ":
            return False
    return True


def _is_code(word: str, rules: SpottingRules) -> bool:
    """Whether a word is so short, or so short and all capitals, that it stands for other things than places ("UPI", "HIV", "Do")."""
    return len(word) <= (LEAST if word.isupper() else LEAST - 1) and word.lower() not in rules.codes


def _beside_head(text: str, start: int, end: int, rules: SpottingRules) -> bool:
    after = _WORD.match(text, end + 1)
    if after and after.group().lower() in rules.heads:
        return True
    before = text[max(0, start - 24) : start].lower().split()
    return len(before) >= 2 and before[-1] == "of" and before[-2] in rules.heads
