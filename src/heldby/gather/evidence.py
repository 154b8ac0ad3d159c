"""Evidence of what was fetched, kept as it came (Berkeley Protocol): raw bytes under their SHA-256, a WARC of the fetch, the text taken out of it,
and a chain of custody that nothing can be taken out of or put into unseen.

    raw/ab/ab12...        what the server sent, byte for byte
    warc/000001.warc.gz   request and response, as web archives keep them
    text/ab/r-ab12....txt the text of a report
    custody.jsonl         an entry for each of these, chained by hashes; written last, so that what it names is there
"""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import json
import os
import tempfile
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from heldby.errors import HeldbyError
from heldby.gather.fetching import AGENT, Fetched
from heldby.gather.filing import Item
from heldby.gather.reaching import target_of
from heldby.model.ident import canonical_json, digest
from heldby.model.report import Report
from heldby.model.when import utc_text

CUSTODY = "custody.jsonl"
BEGUN = ".new-"  # how the name of a file begins that is not whole yet
GENESIS = "0" * 64
ACTS = ("collected", "extracted", "erased")
_BODILY = ("transfer-encoding",)  # headers that no longer hold: the chunks were taken apart


@dataclass(frozen=True, slots=True)
class Taken:
    """A report or gap with the answer it was read from (None: a file)."""

    item: Item
    fetched: Fetched | None = None


@dataclass(slots=True)
class EvidenceStore:
    """A folder of evidence that is added to. What `keep` returns from is on the disk."""

    folder: Path
    clock: Callable[[], datetime]
    tool: str
    _last: tuple[int, str] = (0, GENESIS)
    _seen: int = 0  # bytes of the log that were read
    _collected: set[tuple[str, str]] = field(default_factory=set)
    _extracted: set[tuple[str, str]] = field(default_factory=set)
    _erased: set[str] = field(default_factory=set)  # reports, and digests of raw bytes
    _files: dict[str, set[str]] = field(default_factory=dict)  # by report and by digest of raw bytes, what must go with it

    def __post_init__(self) -> None:
        if self.folder.is_dir():
            with self._alone():
                for left in self.folder.rglob(f"{BEGUN}*"):  # by a run that was cut off: whoever writes a file holds the lock
                    left.unlink(missing_ok=True)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """The one who adds: other processes wait. Reads what they added, and takes away a last line that a crash cut off, of which nobody was
        told that it was kept."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / CUSTODY).open("a+b") as log:
                fcntl.flock(log, fcntl.LOCK_EX)
                log.seek(self._seen)
                data = log.read()
                whole = data[: data.rfind(b"\n") + 1]
                if len(whole) < len(data):
                    log.truncate(self._seen + len(whole))
                for entry in _entries_in(whole, self._last[0], self.folder / CUSTODY):
                    self._note(entry)
                self._seen += len(whole)
                yield
        except OSError as e:
            raise HeldbyError(str(self.folder), f"evidence cannot be kept: {e.strerror or e}") from None

    def keep(self, taken: Taken) -> None:
        """Keep what was fetched, and the text of a report that was read from it; each once. Raises HeldbyError where the disk refuses."""
        got = taken.fetched
        if got is None:
            return
        raw = hashlib.sha256(got.sent).hexdigest()
        report = taken.item if isinstance(taken.item, Report) else None
        if raw in self._erased or (report is not None and report.id in self._erased):
            return
        if (got.url, raw) in self._collected and (report is None or (report.id, raw) in self._extracted):
            return
        with self._alone():  # what others kept, or erased, is known now
            if raw in self._erased or (report is not None and report.id in self._erased):
                return
            if (got.url, raw) not in self._collected:
                self._collect(got, raw)
            if report is not None and (report.id, raw) not in self._extracted:
                self._extract(report, raw)

    def erase(self, report_id: str, reason: str) -> tuple[str, ...]:
        """Take away the text of a report, the bytes it was read from, and the web archives of these; the names of the files. What else was read
        from the same bytes keeps its text. The chain of custody says what went and why, and none of it is taken in again."""
        with self._alone():
            raws = {raw for report, raw in self._extracted if report == report_id}
            names = sorted(set().union(*(self._files.get(i, ()) for i in (report_id, *raws))))
            if report_id not in self._erased:
                told = {"act": "erased", "report": report_id, "reason": reason, "raw": sorted(raws), "files": names}
                self._append({"at": utc_text(self.clock().replace(microsecond=0)), **told, "tool": self.tool})
            for name in names:  # also those that an erasure which was cut off left behind
                _destroy(self.folder / name)
        return tuple(names)

    def _collect(self, got: Fetched, raw: str) -> None:
        at = utc_text(self.clock().replace(microsecond=0))
        name = f"{self._last[0] + 1:06d}.warc.gz"
        warc = warc_of(got, at, self.tool)
        _put(self.folder / "raw" / raw[:2] / raw, got.sent)
        _put(self.folder / "warc" / name, warc)
        told = {"asked": got.asked, "url": got.url, "hops": list(got.hops), "peer": got.peer, "status": got.status}
        headers = [[key, value] for key, value in got.headers]
        files = {"sha256": raw, "bytes": len(got.sent), "warc": name, "warc_sha256": hashlib.sha256(warc).hexdigest()}
        self._append({"at": at, "act": "collected", **told, "headers": headers, **files, "tool": self.tool})

    def _extract(self, report: Report, raw: str) -> None:
        text = report.text.encode("utf-8", "surrogatepass")
        _put(self.folder / "text" / report.id[2:4] / f"{report.id}.txt", text)
        entry = {"act": "extracted", "report": report.id, "from": raw, "text_sha256": hashlib.sha256(text).hexdigest()}
        self._append({"at": utc_text(self.clock().replace(microsecond=0)), **entry, "tool": self.tool})

    def _append(self, fields: Mapping[str, Any]) -> None:
        entry = {"n": self._last[0] + 1, **fields, "prev": self._last[1]}
        entry["hash"] = digest(entry)
        line = canonical_json(entry).encode("utf-8", "surrogatepass") + b"\n"
        with (self.folder / CUSTODY).open("ab") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
        self._seen += len(line)
        self._note(entry)

    def _note(self, entry: Mapping[str, Any]) -> None:
        self._last = (int(entry["n"]), str(entry["hash"]))
        if entry["act"] == "erased":
            self._erased |= {str(entry["report"]), *map(str, entry["raw"])}
            return
        names = {name for name, _ in files_of(entry)}
        if entry["act"] == "collected":
            self._collected.add((str(entry["url"]), str(entry["sha256"])))
            self._files.setdefault(str(entry["sha256"]), set()).update(names)
        else:
            self._extracted.add((str(entry["report"]), str(entry["from"])))
            self._files.setdefault(str(entry["report"]), set()).update(names)


def warc_of(got: Fetched, at: str, tool: str) -> bytes:
    """Request and response as two records of a WARC 1.1, each packed by itself; the same for the same fetch at the same time."""
    target = target_of(got.url)
    request = f"GET {target.path} HTTP/1.1\r\nHost: {target.netloc}\r\nUser-Agent: {AGENT}\r\n\r\n".encode()
    lines = [f"HTTP/1.1 {got.status} {got.reason}".rstrip()]
    lines += [f"{'X-Archive-Orig-' if key.lower() in _BODILY else ''}{key}: {value}" for key, value in got.headers]
    head = "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")
    payload = {"WARC-Payload-Digest": f"sha256:{hashlib.sha256(got.sent).hexdigest()}"}
    records = (
        _record("warcinfo", "", at, f"software: {tool}\r\nformat: WARC File Format 1.1\r\n".encode(), "application/warc-fields", {}),
        _record("request", got.url, at, request, "application/http;msgtype=request", {}),
        _record(
            "response",
            got.url,
            at,
            head + got.sent,
            "application/http;msgtype=response",
            payload | ({"WARC-IP-Address": got.peer} if got.peer else {}),
        ),
    )
    return b"".join(gzip.compress(record, mtime=0) for record in records)


def _record(kind: str, uri: str, at: str, block: bytes, media_type: str, more: Mapping[str, str]) -> bytes:
    sha = hashlib.sha256(block).hexdigest()
    fields = {
        "WARC-Type": kind,
        "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{kind} {uri} {at} {sha}')}>",
        "WARC-Date": at,
        **({"WARC-Target-URI": uri} if uri else {}),
        "WARC-Block-Digest": f"sha256:{sha}",
        **more,
        "Content-Type": media_type,
        "Content-Length": str(len(block)),
    }
    return ("WARC/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in fields.items()) + "\r\n").encode() + block + b"\r\n\r\n"


def _put(path: Path, data: bytes) -> None:
    """`data` at `path`, whole or not at all, and on the disk. What is there already is left where it is the same."""
    if path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    number, name = tempfile.mkstemp(prefix=BEGUN, dir=path.parent)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
        _sync(path.parent)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _destroy(path: Path) -> None:
    """A file gone, its bytes overwritten first (a disk may keep copies of its own that nobody can reach from here)."""
    with suppress(FileNotFoundError):
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        _sync(path.parent)


def _sync(folder: Path) -> None:
    """What a folder names is on the disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def entries_of(folder: Path) -> Iterator[dict[str, Any]]:
    """Whole entries of the chain of custody. Raises HeldbyError on a log that is none."""
    path = folder / CUSTODY
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return
    except OSError as e:
        raise HeldbyError(str(path), f"cannot be read: {e.strerror or e}") from None
    yield from _entries_in(data[: data.rfind(b"\n") + 1], 0, path)


def _entries_in(data: bytes, before: int, path: Path) -> Iterator[dict[str, Any]]:
    """The entries in whole lines of the log, which has `before` lines before them."""
    for number, line in enumerate(data.splitlines(), start=before + 1):
        try:
            entry = json.loads(line.decode("utf-8", "surrogatepass"))
            if not {"n", "act", "prev", "hash", "at"} <= entry.keys() or entry["act"] not in ACTS:
                raise ValueError("is no entry")
        except (ValueError, AttributeError, RecursionError) as e:
            raise HeldbyError(str(path), f"{e}; `heldby verify` says what else differs", f"line {number}") from None
        yield entry


def files_of(entry: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The files that an entry of something kept names, with their digests. Names are made of digests and numbers, never taken from the entry as they stand."""
    if entry["act"] == "erased":
        return ()
    if entry["act"] == "collected":
        raw, warc = f"{int(entry['sha256'], 16):064x}", f"{int(str(entry['warc']).partition('.')[0]):06d}.warc.gz"
        return ((f"raw/{raw[:2]}/{raw}", raw), (f"warc/{warc}", str(entry["warc_sha256"])))
    report = str(entry["report"])
    if not report.removeprefix("r-").isalnum():
        raise ValueError("no id of a report")
    return ((f"text/{report[2:4]}/{report}.txt", str(entry["text_sha256"])),)
