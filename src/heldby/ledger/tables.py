"""How rows become values, and values bytes."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any, TypeVar

from heldby.errors import LedgerError
from heldby.ledger.codec import CodecError, from_plain
from heldby.model.ident import Plain, canonical_json

T = TypeVar("T")
REMEMBERED = 50_000  # values kept decoded: whoever looks again at a ledger that grew decodes what is new
_decoded: dict[tuple[type, bytes], Any] = {}


def body_of(plain: Plain) -> bytes:
    """The bytes kept for a value; their SHA-256 is its digest."""
    return canonical_json(plain).encode("utf-8", "surrogatepass")


def decoded(kind: type[T], body: object, number: int) -> T:
    """The value in a body: the same object for the same bytes, as long as it is remembered. Raises LedgerError that names the revision."""
    key = (kind, hashlib.sha256(body).digest()) if isinstance(body, bytes) else None
    found: T | None = _decoded.get(key) if key else None
    if found is None:
        found = decoded_once(kind, body, number)
        if len(_decoded) >= REMEMBERED:
            _decoded.clear()
        if key:
            _decoded[key] = found
    return found


def decoded_once(kind: type[T], body: object, number: int) -> T:
    """As `decoded`, and nothing is remembered: for whoever goes through a whole ledger and keeps none of it."""
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
