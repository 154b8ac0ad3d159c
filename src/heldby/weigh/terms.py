"""What all cases of one theatre share: the theatre, the priors, the record, and what follows from them, worked out once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from heldby.model.status import Testimony
from heldby.model.theatre import Theatre
from heldby.weigh.chain import Chain, build_chain
from heldby.weigh.priors import Priors, VoiceLine
from heldby.weigh.propositions import DENIALS, Allies, allies_of, stake
from heldby.weigh.record import Key, Record, raised


@dataclass(frozen=True, slots=True)
class Terms:
    """`allies` are pairs of sides of which neither gains what the other loses; `standing` the origins that are exhaustive sources; `record` is what
    has been learned; chains are kept by their sides and pace."""

    theatre: Theatre
    priors: Priors
    allies: Allies
    standing: frozenset[str] = frozenset()
    record: Record = field(default_factory=Record)
    _chains: dict[tuple[tuple[str, ...], float], Chain] = field(default_factory=dict, compare=False, repr=False)
    _lines: dict[Key, VoiceLine] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, theatre: Theatre, priors: Priors) -> Terms:
        return cls(theatre, priors, allies_of(theatre), frozenset(o.id for o in theatre.lexicon.outlets if o.exhaustive))

    def with_record(self, record: Record) -> Terms:
        """The same terms with another record, and nothing kept of the old one but chains, which differ by pace alone."""
        return replace(self, record=record, _lines={})

    def assumed(self, t: Testimony) -> VoiceLine:
        """The line of the table that a testimony is weighed by."""
        return self.priors.line(t.voice.kind, stake(t.symbol, t.leaning))

    def key(self, t: Testimony) -> Key:
        """Under what a testimony's voice has its record."""
        return (t.origin, self.assumed(t).id, t.symbol in DENIALS)

    def line(self, t: Testimony) -> VoiceLine:
        """The same line with what its origin's record makes of it."""
        key = self.key(t)
        found = self._lines.get(key)
        if found is None:
            found = self._lines[key] = raised(self.assumed(t), self.record.exponent(*key))
        return found

    def chain(self, sides: tuple[str, ...]) -> Chain:
        pace = self.record.changes.pace
        found = self._chains.get((sides, pace))
        if found is None:
            found = self._chains[sides, pace] = build_chain(sides, self.priors, pace)
        return found
