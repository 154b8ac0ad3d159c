"""A theatre made from a list of places: the folder's tables written out, ready to be checked, used and amended.

places.csv (name, lat, lon, ...) ─► units.csv, names.csv, rosters.csv, measures.csv, theatre.toml, actors.toml, outlets.toml, SOURCES.md
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from math import cos, hypot, radians
from pathlib import Path

from heldby.errors import UsageError
from heldby.model.place import PlaceKind
from heldby.model.who import Actor
from heldby.theatres.people import read_actors
from heldby.theatres.places import UNIT_COLUMNS, one_of
from heldby.theatres.sheets import FaultList, Row, offset_of, read_csv, read_table
from heldby.theatres.spelling import fold

NEEDED = ("name", "lat", "lon")
OPTIONAL = ("id", "kind", "parent", "names", "population", "capital_of", "note")
AREAS = (PlaceKind.COUNTRY, PlaceKind.PROVINCE, PlaceKind.REGION)
UNCOUNTED = (*AREAS, PlaceKind.ROAD)
APART = 3.0  # km: of one name, kind and area, places nearer than this are one
_SIDE = re.compile(r"(?P<id>[a-z][a-z0-9_]*)=(?P<name>.*\S.*)\Z")
_ID = re.compile(r"[a-zA-Z0-9]+(?::[a-zA-Z0-9][a-zA-Z0-9-]*)+\Z")
_LANGUAGES = ((re.compile(r"[іїєґІЇЄҐ]"), "uk"), (re.compile(r"[Ѐ-ӿ]"), "ru"), (re.compile(r"[\u0600-\u06ff]"), "ar"))


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for beside the places: `country` (ISO 3166 alpha-2), the sides as (id, name), when the conflict began, the offset from UTC."""

    country: str
    sides: tuple[tuple[str, str], ...]
    name: str = ""
    since: date | None = None
    utc_offset: str = "+00:00"


@dataclass(frozen=True, slots=True)
class Listed:
    """A row of the list of places, its area named by `parent` as written until it is found."""

    unit_id: str
    kind: PlaceKind
    name: str
    parent: str
    lat: float | None
    lon: float | None
    names: tuple[str, ...] = ()
    population: str = ""
    capital_of: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: how many places and areas; `taken`, for each side that the world's list knows, whose names it has; `unheard`, sides that
    nobody of that list is; `others`, actors of that list in the country that are none of the sides."""

    places: int
    areas: int
    taken: tuple[tuple[str, Actor], ...]
    unheard: tuple[str, ...]
    others: tuple[Actor, ...]


@dataclass(slots=True)
class _Ids:
    """Ids given out, each once."""

    taken: set[str] = field(default_factory=set)

    def new(self, *parts: str) -> str:
        stem = ":".join(_slug(p) for p in parts if p)
        found, number = stem, 1
        while found in self.taken:
            number += 1
            found = f"{stem}-{number}"
        self.taken.add(found)
        return found


def side_of(written: str) -> tuple[str, str]:
    """A side written as id=Name. Raises UsageError."""
    found = _SIDE.match(written)
    if found is None:
        raise UsageError("--side", f"expected an id in small letters and a name, such as north=Northern Army, not {written!r}")
    return found["id"], " ".join(found["name"].split())


def new_theatre(home: Path, places: Path, plan: Plan, world: Path) -> Made:
    """Write the folder `home`, a theatre of the places in the CSV file `places`, which extends the one in `world`.

    Raises UsageError where the folder has something in it or the plan cannot be, Faults that name every row that cannot.
    """
    faults = FaultList(places.name)
    named = {r.text("iso"): r.text("name") for r in read_csv(world / "countries.csv", ("iso", "name"), faults, more=True)}
    _check(home, places, plan, named)
    rows = read_table(places, NEEDED, OPTIONAL, faults)
    if not rows and not faults.found:
        faults.add(places.name, "line 1", "lists no place")
    known = read_actors(world, faults)[1]
    read = tuple((row, x) for row in rows if (x := _listed(row, faults)))
    _twice(read, faults)
    listed = _placed(tuple(x for _, x in read), plan.country, named.get(plan.country, ""), faults)
    faults.raise_any()
    taken = _taken(plan, known)
    files = _files(home.name, listed, plan, places.name, taken)
    try:
        home.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (home / name).write_text(text, encoding="utf-8", newline="")
    except OSError as e:
        raise UsageError(str(home), f"cannot be written ({e.strerror or e})") from None
    areas = sum(u.kind in AREAS for u in listed)
    unheard = tuple(ident for ident, _ in plan.sides if ident not in taken)
    others = tuple(a for a in known if plan.country in (a.home, *a.countries) and a not in taken.values())
    return Made(len(listed) - areas, areas, tuple(taken.items()), unheard, others)


def _taken(plan: Plan, known: Sequence[Actor]) -> dict[str, Actor]:
    """The actor of the world's list that each side is: of its id, else the only one that bears its name or its id as a name."""
    by_id = {a.id: a for a in known}
    found = {ident: by_id[ident] for ident, _ in plan.sides if ident in by_id}
    for ident, name in plan.sides:
        if ident in found:
            continue
        wanted = {fold(name), fold(ident)}
        bearers = [
            a for a in known if wanted & {fold(text) for text in (a.name, *(n.text for n in a.names if not n.generic and not n.adjective))}
        ]
        if len(bearers) == 1 and bearers[0] not in found.values():
            found[ident] = bearers[0]
    return found


def _twice(read: Sequence[tuple[Row, Listed]], faults: FaultList) -> None:
    """Names every row of the name, kind and area of an earlier one that lies at the same place: homonyms lie further apart."""
    before: dict[tuple[str, str, PlaceKind], list[tuple[Row, Listed]]] = {}
    for row, place in read:
        same = before.setdefault((fold(place.name), fold(place.parent), place.kind), [])
        for other, there in same:
            if _km(place, there) < APART:
                faults.add(
                    row.file, row.place, f"{place.name} is listed at {other.place} already; leave one out, or tell them apart by name"
                )
                break
        same.append((row, place))


def _km(one: Listed, other: Listed) -> float:
    """Kilometres between two places near each other, on a plane; none where one has no point."""
    if one.lat is None or one.lon is None or other.lat is None or other.lon is None:
        return 0.0
    north, east = one.lat - other.lat, (one.lon - other.lon) * cos(radians(one.lat))
    return hypot(north, east) * 111.2


def _check(home: Path, places: Path, plan: Plan, named: Mapping[str, str]) -> None:
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise UsageError(str(home), "is there already and not empty; a new theatre wants a folder of its own")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", home.name):
        raise UsageError(str(home), f"{home.name!r} will be the theatre's id: small letters, digits and hyphens")
    if not places.is_file():
        raise UsageError(str(places), "there is no such file")
    if not re.fullmatch(r"[A-Z]{2}", plan.country):
        meant = next((f"; {name} is {iso}" for iso, name in named.items() if fold(name) == fold(plan.country)), "")
        raise UsageError("--country", f"{plan.country!r} is not an ISO 3166 alpha-2 code such as UA{meant}")
    if offset_of(plan.utc_offset) is None:
        raise UsageError("--utc-offset", f"{plan.utc_offset!r} is not an offset like +02:00")
    ids = [ident for ident, _ in plan.sides]
    if len(set(ids)) < 2 or len(set(ids)) != len(ids):
        raise UsageError("--side", "name two sides at least, each once: --side north='Northern Army' --side south='Southern Front'")
    if taken := {"independent", "unknown"} & set(ids):
        raise UsageError("--side", f"{min(taken)!r} is kept for voices without a side")


def _listed(row: Row, faults: FaultList) -> Listed | None:
    known = len(faults.found)
    kind = one_of(row, "kind", PlaceKind, faults) if row.text("kind") else PlaceKind.TOWN
    point: list[float | None] = []
    for key, most in (("lat", 90.0), ("lon", 180.0)):
        written = row.text(key).strip()
        try:
            value = round(float(written), 2) if written else None
        except ValueError:
            value = most + 1
        if value is None and kind in UNCOUNTED:
            point.append(None)
        elif value is None or not abs(value) <= most:
            faults.add(row.file, row.place, f"{key} {written!r} is no degree from -{most:g} to {most:g}")
        else:
            point.append(value)
    name = " ".join(row.text("name").split())
    if not name:
        faults.add(row.file, row.place, "name is empty")
    if row.text("id") and not _ID.match(row.text("id")):
        faults.add(row.file, row.place, f"id {row.text('id')!r} is not of the form xx:area:place")
    if row.text("population") and not re.fullmatch(r"\d{1,10}", row.text("population")):
        faults.add(row.file, row.place, f"population {row.text('population')!r} is no whole number of people")
    if len(faults.found) > known or kind is None:
        return None
    names = tuple(dict.fromkeys(n for n in (" ".join(x.split()) for x in row.text("names").split(";")) if n and n != name))
    rest = (row.text(k) for k in ("population", "capital_of", "note"))
    return Listed(row.text("id"), kind, name, row.text("parent").strip(), point[0], point[1], names, *rest)


def _placed(listed: Sequence[Listed], country: str, called: str, faults: FaultList) -> tuple[Listed, ...]:
    """The country, the areas (those that are only named made), then the places, each with its id and that of its area."""
    ids = _Ids({p.unit_id for p in listed if p.unit_id})
    if len(given := [p.unit_id for p in listed if p.unit_id]) != len(set(given)):
        twice = sorted({i for i in given if given.count(i) > 1})
        faults.add("", "", f"ids given twice: {', '.join(twice)}")
    state = next((p for p in listed if p.kind is PlaceKind.COUNTRY), Listed("", PlaceKind.COUNTRY, called or country, "", None, None))
    top = replace(state, unit_id=state.unit_id or f"iso:{country}", parent="")
    named = [p for p in listed if p.kind in (PlaceKind.PROVINCE, PlaceKind.REGION)]
    known = {fold(n) for p in (*named, state) for n in (p.name, p.unit_id, *p.names) if n}
    lacking = dict.fromkeys(p.parent for p in listed if p.parent and fold(p.parent) not in known and p.kind is not PlaceKind.COUNTRY)
    made = [Listed("", PlaceKind.PROVINCE, name, "", None, None) for name in lacking]
    areas = [replace(a, unit_id=a.unit_id or ids.new(country.lower(), a.name)) for a in (*named, *made)]
    at = {fold(n): a.unit_id for a in reversed((top, *areas)) for n in (a.name, a.unit_id, *a.names)}
    areas = [replace(a, parent=at.get(fold(a.parent), top.unit_id) if a.parent else top.unit_id) for a in areas]
    name_of = {a.unit_id: a.name for a in areas}
    places: list[Listed] = []
    for p in listed:
        if p.kind in AREAS:
            continue
        parent = at[fold(p.parent)] if p.parent else top.unit_id
        seat = at.get(fold(p.capital_of), "") if p.capital_of else ""
        if p.capital_of and not seat:
            faults.add("", p.name, f"capital_of {p.capital_of!r} is no area of this list")
        ident = p.unit_id or ids.new(country.lower(), name_of.get(parent, ""), p.name)
        places.append(replace(p, unit_id=ident, parent=parent, capital_of=seat))
    return tuple(_middle(a, places) for a in (top, *areas)) + tuple(places)


def _middle(area: Listed, places: Sequence[Listed]) -> Listed:
    """An area without a point takes the mean of its places'."""
    if area.lat is not None and area.lon is not None:
        return area
    within = [p for p in places if area.kind is PlaceKind.COUNTRY or p.parent == area.unit_id]
    points = [(p.lat, p.lon) for p in within if p.lat is not None and p.lon is not None]
    if not points:
        return area
    return replace(area, lat=round(sum(a for a, _ in points) / len(points), 2), lon=round(sum(o for _, o in points) / len(points), 2))


def _files(ident: str, listed: Sequence[Listed], plan: Plan, source: str, taken: Mapping[str, Actor]) -> dict[str, str]:
    counted = [u for u in listed if u.kind not in UNCOUNTED]
    found = {
        "theatre.toml": _head(ident, plan, source),
        "units.csv": _csv(UNIT_COLUMNS, (_unit(u, plan.country) for u in listed)),
        "names.csv": _csv(("unit_id", "name", "lang", "note"), ((u.unit_id, n, _language(n), "") for u in listed for n in u.names)),
        "rosters.csv": _csv(("unit_id", "name", "places"), ((u.unit_id, u.name, "1") for u in counted)),
        "actors.toml": _actors(plan, taken),
        "outlets.toml": _OUTLETS,
        "SOURCES.md": _SOURCES.format(source=source, places=len(counted)),
    }
    if any(u.population for u in listed):
        rows = ((u.unit_id, "", u.population, "") for u in counted if u.population)
        found["measures.csv"] = _csv(("unit_id", "area_km2", "population", "note"), rows)
    return found


def _unit(u: Listed, country: str) -> tuple[str, ...]:
    point = ("", "") if u.lat is None or u.lon is None else (f"{u.lat:.2f}", f"{u.lon:.2f}")
    scope = {PlaceKind.ROAD: "road", PlaceKind.CROSSING: "crossing"}.get(u.kind, "whole")
    return (u.unit_id, u.kind, scope, u.name, u.parent, country, *point, u.capital_of, u.note)


def _language(name: str) -> str:
    return next((lang for letters, lang in _LANGUAGES if letters.search(name)), "en")


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().replace("'", "").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "place"


def _csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows((header, *rows))
    return out.getvalue()


def _text(value: str) -> str:
    """A TOML basic string."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{"".join(c if c.isprintable() else " " for c in escaped)}"'


def _head(ident: str, plan: Plan, source: str) -> str:
    since = f"\n[period]\nfrom = {plan.since.isoformat()}\n" if plan.since else ""
    values: Mapping[str, str] = {
        "id": ident,
        "name": plan.name or ident,
        "extends": "world",
        "utc_offset": plan.utc_offset,
        "default_roster": "places",
        "cells_note": "nearest-centre cells, not boundaries",
    }
    lines = "".join(f"{key} = {_text(value)}\n" for key, value in values.items())
    roster = f'\n[[roster]]\nid = "places"\nname = "all places listed"\nunit_noun = "places"\nsource = {_text(source)}\n'
    return f"{lines}countries = [{_text(plan.country)}]\n{since}{roster}"


def _actors(plan: Plan, taken: Mapping[str, Actor]) -> str:
    letters: dict[str, str] = {}
    for ident, name in (*plan.sides, ("independent", "Third parties")):
        wanted = (*(c.upper() for c in name if c.isalnum()), *"ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        letters[ident] = next(c for c in wanted if c not in letters.values())
    parts = [_ACTORS]
    for ident, name in (*plan.sides, ("independent", "Third parties")):
        parts.append(f"[[side]]\nid = {_text(ident)}\nname = {_text(name)}\nletter = {_text(letters[ident])}\n")
    for ident, name in plan.sides:
        known = taken.get(ident)
        names = "lent = true\n" if known else "aliases = []\nadjectives = []\ngeneric = []\nspokesmen = []\n"
        parts.append(f"[[actor]]\nid = {_text(known.id if known else ident)}\nside = {_text(ident)}\nname = {_text(name)}\n{names}")
    return "\n".join(parts)


_ACTORS = """\
# Who fights, and under which names. The first two sides are the main ones, and enemies. `aliases` are further names ("NLA"), `adjectives` stand
# before a noun ("Northern fighters"), `generic` words ("the rebels") mean him in this theatre alone, `spokesmen` are roles that speak for him.
# An actor whom the world's list knows (`heldby theatre actors`) needs no names here: with his id of that list, `lent = true` takes them from there.
# Whoever of that list stands under no side here is read as himself, and holds nothing in this theatre: give a side his words by an [[actor]] of his
# id, with `side` and `lent = true`.
"""
_OUTLETS = """\
# Who publishes, beside the outlets that the world's list knows. For example:
#
# [[outlet]]
# id = "valley-monitor"
# name = "Valley Monitor"
# kind = "monitor"              # agency, newspaper, broadcaster, monitor, state-media, party-media, social, reference
# zone = "+02:00"               # a date without a time is known from the end of its day there
# side = "north"                # only where a party to the war owns it, runs it or speaks through it
# copies = ["other-outlet"]     # outlets it is known to relay
# exhaustive = true             # a map or list that says of every place who holds it, again and again
"""
_SOURCES = """\
# Where the facts of this theatre come from

| table | rests on |
|---|---|
| `units.csv`, `names.csv`, `rosters.csv` | `{source}`: {places} places |
| `actors.toml`, `outlets.toml` | public record |
"""
