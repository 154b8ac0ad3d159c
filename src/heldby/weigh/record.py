"""What the past has taught by an instant: how far each origin's word counts, and how often a place changes hands that nobody tells of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from heldby.weigh.priors import VoiceLine

RATIOS = ("event", "again", "state", "denial")


@dataclass(frozen=True, slots=True)
class OriginRecord:
    """How the word of one origin counts where it speaks as one line of the table of priors (`line`, its id).

    Its likelihood ratios are those of the line raised to `exponent`: 1 counts as assumed, 0.5 half as many bits, 0 not at all. `told` counts its
    testimonies on units that others speak of too; `borne_out` how many of these all the evidence bears out, `expected` how many its own word
    alone would have led one to expect.
    """

    origin: str
    line: str
    exponent: float
    told: float
    borne_out: float
    expected: float


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """How fast places are taken to change hands unannounced, as a multiple (`pace`) of the table's motion, for all sides alike.

    `announced` and `unannounced`: changes counted so far, by the posterior.
    """

    pace: float = 1.0
    announced: float = 0.0
    unannounced: float = 0.0


@dataclass(frozen=True, slots=True)
class Record:
    """All that was learned from testimonies known by `until`; None where nothing was known yet and everything is as assumed."""

    origins: tuple[OriginRecord, ...] = ()
    changes: ChangeRecord = ChangeRecord()
    until: datetime | None = None

    def exponent(self, origin: str, line: str) -> float:
        return next((o.exponent for o in self.origins if o.origin == origin and o.line == line), 1.0)


def raised(line: VoiceLine, exponent: float) -> VoiceLine:
    """A line with its ratios on captures, states and denials raised to a power; what it says of fighting counts as assumed."""
    if exponent == 1.0:
        return line
    return replace(line, **{name: getattr(line, name) ** exponent for name in RATIOS})
