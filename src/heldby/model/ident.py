"""Content ids: what identifies a thing is hashed, never when it was seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Plain: TypeAlias = "str | int | float | bool | Sequence[Plain] | Mapping[str, Plain] | None"


def canonical_json(value: Plain) -> str:
    """`value` as JSON with sorted keys, no blanks and no escapes: one text for one value. Raises ValueError on NaN and infinities."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest(value: Plain) -> str:
    """SHA-256 of the canonical JSON of `value`, 64 hex digits. Lone surrogates (broken text) are hashed as they are."""
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()


def content_id(prefix: str, *parts: Plain) -> str:
    """`prefix` and the first 20 hex digits (80 bits) of the digest of `parts`: "c-5f0c..."."""
    return f"{prefix}-{digest(list(parts))[:20]}"
