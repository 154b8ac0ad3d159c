"""Event times and publication times."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heldby.model.when import Precision, Published, When, day, days, hours, month, utc_text, year


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("2021", Precision.YEAR, date(2021, 1, 1), date(2021, 12, 31)),
        ("2021-08", Precision.MONTH, date(2021, 8, 1), date(2021, 8, 31)),
        ("2021-08~", Precision.MONTH, date(2021, 8, 1), date(2021, 8, 31)),
        ("2021-08-15?", Precision.DAY, date(2021, 8, 15), date(2021, 8, 15)),
        ("2021-08-13/2021-08-15", Precision.DAYS, date(2021, 8, 13), date(2021, 8, 15)),
        ("../2021-08-15", Precision.OPEN, None, date(2021, 8, 15)),
        ("2021-08-13/..", Precision.OPEN, date(2021, 8, 13), None),
        ("2021-07-14T09:00/2021-07-14T12:00", Precision.PART_OF_DAY, date(2021, 7, 14), date(2021, 7, 14)),
    ],
)
def test_edtf_is_read_and_written_back(text: str, precision: Precision, first: date | None, last: date | None) -> None:
    when = When.parse(text)
    assert (when.precision, when.first_day, when.last_day) == (precision, first, last)
    assert when.edtf() == text


def test_an_unspecified_day_is_its_month() -> None:
    assert When.parse("2021-08-XX") == month(2021, 8)


@pytest.mark.parametrize("text", ["", "2021-13", "2021-02-30", "last week", "../..", "2021-08-15/2021-08-13", "2021-08-15T25:00"])
def test_what_is_no_date_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="not a date heldby reads"):
        When.parse(text)


DATES = st.dates(date(1900, 1, 1), date(2100, 1, 1))


@given(DATES, st.integers(0, 40), st.booleans())
def test_intervals_round_trip(first: date, length: int, approximate: bool) -> None:
    for when in (
        day(first),
        days(first, first + timedelta(length), approximate=approximate),
        month(first.year, first.month),
        year(first.year),
        hours(first, 6, 30),
    ):
        assert When.parse(when.edtf()) == when


def test_a_date_is_known_from_the_end_of_its_day_where_the_outlet_is() -> None:
    kabul = timezone(timedelta(hours=4, minutes=30))
    assert Published.parse("2021-07-14", kabul).known == datetime(2021, 7, 14, 19, 30, tzinfo=UTC)
    assert Published.parse("2021-07-14").known == datetime(2021, 7, 15, tzinfo=UTC)
    exact = Published.parse("2021-07-14T11:40:00+04:30")
    assert (utc_text(exact.known), exact.civil, exact.exact) == ("2021-07-14T07:10:00Z", date(2021, 7, 14), True)


@pytest.mark.parametrize("text", ["", "14 July 2021", "2021-07-32", "2021-07-14T99:00", "0001-01-01T00:00:00+14:00"])
def test_a_publication_time_that_is_none_is_refused_and_quoted(text: str) -> None:
    with pytest.raises(ValueError, match="not an ISO 8601"):
        Published.parse(text)
