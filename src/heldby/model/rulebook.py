"""Rules as values: control frames, cues and word classes, each with the examples that test it. `heldby.rules` loads them from TOML."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from heldby.model.claim import Modality, Polarity, Relation


class Role(StrEnum):
    """What a part of a frame stands for."""

    ACTOR = "actor"
    PLACE = "place"
    LOSER = "loser"
    NONE = "none"


class Build(StrEnum):
    """The constructions the engine knows.

    verb: a verb with subject, object and prepositional parts (its passive is derived); state: a preposition and a noun that carry the actor
    ("in the hands of Y", "under Y control"); noun: a nominal ("the capture of X by Y"); compound: "Y-held X"; standing: what a place is to
    an actor ("X, the last stronghold of Y"); tie: a preposition of several words between an actor and a place ("Y in control of X").
    """

    VERB = "verb"
    STATE = "state"
    NOUN = "noun"
    COMPOUND = "compound"
    STANDING = "standing"
    TIE = "tie"


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence and the claims it must give, each "relation | actor | place", with "denied", "planned" ... behind; () means none at all."""

    text: str
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """One way to say that a place is taken, held, lost, left, fought for.

    `verbs` are base forms, with their particle ("take over"); `nouns` the heads of a state, noun or standing frame; `objects` nouns that must
    head a verb's object ("take control", "repel an attack"), whose own modifier and prepositional parts then fill roles too; `preps` the
    prepositions of a state. `parts` maps prepositions to roles. `needs` are the roles without which nothing is claimed. `home` replaces the
    relation where the actor is the state of the place's country (a state that liberates takes back). `shifts` maps verbs that govern a state to
    relations ("come under control"). `strict` wants a known name or a place noun where the place stands. `block` are words that veto. `again`
    replaces the relation of a state beside "back" or "again", `ongoing` that of a verb that goes on ("are defending"), `lasting` that of a verb
    that tells a state ("is occupied by", "have occupied since"). `moves` keeps a state frame to the verbs of its `shifts`. `echoes` takes
    relation and parties from the event told just before ("Kunduz followed"). `borrow` lets a frame
    without a place take that of another event of its sentence, of the sentence's opening ("In Kunduz, ..."), or, of an attack, of the
    sentence before. `beside` are words one of which must stand near the verb ("still" of "are still in"), `sorts` the sorts of place it is
    told of ("road"), `definite` wants it named or with "the"; `only` is the polarity that it is told in ("there are no soldiers left in").
    """

    id: str
    relation: Relation
    build: Build
    verbs: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    preps: tuple[str, ...] = ()
    subject: Role = Role.ACTOR
    object: Role = Role.PLACE
    modifier: Role = Role.NONE
    parts: tuple[tuple[str, Role], ...] = ()
    needs: tuple[Role, ...] = (Role.PLACE,)
    home: Relation | None = None
    shifts: tuple[tuple[str, Relation], ...] = ()
    polarity: Polarity = Polarity.ASSERTED
    modality: Modality = Modality.FACTUAL
    strict: bool = False
    passive: bool = True
    block: tuple[str, ...] = ()
    again: Relation | None = None
    ongoing: Relation | None = None
    lasting: Relation | None = None
    moves: bool = False
    echoes: bool = False
    borrow: bool = False
    beside: tuple[str, ...] = ()
    sorts: tuple[str, ...] = ()
    only: Polarity | None = None
    definite: bool = False
    examples: tuple[Example, ...] = ()
    origin: str = field(default="", compare=False)  # file and line it is written at, "en/frames.toml:31"

    def part(self, prep: str) -> Role:
        """The role of what follows `prep`."""
        return next((role for p, role in self.parts if p == prep), Role.NONE)


@dataclass(frozen=True, slots=True)
class Cue:
    """A word or phrase of one class ("reporting", "denial", "hedge", "plan", "attempt", "agent-noun", "place-noun", "time" ...) with its value."""

    kind: str
    text: str
    value: str = ""
    origin: str = field(default="", compare=False)


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
    origin: str = field(default="", compare=False)


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

    def where(self, rule: str) -> str:
        """File and line at which the rule that a claim, a tally or a time names is written; "" for none of this rulebook.

        What stands around the id is looked through: "engine:... captured.verb+denial" is captured.verb.
        """
        ident = rule.rpartition(" ")[2].partition("+")[0]
        subject, _, form = ident.partition(".")
        forms = next((p.forms for p in self.phrasebooks if p.subject == subject), ())
        return next((f.origin for f in self.frames if f.id == ident), "") or next((f.origin for f in forms if f.id == form), "")

    def where_word(self, kind: str, text: str) -> str:
        """File and line of the word class that lists `text`; "" if none does."""
        return next((c.origin for c in self.cues if c.kind == kind and c.text == text), "")
