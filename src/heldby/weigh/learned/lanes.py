"""Smoothed posteriors of every day, LANES units at a time: units of one exposure share their tables, so that one step serves many at once."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from heldby.weigh.learned.compiled import kernel
from heldby.weigh.learned.kernels import TINY, emissions
from heldby.weigh.learned.parameters import Floats, Tables
from heldby.weigh.learned.rows import Rows

LANES = 16
Out = NDArray[np.floating]


@kernel
def lanes_ahead(first: Floats, step: Floats, b: Floats, states: tuple[int, ...], alpha: Floats, log: Floats) -> None:
    """Forward over days: `b` and `alpha` [days, K, LANES], `first` [K], `step` [K, K]; adds each lane's log-likelihood to `log` [LANES]."""
    n = len(states)
    total, scale, product = np.empty(LANES), np.empty(LANES), np.ones(LANES)
    for d in range(b.shape[0]):
        total[:] = TINY
        if d == 0:
            for j in range(n):
                alpha[0, j] = first[j]
        else:
            for j in range(n):
                for q in range(LANES):
                    x = 0.0
                    for i in range(n):
                        x += alpha[d - 1, i, q] * step[i, j]
                    alpha[d, j, q] = x
        for j in range(n):
            for q in range(LANES):
                alpha[d, j, q] *= b[d, j, q]
                total[q] += alpha[d, j, q]
        for q in range(LANES):
            product[q] *= total[q]
            scale[q] = 1.0 / total[q]
        for j in range(n):
            for q in range(LANES):
                alpha[d, j, q] *= scale[q]
        if d % 4 == 3 or d == b.shape[0] - 1:
            for q in range(LANES):
                log[q] += math.log(max(product[q], TINY))
                product[q] = 1.0


@kernel
def lanes_back(step: Floats, b: Floats, alpha: Floats, states: tuple[int, ...], weight: Floats, out: Floats) -> None:
    """Backward over days; adds weighted posteriors, phases merged, to `out` [days, holders + 1, LANES]."""
    n = len(states)
    beta, moved = np.ones((n, LANES)), np.empty((n, LANES))
    total, top = np.empty(LANES), np.empty(LANES)
    for d in range(b.shape[0] - 1, -1, -1):
        total[:] = TINY
        for z in range(n):
            for q in range(LANES):
                total[q] += alpha[d, z, q] * beta[z, q]
        for q in range(LANES):
            total[q] = weight[q] / total[q]
        for z in range(n):
            for q in range(LANES):
                out[d, z // 2, q] += total[q] * alpha[d, z, q] * beta[z, q]
                moved[z, q] = beta[z, q] * b[d, z, q]
        top[:] = TINY
        for i in range(n):
            for q in range(LANES):
                x = 0.0
                for j in range(n):
                    x += step[i, j] * moved[j, q]
                beta[i, q] = x
                top[q] = max(top[q], x)
        for q in range(LANES):
            top[q] = 1.0 / top[q]
        for i in range(n):
            for q in range(LANES):
                beta[i, q] *= top[q]


@kernel
def class_weights(logs: Floats) -> None:
    """Log-likelihoods [V, LANES] to weights that sum to one in each lane."""
    for q in range(LANES):
        top = logs[:, q].max()
        total = 0.0
        for v in range(logs.shape[0]):
            logs[v, q] = math.exp(logs[v, q] - top)
            total += logs[v, q]
        for v in range(logs.shape[0]):
            logs[v, q] /= total


@kernel
def smooth(rows: Rows, t: Tables, span: tuple[int, int, int, int], exposure: NDArray[np.int8], states: tuple[int, ...], out: Out) -> None:
    """Units [first, last), days [from, to] of `span` into `out` [U, days, holders + 1], fresh and settled as one."""
    first, last, start, stop = span
    n, classes = len(states), t.share.size
    if first == last:
        return
    days = rows.knot_day[rows.knot_ptr[first + 1] - 1] + 1
    order = first + np.argsort(exposure[first:last], kind="mergesort")
    b, local = np.empty((days, n, LANES)), np.empty((days, n))
    alpha, result = np.empty((classes, days, n, LANES)), np.empty((days, (n + 1) // 2, LANES))
    logs = np.empty((classes, LANES))
    done = 0
    while done < order.size:
        eb = exposure[order[done]]
        width = 1
        while width < LANES and done + width < order.size and exposure[order[done + width]] == eb:
            width += 1
        b[:] = 1.0
        for q in range(width):
            lo, hi = rows.knot_ptr[order[done + q]], rows.knot_ptr[order[done + q] + 1]
            emissions(rows, t, (lo, hi), eb, states, local)
            for k in range(lo, hi):
                for z in range(n):
                    b[rows.knot_day[k], z, q] = local[k - lo, z]
        for v in range(classes):
            logs[v] = math.log(t.share[v])
            lanes_ahead(t.start[v] * t.silent[eb], t.power[v, eb, 1], b, states, alpha[v], logs[v])
        class_weights(logs)
        result[:] = 0.0
        for v in range(classes):
            lanes_back(t.power[v, eb, 1], b, alpha[v], states, logs[v], result)
        for q in range(width):
            u = order[done + q]
            for d in range(start, stop + 1):
                for h in range((n + 1) // 2):
                    out[u, d - start, h] = result[d, h, q]
        done += width
