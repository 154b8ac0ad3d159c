"""What was published: reports, passages, and what could not be read, placed or dated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from heldby.model.ident import content_id
from heldby.model.when import Published


class Mark(StrEnum):
    """What must be said wherever a report's content leads."""

    RECONSTRUCTION = "reconstruction"
    BROKEN_TEXT = "broken-text"
    SYNTHETIC = "synthetic"
    REVIEWED = "reviewed"  # a person corrected, confirmed or added what it rests on


@dataclass(frozen=True, slots=True)
class Report:
    """A document as published. `id` hashes outlet, address, publication and text; `outlet` is the name as given."""

    id: str
    outlet: str
    text: str
    url: str = ""
    published: Published | None = None
    fetched: datetime | None = None
    title: str = ""
    origin: str = ""  # where it was gathered: path and line, or URL
    given_id: str = ""  # the id its file gave it, shown back, never trusted
    marks: tuple[Mark, ...] = ()

    @classmethod
    def of(
        cls,
        text: str,
        *,
        outlet: str = "",
        url: str = "",
        published: Published | None = None,
        fetched: datetime | None = None,
        title: str = "",
        origin: str = "",
        given_id: str = "",
        marks: tuple[Mark, ...] = (),
    ) -> Report:
        """A report with its content id."""
        ident = content_id("r", outlet, url, published.text if published else None, text)
        return cls(ident, outlet, text, url, published, fetched, title, origin, given_id, marks)


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of a report's text, in characters: the evidence. `quote` is text[start:end], kept so that a claim can be read alone."""

    report_id: str
    start: int
    end: int
    quote: str


class GapKind(StrEnum):
    EMPTY = "empty"
    BINARY = "binary"
    TOO_LARGE = "too-large"
    NO_TEXT = "no-text"
    UNDATED = "undated"
    FUTURE = "future"
    LANGUAGE = "language"
    UNPLACED = "unplaced"
    AMBIGUOUS_PLACE = "ambiguous-place"
    OUTSIDE_THEATRE = "outside-theatre"
    NO_ACTOR = "no-actor"
    UNREADABLE = "unreadable"
    MALFORMED = "malformed"
    ERASED = "erased"  # it was in the ledger, and its text was taken out again
    TURNED_AWAY = "turned-away"  # pages of an archive or folder that could hold no claim: counted, not parsed


@dataclass(frozen=True, slots=True)
class Gap:
    """What heldby met and would not guess: `subject` names the thing (file and line, or the words), `cause` says why."""

    kind: GapKind
    subject: str
    cause: str
    report_id: str = ""
    claim_id: str = ""
    start: int = -1
    end: int = -1

    @property
    def id(self) -> str:
        return content_id("g", self.kind, self.subject, self.cause, self.report_id, self.claim_id, self.start, self.end)


@dataclass(frozen=True, slots=True)
class Retraction:
    """An outlet takes a page back: from `published` on, what was at `url` no longer stands."""

    url: str
    outlet: str
    published: Published
    reason: str
    origin: str = ""
