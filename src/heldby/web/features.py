"""OGC API - Features, Part 1: Core (OGC 17-069r4): statuses as one collection of GeoJSON features; `datetime` is the day asked about (as of)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from typing import Any

from heldby.clock import parse_day
from heldby.errors import UsageError
from heldby.model.theatre import Theatre
from heldby.publish.exports import Selection, Subject
from heldby.publish.exports.geometry import point_of
from heldby.web.answers import bounds

CONFORMS = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
)
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
GEOJSON, JSON = "application/geo+json", "application/json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.1"
Box = tuple[float, float, float, float]


def link(href: str, rel: str, media_type: str, title: str) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": media_type, "title": title}


def landing(theatre: Theatre, base: str) -> dict[str, Any]:
    """`base` is the address of the landing page, ending in a slash."""
    root = base.removesuffix("ogc/")
    return {
        "title": f"{theatre.name}: who holds it",
        "description": "Statuses of territorial control, each dated and resting on attributed statements.",
        "links": [
            link(base, "self", JSON, "this document"),
            link(f"{root}openapi.json", "service-desc", OPENAPI, "the API described"),
            link(f"{base}conformance", "conformance", JSON, "conformance classes"),
            link(f"{base}collections", "data", JSON, "collections"),
        ],
    }


def collection(theatre: Theatre, base: str) -> dict[str, Any]:
    """The one collection: statuses of all units that a map shows."""
    here = f"{base}collections/statuses"
    until = f"{theatre.until.isoformat()}T23:59:59Z" if theatre.until else None
    return {
        "id": "statuses",
        "title": "Statuses",
        "description": "Who holds each unit at the end of a day (`datetime`), as known by `known_by`.",
        "itemType": "feature",
        "crs": [CRS84],
        "extent": {
            "spatial": {"bbox": [list(bounds(theatre))], "crs": CRS84},
            "temporal": {"interval": [[f"{theatre.since.isoformat()}T00:00:00Z", until]]},
        },
        "links": [link(here, "self", JSON, "this collection"), link(f"{here}/items", "items", GEOJSON, "statuses as GeoJSON")],
    }


def parse_bbox(text: str) -> Box:
    """West, south, east, north (heights between are let go). Raises UsageError naming what is wrong. West may lie east of east: over 180°."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) == 6:
        numbers = [numbers[i] for i in (0, 1, 3, 4)]
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise UsageError("bbox", f"expected four or six numbers between commas, not {text!r}")
    west, south, east, north = numbers
    if south > north or not (south >= -90 and north <= 90 and -180 <= west <= 180 and -180 <= east <= 180):
        raise UsageError("bbox", f"expected west,south,east,north in degrees, not {text!r}")
    return west, south, east, north


def parse_datetime(text: str) -> date | None:
    """The day an instant or an interval ends on: what is asked is how things stood then. None where the end is open."""
    start, slash, end = text.partition("/")
    for part in (start, end) if slash else (start,):
        if part not in ("", "..") or not slash:
            _day(part)
    last = end if slash else start
    if slash and start not in ("", "..") and last not in ("", "..") and _day(start) > _day(last):
        raise UsageError("datetime", f"{text!r} begins after its end")
    return None if last in ("", "..") else _day(last)


def _day(text: str) -> date:
    """The day of an RFC 3339 date or instant, as written."""
    day, _, clock = text.partition("T") if "T" in text else text.partition("t")
    found = parse_day(day, "datetime")
    if clock and not clock[:2].isdigit():
        raise UsageError("datetime", f"expected an instant as YYYY-MM-DDTHH:MM:SSZ, not {text!r}")
    return found


def within(subjects: Iterable[Subject], box: Box | None) -> tuple[Subject, ...]:
    """Subjects whose point lies in the box, edges included; those without coordinates lie in none."""
    return tuple(s for s in subjects if box is None or _inside(s, box))


def _inside(subject: Subject, box: Box) -> bool:
    point = point_of(subject)
    if point is None:
        return False
    (lon, lat), (west, south, east, north) = point, box
    across = lon >= west or lon <= east
    return south <= lat <= north and (west <= lon <= east if west <= east else across)


def ident(subject: Subject) -> str:
    """The id of a subject's feature."""
    return subject.row.unit_id if subject.row else subject.area.area_id if subject.area else ""


def narrowed(selection: Selection, subjects: tuple[Subject, ...]) -> Selection:
    """The selection with these of its subjects alone."""
    return Selection(selection.edition, selection.filter, subjects, selection.changes)
