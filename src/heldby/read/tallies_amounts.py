"""Amounts of territory in a sentence: "six more districts", "212 of 407", "half of the country", "the ninth provincial capital".

The forms stand in the phrasebook "tallies" (value "amount ...", "rank", "number-of", "bare ..."); here their parts become figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from heldby.model.claim import Qualifier
from heldby.model.rulebook import Phrasebook
from heldby.read.numbers import cardinal, ordinal, share
from heldby.read.sieve import Sieve
from heldby.read.timeforms import Classes

TERRITORY = "territory_share"
CAPITALS = "provincial_capitals"
YEAR = re.compile(r"(?:19|20)\d\d")
WHOLE = frozenset({"districts", "provinces", CAPITALS, TERRITORY, "townships", "municipalities"})  # units of which "all" is a share


class Sign(StrEnum):
    """What an amount can stand for in the forms of sentences."""

    AMOUNT = "amount"  # a count or a share with its unit
    BARE = "bare"  # a number without one
    RANK = "rank"  # a running count
    NUMBER_OF = "number-of"  # a unit whose number is told elsewhere


@dataclass(frozen=True, slots=True)
class Amount:
    """Characters [start, end) of a text that count or share out territory. `unit` "" where only the context can tell it."""

    start: int
    end: int
    sign: Sign
    unit: str = ""
    count: int | None = None
    share: float | None = None
    of: int | None = None
    qualifier: Qualifier = Qualifier.EXACT
    definite: bool = False  # "both districts", "the two provinces": a set named before, not a count
    negative: bool = False  # "a single district": none where it is denied, nothing else


class AmountFinder:
    """Finds the amounts of a text with the amount forms of one phrasebook."""

    def __init__(self, book: Phrasebook, classes: Classes) -> None:
        self._classes = classes
        kinds = ("amount", "rank", "number-of", "bare")
        self._forms = tuple((f.value, classes.compile(f.pattern)) for f in book.forms if f.value.split()[0] in kinds)
        self._sieve = Sieve([pattern for _, pattern in self._forms])

    def find(self, text: str, start: int, end: int) -> tuple[Amount, ...]:
        """Amounts of text[start:end], none overlapping: the first to start wins, then the longest, then the first form."""
        found: list[tuple[int, int, int, Amount]] = []
        for rank in self._sieve.worth_trying(text[start:end]):
            value, pattern = self._forms[rank]
            for hit in pattern.finditer(text, start, end):
                amount = self._amount(value, hit)
                if amount is not None:
                    found.append((hit.start(), -hit.end(), rank, amount))
        kept: list[Amount] = []
        for _, _, _, amount in sorted(found, key=lambda f: f[:3]):
            if not kept or amount.start >= kept[-1].end:
                kept.append(amount)
        return tuple(kept)

    def counts_units(self, text: str, start: int, end: int) -> bool:
        """Whether text[start:end] has a number with its unit, whatever overlaps it."""
        for k in self._sieve.worth_trying(text[start:end]):
            value, pattern = self._forms[k]
            if not value.startswith("bare") and any((a := self._amount(value, h)) and a.unit for h in pattern.finditer(text, start, end)):
                return True
        return False

    def _amount(self, value: str, hit: re.Match[str]) -> Amount | None:
        kind, _, way = value.partition(" ")
        parts = {k: v for k, v in hit.groupdict().items() if v is not None}
        at = (hit.start(), hit.end())
        if kind == "rank":
            return self._rank(at, parts)
        if kind == "number-of":
            return Amount(*at, Sign.NUMBER_OF, self._unit(parts))
        sign = Sign.BARE if kind == "bare" else Sign.AMOUNT
        unit = CAPITALS if way == "capitals" else self._unit(parts) if sign is Sign.AMOUNT else ""
        qualifier = self._qualifier(parts)
        match way:
            case "none":
                return Amount(*at, sign, unit, 0, of=_whole(parts.get("number")))
            case "all":
                if unit not in WHOLE:
                    return None
                number = _whole(parts.get("number"))
                return Amount(*at, sign, unit, number, 1.0, number, qualifier)
            case "all-but" | "but":
                left_out, of = (_whole(parts.get(n)) for n in (("number", "number2") if way == "all-but" else ("number2", "number")))
                return Amount(*at, sign, unit, of - left_out, None, of, qualifier) if of and left_out and left_out < of else None
            case "both":
                return Amount(*at, sign, unit, 2, definite=True)
            case "single":
                return Amount(*at, sign, unit, 0, negative=True)
            case "one":
                return Amount(*at, sign, unit, 1, qualifier=Qualifier.EXACT)
            case "range" | "share-range":
                return self._range(at, unit, parts, of_share=way == "share-range")
            case "share" | "share-plain" | "share-count":
                return self._share(at, sign, unit, parts, hit.group())
        return self._count(at, sign, unit, parts, qualifier)

    def _count(self, at: tuple[int, int], sign: Sign, unit: str, parts: dict[str, str], qualifier: Qualifier) -> Amount | None:
        count, of = _whole(parts.get("number")), _whole(parts.get("number2"))
        if count is None or (of is not None and of < count):
            return None
        if sign is Sign.BARE and of is None and YEAR.fullmatch(parts["number"]):
            return None
        return Amount(*at, sign, unit, count, None, of, qualifier, definite="definite" in parts and count == 2)

    def _share(self, at: tuple[int, int], sign: Sign, unit: str, parts: dict[str, str], text: str) -> Amount | None:
        percent = parts.get("percent")
        written = f"{parts['number']} percent" if percent else parts.get("fraction") or _fraction_in(text)
        value = share(written) if written else None
        if value is None and written:
            value = _tenths(written)
        if value is None or value > 1:
            return None
        of = _whole(parts.get("number2"))
        return Amount(*at, sign, unit, None, value, of, self._qualifier(parts))

    @staticmethod
    def _range(at: tuple[int, int], unit: str, parts: dict[str, str], *, of_share: bool) -> Amount | None:
        """A range counts as its middle."""
        low, high = cardinal(parts["number"]), cardinal(parts["number2"])
        if low is None or high is None or high <= low:
            return None
        middle = (low + high) / 2
        if of_share:
            return Amount(*at, Sign.AMOUNT, unit, None, round(middle / 100, 6), None, Qualifier.RANGE) if high <= 100 else None
        return Amount(*at, Sign.AMOUNT, unit, round(middle), None, None, Qualifier.RANGE)

    def _rank(self, at: tuple[int, int], parts: dict[str, str]) -> Amount | None:
        if "only" in parts or "last" in parts:
            count: int | None = _whole(parts.get("number")) or 1
            if "unit" in parts and "number" not in parts:
                return None  # "the only districts": no number
            return Amount(*at, Sign.RANK, self._unit(parts), count)
        count = ordinal(parts["ordinal2"] if "ordinal2" in parts else parts["ordinal"])
        if count is None or ("unit" in parts and "first" not in parts and "number" not in parts):
            return None  # "the first villages": no number
        return Amount(*at, Sign.RANK, self._unit(parts), count, None, _whole(parts.get("number")))

    def _unit(self, parts: dict[str, str]) -> str:
        for kind in ("unit", "unit_one", "land"):
            if parts.get(kind):
                return self._classes.value(kind, parts[kind])
        return TERRITORY if "land" in parts or "named" in parts else ""

    def _qualifier(self, parts: dict[str, str]) -> Qualifier:
        written = parts.get("qual") or parts.get("qual2")
        return Qualifier(self._classes.value("qual", written)) if written else Qualifier.EXACT


def _whole(text: str | None) -> int | None:
    value = cardinal(text) if text else None
    return int(value) if value is not None and value == int(value) else None


def _fraction_in(text: str) -> str | None:
    found = re.search(r"(?:\b(?:a|one|two|three)[ -])?(?:half|thirds?|quarters?)\b", text, re.I)
    return found.group() if found else None


def _tenths(text: str) -> float | None:
    """ "nine tenths", "one half": what the plain shares leave out."""
    words = re.split(r"[ -]+", text.casefold())
    count = cardinal(words[0])
    if len(words) != 2 or count is None:
        return None
    part = {"tenth": 10, "tenths": 10, "half": 2, "halves": 2}.get(words[1])
    return None if part is None else round(count / part, 4)
