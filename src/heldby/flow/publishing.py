"""Whole editions: everything a map and a brief need, and the outlines a user gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from heldby.errors import UsageError
from heldby.flow.inquiry import Inquiry, Question, Wanted
from heldby.flow.units import map_units, roster_named
from heldby.model.place import Roster
from heldby.model.theatre import Theatre
from heldby.publish import Edition, Shape, release

MOST_PICTURES = 60


def full_edition(
    inquiry: Inquiry,
    question: Question,
    *,
    roster: str | None = None,
    since: date | None = None,
    tally_days: Sequence[date] = (),
    boundaries: str | None = None,
    title: str = "",
    records: bool = False,
    within: str = "",
    paragraphs: bool = False,
    archived: bool = False,
) -> Edition:
    """Every unit of the roster, crossings, capitals and whatever has evidence, with reasons; tallies on `tally_days` (at least its own day);
    the sources' `records` where asked for. `within` (a unit's id) leaves the places of one area, counted over that part of the roster; the
    tallies that others published are of whole countries, and are left out then. With `paragraphs`, quotations stand in theirs; with `archived`, they tell
    of the copies of their reports."""
    theatre = inquiry.desk.theatre
    counted = roster_named(theatre, roster) if theatre.rosters or roster else None
    if within:
        theatre, counted = _narrowed(theatre, counted, within)
    evident = tuple(u for u in inquiry.units_with_evidence(question) if theatre.inside(u, within))
    wanted = Wanted(
        unit_ids=tuple(u for u in map_units(theatre, counted, evident) if theatre.inside(u, within)),
        reasons=True,
        roster=counted,
        tally_days=tuple(tally_days) or (question.as_of,),
        since=since,
        change_units=evident,
        spells=True,
        published=not within,
        gaps=True,
        records=records,
        paragraphs=paragraphs,
        archived=archived,
        title=title or (f"{name_of(theatre, within)} ({theatre.name}): who holds it" if within else ""),
    )
    bundle = replace(inquiry.bundle(question, wanted), theatre=theatre, within=within)
    if boundaries:
        bundle = replace(bundle, boundaries=_outlines(inquiry, boundaries))
    return release(bundle, inquiry.rules, inquiry.now)


def eve_of(edition: Edition, inquiry: Inquiry, *, boundaries: str | None = None) -> Edition:
    """The edition of the day before `edition.since`, of the same area over the same roster, as known at the same time: for the map before.

    Raises UsageError where the edition was asked for no changes.
    """
    if edition.since is None:
        raise UsageError("--since", "an edition without a first day has no day before it")
    roster = edition.theatre.roster(edition.tally.roster_id) if edition.tally else None
    return full_edition(
        inquiry,
        Question(edition.since - timedelta(days=1), edition.known_by),
        roster=(roster.part_of or roster.id) if roster else None,
        boundaries=boundaries,
        title=edition.title,
        within=edition.within,
    )


def lapse_days(first: date, last: date, every: int) -> tuple[date, ...]:
    """The days of a time-lapse, `every` so many days, its last day always among them. Raises UsageError where they are none, or too many."""
    if first > last:
        raise UsageError("--from", f"{first} lies after {last}")
    days = tuple(last - timedelta(days=n) for n in range((last - first).days // every * every, -1, -every))
    if len(days) > MOST_PICTURES:
        raise UsageError("--every", f"{len(days)} pictures are more than a time-lapse holds ({MOST_PICTURES}); take fewer")
    return days


def _narrowed(theatre: Theatre, roster: Roster | None, area: str) -> tuple[Theatre, Roster | None]:
    """The roster's part within an area, and the theatre that knows it; no roster where none of its units lies there."""
    inside = tuple(u for u in roster.unit_ids if theatre.inside(u, area)) if roster else ()
    if roster is None or not inside:
        return theatre, None
    name = f"{roster.name}, those within {name_of(theatre, area)}"
    part = replace(roster, id=f"{roster.id}/{area}", name=name, unit_ids=inside, part_of=roster.id)
    return replace(theatre, rosters=(*theatre.rosters, part)), part


def name_of(theatre: Theatre, unit_id: str) -> str:
    unit = theatre.unit(unit_id)
    return unit.name if unit else unit_id


def _outlines(inquiry: Inquiry, path: str) -> dict[str, Shape]:
    from heldby.locate.boundaries import read_boundaries

    return dict(read_boundaries(path, inquiry.desk.theatre).matched)
