"""All units' looks over a stretch of days, as runs: what a clock that is moved shows, without asking again for each day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, field, fields
from datetime import date, datetime
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from heldby.errors import ReleaseError
from heldby.model.ident import digest
from heldby.model.status import CONTESTED, Daily, Support
from heldby.model.theatre import Theatre
from heldby.publish.edition import GATE_SEAL, Provenance, Seal
from heldby.publish.plain import plain
from heldby.publish.style import Style, classes, likelihood, side_name, step_number, step_numbers, style_of

Counts: TypeAlias = tuple[Mapping[str, int], int, int]  # of an area on a day: units by state, how many are unknown, and of how many
NAMES = ("look", "holder", "holder_name", "letter", "claimed_by", "support", "likelihood")


@dataclass(frozen=True, slots=True)
class Timeline:
    """What all units' statuses say on each day from `first` to `last`, made by the gate alone (`heldby.publish.release.release_timeline`).

    `looks` in the order of NAMES; `units` have runs `(day, look)` by number. `areas` stand for coarsened units, day by day. `digest` covers
    everything shown.
    """

    theatre: Theatre
    known_by: datetime
    first: date
    last: date
    provenance: Provenance
    looks: tuple[tuple[str, ...], ...]
    units: Mapping[str, tuple[tuple[int, int], ...]]
    areas: tuple[tuple[str, tuple[Counts, ...]], ...]
    marks: tuple[str, ...]
    release_notes: tuple[str, ...]
    seal: InitVar[Seal]
    digest: str = field(init=False)

    def __post_init__(self, seal: Seal) -> None:
        if seal is not GATE_SEAL:
            raise ReleaseError("edition", "only the release gate makes a timeline; pass it through heldby.publish.release_timeline")
        own = (plain(getattr(self, f.name)) for f in fields(self) if f.name not in ("theatre", "digest"))
        object.__setattr__(self, "digest", digest([self.theatre.digest, *own]))


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
    return {
        "from": timeline.first,
        "to": timeline.last,
        "days": (timeline.last - timeline.first).days + 1,
        "looks": [dict(zip(NAMES, look, strict=True)) for look in timeline.looks],
        "units": timeline.units,
        "areas": {area: _joined([(n, *rest) for n, rest in enumerate(rows)]) for area, rows in timeline.areas},
    }


def looks_over(
    theatre: Theatre, dailies: Sequence[Daily], areas: Sequence[tuple[str, tuple[Counts, ...]]], first: date
) -> tuple[tuple[tuple[str, ...], ...], dict[str, tuple[tuple[int, int], ...]]]:
    """The looks that units have on any day, each once, and every unit's runs of them, in days from `first`."""
    painter = _Painter(theatre, style_of(theatre, _met(dailies, areas)))
    units = {d.unit_id: painter.runs(d, (d.days[0] - first).days) for d in dailies}
    return tuple(painter.table), units


@dataclass(slots=True)
class _Painter:
    """Looks by number, in the order in which they are met."""

    theatre: Theatre
    style: Style
    table: dict[tuple[str, ...], int] = field(default_factory=dict)
    known: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def runs(self, daily: Daily, shift: int) -> tuple[tuple[int, int], ...]:
        p = np.frombuffer(daily.p).reshape(len(daily.days), len(daily.states))
        found: list[tuple[int, int]] = []
        ends = [*(run[0] for run in daily.runs[1:]), len(daily.days)]
        for (begin, holder, support, claimed_by), end in zip(daily.runs, ends, strict=True):
            for n in begin + _moves(p[begin:end], daily.states, holder):
                look = self._look(daily, int(n), holder, support, claimed_by)
                if not found or found[-1][1] != look:
                    found.append((int(n) + shift, look))
        return tuple(found)

    def _look(self, daily: Daily, n: int, holder: str | None, support: Support, claimed_by: str) -> int:
        row = daily.row(n)
        p = row[daily.states.index(holder)] if holder else 0.0
        fixed = (holder, support, claimed_by, step_number(round(p, 6)), likelihood(p))
        if holder != CONTESTED and fixed in self.known:
            return self.known[fixed]
        ranked = tuple((s, round(x, 6)) for s, x in zip(daily.states, row, strict=True))  # whom a hatch shows depends on the whole row
        letter = next((s.letter for s in self.theatre.sides if s.id == holder), "")
        told = (
            classes(Look(holder, claimed_by, support, round(p, 6), ranked), self.style),
            holder or "",
            side_name(self.theatre, holder),
            letter,
        )
        number = self.table.setdefault((*told, claimed_by, str(support), likelihood(p) if holder else ""), len(self.table))
        return self.known.setdefault(fixed, number) if holder != CONTESTED else number


def _moves(p: npt.NDArray[np.float64], states: Sequence[str], holder: str | None) -> npt.NDArray[np.intp]:
    """The days of a run, by number, on which its look may become another: its probability passes into another bin, or, of what is contested, the
    order of the sides changes."""
    if not holder:
        return np.zeros(1, np.intp)
    best = p[:, states.index(holder)]
    told = [step_numbers(np.round(best, 6)), step_numbers(np.clip(best, 0.01, 0.99))]
    if holder == CONTESTED:
        shown = np.round(p, 6)
        told += [*np.argsort(-shown, axis=1, kind="stable").T, *(shown > 0).T, *(np.diff(np.sort(shown, axis=1), axis=1) == 0).T]
    rows = np.stack(told)
    moved: npt.NDArray[np.intp] = np.flatnonzero((rows[:, 1:] != rows[:, :-1]).any(axis=0)) + 1
    return np.concatenate([np.zeros(1, np.intp), moved])


def _joined(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Days of one content as one run."""
    return [list(row) for n, row in enumerate(rows) if not n or row[1:] != rows[n - 1][1:]]


def _met(dailies: Sequence[Daily], areas: Sequence[tuple[str, tuple[Counts, ...]]]) -> frozenset[str]:
    """Sides spoken of on any of the days."""
    return frozenset({*_named(dailies), *(state for _, rows in areas for counts, _, _ in rows for state in counts)})


def _named(dailies: Sequence[Daily]) -> Iterator[str]:
    for d in dailies:
        yield from (word for _, holder, _, claimed_by in d.runs for word in (holder, claimed_by) if word)
        most = np.frombuffer(d.p).reshape(len(d.days), len(d.states)).max(axis=0)
        yield from (s for s, x in zip(d.states, most.tolist(), strict=True) if x >= 0.05)
