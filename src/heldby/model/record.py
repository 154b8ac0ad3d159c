"""What a source's record is: how much it said, how it was borne out, how early it was. Figures only; they judge nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from heldby.model.report import Mark
from heldby.model.who import Voice

LETTERS = "ABCDEF"  # reliability of a source, Admiralty scale: A completely reliable to E unreliable, F cannot be judged


class SourceSort(StrEnum):
    """A party's single voice; an outlet, agency or monitor with whatever unnamed voices it vouches for; or everybody of one role and side.

    Parties and outlets divide what was said by who counts for it, roles divide it again by who spoke: never add the two up.
    """

    PARTY = "party"
    OUTLET = "outlet"
    ROLE = "role"


class Verdict(StrEnum):
    """What became of a claim by the written rule (`heldby.weigh.verdicts`)."""

    BORNE_OUT = "borne out"
    CONTRADICTED = "contradicted"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share from 0 to 1 with the interval [low, high] (90 %), and the number of cases it rests on."""

    mean: float
    low: float
    high: float
    cases: float


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How many claims were borne out, contradicted, left open; `share` is that of the borne out among the first two, None without any."""

    borne_out: int = 0
    contradicted: int = 0
    open: int = 0
    share: Estimate | None = None

    @property
    def judged(self) -> int:
        return self.borne_out + self.contradicted


@dataclass(frozen=True, slots=True)
class Lead:
    """By how many hours a source was ahead of (negative: behind) the first of the others, on `changes` that others told of too.

    `median` with the quartiles `low` and `high`; `first` is how often it was ahead.
    """

    median: float
    low: float
    high: float
    changes: int
    first: int


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One source's record at the end of day `as_of` as known at `known_by`.

    `key` tells sources apart and may carry a name: it stays inside. `voice` is what it is called; of a role only kind and side are meant.
    `published` counts claims on places in reports of its own, `reports` the reports that carry its words; `testimonies` utterances that
    count for it, `carried` those of others it was first to print, `relayed` echoes it printed, `echoed` echoes of its own words anywhere,
    `fights` testimonies of fighting, which are not judged. `letter` is proposed, `letter_set` what a person set in the theatre's data.
    """

    key: str
    sort: SourceSort
    voice: Voice
    reports: int
    published: int
    testimonies: int
    carried: int
    relayed: int
    echoed: int
    withdrawn: int
    fights: int
    outcomes: Outcomes
    own: Outcomes
    against: Outcomes
    denials: Outcomes
    lead: Lead | None
    learned: Estimate | None
    letter: str
    letter_why: str
    letter_set: str = ""
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Records:
    """The records of all sources of a ledger at one pair of clocks, with the rule they were judged by in words."""

    as_of: date
    known_by: datetime
    rule: str
    rows: tuple[SourceRecord, ...]
