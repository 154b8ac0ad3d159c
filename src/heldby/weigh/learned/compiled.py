"""Compiling a kernel: numba, imported only when a kernel is first needed, its machine code kept beside the module for the next run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """The function as machine code that releases the interpreter lock. No fast-math: the same input gives the same bits. Division as NumPy's, for a
    check before each for zero keeps loops from being vectorised; every divisor is bounded from below."""
    return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
