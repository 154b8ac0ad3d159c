"""Posteriors at knots alone: a unit's days on which something is said. What lies between follows from the model and is filled when it is asked for."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from heldby.weigh.learned.compiled import kernel
from heldby.weigh.learned.kernels import TINY, ahead, emissions
from heldby.weigh.learned.layout import Layout
from heldby.weigh.learned.model import CHUNKS, Learned, exposures
from heldby.weigh.learned.parameters import Floats, Tables
from heldby.weigh.learned.rows import Rows


@kernel
def behind(t: Tables, where: tuple[int, int, int, float], gap: int, work: tuple[Floats, Floats, Floats, Floats]) -> None:
    """One knot of the backward pass in (class, bin, row, weight): adds its posterior, phases merged, to the last of `work` (b, alpha, beta, out), and
    steps `beta` [2, K] back over `gap` days."""
    v, eb, r, weight = where
    b, alpha, beta, out = work
    n = b.shape[1]
    total = TINY
    for z in range(n):
        total += alpha[r, z] * beta[0, z]
    for z in range(n):
        out[r, z // 2] += weight * alpha[r, z] * beta[0, z] / total
    if gap <= 0:
        return
    top = TINY
    for j in range(n):
        beta[1, j] = b[r, j] * beta[0, j]
    for i in range(n):
        x = 0.0
        for j in range(n):
            x += t.power[v, eb, gap, i, j] * beta[1, j]
        beta[0, i] = x
        top = max(top, x)
    for i in range(n):
        beta[0, i] /= top


@kernel
def at_knots(
    rows: Rows, t: Tables, span: tuple[int, int], exposure: NDArray[np.int8], states: tuple[int, ...], out: NDArray[np.float32]
) -> None:
    """Smoothed posteriors of the knots of units [first, last) into `out` [knots, holders + 1]."""
    first, last = span
    n, classes = len(states), t.share.size
    widest = 1
    for u in range(first, last):
        widest = max(widest, rows.knot_ptr[u + 1] - rows.knot_ptr[u])
    b, result = np.empty((widest, n)), np.empty((widest, (n + 1) // 2))
    alpha, beta = np.empty((classes, widest, n)), np.empty((2, n))
    logs = np.empty(classes)
    for u in range(first, last):
        lo, hi = rows.knot_ptr[u], rows.knot_ptr[u + 1]
        eb = exposure[u]
        emissions(rows, t, (lo, hi), eb, states, b)
        for v in range(classes):
            logs[v] = math.log(t.share[v]) + ahead(rows, t, (lo, hi, v, eb), b, states, alpha[v])
        weight = np.exp(logs - logs.max())
        weight /= weight.sum()
        result[: hi - lo] = 0.0
        for v in range(classes):
            beta[0] = 1.0
            for k in range(hi - 1, lo - 1, -1):
                gap = rows.knot_day[k] - rows.knot_day[k - 1] if k > lo else 0
                behind(t, (v, eb, k - lo, weight[v]), gap, (b, alpha[v], beta, result))
        for k in range(lo, hi):
            for h in range(out.shape[1]):
                out[k, h] = result[k - lo, h]


def knot_posterior(model: Learned, layout: Layout, workers: int = 2) -> NDArray[np.float32]:
    """[knots of the layout, holders + contested], summing to one: the dense smoothed posterior on those days, up to rounding."""
    t = model.tables(layout)
    exposure = exposures(model, layout, t, workers)
    k = t.power.shape[-1]
    out = np.empty((layout.rows.knot_day.size, (k + 1) // 2), np.float32)
    cuts = [layout.units * c // CHUNKS for c in range(CHUNKS + 1)]
    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(lambda c: at_knots(layout.rows, t, (cuts[c], cuts[c + 1]), exposure, (0,) * k, out), range(CHUNKS)))
    return out
