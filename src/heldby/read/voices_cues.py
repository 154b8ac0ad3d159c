"""Cues of speech in one sentence: verbs of saying with their subjects, "according to", reports and claims that something is so.

A cue knows who speaks (as tokens), where what he says begins, and whether it stands before it ("X said that P"), behind it ("P, X said")
or inside it ("P1, X said, P2"). What stretch of text it governs is for `voices_scope`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from heldby.read.chunks import Chunk, Kind
from heldby.read.document import Parsed
from heldby.read.speakers_phrase import POSSESSIVE
from heldby.read.text import Span
from heldby.read.voices_grammar import Grammar
from heldby.read.voices_items import OPENING, PUBLIC, Items, speaker_like


class Place(StrEnum):
    """Where a cue stands to what is said."""

    BEFORE = "before"
    BEHIND = "behind"
    INSIDE = "inside"
    NOWHERE = "nowhere"  # nothing said: "the ministry confirmed"


@dataclass(frozen=True, slots=True)
class Cue:
    """One act of speaking. Items are indices into the sentence's items; `who` counts tokens, None if the subject is shared or missing.

    `first` is the item where the cue's own words begin, `at` its verb or preposition, `body` the item where what is said begins (-1 if it
    does not follow). `outer` are tokens of outlets that carry it ("told Reuters"), `inner` of those it cites; `noun` marks "reports that". `bare` marks a denial of
    something said elsewhere ("denied it").
    """

    at: int
    first: int
    place: Place
    lemma: str
    who: Span | None = None
    body: int = -1
    denies: bool = False
    bare: bool = False
    outer: tuple[Span, ...] = ()
    inner: tuple[Span, ...] = ()
    noun: bool = False


class CueFinder:
    """Finds the cues of one sentence."""

    def __init__(self, parsed: Parsed, items: Items) -> None:
        self._p = parsed
        self._items = items
        self._words = parsed.words
        self._g = Grammar(parsed, items)

    def find(self) -> tuple[Cue, ...]:
        """Cues in order of their verbs."""
        out: list[Cue] = []
        for k, c in enumerate(self._items):
            cue = None
            if c.kind is Kind.VERB:
                cue = self._verb(k, c)
            elif c.kind is Kind.PREP and (c.word in ("according to", "per") or (c.word == "per" and k == 0)):
                cue = self._preposition(k)
            elif c.kind is Kind.NOUN:
                cue = self._noun(k, c)
            elif c.kind is Kind.STOP and c.word == ":":
                cue = self._colon(k)
            if cue is not None:
                out.append(cue)
        return tuple(out)

    # ---- verbs

    def _verb(self, k: int, c: Chunk) -> Cue | None:
        g = c.group
        assert g is not None
        value = self._words.value("voice-verb", g.lemma)
        false = self._called_false(k) if self._words.has("denial-verb", g.lemma) else False
        if value is None and not false:
            return self._put(k, g.lemma)
        if value == "cite" and not g.finite:
            return None
        if g.negated or g.modal == "possible" or self._failed(k):
            return None
        if g.passive:
            return self._passive(k)
        if value == "cite":
            return self._quoted_as(k)
        denies = value == "deny" or false
        if not g.finite:
            return self._joined(k, denies)
        if value == "show" and not self._witness(k):
            return None
        if g.lemma == "speak" and not (self._g.kind(k + 1) is Kind.PREP and self._items[k + 1].word == "of"):
            return None
        if g.lemma in ("believe", "fear", "call", "demand", "hear", "see") and self._g.kind(k + 1) not in (
            Kind.THAT,
            Kind.NOUN,
            Kind.PREP,
            Kind.QUOTE,
        ):
            return None
        return self._active(k, denies)

    def _active(self, k: int, denies: bool) -> Cue | None:
        lemma = self._items[k].word
        if self._g.inverted(k):
            who, _ = self._g.right_phrase(k + 1)
            return Cue(k, k, Place.BEHIND, lemma, who, denies=denies)
        who, first = self._g.subject(k)
        body = self._g.body(k)
        if denies and self._worthless(body):
            return None
        false = not denies and self._false_complement(body)
        outer = self._channel(k)
        place = self._place(k, first, body)
        if who is None and place is not Place.BEFORE:
            place = Place.NOWHERE
        bare = false or (denies and self._bare(k, body))
        return Cue(k, first, place, lemma, who, body, denies or false, bare, outer, self._cited(k))

    def _worthless(self, body: int) -> bool:
        """ "rejected the offer", "dismissed the governor": nothing is denied."""
        c = self._items[body] if 0 <= body < len(self._items) else None
        if c is None or c.kind is not Kind.NOUN or self._g.kind(body + 1) is Kind.THAT:
            return False
        head = self._p.tokens[c.j - 1].lower
        person = self._words.value("role", head) in ("state", "speaker", "resident") and not self._said(body)
        follows = self._items[body + 1] if body + 1 < len(self._items) else None
        clause = follows is not None and follows.kind is Kind.VERB and follows.group is not None and follows.group.finite
        return not clause and (person or self._words.has("object-denied", head))

    def _false_complement(self, body: int) -> bool:
        """ "said the reports were false", "said it was a lie"."""
        c = self._items[body] if 0 <= body < len(self._items) else None
        if c is not None and c.kind is Kind.THAT:
            body += 1
            c = self._items[body] if body < len(self._items) else None
        verb = self._items[body + 1] if body + 1 < len(self._items) else None
        named = c is not None and c.kind is Kind.NOUN and (self._said(body) or self._p.tokens[c.j - 1].lower == "they")
        if not named or verb is None or verb.group is None or not verb.group.copula or verb.group.negated:
            return False
        tokens = [t.lower for i in self._items[body + 2 : body + 6] for t in self._p.tokens[i.i : i.j]]
        return any(self._words.has("denial-word", t) for t in tokens[:5])

    def _place(self, k: int, first: int, body: int) -> Place:
        before = self._items[first - 1] if first else None
        parted = before is not None and (before.kind in (Kind.COMMA, Kind.QUOTE) or before.word in OPENING)
        said = parted and any(c.kind in (Kind.NOUN, Kind.VERB) for c in self._items[self._g.segment(first) : first])
        if body >= 0:
            quote = self._g.quote_before(first) and self._items[body].kind is Kind.QUOTE
            colon = self._items[body - 1].word == ":" and self._finite_before(first)
            if said and (quote or colon):
                return Place.INSIDE
            return Place.BEFORE
        if not said:
            return Place.NOWHERE
        if self._condition_before(first) and self._g.clause_after(k):
            return Place.INSIDE
        return Place.BEHIND if self._finite_before(first) or self._g.quote_before(first) or not self._g.clause_after(k) else Place.INSIDE

    def _finite_before(self, first: int) -> bool:
        return any(c.kind is Kind.VERB and c.group and c.group.finite for c in self._items[self._g.segment(first) : first])

    def _condition_before(self, first: int) -> bool:
        """ "If the city fell, a diplomat said, ...": only a subordinate clause stands before the cue."""
        start = self._g.segment(first)
        commas = [q for q in range(start, first) if self._items[q].kind is Kind.COMMA]
        return self._items[start].kind is Kind.SUB and len(commas) == 1

    def _failed(self, k: int) -> bool:
        """ "declined to say", "refused to confirm": an infinitive under a verb of failing."""
        c = self._items[k]
        above = self._items[k - 1] if k else None
        if c.group is None or not c.group.infinitive:
            return False
        return above is None or above.kind is not Kind.VERB or above.word not in ("continue", "go", "appear", "seem", "begin")

    def _witness(self, k: int) -> bool:
        """Whether the subject of "saw", "showed" is somebody who sees or a picture that shows."""
        who, _ = self._g.subject(k)
        if who is None:
            return False
        roles = [self._words.value("role", t.lower) for t in self._p.tokens[who.start : who.end]]
        pictured = any(self._words.has("outlet-noun", t.lower) for t in self._p.tokens[who.start : who.end])
        return pictured or any(r in ("resident", "monitor", "reports") for r in roles)

    def _put(self, k: int, lemma: str) -> Cue | None:
        """ "put the number of districts at nine"."""
        at = any(c.kind is Kind.PREP and c.word == "at" for c in self._items[k + 1 : k + 9])
        if lemma != "put" or not at or not self._items[k].group or not self._items[k].group.finite:  # type: ignore[union-attr]
            return None
        who, first = self._g.subject(k)
        if who is None or not speaker_like(self._p, who.start, who.end):
            return None
        return Cue(k, first, Place.BEFORE, lemma, who, k + 1)

    def _joined(self, k: int, denies: bool) -> Cue | None:
        """ "..., adding that", "but denied", "both sides claiming to hold": the speaker stands before."""
        if self._g.kind(k - 1) is Kind.NOUN and self._g.kind(k - 2) is Kind.PREP and self._items[k - 2].word == "with":
            c = self._items[k - 1]
            return Cue(k, k - 1, Place.BEFORE, self._items[k].word, Span(c.i, c.j), self._g.body(k), denies)
        infinitive = bool(self._items[k].group and self._items[k].group.infinitive)  # type: ignore[union-attr]
        if self._g.kind(k - 1) not in (Kind.COMMA, Kind.AND, Kind.ADVERB) and not infinitive:
            return None
        body = self._g.body(k)
        if body < 0:
            return None
        return Cue(k, k, Place.BEFORE, self._items[k].word, None, body, denies, denies and self._bare(k, body), (), self._cited(k))

    def _passive(self, k: int) -> Cue | None:
        """ "was confirmed by X", "was quoted by Y as saying", "reports were denied by X"."""
        c = self._items[k]
        agent = next(
            (q for q in range(k + 1, min(k + 6, len(self._items))) if self._items[q].kind is Kind.PREP and self._items[q].word == "by"), -1
        )
        quoted = self._words.value("voice-verb", c.word) == "cite"
        saying = next((q for q in range(k + 1, len(self._items)) if self._items[q].kind is Kind.VERB and self._items[q].word == "say"), -1)
        if quoted and saying > 0:
            who, first = self._g.subject(k)
            outer = (self._g.right_phrase(agent + 1)[0],) if 0 <= agent < saying else ()
            body = self._g.body(saying)
            place = Place.BEFORE if body >= 0 else Place.BEHIND
            return Cue(k, first, place, c.word, who, body, outer=outer)
        denies = self._words.value("voice-verb", c.word) == "deny"
        if agent < 0 and denies and self._g.kind(k - 1) is Kind.NOUN and self._said(k - 1):
            return Cue(k, k, Place.NOWHERE, c.word, None, -1, True, True)
        if agent < 0 or self._g.kind(agent + 1) is not Kind.NOUN:
            return None
        who, _ = self._g.right_phrase(agent + 1)
        if not speaker_like(self._p, who.start, who.end):
            return None
        return Cue(k, k, Place.BEHIND, c.word, who, denies=denies)

    def _quoted_as(self, k: int) -> Cue | None:
        """ "The agency quoted X as saying that P": the outlet carries, X speaks."""
        who, first = self._g.subject(k)
        if self._g.kind(k + 1) is not Kind.NOUN:
            return None
        inner, end = self._g.right_phrase(k + 1)
        saying = next((q for q in range(end, min(end + 3, len(self._items))) if self._items[q].kind is Kind.VERB), -1)
        body = self._g.body(saying) if saying >= 0 else -1
        place = self._place(k, first, body)
        return Cue(k, first, place, "quote", who, body, inner=(inner,)) if who else None

    # ---- others

    def _preposition(self, k: int) -> Cue | None:
        nxt = self._items[k + 1] if k + 1 < len(self._items) else None
        if nxt is not None and nxt.kind is Kind.REL:
            who, first = self._g.phrase_before(k)
            return Cue(k, first, Place.BEFORE, "according to", who, k + 2)
        if nxt is None or nxt.kind is not Kind.NOUN:
            return None
        who, end = self._g.right_phrase(k + 1)
        if self._items[k].word == "per" and not speaker_like(self._p, who.start, who.end):
            return None
        if (
            k == self._g.segment(k)
            or self._g.kind(k - 1) in (Kind.AND, Kind.QUOTE)
            or not any(c.kind is Kind.VERB for c in self._items[self._g.segment(k) : k])
        ):
            return Cue(k, k, Place.BEFORE, "according to", who, end)
        return Cue(k, k, Place.BEHIND, "according to", who)

    def _noun(self, k: int, c: Chunk) -> Cue | None:
        """ "reports that P", "a claim by X that P", "the army's claim that P", "reports indicating that P"."""
        word = self._p.tokens[c.j - 1].lower
        if word not in PUBLIC or (self._p.tokens[c.j - 1].capital and c.j - 1 > 0):
            return None
        end, who = k + 1, Span(c.i, c.j)
        owner = self._g.possessor(c)
        while (
            self._g.kind(end) is Kind.PREP
            and self._g.kind(end + 1) is Kind.NOUN
            and self._items[end].word in ("by", "from", "on", "in", "of", "to")
        ):
            if self._items[end].word in ("by", "from") or (
                word in ("claim", "claims") and self._items[end].word == "of" and owner is None and self._speaks(end + 1)
            ):
                owner, end = self._g.right_phrase(end + 1)
            else:
                end += 2
        body = self._noun_body(k, end)
        if body < 0:
            return None
        if (
            owner is None
            and word in ("claim", "claims", "report")
            and self._p.tokens[c.i].lower in ("a", "an", "the")
            and word != "claims"
            and self._g.kind(k - 1) is Kind.COMMA
        ):
            return None
        if owner is None and self._p.tokens[c.i].lower in POSSESSIVE:
            return None
        if owner is None and end > k + 1:
            who = Span(c.i, self._items[end - 1].j)
        return Cue(k, k, Place.BEFORE, word, owner or who, body, noun=True)

    def _speaks(self, k: int) -> bool:
        c = self._items[k]
        return speaker_like(self._p, c.i, c.j)

    def _noun_body(self, k: int, end: int) -> int:
        nxt = self._items[end] if end < len(self._items) else None
        if nxt is None:
            return -1
        if nxt.kind is Kind.THAT:
            return end
        if nxt.kind is Kind.VERB and nxt.group and not nxt.group.finite and self._words.has("voice-verb", nxt.word):
            return self._g.body(end)
        if nxt.kind is Kind.PREP and nxt.word == "of" and end == k + 1 and self._p.tokens[self._items[k].j - 1].lower != "claim":
            return end
        if nxt.kind is Kind.PREP and nxt.word == "of" and self._g.kind(end + 1) is Kind.VERB:
            return end
        return -1

    def _colon(self, k: int) -> Cue | None:
        """'The police chief: "A lie."'"""
        if self._g.kind(k + 1) is not Kind.QUOTE or any(c.kind is Kind.VERB for c in self._items[self._g.segment(k) : k]):
            return None
        who, first = self._g.phrase_before(k)
        if who is None or not speaker_like(self._p, who.start, who.end):
            return None
        return Cue(k, first, Place.BEFORE, ":", who, k + 1)

    # ---- parts

    def _called_false(self, k: int) -> bool:
        """ "called the claim a lie", "said was propaganda": a word of denial in the same clause."""
        if self._items[k].word in ("say", "insist") and self._g.kind(k + 1) is not Kind.VERB:
            return False
        for c in self._items[k + 1 : k + 14]:
            if c.kind is Kind.STOP or (c.kind is Kind.AND and c.word == "but"):
                return False
            if any(self._words.has("denial-word", t.lower) for t in self._p.tokens[c.i : c.j]):
                return True
        return False

    def _said(self, k: int) -> bool:
        return self._words.has("said-noun", self._p.tokens[self._items[k].j - 1].lower)

    def _bare(self, k: int, body: int) -> bool:
        """Whether what is denied is only named: "it", "the claim", "the governor's account"."""
        c = self._items[body] if 0 <= body < len(self._items) else None
        if c is None or c.kind is not Kind.NOUN or self._g.kind(body + 1) is Kind.THAT:
            return c is not None and c.kind is Kind.THAT and self._g.kind(body + 1) in (Kind.STOP, None)
        return self._words.has("said-noun", self._p.tokens[c.j - 1].lower) and self._noun(body, c) is None

    def _channel(self, k: int) -> tuple[Span, ...]:
        """Who is told: an outlet perhaps ("told Reuters", "said in an interview with Reuters")."""
        out = []
        for q in range(k + 1, min(k + 6, len(self._items))):
            c = self._items[q]
            if c.kind not in (Kind.NOUN, Kind.PREP, Kind.ADVERB):
                break
            told = q == k + 1 and self._items[k].word == "tell"
            to = q > k + 1 and self._items[q - 1].kind is Kind.PREP and self._items[q - 1].word in ("to", "with", "by")
            if c.kind is Kind.NOUN and (told or to):
                out.append(Span(c.i, c.j))
        return tuple(out)

    def _cited(self, k: int) -> tuple[Span, ...]:
        """ "..., citing X": next to the verb at `k`, before or behind it."""
        for q, c in enumerate(self._items):
            if (
                c.kind is Kind.VERB
                and c.group
                and not c.group.finite
                and self._words.value("voice-verb", c.word) == "cite"
                and self._g.kind(q + 1) is Kind.NOUN
            ):
                between = self._items[min(k, q) + 1 : max(k, q)]
                if not any(d.kind is Kind.VERB and self._words.has("voice-verb", d.word) for d in between):
                    return (self._g.right_phrase(q + 1)[0],)
        return ()
