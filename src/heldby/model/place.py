"""Where: units, names, rosters, and how a written place became a unit or did not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PlaceKind(StrEnum):
    COUNTRY = "country"
    PROVINCE = "province"
    DISTRICT = "district"
    CITY = "city"
    TOWN = "town"
    VILLAGE = "village"
    CROSSING = "crossing"
    ROAD = "road"
    BASE = "base"
    REGION = "region"


class Scope(StrEnum):
    WHOLE = "whole"
    CENTRE = "centre"
    RURAL = "rural"
    ROAD = "road"
    CROSSING = "crossing"


@dataclass(frozen=True, slots=True)
class PlaceName:
    text: str
    lang: str = "en"


@dataclass(frozen=True, slots=True)
class Unit:
    """A place the ledger keeps a status for. `lat`, `lon` in degrees (WGS 84) or None; `parent` a unit id or ""."""

    id: str
    kind: PlaceKind
    name: str
    parent: str = ""
    country: str = ""
    lat: float | None = None
    lon: float | None = None
    scope: Scope = Scope.WHOLE
    names: tuple[PlaceName, ...] = ()
    population: int = 0
    capital_of: str = ""


class LinkKind(StrEnum):
    CENTRE_OF = "centre-of"
    CAPITAL_OF = "capital-of"
    CROSSING_OF = "crossing-of"
    ROAD_OF = "road-of"
    CUSTOMS_OF = "customs-of"


@dataclass(frozen=True, slots=True)
class Link:
    """`unit_id` and `linked_id` show one another's claims; where `moves`, claims on `unit_id` move `linked_id` for the `reason` written."""

    unit_id: str
    linked_id: str
    kind: LinkKind
    moves: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Roster:
    """A closed list of units that a tally counts over; `part_of` is the id of the roster that this one is the part of, "" where it is whole."""

    id: str
    name: str
    unit_ids: tuple[str, ...]
    source: str
    unit_noun: str = "districts"
    part_of: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """How large a unit is, where known (None: not known): its surface in square kilometres, the people who live there."""

    unit_id: str
    area_km2: float | None = None
    population: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that a written name may mean: `score` in 0..1 and the reasons behind it."""

    unit_id: str
    score: float
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A place as a claim names it.

    `text` is the substring as written (start, end in characters of the report); `head` the noun that types it ("district",
    "crossing", "" if none); `name` the proper name inside it or that of its antecedent (a definite reference: `referent` is the
    text it refers back to); `parent_names` the areas named around it, nearest first; `part` is "most", "parts", "all-but" where
    only that is meant; `unnamed` a set of units without names ("three districts").
    Locating fills `unit_id` (None: a gap), `candidates` (best first) and `canonical`, `kind`, `admin1`, `country` as output shows them.
    """

    text: str
    start: int
    end: int
    name: str = ""
    head: str = ""
    kind: PlaceKind | None = None
    parent_names: tuple[str, ...] = ()
    referent: str = ""
    part: str = ""
    unnamed: bool = False
    unit_id: str | None = None
    canonical: str | None = None
    admin1: str | None = None
    country: str | None = None
    candidates: tuple[Candidate, ...] = ()
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """How a unit of one published set answers to another set."""

    from_set: str
    from_name: str
    from_unit: str
    to_set: str
    to_unit: str
    kind: str
    note: str = ""
    valid_from: date | None = None
