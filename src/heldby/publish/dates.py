"""Dates as readers write them, in English whatever the machine's locale."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from heldby.model.theatre import Theatre

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})(?!-?\d)")


def long_day(day: date) -> str:
    """ "14 July 2021" """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def short_day(day: date) -> str:
    """ "14 Jul" """
    return f"{day.day} {MONTHS[day.month - 1][:3]}"


def local_time(instant: datetime, theatre: Theatre) -> str:
    """An instant in the theatre's civil time with its offset: "14 July 2021, 12:00 (UTC+04:30)". Midnight is the end of the day before, 24:00."""
    at = instant.astimezone(theatre.zone)
    offset = at.strftime("%z")
    midnight = at.time() == time.min
    clock = "24:00" if midnight else at.strftime("%H:%M")
    return f"{long_day(at.date() - timedelta(days=midnight))}, {clock} (UTC{offset[:3]}:{offset[3:5]})"


def plain_when(edtf: str) -> str:
    """An event time (EDTF) in words: "14 July 2021", "13 to 15 July 2021", "by 15 July 2021", "about July 2021"."""
    if not edtf:
        return "at an unknown time"
    about = "about " if re.search(r"[~?%]", edtf) else ""
    text = re.sub(r"[~?%]", "", edtf).replace("-XX", "")
    left, slash, right = text.partition("/")
    if not slash:
        return about + _point(left)
    if left == "..":
        return f"{about}by {_point(right)}"
    if right == "..":
        return f"{about}from {_point(left)} on"
    return about + _range(left, right)


def short_when(edtf: str) -> str:
    """An event time for a narrow column: its first day, "~" before it where it is not one exact day; "by 2021-07-14" where only its end is known."""
    left, slash, right = edtf.partition("/")
    if not edtf or left == "..":
        return f"by {right[:10]}" if edtf else ""
    inexact = re.search(r"[~?%X]", edtf) or (slash and right[:10] != left[:10] and not right.endswith("T00:00"))
    return f"{'~' if inexact else ''}{left.rstrip('~?%')[:10]}"


def _range(left: str, right: str) -> str:
    """ "14 to 16 July 2021", "30 June to 2 July 2021", "14 July 2021, 09:00 to 12:00" (a day's end is 24:00)."""
    first, last = _DAY.fullmatch(left[:10]), _DAY.fullmatch(right[:10])
    if first is None or last is None:
        return f"{_point(left)} to {_point(right)}"
    a, b = (date(int(m[1]), int(m[2]), int(m[3])) for m in (first, last))
    if "T" in left:
        if right[11:16] == "00:00" and b - a == timedelta(days=1):
            return long_day(a) if left[11:16] == "00:00" else f"{_point(left)} to 24:00"
        return f"{_point(left)} to {right[11:16] if a == b else _point(right)}"
    if (a.year, a.month) == (b.year, b.month):
        return f"{a.day} to {long_day(b)}"
    return f"{a.day} {MONTHS[a.month - 1]} to {long_day(b)}" if a.year == b.year else f"{long_day(a)} to {long_day(b)}"


def _point(text: str) -> str:
    day, _, clock = text.partition("T")
    found = _DAY.fullmatch(day)
    if found:
        words = long_day(date(int(found[1]), int(found[2]), int(found[3])))
        return f"{words}, {clock[:5]}" if clock else words
    month = _MONTH.fullmatch(day)
    return f"{MONTHS[int(month[2]) - 1]} {month[1]}" if month else day
