"""The journal of a team: who did what, when, and whether it was allowed; a line each, chained by hashes, added to and never changed."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from heldby.errors import HeldbyError
from heldby.model.ident import canonical_json, digest
from heldby.model.when import utc_text

GENESIS = "0" * 64
FIELDS = ("n", "at", "member", "role", "act", "method", "path", "status", "detail", "prev", "hash")


class Journal:
    """A file that is added to, by several servers in turn if need be. What `note` returns from is on the disk."""

    def __init__(self, path: Path, clock: Callable[[], datetime]) -> None:
        self.path, self._clock = path, clock
        self._lock = threading.Lock()
        self._last, self._size = (0, GENESIS), 0
        _mend(path)
        self._catch_up()

    def note(
        self, act: str, *, member: str = "", role: str = "", method: str = "", path: str = "", status: int = 0, detail: str = ""
    ) -> None:
        """Set down an act. Raises HeldbyError where the disk refuses: what cannot be set down is not done."""
        with self._lock:
            told: dict[str, Any] = {
                "member": member,
                "role": role,
                "act": act,
                "method": method,
                "path": path,
                "status": status,
                "detail": detail,
            }
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                with self.path.open("ab") as file:
                    fcntl.flock(file, fcntl.LOCK_EX)
                    if os.fstat(file.fileno()).st_size != self._size:
                        self._catch_up()  # another server wrote
                    entry = {"n": self._last[0] + 1, "at": utc_text(self._clock()), **told, "prev": self._last[1]}
                    entry["hash"] = digest(entry)
                    file.write(canonical_json(entry).encode("utf-8", "surrogatepass") + b"\n")
                    file.flush()
                    os.fsync(file.fileno())
                    self._size = os.fstat(file.fileno()).st_size
            except OSError as e:
                raise HeldbyError(str(self.path), f"the journal cannot be written: {e.strerror or e}") from None
            self._last = (entry["n"], entry["hash"])

    def _catch_up(self) -> None:
        for entry in read_journal(self.path):
            self._last = (int(entry["n"]), str(entry["hash"]))
        self._size = self.path.stat().st_size if self.path.is_file() else 0


def read_journal(path: Path) -> Iterator[dict[str, Any]]:
    """The entries, the first one first. Raises HeldbyError on a line that is none."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return
    except OSError as e:
        raise HeldbyError(str(path), f"cannot be read: {e.strerror or e}") from None
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line.decode("utf-8", "surrogatepass"))
            if set(entry) != set(FIELDS):
                raise ValueError("is no entry of a journal")
        except (ValueError, TypeError, RecursionError) as e:
            raise HeldbyError(str(path), str(e), f"line {number}") from None
        yield entry


def check_journal(path: Path, checkpoint: Mapping[str, Any] | None = None) -> tuple[str, ...]:
    """What is not as it was set down, a line each; () if all is well. Cutting the end off shows only against a `checkpoint` (`n` and `hash` of an
    entry, kept elsewhere)."""
    found: list[str] = []
    previous = GENESIS
    met = checkpoint is None
    try:
        for number, entry in enumerate(read_journal(path), start=1):
            bare = {k: v for k, v in entry.items() if k != "hash"}
            if entry["n"] != number or entry["prev"] != previous:
                found.append(f"line {number}: does not follow the line before it")
            if digest(bare) != entry["hash"]:
                found.append(f"line {number}: was changed after it was set down")
            previous = entry["hash"]
            if checkpoint is not None and entry["n"] == checkpoint.get("n"):
                met = True
                if entry["hash"] != checkpoint.get("hash"):
                    found.append(f"line {number}: is not the one of the checkpoint")
    except HeldbyError as e:
        found.append(f"{e.place or 'the file'}: {e.cause}")
    if not met:
        found.append(f"ends before entry {checkpoint.get('n') if checkpoint else ''} of the checkpoint")
    return tuple(found)


def _mend(path: Path) -> None:
    """Takes away a last line that a crash cut off: nobody was told that it was set down."""
    try:
        data = path.read_bytes()
    except OSError:
        return
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        with path.open("r+b") as file:
            file.truncate(len(whole))
