"""What all cases of one theatre share: the theatre, the priors, and what follows from them, worked out once."""

from __future__ import annotations

from dataclasses import dataclass, field

from heldby.model.theatre import Theatre
from heldby.weigh.chain import Chain, build_chain
from heldby.weigh.priors import Priors
from heldby.weigh.propositions import Allies, allies_of


@dataclass(frozen=True, slots=True)
class Terms:
    """`allies` are pairs of sides of which neither gains what the other loses; chains are kept by their sides."""

    theatre: Theatre
    priors: Priors
    allies: Allies
    _chains: dict[tuple[str, ...], Chain] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, theatre: Theatre, priors: Priors) -> Terms:
        return cls(theatre, priors, allies_of(theatre))

    def chain(self, sides: tuple[str, ...]) -> Chain:
        found = self._chains.get(sides)
        if found is None:
            found = self._chains[sides] = build_chain(sides, self.priors)
        return found
