"""Places that are named after others: facilities, crossings, roads, seats, capitals, and parts that have no unit of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from heldby.locate.answer import Answer, unplaced
from heldby.locate.naming import canonical
from heldby.locate.nouns import NOUNS, Noun, Role, answers
from heldby.locate.phrase import Phrase
from heldby.locate.resolve import Resolver
from heldby.locate.setting import key_of, province_of
from heldby.model.place import PlaceKind, Scope, Unit
from heldby.model.report import GapKind

_OF_A_CROSSING = ("post", "port", "facility", "terminal", "installation", "station")
REACH = 1200  # characters before a noun without a name in which what it refers to stands
NEAR_REACH = 300
_GOAL = re.compile(r"\sto\s(?:the\s)?(?P<goal>[a-z]+)\Z")
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
_SEATED = (PlaceKind.CITY, PlaceKind.TOWN, PlaceKind.DISTRICT, PlaceKind.CROSSING)


class Sites:
    """Answers for nouns whose place is named after another."""

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

    def capital(self, phrase: Phrase) -> Answer:
        """The chief town of the area named; "the provincial capital": of the province last spoken of; "the capital": of the country."""
        if phrase.name and not phrase.owned:
            return self._resolver.named(phrase.name, phrase.noun, phrase.areas, self._start)
        if "capitals" in phrase.words.casefold():
            return unplaced("several capitals in one phrase", None, PlaceKind.CITY)
        around = (*self._resolver.area_ids(phrase.areas, True), *self._resolver.area_ids(phrase.areas, False))
        ids = [u.id for u in self._resolver.units_named(phrase.name)] if phrase.name else [*around]
        if not phrase.name and not ids and phrase.noun and phrase.noun.text in ("capital", "capital city"):
            ids = [f"iso:{self._resolver.country(self._start)[0]}"]
        elif not phrase.name and not ids:
            ids = [province_of(self._gazetteer, u) for u, distance in self._resolver.spoken(self._start, None) if distance <= REACH]
        for ident in ids:
            if unit := self._seat(ident):
                area = self._gazetteer.unit(ident)
                return Answer(unit, why=(f"the capital of {area.name if area else ident}",))
        if phrase.name:  # "the capitals of A, B": A is the capital itself
            found = self._resolver.named(phrase.name, phrase.noun, phrase.areas, self._start)
            if found.unit and phrase.noun and answers(found.unit, phrase.noun):
                return found
        inside = next((u for i in ids if (u := self._gazetteer.unit(i)) and u.kind in (PlaceKind.PROVINCE, PlaceKind.COUNTRY)), None)
        if phrase.name and inside is None:
            return found
        name = f"capital of {inside.name}" if inside else None
        return unplaced(f"which town is the {phrase.words} is not known", name, PlaceKind.CITY, inside)

    def _seat(self, area: str) -> Unit | None:
        """The chief town of an area. The world's seats are the largest towns, not always the capitals: taken only where the name agrees."""
        unit = self._gazetteer.unit(area)
        seat = self._gazetteer.unit(self._gazetteer.seat(area) or "")
        if unit is None or seat is None or seat.scope is Scope.CENTRE:
            return None
        certain = unit.country in self._resolver.lexicon.countries or key_of(unit.name).startswith(key_of(seat.name))
        return seat if certain else None

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
        for owner, told in self._owners(phrase):
            around = (
                owner,
                *(u for a in self._gazetteer.areas(owner.id) if (u := self._gazetteer.unit(a)) and u.kind is PlaceKind.PROVINCE),
            )
            for unit in (u for o in around for u in self._composed(o, (noun.text,))):
                if unit.kind is PlaceKind.REGION:
                    return Answer(unit, why=(f"the {noun.text} of {owner.name}{told}",))
        return None

    def centre(self, phrase: Phrase) -> Answer:
        """The seat of a district; of a city its middle, which is no unit."""
        noun = phrase.noun
        strict = noun is not None and noun.role is Role.CENTRE
        owners = [(u, told) for u, told in self._owners(phrase) if u.kind in _SEATED]
        if strict and not phrase.name:
            owners.sort(key=lambda o: not self._has_centre(o[0]))
        for unit, told in owners:
            if seat := self._seat_of_district(unit, strict):
                return Answer(seat, why=(f"the seat of {canonical(unit, self._gazetteer)}{told}",))
            if not strict:
                return self.part(phrase, Answer(unit))
            break
        name = f"{phrase.name} district centre" if phrase.name and strict else None
        return unplaced(f"no unit for the centre of {phrase.name or 'what is spoken of'}", name, noun.kind if noun else None)

    def _has_centre(self, unit: Unit) -> bool:
        seat = self._seat_of_district(unit, strict=True)
        return seat is not None and seat.scope is Scope.CENTRE

    def _seat_of_district(self, unit: Unit, strict: bool) -> Unit | None:
        if unit.scope is Scope.CENTRE or (strict and unit.kind is PlaceKind.CITY):
            return unit
        if unit.kind is not PlaceKind.DISTRICT:
            return None
        for name in unit.names:
            for found in self._resolver.units_named(f"{name.text} district centre") + self._resolver.units_named(name.text):
                inside = unit.id in self._gazetteer.areas(found.id)
                if inside and (found.scope is Scope.CENTRE or found.kind is PlaceKind.CITY):
                    return found
        return None

    def part(self, phrase: Phrase, whole: Answer | None = None) -> Answer:
        """A part of a place: told where it lies, no unit of its own."""
        noun = phrase.noun
        if noun and noun.text == "side" and not phrase.name and (crossing := self._last_crossing(noun)):
            return crossing
        kind = noun.kind if noun and noun.role is not Role.OWN else PlaceKind.REGION
        owner = (
            whole.unit or whole.inside if whole else next((u for u, _ in self._owners(phrase) if u.kind in _SEATED or phrase.name), None)
        )
        where = canonical(owner, self._gazetteer) if owner else phrase.name or "what is spoken of"
        named = None if whole and whole.missing is GapKind.AMBIGUOUS_PLACE else owner
        told = unplaced(f"a part of {where} that has no unit of its own", self._called(phrase, named), kind, owner)
        return self._resolver.told_there(told, self._start, phrase.name)

    def site(self, phrase: Phrase, words: Sequence[str]) -> Answer:
        """A facility, crossing or pass, found under the names of the place it belongs to; else told where it lies."""
        noun = phrase.noun
        kind = noun.kind if noun else PlaceKind.BASE
        first: Unit | None = None
        for owner, told in self._owners(phrase):
            if first is None and owner.kind in (*_SEATED, PlaceKind.VILLAGE, PlaceKind.PROVINCE) and owner.scope is not Scope.CENTRE:
                first = owner
            if not phrase.name and noun and owner.kind is noun.kind and _is_called(owner, words):
                return Answer(owner, why=(f"the {words[0]} last{told}",))
            for unit in self._composed(owner, words):
                if noun is None or unit.kind in (noun.kind, PlaceKind.CROSSING, PlaceKind.BASE, PlaceKind.ROAD):
                    return Answer(unit, why=(f"the {words[0]} of {owner.name}{told}",))
            if noun and noun.text in _OF_A_CROSSING and owner.kind is PlaceKind.CROSSING:
                return Answer(owner, why=(f"the {noun.text} of {owner.name} is the crossing{told}",))
        name = self._called(phrase, first)
        cause = f"no {words[0] if words else 'such place'} of {first.name} is known" if first else f"no {phrase.words} is known"
        return self._resolver.told_there(unplaced(cause, name, kind, first), self._start, phrase.name)

    def _owners(self, phrase: Phrase) -> Iterator[tuple[Unit, str]]:
        """The places that a noun may belong to, likeliest first, with how each was found: the one named, the areas named, those spoken of."""
        if phrase.name:
            found = self.owner(phrase)
            if whole := found.unit or found.inside:
                yield from ((u, "") for u in self._with_province(whole))
            return
        for area in phrase.areas:
            if unit := self._resolver.named(area.name, area.noun, (), self._start).unit:
                yield from ((u, "") for u in self._with_province(unit))
                if unit.kind in _SEATED:
                    return
        for unit, distance in self._resolver.spoken(self._start, None):
            if distance > REACH:
                return
            yield from ((u, f", spoken of {distance} characters before") for u in self._with_province(unit))

    def _with_province(self, unit: Unit) -> tuple[Unit, ...]:
        """A capital stands for its province in the names of offices; no other place does."""
        province = self._gazetteer.unit(unit.capital_of) if unit.capital_of else None
        return (unit, province) if province else (unit,)

    def _composed(self, owner: Unit, words: Sequence[str]) -> Iterator[Unit]:
        for word in words:
            yield from (u for u in self._resolver.units_named(word) if self._beside(u, owner))
        for name in owner.names or ():
            for word in words:
                for form in (f"{name.text} {word}", f"{word} of {name.text}", f"{name.text} provincial {word}"):
                    for unit in self._resolver.units_named(form):
                        if unit.country == owner.country and not unit.id.startswith("gn:"):
                            yield unit

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
            before = re.sub(r"\s(?:of|in|at)\s(?:the\s)?\Z", "", phrase.words[:at])
            one = noun is not None and noun.role is Role.SITE and phrase.definite and owner.kind in _SEATED
            return f"{own} {before}" if one else f"{phrase.words[:at]}{own}"
        if loose:
            return f"{front} of {own}"
        return f"{own} {phrase.words}"

    def _beside(self, unit: Unit, owner: Unit) -> bool:
        """Whether a unit lies in the owner, or both in one district."""
        return not unit.id.startswith("gn:") and (
            owner.id in self._gazetteer.areas(unit.id) or (bool(unit.parent) and unit.parent == owner.parent)
        )

    def crossing(self, phrase: Phrase, words: Sequence[str]) -> Answer:
        """A crossing: the one named, that of the town named, or the one last spoken of."""
        kinds = (PlaceKind.CROSSING,)
        if phrase.name:
            own = [u for u in self._resolver.units_named(phrase.name) if u.kind in kinds]
            if own:
                question = self._resolver.asking(phrase.name, phrase.noun, phrase.areas, self._start)
                return self._resolver.chosen(question, own)
        elif last := self._last_crossing(phrase.noun):
            return last
        if phrase.noun and phrase.noun.role is Role.EDGE and not phrase.name:
            return unplaced("a border, and no crossing is spoken of before it", None, PlaceKind.REGION)
        if phrase.noun and phrase.noun.role is Role.EDGE and (land := self.owner(phrase).unit) and land.kind is PlaceKind.COUNTRY:
            return unplaced(f"the borders of {land.name} have no unit of their own", f"borders of {land.name}", PlaceKind.REGION, land)
        return self.site(phrase, (*words, "crossing", "border crossing"))

    def _last_crossing(self, noun: Noun | None) -> Answer | None:
        for unit, distance in self._resolver.spoken(self._start, noun):
            if unit.kind is PlaceKind.CROSSING:
                return Answer(unit, why=(f"the crossing last spoken of, {distance} characters before",))
        return None

    def road(self, phrase: Phrase) -> Answer:
        """The road whose ends are named; never a guess."""
        if not phrase.ends:
            if phrase.name and phrase.owned and (found := self._from_here(phrase.name)):
                return found
            goal = _GOAL.search(phrase.words)
            return self.site(phrase, (f"{goal['goal']} road", *noun_words(phrase)) if goal else noun_words(phrase))
        ends = (self._end(phrase.ends[0]), self._end(phrase.ends[1]))
        if road := self._between(ends[0], ends[1]):
            return Answer(road, why=(f"the road between {phrase.ends[0]} and {phrase.ends[1]}",))
        called = "-".join(unit.name if unit else text for text, unit in ends)
        where = next((unit for _, unit in ends if unit), None)
        return unplaced(f"no road {called} is known", f"{called} {phrase.noun.text if phrase.noun else 'road'}", PlaceKind.ROAD, where)

    def _from_here(self, goal: str) -> Answer | None:
        """ "The road to X": the one known road between X and a place spoken of shortly before."""
        for unit, distance in self._resolver.spoken(self._start, None):
            if distance > NEAR_REACH:
                return None
            if road := self._between((unit.name, unit), self._end(goal)):
                return Answer(road, why=(f"the road to {goal} from {unit.name}, spoken of {distance} characters before",))
        return None

    def _between(self, one: tuple[str, Unit | None], other: tuple[str, Unit | None]) -> Unit | None:
        """The road whose gazetteer name joins names of both ends, in either order."""
        names = [dict.fromkeys((text, *(n.text for n in unit.names if n.lang != "fa")) if unit else (text,)) for text, unit in (one, other)]
        for a in names[0]:
            for b in names[1]:
                for form in (f"{a}-{b} road", f"{b}-{a} road", f"{a}-{b} highway", f"{b}-{a} highway"):
                    if road := next((u for u in self._resolver.units_named(form) if u.kind is PlaceKind.ROAD), None):
                        return road
        return None

    def _end(self, text: str) -> tuple[str, Unit | None]:
        found = self._resolver.named(text, None, (), self._start)
        return text, found.unit


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
