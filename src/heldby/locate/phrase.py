"""What the words of a place say: the proper name, the noun that types it, whose part it is, the ends of a road, the areas around it.

Read from the place's own words and the words on both sides of them, so that a list under one noun ("A, B and C districts of D province")
gives every member its noun and its area whoever found the place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from heldby.locate.nouns import NOUN_PATTERN, Noun, Role, noun
from heldby.model.place import Place

_CAP = r"[A-ZÀ-ÖØ-ÞƏ][\w’'ʼʻ`]*"
_LINK = r"(?:[ \-–](?:(?:e|i|ye|wa|aw|o|de|la|du|da|do|al|el|as|ash|az|ul|ur)[ \-])?|-(?:e|i|ye)-?)"
NAME = rf"(?:(?:al|el|as|ash|az|ad|an|ar|at)[-’' ])?{_CAP}(?:{_LINK}{_CAP})*"
_LIST = rf"(?:(?:,\s*(?:and\s+)?|\s+and\s+|\s+or\s+){NAME})*"
_AREA_NOUN = r"(?:provinces?|districts?|regions?|states?|governorates?|oblasts?|county|counties|city)"
_AREA = (
    rf"(?:the\s+)?(?:(?:[a-z-]*(?:north|south|east|west)(?:ern)?|central|neighbou?ring|nearby|rural)\s+)*(?:{_AREA_NOUN}\s+of\s+)?(?P<area>{NAME})(?:[’']s)?"
    rf"(?:\s+(?P<area_noun>{_AREA_NOUN}))?"
)
_BEHIND = re.compile(rf"(?P<list>{_LIST})(?:\s+(?P<noun>{NOUN_PATTERN})(?!\w))?(?:,?\s+(?:in|of|inside|within)\s+{_AREA})?")
_APART = re.compile(rf"(?:\s+{NOUN_PATTERN})?,\s+(?P<area>{NAME})\s+(?P<area_noun>{_AREA_NOUN})(?!\w)")
_AHEAD = re.compile(
    rf"(?<!\w)(?P<noun>{NOUN_PATTERN})\s+(?P<of>of\s+|called\s+|named\s+)?(?:the\s+)?(?P<list>(?:{NAME}(?:,\s*(?:and\s+)?|\s+and\s+|\s+or\s+))*)\Z"
)
_LEAD = re.compile(
    r"(?:(?:almost|nearly|virtually|practically|about|over|more than)\s+)*"
    r"(?:(?:all|most|much|half|some|any|(?:large|small|many|some)?\s*(?:parts?|areas|portions?|sections?|swathes|swaths)|(?:the\s+)?(?:whole|rest|bulk|remainder|entirety|control))\s+(?:of\s+)?)?"
    r"(?:(?:the|a|an|its|their|his|this|that|these|those|our|both)\s+)?(?:(?:entire|whole|rest of the|rest of)\s+)?",
    re.IGNORECASE,
)
_SIDE = re.compile(r"(?:\w+\s+)?side\s+of\s+(?:the\s+)?", re.IGNORECASE)
_BETWEEN = re.compile(
    rf"(?P<noun>{NOUN_PATTERN})\s+(?:between|from|connecting|linking|that links|which links)\s+(?:the\s+)?(?P<a>.+?)\s+(?:and|to|with)\s+(?:the\s+)?(?P<b>.+)\Z"
)
_INNER_AFTER = re.compile(
    rf"(?:[’']s|s[’'])?[\s\-]+(?P<between>(?:(?!(?:in|of|and|to|near|between|at|on|from|for|by|which|who|that)\b)[\w’'.-]+\s+){{0,3}}?)(?P<noun>{NOUN_PATTERN})(?!\w)"
)
_INNER_AHEAD = re.compile(
    rf"(?<!\w)(?P<noun>{NOUN_PATTERN})(?P<tail>\s+[a-z]+ed)?,?\s+(?P<link>of|in|at|near|outside|inside|around|on|for|called|named|from)?\s*(?:the\s+)?(?:[a-z’'-]+\s+){{0,2}}\Z",
    re.IGNORECASE,
)
_INNER_AREA = re.compile(rf"(?:\s+{NOUN_PATTERN})?,?\s+(?:in|of)\s+{_AREA}")
_CAPITAL_NAME = re.compile(NAME)
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
    province"), whose own noun is `owner_noun`; `apart` that only a part in some direction is meant ("northern Syria").
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


def cleaned(text: str) -> str:
    """`text` without an outlet's square brackets, quotation marks and line breaks."""
    return re.sub(r"\s+", " ", re.sub(r"[\[\]“”\"]", "", text.replace("\u00a0", " "))).strip(" ,;:")


def stripped(text: str) -> str:
    """`text` without its article and without "most of", "the rest of"."""
    rest = text[match.end() :] if (match := _LEAD.match(text)) else text
    return rest or text


def read_phrase(place: Place, text: str) -> Phrase:
    """The phrase of `place` in the report's `text`."""
    phrase = read_words(place.text, place.name)
    if not phrase.name and not phrase.ends and (place.referent or place.name):
        phrase = _back(phrase, read_words(place.referent or place.name, place.name))
    if phrase.noun is None and place.head and (found := noun(place.head)):
        phrase = replace(phrase, noun=found)
    phrase = _beside(phrase, place, text)
    near = tuple(Area(cleaned(n), noun(n), beside=False) for n in place.parent_names)
    return replace(phrase, areas=phrase.areas + near)


def _back(phrase: Phrase, antecedent: Phrase) -> Phrase:
    """A reference back takes the name of its antecedent, and its noun unless it has one of its own that says more."""
    own, other = phrase.noun, antecedent.noun
    keep = own is not None and (other is None or other.role is Role.OWN or (own.role is other.role and own.role is not Role.SITE))
    if own is not None and other is not None and own.role is Role.SITE and other.role is not Role.SITE:
        return replace(antecedent, words=phrase.words, noun=own, owned=True, owner_noun=other, compound="")
    return replace(antecedent, noun=own) if keep else antecedent


def read_words(text: str, name: str = "") -> Phrase:
    """The phrase of a place's own words alone."""
    words = stripped(cleaned(text))
    if between := _BETWEEN.match(_from_noun(words)):
        return Phrase(words, noun=noun(between["noun"]), ends=(stripped(between["a"]), stripped(between["b"])))
    if (side := _SIDE.match(words)) and (rest := noun(words)) and rest.role in (Role.CROSSING, Role.EDGE):
        words = words[side.end() :]
    wanted = cleaned(name)
    at = words.find(wanted) if wanted else -1
    if at < 0:
        found = _CAPITAL_NAME.search(words)
        if not found:
            return Phrase(words, noun=noun(words) or _first_noun(words))
        at, wanted = found.start(), found.group()
    return _around(words, at, at + len(wanted))


def _from_noun(words: str) -> str:
    found = re.search(NOUN_PATTERN + r"(?!\w)", words)
    return words[found.start() :] if found else words


def _first_noun(words: str) -> Noun | None:
    found = re.search(rf"(?<!\w){NOUN_PATTERN}(?!\w)", words, re.IGNORECASE)
    return noun(found.group()) if found else None


def _around(words: str, start: int, end: int) -> Phrase:
    """The phrase whose name is words[start:end]."""
    name = words[start:end]
    ahead, behind = _INNER_AHEAD.search(words[:start]), _INNER_AFTER.match(words[end:])
    after = noun(behind["noun"]) if behind else None
    compound = words[start : end + behind.end()] if behind else ""
    before = noun(ahead["noun"]) if ahead else None
    areas = _inner_areas(words[end + (behind.end() if behind else 0) :])
    if before and ahead:
        linked = (ahead["link"] or "").lower()
        whole = (before.role is Role.OWN and linked in ("", "of", "called", "named")) or not linked
        if whole and not after:
            return Phrase(words, name, before, "", areas=areas)
        if not whole or before.role is not Role.OWN:
            return Phrase(words, name, before, "", owned=True, owner_noun=after, areas=areas)
    own = after or (noun(name) if " " in name else None)
    direction = _DIRECTION.search(words[:start])
    apart = f"{direction['adj']} {direction['of'] or ''}".strip() if direction else ""
    return Phrase(words, name, own, compound or (name if own else ""), areas=areas, apart=apart)


def _inner_areas(rest: str) -> tuple[Area, ...]:
    found = _INNER_AREA.match(rest)
    return (Area(found["area"], noun(found["area_noun"] or "")),) if found else ()


def _beside(phrase: Phrase, place: Place, text: str) -> Phrase:
    """`phrase` with what stands directly before and behind the place in the report."""
    before, behind = cleaned_tail(text[max(0, place.start - 200) : place.start]), text[place.end : place.end + 200].replace("\u00a0", " ")
    found_noun, areas = phrase.noun, list(phrase.areas)
    owned, own_noun = phrase.owned, phrase.noun
    after = _BEHIND.match(behind)
    if after:
        typed = noun(after["noun"] or "")
        many = bool(after["noun"]) and after["noun"].casefold() != (typed.text if typed else "")
        if typed and found_noun is None and phrase.name and (not after["list"] or many):
            found_noun = typed
        if after["area"] and not areas and (not after["list"] or (typed and many)):
            areas.append(Area(after["area"], noun(after["area_noun"] or "")))
    if not areas and (apart := _APART.match(behind)):
        areas.append(Area(apart["area"], noun(apart["area_noun"])))
    if (ahead := _AHEAD.search(before)) and phrase.name and not phrase.owned and place.text.strip().startswith(phrase.name[:1]):
        typed = noun(ahead["noun"])
        many = typed is not None and ahead["noun"].casefold() != typed.text
        if typed and (not ahead["list"] or many):
            if typed.role is Role.CAPITAL and ahead["of"]:
                owned, own_noun, found_noun = True, found_noun, typed
            elif typed.role is Role.OWN and found_noun is None:
                found_noun = typed
    if owned and not phrase.owned:
        return replace(phrase, noun=found_noun, owned=True, owner_noun=own_noun, areas=tuple(areas))
    return replace(phrase, noun=found_noun, areas=tuple(areas))


def cleaned_tail(text: str) -> str:
    return text.replace("\u00a0", " ")
