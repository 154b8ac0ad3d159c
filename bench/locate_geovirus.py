"""How places are located off the domain: the 229 news articles of GeoVirus (disease outbreaks), each place with its point on the map.

    python bench/locate_geovirus.py ../shared/data/text_geovirus/GeoVirus.xml.gz [--far]

Nothing of this set was used to set a weight, except that it showed countries and provinces to weigh too little. Every annotated name is
handed over as its words and position, without kind. Prints how many get a unit, and of those with a point how many lie within 161 km of the
annotated one (the measure of the set's authors; first-level divisions are measured at the middle of their places, which is far from the
annotated point where they are large); names of countries are counted by name.
"""

from __future__ import annotations

import gzip
import math
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path

from heldby.locate import Locator
from heldby.model.claim import Claim, Reading, Relation
from heldby.model.place import Place, PlaceKind
from heldby.model.report import Passage, Report
from heldby.theatres import load_theatre

NEAR = 161.0  # km
Point = tuple[float, float]


def distance(a: Point, b: Point) -> float:
    """Great-circle distance in km between two (lat, lon) in degrees."""
    (lat1, lon1), (lat2, lon2) = [(math.radians(x), math.radians(y)) for x, y in (a, b)]
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 12742.0 * math.asin(math.sqrt(half))


def annotated(article: ET.Element, text: str) -> list[tuple[Place, Point, str]]:
    rows = []
    for location in article.iter("location"):
        name = location.findtext("name") or ""
        start = text.find(name, max(0, int(location.findtext("start") or 0) - 5))
        if start >= 0:
            point = float(location.findtext("lat") or "nan"), float(location.findtext("lon") or "nan")
            rows.append((Place(name, start, start + len(name), name=name), point, (location.findtext("page") or "").rsplit("/", 1)[-1]))
    return rows


def main() -> None:
    locator = Locator(load_theatre("world").lexicon)
    gazetteer = load_theatre("world").lexicon.gazetteer
    n: Counter[str] = Counter()
    for article in ET.fromstring(gzip.decompress(Path(sys.argv[1]).read_bytes())).iter("article"):
        text = article.findtext("text") or ""
        rows = annotated(article, text)
        report = Report.of(text)
        passage = Passage(report.id, 0, len(text), text)
        claims = tuple(Claim(report.id, passage, Relation.CAPTURED, None, "", (p,), (), "unknown") for p, _, _ in rows)
        for claim, (_, point, page) in zip(locator.locate(Reading(report.id, claims), report).claims, rows, strict=True):
            place = claim.places[0]
            unit = gazetteer.unit(place.unit_id) if place.unit_id else None
            n["places"] += 1
            n["unit"] += unit is not None
            if unit and unit.kind is PlaceKind.COUNTRY:
                n["countries"] += 1
                n["country"] += page.replace("_", " ").startswith(unit.name) or place.text == unit.name
            elif unit and unit.lat is not None and unit.lon is not None:
                away = distance((unit.lat, unit.lon), point)
                n["points"] += 1
                n["near"] += away <= NEAR
                if "--far" in sys.argv and away > NEAR:
                    print(f"{away:6.0f} km {place.text!r} annotated as {page}, got {unit.id} {unit.kind} {unit.name} {unit.country}")
    print(f"{n['places']} names: a unit {n['unit']} = {n['unit'] / n['places']:.3f}")
    print(
        f"  within {NEAR:.0f} km {n['near']}/{n['points']} = {n['near'] / n['points']:.3f}, countries by name {n['country']}/{n['countries']}"
    )


if __name__ == "__main__":
    main()
