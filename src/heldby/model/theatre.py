"""One conflict as configuration, and the lexicon that reading and locating share. Values only; `heldby.theatres` loads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta, timezone
from typing import Protocol

from heldby.model.place import Candidate, Crosswalk, Link, Measure, PlaceKind, Roster, Unit
from heldby.model.who import Actor, Interest, Outlet, Side

_NO_CELLS = (PlaceKind.COUNTRY, PlaceKind.PROVINCE, PlaceKind.REGION, PlaceKind.ROAD)


@dataclass(frozen=True, slots=True)
class NameHit:
    """A gazetteer name in a text: characters [start, end), and every unit that bears the name (sorted)."""

    start: int
    end: int
    name: str
    unit_ids: tuple[str, ...]


class Gazetteer(Protocol):
    """Named, versioned places. Lookups fold case, accents, apostrophes and hyphens; order of results never depends on chance."""

    @property
    def version(self) -> str: ...

    def find(self, text: str) -> tuple[NameHit, ...]:
        """Names in `text`, leftmost longest, whole words, upper case where the name has it."""
        ...

    def lookup(self, name: str) -> tuple[str, ...]:
        """Ids of the units that bear exactly this name after folding; () if none."""
        ...

    def names_country(self, name: str) -> bool:
        """Whether a country bears this name (with its article or without): asked of names that are no place at all, it costs little."""
        ...

    def similar(self, name: str, within: tuple[str, ...] = ()) -> tuple[Candidate, ...]:
        """Units whose names are spelled much like `name`, best first; `within` limits to descendants of these areas."""
        ...

    def unit(self, unit_id: str) -> Unit | None: ...

    def areas(self, unit_id: str) -> tuple[str, ...]:
        """Ids of the areas that hold a unit, nearest first (district, province, country)."""
        ...

    def seat(self, area: str) -> str | None:
        """Id of the chief town of a country or an area; None where no table names one."""
        ...


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What a theatre teaches the reader and the locator: names, actors, outlets, and whose country it is."""

    theatre_id: str
    gazetteer: Gazetteer
    actors: tuple[Actor, ...]
    outlets: tuple[Outlet, ...]
    interests: tuple[Interest, ...] = ()
    countries: tuple[str, ...] = ()  # ISO2 of the theatre; () for the world
    utc_offset: timedelta = timedelta(0)
    _outlets: Mapping[str, Outlet] = field(
        init=False, repr=False, compare=False
    )  # by id, folded name and folded alias; of two, the first listed

    def __post_init__(self) -> None:
        called = {name: o for o in reversed(self.outlets) for name in (o.id, o.name.casefold(), *(a.casefold() for a in o.aliases))}
        object.__setattr__(self, "_outlets", called)

    def outlet(self, name: str) -> Outlet | None:
        """The outlet of this name or alias (case folded), else of the name without a department in brackets behind it, else None."""
        folded = name.casefold().strip()
        found = self._outlets.get(folded)
        whole, bracket, _ = folded.partition(" (")
        return self.outlet(whole) if found is None and bracket and whole else found


@dataclass(frozen=True, slots=True)
class Theatre:
    """Everything a theatre's folder says. `digest` is the SHA-256 of its files; `cells_note` stands on maps without boundaries."""

    id: str
    name: str
    since: date
    until: date | None
    utc_offset: timedelta
    default_roster: str
    sides: tuple[Side, ...]
    lexicon: Lexicon
    digest: str
    units: tuple[Unit, ...] = ()
    rosters: tuple[Roster, ...] = ()
    links: tuple[Link, ...] = ()
    crosswalk: tuple[Crosswalk, ...] = ()
    outline: tuple[tuple[tuple[float, float], ...], ...] = ()  # rings of (lon, lat)
    notes: tuple[str, ...] = field(default=())
    measures: tuple[Measure, ...] = ()
    outline_credit: str = ""  # whose the outline is
    _side_of: Mapping[str, str] = field(init=False, repr=False, compare=False)  # by actor; a side is its own

    def __post_init__(self) -> None:
        fights_for = {a.id: a.side for a in reversed(self.lexicon.actors)} | {s.id: s.id for s in self.sides}
        object.__setattr__(self, "_side_of", fights_for)

    @property
    def zone(self) -> timezone:
        return timezone(self.utc_offset)

    def unit(self, unit_id: str) -> Unit | None:
        return self.lexicon.gazetteer.unit(unit_id)

    def inside(self, unit_id: str, area_id: str) -> bool:
        """Whether a unit is an area or lies in it; every unit does in "", the whole theatre."""
        return not area_id or unit_id == area_id or area_id in self.lexicon.gazetteer.areas(unit_id)

    def counted(self, roster_id: str = "") -> tuple[Unit, ...]:
        """The units with a place on the map that share out the land, by id: the districts of a roster (the default one, if it is not named), else
        all districts; where a theatre has none, the roster's places of any kind."""
        roster = self.roster(roster_id) or self.roster(self.default_roster)
        wanted = frozenset(roster.unit_ids) if roster else frozenset()
        placed = [u for u in self.units if u.lat is not None and u.lon is not None]
        districts = [u for u in placed if u.kind is PlaceKind.DISTRICT]
        members = [u for u in placed if u.id in wanted and u.kind not in _NO_CELLS]
        return tuple(sorted([u for u in districts if u.id in wanted] or districts or members, key=lambda u: u.id))

    def roster(self, roster_id: str) -> Roster | None:
        return next((r for r in self.rosters if r.id == roster_id), None)

    def side_of(self, actor_id: str) -> str:
        """The side an actor fights for; an id that is a side is its own; "" if unknown."""
        return self._side_of.get(actor_id, "")
