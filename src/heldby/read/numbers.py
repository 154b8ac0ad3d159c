"""English numerals as words and figures: cardinals, ordinals, shares, decimals, dozens, ranges."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = dict(zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True))
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
    "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17,
    "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50, "hundredth": 100,
}  # fmt: skip
SHARES = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "tenth": 10}

_CARDINALS: dict[str, int] = {w: i for i, w in enumerate(UNITS)} | TENS
_SMALL = "|".join(sorted(_CARDINALS, key=len, reverse=True))
_FIGURES = r"\d{1,3}(?:[,\u00a0\u202f]\d{3})+|\d+(?:\.\d+)?"
_WORDS = rf"(?:(?:{_SMALL}|an?)[ -](?:and[ -])?)?(?:hundred|thousand|dozen)(?:[ -](?:and[ -])?(?:{_SMALL})(?:[ -](?:{_SMALL}))?)?"
CARDINAL = rf"(?:{_FIGURES}|\b(?:{_WORDS}|(?:{'|'.join(TENS)})[ -](?:{'|'.join(UNITS[1:10])})|{_SMALL})\b)"
ORDINAL = rf"(?:\d+(?:st|nd|rd|th)\b|\b(?:(?:{'|'.join(TENS)})[ -])?(?:{'|'.join(ORDINALS)})\b)"
SHARE = (
    rf"(?:\b(?:a|an|one|two|three|four)[ -](?:{'|'.join(SHARES)})s?\b|\bthe (?:half|third)\b|\bhalf\b"
    rf"|{CARDINAL}(?:\.\d+)?\s*(?:%|per ?cent\b|pct\b))"
)


def cardinal(text: str) -> float | None:
    """The value of a numeral ("1,250", "twenty-two", "a dozen", "two hundred and six"), None if it is none."""
    text = text.strip().casefold()
    figures = re.sub(r"[,\u00a0\u202f]", "", text)
    if re.fullmatch(r"\d+(\.\d+)?", figures):
        return float(figures)
    if text == "half a dozen":
        return 6.0
    total, current, seen = 0, 0, False
    for word in re.split(r"[ -]+", text):
        if word == "and":
            continue
        if word in ("a", "an"):
            current, seen = 1, True
        elif word in _CARDINALS:
            current, seen = current + _CARDINALS[word], True
        elif word in ("hundred", "dozen"):
            current, seen = max(current, 1) * (100 if word == "hundred" else 12), True
        elif word == "thousand":
            total, current, seen = total + max(current, 1) * 1000, 0, True
        else:
            return None
    return float(total + current) if seen else None


def ordinal(text: str) -> int | None:
    """The value of "ninth", "22nd", "twenty-first"; None if it is none."""
    text = text.strip().casefold()
    figures = re.fullmatch(r"(\d+)(?:st|nd|rd|th)", text)
    if figures:
        return int(figures.group(1))
    words = re.split(r"[ -]+", text)
    if len(words) == 2 and words[0] in TENS and words[1] in ORDINALS:
        return TENS[words[0]] + ORDINALS[words[1]]
    return ORDINALS.get(words[0]) if len(words) == 1 else None


def share(text: str) -> float | None:
    """The value (0..1) of "half", "a third", "two-thirds", "53.8 percent", "40%"; None if it is none."""
    text = text.strip().casefold()
    percent = re.fullmatch(r"(.+?)\s*(?:%|per ?cent|pct)", text)
    if percent:
        value = cardinal(percent.group(1))
        return None if value is None or value > 100 else round(value / 100, 6)
    words = re.split(r"[ -]+", text)
    part = words[-1].removesuffix("s") if words[-1] not in SHARES else words[-1]
    part = "half" if part in ("halve", "half") else part
    if part not in SHARES:
        return None
    count = cardinal(words[0]) if len(words) == 2 and words[0] != "the" else 1.0
    return None if count is None else round(float(Fraction(int(count), SHARES[part])), 4)


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number in a text: characters [start, end), its value, and whether it counts ("nine"), ranks ("ninth") or shares ("a ninth")."""

    start: int
    end: int
    value: float
    kind: str


_FINDERS = (
    ("share", re.compile(SHARE, re.I), share),
    ("rank", re.compile(ORDINAL, re.I), ordinal),
    ("count", re.compile(CARDINAL, re.I), cardinal),
)


def find_numerals(text: str) -> tuple[Numeral, ...]:
    """Every numeral in order, none inside another: shares before ranks before counts."""
    found: list[Numeral] = []
    for kind, pattern, value_of in _FINDERS:
        for hit in pattern.finditer(text):
            value = value_of(hit.group())
            if value is not None and not any(n.start < hit.end() and hit.start() < n.end for n in found):
                found.append(Numeral(hit.start(), hit.end(), float(value), kind))
    return tuple(sorted(found, key=lambda n: n.start))
