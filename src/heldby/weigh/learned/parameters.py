"""The model's parameters, and the tables the kernels read them from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Parameters:
    """Learned or assumed. V classes, S sources, Y symbols, K states.

    `start` [V, K]; `change` [V, K, K] row-stochastic; `share` [V] of units a class; `word` [S, K, Y] what a source says when it looks;
    `rate` [S, K] looks a day at exposure 1; `repeat` [S] repeats of its own last word; `copy` [S, S] untagged copies by row source of each
    statement by column source; `reexamine` [S] hazard with which an exhaustive source looks again.
    """

    start: Floats
    change: Floats
    share: Floats
    word: Floats
    rate: Floats
    repeat: Floats
    copy: Floats
    reexamine: Floats


class Tables(NamedTuple):
    """Parameters as the kernels want them: `word` [S, Y, K]; `power` [V, B, G+1, K, K], A^g with silence folded in; `silent` [B, K];
    `total` [K] words of a state a day at exposure 1; `bin` [B] exposures; `news` [B] what they are to news."""

    start: Floats
    share: Floats
    word: Floats
    rate: Floats
    repeat: Floats
    copy: Floats
    reexamine: Floats
    power: Floats
    silent: Floats
    total: Floats
    bin: Floats
    news: Floats


def exposure_bins(count: int, low: float, high: float) -> Floats:
    """The exposures that units are rounded to: geometric steps, with 1 among neighbours of it."""
    return np.geomspace(low, high, count)


def tables(p: Parameters, bins: Floats, longest: int, silence: bool = True, follows: float = 0.0) -> Tables:
    """Kernel tables. `longest`: the longest gap between knots, in days; `follows`: how far news follows a unit's exposure."""
    v, k = p.change.shape[0], p.change.shape[1]
    said = p.rate * p.word[:, :, : k // 2 + 1].sum(2)
    total, told = said.sum(0), (p.rate - said).sum(0)
    if not silence:
        total, told = np.zeros(k), np.zeros(k)
    news = 1.0 - follows + follows * bins
    silent = np.exp(-bins[:, None] * total[None] - news[:, None] * told[None])
    step = p.change[:, None] * silent[None, :, None, :]
    power = np.empty((v, bins.size, longest + 1, k, k))
    power[:, :, 0] = np.eye(k)
    for g in range(1, longest + 1):
        np.matmul(power[:, :, g - 1], step, out=power[:, :, g])
    word = np.ascontiguousarray(p.word.transpose(0, 2, 1))
    return Tables(p.start, p.share, word, p.rate, p.repeat, p.copy, p.reexamine, power, silent, total, bins, news)


def transitions(p: Parameters, t: Tables, ends: Floats) -> tuple[Floats, Floats, Floats]:
    """Expected transitions [V, K, K], days weighted by exposure [K] and by that to news [K] from end-point statistics `ends` [V, B, G+1, K, K].

    `ends[v, b, g]` sums alpha x (emission x beta) / Z over gaps of g days; two nested Horner recursions sum over the day within the gap
    (engines study, W2): N = A o sum over i+j+1=g of (A^T)^i ends_g (A^T)^j.
    """
    step = p.change[:, None] * t.silent[None, :, None, :]
    back = step.transpose(0, 1, 3, 2)
    right = np.zeros_like(step)
    tail = np.zeros_like(step)
    for g in range(ends.shape[2] - 1, 0, -1):
        right = ends[:, :, g] + right @ back
        tail = right + back @ tail
    moved = step * tail
    return moved.sum(1), np.einsum("vbij,b->j", moved, t.bin), np.einsum("vbij,b->j", moved, t.news)
