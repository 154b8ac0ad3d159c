"""Sitemaps: which pages a site has, and when each changed last; also lists of sitemaps, and plain lists of addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from heldby.gather.decoding import decode, head_of
from heldby.gather.feed import iso_date
from heldby.gather.markup import BadMarkup, name_of, xml_root

MOST_PAGES = 50_000  # what sitemaps.org allows in one
_START = re.compile(rb"<(urlset|sitemapindex)[\s>]")


@dataclass(frozen=True, slots=True)
class Listed:
    """A page or, where `index`, a further sitemap, with when it changed last (ISO 8601, "" = not said) and when news was published."""

    url: str
    changed: str = ""
    published: str = ""
    index: bool = False


def is_sitemap(head: bytes) -> bool:
    """Whether a document that begins with `head` is a sitemap."""
    start = head_of(head[:4096]).lstrip().lower()
    return start.startswith((b"<?xml", b"<urlset", b"<sitemapindex", b"<!--")) and bool(_START.search(start))


def read_sitemap(data: bytes, address: str, charset: str = "") -> tuple[Listed, ...]:
    """What a sitemap fetched from `address` lists, each page once: pages of its own host alone, for a sitemap speaks for no other.

    Raises BadMarkup that says why it is none.
    """
    root = xml_root(data, charset)
    kind = name_of(root)[1]
    if kind not in ("urlset", "sitemapindex"):
        raise BadMarkup(f"is XML, but no sitemap: its root is <{kind[:60]}>")
    host = _site(address)
    found: dict[str, Listed] = {}
    for element in root:
        if name_of(element)[1] not in ("url", "sitemap"):
            continue
        said = {
            name_of(e)[1]: "".join(e.itertext()).strip() for e in reversed(list(element.iter())) if isinstance(e.tag, str) and not len(e)
        }
        url = said.get("loc", "")
        if url and (not host or _site(url) == host):
            dates = (iso_date(said.get("lastmod", "")), iso_date(said.get("publication_date", "")))
            found.setdefault(url, Listed(url, *dates, index=kind == "sitemapindex"))
        if len(found) >= MOST_PAGES:
            break
    return tuple(found.values())


def read_list(data: bytes) -> tuple[Listed, ...]:
    """A sitemap as a plain text: an address a line."""
    decoded = decode(data)
    if isinstance(decoded, str):
        raise BadMarkup(decoded)
    lines = (line.strip() for line in decoded.text.splitlines())
    return tuple(Listed(url) for url in dict.fromkeys(line for line in lines if line.startswith(("http://", "https://"))))[:MOST_PAGES]


def _site(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
