"""What the past has taught by an instant: how far each origin's word counts, and how often a place changes hands that nobody tells of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from heldby.weigh.priors import VoiceLine

Key = tuple[str, str, bool]  # origin, id of the line, whether it denies
RATIOS = ("state", "denial")


@dataclass(frozen=True, slots=True)
class OriginRecord:
    """How the word of one origin counts where it speaks as one line of the table of priors (`line`, its id), for its denials apart from the rest.

    Its likelihood ratios on who holds are those of the line raised to `exponent`: 1 counts as assumed, 0.5 half as many bits, 0 not at all. `told` counts its
    testimonies on units that others speak of too; `borne_out` how many of these all the evidence bears out, `expected` how many its own word
    alone would have led one to expect.
    """

    origin: str
    line: str
    denials: bool
    exponent: float
    told: float
    borne_out: float
    expected: float

    @property
    def key(self) -> Key:
        return (self.origin, self.line, self.denials)


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

    def exponent(self, origin: str, line: str, denials: bool = False) -> float:
        found = self.of((origin, line, denials))
        return found.exponent if found is not None else 1.0

    def of(self, key: Key) -> OriginRecord | None:
        """The entry of an origin as a line, for its denials or for the rest."""
        return next((o for o in self.origins if o.key == key), None)


def raised(line: VoiceLine, exponent: float) -> VoiceLine:
    """A line with its ratios on states and denials raised to a power; captures, losses and fighting count as assumed (decision 3)."""
    if exponent == 1.0:
        return line
    return replace(line, **{name: getattr(line, name) ** exponent for name in RATIOS})
