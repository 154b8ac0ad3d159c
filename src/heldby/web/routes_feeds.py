"""Feeds of changes: by unit, by holder, or by whatever filter is saved as an address."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Query
from starlette.responses import Response

from heldby.publish import Edition
from heldby.publish.edition import ChangeRow
from heldby.publish.exports import Filter
from heldby.publish.feeds import Addresses, Followed, atom, followed, json_feed
from heldby.web.asking import Asked, Asking, Choosing, Day, answer
from heldby.web.refusals import ANSWERS

WINDOW = timedelta(days=60)
Unit = Annotated[list[str] | None, Query(max_length=50, description="Units by id: any of these.")]

router = APIRouter(prefix="/api/v1/feeds", tags=["feeds"], responses=ANSWERS)


@router.get("/changes.atom", response_class=Response, responses={200: {"content": {"application/atom+xml": {}}}})
def atom_feed(asked: Asking, chosen: Choosing, unit: Unit = None, since: Day = None) -> Response:
    """Changes of the last 60 days (or since a day) as Atom 1.0."""
    edition, told, at = _told(asked, _followed(unit, chosen), since)
    return answer(asked, edition.digest, lambda: atom(edition, told, at), "application/atom+xml; charset=utf-8")


@router.get("/changes.json", response_class=Response, responses={200: {"content": {"application/feed+json": {}}}})
def json_changes(asked: Asking, chosen: Choosing, unit: Unit = None, since: Day = None) -> Response:
    """The same as JSON Feed 1.1."""
    edition, told, at = _told(asked, _followed(unit, chosen), since)
    return answer(asked, edition.digest, lambda: json_feed(edition, told, at), "application/feed+json")


def _followed(units: list[str] | None, chosen: Filter) -> Followed:
    return Followed(tuple(units or ()), chosen.holders, chosen.kinds, chosen.supports, chosen.within)


def _told(asked: Asked, chosen: Followed, since: str | None) -> tuple[Edition, tuple[ChangeRow, ...], Addresses]:
    first = asked.first(since, asked.question.as_of - WINDOW)
    edition = asked.changes(first)
    root = str(asked.request.base_url)
    at = Addresses(str(asked.request.url), root, lambda unit_id: f"{root}units/{quote(unit_id, safe=':')}")
    return edition, followed(edition, chosen, asked.changed(edition, first)), at
