"""The ledger over any store: what is written, what stands at a pair of clocks, and whether all of it is as it was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from heldby.errors import LedgerError
from heldby.ledger.audit import broken_content, readable
from heldby.ledger.clocks import Entry, ReadPayload, Sighting, standing
from heldby.ledger.condition import Finding
from heldby.ledger.content import Content
from heldby.ledger.digesting import content_hash
from heldby.ledger.log import Break, Kind, Revision, against_checkpoint, broken_links, checkpoint_of
from heldby.ledger.port import Clock, Provenance
from heldby.ledger.reviews import taken_back, with_undone
from heldby.ledger.store import Lost, Store
from heldby.ledger.tables import decoded, instant
from heldby.ledger.tombstones import as_gap, erasures_in, shown_at
from heldby.ledger.writing import LogWriter
from heldby.model.ident import Plain
from heldby.model.report import Gap, Report, Retraction
from heldby.model.review import Act, Reviewed


class StoredLedger:
    """A `Ledger` (see the port) over a store. Use as a context manager, or close it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._viewed: tuple[tuple[datetime | None, int, str], Content] | None = (
            None  # what was viewed last: one command looks more than once
        )

    def __enter__(self) -> StoredLedger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._store.close()

    @contextmanager
    def writer(self, clock: Clock, author: str, batch: int = 1) -> Iterator[LogWriter]:
        store = self._store
        if store.writing:
            raise LedgerError(store.where, "has a writer already")
        if not author.isprintable():
            raise LedgerError(store.where, f"an author's name is one line of text, not {author!r}")
        writer = LogWriter(store, clock, author, batch)
        try:
            yield writer
        except BaseException as e:
            self._kept_so_far(writer, e)
            raise
        else:
            writer.commit()
        finally:
            store.rollback()

    def _kept_so_far(self, writer: LogWriter, failure: BaseException) -> None:
        """Commit what was added whole before a failure. Raises LedgerError that names both causes where that cannot be kept either."""
        try:
            writer.commit()
        except LedgerError as lost:
            first = failure.cause if isinstance(failure, LedgerError) else str(failure) or type(failure).__name__
            raise LedgerError(lost.subject, f"{first}; {lost.cause}") from failure

    def view(self, known_by: datetime | None = None, at_revision: int | None = None) -> Content:
        store = self._store
        if known_by is not None and known_by.tzinfo is None:
            raise LedgerError(store.where, f"--known-by needs a zone: {known_by}")
        with store.explained(), store.reading():
            last = store.last()[0]
            at = last if at_revision is None else at_revision
            if not 0 <= at <= last:
                raise LedgerError(store.where, f"has no revision {at} (its last is {last})")
            upto = store.revision(at) if at else None
            asked = known_by, at, upto.hash if upto else ""  # the hash of a revision stands for all up to it
            if self._viewed is None or self._viewed[0] != asked:
                self._viewed = asked, self._content(known_by, at)
            return self._viewed[1]

    def log(self, since: int = 0) -> Iterator[Revision]:
        with self._store.explained():
            yield from self._store.revisions(since)

    def head(self) -> Revision | None:
        with self._store.explained(), self._store.reading():
            return self._store.head()

    def condition(self) -> tuple[Finding, ...]:
        with self._store.explained():
            return tuple(self._store.condition())

    def content_hash(self) -> str:
        with self._store.explained(), self._store.reading():
            return content_hash(self._store)

    def provenance(self) -> Provenance | None:
        with self._store.explained(), self._store.reading():
            found = self._store.first_reading()
        return decoded(ReadPayload, found[1], found[0]).provenance if found else None

    def rows(self) -> Iterator[tuple[Revision, bytes | None]]:
        with self._store.explained(), self._store.reading():
            for revision in self._store.revisions():
                body = self._store.body(revision.payload)
                yield revision, body if isinstance(body, bytes) else None

    def take(self, rows: Iterable[tuple[Revision, bytes | None]]) -> None:
        store = self._store
        with store.explained():
            store.begin()
            try:
                if store.last()[0]:
                    raise LedgerError(store.where, "holds something already: another is copied into an empty ledger alone")
                for revision, body in rows:
                    store.append(revision, body)
                if found := [*broken_links(store.revisions()), *broken_content(store)]:
                    first = found[0]
                    raise LedgerError(first.subject, f"what is to be copied is not whole: {first.cause}", f"revision {first.revision}")
                store.commit()
            finally:
                store.rollback()

    def checkpoint(self) -> dict[str, Plain]:
        return checkpoint_of(self.head())

    def verify(self, checkpoint: Mapping[str, Plain] | None = None) -> tuple[Break, ...]:
        store = self._store

        def behind() -> Iterator[Break]:
            if checkpoint is not None:
                number = checkpoint.get("revision")
                yield from against_checkpoint(checkpoint, store.revision(number) if type(number) is int else None)

        found: list[Break] = []
        try:
            with store.explained(), store.reading():
                for part in (store.broken, lambda: broken_links(readable(store)), lambda: broken_content(store), behind):
                    try:
                        with store.apart():
                            found += part()
                    except LedgerError as e:
                        found.append(Break(0, store.where, f"cannot be read to its end: {e.cause}"))
                        if isinstance(e, Lost):
                            break
        except LedgerError as e:
            found.append(Break(0, store.where, f"cannot be read to its end: {e.cause}"))
        return tuple(dict.fromkeys(found))

    def _content(self, known_by: datetime | None, at: int) -> Content:
        reports: dict[str, tuple[Report, datetime, int]] = {}
        reads: dict[str, tuple[ReadPayload, int]] = {}
        sightings: dict[str, tuple[Sighting, ...]] = {}
        gaps: list[Gap] = []
        retractions: list[Retraction] = []
        acts: list[Reviewed] = []
        erased = erasures_in(self._store)
        gone_bodies = {d for erasure, _ in erased for d in erasure.digests}
        for number, kind, subject, at_time, author, payload, body in self._store.contents(at):
            if body is None and payload in gone_bodies:
                continue
            match kind:
                case Kind.REPORT | Kind.EDIT:
                    reports[subject] = (decoded(Report, body, number), instant(at_time, number), number)
                case Kind.READING | Kind.REREAD:
                    reads[subject] = (decoded(ReadPayload, body, number), number)
                case Kind.SIGHTING:
                    sightings[subject] = (*sightings.get(subject, ()), decoded(Sighting, body, number))
                case Kind.GAP:
                    gaps.append(decoded(Gap, body, number))
                case Kind.RETRACTION:
                    retractions.append(decoded(Retraction, body, number))
                case Kind.ERASURE:
                    pass
                case Kind.REVIEW:
                    acts.append(Reviewed(decoded(Act, body, number), author, at_time, number))
                case _:
                    raise LedgerError(self._store.where, f"an unknown kind of revision: {kind}", f"revision {number}")
        entries = [
            Entry(report, reads[i][0], sightings.get(i, ()), recorded, number, reads[i][1])
            for i, (report, recorded, number) in reports.items()
            if i in reads
        ]
        decided = with_undone(acts)
        gone = taken_back(decided)
        entries = [e for e in entries if e.report.id not in gone]
        known = [r for r in retractions if known_by is None or r.published.known <= known_by]
        tombstones = shown_at(self._store, erased, at)
        gaps += map(as_gap, tombstones)
        return Content(at, standing(entries, retractions, known_by), tuple(gaps), tuple(known), decided, tombstones)
