"""The compiled part of the layout: within each unit, sort, drop echoes, find own repeats and possible originals, and place the knots."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heldby.weigh.learned.compiled import kernel
from heldby.weigh.learned.rows import ECHO_DAYS, EDIT, HAS, LONGEST_GAP, OWN, PARENTS
from heldby.weigh.learned.table import Ints

OWN_DAYS = 60
I64 = NDArray[np.int64]


@kernel
def settle_echoes(day: I64, source: I64, symbol: I64, echo: I64, keep: NDArray[np.bool_]) -> int:
    """In one unit, by day: a tagged echo whose original is there (or was relayed before) is dropped; else it counts as the original's word."""
    n = day.size
    dropped = 0
    for i in range(n):
        if echo[i] < 0:
            continue
        found = False
        for step in (-1, 1):
            j = i + step
            while 0 <= j < n and abs(day[j] - day[i]) <= ECHO_DAYS and not found:
                same = keep[j] and symbol[j] == symbol[i]
                if same and source[j] == echo[i] and (echo[j] < 0 or j < i):
                    found = True
                j += step
        if found:
            keep[i] = False
            dropped += 1
        else:
            source[i] = echo[i]
    return dropped


@kernel
def find_parents(i: int, f: I64, rank: I64, out: NDArray[np.int16]) -> None:
    """Sources that said the same of the unit within a day, known before, at most PARENTS of them. `f`: day, known, source, symbol, echo, mode.

    What only stands on a map is nobody's original: it stands there every day.
    """
    day, known, source, symbol = f[0], f[1], f[2], f[3]
    n = day.size
    count = 0
    for step in (-1, 1):
        j = i + step
        while 0 <= j < n and abs(day[j] - day[i]) <= ECHO_DAYS and count < PARENTS:
            before = known[j] < known[i] or (known[j] == known[i] and rank[j] < rank[i])
            if before and symbol[j] == symbol[i] and source[j] != source[i] and f[5, j] < EDIT:
                fresh = True
                for q in range(count):
                    if out[q] == source[j]:
                        fresh = False
                if fresh:
                    out[count] = source[j]
                    count += 1
            j += step


@kernel
def mark_own(day: I64, known: I64, source: I64, symbol: I64, mode: I64) -> None:
    """HAS where the source spoke of the unit in the OWN_DAYS before (known by then), OWN where its last word was the same."""
    for i in range(day.size):
        if mode[i] != 0:
            continue
        best = -1
        for j in range(i - 1, -1, -1):
            if day[i] - day[j] > OWN_DAYS:
                break
            if source[j] == source[i] and known[j] <= known[i]:
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


@kernel
def arrange(ptr: I64, key: I64, fields: I64, days: int) -> tuple[I64, Ints, I64, Ints, NDArray[np.int16], int]:
    """Knots, row pointers, (source, symbol, mode, known), parents and the number of echoes dropped. `fields`: day, known, source, symbol, echo, mode."""
    units, total = ptr.size - 1, key.size
    fill = days // LONGEST_GAP + 3
    knot_day = np.empty(total + units * fill, np.int32)
    row_ptr = np.zeros(total + units * fill + 1, np.int64)
    knot_ptr = np.zeros(units + 1, np.int64)
    out = np.empty((4, total), np.int32)
    parents = np.full((total, PARENTS), -1, np.int16)
    counts = np.empty(total + fill, np.int64)
    kept = knots = echoes = 0
    for u in range(units):
        lo, hi = ptr[u], ptr[u + 1]
        order = lo + np.argsort(key[lo:hi], kind="mergesort")
        f = fields[:, order]
        rank = (key[order] >> 9) & 0x3FFF
        keep = np.ones(hi - lo, np.bool_)
        for i in range(1, hi - lo):
            if key[order[i]] == key[order[i - 1]] and f[5, i] == 0:
                keep[i] = False  # the same words of the same source twice in the table
        echoes += settle_echoes(f[0], f[2], f[3], f[4], keep)
        f, rank = f[:, keep], rank[keep]
        mark_own(f[0], f[1], f[2], f[3], f[5])
        n = f.shape[1]
        for i in range(n):
            out[0, kept + i], out[1, kept + i], out[2, kept + i], out[3, kept + i] = f[2, i], f[3, i], f[5, i], f[1, i]
            if f[5, i] < EDIT:
                find_parents(i, f, rank, parents[kept + i])
        made = place_knots(f[0], days, knot_day[knots : knots + n + fill], counts)
        for k in range(made):
            row_ptr[knots + k + 1] = row_ptr[knots + k] + counts[k]
        knots += made
        kept += n
        knot_ptr[u + 1] = knots
    return knot_ptr, knot_day[:knots].copy(), row_ptr[: knots + 1].copy(), out[:, :kept].copy(), parents[:kept].copy(), echoes
