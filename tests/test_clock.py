"""Clocks as typed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from heldby.clock import end_of_day, last_day, parse_day, parse_instant
from heldby.errors import UsageError

KABUL = timezone(timedelta(hours=4, minutes=30))


def test_a_day_means_its_end_and_noon_is_the_theatres() -> None:
    assert (
        parse_instant("2021-07-14", "--known-by", KABUL)
        == datetime(2021, 7, 14, 19, 30, tzinfo=UTC)
        == end_of_day(date(2021, 7, 14), KABUL)
    )
    assert parse_instant("2021-07-14T12:00", "--known-by", KABUL) == datetime(2021, 7, 14, 7, 30, tzinfo=UTC)
    assert parse_instant("2021-07-14T12:00Z", "--known-by", KABUL) == datetime(2021, 7, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "2021-7-14", "2021-02-30", "2021-07-14T25:00", "14.07.2021"])
def test_what_is_no_time_names_its_option(text: str) -> None:
    with pytest.raises(UsageError, match="--known-by"):
        parse_instant(text, "--known-by", KABUL)
    with pytest.raises(UsageError, match="--as-of"):
        parse_day(text, "--as-of")


def test_the_day_meant_is_within_the_period() -> None:
    assert last_day(date(2026, 1, 1), date(2021, 8, 16)) == date(2021, 8, 16)
    assert last_day(date(2021, 7, 1), date(2021, 8, 16)) == date(2021, 7, 1)
    assert last_day(date(2026, 1, 1), None) == date(2026, 1, 1)
