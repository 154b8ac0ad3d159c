"""The page itself: its document at `/` and `/embed`, its files, and the style sheet of the theatre's map."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from heldby.publish.page_sheet import page_sheet
from heldby.web.refusals import NotShown
from heldby.web.shell import NOBODY, POLICY, THIS_MACHINE, Shell

KEPT = "private, max-age=31536000, immutable"  # a file's name has the hash of its content


def shell_routes(shell: Shell) -> APIRouter:
    """Routes of a page that is built."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def page() -> Response:
        return _document(shell, NOBODY)

    @router.get("/embed")
    def embed() -> Response:
        return _document(shell, THIS_MACHINE)

    @router.get("/assets/{name}")
    def asset(name: str) -> Response:
        if name not in shell.assets:
            raise NotShown(f"file {name!r}", "is none of the page's")
        body, media_type = shell.assets[name]
        return Response(body, media_type=media_type, headers={"cache-control": KEPT})

    return router


router = APIRouter(include_in_schema=False)


@router.get("/map.css")
def map_sheet(request: Request) -> Response:
    theatre = request.app.state.shelf.inquiry().theatre
    return Response(page_sheet(theatre), media_type="text/css", headers={"cache-control": "private, max-age=300"})


def _document(shell: Shell, within: str) -> Response:
    headers = {"content-security-policy": POLICY.format(within=within), "cache-control": "private, no-cache"}
    return Response(shell.document, media_type="text/html; charset=utf-8", headers=headers)
