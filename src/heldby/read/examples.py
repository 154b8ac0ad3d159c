"""Runs the examples inside the frames and those of cues: each must give the claims it states and no other. Pure; `heldby rules check` prints what it finds.

A claim is written "relation | actor | place", with "denied", "planned", "possible" or "past_background" behind it where it is not a plain
assertion. The place is its proper name where it has one, else its words. Frames' examples are read as published on `DAY`.
"""

from __future__ import annotations

from dataclasses import dataclass

from heldby.model.claim import Claim, Modality, Polarity
from heldby.model.report import Report
from heldby.model.rulebook import Example, Frame, Rulebook
from heldby.model.theatre import Lexicon
from heldby.model.when import Published
from heldby.read.reader import Reader

DAY = "2021-08-01"


@dataclass(frozen=True, slots=True)
class Failure:
    """An example that was read otherwise than it says. `cause` is "claims" where they differ, "frame" where another frame made them."""

    rule: str
    text: str
    expected: tuple[str, ...]
    read: tuple[str, ...]
    cause: str = "claims"


def check_examples(rulebook: Rulebook, lexicon: Lexicon) -> tuple[Failure, ...]:
    """Every failing example of the rulebook's frames, in the order of the rules, then of its cues."""
    reader = Reader(rulebook, lexicon)
    framed = [f for frame in rulebook.frames for e in frame.examples if (f := _tried(reader, frame, e)) is not None]
    return (*framed, *(f for e in rulebook.examples if (f := _tried(reader, None, e)) is not None))


def _tried(reader: Reader, frame: Frame | None, example: Example) -> Failure | None:
    rule = frame.id if frame is not None else "cues"
    claims = reader.read(Report.of(example.text, published=Published.parse(DAY))).claims
    read = tuple(sorted({line for c in claims for line in claim_lines(c)}))
    expected = tuple(sorted(example.claims))
    if read != expected:
        return Failure(rule, example.text, expected, read)
    if frame is not None and expected and all(c.rule.partition("+")[0] != frame.id for c in claims):
        return Failure(rule, example.text, expected, tuple(sorted({c.rule for c in claims})), "frame")
    return None


def claim_lines(claim: Claim) -> tuple[str, ...]:
    """A claim as examples write it, one line for each place."""
    marks = [m for m in (claim.polarity, claim.modality) if m not in (Polarity.ASSERTED, Modality.FACTUAL)]
    return tuple(" | ".join((claim.relation, claim.actor, p.name or p.text, *marks)) for p in claim.places)
