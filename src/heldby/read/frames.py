"""Frames over clauses: which verbs say that a place is taken, held, lost, and which phrases fill the roles.

A frame is data (heldby.model.rulebook.Frame). Here the verb frames meet the predicates of a parse, active or passive; nominal ones are in
`frames_nominal`. A match only names phrases; whether they are places and parties is decided by whoever asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from heldby.model.claim import Polarity, Relation
from heldby.model.rulebook import Build, Frame, Role
from heldby.model.trace import Refusal
from heldby.read.chunks import Kind
from heldby.read.clauses import Link, Predicate
from heldby.read.document import Parsed
from heldby.read.nominals import Phrase, chain, class_of, matter, modifier_of, names_party, only_times, phrases_of, place_mentions
from heldby.read.words import Form

LASTING = frozenset({"since", "for", "between", "until", "till", "throughout", "during", "still"})
SINGLE = {Build.NOUN, Build.STANDING}
WHOLLY = frozenset({"full", "complete", "total", "firm", "sole", "effective", "absolute"})
NEAR = 3  # tokens behind a verb in which a word that its frame wants may stand


@dataclass(frozen=True, slots=True)
class Match:
    """A frame met in a sentence: its trigger at characters [start, end), the phrases of its roles, the predicate it stands under (-1: none).

    `own` says that the trigger is the predicate's verb itself, `passive` that its subject undergoes.
    """

    frame: Frame
    relation: Relation
    start: int
    end: int
    predicate: int
    actors: tuple[Phrase, ...] = ()
    places: tuple[Phrase, ...] = ()
    losers: tuple[Phrase, ...] = ()
    polarity: Polarity = Polarity.ASSERTED
    own: bool = True
    passive: bool = False
    noun: int = -1  # the chunk of a nominal trigger
    entry: bool = False  # a participle without a subject: an entry under a heading
    implicit_actor: bool = False  # the subject is left out, not hidden by a passive


@dataclass(frozen=True, slots=True)
class Declined:
    """A frame whose word stands at characters [start, end) of a sentence, but that could not be laid over it, and why."""

    frame: Frame
    start: int
    end: int
    refusal: Refusal


@dataclass(slots=True)
class Roles:
    """Phrases by role, filled while a frame is laid over a clause."""

    found: dict[Role, list[Phrase]] = field(default_factory=dict)

    def add(self, role: Role, phrases: Iterable[Phrase]) -> None:
        """Fill a role that nothing has filled yet."""
        if role is not Role.NONE and not self.found.get(role):
            self.found[role] = list(phrases)

    def get(self, role: Role) -> tuple[Phrase, ...]:
        return tuple(self.found.get(role, ()))

    def has(self, needs: Sequence[Role]) -> bool:
        return all(self.found.get(r) for r in needs)


class VerbFrames:
    """The verb frames of a rulebook, by the first word of their verbs."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self._by_lemma: dict[str, list[tuple[Frame, tuple[str, ...]]]] = {}
        self._particles: dict[str, set[str]] = {}
        for frame in frames:
            if frame.build is not Build.VERB:
                continue
            for verb in frame.verbs:
                first, *rest = verb.split()
                self._by_lemma.setdefault(first, []).append((frame, tuple(rest)))
                if rest:
                    self._particles.setdefault(first, set()).add(rest[0])

    @property
    def lemmas(self) -> frozenset[str]:
        return frozenset(self._by_lemma)

    def candidates(self, parsed: Parsed, index: int, declined: list[Declined] | None = None) -> Iterator[Match]:
        """Every frame that can be laid over a predicate, in the order of the rules; those that cannot are added to `declined`, if given."""
        pred = parsed.parse.predicates[index]
        for frame, rest in self._by_lemma.get(pred.group.lemma, ()):
            bare = frame.echoes and frame.only is not None and not self._elliptical(parsed, pred)
            made = Refusal.OTHER_VERB if bare else self._lay(parsed, index, pred, frame, rest)
            if isinstance(made, Match):
                yield made
            elif declined is not None:
                declined.append(Declined(frame, *parsed.span(pred.at), made))

    def _lay(self, parsed: Parsed, index: int, pred: Predicate, frame: Frame, rest: tuple[str, ...]) -> Match | Refusal:
        passive = pred.group.passive or self._contrasted(parsed, index)
        if passive and not frame.passive:
            return Refusal.PASSIVE
        undergoes = frame.object if passive else frame.subject
        first = parsed.parse.predicates[pred.parent] if pred.link is Link.AND and 0 <= pred.parent < index else pred
        if first.link is Link.REL and first.word == "who" and undergoes is Role.PLACE:
            return Refusal.PERSON  # "the mayor of the town, who was freed"
        parts = list(pred.parts)
        object_ = list(pred.object)
        if rest:
            if not self._has_particle(parsed, pred, rest):
                return Refusal.PARTICLE
            object_, parts = self._idiom(parsed, object_, parts, rest)
        elif self._other_verb(parsed, pred, frame):
            return Refusal.OTHER_VERB
        roles = Roles()
        if not self._cast(parsed, pred, frame, object_, roles):
            return Refusal.NO_OBJECT
        if frame.object is Role.NONE and object_ and not frame.objects and not only_times(parsed, object_):
            return Refusal.OTHER_OBJECT
        for prep, chunks in parts:
            if not only_times(parsed, chunks):
                about = matter(parsed, chunks) if frame.part(prep) is Role.PLACE else ()  # "vying for control of X"
                roles.add(frame.part(prep), about or phrases_of(parsed, chunks))
        if frame.object in (Role.LOSER, Role.ACTOR) and not roles.get(Role.PLACE) and not frame.borrow:
            for prep, chunks in (t for k in (pred.subject if passive else object_) for t in parsed.parse.tails.get(k, ())):
                roles.add(frame.part(prep), phrases_of(parsed, chunks))  # "the soldiers in the town are cut off"
        ordered = any(p.parent == index and p.link is Link.INF for p in parsed.parse.predicates)
        going = pred.group.lemma == "go" and pred.group.form is Form.ING
        if ordered and (going or (frame.object is Role.LOSER and not roles.get(Role.PLACE))):
            return Refusal.TOLD_BELOW  # "is going to fall"; "forced them to retreat": told by what they were forced to do
        if frame.part("in") is Role.PLACE and frame.relation is not Relation.ATTACKED and (there := self._where(parsed, pred)) >= 0:
            roles.add(Role.PLACE, phrases_of(parsed, (there,)))  # "the town, where the rebels rule"
        self._series(parsed, frame, pred, roles)
        entry = passive and not pred.subject and bool(roles.get(Role.ACTOR))  # "Captured by Russia in 2022."
        lent = frame.borrow or entry or (pred.group.negated and (frame.relation is Relation.WITHDREW or frame.object is Role.LOSER))
        needed = [r for r in frame.needs if r is not Role.ACTOR and not (r is Role.PLACE and lent)]
        if self._blocked(parsed, pred, frame, object_, parts):
            return Refusal.BLOCKED
        if frame.beside and not self._beside(parsed, pred, frame):
            return Refusal.NOT_BESIDE
        if not roles.has(needed):
            return Refusal.MISSING_PART
        start, end = parsed.span(pred.at)
        relation = self._relation(parsed, pred, frame)
        if relation is None:
            return Refusal.GOING_ON  # "the fighters defending the plant": nothing is told of them yet
        return Match(
            frame, relation, start, end, index, roles.get(Role.ACTOR), roles.get(Role.PLACE), roles.get(Role.LOSER),
            frame.polarity, passive=passive, entry=entry and not roles.get(Role.PLACE),
            implicit_actor=not passive and not roles.get(Role.ACTOR),
        )  # fmt: skip

    @staticmethod
    def _elliptical(parsed: Parsed, pred: Predicate) -> bool:
        """ "X fell but Y [had not]": an auxiliary with "not" and nothing behind it."""
        c = parsed.chunks[pred.at]
        after = parsed.chunks[pred.at + 1] if pred.at + 1 < len(parsed.chunks) else None
        alone = after is None or after.kind in (Kind.STOP, Kind.COMMA, Kind.QUOTE, Kind.AND)
        return pred.group.negated and c.j - c.i == 2 and alone and not pred.object and not pred.parts

    @staticmethod
    def _contrasted(parsed: Parsed, index: int) -> bool:
        """ "The airport was closed, [not captured]": a participle that goes on from the passive before it."""
        pred, before = parsed.parse.predicates[index], parsed.parse.predicates[index - 1] if index else None
        low = [t.lower for t in parsed.tokens[parsed.chunks[pred.at].i : parsed.chunks[pred.at].j]]
        if before is None or not (before.group.passive or before.group.copula) or len(low) != 2 or low[0] != "not":
            return False
        return bool(pred.subject) and pred.subject == before.subject and not pred.object and parsed.chunks[pred.at - 1].kind is Kind.COMMA

    def _cast(self, parsed: Parsed, pred: Predicate, frame: Frame, object_: list[int], roles: Roles) -> bool:
        """Fill the roles of subject and object; False where the object that the frame wants is not there."""
        passive = pred.group.passive
        if frame.objects:
            carrier = self._carrier(pred, frame, object_)
            if not passive and carrier != list(pred.subject):
                roles.add(frame.subject, phrases_of(parsed, pred.subject))
            if not self._with_object(parsed, frame, carrier, roles):
                return False
            if not passive and frame.object is Role.PLACE and all(role is not Role.PLACE for _, role in frame.parts):
                own = [k for k in object_ if parsed.chunks[k].word not in frame.objects]
                roles.add(Role.PLACE, phrases_of(parsed, own))  # "made the town their base"
        elif passive:
            roles.add(frame.object, self._undergone(parsed, pred))
        else:
            roles.add(frame.subject, phrases_of(parsed, pred.subject))
            roles.add(frame.object, phrases_of(parsed, object_))
        return True

    def _idiom(
        self, parsed: Parsed, object_: list[int], parts: list[tuple[str, list[int]]], rest: tuple[str, ...]
    ) -> tuple[list[int], list[tuple[str, list[int]]]]:
        """Object and parts without the words that make the verb: "laid hands on | X", "are in control | in X"."""
        object_ = object_ or self._take(parts, rest[-1])
        object_ = [k for k in object_ if not {t.lower for t in parsed.tokens[parsed.chunks[k].i : parsed.chunks[k].j]} <= set(rest)]
        if len(rest) == 1:
            return object_, parts
        if not object_ and rest[-1] in ("on", "of", "at", "to", "onto"):
            object_ = self._take(parts, rest[-1])
        return object_, [p for p in parts if not p[1] or parsed.chunks[p[1][0]].word not in rest]

    def _other_verb(self, parsed: Parsed, pred: Predicate, frame: Frame) -> bool:
        """Whether the word behind makes another verb of it: "took over", but not "fell on Tuesday"."""
        if (pred.particle,) in parsed.words.idioms.get(("denial-idiom", pred.group.lemma), ()):
            return True  # "ruled out"
        return (
            pred.particle in self._particles.get(pred.group.lemma, ())
            and not any(p == pred.particle for p, _ in frame.parts)
            and not (frame.again is not None and pred.particle == "back")
            and not any(p == pred.particle and only_times(parsed, chunks) for p, chunks in pred.parts)
        )

    @staticmethod
    def _carrier(pred: Predicate, frame: Frame, object_: list[int]) -> list[int]:
        """The phrases among which a frame's own noun must stand: a verb's objects, or its subject where that undergoes or has no object."""
        bare = frame.subject is Role.NONE and frame.object is Role.NONE
        second = [k for prep, chunks in pred.parts if not prep for k in chunks]  # "made themselves masters of it"
        return list(pred.subject) if pred.group.passive or bare or not object_ else [*object_, *second]

    def _relation(self, parsed: Parsed, pred: Predicate, frame: Frame) -> Relation | None:
        """What a frame's verb tells where it stands; None where it goes on and only describes a noun."""
        if frame.ongoing is not None and self._going(parsed, pred):
            return None if pred.noun >= 0 else frame.ongoing
        if frame.again is not None and self._again(parsed, pred):
            return frame.again
        return frame.lasting if frame.lasting is not None and self._lasting(parsed, pred) else frame.relation

    @staticmethod
    def _beside(parsed: Parsed, pred: Predicate, frame: Frame) -> bool:
        """Whether a word that the frame wants stands inside the verb group or next to it: "are still in"."""
        c = parsed.chunks[pred.at]
        return any(t.lower in frame.beside for t in parsed.tokens[max(0, c.i - 1) : c.j + NEAR])

    @staticmethod
    def _going(parsed: Parsed, pred: Predicate) -> bool:
        """Whether a verb tells what goes on: "are defending", "is being defended"."""
        c = parsed.chunks[pred.at]
        return not pred.word and any(t.lower.endswith("ing") for t in parsed.tokens[c.i : c.j])

    @staticmethod
    def _series(parsed: Parsed, frame: Frame, pred: Predicate, roles: Roles) -> None:
        """Further subjects without a verb of their own: "X fell to Y on Friday, Z on Saturday and W on Sunday"."""
        undergoes = frame.object if pred.group.passive else frame.subject
        if undergoes is not Role.PLACE or not roles.get(Role.PLACE):
            return
        parts = pred.parts
        timed = [only_times(parsed, chunks) for _, chunks in parts]
        for k, (prep, chunks) in enumerate(parts):
            if prep or timed[k]:
                continue
            then = parsed.chunks[chunks[0] - 1].word in ("then", "later", "finally")
            if then or (any(timed[:k]) and (any(timed[k + 1 :]) or VerbFrames._dated(parsed, chunks[-1] + 1))):
                roles.found[Role.PLACE] += phrases_of(parsed, chunks)

    @staticmethod
    def _dated(parsed: Parsed, k: int) -> bool:
        """Whether a time stands at chunk `k`: "the day after"."""
        return k < len(parsed.chunks) and parsed.chunks[k].kind is Kind.NOUN and only_times(parsed, [k])

    @staticmethod
    def _lasting(parsed: Parsed, pred: Predicate) -> bool:
        """Whether a verb tells a state: "is occupied by", "have occupied it since", "the quarters that they occupy"."""
        if any(prep in LASTING for prep, _ in pred.parts) or pred.word in LASTING:
            return True
        if pred.link in (Link.PART, Link.ING) and (pred.group.passive or pred.noun >= 0):
            return True
        c = parsed.chunks[pred.at]
        now = {t.lower for t in parsed.tokens[c.i : c.j]}
        if pred.group.passive:
            return bool(now & {"is", "are", "being", "remain", "remains", "remained", "stay", "still"})
        return pred.group.form in (Form.BASE, Form.S) and pred.link is Link.REL

    @staticmethod
    def _again(parsed: Parsed, pred: Predicate) -> bool:
        """Whether "again" or "back" stands behind the verb: "is ours again"."""
        first = parsed.chunks[pred.at].j
        return any(t.lower in ("again", "back") for t in parsed.tokens[first : first + 5])

    @staticmethod
    def _has_particle(parsed: Parsed, pred: Predicate, rest: tuple[str, ...]) -> bool:
        first = parsed.chunks[pred.at].j
        behind = [t.lower for t in parsed.tokens[first : first + len(rest) + 1]]
        following = [w for k, w in enumerate(behind) if len(rest) == 1 or k != 1 or w not in WHOLLY][: len(rest)]  # "are in full control"
        return following == list(rest) or (len(rest) == 1 and pred.particle == rest[0])

    @staticmethod
    def _undergone(parsed: Parsed, pred: Predicate) -> tuple[Phrase, ...]:
        """What a passive verb is done to; of "retook the town, a month after being driven from it" what the verb above was done to as well."""
        subject = phrases_of(parsed, pred.subject)
        if pred.link is not Link.ING or pred.parent < 0 or any(place_mentions(parsed, p) for p in subject):
            return subject
        above = parsed.parse.predicates[pred.parent]
        told = matter(parsed, above.object) or phrases_of(parsed, above.object)
        return told if any(place_mentions(parsed, p) or class_of(parsed, p, "place-noun") for p in told) else subject

    @staticmethod
    def _where(parsed: Parsed, pred: Predicate) -> int:
        """The noun phrase right before the "where" that opens a predicate's clause, -1 if there is none."""
        if pred.link is not Link.REL or pred.word != "where" or pred.noun < 0:
            return -1
        opener = next((k for k in range(pred.at - 1, pred.noun, -1) if parsed.chunks[k].word == "where"), -1)
        return pred.noun if opener >= 0 and all(c.kind is Kind.COMMA for c in parsed.chunks[pred.noun + 1 : opener]) else -1

    @staticmethod
    def _take(parts: list[tuple[str, list[int]]], prep: str) -> list[int]:
        """What a particle that looks like a preposition took for its own."""
        for k, (word, chunks) in enumerate(parts):
            if word == prep:
                del parts[k]
                return list(chunks)
        return []

    def _with_object(self, parsed: Parsed, frame: Frame, carrier: list[int], roles: Roles) -> bool:
        """ "take control of X", "repelled a Taliban attack on X": the object's own parts fill roles."""
        for k in carrier:
            c = parsed.chunks[k]
            if c.kind is Kind.NOUN and c.word in frame.objects:
                roles.add(frame.object if frame.object is Role.ACTOR else Role.NONE, phrases_of(parsed, (k,)))
                mod = modifier_of(parsed, k) if frame.modifier is not Role.NONE else None
                if mod is not None and names_party(parsed, mod):
                    roles.add(frame.modifier, (mod,))
                for prep, chunks in chain(parsed, k):
                    if not only_times(parsed, chunks):
                        roles.add(frame.part(prep), phrases_of(parsed, chunks))
                for inner in parsed.parse.predicates:
                    if inner.noun == k and not inner.object:  # "attempts to break through at Korenevo"
                        for prep, chunks in inner.parts:
                            roles.add(frame.part(prep), phrases_of(parsed, chunks) if not only_times(parsed, chunks) else ())
                return True
        return False

    @staticmethod
    def _blocked(parsed: Parsed, pred: Predicate, frame: Frame, object_: list[int], parts: list[tuple[str, list[int]]]) -> bool:
        if not frame.block:
            return False
        heads = {parsed.chunks[k].word for k in object_} | {prep for prep, _ in parts} | {pred.particle}
        heads |= {f"{prep} {parsed.chunks[k].word}" for prep, chunks in parts for k in chunks}
        if pred.group.passive or frame.subject is Role.PLACE:
            heads |= {parsed.chunks[k].word for k in pred.subject}
        return bool(heads & set(frame.block))
