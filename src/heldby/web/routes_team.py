"""The way in and out of a shared server, who one is there, and the journal of what was done."""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from heldby.errors import HeldbyError
from heldby.publish.markup import el
from heldby.publish.page import document
from heldby.publish.plain import json_text, printable
from heldby.team import Member, read_journal
from heldby.web import described
from heldby.web.asking import Cursor, Limit, leaf
from heldby.web.frame import POLICY, site_sheet
from heldby.web.gatehouse import MEMBER, Door
from heldby.web.identity import Identity
from heldby.web.refusals import ANSWERS, NotShown, only_known

WAY = "heldby-way"  # the cookie of somebody on the provider's page

signing = APIRouter(include_in_schema=False)
router = APIRouter(prefix="/api/v1", tags=["team"], responses=ANSWERS)
Path = Annotated[str, Query(max_length=2000)]


@signing.get("/signin")
def page(request: Request, to: Path = "/") -> Response:
    """A form for the key, and a way to the provider where the team has one."""
    return HTMLResponse(_form(_door(request), local(to)), headers={"cache-control": "no-store"})


@signing.post("/signin")
async def sign_in(request: Request) -> Response:
    door = _door(request)
    typed = parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=10)
    key, to = (typed.get(name, [""])[0] for name in ("key", "to"))
    member = door.team.member(key.strip())
    if member is None:
        door.journal.note("wrong key", method="POST", path="/signin", status=403)
        return HTMLResponse(_form(door, local(to), "That is no member's key."), 403, headers={"cache-control": "no-store"})
    return _in(door, member, local(to), listed=True)


@signing.get("/signin/provider")
def to_provider(request: Request, to: Path = "/") -> Response:
    """To the provider's page; what comes back must come back to this browser."""
    identity = _identity(request)
    address, state = identity.begin(local(to))
    answer = RedirectResponse(address, 303, headers={"cache-control": "no-store"})
    answer.headers.append("set-cookie", _cookie(WAY, state, _door(request), 600, "/signin"))
    return answer


@signing.get("/signin/return")
def from_provider(request: Request, state: Path = "", code: Path = "", error: Path = "") -> Response:
    """Back from the provider's page."""
    door, identity = _door(request), _identity(request)
    cause, found = "The provider did not let you in.", None
    if not error and state and request.cookies.get(WAY) == state:
        try:
            claims, to = identity.finish(state, code)
            role, name = identity.provider.role(claims), claims.get(identity.provider.name_claim)
            if role is not None and isinstance(name, str) and name:
                found = Member(f"oidc:{name}", role), to
            else:
                cause = "You are known there, but have no role here."
        except HeldbyError as e:
            cause = e.cause
    if found is None:
        door.journal.note("not let in", method="GET", path="/signin/return", status=403, detail=cause)
        return HTMLResponse(_form(door, "/", cause), 403, headers={"cache-control": "no-store"})
    answer = _in(door, found[0], found[1], listed=False)
    answer.headers.append("set-cookie", _cookie(WAY, "", door, 0, "/signin"))
    return answer


@signing.post("/signout")
def sign_out(request: Request) -> Response:
    door, member = _door(request), request.scope[MEMBER]
    door.sessions.end(request.cookies.get(door.cookie, ""))
    door.journal.note("signed out", member=member.name, role=str(member.role), method="POST", path="/signout", status=303)
    answer = RedirectResponse("/signin", 303)
    answer.headers.append("set-cookie", _cookie(door.cookie, "", door, 0))
    return answer


@router.get("/me", responses={200: {"model": described.Me}})
def me(request: Request) -> Response:
    """Who asks, and what he may do."""
    only_known(request, ())
    member: Member = request.scope[MEMBER]
    acts = [act for act, least in _door(request).permits.acts.items() if member.role.covers(least)]
    told = {"name": member.name, "role": member.role, "acts": acts}
    return Response(
        json_text(told).encode("utf-8", "backslashreplace"), media_type="application/json", headers={"cache-control": "no-store"}
    )


@router.get("/audit", responses={200: {"model": described.Audit}})
def audit(request: Request, limit: Limit = 100, cursor: Cursor = "") -> Response:
    """The journal, the latest entry first: who signed in, acted or was refused. The chain is checked by `heldby team audit`."""
    only_known(request, ("limit", "cursor"))
    entries = list(read_journal(_door(request).journal.path))
    some = leaf(entries, lambda e: f"{10**12 - e['n']:013d}", limit, cursor)
    onward = str(request.url.include_query_params(cursor=some.cursor)) if some.cursor else None
    told = {"total": len(entries), "items": some.items, "next": onward}
    return Response(
        json_text(told).encode("utf-8", "backslashreplace"), media_type="application/json", headers={"cache-control": "no-store"}
    )


def local(to: str) -> str:
    """`to` if it is a path of this server, else "/": nobody is led elsewhere by a link to the way in."""
    told = urlsplit(to)
    plain = to.startswith("/") and not to.startswith("//") and "\\" not in to and not told.scheme and not told.netloc
    return to if plain and to.isprintable() else "/"


def _door(request: Request) -> Door:
    door: Door = request.scope["heldby.door"]
    return door


def _identity(request: Request) -> Identity:
    """The provider's end; made once for each state of the team's file."""
    door, state = _door(request), request.app.state
    provider = door.team.provider
    if provider is None:
        raise NotShown("sign in", "this team has no provider of identities")
    kept: Identity | None = getattr(state, "identity", None)
    if kept is None or (kept.provider, kept.origin) != (provider, door.team.origin):
        kept = state.identity = Identity(provider, door.team.origin, door.clock)
    return kept


def _in(door: Door, member: Member, to: str, *, listed: bool) -> Response:
    secret = door.sessions.begin(member, door.team.session, listed=listed)
    door.journal.note(
        "signed in", member=member.name, role=str(member.role), method="POST" if listed else "GET", path="/signin", status=303
    )
    answer = RedirectResponse(to, 303, headers={"cache-control": "no-store"})
    answer.headers.append("set-cookie", _cookie(door.cookie, secret, door, int(door.team.session.total_seconds())))
    return answer


def _cookie(name: str, value: str, door: Door, lasts: int, path: str = "/") -> str:
    """Lax: a link from elsewhere finds somebody signed in; every act needs an Origin of this server's own besides."""
    cookie: SimpleCookie = SimpleCookie()
    cookie[name] = value
    told: dict[str, Any] = {"path": path, "max-age": lasts, "httponly": True, "samesite": "Lax"}
    if door.team.origin.startswith("https://"):
        told["secure"] = True
    cookie[name].update(told)
    return cookie[name].OutputString()


def _form(door: Door, to: str, cause: str = "") -> str:
    field = el("input", type="password", name="key", id="key", required="required", autocomplete="current-password", size="44")
    parts = [
        el("h1", "Sign in"),
        *([el("p", printable(cause), role="alert")] if cause else []),
        el(
            "form",
            el("p", el("label", "Your key ", for_="key"), field),
            el("input", type="hidden", name="to", value=to),
            el("p", el("button", "Sign in", type="submit")),
            method="post",
            action="/signin",
        ),
    ]
    if door.team.provider is not None:
        parts.append(el("p", el("a", "Sign in with your organisation", href="/signin/provider")))
    return document("Sign in", el("main", *parts, class_="s-refusal"), policy=POLICY, sheet=site_sheet())
