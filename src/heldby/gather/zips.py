"""Zip archives, WACZ among them: members are read where they lie, nothing is ever unpacked onto the disk, so that no name leads anywhere.

Members that are links, encrypted, or named as if to climb out of a folder are gaps. What all members give together is bounded by the size of
the archive, however they overlap.
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable, Iterator
from typing import IO, BinaryIO, cast

from heldby.gather.filing import Item
from heldby.gather.unpacking import FREE, MOST_RATIO, TooLarge
from heldby.model.report import Gap, GapKind

MOST_MEMBERS = 100_000
_WACZ_PAGES = "archive/"
ReadMember = Callable[[io.BufferedReader, str, str], Iterator[Item]]


def is_zip(head: bytes) -> bool:
    """Whether a source that begins with `head` is a zip archive with something in it."""
    return head.startswith(b"PK\x03\x04")


def read_zip(stream: BinaryIO, label: str, read: ReadMember) -> Iterator[Item]:
    """What `read` (stream, label, suffix) makes of each member, in the order of their names; of a WACZ, of its archives alone."""
    try:
        archive = zipfile.ZipFile(stream)
        members = sorted((m for m in archive.infolist() if not m.filename.endswith("/")), key=lambda m: (m.filename, m.header_offset))
    except Exception as e:  # zipfile has as many errors for a damaged directory as for a damaged member
        yield Gap(GapKind.MALFORMED, label, f"is no zip archive that can be read ({e})"[:300])
        return
    if any(m.filename.startswith(_WACZ_PAGES) for m in members) and any(m.filename == "datapackage.json" for m in members):
        members = [m for m in members if m.filename.startswith(_WACZ_PAGES)]
    if any(m.filename == "[Content_Types].xml" for m in members):
        yield Gap(GapKind.BINARY, label, "is an office document, not a text")
        return
    if len(members) > MOST_MEMBERS:
        yield Gap(GapKind.TOO_LARGE, label, f"holds {len(members):,} members: those past {MOST_MEMBERS:,} were left out")
    budget = _Budget(MOST_RATIO * _size(stream) + FREE)
    with archive:
        for member in members[:MOST_MEMBERS]:
            try:
                yield from _member(archive, member, f"{label}:{_shown(member.filename)}", read, budget)
            except TooLarge as e:
                yield Gap(GapKind.TOO_LARGE, label, f"unpacks to {e}: what follows {_shown(member.filename)} was not read")
                return
    if not members:
        yield Gap(GapKind.EMPTY, label, "is an archive without a file to read")


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, label: str, read: ReadMember, budget: _Budget) -> Iterator[Item]:
    name = member.filename
    if cause := _unfit(member):
        yield Gap(GapKind.UNREADABLE, label, cause)
        return
    if any(part.startswith(".") or part == "__MACOSX" for part in name.split("/")):
        return  # hidden, as in a folder
    suffix = f".{name.rpartition('.')[2].lower()}" if "." in name.rpartition("/")[2] else ""
    try:
        with archive.open(member) as inner:
            yield from read(io.BufferedReader(cast("io.RawIOBase", _Counted(inner, budget)), 65_536), label, suffix)
    except TooLarge:
        raise
    except Exception as e:  # zipfile has many errors for damaged members, and so has each packing in one
        yield Gap(GapKind.UNREADABLE, label, f"cannot be unpacked ({type(e).__name__}: {e})"[:300])


def _unfit(member: zipfile.ZipInfo) -> str:
    """Why a member is not read, or ""."""
    name = member.filename
    if member.flag_bits & 0x1:
        return "is encrypted"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "is a link, which is not followed"
    if name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name.partition("/")[0]:
        return "bears a name that leads out of its archive"
    return ""


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "\ufffd" for c in name)[:200] or "a member without a name"


def _size(stream: BinaryIO) -> int:
    at = stream.tell()
    size = stream.seek(0, io.SEEK_END)
    stream.seek(at)
    return size


class _Budget:
    """Bytes that may still be unpacked."""

    def __init__(self, most: int) -> None:
        self.most, self.left = most, most

    def take(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise TooLarge(f"more than {self.most:,} bytes, {MOST_RATIO} times its size")


class _Counted(io.RawIOBase):
    """A member's bytes, counted against the archive's budget."""

    def __init__(self, inner: IO[bytes], budget: _Budget) -> None:
        self._inner, self._budget = inner, budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._inner.read(len(buffer))
        self._budget.take(len(data))
        buffer[: len(data)] = data
        return len(data)
