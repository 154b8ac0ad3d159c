"""All units' looks over a stretch of days, as runs: what a clock that is moved shows, without asking again for each day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass, field, fields
from datetime import date, datetime
from typing import Any

from heldby.errors import ReleaseError
from heldby.model.ident import digest
from heldby.model.status import CONTESTED, Daily
from heldby.model.theatre import Theatre
from heldby.publish.edition import GATE_SEAL, Provenance, Seal
from heldby.publish.plain import plain
from heldby.publish.style import Style, classes, likelihood, side_name, step_number, style_of


@dataclass(frozen=True, slots=True)
class Timeline:
    """What all units' statuses say on each day from `first` to `last`, made by the gate alone (`heldby.publish.release.release_timeline`).

    `areas` stand for coarsened units: per day counts by state, how many are unknown, and of how many. `digest` covers everything shown.
    """

    theatre: Theatre
    known_by: datetime
    first: date
    last: date
    provenance: Provenance
    units: tuple[Daily, ...]
    areas: tuple[tuple[str, tuple[tuple[Mapping[str, int], int, int], ...]], ...]
    marks: tuple[str, ...]
    release_notes: tuple[str, ...]
    seal: InitVar[Seal]
    digest: str = field(init=False)

    def __post_init__(self, seal: Seal) -> None:
        if seal is not GATE_SEAL:
            raise ReleaseError("edition", "only the release gate makes a timeline; pass it through heldby.publish.release_timeline")
        own = (plain(getattr(self, f.name)) for f in fields(self) if f.name not in ("theatre", "digest", "units"))
        told = [
            [d.unit_id, list(d.holders), list(d.supports), list(d.claimed_by), [[round(x, 6) for x in row] for row in d.p]]
            for d in self.units
        ]
        object.__setattr__(self, "digest", digest([self.theatre.digest, *own, told]))


@dataclass(frozen=True, slots=True)
class Look:
    """What a status looks like: of a row, that which decides its classes."""

    holder: str | None
    claimed_by: str
    support: str
    probability: float
    probabilities: tuple[tuple[str, float], ...]


def timeline_record(timeline: Timeline) -> dict[str, Any]:
    """JSON-ready: `looks` (the classes that a map draws by, and what they mean), and per unit runs `[day, look]`: from that day of the stretch
    (0 is `from`) until the next run's. Before its first run a unit is unknown. `areas` stand for what is coarsened: `[day, counts, unknown, size]`."""
    first, last = timeline.first, timeline.last
    style = style_of(timeline.theatre, _met(timeline))
    table: dict[tuple[str, ...], int] = {}
    units = {d.unit_id: _runs(d, style, timeline, table) for d in timeline.units}
    names = ("look", "holder", "holder_name", "letter", "claimed_by", "support", "likelihood")
    return {
        "from": first,
        "to": last,
        "days": (last - first).days + 1,
        "looks": [dict(zip(names, look, strict=True)) for look in table],
        "units": units,
        "areas": {area: _joined([(n, *rest) for n, rest in enumerate(rows)]) for area, rows in timeline.areas},
    }


def _runs(daily: Daily, style: Style, timeline: Timeline, table: dict[tuple[str, ...], int]) -> list[list[int]]:
    theatre, known, found = timeline.theatre, dict[tuple[Any, ...], int](), []
    for n, (day, holder, support) in enumerate(zip(daily.days, daily.holders, daily.supports, strict=True)):
        row = daily.p[n]
        p = row[daily.states.index(holder)] if holder else 0.0
        fixed = (holder, support, daily.claimed_by[n], step_number(round(p, 6)), likelihood(p))
        if holder == CONTESTED or fixed not in known:  # whom a hatch shows depends on the whole row
            ranked = tuple((s, round(x, 6)) for s, x in zip(daily.states, row, strict=True))
            look = Look(holder, daily.claimed_by[n], support, round(p, 6), ranked)
            letter = next((s.letter for s in theatre.sides if s.id == holder), "")
            told = (classes(look, style), holder or "", side_name(theatre, holder), letter, look.claimed_by, str(support))
            words = (*told, likelihood(p) if holder else "")
            known[fixed] = table.setdefault(words, len(table))
        found.append(((day - timeline.first).days, known[fixed]))
    return _joined(found)


def _joined(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Days of one content as one run."""
    return [list(row) for n, row in enumerate(rows) if not n or row[1:] != rows[n - 1][1:]]


def _met(timeline: Timeline) -> frozenset[str]:
    """Sides spoken of on any of the days."""
    met: set[str] = set()
    for d in timeline.units:
        met |= {h for h in d.holders if h} | set(d.claimed_by)
        met |= {s for row in d.p for s, p in zip(d.states, row, strict=True) if p >= 0.05}
    met |= {state for _, rows in timeline.areas for counts, _, _ in rows for state in counts}
    return frozenset(met)
