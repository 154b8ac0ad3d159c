"""Words at second hand: "was quoted by Y as saying", "the agency quoted X", "told Reuters", "citing X", "a claim denied by Y"."""

from __future__ import annotations

from heldby.read.chunks import Kind
from heldby.read.text import Span
from heldby.read.voices_cue import Cue, Place
from heldby.read.voices_denials import Denials
from heldby.read.voices_grammar import Grammar
from heldby.read.voices_items import speaker_like
from heldby.read.voices_nouns import said_noun
from heldby.read.words import Form

AGENT_REACH = 6  # items between a passive and its "by"


class Relays:
    """Second-hand speech in one sentence. Positions are items."""

    def __init__(self, grammar: Grammar, denials: Denials) -> None:
        self._g = grammar
        self._items = grammar.items
        self._words = grammar.words
        self._denials = denials

    def _cites(self, k: int) -> bool:
        return self._g.kind(k) is Kind.VERB and self._words.value("voice-verb", self._items[k].word) == "cite"

    def _agent(self, k: int) -> int:
        """The item of the noun phrase behind "by" near the verb at `k`, -1 if there is none."""
        for q in range(k + 1, min(k + AGENT_REACH, len(self._items) - 1)):
            if self._g.kind(q) is Kind.PREP and self._items[q].word == "by":
                return q + 1 if self._g.kind(q + 1) is Kind.NOUN else -1
        return -1

    def passive(self, k: int, denies: bool = False) -> Cue | None:
        """ "was confirmed by X", "was quoted by Y as saying", "reports were denied by X", "this claim is disputed"."""
        c = self._items[k]
        agent = self._agent(k)
        saying = next((q for q in range(k + 1, len(self._items)) if self._g.kind(q) is Kind.VERB and self._items[q].word == "say"), -1)
        if self._cites(k) and saying > 0:
            return self._quoted(k, saying, agent)
        called = self._words.has("denial-verb", c.word) and c.word not in ("say", "insist") and self._denials.called_false(k)
        denies = denies or called or self._words.value("voice-verb", c.word) == "deny"
        pointed = self._g.kind(k - 1) is Kind.THAT and (k == 1 or self._g.kind(k - 2) is Kind.QUOTE)  # "That was denied by"
        named = pointed or (self._g.kind(k - 1) is Kind.NOUN and self._denials.said(k - 1) and said_noun(self._g, k - 1) is None)
        if agent < 0:
            return Cue(k, k, Place.NOWHERE, c.word, None, -1, True, True) if denies and named else None
        who, _ = self._g.right_phrase(agent)
        name = self._g.parsed.tokens[who.start].capital and denies  # "rejected by Kyiv"
        if not (name or speaker_like(self._g.parsed, who.start, who.end)):
            return None
        if denies and named:
            about, whole = self._denials.whose(k - 1)
            return Cue(k, k, Place.NOWHERE, c.word, who, -1, True, True, about=about, whole=whole)
        return Cue(k, k, Place.BEHIND, c.word, who, denies=denies)

    def _quoted(self, k: int, saying: int, agent: int) -> Cue:
        """ "X was quoted [by Y] as saying [by Y] that P"."""
        who, first = self._g.subject(k)
        carrier = agent if 0 <= agent < saying else self._agent(saying) if self._g.kind(saying + 1) is Kind.PREP else -1
        outer = (self._g.right_phrase(carrier)[0],) if carrier >= 0 else ()
        body = self._g.body(saying)
        return Cue(k, first, Place.BEFORE if body >= 0 else Place.BEHIND, self._items[k].word, who, body, outer=outer)

    def quoted_as(self, k: int) -> Cue | None:
        """ "The agency quoted X as saying that P": the outlet carries, X speaks. Where it stands is for the finder."""
        who, first = self._g.subject(k)
        if self._g.kind(k + 1) is not Kind.NOUN:
            return None
        inner, end = self._g.right_phrase(k + 1)
        saying = next((q for q in range(end, min(end + 3, len(self._items))) if self._g.kind(q) is Kind.VERB), -1)
        body = self._g.body(saying) if saying >= 0 else -1
        return Cue(k, first, Place.BEFORE, "quote", who, body, inner=(inner,)) if who else None

    def quoting(self, k: int) -> tuple[Span, ...]:
        """ "X, quoted by Y, said": who carries the words of the verb at `k`."""
        for q in range(max(0, k - AGENT_REACH), k):
            group, agent = self._items[q].group, self._agent(q)
            if self._cites(q) and group is not None and not group.infinitive and 0 <= agent < k:
                return (self._g.right_phrase(agent)[0],)
        return ()

    def denied_by(self, k: int) -> bool:
        """ "..., a claim denied by Y": a participle behind what was said."""
        c = self._items[k]
        alone = all(self._words.has("adverb", t.lower) or t.lower.endswith("ly") for t in self._g.parsed.tokens[c.i : c.j - 1])
        participle = c.group is not None and c.group.form in (Form.PAST, Form.PART) and alone  # "flatly contradicted by"
        agent = self._agent(k)
        return participle and agent == k + 2 and self._g.kind(k - 1) is Kind.NOUN and self._denials.said(k - 1)

    def claim_denied(self, k: int) -> Cue:
        """The cue of "..., a claim denied by Y": what is denied stands before."""
        who, _ = self._g.right_phrase(self._agent(k))
        return Cue(k, k, Place.NOWHERE, self._items[k].word, who, -1, True, True)

    def channel(self, k: int) -> tuple[Span, ...]:
        """Who is told: an outlet perhaps ("told Reuters", "said in an interview with Reuters")."""
        out = []
        for q in range(k + 1, min(k + 6, len(self._items))):
            c = self._items[q]
            if c.kind not in (Kind.NOUN, Kind.PREP, Kind.ADVERB):
                break
            told = q == k + 1 and self._items[k].word == "tell"
            to = q > k + 1 and self._items[q - 1].kind is Kind.PREP and self._items[q - 1].word in ("to", "with", "by")
            to = to and not (self._items[q - 1].word == "by" and self._denials.said(q - 2))  # "rejected claims by the rebels"
            if c.kind is Kind.NOUN and (told or to):
                out.append(Span(c.i, c.j))
        return tuple(out)

    def cited(self, k: int) -> tuple[Span, ...]:
        """ "..., citing X": next to the verb at `k`, before or behind it."""
        for q, c in enumerate(self._items):
            if not self._cites(q) or c.group is None or c.group.form is not Form.ING or self._g.kind(q + 1) is not Kind.NOUN:
                continue
            between = self._items[min(k, q) + 1 : max(k, q)]
            if not any(d.kind is Kind.VERB and self._words.has("voice-verb", d.word) for d in between):
                return (self._g.right_phrase(q + 1)[0],)
        return ()
