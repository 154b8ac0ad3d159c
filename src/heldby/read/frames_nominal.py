"""Frames without a verb of their own: "the capture of X by Y", "in the hands of Y", "Y-held X", "X, the last stronghold of Y"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from heldby.model.claim import Polarity, Relation
from heldby.model.rulebook import Build, Frame, Role
from heldby.model.trace import Refusal
from heldby.read.chunks import Chunk, Kind
from heldby.read.clauses import Predicate
from heldby.read.document import Parsed
from heldby.read.frames import Declined, Match, Roles
from heldby.read.nominals import (
    Phrase,
    chain,
    class_of,
    matter,
    modifier_of,
    names_party,
    only_times,
    phrase_of,
    phrases_of,
    place_mentions,
    tail,
)

BEING = frozenset({"be", "remain", "stay", "stand", "lie", "leave", "keep", "have", "hold", "find", "continue", "rest"})
BECOMING = BEING | {"become", "form", "constitute", "serve"}
KEEPING = frozenset({"leave", "keep", "have", "hold", "find"})  # "has the town under control"
HOLDING = frozenset({"keep", "have", "hold"})


UNDER = frozenset({Relation.ATTACKED, Relation.BESIEGES})


class NominalFrames:
    """The noun, state, compound and standing frames of a rulebook, by their nouns."""

    def __init__(self, frames: Sequence[Frame]) -> None:
        self._nouns: dict[Build, dict[str, list[Frame]]] = {b: {} for b in Build}
        for frame in frames:
            for word in frame.preps if frame.build is Build.TIE else frame.nouns if frame.build is not Build.VERB else ():
                self._nouns[frame.build].setdefault(word, []).append(frame)

    @property
    def words(self) -> frozenset[str]:
        """Every word that opens one of these frames."""
        return frozenset(n for b in (Build.NOUN, Build.STATE, Build.STANDING) for n in self._nouns[b])

    @property
    def suffixes(self) -> frozenset[str]:
        return frozenset(f"-{n}" for n in self._nouns[Build.COMPOUND])

    def candidates(self, parsed: Parsed, declined: list[Declined] | None = None) -> Iterator[Match]:
        """Every nominal match of a sentence, in order of its chunks; frames that cannot be laid are added to `declined`, if given."""
        for k, c in enumerate(parsed.chunks):
            if c.kind is not Kind.NOUN:
                continue
            before = parsed.chunks[k - 1] if k else None
            for frame in self._nouns[Build.TIE].get(before.word, ()) if before is not None and before.kind is Kind.PREP else ():
                tied = self._tie(parsed, k, frame)
                if isinstance(tied, Match):
                    yield tied
                elif declined is not None:
                    declined.append(Declined(frame, *parsed.span(k - 1), tied))
            for build, lay in ((Build.STATE, self._state), (Build.STANDING, self._standing), (Build.NOUN, self._noun)):
                for frame in self._frames(parsed, c, build):
                    made = lay(parsed, k, frame)
                    if isinstance(made, Match):
                        yield made
                    elif declined is not None:
                        declined.append(Declined(frame, parsed.tokens[c.head].start, parsed.tokens[c.head].end, made))
            for t in range(c.i, c.j):
                yield from self._compound(parsed, k, t)

    def _frames(self, parsed: Parsed, c: Chunk, build: Build) -> list[Frame]:
        table = self._nouns[build]
        if c.head > c.i and (double := table.get(f"{parsed.tokens[c.head - 1].lower} {c.word}")):
            return double
        styled = next((t.lower for t in parsed.tokens[c.i : c.head] if t.lower.startswith("self-")), "")
        return table.get(f"{styled} {c.word}") or table.get(c.word, [])  # "a self-proclaimed IS capital"

    def _noun(self, parsed: Parsed, k: int, frame: Frame) -> Match | Refusal:
        roles = Roles()
        mod = modifier_of(parsed, k) if frame.modifier is not Role.NONE else None
        own = mod is not None and parsed.tokens[mod.i].lower == "its" and mod.j - mod.i == 1
        by = frame.modifier is Role.ACTOR and any(prep == "by" for prep, _ in chain(parsed, k))
        if mod is not None:
            if frame.modifier is Role.ACTOR and names_party(parsed, mod):
                roles.add(Role.ACTOR, (mod,))
            elif place_mentions(parsed, mod):
                roles.add(frame.modifier, (mod,))
        for prep, chunks in chain(parsed, k):
            if only_times(parsed, chunks):
                continue
            if frame.part(prep) is Role.ACTOR and prep == "by":  # "by Y" beats what stands before the noun
                roles.found[Role.ACTOR] = list(phrases_of(parsed, chunks))
            roles.add(frame.part(prep), phrases_of(parsed, chunks))
        self._from_clause(parsed, k, frame, roles)
        if mod is not None and not roles.get(Role.PLACE) and by and (place_mentions(parsed, mod) or own):
            roles.add(Role.PLACE, (mod,))  # "Sangin's capture by the Taliban", "its capture by the army"
        told = roles.get(Role.PLACE) or (frame.borrow and roles.get(Role.ACTOR))
        if self._blocked(parsed, k, frame):
            return Refusal.BLOCKED
        return self._match(parsed, frame, k, roles) if told else Refusal.MISSING_PART

    @staticmethod
    def _from_clause(parsed: Parsed, k: int, frame: Frame, roles: Roles) -> None:
        """Parts that hang on the verb behind the noun: "the attack was launched by Y on X", "fighting raged in X"."""
        for pred in parsed.parse.predicates:
            if k in pred.subject:
                for prep, chunks in pred.parts:
                    if pred.object and not pred.group.passive and prep != "by" and frame.part(prep) is Role.ACTOR:
                        continue  # "the loss of the town is a blow to the army"
                    if frame.part(prep) is not Role.NONE and phrases_of(parsed, chunks) and not only_times(parsed, chunks):
                        roles.add(frame.part(prep), phrases_of(parsed, chunks))

    @staticmethod
    def _blocked(parsed: Parsed, k: int, frame: Frame) -> bool:
        c = parsed.chunks[k]
        return any(t.lower in frame.block for t in parsed.tokens[c.i : c.j])

    def _state(self, parsed: Parsed, k: int, frame: Frame) -> Match | Refusal:
        before = parsed.chunks[k - 1] if k else None
        if before is None or before.kind is not Kind.PREP or before.word not in frame.preps:
            return Refusal.PREPOSITION
        roles = Roles()
        mod = modifier_of(parsed, k)
        sources = ("of", "by", "from") if frame.relation in UNDER else ("of", "by")
        actors = ((mod,) if mod else ()) + tail(parsed, phrase_of(parsed, k), *sources)
        roles.add(Role.ACTOR, actors)
        relation = frame.relation
        index = self._predicate_with_part(parsed, k)
        if (
            frame.polarity is Polarity.DENIED
            and before.word == "from"
            and index >= 0
            and not self._is_being(parsed.parse.predicates[index])
        ):
            return Refusal.OTHER_VERB  # "prised it from the army's grip"
        if frame.moves and (index < 0 or parsed.parse.predicates[index].group.lemma not in dict(frame.shifts)):
            return Refusal.OTHER_VERB
        holder = self._held_noun(parsed, k)
        held = [holder] if holder >= 0 else []
        own = False
        if index >= 0:
            pred = parsed.parse.predicates[index]
            shift = dict(frame.shifts).get(pred.group.lemma)
            objects = [] if only_times(parsed, pred.object) else pred.object
            if not roles.get(Role.ACTOR):
                roles.found.pop(Role.ACTOR, None)
                roles.add(Role.ACTOR, [p for prep, c in pred.parts if prep in sources[1:] for p in phrases_of(parsed, c)])
            if shift is not None and (not objects or pred.group.passive or self._whole(parsed, k - 2) in objects):
                relation, own = shift, True
                held = objects if objects and not pred.group.passive else pred.subject
                if objects and not pred.group.passive and not roles.get(Role.ACTOR):
                    roles.add(Role.ACTOR, phrases_of(parsed, pred.subject))
            elif self._is_being(pred):
                own = True
                keeps = bool(objects) and pred.group.lemma in KEEPING and not pred.group.passive
                held = objects if keeps else pred.subject
                if keeps and pred.group.lemma in HOLDING and not roles.get(Role.ACTOR):
                    roles.add(Role.ACTOR, phrases_of(parsed, pred.subject))
            if frame.again is not None and self._again(parsed, pred, k):
                relation = frame.again
        roles.add(Role.PLACE, matter(parsed, held) or phrases_of(parsed, held))
        if not roles.get(Role.PLACE):
            return Refusal.MISSING_PART
        made = replace(self._match(parsed, frame, k, roles, relation=relation, index=index), own=own)
        negated = k >= 2 and parsed.chunks[k - 2].kind is Kind.ADVERB and parsed.chunks[k - 2].word == "not"
        return made if not negated else replace(made, polarity=_flip(made.polarity))

    @staticmethod
    def _is_being(pred: Predicate) -> bool:
        return pred.group.copula or pred.group.lemma in BEING

    def _tie(self, parsed: Parsed, k: int, frame: Frame) -> Match | Refusal:
        """ "Y is in control of X", "left Y in control of X", "spent a night in control of X"."""
        index = self._predicate_with_part(parsed, k)
        pred = parsed.parse.predicates[index] if index >= 0 else None
        own = pred is not None and (pred.group.lemma in BEING or pred.group.copula)
        roles = Roles()
        near = self._held_noun(parsed, k)
        if near < 0 and k >= 3 and parsed.chunks[k - 2].kind is Kind.COMMA and parsed.chunks[k - 3].kind is Kind.NOUN and not own:
            near = k - 3  # "the rebels, in control of the town since May,"
        holders = [near] if near >= 0 else []
        if pred is not None and not (own and holders and holders[0] in pred.object):
            holders += [n for n in pred.subject if n not in holders]
        roles.add(Role.ACTOR, phrases_of(parsed, holders))
        places = next((c for _, c in pred.parts if k in c), [k]) if pred is not None else [k]
        roles.add(Role.PLACE, phrases_of(parsed, places))
        if not roles.has((Role.ACTOR, Role.PLACE)):
            return Refusal.MISSING_PART
        start, end = parsed.span(k - 1)
        made = replace(self._match(parsed, frame, k, roles, index=index), own=own, start=start, end=end)
        negated = k >= 3 and parsed.chunks[k - 2].kind is Kind.ADVERB and parsed.chunks[k - 2].word == "not"
        return made if not negated else replace(made, polarity=_flip(made.polarity))

    @staticmethod
    def _whole(parsed: Parsed, k: int) -> int:
        """The noun that the one at `k` says the whereabouts of: of "the villages in Aleppo" the villages."""
        while k >= 2 and parsed.chunks[k - 1].kind is Kind.PREP and parsed.chunks[k - 2].kind is Kind.NOUN:
            k -= 2
        return k

    @staticmethod
    def _again(parsed: Parsed, pred: Predicate, k: int) -> bool:
        """Whether "back" or "again" stands between the verb and the state: "is back under government control"."""
        first, last = parsed.chunks[pred.at].i, parsed.chunks[k].j + 1
        words = [t.lower for t in parsed.tokens[first:last]]
        return "back" in words or "again" in words or "once more" in " ".join(words)

    @staticmethod
    def _predicate_with_part(parsed: Parsed, k: int) -> int:
        return next((i for i, p in enumerate(parsed.parse.predicates) if any(k in chunks for _, chunks in p.parts)), -1)

    @staticmethod
    def _held_noun(parsed: Parsed, k: int) -> int:
        """The noun phrase that "under Y control" follows directly."""
        return next((n for n, tails in parsed.parse.tails.items() for _, chunks in tails if k in chunks), -1)

    def _compound(self, parsed: Parsed, k: int, t: int) -> Iterator[Match]:
        stem, hyphen, suffix = parsed.tokens[t].lower.rpartition("-")
        if not hyphen or not stem:
            return
        for frame in self._nouns[Build.COMPOUND].get(suffix, ()):
            roles = Roles()
            roles.add(Role.ACTOR, (Phrase(k, t, t + 1, t),))
            roles.add(Role.PLACE, self._compounded(parsed, k, t))
            if not roles.get(Role.PLACE):
                continue
            made = self._match(parsed, frame, k, roles)
            yield Match(
                frame, frame.relation, parsed.tokens[t].start, parsed.tokens[t].end, made.predicate, made.actors, made.places, own=False, noun=k
            )  # fmt: skip

    def _compounded(self, parsed: Parsed, k: int, t: int) -> tuple[Phrase, ...]:
        """The place that "Y-held" at token `t` is said of: the noun behind it, or what "is Y-held", "is a Y-held town"."""
        c = parsed.chunks[k]
        here = (Phrase(k, t + 1, c.j, c.head),) if c.head > t else ()
        if here and (place_mentions(parsed, here[0]) or parsed.tokens[c.i].lower not in ("a", "an")):
            if (
                not place_mentions(parsed, here[0])
                and class_of(parsed, here[0], "place-noun")
                and (named := tail(parsed, phrase_of(parsed, k), "of"))
            ):
                return named if all(place_mentions(parsed, p) for p in named) else here  # "the Y-held town of X"
            return here
        described = phrases_of(parsed, self._described(parsed, k))
        return described if any(place_mentions(parsed, p) for p in described) else here

    def _standing(self, parsed: Parsed, k: int, frame: Frame) -> Match | Refusal:
        roles = Roles()
        behind = tail(parsed, phrase_of(parsed, k), "of", "for")
        named = [p for p in behind if place_mentions(parsed, p) and not self._armed(parsed, p)]
        if (mod := modifier_of(parsed, k)) and (names_party(parsed, mod) or not named):
            roles.add(Role.ACTOR, (mod,))
        if named:
            roles.add(Role.PLACE, named)
            roles.add(Role.ACTOR, phrases_of(parsed, self._described(parsed, k)))
        else:
            if behind:
                roles.found[Role.ACTOR] = list(behind)
            roles.add(Role.PLACE, phrases_of(parsed, self._described(parsed, k)))
        return self._match(parsed, frame, k, roles) if roles.has((Role.ACTOR, Role.PLACE)) else Refusal.MISSING_PART

    @staticmethod
    def _armed(parsed: Parsed, phrase: Phrase) -> bool:
        at = parsed.inside[phrase.head]
        return class_of(parsed, phrase, "agent-noun") is not None or (at >= 0 and bool(parsed.mentions[at].actors))

    @staticmethod
    def _described(parsed: Parsed, k: int) -> list[int]:
        """What a noun phrase is said of: the name before its comma, or the subject of "is"."""
        if k >= 2 and parsed.chunks[k - 1].kind is Kind.COMMA and parsed.chunks[k - 2].kind is Kind.NOUN:
            return [k - 2]
        for pred in parsed.parse.predicates:
            if k in pred.object and (pred.group.copula or pred.group.lemma in BECOMING):
                return list(pred.subject)
        return []

    def _match(self, parsed: Parsed, frame: Frame, k: int, roles: Roles, relation: Relation | None = None, index: int = -1) -> Match:
        c = parsed.chunks[k]
        at = index if index >= 0 else self.governor(parsed, k)
        return Match(
            frame, relation or frame.relation, parsed.tokens[c.head].start, parsed.tokens[c.head].end, at,
            roles.get(Role.ACTOR), roles.get(Role.PLACE), roles.get(Role.LOSER), frame.polarity,
            own=index >= 0, noun=k,
        )  # fmt: skip

    @staticmethod
    def governor(parsed: Parsed, k: int) -> int:
        """The predicate that a noun phrase belongs to, itself or through the phrase it hangs on; -1 if none."""
        wanted = {k}
        for _ in range(4):
            above = {n for n, tails in parsed.parse.tails.items() if any(wanted & set(chunks) for _, chunks in tails)}
            if above <= wanted:
                break
            wanted |= above
        for i, pred in enumerate(parsed.parse.predicates):
            if wanted & {*pred.subject, *pred.object, *(c for _, chunks in pred.parts for c in chunks)}:
                return i
        return -1


def _flip(polarity: Polarity) -> Polarity:
    return Polarity.ASSERTED if polarity is Polarity.DENIED else Polarity.DENIED
