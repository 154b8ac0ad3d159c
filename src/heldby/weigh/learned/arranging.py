"""The compiled part of the layout: within each unit, sort, drop echoes, find own repeats and possible originals, and place the knots."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from heldby.weigh.learned.compiled import kernel
from heldby.weigh.learned.rows import ECHO_DAYS, EDIT, HAS, LONGEST_GAP, OWN, PARENTS
from heldby.weigh.learned.table import Ints

OWN_DAYS = 60
I64 = NDArray[np.int64]


@kernel
def relayed_row(f: I64, grounded: NDArray[np.bool_], i: int) -> int:
    """The row that row i relays: the same symbol by the source it names, within ECHO_DAYS; a grounded one first, else the first met; -1 if none."""
    found = -1
    for step in (-1, 1):
        j = i + step
        while 0 <= j < f.shape[1] and abs(f[0, j] - f[0, i]) <= ECHO_DAYS:
            if f[2, j] == f[4, i] and f[3, j] == f[3, i]:
                if grounded[j]:
                    return j
                if found < 0:
                    found = j
            j += step
    return found


@kernel
def settle_echoes(f: I64, exhaustive: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which rows of one unit stay (`f` as in `find_parents`): a tagged echo that leads, from relay to relay, to an original that is there drops.

    One that leads to none counts once, as the word of the source it comes from (in a ring of relays, of whom its first row names); but who relays an
    exhaustive source that does not say so, and an exhaustive source itself, speaks for himself.
    """
    n = f.shape[1]
    keep, grounded, relays = np.ones(n, np.bool_), f[4] < 0, np.full(n, -1, np.int64)
    again = True
    while again:
        again = False
        for i in range(n):
            if not grounded[i]:
                relays[i] = relayed_row(f, grounded, i)
                if relays[i] >= 0 and grounded[relays[i]]:
                    grounded[i] = again = True
    origin = f[2].copy()
    for i in range(n):
        root, steps = i, 0
        while not grounded[i] and relays[root] >= 0 and steps < n:
            root = relays[root]
            steps += 1
        if steps == n:
            start, at = root, relays[root]
            while at != start:
                root, at = min(root, at), relays[at]
        if not grounded[i] and f[5, i] < EDIT:
            origin[i] = f[2, root] if exhaustive[f[4, root]] else f[4, root]
    for i in range(n):
        if f[4, i] < 0 or (f[5, i] >= EDIT and not grounded[i]):
            continue
        keep[i] = not grounded[i]
        j = i - 1
        while j >= 0 and f[0, i] - f[0, j] <= ECHO_DAYS and keep[i]:
            keep[i] = not (keep[j] and f[3, j] == f[3, i] and f[2, j] == origin[i])
            j -= 1
        if keep[i]:
            f[2, i] = origin[i]
    return keep


@kernel
def find_parents(f: I64, ranks: Ints, out: NDArray[np.int16]) -> None:
    """For each row, sources that said the same of the unit within a day, known before, at most PARENTS. `f`: day, known, source, symbol, echo, mode.

    What only stands on a map is nobody's original: it stands there every day.
    """
    n = f.shape[1]
    for i in range(n):
        count = 0
        for step in (-1, 1):
            j = i + step
            while f[5, i] < EDIT and 0 <= j < n and abs(f[0, j] - f[0, i]) <= ECHO_DAYS and count < PARENTS:
                before = f[1, j] < f[1, i] or (f[1, j] == f[1, i] and ranks[f[2, j]] < ranks[f[2, i]])
                if before and f[3, j] == f[3, i] and f[2, j] != f[2, i] and f[5, j] < EDIT:
                    fresh = True
                    for q in range(count):
                        if out[i, q] == f[2, j]:
                            fresh = False
                    if fresh:
                        out[i, count] = f[2, j]
                        count += 1
                j += step


@kernel
def mark_own(f: I64, holders: int) -> None:
    """HAS where the source said who holds the unit in the OWN_DAYS before (known by then), OWN where it said the same. `f` as in `find_parents`.

    Only words of a state are repeated without looking; "took", "lost" and denials are news each time.
    """
    day, known, source, symbol, mode = f[0], f[1], f[2], f[3], f[5]
    for i in range(day.size):
        if mode[i] != 0 or symbol[i] > holders:
            continue
        best = -1
        for j in range(i - 1, -1, -1):
            if day[i] - day[j] > OWN_DAYS:
                break
            if source[j] == source[i] and symbol[j] <= holders and known[j] <= known[i]:
                best = j
                break
        if best >= 0:
            mode[i] = HAS | (OWN if symbol[best] == symbol[i] else 0)


@kernel
def place_knots(day: I64, days: int, out: Ints, counts: I64) -> int:
    """The knots of one unit into `out` and how many rows each has into `counts`: day 0, every day with rows, fillers, the last day."""
    n = 0
    out[0], counts[0] = 0, 0
    i = 0
    while i < day.size or out[n] < days - 1:
        target = day[i] if i < day.size else days - 1
        if target == out[n]:
            counts[n] += 1
            i += 1
            continue
        n += 1
        out[n], counts[n] = min(target, out[n - 1] + LONGEST_GAP), 0
    return n + 1


class Columns(NamedTuple):
    """A table's columns as they are: by row day, known, source, symbol, echo (int32) and mode; `order` of rows by unit; `rank`, `exhaustive` by source."""

    day: Ints
    known: Ints
    source: Ints
    symbol: Ints
    echo: Ints
    mode: NDArray[np.uint8]
    order: NDArray[np.integer]
    rank: Ints
    exhaustive: NDArray[np.bool_]


@kernel
def gather(c: Columns, span: tuple[int, int, int], f: I64, key: I64) -> None:
    """Rows [lo, hi) of the order, days from `first` (`span`: lo, hi, first), into `f` [6, n], sorted by day, known, rank, symbol, echo or not."""
    lo, hi, first = span
    n = hi - lo
    for k in range(n):
        i = c.order[lo + k]
        lag = min(c.known[i] - c.day[i], 0x3FFF)
        echoed = 1 if c.echo[i] >= 0 else 0
        key[k] = (
            (np.int64(c.day[i] - first) << 37) | (np.int64(lag) << 23) | (np.int64(c.rank[c.source[i]]) << 9) | (c.symbol[i] << 1) | echoed
        )
    order = np.argsort(key[:n], kind="mergesort")
    for k in range(n):
        i = c.order[lo + order[k]]
        f[0, k], f[1, k], f[2, k], f[3, k] = c.day[i] - first, c.known[i] - first, c.source[i], c.symbol[i]
        f[4, k], f[5, k] = c.echo[i], c.mode[i]


@kernel
def drop_doubles(f: I64, n: int, keep: NDArray[np.bool_]) -> None:
    """In one unit: the same words of the same source twice in the table count once; of two originals named, the first by name stands."""
    for i in range(n):
        keep[i] = True
    for i in range(1, n):
        same = f[0, i] == f[0, i - 1] and f[1, i] == f[1, i - 1] and f[2, i] == f[2, i - 1] and f[3, i] == f[3, i - 1]
        if same and f[5, i] < EDIT:
            keep[i - 1] = False
            if f[4, i - 1] < 0 or (f[4, i] >= 0 and f[4, i - 1] < f[4, i]):
                f[4, i] = f[4, i - 1]


@kernel
def packed(f: I64, n: int, keep: NDArray[np.bool_]) -> int:
    """Moves the columns of `f` that are kept of its first n to its front; returns how many they are."""
    kept = 0
    for i in range(n):
        if keep[i]:
            if kept != i:
                for k in range(f.shape[0]):
                    f[k, kept] = f[k, i]
            kept += 1
    return kept


@kernel
def relayed(f: I64, n: int) -> int:
    """How many of the first n columns of `f` name whom they relay."""
    count = 0
    for i in range(n):
        if f[4, i] >= 0:
            count += 1
    return count


@kernel
def arrange(
    ptr: I64, c: Columns, where: tuple[int, int, int, int], holders: int
) -> tuple[I64, Ints, I64, tuple[NDArray[np.int16], NDArray[np.int16], NDArray[np.uint8], Ints], NDArray[np.int16], int]:
    """Units [a, b) of `where` (a, b, first day, days): knots by unit, knot days, rows by knot, (source, symbol, mode, known), parents, echoes dropped."""
    a, b, first, days = where
    total = ptr[b] - ptr[a]
    fill = days // LONGEST_GAP + 3
    knot_day = np.empty(total + (b - a) * fill, np.int32)
    per_knot = np.zeros(total + (b - a) * fill, np.int64)
    per_unit = np.zeros(b - a, np.int64)
    source, symbol = np.empty(total, np.int16), np.empty(total, np.int16)
    mode, known = np.empty(total, np.uint8), np.empty(total, np.int32)
    parents = np.full((total, PARENTS), -1, np.int16)
    widest = 1
    for u in range(a, b):
        widest = max(widest, ptr[u + 1] - ptr[u])
    scratch, key, kept_rows = np.empty((6, widest), np.int64), np.empty(widest, np.int64), np.empty(widest, np.bool_)
    counts = np.empty(widest + fill, np.int64)
    kept = knots = echoes = 0
    for u in range(a, b):
        size = ptr[u + 1] - ptr[u]
        gather(c, (ptr[u], ptr[u + 1], first), scratch, key)
        drop_doubles(scratch, size, kept_rows)
        echoed = relayed(scratch, size)
        n = packed(scratch, size, kept_rows)
        if echoed:
            n = packed(scratch, n, settle_echoes(scratch[:, :n], c.exhaustive))
            echoes += echoed - relayed(scratch, n)
        f = scratch[:, :n]
        mark_own(f, holders)
        find_parents(f, c.rank, parents[kept : kept + n])
        for i in range(n):
            source[kept + i], symbol[kept + i], mode[kept + i], known[kept + i] = f[2, i], f[3, i], f[5, i], f[1, i]
        made = place_knots(f[0], days, knot_day[knots : knots + n + fill], counts)
        per_knot[knots : knots + made] = counts[:made]
        per_unit[u - a] = made
        knots += made
        kept += n
    words = (source[:kept], symbol[:kept], mode[:kept], known[:kept])
    return per_unit, knot_day[:knots], per_knot[:knots], words, parents[:kept], echoes
