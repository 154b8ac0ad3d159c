"""Live: a line to every open page whenever the ledger grew (server-sent events, HTML standard, 9.2)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from heldby.web.refusals import ANSWERS, only_known
from heldby.web.shelf import Shelf

LOOK, ALIVE = 0.5, 15.0  # seconds between two looks, and between two signs of life

router = APIRouter(prefix="/api/v1", tags=["live"], responses=ANSWERS)


@router.get("/events", response_class=Response, responses={200: {"content": {"text/event-stream": {}}}})
async def events(request: Request) -> Response:
    """`event: head` with revision and head, at once and whenever the ledger grew; under a publish delay so much later."""
    only_known(request, ())
    headers = {"cache-control": "no-store", "content-encoding": "identity"}
    return StreamingResponse(heads(request.app.state.shelf), headers=headers, media_type="text/event-stream")


async def heads(shelf: Shelf, look: float = LOOK, alive: float = ALIVE) -> AsyncIterator[str]:
    """The events, until nobody listens."""
    told, begun, quiet = "", False, 0.0
    while True:
        revision, head = shelf.standing.told
        if head != told or not begun:
            yield f"event: head\ndata: {json.dumps({'revision': revision, 'head': head})}\n\n"
            told, begun = head, True
        quiet += look
        if quiet >= alive:
            yield ": alive\n\n"
            quiet = 0.0
        await asyncio.sleep(look)
