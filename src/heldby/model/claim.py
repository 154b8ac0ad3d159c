"""What one voice asserts in one passage, and other people's tallies. Field values are those of the gold."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from heldby.model.ident import Plain, content_id
from heldby.model.place import Place
from heldby.model.report import Gap, Passage
from heldby.model.when import When
from heldby.model.who import Chain


class Relation(StrEnum):
    CAPTURED = "captured"
    RETOOK = "retook"
    CONTROLS = "controls"
    LOST = "lost"
    REPELLED = "repelled"
    WITHDREW = "withdrew"
    CONTESTS = "contests"
    SIEGE_LIFTED = "siege_lifted"
    BESIEGES = "besieges"
    ATTACKED = "attacked"


class Polarity(StrEnum):
    ASSERTED = "asserted"
    DENIED = "denied"


class Modality(StrEnum):
    FACTUAL = "factual"
    PLANNED = "planned"
    POSSIBLE = "possible"
    PAST_BACKGROUND = "past_background"


@dataclass(frozen=True, slots=True)
class Claim:
    """One voice, one relation, one actor, one stance, one time, with the places it names.

    `actor_text` and `from_text` as written; `actor` and `from_actor` actor ids ("" where nobody is named and none can be inferred);
    `inferred` says the actor comes from the context; `hedged` marks "reportedly", "appeared to". `rule` names what made it,
    `trace` what the reader saw. `when` is the event time, None where the text gives none.
    """

    report_id: str
    passage: Passage
    relation: Relation
    actor_text: str | None
    actor: str
    places: tuple[Place, ...]
    chain: Chain
    speaker_side: str
    from_text: str | None = None
    from_actor: str = ""
    polarity: Polarity = Polarity.ASSERTED
    modality: Modality = Modality.FACTUAL
    hedged: bool = False
    when: When | None = None
    inferred: bool = False
    rule: str = ""
    trace: tuple[str, ...] = ()

    @property
    def identity(self) -> tuple[Plain, ...]:
        """What tells this claim from every other: its id is made of it, and it costs a tenth of that."""
        places = tuple((p.text, p.start, p.end, p.unit_id) for p in self.places)
        voices = tuple(v.key for v in self.chain)
        when = self.when.edtf() if self.when else None
        return (
            self.report_id,
            self.passage.start,
            self.passage.end,
            self.relation,
            self.actor,
            self.from_actor,
            places,
            self.polarity,
            self.modality,
            voices,
            when,
        )

    @property
    def id(self) -> str:
        return content_id("c", *self.identity)


class Qualifier(StrEnum):
    EXACT = "exact"
    ABOUT = "about"
    OVER = "over"
    UNDER = "under"
    NEARLY = "nearly"
    RANGE = "range"


@dataclass(frozen=True, slots=True)
class PublishedTally:
    """Somebody else's tally, read from text: a count or a share (0..1) of `unit` ("districts", "territory_share" ...)."""

    report_id: str
    passage: Passage
    actor: str
    relation: Relation
    unit: str
    chain: Chain
    speaker_side: str
    count: int | None = None
    share: float | None = None
    of: int | None = None
    qualifier: Qualifier = Qualifier.EXACT
    scope: str | None = None
    period: str | None = None
    as_of: When | None = None
    polarity: Polarity = Polarity.ASSERTED
    modality: Modality = Modality.FACTUAL
    rule: str = ""

    @property
    def id(self) -> str:
        voices = [v.key for v in self.chain]
        return content_id(
            "t",
            self.report_id,
            self.passage.start,
            self.passage.end,
            self.actor,
            self.relation,
            self.unit,
            self.count,
            self.share,
            self.of,
            self.qualifier,
            voices,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read from one report, in order of passage."""

    report_id: str
    claims: tuple[Claim, ...] = ()
    tallies: tuple[PublishedTally, ...] = ()
    gaps: tuple[Gap, ...] = ()
