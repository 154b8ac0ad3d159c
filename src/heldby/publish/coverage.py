"""Coverage: of how many units anything is known, by area and in all. It stands beside every tally, for silence is not knowledge."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from heldby.model.status import Support
from heldby.publish.cells import district_units
from heldby.publish.edition import Edition, StatusRow
from heldby.publish.plain import plain


@dataclass(frozen=True, slots=True)
class Coverage:
    """Of `size` units of an area, how many have evidence (`covered`), and how many of those rest on what; "" is the whole."""

    area_id: str
    name: str
    size: int
    covered: int
    confirmed: int
    disputed: int
    reported: int
    claimed: int
    stale: int

    @property
    def share(self) -> float:
        """Share of units with evidence, 0 to 1."""
        return self.covered / self.size if self.size else 0.0


def coverage(edition: Edition) -> tuple[Coverage, ...]:
    """Areas by name, then the whole. Counts the districts of the tally's roster (else the theatre's); where there are none, the statuses shown.

    Places that the release coarsens are counted within their area, by state alone.
    """
    theatre = edition.theatre
    rows = {row.unit_id: row for row in edition.statuses}
    areas: dict[str, list[StatusRow | None]] = {}
    for unit in district_units(edition):
        areas.setdefault(unit.parent, []).append(rows.get(unit.id))
    if not areas:
        areas = {"": list(edition.statuses)}
    known = {a.area_id: a.size - a.unknown for a in edition.areas}
    found = []
    for area_id, members in areas.items():
        area = theatre.unit(area_id) if area_id else None
        found.append(_coverage(area_id, area.name if area else area_id, members, known.get(area_id, 0)))
    found.sort(key=lambda c: (c.name, c.area_id))
    if len(found) == 1 and not found[0].area_id:
        return tuple(found)
    return (*found, _sum(found))


def coverage_records(edition: Edition) -> list[dict[str, Any]]:
    return [{**plain(c), "share": round(c.share, 4)} for c in coverage(edition)]


def _coverage(area_id: str, name: str, members: list[StatusRow | None], coarsened: int) -> Coverage:
    told = Counter(row.support for row in members if row is not None and row.support != Support.UNKNOWN)
    named = [told[s] for s in (Support.CONFIRMED, Support.DISPUTED, Support.REPORTED, Support.CLAIMED, Support.STALE)]
    return Coverage(area_id, name, len(members), sum(named) or coarsened, *named)


def _sum(parts: list[Coverage]) -> Coverage:
    def total(name: str) -> int:
        return sum(getattr(p, name) for p in parts)

    return Coverage("", "all", *(total(n) for n in ("size", "covered", "confirmed", "disputed", "reported", "claimed", "stale")))
