"""Feeds: RSS (0.9 to 2.0, and 1.0 in RDF), Atom and JSON Feed, from bytes to entries, whatever dialect and however broken."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

from heldby.gather.decoding import Decoded, clean, decode, head_of
from heldby.gather.filing import Found
from heldby.gather.markup import BadMarkup, name_of, plain_text, text_of, tidy, xml_root
from heldby.model.when import utc_text

MOST_BYTES = 10_000_000  # of a feed
MOST_ENTRIES = 5_000
_ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
_PLAIN = ("", "http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/", "http://backend.userland.com/rss2", *_ATOM)
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_DUBLIN = ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")
_ROOTS = (b"<rss", b"<feed", b"<rdf:rdf", b"<atom:feed")
_VERSION = "https://jsonfeed.org/version/1"
_NAMED_ZONES = re.compile(r"\s+(?:UT|GMT|UTC|Z)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `key` tells it from the others of its feed; `published` and `updated` ISO 8601 with an offset, a date, or "" (as written
    where it is no date that is known)."""

    key: str
    url: str = ""
    title: str = ""
    text: str = ""
    published: str = ""
    updated: str = ""

    @property
    def known(self) -> str:
        """From when this text was there to be read: its last update where that is later than its publication."""
        return max(self.published, self.updated, key=_instant) if self.published and self.updated else self.published or self.updated

    def found(self, origin: str, outlet: str, broken: bool = False) -> Found:
        """The entry as a source of a report: its text, or its title where it has no other."""
        return Found(
            text=clean(self.text or self.title, broken),
            origin=origin,
            outlet=outlet,
            url=self.url,
            published=self.known,
            title=clean(self.title).text,
            given_id=clean(self.key).text,
        )


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's own title and its entries in its order, each key once; `left_out` counts entries past `MOST_ENTRIES`."""

    title: str
    entries: tuple[Entry, ...]
    left_out: int = 0


def is_feed(head: bytes) -> bool:
    """Whether a document that begins with `head` is a feed."""
    start = head_of(head[:4096]).lstrip().lower()
    if start.startswith(b"{"):
        return _VERSION.encode() in start.replace(b"\\/", b"/")
    if start.startswith((b"<?xml", b"<!--", b"<!doctype rss", *_ROOTS)):
        return any(re.search(root + rb"[\s>]", start) for root in _ROOTS)
    return False


def read_feed(data: bytes, address: str = "", charset: str = "") -> Feed:
    """The feed in `data`, fetched from `address`. Raises BadMarkup that says why it is none, HeldbyError without the extra."""
    if head_of(data[:64]).lstrip().startswith(b"{"):
        return _json_feed(data, address)
    root = xml_root(data, charset)
    if name_of(root)[1] not in ("rss", "feed", "rdf"):
        raise BadMarkup(f"is XML, but no feed: its root is <{name_of(root)[1][:60]}>")
    title, entries = "", []
    for element in root.iter():
        namespace, name = name_of(element)
        if name in ("item", "entry") and namespace in _PLAIN:
            entries.append(_xml_entry(element, address))
        elif name == "title" and namespace in _PLAIN and not title and name_of(element.getparent())[1] in ("channel", "feed"):
            title = _words(element)
    return _feed(title, entries)


def _feed(title: str, entries: list[Entry]) -> Feed:
    once: dict[str, Entry] = {}
    for entry in entries:
        if entry.key:
            once.setdefault(entry.key, entry)
    kept = tuple(once.values())[:MOST_ENTRIES]
    return Feed(tidy(title), kept, len(once) - len(kept))


def _xml_entry(element: Any, address: str) -> Entry:
    said: dict[str, str] = {}
    for child in element:
        namespace, name = name_of(child)
        if namespace == _CONTENT and name == "encoded":
            said.setdefault("content", plain_text(child.text or ""))
        elif namespace in _DUBLIN and name in ("date", "created", "modified"):
            said.setdefault("updated" if name == "modified" else "published", iso_date("".join(child.itertext())))
        elif namespace in _PLAIN:
            _plain_child(child, name, said)
    link = said.get("link") or said.get("permalink") or ""
    url = _joined(_base(element, address), link.strip()) if link else ""
    text = said.get("content") or said.get("summary") or ""
    key = said.get("id") or url or said.get("title") or text[:200]
    return Entry(key, url, said.get("title", ""), text, said.get("published", ""), said.get("updated", ""))


def _plain_child(child: Any, name: str, said: dict[str, str]) -> None:
    match name:
        case "title":
            said.setdefault("title", _words(child))
        case "link":
            href = child.get("href") or (child.text or "").strip()
            if href and child.get("rel", "alternate") == "alternate":
                said.setdefault("link", href)
        case "guid" | "id":
            ident = (child.text or "").strip()
            said.setdefault("id", ident)
            if name == "guid" and child.get("isPermaLink", "true").lower() != "false" and ident.startswith(("http://", "https://")):
                said.setdefault("permalink", ident)
        case "description" | "summary":
            said.setdefault("summary", _marked_up(child))
        case "content":
            said.setdefault("content", _marked_up(child))
        case "pubdate" | "published" | "issued" | "created":
            said.setdefault("published", iso_date("".join(child.itertext())))
        case "updated" | "modified":
            said.setdefault("updated", iso_date("".join(child.itertext())))


def _marked_up(element: Any) -> str:
    kind = (element.get("type") or "").lower()
    if kind in ("text", "text/plain"):
        return tidy("".join(element.itertext()))
    if kind == "xhtml" or len(element):
        return tidy(text_of(element))
    return plain_text(element.text or "")


def _words(element: Any) -> str:
    return " ".join(_marked_up(element).split())


def _base(element: Any, address: str) -> str:
    """The address that relative links of an element are relative to: xml:base of the elements around it, outermost first."""
    bases = [a.get("{http://www.w3.org/XML/1998/namespace}base") for a in (element, *element.iterancestors())]
    for base in reversed([b for b in bases if b]):
        address = _joined(address, base)
    return address


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


def _json_feed(data: bytes, address: str) -> Feed:
    decoded = decode(data)
    if not isinstance(decoded, Decoded):
        raise BadMarkup(decoded)
    try:
        value = json.loads(decoded.text)
    except (ValueError, RecursionError) as e:
        raise BadMarkup(f"cannot be read as JSON ({e})"[:300]) from None
    if not isinstance(value, dict) or not str(value.get("version", "")).startswith(_VERSION):
        raise BadMarkup("is JSON, but no JSON Feed")
    items = value.get("items")
    if not isinstance(items, list):
        raise BadMarkup("is a JSON Feed without items")
    return _feed(_string(value, "title"), [_json_entry(item, address) for item in items if isinstance(item, dict)])


def _json_entry(item: dict[str, Any], address: str) -> Entry:
    link = _string(item, "url") or _string(item, "external_url")
    url = _joined(address, link) if link else ""
    text = tidy(_string(item, "content_text")) or plain_text(_string(item, "content_html")) or tidy(_string(item, "summary"))
    ident = item.get("id")
    key = str(ident) if isinstance(ident, int | float) and not isinstance(ident, bool) else _string(item, "id") or url or text[:200]
    published, updated = (iso_date(_string(item, key)) for key in ("date_published", "date_modified"))
    return Entry(key, url, " ".join(_string(item, "title").split()), text, published, updated)


def _string(value: dict[str, Any], key: str) -> str:
    found = value.get(key)
    return clean(found).text if isinstance(found, str) else ""


def iso_date(written: str) -> str:
    """A date as feeds write it (RFC 822 or ISO 8601) as ISO 8601; as it was where it is neither, so that the report says so."""
    text = " ".join(written.split())
    if not text or len(text) > 60:
        return text[:60]
    try:
        at = datetime.fromisoformat(text)
        return text if len(text) == 10 or at.tzinfo is None else at.isoformat()
    except ValueError:
        pass
    try:
        at = parsedate_to_datetime(_NAMED_ZONES.sub(" +0000", text))
        return at.isoformat() if at.tzinfo else utc_text(at.replace(tzinfo=UTC))
    except (ValueError, TypeError, IndexError, OverflowError):
        return text


def _instant(text: str) -> datetime:
    """For comparing two dates of one entry: what is no date is before every other."""
    try:
        at = datetime.fromisoformat(text)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
