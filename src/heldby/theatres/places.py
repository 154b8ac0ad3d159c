"""The tables of places: units, names, further areas, rosters, crosswalk and links, as model values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from heldby.model.place import Crosswalk, Link, LinkKind, Measure, PlaceKind, PlaceName, Roster, Scope, Unit
from heldby.theatres.sheets import FaultList, Row, read_csv, unique

UNIT_COLUMNS = ("unit_id", "kind", "scope", "name", "parent", "country", "lat", "lon", "capital_of", "note")
LANGUAGES = ("en", "fa", "ps", "ar", "ru", "uk", "translit")
GUARDED = "only with a kind word"  # the note of a name that is also an ordinary word
CROSSWALK_KINDS = ("same", "split", "merged", "renamed")
Choice = TypeVar("Choice", bound=StrEnum)
_UNIT_ID = re.compile(r"[a-zA-Z0-9]+(?::[a-zA-Z0-9][a-zA-Z0-9-]*)+\Z")
_POINT = re.compile(r"-?\d{1,3}\.\d\d\Z")


@dataclass(frozen=True, slots=True)
class Spelling:
    """A row of names.csv."""

    unit_id: str
    name: PlaceName
    guarded: bool


def read_units(home: Path, faults: FaultList) -> tuple[tuple[Unit, ...], frozenset[str]]:
    """Units with their names, and the names that count only beside a kind word."""
    rows = {r.text("unit_id"): r for r in unique(read_csv(home / "units.csv", UNIT_COLUMNS, faults), "unit_id", faults)}
    spellings = _read_names(home, rows, faults)
    names: dict[str, list[PlaceName]] = {}
    for spelling in spellings:
        names.setdefault(spelling.unit_id, []).append(spelling.name)
    units = [_unit(row, rows, names.get(unit_id, []), faults) for unit_id, row in rows.items()]
    return tuple(u for u in units if u), frozenset(s.name.text for s in spellings if s.guarded)


def _unit(row: Row, rows: Mapping[str, Row], names: list[PlaceName], faults: FaultList) -> Unit | None:
    unit_id, name = row.text("unit_id"), row.text("name")
    if not _UNIT_ID.match(unit_id):
        faults.add(row.file, row.place, f"unit id {unit_id!r} is not of the form af:kandahar:spin-boldak")
    if not name.strip():
        faults.add(row.file, row.place, "name is empty")
    kind = one_of(row, "kind", PlaceKind, faults)
    scope = one_of(row, "scope", Scope, faults)
    if not re.match(r"[A-Z]{2}\Z", row.text("country")):
        faults.add(row.file, row.place, f"country {row.text('country')!r} is not an ISO 3166 alpha-2 code")
    for key in ("parent", "capital_of"):
        if row.text(key) and row.text(key) not in rows:
            faults.add(row.file, row.place, f"{key} {row.text(key)!r} is no unit of this theatre")
    if _loops(unit_id, rows):
        faults.add(row.file, row.place, f"{unit_id} is its own ancestor")
    lat, lon = _point(row, faults)
    if kind is None or scope is None:
        return None
    first = () if any(n.text == name for n in names) else (PlaceName(name),)
    return Unit(unit_id, kind, name, row.text("parent"), row.text("country"), lat, lon, scope, (*first, *names), 0, row.text("capital_of"))


def _loops(unit_id: str, rows: Mapping[str, Row]) -> bool:
    seen = {unit_id}
    at = rows[unit_id].text("parent")
    while at in rows:
        if at == unit_id:
            return True
        if at in seen:
            return False  # a loop further up, reported where it lies
        seen.add(at)
        at = rows[at].text("parent")
    return False


def _point(row: Row, faults: FaultList) -> tuple[float | None, float | None]:
    lat, lon = row.text("lat"), row.text("lon")
    if not lat and not lon:
        return None, None
    if not _POINT.match(lat) or not _POINT.match(lon) or abs(float(lat)) > 90 or abs(float(lon)) > 180:
        faults.add(row.file, row.place, f"lat, lon {lat!r}, {lon!r} are not two degrees with two decimals")
        return None, None
    return float(lat), float(lon)


def _read_names(home: Path, units: Mapping[str, Row], faults: FaultList) -> list[Spelling]:
    seen: dict[tuple[str, str], str] = {}
    found = []
    for row in read_csv(home / "names.csv", ("unit_id", "name", "lang", "note"), faults):
        unit_id, text, lang = row.text("unit_id"), row.text("name"), row.text("lang")
        if unit_id not in units:
            faults.add(row.file, row.place, f"unit {unit_id!r} is not in units.csv")
        if not text or text != text.strip():
            faults.add(row.file, row.place, f"name {text!r} is empty or has blanks around it")
        if lang not in LANGUAGES:
            faults.add(row.file, row.place, f"lang {lang!r} is none of {', '.join(LANGUAGES)}")
        if (unit_id, text) in seen:
            faults.add(row.file, row.place, f"{text!r} of {unit_id} stands already at {seen[unit_id, text]}")
        seen.setdefault((unit_id, text), row.place)
        found.append(Spelling(unit_id, PlaceName(text, lang), row.text("note") == GUARDED))
    return found


def read_areas(home: Path, units: frozenset[str], faults: FaultList) -> dict[str, tuple[str, ...]]:
    """Unit id -> further areas in which reports put it (areas.csv)."""
    found: dict[str, tuple[str, ...]] = {}
    for row in read_csv(home / "areas.csv", ("unit_id", "area_id", "note"), faults):
        known_unit(row, "unit_id", units, faults)
        known_unit(row, "area_id", units, faults)
        found[row.text("unit_id")] = (*found.get(row.text("unit_id"), ()), row.text("area_id"))
    return found


def read_rosters(home: Path, declared: tuple[Roster, ...], units: frozenset[str], faults: FaultList) -> tuple[Roster, ...]:
    """The `declared` rosters of theatre.toml with their units by rosters.csv, whose columns they must be."""
    rows = tuple(unique(read_csv(home / "rosters.csv", ("unit_id", "name"), faults, more=True), "unit_id", faults))
    columns = tuple(k for k in rows[0].cells if k not in ("unit_id", "name")) if rows else ()
    wanted = [r.id for r in declared]
    if set(columns) != set(wanted):
        faults.add("rosters.csv", "line 1", f"sets {', '.join(columns) or 'none'}, but theatre.toml declares {', '.join(wanted) or 'none'}")
        return ()
    for row in rows:
        known_unit(row, "unit_id", units, faults)
        for column in columns:
            if row.text(column) not in ("", "1"):
                faults.add(row.file, row.place, f"{column} is {row.text(column)!r}; write 1 or nothing")
    return tuple(replace(d, unit_ids=tuple(r.text("unit_id") for r in rows if r.text(d.id) == "1")) for d in declared)


def read_crosswalk(home: Path, rosters: tuple[Roster, ...], faults: FaultList) -> tuple[Crosswalk, ...]:
    """Rows of crosswalk.csv; each unit must be a member of the set it is named for."""
    members = {r.id: frozenset(r.unit_ids) for r in rosters}
    found = []
    for row in read_csv(home / "crosswalk.csv", ("from_set", "from_name", "from_unit", "to_set", "to_unit", "kind", "note"), faults):
        for side in ("from", "to"):
            chosen, unit_id = row.text(f"{side}_set"), row.text(f"{side}_unit")
            if chosen not in members:
                faults.add(row.file, row.place, f"{side}_set {chosen!r} is no roster of this theatre")
            elif unit_id not in members[chosen]:
                faults.add(row.file, row.place, f"{side}_unit {unit_id!r} is no member of set {chosen}")
        if row.text("kind") not in CROSSWALK_KINDS:
            faults.add(row.file, row.place, f"kind {row.text('kind')!r} is none of {', '.join(CROSSWALK_KINDS)}")
        source, target = (row.text("from_set"), row.text("from_name"), row.text("from_unit")), (row.text("to_set"), row.text("to_unit"))
        found.append(Crosswalk(*source, *target, row.text("kind"), row.text("note")))
    return tuple(found)


def read_links(home: Path, units: frozenset[str], faults: FaultList) -> tuple[Link, ...]:
    """Rows of links.csv: which units show one another's claims, and which move another's status, with the written reason."""
    seen: dict[tuple[str, str], str] = {}
    found = []
    for row in read_csv(home / "links.csv", ("unit_id", "linked_id", "kind", "moves", "reason"), faults):
        pair = row.text("unit_id"), row.text("linked_id")
        known_unit(row, "unit_id", units, faults)
        known_unit(row, "linked_id", units, faults)
        kind = one_of(row, "kind", LinkKind, faults)
        if row.text("moves") not in ("yes", "no"):
            faults.add(row.file, row.place, f"moves is {row.text('moves')!r}; write yes or no")
        if not row.text("reason").strip():
            faults.add(row.file, row.place, "reason is empty: a link says why it moves a status or does not")
        if pair in seen or pair[0] == pair[1]:
            faults.add(
                row.file,
                row.place,
                f"link {pair[0]} to {pair[1]} " + (f"stands already at {seen[pair]}" if pair in seen else "joins a unit to itself"),
            )
        seen.setdefault(pair, row.place)
        if kind:
            found.append(Link(*pair, kind, row.text("moves") == "yes", row.text("reason")))
    return tuple(found)


def read_measures(path: Path, units: frozenset[str], faults: FaultList) -> tuple[Measure, ...]:
    """Rows of measures.csv: a unit's area in km2 and its population, either empty where it is not known."""
    found = []
    for row in unique(read_csv(path, ("unit_id", "area_km2", "population", "note"), faults), "unit_id", faults):
        known_unit(row, "unit_id", units, faults)
        area, people = row.text("area_km2"), row.text("population")
        if area and not re.fullmatch(r"\d{1,8}(?:\.\d{1,3})?", area):
            faults.add(row.file, row.place, f"area_km2 {area!r} is no number of square kilometres (up to three decimals)")
        elif people and not re.fullmatch(r"\d{1,10}", people):
            faults.add(row.file, row.place, f"population {people!r} is no whole number of people")
        else:
            found.append(Measure(row.text("unit_id"), float(area) if area else None, int(people) if people else None))
    return tuple(found)


def known_unit(row: Row, key: str, units: frozenset[str], faults: FaultList) -> None:
    """A fault if the cell names no unit of the theatre."""
    if row.text(key) not in units:
        faults.add(row.file, row.place, f"{key} {row.text(key)!r} is no unit of this theatre")


def one_of(row: Row, key: str, choices: type[Choice], faults: FaultList) -> Choice | None:
    """The cell as a member of a closed list; None and a fault if it is none."""
    try:
        return choices(row.text(key))
    except ValueError:
        faults.add(row.file, row.place, f"{key} {row.text(key)!r} is none of {', '.join(choices)}")
        return None
