"""Errors as they are answered: JSON for the API, a page for readers, and never more than heldby itself says of the cause."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from heldby.errors import HeldbyError, LedgerError, ReleaseError, UsageError
from heldby.flow.thawed import NotKept
from heldby.publish.plain import json_text
from heldby.web.frame import refusal_page

MACHINES = ("/api/", "/ogc", "/openapi.json")


class Cause(BaseModel):
    """What is wrong: of what, why, and where in it."""

    subject: str
    cause: str
    place: str


class Refusal(BaseModel):
    """Every error of the API."""

    error: Cause


ANSWERS: dict[int | str, dict[str, Any]] = {
    304: {"description": "The asker has it already (If-None-Match)."},
    "4XX": {"model": Refusal, "description": "The request is off, or what it asks for is not shown."},
    "5XX": {"model": Refusal, "description": "An extra is not installed, the ledger cannot be read, or heldby failed."},
}


class NotShown(HeldbyError):
    """What was asked for is not in what may be shown; whether it exists is not said."""


class NotAllowed(HeldbyError):
    """The act is for another role."""


def not_shown(unit_id: str) -> NotShown:
    """The one answer for a unit that nobody knows and for one that the release shows only as part of its province."""
    return NotShown(f"unit {unit_id!r}", "is not in this edition, or is shown only as part of its province")


def answer_errors(app: FastAPI) -> None:
    """Every way in which an answer can fail, by kind."""

    async def explained(request: Request, error: Exception) -> Response:
        assert isinstance(error, HeldbyError)
        return _told(request, _status(error), error.subject, error.cause, error.place)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        place = ".".join(str(p) for p in first.get("loc", ()) if p not in ("query", "path"))
        return _told(request, 400, place or "request", str(first.get("msg", "not as described")), "query")

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _told(request, error.status_code, request.url.path, HTTPStatus(error.status_code).phrase.lower(), "")

    async def unforeseen(request: Request, error: Exception) -> Response:
        logging.getLogger("heldby.web").error("%s failed", request.url.path, exc_info=error)
        return _told(request, 500, request.url.path, "heldby failed; its log says how", "")

    app.add_exception_handler(HeldbyError, explained)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(Exception, unforeseen)


def only_known(request: Request, names: Iterable[str]) -> None:
    """Raises UsageError for a parameter that the route does not have (a misspelt filter would else let everything through)."""
    known = sorted(set(names))
    for name in request.query_params:
        if name not in known:
            raise UsageError(f"parameter {name!r}", f"unknown; known: {', '.join(known) or 'none'}")


def _status(error: HeldbyError) -> int:
    if isinstance(error, NotShown | NotKept):
        return 404
    if isinstance(error, UsageError):
        return 400
    if isinstance(error, ReleaseError | NotAllowed):
        return 403
    return 503 if isinstance(error, LedgerError) else 501  # what is left is an extra that is not installed


def _told(request: Request, status: int, subject: str, cause: str, place: str) -> Response:
    if not request.url.path.startswith(MACHINES):
        return HTMLResponse(refusal_page(status, subject, cause), status)
    body = json_text({"error": {"subject": subject, "cause": cause, "place": place}})
    return Response(body.encode("utf-8", "backslashreplace"), status, media_type="application/json")
