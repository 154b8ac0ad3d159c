"""Posteriors for every day of a window: smoothed (all that is known) and causal (what was known that day)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from heldby.weigh.learned.compiled import kernel
from heldby.weigh.learned.kernels import TINY, begin, copying, emissions
from heldby.weigh.learned.parameters import Floats, Tables
from heldby.weigh.learned.rows import EDIT, HAS, OWN, STANDING, Rows
from heldby.weigh.learned.table import Ints

Out = NDArray[np.floating]


@kernel
def daily(t: Tables, where: tuple[int, int], at: Ints, b: Floats, states: tuple[int, ...], alpha: Floats) -> float:
    """Forward day by day in (class, bin); `at` gives the row of `b` for a day, or -1. Returns the log-likelihood."""
    v, eb = where
    n = len(states)
    log = math.log(begin(t, where, b, alpha))
    product = 1.0
    for d in range(1, at.size):
        row = at[d]
        total = 0.0
        for j in range(n):
            x = 0.0
            for i in range(n):
                x += alpha[d - 1, i] * t.power[v, eb, 1, i, j]
            if row >= 0:
                x *= b[row, j]
            alpha[d, j] = x
            total += x
        total = max(total, TINY)
        scale = 1.0 / total
        for j in range(n):
            alpha[d, j] *= scale
        product *= total
        if product < 1e-200 or product > 1e200:
            log += math.log(max(product, TINY))
            product = 1.0
    return log + math.log(max(product, TINY))


@kernel
def back(
    t: Tables, where: tuple[int, int, int, float, int], work: tuple[Ints, Floats, Floats], states: tuple[int, ...], u: int, out: Out
) -> None:
    """Backward from the last day to the first wanted, adding weighted posteriors, phases merged, to unit u of `out`."""
    v, eb, start, weight, stop = where
    at, b, alpha = work
    n = len(states)
    beta, moved = np.ones(n), np.ones(n)
    for d in range(at.size - 1, start - 1, -1):
        if d <= stop:
            total = 0.0
            for z in range(n):
                total += alpha[d, z] * beta[z]
            scale = weight / max(total, TINY)
            for z in range(n):
                out[u, d - start, z // 2] += scale * alpha[d, z] * beta[z]
        row = at[d]
        for z in range(n):
            moved[z] = beta[z] * b[row, z] if row >= 0 else beta[z]
        top = TINY
        for i in range(n):
            x = 0.0
            for j in range(n):
                x += t.power[v, eb, 1, i, j] * moved[j]
            beta[i] = x
            top = max(top, x)
        if top < 1e-100:
            for z in range(n):
                beta[z] /= top


@kernel
def smooth(rows: Rows, t: Tables, span: tuple[int, int, int, int], exposure: NDArray[np.int8], states: tuple[int, ...], out: Out) -> None:
    """Units [first, last), days [from, to] of `span` into `out` [U, days, holders + 1], fresh and settled as one."""
    first, last, start, stop = span
    n, classes = len(states), t.share.size
    days = 0
    for u in range(first, last):
        days = max(days, rows.knot_day[rows.knot_ptr[u + 1] - 1] + 1)
    at = np.full(days, -1, np.int32)
    b, alpha, logs = np.empty((days, n)), np.empty((classes, days, n)), np.empty(classes)
    for u in range(first, last):
        lo, hi = rows.knot_ptr[u], rows.knot_ptr[u + 1]
        eb = exposure[u]
        at[:] = -1
        for k in range(lo, hi):
            at[rows.knot_day[k]] = k - lo
        emissions(rows, t, (lo, hi), t.bin[eb], states, b)
        for v in range(classes):
            logs[v] = math.log(t.share[v]) + daily(t, (v, eb), at, b, states, alpha[v])
        weight = np.exp(logs - logs.max())
        weight /= weight.sum()
        out[u] = 0.0
        for v in range(classes):
            if weight[v] > 1e-9:
                back(t, (v, eb, start, weight[v], stop), (at, b, alpha[v]), states, u, out)


@kernel
def enter(rows: Rows, t: Tables, where: tuple[int, int], e: float, states: tuple[int, ...], b: Floats) -> None:
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
        own = e * t.repeat[s] if m & OWN else 0.0
        share = e * (1.0 - t.repeat[s]) if m & HAS else e
    top = TINY
    for z in range(n):
        rate = t.rate[s, z] if m < EDIT else 1.0
        b[d, z] *= still + rate * (own + share * t.word[s, y, z])
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
        e = t.bin[eb]
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
                enter(rows, t, (low + i, day[i]), e, states, b)
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
