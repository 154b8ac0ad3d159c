"""Answers that stand ready: one asks the app, all others get the same; a new state is answered before it is shown."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from heldby.web.ready import FROM_STATE, Ready


@dataclass
class Standing:
    """What `Ready` needs of a shelf."""

    state: str | None = "one"
    rehearse: Any = None


@dataclass
class Told:
    """An app that says from which state it answers, and counts how often it was asked."""

    tag: bytes = b'W/"a"'
    vary: bytes = b"Accept-Encoding"
    asked: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append(scope["path"])
        await asyncio.sleep(0.01)
        headers = [(b"etag", self.tag), (b"vary", self.vary)] if self.tag else []
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": f"{scope['path']} {scope.get(FROM_STATE, 'shown')}".encode()})


async def ask(app: Ready, path: str = "/a", **headers: str) -> tuple[int, bytes, dict[bytes, bytes]]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    told = [(k.replace("_", "-").encode(), v.encode()) for k, v in {"host": "127.0.0.1", **headers}.items()]
    await app({"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": told}, receive, send)
    return sent[0]["status"], sent[1]["body"], dict(sent[0]["headers"])


def test_of_all_who_ask_at_once_one_is_answered_by_the_app() -> None:
    app, shelf = Told(), Standing()

    async def crowd() -> list[Any]:
        ready = Ready(app, shelf)  # type: ignore[arg-type]
        return [*await asyncio.gather(*(ask(ready) for _ in range(50))), await ask(ready)]

    found = asyncio.run(crowd())
    assert app.asked == ["/a"]
    assert found == [(200, b"/a shown", {b"etag": b'W/"a"', b"vary": b"Accept-Encoding"})] * 51


def test_an_answer_is_known_by_what_the_asker_can_unpack_and_by_the_state() -> None:
    app, shelf = Told(), Standing()

    async def some() -> None:
        ready = Ready(app, shelf)  # type: ignore[arg-type]
        await ask(ready)
        await ask(ready, accept_encoding="gzip")
        assert await ask(ready, if_none_match='W/"z", W/"a"') == (304, b"", {b"etag": b'W/"a"', b"vary": b"Accept-Encoding"})
        shelf.state = "two"
        await ask(ready)
        shelf.state = None  # the ledger may have moved: nothing stands ready
        await ask(ready)

    asyncio.run(some())
    assert len(app.asked) == 4


@pytest.mark.parametrize("app", [Told(tag=b""), Told(vary=b"Accept-Encoding, Authorization, Cookie")], ids=["no tag", "personal"])
def test_what_depends_on_more_is_never_kept_and_keeps_nobody_waiting(app: Told) -> None:

    async def some() -> None:
        ready = Ready(app, Standing())  # type: ignore[arg-type]
        await asyncio.wait_for(asyncio.gather(*(ask(ready) for _ in range(3))), 5)

    asyncio.run(some())
    assert len(app.asked) == 3


def test_what_was_lately_asked_is_answered_from_a_new_state_before_it_is_shown() -> None:
    app, shelf = Told(), Standing()
    ready = Ready(app, shelf)  # type: ignore[arg-type]
    asyncio.run(ask(ready, "/a"))
    asyncio.run(ask(ready, "/b"))
    shelf.rehearse("fresh", "two")
    assert app.asked == ["/a", "/b", "/a", "/b"]
    assert asyncio.run(ask(ready, "/a"))[1] == b"/a shown"  # the old state is shown until then
    shelf.state = "two"
    assert asyncio.run(ask(ready, "/a"))[1] == b"/a fresh"
    assert len(app.asked) == 4
