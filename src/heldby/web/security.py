"""What stands around every answer: who may ask (this machine, by its own names), how (reading alone), and what a browser may do with it."""

from __future__ import annotations

import hmac
import ipaddress
import json
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from heldby.errors import UsageError

WRITES = "/api/v1/review"
MOST = 65_536  # bytes of a decision
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
    """`host` if it is this machine alone. Raises UsageError otherwise: there are no roles yet that could tell who may read what."""
    try:
        alone = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        alone = False
    if not alone:
        cause = "reaches beyond this machine, and heldby has no roles yet to say who may read what; bind to 127.0.0.1, ::1 or localhost"
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
        bare = scope["method"] == "HEAD"

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message.get("headers", [])
                own = {name.lower() for name, _ in given}  # the page's document has a policy of its own
                message = {**message, "headers": [*given, *(h for h in HEADERS if h[0] not in own)]}
            elif bare and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1 or _name(hosts[0]) not in self.names:
            await _refuse(guarded, 421, "host", "this server answers to 127.0.0.1, localhost and [::1] alone", ())
        elif scope["method"] == "POST" and self.token and scope["path"] == WRITES:
            if cause := self._unfit(scope["headers"], hosts[0]):
                await _refuse(guarded, 403, "review", cause, ())
            else:
                await self.app(scope, _bounded(receive), guarded)
        elif scope["method"] not in ("GET", "HEAD"):
            await _refuse(guarded, 405, scope["method"], "nothing can be written here: GET and HEAD alone", ((b"allow", b"GET, HEAD"),))
        else:
            await self.app({**scope, "method": "GET"}, receive, guarded)

    def _unfit(self, headers: Iterable[tuple[bytes, bytes]], host: str) -> str:
        """Why this may not write; "" where it may."""
        given: dict[bytes, list[str]] = {}
        for name, value in headers:
            given.setdefault(name, []).append(value.decode("latin-1"))
        if given.get(b"origin") != [f"http://{host}"]:
            return "only a page of this server's own may write: its Origin is not this address"
        tokens = given.get(b"x-heldby-token", [])
        if len(tokens) != 1 or not hmac.compare_digest(tokens[0].encode(), self.token.encode()):
            return "needs the token that `heldby serve` printed at its start, in the header X-Heldby-Token"
        if given.get(b"content-type", [""])[0].partition(";")[0].strip().casefold() != "application/json":
            return "expects application/json"
        return ""


def _bounded(receive: Receive) -> Receive:
    """A body of at most MOST bytes; a longer one ends there, and is no JSON."""
    had = 0

    async def some() -> Message:
        nonlocal had
        message = await receive()
        had += len(message.get("body", b""))
        if message["type"] == "http.request" and had > MOST:
            return {"type": "http.request", "body": b"", "more_body": False}
        return message

    return some


def _name(host: str) -> str:
    """A Host header without its port."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).casefold()


async def _refuse(send: Send, status: int, subject: str, cause: str, headers: tuple[tuple[bytes, bytes], ...]) -> None:
    body = json.dumps({"error": {"subject": subject, "cause": cause, "place": ""}}).encode()
    told = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})
