"""How much a unit's status rests on, day by day: apart from the posterior, so that "unknown" is never a state of the world."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from heldby.weigh.learned.compiled import kernel
from heldby.weigh.learned.filling import Out
from heldby.weigh.learned.layout import Layout
from heldby.weigh.learned.rows import Rows

HALF_LIFE = 30.0


@kernel
def decayed(rows: Rows, start: int, fade: float, causal: bool, out: Out) -> None:
    """Statements of each unit, each fading by `fade` a day, into `out` [U, days]: from when known, or both ways from the day spoken of."""
    days = out.shape[1]
    for u in range(out.shape[0]):
        lo, hi = rows.knot_ptr[u], rows.knot_ptr[u + 1]
        last = rows.knot_day[hi - 1] + 1
        count = np.zeros(last)
        for k in range(lo, hi):
            for i in range(rows.row_ptr[k], rows.row_ptr[k + 1]):
                d = max(rows.known[i], rows.knot_day[k]) if causal else rows.knot_day[k]
                if d < last:
                    count[d] += 1.0
        level = 0.0
        for d in range(last):
            level = level * fade + count[d]
            if start <= d < start + days:
                out[u, d - start] = np.float32(level)
        if not causal:
            level = 0.0
            for d in range(last - 1, -1, -1):
                if start <= d < start + days:
                    out[u, d - start] += np.float32(level)
                level = (level + count[d]) * fade


def support(layout: Layout, window: tuple[int, int], causal: bool = False) -> NDArray[np.float32]:
    """[units, days]: statements (echoes left out) within reach, each worth half after HALF_LIFE days. Window in ordinals."""
    start, stop = window[0] - layout.first, window[1] - layout.first
    out = np.zeros((layout.units, stop - start + 1), np.float32)
    decayed(layout.rows, start, 0.5 ** (1 / HALF_LIFE), causal, out)
    return out
