"""The app put together.

request -> Guard, or Gatehouse for a team (names, who may ask what, headers)
        -> Ready (answered before?) -> gzip -> routes -> asking (clocks, filters) -> Shelf -> Edition -> answer (ETag, 304)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from heldby.web.gatehouse import Door, Gatehouse
from heldby.web.ready import Ready
from heldby.web.refusals import answer_errors
from heldby.web.routes_api import router as api
from heldby.web.routes_archive import router as archive
from heldby.web.routes_features import router as features
from heldby.web.routes_feeds import router as feeds
from heldby.web.routes_live import router as live
from heldby.web.routes_map import router as maps
from heldby.web.routes_pages import home_route
from heldby.web.routes_pages import router as pages
from heldby.web.routes_reports import router as reports
from heldby.web.routes_review import router as review
from heldby.web.routes_shell import router as sheets
from heldby.web.routes_shell import shell_routes
from heldby.web.routes_team import router as team
from heldby.web.routes_team import signing
from heldby.web.security import NAMES, Guard

if TYPE_CHECKING:
    from heldby.web.shelf import Shelf
    from heldby.web.shell import Shell


def create_app(shelf: Shelf, names: tuple[str, ...] = NAMES, page: Shell | None = None, token: str = "") -> ASGIApp:
    """The app over one shelf, answering to these names alone; with the page where it is built, else with pages drawn by the server alone.

    Decisions are taken from whoever has the `token` ("": from nobody).
    """
    app = routed(shelf, page)
    app.state.writes = bool(token)
    return Guard(Ready(GZipMiddleware(app, minimum_size=1000, compresslevel=5), shelf), names, token)


def create_team_app(shelf: Shelf, door: Door, page: Shell | None = None) -> ASGIApp:
    """The app over one shelf for the members of a team, each by his role; over a frozen edition all of them read, and none writes."""
    app = routed(shelf, page, shared=True)
    app.state.writes = shelf.inquiry().frozen is None
    return Gatehouse(Ready(GZipMiddleware(app, minimum_size=1000, compresslevel=5), shelf), door)


def routed(shelf: Shelf, page: Shell | None = None, *, shared: bool = False) -> FastAPI:
    """Routes and their OpenAPI description, without what stands around them. `shared`: with the way in and what a team has besides."""
    theatre = shelf.inquiry().theatre
    app = FastAPI(
        title=f"heldby: {theatre.name}",
        version=shelf.inquiry().code_version,
        description=(
            "Who holds it, since when, and according to whom. Every answer names both clocks and the edition it is taken from; errors are "
            '`{"error": {"subject", "cause", "place"}}`.'
        ),
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.shelf = shelf
    app.state.writes = False
    for router in (
        shell_routes(page) if page else home_route("/"),
        api,
        maps,
        archive,
        live,
        review,
        reports,
        feeds,
        features,
        pages,
        sheets,
    ):
        app.include_router(router)
    for router in (signing, team) if shared else ():
        app.include_router(router)
    answer_errors(app)
    return app
