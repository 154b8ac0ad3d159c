"""The OGC API - Features routes under /ogc/."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from heldby.model.ident import digest
from heldby.model.when import utc_text
from heldby.publish.exports import records, select
from heldby.publish.exports.geojson import feature, head
from heldby.publish.plain import json_text
from heldby.web.asking import Asked, Asking, Choosing, Cursor, answer, following, json_answer, leaf
from heldby.web.features import (
    CONFORMS,
    GEOJSON,
    JSON,
    collection,
    ident,
    landing,
    link,
    narrowed,
    parse_bbox,
    parse_datetime,
    within,
)
from heldby.web.refusals import ANSWERS, not_shown

MOST = 10_000
router = APIRouter(prefix="/ogc", tags=["OGC API - Features"], responses=ANSWERS)


def base(asked: Asked) -> str:
    return f"{asked.request.base_url}ogc/"


def standing(asked: Asked) -> str:
    """What does not change with the clocks."""
    return digest([*asked.inquiry.told, asked.inquiry.theatre.digest])


@router.get("/")
def landing_page(asked: Asking) -> Response:
    """Where it begins: links to the description, conformance and collections."""
    return json_answer(asked, standing(asked), lambda: landing(asked.inquiry.theatre, base(asked)))


@router.get("/conformance")
def conformance(asked: Asking) -> Response:
    return json_answer(asked, standing(asked), lambda: {"conformsTo": CONFORMS})


@router.get("/collections")
def collections(asked: Asking) -> Response:
    here = f"{base(asked)}collections"
    found = {
        "links": [link(here, "self", JSON, "this document")],
        "collections": [collection(asked.inquiry.theatre, base(asked))],
    }
    return json_answer(asked, standing(asked), lambda: found)


@router.get("/collections/statuses")
def statuses(asked: Asking) -> Response:
    return json_answer(asked, standing(asked), lambda: collection(asked.inquiry.theatre, base(asked)))


@router.get("/collections/statuses/items", response_class=Response, responses={200: {"content": {GEOJSON: {}}}})
def items(
    asked: Asking,
    chosen: Choosing,
    bbox: Annotated[str | None, Query(max_length=200, description="west,south,east,north in degrees (WGS 84)")] = None,
    when: Annotated[str | None, Query(alias="datetime", max_length=80, description="The day asked about; of an interval, its end.")] = None,
    limit: Annotated[int, Query(ge=1, description=f"How many at most; {MOST} are given at once.")] = 100,
    cursor: Cursor = "",
) -> Response:
    """Statuses as GeoJSON features."""
    box = parse_bbox(bbox) if bbox is not None else None
    day = parse_datetime(when) if when is not None else None
    asked = asked.on(day) if day else asked
    edition = asked.statuses()
    selection = select(edition, chosen)
    found = within(selection.subjects, box)
    page = leaf(found, ident, min(limit, MOST), cursor)

    def make() -> str:
        shown = narrowed(selection, page.items)
        links = [link(str(asked.request.url), "self", GEOJSON, "this page")]
        after = following(asked, page.cursor)
        if after:
            links.append(link(after, "next", GEOJSON, "the next page"))
        links.append(link(f"{base(asked)}collections/statuses", "collection", JSON, "the collection"))
        return json_text(
            {
                "type": "FeatureCollection",
                "features": [feature(s, r) for s, r in zip(shown.subjects, records(shown), strict=True)],
                "links": links,
                "timeStamp": utc_text(edition.known_by),
                "numberMatched": len(found),
                "numberReturned": len(shown.subjects),
                "heldby": head(selection),
            }
        )

    return answer(asked, edition.digest, make, GEOJSON)


@router.get("/collections/statuses/items/{unit_id}", response_class=Response, responses={200: {"content": {GEOJSON: {}}}})
def item(
    asked: Asking,
    unit_id: Annotated[str, Path(max_length=200)],
    when: Annotated[str | None, Query(alias="datetime", max_length=80)] = None,
) -> Response:
    """One status as a GeoJSON feature."""
    day = parse_datetime(when) if when is not None else None
    asked = asked.on(day) if day else asked
    edition = asked.statuses()
    selection = select(edition)
    found = tuple(s for s in selection.subjects if ident(s) == unit_id)
    if not found:
        raise not_shown(unit_id)

    def make() -> str:
        shown = narrowed(selection, found)
        here = f"{base(asked)}collections/statuses"
        told: dict[str, Any] = {**feature(found[0], records(shown)[0])}
        told["links"] = [link(str(asked.request.url), "self", GEOJSON, "this status"), link(here, "collection", JSON, "the collection")]
        return json_text(told)

    return answer(asked, edition.digest, make, GEOJSON)
