"""Chief towns of areas and seats of districts."""

from __future__ import annotations

from heldby.locate.answer import Answer, unplaced
from heldby.locate.naming import canonical
from heldby.locate.nouns import Role, answers
from heldby.locate.phrase import Phrase
from heldby.locate.resolve import REACH, Resolver
from heldby.locate.setting import province_of
from heldby.locate.sites import SEATED, Sites
from heldby.model.place import PlaceKind, Scope, Unit


class Seats:
    """Answers for "capital", "district centre", "centre"; the place asked about stands at character `start`."""

    def __init__(self, resolver: Resolver, sites: Sites, start: int) -> None:
        self._resolver = resolver
        self._gazetteer = resolver.gazetteer
        self._sites = sites
        self._start = start

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
        """The chief town of an area; a district centre is none."""
        unit = self._gazetteer.unit(area)
        seat = self._gazetteer.unit(self._gazetteer.seat(area) or "")
        return None if unit is None or seat is None or seat.scope is Scope.CENTRE else seat

    def centre(self, phrase: Phrase) -> Answer:
        """The seat of a district; of a city its middle, which is no unit."""
        noun = phrase.noun
        strict = noun is not None and noun.role is Role.CENTRE
        owners = [(u, told) for u, told in self._sites.owners(phrase) if u.kind in SEATED]
        if strict and not phrase.name:
            owners.sort(key=lambda o: not self._has_centre(o[0]))
        for unit, told in owners:
            if seat := self._seat_of_district(unit, strict):
                return Answer(seat, why=(f"the seat of {canonical(unit, self._gazetteer)}{told}",))
            if not strict:
                return self._sites.part(phrase, Answer(unit))
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
