"""Time: when something was true (an interval in the theatre's civil time) and when it was known (an instant, UTC).

Event time is written in the EDTF subset of ISO 8601-2: `2021`, `2021-08`, `2021-08-XX`, `2021-08-13`, `2021-08-13T09:00/2021-08-13T12:00`,
`2021-08-13/2021-08-15`, `../2021-08-15`, `2021-08-13/..`, with `~` (approximate) and `?` (uncertain) behind a date.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from enum import StrEnum

ONE_DAY = timedelta(days=1)


class Precision(StrEnum):
    """How exact an event time is as its source gave it."""

    INSTANT = "instant"
    PART_OF_DAY = "part-of-day"
    DAY = "day"
    DAYS = "days"
    MONTH = "month"
    YEAR = "year"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class When:
    """An interval [start, end) of the theatre's civil time (naive datetimes); an open side is None.

    `precision` says how exact the source was, `approximate` and `uncertain` carry EDTF's `~` and `?`.
    """

    start: datetime | None
    end: datetime | None
    precision: Precision
    approximate: bool = False
    uncertain: bool = False

    def __post_init__(self) -> None:
        if self.start is None and self.end is None:
            raise ValueError("an event time needs at least one bound")
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError(f"event time ends before it starts: {self.start} > {self.end}")

    @property
    def first_day(self) -> date | None:
        return None if self.start is None else self.start.date()

    @property
    def last_day(self) -> date | None:
        """The last day touched (the interval is half open)."""
        if self.end is None:
            return None
        return (self.end - timedelta(microseconds=1)).date() if self.end != self.start else self.end.date()

    def edtf(self) -> str:
        """The EDTF string; `When.parse` reads it back to an equal value."""
        mark = "%" if self.approximate and self.uncertain else "~" if self.approximate else "?" if self.uncertain else ""
        first, last = self.first_day, self.last_day
        match self.precision:
            case Precision.YEAR if first is not None:
                return f"{first.year:04d}{mark}"
            case Precision.MONTH if first is not None:
                return f"{first.year:04d}-{first.month:02d}{mark}"
            case Precision.DAY if first is not None:
                return f"{first.isoformat()}{mark}"
            case Precision.DAYS if first is not None and last is not None:
                return f"{first.isoformat()}{mark}/{last.isoformat()}{mark}"
            case Precision.INSTANT if self.start is not None:
                return f"{self.start.isoformat(timespec='minutes')}{mark}"
            case Precision.PART_OF_DAY if self.start is not None and self.end is not None:
                return f"{self.start.isoformat(timespec='minutes')}{mark}/{self.end.isoformat(timespec='minutes')}{mark}"
        left = ".." if first is None else f"{first.isoformat()}{mark}"
        return f"{left}/{'..' if last is None else f'{last.isoformat()}{mark}'}"

    @classmethod
    def parse(cls, text: str) -> When:
        """Read the EDTF subset above. Raises ValueError that quotes the text."""
        return _parse(text)


def day(value: date, *, approximate: bool = False, uncertain: bool = False) -> When:
    """One whole day."""
    start = datetime.combine(value, time.min)
    return When(start, start + ONE_DAY, Precision.DAY, approximate, uncertain)


def days(first: date | None, last: date | None, *, approximate: bool = False) -> When:
    """From `first` to `last`, both included; None leaves a side open."""
    if first is not None and first == last:
        return day(first, approximate=approximate)
    start = None if first is None else datetime.combine(first, time.min)
    end = None if last is None else datetime.combine(last, time.min) + ONE_DAY
    return When(start, end, Precision.OPEN if first is None or last is None else Precision.DAYS, approximate)


def month(year: int, number: int, *, approximate: bool = False) -> When:
    start = datetime(year, number, 1)  # noqa: DTZ001 - civil time of the theatre
    return When(start, start + timedelta(days=calendar.monthrange(year, number)[1]), Precision.MONTH, approximate)


def year(number: int, *, approximate: bool = False) -> When:
    return When(datetime(number, 1, 1), datetime(number + 1, 1, 1), Precision.YEAR, approximate)  # noqa: DTZ001


def hours(value: date, first: int, last: int) -> When:
    """Part of a day, [first, last) in hours; `last` may pass 24 (a night)."""
    start = datetime.combine(value, time.min)
    return When(start + timedelta(hours=first), start + timedelta(hours=last), Precision.PART_OF_DAY)


_DATE = re.compile(r"(\d{4})(?:-(\d{2}|XX))?(?:-(\d{2}|XX))?(?:T(\d{2}:\d{2}(?::\d{2})?))?([~?%]?)\Z")


def _parse(text: str) -> When:
    try:
        if "/" not in text:
            return _single(text)
        left, right = text.split("/")
        if left == "..":
            return days(None, _single(right).last_day)
        if right == "..":
            return days(_single(left).first_day, None)
        a, b = _single(left), _single(right)
        if a.precision is Precision.INSTANT:
            return When(a.start, b.start, Precision.PART_OF_DAY, a.approximate, a.uncertain)
        return When(a.start, b.end, Precision.DAYS, a.approximate, a.uncertain)
    except ValueError as e:
        raise ValueError(f"not a date heldby reads: {text!r} ({e})") from None


def _single(text: str) -> When:
    found = _DATE.match(text)
    if not found:
        raise ValueError("expected YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDTHH:MM")
    y, m, d, clock, mark = found.groups()
    approximate, uncertain = mark in ("~", "%"), mark in ("?", "%")
    if clock:
        at = datetime.fromisoformat(f"{y}-{m}-{d}T{clock}")
        return When(at, at, Precision.INSTANT, approximate, uncertain)
    if m in (None, "XX"):
        base = year(int(y))
    elif d in (None, "XX"):
        base = month(int(y), int(m))
    else:
        base = day(date(int(y), int(m), int(d)))
    return When(base.start, base.end, base.precision, approximate, uncertain)


@dataclass(frozen=True, slots=True)
class Published:
    """When a report was published: `text` as given; `known`, the instant (UTC) from which it counts as known; `civil`, its date
    where the outlet is; `exact`, whether a time of day was given.

    A date without a time is known from the end of that day in the outlet's zone.
    """

    text: str
    known: datetime
    civil: date
    exact: bool

    @classmethod
    def parse(cls, text: str, zone: timezone = UTC) -> Published:
        """Read an ISO 8601 date or date and time (without offset: in `zone`). Raises ValueError that quotes the text."""
        try:
            if len(text) == 10:
                civil = date.fromisoformat(text)
                return cls(text, datetime.combine(civil + ONE_DAY, time.min, zone).astimezone(UTC), civil, False)
            at = datetime.fromisoformat(text)
            if at.tzinfo is None:
                at = at.replace(tzinfo=zone)
            return cls(text, at.astimezone(UTC), at.date(), True)
        except (ValueError, OverflowError):
            raise ValueError(f"not an ISO 8601 date or time: {text!r}") from None


def utc_text(instant: datetime) -> str:
    """An aware instant as "2021-07-14T07:10:00Z" (microseconds only if there are any)."""
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs a zone: {instant}")
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
