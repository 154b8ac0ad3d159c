"""What the rest of a report says about where it is: which countries and provinces its other places lie in."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from heldby.locate.nouns import NOUN_PATTERN, Noun, noun
from heldby.model.place import PlaceKind, Unit
from heldby.model.theatre import Gazetteer, NameHit

NEAR, NEARNESS = 1.5, 200.0  # further weight of a name beside the place, and the distance (characters) over which it fades
TOLD_BEFORE = 80  # characters before a place in which a word for its country stands
DATELINE = 60  # characters at the start of a text in which a dateline's place stands
_SENTENCE_END = re.compile(r"[.!?][\"”’)]*\s+(?=[\"“‘(]?[A-Z])|\n+")
_BEHIND = re.compile(rf"\s+({NOUN_PATTERN})(?!\w)", re.IGNORECASE)
_AHEAD = re.compile(rf"(?<!\w)({NOUN_PATTERN})\s+of\s+(?:the\s+)?\Z", re.IGNORECASE)
_OWN = r"(?:city|cities|town|towns|village|villages|capital|province|region|district|governorate|port|state|oblast)"
_TYPED = re.compile(rf"\w+\s+(?:[\w-]+\s+){{0,2}}{_OWN}\b")
_TO_NAME = re.compile(rf"\w+\s+(?:[\w-]+\s+){{0,2}}{_OWN},?\s+(?:of\s+)?\Z")
MOST_BEARERS = 40  # bearers of one name that are weighed: the most populous ones


def key_of(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


@dataclass(frozen=True, slots=True)
class Mention:
    """A known name in the report, with the units that bear it and the noun beside it."""

    start: int
    end: int
    name: str
    units: tuple[Unit, ...]
    noun: Noun | None

    @property
    def kinds(self) -> tuple[PlaceKind, ...]:
        return self.noun.asks if self.noun else ()


class Setting:
    """The named places of one report, and what they say of where a place in it lies.

    `fields` (kept as the set of all) are the countries (ISO2) where each actor of its claims is at home or fights; `told` are words that name a country without naming
    a place ("Syrian"), each with its position. A mention counts more the nearer it stands to the place asked about.
    """

    def __init__(
        self, gazetteer: Gazetteer, text: str, fields: Iterable[tuple[str, ...]] = (), told: Iterable[tuple[int, str]] = ()
    ) -> None:
        self._gazetteer = gazetteer
        self._sentences = [0, *(m.end() for m in _SENTENCE_END.finditer(text))]
        self._bearers: dict[tuple[str, ...], tuple[Unit, ...]] = {}
        self.mentions = tuple(self._mention(text, hit) for hit in gazetteer.find(text))
        self._starts = [m.start for m in self.mentions]
        self._told = tuple(told)
        groups: dict[str, list[Mention]] = defaultdict(list)
        for mention in self.mentions:
            groups[key_of(mention.name)].append(mention)
        words: dict[str, list[int]] = defaultdict(list)
        for at, country in self._told:
            words[country].append(at)
        self._kinds = {key: frozenset(m.kinds[0] for m in group if m.kinds) for key, group in groups.items()}
        self._votes = [self._vote(key, group) for key, group in sorted(groups.items())]
        self._votes += [_Vote(f"word for {c}", tuple(at), ((c, 0.5),), ()) for c, at in sorted(words.items())]
        told_fields = sorted(set(fields))
        self.fields = frozenset(c for f in told_fields for c in f)
        self._votes += [_Vote(f"actor {' '.join(f)}", (), tuple((c, 1 / len(f)) for c in f), ()) for f in told_fields if f]
        self._shares: dict[tuple[str, int], tuple[dict[str, float], dict[str, float]]] = {}

    def _mention(self, text: str, hit: NameHit) -> Mention:
        behind, before = _BEHIND.match(text[hit.end : hit.end + 40]), text[max(0, hit.start - 40) : hit.start]
        ahead = (
            _AHEAD.search(before) if before.rstrip().lower().endswith(("of", "the")) else None
        )  # the search is slow, and most names have neither
        found = noun(behind.group(1)) if behind else noun(ahead.group(1)) if ahead else None
        if hit.unit_ids not in self._bearers:
            self._bearers[hit.unit_ids] = bearers(self._gazetteer, hit.unit_ids)
        return Mention(hit.start, hit.end, hit.name, self._bearers[hit.unit_ids], found)

    def _vote(self, key: str, mentions: list[Mention]) -> _Vote:
        units = mentions[0].units
        total = sum(_size(u) for u in units)
        countries: dict[str, float] = defaultdict(float)
        provinces: dict[str, float] = defaultdict(float)
        for unit in units:
            share = _size(unit) / total
            if unit.country:
                countries[unit.country] += share
            if province := province_of(self._gazetteer, unit):
                provinces[province] += share
        return _Vote(key, tuple(m.start for m in mentions), tuple(sorted(countries.items())), tuple(sorted(provinces.items())))

    def shares(self, besides: str, at: int) -> tuple[dict[str, float], dict[str, float]]:
        """Country -> and first-level division -> share (0..1) of the votes of all names but `besides`, as seen from character `at`."""
        key = key_of(besides)
        if (key, at) not in self._shares:
            countries: dict[str, float] = defaultdict(float)
            provinces: dict[str, float] = defaultdict(float)
            for vote in self._votes:
                if vote.key != key:
                    weight = _weight(vote.at, at)
                    for what, share in vote.countries:
                        countries[what] += weight * share
                    for what, share in vote.provinces:
                        provinces[what] += weight * share
            self._shares[key, at] = _normal(countries), _normal(provinces)
        return self._shares[key, at]

    def voices(self, besides: str) -> int:
        """How many names, words and actors but `besides` say something of a country."""
        key = key_of(besides)
        return sum(v.key != key and bool(v.countries) for v in self._votes)

    def told_beside(self, start: int, end: int, text: str) -> str:
        """The name of the country that a word in or before the place says: "the Syrian city of X"; "" if none does."""
        for at, country in self._told:
            if start - TOLD_BEFORE < at < end and _TYPED.match(text[at : max(end, at)]) and (at >= start or _TO_NAME.match(text[at:start])):
                unit = self._gazetteer.unit(f"iso:{country}")
                return unit.name if unit else ""
        return ""

    def kinds_said(self, name: str) -> frozenset[PlaceKind]:
        """The kinds that nouns beside this name say elsewhere in the report."""
        return self._kinds.get(key_of(name), frozenset())

    def sentence_start(self, at: int) -> int:
        """Where the sentence around character `at` begins."""
        return self._sentences[max(bisect_right(self._sentences, at) - 1, 0)]

    def before(self, start: int, most: int) -> tuple[Mention, ...]:
        """The `most` names nearest before character `start`, nearest first."""
        end = bisect_left(self._starts, start)
        return tuple(m for m in reversed(self.mentions[max(0, end - most) : end]) if m.end <= start)


@dataclass(frozen=True, slots=True)
class _Vote:
    """What one name, word or actor says of the country and the first-level division; `at` are the characters where it stands, rising."""

    key: str
    at: tuple[int, ...]
    countries: tuple[tuple[str, float], ...]
    provinces: tuple[tuple[str, float], ...]


def _weight(places: tuple[int, ...], at: int) -> float:
    """The weight of a vote as seen from character `at`: of its nearest standing, and more if it stands in the dateline."""
    if not places or at < 0:
        return 1.0
    found = bisect_left(places, at)
    near = min(abs(p - at) for p in places[max(0, found - 1) : found + 1])
    return 0.5 + NEAR * math.exp(-near / NEARNESS) + (0.5 if places[0] < DATELINE else 0.0)


def _normal(votes: dict[str, float]) -> dict[str, float]:
    total = sum(votes.values())
    return {what: weight / (total + 0.5) for what, weight in sorted(votes.items())}


def province_of(gazetteer: Gazetteer, unit: Unit) -> str:
    """Unit id of the first-level division that a unit lies in or is; "" if there is none."""
    for ident in (unit.id, *gazetteer.areas(unit.id)):
        found = gazetteer.unit(ident)
        if found and found.kind is PlaceKind.PROVINCE:
            return ident
    return ""


def bearers(gazetteer: Gazetteer, ids: Iterable[str]) -> tuple[Unit, ...]:
    """The units of `ids`, the most populous first, at most `MOST_BEARERS` of them (units of a theatre's tables all)."""
    units = [u for i in ids if (u := gazetteer.unit(i))]
    units.sort(key=lambda u: (u.id.startswith("gn:"), -u.population, u.id))
    return tuple(units[:MOST_BEARERS])


def _size(unit: Unit) -> float:
    """Weight of a unit among the bearers of one name."""
    if unit.kind is PlaceKind.COUNTRY:
        return 1e7
    return unit.population + (2e5 if not unit.id.startswith("gn:") else 1e3)
