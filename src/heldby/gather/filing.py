"""From the facts of a source to a report, or to the gap that says why not. Every source ends here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from heldby.gather.decoding import Decoded
from heldby.gather.options import GatherOptions
from heldby.model.report import Gap, GapKind, Mark, Report, Retraction
from heldby.model.when import ONE_DAY, Published

Item = Report | Gap | Retraction
_ISO = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?")
NO_DATE = "says no date of publication"


@dataclass(frozen=True, slots=True)
class Found:
    """What a source says of a report: `published` as written ("" = nothing); `origin` names the source in messages."""

    text: Decoded
    origin: str
    outlet: str = ""
    url: str = ""
    published: str = ""
    title: str = ""
    given_id: str = ""
    instead: str = ""  # where no publication is given: fields beside it that look like one


def file_report(found: Found, options: GatherOptions) -> Iterator[Item]:
    """The report of `found`, with a gap beside it if it is undated; or one gap: empty, too large, or from the future."""
    refused = _refused(found, options)
    if refused:
        yield refused
        return
    outlet = found.outlet or options.outlet
    published, cause = _published(found, outlet, options)
    if published and from_the_future(published, options.now):
        yield future_gap(found.origin, published)
        return
    marks = (Mark.RECONSTRUCTION,) * options.invented(outlet) + (Mark.BROKEN_TEXT,) * found.text.broken
    report = Report.of(
        found.text.text,
        outlet=outlet,
        url=found.url or options.url,
        published=published,
        fetched=options.now,
        title=found.title,
        origin=found.origin,
        given_id=found.given_id,
        marks=marks,
    )
    yield report
    if cause:
        yield Gap(GapKind.UNDATED, found.origin, f"{cause}; the report is known from when it was fetched", report_id=report.id)


def read_published(text: str, outlet: str, options: GatherOptions) -> Published:
    """A date or instant as a source writes it (ISO 8601; no zone: the outlet's). Raises ValueError that quotes it."""
    stripped = text.strip()
    if not _ISO.fullmatch(stripped):
        raise ValueError(f"not an ISO 8601 date or time: {text[:60]!r}")
    return Published.parse(stripped, options.zone(outlet))


def from_the_future(published: Published, now: datetime) -> bool:
    """Whether a publication lies after `now`; a date without a time does when its day has not begun where the outlet is."""
    begins = published.known if published.exact else published.known - ONE_DAY
    return begins > now


def future_gap(origin: str, published: Published) -> Gap:
    """The gap of a publication yet to come. The time of gathering is not in its words: met again, it is the same gap."""
    return Gap(
        GapKind.FUTURE, origin, f"says it was published on {published.text}, which was still to come when gathered: set aside, not read"
    )


def _refused(found: Found, options: GatherOptions) -> Gap | None:
    if not found.text.text.strip():
        return Gap(GapKind.EMPTY, found.origin, "holds no text")
    size = len(found.text.text.encode())
    if size > options.max_report_bytes:
        return too_large(found.origin, f"its text takes {size:,} bytes", options)
    return None


def too_large(origin: str, what: str, options: GatherOptions) -> Gap:
    return Gap(GapKind.TOO_LARGE, origin, f"{what}, more than max_report_bytes ({options.max_report_bytes:,}): refused")


def _published(found: Found, outlet: str, options: GatherOptions) -> tuple[Published | None, str]:
    """The publication and, where there is none, why."""
    if not found.published.strip():
        other = f" (it is read from the field published, not from {found.instead})" if found.instead else ""
        return options.published, "" if options.published else f"{NO_DATE}{other}"
    try:
        return read_published(found.published, outlet, options), ""
    except ValueError as e:
        return None, f"its date of publication is {e}"
