"""What denies: "called the claim a lie", "said it was false", "the report that P is untrue"; and what only looks like it."""

from __future__ import annotations

from heldby.read.chunks import Chunk, Kind
from heldby.read.text import Span
from heldby.read.voices_grammar import Grammar

LEADING = ("the", "in", "fact", "at", "all", "entirely", "quite", "simply")
NEAR = 5  # tokens behind "is" among which a word of denial calls the subject untrue


class Denials:
    """Words of denial in one sentence. Positions are items."""

    def __init__(self, grammar: Grammar) -> None:
        self._g = grammar
        self._words = grammar.words

    def _item(self, k: int) -> Chunk | None:
        return self._g.items[k] if 0 <= k < len(self._g.items) else None

    def _low(self, c: Chunk) -> str:
        return self._g.parsed.tokens[c.j - 1].lower

    def said(self, k: int) -> bool:
        """Whether the noun phrase at `k` names something said: "the claim", "it"."""
        c = self._item(k)
        if c is None or c.kind is not Kind.NOUN:
            return False
        low = [t.lower for t in self._g.parsed.tokens[c.i : c.j]]
        while len(low) > 1 and self._words.has("denial-word", low[-1]):
            low.pop()  # "called [the claim baseless]"
        return self._words.has("said-noun", low[-1])

    def called_false(self, k: int) -> bool:
        """ "called the claim a lie", "said was propaganda": a word of denial in the clause of the verb at `k`."""
        if self._g.items[k].word in ("say", "insist") and self._g.kind(k + 1) is not Kind.VERB:
            return False
        for c in self._g.items[k + 1 : k + 14]:
            if c.kind is Kind.STOP or (c.kind is Kind.AND and c.word == "but"):
                return False
            if self._denying(c):
                return True
        return False

    def _denying(self, c: Chunk) -> bool:
        return any(self._words.has("denial-word", t.lower) for t in self._g.parsed.tokens[c.i : c.j])

    def bare(self, body: int) -> bool:
        """Whether what is denied is only named: "it", "that", "the claim", "the governor's account"."""
        c = self._item(body)
        if c is None:
            return False
        if c.kind is Kind.THAT:
            return self._g.kind(body + 1) in (Kind.STOP, None)
        return c.kind is Kind.NOUN and self._g.kind(body + 1) is not Kind.THAT and self.said(body)

    def whose(self, body: int) -> tuple[Span | None, bool]:
        """Whose saying is denied at `body`, as tokens, and whether a noun names it ("the claim") rather than a pronoun."""
        c = self._item(body)
        if c is None or c.kind is not Kind.NOUN or not c.j - c.i > 1:
            return None, False
        owner = self._g.possessor(c)
        if owner is None and self._g.kind(body + 1) is Kind.PREP and self._g.items[body + 1].word in ("by", "of", "from"):
            owner, _ = self._g.right_phrase(body + 2) if self._g.kind(body + 2) is Kind.NOUN else (None, 0)
        return owner, True

    def worthless(self, body: int) -> bool:
        """ "rejected the offer", "dismissed the governor": nothing is denied."""
        c, follows = self._item(body), self._item(body + 1)
        if c is None or c.kind is not Kind.NOUN or self._g.kind(body + 1) is Kind.THAT:
            return False
        person = self._words.value("role", self._low(c)) in ("state", "speaker", "resident") and not self.said(body)
        clause = follows is not None and follows.group is not None and follows.group.finite
        return not clause and (person or self._words.has("object-denied", self._low(c)))

    def false_complement(self, body: int) -> bool:
        """ "said the reports were false", "said it was a lie"."""
        at = body + 1 if self._g.kind(body) is Kind.THAT else body
        c = self._item(at)
        named = c is not None and c.kind is Kind.NOUN and (self.said(at) or self._low(c) == "they")
        return named and self.untrue(at + 1)

    def untrue(self, k: int) -> bool:
        """Whether the verb at `k` is a "be" that calls its subject untrue: "is false", "was not true", "are fabricated"."""
        verb = self._item(k)
        if verb is None or verb.group is None or not (verb.group.copula or verb.group.passive):
            return False
        last = self._g.parsed.tokens[verb.j - 1].lower
        if verb.group.passive:
            return not verb.group.negated and self._words.has("denial-word", last)
        stop = next((q for q in range(k + 1, k + 5) if self._g.kind(q) in (Kind.VERB, Kind.THAT, None)), k + 5)
        tokens = [t.lower for i in self._g.items[k + 1 : stop] for t in self._g.parsed.tokens[i.i : i.j]]
        if verb.group.negated:
            return bool(tokens) and self._words.has("truth-word", next((t for t in tokens if t not in LEADING), ""))
        return any(self._words.has("denial-word", t) for t in tokens[:NEAR])

    def untrue_that(self, k: int) -> int:
        """The "that" of what "it is not true that P", "there is no truth in it that P" denies, for the verb at `k`; -1 without."""
        it = self._item(k - 1)
        if it is None or it.kind is not Kind.NOUN or self._low(it) != "it" or not self.untrue(k):
            return -1
        return next((q for q in range(k + 1, k + 4) if self._g.kind(q) is Kind.THAT), -1)

    def no_truth_in(self, noun: int) -> bool:
        """ "there is no truth in [the reports]", "no basis for [the claim]"."""
        before = self._item(noun - 2)
        if self._g.kind(noun - 1) is not Kind.PREP or before is None or before.kind is not Kind.NOUN:
            return False
        low = [t.lower for t in self._g.parsed.tokens[before.i : before.j]]
        return low[0] in ("no", "little") and self._words.has("truth-noun", low[-1])

    def rejected_at(self, noun: int, body: int) -> int:
        """The verb that calls untrue what the saying at `noun` says from `body` on: "the claim that P [is] false"; -1 if none does."""
        if self._g.kind(noun - 1) is Kind.VERB:
            return -1
        for k in range(body + 1, len(self._g.items)):
            if self._g.kind(k) is Kind.STOP:
                return -1
            if self.untrue(k):
                return k
        return -1

    def false_subjects(self) -> list[int]:
        """Verbs that call untrue something said elsewhere: "the reports about its fall [are] rumours"."""
        return [k for k in range(1, len(self._g.items)) if self.untrue(k) and self._names_saying(k)]

    def _names_saying(self, k: int) -> bool:
        if k == 1 and self._g.kind(0) is Kind.THAT:
            return True  # "That was wrong."
        who, first = self._g.subject(k)
        return who is not None and self.said(first)
