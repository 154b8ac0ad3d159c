"""Web archives: WARC (plain, gzip or Zstandard), streamed record by record; each page in one becomes a report dated by itself, else undated.

A record that is damaged is a gap, and reading goes on at the next that can be found; damage in the packing ends the archive, and is said.
(fastwarc was tried and left: at a damaged record it ends, and a record that is cut off it hands out as if it were whole; decision 4.)
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import BinaryIO

from heldby.gather.fetching import Fetched
from heldby.gather.filing import Item, too_large
from heldby.gather.kinds import PAGE_TYPES, read_answer
from heldby.gather.options import GatherOptions
from heldby.gather.reaching import Refused, target_of
from heldby.gather.sifting import may_hold, turned_away
from heldby.gather.unpacking import NotPacked, TooLarge, streamed, unpacked
from heldby.model.report import Gap, GapKind, Report

LONGEST_HEAD = 65_536
STEP = 262_144
_START = re.compile(rb"WARC/1\.[01]\r?\n")
_KINDS = ("response", "resource")
_READ = re.compile(
    r"text/html|application/xhtml\+xml|text/plain|text/markdown|application/x-ndjson|application/(?:rss|atom)\+xml|application/feed\+json"
)
_CHUNK = re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,100}\r\n")
_OK = re.compile(rb"HTTP/\d(?:\.\d)? +(\d{3}) *([^\r\n]{0,100})")


class BadRecord(ValueError):
    """What is wrong with a record."""


@dataclass(frozen=True, slots=True)
class Record:
    """A record: `number` from 1, its headers with names in lower case, its block (None: past the bound, `length` says how long it is)."""

    number: int
    headers: dict[str, str]
    block: bytes | None
    length: int

    @property
    def kind(self) -> str:
        return self.headers.get("warc-type", "")

    @property
    def url(self) -> str:
        return self.headers.get("warc-target-uri", "").strip("<>")


def is_archive(head: bytes) -> bool:
    """Whether a source that begins with `head` is a WARC, packed or not."""
    return (
        bool(_START.match(head))
        or (head[:2] == b"\x1f\x8b" and _within(head, "gzip"))
        or (head[:4] == b"\x28\xb5\x2f\xfd" and _within(head, "zstd"))
    )


def _within(head: bytes, encoding: str) -> bool:
    try:
        return bool(_START.match(next(iter(streamed([head], encoding)), b"")))
    except (NotPacked, OSError, zlib.error):
        return False


def read_archive(stream: BinaryIO, label: str, options: GatherOptions) -> Iterator[Item]:
    """Reports and gaps of an archive's pages; records that are no page of text (pictures, requests, redirects) are passed over."""
    pages = passed = 0
    for record in records(stream, options.max_report_bytes + LONGEST_HEAD):
        if isinstance(record, str):
            yield Gap(GapKind.MALFORMED, label, record)
            continue
        if record.kind not in _KINDS or not record.url.startswith(("http://", "https://")):
            continue
        for item in _page(record, f"{label}:record {record.number}", options):
            if item is None:
                passed += 1
                continue
            pages += 1
            yield item
    if passed:
        yield turned_away(passed, label)
    elif not pages:
        yield Gap(GapKind.EMPTY, label, "is an archive without a page that can be read")


def _page(record: Record, origin: str, options: GatherOptions) -> Iterator[Item | None]:
    """What a record's page gives; None: it is turned away."""
    if record.block is None:
        if _READ.match(record.headers.get("content-type", "")) or record.kind == "response":
            yield too_large(origin, f"the record takes {record.length:,} bytes", options)
        return
    try:
        got = answer_of(record, options.max_report_bytes)
    except BadRecord as e:
        yield Gap(GapKind.MALFORMED, origin, str(e))
        return
    except TooLarge as e:
        yield too_large(origin, f"the page takes {e}", options)
        return
    if got is None:
        return
    if options.wanted and _is_html(got) and not may_hold(got.body, got.charset, options.wanted):
        yield None
        return
    try:
        target_of(record.url)
    except Refused as e:
        yield Gap(GapKind.MALFORMED, origin, str(e))
        return
    fetched = _instant(record.headers.get("warc-date", ""))
    if fetched and fetched < options.now:
        options = replace(options, now=fetched)  # from then at the latest the page was known, and what it dates later was still to come
    for item in read_answer(record.url, got, options):
        yield replace(item, origin=origin) if isinstance(item, Report) else replace(item, subject=origin) if isinstance(item, Gap) else item


def _is_html(got: Fetched) -> bool:
    return got.media_type in PAGE_TYPES and bool(got.body)


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    except ValueError:
        return None


def answer_of(record: Record, most: int) -> Fetched | None:
    """What a record's server answered; None where it is no page of text or no success. Raises BadRecord, TooLarge."""
    block = record.block or b""
    if record.kind == "resource":
        media_type = record.headers.get("content-type", "")
        return Fetched(record.url, record.url, 200, (("Content-Type", media_type),), block, block) if _READ.match(media_type) else None
    head, _, sent = block.partition(b"\r\n\r\n")
    status = _OK.match(head)
    if not status:
        raise BadRecord("holds no answer of HTTP")
    headers = tuple(_header_lines(head.partition(b"\r\n")[2]))
    got = Fetched(record.url, record.url, int(status[1]), headers, sent, b"", reason=status[2].decode("latin-1").strip())
    if not 200 <= got.status < 300 or (got.media_type and not _READ.match(got.media_type)):
        return None
    if "chunked" in got.header("Transfer-Encoding").lower():
        sent = _dechunked(sent)
    try:
        body = b"".join(unpacked([sent], got.header("Content-Encoding"), most))
    except NotPacked:
        body = sent[:most]  # many archives keep the header of a packing that they have taken off
    except OSError as e:
        raise BadRecord(f"holds a page that {e}") from None
    return replace(got, body=body)


def _header_lines(lines: bytes) -> Iterator[tuple[str, str]]:
    for line in re.sub(rb"\r?\n[ \t]+", b" ", lines).splitlines():
        name, colon, value = line.partition(b":")
        if colon:
            yield name.decode("latin-1").strip(), value.decode("latin-1").strip()


def _dechunked(sent: bytes) -> bytes:
    """The body without the sizes of its chunks; as it is where the archive has taken them out already."""
    pieces: list[bytes] = []
    at = 0
    while found := _CHUNK.match(sent, at):
        size = int(found[1], 16)
        if not size:
            return b"".join(pieces)
        pieces.append(sent[found.end() : found.end() + size])
        at = found.end() + size + 2
    return sent if not pieces else b"".join(pieces)


def records(stream: BinaryIO, most: int) -> Iterator[Record | str]:
    """Records in order; a str says what was wrong between two. Memory is that of `most` bytes, whatever a record says of its length."""
    source = _Source(stream)
    number = 0
    while True:
        try:
            skipped = source.to_start()
            if skipped:
                yield f"{skipped:,} bytes before record {number + 1} belong to no record: passed over"
            if source.ended:
                break
            number += 1
            yield _record(source, number, most)
        except BadRecord as e:
            yield f"record {number}: {e}"
    if source.fault:
        yield f"after record {number}: {source.fault}"


def _record(source: _Source, number: int, most: int) -> Record:
    head = source.head()
    headers = {name.lower(): value for name, value in _header_lines(head.partition(b"\n")[2])}
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdigit() and len(length) < 16):
        raise BadRecord("says no length")
    size = int(length)
    block = source.take(size) if size <= most else None
    if block is None and source.skip(size) < size:
        raise BadRecord(f"is cut off: it says {size:,} bytes")
    if block is not None and len(block) < size:
        raise BadRecord(f"is cut off: it says {size:,} bytes and has {len(block):,}")
    return Record(number, headers, block, size)


class _Source:
    """The unpacked bytes of an archive, with a little looked ahead. A fault in the packing ends it, or is passed over to the next member."""

    def __init__(self, stream: BinaryIO) -> None:
        self._pieces = self._unpacked(stream)
        self._waiting = b""
        self.ended = False
        self.fault = ""

    def _unpacked(self, stream: BinaryIO) -> Iterator[bytes]:
        chunks = iter(lambda: stream.read(STEP), b"")
        first = next(chunks, b"")
        encoding = "gzip" if first[:2] == b"\x1f\x8b" else "zstd" if first[:4] == b"\x28\xb5\x2f\xfd" else ""

        def all_chunks() -> Iterator[bytes]:
            yield first
            yield from chunks

        try:
            yield from streamed(all_chunks(), encoding) if encoding else all_chunks()
        except OSError as e:
            self.fault = f"{e}: what follows was not read"

    def _more(self) -> bool:
        piece = next(self._pieces, None)
        if piece is None:
            self.ended = not self._waiting
            return False
        self._waiting += piece
        return True

    def to_start(self) -> int:
        """Goes to the next record; how many bytes that are no blank lines were passed over."""
        skipped = 0
        while True:
            blank = len(self._waiting) - len(self._waiting.lstrip(b"\r\n"))
            self._waiting = self._waiting[blank:]
            found = _START.search(self._waiting)
            if found:
                skipped += found.start()
                self._waiting = self._waiting[found.start() :]
                return skipped
            keep = min(len(self._waiting), 10)
            skipped += len(self._waiting) - keep
            self._waiting = self._waiting[len(self._waiting) - keep :]
            if not self._more():
                skipped += len(self._waiting)
                self._waiting, self.ended = b"", True
                return skipped

    def head(self) -> bytes:
        """The record's header lines; the source then stands at its block."""
        while True:
            found = re.search(rb"\r?\n\r?\n", self._waiting)
            if found and found.end() <= LONGEST_HEAD:
                head, self._waiting = self._waiting[: found.start()], self._waiting[found.end() :]
                return head
            if found or len(self._waiting) > LONGEST_HEAD or not self._more():
                self._waiting = self._waiting[1:]
                raise BadRecord("has no end of its headers")

    def take(self, size: int) -> bytes:
        pieces, have = [self._waiting], len(self._waiting)
        self._waiting = b""
        while have < size and (piece := next(self._pieces, None)) is not None:
            pieces.append(piece)
            have += len(piece)
        data = b"".join(pieces)
        self._waiting = data[size:]
        return data[:size]

    def skip(self, size: int) -> int:
        """How many of so many bytes could be passed over."""
        left = size
        while left > 0:
            passed = min(left, len(self._waiting))
            self._waiting, left = self._waiting[passed:], left - passed
            if left and not self._more():
                break
        return size - left
