"""Posteriors for every day of a window: smoothed (all that is known) and causal (what was known that day)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from heldby.weigh.learned.compiled import kernel
from heldby.weigh.learned.kernels import TINY, begin, copying
from heldby.weigh.learned.parameters import Floats, Tables
from heldby.weigh.learned.rows import EDIT, HAS, OWN, STANDING, Rows

Out = NDArray[np.floating]


@kernel
def enter(rows: Rows, t: Tables, where: tuple[int, int], eb: int, states: tuple[int, ...], b: Floats) -> None:
    """Multiply one row's likelihood into the day it speaks of; `where` is (row, day)."""
    i, d = where
    n = len(states)
    s, y, m = rows.source[i], rows.symbol[i], rows.mode[i]
    still, own, share = 0.0, 0.0, 1.0
    if m & STANDING:
        share = t.reexamine[s]
        still = 1.0 - share
    elif not m & EDIT:
        still = copying(rows.parents, t.copy, i, s)
        own = t.bin[eb] * t.repeat[s] if m & OWN else 0.0
        share = (t.bin[eb] if y <= n // 2 else t.news[eb]) * (1.0 - t.repeat[s] if m & HAS else 1.0)
    top = TINY
    for z in range(n):
        rate = t.rate[s, z] if m < EDIT else 1.0
        b[d, z] *= still + rate * (own + share * t.word[t.home[eb], s, y, z])
        top = max(top, b[d, z])
    for z in range(n):
        b[d, z] /= top


@kernel
def again_from(t: Tables, where: tuple[int, int, int, int], b: Floats, states: tuple[int, ...], alpha: Floats, log: Floats) -> None:
    """Run the filter of (class, bin) from day to day of `where`, both included; `log` [days] holds the log-likelihood up to each day."""
    v, eb, start, stop = where
    n = len(states)
    if start == 0:
        log[0] = math.log(t.share[v]) + math.log(begin(t, (v, eb), b, alpha))
    for d in range(max(start, 1), stop + 1):
        total = 0.0
        for j in range(n):
            x = 0.0
            for i in range(n):
                x += alpha[d - 1, i] * t.power[v, eb, 1, i, j]
            alpha[d, j] = x * b[d, j]
            total += alpha[d, j]
        total = max(total, TINY)
        for j in range(n):
            alpha[d, j] /= total
        log[d] = log[d - 1] + math.log(total)


@kernel
def causal(rows: Rows, t: Tables, span: tuple[int, int, int, int], exposure: NDArray[np.int8], states: tuple[int, ...], out: Out) -> None:
    """As `smooth`, but each day from what was known at its end: rows enter on the day they became known and the filter is run again from their day."""
    first, last, start, stop = span
    n, classes = len(states), t.share.size
    b = np.empty((stop + 1, n))
    alpha = np.empty((classes, stop + 1, n))
    log = np.empty((classes, stop + 1))
    for u in range(first, last):
        lo, hi = rows.knot_ptr[u], rows.knot_ptr[u + 1]
        eb = exposure[u]
        low, high = rows.row_ptr[lo], rows.row_ptr[hi]
        day = np.empty(high - low, np.int64)
        for k in range(lo, hi):
            for i in range(rows.row_ptr[k], rows.row_ptr[k + 1]):
                day[i - low] = rows.knot_day[k]
        order = np.argsort(rows.known[low:high], kind="mergesort")
        b[:] = 1.0
        q = 0
        for d in range(stop + 1):
            again = d
            while q < high - low and rows.known[low + order[q]] <= d:
                i = order[q]
                q += 1
                if day[i] > d:
                    continue
                enter(rows, t, (low + i, day[i]), eb, states, b)
                again = min(again, day[i])
            for v in range(classes):
                again_from(t, (v, eb, again, d), b, states, alpha[v], log[v])
            if d < start:
                continue
            weight = np.exp(log[:, d] - log[:, d].max())
            weight /= weight.sum()
            out[u, d - start] = 0.0
            for v in range(classes):
                for z in range(n):
                    out[u, d - start, z // 2] += weight[v] * alpha[v, d, z]
