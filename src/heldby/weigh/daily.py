"""A unit's statuses over many days at once, without their reasons: what a clock that is moved shows of each.

posterior [days, states] -> leading state of each day -> its ground, worked out once between the days on which it may become another
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from heldby.model.status import Daily, Support
from heldby.weigh.basis import commits, ground_of, ranked, support_of
from heldby.weigh.case import Case
from heldby.weigh.chain import Array

_NEAR = 2e-9  # two states closer than this are ranked by `ranked` itself, which knows what is a tie


def daily_of(case: Case, days: Sequence[date]) -> Daily:
    """What `status_of` says of each of the ascending `days`. Those before the first evidence are left out."""
    told = tuple(d for d in days if case.since is not None and d >= case.since)
    p = case.posterior(told)
    states = case.chain.states
    holders: list[str | None] = []
    supports: list[Support] = []
    claimed: list[str] = []
    for day, column, row in zip(told, _leading(states, p), p, strict=True):
        leading, best = states[column], float(row[column])
        ground = ground_of(case, leading, day)
        support = support_of(case, ground, best)
        holders.append(leading if commits(case, ground, best) else None)
        supports.append(support)
        claimed.append(ground.basis.claimed_by if support is Support.CLAIMED else "")
    rows = tuple(tuple(row) for row in p.tolist())
    return Daily(case.unit_id, case.known_by, told, states, rows, tuple(holders), tuple(supports), tuple(claimed))


def _leading(states: Sequence[str], p: Array) -> npt.NDArray[np.intp]:
    """The column of each day's leading state."""
    if not len(p):
        return np.empty(0, np.intp)
    lead: npt.NDArray[np.intp] = p.argmax(axis=1)
    best = np.sort(p, axis=1)
    for i in np.flatnonzero(best[:, -1] - best[:, -2] < _NEAR):
        lead[i] = states.index(ranked(states, p[i].tolist())[0][0])
    return lead
