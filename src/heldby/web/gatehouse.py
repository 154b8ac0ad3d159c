"""What stands around the app where a team shares it: who asks is known first, and whatever no role may have is refused.

request -> the origin's host -> a rule for the route (none: refused) -> who asks -> may he -> how often -> the app -> the journal
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe
from threading import Lock
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from heldby.errors import HeldbyError
from heldby.team import Journal, Member, Pace, Permits, Sessions, Team, load_permits, load_team
from heldby.web.security import WRITES, Given, bounded, dressed, headers_of, host_of, refuse

MEMBER = "heldby.member"  # in a request's scope: who asks, in team mode
KNOCKS = ("/signin/provider", "/signin/return")  # these begin something, or end in the journal
READS, ACTS, TRIES = (300, 1200.0), (30, 60.0), (10, 10.0)  # at once, and a minute: reads and acts of a member, wrong keys from an address


@dataclass(slots=True)
class Door:
    """A team as it stands: its file is read anew when it changed, so that who is struck off is out at once."""

    path: Path
    clock: Callable[[], datetime]
    sessions: Sessions
    journal: Journal
    permits: Permits = field(default_factory=load_permits)
    _stamp: tuple[int, ...] = ()
    _team: Team | None = None
    _lock: Lock = field(default_factory=Lock)

    @classmethod
    def open(cls, path: Path, clock: Callable[[], datetime], secret: Callable[[], str] = lambda: token_urlsafe(32)) -> Door:
        """Raises HeldbyError where the file is no team's, or the journal cannot be read."""
        return cls(path, clock, Sessions(clock, secret), Journal(load_team(path).journal, clock))

    @property
    def team(self) -> Team:
        """Raises HeldbyError while the file is broken: then nobody comes in, rather than somebody who was struck off."""
        with self._lock:
            try:
                found = self.path.stat()
                stamp = (found.st_ino, found.st_size, found.st_mtime_ns)
            except OSError as e:
                raise HeldbyError(str(self.path), f"cannot be read: {e.strerror or e}") from None
            if self._team is None or stamp != self._stamp:
                self._team = None
                self._team, self._stamp = load_team(self.path), stamp
            return self._team

    @property
    def cookie(self) -> str:
        """The cookie's name; with the prefix that browsers guard where it goes over TLS."""
        return "__Host-heldby" if self.team.origin.startswith("https://") else "heldby"

    def known(self, given: Given) -> tuple[Member | None, bool]:
        """Who asks, and whether a key was shown. A key in the header counts before a sign-in."""
        shown = [v for v in given.get(b"authorization", []) if v.casefold().startswith("bearer ")]
        if shown:
            return (self.team.member(shown[0][7:].strip()) if len(shown) == 1 else None), True
        secret = self.secret(given)
        return (self.sessions.member(secret, self.team), False) if secret else (None, False)

    def secret(self, given: Given) -> str:
        """What the browser keeps of a sign-in; "" where it keeps nothing."""
        for line in given.get(b"cookie", []):
            for part in line.split(";"):
                name, _, value = part.strip().partition("=")
                if name == self.cookie:
                    return value
        return ""


class Gatehouse:
    """Lets through what the permits give to a role, for members of that role; sets the headers, and writes the journal."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self.app, self.door = app, door
        self._reads, self._acts, self._tries = (Pace(door.clock, *pace) for pace in (READS, ACTS, TRIES))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        method, path = scope["method"], scope["path"]
        guarded = dressed(send, method == "HEAD")
        try:
            team = self.door.team
        except HeldbyError:
            await refuse(guarded, 503, "team", "the team's file cannot be read; nobody may come in until it is mended")
            return
        given = headers_of(scope)
        if host_of(given) != team.host:
            await refuse(guarded, 421, "host", f"this server answers to {team.host} alone")
            return
        asked = "GET" if method == "HEAD" else method
        rule = self.door.permits.rule(asked, path)
        scope = {**scope, "method": asked, "scheme": team.origin.partition(":")[0], "heldby.door": self.door}
        if rule is not None and rule.least is None:
            await self._open(scope, receive, guarded, given, team)
            return
        member, shown = self.door.known(given)
        if member is None:
            await self._unknown(scope, guarded, shown)
        elif rule is None or rule.least is None or not member.role.covers(rule.least):
            self._note("refused", member, asked, path, 403)
            await refuse(guarded, 403, path, f"is not for {member.role}s" if rule else "is not for anybody")
        elif asked == "GET":
            if wait := self._reads.wait(member.name):
                await _slower(guarded, wait)
            else:
                await self.app({**scope, MEMBER: member}, receive, guarded)
        else:
            await self._act({**scope, MEMBER: member}, receive, guarded, _unfit(given, team, path, by_key=shown))

    async def _open(self, scope: Scope, receive: Receive, send: Send, given: Given, team: Team) -> None:
        """The way in. Signing in comes from a page of this server's own, and only so often from one address."""
        typed = scope["method"] == "POST"
        if typed and given.get(b"origin") != [team.origin]:
            await refuse(send, 403, "sign in", "only a page of this server's own may sign somebody in")
            return
        if (typed or scope["path"] in KNOCKS) and (wait := self._tries.wait(_address(scope))):
            await _slower(send, wait)
            return
        if typed:
            receive = bounded(receive, 4096)
        await self.app(scope, receive, send)

    async def _unknown(self, scope: Scope, send: Send, shown: bool) -> None:
        """A program is told to show a key; a reader is led to the page where he signs in."""
        method, path = scope["method"], scope["path"]
        if shown:
            if wait := self._tries.wait(_address(scope)):
                await _slower(send, wait)
                return
            self._note("wrong key", None, method, path, 401)
        if shown or method != "GET" or path.startswith(("/api/", "/ogc", "/openapi.json", "/assets/")):
            await refuse(send, 401, "who asks", "needs the key of a member: Authorization: Bearer ...", ((b"www-authenticate", b"Bearer"),))
            return
        to = f"/signin?to={quote(path)}".encode()
        await send({"type": "http.response.start", "status": 303, "headers": [(b"location", to), (b"cache-control", b"no-store")]})
        await send({"type": "http.response.body", "body": b""})

    async def _act(self, scope: Scope, receive: Receive, send: Send, cause: str) -> None:
        member: Member = scope[MEMBER]
        method, path = scope["method"], scope["path"]
        if cause:
            self._note("refused", member, method, path, 403, cause)
            await refuse(send, 403, path, cause)
            return
        if wait := self._acts.wait(member.name):
            await _slower(send, wait)
            return
        status = 500

        async def told(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        self._note("asked", member, method, path)  # before it is done: an act that cannot be set down is not done
        try:
            await self.app(scope, bounded(receive, WRITES.get(path, 4096)), told)
        finally:
            self._note("answered", member, method, path, status)

    def _note(self, act: str, member: Member | None, method: str, path: str, status: int = 0, detail: str = "") -> None:
        name, role = (member.name, str(member.role)) if member else ("", "")
        self.door.journal.note(act, member=name, role=role, method=method, path=path, status=status, detail=detail)


def _unfit(given: Given, team: Team, path: str, *, by_key: bool) -> str:
    """Why a member's act is not taken; "" where it is. Who is known by what his browser keeps must come from a page of this server's own."""
    origins = given.get(b"origin", [])
    if origins != [team.origin] and not (by_key and not origins):
        return "only a page of this server's own may write: its Origin is not this address"
    if path in WRITES and given.get(b"content-type", [""])[0].partition(";")[0].strip().casefold() != "application/json":
        return "expects application/json"
    return ""


def _address(scope: Scope) -> str:
    return str((scope.get("client") or ("", 0))[0])


async def _slower(send: Send, wait: float) -> None:
    seconds = str(int(wait) + 1)
    await refuse(send, 429, "too often", f"ask again in {seconds} s", ((b"retry-after", seconds.encode()),))
