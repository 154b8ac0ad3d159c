"""Somebody's district shapes matched to a theatre's districts: by code, by name within the parent area, then by spelling within it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import cos, hypot, radians

from heldby.locate.boundaries_columns import Feature, Polygon
from heldby.model.place import PlaceKind, Unit
from heldby.model.theatre import Theatre

Ring = tuple[tuple[float, float], ...]
Shape = tuple[Ring, ...]  # outer rings and holes, filled by the even-odd rule
Answer = tuple[str, str]  # a unit id ("" = none), and how it was found or why not
LEAST_LEAD = 0.02  # how far the best spelling must lead the second before it counts
FAR = 25.0  # km between a unit's point and the shape matched to it from which the match is doubted aloud
_AREAS = (PlaceKind.PROVINCE, PlaceKind.REGION)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A feature of the file that no unit could be tied to, and why."""

    name: str
    parent: str
    reason: str


@dataclass(frozen=True, slots=True)
class BoundaryMatch:
    """`polygons` by unit id with `how` each was matched; what did not match on either side; `doubts` and `notes` are for people.

    `layer` is the layer of the file that was taken ("" where a file has only one).
    """

    polygons: Mapping[str, tuple[Polygon, ...]]
    how: Mapping[str, str]
    unmatched_features: tuple[Unmatched, ...] = ()
    unmatched_units: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    layer: str = ""

    @property
    def matched(self) -> dict[str, Shape]:
        """Shapes by unit id, as maps take them."""
        return {unit_id: tuple(ring for polygon in self.polygons[unit_id] for ring in polygon) for unit_id in sorted(self.polygons)}


@dataclass(slots=True)
class _Matching:
    """The state of one matching: which feature each unit got, and why others got none."""

    theatre: Theatre
    units: Mapping[str, Unit]
    codes: Mapping[str, frozenset[str]]
    areas: Mapping[tuple[tuple[str, ...], ...], tuple[str, ...]]
    taken: dict[str, list[int]] = field(default_factory=dict)
    contested: set[str] = field(default_factory=set)
    how: dict[str, str] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)

    def take(self, unit_id: str, index: int, how: str) -> None:
        self.taken.setdefault(unit_id, []).append(index)
        self.how.setdefault(unit_id, how)
        self.reasons.pop(index, None)


def match_boundaries(features: Sequence[Feature], theatre: Theatre) -> BoundaryMatch:
    """Tie each feature to at most one district of `theatre`. The order of the features decides nothing but the order of what is listed.

    A unit gets several features only where they are parts of one district (same name, parent and codes).
    """
    units = {u.id: u for u in theatre.units if u.kind is PlaceKind.DISTRICT}
    areas = {parents: _areas(theatre, parents) for parents in {f.parents for f in features}}
    state = _Matching(theatre, units, _codes(theatre, units), areas)
    waiting = list(range(len(features)))
    for find in (_by_code, _by_name):
        waiting = _settle(state, features, waiting, find)
    _by_spelling(state, features, waiting)
    polygons = {u: tuple(p for i in state.taken[u] for p in features[i].polygons) for u in sorted(state.taken)}
    left = sorted((features[i].parent, features[i].name, i) for i in state.reasons)
    return BoundaryMatch(
        polygons=polygons,
        how={u: state.how[u] for u in polygons},
        unmatched_features=tuple(Unmatched(name, parent, state.reasons[i]) for parent, name, i in left),
        unmatched_units=tuple(sorted(set(units) - set(polygons))),
        doubts=tuple(_doubts(units, polygons)),
    )


def _settle(state: _Matching, features: Sequence[Feature], waiting: list[int], find: Callable[[_Matching, Feature], Answer]) -> list[int]:
    """Ask one way of matching for all that wait, and only then give out units, so that none goes to whichever feature comes first."""
    claims: dict[str, list[tuple[int, str]]] = {}
    rest = []
    for index in waiting:
        unit_id, how = find(state, features[index])
        if unit_id and unit_id not in state.taken:
            claims.setdefault(unit_id, []).append((index, how))
        else:
            state.reasons[index] = _taken_by(state, features, unit_id) if unit_id else how
            rest.append(index)
    for unit_id in sorted(claims):
        first = features[claims[unit_id][0][0]]
        if all(_same_district(features[i], first) for i, _ in claims[unit_id]):
            for index, how in claims[unit_id]:
                state.take(unit_id, index, how)
            continue
        inside = [(i, how) for i, how in claims[unit_id] if holds(features[i].polygons, state.units[unit_id])]
        if len(inside) == 1:
            state.take(unit_id, *inside[0])
        else:
            state.contested.add(unit_id)
        for index, _ in claims[unit_id]:
            if index not in state.taken.get(unit_id, ()):
                state.reasons[index] = f"{len(claims[unit_id])} different features answer to {unit_id}"
                rest.append(index)
    return sorted(rest)


def _by_code(state: _Matching, feature: Feature) -> Answer:
    """By an id of the theatre, or a code that its crosswalk gives as a name in some set."""
    for code in feature.codes:
        found = state.codes.get(code.casefold(), frozenset())
        if len(found) == 1:
            return min(found), f"by its code {code}"
    return "", "no code of it is known"


def _codes(theatre: Theatre, units: Mapping[str, Unit]) -> dict[str, frozenset[str]]:
    """What each code may mean, case folded."""
    known = {unit_id.casefold(): {unit_id} for unit_id in units}
    for row in theatre.crosswalk:
        if row.from_unit in units:
            known.setdefault(row.from_name.casefold(), set()).add(row.from_unit)
    return {code: frozenset(ids) for code, ids in known.items()}


def _by_name(state: _Matching, feature: Feature) -> Answer:
    """By a name that one district alone bears within the parent area, or that one alone bears and lies inside."""
    if not feature.names:
        return "", "it has no name in a column heldby knows"
    areas = state.areas[feature.parents]
    if feature.parents and not areas:
        return "", f"its parent {feature.parent!r} is no area of the theatre"
    for name in feature.names:
        bearers = [u for u in state.theatre.lexicon.gazetteer.lookup(name) if u in state.units and _within(state.theatre, u, areas)]
        inside = [u for u in bearers if holds(feature.polygons, state.units[u])]
        if len(bearers) == 1 or len(inside) == 1:
            chosen = bearers[0] if len(bearers) == 1 else inside[0]
            extra = "" if len(bearers) == 1 else ", of several the one whose point lies inside"
            return chosen, f"by its name {name}{' and parent' if areas else ''}{extra}"
        if bearers:
            return "", f"{name} may be any of {', '.join(sorted(bearers))}"
    return "", "no district of that name" + (f" in {feature.parent}" if areas else "")


def _by_spelling(state: _Matching, features: Sequence[Feature], waiting: Iterable[int]) -> None:
    """Within a known parent area, the district spelled most like it, best pairs first; a near tie is none unless one alone lies inside."""
    pairs: list[tuple[float, str, int, str]] = []
    for index in waiting:
        areas = state.areas[features[index].parents]
        if areas:
            pairs += [(score, unit_id, index, why) for unit_id, (score, why) in _likely(state, features[index], areas).items()]
    for own, unit_id, index, why in sorted(pairs, key=lambda p: (-p[0], p[1], p[2])):
        if unit_id in state.taken or index not in state.reasons:
            continue
        near = [p for p in pairs if own - p[0] < LEAST_LEAD and p[1] not in state.taken and p[2] in state.reasons]
        close = sorted({p[1] for p in near if p[2] == index})
        wanted_by = {p[2] for p in near if p[1] == unit_id and not _same_district(features[p[2]], features[index])}
        inside = [u for u in close if holds(features[index].polygons, state.units[u])]
        if inside == [unit_id] or (len(close) == 1 and not wanted_by):
            state.take(unit_id, index, why)
        elif len(close) > 1:
            state.reasons[index] = f"spelled alike: {', '.join(close)}"
        else:
            state.reasons[index] = f"{unit_id} is spelled as much like {', '.join(sorted(features[i].name for i in wanted_by))}"


def _likely(state: _Matching, feature: Feature, areas: tuple[str, ...]) -> dict[str, tuple[float, str]]:
    """Free districts within `areas` that are spelled like one of the feature's names, with score and reason."""
    free = state.units.keys() - state.taken.keys() - state.contested
    found: dict[str, tuple[float, str]] = {}
    for name in feature.names:
        for candidate in state.theatre.lexicon.gazetteer.similar(name, areas):
            u = candidate.unit_id
            if u in free and candidate.score > found.get(u, (0.0, ""))[0]:
                found[u] = (
                    candidate.score,
                    f"{name}: {candidate.reasons[0] if candidate.reasons else 'spelled alike'} ({candidate.score:.2f})",
                )
    return found


def _areas(theatre: Theatre, parents: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    """The theatre's areas that the nearest known of `parents` may mean; () if none is known."""
    gazetteer = theatre.lexicon.gazetteer
    mine = {u.id for u in theatre.units if u.kind in _AREAS}
    for spellings in parents:
        for name in spellings:
            if found := tuple(u for u in gazetteer.lookup(name) if u in mine):
                return found
        for name in spellings:
            for candidate in gazetteer.similar(name, tuple(sorted({u.parent for u in theatre.units if u.id in mine and u.parent}))):
                if candidate.unit_id in mine:
                    return (candidate.unit_id,)
    return ()


def _within(theatre: Theatre, unit_id: str, areas: tuple[str, ...]) -> bool:
    return not areas or not set(areas).isdisjoint(theatre.lexicon.gazetteer.areas(unit_id))


def _same_district(one: Feature, other: Feature) -> bool:
    return (one.names, one.parents, one.codes) == (other.names, other.parents, other.codes)


def _taken_by(state: _Matching, features: Sequence[Feature], unit_id: str) -> str:
    return f"{unit_id} is taken by {features[state.taken[unit_id][0]].name}, {state.how[unit_id]}"


def holds(polygons: Sequence[Polygon], unit: Unit) -> bool:
    """Whether the unit's point lies inside, by the even-odd rule over all rings."""
    if unit.lon is None or unit.lat is None:
        return False
    x, y, inside = unit.lon, unit.lat, False
    for (x1, y1), (x2, y2) in _edges(polygons):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def _edges(polygons: Sequence[Polygon]) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    for polygon in polygons:
        for ring in polygon:
            yield from zip(ring, (*ring[1:], ring[0]), strict=True)


def _doubts(units: Mapping[str, Unit], polygons: Mapping[str, tuple[Polygon, ...]]) -> Iterator[str]:
    """Matches whose unit has a point far from the shape: wrong names happen in files, and in ours."""
    for unit_id, shape in polygons.items():
        unit = units[unit_id]
        if not shape or unit.lon is None or unit.lat is None or holds(shape, unit):
            continue
        scale = cos(radians(unit.lat))
        corners = (point for polygon in shape for ring in polygon for point in ring)
        away = 111.2 * min(hypot((x - unit.lon) * scale, y - unit.lat) for x, y in corners)
        if away > FAR:
            yield f"{unit_id}: its point lies {away:.0f} km from the shape matched to it"
