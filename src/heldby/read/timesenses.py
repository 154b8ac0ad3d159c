"""Which sense each `value` of the date phrasebook has, and the senses that count from what a text told before."""

from __future__ import annotations

import heldby.read.almanac as almanac
from heldby.model.when import Precision, When, day, days
from heldby.read.timeforms import Classes, TimeForm
from heldby.read.timesense import (
    Ground,
    Sense,
    ago_sense,
    anchored_sense,
    anniversary_sense,
    clock_sense,
    count_of,
    day_sense,
    day_to_day_sense,
    figures_sense,
    in_so_long_sense,
    month_sense,
    month_to_month_sense,
    near_day_sense,
    near_part_sense,
    near_span_sense,
    neighbour_sense,
    recent_sense,
    same_sense,
    season_sense,
    shifted_sense,
    unknown_sense,
    weekday_sense,
    weekday_to_weekday_sense,
    weekend_sense,
    year_sense,
    year_to_year_sense,
)

NEARBY = 62  # days before publication within which "the 20th" is counted from the last event


def nth_day_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    """ "on the 20th": of the month of the last event, or the next one after it; else the last such day before publication."""
    number = int(form.parts["day"])
    base = ground.last.first_day if ground.last is not None else None
    if base is not None and (ground.published is None or (ground.published - base).days < NEARBY):
        value = almanac.valid(base.year, base.month, number)
        if value is None or (value < base and ground.last is not None and ground.last.precision is not Precision.MONTH):
            value = almanac.valid(*almanac.add_months(base.year, base.month, 1), number)
        if value is not None and (ground.published is None or value <= ground.published):
            return day(value)
    if ground.published is None:
        return None
    today = ground.published
    value = almanac.valid(today.year, today.month, number)
    if value is None or value > today:
        value = almanac.valid(*almanac.add_months(today.year, today.month, -1), number)
    return None if value is None else day(value)


def season_pointed_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    """ "that summer", "the following spring": counted from the last event."""
    base = ground.last.first_day if ground.last is not None else None
    name = classes.value("season", form.parts["season"])
    if base is None:
        return None
    which = form.parts["which"].casefold().split()[-1]
    first = almanac.SEASONS[name][0]
    year_number = base.year
    if which in ("following", "next") and first <= base.month:
        year_number += 1
    elif which in ("previous", "preceding") and first >= base.month:
        year_number -= 1
    return almanac.season(name, year_number)


def for_so_long_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    """ "for two months": from then on."""
    unit, count = classes.value("unit", form.parts["unit"]), count_of(form)
    if unit == "hour" or count is None or ground.published is None or ground.ahead:
        return None
    moved = almanac.shifted(day(ground.published), -count, unit)
    first = moved.first_day if moved else None
    return days(first, None, approximate=True) if first else None


SENSES: dict[str, tuple[str, Sense]] = {
    "day": ("absolute", lambda f, g, c: day_sense(f, g, c)),
    "day-to-day": ("interval", day_to_day_sense),
    "figures": ("absolute", figures_sense),
    "nth-day": ("absolute", nth_day_sense),
    "month": ("absolute", month_sense),
    "month-bare": ("absolute", month_sense),
    "month-to-month": ("interval", month_to_month_sense),
    "year": ("absolute", year_sense),
    "year-bare": ("absolute", year_sense),
    "year-to-year": ("interval", year_to_year_sense),
    "season": ("absolute", season_sense),
    "weekday": ("weekday", lambda f, g, c: weekday_sense(f, g, c)),
    "weekday-to-weekday": ("interval", weekday_to_weekday_sense),
    "near-day": ("relative", near_day_sense),
    "near-part": ("relative", near_part_sense),
    "near-span": ("relative", near_span_sense),
    "weekend": ("relative", weekend_sense),
    "ago": ("relative", ago_sense),
    "shifted": ("relative", shifted_sense),
    "neighbour": ("relative", neighbour_sense),
    "same": ("relative", same_sense),
    "anchored": ("anchored", anchored_sense),
    "anniversary": ("anchored", anniversary_sense),
    "recent": ("vague", recent_sense),
    "for-so-long": ("lasting", for_so_long_sense),
    "season-pointed": ("relative", season_pointed_sense),
    "in-so-long": ("interval", in_so_long_sense),
    "coming": ("vague", unknown_sense),
    "clock": ("clock", clock_sense),
}
