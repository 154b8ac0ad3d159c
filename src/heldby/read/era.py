"""By which day the names of an undated text are to be understood: that of what it mostly tells of.

An encyclopaedia's article has no day of publication, yet "the government" of 2021 is not that of 2022. The year it names most often decides,
and in it the last month that is named.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter
from datetime import date

_MONTHS = {name.lower(): k for k, name in enumerate(calendar.month_name) if name}
_NAMED = "|".join(name for name in calendar.month_name if name)
_FULL = re.compile(
    rf"\b(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+)?(?P<m>{_NAMED})\s+(?:(?P<e>\d{{1,2}})(?:st|nd|rd|th)?,?\s+)?(?P<y>(?:19|20)\d\d)\b"
)
_DAYS = re.compile(rf"\b(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m>{_NAMED})|(?P<n>{_NAMED})\s+(?P<e>\d{{1,2}})(?:st|nd|rd|th)?)\b")
_YEAR = re.compile(r"(?<![\d-])((?:19|20)\d\d)(?![\d-])")


def era(text: str, year: int | None = None) -> date | None:
    """The day by which names hold in `text`; None where it names no year. `year` is told apart, as in an address."""
    named = Counter(int(y) for y in _YEAR.findall(text))
    if year is not None:
        named[year] += 1
    if not named:
        return None
    often = max(named, key=lambda y: (named[y], y))
    days = [_day(often, m["m"], m["d"] or m["e"]) for m in _FULL.finditer(text) if int(m["y"]) == often]
    if len(named) == 1:
        days += [_day(often, m["m"] or m["n"], m["d"] or m["e"]) for m in _DAYS.finditer(text)]
    return max(days, default=date(often, 7, 1))


def _day(year: int, month: str, day: str | None) -> date:
    number = _MONTHS[month.lower()]
    last = calendar.monthrange(year, number)[1]
    return date(year, number, min(int(day), last) if day and int(day) else last)
