"""Rules as values: control frames, cues and word classes, each with the examples that test it. `heldby.rules` loads them from TOML."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from heldby.model.claim import Modality, Polarity, Relation


class Slot(StrEnum):
    """Where a frame's party or place stands."""

    SUBJECT = "subject"
    OBJECT = "object"
    BY = "by"
    FROM = "from"
    TO = "to"
    OF = "of"
    IN = "in"
    PREMODIFIER = "premodifier"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence and the claims it must give, each "relation | actor | place" with "denied", "planned" ... behind; () means none."""

    text: str
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """One way to say that a place is taken, held, lost, left, fought for.

    `triggers` are base forms or phrases ("take control of"); `pattern` names the construction the engine knows (active verb, passive, "X fell to Y",
    nominal "the fall of X", compound "X-held"); slots say which party and place it fills; `strict` wants a gazetteer name or place noun as object.
    """

    id: str
    relation: Relation
    pattern: str
    triggers: tuple[str, ...]
    actor: Slot = Slot.SUBJECT
    place: Slot = Slot.OBJECT
    loser: Slot = Slot.NONE
    polarity: Polarity = Polarity.ASSERTED
    modality: Modality = Modality.FACTUAL
    strict: bool = False
    block: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Cue:
    """A word or phrase of one class ("reporting", "denial", "hedge", "plan", "attempt", "agent-noun", "place-noun", "time" ...) with its value."""

    kind: str
    text: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """One written form of a time or of a tally: `pattern` is a regular expression with {word classes}, `value` the name of what it means.

    `examples` are texts that test it, each with what must be read ("" = nothing); `given` is the publication date they are read under.
    """

    id: str
    pattern: str
    value: str
    given: str = ""
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """Word classes and forms for one subject ("dates", "tallies") in one language; forms are tried in the order written."""

    subject: str
    language: str
    words: tuple[Cue, ...]
    forms: tuple[Form, ...]
    digest: str

    def of(self, kind: str) -> tuple[Cue, ...]:
        return tuple(w for w in self.words if w.kind == kind)


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules of one language. `digest` is the SHA-256 of its files: it is part of every reading's provenance."""

    language: str
    frames: tuple[Frame, ...]
    cues: tuple[Cue, ...]
    digest: str
    examples: tuple[Example, ...] = ()
    phrasebooks: tuple[Phrasebook, ...] = ()  # `heldby.rules.phrases.load_phrasebook(subject, language)`: "dates", "tallies"

    def phrasebook(self, subject: str) -> Phrasebook:
        """The phrasebook of `subject`. Raises KeyError if this rulebook has none."""
        found = next((p for p in self.phrasebooks if p.subject == subject), None)
        if found is None:
            raise KeyError(f"no phrasebook for {subject!r}")
        return found

    def of(self, kind: str) -> tuple[Cue, ...]:
        return tuple(c for c in self.cues if c.kind == kind)
