"""The pages, drawn by the server: what changed, places, one place, two days beside each other, published tallies, sources, gaps."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from heldby.clock import parse_day
from heldby.errors import HeldbyError, UsageError
from heldby.flow.inquiry import Wanted
from heldby.flow.units import map_units
from heldby.model.ident import digest
from heldby.publish import Edition
from heldby.publish.exports import select
from heldby.publish.markup import Markup
from heldby.publish.records import row_of
from heldby.web import pages_tables
from heldby.web.answers import neighbours
from heldby.web.asking import Asked, Asking, Choosing, Day, Word, answer
from heldby.web.frame import MARK, Place, style_sheet
from heldby.web.pages_home import draw, home
from heldby.web.pages_tables import SORTS, Listed
from heldby.web.pages_unit import unit_page

HTML = "text/html; charset=utf-8"
WEEKS = 14
COURSE = 400  # days drawn at most
MOST_GAPS = 200

router = APIRouter(include_in_schema=False)


def home_route(path: str) -> APIRouter:
    """What changed, at `path` too: where the page is not built, that is what `/` shows."""
    found = APIRouter(include_in_schema=False)
    found.get(path)(what_changed)
    return found


@router.get("/changes")
def what_changed(asked: Asking, since: Day = None) -> Response:
    first = asked.first(since or None, asked.thawed.first if asked.thawed else asked.week_before())
    edition = _whole(asked, first)
    place = _place(asked, "/changes", since=first.isoformat())

    def make() -> str:
        key = ("inline", edition.digest, place.as_of, place.known_by)
        return home(place, edition, asked.shelf.kept(asked.inquiry, key, lambda: _drawn(place, edition)))

    return answer(asked, edition.digest, make, HTML)


@router.get("/statuses")
def places(asked: Asking, chosen: Choosing, q: Word = "", sort: Word = "", start: Annotated[str, Query(max_length=8)] = "") -> Response:
    if sort and sort not in SORTS:
        raise UsageError(f"sort {sort!r}", f"unknown; known: {', '.join(SORTS)}")
    if start and not (start.isascii() and start.isdigit()):
        raise UsageError("start", f"expected a whole number, not {start!r}")
    listed = Listed(chosen, q, sort or "area", int(start or 0))
    edition = asked.statuses()
    selection = select(edition, chosen)
    words = {"kind": chosen.kinds, "holder": chosen.holders, "support": chosen.supports}
    rest = {name: given[0] for name, given in words.items() if given}
    place = _place(asked, "/statuses", q=q, sort=sort, within=chosen.within, **rest)
    return answer(asked, edition.digest, lambda: pages_tables.places(place, edition, selection, listed), HTML)


@router.get("/units/{unit_id}")
def unit(asked: Asking, unit_id: str) -> Response:
    edition = asked.unit(unit_id)
    last = asked.question.as_of
    first = max(asked.inquiry.theatre.since, last - timedelta(days=COURSE - 1))
    days = tuple(first + timedelta(days=n) for n in range((last - first).days + 1)) or (last,)
    records = asked.edition(Wanted(records=True))
    place = _place(asked, f"/units/{unit_id}")

    def make() -> str:
        course = asked.inquiry.course(unit_id, days, asked.question)
        return unit_page(place, edition, row_of(edition, unit_id), course, neighbours(asked.inquiry, unit_id), records.records)

    return answer(asked, digest([edition.digest, records.digest]), make, HTML)


@router.get("/compare")
def compare(asked: Asking, other: Day = None) -> Response:
    day = parse_day(other, "other") if other else asked.week_before()
    here, there = asked.statuses(), asked.on(day).statuses()
    place = _place(asked, "/compare", other=day.isoformat())
    return answer(asked, digest([here.digest, there.digest]), lambda: pages_tables.compare(place, here, there), HTML)


@router.get("/published")
def published(asked: Asking) -> Response:
    edition = asked.edition(Wanted(published=True))
    return answer(asked, edition.digest, lambda: pages_tables.published(_place(asked, "/published"), edition), HTML)


@router.get("/sources")
def sources(asked: Asking) -> Response:
    edition = asked.edition(Wanted(records=True))
    return answer(asked, edition.digest, lambda: pages_tables.sources(_place(asked, "/sources"), edition), HTML)


@router.get("/gaps")
def gaps(asked: Asking) -> Response:
    edition = asked.edition(Wanted(gaps=True))
    return answer(asked, edition.digest, lambda: pages_tables.gaps(_place(asked, "/gaps"), edition, MOST_GAPS), HTML)


@router.get("/style.css")
def sheet(request: Request) -> Response:
    return Response(style_sheet(), media_type="text/css", headers={"cache-control": "private, max-age=300"})


@router.get("/icon.svg")
def icon() -> Response:
    return Response(MARK, media_type="image/svg+xml", headers={"cache-control": "private, max-age=86400"})


def _place(asked: Asked, path: str, **rest: str) -> Place:
    return Place(path, asked.question.as_of, asked.request.query_params.get("known_by", ""), {k: v for k, v in rest.items() if v})


def _whole(asked: Asked, since: date) -> Edition:
    """Statuses of all that a map shows, weekly tallies, and what changed."""
    if asked.thawed:
        return asked.full(None, since)
    evident = asked.inquiry.units_with_evidence(asked.question)
    last = asked.question.as_of
    start = max(asked.inquiry.theatre.since, last - timedelta(weeks=WEEKS))
    days = tuple(last - timedelta(weeks=n) for n in range((last - start).days // 7 if start <= last else 0, -1, -1))
    wanted = Wanted(
        unit_ids=map_units(asked.inquiry.theatre, asked.roster, evident),
        roster=asked.roster,
        tally_days=days if asked.roster else (),
        since=since,
        change_units=evident,
    )
    return asked.edition(wanted)


def _drawn(place: Place, edition: Edition) -> Markup | None:
    try:
        return draw(place, edition)
    except HeldbyError:
        return None  # the extra `map` is not installed: the page says so
