"""Change points and tallies from a posterior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Posterior = NDArray[np.float32]
REACH = (7, 30)
COMMON = 0.05


@dataclass(frozen=True, slots=True)
class Change:
    """A unit's most likely status changes: index of the unit, day within the window it takes hold, status before and after (indices of states),
    and the days between which the odds cross from one in ten to nine in ten."""

    unit: int
    day: int
    before: int
    after: int
    earliest: int
    latest: int


def changes(p: Posterior) -> list[Change]:
    """Every change of the most likely status, in order of unit and day; its interval is where the new status rises from .1 to .9 around it."""
    top = p.argmax(2)
    units, days = np.nonzero(top[:, 1:] != top[:, :-1])
    out = []
    for u, d in zip(units.tolist(), (days + 1).tolist()):
        before, after = int(top[u, d - 1]), int(top[u, d])
        lo, hi = d, d
        while lo > 0 and top[u, lo - 1] == before and p[u, lo - 1, after] > 0.1:
            lo -= 1
        while hi < p.shape[1] - 1 and top[u, hi] == after and p[u, hi, after] < 0.9:
            hi += 1
        out.append(Change(u, d, before, after, lo, hi))
    return out


def error_reach(statements: int, units: int, days: int) -> int:
    """Over how many days units err together: the days between two statements about a unit, on average, at least a week and at most a month."""
    return int(np.clip(units * days / max(statements, 1), *REACH))


def design_effect(p: Posterior, reach: int = REACH[1]) -> float:
    """How many times wider the variance of a tally is than if units erred apart (Kish 1965).

    Units whose posteriors move together over `reach` days (`error_reach`) are taken to err together, for until the next word of a unit its moves are what
    is not known of it: the squared moves of the expected tallies over the sum of the squared moves of the units, never below 1.
    """
    reach = min(reach, p.shape[1] - 1)
    if reach < 1:
        return 1.0
    together = apart = 0.0
    for d in range(p.shape[1] - reach):
        moved = p[:, d + reach].astype(np.float64) - p[:, d]
        together += float((moved.sum(0) ** 2).sum())
        apart += float((moved**2).sum())
    return max(together / apart if apart > 0 else 1.0, 1.0)


def tally(
    p: Posterior, effect: float, level: float = 1.645, common: float = COMMON
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Expected number of units in each state each day, and the ends of its interval [days, states], normal and cut to 0..units.

    With v the sum of p (1 - p) over units, the variance is `effect` v + (`common` v)^2. The second term is an error of the parameters, the same for every
    unit: log odds that are all off by `common` (one standard deviation) move the expected count by `common` v. On thousands of units it is not small.
    """
    q = p.astype(np.float64)
    mean = q.sum(0)
    apart = (q * (1 - q)).sum(0)
    half = level * np.sqrt(effect * apart + (common * apart) ** 2)
    return mean, np.maximum(mean - half, 0.0), np.minimum(mean + half, float(p.shape[0]))
