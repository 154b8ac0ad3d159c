"""Who acts, and whether his role allows the act."""

from __future__ import annotations

from fastapi import Request

from heldby.flow.thawed import over_ledger
from heldby.model.review import Verb
from heldby.team import Member
from heldby.web.gatehouse import MEMBER, Door
from heldby.web.refusals import NotAllowed
from heldby.web.shelf import Shelf


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
