"""Noun phrases as frames see them: a stretch of tokens with a head, and what kind of thing it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heldby.read.chunks import Kind
from heldby.read.document import Parsed
from heldby.read.mentions import Mention, MentionKind

ARTICLES = frozenset({"the", "a", "an"})
CHAIN = 3  # prepositional phrases, one on another, that may still belong to a noun
DEFINITE = frozenset({"the", "this", "that", "these", "those", "both", "all", "most", "whole"})
MATTERS = frozenset({"control", "possession", "situation", "command"})
POSSESSIVES = frozenset({"its", "their", "his", "her", "our", "my"})


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens [i, j) of a sentence with their head token; `chunk` is the noun chunk they are, or are part of."""

    chunk: int
    i: int
    j: int
    head: int


def phrase_of(parsed: Parsed, chunk: int) -> Phrase:
    c = parsed.chunks[chunk]
    return Phrase(chunk, c.i, c.j, c.head)


def phrases_of(parsed: Parsed, chunks: Sequence[int]) -> tuple[Phrase, ...]:
    return tuple(phrase_of(parsed, k) for k in chunks if parsed.chunks[k].kind is Kind.NOUN)


def modifier_of(parsed: Parsed, chunk: int, width: int = 1) -> Phrase | None:
    """What stands before the head of a chunk ("Mujahideen" of "Mujahideen control"); `width` is the head's length in tokens."""
    c = parsed.chunks[chunk]
    i, j = c.i, c.head - width + 1
    while i < j and parsed.tokens[i].lower in ARTICLES:
        i += 1
    owned = next((k for k in range(j - 1, i, -1) if parsed.tokens[k].lower in ("'s", "'")), -1)
    if owned > i:
        j = owned  # "the rebels' sole foothold": what the rebels have
    return Phrase(chunk, i, j, j - 1) if j > i else None


def names_party(parsed: Parsed, phrase: Phrase) -> bool:
    """Whether words before a noun may name a party: a name, an adjective of a side, "our"."""
    words = parsed.words
    return any(
        t.capital or t.lower in POSSESSIVES or words.has("actor-adjective", t.lower) or words.has("agent-noun", t.lower)
        for t in parsed.tokens[phrase.i : phrase.j]
    )


def text_span(parsed: Parsed, phrase: Phrase) -> tuple[int, int]:
    return parsed.tokens[phrase.i].start, parsed.tokens[phrase.j - 1].end


def head_word(parsed: Parsed, phrase: Phrase) -> str:
    return parsed.tokens[phrase.head].lower


def determiner(parsed: Parsed, phrase: Phrase) -> str:
    """The first word where it is a determiner, else ""."""
    low = parsed.tokens[phrase.i].lower
    return low if parsed.words.has("determiner", low) else ""


def is_definite(parsed: Parsed, phrase: Phrase) -> bool:
    """Whether a phrase says which one it means: a name, a pronoun, "the", "all"."""
    first = parsed.tokens[phrase.i]
    return first.lower in DEFINITE or parsed.inside[phrase.i] >= 0 or is_pronoun(parsed, phrase) or (first.capital and phrase.i > 0)


def has_word(parsed: Parsed, phrase: Phrase, words: Sequence[str] | frozenset[str]) -> bool:
    return any(t.lower in words for t in parsed.tokens[phrase.i : phrase.j])


def class_of(parsed: Parsed, phrase: Phrase, kind: str) -> tuple[str, str, int] | None:
    """(value, words, first token) of the longest entry of class `kind` that ends at the phrase's head; None if there is none."""
    longest = parsed.words.longest.get(kind, 1)
    for n in range(min(longest, phrase.head - phrase.i + 1), 0, -1):
        at = phrase.head - n + 1
        text = " ".join(t.lower for t in parsed.tokens[at : phrase.head + 1])
        value = parsed.words.value(kind, text)
        if value is not None:
            return value, text, at
    return None


def is_pronoun(parsed: Parsed, phrase: Phrase) -> bool:
    return phrase.j - phrase.i == 1 and parsed.words.has("pronoun", parsed.tokens[phrase.i].lower)


def is_plural(parsed: Parsed, phrase: Phrase) -> bool:
    low = head_word(parsed, phrase)
    return low.endswith("s") and not low.endswith(("ss", "us", "is")) and low not in _SINGULAR


_SINGULAR = frozenset({"headquarters", "barracks", "customs", "outskirts", "crossroads", "heights", "steelworks"})


def mentions_of(parsed: Parsed, phrase: Phrase, kind: MentionKind | None = None) -> tuple[Mention, ...]:
    """Mentions inside a phrase, in order."""
    start, end = text_span(parsed, phrase)
    return tuple(m for m in parsed.mentions_in(start, end) if kind is None or m.kind is kind)


def place_mentions(parsed: Parsed, phrase: Phrase) -> tuple[Mention, ...]:
    """Mentions of a phrase that may be places (a country's name too)."""
    return tuple(m for m in mentions_of(parsed, phrase) if m.unit_ids and not m.adjective)


def only_times(parsed: Parsed, chunks: Sequence[int]) -> bool:
    """Whether every one of these chunks says when: "on Sunday", "in the past 24 hours"."""
    spans = (parsed.tokens[parsed.chunks[c].i : parsed.chunks[c].j] for c in chunks)
    return all(any(parsed.words.has(k, t.lower) for k in ("weekday", "month", "time-noun") for t in span) for span in spans)


def chain(parsed: Parsed, chunk: int) -> list[tuple[str, list[int]]]:
    """What hangs on a noun, and on what hangs on it: "the withdrawal | of its troops | from the town"."""
    out: list[tuple[str, list[int]]] = []
    for _ in range(CHAIN):
        tails = parsed.parse.tails.get(chunk, ())
        out += tails
        if not tails:
            break
        chunk = tails[-1][1][-1]
    return out


def tail(parsed: Parsed, phrase: Phrase, *preps: str) -> tuple[Phrase, ...]:
    """The noun phrases behind the first of these prepositions that hangs on the phrase; () where the phrase stops before its chunk does."""
    if parsed.chunks[phrase.chunk].j != phrase.j:
        return ()
    for prep, chunks in parsed.parse.tails.get(phrase.chunk, ()):
        if prep in preps:
            return phrases_of(parsed, chunks)
    return ()


def matter(parsed: Parsed, chunks: Sequence[int]) -> tuple[Phrase, ...]:
    """The place behind a noun that only speaks of it, "control | over X", "the situation | in X"; () where the phrase is no such noun."""
    if len(chunks) != 1 or parsed.chunks[chunks[0]].word not in MATTERS:
        return ()
    return tail(parsed, phrase_of(parsed, chunks[0]), "of", "over", "in")
