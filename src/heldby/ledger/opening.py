"""Where a ledger lies: a file, or a database by its address."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TypeAlias

from heldby.errors import LedgerError
from heldby.ledger.sqlite import open_file
from heldby.ledger.store import Stamp
from heldby.ledger.stored import StoredLedger

Where: TypeAlias = Path | str  # a file, or a connection string
SCHEMES = ("postgresql://", "postgres://")


def is_database(where: Where) -> bool:
    """Whether it is a database's address and not a file."""
    return isinstance(where, str) and where.startswith(SCHEMES)


def open_ledger(where: Where) -> StoredLedger:
    """The ledger there, made if missing, and brought up to today's schema if it is older. Raises LedgerError on what is no ledger, is of a newer
    schema, or cannot be reached."""
    if not is_database(where):
        return open_file(Path(where))
    _needs_driver()
    from heldby.ledger.postgres import open_database

    return open_database(str(where))


def ledger_exists(where: Where) -> bool:
    """Whether a ledger is there already. Raises LedgerError where a server cannot be reached."""
    if not is_database(where):
        return Path(where).is_file()
    _needs_driver()
    from heldby.ledger.postgres import database_exists

    return database_exists(str(where))


def where_in_words(where: Where) -> str:
    """Where it lies, for people to read: an address without its password."""
    if not is_database(where):
        return str(where)
    _needs_driver()
    from heldby.ledger.postgres import shown

    return shown(str(where))


def stamper(where: Where) -> Callable[[], Stamp]:
    """What tells cheaply whether a ledger changed: called again, it gives another value if so; () where it cannot be told."""
    if is_database(where):
        _needs_driver()
        from heldby.ledger.postgres import HeadStamp

        return HeadStamp(str(where))
    path = Path(where)

    def of_file() -> Stamp:
        try:
            found = path.stat()
        except OSError:
            return ()
        return found.st_ino, found.st_size, found.st_mtime_ns

    return of_file


def _needs_driver() -> None:
    if find_spec("psycopg") is None:
        raise LedgerError("--ledger", "a ledger in PostgreSQL needs its driver: pip install 'heldby[postgres]'")
