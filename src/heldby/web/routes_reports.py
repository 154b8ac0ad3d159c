"""Reports sent to the server: read, kept and weighed at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from heldby.flow.accepting import Sent, keep_sent
from heldby.flow.thawed import over_ledger
from heldby.ledger import open_ledger
from heldby.publish.plain import json_text
from heldby.publish.records import Record
from heldby.web import described
from heldby.web.acting import author_of, sent_as
from heldby.web.refusals import ANSWERS
from heldby.web.shelf import Shelf

router = APIRouter(prefix="/api/v1", tags=["reports"], responses=ANSWERS)


class Typed(BaseModel):
    """A report as it is sent: its words, who published it and when (ISO 8601; without a zone the outlet's)."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(max_length=500_000)
    outlet: str = Field(default="", max_length=200)
    published: str = Field(default="", max_length=40)
    title: str = Field(default="", max_length=1000)
    url: str = Field(default="", max_length=4000)


class Batch(BaseModel):
    model_config = ConfigDict(extra="forbid")
    reports: Annotated[list[Typed], Field(min_length=1, max_length=100)]


@router.post("/reports", status_code=201, responses={201: {"model": described.Kept}}, openapi_extra=described.body(Batch))
async def write(request: Request) -> Response:
    """Read and keep reports, all of them or none. One met again changes nothing; what cannot be dated or read is kept as a gap and named. Needs a
    member whose role may, or on a machine of one's own the token that `heldby serve` printed."""
    typed = await sent_as(Batch, request)
    told = await run_in_threadpool(_kept, request.app.state.shelf, typed, author_of(request))
    return Response(json_text(told).encode("utf-8", "backslashreplace"), 201, media_type="application/json")


def _kept(shelf: Shelf, typed: Batch, author: str) -> Record:
    desk = over_ledger(shelf.inquiry(), "reports").desk
    sent = [Sent(r.text, r.outlet, r.published, r.title, r.url) for r in typed.reports]
    ledger = open_ledger(desk.settings.ledger)
    try:
        answers = keep_sent(desk, ledger, sent, author)
    finally:
        ledger.close()
    shelf.renew()
    inquiry = shelf.inquiry()
    items = [
        {"report_id": a.report_id, "outcome": a.outcome, "claims": a.claims, "gaps": [{"kind": g.kind, "cause": g.cause} for g in a.gaps]}
        for a in answers
    ]
    return {"items": items, "revision": inquiry.revision, "head": inquiry.head}
