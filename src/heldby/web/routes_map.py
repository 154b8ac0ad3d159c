"""What a page that shows the map asks for: the drawing once, every day's looks at once, one day in full, and what differs between two."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from heldby.clock import parse_day, parse_instant
from heldby.errors import UsageError
from heldby.model.ident import digest
from heldby.publish.records import document
from heldby.publish.stage import stage
from heldby.publish.timeline import timeline_record
from heldby.web import described
from heldby.web.answers import day_answer, differences, timeline_head
from heldby.web.asking import MOST_DAYS, Asking, Day, Time, json_answer
from heldby.web.refusals import ANSWERS

Language = Annotated[str, Query(pattern="^(en|fa|ps)$", description="Language of the places' labels.")]

router = APIRouter(prefix="/api/v1", tags=["map"], responses=ANSWERS)


@router.get("/geometry", responses={200: {"model": described.Geometry}})
def geometry(asked: Asking, labels: Language = "en") -> Response:
    """The drawing that no clock changes: cells, areas, outline, roads, and a symbol for every place that a map could show."""
    edition = asked.statuses()
    known = (
        "geometry",
        labels,
        tuple(r.unit_id for r in edition.statuses if r.support != "unknown"),
        tuple(a.area_id for a in edition.areas),
    )
    drawn = asked.shelf.kept(asked.inquiry, known, lambda: stage(edition, labels))
    return json_answer(asked, digest([asked.inquiry.theatre.digest, drawn]), lambda: {"theatre": edition.theatre.id, **drawn})


@router.get("/day", responses={200: {"model": described.DayRows}})
def day(asked: Asking) -> Response:
    """One day of the whole theatre, compact: a row for each unit with evidence; all others are unknown."""
    edition = asked.statuses()
    return json_answer(asked, edition.digest, lambda: day_answer(edition))


@router.get("/timeline", responses={200: {"model": described.Looks}})
def timeline(
    asked: Asking,
    start: Annotated[str | None, Query(alias="from", max_length=32, description="The first day (default: the theatre's).")] = None,
    to: Annotated[str | None, Query(max_length=32, description="The last day (default: the day asked about).")] = None,
) -> Response:
    """What every unit is drawn as on every day, as runs: one answer for all steps of the clock."""
    last = parse_day(to, "to") if to else asked.question.as_of
    earliest = max(asked.inquiry.theatre.since, last - timedelta(days=MOST_DAYS - 1))
    first = parse_day(start, "from") if start else min(last, earliest)
    if first > last or (last - first).days >= MOST_DAYS:
        raise UsageError("from", f"{first} to {last}: expected 1 to {MOST_DAYS} days")
    if thawed := asked.thawed:
        head = {"as_of": last}
        return json_answer(asked, thawed.whole.digest, lambda: document(thawed.whole, **head, **thawed.looks(first, last, asked.question)))
    found = asked.timeline(first, last)
    return json_answer(asked, found.digest, lambda: {**timeline_head(found), **timeline_record(found)})


@router.get("/compare", responses={200: {"model": described.Differences}})
def compare(asked: Asking, other: Day = None, other_known_by: Time = None) -> Response:
    """Units that are told otherwise on `other` (default: a week before), or as known by `other_known_by`: only what differs."""
    theirs = asked.on(parse_day(other, "other") if other else asked.week_before())
    if other_known_by:
        clock = parse_instant(other_known_by, "other_known_by", asked.inquiry.theatre.zone)
        theirs = replace(theirs, question=replace(theirs.question, known_by=clock))
    here, there = asked.statuses(), theirs.statuses()
    head = {"as_of": there.as_of, "known_by": there.known_by, "edition": there.digest}
    return json_answer(asked, digest([here.digest, there.digest]), lambda: document(here, other=head, items=differences(there, here)))
