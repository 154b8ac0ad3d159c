"""The one gate: nothing leaves heldby but through `release`, which turns a raw `Bundle` into an `Edition` under written rules.

    Bundle -> delay (nothing known later than allowed, or refuse) -> coarsen (areas for units, no sentence that names them)
           -> voices (private ones by role only, in chains and quotations) -> marks (in words, on every row) -> digest -> Edition

The delay cannot be applied to a finished status, which has already learnt from what must wait: the caller asks `Release.known_by` for the clock
to compute with, and the gate refuses a bundle that rests on anything later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from heldby.errors import ReleaseError
from heldby.model.report import Mark
from heldby.model.status import Course, Daily, Status, Support, Tally, Testimony
from heldby.model.theatre import Theatre
from heldby.model.when import utc_text
from heldby.model.who import VoiceKind
from heldby.publish.archived import Told, told_of
from heldby.publish.coarse import Coarsening, is_area
from heldby.publish.edition import GATE_SEAL, MARK_WORDS, AreaRow, Bundle, CourseRow, Edition, SourceCount
from heldby.publish.rows import Rows
from heldby.publish.timeline import Timeline, looks_over
from heldby.publish.voices import PRIVATE_KINDS, named_persons, show_voice

NO_DELAY = timedelta(0)
ERASED = "erased from the ledger"  # in the note that says of how many reports that is so
FEWEST = 3  # units in an area whose states are told as counts: of fewer, a count would be one of them


@dataclass(frozen=True, slots=True)
class UnitRule:
    """For `unit_id` and all within it: a longer delay, and "province" in `coarsen_to` where its places must not be shown one by one."""

    unit_id: str
    publish_delay: timedelta = NO_DELAY
    coarsen_to: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """What may leave: `publish_delay` and `coarsen_to` ("" or "province") for the whole theatre, `rules` for single units, voices shown by role only."""

    publish_delay: timedelta = NO_DELAY
    coarsen_to: str = ""
    rules: tuple[UnitRule, ...] = ()
    private_kinds: tuple[VoiceKind, ...] = PRIVATE_KINDS

    def __post_init__(self) -> None:
        for value in (self.coarsen_to, *(r.coarsen_to for r in self.rules)):
            if value not in ("", "province"):
                raise ReleaseError("release", f'coarsen_to: expected "" or "province", not {value!r}')
        if any(d < NO_DELAY for d in (self.publish_delay, *(r.publish_delay for r in self.rules))):
            raise ReleaseError("release", "publish_delay: expected no less than zero")

    def delay(self, lineage: tuple[str, ...] = ()) -> timedelta:
        """The delay of a unit; `lineage` is the unit's id and those of the areas around it. Without it: the theatre's."""
        return max((self.publish_delay, *(r.publish_delay for r in self.rules if r.unit_id in lineage)))

    def known_by(self, asked: datetime, now: datetime, lineage: tuple[str, ...] = ()) -> datetime:
        """The latest clock a status may be computed with: `asked`, or `now` less the delay where that is earlier (all aware)."""
        delay = self.delay(lineage)
        return asked if delay == NO_DELAY else min(asked, now - delay)

    def earliest(self, asked: datetime, now: datetime) -> datetime:
        """The clock for what counts over all units (tallies): the longest delay of any rule holds."""
        longest = max((self.publish_delay, *(r.publish_delay for r in self.rules)))
        return asked if longest == NO_DELAY else min(asked, now - longest)

    @property
    def coarse(self) -> bool:
        """Whether any place at all is shown only as part of its area."""
        return bool(self.coarsen_to) or any(r.coarsen_to for r in self.rules)

    def coarsens(self, lineage: tuple[str, ...]) -> bool:
        return bool(self.coarsen_to) or any(r.coarsen_to and r.unit_id in lineage for r in self.rules)


def release(bundle: Bundle, rules: Release, now: datetime) -> Edition:
    """The edition of `bundle` that may be shown at `now` (aware).

    Raises ReleaseError where the bundle rests on anything known later than the delay allows, naming the clock to compute with.
    """
    bundle = replace(bundle, statuses=tuple(_as_known(s) for s in bundle.statuses))
    _refuse_early(bundle, rules, now)
    theatre = bundle.theatre
    coarsened = tuple(s.unit_id for s in bundle.statuses if rules.coarsens(_lineage(theatre, s.unit_id)))
    coarsening = Coarsening.of(theatre, coarsened, _coarsens(theatre, rules))
    delayed = any(d > NO_DELAY for d in (rules.publish_delay, *(r.publish_delay for r in rules.rules)))
    late = frozenset(s.unit_id for s in bundle.statuses if rules.delay(_lineage(theatre, s.unit_id)) > rules.publish_delay)
    every_mark = _every_mark(bundle)
    private = {} if bundle.bare and not bundle.comparisons else _private_names(bundle, rules.private_kinds)
    rows = Rows(
        theatre,
        coarsening,
        rules.private_kinds,
        bundle.texts,
        every_mark,
        private,
        bundle.bare,
        bundle.reviewed,
        bundle.paragraphs,
        _archived(bundle, rules, now),
    )
    shown = tuple(s for s in bundle.statuses if s.unit_id not in coarsening.units)
    changes = (c for c in bundle.changes if c.unit_id not in late and rules.delay(_lineage(theatre, c.unit_id)) <= rules.publish_delay)
    spells = (s for s in bundle.spells if s.unit_id not in late and rules.delay(_lineage(theatre, s.unit_id)) <= rules.publish_delay)
    marks_of = {s.unit_id: rows.status_marks(s) for s in bundle.statuses if s.support is not Support.UNKNOWN}
    parts: dict[str, Any] = {
        "title": bundle.title or f"{theatre.name}: who holds it",
        "as_of": bundle.as_of,
        "known_by": bundle.known_by,
        "provenance": bundle.provenance,
        "statuses": tuple(rows.status(s) for s in shown),
        "areas": _areas(bundle, coarsening, rows),
        "tallies": tuple(_tally(t, theatre, rules, every_mark) for t in bundle.tallies),
        "comparisons": tuple(rows.comparison(c) for c in bundle.comparisons),
        "changes": tuple(rows.change(c, marks_of.get(c.unit_id)) for c in changes),
        "spells": tuple(rows.spell(s, marks_of.get(s.unit_id)) for s in spells),
        "gaps": tuple(rows.gap(g, withheld=delayed) for g in sorted(bundle.gaps, key=lambda g: (g.kind, g.subject, g.id))),
        "since": bundle.since,
        "sources": _sources(shown, bundle.heard),
        "records": tuple(rows.source(r) for r in bundle.records.rows) if bundle.records else (),
        "records_rule": bundle.records.rule if bundle.records else "",
        "marks": rows.words(every_mark),
        "release_notes": (*_notes(rules, coarsening, bool(late)), *_erasures(bundle.erased)),
        "within": bundle.within,
    }
    parts["boundaries"] = {unit_id: bundle.boundaries[unit_id] for unit_id in sorted(bundle.boundaries)}
    return Edition(theatre=theatre, seal=GATE_SEAL, **parts)


def release_course(course: Course, theatre: Theatre, rules: Release, now: datetime) -> CourseRow:
    """A unit's probability over time that may be shown at `now` (aware); days before the first evidence are left out.

    Raises ReleaseError for a unit that is shown only as part of its area, and where the course rests on what may not leave yet.
    """
    lineage = _lineage(theatre, course.unit_id)
    unit = theatre.unit(course.unit_id)
    if rules.coarsens(lineage) and not is_area(unit):
        raise ReleaseError("edition", "the release shows some places only as part of their province", course.unit_id)
    limit = rules.known_by(course.known_by, now, lineage)
    if course.known_by > limit:
        raise ReleaseError("edition", f"rests on what may not leave yet; compute it as known by {utc_text(limit)}", course.unit_id)
    told = [(d, row) for d, row in zip(course.days, course.p, strict=True) if course.since is not None and d >= course.since]
    return CourseRow(
        unit_id=course.unit_id,
        known_by=utc_text(course.known_by),
        states=course.states,
        days=tuple(d.isoformat() for d, _ in told),
        p=tuple(tuple(round(x, 4) for x in row) for _, row in told),
        since=course.since.isoformat() if course.since else "",
        seal=GATE_SEAL,
    )


def release_timeline(dailies: Sequence[Daily], bundle: Bundle, days: Sequence[date], rules: Release, now: datetime) -> Timeline:
    """Statuses on each of the ascending, unbroken `days` that may be shown at `now` (aware), under the head of `bundle` (its marks too).

    Raises ReleaseError where any rests on what may not leave yet.
    """
    _refuse_early(bundle, rules, now)
    theatre = bundle.theatre
    for daily in dailies:
        limit = rules.known_by(bundle.known_by, now, _lineage(theatre, daily.unit_id))
        if daily.known_by > limit:
            raise ReleaseError("edition", f"rests on what may not leave yet; compute it as known by {utc_text(limit)}", daily.unit_id)
    hidden = tuple(d.unit_id for d in dailies if rules.coarsens(_lineage(theatre, d.unit_id)))
    coarsening = Coarsening.of(theatre, hidden, _coarsens(theatre, rules))
    by_area: dict[str, list[Daily]] = {}
    for daily in dailies:
        if area := coarsening.area_of(daily.unit_id):
            by_area.setdefault(area, []).append(daily)
    areas = tuple((area, _area_over(coarsening, found, days)) for area, found in sorted(by_area.items()))
    shown = [d for d in dailies if d.unit_id not in coarsening.units and d.days]
    looks, units = looks_over(theatre, shown, areas, days[0])
    late = any(rules.delay(_lineage(theatre, d.unit_id)) > rules.publish_delay for d in dailies)
    return Timeline(
        theatre=theatre,
        known_by=bundle.known_by,
        first=days[0],
        last=days[-1],
        provenance=bundle.provenance,
        looks=looks,
        units=units,
        areas=areas,
        marks=tuple(MARK_WORDS[m] for m in _every_mark(bundle)),
        release_notes=_notes(rules, coarsening, late),
        seal=GATE_SEAL,
    )


def _area_over(coarsening: Coarsening, found: Sequence[Daily], days: Sequence[date]) -> tuple[tuple[dict[str, int], int, int], ...]:
    """Counts by state, the unknown, and the size of an area on each day: of its districts, where it has any (as `_areas` counts)."""
    counted = [d for d in found if coarsening.is_counted(d.unit_id)] or list(found)
    held = [{day: d.said(n)[0] for n, day in enumerate(d.days)} for d in counted] if len(counted) >= FEWEST else []
    rows = []
    for day in days:
        states = [state for h in held if (state := h.get(day))]
        rows.append(({s: states.count(s) for s in sorted(set(states))}, len(counted) - len(states), len(counted)))
    return tuple(rows)


def _tally(tally: Tally, theatre: Theatre, rules: Release, every_mark: tuple[Mark, ...]) -> Tally:
    """A tally as it may be shown: where one of its units is shown only as part of its area, without sums that would tell which unit turned."""
    roster = theatre.roster(tally.roster_id)
    coarse = roster is None or any(rules.coarsens(_lineage(theatre, u)) for u in roster.unit_ids)
    return replace(tally, marks=_ordered({*tally.marks, *every_mark}), extents=() if coarse else tally.extents)


def _private_names(bundle: Bundle, kinds: tuple[VoiceKind, ...]) -> dict[str, tuple[str, ...]]:
    """Names of private voices by report: one that speaks in a sentence must not be named where another is quoted from it."""
    claims = (c.claim for s in bundle.statuses for t in _testimonies(s) for c in t.claims)
    chains = [*((c.report_id, c.chain) for c in claims), *((c.published.report_id, c.published.chain) for c in bundle.comparisons)]
    found: dict[str, dict[str, None]] = {}
    for report_id, chain in chains:
        for voice in chain:
            found.setdefault(report_id, {}).update(dict.fromkeys(show_voice(voice, bundle.theatre.lexicon, kinds).masked))
    for report_id in {r for r, _ in chains} if kinds else ():
        found.setdefault(report_id, {}).update(dict.fromkeys(named_persons(bundle.texts.get(report_id, ""), bundle.theatre.lexicon)))
    return {report_id: tuple(names) for report_id, names in found.items() if names}


def _as_known(status: Status) -> Status:
    """`status` without what came after its own clock: related testimonies first heard later, later echoes, later withdrawals."""
    reasons = tuple(replace(r, testimony=_heard_by(r.testimony, status.known_by)) for r in status.reasons)
    related = tuple(_heard_by(t, status.known_by) for t in status.related if t.known <= status.known_by)
    return replace(status, reasons=reasons, related=related)


def _heard_by(testimony: Testimony, known_by: datetime) -> Testimony:
    def gone(withdrawn: datetime | None) -> datetime | None:
        return withdrawn if withdrawn is not None and withdrawn <= known_by else None

    claims = tuple(replace(c, withdrawn=gone(c.withdrawn)) for c in testimony.claims if c.known <= known_by)
    return replace(testimony, claims=claims, withdrawn=gone(testimony.withdrawn))


def _refuse_early(bundle: Bundle, rules: Release, now: datetime) -> None:
    whole = rules.known_by(bundle.known_by, now)
    if bundle.known_by > whole:
        raise ReleaseError(
            "edition", f"known by {utc_text(bundle.known_by)} is too early to publish; compute it as known by {utc_text(whole)}"
        )
    for status in bundle.statuses:
        limit = rules.known_by(bundle.known_by, now, _lineage(bundle.theatre, status.unit_id))
        if (
            max((status.known_by, *(r.testimony.known for r in status.reasons), *(t.known for t in bundle.heard.get(status.unit_id, ()))))
            > limit
        ):
            raise ReleaseError("edition", f"rests on what may not leave yet; compute it as known by {utc_text(limit)}", status.unit_id)
    limit = rules.earliest(bundle.known_by, now)
    for tally in bundle.tallies:
        if tally.known_by > limit:
            raise ReleaseError(
                "edition", f"counts what may not leave yet; compute it as known by {utc_text(limit)}", f"tally {tally.as_of}"
            )
    if bundle.records and bundle.records.known_by > limit:
        raise ReleaseError("edition", f"judges by what may not leave yet; compute it as known by {utc_text(limit)}", "sources")
    for comparison in bundle.comparisons:
        if rules.publish_delay > NO_DELAY and comparison.known > whole:
            raise ReleaseError("edition", f"a published tally known later than {utc_text(whole)}", comparison.report_outlet)


def _areas(bundle: Bundle, coarsening: Coarsening, rows: Rows) -> tuple[AreaRow, ...]:
    by_area: dict[str, list[Status]] = {}
    for status in bundle.statuses:
        area = coarsening.area_of(status.unit_id)
        if area:
            by_area.setdefault(area, []).append(status)
    found: list[AreaRow] = []
    for area_id, statuses in sorted(by_area.items()):
        districts = [s for s in statuses if coarsening.is_counted(s.unit_id)]
        counted = districts or statuses
        told = counted if len(counted) >= FEWEST else []
        states = [s.holder for s in told if s.holder and s.support is not Support.UNKNOWN]
        counts = tuple((state, states.count(state)) for state in sorted(set(states)))
        marks = rows.words(_marks(statuses))
        found.append(AreaRow(area_id, coarsening.name(area_id), counts, len(counted) - len(states), len(counted), marks))
    return tuple(found)


def _sources(statuses: tuple[Status, ...], heard: Mapping[str, Sequence[Testimony]]) -> SourceCount:
    testimonies = {t.id: t for s in statuses for t in ((r.testimony for r in s.reasons) if s.reasons else heard.get(s.unit_id, ()))}
    claims = [c for t in testimonies.values() for c in t.claims]
    return SourceCount(
        reports=len({c.claim.report_id for c in claims}),
        outlets=len({c.outlet for c in claims}),
        testimonies=len(testimonies),
        origins=len({t.origin for t in testimonies.values()}),
    )


def _testimonies(status: Status) -> Iterable[Testimony]:
    return (*(r.testimony for r in status.reasons), *status.related)


def _marks(statuses: Iterable[Status]) -> tuple[Mark, ...]:
    found = {m for s in statuses for m in s.marks}
    found |= {m for s in statuses for t in _testimonies(s) for c in t.claims for m in c.marks}
    return _ordered(found)


def _every_mark(bundle: Bundle) -> tuple[Mark, ...]:
    counted = {m for t in bundle.tallies for m in t.marks} | {m for c in bundle.comparisons for m in c.marks}
    judged = {m for r in bundle.records.rows for m in r.marks} if bundle.records else set()
    decided = {Mark.REVIEWED} if bundle.reviewed & _met(bundle) else set()
    return _ordered({*bundle.marks, *_marks(bundle.statuses), *counted, *judged, *decided})


def _met(bundle: Bundle) -> set[str]:
    """Units that a bundle speaks of, alone or in a count."""
    rosters = (bundle.theatre.roster(t.roster_id) for t in bundle.tallies)
    return {
        *(s.unit_id for s in bundle.statuses),
        *(c.unit_id for c in bundle.changes),
        *(s.unit_id for s in bundle.spells),
        *(u for r in rosters if r for u in r.unit_ids),
    }


def _ordered(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    there = set(marks)
    return tuple(m for m in Mark if m in there)


def _archived(bundle: Bundle, rules: Release, now: datetime) -> Callable[[str], Told] | None:
    """What may be told of each report's archived copy, worked out once."""
    copies, told = bundle.archived, dict[str, Told]()
    if copies is None:
        return None

    def of(report_id: str) -> Told:
        if report_id not in told:
            told[report_id] = told_of(copies.get(report_id), bundle.theatre, rules, now)
        return told[report_id]

    return of


def _coarsens(theatre: Theatre, rules: Release) -> Callable[[str], bool] | None:
    """Whether a unit is shown only as part of its area; None where none is."""
    return (lambda unit_id: rules.coarsens(_lineage(theatre, unit_id))) if rules.coarse else None


def _lineage(theatre: Theatre, unit_id: str) -> tuple[str, ...]:
    return (unit_id, *theatre.lexicon.gazetteer.areas(unit_id))


def _erasures(count: int) -> tuple[str, ...]:
    """That reports were taken out of the ledger: what rested on them is in nothing that leaves."""
    if not count:
        return ()
    many = f"{count} reports were {ERASED}, and what rested on them is left out"
    return (many if count > 1 else f"1 report was {ERASED}, and what rested on it is left out",)


def _notes(rules: Release, coarsening: Coarsening, late: bool) -> tuple[str, ...]:
    notes: list[str] = []
    if rules.publish_delay > NO_DELAY:
        hours = f"{rules.publish_delay / timedelta(hours=1):g} hours"
        notes.append(f"published with a delay of {hours}, the ledger's revision and head too")
    if late:
        notes.append("some places are published with a longer delay")
    if coarsening.units:
        notes.append("some places are shown only as part of their province, and are among the unknown in tallies")
    return tuple(notes)
