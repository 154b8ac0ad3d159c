"""Places that are named after others: facilities, lands, and parts that have no unit of their own; and nouns that refer back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from heldby.locate.answer import Answer, unplaced
from heldby.locate.naming import canonical
from heldby.locate.nouns import NOUNS, Noun, Role, answers
from heldby.locate.phrase import Phrase
from heldby.locate.resolve import REACH, Resolver
from heldby.model.place import PlaceKind, Scope, Unit
from heldby.model.report import GapKind

SEATED = (PlaceKind.CITY, PlaceKind.TOWN, PlaceKind.DISTRICT, PlaceKind.CROSSING)  # kinds that facilities are named after
_OF_A_CROSSING = ("post", "port", "facility", "terminal", "installation", "station")
_HEAD_ENDS = re.compile(r"\s(?:of|in|to|at|on|near|around)\s")
_ALSO: Mapping[str, tuple[str, ...]] = {
    "base": ("army base", "military base"),
    "jail": ("prison",),
    "airbase": ("air base", "airport", "airfield"),
    "airfield": ("airport", "air base"),
    "airport": ("international airport",),
    "hq": ("headquarters",),
    "police hq": ("police headquarters",),
    "palace": ("presidential palace",),
    "customs": ("customs office",),
    "customs house": ("customs", "customs office"),
    "customs post": ("customs", "customs office"),
    "customs office": ("customs",),
    "barracks": ("army barracks",),
    "governor's compound": ("governor's office",),
    "governor's house": ("governor's office",),
    "border post": ("crossing", "border crossing"),
}


class Sites:
    """Answers for nouns whose place is named after another; the place asked about stands at character `start`."""

    def __init__(self, resolver: Resolver, start: int) -> None:
        self._resolver = resolver
        self._gazetteer = resolver.gazetteer
        self._start = start

    def owner(self, phrase: Phrase) -> Answer:
        """The place that the name in `phrase` means by itself."""
        asked = phrase.owner_noun if phrase.owned else None
        if asked is None and phrase.noun and phrase.noun.role is Role.CENTRE:
            found = self._resolver.named(phrase.name, NOUNS["district"], phrase.areas, self._start)
            if found.unit:
                return found
        return self._resolver.named(phrase.name, asked, phrase.areas, self._start)

    def back(self, phrase: Phrase) -> Answer:
        """ "The city", "the district": the one last spoken of, within reach; a country is the theatre's own."""
        noun = phrase.noun
        if noun and noun.role is Role.LAND and (land := self._land(phrase, noun)):
            return land
        if noun is None or noun.role is not Role.OWN:
            return unplaced("no name, and nothing it refers back to", None, noun.kind if noun else None)
        if noun.kind is PlaceKind.COUNTRY:
            country, why = self._resolver.country(self._start)
            unit = self._gazetteer.unit(f"iso:{country}")
            return Answer(unit, why=(why,)) if unit else unplaced("which country is meant is not known", None, noun.kind)
        unlisted = self._resolver.last_unlisted(self._start, noun)
        for unit, distance in self._resolver.spoken(self._start, noun):
            if distance > REACH or (unlisted and unlisted[1] > self._start - distance):
                break
            if answers(unit, noun) and not (noun.kind is PlaceKind.CITY and unit.scope is Scope.CENTRE):
                return Answer(unit, why=(f"the {noun.text} last spoken of, {distance} characters before",))
        if unlisted and self._start - unlisted[1] <= REACH:
            return unlisted[0].because(f"the {noun.text} last spoken of")
        return unplaced(f"no {noun.text} is spoken of shortly before", None, noun.kind)

    def _land(self, phrase: Phrase, noun: Noun) -> Answer | None:
        """ "The valley": the one called after a place spoken of or after its province."""
        for owner, told in self.owners(phrase):
            around = (
                owner,
                *(u for a in self._gazetteer.areas(owner.id) if (u := self._gazetteer.unit(a)) and u.kind is PlaceKind.PROVINCE),
            )
            for unit in (u for o in around for u in self.composed(o, (noun.text,))):
                if unit.kind is PlaceKind.REGION:
                    return Answer(unit, why=(f"the {noun.text} of {owner.name}{told}",))
        return None

    def part(self, phrase: Phrase, whole: Answer | None = None) -> Answer:
        """A part of a place: told where it lies, no unit of its own."""
        noun = phrase.noun
        kind = noun.kind if noun and noun.role is not Role.OWN else PlaceKind.REGION
        owner = whole.unit or whole.inside if whole else next((u for u, _ in self.owners(phrase) if u.kind in SEATED or phrase.name), None)
        where = canonical(owner, self._gazetteer) if owner else phrase.name or "what is spoken of"
        named = None if whole and whole.missing is GapKind.AMBIGUOUS_PLACE else owner
        told = unplaced(f"a part of {where} that has no unit of its own", self._called(phrase, named), kind, owner)
        return self._resolver.told_there(told, self._start, phrase.name)

    def site(self, phrase: Phrase, words: Sequence[str]) -> Answer:
        """A facility, crossing or pass, found under the names of the place it belongs to; else told where it lies."""
        noun = phrase.noun
        kind = noun.kind if noun else PlaceKind.BASE
        first: Unit | None = None
        for owner, told in self.owners(phrase):
            if first is None and owner.kind in (*SEATED, PlaceKind.VILLAGE, PlaceKind.PROVINCE) and owner.scope is not Scope.CENTRE:
                first = owner
            if not phrase.name and noun and owner.kind is noun.kind and _is_called(owner, words):
                return Answer(owner, why=(f"the {words[0]} last{told}",))
            for unit in self.composed(owner, words):
                if noun is None or unit.kind in (noun.kind, PlaceKind.CROSSING, PlaceKind.BASE, PlaceKind.ROAD):
                    return Answer(unit, why=(f"the {words[0]} of {owner.name}{told}",))
            if noun and noun.text in _OF_A_CROSSING and owner.kind is PlaceKind.CROSSING:
                return Answer(owner, why=(f"the {noun.text} of {owner.name} is the crossing{told}",))
        name = self._called(phrase, first)
        cause = f"no {words[0] if words else 'such place'} of {first.name} is known" if first else f"no {phrase.words} is known"
        return self._resolver.told_there(unplaced(cause, name, kind, first), self._start, phrase.name)

    def owners(self, phrase: Phrase) -> Iterator[tuple[Unit, str]]:
        """The places that a noun may belong to, likeliest first, with how each was found: the one named, the areas named, those spoken of."""
        if phrase.name:
            found = self.owner(phrase)
            if whole := found.unit or found.inside:
                yield from ((u, "") for u in self._with_province(whole))
            return
        for area in phrase.areas:
            if unit := self._resolver.named(area.name, area.noun, (), self._start).unit:
                yield from ((u, "") for u in self._with_province(unit))
                if unit.kind in SEATED:
                    return
        for unit, distance in self._resolver.spoken(self._start, None):
            if distance > REACH:
                return
            yield from ((u, f", spoken of {distance} characters before") for u in self._with_province(unit))

    def _with_province(self, unit: Unit) -> tuple[Unit, ...]:
        """A capital stands for its province in the names of offices; no other place does."""
        province = self._gazetteer.unit(unit.capital_of) if unit.capital_of else None
        return (unit, province) if province else (unit,)

    def composed(self, owner: Unit, words: Sequence[str]) -> Iterator[Unit]:
        for word in words:
            yield from (u for u in self._resolver.units_named(word) if self._beside(u, owner))
        for name in owner.names or ():
            for word in words:
                for form in (f"{name.text} {word}", f"{word} of {name.text}", f"{name.text} provincial {word}"):
                    for unit in self._resolver.units_named(form):
                        if unit.country == owner.country and not unit.id.startswith("gn:"):
                            yield unit

    def _beside(self, unit: Unit, owner: Unit) -> bool:
        """Whether a unit lies in the owner, or both in one district."""
        return not unit.id.startswith("gn:") and (
            owner.id in self._gazetteer.areas(unit.id) or (bool(unit.parent) and unit.parent == owner.parent)
        )

    def _called(self, phrase: Phrase, owner: Unit | None) -> str | None:
        """What to call a place that has no unit: "Herat airport", "outskirts of Herat", "military base in Herat"."""
        noun = phrase.noun
        loose = noun is not None and noun.role in (Role.PART, Role.MIDDLE)
        front = re.split(r"['’]s\s", _HEAD_ENDS.split(phrase.words, maxsplit=1)[0])[-1]
        if owner is None:
            return (
                f"{front} of {phrase.areas[0].name}"
                if loose and phrase.areas and not phrase.name
                else phrase.words
                if phrase.name
                else None
            )
        own = canonical(owner, self._gazetteer) if owner.kind is PlaceKind.PROVINCE else owner.name.removesuffix(" District")
        if noun and noun.role is Role.ROAD and not phrase.name:
            return None
        if phrase.compound:
            return phrase.compound.replace(phrase.name, owner.name.removesuffix(" District"), 1)
        if phrase.owned and phrase.name and (at := phrase.words.rfind(phrase.name)) > 0:
            before = re.sub(r"\s(?:of|in|at|near|outside)\s(?:the\s)?(?:(?:city|town|village|hamlet)\sof\s)?\Z", "", phrase.words[:at])
            one = noun is not None and noun.role is Role.SITE and phrase.definite and owner.kind in SEATED
            return f"{own} {before}" if one else f"{phrase.words[:at]}{own}"
        if loose:
            return f"{front} of {own}"
        return f"{own} {phrase.words}"


def _is_called(unit: Unit, words: Sequence[str]) -> bool:
    """Whether a unit's common name ends with one of `words`."""
    return any(unit.name.casefold().endswith(w) for w in words)


def noun_words(phrase: Phrase) -> tuple[str, ...]:
    """How the noun of a phrase may be written in a gazetteer, longest first: "main army base", "army base", "base", and equal words."""
    noun = phrase.noun
    if noun is None:
        return ()
    text = phrase.compound[len(phrase.name) :] if phrase.compound and phrase.name else phrase.words
    lowered = re.sub(r"\A['’]s\s|\A[\s-]+", "", text).casefold().replace("’", "'")
    at = lowered.find(noun.text)
    before = lowered[:at].split() if at >= 0 else []
    tails = [" ".join([*before[i:], noun.text]) for i in range(max(0, len(before) - 2), len(before) + 1)]
    return tuple(dict.fromkeys([*tails, *_ALSO.get(noun.text, ())]))
