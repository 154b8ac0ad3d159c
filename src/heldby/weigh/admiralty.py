"""Which Admiralty letter a source's figures propose, by a written table (sources.toml); from the same table, the lines that credibility is proposed by.

A letter is proposed here and set by nobody but a person.

The scale is NATO's (STANAG 2511, in secondary copies): A completely, B usually, C fairly, D not usually reliable, E unreliable, F cannot be judged.
It has no thresholds of its own; those of the table are ours.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import sqrt
from typing import Any

from heldby.errors import Faults, HeldbyError
from heldby.model.record import LETTERS, Estimate, Outcomes

QUANTILE = 1.645  # two-sided 90 %


@dataclass(frozen=True, slots=True)
class LetterLine:
    """One line of the table: the least `share` borne out, and the least lower end of its interval, for a letter."""

    letter: str
    share: float
    low: float
    why: str


@dataclass(frozen=True, slots=True)
class CredibilityLine:
    """One line of the table: the least probability, by others alone, for a number of the scale from 2 to 5."""

    number: int
    least: float
    why: str


@dataclass(frozen=True, slots=True)
class Yardstick:
    """All of sources.toml: from when on a claim is borne out or contradicted, within how many days, and the lines of letters and numbers.

    `together`: days within which two words are of the same time.
    """

    borne_out: float
    contradicted: float
    within: int
    least: int
    together: int
    letters: tuple[LetterLine, ...]
    credibility: tuple[CredibilityLine, ...]

    @property
    def rule(self) -> str:
        """The rule of judging in words, as it stands under every table."""
        return (
            f"A claim is borne out where the place's smoothed probability, with all that this source said of it left out, reaches "
            f"{100 * self.borne_out:g} % for it on some day from the one claimed to the next of which others speak (for a denial, on all of them); contradicted where it "
            f"stays at {100 * self.contradicted:g} % or less and somebody later said the opposite. Either needs the word, within {self.within} days, of "
            f"another who has no interest in saying it; else the claim is open. Fighting is not judged."
        )


@cache
def load_yardstick() -> Yardstick:
    """The package's sources.toml."""
    return parse_yardstick(tomllib.loads(resources.files("heldby.weigh").joinpath("sources.toml").read_text("utf-8")))


def parse_yardstick(table: Mapping[str, Any], subject: str = "sources.toml") -> Yardstick:
    """A yardstick from a table shaped as sources.toml. Raises Faults naming every missing, unknown or impossible value at once."""
    faults = [
        HeldbyError(subject, "no such section; known: judging, letter, credibility", key)
        for key in sorted(set(table) - {"judging", "letter", "credibility"})
    ]
    judging, rows = table.get("judging", {}), table.get("letter", [])
    for key in ("borne_out", "contradicted"):
        if not _share(judging.get(key)):
            faults.append(HeldbyError(subject, f"expected a share from 0 to 1, found {judging.get(key)!r}", f"judging.{key}"))
    for key in ("within", "least", "together"):
        if type(judging.get(key)) is not int or judging[key] < 1:
            faults.append(HeldbyError(subject, f"expected a number of 1 or more, found {judging.get(key)!r}", f"judging.{key}"))
    for i, row in enumerate(rows):
        place = f"letter {i + 1} ({row.get('letter', 'none')})"
        if row.get("letter") not in tuple(LETTERS[:5]):
            faults.append(HeldbyError(subject, f"letter {row.get('letter')!r} is none of A to E", place))
        faults += [
            HeldbyError(subject, f"{key}: expected a share from 0 to 1", place) for key in ("share", "low") if not _share(row.get(key))
        ]
        if not isinstance(row.get("why"), str):
            faults.append(HeldbyError(subject, "why: expected words", place))
    if not faults and (not rows or (rows[-1]["share"], rows[-1]["low"]) != (0, 0)):
        faults.append(HeldbyError(subject, "the last line must fit everybody: share = 0.0, low = 0.0", "letter"))
    if not faults and judging["contradicted"] >= judging["borne_out"]:
        faults.append(HeldbyError(subject, "contradicted must lie below borne_out", "judging"))
    faults += _credibility_faults(table.get("credibility", []), subject)
    if faults:
        raise Faults(subject, faults)
    numbers = tuple(CredibilityLine(r["number"], float(r["least"]), r["why"]) for r in table["credibility"])
    lines = tuple(LetterLine(r["letter"], float(r["share"]), float(r["low"]), r["why"]) for r in rows)
    return Yardstick(
        float(judging["borne_out"]),
        float(judging["contradicted"]),
        judging["within"],
        judging["least"],
        judging["together"],
        lines,
        numbers,
    )


def _credibility_faults(rows: Sequence[Mapping[str, Any]], subject: str) -> list[HeldbyError]:
    """The lines must be those of 2 to 5 in order, each with a lower probability than the one before, down to nought."""
    faults: list[HeldbyError] = []
    if [r.get("number") for r in rows] != [2, 3, 4, 5]:
        faults.append(HeldbyError(subject, "expected lines for the numbers 2, 3, 4 and 5, in this order", "credibility"))
    for row in rows:
        place = f"credibility {row.get('number', 'without a number')}"
        if not _share(row.get("least")):
            faults.append(HeldbyError(subject, "least: expected a probability from 0 to 1", place))
        if not isinstance(row.get("why"), str):
            faults.append(HeldbyError(subject, "why: expected words", place))
    if not faults and ([r["least"] for r in rows] != sorted({r["least"] for r in rows}, reverse=True) or rows[-1]["least"] != 0):
        faults.append(HeldbyError(subject, "least must fall from line to line, to 0 on the last", "credibility"))
    return faults


def proposed(outcomes: Outcomes, yardstick: Yardstick) -> tuple[str, str]:
    """The letter that a source's outcomes propose, and why in words. F says that there is no basis, never that the source is bad."""
    share = outcomes.share
    if share is None or outcomes.judged < yardstick.least:
        return "F", f"cannot be judged: {outcomes.judged} judged claims, {yardstick.least} needed"
    line = next(x for x in yardstick.letters if share.mean >= x.share and share.low >= x.low)
    return (
        line.letter,
        f"{line.why} ({outcomes.borne_out} of {outcomes.judged} borne out, at least {100 * share.low:.0f} % with 95 % certainty)",
    )


def share_of(right: float, wrong: float) -> Estimate | None:
    """The share right / (right + wrong) with Wilson's score interval (Wilson 1927; advised for few cases by Brown, Cai & DasGupta 2001).

    Cases may be fractions, where each counts for as much as it is probable.
    """
    n = right + wrong
    if n <= 0:
        return None
    p, z2 = right / n, QUANTILE**2
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = QUANTILE / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    low = 0.0 if right == 0 else max(0.0, middle - half)
    high = 1.0 if wrong == 0 else min(1.0, middle + half)
    return Estimate(p, low, high, float(n))


def _share(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
