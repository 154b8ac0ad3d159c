"""Rows of sources' records, as they may be shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutcomeCells:
    """Claims borne out, contradicted and left open; `share` of the first two with its 90 % interval, None without any."""

    borne_out: int
    contradicted: int
    open: int
    share: float | None
    low: float | None
    high: float | None

    @property
    def judged(self) -> int:
        return self.borne_out + self.contradicted


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One source's record as it may be shown (see `heldby.model.record.SourceRecord`). `name` of a role is the role; `lead_*` in hours, ahead
    of the others where positive; `letter` is proposed by figures, `letter_set` what a person set."""

    name: str
    sort: str
    kind: str
    side: str
    side_name: str
    outlet_id: str
    reports: int
    published: int
    testimonies: int
    carried: int
    relayed: int
    echoed: int
    withdrawn: int
    fights: int
    outcomes: OutcomeCells
    own: OutcomeCells
    against: OutcomeCells
    denials: OutcomeCells
    lead: float | None
    lead_low: float | None
    lead_high: float | None
    lead_changes: int
    lead_first: int
    learned: float | None
    learned_low: float | None
    learned_high: float | None
    learned_cases: int
    letter: str
    letter_why: str
    letter_set: str
    marks: tuple[str, ...]
