"""A speaker as written: the words of his phrase, cleaned, and what they say about him."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from heldby.model.who import Outlet
from heldby.read.document import Document, Parsed
from heldby.read.mentions import Mention, MentionKind
from heldby.read.text import Span, Token
from heldby.read.words import Words

PRONOUNS = ("he", "she", "it", "they", "we", "i", "you", "him", "them")
POSSESSIVE = ("their", "its", "his", "her", "our")
SMALL = frozenset(("the", "a", "an", "of", "in", "for", "at", "on", "by", "from", "to", "and", "'s", "with", "its", "their", "his", "her"))
CUTS = ("who", "which", "that", "whom", "where", ",", "(", "--", ";")
PARTS = ("one", "two", "some", "several", "many", "most", "all", "another")  # "one of the commanders"
DETERMINERS = ("the", "a", "an", "this", "that", "both")


@dataclass(frozen=True)
class Phrase:
    """Tokens [span) of a sentence that name a speaker. `tokens` are those of the first of joint speakers, without clauses and times."""

    document: Document
    parsed: Parsed
    span: Span
    tokens: tuple[Token, ...]
    name: str = ""  # a personal name that stands in apposition: "the governor, N. N., said"

    @property
    def start(self) -> int:
        return self.tokens[0].start

    @property
    def text(self) -> str:
        """As written in the report, from the article to the last word of the phrase."""
        return self.document.report.text[self.tokens[0].start : self.tokens[-1].end]

    @cached_property
    def low(self) -> tuple[str, ...]:
        return tuple(t.lower for t in self.tokens)

    @cached_property
    def head_end(self) -> int:
        """Number of tokens before the first preposition: the head phrase."""
        first = 2 if len(self.low) > 2 and self.low[0] in PARTS and self.low[1] == "of" else 1
        for k, t in enumerate(self.low):
            if k >= first and self.words.has("preposition", t) and self._outside(k):
                return k
        return len(self.low)

    @property
    def words(self) -> Words:
        return self.parsed.words

    @property
    def head(self) -> str:
        return self.low[self.head_end - 1]

    @cached_property
    def content(self) -> frozenset[str]:
        """The words that tell one speaker from another, singular."""
        return frozenset(singular(w) for w in self.low if w not in SMALL and w[0].isalnum())

    @property
    def pronoun(self) -> str:
        return self.low[0] if len(self.low) == 1 and self.low[0] in PRONOUNS else ""

    @property
    def definite(self) -> bool:
        return self.low[0] in ("the", "this", "that") and len(self.low) > 1

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        return self.parsed.mentions_in(self.tokens[0].start, self.tokens[-1].end)

    def head_mentions(self) -> tuple[Mention, ...]:
        end = self.tokens[self.head_end - 1].end
        return tuple(m for m in self.mentions if m.start < end)

    @property
    def outlet(self) -> Outlet | None:
        """The outlet the phrase names, if it names one and nobody of it."""
        for m in self.head_mentions():
            if m.kind is MentionKind.OUTLET:
                return m.outlet
        return None

    @cached_property
    def role(self) -> str:
        """The class of role its head holds: "state", "speaker", "resident", "monitor", "reports" or ""."""
        head = self.low[: self.head_end]
        for size in (4, 3, 2, 1):
            if size <= len(head) and (value := self._role(" ".join(head[-size:]))):
                return value
        return next((value for w in reversed(head) if (value := self._role(w))), "")

    @property
    def rebel(self) -> bool:
        """Whether its head is a word for those who fight a state: "Sudanese paramilitaries"."""
        return self.words.value("agent-noun", self.head) == "rebel" or (
            "rebel" in self.words.values("agent-noun", self.head) and "state" not in self.words.values("agent-noun", self.head)
        )

    def of_a_person(self, m: Mention) -> bool:
        """Whether a place's name is part of a personal one: capitals that are no office stand next to it."""
        for k, t in enumerate(self.tokens):
            beside = t.end in (m.start - 1, m.start) or t.start in (m.end + 1, m.end)
            if beside and t.capital and t.is_word and not any(self.words.has(c, self.low[k]) for c in ("role", "title", "place-noun")):
                return self._outside(k)
        return False

    def _role(self, words: str) -> str:
        """A diplomat is a third party before he is an official."""
        values = self.words.values("role", words)
        return "monitor" if "monitor" in values and "state" in values else values[0] if values else ""

    def allied_with(self, kind: str, value: str) -> bool:
        """ "men allied with the army": a word of class `kind` behind a word of allegiance."""
        return any(
            self.words.has("allegiance", f"{a} {b}") and any(value in self.words.values(kind, w) for w in self.low[k + 2 : k + 6])
            for k, (a, b) in enumerate(pairwise(self.low))
        )

    def has(self, kind: str, *, head_only: bool = False) -> bool:
        """Whether a word of class `kind` stands in the phrase."""
        low = self.low[: self.head_end] if head_only else self.low
        runs = (" ".join(low[k : k + n]) for n in (1, 2, 3) for k in range(len(low) - n + 1))
        return any(self.words.has(kind, run) for run in runs)

    @cached_property
    def name_at(self) -> int:
        """The token where a personal name begins behind a title or an office; -1 without."""
        title = -1
        for k, t in enumerate(self.low):
            if title >= 0 and t in ("to", "for") and k + 1 < len(self.low) and self.words.has("title", self.low[k + 1]):
                break  # "an aide to President N. N."
            if (
                self.words.has("title", t)
                or self.words.has("role", t)
                or t.rstrip(".") in ("gen", "lt", "col", "maj", "capt", "brig", "gov", "sen")
            ):
                title = k
        end = len(self.tokens)
        while end and self.tokens[end - 1].text == ".":
            end -= 1
        rest = self.tokens[title + 1 : end]
        rest = rest[1:] if rest and rest[0].text == "." else rest
        if title < 0 or len(rest) < 2 or not all(t.capital or t.text == "." for t in rest):
            return -1
        return end - len(rest)

    @property
    def plural(self) -> bool:
        many = self.head.endswith("s") and not self.head.endswith(("ss", "news", "us")) and not self.institution
        return (
            many
            or self.words.has("voice-plural", self.head)
            or self.low[0] in ("they", "we", "two", "three", "several", "some", "both", "many")
        )

    @property
    def institution(self) -> bool:
        return self.name_at < 0 and (self.words.has("voice-institution", self.head) or self.outlet is not None or bool(self._whole_actor()))

    def _whole_actor(self) -> str:
        """The actor whose name is the whole head phrase ("The Taliban", "Ukraine")."""
        head = [t for t in self.tokens[: self.head_end] if t.lower not in DETERMINERS]
        if not head:
            return ""
        for m in self.head_mentions():
            if m.kind is MentionKind.ACTOR and m.start <= head[0].start and head[-1].end <= m.end:
                return m.actor
        return ""

    def _outside(self, k: int) -> bool:
        t = self.tokens[k]
        return not any(m.start < t.end and t.start < m.end for m in self.mentions)


DAYPARTS = (
    "dawn",
    "morning",
    "midday",
    "noon",
    "afternoon",
    "evening",
    "dusk",
    "nightfall",
    "night",
    "midnight",
    "daybreak",
    "sunrise",
    "sunset",
)


def singular(word: str) -> str:
    """A rough singular, enough to compare two mentions of one speaker."""
    if word.endswith("men"):
        return word[:-3] + "man"
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def read_phrase(document: Document, parsed: Parsed, span: Span) -> Phrase | None:
    """The phrase of tokens `span`, cut before clauses, appositions, times and the second of joint speakers; None if nothing is left."""
    tokens = list(parsed.tokens[span.start : span.end])
    if len(tokens) > 2 and tokens[0].lower in ("both", "either", "neither"):
        tokens = tokens[1:] if any(t.lower in ("and", "or", "nor") for t in tokens) else tokens
    while tokens and tokens[-1].lower in ("each", "both", "neither") and len(tokens) > 1:
        tokens.pop()
    while tokens and ((parsed.words.has("adverb", tokens[0].lower) and tokens[0].lower not in ("both", "all")) or not tokens[0].is_word):
        tokens.pop(0)
    while len(tokens) > 1 and tokens[0].lower in DAYPARTS and tokens[1].capital:
        tokens.pop(0)  # "By [evening] N. N. reported"
    if (named := _with_name(document, parsed, tokens, span)) is not None:
        return named
    cut = len(tokens)
    for k, t in enumerate(tokens):
        if (
            k
            and (t.lower in CUTS or parsed.words.has("reached", t.lower))
            and not (t.lower == "that" and parsed.words.has("preposition", tokens[k - 1].lower))
        ):
            cut = k
            break
        if k and parsed.words.has("preposition", t.lower) and any(parsed.words.has("medium", w.lower) for w in tokens[k + 1 : k + 4]):
            cut = k
            break
        if k and t.lower in ("and", "&", "or") and _joint(parsed, tokens, k):
            cut = k
            break
    tokens = _without_time(parsed, tokens[:cut])
    return Phrase(document, parsed, span, tuple(tokens)) if tokens else None


def second_of(document: Document, parsed: Parsed, span: Span) -> Phrase | None:
    """The second of joint speakers ("a councillor and an army officer"), whom a later sentence may quote alone; None if one speaks."""
    tokens = parsed.tokens[span.start : span.end]
    at = next((k for k, t in enumerate(tokens) if k and t.lower == "and" and _joint(parsed, list(tokens), k)), -1)
    if at < 0 or at + 1 >= len(tokens):
        return None
    rest = tokens[at + 1 :]
    named = any(m.actors for m in parsed.mentions_in(rest[0].start, rest[-1].end))
    if not named and not any(parsed.words.has("role", t.lower) for t in rest):
        return None
    return read_phrase(document, parsed, Span(span.start + at + 1, span.end))


def _with_name(document: Document, parsed: Parsed, tokens: list[Token], span: Span) -> Phrase | None:
    """ "N. N., a spokesman for X" and "the spokesman for X, N. N.": the office tells the side, the name is who speaks."""
    comma = next((k for k, t in enumerate(tokens) if t.text == ","), -1)
    if comma < 1 or comma + 1 >= len(tokens):
        return None
    left, right = tokens[:comma], tokens[comma + 1 :]
    right = right[: next((k for k, t in enumerate(right) if t.lower in CUTS), len(right))]
    if not right:
        return None
    if len(left) == 1 and left[0].lower == "one":
        return Phrase(document, parsed, span, tuple(_without_time(parsed, right)))  # "one, a shopkeeper"
    for name, office in ((left, right), (right, left)):
        personal = 2 <= len(name) <= 4 and all(t.capital for t in name) and not any(parsed.words.has("role", t.lower) for t in name)
        if personal and any(parsed.words.has("role", t.lower) for t in office):
            text = document.report.text[name[0].start : name[-1].end]
            return Phrase(document, parsed, span, tuple(_without_time(parsed, office)), text)
    unnamed = not any(m.actors for m in parsed.mentions_in(left[0].start, left[-1].end))
    if unnamed and any(m.actors and not m.adjective and m.end == right[-1].end for m in parsed.mentions_in(right[0].start, right[-1].end)):
        return Phrase(document, parsed, span, tuple(right))
    return None


def _joint(parsed: Parsed, tokens: list[Token], k: int) -> bool:
    """Whether "and" joins two speakers rather than two words of one name or office."""
    inside = any(m.start < tokens[k].start and tokens[k].end < m.end for m in parsed.mentions)
    first = tokens[0]
    if not parsed.words.has("role", tokens[k - 1].lower) and parsed.words.has("actor-adjective", tokens[k - 1].lower):
        return False  # "the interior and defence ministries"
    adjective = k == 1 and first.capital and not parsed.words.has("role", first.lower) and not parsed.mentions_in(first.start, first.end)
    return not inside and not adjective and k + 1 < len(tokens)


def _without_time(parsed: Parsed, tokens: list[Token]) -> list[Token]:
    """Without "on Wednesday", "later", "on condition of anonymity" at the end."""
    words = parsed.words
    changed = True
    while changed and len(tokens) > 1:
        changed = False
        last = tokens[-1].lower
        if words.has("weekday", last) or words.has("month", last) or last in ("today", "yesterday", "later", "earlier", "also"):
            tokens = tokens[:-1]
            changed = True
        if len(tokens) > 1 and words.has("preposition", tokens[-1].lower) and not words.has("determiner", tokens[-2].lower):
            tokens = tokens[:-1]
            changed = True
        if len(tokens) > 3 and tokens[-2].lower == "of" and tokens[-1].lower == "anonymity":
            tokens = tokens[:-4] or tokens[:1]
            changed = True
        if tokens and not tokens[-1].is_word and tokens[-1].text != "'s" and len(tokens) > 1 and tokens[-1].text != ".":
            tokens = tokens[:-1]
            changed = True
    return tokens
