"""A theatre's own gazetteer, and one laid over the world's."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from rapidfuzz import fuzz, process

from heldby.model.place import Candidate, PlaceKind, Scope, Unit
from heldby.model.theatre import Gazetteer, NameHit
from heldby.theatres.spelling import alike, fold
from heldby.theatres.spotting import SpottingRules, spot

LEAST_PREFILTER = 50.0  # rapidfuzz ratio (0..100) below which `alike` never calls two spellings alike
_HEADED = {
    PlaceKind.PROVINCE: ("{} province",),
    PlaceKind.DISTRICT: ("{} district",),
    PlaceKind.CITY: ("{} city", "city of {}"),
    PlaceKind.TOWN: ("{} town", "town of {}"),
    PlaceKind.CROSSING: ("{} crossing", "{} border crossing"),
}
_CENTRE = ("{} district centre", "{} district center", "centre of {} district", "center of {} district", "{} centre", "{} center")
_SEAT = (
    "{} centre",
    "{} center",
    "{} provincial capital",
    "{} provincial centre",
    "{} provincial center",
)  # of the province it is capital of


class TableGazetteer:
    """The units of a theatre's tables. Implements `heldby.model.theatre.Gazetteer`.

    A centre bears its district's names beside its own, so a bare "Sangin" may mean either; what the writer says of it decides.
    `lookup` also knows a name with its noun ("Kunduz Province", "Nerkh district centre"), `find` hits the bare name alone.
    """

    def __init__(self, units: Iterable[Unit], more_areas: Mapping[str, tuple[str, ...]], rules: SpottingRules, version: str) -> None:
        self._units = {u.id: u for u in units}
        self._more_areas = dict(more_areas)
        self._rules = rules
        self._version = version
        self._areas: dict[str, tuple[str, ...]] = {}  # what `areas` worked out

    @property
    def version(self) -> str:
        return self._version

    @cached_property
    def _by_key(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, set[str]] = {}
        for unit in self._units.values():
            for text in self._texts(unit):
                found.setdefault(fold(text), set()).add(unit.id)
        return {key: tuple(sorted(ids)) for key, ids in found.items() if key}

    @cached_property
    def _headed(self) -> dict[str, tuple[str, ...]]:
        """Folded name with its noun -> ids."""
        found: dict[str, set[str]] = {}
        for unit in self._units.values():
            forms = _CENTRE if unit.scope is Scope.CENTRE else _HEADED.get(unit.kind, ())
            for text in self._texts(unit):
                for form in forms:
                    found.setdefault(fold(form.format(text)), set()).add(unit.id)
            ruled = self._units.get(unit.capital_of)
            for name in ruled.names if ruled else ():
                for form in _SEAT:
                    found.setdefault(fold(form.format(name.text)), set()).add(unit.id)
        return {key: tuple(sorted(ids)) for key, ids in found.items()}

    def _texts(self, unit: Unit) -> tuple[str, ...]:
        own = tuple(n.text for n in unit.names)
        district = self._units.get(unit.parent) if unit.scope is Scope.CENTRE else None
        return own + tuple(n.text for n in district.names) if district else own

    def find(self, text: str) -> tuple[NameHit, ...]:
        known = self._by_key
        return tuple(NameHit(start, end, text[start:end], known[key]) for start, end, key in spot(text, known.__contains__, self._rules))

    def lookup(self, name: str) -> tuple[str, ...]:
        key = fold(name)
        return self._by_key.get(key) or self._headed.get(key, ())

    def names_country(self, name: str) -> bool:
        return any(self._units[i].kind is PlaceKind.COUNTRY for i in self.lookup(name))

    def similar(self, name: str, within: tuple[str, ...] = ()) -> tuple[Candidate, ...]:
        wanted = fold(name)
        ids, texts, keys = self._spellings
        likely = process.extract(wanted, keys, scorer=fuzz.ratio, score_cutoff=LEAST_PREFILTER, limit=None)
        areas = frozenset(within)
        rows = sorted(row for _, _, row in likely)
        return alike(name, ((ids[r], texts[r]) for r in rows if not areas or not areas.isdisjoint((ids[r], *self.areas(ids[r])))))

    @cached_property
    def _spellings(self) -> tuple[list[str], list[str], list[str]]:
        """Unit ids, spellings and their folds, row by row; a centre's borrowed names are left out."""
        rows = [(u.id, n.text, fold(n.text)) for u in self._units.values() for n in u.names]
        return [r[0] for r in rows], [r[1] for r in rows], [r[2] for r in rows]

    def unit(self, unit_id: str) -> Unit | None:
        return self._units.get(unit_id)

    def seat(self, area: str) -> str | None:
        """Id of the chief town of an area; None if the tables name none."""
        return self._seats.get(area)

    @cached_property
    def _seats(self) -> dict[str, str]:
        """Area -> its capital."""
        return {u.capital_of: u.id for u in self._units.values() if u.capital_of}

    def areas(self, unit_id: str) -> tuple[str, ...]:
        found = self._areas.get(unit_id)
        if found is None:
            found = self._areas[unit_id] = self._around(unit_id)
        return found

    def _around(self, unit_id: str) -> tuple[str, ...]:
        chain: list[str] = []
        unit = self._units.get(unit_id)
        while unit and unit.parent and unit.parent not in chain:
            chain.append(unit.parent)
            unit = self._units.get(unit.parent)
        more = [a for a in self._more_areas.get(unit_id, ()) if a not in chain]
        return tuple(chain[:-1] + more + chain[-1:]) if more else tuple(chain)


class LayeredGazetteer:
    """A theatre's gazetteer over a base: a name the theatre knows is the theatre's alone, any other is looked up in the base.

    Where the theatre's places bear the base's ids, the base's other places of a name in the countries `shared` may be meant as well: a theatre that
    lists the towns of a country does not make its villages of the same names unknown.
    """

    def __init__(self, own: TableGazetteer, base: Gazetteer, shared: frozenset[str] = frozenset()) -> None:
        self._own = own
        self._base = base
        self._shared = shared

    @property
    def version(self) -> str:
        return f"{self._own.version}+{self._base.version}"

    def find(self, text: str) -> tuple[NameHit, ...]:
        hits = [replace(h, unit_ids=self._with_others(h.unit_ids, h.name)) for h in self._own.find(text)]  # in order and without overlaps
        starts, ends = [h.start for h in hits], [h.end for h in hits]
        for hit in self._base.find(text):
            after = bisect_right(ends, hit.start)  # the first of our own that ends behind the hit's start
            overlaps = after < len(starts) and starts[after] < hit.end
            if not overlaps and not self._own.lookup(hit.name):
                hits.append(hit)
        return tuple(sorted(hits, key=lambda h: (h.start, h.end)))

    def lookup(self, name: str) -> tuple[str, ...]:
        own = self._own.lookup(name)
        return self._with_others(own, name) if own else self._base.lookup(name)

    def _with_others(self, own: tuple[str, ...], name: str) -> tuple[str, ...]:
        """The theatre's bearers of a name and the base's that it does not list, in the countries shared."""
        if not self._shared:
            return own
        others = (i for i in self._base.lookup(name) if i not in own and self._own.unit(i) is None)
        return tuple(sorted((*own, *(i for i in others if (unit := self._base.unit(i)) and unit.country in self._shared))))

    def names_country(self, name: str) -> bool:
        return self._own.names_country(name) if self._own.lookup(name) else self._base.names_country(name)

    def similar(self, name: str, within: tuple[str, ...] = ()) -> tuple[Candidate, ...]:
        mine = tuple(a for a in within if self._own.unit(a))
        others = tuple(a for a in within if self._shared or not self._own.unit(a))
        found = (self._own.similar(name, mine) if mine or not within else ()) + (self._base.similar(name, others) if others else ())
        best: dict[str, Candidate] = {}
        for c in sorted(found, key=lambda c: (-c.score, c.unit_id)):
            best.setdefault(c.unit_id, c)
        return tuple(best.values())

    def unit(self, unit_id: str) -> Unit | None:
        return self._own.unit(unit_id) or self._base.unit(unit_id)

    def seat(self, area: str) -> str | None:
        """Id of the chief town of an area, if the gazetteer that has the area knows it."""
        base = getattr(self._base, "seat", None)
        return self._own.seat(area) if self._own.unit(area) else base(area) if base else None

    def areas(self, unit_id: str) -> tuple[str, ...]:
        return self._own.areas(unit_id) if self._own.unit(unit_id) else self._base.areas(unit_id)
