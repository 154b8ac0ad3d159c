"""The catalogue of sources: a TOML file that an analyst edits, checked strictly, every fault told at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

from heldby.errors import Faults, HeldbyError
from heldby.gather.reaching import target_of

_SPAN = re.compile(r"(\d{1,5}) ?(s|m|h|d)")
_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
SHORTEST = timedelta(minutes=1)  # between two looks at one source


@dataclass(frozen=True, slots=True)
class Source:
    """Something that is looked at again and again: an address (`url`: a feed, a sitemap, a page, JSON Lines) or a file or folder (`path`).

    `outlet` is who publishes there, where that is not what the source says. `every`: how often it is looked at. `silent_after`: how long without
    anything new makes it silent (zero: never). `follow`: fetch the page of each new entry instead of taking the entry's own text.
    `robots`: heed the site's robots.txt. `paused`: leave it alone.
    """

    name: str
    url: str = ""
    path: str = ""
    outlet: str = ""
    every: timedelta = timedelta(minutes=15)
    silent_after: timedelta = timedelta(days=2)
    follow: bool = False
    robots: bool = True
    paused: bool = False


def parse_catalogue(text: str, subject: str) -> tuple[Source, ...]:
    """Sources in the order of the file. Raises Faults with every fault at once, each by the name of its source."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise HeldbyError(subject, str(e)) from None
    faults = [
        HeldbyError(subject, "no such table; known: [[source]], [defaults]", key) for key in sorted(set(table) - {"source", "defaults"})
    ]
    defaults = table.get("defaults", {})
    entries = table.get("source", [])
    if not isinstance(entries, list) or not entries:
        raise Faults(subject, [*faults, HeldbyError(subject, "has no [[source]]")])
    if not isinstance(defaults, dict) or set(defaults) & {"name", "url", "path", "outlet"}:
        faults.append(HeldbyError(subject, "expected a table without name, url, path and outlet", "defaults"))
        defaults = {}
    found: list[Source] = []
    for number, entry in enumerate(entries, start=1):
        source, wrong = _source({**defaults, **entry} if isinstance(entry, dict) else {}, subject, number)
        faults += wrong
        for key, kind in (("name", "name"), ("url", "address"), ("path", "path")):
            if getattr(source, key) and getattr(source, key) in {getattr(s, key) for s in found}:
                faults.append(HeldbyError(subject, f"two sources of this {kind}", f"source {source.name!r}, {key}"))
        found.append(source)
    if faults:
        raise Faults(subject, faults)
    return tuple(found)


def _source(entry: Mapping[str, Any], subject: str, number: int) -> tuple[Source, list[HeldbyError]]:
    name = entry.get("name")
    named = isinstance(name, str) and bool(name.strip())
    place = f"source {name!r}" if named else f"source {number}"
    faults = [] if named else [HeldbyError(subject, "needs a name, by which it is remembered", place)]
    known = {f.name for f in fields(Source)}
    values: dict[str, Any] = {"name": str(name).strip() if named else f"#{number}"}
    for key in sorted(set(entry) - {"name"}):
        try:
            if key not in known:
                raise ValueError(f"no such key; known: {', '.join(sorted(known))}")
            values[key] = _value(key, entry[key])
        except ValueError as e:
            faults.append(HeldbyError(subject, str(e), f"{place}, {key}"))
    if not faults and bool(values.get("url")) == bool(values.get("path")):
        faults.append(HeldbyError(subject, "needs either a url or a path", place))
    return Source(**values), faults


def _value(key: str, value: Any) -> Any:
    if key in ("every", "silent_after"):
        span = _span(value)
        if key == "every" and span < SHORTEST:
            raise ValueError("is less than a minute, which no source needs and every server resents")
        return span
    if key in ("follow", "robots", "paused"):
        if not isinstance(value, bool):
            raise ValueError(f"expected true or false, not {value!r}")
        return value
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"expected text, not {value!r}")
    if key == "url":
        try:
            target_of(value)
        except OSError as e:
            raise ValueError(str(e)) from None
    return value.strip()


def _span(value: Any) -> timedelta:
    """ "90s", "15m", "6h", "2d"; 0 is none. Raises ValueError."""
    if value == 0 and not isinstance(value, bool):
        return timedelta(0)
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f'expected a span such as "90s", "15m", "6h" or "2d", not {value!r}')
    return int(found[1]) * _UNITS[found[2]]
