"""What a request asks: both clocks, filters and pages as typed in its address, and the answer's digest by which a browser need not load it again."""

from __future__ import annotations

import base64
import binascii
import gzip
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.dependencies.models import Dependant
from starlette.responses import Response

from heldby.clock import parse_day, parse_instant
from heldby.errors import UsageError
from heldby.flow.inquiry import Inquires, Inquiry, Question, Wanted
from heldby.flow.publishing import full_edition
from heldby.flow.thawed import FrozenInquiry, NotKept, over_ledger
from heldby.flow.units import map_units, roster_named
from heldby.model.ident import digest
from heldby.model.place import Roster
from heldby.publish import Edition, Timeline
from heldby.publish.edition import ChangeRow
from heldby.publish.exports import Filter
from heldby.publish.plain import json_text
from heldby.web.ready import FROM_STATE
from heldby.web.refusals import not_shown, only_known
from heldby.web.shelf import Shelf

Day = Annotated[str | None, Query(max_length=32, description="A day, YYYY-MM-DD: its end in the theatre's civil time.")]
Time = Annotated[
    str | None, Query(max_length=40, description="A day (its end) or YYYY-MM-DDTHH:MM, theatre's time: only what was known by then.")
]
Words = Annotated[list[str] | None, Query(max_length=20, description="May be given again: any of these.")]
Word = Annotated[str, Query(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=5000, description="How many at most.")]
Cursor = Annotated[str, Query(max_length=400, description="Where to go on: as `next` of the answer before gave it.")]


MOST_DAYS = 9000  # that one answer tells: nearly 25 years
PACKED_FROM = 1000  # bytes from which an answer is sent packed


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: the inquiry it is answered from, and its clocks. `fixed` where both clocks were given."""

    request: Request
    shelf: Shelf
    inquiry: Inquires
    question: Question

    @property
    def thawed(self) -> FrozenInquiry | None:
        """The frozen edition that answers, where no ledger does."""
        return self.inquiry if isinstance(self.inquiry, FrozenInquiry) else None

    def ledger(self, what: str) -> Inquiry:
        """The ledger's inquiry. Raises NotKept where a frozen edition is served, which cannot answer `what`."""
        return over_ledger(self.inquiry, what)

    @property
    def roster(self) -> Roster | None:
        """The theatre's default roster, if it has one."""
        theatre = self.inquiry.theatre
        return roster_named(theatre, None) if theatre.rosters else None

    def on(self, day: date) -> Asked:
        """The same, of another day."""
        return replace(self, question=replace(self.question, as_of=day))

    def edition(self, wanted: Wanted) -> Edition:
        return self.shelf.edition(self.inquiry, self.question, wanted)

    def evident(self) -> tuple[str, ...]:
        """Units with evidence."""
        known = replace(self.question, as_of=date.max)
        return self.shelf.kept(self.inquiry, ("evident", known), lambda: self.inquiry.units_with_evidence(known))

    def shown(self) -> tuple[str, ...]:
        """Units that a map shows."""
        evident = self.evident()

        def make() -> tuple[str, ...]:
            return map_units(self.inquiry.theatre, self.roster, evident)

        return self.shelf.kept(self.inquiry, ("shown", evident), make)

    def statuses(self) -> Edition:
        """All units a map shows, without their evidence, and the day's tally."""

        def make() -> Edition:
            days = (self.question.as_of,) if self.roster else ()
            return self.inquiry.edition(self.question, Wanted(unit_ids=self.shown(), roster=self.roster, tally_days=days))

        return self.shelf.kept(self.inquiry, ("statuses", self.question), make)

    def timeline(self, first: date, last: date) -> Timeline:
        """All units with evidence on each day from `first` to `last`."""
        days = tuple(first + timedelta(days=n) for n in range((last - first).days + 1))
        question = replace(self.question, as_of=last)

        inquiry = self.ledger("timeline")

        def make() -> Timeline:
            return inquiry.timeline(self.evident(), days, question)

        return self.shelf.kept(self.inquiry, ("timeline", days, question), make)

    def unit(self, unit_id: str) -> Edition:
        """One unit with its evidence, spells and changes. Raises NotShown, in the same words, for one unknown and for one not shown alone."""
        self.may_show(unit_id)
        return self.edition(Wanted((unit_id,), reasons=True, since=self.inquiry.theatre.since, spells=True, paragraphs=True, archived=True))

    def records(self) -> Edition:
        """The sources' records by all that the second clock knows, whatever the day asked about: made once for all steps of the first."""
        return self.on(self.shelf.question(self.inquiry).as_of).edition(Wanted(records=True))

    def may_show(self, unit_id: str) -> None:
        theatre = self.inquiry.theatre
        if theatre.unit(unit_id) is None or not self.inquiry.shown_alone(unit_id):
            raise not_shown(unit_id)

    def changes(self, since: date) -> Edition:
        """Changes from `since` on, with the statuses of the units that have evidence; a frozen edition whole (see `changed`)."""
        if thawed := self.thawed:
            return thawed.whole
        return self.edition(Wanted(self.evident(), since=since))

    def changed(self, edition: Edition, since: date) -> tuple[ChangeRow, ...]:
        """Of an edition from `changes`, those that may have come to pass from `since` to the day asked about."""
        return self.thawed.changes(since, self.question) if self.thawed else edition.changes

    def evidence(self) -> Edition:
        """All units with evidence, each with its own."""
        return self.edition(Wanted(self.evident(), reasons=True))

    def full(self, roster: str | None, since: date) -> Edition:
        if thawed := self.thawed:
            wanted = roster_named(thawed.whole.theatre, roster) if roster else None
            if since != thawed.first:
                raise NotKept("since", f"exports of this frozen edition tell all changes since {thawed.first}")
            return thawed.edition(self.question, Wanted(roster=wanted))
        inquiry = self.ledger("export")

        def make() -> Edition:
            return full_edition(inquiry, self.question, roster=roster, since=since)

        return self.shelf.kept(self.inquiry, ("full", self.question, roster, since), make)

    def first(self, since: str | None, otherwise: date) -> date:
        """`since` as typed. Raises UsageError where it lies after the day asked about."""
        first = parse_day(since, "since") if since else max(otherwise, self.thawed.first) if self.thawed else otherwise
        if first > self.question.as_of:
            raise UsageError("since", f"{first} lies after the day asked about, {self.question.as_of}")
        return first

    def week_before(self) -> date:
        return self.question.as_of - timedelta(days=7)


def ask(request: Request, as_of: Day = None, known_by: Time = None) -> Asked:
    """Both clocks as typed; without them the theatre's last day or today, as known now. Raises UsageError naming what is wrong."""
    only_known(request, _parameters(request.scope["route"].dependant))
    shelf: Shelf = request.app.state.shelf
    inquiry = request.scope.get(FROM_STATE) or shelf.inquiry()
    question = shelf.question(inquiry)
    if as_of:
        question = replace(question, as_of=parse_day(as_of, "as_of"))
    if known_by:
        question = replace(question, known_by=parse_instant(known_by, "known_by", inquiry.theatre.zone))
    return Asked(request, shelf, inquiry, question)


def _parameters(dependant: Dependant) -> Iterator[str]:
    """Names of the query parameters that a route or anything it depends on takes."""
    yield from (field.alias for field in dependant.query_params)
    for part in dependant.dependencies:
        yield from _parameters(part)


def chosen(
    kind: Annotated[list[str] | None, Query(max_length=20, description="Kinds of units, any of these.")] = None,
    holder: Annotated[list[str] | None, Query(max_length=20, description="Sides by id, `contested`, `unknown`: any of these.")] = None,
    support: Annotated[list[str] | None, Query(max_length=20, description="What a status rests on: any of these words.")] = None,
    within: Annotated[str, Query(max_length=200, description="The id of an area: only units inside it.")] = "",
) -> Filter:
    """The filter of statuses as typed. An empty word, as a form sends it, asks for nothing."""
    kinds, holders, supports = (tuple(w for w in words or () if w) for words in (kind, holder, support))
    return Filter(kinds, holders, supports, within)


Asking = Annotated[Asked, Depends(ask)]
Choosing = Annotated[Filter, Depends(chosen)]


def answer(
    asked: Asked, edition_digest: str, make: Callable[[], str | bytes], media_type: str = "application/json", *, personal: bool = False
) -> Response:
    """What `make` gives, or 304 where the asker has it already. An answer is known by its edition, its address and the code that wrote it;
    one that is `personal` also depends on who asks."""
    request = asked.request
    known_as = (edition_digest, str(request.base_url), request.url.path, request.url.query, asked.inquiry.code_version)
    tag = f'W/"{digest(list(known_as))[:32]}"'  # weak: packed or not, it says the same
    headers = {
        "etag": tag,
        "cache-control": "private, no-cache",
        "vary": "Accept-Encoding, Authorization, Cookie" if personal else "Accept-Encoding",
    }
    had = request.headers.get("if-none-match", "")
    if had.strip() == "*" or tag in (t.strip() for t in had.split(",")):
        return Response(status_code=304, headers=headers)

    made = make()
    whole = made if isinstance(made, bytes) else made.encode("utf-8", "backslashreplace")
    if len(whole) >= PACKED_FROM and _packs(request) and not media_type.startswith("image/gif"):
        headers["content-encoding"] = "gzip"
        whole = gzip.compress(whole, 5, mtime=0)
    return Response(whole, headers=headers, media_type=media_type)


def _packs(request: Request) -> bool:
    """Whether the asker takes gzip (RFC 9110, 12.5.3: a weight of nought refuses)."""
    for part in request.headers.get("accept-encoding", "").split(","):
        name, *rest = (p.strip().casefold().replace(" ", "") for p in part.split(";"))
        if name in ("gzip", "x-gzip"):
            return "q=0" not in rest and "q=0.0" not in rest
    return False


def json_answer(asked: Asked, edition_digest: str, make: Callable[[], Any], *, personal: bool = False) -> Response:
    return answer(asked, edition_digest, lambda: json_text(make()), personal=personal)


@dataclass(frozen=True, slots=True)
class Leaf:
    """Some of many: `items` in order, and the cursor of what follows ("" at the end)."""

    items: tuple[Any, ...]
    cursor: str


def leaf(items: Iterable[Any], key: Callable[[Any], str], limit: int, cursor: str) -> Leaf:
    """The next `limit` items behind `cursor`, in order of `key`, which tells each from all others: it stays right while items come and go.

    Raises UsageError on a cursor that is none.
    """
    behind = _read_cursor(cursor) if cursor else None
    rest = sorted((i for i in items if behind is None or key(i) > behind), key=key)
    shown = tuple(rest[:limit])
    return Leaf(shown, _write_cursor(key(shown[-1])) if len(rest) > limit else "")


def following(asked: Asked, cursor: str) -> str | None:
    """The address of what follows, with both clocks, so that they cannot move on in between."""
    if not cursor:
        return None
    fixed = {"as_of": asked.question.as_of.isoformat(), "known_by": asked.question.known_by.isoformat(), "cursor": cursor}
    return str(asked.request.url.include_query_params(**fixed))


def _write_cursor(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode("utf-8", "surrogatepass")).decode().rstrip("=")


def _read_cursor(cursor: str) -> str:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return raw.decode("utf-8", "surrogatepass")
    except (binascii.Error, ValueError):
        raise UsageError("cursor", "is none that this server gave") from None
