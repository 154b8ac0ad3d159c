"""What a reading looked at beside its claims: names, rules considered, voices heard, and what was refused, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from heldby.model.rulebook import Cue


class Refusal(StrEnum):
    """Why something that might have been a claim, or part of one, is none. `REASONS` has each in words."""

    # the report
    LANGUAGE = "language"
    NOT_ADMITTED = "not-admitted"
    # a sentence, at the gate
    NO_OPENER = "no-opener"
    ALONE = "alone"
    NO_WHERE = "no-where"
    # a frame whose word stands there
    PASSIVE = "passive"
    PERSON = "person"
    PARTICLE = "particle"
    OTHER_VERB = "other-verb"
    NO_OBJECT = "no-object"
    OTHER_OBJECT = "other-object"
    TOLD_BELOW = "told-below"
    BLOCKED = "blocked"
    MISSING_PART = "missing-part"
    GOING_ON = "going-on"
    NOT_BESIDE = "not-beside"
    PREPOSITION = "preposition"
    # a frame that fits the sentence
    NO_PLACE = "no-place"
    NO_PARTY = "no-party"
    NOBODY = "nobody"
    NO_LOSER = "no-loser"
    UNSURE_LOAN = "unsure-loan"
    NOTHING_TO_BORROW = "nothing-to-borrow"
    TOLD_ALREADY = "told-already"
    NOT_TOLD = "not-told"
    OWN_SIDE = "own-side"
    TOO_WIDE = "too-wide"
    OTHER_SORT = "other-sort"
    ONLY_DENIES = "only-denies"
    # a claim that was made
    NO_ACTOR = "no-actor"
    NAMELESS = "nameless"
    REPEATED = "repeated"
    COUNTED = "counted"
    # a voice
    OTHER_WORDS = "other-words"
    ANSWERS_NOTHING = "answers-nothing"
    NO_CLAIM_ANSWERED = "no-claim-answered"


@dataclass(frozen=True, slots=True)
class Reason:
    """A refusal in words, and where it is mended: `keys` of the rule's own entry, or a `file` of the rules or the theatre."""

    words: str
    keys: tuple[str, ...] = ()
    file: str = ""


NOUNS = "nouns.toml"
NAMES = "the theatre's names and " + NOUNS
ACTORS = "the theatre's actors.toml and " + NOUNS
VOICES = "voices.toml"
REASONS: dict[Refusal, Reason] = {
    Refusal.LANGUAGE: Reason("not in the language that the rules read"),
    Refusal.NOT_ADMITTED: Reason(
        "no stretch of it has both a word that opens a rule and something that may be a place", file="frames.toml"
    ),
    Refusal.NO_OPENER: Reason("no word of it opens a rule", file="frames.toml"),
    Refusal.ALONE: Reason("its words open a rule only beside others", file="frames.toml"),
    Refusal.NO_WHERE: Reason("names no known place, no noun for one and no pronoun that may stand for one", file=NAMES),
    Refusal.PASSIVE: Reason("stands in the passive, and the rule does not", ("passive",)),
    Refusal.PERSON: Reason("is told of a person (“who”)"),
    Refusal.PARTICLE: Reason("the rule's verb goes on with a word that is not there", ("verbs",)),
    Refusal.OTHER_VERB: Reason("is another verb together with the word behind it", ("verbs", "parts")),
    Refusal.NO_OBJECT: Reason("its object is none of the rule's", ("objects",)),
    Refusal.OTHER_OBJECT: Reason("has an object, and the rule's verb has none", ("object",)),
    Refusal.TOLD_BELOW: Reason("is told by the verb below it"),
    Refusal.BLOCKED: Reason("stands beside a word that the rule refuses", ("block",)),
    Refusal.MISSING_PART: Reason("a part that the rule needs is not there", ("needs", "parts")),
    Refusal.GOING_ON: Reason("is going on, and only describes a noun", ("ongoing",)),
    Refusal.NOT_BESIDE: Reason("stands beside none of the words that the rule wants", ("beside",)),
    Refusal.PREPOSITION: Reason("stands behind none of the rule's prepositions", ("preps",)),
    Refusal.NO_PLACE: Reason("what stands where the place should is no place", file=NAMES),
    Refusal.NO_PARTY: Reason("what stands where the actor should is no party", file=ACTORS),
    Refusal.NOBODY: Reason("nobody stands where the rule wants its actor", ("needs",)),
    Refusal.NO_LOSER: Reason("what stands where the loser should is no party", file=ACTORS),
    Refusal.UNSURE_LOAN: Reason("has no place of its own, and that of its neighbour is too unsure"),
    Refusal.NOTHING_TO_BORROW: Reason("has no place of its own, and no event near it lends one"),
    Refusal.TOLD_ALREADY: Reason("is told by another rule on the same words"),
    Refusal.NOT_TOLD: Reason("is asked, prevented, only imagined, or left open", file="words.toml and voices.toml"),
    Refusal.OWN_SIDE: Reason("is handed over to its own side"),
    Refusal.TOO_WIDE: Reason("is told of a whole country or of places without names, where only a place can be left or fought over"),
    Refusal.OTHER_SORT: Reason("is told of a place of another sort than the rule's", ("sorts",)),
    Refusal.ONLY_DENIES: Reason("is told the other way round than the rule tells it", ("only",)),
    Refusal.NO_ACTOR: Reason("says what happened to a place, but not who did it, and nothing near tells", file=ACTORS),
    Refusal.NAMELESS: Reason("names no place", file=NAMES),
    Refusal.REPEATED: Reason("the same voice says it, or something stronger of the same place, elsewhere"),
    Refusal.COUNTED: Reason("only says without names what a tally counts"),
    Refusal.OTHER_WORDS: Reason("what this voice says are other words than the claim's", file=VOICES),
    Refusal.ANSWERS_NOTHING: Reason("nothing said before fits what is answered", file=VOICES),
    Refusal.NO_CLAIM_ANSWERED: Reason("no claim told as fact stands in the words it answers, or it is the answerer's own"),
}


class MarkKind(StrEnum):
    PLACE = "place"
    ACTOR = "actor"
    OUTLET = "outlet"
    TIME = "time"
    UNKNOWN = "unknown-name"  # written like a name, known to nobody


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters [start, end) of a report that name something, and `what` (ids, a date in EDTF); `rule` made a time of them."""

    start: int
    end: int
    kind: MarkKind
    what: tuple[str, ...] = ()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Characters [start, end) that fill a role of a frame ("actor", "place", "loser"), or a part of a clause ("subject", "object", "in")."""

    role: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Turn:
    """What the words [start, end) did to the stance: "planned", "denied", "hedged" ...; `rules` are the entries of word classes that say so."""

    start: int
    end: int
    effects: tuple[str, ...]
    rules: tuple[Cue, ...] = ()


@dataclass(frozen=True, slots=True)
class Considered:
    """A rule met at the anchor [start, end): the claims it made (numbers in the reading), or why it made none.

    `details` say what exactly stood in the way; `refusal` is None where every claim of it stands. `clause` is what the parser took for the
    anchor's subject, object and prepositional parts.
    """

    rule: str
    relation: str
    start: int
    end: int
    parts: tuple[Part, ...] = ()
    claims: tuple[int, ...] = ()
    refusal: Refusal | None = None
    details: tuple[str, ...] = ()
    stance: tuple[Turn, ...] = ()
    clause: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Hearing:
    """A voice heard in a sentence: its chain behind the publisher, the words that bring it in, and the characters of this sentence that are
    its own. `claims` are those told in it; with none, `refusal` says why."""

    voices: tuple[str, ...]
    side: str
    start: int
    end: int
    spans: tuple[tuple[int, int], ...]
    denies: bool = False
    claims: tuple[int, ...] = ()
    refusal: Refusal | None = None
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SentenceTrace:
    """One sentence, characters [start, end): what it names, which rules were considered, who speaks, which claims and tallies rest on it.

    `refusal` is the gate's, None where it let the sentence through; `unruled` are verbs that no rule knows.
    """

    index: int
    start: int
    end: int
    marks: tuple[Mark, ...] = ()
    considered: tuple[Considered, ...] = ()
    heard: tuple[Hearing, ...] = ()
    claims: tuple[int, ...] = ()
    tallies: tuple[int, ...] = ()
    refusal: Refusal | None = None
    details: tuple[str, ...] = ()
    unruled: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """How one report was read, sentence by sentence. `refusal` says why none of it was, if so."""

    report_id: str
    sentences: tuple[SentenceTrace, ...] = ()
    refusal: Refusal | None = None
