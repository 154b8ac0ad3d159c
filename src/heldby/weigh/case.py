"""A unit as known by an instant: its standing testimonies, the chain over its possible holders, and the steps of evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from heldby.model.status import Testimony
from heldby.model.theatre import Theatre
from heldby.weigh.chain import Array, Chain, Passes, Step, day_of, end_of
from heldby.weigh.evidence import Laid, Matrices, lay_out, standing, steps_of
from heldby.weigh.priors import Priors
from heldby.weigh.terms import Terms


@dataclass(frozen=True, slots=True)
class Case:
    """`testimonies` in the order they became known; `steps` in order of event time, `order[i]` the testimony of step i; `laid` how they were laid out,
    whatever was learned of their voices."""

    unit_id: str
    known_by: datetime
    terms: Terms
    chain: Chain
    testimonies: tuple[Testimony, ...]
    steps: tuple[Step, ...]
    order: tuple[int, ...]
    laid: Laid
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
    def matrices(self) -> Matrices:
        """What its testimonies weigh here, for cases of some of them."""
        laid, told = self.laid, self.testimonies
        return {(told[i].id, share, laid.sides): s.matrix for i, share, s in zip(laid.order, laid.shares, self.steps, strict=True)}

    @property
    def since(self) -> date | None:
        """The day of the first evidence; before it nothing is known. None without evidence."""
        return day_of(self.steps[0].tick) if self.steps else None


def build_case(
    unit_id: str,
    testimonies: Sequence[Testimony],
    known_by: datetime,
    terms: Terms,
    like: Case | None = None,
    matrices: Matrices | None = None,
) -> Case:
    """The case of a unit. Testimonies not yet known, or withdrawn by then, do not count. `like`: a case of the same theatre and priors; of the same
    testimonies under another record, it gives all that the record does not change. `matrices`: of other cases of the unit under the same terms."""
    known = standing(testimonies, known_by)
    same = like is not None and like.terms.theatre is terms.theatre and like.testimonies == known
    laid = like.laid if like is not None and same else lay_out(known, terms)
    steps = steps_of(known, laid, terms, like.steps if like is not None and same else (), matrices)
    chain = terms.chain(laid.sides)
    if like is not None and same and chain is like.chain and all(a is b for a, b in zip(steps, like.steps, strict=True)):
        return replace(like, unit_id=unit_id, known_by=known_by, terms=terms)
    return Case(unit_id, known_by, terms, chain, known, steps, laid.order, laid)


def first_day(t: Testimony) -> date:
    """The first day a testimony may speak of: of an interval without a start, its last."""
    return t.when.first_day or t.when.last_day or t.known.date()


def last_day(t: Testimony) -> date:
    return t.when.last_day or t.when.first_day or t.known.date()
