"""A unit as known by an instant: its standing testimonies, the chain over its possible holders, and the steps of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from heldby.model.status import Testimony
from heldby.model.theatre import Theatre
from heldby.weigh.chain import Array, Chain, Passes, Step, day_of, end_of
from heldby.weigh.evidence import sides_of, standing, steps_of
from heldby.weigh.priors import Priors
from heldby.weigh.terms import Terms


@dataclass(frozen=True, slots=True)
class Case:
    """`testimonies` in the order they became known; `steps` in order of event time, `order[i]` the testimony of step i."""

    unit_id: str
    known_by: datetime
    terms: Terms
    chain: Chain
    testimonies: tuple[Testimony, ...]
    steps: tuple[Step, ...]
    order: tuple[int, ...]
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)  # what follows from the rest, worked out once

    @property
    def theatre(self) -> Theatre:
        return self.terms.theatre

    @property
    def priors(self) -> Priors:
        return self.terms.priors

    @property
    def passes(self) -> Passes:
        """The chain's passes over the steps."""
        if "passes" not in self.memo:
            self.memo["passes"] = self.chain.passes(self.steps)
        found: Passes = self.memo["passes"]
        return found

    def posterior(self, days: Sequence[date]) -> Array:
        """Posterior [days, states] at the end of each of the ascending days."""
        return self.chain.trace(self.steps, [end_of(d) for d in days], self.passes)

    @property
    def since(self) -> date | None:
        """The day of the first evidence; before it nothing is known. None without evidence."""
        return day_of(self.steps[0].tick) if self.steps else None


def build_case(unit_id: str, testimonies: Sequence[Testimony], known_by: datetime, terms: Terms) -> Case:
    """The case of a unit. Testimonies not yet known, or withdrawn by then, do not count."""
    known = standing(testimonies, known_by)
    sides = sides_of(known, terms.theatre)
    steps = steps_of(known, sides, terms)
    return Case(unit_id, known_by, terms, terms.chain(sides), known, tuple(s for _, s in steps), tuple(i for i, _ in steps))


def first_day(t: Testimony) -> date:
    """The first day a testimony may speak of: of an interval without a start, its last."""
    return t.when.first_day or t.when.last_day or t.known.date()


def last_day(t: Testimony) -> date:
    return t.when.last_day or t.when.first_day or t.known.date()
