"""The ledger in one SQLite file: rollback journal, one writer, full synchronisation, nothing ever updated or deleted.

The rollback journal and not the write-ahead log: SQLite 3.7.0 to 3.51.2 can lose the latter's content when two connections reset it at
once, and 3.11's own SQLite is among them. Content lies in `payload` under its digest, the log in `revision`; there is no third table.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from heldby.errors import LedgerError
from heldby.ledger.condition import Finding, Grade
from heldby.ledger.log import Break
from heldby.ledger.schema import NEWEST, missing_steps, sqlite_shape
from heldby.ledger.store import Row, Store, text_of
from heldby.ledger.stored import StoredLedger

APPLICATION_ID = 0x68656C64  # "held", in the file's header: SQLite's own way to tell one program's files from another's
CACHE_KIBIBYTES = (
    32_768  # pages in memory: what a batch touches of the indexes of a large ledger, which else is read and written many times over
)
BUSY_SECONDS = 120.0  # a writer waits for another's batches, which are not handed out in turn
FAULTS_SHOWN = 100


def open_file(path: Path) -> StoredLedger:
    """The ledger at `path`, made if missing (its folder too), brought up to today's schema if it is older. Raises LedgerError on a file
    that is no ledger or of a newer schema."""
    if path.is_dir():
        raise LedgerError(str(path), "is a folder, not a ledger")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as e:
        raise LedgerError(str(path), f"its folder cannot be made ({e.strerror})") from None
    with _explained(str(path)):
        db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    db.text_factory = text_of
    try:
        with _explained(str(path)):
            _prepare(db, str(path))
    except BaseException:
        db.close()
        raise
    return StoredLedger(SqliteStore(db, str(path)))


def _prepare(db: sqlite3.Connection, where: str) -> None:
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute(f"PRAGMA cache_size = -{CACHE_KIBIBYTES}")
    db.execute("PRAGMA cell_size_check = ON")
    owner, version = _mark(db)
    tables = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if owner != APPLICATION_ID and (owner or version or tables):
        raise LedgerError(where, "is a database, but not a heldby ledger")
    missing_steps(version, where)
    if (mode := db.execute("PRAGMA journal_mode = DELETE").fetchone()[0]) != "delete":
        raise LedgerError(where, f"is kept with the journal mode {mode!r} by another process; close that, for this one is not safe in it")
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA secure_delete = ON")
    if owner == APPLICATION_ID and version == NEWEST:
        return
    db.execute("BEGIN IMMEDIATE")
    for step in missing_steps(_mark(db)[1], where):  # another process may have taken them meanwhile
        for statement in step.sqlite:
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {NEWEST}")
    db.execute("COMMIT")


def _mark(db: sqlite3.Connection) -> tuple[int, int]:
    return db.execute("PRAGMA application_id").fetchone()[0], db.execute("PRAGMA user_version").fetchone()[0]


@contextmanager
def _explained(where: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as e:
        cause = "another process is writing to it" if "locked" in str(e) else str(e)
        raise LedgerError(where, cause) from e
    except sqlite3.Error as e:
        raise LedgerError(where, f"cannot be used as a ledger: {e}") from e


class SqliteStore(Store):
    """Rows in a SQLite file."""

    def __init__(self, db: sqlite3.Connection, where: str) -> None:
        self._db, self.where = db, where

    def rows(self, query: str, *values: object) -> list[Row]:
        return self._db.execute(query, values).fetchall()

    def stream(self, query: str, *values: object) -> Iterator[Row]:
        return self._db.execute(query, values)

    @contextmanager
    def explained(self) -> Iterator[None]:
        with _explained(self.where):
            yield

    @contextmanager
    def apart(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as e:
            raise LedgerError(self.where, str(e)) from e

    @property
    def writing(self) -> bool:
        return self._db.in_transaction

    def begin(self) -> None:
        self.rows("BEGIN IMMEDIATE")

    def commit(self) -> None:
        self.rows("COMMIT")

    @contextmanager
    def reading(self) -> Iterator[None]:
        if self.writing:
            yield
            return
        self.rows("BEGIN")
        try:
            yield
        finally:
            self.rows("COMMIT")

    def broken(self) -> Iterator[Break]:
        found: dict[str, str] = dict(self.rows("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_autoindex%'"))
        shape = sqlite_shape()
        for name in sorted(shape.keys() | found.keys()):
            if found.get(name) != shape.get(name):
                state = "missing" if name not in found else "unknown" if name not in shape else "changed"
                yield Break(0, f"schema {name}", f"{state}: the ledger is no longer guarded as it was made")
        for (fault,) in self.rows(f"PRAGMA integrity_check({FAULTS_SHOWN})"):
            if fault != "ok":
                yield Break(0, "storage", fault)

    def condition(self) -> Iterator[Finding]:
        mode = str(self.rows("PRAGMA journal_mode")[0][0])
        words = f"SQLite {sqlite3.sqlite_version}, one file, journal mode {mode}"
        if mode == "delete":
            yield Finding(Grade.OK, "storage", words)
        else:
            yield Finding(Grade.FAULT, "storage", words, "close every other program that has the file open, and run this again")
        path = Path(self.where)
        if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
            yield Finding(Grade.WARN, "permissions", f"{path} and its folder can be read and not written", "chmod u+w, for whoever adds")
        elif path.stat().st_mode & stat.S_IWOTH:
            yield Finding(Grade.WARN, "permissions", f"everybody on this machine may write to {path}", f"chmod o-w {path}")
        else:
            yield Finding(Grade.OK, "permissions", f"{path} can be written by whom it should")

    def sweep(self) -> None:
        """Pages are overwritten as they become free (secure_delete, for every connection of ours); nothing is left to do."""

    def close(self) -> None:
        self._db.close()
