"""A place's phrase with what stands around it: a list under one noun ("A, B and C districts of D province") gives every member its noun
and its area, whoever found the place; a reference back takes the name of what it refers to."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from heldby.locate.nouns import NOUN_PATTERN, Role, noun
from heldby.locate.phrase import AREA, AREA_NOUN, NAME, Area, Phrase, cleaned, head_noun, is_name, read_words
from heldby.model.place import Place, PlaceKind

_LIST = rf"(?:(?:,\s*(?:and\s+)?|\s+and\s+|\s+or\s+){NAME})*"
_BEHIND = re.compile(rf"(?P<list>{_LIST})(?:\s+(?P<noun>{NOUN_PATTERN})(?!\w))?(?:,?\s+(?:in|of|inside|within)\s+{AREA})?")
_APART = re.compile(rf"(?:\s+{NOUN_PATTERN})?,\s+(?P<area>{NAME})\s+(?P<area_noun>{AREA_NOUN})(?!\w)")
_COMMA = re.compile(rf",\s+(?P<area>{NAME})(?=[,.;]|\s+and\s|\Z)")
_END = re.compile(rf"\s+(?P<link>to|and)\s+(?:the\s+)?(?P<end>{NAME})")
_AHEAD = re.compile(
    rf"(?<!\w)(?P<noun>{NOUN_PATTERN})\s+(?P<of>of\s+|called\s+|named\s+)?(?:the\s+)?(?P<list>(?:{NAME}(?:,\s*(?:and\s+)?|\s+and\s+|\s+or\s+))*)\Z"
)
_OF_ANOTHER = (Role.SITE, Role.PART, Role.MIDDLE)  # nouns whose place belongs to the one that the antecedent names
_MILITARY = frozenset(
    ("airbase", "air base", "airfield", "camp", "barracks", "garrison", "headquarters", "post", "outpost", "installation", "command")
)
_STANDS_FOR: Mapping[str, frozenset[str] | None] = {  # nouns for facilities that may refer back to others; None: to any
    **dict.fromkeys(("facility", "building", "compound", "complex", "installation"), None),
    "base": _MILITARY,
    "camp": _MILITARY,
    "post": frozenset(("outpost", "checkpoint", "guard post")),
    "plant": frozenset(("power plant", "power station", "factory", "refinery", "steelworks", "mill")),
    "headquarters": frozenset(("police headquarters", "command", "corps headquarters", "brigade headquarters")),
}
REACH = 200  # characters looked at on either side
WHATEVER = ("place", "places", "location", "locations")  # "these places" are those named before, and no parts of them


def read_phrase(place: Place, text: str, known: Callable[[str], bool]) -> Phrase:
    """The phrase of `place` in the report's `text`."""
    phrase = read_words(place.text, place.name, known)
    if place.referent and phrase.noun and phrase.noun.text in WHATEVER:
        phrase = replace(phrase, noun=None)
    antecedent = place.referent or place.name
    told = cleaned(place.name)
    if phrase.name and is_name(told) and told not in cleaned(place.text):  # "Syria's second city", told to be Aleppo
        phrase, antecedent = Phrase(phrase.words, noun=head_noun(phrase.words)), place.name
    if not phrase.name and not phrase.ends and is_name(antecedent):
        phrase = _back(phrase, read_words(antecedent, place.name, known))
    pronoun = bool(place.referent) and not is_name(cleaned(place.text))
    head = noun(place.head) if place.head and not pronoun else None
    if phrase.noun is None and head and (head.role is not Role.PART or head.text in phrase.words.casefold()):
        phrase = replace(phrase, noun=head)
    phrase = _beside(phrase, place, text)
    near = tuple(Area(cleaned(n), noun(n), beside=False) for n in place.parent_names)
    return replace(phrase, areas=phrase.areas + near)


def _back(phrase: Phrase, antecedent: Phrase) -> Phrase:
    """A reference back takes the name of its antecedent, and its noun unless it has one of its own that says more."""
    own, other = phrase.noun, antecedent.noun
    if own and other and own.role is other.role is Role.SITE and own.text != other.text:
        allowed = _STANDS_FOR.get(own.text, frozenset())
        if allowed is not None and other.text not in allowed:
            return phrase  # "the airport" is not the citadel spoken of before
    if own and other and other.role is Role.SITE and own.role in (Role.OWN, Role.CROSSING, Role.CAPITAL, Role.CENTRE):
        if own.role is Role.OWN and antecedent.name:  # "the city" is the one whose airport was spoken of
            return replace(antecedent, words=phrase.words, noun=own, owned=False, owner_noun=None, compound="")
        return phrase  # nor is "the town" the customs office
    if own and other and own.role is Role.OWN and other.role is Role.CAPITAL and own.kind in (PlaceKind.CITY, PlaceKind.TOWN):
        return antecedent  # "the town" is the capital spoken of
    if own and own.role in _OF_ANOTHER and (other is None or other.role is not own.role):
        return replace(antecedent, words=phrase.words, noun=own, owned=True, owner_noun=other, compound="", plural=phrase.plural)
    keep = own is not None and (other is None or other.role is Role.OWN or (own.role is other.role and own.role is not Role.SITE))
    return replace(antecedent, noun=own, plural=phrase.plural) if keep else antecedent


def _beside(phrase: Phrase, place: Place, text: str) -> Phrase:
    """`phrase` with what stands directly before and behind the place in the report."""
    before = text[max(0, place.start - REACH) : place.start].replace("\u00a0", " ")
    behind = text[place.end : place.end + REACH].replace("\u00a0", " ")
    ahead = _AHEAD.search(before)
    phrase = _with_behind(phrase, behind, ahead is not None and ahead["noun"].casefold().endswith("s"))
    if phrase.noun and phrase.noun.role is Role.ROAD and phrase.owned and (end := _END.match(behind)):
        linked = "between" if end["link"] == "and" else "from"
        return replace(phrase, ends=(phrase.name, end["end"])) if f" {linked} " in phrase.words else phrase
    if not phrase.name or phrase.owned or not cleaned(place.text).startswith(phrase.name):
        return phrase
    typed = noun(ahead["noun"]) if ahead else None
    if not ahead or not typed or (ahead["list"] and ahead["noun"].casefold() == typed.text):
        return phrase
    if typed.role is Role.CAPITAL and ahead["of"]:
        return replace(phrase, noun=typed, owned=True, owner_noun=phrase.noun)
    return replace(phrase, noun=typed) if typed.role is Role.OWN and phrase.noun is None else phrase


def _with_behind(phrase: Phrase, behind: str, listed: bool) -> Phrase:
    """`phrase` with the noun that ends its list and the area named behind it; `listed` if a noun for several stands before the list."""
    found = _BEHIND.match(behind)
    if found and (phrase.name or not found["list"]):
        typed = noun(found["noun"] or "")
        shared = listed or not found["list"] or (typed is not None and found["noun"].casefold() != typed.text)
        if typed and typed.role is Role.OWN and shared and phrase.noun is None and phrase.name:
            phrase = replace(phrase, noun=typed)
        if found["area"] and shared and not phrase.areas:
            return replace(phrase, areas=(Area(found["area"], noun(found["area_noun"] or "")),))
    if not phrase.areas and (apart := _APART.match(behind)):
        return replace(phrase, areas=(Area(apart["area"], noun(apart["area_noun"])),))
    if phrase.name and not phrase.areas and (comma := _COMMA.match(behind)):
        return replace(phrase, areas=(Area(comma["area"], beside=False),))
    return phrase
