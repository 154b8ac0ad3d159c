"""Other people's tallies beside ours: which rosters their numbers can belong to, what we count there, and in words why they differ.

Figures that one voice gives in one report ("212 ... 70") are judged together. Ours is counted for the day the figure is about, from what was
known when it was published.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache

from heldby.model.claim import Modality, Polarity, PublishedTally, Qualifier, Relation
from heldby.model.place import PlaceKind, Roster
from heldby.model.report import Mark
from heldby.model.status import CONTESTED, Comparison, Extent, ExtentRow, Extents, Support, Tally, TallyRow
from heldby.model.theatre import Theatre
from heldby.weigh.basis import basis_of
from heldby.weigh.comparison_areas import AREAS, area_reasons, whole_theatre
from heldby.weigh.counting import extent_of, holders, row_of, tally
from heldby.weigh.propositions import party
from heldby.weigh.weigher import Weigher

_STATES = frozenset({Relation.CONTROLS, Relation.CONTESTS})
_LATELY = timedelta(days=3)
_FRESH = timedelta(days=7)
_DOUBTED = frozenset({Support.DISPUTED, Support.CLAIMED})
_COPIED = timedelta(days=7)  # the same numbers so soon after are more likely copied than counted anew


@dataclass(frozen=True, slots=True)
class PublishedFigure:
    """A published tally with what is known of its report: when it was known (UTC), its civil date, who published it, its marks."""

    tally: PublishedTally
    known: datetime
    published: date
    outlet: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class _Fit:
    """Rosters that a group of figures can belong to, and what its numbers say of themselves."""

    rosters: tuple[Roster, ...]
    reasons: tuple[str, ...]


def compare(figures: Sequence[PublishedFigure], weigher: Weigher, known_by: datetime, *, areas: bool = True) -> tuple[Comparison, ...]:
    """Every figure known by `known_by` beside our count, by (known, report, place in text); shares of a territory beside our area, where `areas`."""
    known = sorted((f for f in figures if f.known <= known_by), key=_order)
    groups: dict[tuple[object, ...], list[PublishedFigure]] = {}
    for f in known:
        groups.setdefault(_together(f), []).append(f)
    reports: dict[str, list[PublishedFigure]] = {}
    for f in known:
        reports.setdefault(f.tally.report_id, []).append(f)

    @cache  # one report gives many figures of one roster
    def counted(roster: Roster, day: date, at: datetime) -> Tally:
        return tally(roster, weigher, day, at)

    out: list[Comparison] = []
    seen: dict[tuple[object, ...], PublishedFigure] = {}
    for f in known:
        beside = [b for b in reports[f.tally.report_id] if b is not f]
        found = _compared(f, groups[_together(f)], beside, weigher, counted, areas=areas)
        before = seen.get(_numbers(f.tally))
        if before is not None and f.known - before.known <= _COPIED and before.tally.report_id != f.tally.report_id:
            told = f"the same figure stood in {before.outlet or 'another report'} on {before.published.isoformat()}: it counts once"
            found = replace(found, reasons=(told, *found.reasons))
        seen.setdefault(_numbers(f.tally), f)
        out.append(found)
    return tuple(out)


def _numbers(t: PublishedTally) -> tuple[object, ...]:
    return t.actor, t.relation, t.unit, t.count, t.share, t.of, t.scope, t.polarity, t.modality


def _order(f: PublishedFigure) -> tuple[datetime, str, int, str]:
    return f.known, f.tally.report_id, f.tally.passage.start, f.tally.id


def _together(f: PublishedFigure) -> tuple[object, ...]:
    """What one voice of one report says of one kind of unit, at one time, in one area. A time that reaches the day of publication is that day."""
    t = f.tally
    voice = t.chain[-1].key if t.chain else ""
    past = t.as_of is not None and t.as_of.last_day is not None and t.as_of.last_day < f.published - _LATELY
    return t.report_id, voice, t.unit, t.scope, t.as_of.edtf() if t.as_of and past else None, t.polarity, t.modality


def _compared(
    f: PublishedFigure,
    group: Sequence[PublishedFigure],
    beside: Sequence[PublishedFigure],
    weigher: Weigher,
    counted: Callable[[Roster, date, datetime], Tally],
    *,
    areas: bool,
) -> Comparison:
    theatre, t = weigher.theatre, f.tally
    fit = _fit(t, [g.tally for g in group], theatre, areas=areas)
    reasons = [*_kept_apart(t, f, theatre), *fit.reasons]
    chosen = _chosen(fit.rosters, theatre)
    marks, state = set(f.marks), _state(t, theatre)
    found = counted(chosen, _day(f), f.known) if chosen is not None and state and t.modality is Modality.FACTUAL else None
    ours: TallyRow | None = None
    extent, row = None, None
    if found is not None and chosen is not None:
        marks |= set(found.marks)
        if t.unit in AREAS:
            extent = extent_of(found, Extents.AREA)
            row = _extent_row(extent, state)
            reasons += area_reasons(t, row, extent, chosen) if row is not None and extent is not None else []
        else:
            ours = row_of(found, state)
            reasons += _difference(t, ours, found, chosen) + _held_otherwise(t, ours, found, chosen, (weigher, _day(f), f.known))
    reasons += _measures(t, beside, chosen, compared=row is not None)
    return Comparison(
        t,
        f.outlet,
        f.known,
        tuple(r.id for r in fit.rosters),
        ours,
        chosen.id if (ours or row) is not None and chosen is not None else "",
        tuple(dict.fromkeys(reasons)),
        tuple(sorted(marks)),
        _day(f),
        row,
        extent.total if row is not None and extent is not None else 0.0,
    )


def _extent_row(extent: Extent | None, state: str) -> ExtentRow | None:
    return next((r for r in extent.rows if r.state == state), None) if extent is not None else None


def _state(t: PublishedTally, theatre: Theatre) -> str:
    """The state of ours that a figure counts; "" if none: captures over a time, or a party that is no side here."""
    if t.relation is Relation.CONTESTS:
        return CONTESTED
    return party(t.actor, theatre) if t.relation in _STATES else ""


def _day(f: PublishedFigure) -> date:
    """The day a figure is about: what it says, else the day it was published; never after that."""
    said = f.tally.as_of.last_day or f.tally.as_of.first_day if f.tally.as_of else None
    return min(said, f.published) if said else f.published


def _kept_apart(t: PublishedTally, f: PublishedFigure, theatre: Theatre) -> list[str]:
    """What sets this figure apart from a count of who holds what."""
    out: list[str] = []
    if t.polarity is Polarity.DENIED:
        out.append("this figure is denied by its source: it says what the source disputes, not what it counted")
    if t.modality is not Modality.FACTUAL:
        out.append("this figure is not told as a fact of its day, so nothing is counted beside it")
    if t.relation is Relation.CONTESTS:
        out.append(
            "what counts as contested differs from one publisher to another; heldby counts places where both sides are attested inside"
        )
    if t.relation not in _STATES:
        span = f" ({t.period})" if t.period else ""
        out.append(f"this counts what was {_PAST.get(t.relation, t.relation)} over a time{span}, not what was held on a day")
    if t.relation is not Relation.CONTESTS and not party(t.actor, theatre):
        out.append("the party it counts for is no side of this theatre")
    if t.as_of is not None:
        out.append(f"its own date is {t.as_of.edtf()}, published {f.published.isoformat()}")
    return out


_PAST = {
    Relation.CAPTURED: "captured",
    Relation.RETOOK: "taken back",
    Relation.LOST: "lost",
    Relation.WITHDREW: "left",
    Relation.REPELLED: "defended",
    Relation.BESIEGES: "besieged",
    Relation.ATTACKED: "attacked",
}


def _fit(t: PublishedTally, group: Sequence[PublishedTally], theatre: Theatre, *, areas: bool) -> _Fit:
    """Rosters of this noun that are as large as the figures need."""
    if t.unit in AREAS:
        return _area_fit(t, theatre) if areas else _Fit((), ())
    rosters = [r for r in (*theatre.rosters, *_lists(theatre)) if r.unit_noun == t.unit]
    if not rosters:
        return _Fit((), (f"no roster of this theatre counts {_plain(t.unit)}",))
    inside, reasons = _within(t, rosters, theatre)
    if not inside:
        return _Fit((), reasons)
    held = {
        g.actor: g.count for g in group if g.relation in _STATES and g.count is not None and (g.actor or g.relation is Relation.CONTESTS)
    }
    total, of = sum(held.values()), next((g.of for g in group if g.of is not None), None)
    terms = " + ".join(str(n) for n in held.values())
    if of is not None:
        exact = tuple(r for r in inside if len(r.unit_ids) == of)
        if len(held) > 1 and total != of:
            gap = f"{of - total} are left unsaid" if total < of else f"they exceed it by {total - of}"
            reasons = (*reasons, f"{terms} = {total} misses its own total of {of}: {gap}")
        if not exact:
            sizes = ", ".join(str(len(r.unit_ids)) for r in inside)
            reasons = (*reasons, f'it says "of {of}", and no roster has that size (known: {sizes})')
        return _Fit(exact if len(exact) > 0 else (), reasons)
    need = max(total, t.count or 0)
    fits = tuple(r for r in inside if len(r.unit_ids) >= need)
    if not fits:
        return _Fit((), (*reasons, f"{terms} = {need} is more than any roster has"))
    if len(held) > 1:
        left = ", ".join(f"{len(r.unit_ids) - total} of {len(r.unit_ids)}" for r in fits)
        reasons = (*reasons, f"{terms} = {total}; that leaves unsaid {left}")
    elif len(fits) > 1:
        reasons = (*reasons, "it names no total: " + ", ".join(r.id for r in fits) + " are all large enough")
    return _Fit(fits, reasons)


def _area_fit(t: PublishedTally, theatre: Theatre) -> _Fit:
    """The theatre's roster whose measured units stand for the area a figure is about; none where nothing is measured or the area is smaller."""
    roster = _chosen(theatre.rosters, theatre)
    if roster is None or not theatre.measures:
        return _Fit((), ())
    if not t.scope and not whole_theatre(t):
        return _Fit((), ("it does not say of which area it is a share",))
    inside, reasons = _within(t, [roster], theatre)
    return _Fit(tuple(inside), reasons)


def _lists(theatre: Theatre) -> tuple[Roster, ...]:
    """Closed lists that follow from the units themselves: the capitals of the provinces, and the provinces."""
    provinces = tuple(u.id for u in theatre.units if u.kind is PlaceKind.PROVINCE)
    capitals = tuple(sorted(u.id for u in theatre.units if u.capital_of in provinces))
    out = []
    if provinces:
        out.append(Roster("provinces", f"the {len(provinces)} provinces", provinces, "the theatre's units", "provinces"))
    if capitals:
        out.append(Roster("capitals", f"the {len(capitals)} provincial capitals", capitals, "the theatre's units", "provincial_capitals"))
    return tuple(out)


def _within(t: PublishedTally, rosters: Sequence[Roster], theatre: Theatre) -> tuple[list[Roster], tuple[str, ...]]:
    """Rosters cut down to the area a figure is limited to."""
    gazetteer = theatre.lexicon.gazetteer
    if not t.scope:
        return list(rosters), ()
    areas = gazetteer.lookup(t.scope) or gazetteer.lookup(t.scope.removesuffix(" province").removesuffix(" Province"))
    kinds = {a: unit.kind for a in areas if (unit := gazetteer.unit(a)) is not None}
    if any(k is PlaceKind.COUNTRY for k in kinds.values()):
        return list(rosters), ()
    province = sorted(a for a, k in kinds.items() if k is PlaceKind.PROVINCE)
    if len(province) != 1:
        return [], (f'it is limited to "{t.scope}", for which heldby keeps no roster',)
    cut = [Roster(r.id, r.name, tuple(u for u in r.unit_ids if province[0] in gazetteer.areas(u)), r.source, r.unit_noun) for r in rosters]
    return [r for r in cut if r.unit_ids], (f"limited to {t.scope}: only units of the rosters that lie there are counted",)


def _chosen(rosters: Sequence[Roster], theatre: Theatre) -> Roster | None:
    return next((r for r in rosters if r.id == theatre.default_roster), rosters[0] if rosters else None)


def _difference(t: PublishedTally, ours: TallyRow | None, found: Tally, roster: Roster) -> list[str]:
    if ours is None:
        return []
    noun = _plain(roster.unit_noun)
    theirs = t.count if t.count is not None else round((t.share or 0.0) * found.size)
    out: list[str] = []
    if t.share is not None and t.count is None:
        out.append(f"{t.share:.0%} of {found.size} {noun} would be {theirs}")
    if t.qualifier is not Qualifier.EXACT:
        out.append(f'the figure is told as "{t.qualifier}"')
    gap = theirs - ours.count
    if gap == 0 or ours.low <= theirs <= ours.high:
        out.append(f"it lies within heldby's own interval, {ours.low} to {ours.high}")
    elif 0 < gap <= found.unknown:
        out.append(f"the difference of {gap} is no larger than the {found.unknown} {noun} of which heldby knew nothing then")
    elif gap > 0:
        out.append(f"it exceeds heldby's count by {gap}, more than the {found.unknown} {noun} of which heldby knew nothing then")
    else:
        out.append(f"heldby's count exceeds it by {-gap}")
    return out


def _held_otherwise(
    t: PublishedTally, ours: TallyRow | None, found: Tally, roster: Roster, asked: tuple[Weigher, date, datetime]
) -> list[str]:
    """What of a gap the units of which nothing is known do not explain: whom heldby gives the rest to; of an excess, what of it is in doubt or new."""
    if ours is None:
        return []
    weigher, day, known = asked
    theirs = t.count if t.count is not None else round((t.share or 0.0) * found.size)
    gap = theirs - ours.count
    noun = _plain(roster.unit_noun)
    if gap > found.unknown:
        others = ", ".join(f"{r.count} {_side_name(r.state, weigher.theatre)}" for r in found.rows if r.state != ours.state and r.count)
        return [f"so at least {gap - found.unknown} of them are {noun} that heldby gives to others ({others})"]
    if gap < 0 and not ours.low <= theirs:
        mine = [u for u, holder in holders(roster, weigher, day, known).items() if holder == ours.state]
        before = holders(replace(roster, unit_ids=tuple(mine)), weigher, day - _FRESH, known)
        fresh = sum(before.get(u) != ours.state for u in mine)
        doubted = sum(basis_of(weigher.case(u, known), ours.state, day).support in _DOUBTED for u in mine)
        return [
            f"of heldby's {ours.count}, {fresh} are held for less than {_FRESH.days} days or not known before, and {doubted} are disputed or "
            "rest on the word of an interested side alone: a publisher may count neither"
        ]
    return []


def _side_name(state: str, theatre: Theatre) -> str:
    return next((s.name for s in theatre.sides if s.id == state), state)


def _measures(t: PublishedTally, beside: Sequence[PublishedFigure], roster: Roster | None, *, compared: bool) -> list[str]:
    """Counts and areas are different measures: said wherever both stand in one report, or an area that is not compared stands alone."""
    others = [b.tally for b in beside if b.tally.actor == t.actor and b.tally.relation in _STATES and b.tally.polarity is t.polarity]
    if t.unit in AREAS:
        counted = next((o for o in others if o.count is not None and o.unit == "districts"), None)
        words = f"{t.share:.0%} of the territory" if t.share is not None else f"{t.count} {_plain(t.unit)}"
        first = f"the {counted.count} districts told beside it are a count; " if counted else ""
        alone = "" if compared else ", and heldby has no measured area of it to compare with"
        return [f"{first}{words} counts area{alone}"] if first or not compared else []
    area = next((o for o in others if o.unit == "territory_share" and o.share is not None), None)
    if area is None or t.count is None or roster is None or not roster.unit_ids:
        return []
    share = t.count / len(roster.unit_ids)
    noun = _plain(t.unit)
    return [f"{t.count} of {len(roster.unit_ids)} {noun} is {share:.0%} of the {noun}; {area.share:.0%} of the territory counts area"]


def _plain(unit: str) -> str:
    return unit.replace("_", " ")
