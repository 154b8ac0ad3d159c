"""The web, politely: one request at a time to a host, a pause between two, and robots.txt heeded."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from heldby.gather.fetching import AGENT, Answered, Fetched, Limits, fetch
from heldby.gather.reaching import Refused, Target, target_of
from heldby.gather.robots import CLOSED, MOST_BYTES, NOTHING_SAID, Robots, read_robots
from heldby.gather.unpacking import TooLarge

PAUSE = 1.0  # seconds between two requests to one host, unless its robots.txt asks for more
MOST_REPORTS = 5  # a feed, sitemap or table may take as many bytes as so many of the largest reports
ROBOTS_KEPT = timedelta(days=1)
Fetch = Callable[[str, Limits, Mapping[str, str] | None], Fetched]


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as the gathering knows it: `now` gives an aware instant, `sleep` lets seconds pass. Tests inject both."""

    now: Callable[[], datetime]
    sleep: Callable[[float], None]


class Forbidden(Refused):
    """robots.txt does not let us."""


@dataclass(slots=True)
class _Site:
    """What is known of one scheme, host and port."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    robots: Robots = NOTHING_SAID
    robots_at: datetime | None = None
    asked: datetime | None = None


class Web:
    """Fetches for the sources of one run. May be used from several threads: a host is asked by one at a time."""

    def __init__(self, clock: Clock, limits: Limits, fetch: Fetch = fetch, pause: float = PAUSE) -> None:
        self._clock, self._limits, self._fetch, self._pause = clock, limits, fetch, pause
        self._sites: dict[str, _Site] = {}
        self._lock = threading.Lock()

    def get(self, address: str, *, heed_robots: bool = True, headers: Mapping[str, str] | None = None) -> Fetched:
        """What is at `address`. Raises as `fetch` does, and Forbidden."""
        target = target_of(address)
        site = self._site(target)
        with site.lock:
            if heed_robots:
                self._learn(site, target)
                if not site.robots.allows(target.url):
                    cause = "it cannot be had" if site.robots is CLOSED else "it does not let us"
                    raise Forbidden(f"robots.txt of {target.netloc} forbids {target.path[:200]}: {cause}")
            return self._ask(site, target.url, headers)

    def _site(self, target: Target) -> _Site:
        with self._lock:
            return self._sites.setdefault(f"{target.scheme}://{target.netloc}", _Site())

    def _learn(self, site: _Site, target: Target) -> None:
        now = self._clock.now()
        if site.robots_at is not None and timedelta(0) <= now - site.robots_at < ROBOTS_KEPT:
            return
        try:
            got = self._ask(site, f"{target.scheme}://{target.netloc}/robots.txt", None)
            site.robots = read_robots(got.body[:MOST_BYTES], AGENT)
        except Answered as e:
            # 4xx: there are no rules. 429 and 5xx: there may be some, so nothing is open for now.
            site.robots = NOTHING_SAID if 400 <= e.status < 500 and e.status != 429 else CLOSED
        except TooLarge:
            site.robots = CLOSED
        except OSError:
            # Nobody answers: the request itself will tell why.
            site.robots, site.robots_at = NOTHING_SAID, None
            return
        site.robots_at = self._clock.now() if site.robots is not CLOSED else None

    def _ask(self, site: _Site, address: str, headers: Mapping[str, str] | None) -> Fetched:
        wait = max(self._pause, site.robots.delay)
        if site.asked is not None:
            passed = (self._clock.now() - site.asked).total_seconds()
            if 0 <= passed < wait:
                self._clock.sleep(wait - passed)
        try:
            return self._fetch(address, self._limits, headers)
        finally:
            site.asked = self._clock.now()
