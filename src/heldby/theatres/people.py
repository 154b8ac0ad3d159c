"""The tables of those who fight, speak and publish: sides and actors, outlets, and whose interest lies where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from heldby.model.who import INDEPENDENT, Actor, ActorName, Interest, Leaning, Outlet, Side, VoiceKind
from heldby.theatres.places import one_of
from heldby.theatres.sheets import FaultList, Row, bounds, check_keys, offset_of, read_toml, records, unique

SIDE_KEYS: Mapping[str, type] = {"id": str, "name": str, "letter": str}
ACTOR_KEYS: Mapping[str, type] = {
    "id": str,
    "side": str,
    "name": str,
    "kind": str,
    "home": str,
    "names": list,
    "aliases": list,
    "adjectives": list,
    "generic": list,
    "spokesmen": list,
    "note": str,
}
NAME_KEYS: Mapping[str, type] = {"text": str, "from": date, "to": date}
OUTLET_KEYS: Mapping[str, type] = {
    "id": str,
    "name": str,
    "kind": str,
    "side": str,
    "aliases": list,
    "zone": str,
    "country": str,
    "copies": list,
    "exhaustive": bool,
    "reconstruction": bool,
    "note": str,
}
INTEREST_KEYS: Mapping[str, type] = {"side": str, "actor": str, "leaning": str, "reason": str, "from": date, "to": date}
ACTOR_KINDS = ("armed-group", "state", "coalition", "generic")
OUTLET_KINDS = {
    "agency": VoiceKind.AGENCY,
    "newspaper": VoiceKind.OUTLET,
    "broadcaster": VoiceKind.OUTLET,
    "monitor": VoiceKind.MONITOR,
    "state-media": VoiceKind.OUTLET,
    "party-media": VoiceKind.SPOKESMAN,
    "social": VoiceKind.OUTLET,
    "reference": VoiceKind.OUTLET,
}


def read_actors(home: Path, faults: FaultList) -> tuple[tuple[Side, ...], tuple[Actor, ...]]:
    """Sides and actors of actors.toml. Where the file declares no sides, every actor is a side of his own."""
    table = read_toml(home / "actors.toml", faults)
    _only(table, ("side", "actor"), "actors.toml", faults)
    declared = tuple(unique(tuple(records(table, "side", "actors.toml", faults)), "id", faults))
    sides = tuple(
        Side(r.text("id"), r.text("name"), r.text("letter")) for r in declared if check_keys(r, SIDE_KEYS, ("id", "name", "letter"), faults)
    )
    letters: dict[str, str] = {}
    for side in sides:
        if len(side.letter) != 1 or side.letter in letters:
            faults.add("actors.toml", f"[[side]] ({side.id})", f"letter {side.letter!r} is not one letter of its own")
        letters.setdefault(side.letter, side.id)
    known = {s.id for s in sides}
    rows = tuple(unique(tuple(records(table, "actor", "actors.toml", faults)), "id", faults))
    actors = tuple(_actor(r, faults) for r in rows if check_keys(r, ACTOR_KEYS, ("id", "name"), faults))
    for row, actor in zip(rows, actors):
        if known and actor.side not in known:
            faults.add(row.file, row.place, f"side {actor.side!r} is none of {', '.join(sorted(known))}")
    return sides or tuple(Side(a.id, a.name, a.name[:1].upper()) for a in actors), actors


def _actor(row: Row, faults: FaultList) -> Actor:
    if row.text("kind") and row.text("kind") not in ACTOR_KINDS:
        faults.add(row.file, row.place, f"kind {row.text('kind')!r} is none of {', '.join(ACTOR_KINDS)}")
    names = [ActorName(row.text("name"))] if not row.cells.get("names") else []
    for number, cells in enumerate(row.cells.get("names", ()), 1):
        dated = Row(row.file, f"{row.place}, name {number}", cells if isinstance(cells, dict) else {"text": ""})
        if check_keys(dated, NAME_KEYS, ("text",), faults):
            names.append(ActorName(dated.text("text"), *bounds(dated, faults)))
    names.extend(ActorName(text) for text in row.cells.get("aliases", ()))
    names.extend(ActorName(text, adjective=True) for text in row.cells.get("adjectives", ()))
    names.extend(ActorName(text, generic=True) for text in row.cells.get("generic", ()))
    if twice := sorted({n.text for n in names if names.count(n) > 1}):
        faults.add(row.file, row.place, f"named twice: {', '.join(twice)}")
    side = row.text("side") or row.text("id")
    return Actor(
        row.text("id"),
        row.text("name"),
        side,
        tuple(names),
        tuple(row.cells.get("spokesmen", ())),
        row.text("home"),
        row.text("kind") or "armed-group",
    )


def read_outlets(home: Path, parties: frozenset[str], faults: FaultList) -> tuple[Outlet, ...]:
    """Outlets of outlets.toml; `parties` are the ids that may stand as side."""
    table = read_toml(home / "outlets.toml", faults)
    _only(table, ("outlet",), "outlets.toml", faults)
    rows = tuple(unique(tuple(records(table, "outlet", "outlets.toml", faults)), "id", faults))
    ids = {r.text("id") for r in rows}
    outlets = []
    bearers: dict[str, str] = {}
    for row in rows:
        if not check_keys(row, OUTLET_KEYS, ("id", "name", "kind"), faults):
            continue
        outlet = _outlet(row, parties, faults)
        for copied in outlet.copies:
            if copied not in ids or copied == outlet.id:
                faults.add(row.file, row.place, f"copies {copied!r}, which is no other outlet of this file")
        for name in (outlet.name, *outlet.aliases):
            if bearers.setdefault(name.casefold(), outlet.id) != outlet.id:
                faults.add(row.file, row.place, f"{name!r} is already a name of {bearers[name.casefold()]}")
        outlets.append(outlet)
    return tuple(outlets)


def _outlet(row: Row, parties: frozenset[str], faults: FaultList) -> Outlet:
    kind, side, zone = row.text("kind"), row.text("side"), row.text("zone")
    if kind not in OUTLET_KINDS:
        faults.add(row.file, row.place, f"kind {kind!r} is none of {', '.join(OUTLET_KINDS)}")
    if side and side not in parties:
        faults.add(row.file, row.place, f"side {side!r} is no actor or side of this theatre")
    if zone and offset_of(zone) is None:
        faults.add(row.file, row.place, f"zone {zone!r} is not an offset like +04:30")
    return Outlet(
        id=row.text("id"),
        name=row.text("name"),
        kind=OUTLET_KINDS.get(kind, VoiceKind.OUTLET),
        side=side or INDEPENDENT,
        aliases=tuple(row.cells.get("aliases", ())),
        utc_offset=zone or "+00:00",
        country=row.text("country"),
        copies=tuple(row.cells.get("copies", ())),
        exhaustive=bool(row.cells.get("exhaustive", False)),
        reconstruction=bool(row.cells.get("reconstruction", False)),
    )


def read_interests(home: Path, parties: frozenset[str], faults: FaultList) -> tuple[Interest, ...]:
    """Interests of interest.toml; of one pair no two may hold on one day."""
    table = read_toml(home / "interest.toml", faults)
    _only(table, ("interest",), "interest.toml", faults)
    found: list[Interest] = []
    for row in records(table, "interest", "interest.toml", faults):
        if not check_keys(row, INTEREST_KEYS, ("side", "actor", "leaning", "reason"), faults):
            continue
        for key in ("side", "actor"):
            if row.text(key) not in parties:
                faults.add(row.file, row.place, f"{key} {row.text(key)!r} is no actor or side of this theatre")
        leaning = one_of(row, "leaning", Leaning, faults)
        if leaning is None:
            continue
        interest = Interest(row.text("side"), row.text("actor"), leaning, row.text("reason"), *bounds(row, faults))
        if any((i.side, i.actor) == (interest.side, interest.actor) and _overlap(i, interest) for i in found):
            faults.add(row.file, row.place, f"another leaning of {interest.side} towards {interest.actor} holds at the same time")
        found.append(interest)
    return tuple(found)


def _overlap(a: Interest, b: Interest) -> bool:
    return (a.until or date.max) >= (b.since or date.min) and (b.until or date.max) >= (a.since or date.min)


def _only(table: Mapping[str, Any], keys: tuple[str, ...], file: str, faults: FaultList) -> None:
    for key in table:
        if key not in keys:
            faults.add(file, f"[{key}]", f"unknown; known: {', '.join(keys)}")
