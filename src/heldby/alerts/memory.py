"""What a run remembers: changes told or known before, when what was last sent, and messages that have not reached everybody yet."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from heldby.errors import HeldbyError
from heldby.model.ident import canonical_json

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """One change as a rule met it. `key` is its alert's; "" for one that was there before the rule was, which is never told and never taken
    back. `times`: how often the rule has told of this unit passing to this holder, itself counted; `withdrawn` once it was taken back."""

    rule: str
    unit_id: str
    after: str
    first_day: str
    key: str
    at: str
    times: int = 1
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message (JSON-ready) and the destinations, by label, that it has not reached."""

    message: Mapping[str, Any]
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """`rules`: when each was first met (UTC text); `digests`: when each rule's last digest was made; `feed`: what the feed holds, latest last."""

    rules: Mapping[str, str] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    outbox: tuple[Outgoing, ...] = ()
    feed: tuple[Mapping[str, Any], ...] = ()


def read_memory(path: Path) -> Memory:
    """What was remembered; nothing where there is no such file. Raises HeldbyError on one that is not whole, and leaves it as it is."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Memory()
    except (OSError, ValueError, RecursionError) as e:
        raise HeldbyError(str(path), f"cannot be read ({e}); without it what was told would be told again: mend or remove it") from None
    try:
        if value["format"] != FORMAT:
            raise HeldbyError(str(path), f"is of format {value['format']}; this heldby knows {FORMAT}")
        return Memory(
            rules=dict(value["rules"]),
            digests=dict(value["digests"]),
            entries=tuple(Entry(**e) for e in value["entries"]),
            outbox=tuple(Outgoing(o["message"], tuple(o["to"])) for o in value["outbox"]),
            feed=tuple(value["feed"]),
        )
    except (KeyError, TypeError, AttributeError) as e:
        raise HeldbyError(str(path), f"is no state of alerts ({type(e).__name__}: {e})") from None


def write_memory(memory: Memory, path: Path) -> None:
    """All or nothing: a new file takes the old one's place once it is on the disk."""
    entries = [{name: getattr(e, name) for name in Entry.__slots__} for e in memory.entries]
    outbox = [{"message": dict(o.message), "to": list(o.to)} for o in memory.outbox]
    value: dict[str, Any] = {
        "format": FORMAT,
        "rules": dict(memory.rules),
        "digests": dict(memory.digests),
        "entries": entries,
        "outbox": outbox,
    }
    put(path, (canonical_json({**value, "feed": [dict(m) for m in memory.feed]}) + "\n").encode("utf-8"))


def put(path: Path, data: bytes) -> None:
    """`data` in the place of whatever was at `path`, whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
