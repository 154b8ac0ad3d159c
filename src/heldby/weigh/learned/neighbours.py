"""What a unit's neighbours say of it, where leaving one source out shows that they help: fronts move many places at once, elsewhere they do not.

With posterior p of a unit by its own claims and those p_j of its nearest NEAR units,

    q(z) ~ p(z) * product over j of p_j(z)^w

w is the one of WEIGHTS that best foretells what a source says which is left out (its words on who holds, by what it says in each state as fitted on
the other half of the units), over the sources that say most; 0 unless the gain is more than its standard error over units, and more than that of any six
other units in their place: where a whole theatre changes hands, everybody's posterior foretells everybody's, and no neighbour is needed. Parameters
stay as fitted.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heldby.weigh.learned.model import Learned, posterior, subset
from heldby.weigh.learned.table import ClaimTable

NEAR = 6
WEIGHTS = (0.0, 0.02, 0.05, 0.1, 0.2)
MOST_UNITS = 20_000  # more would take a search of another kind
SAMPLE, SOURCES, LEAST = 600, 8, 100
_FLOOR = 0.005
_ROUNDS = 30
Floats = NDArray[np.floating]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Borrowing:
    """`near` [units, NEAR] indices of the nearest units of the table, `weight` of each; the log score a word gains by it, and that beyond what any six
    other units would give, each with its standard error."""

    near: Indices
    weight: float
    gain: float
    error: float
    beyond: float
    beyond_error: float


def nearest(points: NDArray[np.float64]) -> Indices:
    """Indices [n, NEAR] of each point's nearest others; `points` are (lat, lon) in degrees. Fewer units have fewer neighbours."""
    flat = np.column_stack([points[:, 0], points[:, 1] * np.cos(np.radians(points[:, 0].mean()))])
    out = []
    for start in range(0, len(flat), 500):
        part = flat[start : start + 500]
        away = ((part[:, None] - flat[None]) ** 2).sum(2)
        away[np.arange(len(part)), start + np.arange(len(part))] = np.inf
        out.append(np.argsort(away, 1, kind="stable")[:, : min(NEAR, len(flat) - 1)])
    return np.concatenate(out).astype(np.int64)


def pooled(own: Floats, everybody: Floats, near: Indices, weight: float) -> NDArray[np.float32]:
    """`own` [units, ..., states] with the posteriors `everybody` [all, ..., states] of the units `near` [units, NEAR]."""
    if not weight:
        return np.asarray(own, np.float32)
    q = np.log(np.clip(own.astype(np.float64), _FLOOR, 1))
    logs = weight * np.log(np.clip(everybody.astype(np.float64), _FLOOR, 1))
    for j in range(near.shape[1]):
        q += logs[near[:, j]]
    q = np.exp(q - q.max(-1, keepdims=True))
    return np.asarray(q / q.sum(-1, keepdims=True), np.float32)


def borrowing(model: Learned, table: ClaimTable, points: NDArray[np.float64], window: tuple[int, int], workers: int = 2) -> Borrowing:
    """How much is borrowed from neighbours on this table; weight 0 where leaving one source out does not show that it helps."""
    near = nearest(points)
    unit, score, control = _left_out(model, table, near, window, workers)
    if len(unit) < LEAST:
        return Borrowing(near, 0.0, 0.0, 0.0, 0.0, 0.0)
    best = int(score.mean(0).argmax())
    gain, error = _mean(score[:, best] - score[:, 0], unit)
    beyond, beyond_error = _mean(score[:, best] - control[:, best], unit)
    helps = gain > error and beyond > beyond_error
    return Borrowing(near, WEIGHTS[best] if helps else 0.0, gain, error, beyond, beyond_error)


def _mean(values: Floats, unit: Indices) -> tuple[float, float]:
    """The mean, and its standard error where words on one unit go together."""
    mean = float(values.mean())
    off = np.bincount(unit, values - mean)
    return mean, float(np.sqrt((off**2).sum()) / len(values))


def _left_out(model: Learned, table: ClaimTable, near: Indices, window: tuple[int, int], workers: int) -> tuple[Indices, Floats, Floats]:
    """Unit and log score [words, weights] of the words of sources, each with all that it said left out: with the nearest, and with any six."""
    marks = np.array([zlib.crc32(u.encode()) for u in table.units], np.uint32)
    sample = np.lexsort((np.arange(len(marks)), marks))[:SAMPLE]  # in the order of their hashes: the next in it lies anywhere
    every = np.unique(np.concatenate([sample, near[sample].ravel()]))
    part = subset(table, every)
    place = np.full(len(table.units), -1, np.int64)
    place[every] = np.arange(len(every))
    around = place[near[sample]]
    asked = np.full(len(every), -1, np.int64)
    asked[place[sample]] = np.arange(len(sample))
    word = _words(part)
    inside = (part.day >= window[0]) & (part.day <= window[1]) & (asked[part.unit] >= 0) & (word >= 0) & (part.echo < 0)
    said = np.bincount(part.source[inside], minlength=len(part.sources))
    units = [np.zeros(0, np.int64)]
    scores = [np.zeros((0, 2, len(WEIGHTS)))]
    anywhere = np.roll(around, max(1, len(around) // 2), 0)
    for s in np.argsort(-said, kind="stable")[:SOURCES].tolist():
        if said[s] < LEAST:
            break
        rest = part.rows(part.source != s)
        p = posterior(model, model.layout(rest), window, workers=workers)
        mine = np.nonzero(inside & (part.source == s))[0]
        unit, day = asked[part.unit[mine]], part.day[mine] - window[0]
        own = p[place[sample][unit], day]
        both = []
        for found in (around, anywhere):
            others = p[found[unit], day[:, None]]
            flat = np.arange(len(mine))[:, None] * others.shape[1] + np.arange(others.shape[1])[None]
            q = [pooled(own, others.reshape(-1, own.shape[1]), flat, w).astype(np.float64) for w in WEIGHTS]
            both.append(np.stack([mapped(x, word[mine], unit) for x in q], 1))
        units.append(unit)
        scores.append(np.stack(both, 1))
    every_score = np.concatenate(scores)
    return np.concatenate(units), every_score[:, 0], every_score[:, 1]


def _words(table: ClaimTable) -> NDArray[np.int64]:
    """Whom each row names as holding, by the number of the state; -1 where it says something else."""
    holders = len(table.alphabet.holders)
    return np.where(table.symbol <= holders, table.symbol, -1).astype(np.int64)


def mapped(q: Floats, word: NDArray[np.int64], unit: Indices) -> Floats:
    """Log score of each of a source's words under what it says in each state, that fitted by EM on the other half of the units: who flatters his side
    is no witness against a truth he denies."""
    states = q.shape[1]
    out = np.zeros(len(word))
    for half in (0, 1):
        here = unit % 2 == half
        there = ~here
        says = np.full((states, states), 1.0) + states * np.eye(states)
        says /= says.sum(1, keepdims=True)
        for _ in range(_ROUNDS):
            share = q[there] * says[:, word[there]].T
            share /= np.maximum(share.sum(1, keepdims=True), 1e-300)
            says = np.stack([share[word[there] == y].sum(0) for y in range(states)], 1) + 0.5
            says /= says.sum(1, keepdims=True)
        out[here] = np.log(np.clip((q[here] * says[:, word[here]].T).sum(1), _FLOOR, 1))
    return out
