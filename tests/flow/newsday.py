"""A simulated day of the press: invented outlets publish, repeat, correct and fall out; the network is this module and time is a number.

Every event is a district that falls, told by two outlets in one minute. Outlets also carry what is no news of control, each other's stories
word for word, and corrections that take a fall back. What ought to be alerted, and when, is known from the making.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import urlsplit

from heldby.gather.fetching import Answered, Fetched, Limits
from heldby.gather.web import Clock
from heldby.model.ident import digest

MORNING = datetime(2021, 7, 14, 3, 30, tzinfo=UTC)
IDLE = (
    "Traders in the bazaar said on Wednesday that the price of flour had not changed for a week.",
    "The weather office expects dust and clear skies over the southern plains until Friday.",
    "A school for girls in the capital opened a new library with two thousand books on Wednesday.",
    "Doctors at the provincial hospital vaccinated four hundred children, the head of the ward said.",
)


@dataclass(frozen=True, slots=True)
class Fall:
    """A district that falls: its unit, its words, when it is published, and when it is taken back (None: it stands)."""

    unit_id: str
    name: str
    province: str
    at: datetime
    back: datetime | None


@dataclass(slots=True)
class Item:
    path: str
    at: datetime
    text: str
    changed: datetime | None = None
    later: str = ""

    def shown(self, now: datetime) -> tuple[str, datetime]:
        """The text as it stands now and since when."""
        return (self.later, self.changed) if self.changed and now >= self.changed else (self.text, self.at)


@dataclass(slots=True)
class Day:
    """Feeds by host, the falls, outages as (host, from, to), and a clock that only moves when somebody sleeps."""

    now: datetime = MORNING
    feeds: dict[str, list[Item]] = field(default_factory=dict)
    falls: list[Fall] = field(default_factory=list)
    outages: list[tuple[str, datetime, datetime]] = field(default_factory=list)
    minutes: int = 0
    asked: int = 0
    unchanged: int = 0

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.now, self._sleep)

    @property
    def ends(self) -> datetime:
        return MORNING + timedelta(minutes=self.minutes)

    def _sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def fetch(self, address: str, limits: Limits, headers: Mapping[str, str] | None = None) -> Fetched:
        """The feed of a host as it stands now, by the rules of conditional requests."""
        self.asked += 1
        host, path = urlsplit(address).hostname or "", urlsplit(address).path
        if any(h == host and begin <= self.now < end for h, begin, end in self.outages):
            raise OSError("no answer within 20 seconds")
        if path != "/feed":
            raise Answered(404, "Not Found")
        items = [i for i in self.feeds[host] if i.at <= self.now][-30:]
        body = _rss(host, items, self.now)
        tag = f'"{digest(body)[:16]}"'
        if (headers or {}).get("If-None-Match") == tag:
            self.unchanged += 1
            return Fetched(address, address, 304, (("ETag", tag),), b"", b"")
        data = body.encode()
        return Fetched(address, address, 200, (("ETag", tag), ("Content-Type", "application/rss+xml")), data, data)

    def catalogue(self, silent_after: str = "3h") -> str:
        """The sources as an analyst would write them."""
        head = f'[defaults]\nevery = "1m"\nsilent_after = "{silent_after}"\n'
        return head + "".join(
            f'\n[[source]]\nname = "{host}"\nurl = "http://{host}/feed"\noutlet = "{outlet(host)}"\n' for host in self.feeds
        )


def outlet(host: str) -> str:
    """The name of an invented outlet."""
    return f"Valley Herald {host.removeprefix('herald').partition('.')[0]}"


def _rss(host: str, items: list[Item], now: datetime) -> str:
    told = []
    for item in reversed(items):
        text, since = item.shown(now)
        told.append(
            f"<item><guid isPermaLink='false'>{item.path}</guid><link>http://{host}{item.path}</link><title>News</title>"
            f"<description>{text}</description><pubDate>{format_datetime(since)}</pubDate></item>"
        )
    return f"<rss version='2.0'><channel><title>{outlet(host)}</title>{''.join(told)}</channel></rss>"


VOICES = ("a member of the provincial council", "a tribal elder", "the district police chief", "a health worker", "the deputy governor")


def fall_text(fall: Fall, voice: str) -> str:
    return (
        f"Taliban fighters captured {fall.name} district of {fall.province} province on Wednesday, {voice} told the newspaper by telephone."
    )


def denial_text(fall: Fall, voice: str) -> str:
    return f"{fall.name} district of {fall.province} province remains under the control of government forces, {voice} told the newspaper on Wednesday."


def make_day(districts: list[tuple[str, str, str]], feeds: int, items: int, minutes: int, seed: int = 7) -> Day:
    """A day of `feeds` feeds and about `items` items within `minutes`; every district (unit id, name, province) falls once."""
    chance = random.Random(seed)
    day = Day(feeds={f"herald{n}.example": [] for n in range(feeds)}, minutes=minutes)
    hosts = list(day.feeds)
    down = set(hosts[: max(1, feeds // 10)])
    mute = set(hosts[len(down) : len(down) + max(1, feeds // 20)])
    day.outages = [(host, _minute(minutes // 4), _minute(minutes // 2)) for host in sorted(down)]
    loud = [h for h in hosts if h not in down | mute]
    for number, (unit_id, name, province) in enumerate(districts):
        at = _minute(2 + chance.randrange(max(1, minutes * 3 // 4)))
        back = at + timedelta(minutes=minutes // 8 + 3) if number % 5 == 2 else None
        fall = Fall(unit_id, name, province, at, back)
        day.falls.append(fall)
        for which, host in enumerate(chance.sample(loud, 2)):
            voice = VOICES[(number + which) % len(VOICES)]
            later = denial_text(fall, voice) if back else ""
            day.feeds[host].append(Item(f"/{number}", at, fall_text(fall, voice), back, later))
            if which == 0 and back is None:  # somebody else runs the same words, later
                other = chance.choice([h for h in loud if h != host])
                day.feeds[other].append(Item(f"/{number}-copy", at + timedelta(minutes=1 + chance.randrange(5)), fall_text(fall, voice)))
    said = sum(len(feed) for feed in day.feeds.values())
    for number in range(max(0, items - said)):
        host = chance.choice([h for h in hosts if h not in mute])
        text = f"{chance.choice(IDLE)} It was notice {number} of the day."
        day.feeds[host].append(Item(f"/idle-{number}", _minute(chance.randrange(minutes)), text))
    for feed in day.feeds.values():
        feed.sort(key=lambda i: (i.at, i.path))
    return day


def _minute(number: int) -> datetime:
    return MORNING + timedelta(minutes=number)
