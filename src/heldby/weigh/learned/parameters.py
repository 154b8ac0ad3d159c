"""The model's parameters, and the tables the kernels read them from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST_HOMES = 4


@dataclass(frozen=True, slots=True)
class Parameters:
    """Learned or assumed. V classes, S sources, Y symbols, K states.

    `start` [V, K]; `change` [V, K, K] row-stochastic; `share` [V] of units a class; `word` [S, K, Y] what a source says when it looks;
    `rate` [S, K] looks a day at exposure 1; `repeat` [S] repeats of its own last word; `copy` [S, S] untagged copies by row source of each
    statement by column source; `reexamine` [S] hazard with which an exhaustive source looks again; `regain` [S] how much likelier it is to tell of a
    change of hands that gives a unit back to who held it first than of another.
    """

    start: Floats
    change: Floats
    share: Floats
    word: Floats
    rate: Floats
    repeat: Floats
    copy: Floats
    reexamine: Floats
    regain: Floats


class Tables(NamedTuple):
    """Parameters as the kernels want them: `word` [G, S, Y, K] by who held the unit first; `power` [V, B, gap+1, K, K], A^gap with silence
    folded in; `silent` [B, K]; `total` [K] words of a state a day at exposure 1; by bin: `bin` [B] exposures, `news` [B] what they are to news,
    `home` [B] who held first (the last: not asked)."""

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
    home: NDArray[np.int64]


def exposure_bins(count: int, low: float, high: float) -> Floats:
    """The exposures that units are rounded to: geometric steps, with 1 among neighbours of it."""
    return np.geomspace(low, high, count)


def tables(p: Parameters, bins: Floats, longest: int, silence: bool = True, follows: float = 0.0) -> Tables:
    """Kernel tables. `longest`: the longest gap between knots, in days; `follows`: how far news follows a unit's exposure."""
    v, k = p.change.shape[0], p.change.shape[1]
    word = by_home(p)
    homes = word.shape[0]
    said = p.rate[None] * word[:, :, : k // 2 + 1].sum(2)
    total, told = said[0].sum(0), (p.rate[None] * word.sum(2) - said).sum(1)
    if not silence:
        total, told = np.zeros(k), np.zeros((homes, k))
    home = np.repeat(np.arange(homes), bins.size)
    bins = np.tile(bins, homes)
    news = 1.0 - follows + follows * bins
    silent = np.exp(-bins[:, None] * total[None] - news[:, None] * told[home])
    step = p.change[:, None] * silent[None, :, None, :]
    power = np.empty((v, bins.size, longest + 1, k, k))
    power[:, :, 0] = np.eye(k)
    for g in range(1, longest + 1):
        np.matmul(power[:, :, g - 1], step, out=power[:, :, g])
    return Tables(p.start, p.share, word, p.rate, p.repeat, p.copy, p.reexamine, power, silent, total, bins, news, home)


def homes_of(states: int) -> int:
    """How many classes of first holder are told apart: each holder and none; only "none" where there are more than MOST_HOMES."""
    holders = states // 2
    return holders + 1 if holders <= MOST_HOMES else 1


def changes_of_hands(states: int) -> slice:
    """The symbols that tell of a change of hands: "took" and "lost"."""
    holders = states // 2
    return slice(holders + 1, 3 * holders + 1)


def by_home(p: Parameters) -> Floats:
    """[G, S, Y, K]: what a source says, by who held the unit first: a change of hands back to him is told `regain` times as often."""
    k = p.word.shape[1]
    homes = homes_of(k)
    word = np.repeat(p.word.transpose(0, 2, 1)[None], homes, 0)
    for h in range(homes - 1):
        word[h, :, changes_of_hands(k), 2 * h] *= p.regain[:, None]
    return np.ascontiguousarray(word)


def transitions(p: Parameters, t: Tables, ends: Floats) -> tuple[Floats, Floats, Floats]:
    """Expected transitions [V, K, K], days weighted by exposure [K], and by that to news by first holder [G, K], from end-point statistics `ends` [V, B, G+1, K, K].

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
    heard = np.einsum("vbij,b->bj", moved, t.news).reshape(t.word.shape[0], -1, p.change.shape[1]).sum(1)
    return moved.sum(1), np.einsum("vbij,b->j", moved, t.bin), heard
