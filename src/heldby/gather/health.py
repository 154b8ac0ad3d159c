"""How each source is doing, and when it is to be looked at next: pure. What a look gave goes in, what to remember and what to tell comes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from heldby.gather.catalogue import Source
from heldby.model.when import utc_text

TOLD_AFTER = 3  # failures in a row before anybody is told
LONGEST_WAIT = timedelta(hours=6)  # between two tries at a source that fails, unless it is looked at more rarely anyway
LONGEST_OBEYED = timedelta(days=1)  # that a server may ask to be left alone


class NoticeKind(StrEnum):
    """What may have become of a source."""

    FAILING = "failing"
    BACK = "back"
    SILENT = "silent"
    SPEAKS = "speaks"
    GONE = "gone"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell about a source, once."""

    at: datetime
    source: str
    kind: NoticeKind
    words: str


@dataclass(frozen=True, slots=True)
class Health:
    """What is remembered of one source. Instants are UTC text ("" = never).

    `seen` maps the keys of what is there now to digests of what they said, so that only what is new or changed is read.
    """

    began: str = ""
    next: str = ""
    tried: str = ""
    good: str = ""
    new: str = ""
    failures: int = 0
    failing_since: str = ""
    cause: str = ""
    etag: str = ""
    modified: str = ""
    silent: bool = False
    gone: bool = False
    told_failing: bool = False
    moved_to: str = ""
    reports: int = 0
    seen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Good:
    """A look that worked: how many reports were new, validators for the next conditional request, what is there now, where it has moved to."""

    new: int
    etag: str = ""
    modified: str = ""
    seen: Mapping[str, str] | None = None  # None: nothing has changed
    moved_to: str = ""
    more: bool = False  # something was left for the next look, which is due at once


@dataclass(frozen=True, slots=True)
class Bad:
    """A look that did not: why, for how long the server asks to be left alone, and whether it says that the source is gone for good."""

    cause: str
    retry_after: timedelta = timedelta(0)
    gone: bool = False


Outcome = Good | Bad


def begun(health: Health, now: datetime) -> Health:
    """A source met for the first time: its silence is counted from here."""
    return health if health.began else replace(health, began=utc_text(now))


def after(source: Source, health: Health, outcome: Outcome, now: datetime) -> tuple[Health, tuple[Notice, ...]]:
    """What to remember once a source was looked at, and what to tell."""
    if isinstance(outcome, Bad):
        return _after_bad(source, health, outcome, now)
    notices = []
    if health.told_failing:
        notices.append(Notice(now, source.name, NoticeKind.BACK, f"answers again, after failing since {health.failing_since}"))
    if outcome.new and health.silent:
        notices.append(Notice(now, source.name, NoticeKind.SPEAKS, f"has something new again, for the first time since {_last(health)}"))
    if outcome.moved_to and outcome.moved_to != health.moved_to:
        notices.append(Notice(now, source.name, NoticeKind.MOVED, f"has moved for good to {outcome.moved_to}: mend its url"))
    kept = replace(
        health,
        tried=utc_text(now),
        good=utc_text(now),
        next=utc_text(now if outcome.more else now + source.every),
        failures=0,
        failing_since="",
        told_failing=False,
        cause="",
        etag=outcome.etag,
        modified=outcome.modified,
        moved_to=outcome.moved_to,
        seen=health.seen if outcome.seen is None else dict(outcome.seen),
        new=utc_text(now) if outcome.new else health.new,
        silent=health.silent and not outcome.new,
        reports=health.reports + outcome.new,
    )
    return kept, tuple(notices)


def _after_bad(source: Source, health: Health, outcome: Bad, now: datetime) -> tuple[Health, tuple[Notice, ...]]:
    failures = health.failures + 1
    since = health.failing_since or utc_text(now)
    # Twice as long each time, from the second on: one slip is not punished, an outage is not hammered.
    wait = min(source.every * 2 ** min(failures - 1, 12), max(LONGEST_WAIT, source.every))
    wait = max(wait, min(outcome.retry_after, LONGEST_OBEYED))
    notices = []
    if outcome.gone:
        notices.append(Notice(now, source.name, NoticeKind.GONE, f"is gone for good ({outcome.cause}): it is not looked at any more"))
    elif failures >= TOLD_AFTER and not health.told_failing:
        notices.append(Notice(now, source.name, NoticeKind.FAILING, f"has failed {failures} times since {since}: {outcome.cause}"))
    kept = replace(
        health,
        tried=utc_text(now),
        next=utc_text(now + wait),
        failures=failures,
        failing_since=since,
        cause=outcome.cause,
        gone=outcome.gone,
        told_failing=health.told_failing or failures >= TOLD_AFTER,
    )
    return kept, tuple(notices)


def hushed(source: Source, health: Health, now: datetime) -> tuple[Health, tuple[Notice, ...]]:
    """The source where it has just fallen silent, and the notice that says so, once for each silence."""
    ends = silence_at(source, health)
    if ends is None or now < ends:
        return health, ()
    known = f"; it does not answer ({health.cause})" if health.failures else ""
    notice = Notice(now, source.name, NoticeKind.SILENT, f"has had nothing new since {_last(health)}{known}")
    return replace(health, silent=True), (notice,)


def silence_at(source: Source, health: Health) -> datetime | None:
    """When it will count as silent if nothing new comes; None where it does already, or never will."""
    if health.silent or health.gone or source.paused or not source.silent_after or not _last(health):
        return None
    return datetime.fromisoformat(_last(health)) + source.silent_after


def _last(health: Health) -> str:
    return max(health.new, health.began)


def state_word(source: Source, health: Health) -> str:
    """How a source is doing, in a word."""
    if source.paused:
        return "paused"
    if health.gone:
        return "gone"
    if health.failures:
        return "failing" if health.failures >= TOLD_AFTER else "shaky"
    if health.silent:
        return "silent"
    return "good" if health.good else "never looked at"


def due_at(source: Source, health: Health, now: datetime) -> datetime | None:
    """When it is to be looked at next; None for never. A time too far ahead is a clock that was set back: then it is now."""
    if source.paused or health.gone:
        return None
    if not health.next:
        return now
    at = datetime.fromisoformat(health.next)
    farthest = now + max(source.every, LONGEST_WAIT, LONGEST_OBEYED)
    return now if at > farthest else at


def due(sources: Iterable[Source], healths: Mapping[str, Health], now: datetime) -> tuple[Source, ...]:
    """The sources to be looked at now, in the order of the catalogue."""
    times = ((s, due_at(s, healths.get(s.name, Health()), now)) for s in sources)
    return tuple(s for s, at in times if at is not None and at <= now)


def wake_at(sources: Iterable[Source], healths: Mapping[str, Health], now: datetime) -> datetime | None:
    """The next instant at which there is something to do; None where there never will be."""
    times = []
    for source in sources:
        health = healths.get(source.name, Health())
        times += [at for at in (due_at(source, health, now), silence_at(source, health)) if at is not None]
    return min(times, default=None)


def retry_after(header: str, now: datetime) -> timedelta:
    """A Retry-After header, in seconds or as a date; nothing where it cannot be read."""
    from email.utils import parsedate_to_datetime

    text = header.strip()
    if text.isascii() and text.isdigit() and len(text) < 9:
        return timedelta(seconds=int(text))
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return timedelta(0)
    return max(timedelta(0), (at if at.tzinfo else at.replace(tzinfo=UTC)) - now)
