"""Chunks: the tokens of a sentence as noun phrases, verb groups, prepositions and marks.

Names (actors, places, outlets) come in as spans that nothing breaks. A word that may be noun or verb ("attack", "control") is decided
by what stands around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from heldby.read.text import Token
from heldby.read.words import Form, VerbForm, Words


class Kind(StrEnum):
    NOUN = "noun"  # a noun phrase
    VERB = "verb"  # a verb group
    PREP = "prep"
    COMMA = "comma"
    AND = "and"  # a coordinator
    SUB = "sub"  # after, while, since
    REL = "rel"  # which, who
    THAT = "that"
    STOP = "stop"  # colon, semicolon, dash, bracket
    QUOTE = "quote"
    ADVERB = "adverb"


@dataclass(frozen=True, slots=True)
class Group:
    """A verb group: main verb and what its helpers say."""

    lemma: str
    form: Form
    infinitive: bool = False  # "to take"
    finite: bool = True
    passive: bool = False
    perfect: bool = False
    negated: bool = False
    modal: str = ""  # "planned", "possible"
    copula: bool = False


@dataclass(frozen=True, slots=True)
class Chunk:
    """Tokens [i, j) of a sentence. `head` is the index of a noun phrase's last noun, or of a verb group's main verb."""

    kind: Kind
    i: int
    j: int
    head: int
    word: str = ""
    group: Group | None = None


GONE = frozenset({"go", "fall", "collapse"})  # "is gone" has nobody who did it
_PHRASES = {  # several words that work as one: preposition, coordinator
    ("out", "of"): "out of",
    ("because", "of"): "because of",
    ("north", "of"): "near",
    ("south", "of"): "near",
    ("east", "of"): "near",
    ("west", "of"): "near",
    ("north-east", "of"): "near",
    ("north-west", "of"): "near",
    ("south-east", "of"): "near",
    ("south-west", "of"): "near",
    ("according", "to"): "according to",
    ("contrary", "to"): "contrary to",
    ("such", "as"): "including",
    ("close", "to"): "near",
    ("next", "to"): "near",
    ("in", "front", "of"): "near",
    ("ahead", "of"): "before",
    ("instead", "of"): "instead of",
    ("outside", "of"): "outside",
    ("inside", "of"): "inside",
    ("due", "to"): "due to",
    ("on", "the", "outskirts", "of"): "near",
    ("in", "the", "face", "of"): "despite",
    ("as", "part", "of"): "as part of",
    ("up", "to"): "up to",
    ("prior", "to"): "before",
    ("away", "from"): "from",
    ("on", "behalf", "of"): "for",
    ("amid", "reports"): "amid",
}


def chunk(tokens: tuple[Token, ...], tags: list[str], inside: list[int], words: Words) -> tuple[Chunk, ...]:
    """The chunks of a tagged sentence, in order and without overlap."""
    out: list[Chunk] = []
    k = 0
    while k < len(tokens):
        made = _one_chunk(tokens, tags, inside, words, k)
        out.append(made)
        k = made.j
    return tuple(out)


def _one_chunk(tokens: tuple[Token, ...], tags: list[str], inside: list[int], words: Words, k: int) -> Chunk:
    t = tags[k]
    low = tokens[k].lower
    if t in ("P", "N", "S", "D", "R") and inside[k] < 0 and (joined := _joined(tokens, k)):
        word, length = joined
        return Chunk(Kind.PREP, k, k + length, k, word)
    if t == "N" and [x.lower for x in tokens[k : k + 3]] in ([low, "by", low], [low, "to", low]):
        return Chunk(Kind.ADVERB, k, k + 3, k, low)  # "street by street"
    if _measures(tokens, k):
        return Chunk(Kind.ADVERB, k, k + 2, k, low)  # "at least nine districts"
    if t == "P" and low in ("around", "about", "over") and (k == 0 or tags[k - 1] in (".", "C", "S")) and _counts(tokens, k + 1, words):
        return Chunk(Kind.ADVERB, k, k + 1, k, low)  # "Around 300 gunmen"
    if low == "and" and [x.lower for x in tokens[k + 1 : k + 3]] in (["with", "it"], ["with", "them"]):
        return Chunk(Kind.AND, k, k + 3, k, "and")  # "took the base and with it the city"
    if low == "as" and [x.lower for x in tokens[k + 1 : k + 3]] == ["well", "as"]:
        return Chunk(Kind.AND, k, k + 3, k, "and")
    if t == "T" and _verb_follows(tags, k + 1):
        return _verb_chunk(tokens, tags, words, k)
    if t in ("X", "M", "V", "K") or (t == "R" and _verb_follows(tags, k)):
        if t == "K" and not _verb_follows(tags, k):
            return Chunk(Kind.ADVERB, k, k + 1, k, low)
        return _verb_chunk(tokens, tags, words, k)
    if t in ("D", "N", "G"):
        return _noun_chunk(tokens, tags, inside, words, k)
    if t == "O":
        return Chunk(Kind.NOUN, k, k + 1, k, low)
    simple = {
        "T": Kind.PREP,
        "P": Kind.PREP,
        "C": Kind.AND,
        ",": Kind.COMMA,
        "S": Kind.SUB,
        "W": Kind.REL,
        "A": Kind.THAT,
        "Q": Kind.QUOTE,
        "R": Kind.ADVERB,
    }
    if (
        t == "A"
        and k + 1 < len(tokens)
        and tags[k + 1] == "N"
        and (words.has("time-noun", tokens[k + 1].lower) or words.has("month", tokens[k + 1].lower))
    ):
        return _noun_chunk(tokens, tags, inside, words, k)
    return Chunk(simple.get(t, Kind.STOP), k, k + 1, k, low)


def _counts(tokens: tuple[Token, ...], k: int, words: Words) -> bool:
    """Whether a number stands at token k, and a noun for armed people behind it."""
    number = k + 1 < len(tokens) and (tokens[k].text[0].isdigit() or words.has("number", tokens[k].lower))
    return number and any(words.has("agent-noun", t.lower) for t in tokens[k + 1 : k + 3])


def _measures(tokens: tuple[Token, ...], k: int) -> bool:
    """Whether two words only qualify the number behind them."""
    pair = tuple(x.lower for x in tokens[k : k + 2])
    return k + 2 < len(tokens) and pair in _MEASURES and (tokens[k + 2].text[0].isdigit() or tokens[k + 2].lower not in ("of", "the"))


_WHOLLY = frozenset(
    {"full", "complete", "total", "firm", "sole", "effective", "undisputed", "direct", "partial", "tight", "de-facto", "nominal"}
)
_GRIPS = frozenset({"control", "charge", "possession", "command", "occupation"})
_MEASURES = frozenset((("at", "least"), ("at", "most"), ("more", "than"), ("fewer", "than"), ("less", "than")))


def _joined(tokens: tuple[Token, ...], k: int) -> tuple[str, int] | None:
    first = [x.lower for x in tokens[k : k + 4]]
    if len(first) == 4 and first[0] == "in" and first[1] in _WHOLLY:
        first = [first[0], *first[2:], tokens[k + 4].lower] if k + 4 < len(tokens) else first
    if len(first) > 2 and first[0] == "in" and first[1] in _GRIPS and first[2] == "of":
        return f"in {first[1]} of", 3 + (tokens[k + 1].lower in _WHOLLY)
    for n in (4, 3, 2):
        word = _PHRASES.get(tuple(x.lower for x in tokens[k : k + n]))
        if word and k + n <= len(tokens):
            return word, n
    return None


def _verb_follows(tags: list[str], k: int) -> bool:
    while k < len(tags) and tags[k] in ("R", "K"):
        k += 1
    return k < len(tags) and tags[k] in ("V", "X", "M")


def _noun_chunk(tokens: tuple[Token, ...], tags: list[str], inside: list[int], words: Words, k: int) -> Chunk:
    """A determiner, whatever stands before the noun, and the noun; a possessor and what it owns are one phrase."""
    j = k
    nominal = False
    while j < len(tokens):
        t = tags[j]
        more = (
            t == "D"
            and tokens[j].lower in ("more", "other", "further")
            and (words.has("number", tokens[j - 1].lower) or tokens[j - 1].text[0].isdigit())
        )
        if t in ("D", "A") and (nominal and tags[j - 1] != "G") and not more:
            break
        if t == "R" and j > k and not nominal and j + 1 < len(tags) and tags[j + 1] in ("N",):
            j += 1
            continue
        if t not in ("D", "N", "G") and not (t == "A" and j == k):
            break
        low = tokens[j].lower
        if (
            nominal
            and t == "N"
            and inside[j] < 0
            and j > k
            and tags[j - 1] != "G"
            and _starts_time(low, words)
            and not _starts_time(tokens[j - 1].lower, words)
            and not (tokens[j - 1].text.isdigit() and words.has("month", low))  # "20 July"
        ):
            break
        opened = j == k + 1 and k > 0 and tags[k - 1] == "P" and words.has("weekday", tokens[k].lower)
        if opened and (words.has("actor-adjective", low) or words.has("agent-noun", low)):
            break  # "by Sunday government forces were back"
        if j > k and nominal and inside[j] < 0 and _starts_date(tokens, j, words, inside[j - 1] >= 0):
            break  # "by Ukraine 19 June 2014"
        if nominal and inside[j] < 0 and j + 1 < len(tokens) and tokens[j + 1].lower == "times" and words.has("number", low):
            break  # "changed hands three times"
        if t == "N" and inside[j] >= 0 and nominal and any(words.has(c, tokens[j - 1].lower) for c in ("time-noun", "weekday")):
            break  # "on the same day Rustaq District fell"
        if (
            t == "N"
            and inside[j] >= 0
            and nominal
            and j > k
            and inside[j - 1] >= 0
            and inside[j - 1] != inside[j]
            and _full_stop_between(tokens, j)
        ):
            break
        nominal = nominal or t == "N"
        j += 1
    j = max(j, k + 1)
    head = j - 1
    while head > k and tags[head] != "N":
        head -= 1
    if tags[head] == "D":
        head = j - 1  # "the whole", "all these"
    return Chunk(Kind.NOUN, k, j, head, tokens[head].lower)


def _starts_time(low: str, words: Words) -> bool:
    return words.has("weekday", low) or words.has("month", low) or low in ("today", "yesterday", "last", "this")


_MEASURED = frozenset({"times", "km", "kilometres", "kilometers", "miles", "metres", "meters"})
_SINCE = frozenset({"later", "ago", "earlier", "before", "afterwards", "previously"})
_YEAR = re.compile(r"(?:19|20)\d\d")


def _starts_date(tokens: tuple[Token, ...], j: int, words: Words, named: bool) -> bool:
    counted = words.has("number", tokens[j].lower) or tokens[j].text.isdigit()
    unit = j + 1 if counted else j
    if named and counted and unit < len(tokens) and tokens[unit].lower in _MEASURED:
        return True  # "the highway to Kandahar three times", "Gereshk 30 km south"
    if unit + 1 < len(tokens) and words.has("time-noun", tokens[unit].lower) and tokens[unit + 1].lower in _SINCE:
        return counted or not (words.has("number", tokens[j - 1].lower) or tokens[j - 1].text.isdigit())  # "hours later", "two days ago"
    after = j + 3 if j + 2 < len(tokens) and tokens[j + 1].text in ("/", "-", "\u2013") and tokens[j + 2].text.isdigit() else j + 1
    day = tokens[j].text.isdigit() and after < len(tokens) and words.has("month", tokens[after].lower)  # "26 March", "26/27 March"
    return day or (named and (tokens[j].lower.startswith(("mid-", "early-", "late-")) or bool(_YEAR.fullmatch(tokens[j].text))))


def _full_stop_between(tokens: tuple[Token, ...], j: int) -> bool:
    return tokens[j].start - tokens[j - 1].end > 2


def _verb_chunk(tokens: tuple[Token, ...], tags: list[str], words: Words, k: int) -> Chunk:
    j = k
    infinitive = tags[k] == "T"
    helpers: list[str] = []
    modal, negated = "", False
    main = -1
    if infinitive:
        j += 1
    while j < len(tokens):
        t, low = tags[j], tokens[j].lower
        if t == "M":
            modal = words.value("modal", low) or modal
            negated = negated or words.has("negator", low)
        elif t == "X":
            helpers.append(low)
            negated = negated or words.has("negator", low)
        elif t == "K":
            negated = True
        elif t == "R":
            if not _verb_follows(tags, j):
                break
        elif t == "V":
            main = j
            j += 1
            break
        else:
            break
        j += 1
    if main < 0:
        return _copula(tokens, tags, words, (k, j), helpers, (infinitive, modal, negated))
    forms = words.verbs.get(tokens[main].lower, ()) or _guess(tokens[main].lower)
    be = bool(helpers) and words.has("be", helpers[-1])
    have = any(words.has("have", h) for h in helpers)
    form = _choose(forms, be, have, infinitive or bool(modal) or any(words.has("do", h) for h in helpers))
    finite = not infinitive and (
        (bool(helpers) and helpers[0] not in ("being", "having", "been", "be"))
        or bool(modal)
        or form.form in (Form.BASE, Form.S, Form.PAST)
    )
    undergone = be and form.form is Form.PART and form.lemma not in GONE
    group = Group(form.lemma, form.form, infinitive, finite, undergone, have or (be and form.lemma in GONE), negated, modal)
    return Chunk(Kind.VERB, k, j, main, form.lemma, group)


def _copula(
    tokens: tuple[Token, ...], tags: list[str], words: Words, span: tuple[int, int], helpers: list[str], said: tuple[bool, str, bool]
) -> Chunk:
    k, j = span
    infinitive, modal, negated = said
    j = max(j, k + 1)
    head = next((i for i in range(j - 1, k - 1, -1) if tags[i] in ("X", "M", "T")), k)
    low = tokens[head].lower
    lemma = "have" if words.has("have", low) else "do" if words.has("do", low) else "be"
    finite = not infinitive and low not in ("being", "having")
    perfect = any(words.has("have", h) for h in helpers[:-1])
    return Chunk(Kind.VERB, k, j, head, lemma, Group(lemma, Form.BASE, infinitive, finite, False, perfect, negated, modal, lemma == "be"))


def _guess(low: str) -> tuple[VerbForm, ...]:
    """The readings of a verb that no list has."""
    if low.endswith("ing"):
        return (VerbForm(low[:-3], Form.ING),)
    lemma = low[:-2] if low.endswith("ed") else low
    return (VerbForm(lemma, Form.PAST), VerbForm(lemma, Form.PART))


def _choose(forms: tuple[VerbForm, ...], be: bool, have: bool, bare: bool) -> VerbForm:
    """The reading of an ambiguous form that its helpers ask for."""
    order = (
        (Form.PART, Form.ING)
        if be
        else (Form.PART,)
        if have
        else (Form.BASE,)
        if bare
        else (Form.PAST, Form.S, Form.BASE, Form.ING, Form.PART)
    )
    for wanted in order:
        for f in forms:
            if f.form is wanted:
                return f
    return forms[0]
