"""Write the world theatre's `places-afghanistan.csv` from the tables of the theatre afghanistan-2021: `python tools/lend_units.py`.

A report that is read without naming a theatre should still find every Afghan district, crossing, road and base. Provinces get the world's
ids; a town that GeoNames knows within 12 km under a shared spelling keeps GeoNames' id and gains the spellings; everything else keeps its
id. A district centre bears its name only with its noun ("Nerkh district centre"), except where it has a name of its own.
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from pathlib import Path

from heldby.model.place import PlaceKind, Scope, Unit
from heldby.theatres import load_theatre
from heldby.theatres.index import load_index
from heldby.theatres.spelling import fold

WORLD = Path(__file__).parent.parent / "src/heldby/theatres/world"
OUT = WORLD / "places-afghanistan.csv"
COLUMNS = ("unit_id", "kind", "scope", "name", "names", "parent", "country", "lat", "lon", "note")
NEAR_KM = 12.0
CENTRE = " district centre"


def distance(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Kilometres between two points (lat, lon), flat: exact enough below a hundred."""
    return 111.2 * math.hypot(a[0] - b[0], (a[1] - b[1]) * math.cos(math.radians((a[0] + b[0]) / 2)))


def known_towns() -> dict[str, list[tuple[str, float, float]]]:
    """Folded name -> Afghan places of the index that bear it: id, lat, lon."""
    index = load_index(WORLD / "places.bin")
    found: defaultdict[str, list[tuple[str, float, float]]] = defaultdict(list)
    first = 0
    for key, end in zip(index.keys, index.ends.tolist()):
        for row in index.bearers[first:end].tolist():
            if index.countries[index.country[row]] == "AF":
                found[key].append((f"gn:{index.ids[row]}", index.lat[row] / 100, index.lon[row] / 100))
        first = end
    return found


def provinces(units: tuple[Unit, ...]) -> dict[str, str]:
    """The theatre's province ids -> the world's."""
    with (WORLD / "divisions.csv").open(encoding="utf-8", newline="") as f:
        rows = [r for r in csv.DictReader(f) if r["country"] == "AF"]
    ids = {fold(n): r["unit_id"] for r in rows for n in (r["name"], *r["aliases"].split(";")) if n}
    found = {}
    for unit in units:
        if unit.kind is PlaceKind.PROVINCE:
            found[unit.id] = next(ids[key] for key in (fold(n.text) for n in unit.names) if key in ids)
    return found


def spellings(unit: Unit) -> list[str]:
    return list(dict.fromkeys(n.text for n in unit.names if n.lang in ("en", "translit") and n.text != unit.name))


def main() -> None:
    theatre = load_theatre("afghanistan-2021")
    towns, renamed = known_towns(), provinces(theatre.units)
    shown = {u.id: u.name for u in theatre.units}
    rows = []
    joined = 0
    for unit in theatre.units:
        if unit.kind is PlaceKind.COUNTRY:
            continue
        name, names, unit_id = unit.name, spellings(unit), renamed.get(unit.id, unit.id)
        if unit.kind is PlaceKind.DISTRICT and not name.endswith(" District"):
            name, names = f"{name} District", [name, *names]
        if unit.scope is Scope.CENTRE or unit.kind in (PlaceKind.CITY, PlaceKind.TOWN):
            point = (unit.lat or 0.0, unit.lon or 0.0)
            own = {fold(n.removesuffix(CENTRE)) for n in (name, *names)} | (
                {fold(shown[unit.parent])} if unit.scope is Scope.CENTRE else set()
            )
            near = sorted((distance(point, t[1:]), t[0]) for key in own for t in towns.get(key, ()) if distance(point, t[1:]) <= NEAR_KM)
            if near:
                unit_id, joined = near[0][1], joined + 1
                if unit.scope is Scope.CENTRE:
                    name, names = shown[unit.parent], [name, *names]
        parent = renamed.get(unit.parent, unit.parent)
        rows.append((unit_id, str(unit.kind), str(unit.scope), name, ";".join(names), parent, "AF", unit.lat, unit.lon, ""))
    merged: dict[str, tuple[object, ...]] = {}
    for row in rows:  # two units that GeoNames has as one: the first keeps the id, the other its own
        if row[0] in merged:
            first = merged[row[0]]
            merged[row[0]] = (
                *first[:4],
                ";".join(dict.fromkeys(filter(None, (*str(first[4]).split(";"), str(row[3]), *str(row[4]).split(";"))))),
                *first[5:],
            )
        else:
            merged[row[0]] = row
    with OUT.open("w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((*r[:7], *("" if v is None else f"{v:.2f}" for v in r[7:9]), r[9]) for r in merged.values())
    print(f"{len(merged)} places of Afghanistan, {joined} of them joined with GeoNames'")


if __name__ == "__main__":
    main()
