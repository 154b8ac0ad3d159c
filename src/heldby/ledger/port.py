"""What the ledger keeps and how it is asked: writing and reading are different types, whatever stores them.

The content never depends on the order in which it was added; the log does, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from heldby.ledger.condition import Finding
from heldby.ledger.log import Break, Revision
from heldby.model.claim import Claim, PublishedTally, Reading
from heldby.model.ident import Plain
from heldby.model.report import Gap, Mark, Report, Retraction
from heldby.model.review import Act, Reviewed
from heldby.model.status import Located

Clock: TypeAlias = Callable[[], datetime]  # gives an aware instant


@dataclass(frozen=True, slots=True)
class Provenance:
    """Under which rules a report was read: digests of rulebook and theatre, and the reader's version."""

    rulebook: str
    theatre: str
    reader: str


class Outcome(StrEnum):
    """What an addition did to the ledger. `KNOWN`: met again, nothing written; `ERASED`: met again, and it stays erased."""

    ADDED = "added"
    EDIT = "edit"
    SIGHTED = "sighted"
    KNOWN = "known"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Kept:
    """A report as it stands in a view.

    `known` is when it counts as known (UTC); `withdrawn` from when it no longer stands, by an edit or a retraction known in the view
    (`by` is the id of that report or retraction); `revision` is the entry that brought it, `read_at` that of its reading.
    """

    report: Report
    known: datetime
    reading: Reading
    provenance: Provenance
    fingerprint: tuple[int, ...]
    revision: int
    read_at: int
    withdrawn: datetime | None = None
    by: str = ""

    @property
    def published(self) -> date:
        """Civil date at the outlet; of an undated report the UTC date it was first seen."""
        return self.report.published.civil if self.report.published else self.known.date()


@dataclass(frozen=True, slots=True)
class Erased:
    """A report whose text was taken out of the ledger: why, by whom, when (UTC as text), by which revision."""

    report_id: str
    reason: str
    author: str
    recorded: str
    revision: int


@dataclass(frozen=True, slots=True)
class KnownTally:
    """A published tally with what the ledger knows of its report."""

    tally: PublishedTally
    known: datetime
    published: date
    outlet: str
    url: str = ""
    marks: tuple[Mark, ...] = ()
    withdrawn: datetime | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What another reading of one report changed. Claims are compared by id; `changed` pairs those of one id that say something else
    (hedge, loser's words, the units considered), before and after."""

    report_id: str
    gone: tuple[Claim, ...] = ()
    new: tuple[Claim, ...] = ()
    changed: tuple[tuple[Claim, Claim], ...] = ()
    tallies_gone: tuple[PublishedTally, ...] = ()
    tallies_new: tuple[PublishedTally, ...] = ()
    gaps_gone: tuple[Gap, ...] = ()
    gaps_new: tuple[Gap, ...] = ()

    @property
    def empty(self) -> bool:
        parts = (self.gone, self.new, self.changed, self.tallies_gone, self.tallies_new, self.gaps_gone, self.gaps_new)
        return not any(parts)


class Writer(Protocol):
    """The one writer. Every call is whole or not at all; what it acknowledges is safe once the batch it belongs to is committed."""

    def add(self, report: Report, reading: Reading, provenance: Provenance, fingerprint: tuple[int, ...] = ()) -> Outcome:
        """Keep a report with its reading. A report met again (same id) is a no-op, whatever its reading: see `reread`.

        Another report at the same outlet and address supersedes it from the later one's publication on. Raises LedgerError
        if the reading is of another report or the id does not fit the content.
        """
        ...

    def note(self, gap: Gap) -> Outcome:
        """Keep a gap that belongs to no reading (a file that could not be read). Idempotent."""
        ...

    def retract(self, retraction: Retraction) -> Outcome:
        """Withdraw what stands at an address from the retraction's publication on. May come before the report. Idempotent."""
        ...

    def reread(
        self, report_id: str, reading: Reading, provenance: Provenance, fingerprint: tuple[int, ...] = (), *, if_other: bool = False
    ) -> Difference:
        """Supersede the reading of a kept report. Equal content under equal provenance writes nothing; with `if_other`, nor does
        a reading that says the same, whatever made it. Raises LedgerError if unknown."""
        ...

    def review(self, act: Act) -> str:
        """Keep a person's decision behind those before it, and give its id. Raises LedgerError where it undoes what is not there or is undone."""
        ...

    def erase(self, report_id: str, reason: str) -> bool:
        """Take a report's text, and all that was read from it, out of the storage and its free pages; a tombstone with their digests stays, and
        the chain holds. It is in no view any more, at no revision, and is not taken in again. False where it was erased before (what is
        left of it in free pages is then swept again). Raises LedgerError if unknown. Commits."""
        ...

    def commit(self) -> None:
        """Make safe what was written so far."""
        ...


class View(Protocol):
    """The content as known at an instant and as written up to a revision. All results are sorted by content.

    `known_by` None sets no bound: a report dated in the future is then shown as well.
    """

    @property
    def revision(self) -> int:
        """The log position of this view; 0 for an empty log."""
        ...

    def kept(self) -> tuple[Kept, ...]:
        """Every report known, withdrawn ones too, by (known, id)."""
        ...

    def located(self) -> tuple[Located, ...]:
        """Every claim known as it is to be weighed (see `acts`), withdrawn ones with the time; by (known, report, passage, id)."""
        ...

    def tallies(self) -> tuple[KnownTally, ...]: ...

    def gaps(self) -> tuple[Gap, ...]:
        """Gaps of the reports known, and those without a report (bounded by the revision only)."""
        ...

    def reports(self) -> tuple[Report, ...]: ...

    def report(self, report_id: str) -> Report | None: ...

    def retractions(self) -> tuple[Retraction, ...]: ...

    def acts(self) -> tuple[Reviewed, ...]:
        """What people decided up to the revision, in the order of the log; bounded by no clock."""
        ...

    def erasures(self) -> tuple[Erased, ...]:
        """Reports that were erased, whenever that was, of those brought up to the revision; in the order of the log. Each is a gap too."""
        ...

    def as_read(self) -> tuple[Located, ...]:
        """Every claim known as it was read, without what people decided of it; in the order of `located`."""
        ...

    def reviewed_units(self) -> frozenset[str]:
        """Units of which a standing act decides something."""
        ...

    def sorted_content_hash(self) -> str:
        """SHA-256 over the sorted content: equal for equal content in any order of adding. Where a file lay, its given id and title
        and the instants of fetching (but for what they decide) are no part of it."""
        ...


class Ledger(Protocol):
    """An append-only log with two clocks."""

    def writer(self, clock: Clock, author: str, batch: int = 1) -> AbstractContextManager[Writer]:
        """The writer, for a `with` block: commits after every `batch` additions (or sooner, where these take long) and at the end, also
        when the block fails, for what was added before the failure is whole. Raises LedgerError while another writes."""
        ...

    def view(self, known_by: datetime | None = None, at_revision: int | None = None) -> View:
        """Raises LedgerError on a naive instant or a revision the log does not have."""
        ...

    def content_hash(self) -> str:
        """What `view().sorted_content_hash()` says, in memory that hardly grows with the ledger: a digest a report, and the versions of one address."""
        ...

    def provenance(self) -> Provenance | None:
        """Under which rules the first reading was made that is still there; None where there is none."""
        ...

    def log(self, since: int = 0) -> Iterator[Revision]:
        """Revisions after number `since`, in order."""
        ...

    def head(self) -> Revision | None: ...

    def checkpoint(self) -> dict[str, Plain]:
        """Plain values to keep outside the ledger and hand to `verify`."""
        ...

    def verify(self, checkpoint: Mapping[str, Plain] | None = None) -> tuple[Break, ...]:
        """Everything that is not as it was written; () if all is well. Cutting the log's end shows only against a checkpoint."""
        ...

    def condition(self) -> tuple[Finding, ...]:
        """How the storage is kept. Raises LedgerError where it does not answer."""
        ...

    def rows(self) -> Iterator[tuple[Revision, bytes | None]]:
        """Every revision with its content as kept (None: erased), in order, of one state: all there is to copy."""
        ...

    def take(self, rows: Iterable[tuple[Revision, bytes | None]]) -> None:
        """Fill an empty ledger with the rows of another, all or none. Raises LedgerError where it is not empty or they are not whole."""
        ...

    def close(self) -> None: ...
