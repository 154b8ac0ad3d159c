"""HTML pages: main text by trafilatura, date by the page's own marks or else by htmldate, outlet and address by the page's own marks."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from copy import deepcopy
from importlib import import_module
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from heldby.errors import HeldbyError
from heldby.gather.decoding import SNIFFED, clean, declared_charset, decode, head_of
from heldby.gather.filing import Found, Item, file_report, read_published
from heldby.gather.options import GatherOptions
from heldby.model.report import Gap, GapKind

EXTRA = "reading HTML needs the extra `html`: pip install 'heldby[html]'"
ENOUGH = 500  # characters of a main text that need no second opinion
_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<article")
# Where a page states its publication, most trustworthy first; each as an XPath to a string.
_DATES = (
    "//meta[@property='article:published_time' or @name='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//*[@itemprop='datePublished']/@datetime",
    "//meta[@property='og:published_time' or @name='pubdate' or @name='publishdate' or @name='publish-date']/@content",
    "//meta[@name='date' or @name='dc.date' or @name='DC.date' or @name='dcterms.created' or @name='DC.date.issued']/@content",
    "//time[@pubdate]/@datetime",
)
_SITE = ("//meta[@property='og:site_name']/@content", "//meta[@name='application-name']/@content")
_TITLE = ("//meta[@property='og:title']/@content", "//h1//text()", "//title/text()")
_CANONICAL = ("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content")


def is_page(head: bytes) -> bool:
    """Whether a source that begins with `head` is HTML."""
    start = head_of(head[:SNIFFED]).lstrip()[:2000].lower()
    if start.startswith((b"<?xml", b"<!--")):
        return b"<html" in start
    return start.startswith(_STARTS)


def read_page(data: bytes, origin: str, options: GatherOptions, *, address: str = "", charset: str = "") -> Iterator[Item]:
    """The report of a page's bytes, or a gap. `address` is where it was fetched ("" = a file), `charset` what the server declared."""
    decoded = decode(data, charset or declared_charset(data))
    if isinstance(decoded, str):
        yield Gap(GapKind.BINARY, origin, decoded)
        return
    try:
        trafilatura, find_date, html = _parts()
    except HeldbyError as e:
        yield Gap(GapKind.UNREADABLE, origin, e.cause)
        return
    if not decoded.text.strip():
        yield Gap(GapKind.EMPTY, origin, "holds no text")
        return
    try:
        # A tree, never the string: both libraries would fetch a string that looks like an address.
        tree = html.document_fromstring(decoded.text.encode(), parser=html.HTMLParser(encoding="utf-8"))
        body = _main_text(tree, trafilatura)
    except Exception as e:  # a parser's failure on somebody's page is that page's gap, whatever it is
        yield Gap(GapKind.UNREADABLE, origin, f"cannot be parsed as HTML ({type(e).__name__}: {e})"[:300])
        return
    if not body:
        yield Gap(GapKind.NO_TEXT, origin, "is HTML without a main text")
        return
    url = _address(tree, address or options.url)
    outlet = options.outlet or _first(tree, _SITE) or (urlsplit(url).hostname or "").removeprefix("www.")
    found = Found(
        text=clean(body, decoded.broken and "\ufffd" in body),
        origin=origin,
        outlet=outlet,
        url=url,
        published=_published(tree, outlet, options, find_date),
        title=_first(tree, _TITLE),
    )
    yield from file_report(found, options)


def _main_text(tree: Any, trafilatura: Any) -> str:
    """The page's main text by trafilatura's own rules; where these find little, by its comparison with other libraries too. Spoils nothing."""
    text = _extracted(deepcopy(tree), trafilatura, fast=True)
    if len(text) >= ENOUGH:
        return text
    return max(text, _extracted(deepcopy(tree), trafilatura, fast=False), key=len)


def _extracted(tree: Any, trafilatura: Any, *, fast: bool) -> str:
    body = trafilatura.bare_extraction(tree, include_comments=False, fast=fast)
    return (body.text or "").strip() if body else ""


def _parts() -> tuple[Any, Any, Any]:
    """trafilatura, htmldate's find_date and lxml's parser. Raises HeldbyError if the extra is not installed (or only in part)."""
    try:
        trafilatura, htmldate, html = (import_module(name) for name in ("trafilatura", "htmldate", "lxml.html"))
    except ImportError as e:
        raise HeldbyError("HTML", f"{EXTRA} ({e})") from None
    for name in ("trafilatura", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what they would say of a page becomes its gap
    return trafilatura, htmldate.find_date, html


def _first(tree: Any, paths: tuple[str, ...]) -> str:
    """The first value that is not blank, blanks run together."""
    for path in paths:
        for value in tree.xpath(path):
            if text := " ".join(str(value).split()):
                return clean(text).text
    return ""


def _address(tree: Any, address: str) -> str:
    """The page's canonical address where it is plausible: on the host that served it and not merely the host's front page."""
    known = urlsplit(urldefrag(address).url)
    try:
        canonical = urldefrag(urljoin(address, _first(tree, _CANONICAL))).url
        parts = urlsplit(canonical)
    except ValueError:  # what the page calls its address is none
        return known.geturl()
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return known.geturl()
    if known.hostname:
        same = parts.hostname.removeprefix("www.") == known.hostname.removeprefix("www.")
        if not same or (parts.path in ("", "/") and known.path not in ("", "/")):
            return known.geturl()
    return canonical


def _published(tree: Any, outlet: str, options: GatherOptions, find_date: Any) -> str:
    """The page's own statement of its publication; else what htmldate finds, up to today; "" if neither."""
    stated = [str(v).strip() for path in _DATES[:1] for v in tree.xpath(path)] + list(_linked_data_dates(tree))
    stated += [str(v).strip() for path in _DATES[1:] for v in tree.xpath(path)]
    for value in stated:
        try:
            return read_published(value, outlet, options).text
        except ValueError:
            continue
    try:
        found = find_date(tree, original_date=True, extensive_search=True, min_date="1990-01-01", max_date=options.now.date().isoformat())
    except Exception:  # the same as above: no date can be had from this page
        return ""
    return str(found or "")


def _linked_data_dates(tree: Any) -> Iterator[str]:
    """`datePublished` of the page's JSON-LD, in the order of the page."""
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            waiting = [json.loads(str(script))]
        except (ValueError, RecursionError):
            continue
        while waiting:
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting = [*value, *waiting]
            elif isinstance(value, dict):
                if isinstance(value.get("datePublished"), str):
                    yield value["datePublished"].strip()
                waiting = [*(value[k] for k in ("@graph", "mainEntity") if k in value), *waiting]
