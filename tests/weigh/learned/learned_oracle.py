"""The model in plain NumPy, day by day and statement by statement, for small worlds: slow, and with nothing shared but the parameters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heldby.weigh.learned.model import Learned
from heldby.weigh.learned.table import ClaimTable

Floats = NDArray[np.float64]


@dataclass
class Word:
    day: int
    known: int
    rank: int
    symbol: int
    source: int
    echo: int


def words_of(table: ClaimTable, model: Learned, unit: int) -> list[Word]:
    """A unit's statements in order, doubles and tagged echoes taken out."""
    rows = np.nonzero((table.unit == unit) & ~model.exhaustive[table.source])[0]
    words = [
        Word(
            int(table.day[i]) - model.first,
            int(table.known[i]) - model.first,
            int(model.rank[table.source[i]]),
            int(table.symbol[i]),
            int(table.source[i]),
            int(table.echo[i]),
        )
        for i in rows
    ]
    words.sort(key=lambda w: (w.day, w.known, w.rank, w.symbol, w.echo))
    single = [w for i, w in enumerate(words) if i == 0 or vars(words[i - 1]) | {"echo": 0} != vars(w) | {"echo": 0}]
    said = [w.source for w in single]
    kept: list[Word] = []
    for w, origin in zip(single, origins(single, said), strict=True):
        if origin is None or any(x.source == origin and x.symbol == w.symbol and w.day - x.day <= 1 for x in kept if w.echo >= 0):
            continue
        w.source, w.rank = origin, int(model.rank[origin])
        kept.append(w)
    return kept


def origins(words: list[Word], said: list[int]) -> list[int | None]:
    """Whose word each statement is; None where it leads, from relay to relay, to an original that is there."""

    def near(i: int) -> list[int]:
        w = words[i]
        found = [j for j, x in enumerate(words) if j != i and abs(x.day - w.day) <= 1 and x.symbol == w.symbol and said[j] == w.echo]
        return sorted(found, key=lambda j: (j > i, abs(j - i)))

    grounded = {i for i, w in enumerate(words) if w.echo < 0}
    while more := {i for i in range(len(words)) if i not in grounded and grounded & set(near(i))}:
        grounded |= more
    out: list[int | None] = []
    for i, w in enumerate(words):
        walk = [i]
        while i not in grounded and walk[-1] not in walk[:-1] and near(walk[-1]):
            walk.append(near(walk[-1])[0])
        at = min(walk[walk.index(walk[-1]) :])
        out.append(said[i] if w.echo < 0 else None if i in grounded else words[at].echo)
    return out


def factor(words: list[Word], i: int, model: Learned, exposure: float, home: int) -> Floats:
    """The likelihood of statement i by state. `home`: who held the unit first; the number of holders where nobody did."""
    p, w = model.parameters, words[i]
    holders = model.parameters.start.shape[1] // 2
    earlier = [x for x in words[:i] if x.source == w.source and x.symbol <= holders and w.day - x.day <= 60 and x.known <= w.known]
    if w.symbol > holders:  # news is not a repeat, and follows exposure less
        earlier, exposure = [], 1 + model.settings.news_follows * (exposure - 1)
    word = p.word[w.source, :, w.symbol].copy()
    if holders < w.symbol <= 3 * holders and home < holders:
        word[2 * home] *= p.regain[w.source]
    own = bool(earlier) and earlier[-1].symbol == w.symbol
    before = {x.source for x in words if (x.known, x.rank) < (w.known, w.rank) and abs(x.day - w.day) <= 1 and x.symbol == w.symbol}
    copied = sum(p.copy[w.source, s] for s in before if s != w.source)
    kap = p.repeat[w.source]
    look = (kap if own else 0.0) + (1 - kap if earlier else 1.0) * word
    return np.asarray(copied + exposure * p.rate[w.source] * look)


def emissions(table: ClaimTable, model: Learned, unit: int, where: tuple[float, int], known_by: int) -> Floats:
    """[days, states] of what was known by a day (from the model's first). `where`: the unit's exposure and who held it first."""
    words = words_of(table, model, unit)
    b = np.ones((model.last - model.first + 1, model.parameters.start.shape[1]))
    for i, w in enumerate(words):
        if w.known <= known_by and w.day <= known_by:
            f = factor(words, i, model, *where)
            b[w.day] *= f / f.max()
    for source in np.nonzero(model.exhaustive)[0]:
        stand(b, statements(table, model, unit, int(source)), model, (int(source), known_by))
    return b


def statements(table: ClaimTable, model: Learned, unit: int, source: int) -> list[tuple[int, int, int]]:
    """An exhaustive source's (day, known, symbol) on a unit, the last word of each day."""
    rows = np.nonzero((table.unit == unit) & (table.source == source))[0]
    said = sorted((int(table.day[i]) - model.first, int(table.known[i]) - model.first, int(table.symbol[i])) for i in rows)
    return [x for i, x in enumerate(said) if i == len(said) - 1 or said[i + 1][0] != x[0]]


def stand(b: Floats, said: list[tuple[int, int, int]], model: Learned, who: tuple[int, int]) -> None:
    """Multiply what an exhaustive source asserts, day by day, as far as known by a day, into `b`. `who`: (source, that day)."""
    source, known_by = who
    u = model.parameters.reexamine[source]
    for i, (day, known, symbol) in enumerate(said):
        end = min(said[i + 1][0] if i + 1 < len(said) else b.shape[0], day + 28)
        new = i == 0 or said[i - 1][2] != symbol
        word = model.parameters.word[source, :, symbol]
        for d in range(day, end):
            if max(known, d) <= known_by:
                b[d] *= word if d == day and new else 1 - u + u * word


def silence(model: Learned, exposure: float, home: int) -> Floats:
    """[K]: how likely a day without statements is."""
    p = model.parameters
    holders = p.start.shape[1] // 2
    word = p.word.copy()
    if home < holders:
        word[:, 2 * home, holders + 1 : 3 * holders + 1] *= p.regain[:, None]
    told = (p.rate[:, :, None] * word).sum(0)
    news = 1 + model.settings.news_follows * (exposure - 1)
    return np.asarray(np.exp(-exposure * told[:, : holders + 1].sum(1) - news * told[:, holders + 1 :].sum(1)))


def passes(b: Floats, model: Learned, where: tuple[float, int]) -> tuple[Floats, Floats, Floats]:
    """Forward and backward messages by class [V, days, K] and the log-likelihood of each class."""
    p = model.parameters
    silent, (days, k) = silence(model, *where), b.shape
    alphas, betas, logs = np.zeros((len(p.share), days, k)), np.ones((len(p.share), days, k)), np.log(p.share)
    for v in range(len(p.share)):
        step = p.change[v] * silent[None]
        a = p.start[v] * silent * b[0]
        for d in range(days):
            if d:
                a = (a @ step) * b[d]
            logs[v] += np.log(a.sum())
            a = a / a.sum()
            alphas[v, d] = a
        for d in range(days - 2, -1, -1):
            betas[v, d] = step @ (b[d + 1] * betas[v, d + 1])
            betas[v, d] /= betas[v, d].max()
    return alphas, betas, logs


def merged(by_state: Floats) -> Floats:
    """Fresh and settled as one."""
    k = by_state.shape[-1]
    return np.stack([by_state[..., z : z + 2].sum(-1) if z < k - 1 else by_state[..., z] for z in range(0, k, 2)], -1)


def smoothed(table: ClaimTable, model: Learned, unit: int, where: tuple[float, int]) -> Floats:
    """[days, holders + 1]."""
    alphas, betas, logs = passes(emissions(table, model, unit, where, 10**9), model, where)
    gamma = alphas * betas
    gamma /= gamma.sum(2, keepdims=True)
    weight = np.exp(logs - logs.max())
    return merged((gamma * (weight / weight.sum())[:, None, None]).sum(0))


def causal(table: ClaimTable, model: Learned, unit: int, where: tuple[float, int]) -> Floats:
    """[days, holders + 1], each day from what was known at its end."""
    days = model.last - model.first + 1
    out = []
    for d in range(days):
        b = emissions(table, model, unit, where, d)[: d + 1]
        alphas, _, logs = passes(b, model, where)
        weight = np.exp(logs - logs.max())
        out.append(merged((alphas[:, -1] * (weight / weight.sum())[:, None]).sum(0)))
    return np.array(out)
