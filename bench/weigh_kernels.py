"""The dense fill and the update of the learned model, beside a bare forward-backward pass: `python bench/weigh_kernels.py [--seed 11] [--world big]`.

Seconds of processor time on one core, the best of `--rounds`, arrays in and code warm. The bare pass multiplies out a chain of three and of five hidden
states over as many places and days, its emissions given as numbers, and scales as it goes (Rabiner 1989): it knows of no sources, copies, silence or
exposure. Ours has five states a place and day (two sides, fresh and settled, and contested) and fills three. The update is of 1,000 claims drawn at random and
left out of the rest; its posterior is compared with the full run's to the bit.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numba
import numpy as np

from heldby.weigh.learned import ByUnit, learn, posterior, refill
from heldby.weigh.learned.lanes import smooth
from heldby.weigh.learned.model import exposures
from weigh_worlds import WORLDS, make, table_of

STATES = (3, 5)


@numba.njit(nogil=True)
def bare(emission: np.ndarray, move: np.ndarray, start: np.ndarray, out: np.ndarray) -> None:
    """Smoothed posteriors of independent chains: `emission` and `out` [places, days, states] float32, `move` [states, states], `start` [states]."""
    places, days, states = emission.shape
    ahead, back, next_back = np.empty((days, states), np.float32), np.empty(states, np.float32), np.empty(states, np.float32)
    for u in range(places):
        for d in range(days):
            total = np.float32(0)
            for j in range(states):
                x = start[j] if d == 0 else np.float32(0)
                if d:
                    for i in range(states):
                        x += ahead[d - 1, i] * move[i, j]
                x *= emission[u, d, j]
                ahead[d, j] = x
                total += x
            scale = np.float32(1) / total
            for j in range(states):
                ahead[d, j] *= scale
        for j in range(states):
            back[j] = 1
        for d in range(days - 1, -1, -1):
            total = np.float32(0)
            for j in range(states):
                x = ahead[d, j] * back[j]
                out[u, d, j] = x
                total += x
            scale = np.float32(1) / total
            for j in range(states):
                out[u, d, j] *= scale
                next_back[j] = back[j] * emission[u, d, j]
            total = np.float32(0)
            for i in range(states):
                x = np.float32(0)
                for j in range(states):
                    x += move[i, j] * next_back[j]
                back[i] = x
                total += x
            scale = np.float32(1) / total
            for i in range(states):
                back[i] *= scale


def best(work: Callable[[], object], rounds: int) -> float:
    """Seconds of processor time, the least of `rounds`."""
    least = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        work()
        least = min(least, time.process_time() - began)
    return least


def bare_seconds(places: int, days: int, states: int, rounds: int) -> float:
    """The bare pass over made-up emissions of this size."""
    emission = np.random.default_rng(0).random((places, days, states), dtype=np.float32)
    move = np.full((states, states), 0.01, np.float32) + np.eye(states, dtype=np.float32) * np.float32(1 - 0.01 * states)
    out, start = np.empty_like(emission), np.full(states, 1 / states, np.float32)
    bare(emission[:2], move, start, out[:2])
    return best(lambda: bare(emission, move, start, out), rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--world", default="big", choices=sorted(WORLDS))
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    places, days = WORLDS[asked.world][:2]
    with tempfile.TemporaryDirectory() as folder:
        table = table_of(asked.world, make(asked.world, asked.seed, Path(folder)))
    window = (0, days - 1)
    model = learn(table, window)
    laid = model.layout(table)
    tables = model.tables(laid)
    seen = exposures(model, laid, tables, 1)
    order, filled = np.argsort(seen, kind="stable").astype(np.int64), np.empty((places, days, 3), np.float32)

    def fill() -> None:
        smooth(laid.rows, tables, window, (order, seen), (0,) * 5, filled)

    fill()
    passes = {n: bare_seconds(places, days, n, asked.rounds) for n in STATES}
    looks, whole = best(lambda: exposures(model, laid, tables, 1), asked.rounds), best(fill, asked.rounds)
    print(f"{asked.world}, seed {asked.seed}: {places} places, {days} days, {len(table)} claims; processor seconds on one core")
    for n, seconds in passes.items():
        print(f"bare forward-backward, {n} states  {seconds:6.3f} s")
    for name, seconds in (("dense fill", whole), ("dense fill with its exposures", whole + looks)):
        told = ", ".join(f"{passes[n] / seconds:.2f} of the speed of the bare pass of {n}" for n in STATES)
        print(f"{name:32} {seconds:6.3f} s: {told}")
    full = posterior(model, laid, window)
    left_out = np.zeros(len(table), bool)
    left_out[np.random.default_rng(1).choice(len(table), 1000, replace=False)] = True
    before, new = ByUnit.of(table.rows(~left_out)), table.rows(left_out)
    units, again = refill(model, before, new, window)
    seconds = best(lambda: refill(model, before, new, window), 3 * asked.rounds)
    print(f"1,000 new claims on {len(units)} units {1000 * seconds:6.1f} ms; equal to the full run: {bool((again == full[units]).all())}")


if __name__ == "__main__":
    main()
