"""Claims laid out for the kernels: by unit and event day, echoes taken out, own repeats and possible originals marked."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heldby.weigh.learned.rows import EDIT, STANDING, Rows
from heldby.weigh.learned.table import ClaimTable, Ints

REGULAR_DAYS = 14
CHUNKS = 8
MEDIA_LAST = {"belligerent": 0, "official": 1, "local": 2, "map": 3, "media": 4}


@dataclass(frozen=True, slots=True)
class Layout:
    """Rows, the first day (an ordinal), the number of days, and how many claims were dropped as tagged echoes."""

    rows: Rows
    first: int
    days: int
    echoes: int

    @property
    def units(self) -> int:
        return int(self.rows.knot_ptr.size) - 1


def exhaustive_sources(table: ClaimTable) -> NDArray[np.bool_]:
    """Which sources assert every unit they cover all the time: maps whose statements on a unit are seldom more than REGULAR_DAYS apart.

    Judged on the gaps between successive statements of one source on one unit: nine in ten are that short, and there are at least three a unit.
    """
    out = np.zeros(len(table.sources), np.bool_)
    for s, source in enumerate(table.sources):
        if source.kind != "map":
            continue
        mine = np.nonzero(table.source == s)[0]
        if mine.size < 20:
            continue
        order = mine[np.lexsort((table.day[mine], table.unit[mine]))]
        same = table.unit[order][1:] == table.unit[order][:-1]
        gaps = np.diff(table.day[order])[same]
        units = int((~same).sum()) + 1
        out[s] = gaps.size >= 2 * units and float(np.quantile(gaps, 0.9)) <= REGULAR_DAYS
    return out


def source_rank(table: ClaimTable) -> Ints:
    """The order in which sources are taken to have spoken on one day: those who never name an original first, media last, then by name."""
    n = len(table.sources)
    relays = np.bincount(table.source[table.echo >= 0], minlength=n) > 0  # whether, not how often: a thousand copies more change no order
    kind = np.array([MEDIA_LAST[s.kind] for s in table.sources])
    rank = np.empty(n, np.int32)
    rank[np.lexsort((np.arange(n), kind, relays))] = np.arange(n)
    return rank


def standing_rows(table: ClaimTable, exhaustive: NDArray[np.bool_], last: int) -> tuple[ClaimTable, NDArray[np.uint8]]:
    """Exhaustive sources' statements as one row a day while they stand: EDIT where the status is new, STANDING until the next or for twice REGULAR_DAYS."""
    mine = np.nonzero(exhaustive[table.source])[0]
    order = mine[np.lexsort((table.symbol[mine], table.known[mine], table.day[mine], table.source[mine], table.unit[mine]))]
    t = table.rows(order)
    if not len(t):
        return t, np.zeros(0, np.uint8)
    same = np.r_[False, (t.unit[1:] == t.unit[:-1]) & (t.source[1:] == t.source[:-1])]
    over = np.r_[same[1:] & (t.day[1:] == t.day[:-1]), False]  # said twice of one day: the later word counts
    t = t.rows(~over)
    same = np.r_[False, (t.unit[1:] == t.unit[:-1]) & (t.source[1:] == t.source[:-1])]
    edit = ~same | np.r_[True, t.symbol[1:] != t.symbol[:-1]]
    after = np.where(np.r_[same[1:], False], np.r_[t.day[1:], 0], last + 1)
    length = np.clip(np.minimum(after, t.day + 2 * REGULAR_DAYS) - t.day, 1, None)
    who = np.repeat(np.arange(length.size), length)
    step = np.arange(who.size) - np.repeat(np.cumsum(length) - length, length)
    mode = np.where((step == 0) & edit[who], EDIT, STANDING).astype(np.uint8)
    out = t.rows(who)
    day = (out.day + step).astype(np.int32)
    return ClaimTable(
        out.units, out.sources, out.alphabet, out.unit, day, np.maximum(out.known, day), out.source, out.symbol, out.echo
    ), mode


def lay_out(table: ClaimTable, first: int, last: int, exhaustive: NDArray[np.bool_], rank: Ints, workers: int = 2) -> Layout:
    """The rows of a table over the days `first..last` (ordinals; claims outside are an error of the caller)."""
    from heldby.weigh.learned.arranging import Columns, arrange

    looks = table.rows(~exhaustive[table.source]) if exhaustive.any() else table
    mode = np.zeros(len(looks), np.uint8)
    if exhaustive.any():
        standing, modes = standing_rows(table, exhaustive, last)
        looks, mode = looks.joined(standing), np.concatenate([mode, modes])
    days, n = last - first + 1, len(table.units)
    sorted_already = bool((looks.unit[1:] >= looks.unit[:-1]).all())
    order = np.arange(len(looks), dtype=np.int32) if sorted_already else np.argsort(looks.unit, kind="stable").astype(np.int32)
    ptr = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(looks.unit, minlength=n), out=ptr[1:])
    columns = Columns(looks.day, looks.known, looks.source, looks.symbol, looks.echo, mode, order, rank, exhaustive)
    cuts = [n * c // CHUNKS for c in range(CHUNKS + 1)]
    with ThreadPoolExecutor(workers) as pool:
        parts = list(
            pool.map(lambda c: arrange(ptr, columns, (cuts[c], cuts[c + 1], first, days), len(table.alphabet.holders)), range(CHUNKS))
        )
    return Layout(joined_rows(parts), first, days, sum(int(part[5]) for part in parts))


def joined_rows(parts: list[Any]) -> Rows:
    """The chunks of a layout as one."""

    def pointer(counts: list[NDArray[np.int64]]) -> NDArray[np.int64]:
        out = np.zeros(sum(c.size for c in counts) + 1, np.int64)
        np.cumsum(np.concatenate(counts), out=out[1:])
        return out

    words = [np.concatenate([part[3][i] for part in parts]) for i in range(4)]
    return Rows(
        knot_ptr=pointer([part[0] for part in parts]),
        knot_day=np.concatenate([part[1] for part in parts]),
        row_ptr=pointer([part[2] for part in parts]),
        source=words[0],
        symbol=words[1],
        mode=words[2],
        parents=np.concatenate([part[4] for part in parts]),
        known=words[3],
    )
