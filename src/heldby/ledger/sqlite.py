"""The ledger in one SQLite file: rollback journal, one writer, full synchronisation, nothing ever updated or deleted.

The rollback journal and not the write-ahead log: SQLite 3.7.0 to 3.51.2 can lose the latter's content when two connections reset it at
once, and 3.11's own SQLite is among them. Content lies in `payload` under its digest, the log in `revision`; there is no third table.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from heldby.errors import LedgerError
from heldby.ledger.audit import broken_content, broken_storage
from heldby.ledger.clocks import Entry, ReadPayload, Sighting, standing
from heldby.ledger.content import Content
from heldby.ledger.log import FORMAT, Break, Kind, Revision, against_checkpoint, broken_links, checkpoint_of
from heldby.ledger.port import Clock
from heldby.ledger.reviews import taken_back, with_undone
from heldby.ledger.tables import APPLICATION_ID, SCHEMA, decoded, explained, instant, revision_of
from heldby.ledger.writing import SqliteWriter
from heldby.model.ident import Plain
from heldby.model.report import Gap, Report, Retraction
from heldby.model.review import Act, Reviewed

BUSY_SECONDS = 30.0


def open_ledger(path: Path) -> SqliteLedger:
    """The ledger at `path`, made if missing (its folder too). Raises LedgerError on a file that is no ledger or of a newer format."""
    path = Path(path)
    if path.is_dir():
        raise LedgerError(str(path), "is a folder, not a ledger")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise LedgerError(str(path), f"its folder cannot be made ({e.strerror})") from None
    with explained(path):
        db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        with explained(path):
            _prepare(db, path)
    except BaseException:
        db.close()
        raise
    return SqliteLedger(db, path)


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cell_size_check = ON")
    owner, version = _mark(db)
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if owner == APPLICATION_ID and version > FORMAT:
        raise LedgerError(str(path), f"written by a newer heldby (format {version}, this one reads {FORMAT})")
    if owner != APPLICATION_ID and (owner or version or tables):
        raise LedgerError(str(path), "is a database, but not a heldby ledger")
    db.execute("PRAGMA journal_mode = DELETE")
    db.execute("PRAGMA synchronous = FULL")
    if owner == APPLICATION_ID:
        return
    db.execute("BEGIN IMMEDIATE")
    if _mark(db)[0] != APPLICATION_ID:  # another process may have made it meanwhile
        for statement in SCHEMA.values():
            db.execute(statement)
        db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        db.execute(f"PRAGMA user_version = {FORMAT}")
    db.execute("COMMIT")


def _mark(db: sqlite3.Connection) -> tuple[int, int]:
    return db.execute("PRAGMA application_id").fetchone()[0], db.execute("PRAGMA user_version").fetchone()[0]


class SqliteLedger:
    """A `Ledger` (see the port) over one SQLite file. Use as a context manager, or close it."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self._db, self._path = db, path

    def __enter__(self) -> SqliteLedger:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def writer(self, clock: Clock, author: str, batch: int = 1) -> Iterator[SqliteWriter]:
        if self._db.in_transaction:
            raise LedgerError(str(self._path), "has a writer already")
        writer = SqliteWriter(self._db, self._path, clock, author, batch)
        try:
            yield writer
        finally:
            try:
                writer.commit()
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")

    def view(self, known_by: datetime | None = None, at_revision: int | None = None) -> Content:
        if known_by is not None and known_by.tzinfo is None:
            raise LedgerError(str(self._path), f"--known-by needs a zone: {known_by}")
        with explained(self._path), self._reading():
            head = self.head()
            last = head.number if head else 0
            at = last if at_revision is None else at_revision
            if not 0 <= at <= last:
                raise LedgerError(str(self._path), f"has no revision {at} (its last is {last})")
            return self._content(known_by, at)

    def log(self, since: int = 0) -> Iterator[Revision]:
        with explained(self._path):
            for row in self._db.execute("SELECT * FROM revision WHERE number > ? ORDER BY number", (since,)):
                yield revision_of(row)

    def head(self) -> Revision | None:
        return self._one("SELECT * FROM revision ORDER BY number DESC LIMIT 1")

    def checkpoint(self) -> dict[str, Plain]:
        return checkpoint_of(self.head())

    def verify(self, checkpoint: Mapping[str, Plain] | None = None) -> tuple[Break, ...]:
        try:
            with self._reading():
                found = [*broken_storage(self._db), *broken_links(self.log()), *broken_content(self._db, self.log())]
                if checkpoint is not None:
                    number = checkpoint.get("revision")
                    at = self._one("SELECT * FROM revision WHERE number = ?", number) if type(number) is int else None
                    found += against_checkpoint(checkpoint, at)
        except (sqlite3.Error, LedgerError) as e:
            return (Break(0, str(self._path), f"cannot be read to its end: {e}"),)
        return tuple(found)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """One state for several queries; inside a writer's transaction, that one's."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            self._db.execute("COMMIT")

    def _one(self, query: str, *values: int) -> Revision | None:
        with explained(self._path):
            row = self._db.execute(query, values).fetchone()
        return None if row is None else revision_of(row)

    def _content(self, known_by: datetime | None, at: int) -> Content:
        reports: dict[str, tuple[Report, datetime, int]] = {}
        reads: dict[str, tuple[ReadPayload, int]] = {}
        sightings: dict[str, tuple[Sighting, ...]] = {}
        gaps: list[Gap] = []
        retractions: list[Retraction] = []
        acts: list[Reviewed] = []
        query = "SELECT number, kind, subject, recorded, author, body FROM revision JOIN payload ON digest = payload WHERE number <= ? ORDER BY number"
        for number, kind, subject, at_time, author, body in self._db.execute(query, (at,)):
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
                case Kind.REVIEW:
                    acts.append(Reviewed(decoded(Act, body, number), author, at_time, number))
                case _:
                    raise LedgerError(str(self._path), f"an unknown kind of revision: {kind}", f"revision {number}")
        entries = [
            Entry(report, reads[i][0], sightings.get(i, ()), recorded, number, reads[i][1])
            for i, (report, recorded, number) in reports.items()
            if i in reads
        ]
        decided = with_undone(acts)
        gone = taken_back(decided)
        entries = [e for e in entries if e.report.id not in gone]
        known = [r for r in retractions if known_by is None or r.published.known <= known_by]
        return Content(at, standing(entries, retractions, known_by), tuple(gaps), tuple(known), decided)
