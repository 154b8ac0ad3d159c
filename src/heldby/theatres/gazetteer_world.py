"""Places of the whole world: GeoNames' from the compact index, and what the world theatre's tables add or correct by hand.

Everything is loaded on first use, never at import. The tables are those of heldby.theatres.world_tables.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path

import numpy as np
from rapidfuzz import fuzz, process

from heldby.model.place import Candidate, PlaceKind, PlaceName, Unit
from heldby.model.theatre import NameHit
from heldby.theatres.index import UNCOUNTED, Index, load_index
from heldby.theatres.spelling import alike, arabic_key, arabic_keys, bare, fold
from heldby.theatres.spotting import SpottingRules, spot
from heldby.theatres.world_tables import place_files, read_adjectives, read_capitals, read_countries, read_divisions, read_world_units

WORLD = Path(__file__).parent / "world"
CITY, TOWN = 50_000, 5_000  # inhabitants from which a place counts as a city, a town; GeoNames' 0 means not known and counts as a town
LEAST_PREFILTER = 45.0  # rapidfuzz ratio (0..100) below which `alike` never calls two spellings alike, articles apart
_ARABIC = frozenset(["IQ", "LB", "LY", "PS", "SD", "SY", "YE"])
_SETTLED = (PlaceKind.CITY, PlaceKind.TOWN, PlaceKind.VILLAGE)
_NOUNS = {
    **dict.fromkeys(("province", "oblast", "governorate", "state", "region", "department", "prefecture"), (PlaceKind.PROVINCE,)),
    **dict.fromkeys(("district", "raion", "territory", "cercle", "zone", "county"), (PlaceKind.DISTRICT,)),
    **dict.fromkeys(("city", "town", "village"), _SETTLED),
}


def open_world_gazetteer(home: Path = WORLD) -> WorldGazetteer:
    """The gazetteer of the world theatre in `home`. Cheap: files are read at the first question, and those that come with the package once only,
    however many theatres extend it."""
    return _built_in() if home == WORLD else WorldGazetteer(home)


@cache
def _built_in() -> WorldGazetteer:
    return WorldGazetteer(WORLD)


class WorldGazetteer:
    """Implements `heldby.model.theatre.Gazetteer`. Ids: `gn:<GeoNames id>`, `iso:<ISO 3166>`, `adm1:<GeoNames division>`, `world:<cc>:<slug>`."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._areas: dict[str, tuple[list[str], list[str]]] = {}  # area -> its spellings, as far as sought in
        self._met: dict[str, Unit] = {}  # places of the index, as far as asked for
        self._asked: dict[str, tuple[str, ...]] = {}  # folded name -> bearers, as far as looked up

    @cached_property
    def version(self) -> str:
        tables = [p.name for p in place_files(self._home)]
        names = ("places.bin", "capitals.csv", "countries.csv", "divisions.csv", "spotting.toml", *tables)
        return f"world-{hashlib.sha256(b''.join((self._home / n).read_bytes() for n in names)).hexdigest()[:12]}"

    @cached_property
    def _index(self) -> Index:
        return load_index(self._home / "places.bin")

    @cached_property
    def _at_key(self) -> dict[str, int]:
        return dict(zip(self._index.keys, range(len(self._index.keys))))

    @cached_property
    def _rules(self) -> SpottingRules:
        return SpottingRules.read(self._home / "spotting.toml")

    @cached_property
    def _known(self) -> Callable[[str], bool]:
        """Whether running text is searched for a folded name; not for adjectives of nationality, which are villages somewhere."""
        at_key, by_name, spotted = self._at_key, self._by_name, self._index.spotted.tobytes()
        adjectives = frozenset(map(fold, read_adjectives(self._home)))
        return lambda key: ((key in by_name) or bool(key in at_key and spotted[at_key[key]])) and key not in adjectives

    @cached_property
    def _division_ids(self) -> dict[str, str]:
        """GeoNames division code -> unit id."""
        return {f"{r.text('country')}.{r.text('code')}": r.text("unit_id") for r in read_divisions(self._home)}

    @cached_property
    def _division_points(self) -> dict[str, tuple[float, float]]:
        """Unit id of a division -> mean point of its places."""
        index = self._index
        order = np.argsort(index.division, kind="stable")
        firsts = np.flatnonzero(np.diff(index.division[order].astype(np.int64), prepend=-1))
        counts = np.diff(firsts, append=len(order))
        lats = (np.add.reduceat(index.lat[order].astype(np.int64), firsts) / counts / 100).round(2).tolist()
        lons = (np.add.reduceat(index.lon[order].astype(np.int64), firsts) / counts / 100).round(2).tolist()
        codes = (index.divisions[at] for at in index.division[order][firsts].tolist())
        found = zip(codes, lats, lons, strict=True)
        return {self._division_ids[code]: (lat, lon) for code, lat, lon in found if code in self._division_ids}

    @cached_property
    def _capitals(self) -> dict[str, str]:
        """Country or division -> the unit that is its capital."""
        return read_capitals(self._home)

    @cached_property
    def _capital_of(self) -> dict[str, str]:
        """Unit id -> the division it is capital of, else the country."""
        return {
            unit: area for area, unit in sorted(self._capitals.items(), key=lambda row: ("-" in row[0] or row[0].startswith("adm1:"), row))
        }

    @cached_property
    def _units(self) -> dict[str, Unit]:
        """Units of the tables: countries, divisions, and places by hand."""
        units = read_world_units(self._home, self._division_points, self._indexed)
        for unit_id, area in self._capital_of.items():
            if unit_id in units and not units[unit_id].capital_of:
                units[unit_id] = replace(units[unit_id], capital_of=area)
        return units

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        """Folded name -> ids of the tables' units that bear it."""
        found: dict[str, set[str]] = {}
        for unit in self._units.values():
            for name in unit.names:
                found.setdefault(fold(name.text), set()).add(unit.id)
        return {key: tuple(sorted(ids)) for key, ids in found.items()}

    def find(self, text: str) -> tuple[NameHit, ...]:
        return tuple(NameHit(start, end, text[start:end], self._bearers(key)) for start, end, key in spot(text, self._known, self._rules))

    def lookup(self, name: str) -> tuple[str, ...]:
        """Bearers of a name: as written, else without its article, else without the noun behind it, of the kinds
        the noun means, else romanised another way from Arabic."""
        key = fold(name)
        found = self._bearers(key) if key else ()
        if not found and (without := fold(bare(name))) != key:
            found = self._bearers(without)
        rest, _, noun = name.strip().rpartition(" ")
        if not found and rest and (kinds := _NOUNS.get(noun.lower())):
            found = tuple(i for i in self._bearers(fold(rest)) if (unit := self.unit(i)) and unit.kind in kinds)
        return found or self._arabic.get(arabic_key(name), ())

    def names_country(self, name: str) -> bool:
        return not self._countries.isdisjoint((fold(name), fold(bare(name))))

    @cached_property
    def _countries(self) -> frozenset[str]:
        """Folded names of countries: known without the index."""
        return frozenset(fold(name.text) for names in read_countries(self._home).values() for name in names)

    @cached_property
    def _arabic(self) -> dict[str, tuple[str, ...]]:
        """What romanisations have in common -> bearers, in the embattled countries whose names are romanised from Arabic in many ways."""
        index = self._index
        wanted = np.flatnonzero(np.isin(index.country, [at for at, code in enumerate(index.countries) if code in _ARABIC]))
        bearers = [(index.names[row], f"gn:{index.ids[row]}") for row in wanted.tolist()]
        bearers += [(name.text, unit.id) for unit in self._units.values() if unit.country in _ARABIC for name in unit.names]
        found: dict[str, set[str]] = {}
        for key, (_, unit_id) in zip(arabic_keys([name for name, _ in bearers]), bearers, strict=True):
            found.setdefault(key, set()).add(unit_id)
        return {key: tuple(sorted(ids)) for key, ids in found.items() if key}

    def _bearers(self, key: str) -> tuple[str, ...]:
        if key in self._asked:
            return self._asked[key]
        at = self._at_key.get(key)
        ids = set(self._by_name.get(key, ()))
        if at is not None:
            first = int(self._index.ends[at - 1]) if at else 0
            ids.update(f"gn:{self._index.ids[row]}" for row in self._index.bearers[first : self._index.ends[at]])
        self._asked[key] = tuple(sorted(ids))
        return self._asked[key]

    def similar(self, name: str, within: tuple[str, ...] = ()) -> tuple[Candidate, ...]:
        """Alike names inside `within` (divisions, districts or countries). Without an area: none, since over the world everything is alike."""
        wanted = fold(bare(name))
        likely: list[tuple[str, str]] = []
        for area in within:
            ids, keys = self._spelled_in(area)
            rows = process.extract(wanted, keys, scorer=fuzz.ratio, score_cutoff=LEAST_PREFILTER, limit=None)
            likely.extend((ids[row], keys[row]) for row in sorted(row for _, _, row in rows))
        return alike(name, likely)

    def _spelled_in(self, area: str) -> tuple[list[str], list[str]]:
        """Unit ids and folded spellings of an area, row by row; kept, since one report asks for few areas often."""
        if area not in self._areas:
            rows = [(unit_id, fold(text)) for unit_id, text in self._spellings(area)]
            self._areas[area] = [unit_id for unit_id, _ in rows], [key for _, key in rows]
        return self._areas[area]

    def _spellings(self, area: str) -> Iterable[tuple[str, str]]:
        index = self._index
        for unit in self._units.values():
            if area in (unit.parent, f"iso:{unit.country}") and unit.kind is not PlaceKind.COUNTRY:
                yield from ((unit.id, n.text) for n in unit.names)
        country = area.removeprefix("iso:")
        if country in index.countries:
            rows = np.flatnonzero(index.country == index.countries.index(country))
        else:
            codes = [i for i, code in enumerate(index.divisions) if self._division_ids.get(code) == area]
            rows = np.flatnonzero(np.isin(index.division, codes))
        starts, keys, order = self._keys_of_rows
        for row in rows.tolist():
            for at in order[starts[row] : starts[row + 1]]:
                yield f"gn:{index.ids[row]}", index.keys[keys[at]]

    @cached_property
    def _keys_of_rows(self) -> tuple[list[int], np.ndarray[tuple[int], np.dtype[np.int64]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
        """The name table turned round: posting `order[starts[row]:starts[row + 1]]` belong to place `row`; keys[posting] is its name."""
        index = self._index
        keys = np.repeat(np.arange(len(index.keys), dtype=np.int64), np.diff(index.ends, prepend=index.ends.dtype.type(0)))
        order = np.argsort(index.bearers, kind="stable").astype(np.int64)
        starts = np.searchsorted(index.bearers[order], np.arange(len(index.names) + 1)).tolist()
        return starts, keys, order

    def unit(self, unit_id: str) -> Unit | None:
        found = self._units.get(unit_id) or self._met.get(unit_id)
        if found is None and (found := self._indexed(unit_id)) is not None:
            self._met[unit_id] = found
        return found

    def _indexed(self, unit_id: str) -> Unit | None:
        if not unit_id.startswith("gn:") or not unit_id[3:].isdigit():
            return None
        index, ident = self._index, int(unit_id[3:])
        row = int(np.searchsorted(index.ids, ident))
        if row >= len(index.ids) or int(index.ids[row]) != ident:
            return None
        counted = int(index.population[row]) != UNCOUNTED
        people = int(index.population[row]) if counted else 0
        kind = PlaceKind.CITY if people >= CITY else PlaceKind.TOWN if people >= TOWN or (counted and not people) else PlaceKind.VILLAGE
        country = index.countries[index.country[row]]
        parent = self._division_ids.get(index.divisions[index.division[row]], f"iso:{country}")
        return Unit(
            unit_id,
            kind,
            index.names[row],
            parent,
            country,
            int(index.lat[row]) / 100,
            int(index.lon[row]) / 100,
            names=(PlaceName(index.names[row]),),
            population=people,
            capital_of=self._capital_of.get(unit_id, ""),
        )

    def areas(self, unit_id: str) -> tuple[str, ...]:
        found: list[str] = []
        unit = self.unit(unit_id)
        while unit and unit.parent and unit.parent not in found:
            found.append(unit.parent)
            unit = self.unit(unit.parent)
        return tuple(found)

    def seat(self, area: str) -> str | None:
        """Id of the capital of a country or a first-level division; None if the tables do not know it."""
        return self._capitals.get(area)
