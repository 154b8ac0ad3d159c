"""Nouns that speak: "reports that P", "a claim by X that P", "the army's claim to hold it", "rumours of the fall of the town"."""

from __future__ import annotations

from dataclasses import dataclass

from heldby.read.chunks import Kind
from heldby.read.speakers_phrase import POSSESSIVE
from heldby.read.text import Span
from heldby.read.voices_grammar import Grammar
from heldby.read.voices_items import speaker_like

BY = ("by", "from")
TAILS = (*BY, "on", "in", "to")


@dataclass(frozen=True, slots=True)
class SaidNoun:
    """A noun that says something: whose it is (tokens; its own if nobody's), the item where what it says begins, whether it denies that.

    A denial of nobody's is that of the sentence's subject ("The ministry issued a denial that"): `who` is None.
    """

    word: str
    who: Span | None
    body: int
    denies: bool = False


def said_noun(g: Grammar, k: int) -> SaidNoun | None:
    """The noun phrase at item `k` as a saying, None if it says nothing or only names what was said ("denied the claim")."""
    c = g.items[k] if 0 <= k < len(g.items) else None
    if c is None or c.kind is not Kind.NOUN:
        return None
    last, first = g.parsed.tokens[c.j - 1], g.parsed.tokens[c.i].lower
    denies = g.words.has("denial-noun", last.lower)
    if not (denies or g.words.has("speaking-noun", last.lower)) or (last.capital and c.j - 1 > 0):
        return None
    end, owner = k + 1, g.possessor(c)
    while g.kind(end) is Kind.PREP and g.kind(end + 1) is Kind.NOUN and (g.items[end].word in TAILS or _owner(g, end, owner)):
        if g.items[end].word in BY or _owner(g, end, owner):
            owner, end = g.right_phrase(end + 1)
        else:
            end += 2
    body = _body(g, k, end)
    articles = ("a", "an", "the") if last.lower in ("claim", "report") else ("a", "an")
    apposed = owner is None and first in articles and g.kind(k - 1) is Kind.COMMA
    if body < 0 or apposed or (owner is None and first in POSSESSIVE):
        return None
    if denies:
        return SaidNoun(last.lower, owner, body, True)
    return SaidNoun(last.lower, owner or Span(c.i, g.items[end - 1].j), body)


def _owner(g: Grammar, prep: int, owner: Span | None) -> bool:
    """ "the claim of the army": who speaks, not what is said."""
    c = g.items[prep + 1]
    said = g.parsed.tokens[g.items[prep - 1].j - 1].lower in ("claim", "claims", "statement", "announcement", "account")
    return g.items[prep].word == "of" and owner is None and said and speaker_like(g.parsed, c.i, c.j)


def _body(g: Grammar, k: int, end: int) -> int:
    nxt = g.items[end] if end < len(g.items) else None
    if nxt is None:
        return -1
    if nxt.kind is Kind.THAT:
        return end
    if nxt.kind is Kind.VERB and nxt.group and not nxt.group.finite:
        if nxt.group.infinitive:
            return end if g.parsed.tokens[g.items[k].j - 1].lower in ("claim", "claims") else -1
        return g.body(end) if g.words.has("voice-verb", nxt.word) else -1
    if nxt.kind is Kind.PREP and nxt.word in ("of", "about"):
        return end if g.kind(end + 1) in (Kind.VERB, Kind.NOUN) else -1
    return -1
