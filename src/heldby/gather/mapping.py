"""Mappings: a small TOML file that says what the columns of somebody's table mean. Data, checked strictly, every fault told at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

from heldby.errors import Faults, HeldbyError, UsageError
from heldby.model.claim import Relation

BUILT_IN = ("acled", "ucdp-ged", "control-runs", "area-map", "deepstate", "viina-control")
_HOLE = re.compile(r"\{([^{}]+)\}")
_DAYS = re.compile(r"(\d{1,4}) ?d")
TEMPLATES = ("id", "place", "noun", "unit", "lat", "lon", "day", "until", "published", "url", "outlet", "notes")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What rows say in which the columns of `when` hold one of these values each (no column: every row): `relation` of `actor` to the place, from
    `loser`, each a template or "=id" for an actor of the theatre; `denied`: that it is so is denied. "*" at an end of a value stands for anything.
    `relation` None passes the row over."""

    relation: Relation | None
    when: tuple[tuple[str, tuple[str, ...]], ...] = ()
    actor: str = ""
    loser: str = ""
    hedged: bool = False
    denied: bool = False

    def holds(self, row: Mapping[str, str]) -> bool:
        """Whether a row meets every condition."""
        return all(any(_meets(value, row.get(column, "")) for value in values) for column, values in self.when)


def _meets(value: str, text: str) -> bool:
    if value.startswith("*") and value.endswith("*") and len(value) > 2:
        return value[1:-1] in text
    if value.startswith("*") and len(value) > 1:
        return text.endswith(value[1:])
    return text.startswith(value[:-1]) if value.endswith("*") and len(value) > 1 else text == value


@dataclass(frozen=True, slots=True)
class Join:
    """Another table, beside the one read, whose row with the same value in the column `on` adds its columns ("where the places are")."""

    table: str
    on: str


@dataclass(frozen=True, slots=True)
class TableMapping:
    """Templates are texts with columns in braces: "{admin2} district".

    A place's name ends before `place_until`, where that is in it ("Andriivka#2"); `lat` and `lon`, in degrees, say which of its bearers is meant.
    `outlets` maps what the table calls its sources to what they are called elsewhere.

    `day` and `until`: when it was so; `published`: from when it could be known ("" with `known_by_day`: from the end of its day); `date_format`
    as strptime's ("" = ISO 8601, "unix" = seconds) for all of them. `exhaustive`: the table says again and again what it holds of every place:
    a status is stated when it changes, and again after `restate`. `actors` maps what the table calls them to ids.
    """

    name: str
    place: str
    day: str
    meanings: tuple[Meaning, ...]
    outlet: str = ""
    id: str = ""
    noun: str = ""
    unit: str = ""
    areas: tuple[str, ...] = ()
    until: str = ""
    published: str = ""
    known_by_day: bool = False
    date_format: str = ""
    published_format: str = ""
    url: str = ""
    notes: str = ""
    delimiter: str = ","
    exhaustive: bool = False
    restate: timedelta = timedelta(days=7)
    actors: Mapping[str, str] | None = None
    outlets: Mapping[str, str] | None = None
    lat: str = ""
    lon: str = ""
    place_until: str = ""
    join: Join | None = None

    @property
    def columns(self) -> frozenset[str]:
        """Every column that the mapping speaks of."""
        texts = [getattr(self, name) for name in TEMPLATES] + list(self.areas) + [t for m in self.meanings for t in (m.actor, m.loser)]
        holes = frozenset(hole for text in texts for hole in _HOLE.findall(text)) | {column for m in self.meanings for column, _ in m.when}
        return holes | {self.join.on} if self.join else holes


def filled(template: str, row: Mapping[str, str]) -> str:
    """A template with its columns filled in, blanks run together."""
    return " ".join(_HOLE.sub(lambda m: row.get(m[1], ""), template).split())


def load_mapping(name: str) -> TableMapping:
    """A mapping by its built-in name or its file. Raises UsageError, and Faults that name every key."""
    if name in BUILT_IN:
        return parse_mapping((files("heldby.gather") / "mappings" / f"{name}.toml").read_text(encoding="utf-8"), name)
    try:
        text = Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        cause = "there is no such file" if isinstance(e, FileNotFoundError) else e
        raise UsageError("--mapping", f"{name}: {cause}; built in: {', '.join(BUILT_IN)}") from None
    return parse_mapping(text, name)


def parse_mapping(text: str, subject: str) -> TableMapping:
    """A mapping. Raises HeldbyError on what is no TOML, Faults with every fault."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise HeldbyError(subject, str(e)) from None
    faults: list[HeldbyError] = []
    known = {f.name for f in fields(TableMapping)} - {"meanings", "name"} | {"meaning"}
    values: dict[str, Any] = {}
    for key in sorted(table):
        try:
            if key not in known:
                raise ValueError(f"no such key; known: {', '.join(sorted(known))}")
            if key != "meaning":
                values[key] = _value(key, table[key])
        except ValueError as e:
            faults.append(HeldbyError(subject, str(e), key))
    meanings: list[Meaning] = []
    entries = table.get("meaning", [])
    for number, entry in enumerate(entries if isinstance(entries, list) else [], start=1):
        try:
            meanings.append(_meaning(entry))
        except ValueError as e:
            faults.append(HeldbyError(subject, str(e), f"meaning {number}"))
    for needed in ("place", "day"):
        if not values.get(needed) and needed not in [f.place for f in faults]:
            faults.append(HeldbyError(subject, "is needed", needed))
    if not meanings:
        faults.append(HeldbyError(subject, "needs at least one [[meaning]]", "meaning"))
    if bool(values.get("lat")) != bool(values.get("lon")):
        faults.append(HeldbyError(subject, "lat and lon go together", "lat" if values.get("lat") else "lon"))
    if faults:
        raise Faults(subject, faults)
    return TableMapping(name=subject.rpartition("/")[2].removesuffix(".toml"), meanings=tuple(meanings), **values)


def _value(key: str, value: Any) -> Any:
    if key in ("exhaustive", "known_by_day"):
        if not isinstance(value, bool):
            raise ValueError(f"expected true or false, not {value!r}")
        return value
    if key == "areas":
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise ValueError(f"expected a list of texts, not {value!r}")
        return tuple(value)
    if key in ("actors", "outlets"):
        if not isinstance(value, dict) or not all(isinstance(v, str) for v in value.values()):
            raise ValueError(f"expected a table of what the table calls one of its {key} = {'his id' if key == 'actors' else 'its name'}")
        return dict(value)
    if key == "join":
        if not isinstance(value, dict) or set(value) != {"table", "on"} or not all(isinstance(v, str) and v for v in value.values()):
            raise ValueError('expected { table = "FILE.csv", on = "COLUMN" }')
        if Path(value["table"]).name != value["table"]:
            raise ValueError(f"table: a file beside the table, named without a folder, not {value['table']!r}")
        return Join(value["table"], value["on"])
    if not isinstance(value, str):
        raise ValueError(f"expected text, not {value!r}")
    if key == "restate":
        found = _DAYS.fullmatch(value)
        if not found:
            raise ValueError(f'expected days such as "7d", not {value!r}')
        return timedelta(days=int(found[1]))
    if key == "delimiter" and len(value) != 1:
        raise ValueError(f"expected one character, not {value!r}")
    return value


def _meaning(entry: Any) -> Meaning:
    if not isinstance(entry, dict):
        raise ValueError("is no table")
    if wrong := sorted(set(entry) - {"when", "relation", "actor", "from", "hedged", "denied"}):
        raise ValueError(f"{wrong[0]}: no such key; known: when, relation, actor, from, hedged, denied")
    relation = entry.get("relation")
    if relation not in ("none", *(r.value for r in Relation)):
        raise ValueError(f"relation: expected one of {', '.join(r.value for r in Relation)}, or none, not {relation!r}")
    conditions = entry.get("when", {})
    if not isinstance(conditions, dict):
        raise ValueError("when: expected columns with their values")
    when = tuple((c, tuple(map(str, v)) if isinstance(v, list) else (str(v),)) for c, v in sorted(conditions.items()))
    actor, loser, hedged, denied = entry.get("actor", ""), entry.get("from", ""), entry.get("hedged", False), entry.get("denied", False)
    if not isinstance(actor, str) or not isinstance(loser, str) or not isinstance(hedged, bool) or not isinstance(denied, bool):
        raise ValueError("actor and from are texts, hedged and denied are true or false")
    return Meaning(None if relation == "none" else Relation(relation), when, actor, loser, hedged, denied)
