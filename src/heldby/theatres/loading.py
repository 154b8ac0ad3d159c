"""From a theatre's folder to a `Theatre`: read every file, gather every fault, and only then build.

theatre.toml ─ what it is            actors.toml ┐
units.csv ┐                          outlets.toml ├─ who fights, speaks, publishes
names.csv ├─ places                  interest.toml ┘
areas.csv ┘                          outline.geojson ─ the frame of its maps
rosters.csv, crosswalk.csv, links.csv ─ how places are counted and joined
measures.csv ─ how large they are, where known
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from heldby.errors import Faults
from heldby.model.place import Crosswalk, Link, Measure, Roster, Unit
from heldby.model.theatre import Gazetteer, Lexicon, Theatre
from heldby.model.who import INDEPENDENT, UNKNOWN, Actor, Interest, Outlet
from heldby.theatres.gazetteer import LayeredGazetteer, TableGazetteer
from heldby.theatres.gazetteer_world import open_world_gazetteer
from heldby.theatres.people import read_actors, read_interests, read_outlets
from heldby.theatres.places import read_areas, read_crosswalk, read_links, read_measures, read_rosters, read_units
from heldby.theatres.sheets import FaultList, Row, bounds, check_keys, offset_of, read_toml, records, unique
from heldby.theatres.spelling import fold
from heldby.theatres.spotting import SpottingRules
from heldby.theatres.surround import CREDIT, surround

WORLD = "world"
MEASURES = "measures.csv"
INDEXED = "gn:"  # ids of places that are the world's own
THEATRE_KEYS: Mapping[str, type] = {
    "id": str,
    "name": str,
    "extends": str,
    "countries": list,
    "timezone": str,
    "utc_offset": str,
    "default_roster": str,
    "cells_note": str,
    "period": dict,
    "admission": dict,
}
ROSTER_KEYS: Mapping[str, type] = {"id": str, "name": str, "source": str, "unit_noun": str}
Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class _Base:
    """What an extended theatre lends: its gazetteer and people."""

    gazetteer: Gazetteer | None = None
    actors: tuple[Actor, ...] = ()
    outlets: tuple[Outlet, ...] = ()
    interests: tuple[Interest, ...] = ()
    digest: str = ""


@dataclass(frozen=True, slots=True)
class _Places:
    units: tuple[Unit, ...]
    guarded: frozenset[str]  # names that count only beside a kind word
    more_areas: Mapping[str, tuple[str, ...]]
    rosters: tuple[Roster, ...]
    crosswalk: tuple[Crosswalk, ...]
    links: tuple[Link, ...]
    measures: tuple[Measure, ...]


def load_folder(home: Path, world: Path) -> Theatre:
    """The theatre in `home`; `world` is the folder of the world theatre, which others may extend. Raises Faults with every fault at once."""
    faults = FaultList(f"theatre {home.name}")
    head = read_toml(home / "theatre.toml", faults, needed=True)
    row = _head_row(head, home, faults)
    base = _base(row, world, faults)
    sides, actors = read_actors(home, faults, base.actors)
    parties = frozenset({s.id for s in sides} | {a.id for a in (*actors, *base.actors)} | {INDEPENDENT, UNKNOWN})
    places = _read_places(home, head, faults)
    if row.text("default_roster") not in ("", *(r.id for r in places.rosters)):
        faults.add("theatre.toml", "default_roster", f"{row.text('default_roster')!r} is no roster of this theatre")
    outlets, interests = read_outlets(home, parties, faults), read_interests(home, parties, faults)
    since, until = _period(head, faults)
    offset = _offset(row, faults)
    notes = _notes(head, row, faults)
    outline, credit = _outline(home / "outline.geojson", faults)
    faults.raise_any()

    digest = folder_digest(home, base.digest)
    lexicon = Lexicon(
        theatre_id=home.name,
        gazetteer=_gazetteer(home, world, places, base, digest),
        actors=actors + lent_actors(actors, base.actors),
        outlets=outlets + lent_outlets(outlets, base.outlets),
        interests=interests + tuple(i for i in base.interests if not any((i.side, i.actor) == (o.side, o.actor) for o in interests)),
        countries=tuple(row.cells.get("countries", ())),
        utc_offset=offset,
    )
    return Theatre(
        id=home.name,
        name=row.text("name"),
        since=since or date.min,
        until=until,
        utc_offset=offset,
        default_roster=row.text("default_roster"),
        sides=sides,
        lexicon=lexicon,
        digest=digest,
        units=places.units,
        rosters=places.rosters,
        links=places.links,
        crosswalk=places.crosswalk,
        outline=outline or surround((u.lon, u.lat) for u in places.units if u.lon is not None and u.lat is not None),
        outline_credit=credit or CREDIT,
        notes=notes,
        measures=places.measures,
    )


def _head_row(head: Mapping[str, Any], home: Path, faults: FaultList) -> Row:
    row = Row("theatre.toml", "", {k: v for k, v in head.items() if k != "roster"})
    check_keys(row, THEATRE_KEYS, ("id", "name"), faults)
    if row.text("id") != home.name:
        faults.add("theatre.toml", "id", f"is {row.text('id')!r}, but the folder is {home.name!r}")
    return row


def _read_places(home: Path, head: Mapping[str, Any], faults: FaultList) -> _Places:
    units, guarded = read_units(home, faults)
    ids = frozenset(u.id for u in units)
    more_areas = read_areas(home, ids, faults)
    rosters = read_rosters(home, _declared_rosters(head, faults), ids, faults)
    joined = read_crosswalk(home, rosters, faults), read_links(home, ids, faults)
    measures = read_measures(home / MEASURES, ids, faults)
    people = {m.unit_id: m.population for m in measures if m.population}
    peopled = tuple(replace(u, population=people[u.id]) if u.id in people else u for u in units)
    return _Places(peopled, guarded, more_areas, rosters, *joined, measures)


def _gazetteer(home: Path, world: Path, places: _Places, base: _Base, digest: str) -> Gazetteer:
    if home.name == WORLD:
        return open_world_gazetteer(home)
    rules = SpottingRules.read(world / "spotting.toml")
    own_rules = replace(rules, guarded=frozenset(map(fold, places.guarded)) | rules.people)
    own = TableGazetteer(places.units, places.more_areas, own_rules, f"{home.name}-{digest[:12]}")
    shared = frozenset(u.country for u in places.units if u.id.startswith(INDEXED))
    return LayeredGazetteer(own, base.gazetteer, shared) if base.gazetteer else own


def _base(row: Row, world: Path, faults: FaultList) -> _Base:
    extends = row.text("extends")
    if extends in ("", "none") or row.text("id") == WORLD:
        return _Base()
    if extends != WORLD:
        faults.add("theatre.toml", "extends", f"{extends!r} is neither world nor none")
        return _Base()
    try:
        return _lent_by(world, folder_digest(world))
    except Faults as e:
        faults.found.extend(e.faults)
        return _Base()


@cache
def _lent_by(world: Path, digest: str) -> _Base:
    """What the theatre in `world`, whose files have this digest, lends: read once, however many theatres extend it. Raises Faults."""
    faults = FaultList(f"theatre {world.name}")
    sides, actors = read_actors(world, faults)
    parties = frozenset({s.id for s in sides} | {a.id for a in actors} | {INDEPENDENT, UNKNOWN})
    outlets, interests = read_outlets(world, parties, faults), read_interests(world, parties, faults)
    faults.raise_any()
    return _Base(open_world_gazetteer(world), actors, outlets, interests, digest)


def lent_actors(own: tuple[Actor, ...], lent: tuple[Actor, ...]) -> tuple[Actor, ...]:
    """The lent actors the theatre does not have itself, without the names that its own actors bear."""
    ids = {a.id for a in own}
    names = {n.text.casefold() for a in own for n in a.names}
    return tuple(replace(a, names=tuple(n for n in a.names if n.text.casefold() not in names)) for a in lent if a.id not in ids)


def lent_outlets(own: tuple[Outlet, ...], lent: tuple[Outlet, ...]) -> tuple[Outlet, ...]:
    """The lent outlets whose id and name the theatre does not have itself, without the aliases that its own bear."""
    ids = {o.id for o in own}
    names = {n.casefold() for o in own for n in (o.name, *o.aliases)}
    kept = (o for o in lent if o.id not in ids and o.name.casefold() not in names)
    return tuple(replace(o, aliases=tuple(a for a in o.aliases if a.casefold() not in names)) for o in kept)


def folder_digest(home: Path, base: str = "") -> str:
    """SHA-256 over the names and bytes of a theatre's data files, sorted, after the digest of what it extends."""
    total = hashlib.sha256(base.encode())
    for path in sorted(home.iterdir(), key=lambda p: p.name):
        if path.suffix in (".toml", ".csv", ".geojson", ".bin"):
            total.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _declared_rosters(head: Mapping[str, Any], faults: FaultList) -> tuple[Roster, ...]:
    """The rosters that theatre.toml declares, without their units."""
    rows = tuple(unique(tuple(records(head, "roster", "theatre.toml", faults)), "id", faults))
    sound = [r for r in rows if check_keys(r, ROSTER_KEYS, ("id", "name", "source"), faults)]
    return tuple(Roster(r.text("id"), r.text("name"), (), r.text("source"), r.text("unit_noun") or "districts") for r in sound)


def _period(head: Mapping[str, Any], faults: FaultList) -> tuple[date | None, date | None]:
    period = head.get("period", {})
    row = Row("theatre.toml", "[period]", period if isinstance(period, dict) else {})
    check_keys(row, {"from": date, "to": date}, (), faults)
    return bounds(row, faults)


def _offset(row: Row, faults: FaultList) -> timedelta:
    text = row.text("utc_offset") or "+00:00"
    offset = offset_of(text)
    if offset is None:
        faults.add("theatre.toml", "utc_offset", f"{text!r} is not an offset like +04:30")
    return offset or timedelta(0)


def _notes(head: Mapping[str, Any], row: Row, faults: FaultList) -> tuple[str, ...]:
    """The note that stands on maps without boundaries, then those of [admission]."""
    admission = head.get("admission", {})
    table = Row("theatre.toml", "[admission]", admission if isinstance(admission, dict) else {})
    sound = check_keys(table, {"notes": list}, (), faults)
    return (*filter(None, (row.text("cells_note"),)), *(table.cells.get("notes", ()) if sound else ()))


def _outline(path: Path, faults: FaultList) -> tuple[tuple[Ring, ...], str]:
    """Outer rings of a GeoJSON file of polygons, as (lon, lat), and whose they are (the first words of the property `source`); (), "" if there is
    no file."""
    if not path.exists():
        return (), ""
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        credit = next(
            (re.split(r"[,;]| 1:", str(f["properties"]["source"]))[0] for f in features if (f.get("properties") or {}).get("source")), ""
        )
        shapes = [f["geometry"] for f in features]
        polygons = [p for s in shapes for p in (s["coordinates"] if s["type"] == "MultiPolygon" else [s["coordinates"]])]
        rings = tuple(tuple((float(x), float(y)) for x, y in p[0]) for p in polygons)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as e:
        faults.add(path.name, "", f"is no GeoJSON of polygons: {e}")
        return (), ""
    for number, ring in enumerate(rings, 1):
        if len(ring) < 4 or ring[0] != ring[-1]:
            faults.add(path.name, f"ring {number}", "is not closed")
    return rings, credit or "as the theatre has it"
