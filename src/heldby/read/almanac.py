"""Calendar arithmetic of news: which day "Wednesday" was, what "late June" spans, what lies four months after May."""

from __future__ import annotations

import calendar
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from heldby.model.when import Precision, When, day, days, month, year

TURN = 150  # days after the last event within which a date of the next year is meant
SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "winter": (12, 14)}


def valid(year_number: int, month_number: int, day_number: int) -> date | None:
    """The date, or None where the calendar has none (31 June)."""
    try:
        return date(year_number, month_number, day_number)
    except ValueError:
        return None


def weekday_near(anchor: date, weekday: int, *, future: bool = False) -> date:
    """The last such weekday up to `anchor` (the anchor itself counts), or the next one after it. Monday is 0."""
    if future:
        return anchor + timedelta(days=(weekday - anchor.weekday() - 1) % 7 + 1)
    return anchor - timedelta(days=(anchor.weekday() - weekday) % 7)


def year_for(month_number: int, day_number: int, anchor: date, *, future: bool = False) -> int:
    """The year in which a bare "5 November" lies: news looks back, unless it announces."""
    here = (month_number, day_number) <= (anchor.month, anchor.day)
    if future:
        return anchor.year + 1 if here and (month_number, day_number) != (anchor.month, anchor.day) else anchor.year
    return anchor.year if here else anchor.year - 1


def nearest_year(last: date, month_number: int, day_number: int) -> int:
    """The year in which a date lies nearest to the one told last: in a chronicle January follows December."""
    told = [d for y in (last.year, last.year + 1, last.year - 1) if (d := valid(y, month_number, day_number))]
    near = min(told, key=lambda d: abs((d - last).days), default=last)
    return near.year if abs((near - last).days) < TURN and near.year > last.year else last.year


def add_months(year_number: int, month_number: int, count: int) -> tuple[int, int]:
    index = year_number * 12 + month_number - 1 + count
    return index // 12, index % 12 + 1


def third_of_month(year_number: int, month_number: int, _third: str) -> When:
    """ "early June", "mid-June", "the end of June": the month, approximate (a third is less than the words promise)."""
    return month(year_number, month_number, approximate=True)


def season(name: str, year_number: int) -> When:
    """Meteorological seasons of the northern half; winter is named after the year it begins in."""
    first, last = SEASONS[name]
    end_year, end_month = add_months(year_number, last, 0) if last <= 12 else (year_number + 1, last - 12)
    end = date(end_year, end_month, calendar.monthrange(end_year, end_month)[1])
    return days(date(year_number, first, 1), end, approximate=True)


def part_of_day(value: date, first: int, last: int, *, approximate: bool = False) -> When:
    """Hours [first, last) of a day; a night may pass 24."""
    start = datetime.combine(value, time.min)
    return When(start + timedelta(hours=first), start + timedelta(hours=last), Precision.PART_OF_DAY, approximate)


def shifted(base: When, count: int, unit: str) -> When | None:
    """`base` moved by `count` units, no more precise than either: months and years blur days, a month-long base blurs days and weeks."""
    start = base.first_day
    if start is None:
        return None
    try:
        if unit == "year" or base.precision is Precision.YEAR:
            months = {"year": 12 * count, "month": count}.get(unit, 0)
            return year(add_months(start.year, start.month, months)[0], approximate=base.precision is Precision.YEAR and unit != "year")
        if unit == "month":
            return month(*add_months(start.year, start.month, count))
        step = timedelta(days=count * {"hour": 1 / 24, "day": 1, "week": 7, "fortnight": 14}[unit])
        if base.precision is Precision.MONTH:
            moved = start + timedelta(days=14) + step
            return month(moved.year, moved.month, approximate=True)
        return day(datetime.combine(start, time.min).__add__(step).date(), approximate=base.approximate)
    except (ValueError, OverflowError):
        return None


def week_of(anchor: date, offset: int = 0) -> When:
    """The week (Monday to Sunday) `offset` weeks from the anchor's, approximate: news is loose about it."""
    monday = anchor - timedelta(days=anchor.weekday()) + timedelta(weeks=offset)
    return days(monday, monday + timedelta(days=6), approximate=True)


def weekend(anchor: date) -> When:
    """The last Saturday and Sunday that began on or before the anchor."""
    saturday = weekday_near(anchor, 5)
    return days(saturday, saturday + timedelta(days=1))


def spanning(first: When | None, last: When | None) -> When | None:
    """From the start of one to the end of the other; None if both are open or they are out of order."""
    start, end = first.start if first else None, last.end if last else None
    if (start is None and end is None) or (start and end and end <= start):
        return None
    approximate = bool(first and first.approximate) or bool(last and last.approximate)
    precision = Precision.DAYS if start and end else Precision.OPEN
    return When(start, end, precision, approximate)


def uncertain(when: When) -> When:
    """The same time as a bound only: "by Tuesday" is Tuesday at the latest."""
    return replace(when, uncertain=True)
