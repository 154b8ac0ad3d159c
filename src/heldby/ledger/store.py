"""Where a ledger's rows lie. What SQLite and PostgreSQL do alike is said here once; each says for itself how it locks, waits and fails.

Queries are written with `?` for their values. Bodies are bytes of canonical JSON, so that broken text (lone surrogates) is kept as it came.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeAlias

from heldby.errors import LedgerError
from heldby.ledger.condition import Finding
from heldby.ledger.log import GENESIS, Break, Kind, Revision

Row: TypeAlias = tuple[Any, ...]
Stamp: TypeAlias = tuple[int | str, ...]
COLUMNS = "number, kind, subject, address, payload, recorded, author, prev, hash"
BROUGHT = (Kind.REPORT, Kind.EDIT)
READ = (Kind.READING, Kind.REREAD)


def text_of(data: bytes) -> str:
    """The text in a column. Bytes that are no UTF-8, as a disk gone bad leaves them, stand as `\\xe6`: another text, which fits no hash."""
    return data.decode("utf-8", "backslashreplace")


class Lost(LedgerError):
    """The storage broke off, and answers nothing more in this transaction."""


class Store(ABC):
    """The rows of one ledger, over one connection. `where` names it in messages, without secrets."""

    where: str

    @abstractmethod
    def rows(self, query: str, *values: object) -> list[Row]:
        """Run a statement; its rows."""

    @abstractmethod
    def stream(self, query: str, *values: object) -> Iterator[Row]:
        """The rows of a query, few of them in memory at a time."""

    @abstractmethod
    def explained(self) -> AbstractContextManager[None]:
        """The storage's own errors as LedgerError that names the ledger."""

    @abstractmethod
    def apart(self) -> AbstractContextManager[None]:
        """Within a transaction: what fails in here fails alone, with what the storage says as a LedgerError, and the transaction goes on (Lost: it does
        not)."""

    @property
    @abstractmethod
    def writing(self) -> bool:
        """Whether a transaction is open."""

    @abstractmethod
    def begin(self) -> None:
        """Open a transaction that no other writer has beside it. Raises LedgerError where another does not let go in time."""

    @abstractmethod
    def commit(self) -> None:
        """Make safe what was written. Raises LedgerError where it is not."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[None]:
        """One state for several queries; inside a transaction, that one's."""

    @abstractmethod
    def broken(self) -> Iterator[Break]:
        """Tables, indexes and triggers that are not those of the format, and what the storage's own check finds."""

    @abstractmethod
    def condition(self) -> Iterator[Finding]:
        """How the storage is kept: version, what it promises, who may write."""

    @abstractmethod
    def sweep(self) -> None:
        """Leave nothing in free pages of what was taken away and committed."""

    @abstractmethod
    def close(self) -> None: ...

    def rollback(self) -> None:
        """Take back what was not committed, if a transaction is open."""
        if self.writing:
            self.rows("ROLLBACK")

    def head(self) -> Revision | None:
        found = self.rows(f"SELECT {COLUMNS} FROM revision ORDER BY number DESC LIMIT 1")
        return Revision(*found[0]) if found else None

    def revision(self, number: int) -> Revision | None:
        found = self.rows(f"SELECT {COLUMNS} FROM revision WHERE number = ?", number)
        return Revision(*found[0]) if found else None

    def revisions(self, since: int = 0) -> Iterator[Revision]:
        """Revisions after number `since`, in order."""
        for row in self.stream(f"SELECT {COLUMNS} FROM revision WHERE number > ? ORDER BY number", since):
            yield Revision(*row)

    def some_revisions(self, since: int, most: int) -> list[Revision]:
        """The first `most` revisions after number `since`, in order."""
        found = self.rows(f"SELECT {COLUMNS} FROM revision WHERE number > ? ORDER BY number LIMIT ?", since, most)
        return [Revision(*row) for row in found]

    def last(self) -> tuple[int, str]:
        """Number and hash of the head."""
        found = self.rows("SELECT number, hash FROM revision ORDER BY number DESC LIMIT 1")
        return (int(found[0][0]), str(found[0][1])) if found else (0, GENESIS)

    def contents(self, upto: int) -> Iterator[Row]:
        """(number, kind, subject, recorded, author, digest, body) of every revision up to a number, in order; body None where it is gone."""
        query = (
            "SELECT number, kind, subject, recorded, author, payload, body FROM revision LEFT JOIN payload ON digest = payload"
            " WHERE number <= ? ORDER BY number"
        )
        return self.stream(query, upto)

    def by_subject(self, kinds: Sequence[Kind], upto: int) -> Iterator[Row]:
        """(subject, number, kind, recorded, digest, body) of the revisions of these kinds up to a number; those of a subject together, oldest first."""
        query = (
            "SELECT subject, number, kind, recorded, payload, body FROM revision LEFT JOIN payload ON digest = payload"
            f" WHERE kind IN ({_places(kinds)}) AND number <= ? ORDER BY subject, number"
        )
        return self.stream(query, *(k.value for k in kinds), upto)

    def versions(self, upto: int) -> Iterator[tuple[str, str]]:
        """(address, subject) of the reports that share their address with another, up to a revision; those of an address together."""
        brought = f"FROM revision WHERE kind IN ({_places(BROUGHT)}) AND address <> '' AND number <= ?"
        several = f"SELECT address {brought} GROUP BY address HAVING count(*) > 1"
        values = (*(k.value for k in BROUGHT), upto)
        for page, subject in self.stream(
            f"SELECT address, subject {brought} AND address IN ({several}) ORDER BY address, number", *values, *values
        ):
            yield str(page), str(subject)

    def of_subject(self, subject: str, kinds: Sequence[Kind]) -> list[Row]:
        """(number, recorded, body, digest) of the revisions of a subject, oldest first."""
        query = (
            "SELECT number, recorded, body, payload FROM revision LEFT JOIN payload ON digest = payload"
            f" WHERE subject = ? AND kind IN ({_places(kinds)}) ORDER BY number"
        )
        return self.rows(query, subject, *(k.value for k in kinds))

    def of_kind(self, kind: Kind) -> list[Row]:
        """(number, subject, body) of the revisions of a kind, oldest first."""
        query = "SELECT number, subject, body FROM revision LEFT JOIN payload ON digest = payload WHERE kind = ? ORDER BY number"
        return self.rows(query, kind.value)

    def first_reading(self) -> Row | None:
        """(number, body) of the first reading whose content is still there; None where there is none."""
        query = (
            f"SELECT number, body FROM revision JOIN payload ON digest = payload WHERE kind IN ({_places(READ)}) ORDER BY number LIMIT 1"
        )
        return next(iter(self.rows(query, *(k.value for k in READ))), None)

    def brought(self, subject: str) -> int:
        """The revision that brought a report; 0 where none did."""
        found = self.of_subject(subject, BROUGHT)
        return int(found[0][0]) if found else 0

    def known_address(self, page: str) -> bool:
        """Whether a report at this address was ever kept. That no address is empty is said for the index, which has only those."""
        query = "SELECT 1 FROM revision WHERE address = ? AND address <> '' AND kind IN (?, ?) LIMIT 1"
        return bool(self.rows(query, page, *(k.value for k in BROUGHT)))

    def append(self, revision: Revision, body: bytes | None) -> None:
        """Write a revision and, where there is one that is not there yet, its content."""
        if body is not None:
            self.rows("INSERT INTO payload (digest, body) VALUES (?, ?) ON CONFLICT DO NOTHING", revision.payload, body)
        r = revision
        values = (r.number, str(r.kind), r.subject, r.address, r.payload, r.recorded, r.author, r.prev, r.hash)
        self.rows(f"INSERT INTO revision ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", *values)

    def forget(self, digests: Iterable[str]) -> None:
        """Take contents away. The storage refuses where no erasure in the log names them."""
        for digest in digests:
            self.rows("DELETE FROM payload WHERE digest = ?", digest)

    def body(self, digest: str) -> object:
        """The content of a digest; None where it is gone."""
        found = self.rows("SELECT body FROM payload WHERE digest = ?", digest)
        return found[0][0] if found else None

    def bodies(self, digests: Sequence[str]) -> dict[str, object]:
        """The contents of some digests, of those that are there."""
        if not digests:
            return {}
        query = f"SELECT digest, body FROM payload WHERE digest IN ({_places(digests)})"
        return {str(digest): body for digest, body in self.rows(query, *digests)}

    def digests(self) -> Iterator[str]:
        """The digests of all contents, sorted."""
        for (found,) in self.stream("SELECT digest FROM payload ORDER BY digest"):
            yield str(found)


def _places(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
