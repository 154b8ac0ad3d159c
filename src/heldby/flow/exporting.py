"""An edition in a format of the user's choice."""

from __future__ import annotations

from datetime import date

from heldby.errors import UsageError
from heldby.flow.inquiry import Inquiry, Question
from heldby.flow.publishing import full_edition
from heldby.publish.exports import FORMATS, Filter, Format, Selection, select


def format_named(name: str) -> Format:
    """Raises UsageError that names those there are."""
    if name not in FORMATS:
        raise UsageError(f"format {name!r}", f"unknown; known: {', '.join(FORMATS)}")
    return FORMATS[name]


def format_of(path: str) -> Format:
    """By the ending of a file's name, the longest that fits. Raises UsageError that names the endings known."""
    found = [f for f in FORMATS.values() if path.endswith(f.ending)]
    if not found:
        raise UsageError("--out", f"{path!r} ends in none of {', '.join(f.ending for f in FORMATS.values())}; or say --format")
    return max(found, key=lambda f: len(f.ending))


def selection_of(
    inquiry: Inquiry,
    question: Question,
    chosen: Filter,
    *,
    roster: str | None = None,
    since: date | None = None,
    boundaries: str | None = None,
) -> Selection:
    """Everything of the edition that the filter lets through; changes since `since` (default: the theatre's beginning)."""
    edition = full_edition(inquiry, question, roster=roster, since=since or inquiry.desk.theatre.since, boundaries=boundaries)
    return select(edition, chosen)
