"""JSON Lines of reports, read line by line: a file of any size takes the memory of its longest line.

A line is `{"id", "text", "published", "outlet", "url", "title"}` (only `text` is needed; further fields are never looked at), or a
retraction, `{"retract": URL, "published", "outlet", "reason"}`. A line that is neither is a gap, and the next one is read.
"""

from __future__ import annotations

import io
import json
import weakref
from collections.abc import Iterator
from typing import Any, Protocol

from heldby.gather.decoding import clean, head_of
from heldby.gather.filing import Found, Item, file_report, from_the_future, future_gap, read_published, too_large
from heldby.gather.options import GatherOptions
from heldby.model.report import Gap, GapKind, Retraction

ESCAPED = 6  # bytes that JSON may need for a character that takes one in the text
OTHER_FIELDS = 1_000_000  # bytes granted to the fields that are not looked at
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"


class _Malformed(ValueError):
    """What is wrong with a line."""


class _Lined(Protocol):
    def readline(self, size: int, /) -> bytes: ...


def read_table(stream: io.BufferedReader, label: str, options: GatherOptions) -> Iterator[Item]:
    """Reports, retractions and gaps of the lines of `stream`; `label` and the number of the line name each."""
    empty = True
    for number, line in _lines(stream, options):
        origin = f"{label}:{number}"
        if line is None:
            empty = False
            yield too_large(origin, "the line is too long for a report", options)
        elif line.strip():
            empty = False
            yield from _item(line, origin, options)
    if empty:
        yield Gap(GapKind.EMPTY, label, "holds no line")


def _lines(stream: io.BufferedReader, options: GatherOptions) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines; None for one longer than any report within the bounds could need, which is passed over unread."""
    limit = ESCAPED * options.max_report_bytes + OTHER_FIELDS
    source, first = _as_utf8(stream), True
    number = 0
    while line := source.readline(limit):
        number += 1
        if first and line.startswith(_BOM):
            line = line[len(_BOM) :]
        first = False
        if len(line) < limit or line.endswith(b"\n"):
            yield number, line
            continue
        while (rest := source.readline(limit)) and not rest.endswith(b"\n"):
            pass
        yield number, None


def _as_utf8(stream: io.BufferedReader) -> _Lined:
    if stream.peek(2)[:2] not in _UTF16:
        return stream
    return _Recoded(stream)


class _Recoded:
    """A UTF-16 text as UTF-8 lines. The stream stays the caller's to close."""

    def __init__(self, stream: io.BufferedReader) -> None:
        self._text = io.TextIOWrapper(stream, "utf-16", errors="replace", newline="\n")
        weakref.finalize(self, self._text.detach)

    def readline(self, size: int, /) -> bytes:
        return self._text.readline(size).encode("utf-8", "replace")


def _item(line: bytes, origin: str, options: GatherOptions) -> Iterator[Item]:
    try:
        text, broken = line.decode(), False
    except UnicodeDecodeError:
        text, broken = line.decode("utf-8", "replace"), True
    try:
        fields = _fields(text)
    except _Malformed as e:
        yield Gap(GapKind.MALFORMED, origin, f"{e}; the line was passed over")
        return
    yield from read_row(fields, origin, options, broken=broken)


def read_row(fields: dict[str, Any], origin: str, options: GatherOptions, *, broken: bool = False) -> Iterator[Item]:
    """The report, retraction or gap of one line's fields; `broken`: its bytes were not what they should be."""
    try:
        if "text" not in fields and "retract" in fields:
            yield _retraction(fields, origin, options)
            return
        found = Found(
            text=clean(_needed(fields, "text"), broken),
            origin=origin,
            outlet=_text(fields, "outlet"),
            url=_text(fields, "url"),
            published=_date(fields),
            title=_text(fields, "title"),
            given_id=_given_id(fields),
            instead=", ".join(name for name in _DATES if name in fields),
        )
    except _Malformed as e:
        yield Gap(GapKind.MALFORMED, origin, f"{e}; the line was passed over")
        return
    yield from file_report(found, options)


def _fields(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError as e:
        raise _Malformed(f"is no JSON ({e.msg.lower()} at column {e.colno})") from None
    except (ValueError, RecursionError) as e:
        raise _Malformed(f"is no JSON that can be read ({type(e).__name__})") from None
    if not isinstance(value, dict):
        raise _Malformed(f"is no JSON object but {_kind(value)}")
    return value


def _retraction(fields: dict[str, Any], origin: str, options: GatherOptions) -> Item:
    url, outlet = _needed(fields, "retract").strip(), _text(fields, "outlet") or options.outlet
    if not url:
        raise _Malformed('"retract" names no address')
    written = _date(fields)
    try:
        published = read_published(written, outlet, options) if written.strip() else options.published
    except ValueError as e:
        raise _Malformed(f"the retraction's date is {e}") from None
    if published is None:
        raise _Malformed("the retraction has no date, so nobody can say from when it holds")
    if from_the_future(published, options.now):
        return future_gap(origin, published)
    return Retraction(clean(url).text, outlet, published, _text(fields, "reason"), origin)


def _needed(fields: dict[str, Any], key: str) -> str:
    if fields.get(key) is None:
        raise _Malformed(f'has no "{key}"')
    value = fields[key]
    if not isinstance(value, str):
        raise _Malformed(f'"{key}" is {_kind(value)}, not a string')
    return value


def _text(fields: dict[str, Any], key: str) -> str:
    return clean(_needed(fields, key)).text if fields.get(key) is not None else ""


def _date(fields: dict[str, Any]) -> str:
    """The date as written; a value of another type is shown as its JSON, which no date reads as, so the report is kept undated."""
    value = fields.get("published")
    if value is None:
        return ""
    return clean(value).text if isinstance(value, str) else json.dumps(value)


_DATES = ("date", "day", "time", "datetime", "timestamp", "published_at", "publishedAt", "pubDate", "pub_date", "publication_date")


def _given_id(fields: dict[str, Any]) -> str:
    value = fields.get("id")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else _text(fields, "id")


def _kind(value: object) -> str:
    names: dict[type, str] = {list: "a list", dict: "an object", str: "a string", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null")


def is_table(head: bytes) -> bool:
    """Whether `head`, the first bytes of a source, begins with a line that is one JSON object (or the start of one too long to tell)."""
    line, newline, _ = head_of(head).lstrip().partition(b"\n")
    if not line.startswith(b"{"):
        return False
    try:
        return isinstance(json.loads(line.decode("utf-8", "replace")), dict)
    except (ValueError, RecursionError):
        return not newline and line.lstrip(b"{ \t").startswith(b'"')
