"""How a unit is called in output: its common English name, with the noun that tells a district from its town."""

from __future__ import annotations

import re

from heldby.locate.setting import province_of
from heldby.model.place import PlaceKind, Scope, Unit
from heldby.model.theatre import Gazetteer

_TYPED = re.compile(
    r"\b(?:district|raion|territory|county|department|township|woreda|cercle|prefecture|municipality|zone)\b", re.IGNORECASE
)


def canonical(unit: Unit, gazetteer: Gazetteer) -> str:
    """ "Nerkh District", "Kunduz Province", "Sangin district centre", "Spin Boldak crossing", "Herat": one name per unit."""
    if unit.scope is Scope.CENTRE:
        return unit.name if "cent" in unit.name.casefold() else f"{unit.name} district centre"
    if unit.kind is PlaceKind.DISTRICT:
        name = unit.name if _TYPED.search(unit.name) else f"{unit.name} District"
        return f"{name} ({admin1(unit, gazetteer)})" if _has_namesake(unit, gazetteer) else name
    if unit.kind is PlaceKind.PROVINCE:
        typed = f"{unit.name} Province"
        told = unit.country == "AF" and "Province" not in unit.name and unit.id in gazetteer.lookup(typed)
        return typed if told else unit.name
    return unit.name


def _has_namesake(unit: Unit, gazetteer: Gazetteer) -> bool:
    others = (gazetteer.unit(i) for i in gazetteer.lookup(unit.name) if i != unit.id)
    return any(o is not None and o.kind is unit.kind and o.country == unit.country and o.name == unit.name for o in others)


def admin1(unit: Unit, gazetteer: Gazetteer) -> str | None:
    """The name of the first-level division a unit lies in or is; None for countries and what spans several."""
    found = gazetteer.unit(province_of(gazetteer, unit))
    return found.name if found else None
