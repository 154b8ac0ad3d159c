"""Shares of a territory that others publish, beside ours by measured area: how far they are apart, and what explains it."""

from __future__ import annotations

import re

from heldby.model.claim import PublishedTally, Qualifier
from heldby.model.place import Roster
from heldby.model.status import Extent, ExtentRow

AREAS = frozenset({"territory_share", "square_kilometres", "square_miles"})
KM2 = {"square_kilometres": 1.0, "square_miles": 2.589988}
_WHOLE = re.compile(r"\b(?:territory|territories|country|nation|land)\b", re.IGNORECASE)


def whole_theatre(t: PublishedTally) -> bool:
    """Whether an area without a name around it is the whole theatre's: "85 percent of the territory", not "40 percent of the city"."""
    return t.unit in KM2 or _WHOLE.search(t.passage.quote) is not None


def area_reasons(t: PublishedTally, ours: ExtentRow, extent: Extent, roster: Roster) -> list[str]:
    """What our area is, what it leaves out, and what the gap to theirs can be, largest first; never empty."""
    theirs = (t.share or 0.0) * extent.total if t.unit not in KM2 else (t.count or 0) * KM2[t.unit]
    noun = roster.unit_noun.replace("_", " ")
    size = len(roster.unit_ids)
    known = f"{extent.measured} of {size} {noun}" if extent.measured < size else f"all {size} {noun}"
    low, high = _of(ours.low, extent), _of(ours.high, extent)
    out = [
        f"by the measured area of {known}, heldby counts {_of(ours.amount, extent):.0%} ({low:.0%} to {high:.0%}), a district whole for whoever holds it; "
        f"of {_of(extent.unknown, extent):.0%} of that area it knew nothing then"
    ]
    if t.qualifier is not Qualifier.EXACT:
        out.append(f'the figure is told as "{t.qualifier}"')
    gap = theirs - ours.amount
    points = f"{100 * abs(_of(gap, extent)):.0f} points"
    if ours.low <= theirs <= ours.high:
        out.append("it lies within heldby's own interval")
    elif 0 < gap <= extent.unknown:
        out.append(f"the difference of {points} is no larger than the area of which heldby knew nothing then")
    elif gap > 0:
        over = 100 * _of(gap - extent.unknown, extent)
        out.append(
            f"the difference of {points} is more than the area of which heldby knew nothing then: {over:.0f} points of it heldby gives to others"
        )
    else:
        out.append(f"heldby's own exceeds it by {points}: whoever counts only the ground that is held, and not whole {noun}, gets less")
    return out


def _of(amount: float, extent: Extent) -> float:
    return amount / extent.total if extent.total else 0.0
