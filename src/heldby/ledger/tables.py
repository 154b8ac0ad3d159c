"""The SQLite tables of a ledger, and how rows become values."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from heldby.errors import LedgerError
from heldby.ledger.codec import CodecError, from_plain
from heldby.ledger.log import Revision
from heldby.model.ident import Plain, canonical_json

T = TypeVar("T")
APPLICATION_ID = 0x68656C64  # "held", in the file's header: SQLite's own way to tell one program's files from another's

# Bodies are BLOBs of canonical JSON: broken text (lone surrogates) is kept as it came, which a TEXT column would refuse.
SCHEMA = {
    "payload": "CREATE TABLE payload (digest TEXT PRIMARY KEY NOT NULL, body BLOB NOT NULL)",
    "revision": (
        "CREATE TABLE revision (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, address TEXT NOT NULL,"
        " payload TEXT NOT NULL REFERENCES payload (digest), recorded TEXT NOT NULL, author TEXT NOT NULL,"
        " prev TEXT NOT NULL, hash TEXT NOT NULL)"
    ),
    "revision_subject": "CREATE INDEX revision_subject ON revision (subject, kind)",
    "revision_address": "CREATE INDEX revision_address ON revision (address) WHERE address <> ''",
    **{
        f"{table}_keeps_{verb}": (
            f"CREATE TRIGGER {table}_keeps_{verb} BEFORE {verb.upper()} ON {table}"
            " BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        )
        for table in ("payload", "revision")
        for verb in ("update", "delete")
    },
}


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """SQLite's errors as LedgerError of this file."""
    try:
        yield
    except sqlite3.OperationalError as e:
        cause = "another process is writing to it" if "locked" in str(e) else str(e)
        raise LedgerError(str(path), cause) from e
    except sqlite3.Error as e:
        raise LedgerError(str(path), f"cannot be used as a ledger: {e}") from e


def body_of(plain: Plain) -> bytes:
    """The bytes kept for a value; their SHA-256 is its digest."""
    return canonical_json(plain).encode("utf-8", "surrogatepass")


def decoded(kind: type[T], body: object, number: int) -> T:
    """The value in a body. Raises LedgerError that names the revision."""
    try:
        if not isinstance(body, bytes):
            raise ValueError(f"the body is {type(body).__name__}, not bytes")
        return from_plain(kind, json.loads(body.decode("utf-8", "surrogatepass")))
    except (CodecError, ValueError, RecursionError) as e:
        raise LedgerError("ledger", f"its content cannot be read: {e}", f"revision {number}") from None


def instant(text: str, number: int) -> datetime:
    """A `recorded` column as an aware instant. Raises LedgerError that names the revision."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise LedgerError("ledger", f"recorded at no time: {text!r}", f"revision {number}") from None


def revision_of(row: tuple[Any, ...]) -> Revision:
    """A row of `revision`, columns in the order of the table."""
    return Revision(*row)
