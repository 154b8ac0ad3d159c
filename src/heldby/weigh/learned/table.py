"""A table of claims as arrays: who said what of which unit, of which day, and when it was known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heldby.weigh.learned.alphabet import Alphabet

Ints = NDArray[np.int32]
KINDS = ("map", "media", "local", "official", "belligerent")
BY_ROW = ("unit", "day", "known", "source", "symbol", "echo")


@dataclass(frozen=True, slots=True)
class Source:
    """Who speaks: a name, a kind of KINDS, and for a belligerent the holder it fights for."""

    name: str
    kind: str
    side: str = ""


@dataclass(frozen=True, slots=True)
class ClaimTable:
    """Claims in columns of one length. Days are proleptic ordinals (`date.toordinal`); `echo` is the index of the source relayed, or -1.

    `unit`, `source`, `echo` index `units` and `sources`; `symbol` is a symbol of `alphabet`. Names are sorted, so that the order of the rows
    in a file changes nothing. `set_aside` counts rows that say nothing about who holds.
    """

    units: tuple[str, ...]
    sources: tuple[Source, ...]
    alphabet: Alphabet
    unit: Ints
    day: Ints
    known: Ints
    source: Ints
    symbol: Ints
    echo: Ints
    set_aside: int = 0

    def __len__(self) -> int:
        return int(self.unit.size)

    def rows(self, keep: NDArray[Any]) -> ClaimTable:
        """The same table with only these rows (a mask or indices)."""
        columns: dict[str, Any] = {c: getattr(self, c)[keep] for c in BY_ROW}
        return replace(self, **columns)

    def known_by(self, day: int) -> ClaimTable:
        """What was known at the end of that day (an ordinal)."""
        return self.rows(self.known <= day)

    def named_only(self) -> ClaimTable:
        """The same rows, the names only of sources that speak or are relayed in them: who speaks later is not known yet."""
        used = np.zeros(len(self.sources), np.bool_)
        used[self.source] = True
        used[self.echo[self.echo >= 0]] = True
        place = np.append(np.cumsum(used) - 1, -1).astype(np.int32)  # the last for "no echo"
        sources = tuple(s for s, u in zip(self.sources, used.tolist(), strict=True) if u)
        return replace(self, sources=sources, source=place[self.source], echo=place[self.echo])

    def as_if_alone(self) -> ClaimTable:
        """The table that these rows alone would have made: only their units, sources and holders, so that later rows leave no trace."""
        t = self.named_only()
        spoken = np.zeros(len(t.units), np.bool_)
        spoken[t.unit] = True
        of = [t.alphabet.holder_of(y) for y in range(t.alphabet.symbols)]
        names = {t.alphabet.holders[of[y]] for y in np.unique(t.symbol).tolist() if of[y] >= 0} | {s.side for s in t.sources if s.side}
        new = Alphabet(tuple(sorted(names)) or ("nobody",))
        recode = np.full(t.alphabet.symbols, -1, np.int32)
        for y in np.unique(t.symbol).tolist():
            recode[y] = new.code(t.alphabet.group(y), new.holders.index(t.alphabet.holders[of[y]]) if of[y] >= 0 else len(new.holders))
        units = tuple(u for u, s in zip(t.units, spoken.tolist(), strict=True) if s)
        unit = (np.cumsum(spoken) - 1).astype(np.int32)[t.unit]
        return replace(t, units=units, unit=unit, alphabet=new, symbol=recode[t.symbol])

    def joined(self, more: ClaimTable) -> ClaimTable:
        """This table with the rows of another over the same units, sources and holders."""
        if (self.units, self.sources, self.alphabet) != (more.units, more.sources, more.alphabet):
            raise ValueError("tables over different units, sources or holders cannot be joined")
        columns: dict[str, Any] = {c: np.concatenate([getattr(self, c), getattr(more, c)]) for c in BY_ROW}
        return replace(self, **columns)


@dataclass(frozen=True, slots=True)
class ByUnit:
    """A table with its rows by unit, `table.unit` ascending: unit u has rows `ptr[u]` to `ptr[u + 1]`, found without a look at the others."""

    table: ClaimTable
    ptr: NDArray[np.int64]

    @classmethod
    def of(cls, table: ClaimTable) -> ByUnit:
        """The table's rows in order of unit (rows of one unit stay as they stood)."""
        if not bool((table.unit[1:] >= table.unit[:-1]).all()):
            table = table.rows(np.argsort(table.unit, kind="stable"))
        ptr = np.zeros(len(table.units) + 1, np.int64)
        np.cumsum(np.bincount(table.unit, minlength=len(table.units)), out=ptr[1:])
        return cls(table, ptr)

    def only(self, units: NDArray[np.int64]) -> ClaimTable:
        """The table of these units (ascending) alone."""
        first, count = self.ptr[units], self.ptr[units + 1] - self.ptr[units]
        rows = np.repeat(first - (np.cumsum(count) - count), count) + np.arange(int(count.sum()))
        unit = np.repeat(np.arange(units.size, dtype=np.int32), count)
        return replace(self.table.rows(rows), units=tuple(self.table.units[u] for u in units.tolist()), unit=unit)

    def run(self, first: int, last: int) -> ClaimTable:
        """The table of units `first` to `last` (not included), its columns views of this one's but for the units'."""
        t, rows = self.table, slice(int(self.ptr[first]), int(self.ptr[last]))
        columns: dict[str, Any] = {c: getattr(t, c)[rows] for c in BY_ROW}
        return replace(t, units=t.units[first:last], **(columns | {"unit": columns["unit"] - np.int32(first)}))
