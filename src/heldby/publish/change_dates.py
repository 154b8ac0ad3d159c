"""When a change came to pass, in the same words wherever changes are told.

A change is dated by an interval: from the first day it can have been to the last. Lists of changes since a day hold all that can have been on it
or later and had likely come by the list's last day, so that some can lie before the first, and some later than the last; such a list says how many.
They are put in order by the day by whose end the new state is likelier than the old, which is the day on which the map turns.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from heldby.model.when import Precision, When
from heldby.publish.dates import MONTHS, long_day, plain_when, short_day
from heldby.publish.edition import ChangeRow, Edition


def change_day(change: ChangeRow) -> str:
    """The day a change is put in order by, ISO; "" where nothing is known of its time. An edition frozen before it was kept gives the first day
    the change can have been."""
    return change.likely_day or change.first_day


def latest_first(changes: Iterable[ChangeRow]) -> list[ChangeRow]:
    return sorted(changes, key=lambda c: (change_day(c), c.name, c.unit_id), reverse=True)


def dated(change: ChangeRow) -> str:
    """ "14 July 2021", "between 12 and 15 July 2021, likely by 13 July 2021", "by 15 July 2021", "in July 2021, likely by 20 July 2021"."""
    if not change.when:
        return plain_when("")
    when = When.parse(change.when)
    first, last = when.first_day, when.last_day
    if first is not None and first == last:
        return plain_when(change.when)
    likely = date.fromisoformat(change.likely_day) if change.likely_day else None
    tail = f", likely by {long_day(likely)}" if likely is not None and likely != last else ""
    return f"{_span(change.when, when)}{tail}"


def dated_short(change: ChangeRow, near: date) -> str:
    """For a narrow column: "14 Jul", "~9 Aug", "12–15 Jul", "30 Jul–2 Aug", "by 15 Jul", "Jul 2021"; the year where it is not that of `near`."""
    if not change.when:
        return "?"
    when = When.parse(change.when)
    first, last = when.first_day, when.last_day
    about = "~" if when.approximate or when.uncertain else ""
    if first is None or last is None:
        bound = last or first
        assert bound is not None
        return f"{'by' if first is None else 'from'} {about}{_short(bound, near)}"
    if when.precision is Precision.YEAR:
        return f"{about}{first.year}"
    if when.precision is Precision.MONTH:
        return f"{about}{MONTHS[first.month - 1][:3]} {first.year}"
    if first == last:
        return f"{about}{_short(first, near)}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{about}{first.day}–{_short(last, near)}"
    return f"{about}{short_day(first) if first.year == last.year else _short(first, near)}–{_short(last, near)}"


def perhaps_before(changes: Iterable[ChangeRow], since: date) -> int:
    """How many of the changes listed since a day can have come to pass before it."""
    return sum((first := _bounds(c)[0]) is None or first < since for c in changes)


def perhaps_later(changes: Iterable[ChangeRow], as_of: date) -> int:
    """How many of the changes listed up to a day can have come to pass after it."""
    return sum((last := _bounds(c)[1]) is None or last > as_of for c in changes)


def perhaps_outside(edition: Edition) -> str:
    """ "3 of them perhaps before, 2 perhaps later", of the changes of an edition and its period; "" where all lie within it for certain."""
    if edition.since is None:
        return ""
    counted = (perhaps_before(edition.changes, edition.since), "before"), (perhaps_later(edition.changes, edition.as_of), "later")
    told = [(n, word) for n, word in counted if n]
    return ", ".join(f"{n}{'' if i else ' of them'} perhaps {word}" for i, (n, word) in enumerate(told))


def reach_words(edition: Edition) -> str:
    """ "since 9 July 2021", with how many of the changes can lie outside the period; "" of an edition that was not asked for changes."""
    if edition.since is None:
        return ""
    outside = perhaps_outside(edition)
    return f"since {long_day(edition.since)}{f', {outside}' if outside else ''}"


def _bounds(change: ChangeRow) -> tuple[date | None, date | None]:
    """The first and the last day a change can have been; None where nothing bounds it."""
    when = When.parse(change.when) if change.when else None
    return (when.first_day, when.last_day) if when else (None, None)


def _span(edtf: str, when: When) -> str:
    """An interval of more than one day."""
    words = plain_when(edtf)
    if when.first_day is None or when.last_day is None:
        return words
    if when.precision in (Precision.MONTH, Precision.YEAR):
        return f"in {words}"
    first, _, last = words.partition(" to ")
    return f"between {first} and {last}"


def _short(day: date, near: date) -> str:
    return short_day(day) if day.year == near.year else f"{short_day(day)} {day.year}"
