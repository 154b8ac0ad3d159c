"""A unit's statuses over many days at once, without their reasons: what a clock that is moved shows of each.

posterior [days, states] -> leading state of each day -> runs of days on which ground and thresholds cannot become others, worked out once each
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

from heldby.model.status import Daily, Support
from heldby.weigh.basis import breaks, commits, ground_of, ranked, support_of
from heldby.weigh.case import Case
from heldby.weigh.chain import Array

_NEAR = 2e-9  # two states closer than this are ranked by `ranked` itself, which knows what is a tie


def daily_of(case: Case, days: Sequence[date]) -> Daily:
    """What `status_of` says of each of the ascending `days`. Those before the first evidence are left out."""
    since = case.since
    told = tuple(days[bisect_left(days, since) :]) if since is not None else ()
    p = case.posterior(told)
    states = case.chain.states
    runs: list[tuple[int, str | None, Support, str]] = []
    lead = _leading(states, p)
    for n in _turns(case, told, p, lead):
        leading, best = states[lead[n]], float(p[n, lead[n]])
        ground = ground_of(case, leading, told[n])
        support = support_of(case, ground, best)
        holder = leading if commits(case, ground, best) else None
        run = (holder, support, ground.basis.claimed_by if support is Support.CLAIMED else "")
        if not runs or runs[-1][1:] != run:
            runs.append((n, *run))
    return Daily(case.unit_id, case.known_by, told, states, array("d", p.tobytes()), tuple(runs))


def _turns(case: Case, days: Sequence[date], p: Array, lead: npt.NDArray[np.intp]) -> list[int]:
    """The days (their numbers) on which what is said may become another: another state leads, its probability passes a line of the table, or
    the ground begins anew."""
    if not days:
        return []
    lines = case.priors.support
    best = p[np.arange(len(days)), lead]
    stretch = np.searchsorted(breaks(case), [d.toordinal() for d in days], side="right")
    told = np.stack([lead, stretch, best >= lines.commit, best < lines.hold])
    return [0, *(np.flatnonzero((told[:, 1:] != told[:, :-1]).any(axis=0)) + 1).tolist()]


def _leading(states: Sequence[str], p: Array) -> npt.NDArray[np.intp]:
    """The column of each day's leading state."""
    if not len(p):
        return np.empty(0, np.intp)
    lead: npt.NDArray[np.intp] = p.argmax(axis=1)
    best = np.sort(p, axis=1)
    for i in np.flatnonzero(best[:, -1] - best[:, -2] < _NEAR):
        lead[i] = states.index(ranked(states, p[i].tolist())[0][0])
    return lead
