"""The tables of those who fight, speak and publish: sides and actors, outlets, and whose interest lies where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from heldby.model.record import LETTERS
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
    "generic_adjectives": list,
    "generic_countries": list,
    "metonyms": list,
    "countries": list,
    "office": dict,
    "spokesmen": list,
    "lent": bool,
    "note": str,
}
NAME_KEYS: Mapping[str, type] = {"text": str, "from": date, "to": date, "use": str, "countries": list}
NAME_USES = ("", "adjective", "generic", "generic adjective")
STATE_KEYS: Mapping[str, type] = {"generic": list, "generic_adjectives": list, "spokesmen": list}
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
    "reliability": str,
    "note": str,
}
INTEREST_KEYS: Mapping[str, type] = {"side": str, "actor": str, "leaning": str, "reason": str, "from": date, "to": date}
ACTOR_KINDS = ("armed-group", "state", "coalition", "peacekeepers", "generic")
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


def read_actors(home: Path, faults: FaultList, lenders: tuple[Actor, ...] = ()) -> tuple[tuple[Side, ...], tuple[Actor, ...]]:
    """Sides and actors of actors.toml. Where the file declares no sides, every actor is a side of his own. An actor with `lent = true` has the names,
    spokesmen and countries of the one of his id among `lenders` beside his own.

    The words of `[states]` ("the army") are generic names of every state, in his own country, while he is in office.
    """
    table = read_toml(home / "actors.toml", faults)
    _only(table, ("side", "actor", "states"), "actors.toml", faults)
    sides = _sides(table, faults)
    known = {s.id for s in sides}
    states = Row("actors.toml", "[states]", table.get("states", {}) if isinstance(table.get("states", {}), dict) else {})
    check_keys(states, STATE_KEYS, (), faults)
    rows = tuple(unique(tuple(records(table, "actor", "actors.toml", faults)), "id", faults))
    sound = tuple(r for r in rows if check_keys(r, ACTOR_KEYS, ("id", "name"), faults))
    by_id = {a.id: a for a in lenders}
    actors = tuple(_lent(r, _actor(r, states, faults), by_id, faults) if r.cells.get("lent") else _actor(r, states, faults) for r in sound)
    for row, actor in zip(sound, actors):
        if known and actor.side not in known:
            faults.add(row.file, row.place, f"side {actor.side!r} is none of {', '.join(sorted(known))}")
    return sides or tuple(Side(a.id, a.name, a.name[:1].upper()) for a in actors), actors


def _sides(table: Mapping[str, Any], faults: FaultList) -> tuple[Side, ...]:
    declared = tuple(unique(tuple(records(table, "side", "actors.toml", faults)), "id", faults))
    sides = tuple(
        Side(r.text("id"), r.text("name"), r.text("letter")) for r in declared if check_keys(r, SIDE_KEYS, ("id", "name", "letter"), faults)
    )
    letters: dict[str, str] = {}
    for side in sides:
        if len(side.letter) != 1 or side.letter in letters:
            faults.add("actors.toml", f"[[side]] ({side.id})", f"letter {side.letter!r} is not one letter of its own")
        letters.setdefault(side.letter, side.id)
    return sides


def _actor(row: Row, states: Row, faults: FaultList) -> Actor:
    if row.text("kind") and row.text("kind") not in ACTOR_KINDS:
        faults.add(row.file, row.place, f"kind {row.text('kind')!r} is none of {', '.join(ACTOR_KINDS)}")
    for key in ("countries", "generic_countries"):
        _country_codes(row, key, faults)
    names = (*_dated_names(row, faults), *_plain_names(row))
    if twice := sorted({n.text for n in names if names.count(n) > 1}):
        faults.add(row.file, row.place, f"named twice: {', '.join(twice)}")
    in_office = row.text("kind") == "state" or "office" in row.cells
    words = tuple(w for w in _state_names(row, states, faults) if w not in names) if in_office else ()
    roles = (*row.cells.get("spokesmen", ()), *(states.cells.get("spokesmen", ()) if in_office else ()))
    return Actor(
        id=row.text("id"),
        name=row.text("name"),
        side=row.text("side") or row.text("id"),
        names=(*names, *words),
        spokesmen=tuple(dict.fromkeys(roles)),
        home=row.text("home"),
        kind=row.text("kind") or "armed-group",
        countries=_where(row),
    )


def _lent(row: Row, own: Actor, lenders: Mapping[str, Actor], faults: FaultList) -> Actor:
    """An actor with what the one of his id in the extended theatre has; what he says himself goes before it."""
    lender = lenders.get(own.id)
    if lender is None:
        faults.add(row.file, row.place, f"lent, but what this theatre extends has no actor {own.id!r}")
        return own
    return replace(
        own,
        names=tuple(dict.fromkeys((*own.names, *lender.names))),
        spokesmen=tuple(dict.fromkeys((*own.spokesmen, *lender.spokesmen))),
        home=own.home or lender.home,
        kind=own.kind if row.text("kind") else lender.kind,
        countries=tuple(dict.fromkeys((*own.countries, *lender.countries))),
    )


def _where(row: Row) -> tuple[str, ...]:
    """Where an actor fights: at home first."""
    return tuple(dict.fromkeys((*filter(None, (row.text("home"),)), *row.cells.get("countries", ()))))


def _dated_names(row: Row, faults: FaultList) -> list[ActorName]:
    names = [] if row.cells.get("names") else [ActorName(row.text("name"))]
    for number, cells in enumerate(row.cells.get("names", ()), 1):
        dated = Row(row.file, f"{row.place}, name {number}", cells if isinstance(cells, dict) else {"text": ""})
        if not check_keys(dated, NAME_KEYS, ("text",), faults):
            continue
        use = dated.text("use")
        if use not in NAME_USES:
            faults.add(dated.file, dated.place, f"use {use!r} is none of {', '.join(NAME_USES[1:])}")
        _country_codes(dated, "countries", faults)
        places = tuple(dated.cells.get("countries", ()))
        names.append(ActorName(dated.text("text"), *bounds(dated, faults), "adjective" in use, "generic" in use, places))
    return names


def _plain_names(row: Row) -> list[ActorName]:
    cells = row.cells
    where = tuple(cells.get("generic_countries", ())) or _where(row)
    return [
        *(ActorName(text) for text in cells.get("aliases", ())),
        *(ActorName(text, adjective=True) for text in cells.get("adjectives", ())),
        *(ActorName(text, generic=True, countries=where) for text in cells.get("generic", ())),
        *(ActorName(text, adjective=True, generic=True, countries=where) for text in cells.get("generic_adjectives", ())),
        *(ActorName(text, generic=True) for text in cells.get("metonyms", ())),
    ]


def _state_names(row: Row, states: Row, faults: FaultList) -> list[ActorName]:
    """What the words of `[states]` mean in the country of this one, between the dates of its `office`."""
    office = Row(row.file, f"{row.place}, office", row.cells.get("office", {}))
    check_keys(office, {"from": date, "to": date}, (), faults)
    since, until = bounds(office, faults)
    where = (row.text("home"),) if row.text("home") else tuple(row.cells.get("countries", ()))[:1]
    words = ((text, False) for text in states.cells.get("generic", ()))
    before_nouns = ((text, True) for text in states.cells.get("generic_adjectives", ()))
    return [ActorName(text, since, until, adjective, True, where) for text, adjective in (*words, *before_nouns)]


def _country_codes(row: Row, key: str, faults: FaultList) -> None:
    for code in row.cells.get(key, ()):
        if not (len(code) == 2 and code.isascii() and code.isupper()):
            faults.add(row.file, row.place, f"{key} {code!r} is not an ISO 3166 alpha-2 code")


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
        faults.add(row.file, row.place, f"side {side!r} is no actor or side of this theatre; leave it out for an outlet of no party")
    if zone and offset_of(zone) is None:
        faults.add(row.file, row.place, f"zone {zone!r} is not an offset like +04:30")
    if row.text("reliability") and row.text("reliability") not in tuple(LETTERS):
        faults.add(row.file, row.place, f"reliability {row.text('reliability')!r} is none of A to F (Admiralty scale)")
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
        reliability=row.text("reliability"),
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
