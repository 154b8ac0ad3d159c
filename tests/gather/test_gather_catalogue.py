"""The catalogue of sources, and how each is doing: pure decisions, by an injected clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from heldby.errors import Faults, HeldbyError
from heldby.gather.catalogue import Source, parse_catalogue
from heldby.gather.health import (
    LONGEST_OBEYED,
    LONGEST_WAIT,
    Bad,
    Good,
    Health,
    Notice,
    NoticeKind,
    after,
    begun,
    due,
    due_at,
    hushed,
    retry_after,
    state_word,
    wake_at,
)

NOW = datetime(2021, 7, 14, 12, tzinfo=UTC)
WIRE = Source("Wire", url="http://wire.example/feed", every=timedelta(minutes=10), silent_after=timedelta(hours=6))
TOML = """
[defaults]
every = "5m"

[[source]]
name = "Wire"
url = "http://wire.example/feed"
outlet = "Meridian News Agency"
silent_after = "6h"
follow = true

[[source]]
name = "Inbox"
path = "inbox"
every = "90s"
silent_after = 0
robots = false
paused = true
"""


def test_a_catalogue_is_read() -> None:
    wire, inbox = parse_catalogue(TOML, "sources.toml")
    assert (wire.name, wire.outlet, wire.every, wire.silent_after, wire.follow) == (
        "Wire",
        "Meridian News Agency",
        timedelta(minutes=5),
        timedelta(hours=6),
        True,
    )
    assert (inbox.path, inbox.every, inbox.silent_after, inbox.robots, inbox.paused) == (
        "inbox",
        timedelta(seconds=90),
        timedelta(0),
        False,
        True,
    )


def test_every_fault_is_told_at_once_by_the_name_of_its_source() -> None:
    text = (
        TOML
        + """
[[source]]
name = "Wire"
url = "ftp://wire.example/"
every = "10s"
folow = true
[[source]]
url = "http://user:secret@wire.example/feed"
[[source]]
name = "Both"
url = "http://both.example/"
path = "both"
[[source]]
name = "Again"
url = "http://wire.example/feed"
silent_after = "soon"
follow = "yes"
[other]
"""
    )
    with pytest.raises(Faults) as e:
        parse_catalogue(text, "sources.toml")
    told = str(e.value)
    for cause in (
        "other: no such table", "source 'Wire', every: is less than a minute", "source 'Wire', folow: no such key", "neither http nor https",
        "two sources of this name", "source 4: needs a name", "user name or password", "source 'Both': needs either a url or a path",
        "source 'Again', silent_after: expected a span", "source 'Again', follow: expected true or false", "two sources of this address",
    ):  # fmt: skip
        assert cause in told
    assert "secret" not in told


@pytest.mark.parametrize("text", ["", "[[source", "source = 3", "[defaults]\nname = 'x'\n[[source]]\nname = 'y'\nurl = 'http://y.example'"])
def test_no_catalogue(text: str) -> None:
    with pytest.raises(HeldbyError):
        parse_catalogue(text, "sources.toml")


def test_a_source_that_fails_is_asked_ever_more_rarely_and_told_of_once() -> None:
    health, now, notices, waits = begun(Health(), NOW), NOW, list[Notice](), list[timedelta]()
    for _ in range(9):
        health, told = after(WIRE, health, Bad("no answer"), now)
        notices += told
        waits.append(datetime.fromisoformat(health.next) - now)
        now = datetime.fromisoformat(health.next)
    assert waits[:4] == [timedelta(minutes=m) for m in (10, 20, 40, 80)]
    assert waits[-1] == LONGEST_WAIT
    assert [(n.kind, n.source) for n in notices] == [(NoticeKind.FAILING, "Wire")]
    assert "failed 3 times since 2021-07-14T12:00:00Z: no answer" in notices[0].words
    assert state_word(WIRE, health) == "failing"
    health, told = after(WIRE, health, Good(0), now)
    assert [n.kind for n in told] == [NoticeKind.BACK]
    assert (health.failures, health.cause, state_word(WIRE, health)) == (0, "", "good")


def test_a_slip_is_told_to_nobody() -> None:
    health, told = after(WIRE, begun(Health(), NOW), Bad("no answer"), NOW)
    again, more = after(WIRE, health, Good(1), NOW)
    assert (told, more, again.failures, state_word(WIRE, health)) == ((), (), 0, "shaky")


def test_a_server_that_asks_to_be_left_alone_is() -> None:
    for asked, waited in ((timedelta(hours=2), timedelta(hours=2)), (timedelta(days=9), LONGEST_OBEYED), (timedelta(0), WIRE.every)):
        health, _ = after(WIRE, Health(), Bad("429", asked), NOW)
        assert datetime.fromisoformat(health.next) - NOW == waited


def test_a_source_that_is_gone_is_never_asked_again() -> None:
    health, told = after(WIRE, Health(), Bad("the server answered 410 Gone", gone=True), NOW)
    assert [n.kind for n in told] == [NoticeKind.GONE]
    assert due_at(WIRE, health, NOW + timedelta(days=400)) is None
    assert state_word(WIRE, health) == "gone"


def test_silence_is_told_once_and_ended_once() -> None:
    health = begun(Health(), NOW)
    assert hushed(WIRE, health, NOW + timedelta(hours=5, minutes=59)) == (health, ())
    health, told = hushed(WIRE, health, NOW + timedelta(hours=6))
    assert [(n.kind, n.words) for n in told] == [(NoticeKind.SILENT, "has had nothing new since 2021-07-14T12:00:00Z")]
    assert hushed(WIRE, health, NOW + timedelta(hours=60)) == (health, ())
    health, told = after(WIRE, health, Good(0), NOW + timedelta(hours=61))
    assert (told, health.silent) == ((), True)
    health, told = after(WIRE, health, Good(2), NOW + timedelta(hours=62))
    assert ([n.kind for n in told], health.silent, health.reports) == ([NoticeKind.SPEAKS], False, 2)
    assert hushed(Source("N", url="http://n.example", silent_after=timedelta(0)), begun(Health(), NOW), NOW + timedelta(days=999))[1] == ()


def test_when_to_wake() -> None:
    healths = {"Wire": begun(Health(next="2021-07-14T20:00:00Z"), NOW)}
    assert wake_at([WIRE], healths, NOW) == NOW + timedelta(hours=6)  # its silence comes before it is due
    assert due([WIRE], healths, NOW + timedelta(hours=7, minutes=59)) == ()
    assert due([WIRE], healths, NOW + timedelta(hours=8)) == (WIRE,)
    assert wake_at([Source("P", url="http://p.example", paused=True)], {}, NOW) is None
    assert due([WIRE], {}, NOW) == (WIRE,)


def test_a_clock_that_was_set_back_keeps_nobody_waiting() -> None:
    health, _ = after(WIRE, Health(), Good(1), NOW + timedelta(days=30))
    assert due([WIRE], {"Wire": health}, NOW) == (WIRE,)


def test_a_move_for_good_is_told_once() -> None:
    health, told = after(WIRE, Health(), Good(0, moved_to="http://new.example/feed"), NOW)
    assert [n.kind for n in told] == [NoticeKind.MOVED]
    assert after(WIRE, health, Good(0, moved_to="http://new.example/feed"), NOW)[1] == ()


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120),
        ("Wed, 14 Jul 2021 12:02:00 GMT", 120),
        ("Wed, 14 Jul 2021 11:00:00 GMT", 0),
        ("", 0),
        ("soon", 0),
        ("-5", 0),
        ("9" * 30, 0),
    ],
)
def test_retry_after(header: str, seconds: int) -> None:
    assert retry_after(header, NOW) == timedelta(seconds=seconds)
