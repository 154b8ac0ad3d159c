"""What stands around every answer: who may ask (this machine, by its own names), how (reading alone), and what a browser may do with it."""

from __future__ import annotations

import hmac
import ipaddress
import json
from collections.abc import Iterable
from typing import TypeAlias

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from heldby.errors import UsageError

Given: TypeAlias = "dict[bytes, list[str]]"
WRITES = {"/api/v1/review": 65_536, "/api/v1/reports": 4_000_000}  # what can be written, and the most bytes of it
NAMES = ("127.0.0.1", "localhost", "[::1]")
POLICY = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)


def loopback(host: str) -> str:
    """`host` if it is this machine alone. Raises UsageError otherwise: beyond it, somebody has to say who may come in."""
    try:
        alone = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        alone = False
    if not alone:
        cause = "reaches beyond this machine; give --team FILE, which says who may come in, or bind to 127.0.0.1, ::1 or localhost"
        raise UsageError(f"--host {host}", cause)
    return host


class Guard:
    """Lets GET and HEAD through for this machine's own names (no page of another name that leads here can read anything), and sets the headers.

    A POST comes through to `WRITES` alone, with the token of this launch and from a page of this server's own ("" for a token: none does).
    """

    def __init__(self, app: ASGIApp, names: tuple[str, ...] = NAMES, token: str = "") -> None:
        self.app, self.names, self.token = app, names, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        guarded = dressed(send, scope["method"] == "HEAD")
        given = headers_of(scope)
        host = host_of(given)
        if host not in self.names:
            await refuse(guarded, 421, "host", "this server answers to 127.0.0.1, localhost and [::1] alone")
        elif scope["method"] == "POST" and self.token and scope["path"] in WRITES:
            if cause := self._unfit(given):
                await refuse(guarded, 403, scope["path"].rpartition("/")[2], cause)
            else:
                await self.app(scope, bounded(receive, WRITES[scope["path"]]), guarded)
        elif scope["method"] not in ("GET", "HEAD"):
            await refuse(guarded, 405, scope["method"], "nothing can be written here: GET and HEAD alone", ((b"allow", b"GET, HEAD"),))
        else:
            await self.app({**scope, "method": "GET"}, receive, guarded)

    def _unfit(self, given: Given) -> str:
        """Why this may not write; "" where it may."""
        if given.get(b"origin") != [f"http://{given[b'host'][0]}"]:
            return "only a page of this server's own may write: its Origin is not this address"
        tokens = given.get(b"x-heldby-token", [])
        if len(tokens) != 1 or not hmac.compare_digest(tokens[0].encode(), self.token.encode()):
            return "needs the token that `heldby serve` printed at its start, in the header X-Heldby-Token"
        if given.get(b"content-type", [""])[0].partition(";")[0].strip().casefold() != "application/json":
            return "expects application/json"
        return ""


def headers_of(scope: Scope) -> Given:
    """A request's headers by their small names, each with all its values."""
    given: Given = {}
    for name, value in scope["headers"]:
        given.setdefault(name, []).append(value.decode("latin-1"))
    return given


def host_of(given: Given) -> str:
    """The one Host, in small letters and without its port; "" where there is none or more than one."""
    hosts = given.get(b"host", [])
    if len(hosts) != 1:
        return ""
    name, colon, port = hosts[0].rpartition(":")
    return (name if colon and port.isdigit() else hosts[0]).casefold()


def dressed(send: Send, bare: bool) -> Send:
    """`send` with the headers that every answer carries; `bare`: without its body."""

    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            given = message.get("headers", [])
            own = {name.lower() for name, _ in given}  # the page's document has a policy of its own
            message = {**message, "headers": [*given, *(h for h in HEADERS if h[0] not in own)]}
        elif bare and message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return guarded


def bounded(receive: Receive, most: int) -> Receive:
    """A body of at most `most` bytes; a longer one ends there, and is no JSON."""
    had = 0

    async def some() -> Message:
        nonlocal had
        message = await receive()
        had += len(message.get("body", b""))
        if message["type"] == "http.request" and had > most:
            return {"type": "http.request", "body": b"", "more_body": False}
        return message

    return some


async def refuse(send: Send, status: int, subject: str, cause: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    """Answer with an error as the API gives them."""
    body = json.dumps({"error": {"subject": subject, "cause": cause, "place": ""}}).encode()
    told = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})
