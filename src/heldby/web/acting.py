"""Who acts, what he sends, and whether his role allows the act."""

from __future__ import annotations

import json
from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from heldby.errors import UsageError
from heldby.flow.thawed import over_ledger
from heldby.model.review import Verb
from heldby.team import Member
from heldby.web.gatehouse import MEMBER, Door
from heldby.web.refusals import NotAllowed
from heldby.web.shelf import Shelf

Sent = TypeVar("Sent", bound=BaseModel)


async def sent_as(model: type[Sent], request: Request) -> Sent:
    """The body of a request. Raises UsageError on one that is no JSON or not as described, naming the first field that is off."""
    try:
        return model.model_validate(json.loads(await request.body()))
    except ValidationError as e:
        first = e.errors()[0]
        raise UsageError(".".join(map(str, first["loc"])) or "body", first["msg"]) from None
    except (ValueError, RecursionError):
        raise UsageError("body", "is no JSON") from None


def member_of(request: Request) -> Member | None:
    """Who asks, on a server that a team shares; None on a machine of one's own."""
    member: Member | None = request.scope.get(MEMBER)
    return member


def author_of(request: Request) -> str:
    """Whose name signs what is written: the member's, else the one of the settings."""
    member = member_of(request)
    shelf: Shelf = request.app.state.shelf
    return member.name if member else over_ledger(shelf.inquiry(), "review").desk.settings.author


def may(request: Request, act: str) -> bool:
    """Whether the role of whoever asks reaches for an act; on a machine of one's own every act is his. What no role is named for is nobody's."""
    member = member_of(request)
    if member is None:
        return True
    least = _door(request).permits.acts.get(act)
    return least is not None and member.role.covers(least)


def may_act(request: Request, act: str) -> None:
    """Raises NotAllowed where `may` says no. A word that is no act at all is left to whoever reads it."""
    if act in list(Verb) and not may(request, act):
        raise NotAllowed(f"act {act!r}", f"is for {_door(request).permits.acts[act]}s and above")


def _door(request: Request) -> Door:
    door: Door = request.scope["heldby.door"]
    return door
