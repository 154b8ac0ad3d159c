"""Sign-ins that last a while, and how often anybody may ask. Both live as long as the server does, and both are bounded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from heldby.team.members import Member, Team, hash_of
from heldby.team.permits import Role

MOST = 10_000  # sign-ins, and askers remembered


@dataclass(frozen=True, slots=True)
class _Session:
    name: str
    role: Role | None  # None: what the team's file says when he asks
    until: datetime


class Sessions:
    """Who signed in, by the hash of what his browser keeps."""

    def __init__(self, clock: Callable[[], datetime], secret: Callable[[], str]) -> None:
        """`secret` gives 256 random bits as text, new each time."""
        self._clock, self._secret = clock, secret
        self._open: OrderedDict[str, _Session] = OrderedDict()

    def begin(self, member: Member, lasts: timedelta, *, listed: bool) -> str:
        """A new sign-in; gives the secret for the browser. `listed`: his role is read from the team's file each time, so that who is struck off there
        is out at once."""
        secret = self._secret()
        self._open[hash_of(secret)] = _Session(member.name, None if listed else member.role, self._clock() + lasts)
        while len(self._open) > MOST:
            self._open.popitem(last=False)
        return secret

    def member(self, secret: str, team: Team) -> Member | None:
        """Who signed in with this secret, if that still holds."""
        key = hash_of(secret)
        session = self._open.get(key)
        if session is None:
            return None
        if session.until <= self._clock():
            del self._open[key]
            return None
        return team.named(session.name) if session.role is None else Member(session.name, session.role)

    def end(self, secret: str) -> None:
        self._open.pop(hash_of(secret), None)


class Pace:
    """So many at once, and so many a minute from then on, for each asker (a token bucket)."""

    def __init__(self, clock: Callable[[], datetime], at_once: int, a_minute: float) -> None:
        self._clock, self._most, self._rate = clock, float(at_once), a_minute / 60
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def wait(self, asker: str) -> float:
        """0 where he may ask now (and it counts); else the seconds until he may."""
        now = self._clock()
        left, since = self._left.pop(asker, (self._most, now))
        left = min(self._most, left + (now - since).total_seconds() * self._rate)
        allowed = left >= 1
        self._left[asker] = (left - 1 if allowed else left, now)
        while len(self._left) > MOST:
            self._left.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self._rate
