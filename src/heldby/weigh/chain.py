"""A hidden Markov chain over who holds a unit: each side fresh or settled, and contested.

Time runs in ticks of three hours. Between evidence the chain moves by the matrix exponential of its rates; a piece of evidence is a
non-negative matrix that may weigh a jump (a capture) as well as a state. Forward and backward passes are those of Rabiner 1989, in
event time: only ticks with evidence are visited. The phases (fresh, settled) give holds of realistic length (Cox 1955).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from heldby.model.status import CONTESTED
from heldby.weigh.priors import Priors, VoiceLine

Array: TypeAlias = npt.NDArray[np.float64]
Passes: TypeAlias = tuple[list[Array], list[Array]]  # forward, backward
TICKS_A_DAY = 8
_TICK = timedelta(hours=24 // TICKS_A_DAY)
_EPOCH = datetime(1900, 1, 1)  # noqa: DTZ001 - civil time of the theatre


def tick_of(civil: datetime) -> int:
    """The first tick not before this civil time."""
    return -((_EPOCH - civil) // _TICK)


def end_of(day: date) -> int:
    """The tick at which a civil day ends."""
    return ((day - _EPOCH.date()).days + 1) * TICKS_A_DAY


def day_of(tick: int) -> date:
    """The civil day at whose end, or in whose course, a tick falls."""
    return _EPOCH.date() + timedelta(days=(tick - 1) // TICKS_A_DAY)


@dataclass(frozen=True, slots=True)
class Step:
    """Evidence at a tick: `matrix[z, w]` weighs being in z just before and in w just after it."""

    tick: int
    matrix: Array
    line: VoiceLine | None = None  # the line of the table it was weighed by


@dataclass(frozen=True, slots=True)
class Chain:
    """Rates and start for these sides (two at least). States in order: side 0 fresh, side 0 settled, side 1 fresh, ..., contested."""

    sides: tuple[str, ...]
    start: Array
    rates: Array
    _steps: dict[int, Array] = field(default_factory=dict, compare=False, repr=False)
    _stacks: dict[int, Array] = field(default_factory=dict, compare=False, repr=False)

    @property
    def states(self) -> tuple[str, ...]:
        """What the outside sees: the sides and contested."""
        return (*self.sides, CONTESTED)

    def across(self, ticks: int) -> Array:
        """Transition matrix over a gap; kept, since gaps recur."""
        found = self._steps.get(ticks)
        if found is None:
            found = self._steps[ticks] = _exponential(self.rates * (ticks / TICKS_A_DAY))
        return found

    def forward(self, steps: Sequence[Step]) -> list[Array]:
        """State weights just after each step, given it and those before; each sums to one."""
        out: list[Array] = []
        now = self.start
        for i, step in enumerate(steps):
            if i and step.tick != steps[i - 1].tick:
                now = now @ self.across(step.tick - steps[i - 1].tick)
            now = now @ step.matrix
            now = now / now.sum()
            out.append(now)
        return out

    def backward(self, steps: Sequence[Step]) -> list[Array]:
        """Weight of everything after each step, by the state just after it; scaled to a largest value of one."""
        out: list[Array] = [np.ones(len(self.start))]
        for i in range(len(steps) - 1, 0, -1):
            back = self.before(steps, i, out[-1], steps[i - 1].tick)
            out.append(back / back.max())
        return out[::-1]

    def before(self, steps: Sequence[Step], i: int, after: Array, tick: int) -> Array:
        """Weight of step `i` and all after it (`after` it), by the state at an earlier `tick`."""
        back = steps[i].matrix @ after
        return self.across(steps[i].tick - tick) @ back if steps[i].tick != tick else back

    def at(self, steps: Sequence[Step], tick: int) -> Array:
        """Posterior over `states` at the end of `tick`, given all steps; before the first step, as far as they reach back."""
        past = [s for s in steps if s.tick <= tick]
        now = self.start
        if past:
            now = self.forward(past)[-1]
            now = now @ self.across(tick - past[-1].tick) if tick != past[-1].tick else now
        later = steps[len(past) :]
        if later:
            now = now * self.before(later, 0, self.backward(later)[0], tick)
        return self.fold(now / now.sum())

    def passes(self, steps: Sequence[Step]) -> Passes:
        """Both passes over the steps, for `trace`."""
        return self.forward(steps), self.backward(steps)

    def trace(self, steps: Sequence[Step], ticks: Sequence[int], passes: Passes) -> Array:
        """Posterior [len(ticks), states] at the end of each of the ascending `ticks`, given all steps. Ticks between the same two steps are
        worked out together."""
        out = np.empty((len(ticks), len(self.states)))
        if not len(ticks):
            return out
        ahead, back = passes
        begun = [s.tick for s in steps]
        at = [bisect_right(begun, t) - 1 for t in ticks]  # the last step not after each tick
        first = 0
        while first < len(ticks):
            i, end = at[first], bisect_right(at, at[first])
            some = ticks[first:end]
            now = np.tile(self.start, (len(some), 1)) if i < 0 else np.matmul(ahead[i], self._apart([t - begun[i] for t in some]))
            if i + 1 < len(steps):
                after = np.matmul(self._apart([begun[i + 1] - t for t in reversed(some)]), steps[i + 1].matrix @ back[i + 1])
                now = now * after[::-1]
            out[first:end] = self.fold(now / now.sum(axis=1, keepdims=True))
            first = end
        return out

    def _apart(self, gaps: Sequence[int]) -> Array:
        """Transition matrices [len(gaps), z, w] over each of the ascending gaps. Those a day apart from each other are kept, for most are."""
        first, wide = gaps[0], len(gaps)
        if wide < 4 or gaps[-1] - first != (wide - 1) * TICKS_A_DAY:
            return np.stack([self.across(g) for g in gaps])
        kept = self._stacks.get(first)
        if kept is None or len(kept) < wide:
            grown = max(wide, 2 * len(kept)) if kept is not None else wide
            kept = self._stacks[first] = np.stack([self.across(first + k * TICKS_A_DAY) for k in range(grown)])
        return kept[:wide]

    def fold(self, phases: Array) -> Array:
        """Phases of one side added up: an array [..., states] of one [..., phases]."""
        out = np.empty((*phases.shape[:-1], len(self.sides) + 1))
        out[..., :-1] = phases[..., :-1:2] + phases[..., 1:-1:2]
        out[..., -1] = phases[..., -1]
        return out


def build_chain(sides: tuple[str, ...], priors: Priors, pace: float = 1.0) -> Chain:
    """The chain for these sides; `pace` multiplies the rates at which holds are lost or contested. Raises ValueError with fewer than two."""
    if len(sides) < 2:
        raise ValueError(f"a place needs two possible holders: {sides}")
    motion, others, size = priors.motion, len(sides) - 1, 2 * len(sides) + 1
    rates = np.zeros((size, size))
    for a in range(len(sides)):
        fresh, settled = 2 * a, 2 * a + 1
        rates[fresh, settled] = motion.settle
        for phase, times in ((fresh, motion.fresh * pace), (settled, pace)):
            rates[phase, -1] = motion.contest * times
            for b in range(len(sides)):
                if b != a:
                    rates[phase, 2 * b] = motion.take * times / others
        rates[-1, fresh] = motion.resolve / len(sides)
    np.fill_diagonal(rates, -rates.sum(axis=1))
    start = np.zeros(size)
    start[1:-1:2] = (1 - priors.start.contested) / len(sides)
    start[-1] = priors.start.contested
    return Chain(sides, start, rates)


def _exponential(matrix: Array) -> Array:
    """exp of a rate matrix by scaling and squaring with a Taylor series (Moler & Van Loan 2003, method 3); rows sum to one."""
    norm = float(np.abs(matrix).sum(axis=1).max())
    squarings = max(0, int(np.ceil(np.log2(norm))) + 4) if norm > 0 else 0
    scaled = matrix / 2.0**squarings
    out = term = np.eye(len(matrix))
    for k in range(1, 12):
        term = term @ scaled / k
        out = out + term
    for _ in range(squarings):
        out = out @ out
    out = np.clip(out, 0.0, None)
    result: Array = out / out.sum(axis=1, keepdims=True)
    return result
