"""How the API's answers are described in OpenAPI: the head that every answer has, and the rows it holds (those of editions, as they are)."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from heldby.publish.edition import AreaRow, ChangeRow, ComparisonRow, GapRow, SpellRow, StatusRow
from heldby.publish.source_rows import SourceRow


def body(model: type[BaseModel]) -> dict[str, Any]:
    """What a route adds to its description to tell of the JSON that it takes. Parts stand where they are used: a reference would be looked for in
    the whole description, and not found there."""
    schema = model.model_json_schema()
    parts = schema.pop("$defs", {})

    def whole(node: Any) -> Any:
        if isinstance(node, dict):
            name = str(node.get("$ref", "")).removeprefix("#/$defs/")
            return whole(parts[name]) if name in parts else {k: whole(v) for k, v in node.items()}
        return [whole(v) for v in node] if isinstance(node, list) else node

    return {"requestBody": {"required": True, "content": {"application/json": {"schema": whole(schema)}}}}


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
    """`items` are rows of changes with when in words (`dated`, `dated_short`), `weight` (0 to 1, for sorting) and `pair`, shared by a change and the
    recapture that undid it; how many of them can have come to pass before `since` and after `as_of` is said beside."""

    since: str
    perhaps_before: int
    perhaps_later: int
    items: list[dict[str, Any]]


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


class Geometry(BaseModel):
    """Path data in units of a picture `width` wide; `km` are units a kilometre; `coarse` areas stand for their units."""

    theatre: str
    note: str
    width: float
    height: float
    km: float
    labels: str
    cells: list[dict[str, Any]]
    areas: list[dict[str, Any]]
    outline: str
    symbols: list[dict[str, Any]]
    others: list[dict[str, Any]]
    roads: list[dict[str, Any]]


class DayRows(Head):
    """`items` are rows of `columns`."""

    columns: list[str]
    items: list[list[Any]]
    areas: list[AreaRow]
    tally: dict[str, Any] | None


class Looks(Head):
    """`units`: runs `[day, look]`, days counted from `from` (that is 0), `look` a place in `looks`; before its first run a unit is unknown.
    `areas`: runs `[day, counts, unknown, size]`."""

    first: str = Field(alias="from")
    to: str
    days: int
    looks: list[dict[str, str]]
    units: dict[str, list[list[int]]]
    areas: dict[str, list[list[Any]]]


class Other(BaseModel):
    as_of: str
    known_by: str
    edition: str


class Differences(Head):
    """`items` are units told otherwise in `other`: `before` there, `after` here."""

    other: Other
    items: list[dict[str, Any]]


class Me(BaseModel):
    """Who asks, and the acts of review that his role reaches for."""

    name: str
    role: str
    acts: list[str]


class Entry(BaseModel):
    """A line of the journal. `hash` is over all the rest, `prev` the hash of the line before it."""

    n: int
    at: str
    member: str
    role: str
    act: str
    method: str
    path: str
    status: int
    detail: str
    prev: str
    hash: str


class Audit(BaseModel):
    total: int
    items: list[Entry]
    next: str | None


class Sent(BaseModel):
    """What became of a report that was sent; `report_id` and `outcome` "" where it gave none, and `gaps` say why."""

    report_id: str
    outcome: str
    claims: int
    gaps: list[dict[str, str]]


class Kept(BaseModel):
    items: list[Sent]
    revision: int
    head: str


class ReviewState(BaseModel):
    """`open`: whether the server takes decisions from whoever asks; `member` and `acts`: who that is, and what he may decide, where a team shares it."""

    open: bool
    member: str
    acts: list[str]
    revision: int


class Queue(Head):
    """`turns`: without it its unit would be told otherwise; `turns_holder`: held by another. `reviewed` is what was decided, "" nothing."""

    total: int
    items: list[dict[str, Any]]
    next: str | None


class Acts(BaseModel):
    revision: int
    total: int
    items: list[dict[str, Any]]
    next: str | None


class Written(BaseModel):
    """The act's id, and the ledger as it stands with it."""

    id: str
    revision: int
    head: str
