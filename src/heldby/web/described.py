"""How the API's answers are described in OpenAPI: the head that every answer has, and the rows it holds (those of editions, as they are)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from heldby.publish.edition import AreaRow, ChangeRow, ComparisonRow, GapRow, SourceRow, SpellRow, StatusRow


class Head(BaseModel):
    """Theatre, both clocks, the edition's digest (SHA-256), the ledger's revision, marks and what the release holds back."""

    theatre: str
    as_of: str
    known_by: str
    edition: str
    revision: int
    marks: list[str]
    release_notes: list[str]


class StatusItem(BaseModel):
    """A status without its evidence."""

    unit_id: str
    name: str
    kind: str
    scope: str
    parent: str
    as_of: str
    known_by: str
    holder: str | None
    holder_name: str
    letter: str
    probability: float
    probabilities: list[tuple[str, float]]
    likelihood: str
    confidence: str
    support: str
    claimed_by: str
    origins: int
    denials: int
    since: str
    last_evidence: str
    sentence: str
    confidence_sentence: str
    marks: list[str]


class Statuses(Head):
    total: int
    items: list[StatusItem]
    areas: list[AreaRow]
    filter: str
    next: str | None


class Neighbour(BaseModel):
    unit_id: str
    name: str
    kind: str
    link: str
    reason: str


class Unit(Head):
    status: StatusRow
    neighbours: list[Neighbour]
    spells: list[SpellRow]
    changes: list[ChangeRow]


class Series(Head):
    """`probabilities[day][state]`, days before the first evidence left out; `ticks` are the testimonies."""

    unit_id: str
    name: str
    states: list[str]
    days: list[str]
    probabilities: list[list[float]]
    since: str
    ticks: list[dict[str, Any]]


class Spells(Head):
    unit_id: str
    spells: list[SpellRow]


class Changes(Head):
    since: str
    items: list[ChangeRow]


class Published(Head):
    items: list[ComparisonRow]


class Gaps(Head):
    total: int
    items: list[GapRow]
    next: str | None


class Sources(Head):
    items: list[SourceRow]
    rule: str


class Classes(Head):
    classes: dict[str, list[str]]


class Tallies(Head):
    tallies: list[dict[str, Any]]


class Turns(Head):
    """`items` are the units told otherwise in edition `without`; `other_holder` how many of them change their leading state."""

    without: str
    shown: int
    changed: int
    other_holder: int
    items: list[dict[str, Any]]
