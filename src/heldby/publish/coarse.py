"""Coarsening: which units are shown only as part of an area, and which words must then not be quoted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from heldby.model.place import PlaceKind, Unit
from heldby.model.theatre import Theatre

WITHHELD = "[withheld by the release rules]"


@dataclass(frozen=True, slots=True)
class Coarsening:
    """`units` are shown as part of an area (`areas` names each one's province, "" where it has none: then it is not shown at all)."""

    theatre: Theatre
    units: frozenset[str]
    areas: Mapping[str, str]
    names: re.Pattern[str] | None
    counted: frozenset[str]

    @classmethod
    def of(cls, theatre: Theatre, met: Iterable[str], coarsens: Callable[[str], bool] | None) -> Coarsening:
        """The coarsening of every unit of the theatre, or met in the bundle, for which `coarsens` holds (None: for none); provinces themselves stay."""
        if coarsens is None:
            return cls(theatre, frozenset(), {}, None, frozenset())
        asked = sorted({*met, *(u.id for u in theatre.units if coarsens(u.id))})
        chosen = [u for u in asked if not is_area(theatre.unit(u))]
        areas = {u: _province(theatre, u) for u in chosen}
        return cls(theatre, frozenset(chosen), areas, _pattern(theatre, chosen), frozenset(u.id for u in theatre.counted()))

    def area_of(self, unit_id: str) -> str:
        """The area a coarsened unit is shown as; "" for any other unit, and where there is no area to show."""
        return self.areas.get(unit_id, "")

    def name(self, unit_id: str) -> str:
        unit = self.theatre.unit(unit_id)
        return unit.name if unit else unit_id

    def is_counted(self, unit_id: str) -> bool:
        """Whether a unit is one of those that areas are counted in: any district, in a theatre without districts the places of its roster."""
        unit = self.theatre.unit(unit_id)
        return unit_id in self.counted or (unit is not None and unit.kind is PlaceKind.DISTRICT)

    def tells(self, text: str) -> bool:
        """Whether `text` names a coarsened unit in any spelling the theatre knows."""
        return self.names is not None and self.names.search(text) is not None


def is_area(unit: Unit | None) -> bool:
    """Whether a unit is itself an area, which is never coarsened."""
    return unit is not None and unit.kind in (PlaceKind.PROVINCE, PlaceKind.COUNTRY, PlaceKind.REGION)


def _province(theatre: Theatre, unit_id: str) -> str:
    for area in theatre.lexicon.gazetteer.areas(unit_id):
        unit = theatre.unit(area)
        if unit is not None and unit.kind is PlaceKind.PROVINCE:
            return area
    return ""


def _pattern(theatre: Theatre, unit_ids: Iterable[str]) -> re.Pattern[str] | None:
    names: set[str] = set()
    for unit_id in unit_ids:
        unit = theatre.unit(unit_id)
        if unit is not None:
            names |= {unit.name, *(n.text for n in unit.names)}
        names.add(unit_id)
    words = sorted((n for n in names if n.strip()), key=lambda n: (-len(n), n))
    # Blanks, hyphens and apostrophes vary from outlet to outlet; any of them, or none, may stand between the parts of a name.
    loose = [r"[\s’'‘`-]*".join(map(re.escape, re.split(r"[\s’'‘`-]+", w.strip()))) for w in words]
    return re.compile(r"(?<!\w)(?:" + "|".join(loose) + r")(?!\w)", re.IGNORECASE) if loose else None
