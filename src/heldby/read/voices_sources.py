"""Phrases that name a source without a verb of saying: "in the words of X", "by X's account", "if X is to be believed"."""

from __future__ import annotations

from heldby.read.chunks import Kind
from heldby.read.text import Span
from heldby.read.voices_grammar import Grammar
from heldby.read.voices_items import speaker_like

LEADS = ("in", "by", "on", "from", "at", "to", "going by", "judging by")
ANYBODY = ("one", "you", "we")
TRUSTED = (
    "is to be believed", "are to be believed", "is to be trusted", "are to be trusted", "is right", "are right", "is correct",
    "are correct", "can be believed", "can be trusted", "is believed", "are believed", "is anything to go by", "are anything to go by",
)  # fmt: skip


class Sources:
    """Source phrases of one sentence. Positions are items."""

    def __init__(self, grammar: Grammar) -> None:
        self._g = grammar
        self._words = grammar.words

    def at(self, k: int) -> tuple[Span, int] | None:
        """Whom the phrase at item `k` names as the source, as tokens, and the item behind it; None where it names none."""
        if self._g.items[k].kind is Kind.SUB:
            return self._believed(k) if self._g.items[k].word == "if" else None
        return self._account(k) if self._g.items[k].word in LEADS else None

    def _account(self, k: int) -> tuple[Span, int] | None:
        """ "in the words of X", "by X's own count"."""
        c = self._g.items[k + 1] if self._g.kind(k + 1) is Kind.NOUN else None
        if c is None or c.j - c.i < 2 or not self._words.has("account-noun", self._g.parsed.tokens[c.j - 1].lower):
            return None
        who, end = self._g.possessor(c), k + 2
        if (
            who is None
            and self._g.kind(end) is Kind.PREP
            and self._g.items[end].word in ("of", "by")
            and self._g.kind(end + 1) is Kind.NOUN
        ):
            who, end = self._g.right_phrase(end + 1)
        tokens = self._g.parsed.tokens
        if who is None or not (speaker_like(self._g.parsed, who.start, who.end) or tokens[who.start].capital or self._press(who)):
            return None
        return who, end

    def _press(self, who: Span) -> bool:
        return self._words.has("outlet-noun", self._g.parsed.tokens[who.end - 1].lower)

    def inside(self, k: int) -> tuple[Span, ...]:
        """Whom "stated, on the authority of X, that" names, for the verb of saying at `k`."""
        if self._g.kind(k + 1) is not Kind.COMMA or k + 2 >= len(self._g.items) or self._g.items[k + 2].word not in LEADS:
            return ()
        found = self._account(k + 2)
        return (found[0],) if found and self._g.kind(found[1]) is Kind.COMMA and self._g.kind(found[1] + 1) is Kind.THAT else ()

    def _believed(self, k: int) -> tuple[Span, int] | None:
        """ "if one believes X", "if X is to be believed"."""
        if self._g.kind(k + 1) is not Kind.NOUN or self._g.kind(k + 2) is not Kind.VERB:
            return None
        c, verb, tokens = self._g.items[k + 1], self._g.items[k + 2], self._g.parsed.tokens
        if c.word in ANYBODY and verb.word in ("believe", "trust", "credit") and self._g.kind(k + 3) is Kind.NOUN:
            return self._g.right_phrase(k + 3)
        end = next((q for q in range(k + 2, len(self._g.items)) if self._g.kind(q) in (Kind.COMMA, Kind.STOP)), len(self._g.items))
        rest = " ".join(t.lower for t in tokens[verb.i : self._g.items[end - 1].j])
        return (Span(c.i, c.j), end) if rest in TRUSTED and speaker_like(self._g.parsed, c.i, c.j) else None
