"""Whether PostgreSQL's indexes find what its tables hold. SQLite checks its own (`PRAGMA integrity_check`); PostgreSQL does so only in an
extension that a superuser has to install (amcheck), so it is asked here for every row, once by the table and once by each index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from heldby.errors import LedgerError
from heldby.ledger.log import Break
from heldby.ledger.store import Lost, Store

AT_ONCE = 500  # rows looked up at a time
FAULTS_SHOWN = 100  # of one index


@dataclass(frozen=True, slots=True)
class _Index:
    """An index: the columns it orders, and a query that finds rows by them (a list of values for each column), the row's name first."""

    name: str
    columns: tuple[int, ...]
    query: str


@dataclass(frozen=True, slots=True)
class _Table:
    """A table: a query of its rows, the row's name first, and its indexes over the columns of that query."""

    query: str
    indexes: tuple[_Index, ...]


_BY_TABLE, _BY_INDEX = (
    "SELECT set_config('enable_seqscan', '{}', true), set_config('enable_indexscan', '{}', true),"
    " set_config('enable_indexonlyscan', 'off', true), set_config('enable_bitmapscan', 'off', true)".format(*said)
    for said in (("on", "off"), ("off", "on"))
)
_TABLES = (
    _Table(
        "SELECT number, subject, kind, address FROM revision",
        (
            _Index("revision_pkey", (0,), "SELECT number FROM revision WHERE number = ANY(?)"),
            _Index("revision_subject", (1, 2), "SELECT number FROM revision WHERE subject = ANY(?) AND kind = ANY(?)"),
            _Index("revision_address", (3,), "SELECT number FROM revision WHERE address = ANY(?) AND address <> ''"),
        ),
    ),
    _Table("SELECT digest FROM payload", (_Index("payload_pkey", (0,), "SELECT digest FROM payload WHERE digest = ANY(?)"),)),
)


def broken_indexes(store: Store) -> Iterator[Break]:
    """Rows that an index does not find by what stands in them, and indexes that cannot be read. Needs an open transaction of PostgreSQL's."""
    for table in _TABLES:
        store.rows("SAVEPOINT settings")
        try:
            with store.apart():
                yield from _missed(store, table)
        except Lost as e:
            raise Lost(e.subject, f"the table {table.query.rpartition(' ')[2]}: {e.cause}") from None
        store.rows("ROLLBACK TO settings")
        store.rows("RELEASE settings")


def _missed(store: Store, table: _Table) -> Iterator[Break]:
    store.rows(_BY_TABLE)
    rows = store.stream(table.query)
    told: Counter[str] = Counter()  # of each index
    while some := list(islice(rows, AT_ONCE)):
        store.rows(_BY_INDEX)  # the stream, already planned, goes on by the table
        for index in table.indexes:
            if told[index.name] >= FAULTS_SHOWN:
                continue
            wanted = [row for row in some if row[index.columns[0]] != ""]  # which one index leaves out
            try:
                with store.apart():
                    found = {name for (name,) in store.rows(index.query, *([row[c] for row in wanted] for c in index.columns))}
            except Lost as e:
                raise Lost(e.subject, f"by the index {index.name}, {e.cause}") from None
            except LedgerError as e:
                told[index.name] = FAULTS_SHOWN
                yield Break(0, f"index {index.name}", f"cannot be read: {e.cause}; REINDEX INDEX {index.name} makes it anew")
                continue
            for row in wanted:
                if row[0] not in found and told[index.name] < FAULTS_SHOWN:
                    told[index.name] += 1
                    yield from _misses(
                        store, row[0], f"the index {index.name} does not find it: REINDEX INDEX {index.name} makes that anew"
                    )


def _misses(store: Store, name: object, cause: str) -> Iterator[Break]:
    """Of a row of the log, or of all rows that have a content."""
    store.rows(_BY_TABLE)
    column = "number" if isinstance(name, int) else "payload"
    for number, subject in store.rows(f"SELECT number, subject FROM revision WHERE {column} = ? ORDER BY number", name):
        yield Break(number, subject, cause)
    store.rows(_BY_INDEX)
