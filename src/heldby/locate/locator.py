"""Locating: every place of every claim gets its unit, or a gap that says why not. Pure and deterministic.

Place -> read_phrase -> Phrase (name, noun, owner, areas)
  whole words known -> that unit       name and noun -> Resolver       named after another -> Sites, Seats, Ways
Answer -> Place with unit_id, candidates, canonical, kind, admin1, country, why; and a Gap where unit_id is None
"""

from __future__ import annotations

import re
from dataclasses import replace

from heldby.locate.answer import Answer, gap_of, unplaced, written
from heldby.locate.around import read_phrase
from heldby.locate.nouns import Role
from heldby.locate.phrase import Area, Phrase, read_words
from heldby.locate.remembered import Remembered
from heldby.locate.resolve import Resolver
from heldby.locate.seats import Seats
from heldby.locate.setting import Setting, key_of
from heldby.locate.sites import Sites, noun_words
from heldby.locate.ways import Ways
from heldby.model.claim import Claim, Reading
from heldby.model.place import Place, PlaceKind, Scope
from heldby.model.report import Gap, GapKind, Report
from heldby.model.theatre import Lexicon

UNNAMED = "unnamed"
ROW = 2  # other places of a claim that make a row
_THINGS = (
    PlaceKind.BASE,
    PlaceKind.CROSSING,
    PlaceKind.ROAD,
)  # kinds that a phrase without a proper name may name: "the presidential palace"


class Locator:
    """Places claims on the units of a theatre."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._fields = {a.id: tuple(dict.fromkeys(c for c in (a.home, *a.countries) if c)) for a in lexicon.actors}
        words = {n.text: a.home for a in lexicon.actors if a.home for n in a.names if n.adjective and not n.generic and n.text.isalpha()}
        fighters = {n.text for a in lexicon.actors if a.kind != "state" for n in a.names if n.text[:1].isupper()}
        self._no_places = frozenset((*fighters, *words))
        self._adjectives = {word: home for word, home in words.items() if word[:1].isupper()}
        self._adjective = (
            re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, self._adjectives), key=lambda w: (-len(w), w))) + r")\b")
            if self._adjectives
            else None
        )

    def locate(self, reading: Reading, report: Report) -> Reading:
        """`reading` with every claim's places located, and a gap for each place without a unit. No claim is dropped."""
        if not reading.claims:
            return reading
        fields = [self._fields.get(a, ()) for c in reading.claims for a in (c.actor, c.from_actor)]
        told = [(m.start(), self._adjectives[m.group()]) for m in self._adjective.finditer(report.text)] if self._adjective else []
        gazetteer = Remembered(self._lexicon.gazetteer)
        resolver = Resolver(self._lexicon, gazetteer, Setting(gazetteer, report.text, fields, told), self._no_places)
        claims: list[Claim] = []
        gaps: list[Gap] = []
        for claim in reading.claims:
            answers = []
            for place in claim.places:
                answers.append(_answer(resolver, place, report.text, _siblings(resolver, claim, place)))
                resolver.remember(place.start, answers[-1])
            places = tuple(written(p, a, gazetteer) for p, a in zip(claim.places, answers, strict=True))
            located = replace(claim, places=places)
            claims.append(located)
            gaps += [g for p, a in zip(places, answers, strict=True) if (g := gap_of(p, a, report.id, located.id))]
        return replace(reading, claims=tuple(claims), gaps=(*reading.gaps, *dict.fromkeys(gaps)))


def _answer(resolver: Resolver, place: Place, text: str, siblings: frozenset[PlaceKind]) -> Answer:
    phrase = read_phrase(place, text, resolver.knows)
    if country := resolver.setting.told_beside(place.start, place.end, text):
        phrase = replace(phrase, areas=(*phrase.areas, Area(country)))
    sites = Sites(resolver, place.start)
    if place.unnamed:
        return _unnamed(resolver, place, phrase)
    if found := _whole(resolver, phrase, place.start):
        return found
    if phrase.alias:
        return _twice_named(resolver, phrase, place.start)
    noun = phrase.noun
    role = noun.role if noun else Role.OWN
    if phrase.apart and phrase.name and role in (Role.OWN, Role.LAND):
        return _apart(resolver, sites, phrase)
    if phrase.ends or role not in (Role.OWN, Role.LAND):
        return _by_role(resolver, sites, phrase, place.start)
    if phrase.plural and not phrase.name:
        return _unnamed(resolver, place, phrase)
    if not phrase.name:
        return sites.part(phrase) if role is Role.LAND and " of " in phrase.words else sites.back(phrase)
    if phrase.owned:
        return sites.part(phrase) if role is Role.LAND else _unnamed(resolver, place, phrase)
    found = resolver.named(phrase.name, noun, phrase.areas, place.start, siblings)
    if (
        phrase.plural
        and not place.referent
        and noun
        and found.unit
        and (found.unit.kind is not noun.kind or found.unit.scope is Scope.CENTRE)
    ):
        return replace(unplaced(UNNAMED, None, noun.kind, found.unit), why=(f"several {noun.text}s without names, in {found.unit.name}",))
    if place.referent and noun and noun.kind is PlaceKind.CITY and found.unit and found.unit.scope is Scope.CENTRE:
        return unplaced(f"{found.unit.name} is no city", None, PlaceKind.CITY, None)
    return (
        sites.part(phrase, found)
        if role is Role.LAND and found.unit is None and found.inside and found.missing is GapKind.UNPLACED
        else found
    )


def _by_role(resolver: Resolver, sites: Sites, phrase: Phrase, start: int) -> Answer:
    """The answer for a noun whose place is named after another."""
    ways, seats = Ways(resolver, sites, start), Seats(resolver, sites, start)
    role = phrase.noun.role if phrase.noun else Role.OWN
    if phrase.ends or role is Role.ROAD:
        return ways.road(phrase)
    if role is Role.CAPITAL:
        return seats.capital(phrase)
    if role in (Role.CENTRE, Role.MIDDLE):
        return seats.centre(phrase)
    if role in (Role.CROSSING, Role.EDGE):
        return ways.crossing(phrase, noun_words(phrase))
    if role is Role.SITE:
        return sites.site(phrase, noun_words(phrase))
    of_a_crossing = ways.last_crossing(phrase.noun) if phrase.noun and phrase.noun.text == "side" and not phrase.name else None
    return of_a_crossing or sites.part(phrase)


def _whole(resolver: Resolver, phrase: Phrase, at: int) -> Answer | None:
    """The unit whose gazetteer name is the whole of the words ("Kandahar customs"), or of the name with its noun."""
    for words in dict.fromkeys((phrase.words, phrase.compound)):
        if not words or (key_of(words) == key_of(phrase.name) and (phrase.noun is None or not phrase.compound)):
            continue
        units = [u for u in resolver.units_named(words) if phrase.name or (u.kind in _THINGS and u.country == resolver.country(at)[0])]
        if units and (phrase.noun is None or phrase.noun.role is not Role.PART):
            found = resolver.chosen(resolver.asking(words, None, phrase.areas, at), units)
            if found.unit:
                return found
    return None


def _twice_named(resolver: Resolver, phrase: Phrase, at: int) -> Answer:
    """ "Qarabagh (Ghazni)" is the Qarabagh in Ghazni, "Samangan (Aybak)" is Aybak, near Samangan."""
    holders = set(resolver.area_ids((Area(phrase.alias),), beside=True))
    found = resolver.named(phrase.name, phrase.noun, (*phrase.areas, Area(phrase.alias)), at)
    if found.unit and holders & set(resolver.gazetteer.areas(found.unit.id)):
        return found
    return resolver.named(phrase.alias, phrase.noun, (*phrase.areas, Area(phrase.name, beside=False)), at)


def _apart(resolver: Resolver, sites: Sites, phrase: Phrase) -> Answer:
    """ "northern Syria", "the east of Kunduz": a part, unless the whole bears that name ("Northern Alliance" places, "Upper Nile")."""
    found = sites.owner(phrase)
    name = f"{phrase.apart} {found.unit.name if found.unit else phrase.name}"
    part = sites.part(phrase, found)
    return replace(part, name=name, kind=PlaceKind.REGION)


def _unnamed(resolver: Resolver, place: Place, phrase: Phrase) -> Answer:
    """A set or a thing without a name: counted as a gap, told where it lies."""
    ids = resolver.area_ids(phrase.areas, True) or resolver.area_ids(phrase.areas, False)
    if phrase.name and phrase.owned:
        ids = tuple(u.id for u in resolver.units_named(phrase.name)) or ids
    inside = resolver.gazetteer.unit(ids[0]) if ids else None
    kind = phrase.noun.kind if phrase.noun else place.kind
    return replace(unplaced(UNNAMED, None, kind, inside), why=("a set of places without names",))


def _siblings(resolver: Resolver, claim: Claim, place: Place) -> frozenset[PlaceKind]:
    """What the other places of a claim can be: provinces only, no provinces (told as districts), and cities where all may be capitals."""
    kinds: set[PlaceKind] = set()
    capitals = []
    for other in claim.places:
        name = other.name or read_words(other.text).name
        if other is place or other.unnamed or not name:
            continue
        units = [u for u in resolver.units_named(name) if not resolver.lexicon.countries or u.country in resolver.lexicon.countries]
        found = {u.kind for u in units}
        capitals.append(any(u.capital_of for u in units))
        if found == {PlaceKind.PROVINCE}:
            kinds.add(PlaceKind.PROVINCE)
        elif found and PlaceKind.PROVINCE not in found:
            kinds.add(PlaceKind.DISTRICT)
    if len(capitals) >= ROW and all(capitals):
        kinds.add(PlaceKind.CITY)
    return frozenset(kinds)
