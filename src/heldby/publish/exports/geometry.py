"""Where a line of an export lies: the outline a user gave, else the unit's point; WGS 84, longitude first."""

from __future__ import annotations

from typing import Any

from heldby.errors import HeldbyError
from heldby.publish.cells import even_odd
from heldby.publish.exports.selection import Subject

Point = tuple[float, float]


def point_of(subject: Subject) -> Point | None:
    """(lon, lat) in degrees, or None where the unit has no coordinates."""
    unit = subject.unit
    return None if unit is None or unit.lat is None or unit.lon is None else (unit.lon, unit.lat)


def shape_of(subject: Subject) -> Any:
    """A shapely geometry with right-hand rings (RFC 7946): the outline, else the point, else None."""
    shapely = shapely_module()
    rings = subject.edition.boundaries.get(subject.unit.id) if subject.unit else None
    if rings:
        outline = even_odd(shapely, rings)
        parts = [shapely.geometry.polygon.orient(p, 1.0) for p in shapely.get_parts(outline) if p.geom_type == "Polygon"]
        if parts:
            return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
    point = point_of(subject)
    return shapely.Point(*point) if point else None


def shapely_module() -> Any:
    """Raises HeldbyError naming the extra where shapely is missing."""
    try:
        import shapely
    except ImportError:
        raise HeldbyError("export", "this format needs shapely: pip install 'heldby[export]'") from None
    return shapely
