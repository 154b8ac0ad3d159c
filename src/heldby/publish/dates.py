"""Dates as readers write them, in English whatever the machine's locale."""

from __future__ import annotations

import re
from datetime import date, datetime

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
    """An instant in the theatre's civil time with its offset: "14 July 2021, 12:00 (UTC+04:30)"."""
    at = instant.astimezone(theatre.zone)
    offset = at.strftime("%z")
    return f"{long_day(at.date())}, {at.strftime('%H:%M')} (UTC{offset[:3]}:{offset[3:5]})"


def plain_when(edtf: str) -> str:
    """An event time (EDTF) in words: "14 July 2021", "13 July 2021 to 15 July 2021", "before the end of 15 July 2021", "about July 2021"."""
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
    if left[:10] == right[:10] and "T" in left:
        return f"{about}{_point(left[:10])}, {left[11:16]} to {right[11:16]}"
    return f"{about}{_point(left)} to {_point(right)}"


def _point(text: str) -> str:
    day, _, clock = text.partition("T")
    found = _DAY.fullmatch(day)
    if found:
        words = long_day(date(int(found[1]), int(found[2]), int(found[3])))
        return f"{words}, {clock[:5]}" if clock else words
    month = _MONTH.fullmatch(day)
    return f"{MONTHS[int(month[2]) - 1]} {month[1]}" if month else day
