"""Rules of alerts as a TOML file that anybody can edit; what is in one never says where anything is sent to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from heldby.errors import Faults, HeldbyError
from heldby.model.place import PlaceKind
from heldby.model.status import Support

DESTINATIONS = ("file", "feed", "webhook", "mail")
_SPAN = re.compile(r"(\d{1,5}) ?(m|h|d)")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Rule:
    """Tell of a unit that passes to a holder: of `units` (ids), or any within the area `within`, of `kinds`; to one of `holders` (sides' ids,
    "contested"; empty: any); where the status is at least as `probability`, rests on `origins` independent origins at least, and on a support
    in `supports` (empty: any).

    `cool_down`: how long nothing more of the same unit is told after something was; it is told then, not lost. `digest`: new alerts are put
    into one message at most this often. Corrections wait for neither. `to` names the kinds of destination; empty means all that are given.
    """

    name: str
    units: tuple[str, ...] = ()
    within: str = ""
    kinds: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    probability: float = 0.5
    origins: int = 0
    supports: tuple[str, ...] = ()
    cool_down: timedelta = timedelta(0)
    digest: timedelta = timedelta(0)
    to: tuple[str, ...] = ()


_LISTS = {
    "units": (),
    "kinds": tuple(k.value for k in PlaceKind),
    "holders": (),
    "supports": tuple(s.value for s in Support),
    "to": DESTINATIONS,
}


def parse_rules(text: str, subject: str) -> tuple[Rule, ...]:
    """Rules in the order of the file. Raises Faults with every fault at once, each by the name of its rule."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise HeldbyError(subject, str(e)) from None
    faults = [HeldbyError(subject, "no such table; known: [[rule]]", key) for key in sorted(set(table) - {"rule"})]
    entries = table.get("rule", [])
    if not isinstance(entries, list) or not entries:
        raise Faults(subject, [*faults, HeldbyError(subject, "has no [[rule]]")])
    rules: list[Rule] = []
    for number, entry in enumerate(entries, start=1):
        found, wrong = _rule(entry if isinstance(entry, dict) else {}, subject, number)
        faults += wrong
        if found.name in {r.name for r in rules}:
            faults.append(
                HeldbyError(subject, "two rules of this name; each needs its own, for it is remembered by it", f"rule {found.name!r}")
            )
        rules.append(found)
    if faults:
        raise Faults(subject, faults)
    return tuple(rules)


def _rule(entry: Mapping[str, Any], subject: str, number: int) -> tuple[Rule, list[HeldbyError]]:
    name = entry.get("name")
    named = isinstance(name, str) and bool(name.strip())
    place = f"rule {name!r}" if named else f"rule {number}"
    faults = [] if named else [HeldbyError(subject, "needs a name", place)]
    known = {f.name for f in fields(Rule)}
    values: dict[str, Any] = {"name": str(name).strip() if named else f"#{number}"}
    for key in sorted(set(entry) - {"name"}):
        if key not in known:
            faults.append(HeldbyError(subject, f"no such key; known: {', '.join(sorted(known))}", f"{place}, {key}"))
            continue
        try:
            values[key] = _value(key, entry[key])
        except ValueError as e:
            faults.append(HeldbyError(subject, str(e), f"{place}, {key}"))
    return Rule(**values), faults


def _value(key: str, value: Any) -> Any:
    if key in _LISTS:
        return _words(value, _LISTS[key])
    if key in ("cool_down", "digest"):
        return span(value)
    if key == "probability":
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            raise ValueError(f"expected 0 to 1, not {value!r}")
        return float(value)
    if key == "origins":
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValueError(f"expected a whole number, not {value!r}")
        return value
    if not isinstance(value, str):
        raise ValueError(f"expected text, not {value!r}")
    return value


def _words(value: Any, known: tuple[str, ...]) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) and v for v in value):
        raise ValueError(f"expected a list of words, not {value!r}")
    if wrong := [v for v in value if known and v not in known]:
        raise ValueError(f"{wrong[0]!r} is unknown; known: {', '.join(known)}")
    return tuple(value)


def span(value: Any) -> timedelta:
    """ "90m", "6h", "2d". Raises ValueError."""
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f'expected a span such as "90m", "6h" or "2d", not {value!r}')
    return int(found[1]) * _UNITS[found[2]]
