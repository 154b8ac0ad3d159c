"""Maps of control as GeoJSON: each of the places asked about gets the properties of the area it lies in, as a row like any table's.

A row bears `place`, `unit` and `area` of the place, `inside` ("yes" or "no"), the area's properties by their names, and `file_date`, the date
in the file's name, for many such maps bear theirs there alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from heldby.errors import HeldbyError

EXTRA = "reading maps needs the extra `map`: pip install 'heldby[map]'"
MOST_BYTES = 300_000_000
_DATE = re.compile(r"(?<!\d)(\d{4})[-_]?(\d{2})[-_]?(\d{2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Point:
    """A place asked about: its unit's id, its name, that of the area around it, and where it lies (degrees, WGS 84)."""

    unit_id: str
    name: str
    area: str
    lon: float
    lat: float


def is_map(head: bytes) -> bool:
    """Whether a source that begins with `head` is GeoJSON with features."""
    start = head[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"{") and bool(re.search(rb'"type"\s*:\s*"FeatureCollection"', start))


def area_rows(data: bytes, name: str, points: Sequence[Point]) -> Iterator[dict[str, str]]:
    """A row for each of the points, in their order: the first feature that covers it (its border too). Raises HeldbyError on what is no map."""
    shapely, shape = _shapely()
    try:
        features = json.loads(data)["features"]
        kept = [(shape(f["geometry"]), _properties(f.get("properties"))) for f in features if f.get("geometry")]
    except HeldbyError:
        raise
    except Exception as e:  # whatever JSON and shapely say of what is no GeoJSON
        raise HeldbyError(name, f"is no GeoJSON that can be read ({type(e).__name__}: {e})"[:300]) from None
    found = _DATE.search(name)
    dated = "-".join(found.groups()) if found else ""
    areas = [(geometry if geometry.is_valid else shapely.make_valid(geometry), properties) for geometry, properties in kept]
    tree = shapely.STRtree([geometry for geometry, _ in areas])
    for point in points:
        hits = sorted(int(i) for i in tree.query(shapely.Point(point.lon, point.lat), predicate="intersects"))
        about = {"place": point.name, "unit": point.unit_id, "area": point.area, "file_date": dated, "inside": "yes" if hits else "no"}
        yield {**(areas[hits[0]][1] if hits else {}), **about}


def _properties(value: Any) -> dict[str, str]:
    """Properties as texts; those within others by their names with a dot between."""
    found: dict[str, str] = {}
    waiting: list[tuple[str, Any]] = [("", value)]
    while waiting and len(found) < 1000:
        name, inner = waiting.pop(0)
        if isinstance(inner, dict):
            waiting += [(f"{name}.{key}" if name else str(key), v) for key, v in inner.items()]
        elif inner is not None and not isinstance(inner, list):
            found[name] = str(inner)
    return found


def _shapely() -> tuple[Any, Any]:
    try:
        return import_module("shapely"), import_module("shapely.geometry").shape
    except ImportError as e:
        raise HeldbyError("GeoJSON", f"{EXTRA} ({e})") from None
