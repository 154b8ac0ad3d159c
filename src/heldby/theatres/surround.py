"""A frame for the maps of a theatre that has no outline: drawn around its places, as far as one can go straight, and no border."""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, pi, radians, sin

CREDIT = "drawn around the places listed, no border"
ROOM, LEAST = 0.07, 0.05  # margin around the places: a share of their extent, and degrees at least
CORNERS = 16  # of the circle around each place
Point = tuple[float, float]


def surround(points: Iterable[Point]) -> tuple[tuple[Point, ...], ...]:
    """One closed ring of (lon, lat) around all points, in thousandths of a degree: the convex hull of circles about them (Andrew 1979).

    () for fewer than three places.
    """
    places = sorted(set(points))
    if len(places) < 3:
        return ()
    lons, lats = [p[0] for p in places], [p[1] for p in places]
    room = max(LEAST, ROOM * max(max(lons) - min(lons), max(lats) - min(lats)))
    corners = set()
    for lon, lat in places:
        wide = room / max(0.1, cos(radians(lat)))
        for n in range(CORNERS):
            angle = 2 * pi * n / CORNERS
            corners.add((round(lon + wide * cos(angle), 3), round(lat + room * sin(angle), 3)))
    ordered = sorted(corners)
    ring = (*_half(ordered), *_half(ordered[::-1]))
    return ((*ring, ring[0]),)


def _half(ordered: list[Point]) -> list[Point]:
    """One half of the hull, without its last point."""
    out: list[Point] = []
    for p in ordered:
        while len(out) > 1 and _turn(out[-2], out[-1], p) <= 0:
            out.pop()
        out.append(p)
    return out[:-1]


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
