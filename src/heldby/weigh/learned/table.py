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

    def joined(self, more: ClaimTable) -> ClaimTable:
        """This table with the rows of another over the same units, sources and holders."""
        if (self.units, self.sources, self.alphabet) != (more.units, more.sources, more.alphabet):
            raise ValueError("tables over different units, sources or holders cannot be joined")
        columns: dict[str, Any] = {c: np.concatenate([getattr(self, c), getattr(more, c)]) for c in BY_ROW}
        return replace(self, **columns)
