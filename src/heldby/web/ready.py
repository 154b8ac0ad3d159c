"""Answers that stand ready: whatever was answered from a state of the ledger is sent again as it is, without asking anything.

request -> answered before from this state? -> sent (or 304)
        \\-> being answered right now? -> waits for that answer, and takes it
         \\-> the app; an answer with an ETag is kept
a new state -> `rehearse`: what was lately asked is answered from it, before it is shown (`Shelf.watch`)

An answer with an ETag and `Vary: Accept-Encoding` depends on its address, on what the asker can unpack, and on the state alone; others (such as tell
a member of a team what he may do) are never kept.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Message, Receive, Scope, Send

if TYPE_CHECKING:
    from heldby.flow.inquiry import Inquiry
    from heldby.web.shelf import Shelf

ROOM = 48_000_000  # bytes of answers kept
LATELY, MOST = 120.0, 32  # what was asked within so many seconds is rehearsed, and so many addresses at most
VARY = b"Accept-Encoding"
FROM_STATE = "heldby.inquiry"  # in a rehearsal's scope: what to answer from


@dataclass(frozen=True, slots=True)
class Address:
    """All of a request that an answer depends on."""

    host: str
    path: str
    query: bytes
    packs: str

    def scope(self, inquiry: Inquiry) -> Scope:
        """A request for this address that is answered from `inquiry`."""
        headers = [(b"host", self.host.encode("latin-1")), (b"accept-encoding", self.packs.encode("latin-1"))]
        place = {"path": self.path, "raw_path": self.path.encode(), "query_string": self.query, "root_path": ""}
        return {"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "headers": headers, FROM_STATE: inquiry, **place}


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it was sent."""

    tag: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass(slots=True)
class Heard:
    """Passes an answer on, and keeps it where it may be kept. `settled` is set as soon as it is known that it may not, or that it is whole."""

    send: Send
    settled: asyncio.Event
    start: Message | None = None
    parts: list[bytes] = field(default_factory=list)
    whole: Kept | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            tag = _header(message, b"etag")
            if message["status"] == 200 and tag and _header(message, b"vary") == VARY:
                self.start = message
            else:
                self.settled.set()
        elif message["type"] == "http.response.body" and self.start is not None:
            self.parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                body = self.parts[0] if len(self.parts) == 1 else b"".join(self.parts)
                self.whole = Kept(_header(self.start, b"etag"), tuple(self.start["headers"]), body)
        await self.send(message)


class Ready:
    """Stands before the app over `shelf`."""

    def __init__(self, app: ASGIApp, shelf: Shelf) -> None:
        self._app, self._shelf = app, shelf
        self._lock = threading.Lock()  # rehearsals run in a thread of their own
        self._kept: OrderedDict[tuple[Hashable, Address], Kept] = OrderedDict()
        self._held = 0
        self._asked: OrderedDict[Address, float] = OrderedDict()
        self._making: dict[Hashable, asyncio.Event] = {}
        shelf.rehearse = self.rehearse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = self._shelf.state if scope["type"] == "http" and scope["method"] == "GET" else None
        if state is None:
            await self._app(scope, receive, send)
            return
        key = (state, _address(scope))
        made = self._find(key)
        here = (key, asyncio.get_running_loop())
        if made is None and here in self._making:
            await self._making[here].wait()
            made = self._find(key)
        if made is not None:
            await _again(made, scope, send)
            return
        settled = self._making.setdefault(here, asyncio.Event())
        heard = Heard(send, settled)
        try:
            await self._app(scope, receive, heard)
        finally:
            if heard.whole is not None:
                self._keep(key, heard.whole)
            settled.set()
            if self._making.get(here) is settled:
                del self._making[here]

    def rehearse(self, inquiry: Inquiry, state: Hashable) -> None:
        """Answers what was lately asked from `inquiry`, so that of all who ask for it once `state` is shown nobody has to wait."""
        with self._lock:
            since = time.monotonic() - LATELY
            lately = [a for a, at in self._asked.items() if at >= since]

        async def nothing() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def nowhere(message: Message) -> None:
            del message

        async def each() -> None:
            for address in lately:
                heard = Heard(nowhere, asyncio.Event())
                await self._app(address.scope(inquiry), nothing, heard)
                if heard.whole is not None:
                    self._keep((state, address), heard.whole, rehearsed=True)

        asyncio.run(each())

    def _find(self, key: tuple[Hashable, Address]) -> Kept | None:
        with self._lock:
            made = self._kept.get(key)
            if made is not None:
                self._kept.move_to_end(key)
                self._note(key[1])
            return made

    def _keep(self, key: tuple[Hashable, Address], made: Kept, *, rehearsed: bool = False) -> None:
        with self._lock:
            before = self._kept.pop(key, None)
            self._held += len(made.body) - (len(before.body) if before else 0)
            self._kept[key] = made
            while self._held > ROOM:
                self._held -= len(self._kept.popitem(last=False)[1].body)
            if not rehearsed:
                self._note(key[1])

    def _note(self, address: Address) -> None:
        self._asked[address] = time.monotonic()
        self._asked.move_to_end(address)
        while len(self._asked) > MOST:
            self._asked.popitem(last=False)


def _address(scope: Scope) -> Address:
    told = {name: value.decode("latin-1") for name, value in scope["headers"] if name in (b"host", b"accept-encoding")}
    return Address(told.get(b"host", ""), scope["path"], scope["query_string"], told.get(b"accept-encoding", ""))


def _header(message: Message, wanted: bytes) -> bytes:
    return next((value for name, value in message["headers"] if name == wanted), b"")


async def _again(made: Kept, scope: Scope, send: Send) -> None:
    had = b",".join(value for name, value in scope["headers"] if name == b"if-none-match")
    if had.strip() == b"*" or made.tag in (t.strip() for t in had.split(b",")):
        told = [h for h in made.headers if h[0] in (b"etag", b"cache-control", b"vary")]
        await send({"type": "http.response.start", "status": 304, "headers": told})
        await send({"type": "http.response.body", "body": b""})
        return
    await send({"type": "http.response.start", "status": 200, "headers": list(made.headers)})
    await send({"type": "http.response.body", "body": made.body})
