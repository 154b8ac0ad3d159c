"""Which rows of an edition are exported: all of them, or those a filter lets through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from heldby.errors import UsageError
from heldby.model.place import PlaceKind, Unit
from heldby.model.status import CONTESTED, Support
from heldby.publish.edition import AreaRow, ChangeRow, Edition, StatusRow
from heldby.publish.release import ERASED


@dataclass(frozen=True, slots=True)
class Filter:
    """Statuses to let through: by `kind` of unit, `holder` (a side's id, "contested", "unknown"), `support`, area around (`within`, a unit
    id), least `probability`. Empty means any."""

    kinds: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()
    within: str = ""
    probability: float = 0.0

    def check(self, edition: Edition) -> None:
        """Raises UsageError naming what there is, where a word of the filter means nothing in this edition's theatre."""
        _known("kind", self.kinds, [k.value for k in PlaceKind])
        _known("holder", self.holders, [*(s.id for s in edition.theatre.sides), CONTESTED, Support.UNKNOWN.value])
        _known("support", self.supports, [s.value for s in Support])
        if self.within and edition.theatre.unit(self.within) is None:
            raise UsageError("within", f"theatre {edition.theatre.id} has no unit {self.within!r}")
        if not 0.0 <= self.probability <= 1.0:
            raise UsageError("probability", f"expected 0 to 1, not {self.probability:g}")

    def admits(self, edition: Edition, row: StatusRow) -> bool:
        if self.kinds and row.kind not in self.kinds:
            return False
        if self.holders and (row.holder or Support.UNKNOWN.value) not in self.holders:
            return False
        if self.supports and row.support not in self.supports:
            return False
        if not edition.theatre.inside(row.unit_id, self.within):
            return False
        return row.probability >= self.probability

    def words(self) -> str:
        """The filter as it stands in exports; "" where it lets everything through."""
        parts = [
            *(f"kind={k}" for k in self.kinds),
            *(f"holder={h}" for h in self.holders),
            *(f"support={s}" for s in self.supports),
            *([f"within={self.within}"] if self.within else []),
            *([f"probability>={self.probability:g}"] if self.probability else []),
        ]
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Subject:
    """One line of an export: a unit's status, or an area that stands for units the release coarsens. Exactly one of `row`, `area` is set."""

    edition: Edition
    unit: Unit | None
    row: StatusRow | None = None
    area: AreaRow | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """What one export holds. `subjects` in the edition's order; `changes` those of the units selected; `filter` how they were chosen."""

    edition: Edition
    filter: Filter
    subjects: tuple[Subject, ...]
    changes: tuple[ChangeRow, ...]

    @property
    def versions(self) -> str:
        """Code, rules and theatre that made it, and whether reports were erased before: the one line that every format has."""
        made = self.edition.provenance
        theatre = self.edition.theatre
        erased = [note for note in self.edition.release_notes if ERASED in note]
        return "; ".join([made.code_version, f"rules {made.rulebook_digest[:12]}", f"theatre {theatre.id}@{theatre.digest[:12]}", *erased])

    @property
    def words(self) -> str:
        """What an export is of, in a line, for formats that have one place to say it: edition, revision, versions, roster, filter."""
        made = self.edition
        parts = [
            f"edition={made.digest}",
            f"revision={made.provenance.revision}",
            f"versions={self.versions}",
            f"roster={self.roster or 'none'}",
        ]
        return "; ".join([*parts, f"filter={self.filter.words() or 'none'}"])

    @property
    def roster(self) -> str:
        """The roster that the edition counts over, by id; "" without one."""
        return self.edition.tally.roster_id if self.edition.tally else self.edition.theatre.default_roster


def select(edition: Edition, chosen: Filter | None = None) -> Selection:
    """The rows of an edition that a filter lets through. Areas, which name no unit, pass only where nothing finer is asked of them.

    Raises UsageError as `Filter.check` does.
    """
    chosen = chosen or Filter()
    chosen.check(edition)
    rows = tuple(Subject(edition, edition.theatre.unit(r.unit_id), row=r) for r in edition.statuses if chosen.admits(edition, r))
    finer = chosen.kinds or chosen.holders or chosen.supports or chosen.probability
    areas = tuple(
        Subject(edition, edition.theatre.unit(a.area_id), area=a)
        for a in edition.areas
        if not finer and edition.theatre.inside(a.area_id, chosen.within)
    )
    if not chosen.words():
        return Selection(edition, chosen, (*rows, *areas), edition.changes)
    units = {s.row.unit_id for s in rows if s.row}
    return Selection(edition, chosen, (*rows, *areas), tuple(c for c in edition.changes if c.unit_id in units))


def _known(what: str, given: Iterable[str], known: list[str]) -> None:
    if wrong := [g for g in given if g not in known]:
        raise UsageError(f"{what} {wrong[0]!r}", f"unknown; known: {', '.join(known)}")
