"""The two clocks as a person types them: `--as-of` (a day) and `--known-by` (a day or a time), in the theatre's civil time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

from heldby.errors import UsageError

FIRST, LAST = date(1800, 1, 1), date(2200, 1, 1)  # days asked about lie between these, so that no reckoning leaves the calendar


def parse_day(text: str, option: str) -> date:
    """A day, YYYY-MM-DD. Raises UsageError that names the option."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(option, f"expected a day as YYYY-MM-DD, not {text!r}") from None
    if not FIRST <= day < LAST:
        raise UsageError(option, f"expected a day from {FIRST} on and before {LAST}, not {text!r}")
    return day


def parse_instant(text: str, option: str, zone: timezone) -> datetime:
    """A moment (UTC): a day means its end, a time without offset is the theatre's. Raises UsageError that names the option."""
    try:
        if len(text) == 10:
            at = datetime.combine(date.fromisoformat(text) + timedelta(days=1), time.min, zone).astimezone(UTC)
        else:
            typed = datetime.fromisoformat(text)
            at = (typed if typed.tzinfo else typed.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(option, f"expected YYYY-MM-DD or YYYY-MM-DDTHH:MM, not {text!r}") from None
    if not FIRST <= at.date() < LAST:
        raise UsageError(option, f"expected a time from {FIRST} on and before {LAST}, not {text!r}")
    return at


def last_day(today: date, until: date | None) -> date:
    """The day meant when none is given: today, or the end of the theatre's period if that is past."""
    return today if until is None else min(today, until)


def end_of_day(day: date, zone: timezone) -> datetime:
    """The end of a civil day as an instant (UTC)."""
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)
