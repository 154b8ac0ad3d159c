"""How many district outlines of sources that heldby's tables were not made to fit are matched to the theatre's units.

Prints, for the Who's On First counties (names and outlines) and for the UN's list of 2018 (names and codes, no outlines): how many of
their districts were matched, by what, and which were not; for outlines also how many hold the point of the unit they were matched to.
Both lie in ../shared and are only compared with. The first is no independent check: the theatre's points and some of its spellings come
from Who's On First. The second is.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter
from pathlib import Path

from heldby.locate.boundaries import read_boundaries
from heldby.locate.boundaries_columns import feature_of
from heldby.locate.boundaries_matching import BoundaryMatch, holds, match_boundaries
from heldby.model.theatre import Theatre
from heldby.theatres import load_theatre

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
COUNTIES = DATA / "gaz_wof" / "af" / "county_af.geojson.gz"
CODES = DATA / "gaz_afg_names" / "ocha_district_codes_2018.csv"


def main() -> int:
    if not COUNTIES.is_file():
        print("needs ../shared/data, which is not beside this checkout")
        return 0
    theatre = load_theatre("afghanistan-2021")
    began = time.perf_counter()
    outlines = read_boundaries(COUNTIES, theatre)
    took = time.perf_counter() - began
    show("Who's On First counties (outlines)", outlines, theatre)
    inside = sum(holds(outlines.polygons[u], unit) for u in outlines.polygons if (unit := theatre.unit(u)))
    print(f"  the unit's point lies inside: {inside} of {len(outlines.polygons)}; {took:.1f} s\n")
    with CODES.open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    show("UN OCHA list of 2018 (names only)", match_boundaries([feature_of(row, ()) for row in rows], theatre), theatre)
    return 0


def show(title: str, match: BoundaryMatch, theatre: Theatre) -> None:
    how = Counter(
        "code" if h.startswith("by its code") else "name" if h.startswith("by its name") else "spelling" for h in match.how.values()
    )
    total = len(match.polygons) + len(match.unmatched_features)
    print(f"{title}: {len(match.polygons)} of {total} matched ({', '.join(f'{k} {n}' for k, n in sorted(how.items()))})")
    for feature in match.unmatched_features:
        print(f"  not matched: {feature.name}, {feature.parent}: {feature.reason}")
    for unit_id, reason in match.how.items():
        if not reason.startswith("by its"):
            print(f"  by spelling: {unit_id}: {reason}")
    for doubt in match.doubts:
        print(f"  doubt: {doubt}")
    largest = max((r for r in theatre.rosters), key=lambda r: (sum(u in match.polygons for u in r.unit_ids) / len(r.unit_ids), r.id))
    missing = [u for u in largest.unit_ids if u not in match.polygons]
    print(
        f"  best covered set: {largest.id}, {len(largest.unit_ids) - len(missing)} of {len(largest.unit_ids)}; missing {', '.join(missing) or 'none'}"
    )


if __name__ == "__main__":
    sys.exit(main())
