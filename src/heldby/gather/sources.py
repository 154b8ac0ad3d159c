"""Sources as a user names them: files, folders, "-" and addresses, each read by its kind."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from heldby.errors import UsageError
from heldby.gather.decoding import Decoded, binary_cause, decode
from heldby.gather.fetching import Fetched, Limits, fetch
from heldby.gather.filing import Found, Item, file_report, too_large
from heldby.gather.options import GatherOptions
from heldby.gather.page import is_page, read_page
from heldby.gather.reaching import target_of
from heldby.gather.table import is_table, read_table
from heldby.gather.unpacking import TooLarge
from heldby.model.report import Gap, GapKind

STANDARD_INPUT = "-"
HEAD = 65_536  # bytes looked at to tell what a source is
_TABLES = (".jsonl", ".ndjson")
_PAGES = (".html", ".htm", ".xhtml")
# Texts by their bytes and no reports: left alone in a folder, read where the user names the file itself.
_NO_REPORTS = re.compile(
    r"\.(csv|tsv|xml|svg|rss|atom|kml|gpx|geojson|toml|ya?ml|ini|cfg|conf|log|sql|py|js|ts|css|sh|tex|rtf|bib)", re.IGNORECASE
)
_TABLE_TYPES = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/json-lines")
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
_TEXT_TYPES = ("text/plain", "text/markdown")
_UNSAID = ("", "application/octet-stream", "binary/octet-stream", "application/json")


@dataclass(frozen=True, slots=True)
class _File:
    """A file with the name it bears in messages and in reports: as the user wrote it, but never with the folders above an absolute path."""

    path: Path
    label: str


def gather(sources: Sequence[str], options: GatherOptions) -> Iterator[Item]:
    """Reports, retractions and gaps of `sources`, in their order; a folder's files in the order of their paths' bytes.

    Raises UsageError at once, before anything is read, where a source is no file, no folder and no address.
    """
    for source in sources:
        _check(source)
    return _gather(tuple(sources), options)


def _gather(sources: tuple[str, ...], options: GatherOptions) -> Iterator[Item]:
    for source in sources:
        if source == STANDARD_INPUT:
            yield from _stream(_standard_input(), "standard input", "", options)
        elif is_address(source):
            yield from _fetched(source, options)
        else:
            yield from _path(source, options)


def is_address(source: str) -> bool:
    """Whether a source is an address to be fetched rather than a path."""
    return source.lower().startswith(("http://", "https://"))


def shown_source(source: str) -> str:
    """A source as messages name it: an address without the user name and password it may bear."""
    scheme, mark, rest = source.partition("://")
    place, slash, path = rest.partition("/")
    return f"{scheme}{mark}{place.rpartition('@')[2]}{slash}{path}"


def _check(source: str) -> None:
    if source == STANDARD_INPUT:
        return
    if is_address(source):
        try:
            target_of(source)
        except OSError as e:
            raise UsageError(shown_source(source), str(e)) from None
        return
    if "://" in source:
        raise UsageError(source, "only http and https addresses are fetched")
    if not source or "\0" in source or not os.path.lexists(source):
        raise UsageError(source or '""', "there is no such file or folder")


def _path(source: str, options: GatherOptions) -> Iterator[Item]:
    path = Path(source)
    label = path.name if path.is_absolute() else path.as_posix()
    if not path.is_dir():
        yield from _file(_File(path, _clean_label(label)), options)
        return
    empty = True
    for item in _walk(path, label):
        empty = False
        if isinstance(item, Gap):
            yield item
        elif _NO_REPORTS.fullmatch(suffix := item.path.suffix):
            yield Gap(
                GapKind.UNREADABLE, item.label, f"a {suffix} file is no report heldby knows; name the file itself to read it as a text"
            )
        else:
            yield from _file(item, options)
    if empty:
        yield Gap(GapKind.EMPTY, label, "is a folder without a file to read")


def _walk(folder: Path, label: str) -> Iterator[_File | Gap]:
    """Files below a folder, sorted by the bytes of their paths; hidden ones are left out, what cannot be listed or entered is a gap."""
    found: list[tuple[bytes, _File | Gap]] = []

    def gap(path: Path, cause: str) -> None:
        name = _label(path, folder, label)
        found.append((os.fsencode(path.relative_to(folder)), Gap(GapKind.UNREADABLE, name, cause)))

    def failed(error: OSError) -> None:
        gap(Path(error.filename), f"cannot be listed ({error.strerror})")

    for home, folders, files in os.walk(folder, onerror=failed):
        for name in folders:
            if not name.startswith(".") and (Path(home) / name).is_symlink():
                gap(Path(home) / name, "is a link to a folder, which is not followed")
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = Path(home) / name
            if name.startswith("."):
                continue
            if path.is_file():
                found.append((os.fsencode(path.relative_to(folder)), _File(path, _label(path, folder, label))))
            else:
                gap(path, "is no regular file" if path.exists() else "is a link that leads nowhere")
    yield from (item for _, item in sorted(found, key=lambda entry: entry[0]))


def _label(path: Path, folder: Path, label: str) -> str:
    inner = path.relative_to(folder).as_posix()
    return _clean_label(inner if label in ("", ".") else f"{label}/{inner}" if inner != "." else label)


def _clean_label(name: str) -> str:
    """A path as text: bytes that are no UTF-8 are shown as \\xNN."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _file(file: _File, options: GatherOptions) -> Iterator[Item]:
    try:
        with _buffered(open(file.path, "rb", buffering=0)) as stream:
            suffix = file.path.suffix.lower()
            yield from _stream(stream, file.label, suffix, options)
    except OSError as e:
        yield Gap(GapKind.UNREADABLE, file.label, f"cannot be read ({e.strerror or e})")


def _stream(stream: io.BufferedReader, label: str, suffix: str, options: GatherOptions) -> Iterator[Item]:
    """A stream by its kind: the suffix's where that says it, else what its first bytes are."""
    head = stream.peek(HEAD)[:HEAD]
    if suffix in _TABLES or (suffix not in _PAGES and is_table(head)):
        yield from read_table(stream, label, options)
        return
    data = stream.read(options.max_report_bytes + 1)
    if len(data) > options.max_report_bytes:
        yield too_large(label, f"takes more than {options.max_report_bytes:,} bytes", options)
    else:
        yield from _bytes(data, label, options, page=suffix in _PAGES or is_page(data), suffix=suffix)


def _bytes(data: bytes, label: str, options: GatherOptions, *, page: bool, suffix: str = "") -> Iterator[Item]:
    if not data.strip():
        yield Gap(GapKind.EMPTY, label, "is empty" if not data else "holds nothing but blanks")
    elif cause := binary_cause(data):
        yield Gap(GapKind.BINARY, label, cause)
    elif page:
        yield from read_page(data, label, options)
    elif suffix == ".json":
        yield Gap(GapKind.MALFORMED, label, "is JSON but not JSON Lines: write one report, one object, to a line")
    else:
        yield from _text(data, Found(Decoded(""), label), options)


def _text(data: bytes, about: Found, options: GatherOptions, charset: str = "") -> Iterator[Item]:
    """A plain text: line ends become "\\n", so that one text has one id on every system."""
    decoded = decode(data, charset)
    if isinstance(decoded, str):
        yield Gap(GapKind.BINARY, about.origin, decoded)
        return
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    yield from file_report(replace(about, text=Decoded(text, decoded.broken)), options)


def _fetched(address: str, options: GatherOptions) -> Iterator[Item]:
    try:
        got = fetch(address, Limits.of(options))
    except TooLarge as e:
        yield too_large(address, f"sends {e}", options)
        return
    except OSError as e:
        yield Gap(GapKind.UNREADABLE, address, str(e))
        return
    yield from _answer(address, got, options)


def _answer(address: str, got: Fetched, options: GatherOptions) -> Iterator[Item]:
    """What was fetched, by the media type that the server gave it; by its first bytes where the server says nothing."""
    unsaid = got.media_type in _UNSAID
    if not got.body.strip():
        yield Gap(GapKind.EMPTY, address, "the server sent nothing")
    elif got.media_type in _TABLE_TYPES or (unsaid and is_table(got.body[:HEAD])):
        yield from read_table(_buffered(io.BytesIO(got.body)), address, options)
    elif not unsaid and got.media_type not in (*_PAGE_TYPES, *_TEXT_TYPES):
        kind = GapKind.UNREADABLE if got.media_type.startswith("text/") else GapKind.BINARY
        yield Gap(kind, address, f"the server sent {got.media_type}, which heldby does not read")
    elif cause := binary_cause(got.body):
        yield Gap(GapKind.BINARY, address, cause)
    elif got.media_type in _PAGE_TYPES or (unsaid and is_page(got.body)):
        yield from read_page(got.body, address, options, address=got.url, charset=got.charset)
    else:
        outlet = options.outlet or (urlsplit(got.url).hostname or "").removeprefix("www.")
        yield from _text(got.body, Found(Decoded(""), address, outlet=outlet, url=got.url), options, got.charset)


def _standard_input() -> io.BufferedReader:
    stream = sys.stdin.buffer
    return stream if isinstance(stream, io.BufferedReader) else _buffered(stream)


def _buffered(stream: Any) -> io.BufferedReader:
    return io.BufferedReader(stream, HEAD)
