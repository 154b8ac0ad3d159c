"""What the words of a place say: the proper name, the noun that types it, whose part it is, the ends of a road, the areas in it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from heldby.locate.nouns import NOUN_PATTERN, NOUNS, Noun, Role, noun

_CAP = r"[A-ZÀ-ÖØ-ÞƏ]\w*(?:[’'ʼʻ`](?!s\b)\w+)*"
_LINK = r"(?:[ \-–](?:(?:e|i|ye|wa|aw|o|de|la|du|da|do|al|el|as|ash|az|ul|ur)[ \-])?|-(?:e|i|ye)-?)"
NAME = rf"(?<!\w)(?:(?:al|el|ash|az|ad|ar)[-’' ]|(?:as|an|at)[-’'])?{_CAP}(?:{_LINK}{_CAP})*"
AREA_NOUN = r"(?:provinces?|districts?|regions?|states?|governorates?|oblasts?|county|counties|city)"
AREA = (
    rf"(?:the\s+)?(?:(?:[a-z-]*(?:north|south|east|west)(?:ern)?|central|neighbou?ring|nearby|rural)\s+)*(?:{AREA_NOUN}\s+of\s+)?(?P<area>{NAME})(?:[’']s)?"
    rf"(?:\s+(?P<area_noun>{AREA_NOUN}))?"
)
_SOME = r"(?:no|any|every)\s+part|all|most|much|half|some|any|no|every|(?:(?:large|small|many|some)\s+)?(?:parts?|areas|portions?|sections?|swathes|swaths)"
_LEAD = re.compile(
    r"(?:(?:almost|nearly|virtually|practically|about|over|more than)\s+)*"
    rf"(?:(?:{_SOME}|(?:the\s+)?(?:whole|rest|bulk|remainder|entirety|control))\s+(?:of\s+)?)?"
    r"(?:(?:the|a|an|its|their|his|this|that|these|those|our|both)\s+)?(?:(?:entire|whole|rest of the|rest of)\s+)?",
    re.IGNORECASE,
)
_SIDE = re.compile(r"(?:\w+\s+)?side\s+of\s+(?:the\s+)?", re.IGNORECASE)
_BETWEEN = re.compile(
    rf"(?P<noun>{NOUN_PATTERN})\s+(?:between|from|connecting|linking|that links|which links)\s+(?:the\s+)?(?P<a>.+?)\s+(?:and|to|with)\s+(?:the\s+)?(?P<b>.+)\Z"
)
_INNER_AFTER = re.compile(
    rf"(?:[’']s|s[’'])?[\s\-]+(?P<between>(?:(?!(?:in|of|and|to|near|between|at|on|from|for|by|which|who|that)\b)[\w’'.-]+\s+){{0,3}}?)(?P<noun>{NOUN_PATTERN})(?!\w)",
    re.IGNORECASE,
)
_INNER_AHEAD = re.compile(
    rf"(?<!\w)(?P<noun>{NOUN_PATTERN})(?:\s+[a-z]+ed)?,?\s+"
    r"(?:(?P<link>of|in|at|near|outside|inside|around|on|for|called|named|from)\s+(?:the\s+)?(?:[a-z-]+\s+){0,2}"
    r"|(?:the\s+)?(?:(?:[a-z]+(?:ern|al|ic|ous|ed)|main|north|south|east|west)\s+){0,2})\Z",
    re.IGNORECASE,
)
_LINKED = re.compile(r"\s(?:of|in|at|near|outside|inside|around|on|to|from|towards|through|along)\s+(?:the\s+)?\Z")
_INNER_AREA = re.compile(rf"(?:\s+{NOUN_PATTERN})?,?\s+(?:in|of|(?P<off>(?:north|south|east|west)(?:-?(?:east|west))?\s+of))\s+{AREA}")
_WITH = re.compile(rf"\s+with\s+(?:the\s+)?{NAME}")
_OTHERWISE = re.compile(rf"(?P<name>{NAME})\s+\((?P<other>{NAME})\)\Z")
_HEAD_ENDS = re.compile(
    r"\s+(?:of|to|in|into|near|around|between|behind|with|along|from|on|at|outside|inside|beside|that|which|who|where)\s"
)
_THINGS = (Role.SITE, Role.ROAD, Role.CROSSING, Role.PART)
_LAND_WORDS = ("valley", "island", "peninsula", "oilfield", "oil field", "exclusion zone", "zone")  # those that begin no other name
_TITLES = frozenset(
    ("international", "national", "military", "central", "main", "regional", "nuclear", "exclusion", "border", "old", "new", "air")
)
_NOT_A_NAME = re.compile(
    r"(?:its?|they|them|their|there|both|n?either|the|th(?:is|at|ese|ose)|all|most|some|no|every|each|several|many|dozens|of|we|he|at|least|one|two|three"
    r"|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty)\Z",
    re.IGNORECASE,
)
_DIRECTION = re.compile(
    r"(?:far |deep |whole )?(?:(?P<adj>(?:north|south|east|west)(?:-?(?:east|west))?(?:ern|ernmost)?|central|upper|lower|rural|inner)\s+(?:(?P<of>of)\s+)?)(?:the\s+)?\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Area:
    """An area named around a place; `beside` if the words tie it to this place, else it only stands near."""

    name: str
    noun: Noun | None = None
    beside: bool = True


@dataclass(frozen=True, slots=True)
class Phrase:
    """`words` without article and brackets; `name` the proper name in them ("" if none); `compound` the words from the name to its noun.

    `owned` says that the name is that of the place which the noun belongs to or lies in ("the airport of Herat", "a base in Herat
    province"), whose own noun is `owner_noun`; `apart` that only a part in some direction is meant ("northern Syria"); `definite` is false behind
    "a" and "an"; `plural` is true of several places under one noun without names; `alias` stands in brackets behind the name.
    """

    words: str
    name: str = ""
    noun: Noun | None = None
    compound: str = ""
    owned: bool = False
    owner_noun: Noun | None = None
    ends: tuple[str, str] | None = None
    areas: tuple[Area, ...] = ()
    apart: str = ""
    definite: bool = True
    plural: bool = False
    alias: str = ""


def cleaned(text: str) -> str:
    """`text` without an outlet's square brackets, quotation marks and line breaks."""
    return re.sub(r"\s+", " ", re.sub(r"[\[\]“”\"]", "", text.replace("\u00a0", " "))).strip(" ,;:")


def stripped(text: str) -> str:
    """`text` without its article and without "most of", "the rest of"."""
    rest = text[match.end() :] if (match := _LEAD.match(text)) else text
    return rest or text


def read_words(text: str, name: str = "", known: Callable[[str], bool] = bool) -> Phrase:
    """The phrase of a place's own words alone; `name` is the proper name if it is told, `known` says which names a gazetteer has."""
    words = stripped(cleaned(text))
    if between := _BETWEEN.match(_from_noun(words)):
        return Phrase(words, noun=noun(between["noun"]), ends=(stripped(between["a"]), stripped(between["b"])))
    if (side := _SIDE.match(words)) and (rest := noun(words)) and rest.role in (Role.CROSSING, Role.EDGE):
        words = words[side.end() :]
    head = head_noun(words)
    if head and head.role in (Role.CROSSING, Role.EDGE):
        words = _WITH.sub("", words)
    if (twice := _OTHERWISE.match(words)) and known(twice["other"]):
        return Phrase(words, twice["name"], alias=twice["other"])
    span, holders = _named(words, cleaned(name), known)
    if span is None:
        front = _HEAD_ENDS.split(words, maxsplit=1)[0].casefold()
        every = re.match(r"(?:every|each|all)\s", text, re.IGNORECASE) is not None
        return Phrase(words, noun=head, plural=head is not None and (every or not front.endswith(head.text)))
    phrase = _around(words, *span)
    definite = not re.match(r"(?:an?|any|some)\s", text, re.IGNORECASE)
    return replace(phrase, definite=definite, areas=(*phrase.areas, *(Area(h) for h in holders)))


def head_noun(words: str) -> Noun | None:
    """The noun a phrase without a name is about: the last one before its first preposition ("the road" of "the road to the gate")."""
    front = _HEAD_ENDS.split(words, maxsplit=1)[0]
    if found := noun(front):
        return found
    first = re.search(rf"(?<!\w){NOUN_PATTERN}(?!\w)", front, re.IGNORECASE)
    return noun(first.group()) if first else None


def is_name(text: str) -> bool:
    """Whether `text` may be the name of a place: not empty, no pronoun, no number."""
    return bool(text) and not _NOT_A_NAME.match(text)


def _named(words: str, wanted: str, known: Callable[[str], bool]) -> tuple[tuple[int, int] | None, list[str]]:
    """Where the proper name stands, and the names that own it ("Pakistan's Chaman district"): a known one before any other."""
    if wanted and not is_name(wanted):
        wanted = ""
    if wanted and (at := words.find(wanted)) >= 0:
        wider = next(
            (m.span() for m in re.finditer(NAME, words) if m.start() <= at and m.end() > at + len(wanted) and known(m.group())), None
        )
        return wider or (at, at + len(wanted)), []
    runs = [m for m in re.finditer(NAME, words) if len(m.group()) > 1 and is_name(m.group())]
    spans = [(m.start(), _known_end(m.group(), known)) for m in runs]
    found = [(start, start + length) for start, length in spans if length]
    owners = [(a, b) for a, b in found if words[b : b + 2] in ("'s", "’s") and any(x > b for x, _ in found)]
    rest = [span for span in found if span not in owners]
    if rest:
        return rest[0], [words[a:b] for a, b in owners if b <= rest[0][0]]
    return (runs[0].start(), runs[0].end()) if runs else None, []


def _known_end(run: str, known: Callable[[str], bool]) -> int:
    """The length of the longest known start of a run of capitalised words whose rest, if any, is a noun; 0 if none is known."""
    if known(run):
        return len(run)
    cuts = [m.start() for m in re.finditer(r"[ \-–]", run) if m.start() > 2]
    return next((c for c in reversed(cuts) if _is_noun(run[c + 1 :]) and known(run[:c])), 0)


def _is_noun(rest: str) -> bool:
    words = rest.casefold().split()
    while words and words[0] in _TITLES:
        words = words[1:]
    found = NOUNS.get(" ".join(words))
    return found is not None and (found.role is not Role.LAND or found.text in _LAND_WORDS)


def _from_noun(words: str) -> str:
    found = re.search(NOUN_PATTERN + r"(?!\w)", words)
    return words[found.start() :] if found else words


def _around(words: str, start: int, end: int) -> Phrase:
    """The phrase whose name is words[start:end]."""
    name = words[start:end]
    ahead, behind = _INNER_AHEAD.search(words[:start]), _INNER_AFTER.match(words[end:])
    after = noun(behind["noun"]) if behind else None
    compound = words[start : end + behind.end()] if behind else ""
    before = noun(ahead["noun"]) if ahead else None
    areas = _inner_areas(words[end + (behind.end() if behind else 0) :])
    head = head_noun(words)
    if head and head.role in _THINGS and _LINKED.search(words[:start]):
        return Phrase(words, name, head, "", owned=True, owner_noun=after, areas=areas)
    if head and head.role is Role.CAPITAL and before and before is not head and before.role is Role.OWN:
        return Phrase(
            words, name, head, "", owned=True, owner_noun=before, areas=areas
        )  # "the capital of the southern province of Uruzgan"
    if before and ahead:
        linked = (ahead["link"] or "").lower()
        whole = (before.role is Role.OWN and linked in ("", "of", "called", "named")) or not linked
        if whole and not after:
            return Phrase(words, name, before, "", areas=areas)
        if not whole or before.role is not Role.OWN or (after and after.role is Role.OWN and after is not before):
            return Phrase(words, name, before, "", owned=True, owner_noun=after, areas=areas)
    if after and words[end : end + 2] in ("'s", "’s"):
        return Phrase(words, name, after, compound, owned=True, areas=areas)
    own = after or (noun(name) if " " in name else None)
    direction = _DIRECTION.search(words[:start])
    apart = f"{direction['adj']} {direction['of'] or ''}".strip() if direction else ""
    return Phrase(words, name, own, compound or (name if own else ""), areas=areas, apart=apart)


def _inner_areas(rest: str) -> tuple[Area, ...]:
    found = _INNER_AREA.match(rest)
    return (Area(found["area"], noun(found["area_noun"] or ""), beside=not found["off"]),) if found else ()
