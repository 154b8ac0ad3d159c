"""The JSON API: who holds what, why, what changed, how many, and what if."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from heldby.clock import parse_day
from heldby.errors import UsageError
from heldby.flow.inquiry import Wanted
from heldby.flow.publishing import lapse_days
from heldby.flow.units import roster_named
from heldby.flow.whatif import LeftOut, turns, without
from heldby.model.ident import digest
from heldby.publish import MapOptions, map_png, map_svg, timelapse_gif
from heldby.publish.change_dates import perhaps_before, perhaps_later
from heldby.publish.exports import FORMATS, select
from heldby.publish.records import Record, document, row_of
from heldby.web import described
from heldby.web.answers import (
    change_items,
    class_names,
    series_answer,
    status_item,
    tallies_answer,
    theatre_answer,
    turns_answer,
    unit_answer,
)
from heldby.web.asking import MOST_DAYS, Asking, Choosing, Cursor, Day, Limit, Word, Words, answer, following, json_answer, leaf
from heldby.web.refusals import ANSWERS, NotShown
from heldby.web.routes_archive import with_copies

MOST_TALLIES = 400
UnitId = Annotated[str, Path(max_length=200, description="A unit's id, as statuses give it.")]
Palette = Annotated[str, Query(max_length=40, description="Colours: default, lwj or isw.")]

router = APIRouter(prefix="/api/v1", tags=["api"], responses=ANSWERS)


@router.get("/theatre")
def theatre(asked: Asking) -> Response:
    """The theatre: sides, rosters, palettes, words to filter by, and the ledger's head."""
    inquiry = asked.inquiry
    return json_answer(
        asked, digest([*inquiry.told, inquiry.theatre.digest, asked.question.known_by.isoformat()]), lambda: theatre_answer(asked)
    )


@router.get("/statuses", responses={200: {"model": described.Statuses}})
def statuses(asked: Asking, chosen: Choosing, q: Word = "", limit: Limit = 500, cursor: Cursor = "") -> Response:
    """Who holds what at the end of a day as known at a time, without the evidence; `q` looks in the names of what is shown."""
    edition = asked.statuses()

    def make() -> Record:
        selection = select(edition, chosen)
        rows = [s.row for s in selection.subjects if s.row and q.casefold() in s.row.name.casefold()]
        areas = [s.area for s in selection.subjects if s.area and q.casefold() in s.area.name.casefold()]
        page = leaf(rows, lambda row: row.unit_id, limit, cursor)
        items = [status_item(row) for row in page.items]
        return document(edition, total=len(rows), items=items, areas=areas, filter=chosen.words(), next=following(asked, page.cursor))

    return json_answer(asked, edition.digest, make)


@router.get("/units/{unit_id}", responses={200: {"model": described.Unit}})
def unit(asked: Asking, unit_id: UnitId) -> Response:
    """One unit: its status with every voice, spells and changes, and the units linked to it."""
    edition, records = asked.unit(unit_id), asked.records()
    told = unit_answer(edition, asked.inquiry, row_of(edition, unit_id), records.records)
    with_copies(asked, unit_id, told["status"])
    return json_answer(asked, digest([edition.digest, records.digest]), lambda: told)


@router.get("/units/{unit_id}/series", responses={200: {"model": described.Series}})
def series(
    asked: Asking,
    unit_id: UnitId,
    start: Annotated[str | None, Query(alias="from", max_length=32, description="The first day (default: the theatre's).")] = None,
    to: Annotated[str | None, Query(max_length=32, description="The last day (default: the day asked about).")] = None,
) -> Response:
    """Probability of each state at the end of each day, and the testimonies as ticks."""
    last = parse_day(to, "to") if to else asked.question.as_of
    first = parse_day(start, "from") if start else max(asked.inquiry.theatre.since, last - timedelta(days=MOST_DAYS - 1))
    days = _days(first, last)
    edition = asked.on(last).unit(unit_id)
    course = asked.inquiry.course(unit_id, days, asked.question)
    return json_answer(asked, edition.digest, lambda: series_answer(edition, row_of(edition, unit_id), course))


@router.get("/units/{unit_id}/spells", responses={200: {"model": described.Spells}})
def spells(asked: Asking, unit_id: UnitId) -> Response:
    """Who held a unit from when to when, however shortly."""
    edition = asked.unit(unit_id)
    own = [s for s in edition.spells if s.unit_id == unit_id]
    return json_answer(asked, edition.digest, lambda: document(edition, unit_id=unit_id, spells=own))


@router.get("/changes", responses={200: {"model": described.Changes}})
def changes(asked: Asking, since: Day = None) -> Response:
    """Units that passed from one state to another since a day (default: a week), captures and recaptures alike."""
    first = asked.first(since, asked.week_before())
    edition = asked.changes(first)
    changed = asked.changed(edition, first)
    head = {
        "as_of": asked.question.as_of,
        "since": first,
        "perhaps_before": perhaps_before(changed, first),
        "perhaps_later": perhaps_later(changed, asked.question.as_of),
    }
    return json_answer(asked, edition.digest, lambda: document(edition, **head, items=change_items(edition, changed)))


@router.get("/tallies", responses={200: {"model": described.Tallies}})
def tallies(
    asked: Asking,
    days: Annotated[str, Query(max_length=6000, description="Days, YYYY-MM-DD, between commas; else see `since`.")] = "",
    since: Day = None,
    every: Annotated[int, Query(ge=1, le=366, description="Days between two tallies, where `since` is given.")] = 7,
    roster: Annotated[str | None, Query(max_length=100, description="The closed list to count over (default: the theatre's).")] = None,
) -> Response:
    """How many units of a roster each side holds, with intervals; counts and unknown sum to the roster."""
    last = asked.question.as_of
    if days:
        wanted = tuple(sorted({parse_day(d.strip(), "days") for d in days.split(",")}))
    else:
        first = asked.first(since, last)
        wanted = tuple(last - timedelta(days=every * n) for n in range((last - first).days // every, -1, -1))
    if len(wanted) > MOST_TALLIES:
        raise UsageError("days", f"{len(wanted)} tallies are more than one answer holds ({MOST_TALLIES}); ask for fewer")
    counted = roster_named(asked.inquiry.theatre, roster)
    if thawed := asked.thawed:
        kept = thawed.tallies(wanted, asked.question)
        return json_answer(asked, thawed.whole.digest, lambda: tallies_answer(thawed.whole, kept))
    edition = asked.edition(Wanted(roster=counted, tally_days=wanted))
    return json_answer(asked, edition.digest, lambda: tallies_answer(edition, edition.tallies))


@router.get("/published", responses={200: {"model": described.Published}})
def published(asked: Asking) -> Response:
    """Tallies that others published, beside ours over the roster they can belong to."""
    edition = asked.edition(Wanted(published=True))
    return json_answer(asked, edition.digest, lambda: document(edition, items=edition.comparisons))


@router.get("/gaps", responses={200: {"model": described.Gaps}})
def gaps(asked: Asking, kind: Words = None, limit: Limit = 500, cursor: Cursor = "") -> Response:
    """What was met and not guessed: not read, not placed, not dated."""
    edition = asked.edition(Wanted(gaps=True))
    placed = [(f"{i:08d}", g) for i, g in enumerate(edition.gaps) if not kind or g.kind in kind]
    page = leaf(placed, lambda pair: pair[0], limit, cursor)
    items = [g for _, g in page.items]
    return json_answer(asked, edition.digest, lambda: document(edition, total=len(placed), items=items, next=following(asked, page.cursor)))


@router.get("/sources", responses={200: {"model": described.Sources}})
def sources(asked: Asking) -> Response:
    """How every outlet, party and role has done so far, and by which rule that is judged."""
    edition = asked.edition(Wanted(records=True))
    return json_answer(asked, edition.digest, lambda: document(edition, items=edition.records, rule=edition.records_rule))


@router.get("/map.svg", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}})
def picture(asked: Asking, palette: Palette = "default", labels: Annotated[str, Query(pattern="^(en|fa|ps)$")] = "en") -> Response:
    """The map of a day, as SVG."""
    edition = asked.statuses()
    options = MapOptions(palette=palette, labels=labels)

    def make() -> str:
        return asked.shelf.kept(asked.inquiry, ("map", edition.digest, options), lambda: map_svg(edition, options))

    return answer(asked, edition.digest, make, "image/svg+xml")


@router.get("/map.png", response_class=Response, responses={200: {"content": {"image/png": {}}}})
def bitmap(asked: Asking, palette: Palette = "default", labels: Annotated[str, Query(pattern="^(en|fa|ps)$")] = "en") -> Response:
    """The map of a day, as PNG, with title, clocks, legend, sources and the edition's hash in the picture."""
    edition = asked.statuses()
    return answer(asked, edition.digest, lambda: map_png(edition, MapOptions(palette=palette, labels=labels)), "image/png")


@router.get("/timelapse.gif", response_class=Response, responses={200: {"content": {"image/gif": {}}}})
def lapse(
    asked: Asking,
    start: Annotated[
        str | None, Query(alias="from", max_length=32, description="The first day (default: four weeks before the last).")
    ] = None,
    to: Annotated[str | None, Query(max_length=32, description="The last day (default: the day asked about).")] = None,
    every: Annotated[int, Query(ge=1, le=366, description="Days between two pictures.")] = 7,
    palette: Palette = "default",
) -> Response:
    """The map over a period, as an animated GIF, every picture with its day and all that the map of a day tells."""
    last = parse_day(to, "to") if to else asked.question.as_of
    first = parse_day(start, "from") if start else last - timedelta(weeks=4)
    editions = [asked.on(day).statuses() for day in lapse_days(first, last, every)]
    return answer(asked, digest([e.digest for e in editions]), lambda: timelapse_gif(editions, palette), "image/gif")


@router.get("/classes", responses={200: {"model": described.Classes}})
def looks(asked: Asking, palette: Palette = "default") -> Response:
    """The classes by which the map draws each unit, so that a map once drawn need only change these."""
    edition = asked.statuses()
    return json_answer(asked, edition.digest, lambda: document(edition, classes=class_names(edition, palette)))


@router.get("/whatif", responses={200: {"model": described.Turns}})
def whatif(
    asked: Asking,
    drop_outlet: Words = None,
    drop_side: Words = None,
    min_reliability: Annotated[
        str, Query(max_length=1, description="The worst Admiralty letter kept, A to E; F is no letter and is kept.")
    ] = "",
) -> Response:
    """Which units would be told otherwise without an outlet, a side's voices, or what falls short of a reliability."""
    left_out = LeftOut(tuple(drop_outlet or ()), tuple(drop_side or ()), min_reliability)
    if left_out == LeftOut():
        raise UsageError("whatif", "say what to leave out: drop_outlet, drop_side or min_reliability")
    inquiry, before = asked.ledger("whatif"), asked.statuses()
    units = tuple(row.unit_id for row in before.statuses)
    rest = asked.shelf.kept(asked.inquiry, ("without", left_out, asked.question), lambda: without(inquiry, left_out, asked.question))
    wanted = Wanted(unit_ids=units)
    after = asked.shelf.kept(asked.inquiry, (left_out, asked.question, wanted), lambda: rest.edition(asked.question, wanted))
    return json_answer(asked, digest([before.digest, after.digest]), lambda: turns_answer(before, after, turns(before, after)))


@router.get("/export/{name}", response_class=Response, responses={200: {"content": {f.media_type: {} for f in FORMATS.values()}}})
def export(
    asked: Asking,
    chosen: Choosing,
    name: Annotated[str, Path(max_length=40, description=", ".join(FORMATS))],
    since: Day = None,
    roster: Annotated[str | None, Query(max_length=100)] = None,
) -> Response:
    """Statuses and changes for other tools, as `heldby export` writes them."""
    if name not in FORMATS:
        raise NotShown(f"format {name!r}", f"unknown; known: {', '.join(FORMATS)}")
    made = FORMATS[name]
    edition = asked.full(roster, asked.first(since, asked.inquiry.theatre.since))
    selection = select(edition, chosen)
    found = answer(asked, edition.digest, lambda: made.write(selection), made.media_type)
    file = f"heldby-{edition.theatre.id}-{edition.as_of}{made.ending}"
    found.headers["content-disposition"] = f'attachment; filename="{file}"'
    return found


def _days(first: date, last: date) -> tuple[date, ...]:
    """Every day from `first` to `last`. Raises UsageError where they are none, or more than one answer holds."""
    if first > last:
        raise UsageError("from", f"{first} lies after {last}")
    if (last - first).days >= MOST_DAYS:
        raise UsageError("from", f"{first} to {last} are more days than one answer holds ({MOST_DAYS})")
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
