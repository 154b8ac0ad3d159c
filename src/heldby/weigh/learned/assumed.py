"""Prior parameters: what each kind of source is taken to say in each state, before the fit."""

from __future__ import annotations

import numpy as np

from heldby.weigh.learned.alphabet import CONTEST, DENY, GROUPS, HOLD, LOST, TOOK, Alphabet
from heldby.weigh.learned.parameters import Floats, Parameters
from heldby.weigh.learned.settings import KindPrior, ModelSettings
from heldby.weigh.learned.table import ClaimTable, Source

# How much likelier a kind of statement is in each phase (rows: settled, fresh, contested; columns: hold and contested together, took, lost, deny).
# A "took" while contested: by kind, `took_contested`.
PHASE = np.array([[1.0, 0.12, 0.12, 0.3], [1.0, 2.5, 2.5, 1.0], [1.0, 0.5, 0.5, 1.0]])
OF_GROUP = (0, 0, 1, 2, 3)


def word_row(a: Alphabet, prior: KindPrior, side: int, state: int, usage: Floats) -> Floats:
    """What a source of this kind says in one state: [symbols], summing to one. `side`: the holder a belligerent fights for, or -1."""
    n = len(a.holders)
    truth, phase = (-1, 2) if state == 2 * n else (state // 2, 1 - state % 2)
    if truth < 0:
        said = prior.contested
    elif prior.enemy is not None and side >= 0 and truth != side:
        said = prior.enemy
    else:
        said = prior.held
    centre = side if side >= 0 else truth
    others = max(n - 1, 1)
    hold = np.full(n, said[1] / others)
    if centre >= 0:
        hold[centre] = said[0]
    else:
        hold[:] = (said[0] + said[1]) / n
    took = took_row(n, prior, side, truth, phase)
    lost = np.array([took[np.arange(n) != h].sum() for h in range(n)]) / others if n > 1 else took
    deny = np.array([0.15 if h == truth else 0.85 for h in range(n)])
    if side >= 0:  # a belligerent denies what its enemy is said to have taken, true or not
        deny = np.array([0.02 if h == side else 1.0 for h in range(n)])
    weight = PHASE[phase][list(OF_GROUP)] * usage
    if truth < 0:
        weight[TOOK] = prior.took_contested * usage[TOOK]
    weight[HOLD], weight[CONTEST] = weight[HOLD] * (1 - said[2]), weight[HOLD] * said[2]
    parts = (hold / hold.sum(), np.ones(1), took / took.sum(), lost / lost.sum(), np.append(deny / deny.sum(), 0.1) / 1.1)
    row = np.concatenate([w * part for w, part in zip(weight, parts)])
    return np.asarray(row / row.sum())


def took_row(n: int, prior: KindPrior, side: int, truth: int, phase: int) -> Floats:
    """Whom a "took" names: the side that holds now when fresh, less surely later; a belligerent seldom names another than its own."""
    right = {0: prior.took_settled, 1: prior.took_right, 2: 1 / n}[phase]
    row = np.full(n, (1 - right) / max(n - 1, 1))
    if truth >= 0:
        row[truth] = right
    else:
        row[:] = 1 / n
    if side >= 0:
        own = 0.985 if truth == side else 0.4 if phase == 1 else 0.95
        row = np.full(n, (1 - own) / max(n - 1, 1))
        row[side] = own
    return row


def usage_of(a: Alphabet, said: Floats) -> Floats:
    """How a source divides its statements, `said` [Y], among GROUPS; holds and contested as one. What it never says is nearly ruled out."""
    groups = np.array([a.group(y) for y in range(a.symbols)])
    counts = np.bincount(groups, said, minlength=len(GROUPS))
    total = counts.sum()
    merged = np.array([counts[HOLD] + counts[CONTEST]] * 2 + [counts[TOOK], counts[LOST], counts[DENY]])
    floor = np.array([0.9, 0.9, 0.06, 0.02, 0.02])
    return np.asarray((merged + 5 * floor) / (total + 5))


def word_prior(table: ClaimTable, settings: ModelSettings, said: Floats) -> Floats:
    """[S, K, Y]: the prior on what each source says when it looks. `said` [S, Y]: its statements, echoes settled."""
    a = table.alphabet
    out = np.empty((len(table.sources), a.states, a.symbols))
    for s, source in enumerate(table.sources):
        usage, side = usage_of(a, said[s]), side_of(a, source)
        for z in range(a.states):
            out[s, z] = word_row(a, settings.kinds[source.kind], side, z, usage)
    return out


def side_of(a: Alphabet, source: Source) -> int:
    """The holder a belligerent fights for; -1 for anybody else, and for a belligerent whose side holds nothing in the table."""
    return a.holders.index(source.side) if source.kind == "belligerent" and source.side in a.holders else -1


def change_prior(states: int, settings: ModelSettings) -> Floats:
    """[V, K, K]: the prior on daily changes in each class of volatility. Zeros are structural: a holder is fresh before it is settled."""
    n = (states - 1) // 2
    out = np.zeros((len(settings.class_pace), states, states))
    for v, pace in enumerate(settings.class_pace):
        a = out[v]
        c = 2 * n
        contest, flip = settings.contest_from_settled * pace, settings.flip_from_settled * pace
        for h in range(n):
            for phase in (2 * h, 2 * h + 1):
                a[phase, c] = contest * (2 if phase == 2 * h else 1)
                for other in range(n):
                    if other != h:
                        a[phase, 2 * other] = flip / max(n - 1, 1)
            a[2 * h, 2 * h + 1] = settings.settle
            a[c, 2 * h] = settings.resolve / n
        a[np.arange(states), np.arange(states)] = 1 - a.sum(1)
    return out


def rate_phases(states: int, settings: ModelSettings) -> Floats:
    """[K]: how often a source speaks in each state beside its mean: `rate_ratio` times as often in fresh and contested ones as in settled ones."""
    phase = np.ones(states)
    phase[0 : states - 1 : 2] = settings.rate_ratio
    phase[states - 1] = settings.rate_ratio
    return np.asarray(phase / 1.15)


def assumed(table: ClaimTable, settings: ModelSettings, days: int, exhaustive: np.ndarray, said: Floats) -> Parameters:
    """Parameters before the fit: priors by kind, each source's mean rate from its statements, `said` [S, Y], echoes settled."""
    a = table.alphabet
    s, k = len(table.sources), a.states
    n = len(a.holders)
    start = np.full(k, 0.9 / n)
    start[0 : 2 * n : 2] = 0.02 / n
    start[2 * n] = settings.start_contested
    counts = said.sum(1) * np.where(exhaustive, 0.0, 1.0)
    mean = counts / (max(len(table.units), 1) * days) + 1e-9
    phase = rate_phases(k, settings)
    v = len(settings.class_pace)
    copy = np.full((s, s), settings.copy_prior[0] / settings.copy_prior[1])
    np.fill_diagonal(copy, 0.0)
    return Parameters(
        start=np.tile(start / start.sum(), (v, 1)),
        change=change_prior(k, settings),
        share=np.full(v, 1 / v),
        word=word_prior(table, settings, said),
        rate=mean[:, None] * phase[None],
        repeat=np.array([settings.kinds[x.kind].repeat for x in table.sources]),
        copy=copy,
        reexamine=np.full(s, settings.reexamine),
        regain=np.array([settings.kinds[x.kind].regain for x in table.sources]),
    )
