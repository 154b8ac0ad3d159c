"""What the rest of a report says about where it is: which countries and provinces its other places lie in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from heldby.locate.nouns import NOUN_PATTERN, noun
from heldby.model.place import PlaceKind, Unit
from heldby.model.theatre import Gazetteer, NameHit

DATELINE = 60  # characters at the start of a text in which a dateline's place stands
_BEHIND = re.compile(rf"\s+({NOUN_PATTERN})(?!\w)", re.IGNORECASE)
_AHEAD = re.compile(rf"(?<!\w)({NOUN_PATTERN})\s+of\s+(?:the\s+)?\Z", re.IGNORECASE)
MOST_BEARERS = 40  # bearers of one name that are weighed: the most populous ones


def key_of(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


@dataclass(frozen=True, slots=True)
class Mention:
    """A known name in the report, with the units that bear it and the kinds that its noun there allows."""

    start: int
    end: int
    name: str
    units: tuple[Unit, ...]
    kinds: tuple[PlaceKind, ...]


class Setting:
    """The named places of one report. `homes` are countries (ISO2) of the actors of its claims."""

    def __init__(self, gazetteer: Gazetteer, text: str, homes: Iterable[str] = ()) -> None:
        self._gazetteer = gazetteer
        self.mentions = tuple(_mention(gazetteer, text, hit) for hit in gazetteer.find(text))
        self._countries: dict[str, dict[str, float]] = defaultdict(dict)
        self._provinces: dict[str, dict[str, float]] = defaultdict(dict)
        for mention in self.mentions:
            self._vote(mention)
        for home in homes:
            votes = self._countries[f"actor of {home}"]
            votes[home] = min(votes.get(home, 0.0) + 1.0, 2.0)

    def _vote(self, mention: Mention) -> None:
        key = key_of(mention.name)
        weight = 2.0 if mention.start < DATELINE else 1.0
        total = sum(_size(u) for u in mention.units)
        for unit in mention.units:
            share = weight * _size(unit) / total
            _add(self._countries[key], unit.country, share)
            if province := province_of(self._gazetteer, unit):
                _add(self._provinces[key], province, share)

    def country_shares(self, besides: str) -> dict[str, float]:
        """Country -> share (0..1) of the votes of all names but `besides`."""
        return _shares(self._countries, key_of(besides))

    def province_shares(self, besides: str) -> dict[str, float]:
        """First-level division (unit id) -> share (0..1) of the votes of all names but `besides`."""
        return _shares(self._provinces, key_of(besides))

    def kinds_said(self, name: str) -> frozenset[PlaceKind]:
        """The kinds that nouns beside this name say elsewhere in the report."""
        key = key_of(name)
        return frozenset(m.kinds[0] for m in self.mentions if m.kinds and key_of(m.name) == key)

    def before(self, start: int) -> tuple[Mention, ...]:
        """Names before character `start`, nearest first."""
        return tuple(m for m in reversed(self.mentions) if m.end <= start)


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


def _mention(gazetteer: Gazetteer, text: str, hit: NameHit) -> Mention:
    behind, ahead = _BEHIND.match(text[hit.end : hit.end + 40]), _AHEAD.search(text[max(0, hit.start - 40) : hit.start])
    found = noun(behind.group(1)) if behind else noun(ahead.group(1)) if ahead else None
    return Mention(hit.start, hit.end, hit.name, bearers(gazetteer, hit.unit_ids), found.asks if found else ())


def _size(unit: Unit) -> float:
    """Weight of a unit among the bearers of one name."""
    if unit.kind is PlaceKind.COUNTRY:
        return 1e7
    return unit.population + (2e5 if not unit.id.startswith("gn:") else 1e3)


def _add(votes: dict[str, float], key: str, share: float) -> None:
    if key:
        votes[key] = min(votes.get(key, 0.0) + share, 3.0)


def _shares(votes: dict[str, dict[str, float]], besides: str) -> dict[str, float]:
    summed: dict[str, float] = defaultdict(float)
    for key in sorted(votes):
        if key != besides:
            for what, weight in sorted(votes[key].items()):
                summed[what] += weight
    total = sum(summed.values())
    return {what: weight / (total + 0.5) for what, weight in summed.items()} if total else {}
