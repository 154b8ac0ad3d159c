"""The world theatre's tables of places: countries, first-level divisions, and the places written by hand or lent by other theatres.

`places*.csv` add places (regions, crossings, bases, districts, villages that war reports name) and correct known ones: a row whose id is
`gn:<id>` or that of a division gives that place its common English name and more spellings. Cells left empty keep what is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from heldby.model.place import PlaceKind, PlaceName, Scope, Unit
from heldby.theatres.places import one_of
from heldby.theatres.sheets import FaultList, Row, read_csv

COUNTRY_COLUMNS = ("iso", "name", "aliases", "adjectives", "division_word", "full")
DIVISION_COLUMNS = ("unit_id", "country", "code", "name", "aliases", "matched")
CAPITAL_COLUMNS = ("area_id", "unit_id", "name")
PLACE_COLUMNS = ("unit_id", "kind", "scope", "name", "names", "parent", "country", "lat", "lon", "note")
_SCOPES = {PlaceKind.CROSSING: Scope.CROSSING, PlaceKind.ROAD: Scope.ROAD}
_ID = re.compile(r"(?:gn:\d+|iso:[A-Z]{2}-[A-Z0-9]+|adm1:[A-Z]{2}\.\w+|[a-z][a-z0-9]{1,4}(?::[a-z0-9][a-z0-9-]*)+)\Z")
_TYPED = re.compile(
    r"\b(?:City|Republic|Kra[iy]|Okrug|Autonomous|Territory|Capital|Region|State|Rayon|county|Area)\b"
)  # already says what it is
_ENDING = re.compile(r" (?:State|Province|Region|Governorate|Department|County|Division|Prefecture|Republic|Kra[iy]|Emirate)\Z")
_SIDES = re.compile(r"(?:North|South|East|West|Upper|Lower|Central?|Capital|National|Federal|Northern|Southern|Eastern|Western|[ -])+")
_DEGREES = re.compile(r"-?\d{1,3}\.\d\d\Z")
Point = tuple[float, float]


def place_files(home: Path) -> list[Path]:
    """The tables of places, in the order of their names."""
    return sorted(home.glob("places*.csv"), key=lambda p: p.name)


def read_divisions(home: Path) -> tuple[Row, ...]:
    """Rows of divisions.csv. Raises Faults."""
    return _read(home, "divisions.csv", DIVISION_COLUMNS)


def read_capitals(home: Path) -> dict[str, str]:
    """Area id -> unit id of its capital, after capitals.csv. Raises Faults."""
    return {r.text("area_id"): r.text("unit_id") for r in _read(home, "capitals.csv", CAPITAL_COLUMNS)}


def read_countries(home: Path) -> dict[str, tuple[PlaceName, ...]]:
    """ISO code of each country of countries.csv -> its name, then its other names. Raises Faults."""
    return {r.text("iso"): _names(r.text("name"), r.text("aliases")) for r in _read(home, "countries.csv", COUNTRY_COLUMNS)}


def read_adjectives(home: Path) -> list[str]:
    """The adjectives of nationality of countries.csv ("Iraqi"), which also name some village. Raises Faults."""
    return [a for r in _read(home, "countries.csv", COUNTRY_COLUMNS) for a in r.text("adjectives").split(";") if a]


def read_world_units(home: Path, points: Mapping[str, Point], indexed: Callable[[str], Unit | None]) -> dict[str, Unit]:
    """Units of the tables by id. `points` are the divisions' (lat, lon); `indexed` looks a place of the index up. Raises Faults."""
    units: dict[str, Unit] = {}
    words: dict[str, tuple[str, bool]] = {}
    for r in _read(home, "countries.csv", COUNTRY_COLUMNS):
        words[r.text("iso")] = r.text("division_word"), r.text("full") == "yes"
        unit_id = f"iso:{r.text('iso')}"
        units[unit_id] = Unit(
            unit_id, PlaceKind.COUNTRY, r.text("name"), country=r.text("iso"), names=_names(r.text("name"), r.text("aliases"))
        )
    for r in read_divisions(home):
        units[r.text("unit_id")] = _division(r, *words.get(r.text("country"), ("", False)), points.get(r.text("unit_id"), (None, None)))
    faults = FaultList("theatre world")
    firsts: dict[str, str] = {}
    for path in place_files(home):
        for r in read_csv(path, PLACE_COLUMNS, faults):
            unit_id = r.text("unit_id")
            if f"{path.name} {unit_id}" in firsts:
                faults.add(r.file, r.place, f"{unit_id} stands already at {firsts[f'{path.name} {unit_id}']}")
            firsts[f"{path.name} {unit_id}"] = r.place
            if unit := _place(r, units.get(unit_id) or indexed(unit_id), faults):
                units[unit_id] = unit
    _check_parents(units, firsts, indexed, faults)
    faults.raise_any()
    return units


def _division(r: Row, word: str, full: bool, point: tuple[float | None, float | None]) -> Unit:
    """A first-level division. It bears its country's word for one ("Kherson Oblast") beside its bare name; `full`: reports call it so."""
    listed, country = r.text("name"), r.text("country")
    typed = listed if not word or _TYPED.search(listed) or word.casefold() in listed.casefold() else f"{listed} {word}"
    short = _ENDING.sub("", listed)
    bare = listed if _SIDES.fullmatch(short) else short
    aliases = [a for a in r.text("aliases").split(";") if a]
    names = _names(typed if full else bare, ";".join((typed, listed, bare, *aliases, *(f"{a} {word}" for a in aliases if word))))
    return Unit(r.text("unit_id"), PlaceKind.PROVINCE, typed if full else bare, f"iso:{country}", country, *point, names=names)


def _place(r: Row, base: Unit | None, faults: FaultList) -> Unit | None:
    unit_id, country, parent, name = r.text("unit_id"), r.text("country"), r.text("parent"), r.text("name")
    known = len(faults.found)
    if not _ID.match(unit_id):
        faults.add(r.file, r.place, f"unit id {unit_id!r} is not of the form gn:1234 or world:ua:snake-island")
    kind = base.kind if base and not r.text("kind") else one_of(r, "kind", PlaceKind, faults)
    scope = one_of(r, "scope", Scope, faults) if r.text("scope") else _SCOPES.get(kind or PlaceKind.TOWN, Scope.WHOLE)
    if not name.strip():
        faults.add(r.file, r.place, "name is empty")
    if not base and not (len(country) == 2 and country.isupper()):
        faults.add(r.file, r.place, f"country {country!r} is not an ISO 3166 alpha-2 code")
    lat, lon = _point(r, faults) if r.text("lat") or r.text("lon") or not base else (base.lat, base.lon)
    if len(faults.found) > known or kind is None or scope is None:
        return None
    country = country or (base.country if base else "")
    names = _names(name, ";".join((r.text("names"), *((n.text for n in base.names) if base else ()))))
    parent = parent or (base.parent if base else f"iso:{country}")
    people, seat = (base.population, base.capital_of) if base else (0, "")
    return Unit(unit_id, kind, name, parent, country, lat, lon, scope, names, people, seat)


def _point(r: Row, faults: FaultList) -> tuple[float | None, float | None]:
    lat, lon = r.text("lat"), r.text("lon")
    if not lat and not lon and r.text("kind") in (PlaceKind.ROAD, PlaceKind.REGION):
        return None, None
    if not _DEGREES.match(lat) or not _DEGREES.match(lon) or abs(float(lat)) > 90 or abs(float(lon)) > 180:
        faults.add(r.file, r.place, f"lat, lon {lat!r}, {lon!r} are not two degrees with two decimals")
        return None, None
    return float(lat), float(lon)


def _check_parents(units: Mapping[str, Unit], firsts: Mapping[str, str], indexed: Callable[[str], Unit | None], faults: FaultList) -> None:
    for key, place in firsts.items():
        file, unit_id = key.split(" ", 1)
        unit = units.get(unit_id)
        if unit and unit.parent == unit_id:
            faults.add(file, place, f"{unit_id} is its own parent")
        elif unit and unit.parent not in units and indexed(unit.parent) is None:
            faults.add(file, place, f"parent {unit.parent!r} is no place of this theatre")


def _read(home: Path, name: str, columns: tuple[str, ...]) -> tuple[Row, ...]:
    faults = FaultList("theatre world")
    rows = read_csv(home / name, columns, faults)
    if not rows and not faults.found:
        faults.add(name, "", "is missing or empty")
    faults.raise_any()
    return rows


def _names(name: str, others: str) -> tuple[PlaceName, ...]:
    return tuple(PlaceName(n) for n in dict.fromkeys((name, *(o.strip() for o in others.split(";")))) if n)
