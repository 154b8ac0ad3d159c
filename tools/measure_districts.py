"""Areas of the districts of afghanistan-2021, measured from the Who's On First outlines matched to them, as measures.csv.

    python tools/measure_districts.py COUNTIES.geojson > src/heldby/theatres/afghanistan-2021/measures.csv

Areas are of the rings as given, on the sphere of the same surface as WGS 84; holes taken off. Whole square kilometres; the outlines are no survey.
"""

from __future__ import annotations

import csv
import sys
from itertools import pairwise
from math import radians, sin
from pathlib import Path

from heldby.locate.boundaries import read_boundaries
from heldby.theatres import load_theatre

RADIUS = 6371.0072  # km: a sphere of the same surface as the ellipsoid


def ring_area(ring: tuple[tuple[float, float], ...]) -> float:
    """km2 enclosed by a closed ring of (lon, lat), each edge taken as straight in longitude and sine of latitude."""
    total = sum(radians(x2 - x1) * (sin(radians(y1)) + sin(radians(y2))) for (x1, y1), (x2, y2) in pairwise(ring))
    return abs(total) / 2 * RADIUS**2


def main() -> int:
    match = read_boundaries(Path(sys.argv[1]), load_theatre("afghanistan-2021"))
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(("unit_id", "area_km2", "population", "note"))
    for unit_id in sorted(match.polygons):
        area = sum(ring_area(p[0]) - sum(ring_area(hole) for hole in p[1:]) for p in match.polygons[unit_id])
        out.writerow((unit_id, round(area), "", ""))
    return 0


if __name__ == "__main__":
    sys.exit(main())
