"""What a person decided about what was read: each act a revision of its own, with its reason, and none ever final."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from heldby.model.ident import content_id
from heldby.model.status import Symbol
from heldby.model.who import Voice

BY_HAND = "a person"  # who "read" what a person added: no reader reads it again


class Verb(StrEnum):
    """What an act does to the claims it names."""

    ACCEPT = "accept"  # read as it should be: weighs as before, and says so
    REJECT = "reject"  # not weighed
    CORRECT = "correct"  # weighed as corrected
    MERGE = "merge"  # their voices are one, here and wherever else they speak
    ADD = "add"  # a claim of a person's own, with its evidence
    UNDO = "undo"  # an earlier act no longer counts


@dataclass(frozen=True, slots=True)
class Correction:
    """What a claim says instead; empty parts stay as they were read. `unit_id` stands in the place of `was` (needed where a claim names several
    units), `holder` is a side, `when` EDTF, `voice` who speaks."""

    unit_id: str = ""
    was: str = ""
    symbol: Symbol | None = None
    holder: str = ""
    when: str = ""
    voice: Voice | None = None

    @property
    def empty(self) -> bool:
        return self == Correction(was=self.was)


@dataclass(frozen=True, slots=True)
class Act:
    """`claim_ids` are the claims as they were read; `report_id` the report that an addition brought; `undoes` the act taken back; `after` the act
    before this one in the ledger, which tells the same decision made twice apart."""

    verb: Verb
    reason: str
    claim_ids: tuple[str, ...] = ()
    correction: Correction | None = None
    report_id: str = ""
    undoes: str = ""
    after: str = ""

    @property
    def id(self) -> str:
        said = self.correction
        voice = [said.voice.text, said.voice.kind, said.voice.side] if said and said.voice else []
        parts = [said.unit_id, said.was, said.symbol, said.holder, said.when, *voice] if said else []
        return content_id("v", self.verb, self.reason, list(self.claim_ids), parts, self.report_id, self.undoes, self.after)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """An act as it stands in the ledger: by whom, when (UTC as text), in which revision; `undone` by the id of a later act."""

    act: Act
    author: str
    recorded: str
    revision: int
    undone: str = ""
