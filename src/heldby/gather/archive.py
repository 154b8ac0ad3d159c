"""What was kept as it came, to be looked at again: of each report the raw bytes it was read from, and when these were fetched from where.

custody.jsonl -> `Archive.of(report)` -> Archived -> `Archive.raw` / `Archive.text`: bytes whose SHA-256 is the one that was written down, or none
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from heldby.errors import HeldbyError, LedgerError
from heldby.gather.evidence import CUSTODY, entries_of


@dataclass(frozen=True, slots=True)
class Archived:
    """One report's copy: SHA-256 and number of the raw bytes, where and when (UTC) they were fetched, what the server called them, and the
    SHA-256 of the text that was taken out of them."""

    report_id: str
    sha256: str
    size: int
    url: str
    at: datetime
    media_type: str
    text_sha256: str


class Archive:
    """A folder of evidence that is read. Safe to use from several threads; what was added since is found."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._looking = threading.Lock()
        self._seen = -1  # bytes of the log when it was read
        self._found: dict[str, Archived] = {}

    def of(self, report_id: str) -> Archived | None:
        """The copy that a report was first read from; None where it was not fetched, or nothing was kept."""
        with self._looking:
            size = self._size()
            if size != self._seen:
                try:
                    self._found, self._seen = self._read(), size
                except HeldbyError:
                    self._found, self._seen = {}, size  # `heldby verify` says what is wrong with it
            return self._found.get(report_id)

    def raw(self, copy: Archived) -> bytes:
        """The bytes as they came. Raises LedgerError where they are gone or are not what was kept."""
        return self._whole(self._folder / "raw" / copy.sha256[:2] / copy.sha256, copy.sha256)

    def text(self, copy: Archived) -> str:
        """The text that was taken out of them. Raises LedgerError as `raw` does."""
        path = self._folder / "text" / copy.report_id[2:4] / f"{copy.report_id}.txt"
        return self._whole(path, copy.text_sha256).decode("utf-8", "surrogatepass")

    def _whole(self, path: Path, sha256: str) -> bytes:
        try:
            data = path.read_bytes()
        except OSError as e:
            raise LedgerError("archived copy", f"cannot be read: {e.strerror or e}") from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise LedgerError("archived copy", "is not what was kept: its SHA-256 differs; `heldby verify` names every such file")
        return data

    def _size(self) -> int:
        try:
            return (self._folder / CUSTODY).stat().st_size
        except OSError:
            return 0

    def _read(self) -> dict[str, Archived]:
        came: dict[str, tuple[int, str, datetime, str]] = {}
        found: dict[str, Archived] = {}
        for entry in entries_of(self._folder):
            if entry["act"] == "collected":
                sha = _hex(entry["sha256"])
                kind = next((str(v) for k, v in entry["headers"] if str(k).lower() == "content-type"), "")
                came.setdefault(sha, (int(entry["bytes"]), str(entry["url"]), datetime.fromisoformat(entry["at"]), kind))
                continue
            if entry["act"] == "erased":
                gone = {str(entry["report"]), *(r for r, copy in found.items() if copy.sha256 in set(map(str, entry["raw"])))}
                found = {r: copy for r, copy in found.items() if r not in gone}
                continue
            report, sha = str(entry["report"]), _hex(entry["from"])
            if sha in came and report.startswith("r-") and report[2:].isalnum():
                size, url, at, kind = came[sha]
                found.setdefault(report, Archived(report, sha, size, url, at, kind, _hex(entry["text_sha256"])))
        return found


def _hex(text: object) -> str:
    """A digest as 64 hex digits, never a path. Raises HeldbyError where it is none."""
    try:
        return f"{int(str(text), 16):064x}"
    except ValueError:
        raise HeldbyError(CUSTODY, f"{text!r} is no SHA-256") from None
