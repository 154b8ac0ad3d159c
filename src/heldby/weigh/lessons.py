"""What one unit teaches: its testimonies laid out once, and what a pass over them says of voices and of changes (the E-step of `learning`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from heldby.model.status import Symbol, Testimony
from heldby.weigh.chain import Array, Chain, Step, tick_of
from heldby.weigh.evidence import matrix_of, sides_of, weights
from heldby.weigh.order import CHANGES, arranged
from heldby.weigh.record import Key, raised
from heldby.weigh.terms import Terms

_ROUNDS = 12  # exponents of which a unit's part is kept


@dataclass(frozen=True, slots=True)
class Lesson:
    """One unit's testimonies that count, in order of event. At exponent b step i weighs `fixed[i] * exp(b * bits[i]) + rest[i]`, [before, after]."""

    sides: tuple[str, ...]
    keys: tuple[Key, ...]
    ticks: tuple[int, ...]
    changes: tuple[bool, ...]
    judged: tuple[bool, ...]
    surveyed: bool  # an exhaustive source speaks of the unit: nothing changes there unheard of, and there is nothing to learn of silence
    fixed: Array
    bits: Array
    rest: Array
    memo: dict[bytes, Taught] = field(default_factory=dict, compare=False, repr=False)  # by exponents, the last few

    @property
    def origins(self) -> tuple[str, ...]:
        return tuple(sorted({key[0] for key in self.keys}))


@dataclass(frozen=True, slots=True)
class Taught:
    """What one unit says under some exponents: changes announced and not, told, borne out and expected by step, gradient by key."""

    announced: float
    unannounced: float
    steps: tuple[tuple[Key, float, float], ...] = ()
    gradient: Mapping[Key, float] = field(default_factory=dict)


@dataclass(slots=True)
class Sums:
    """Added up over units. By key: gradient and information of the exponent, testimonies, how many are borne out, how many expected to be.

    Changes away from a side, announced and not.
    """

    gradient: dict[Key, float] = field(default_factory=dict)
    information: dict[Key, float] = field(default_factory=dict)
    told: dict[Key, float] = field(default_factory=dict)
    borne_out: dict[Key, float] = field(default_factory=dict)
    expected: dict[Key, float] = field(default_factory=dict)
    announced: float = 0.0
    unannounced: float = 0.0

    def add(self, taught: Taught) -> None:
        """One unit's part, step by step: the order of the sums is that of the lessons, whatever was worked out before."""
        self.announced += taught.announced
        self.unannounced += taught.unannounced
        for key, borne_out, expected in taught.steps:
            for into, value in ((self.told, 1.0), (self.borne_out, borne_out), (self.expected, expected)):
                into[key] = into.get(key, 0.0) + value
        for key, value in taught.gradient.items():
            self.gradient[key] = self.gradient.get(key, 0.0) + value
            self.information[key] = self.information.get(key, 0.0) + value * value


def _normalised(joint: Array) -> Array:
    out: Array = joint / joint.sum(axis=(1, 2), keepdims=True)
    return out


@dataclass(frozen=True, slots=True)
class Sweep:
    """Both passes over some steps, as arrays. n steps, K states: `prior` [n, K] just before each step, `ahead` and `back` [n, K] as the chain's,
    `matrix` [n, K, K], `across` [n - 1, K, K] between steps."""

    prior: Array
    ahead: Array
    back: Array
    matrix: Array
    across: Array

    def joint(self) -> Array:
        """Posterior of the states before and after each step [n, K, K]."""
        both: Array = self.prior[:, :, None] * self.matrix * self.back[:, None, :]
        return _normalised(both)

    def between(self) -> Array:
        """Posterior of the states after each step and before the next [n - 1, K, K]."""
        coming = np.einsum("nij,nj->ni", self.matrix[1:], self.back[1:])
        both: Array = self.ahead[:-1, :, None] * self.across * coming[:, None, :]
        return _normalised(both)


def lesson_of(known: Sequence[Testimony], terms: Terms) -> Lesson | None:
    """What is known of a unit (as `standing` gives it), laid out; None where nothing is."""
    share = weights(known, terms)
    line = [(i, tick_of(at)) for i, at in arranged(known, terms) if share[i] > 0]
    if not line:
        return None
    sides = sides_of(known, terms.theatre)
    said = [known[i] for i, _ in line]
    shares = np.array([share[i] for i, _ in line])[:, None, None]
    lines = [terms.assumed(t) for t in said]
    fixed = np.array([matrix_of(t, 1.0, sides, terms, raised(a, 0.0)) for t, a in zip(said, lines, strict=True)])
    full = np.array([matrix_of(t, 1.0, sides, terms, a) for t, a in zip(said, lines, strict=True)])
    bits = np.log(np.divide(full, fixed, out=np.ones_like(full), where=fixed > 0))
    return Lesson(
        sides=sides,
        keys=tuple(terms.key(t) for t in said),
        ticks=tuple(tick for _, tick in line),
        changes=tuple(t.symbol in CHANGES for t in said),
        judged=tuple(t.symbol not in CHANGES and t.symbol is not Symbol.CONTESTS for t in said),
        surveyed=any(t.origin in terms.standing for t in said),
        fixed=shares * fixed,
        bits=bits,
        rest=(1 - shares) * np.eye(fixed.shape[1]),
    )


def expect(lesson: Lesson, chain: Chain, exponents: Array, sums: Sums) -> None:
    """Adds what one unit says under these exponents [n]. `chain` is the same at every call."""
    asked = exponents.tobytes()
    found = lesson.memo.get(asked)
    if found is None:
        if len(lesson.memo) >= _ROUNDS:
            lesson.memo.clear()
        found = lesson.memo[asked] = _taught(lesson, chain, exponents)
    sums.add(found)


def _taught(lesson: Lesson, chain: Chain, exponents: Array) -> Taught:
    grown = lesson.fixed * np.exp(exponents[:, None, None] * lesson.bits)
    matrix = grown + lesson.rest
    everything = sweep(chain, lesson.ticks, matrix)
    joint = everything.joint()
    announced, unannounced = _count_changes(lesson, everything, joint)
    if len(lesson.origins) < 2:  # all that is known is its own word: nothing bears it out
        return Taught(announced, unannounced)
    slope = grown * lesson.bits
    likelier = matrix > 1.0
    steps: list[tuple[Key, float, float]] = []
    gradient: dict[Key, float] = {}
    for origin in lesson.origins:
        own = [i for i, key in enumerate(lesson.keys) if key[0] == origin]
        alone = sweep(chain, [lesson.ticks[i] for i in own], matrix[own])
        by_all, by_itself = _gradient(everything, slope, own), _gradient(alone, slope[own], range(len(own)))
        own_joint = alone.joint()
        for n, i in enumerate(own):
            key = lesson.keys[i]
            if not lesson.judged[i]:
                continue
            gradient[key] = gradient.get(key, 0.0) + by_all[n] - by_itself[n]
            true = likelier[i] if likelier[i].any() else matrix[i] >= 1.0  # a denial makes what it denies less likely, and nothing likelier
            steps.append((key, float(joint[i][true].sum()), float(own_joint[n][true].sum())))
    return Taught(announced, unannounced, tuple(steps), gradient)


def sweep(chain: Chain, ticks: Sequence[int], matrix: Array) -> Sweep:
    """Both passes over steps at these ticks."""
    steps = [Step(tick, m) for tick, m in zip(ticks, matrix, strict=True)]
    ahead, back = (np.array(p) for p in chain.passes(steps))
    same = np.eye(len(chain.start))
    across = np.array([chain.across(b - a) if b != a else same for a, b in pairwise(ticks)])
    across = across.reshape(len(ticks) - 1, *same.shape)
    prior = np.concatenate([chain.start[None], np.einsum("ni,nij->nj", ahead[:-1], across)])
    return Sweep(prior, ahead, back, matrix, across)


def _gradient(found: Sweep, slope: Array, steps: Sequence[int]) -> list[float]:
    """Derivative of the log likelihood by the exponent of each of these steps."""
    index: npt.NDArray[np.intp] = np.array(list(steps), np.intp)
    prior, back = found.prior[index], found.back[index]
    up = np.einsum("ni,nij,nj->n", prior, slope[index], back)
    whole = np.einsum("ni,nij,nj->n", prior, found.matrix[index], back)
    return [float(v) for v in up / whole]


def _count_changes(lesson: Lesson, found: Sweep, joint: Array) -> tuple[float, float]:
    """Expected changes away from a side, announced and not, between the first word and the last."""
    if lesson.surveyed:
        return 0.0, 0.0
    size = found.ahead.shape[1]
    side = np.append(np.arange(size - 1) // 2, -1)
    leaves = (side[:, None] != side[None, :]) & (side[:, None] >= 0)
    told = np.array(lesson.changes)
    told[0] = False  # nothing is known of what was before the first word
    later = np.diff(lesson.ticks) > 0
    return float((joint[told] * leaves).sum()), float((found.between()[later] * leaves).sum())
