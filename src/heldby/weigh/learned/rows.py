"""Rows as the kernels read them, and the marks on them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from heldby.weigh.learned.table import Ints

HAS, OWN, EDIT, STANDING = 1, 2, 4, 8
PARENTS = 4
LONGEST_GAP = 512
ECHO_DAYS = 1


class Rows(NamedTuple):
    """Rows of units `0..U-1` at knots (days on which something is said, the first and last day, and fillers in long gaps).

    `knot_ptr` [U+1] into knots; `knot_day` [N]; `row_ptr` [N+1] into rows; the rest by row: `source`, `symbol`, `mode` (flags HAS, OWN, EDIT,
    STANDING), `parents` [R, PARENTS] (sources that said the same before, -1 where none), `known` (day, from the first).
    """

    knot_ptr: NDArray[np.int64]
    knot_day: Ints
    row_ptr: NDArray[np.int64]
    source: NDArray[np.int16]
    symbol: NDArray[np.int16]
    mode: NDArray[np.uint8]
    parents: NDArray[np.int16]
    known: Ints
