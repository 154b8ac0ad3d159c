"""Which of the units that bear a name is meant: points for each reason, shares of the points, and when to abstain.

Points are natural-log weights: a candidate's score is exp(points) over the sum for all candidates and for "none of them", so that scores
lie in 0..1 and two reasons of equal weight cancel. The weights are set by hand; bench/locate_gold.py prints what they give.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from heldby.locate.nouns import Noun, Role, answers
from heldby.locate.setting import Setting, key_of, province_of
from heldby.model.place import Candidate, PlaceKind, Scope, Unit
from heldby.model.theatre import Gazetteer

NAMED, MAIN_NAME = 2.0, 1.0
BESIDE, NEAR, ELSEWHERE = 5.0, 3.0, -3.0
KIND, OTHER_SIZE, OTHER_KIND = 1.5, -0.5, -3.0
COUNTRY, PROVINCE, STRANGE, STRANGE_ALIAS = 4.0, 2.0, -4.5, -2.0
HOME, CAPITAL, IN_ROW, FOCUS = 3.0, 1.5, 2.0, 1.0
AFAR = -2.0
SIZE, UNCOUNTED = 0.45, 300  # power of the number of inhabitants by which places are spoken of; what stands for an unknown number
VOICES = 3  # names, words and actors that tell a country, from which a strange country counts in full
NONE_OF_THEM = 1.0
ENOUGH = 0.6  # least score of the best family
ONE_PLACE = 0.3  # degrees within which equal names of one province are taken for one place
AREAS_COUNT: Mapping[PlaceKind, float] = {
    PlaceKind.COUNTRY: 5.0,
    PlaceKind.PROVINCE: 3.0,
}  # as much as ten million, one million inhabitants
INDEXED = "gn:"  # ids of places from the world index, which count inhabitants
LARGE = 10_000  # inhabitants from which a town comes before the district of its name
_GENERIC = re.compile(r"\s+(?:district|province|oblast|governorate|region|state|department|raion|raion district)\Z", re.IGNORECASE)
_SETTLED = (PlaceKind.CITY, PlaceKind.TOWN, PlaceKind.VILLAGE)


Reason = tuple[float, str]


@dataclass(frozen=True, slots=True)
class Question:
    """A name to place: the noun that types it, areas tied to it and areas that only stand near (unit ids each), where it stands, and the
    first-level division that the report's claims spoke of last before it, and what the other places of its claim can be."""

    name: str
    noun: Noun | None = None
    beside: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    at: int = -1
    focus: str = ""
    row: frozenset[PlaceKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Weighed:
    """A unit with its points and the reasons for them."""

    unit: Unit
    points: float
    reasons: tuple[str, ...]


def weigh(question: Question, units: Sequence[Unit], setting: Setting, gazetteer: Gazetteer, home: tuple[str, ...]) -> list[Weighed]:
    """`units` with points, best first; `home` are the theatre's countries."""
    weighed = []
    for unit in units:
        areas = (unit.id, *gazetteer.areas(unit.id))
        main = key_of(question.name) in (key_of(unit.name), key_of(_GENERIC.sub("", unit.name)))
        reasons = [*_of_itself(question, unit, main), *_of_areas(question, areas, gazetteer)]
        reasons += _of_setting(question, unit, setting, province_of(gazetteer, unit))
        if home and unit.country in home:
            reasons.append((HOME, "in the theatre's country"))
        elif _strange(question, unit, setting):
            doubt = (STRANGE if main else STRANGE + STRANGE_ALIAS) * min(1.0, setting.voices(question.name) / VOICES)
            reasons.append((doubt, f"nothing else in the report lies in {unit.country}"))
        elif setting.fields and unit.country not in setting.fields and not setting.shares(question.name, question.at)[0].get(unit.country):
            reasons.append((AFAR, f"none of the report's parties is at home or fights in {unit.country}"))
        weighed.append(Weighed(unit, sum(points for points, _ in reasons), tuple(text for _, text in reasons)))
    return sorted(weighed, key=lambda w: (-w.points, -w.unit.population, w.unit.id))


def _of_itself(question: Question, unit: Unit, main: bool) -> Iterator[Reason]:
    """What speaks for a unit by itself: its name, its kind, its size."""
    yield NAMED + (MAIN_NAME if main else 0.0), "bears the name"
    if unit.capital_of:
        yield CAPITAL if main else CAPITAL / 3, "a provincial capital"
        if PlaceKind.CITY in question.row:
            yield IN_ROW, "named in a row with capitals"
    asked = question.noun
    if asked and asked.asks:
        if answers(unit, asked):
            yield KIND, f"a {asked.text}, as the noun asks"
        else:
            close = unit.kind in _SETTLED and asked.kind in _SETTLED
            yield OTHER_SIZE if close else OTHER_KIND, f"a {unit.kind}, where the noun asks for a {asked.text}"
    if unit.kind in AREAS_COUNT:
        yield AREAS_COUNT[unit.kind], f"a {unit.kind}"
    elif unit.population or unit.id.startswith(INDEXED):
        told = f"{unit.population:,} inhabitants" if unit.population else "inhabitants not known"
        yield SIZE * math.log((unit.population or UNCOUNTED) / 1000), told


def _of_areas(question: Question, areas: tuple[str, ...], gazetteer: Gazetteer) -> Iterator[Reason]:
    """What the areas named around the place say."""
    inside = next((a for a in question.beside if a in areas), "")
    if inside:
        yield BESIDE, f"lies in {_name(gazetteer, inside)}, named beside it"
    elif question.beside:
        yield ELSEWHERE, f"does not lie in {_name(gazetteer, question.beside[0])}, named beside it"
    if near := next((a for a in question.near if a in areas), ""):
        yield NEAR, f"lies in {_name(gazetteer, near)}, named near it"
    if question.focus and question.focus in areas:
        yield FOCUS, f"the claim before is in {_name(gazetteer, question.focus)}"


def _of_setting(question: Question, unit: Unit, setting: Setting, province: str) -> Iterator[Reason]:
    """What the other places of the report say."""
    countries, provinces = setting.shares(question.name, question.at)
    if share := countries.get(unit.country, 0.0):
        yield COUNTRY * share, f"{unit.country} has {share:.0%} of the report's other places"
    if part := provinces.get(province, 0.0):
        yield PROVINCE * part, f"{part:.0%} of them in its province"


def _strange(question: Question, unit: Unit, setting: Setting) -> bool:
    """Whether the report clearly speaks of other countries than the unit's. A country's own name is at home everywhere."""
    countries, _ = setting.shares(question.name, question.at)
    return unit.kind is not PlaceKind.COUNTRY and not countries.get(unit.country) and max(countries.values(), default=0.0) >= 0.4


def _name(gazetteer: Gazetteer, unit_id: str) -> str:
    unit = gazetteer.unit(unit_id)
    return unit.name if unit else unit_id


def families(weighed: Sequence[Weighed], gazetteer: Gazetteer) -> list[list[Weighed]]:
    """Candidates in groups of one neighbourhood: nested in one another, or one place listed twice. Best family first."""
    groups: list[list[Weighed]] = []
    for one in weighed:
        for group in groups:
            if any(_related(one.unit, other.unit, gazetteer) for other in group):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


def _related(a: Unit, b: Unit, gazetteer: Gazetteer) -> bool:
    if a.id in gazetteer.areas(b.id) or b.id in gazetteer.areas(a.id):
        return PlaceKind.COUNTRY not in (a.kind, b.kind) or {a.kind, b.kind} == {PlaceKind.COUNTRY}
    if province_of(gazetteer, a) != province_of(gazetteer, b) or a.country != b.country or None in (a.lat, a.lon, b.lat, b.lon):
        return False
    return abs((a.lat or 0) - (b.lat or 0)) <= ONE_PLACE and abs((a.lon or 0) - (b.lon or 0)) <= ONE_PLACE


def scores(groups: Sequence[Sequence[Weighed]]) -> list[float]:
    """The score (0..1) of each family: its best member's share of exp(points)."""
    tops = [max(w.points for w in g) for g in groups]
    whole = sum(math.exp(t) for t in tops) + math.exp(NONE_OF_THEM)
    return [math.exp(t) / whole for t in tops]


def candidates(groups: Sequence[Sequence[Weighed]], first: Unit | None = None) -> tuple[Candidate, ...]:
    """The three best members of the best families, `first` before all."""
    rows: list[Candidate] = []
    for group, score in zip(groups, scores(groups), strict=True):
        top = max(w.points for w in group)
        rows += [Candidate(w.unit.id, round(score * math.exp(w.points - top), 3), w.reasons) for w in group]
    rows.sort(key=lambda c: (first is None or c.unit_id != first.id, -c.score, c.unit_id))
    return tuple(rows[:3])


def _rank_bare(unit: Unit, name: str) -> float:
    """What a bare name means first in reports, the lower the sooner: the town before its district before the province."""
    own = key_of(unit.name) == key_of(name)
    if unit.kind is PlaceKind.CITY:
        return 0.0 if unit.capital_of else 1.0
    if unit.kind is PlaceKind.CROSSING:
        return 1.5 if own else 5.0
    if unit.scope is Scope.CENTRE:
        return 6.0
    if unit.kind is PlaceKind.TOWN and unit.population >= LARGE:
        return 1.8
    order = (PlaceKind.DISTRICT, PlaceKind.TOWN, PlaceKind.VILLAGE, PlaceKind.BASE, PlaceKind.ROAD, PlaceKind.REGION)
    return 2.0 + order.index(unit.kind) / 2 if unit.kind in order else 7.0


def member(group: Sequence[Weighed], question: Question, setting: Setting) -> tuple[Unit | None, str]:
    """The member of a family that is meant, and why; None where nothing decides between a province and what lies in it."""
    asked = question.noun
    fitting = [w.unit for w in group if asked is None or answers(w.unit, asked)] or [w.unit for w in group]
    if len(fitting) == 1:
        return fitting[0], f"the only {fitting[0].kind} of the name here" if len(group) > 1 else "the only place of the name here"
    if asked and asked.asks and asked.role is not Role.LAND:
        fitting.sort(key=lambda u: (asked.asks.index(u.kind) if u.kind in asked.asks else 9, not u.capital_of, -u.population, u.id))
        return fitting[0], f"the noun asks for a {asked.text}"
    return _bare(fitting, question, setting)


def _bare(units: list[Unit], question: Question, setting: Setting) -> tuple[Unit | None, str]:
    siblings = question.row
    ordered = sorted(units, key=lambda u: (_rank_bare(u, question.name), -u.population, u.id))
    best = ordered[0]
    province = next((u for u in units if u.kind is PlaceKind.PROVINCE), None)
    if province is None or best is province:
        return best, f"a bare {question.name} means the {best.kind} in reports"
    if siblings == {PlaceKind.PROVINCE}:
        return province, "named in a row with provinces"
    if (best.kind in _SETTLED and best.scope is not Scope.CENTRE) or (siblings and PlaceKind.PROVINCE not in siblings):
        said = (
            "named in a row with places of that size"
            if siblings and PlaceKind.PROVINCE not in siblings
            else f"a bare {question.name} means the town in reports"
        )
        return best, said
    said_kinds = setting.kinds_said(question.name)
    if said_kinds & {PlaceKind.PROVINCE} and not said_kinds & {best.kind}:
        return province, "the report calls it a province"
    if best.kind in said_kinds and PlaceKind.PROVINCE not in said_kinds:
        return best, f"the report calls it a {best.kind}"
    return None, f"{question.name} is a province and a {best.kind} in it, and nothing decides"
