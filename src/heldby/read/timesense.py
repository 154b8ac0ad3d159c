"""What a time form means on the calendar: one small function for each `value` of the date phrasebook."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import heldby.read.almanac as almanac
from heldby.model.when import Precision, When, day, days, month, year
from heldby.read.numbers import cardinal, ordinal
from heldby.read.timeforms import Classes, TimeForm

VAGUE = {"several", "some", "a few", "a couple of"}
COUPLE = {"a couple of": 2}
OLDEST_YEAR = 1800


@dataclass(frozen=True, slots=True)
class Ground:
    """What a form is resolved against: the day of publication, the year a document is about, the last dated events, the clause's tense.

    `near` is the last event known to a day, `last` the last event known at all, `here` the last one of the same sentence; `ahead`
    says that the clause speaks of the future.
    """

    published: date | None
    year: int | None
    near: When | None = None
    last: When | None = None
    here: When | None = None
    ahead: bool = False

    @property
    def today(self) -> When | None:
        return None if self.published is None else day(self.published)


Sense = Callable[[TimeForm, Ground, Classes], When | None]


def _year_of(form: TimeForm, which: str = "year") -> int | None:
    return int(form.parts[which]) if which in form.parts else None


def _bare_year(ground: Ground, month_number: int, day_number: int) -> int | None:
    """The year of a date written without one."""
    if ground.published is not None:
        return almanac.year_for(month_number, day_number, ground.published, future=ground.ahead)
    if ground.last is not None and ground.last.start is not None:
        return almanac.nearest_year(ground.last.start.date(), month_number, day_number)
    return ground.year


def day_sense(form: TimeForm, ground: Ground, classes: Classes, tail: str = "", year_number: int | None = None) -> When | None:
    month_number = int(classes.value("month", form.parts[f"month{tail}"]))
    number = int(form.parts[f"day{tail}"])
    chosen = _year_of(form, f"year{tail}") or year_number or _bare_year(ground, month_number, number)
    value = almanac.valid(chosen, month_number, number) if chosen else None
    return None if value is None else day(value)


def day_to_day_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    """Two days; the month or year written once serves both."""
    parts = dict(form.parts)
    if "month2" not in parts:
        parts["month2"] = parts["month"]
        if "year" in parts:
            parts.setdefault("year2", parts["year"])
    form = replace(form, parts=parts)
    last = day_sense(form, ground, classes, "2", _year_of(form))
    last_year = last.start.year if last and last.start else None
    first = day_sense(form, ground, classes, "", last_year)
    if first and last and first.start and last.end and first.start >= last.end and "year" not in parts and last_year:
        first = day_sense(form, ground, classes, "", last_year - 1)
    return _closed(first, last)


def _closed(first: When | None, last: When | None) -> When | None:
    return almanac.spanning(first, last) if first and last else None


def figures_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    value = almanac.valid(int(form.parts["year"]), int(form.parts["number"]), int(form.parts["day"]))
    return None if value is None else day(value)


def month_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    number = int(classes.value("month", form.parts["month"]))
    chosen = _year_of(form)
    if chosen is None and form.parts.get("which", "").casefold() == "next" and ground.published:
        ground = replace(ground, ahead=True)
    if chosen is None and form.parts.get("which", "").casefold() in ("last", "the previous") and ground.published:
        # "last May", said in a May, is the year before's
        anchor = ground.published.replace(day=1) - timedelta(days=1)
        chosen = almanac.year_for(number, 1, anchor)
    if chosen is None and form.parts.get("which", "").casefold() in ("that", "the same") and ground.last and ground.last.start:
        chosen = ground.last.start.year
    chosen = chosen or _bare_year(ground, number, 1)
    return None if chosen is None else month(chosen, number, approximate="third" in form.parts)


def month_to_month_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    numbers = [int(classes.value("month", form.parts[k])) for k in ("month", "month2")]
    last_year = _year_of(form, "year2") or _year_of(form) or _bare_year(ground, numbers[1], 1)
    if last_year is None:
        return None
    first_year = (_year_of(form) if "year2" in form.parts else None) or (last_year - 1 if numbers[0] > numbers[1] else last_year)
    return _closed(month(first_year, numbers[0]), month(last_year, numbers[1]))


def year_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    number = int(form.parts["year"])
    return year(number, approximate="third" in form.parts) if number >= OLDEST_YEAR else None


def year_to_year_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    first = int(form.parts["year"])
    last = int(form.parts["year2"]) if "year2" in form.parts else first // 100 * 100 + int(form.parts["yy"])
    return _closed(year(first), year(last)) if first < last else None


def season_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    name = classes.value("season", form.parts["season"])
    chosen = _year_of(form)
    if chosen is None and ground.published is not None:
        chosen = almanac.year_for(almanac.SEASONS[name][0], 1, ground.published)
        if (
            form.parts.get("which", "").casefold() == "last"
            and ground.published.month <= almanac.SEASONS[name][1]
            and chosen == ground.published.year
        ):
            chosen -= 1
    return None if chosen is None else almanac.season(name, chosen)


def weekday_sense(form: TimeForm, ground: Ground, classes: Classes, name: str = "weekday") -> When | None:
    number = int(classes.value("weekday", form.parts[name]))
    which = re.sub(r"\s+", " ", form.parts.get("which", "").casefold())
    if which in ("the following", "the previous") and ground.near and ground.near.first_day:
        back = -1 if which == "the previous" else 0
        return day(almanac.weekday_near(ground.near.first_day + timedelta(days=back), number, future=back == 0))
    if ground.published is None:
        return None
    if which == "next" or which == "this coming" or ground.ahead:
        return day(almanac.weekday_near(ground.published, number, future=True))
    last = almanac.weekday_near(ground.published, number)
    return day(last - timedelta(days=7) if which == "last" and last == ground.published else last)


def weekday_to_weekday_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    last = weekday_sense(form, ground, classes, "weekday2")
    if last is None or last.first_day is None:
        return None
    first = almanac.weekday_near(last.first_day, int(classes.value("weekday", form.parts["weekday"])))
    return days(first, last.first_day)


def near_day_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    if ground.published is None:
        return None
    offset = {"today": 0, "yesterday": -1, "tomorrow": 1}.get(form.parts["which"].casefold(), -2)
    return day(ground.published + timedelta(days=offset))


def near_part_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    if ground.published is None:
        return None
    which = re.sub(r"\s+", " ", form.parts["which"].casefold())
    before = ground.published - timedelta(days=1)
    table = {
        "overnight": (before, 18, 30), "last night": (before, 18, 30), "late last night": (before, 21, 30), "late yesterday": (before, 17, 24),
        "tonight": (ground.published, 18, 30), "this morning": (ground.published, 5, 12), "early this morning": (ground.published, 0, 9),
        "early today": (ground.published, 0, 9), "this afternoon": (ground.published, 12, 18), "this evening": (ground.published, 17, 24),
    }  # fmt: skip
    return almanac.part_of_day(*table[which], approximate=which == "overnight")


def count_of(form: TimeForm) -> int | None:
    """How many units a form says; None if it does not say ("several", no number)."""
    words = re.sub(r"\s+", " ", form.parts.get("number", "").casefold()).removesuffix(" more")
    if words in COUPLE:
        return COUPLE[words]
    value = cardinal(words) if words and words not in VAGUE else None
    return None if value is None else int(value)


def _moved(base: When | None, form: TimeForm, classes: Classes, sign: int, count: int | None) -> When | None:
    """`base` moved by the form's number of units; an unsaid number of hours stays within the day, of days is not datable."""
    if base is None:
        return None
    unit = classes.value("unit", form.parts["unit"])
    if unit == "hour":
        count = count or 0
        moved = almanac.shifted(base, sign * (count // 24), "day")
        return replace(moved, approximate=True) if moved and count < 24 else moved
    return None if count is None else almanac.shifted(base, sign * count, unit)


def ago_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    moved = _moved(ground.today, form, classes, -1, count_of(form))
    return replace(moved, approximate=True) if moved and form.parts.get("loose") else moved


def _base_for(unit: str, ground: Ground, sign: int = 0) -> When | None:
    """What "a week later" counts from: days from the last event known to a day, longer units from the last event at all.

    Backwards, where the text dates no event, from the day of publication; forwards never, unless the clause speaks of the future: what is
    told has happened by then.
    """
    today = ground.today if sign <= 0 or ground.ahead else None
    return ground.near or today or ground.last if unit in ("hour", "day") else ground.last or today


def shifted_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    unit_text = form.parts["unit"].casefold()
    unit = "day" if unit_text == "night" else classes.value("unit", unit_text)
    sign = -1 if form.parts["which"].casefold() in ("earlier", "previously", "before") else 1
    count = count_of(form) if "number" in form.parts else (1 if form.form == "day-before" else None)
    return _moved(_base_for(unit, ground, sign), replace(form, parts={**form.parts, "unit": unit}), classes, sign, count)


def neighbour_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    """ "the next day", "that month": relative to the last dated event."""
    unit = form.parts["unit"].casefold()
    step = {"previous": -1, "preceding": -1, "next": 1, "following": 1}.get(form.parts["which"].casefold(), 0)
    if unit == "weekend":
        return None
    longer = unit if unit in ("week", "month", "year") else "day"
    base = _base_for(longer, ground, step)
    if base is None or base.first_day is None:
        return None
    if longer != "day":
        if step == 0:
            first = base.first_day
            return {"year": year(first.year), "month": month(first.year, first.month), "week": almanac.week_of(first)}[longer]
        return almanac.shifted(base, step, longer)
    moved = almanac.shifted(base, step, "day")
    if moved is None or moved.first_day is None or moved.precision is not Precision.DAY or unit == "day":
        return moved
    first_hour, last_hour = hours_of(classes.value("part", unit))
    return almanac.part_of_day(moved.first_day, first_hour, last_hour)


def hours_of(value: str) -> tuple[int, int]:
    first, last = value.split("-")
    return int(first), int(last)


def same_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    base = ground.near
    return almanac.shifted(replace(base, approximate=True), 0, "day") if base else None


def anchored_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    """ "three days after X": the time of X, counted back from the sentence's own event, else from publication."""
    sign = 1 if form.parts["which"].casefold() == "before" else -1
    moved = _moved(ground.here or ground.today or ground.near, form, classes, sign, count_of(form))
    return _blurred(moved) if moved and form.parts.get("loose") else moved


def _blurred(when: When) -> When:
    """ "almost a week after": a few days around it."""
    first = when.first_day
    if when.precision is not Precision.DAY or first is None:
        return replace(when, approximate=True)
    return days(first - timedelta(days=2), first + timedelta(days=2), approximate=True)


def anniversary_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    """The day of publication, so many years before, give or take."""
    rank = ordinal(form.parts["rank"])
    if ground.published is None or rank is None:
        return None
    value = almanac.valid(ground.published.year - rank, ground.published.month, ground.published.day)
    return day(value, approximate=True) if value else None


def near_span_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    if ground.published is None:
        return None
    which, unit, third = (form.parts.get(k, "").casefold() for k in ("which", "unit", "third"))
    today = ground.published
    step = {"last": -1, "the past": -1, "this": 0, "the": 0}.get(which, 1)
    if unit == "weekend":
        when: When | None = almanac.weekend(today + timedelta(weeks=step if step > 0 else 0))
    elif unit in ("week", "fortnight"):
        when = almanac.week_of(today, step * (2 if unit == "fortnight" else 1))
        if third == "earlier" and step == 0 and when.first_day is not None:
            when = days(when.first_day, today, approximate=True)
    elif unit == "month":
        when = month(*almanac.add_months(today.year, today.month, step), approximate=bool(third))
    else:
        when = year(today.year + step, approximate=bool(third))
    return replace(when, approximate=True) if when and third and not when.approximate else when


def weekend_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    return None if ground.published is None else almanac.weekend(ground.published)


def recent_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    """ "in recent weeks" is given four of them, an unsaid "past week" one."""
    if ground.published is None:
        return None
    unit = classes.value("unit", form.parts["unit"])
    plural = form.parts["unit"].casefold().endswith("s")
    return _stretch(ground.published, count_of(form) or (4 if plural else 1), unit, approximate=True)


def _stretch(last: date, count: int, unit: str, *, approximate: bool) -> When | None:
    """The `count` units that end on `last`."""
    try:
        if unit in ("month", "year"):
            back = almanac.add_months(last.year, last.month, -count * (12 if unit == "year" else 1))
            first = almanac.valid(*back, last.day) or almanac.valid(*back, 28)
        else:
            first = last - timedelta(days=max(count // 24, 1) if unit == "hour" else count * {"day": 1, "week": 7, "fortnight": 14}[unit])
    except (ValueError, OverflowError):
        return None
    return days(first, last, approximate=approximate) if first else None


def in_so_long_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    count, unit = count_of(form), classes.value("unit", form.parts["unit"])
    if ground.published is None or count is None:
        return None
    if ground.ahead:
        moved = almanac.shifted(day(ground.published), count // 24 if unit == "hour" else count, "day" if unit == "hour" else unit)
        return almanac.uncertain(moved) if moved else None
    return None if unit == "hour" and count < 24 else _stretch(ground.published, count, unit, approximate=False)


def unknown_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    return None


def clock_sense(form: TimeForm, ground: Ground, classes: Classes) -> When | None:
    """A time of day without a day: that of the last event known to a day."""
    near = ground.here or ground.near  # "in August 2014, when they left at night": no night is known
    base = near.first_day if near and near.precision in (Precision.DAY, Precision.PART_OF_DAY) else None
    if base is None:
        return None
    first, last = hours_of(classes.value("part", form.parts["part"])) if "part" in form.parts else _clock_hours(form.parts["clock"])
    return almanac.part_of_day(base, first, last)


def _clock_hours(text: str) -> tuple[int, int]:
    """ "8 p.m." is the hour from 20 to 21; what is no hour of the day is the whole day."""
    hour = int(re.split(r"\D", text, maxsplit=1)[0])
    if re.search(r"p\.?m", text, re.I) and hour < 12:
        hour += 12
    elif re.search(r"a\.?m", text, re.I) and hour == 12:
        hour = 0
    return (hour, hour + 1) if hour < 24 else (0, 24)
