"""The app put together.

request -> Guard (names, GET alone, headers) -> gzip -> routes -> asking (clocks, filters) -> Shelf -> Edition -> answer (ETag, 304)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from heldby.web.refusals import answer_errors
from heldby.web.routes_api import router as api
from heldby.web.routes_features import router as features
from heldby.web.routes_feeds import router as feeds
from heldby.web.routes_map import router as maps
from heldby.web.routes_pages import router as pages
from heldby.web.security import NAMES, Guard

if TYPE_CHECKING:
    from heldby.web.shelf import Shelf


def create_app(shelf: Shelf, names: tuple[str, ...] = NAMES) -> ASGIApp:
    """The app over one shelf, answering to these names alone."""
    return Guard(GZipMiddleware(routed(shelf), minimum_size=1000, compresslevel=5), names)


def routed(shelf: Shelf) -> FastAPI:
    """Routes and their OpenAPI description, without what stands around them."""
    theatre = shelf.inquiry().desk.theatre
    app = FastAPI(
        title=f"heldby: {theatre.name}",
        version=shelf.inquiry().desk.code_version,
        description=(
            "Who holds it, since when, and according to whom. Every answer names both clocks and the edition it is taken from; errors are "
            '`{"error": {"subject", "cause", "place"}}`.'
        ),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.shelf = shelf
    for router in (api, maps, feeds, features, pages):
        app.include_router(router)
    answer_errors(app)
    return app
