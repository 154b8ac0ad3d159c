"""Who told first: changes that several told of, and by how long each source was ahead of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from statistics import median, quantiles

from heldby.model.record import Lead
from heldby.model.status import Testimony
from heldby.weigh.echo import near
from heldby.weigh.order import CHANGES
from heldby.weigh.propositions import Allies, agree, opposed

_HOUR = timedelta(hours=1)


def told_changes(testimonies: Sequence[Testimony], within: int, allies: Allies) -> tuple[tuple[Testimony, ...], ...]:
    """The changes of one unit, each as the testimonies that told of it, in the order they became known (as `testimonies` are given).

    Two tell of one change where they agree, their event times come within `within` days, and no change the other way was told between them.
    """
    found: list[list[Testimony]] = []
    for i, t in enumerate(testimonies):
        if t.symbol not in CHANGES:
            continue
        same = next((c for c in reversed(found) if agree(c[0], t, allies) and near(c[0].when, t.when, within)), None)
        if same is not None and not _turned(testimonies[: i + 1], same[0], t):
            same.append(t)
        else:
            found.append([t])
    return tuple(tuple(c) for c in found)


def _turned(heard: Sequence[Testimony], first: Testimony, t: Testimony) -> bool:
    return any(o.symbol in CHANGES and opposed(o, t) and first.known < o.known < t.known for o in heard)


def lead_of(
    changes: Sequence[tuple[Testimony, ...]], mine: Callable[[Testimony], bool], others: Callable[[Testimony], bool]
) -> Lead | None:
    """How far ahead `mine` were of the first of the `others` on changes both told of; None where there is none."""
    ahead: list[float] = []
    for change in changes:
        own = [t.known for t in change if mine(t)]
        rest = [t.known for t in change if others(t)]
        if own and rest:
            ahead.append((min(rest) - min(own)) / _HOUR)
    if not ahead:
        return None
    low, _, high = quantiles(ahead, n=4, method="inclusive") if len(ahead) > 1 else (ahead[0],) * 3
    return Lead(median(ahead), low, high, len(ahead), sum(a > 0 for a in ahead))
