"""A source's bytes by their kind: a table of reports, a page, a feed, a text; what is none of these is named."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from heldby.errors import HeldbyError
from heldby.gather.decoding import Decoded, binary_cause, decode
from heldby.gather.feed import MOST_BYTES, Entry, Feed, is_feed, read_feed
from heldby.gather.fetching import Fetched
from heldby.gather.filing import Found, Item, file_report, too_large
from heldby.gather.markup import BadMarkup
from heldby.gather.options import GatherOptions
from heldby.gather.page import is_page, read_page
from heldby.gather.sifting import may_hold, page_turned_away
from heldby.gather.sitemap import is_sitemap
from heldby.gather.table import is_table, read_table
from heldby.model.report import Gap, GapKind

HEAD = 65_536  # bytes looked at to tell what a source is
_TABLES = (".jsonl", ".ndjson")
_PAGES = (".html", ".htm", ".xhtml")
_FEEDS = (".rss", ".atom", ".rdf")
_TABLE_TYPES = ("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/json-lines")
PAGE_TYPES = ("text/html", "application/xhtml+xml")
_TEXT_TYPES = ("text/plain", "text/markdown")
_UNSAID = ("", "application/octet-stream", "binary/octet-stream", "application/json")


def read_stream(stream: io.BufferedReader, label: str, suffix: str, options: GatherOptions) -> Iterator[Item]:
    """A stream by its kind: the suffix's where that says it, else what its first bytes are."""
    head = stream.peek(HEAD)[:HEAD]
    feed = suffix in _FEEDS or (suffix not in _PAGES and is_feed(head))
    if suffix in _TABLES or (suffix not in _PAGES and not feed and is_table(head)):
        yield from read_table(stream, label, options)
        return
    if feed:
        data = stream.read(MOST_BYTES + 1)
        yield from read_entries(data, label, options) if len(data) <= MOST_BYTES else (too_large(label, "is a feed too large", options),)
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
    elif page and options.sift and options.wanted and not may_hold(data, "", options.wanted):
        yield page_turned_away(label)
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


def read_answer(address: str, got: Fetched, options: GatherOptions) -> Iterator[Item]:
    """What was fetched, by the media type that the server gave it; by its first bytes where the server says nothing."""
    unsaid = got.media_type in _UNSAID
    if not got.body.strip():
        yield Gap(GapKind.EMPTY, address, "the server sent nothing")
    elif answers_feed(got):
        yield from read_entries(got.body, address, options, address=got.url, charset=got.charset)
    elif is_sitemap(got.body[:HEAD]):
        yield Gap(GapKind.UNREADABLE, address, "is a sitemap, which leads to pages: list it among the sources of `heldby watch`")
    elif got.media_type in _TABLE_TYPES or (unsaid and is_table(got.body[:HEAD])):
        yield from read_table(buffered(io.BytesIO(got.body)), address, options)
    elif not unsaid and got.media_type not in (*PAGE_TYPES, *_TEXT_TYPES):
        kind = GapKind.UNREADABLE if got.media_type.startswith("text/") else GapKind.BINARY
        yield Gap(kind, address, f"the server sent {got.media_type}, which heldby does not read")
    elif cause := binary_cause(got.body):
        yield Gap(GapKind.BINARY, address, cause)
    elif got.media_type in PAGE_TYPES or (unsaid and is_page(got.body)):
        yield from read_page(got.body, address, options, address=got.url, charset=got.charset)
    else:
        outlet = options.outlet or (urlsplit(got.url).hostname or "").removeprefix("www.")
        yield from _text(got.body, Found(Decoded(""), address, outlet=outlet, url=got.url), options, got.charset)


def answers_feed(got: Fetched) -> bool:
    """Whether what was fetched is a feed: by its first bytes, which servers get right more often than its media type."""
    return got.media_type not in PAGE_TYPES and is_feed(got.body[:HEAD])


def read_entries(data: bytes, origin: str, options: GatherOptions, *, address: str = "", charset: str = "") -> Iterator[Item]:
    """The reports of a feed's entries, oldest first as feeds list them latest first, or a gap that says why it is none."""
    try:
        feed = read_feed(data, address, charset)
    except BadMarkup as e:
        yield Gap(GapKind.MALFORMED, origin, f"is no feed that can be read: it {e}")
        return
    except HeldbyError as e:
        yield Gap(GapKind.UNREADABLE, origin, e.cause)
        return
    if not feed.entries:
        yield Gap(GapKind.EMPTY, origin, "is a feed without entries")
    for entry in reversed(feed.entries):
        yield from entry_reports(entry, feed, origin, options, address)
    if feed.left_out:
        yield Gap(GapKind.TOO_LARGE, origin, f"is a feed of more than {len(feed.entries):,} entries: {feed.left_out:,} were left out")


def entry_reports(entry: Entry, feed: Feed, origin: str, options: GatherOptions, address: str = "") -> Iterator[Item]:
    """The report of one entry, or the gap that says why not."""
    outlet = options.outlet or feed.title or (urlsplit(entry.url or address).hostname or "").removeprefix("www.")
    yield from file_report(entry.found(f"{origin}#{entry.key}"[:500], outlet), options)


def buffered(stream: Any) -> io.BufferedReader:
    return io.BufferedReader(stream, HEAD)
