"""When a change was: by its interval, in the same words on page, map, brief, feeds and terminal; and what may lie before the day asked about."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from publish_scene import AS_OF, CROSSING, GOVERNMENT, KNOWN, TALIBAN, small_bundle
from rich.console import Console

from heldby.model.status import Change, Support
from heldby.model.when import When, day
from heldby.publish.brief_markdown import brief_markdown
from heldby.publish.change_dates import change_day, dated, dated_short, latest_first, perhaps_before, perhaps_later
from heldby.publish.edition import ChangeRow, Edition
from heldby.publish.feeds import Addresses, atom
from heldby.publish.map import map_svg
from heldby.publish.release import Release, release
from heldby.publish.tables import changes_table

SINCE = date(2021, 7, 7)
WIDE = Change("af:farah:farah", GOVERNMENT, TALIBAN, When.parse("2021-07-03/2021-07-15"), 0.8, Support.REPORTED, likely=date(2021, 7, 10))
ENDED = Change(CROSSING, GOVERNMENT, TALIBAN, When.parse("../2021-07-11"), 0.9, Support.REPORTED, likely=date(2021, 7, 11))
SHARP = Change("af:badghis:qala-e-naw", TALIBAN, GOVERNMENT, day(date(2021, 7, 9)), 0.9, Support.CONFIRMED, likely=date(2021, 7, 9))


def edition() -> Edition:
    return release(small_bundle(changes=(WIDE, ENDED, SHARP), since=SINCE), Release(), KNOWN)


def row(when: str, likely: str = "") -> ChangeRow:
    return replace(edition().changes[0], when=when, likely_day=likely)


@pytest.mark.parametrize(
    ("when", "likely", "long", "short"),
    [
        ("2021-07-14", "2021-07-14", "14 July 2021", "14 Jul"),
        ("2021-07-14~", "2021-07-14", "about 14 July 2021", "~14 Jul"),
        ("2021-07-12/2021-07-15", "2021-07-15", "between 12 and 15 July 2021", "12–15 Jul"),
        ("2021-07-12/2021-07-15", "2021-07-13", "between 12 and 15 July 2021, likely by 13 July 2021", "12–15 Jul"),
        ("2021-07-12~/2021-07-15~", "2021-07-15", "between about 12 and 15 July 2021", "~12–15 Jul"),
        ("2021-06-30/2021-07-02", "2021-07-02", "between 30 June and 2 July 2021", "30 Jun–2 Jul"),
        ("2020-12-30/2021-01-02", "2021-01-01", "between 30 December 2020 and 2 January 2021, likely by 1 January 2021", "30 Dec 2020–2 Jan"),
        ("../2021-07-15", "2021-07-12", "by 15 July 2021, likely by 12 July 2021", "by 15 Jul"),
        ("2021-07-15/..", "2021-07-15", "from 15 July 2021 on, likely by 15 July 2021", "from 15 Jul"),
        ("2021-07", "2021-07-20", "in July 2021, likely by 20 July 2021", "Jul 2021"),
        ("2020", "2020-12-31", "in 2020", "2020"),
        ("2021-07-14T09:00/2021-07-14T12:00", "2021-07-14", "14 July 2021, 09:00 to 12:00", "14 Jul"),
        ("2021-07-12T18:00/2021-07-13T06:00", "2021-07-13", "between 12 July 2021, 18:00 and 13 July 2021, 06:00", "12–13 Jul"),
        ("", "", "at an unknown time", "?"),
    ],
)  # fmt: skip
def test_an_interval_is_told_as_one(when: str, likely: str, long: str, short: str) -> None:
    told = row(when, likely)
    assert (dated(told), dated_short(told, AS_OF)) == (long, short)


def test_one_frozen_before_likely_days_were_kept_is_told_by_its_interval_alone() -> None:
    old = replace(row("2021-07-12/2021-07-15"), first_day="2021-07-12")
    assert (dated(old), change_day(old)) == ("between 12 and 15 July 2021", "2021-07-12")


def test_changes_are_put_in_order_by_the_day_they_are_likely_by_and_those_perhaps_before_are_counted() -> None:
    told = edition()
    assert [c.unit_id for c in latest_first(told.changes)] == [CROSSING, "af:farah:farah", "af:badghis:qala-e-naw"]
    assert perhaps_before(told.changes, SINCE) == 2
    assert perhaps_before(told.changes, date(2021, 7, 3)) == 1
    assert perhaps_later(told.changes, AS_OF) == 1


def test_map_brief_feed_and_terminal_say_the_same() -> None:
    told = edition()
    words = "between 3 and 15 July 2021, likely by 10 July 2021"
    console = Console(width=240, record=True, file=None, no_color=True)
    with console.capture() as shown:
        console.print(changes_table(told))
    at = Addresses("https://example.org/feed", "https://example.org/", lambda unit: f"https://example.org/{unit}")
    for text in (brief_markdown(told, None), atom(told, told.changes, at), " ".join(shown.get().split())):
        assert words in text
    assert "3 changes since 7 July 2021, 2 of them perhaps before, 1 perhaps later" in shown.get()
    assert "3 changes since 7 July 2021, 2 of them perhaps before, 1 perhaps later" in brief_markdown(told, None)
    drawn = map_svg(told)
    assert "3–15 Jul<" in drawn
    assert "by 11 Jul<" in drawn
    assert "2 of them perhaps before, 1 perhaps later" in drawn
    assert ">3 Jul<" not in drawn.replace("3–15 Jul<", ""), "no change is dated by the first day it can have been"
