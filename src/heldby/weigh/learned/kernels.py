"""The E-step: forward and backward over knots, with looks, own repeats, copies, standing statements and silence in one likelihood.

A statement by source s with symbol y in state z, at exposure e: mu(z) = sum of copy[s, parents] + e rate[s, z] (repeat own + (1 - repeat has) word[s, y, z]).
What a source says of a change of hands depends on whether it gives the unit back to who held it first, `home`: hence one word[s, y, z] for each.
Exposure is that to words of a state; news ("took", "lost", denials) has e = 1: a change of hands is told of wherever it is.
An exhaustive source: word[s, y, z] on the day its status is new, (1 - u) + u word[s, y, z] on each day it stands.
`states` is a tuple of K zeros: its length is known when the kernel is compiled, so that loops over states unroll.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from heldby.weigh.learned.compiled import kernel
from heldby.weigh.learned.parameters import Floats, Tables
from heldby.weigh.learned.rows import EDIT, HAS, OWN, PARENTS, STANDING, Rows

TINY = 1e-300


class Stats(NamedTuple):
    """Sums of an E-step: words [G, S, Y, K], looks [S, K], repeats [S], fresh [S] (looks with an earlier word), copies [S, S], again [S] and stood [S]
    (an exhaustive source's looks and days), ends [V, B, G+1, K, K], first [V, K], classes [V]; by unit: looks and expected [U], log-likelihood [U],
    first holder [U]."""

    words: Floats
    looks: Floats
    repeats: Floats
    fresh: Floats
    copies: Floats
    again: Floats
    stood: Floats
    ends: Floats
    first: Floats
    classes: Floats
    unit_looks: Floats
    unit_expected: Floats
    unit_log: Floats
    unit_home: Floats


@kernel
def copying(parents: NDArray[np.int16], copy: Floats, i: int, s: int) -> float:
    """How many copies of what was said before row i are to be expected from its source s."""
    copied = 0.0
    for q in range(PARENTS):
        j = parents[i, q]
        if j < 0:
            break
        copied += copy[s, j]
    return copied


@kernel
def emissions(rows: Rows, t: Tables, span: tuple[int, int], eb: int, states: tuple[int, ...], out: Floats) -> float:
    """The likelihood of the rows of each knot [lo, hi) by state into `out`, scaled to a largest of 1; returns the log of the scales."""
    n = len(states)
    lo, hi = span
    log = 0.0
    e, news, words = t.bin[eb], t.news[eb], t.word[t.home[eb]]
    for k in range(lo, hi):
        for z in range(n):
            out[k - lo, z] = 1.0
        for i in range(rows.row_ptr[k], rows.row_ptr[k + 1]):
            s, y, m = rows.source[i], rows.symbol[i], rows.mode[i]
            still, own, share = 0.0, 0.0, 1.0
            if m & STANDING:
                share = t.reexamine[s]
                still = 1.0 - share
            elif not m & EDIT:
                still = copying(rows.parents, t.copy, i, s)
                own = e * t.repeat[s] if m & OWN else 0.0
                share = (e if y <= n // 2 else news) * (1.0 - t.repeat[s] if m & HAS else 1.0)
            looks = m < EDIT
            top = TINY
            for z in range(n):
                rate = t.rate[s, z] if looks else 1.0
                x = out[k - lo, z] * (still + rate * (own + share * words[s, y, z]))
                out[k - lo, z] = x
                top = max(top, x)
            for z in range(n):
                out[k - lo, z] /= top
            log += math.log(top)
    return log


@kernel
def ahead(rows: Rows, t: Tables, span: tuple[int, int, int, int], b: Floats, states: tuple[int, ...], alpha: Floats) -> float:
    """Forward over the knots of one unit (lo, hi, class, bin), normalised, into `alpha`; returns the log-likelihood of `b`."""
    lo, hi, v, eb = span
    n = len(states)
    log = math.log(begin(t, (v, eb), b, alpha))
    product = 1.0
    for k in range(lo + 1, hi):
        r = k - lo
        gap = rows.knot_day[k] - rows.knot_day[k - 1]
        total = 0.0
        for j in range(n):
            x = 0.0
            for i in range(n):
                x += alpha[r - 1, i] * t.power[v, eb, gap, i, j]
            x *= b[r, j]
            alpha[r, j] = x
            total += x
        total = max(total, TINY)
        for j in range(n):
            alpha[r, j] /= total
        product *= total
        if product < 1e-200 or product > 1e200:
            log += math.log(max(product, TINY))
            product = 1.0
    return log + math.log(max(product, TINY))


@kernel
def credits(rows: Rows, t: Tables, span: tuple[int, int], eb: int, stats: Stats, gamma: Floats) -> float:
    """Divide the rows of knots [lo, hi) among look, repeat and copy by the posteriors `gamma`; returns the unit's looks that told of a state."""
    lo, hi = span
    n = gamma.shape[1]
    e, news, home = t.bin[eb], t.news[eb], t.home[eb]
    words, told = t.word[home], stats.words[home]
    seen = 0.0
    for k in range(lo, hi):
        for i in range(rows.row_ptr[k], rows.row_ptr[k + 1]):
            s, y, m = rows.source[i], rows.symbol[i], rows.mode[i]
            if m >= EDIT:
                u = t.reexamine[s] if m & STANDING else 1.0
                stats.stood[s] += 1.0
                for z in range(n):
                    x = u * words[s, y, z]
                    x *= gamma[k - lo, z] / max(x + 1.0 - u, TINY)
                    told[s, y, z] += x
                    stats.again[s] += x
                continue
            copied = copying(rows.parents, t.copy, i, s)
            own0 = t.repeat[s] if m & OWN else 0.0
            share = 1.0 - t.repeat[s] if m & HAS else 1.0
            copies = 0.0
            for z in range(n):
                rate = (e if y <= n // 2 else news) * t.rate[s, z]
                own, word = rate * own0, rate * share * words[s, y, z]
                w = gamma[k - lo, z] / max(copied + own + word, TINY)
                told[s, y, z] += w * word
                stats.looks[s, z] += w * (own + word)
                stats.repeats[s] += w * own
                if m & HAS:
                    stats.fresh[s] += w * word
                if y <= n // 2:
                    seen += w * (own + word)
                copies += w
            if copied > 0.0:
                for q in range(PARENTS):
                    j = rows.parents[i, q]
                    if j < 0:
                        break
                    stats.copies[s, j] += copies * t.copy[s, j]
    return seen


@kernel
def begin(t: Tables, where: tuple[int, int], b: Floats, alpha: Floats) -> float:
    """The first day in (class, bin) `where`: start x silence x emission, normalised, into `alpha[0]`; returns its sum."""
    v, eb = where
    total = 0.0
    for z in range(b.shape[1]):
        alpha[0, z] = t.start[v, z] * t.silent[eb, z] * b[0, z]
        total += alpha[0, z]
    total = max(total, TINY)
    for z in range(b.shape[1]):
        alpha[0, z] /= total
    return total


@kernel
def expected_looks(rows: Rows, t: Tables, span: tuple[int, int], gamma: Floats) -> float:
    """Looks that a unit of exposure 1 in these states would have had: each knot stands for half the days to its neighbours."""
    lo, hi = span
    out = 0.0
    for k in range(lo, hi):
        before = rows.knot_day[k] - rows.knot_day[k - 1] if k > lo else 1
        after = rows.knot_day[k + 1] - rows.knot_day[k] if k < hi - 1 else 1
        for z in range(gamma.shape[1]):
            out += 0.5 * (before + after) * gamma[k - lo, z] * t.total[z]
    return out


@kernel
def held_first(gamma: Floats) -> int:
    """Who most likely held a unit on its first day, by its posterior [K]; the number of holders where it was most likely contested."""
    best, most = 0, -1.0
    for h in range((gamma.size + 1) // 2):
        x = gamma[2 * h] + (gamma[2 * h + 1] if 2 * h + 1 < gamma.size else 0.0)
        if x > most:
            best, most = h, x
    return best


@kernel
def expect(rows: Rows, t: Tables, where: tuple[int, int], exposure: NDArray[np.int8], states: tuple[int, ...], stats: Stats) -> None:
    """The E-step over units [first, last) of `where`, in bins `exposure` [U], added to `stats`."""
    n, classes = len(states), t.share.size
    widest = 1
    for u in range(where[0], where[1]):
        widest = max(widest, rows.knot_ptr[u + 1] - rows.knot_ptr[u])
    b, gamma, beta = np.empty((widest, n)), np.empty((widest, n)), np.empty((2, n))
    alpha = np.empty((classes, widest, n))
    logs = np.empty(classes)
    for u in range(where[0], where[1]):
        lo, hi = rows.knot_ptr[u], rows.knot_ptr[u + 1]
        eb = exposure[u]
        base = emissions(rows, t, (lo, hi), eb, states, b)
        for v in range(classes):
            logs[v] = math.log(t.share[v]) + ahead(rows, t, (lo, hi, v, eb), b, states, alpha[v])
        top = logs.max()
        weight = np.exp(logs - top)
        stats.unit_log[u] = base + top + math.log(weight.sum())
        weight /= weight.sum()
        gamma[: hi - lo] = 0.0
        for v in range(classes):
            stats.classes[v] += weight[v]
            retrace(rows, t, (lo, hi, v, eb, weight[v]), (b, alpha[v], beta, gamma), states, stats)
        stats.unit_looks[u] = credits(rows, t, (lo, hi), eb, stats, gamma)
        stats.unit_expected[u] = expected_looks(rows, t, (lo, hi), gamma)
        stats.unit_home[u] = held_first(gamma[0])


@kernel
def retrace(
    rows: Rows,
    t: Tables,
    span: tuple[int, int, int, int, float],
    work: tuple[Floats, Floats, Floats, Floats],
    states: tuple[int, ...],
    stats: Stats,
) -> None:
    """Backward over one unit in one class: posteriors of its knots, weighted, added to `gamma`; end-point statistics to `stats`."""
    lo, hi, v, eb, weight = span
    b, alpha, beta, gamma = work
    n = len(states)
    for z in range(n):
        beta[0, z] = 1.0
    for k in range(hi - 1, lo - 1, -1):
        r = k - lo
        total = 0.0
        for z in range(n):
            total += alpha[r, z] * beta[0, z]
        total = max(total, TINY)
        for z in range(n):
            g = weight * alpha[r, z] * beta[0, z] / total
            gamma[r, z] += g
            if k == lo:
                stats.first[v, z] += g
        if k == lo:
            break
        gap = rows.knot_day[k] - rows.knot_day[k - 1]
        whole, top = 0.0, TINY
        for j in range(n):
            beta[1, j] = b[r, j] * beta[0, j]
        for i in range(n):
            x = 0.0
            for j in range(n):
                x += t.power[v, eb, gap, i, j] * beta[1, j]
            beta[0, i] = x
            top = max(top, x)
            whole += alpha[r - 1, i] * x
        scale = weight / max(whole, TINY)
        for i in range(n):
            for j in range(n):
                stats.ends[v, eb, gap, i, j] += scale * alpha[r - 1, i] * beta[1, j]
        for i in range(n):
            beta[0, i] /= top
