"""What exactly stood in the way of a rule, in words: the phrase that is no place, the word that blocks, what a verb above did to the stance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from heldby.model.claim import Claim, Modality, Reading
from heldby.model.rulebook import Build, Cue, Frame, Role
from heldby.model.trace import Part, Refusal, Turn
from heldby.read.claims import OLD
from heldby.read.claims_draft import Draft
from heldby.read.document import Document, Parsed
from heldby.read.frames import Declined, Match
from heldby.read.frames_gate import HELPING
from heldby.read.mentions import MentionKind
from heldby.read.nominals import Phrase, class_of, head_word, is_pronoun, mentions_of, text_span
from heldby.read.places import PlaceReader
from heldby.read.stance import HEDGE_NEAR, Stance, Step, stance_of

STANCE_CLASSES = ("reporting", "planner", "failure", "success", "possible")
SHOWN = 6  # words of a rule's list
_FLAGS = ("negated", "hedged", "dropped", "background", "failed", "past", "aside", "earlier")
_NAMES = {
    "negated": "negated",
    "dropped": "left open",
    "failed": "an attempt that failed",
    "aside": "an aside",
    "past": "long ago",
    "background": "looks back",
    "earlier": "told as earlier",
}


class Reasons:
    """Explains the refusals of one document; `lemmas` are the verbs that rules know."""

    def __init__(self, document: Document, places: PlaceReader, lemmas: frozenset[str]) -> None:
        self._lemmas = lemmas
        self._document = document
        self._places = places

    # ---- frames that could not be laid

    @staticmethod
    def helping(parsed: Parsed, d: Declined) -> bool:
        """Whether the anchor only helps ("was", "have"): without the words the rule wants beside it, it says nothing."""
        pred = next((p for p in parsed.parse.predicates if parsed.span(p.at) == (d.start, d.end)), None)
        return pred is not None and pred.group.lemma in HELPING

    def declined(self, parsed: Parsed, d: Declined) -> tuple[str, ...]:
        frame = d.frame
        lemma = next((p.group.lemma for p in parsed.parse.predicates if parsed.span(p.at) == (d.start, d.end)), "")
        match d.refusal:
            case Refusal.PARTICLE:
                wanted = [v for v in frame.verbs if v.split()[0] == lemma and " " in v]
                return (f"wants {_listed(wanted)}",)
            case Refusal.NO_OBJECT:
                return (f"wants {_listed(frame.objects)}",)
            case Refusal.PREPOSITION:
                return (f"wants {_listed(frame.preps)}",)
            case Refusal.BLOCKED:
                lows = {t.lower for t in parsed.tokens} | {c.word for c in parsed.chunks}
                return (f"refuses {_listed(sorted(set(frame.block) & lows))}",)
            case Refusal.MISSING_PART:
                return (f"needs {' and '.join(_slot(frame, r) for r in frame.needs if r is not Role.ACTOR) or 'a place'}",)
            case _:
                return ()

    def unruled(self, parsed: Parsed) -> tuple[tuple[int, int], ...]:
        """Verbs of a sentence that no rule knows and that speak of nobody's saying."""
        out = []
        for pred in parsed.parse.predicates:
            lemma = pred.group.lemma
            said = parsed.words.has("reporting", lemma) or parsed.words.has("voice-verb", lemma)
            if not said and lemma not in self._lemmas and lemma not in (*HELPING, "accord"):
                out.append(parsed.span(pred.at))
        return tuple(out)

    # ---- frames that fit, and their phrases

    def refused(self, parsed: Parsed, match: Match, refusal: Refusal) -> tuple[str, ...]:
        match refusal:
            case Refusal.NO_PLACE:
                return tuple(self.no_place(parsed, p, match.frame.strict) for p in match.places)
            case Refusal.NO_PARTY:
                return tuple(self.no_party(parsed, p) for p in match.actors)
            case Refusal.NO_LOSER:
                return tuple(self.no_party(parsed, p) for p in match.losers)
            case _:
                return ()

    def no_place(self, parsed: Parsed, phrase: Phrase, strict: bool) -> str:
        """Why a phrase is no place here."""
        start, end = text_span(parsed, phrase)
        words = f"“{self._document.report.text[start:end]}”"
        spots = self._places.spots(parsed, (phrase,))
        if spots:
            words = f"“{self._document.report.text[spots[0].place.start : spots[0].place.end]}”"
        if spots and strict and not any(s.sure for s in spots):
            return f"{words} is in no gazetteer, and the rule is strict"
        if spots and any(s.refers for s in spots):
            return f"{words} refers to no place named in the three sentences before"
        if spots and any(s.named for s in spots):
            return f"{words} is a place, but not one that can be told of here"
        if spots:
            return f"{words} names no place"
        if is_pronoun(parsed, phrase):
            return f"{words} stands for no place"
        return f"{words}: {', and '.join(self._facts(parsed, phrase))}"

    def _facts(self, parsed: Parsed, phrase: Phrase) -> list[str]:
        """What the words of a phrase are, where they are no place."""
        head = head_word(parsed, phrase)
        named = mentions_of(parsed, phrase)
        out: list[str] = []
        kinds = [("an actor", MentionKind.ACTOR), ("an outlet", MentionKind.OUTLET), ("a place that only describes", MentionKind.PLACE)]
        for what, kind in kinds:
            if found := [m for m in named if m.kind is kind]:
                of = f" “{head}”" if kind is MentionKind.PLACE else f" ({found[0].actor})" if found[0].actor else ""
                out.append(f"“{self._document.report.text[found[0].start : found[0].end]}” is {what}{of}")
        if named and named[-1].end > parsed.tokens[phrase.head].start:
            return out
        if class_of(parsed, phrase, "agent-noun") is not None:
            out.append(f"“{head}” are armed people (agent-noun)")
        elif parsed.tokens[phrase.head].capital and phrase.head > 0:
            out.append(f"“{head}” is written like a name, but is in no gazetteer and reads like no place")
        else:
            out.append(f"“{head}” is no noun for a place (place-noun)")
        return out

    def no_party(self, parsed: Parsed, phrase: Phrase) -> str:
        """Why a phrase is no party."""
        start, end = text_span(parsed, phrase)
        words = f"“{self._document.report.text[start:end]}”"
        if (role := class_of(parsed, phrase, "role")) is not None:
            return f"{words}: “{role[1]}” is not somebody who fights (role: {role[0]})"
        if is_pronoun(parsed, phrase):
            return f"{words} stands for no party"
        return f"{words}: “{head_word(parsed, phrase)}” is no name of an actor and no noun for armed people (agent-noun)"

    # ---- claims

    def told(self, parsed: Parsed, draft: Draft, made: Sequence[Claim], drafts: Sequence[Draft]) -> tuple[str, ...]:
        """What is to be said of a claim beside its parts: who was inferred from what, what was no place of it, why it is background."""
        out = [*self._inferred(draft, made, drafts)]
        out += [self.no_place(parsed, p, draft.match.frame.strict) for p in draft.match.places if self._missed(parsed, p, draft)]
        turned = {e for t in stance_turns(parsed, draft.match) for e in t.effects}
        past = any(c.modality is Modality.PAST_BACKGROUND for c in made)
        if past and draft.stance.background and not turned & {"looks back", "long ago"}:
            out.append("background: the sentence itself tells how it ended")
        elif past and not turned & {"looks back", "long ago"}:
            out.append(f"background: its time lies more than {OLD} days before publication")
        return tuple(out)

    def _missed(self, parsed: Parsed, phrase: Phrase, draft: Draft) -> bool:
        """Whether a phrase of the place's slot is in no place of a draft, nor describes one ("X, the main city", "most of X")."""
        start, end = text_span(parsed, phrase)
        describes = class_of(parsed, phrase, "part-noun") is not None or any(s.place.referent for s in draft.spots)
        describes |= any(self._document.report.text[s.place.end : start].strip() == "," for s in draft.spots if s.place.end < start)
        return not describes and not any(s.place.start < end and start < s.place.end for s in draft.spots)

    @staticmethod
    def _inferred(draft: Draft, made: Sequence[Claim], drafts: Sequence[Draft]) -> Iterator[str]:
        if not draft.inferred or not draft.actor:
            return
        if draft.agent is not None:
            yield f"“{draft.agent.text}” is {draft.actor} here: told by the words around it"
            return
        names = {s.place.name.casefold() for s in draft.spots if s.named}
        before = [d for d in drafts if d.match.start < draft.match.start and names & {s.place.name.casefold() for s in d.spots if s.named}]
        facts = [f"told in the voice of {side}" for side in dict.fromkeys(c.speaker_side for c in made)]
        facts += [f"the place lies in {draft.country}"] if draft.country else []
        facts += [f"{before[-1].actor} {before[-1].relation} it before"] if before and before[-1].actor else []
        yield f"nobody is named as the actor: {draft.actor} is inferred ({'; '.join(facts)})"

    def withheld(self, gone: Sequence[Claim], reading: Reading) -> tuple[Refusal, tuple[str, ...]]:
        """Why claims that were made are not in the reading."""
        claim = gone[0]
        counted = any(t.passage.start < claim.passage.end and claim.passage.start < t.passage.end for t in reading.tallies)
        names = {p.name.casefold() or p.text.casefold() for p in claim.places}
        for k, c in enumerate(reading.claims):
            if c.chain[-1].key == claim.chain[-1].key and names & {p.name.casefold() or p.text.casefold() for p in c.places}:
                return Refusal.REPEATED, (f"claim {k + 1} says it: {c.relation}",)
        return (Refusal.COUNTED if counted else Refusal.REPEATED), ()


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:SHOWN]) + (" ..." if len(words) > SHOWN else "")


def _slot(frame: Frame, role: Role) -> str:
    """Where a frame looks for a role: "a place (object, or after of, over)"."""
    preps = [p for p, r in frame.parts if r is role]
    slots = ["subject"] if frame.subject is role and frame.build is Build.VERB else []
    if frame.build is Build.VERB and frame.object is role and not frame.objects:
        slots.append("object")
    if preps:
        slots.append(f"after {_listed(preps)}")
    return f"a {role} ({' or '.join(slots)})" if slots else f"a {role}"


def clause_of(parsed: Parsed, start: int, end: int) -> tuple[Part, ...]:
    """What the parser took for the subject, object and prepositional parts of the verb at [start, end), or for what hangs on a noun there."""
    pred = next((p for p in parsed.parse.predicates if parsed.span(p.at) == (start, end)), None)
    if pred is not None:
        hung = [("subject", pred.subject), ("object", pred.object), *pred.parts]
    else:
        k = next(
            (k for k, c in enumerate(parsed.chunks) if c.i <= c.head < len(parsed.tokens) and parsed.tokens[c.head].start == start), -1
        )
        hung = list(parsed.parse.tails.get(k, ()))
    return tuple(Part(role or "beside", *parsed.span(k)) for role, chunks in hung for k in chunks)


# ---- stance


def stance_turns(parsed: Parsed, match: Match) -> tuple[Turn, ...]:
    """What each clause from the trigger upwards did to the stance; clauses that did nothing are left out."""
    steps: list[Step] = []
    stance_of(parsed, match, steps)
    before = Stance()
    out: list[Turn] = []
    for predicate, stance in steps:
        effects = _effects(before, stance)
        if effects:
            start, end = (match.start, match.end) if predicate < 0 else parsed.span(parsed.parse.predicates[predicate].at)
            rules = _classes(parsed, match, predicate)
            out.append(Turn(start, end, effects, tuple(r for r in rules if r.kind != "hedge" or "hedged" in effects)))
        before = stance
    return tuple(out)


def _effects(before: Stance, after: Stance) -> tuple[str, ...]:
    changed = [_NAMES.get(f, f) for f in _FLAGS if getattr(after, f) and not getattr(before, f)]
    if before.negated and not after.negated:
        changed.append("negated twice")
    if after.modality is not before.modality and after.modality is not Modality.FACTUAL:
        changed.append(str(after.modality))
    return tuple(changed)


def _classes(parsed: Parsed, match: Match, predicate: int) -> tuple[Cue, ...]:
    """The entries of word classes behind a step: of the clause's verb, or of the hedges in the trigger's own sentence."""
    words = parsed.words
    if predicate < 0:
        near = dict.fromkeys(t.lower for t in parsed.tokens if abs(t.start - match.start) < HEDGE_NEAR and words.has("hedge", t.lower))
        return tuple(Cue("hedge", low) for low in near)
    pred = parsed.parse.predicates[predicate]
    heads = [pred.group.lemma, *((parsed.chunks[pred.noun].word,) if pred.noun >= 0 else ())]
    return tuple(Cue(kind, word, words.value(kind, word) or "") for word in heads for kind in STANCE_CLASSES if words.has(kind, word))
