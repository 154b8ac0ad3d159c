"""Smoothed posteriors of every day, LANES units at a time: units of one exposure share their tables, so that one step serves many at once."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from heldby.weigh.learned.compiled import kernel
from heldby.weigh.learned.kernels import emissions
from heldby.weigh.learned.parameters import Floats, Tables
from heldby.weigh.learned.rows import Rows

LANES = 16
SMALL = 1e-140  # four more days cannot bring a product below what a float64 holds
LEAST = 1e-37  # of what is divided by: the smallest that both kinds of numbers hold in full
Out = NDArray[np.floating]


@kernel
def lanes_ahead(first: Floats, step: Out, b: Out, states: tuple[int, ...], alpha: Out, log: Floats) -> None:
    """Forward over days: `b` [days, K LANES], `alpha` [days, (K + 1) LANES], `first` [K], `step` [K K]; adds each lane's log-likelihood to `log`.

    A day's weights are divided by the sum of the day before, and left as they come: who reads them divides by a sum of his own. Their sum lies
    behind them in its row: offsets that are known when this is compiled make one loop of many lanes out of it.
    """
    n, least = len(states), alpha.dtype.type(LEAST)
    product, before = (
        np.ones(LANES),
        np.empty((n + 1) * LANES, alpha.dtype),
    )  # `before` apart from `alpha`: two rows of one array could overlap
    for q in range(LANES):
        total = alpha.dtype.type(0.0)
        for j in range(n):
            alpha[0, j * LANES + q] = first[j] * b[0, j * LANES + q]
            total += alpha[0, j * LANES + q]
        alpha[0, n * LANES + q] = max(total, least)
    for d in range(1, b.shape[0]):
        before[:] = alpha[d - 1]
        after, weigh = alpha[d], b[d]
        for q in range(LANES):
            total = alpha.dtype.type(0.0)
            scale = alpha.dtype.type(1.0) / before[n * LANES + q]
            for j in range(n):
                x = before[q] * step[j]
                for i in range(1, n):
                    x += before[i * LANES + q] * step[i * n + j]
                x *= weigh[j * LANES + q] * scale
                after[j * LANES + q] = x
                total += x
            after[n * LANES + q] = total if total > least else least
        for q in range(LANES):
            product[q] *= before[n * LANES + q]
        if d % 4 == 3:
            for q in range(LANES):
                if product[q] < SMALL:
                    log[q] += math.log(product[q])
                    product[q] = 1.0
    for q in range(LANES):
        log[q] += math.log(product[q]) + math.log(alpha[b.shape[0] - 1, n * LANES + q])


@kernel
def lanes_back(step: Out, b: Out, alpha: Out, states: tuple[int, ...], weight: Out, out: Out) -> None:
    """Backward over days; adds weighted posteriors, phases merged, to `out` [days, (holders + 1) LANES]."""
    n, one, least = len(states), alpha.dtype.type(1.0), alpha.dtype.type(LEAST)
    work = np.ones((2 * n + 2) * LANES, alpha.dtype)  # weights of what comes after, those with the day's words, scale, class
    later, spoken, scale, share = 0, n * LANES, 2 * n * LANES, (2 * n + 1) * LANES
    for q in range(LANES):
        work[share + q] = weight[q]
    for d in range(b.shape[0] - 1, -1, -1):
        here, weigh, into = alpha[d], b[d], out[d]
        for q in range(LANES):
            x = here[q] * work[later + q]
            for z in range(1, n):
                x += here[z * LANES + q] * work[later + z * LANES + q]
            x = work[share + q] / (x if x > least else least)
            for z in range(n):
                y = work[later + z * LANES + q]
                into[z // 2 * LANES + q] += x * (here[z * LANES + q] * y)
                work[spoken + z * LANES + q] = y * weigh[z * LANES + q]
        for q in range(LANES):
            top = least
            s = work[scale + q]
            for i in range(n):
                x = step[i * n] * work[spoken + q]
                for j in range(1, n):
                    x += step[i * n + j] * work[spoken + j * LANES + q]
                x *= s
                work[later + i * LANES + q] = x
                top = x if x > top else top
            work[scale + q] = one / top


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
def smooth(
    rows: Rows,
    t: Tables,
    span: tuple[int, int],
    units: tuple[NDArray[np.int64], NDArray[np.int8]],
    states: tuple[int, ...],
    out: Out,
) -> None:
    """Days [from, to] of `span` of some units (`units`: which, by exposure, and the exposure of all) into `out` [U, days, holders + 1], fresh and settled as one."""
    (start, stop), (order, exposure) = span, units
    n, classes = len(states), t.share.size
    if order.size == 0:
        return
    days = rows.knot_day[rows.knot_ptr[1] - 1] + 1
    kind = out.dtype
    b, local = np.empty((days, n * LANES), kind), np.empty((days, n))
    alpha, result = np.empty((classes, days, (n + 1) * LANES), kind), np.empty((days, (n + 1) // 2 * LANES), kind)
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
                    b[rows.knot_day[k], z * LANES + q] = local[k - lo, z]
        for v in range(classes):
            logs[v] = math.log(t.share[v])
            lanes_ahead(t.start[v] * t.silent[eb], t.power[v, eb, 1].astype(kind).ravel(), b, states, alpha[v], logs[v])
        class_weights(logs)
        result[:] = 0.0
        for v in range(classes):
            lanes_back(t.power[v, eb, 1].astype(kind).ravel(), b, alpha[v], states, logs[v].astype(kind), result)
        for q in range(width):
            u = order[done + q]
            for d in range(start, stop + 1):
                for h in range((n + 1) // 2):
                    out[u, d - start, h] = result[d, h * LANES + q]
        done += width
