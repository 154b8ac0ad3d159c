"""From degrees to the picture: an equirectangular projection true to scale along the middle parallel."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

KM_PER_DEGREE = 111.195  # of latitude, on the mean sphere of 6,371.0 km


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of the picture, in its units (pixels at scale 1), from the upper left."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def meets(self, other: Box) -> bool:
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def holds(self, other: Box) -> bool:
        return self.x <= other.x and self.y <= other.y and other.right <= self.right and other.bottom <= self.bottom


@dataclass(frozen=True, slots=True)
class Projection:
    """x = left + k cos(mid) (lon - west), y = top + k (north - lat), `k` in units per degree of latitude.

    Source: the plate carree with standard parallel `mid` (Snyder, Map Projections: A Working Manual, USGS 1987, p. 90).
    """

    west: float
    north: float
    squeeze: float
    scale: float
    left: float
    top: float

    def xy(self, lon: float, lat: float) -> tuple[float, float]:
        return self.left + self.scale * self.squeeze * (lon - self.west), self.top + self.scale * (self.north - lat)

    def lonlat(self, x: float, y: float) -> tuple[float, float]:
        """The place that `xy` puts at (x, y)."""
        return self.west + (x - self.left) / (self.scale * self.squeeze), self.north - (y - self.top) / self.scale

    def km(self, kilometres: float) -> float:
        """The length of a distance on the middle parallel, in the picture's units."""
        return self.scale * kilometres / KM_PER_DEGREE


def fit(points: Iterable[tuple[float, float]], box: Box, most_height: float) -> tuple[Projection, float]:
    """The projection that shows all (lon, lat) `points` across `box`, and the height it needs (at most `most_height`; centred in what is left).

    A single point, or none, gets a window of two degrees around it.
    """
    places = list(points) or [(0.0, 0.0)]
    west, east = min(p[0] for p in places), max(p[0] for p in places)
    south, north = min(p[1] for p in places), max(p[1] for p in places)
    if east - west < 0.5 and north - south < 0.5:
        west, east, south, north = west - 1, east + 1, south - 1, north + 1
    squeeze = max(0.05, math.cos(math.radians((south + north) / 2)))
    wide, high = squeeze * max(east - west, 1e-6), max(north - south, 1e-6)
    scale = min(box.width / wide, most_height / high)
    height = max(scale * high, min(box.height, most_height))
    left = box.x + (box.width - scale * wide) / 2
    top = box.y + (height - scale * high) / 2
    return Projection(west, north, squeeze, scale, left, top), height
