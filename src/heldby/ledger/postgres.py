"""The ledger in a PostgreSQL database, for several writers: the same tables, chain and contents as in a SQLite file.

Writers stand in line for the table of revisions (`LOCK ... IN EXCLUSIVE MODE`, handed out in turn, readers pass), so that numbers and chain
have no gaps. The tables lie in the first schema of the connection's search path; several ledgers of one database have a schema each.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from threading import Lock
from time import monotonic, time
from typing import Any

import psycopg
from psycopg import errors
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus

from heldby.errors import LedgerError
from heldby.ledger.condition import Finding, Grade
from heldby.ledger.indexes import broken_indexes
from heldby.ledger.log import Break
from heldby.ledger.schema import NEWEST, POSTGRES_SHAPE, missing_steps
from heldby.ledger.store import Lost, Row, Stamp, Store, text_of
from heldby.ledger.stored import StoredLedger

WAIT_SECONDS = 120  # for the writers before
CONNECT_SECONDS = 10
STAMP_SECONDS = 0.2
CLOCKS_APART = 30.0  # seconds
AT_ONCE = 500  # rows fetched at a time

_VERSION_TABLE = "CREATE TABLE ledger_schema (version integer NOT NULL)"
_SHAPE = """
SELECT 'column ' || c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
 FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
 WHERE c.relnamespace = current_schema()::regnamespace AND c.relname IN ('payload', 'revision') AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT 'index ' || indexname, replace(indexdef, quote_ident(current_schema()) || '.', '')
 FROM pg_indexes WHERE schemaname = current_schema() AND tablename IN ('payload', 'revision')
UNION ALL
SELECT 'trigger ' || t.tgname, t.tgenabled::text || ' ' || replace(pg_get_triggerdef(t.oid), quote_ident(current_schema()) || '.', '')
 FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE c.relnamespace = current_schema()::regnamespace AND c.relname IN ('payload', 'revision') AND NOT t.tgisinternal
UNION ALL
SELECT 'function ' || proname, trim(prosrc) FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'heldby%'
"""


def open_database(address: str) -> StoredLedger:
    """The ledger at a connection string, made if missing, brought up to today's schema if it is older. Raises LedgerError where the server
    cannot be reached or refuses, and on a newer schema."""
    where = shown(address)
    with _explained(where):
        store = PostgresStore(address, where)
    try:
        with store.explained():
            _prepare(store)
    except BaseException:
        store.close()
        raise
    return StoredLedger(store)


def shown(address: str) -> str:
    """The address without its password and options, for people to read. Raises LedgerError on one that cannot be read."""
    try:
        parts = conninfo_to_dict(address)
    except psycopg.Error as e:
        raise LedgerError("--ledger", f"is no address of a PostgreSQL database: {str(e).strip()}") from None
    host, port = parts.get("host") or "", parts.get("port") or ""
    return f"postgresql://{host if '/' not in str(host) else ''}{f':{port}' if port else ''}/{parts.get('dbname') or ''}"


def database_exists(address: str) -> bool:
    """Whether a ledger is there. Raises LedgerError where the server cannot be reached."""
    where = shown(address)
    with _explained(where):
        store = PostgresStore(address, where)
        try:
            return _version(store) > 0
        finally:
            store.close()


class HeadStamp:
    """Tells number and hash of the head when called, asked for no more often than `STAMP_SECONDS`; () where the server does not answer."""

    def __init__(self, address: str) -> None:
        self._address, self._lock = address, Lock()
        self._store: PostgresStore | None = None
        self._told: Stamp = ()
        self._at = -STAMP_SECONDS

    def __call__(self) -> Stamp:
        with self._lock:
            if monotonic() - self._at < STAMP_SECONDS:
                return self._told
            self._at = monotonic()
            try:
                if self._store is None:
                    self._store = PostgresStore(self._address, shown(self._address))
                self._told = self._store.last()
            except psycopg.Error:
                self.close()
                self._told = ()
            return self._told

    def close(self) -> None:
        if self._store is not None:
            self._store.close()
        self._store = None

    def __del__(self) -> None:  # whoever looks on the ledger does so until the end
        self.close()


def _version(store: PostgresStore) -> int:
    schema, there = store.rows("SELECT current_schema(), to_regclass(quote_ident(current_schema()) || '.ledger_schema') IS NOT NULL")[0]
    if schema is None:
        raise LedgerError(store.where, "the connection's search path names no schema that exists")
    return int(store.rows("SELECT max(version) FROM ledger_schema")[0][0]) if there else 0


def _prepare(store: PostgresStore) -> None:
    version = _version(store)
    missing_steps(version, store.where)
    if version == NEWEST:
        return
    store.rows("BEGIN")
    store.rows("SELECT pg_advisory_xact_lock(hashtext('heldby'), current_schema()::regnamespace::oid::integer)")
    version = _version(store)
    if version == 0:
        if found := store.rows("SELECT to_regclass(n)::text FROM unnest(ARRAY['payload', 'revision']) n WHERE to_regclass(n) IS NOT NULL"):
            raise LedgerError(store.where, f"has a table {found[0][0]} already, and no heldby ledger: give the ledger a schema of its own")
        store.rows(_VERSION_TABLE)
    for step in missing_steps(version, store.where):
        for statement in step.postgres:
            store.rows(statement)
    store.rows("DELETE FROM ledger_schema")
    store.rows("INSERT INTO ledger_schema VALUES (?)", NEWEST)
    store.commit()


@contextmanager
def _explained(where: str) -> Iterator[None]:
    try:
        yield
    except errors.LockNotAvailable as e:
        raise LedgerError(where, "another process is writing to it") from e
    except errors.DiskFull as e:
        raise LedgerError(where, f"the server's disk is full ({_first(e)})") from e
    except errors.InsufficientPrivilege as e:
        raise LedgerError(where, f"this role may not do that ({_first(e)})") from e
    except psycopg.Error as e:
        raise LedgerError(where, f"cannot be used as a ledger: {_first(e)}") from e


def _first(e: psycopg.Error) -> str:
    return next(iter(str(e).strip().splitlines()), type(e).__name__)


class _AnyText(Loader):
    """Texts as they are in the table: the server gives out what its disk holds, be it UTF-8 or not."""

    def load(self, data: Buffer) -> str:
        return text_of(bytes(data))


class PostgresStore(Store):
    """Rows in a PostgreSQL database. A connection that was lost is made anew at the next transaction, never within one."""

    def __init__(self, address: str, where: str) -> None:
        self.where, self._address = where, address
        self._names = count()
        self._db = self._connected()

    def _connected(self) -> psycopg.Connection[Row]:
        db = psycopg.connect(
            self._address, autocommit=True, connect_timeout=CONNECT_SECONDS, application_name="heldby", client_encoding="UTF8"
        )
        db.adapters.register_loader("text", _AnyText)
        db.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'; SET synchronous_commit = on")
        return db

    def _ready(self) -> None:
        if self._db.closed:
            self._db = self._connected()

    def rows(self, query: str, *values: object) -> list[Row]:
        cursor = self._db.execute(_asked(query), values or None)
        return cursor.fetchall() if cursor.description else []

    def stream(self, query: str, *values: object) -> Iterator[Row]:
        with self._db.cursor(name=f"heldby_{next(self._names)}", withhold=not self.writing) as cursor:
            cursor.itersize = AT_ONCE
            cursor.execute(_asked(query), values or None)
            yield from cursor

    @contextmanager
    def explained(self) -> Iterator[None]:
        with _explained(self.where):
            yield

    @contextmanager
    def apart(self) -> Iterator[None]:
        try:
            self.rows("SAVEPOINT apart")
            yield
            self.rows("RELEASE apart")
        except BaseException as e:
            with suppress(psycopg.Error):
                if self.writing:
                    self.rows("ROLLBACK TO apart")
                    self.rows("RELEASE apart")
            if not isinstance(e, psycopg.Error):
                raise
            if self._db.closed:
                raise Lost(self.where, f"the server broke off, and its own log says why ({_first(e)})") from e
            raise LedgerError(self.where, _first(e)) from e

    @property
    def writing(self) -> bool:
        return self._db.info.transaction_status in (TransactionStatus.INTRANS, TransactionStatus.INERROR)

    def begin(self) -> None:
        self._ready()
        self.rows("BEGIN")
        try:
            self.rows("LOCK TABLE revision IN EXCLUSIVE MODE")
        except BaseException:
            self.rollback()
            raise

    def commit(self) -> None:
        told = self._db.execute("COMMIT").statusmessage
        if told != "COMMIT":  # the server takes a failed transaction back and calls that no error
            raise LedgerError(self.where, "what was written could not be kept: the server took it back")

    @contextmanager
    def reading(self) -> Iterator[None]:
        if self.writing:
            yield
            return
        self._ready()
        self.rows("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
        finally:
            self.rollback()

    def broken(self) -> Iterator[Break]:
        found = {str(name): str(told) for name, told in self.rows(_SHAPE)}
        for name in sorted(POSTGRES_SHAPE.keys() | found.keys()):
            if found.get(name) != POSTGRES_SHAPE.get(name):
                state = "missing" if name not in found else "unknown" if name not in POSTGRES_SHAPE else "changed"
                yield Break(0, f"schema {name}", f"{state}: the ledger is no longer guarded as it was made")
        yield from broken_indexes(self)

    def condition(self) -> Iterator[Finding]:
        said: dict[str, str] = dict(
            self.rows(
                "SELECT name, setting FROM pg_settings WHERE name IN ('server_version', 'fsync', 'full_page_writes', 'data_checksums')"
            )
        )
        for name, grade, mend in (
            ("fsync", Grade.FAULT, "set fsync = on: without it a power cut loses what was acknowledged, and more"),
            ("full_page_writes", Grade.FAULT, "set full_page_writes = on: without it a power cut can tear pages"),
            ("data_checksums", Grade.WARN, "pg_checksums --enable, with the server stopped: rot on the disk is found when it is read"),
        ):
            if said.get(name) != "on":
                yield Finding(grade, "storage", f"PostgreSQL {said.get('server_version')}, {name} is {said.get(name)}", mend)
        if not any(said.get(name) != "on" for name in ("fsync", "full_page_writes")):
            yield Finding(Grade.OK, "storage", f"PostgreSQL {said.get('server_version')}, what it acknowledges is on its disk")
        asked = "SELECT current_user, has_table_privilege('revision', 'INSERT'), rolsuper FROM pg_roles WHERE rolname = current_user"
        role, may, powers = self.rows(asked)[0]
        if powers:
            yield Finding(Grade.WARN, "permissions", f"{role} is a superuser, whom no guard stops", "give the ledger a role of its own")
        elif not may:
            yield Finding(Grade.WARN, "permissions", f"{role} may read and not add", "GRANT INSERT ON payload, revision, for whoever adds")
        else:
            yield Finding(Grade.OK, "permissions", f"{role} may read and add")
        apart = abs(self.rows("SELECT EXTRACT(EPOCH FROM clock_timestamp())::float8")[0][0] - time())
        if apart > CLOCKS_APART:
            words = f"the server's clock and this machine's are {apart:.0f} seconds apart"
            yield Finding(Grade.WARN, "clock", words, "let both follow a time server")

    def sweep(self) -> None:
        """Writes the table anew, without dead rows. The server's write-ahead log keeps them until it is recycled, and backups of it as long as
        they are kept."""
        self.rows("VACUUM (FULL) payload")

    def close(self) -> None:
        self._db.close()


def _asked(query: str) -> Any:
    """The query with PostgreSQL's marks for values."""
    return query.replace("?", "%s")
