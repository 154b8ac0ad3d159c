"""Tallies by area and by population as tables: for each date whose share is how large, with its interval; amounts and unknown sum to what is measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from heldby.model.status import Extent, Extents, Tally
from heldby.publish.edition import Edition
from heldby.publish.wording import roster_words

NAMES = {Extents.AREA: ("By area", "km²"), Extents.POPULATION: ("By population", "people")}


@dataclass(frozen=True, slots=True)
class ExtentTable:
    """One measure's table: its states in order, and a line a date with a cell for each state, the unknown and the sum."""

    caption: str
    states: tuple[str, ...]
    lines: tuple[tuple[Tally, tuple[str, ...], str, str], ...]


def extent_tables(edition: Edition) -> Iterator[ExtentTable]:
    """A table for each measure that the edition's tallies have, in order of their dates."""
    for by in Extents:
        found = [(t, e) for t in edition.tallies for e in t.extents if e.by is by]
        if not found:
            continue
        last, extent = found[-1]
        title, unit = NAMES[by]
        noun = roster_words(edition, last)[1]
        of = f"{extent.measured} of {last.size}" if extent.measured < last.size else f"all {last.size}"
        caption = f"{title}: {_amount(extent.total)} {unit} in {of} {noun}, with the 90 % interval"
        states = tuple(dict.fromkeys(r.state for _, e in found for r in e.rows))
        yield ExtentTable(caption, states, tuple((t, *_cells(e, states)) for t, e in found))


def _cells(extent: Extent, states: tuple[str, ...]) -> tuple[tuple[str, ...], str, str]:
    rows = {r.state: r for r in extent.rows}
    cells = []
    for state in states:
        r = rows.get(state)
        span = f", {_percent(r.low, extent)}–{_percent(r.high, extent)}" if r else ""
        cells.append(f"{_amount(r.amount)} ({_percent(r.amount, extent)} %{span})" if r else "0")
    unknown = f"{_amount(extent.unknown)} ({_percent(extent.unknown, extent)} %)"
    return tuple(cells), unknown, _amount(extent.total)


def _amount(value: float) -> str:
    return f"{value:,.0f}"


def _percent(value: float, extent: Extent) -> str:
    return f"{100 * value / extent.total if extent.total else 0:.0f}"


def extent_record(tally: Tally, state: str) -> dict[str, float | None]:
    """A state's amounts for one line of a table of tallies: `area_km2`, `area_km2_low`, ...; "" of a state stands for the unknown."""
    out: dict[str, float | None] = {}
    for by in Extents:
        extent = next((e for e in tally.extents if e.by is by), None)
        row = next((r for r in extent.rows if r.state == state), None) if extent else None
        amount = extent.unknown if extent is not None and not state else row.amount if row else None
        out |= {str(by): amount, f"{by}_low": row.low if row else None, f"{by}_high": row.high if row else None}
        out[f"{by}_total"] = extent.total if extent else None
        out[f"{by}_measured"] = extent.measured if extent else None
    return out


__all__ = ["ExtentTable", "extent_record", "extent_tables"]
