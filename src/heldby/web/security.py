"""What stands around every answer: who may ask (this machine, by its own names), how (reading alone), and what a browser may do with it."""

from __future__ import annotations

import ipaddress
import json

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from heldby.errors import UsageError

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
    """Lets GET and HEAD through for this machine's own names (no page of another name that leads here can read anything), and sets the headers."""

    def __init__(self, app: ASGIApp, names: tuple[str, ...] = NAMES) -> None:
        self.app, self.names = app, names

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
        elif scope["method"] not in ("GET", "HEAD"):
            await _refuse(guarded, 405, scope["method"], "nothing can be written here: GET and HEAD alone", ((b"allow", b"GET, HEAD"),))
        else:
            await self.app({**scope, "method": "GET"}, receive, guarded)


def _name(host: str) -> str:
    """A Host header without its port."""
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).casefold()


async def _refuse(send: Send, status: int, subject: str, cause: str, headers: tuple[tuple[bytes, bytes], ...]) -> None:
    body = json.dumps({"error": {"subject": subject, "cause": cause, "place": ""}}).encode()
    told = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})
