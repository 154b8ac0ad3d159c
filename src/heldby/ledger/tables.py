"""How rows become values, and values bytes."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TypeVar

from heldby.errors import LedgerError
from heldby.ledger.codec import CodecError, from_plain
from heldby.model.ident import Plain, canonical_json

T = TypeVar("T")


def body_of(plain: Plain) -> bytes:
    """The bytes kept for a value; their SHA-256 is its digest."""
    return canonical_json(plain).encode("utf-8", "surrogatepass")


def decoded(kind: type[T], body: object, number: int) -> T:
    """The value in a body. Raises LedgerError that names the revision."""
    try:
        if body is None:
            raise ValueError("it is missing")
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
