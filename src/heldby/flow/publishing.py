"""Whole editions: everything a map and a brief need, and the outlines a user gave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from heldby.flow.inquiry import Inquiry, Question, Wanted
from heldby.flow.units import map_units, roster_named
from heldby.publish import Edition, Shape, release


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
) -> Edition:
    """Every unit of the roster, crossings, capitals and whatever has evidence, with reasons; tallies on `tally_days` (at least its own day);
    the sources' `records` where asked for."""
    theatre = inquiry.desk.theatre
    counted = roster_named(theatre, roster) if theatre.rosters or roster else None
    evident = inquiry.units_with_evidence(question)
    wanted = Wanted(
        unit_ids=map_units(theatre, counted, evident),
        reasons=True,
        roster=counted,
        tally_days=tuple(tally_days) or (question.as_of,),
        since=since,
        change_units=evident,
        spells=True,
        published=True,
        gaps=True,
        records=records,
        title=title,
    )
    bundle = inquiry.bundle(question, wanted)
    if boundaries:
        bundle = replace(bundle, boundaries=_outlines(inquiry, boundaries))
    return release(bundle, inquiry.rules, inquiry.now)


def _outlines(inquiry: Inquiry, path: str) -> dict[str, Shape]:
    from heldby.locate.boundaries import read_boundaries

    return dict(read_boundaries(path, inquiry.desk.theatre).matched)
