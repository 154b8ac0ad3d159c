"""XML without entities, and the plain text of HTML: what strangers mark up is read in bounded time and memory, and nothing in it is fetched.

lxml (libxml2) reads both. feedparser was tried for feeds and left: half a megabyte of items left open took it 12 seconds (decision 4).
"""

from __future__ import annotations

import html
import re
from importlib import import_module
from typing import Any

from heldby.errors import HeldbyError
from heldby.gather.decoding import declared_charset, decode

EXTRA = "reading feeds and sitemaps needs the extra `gather`: pip install 'heldby[gather]'"
_ENTITIES = re.compile(r"<!ENTITY", re.IGNORECASE)
_PROLOG = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_XML_OWN = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure", "footer", "form",
     "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "th", "thead", "tr", "ul")
)  # fmt: skip
_SILENT = frozenset({"script", "style", "template", "noscript", "iframe", "object", "svg", "head"})
_BLANKS = re.compile(r"[ \t\r\f\v\u00a0]+")


class BadMarkup(ValueError):
    """Why a text is no XML that heldby reads."""


def xml_root(data: bytes, charset: str = "") -> Any:
    """The root element of an XML document, mended where it is a little broken. Raises BadMarkup, and HeldbyError without lxml.

    A document that declares entities is refused whole: no feed or sitemap needs them, and every XML bomb does.
    """
    decoded = decode(data, charset or declared_charset(data))
    if isinstance(decoded, str):
        raise BadMarkup(decoded)
    text = decoded.text
    if _ENTITIES.search(text):
        raise BadMarkup("declares entities, which heldby does not expand")
    # Entities of HTML are common in feeds and unknown to XML.
    text = _NAMED.sub(lambda m: m[0] if m[1] in _XML_OWN else html.unescape(m[0]), _FORBIDDEN.sub("\ufffd", text))
    etree = _lxml("lxml.etree")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=True,
        remove_comments=True, remove_pis=True, encoding="utf-8",
    )  # fmt: skip
    try:
        root = etree.fromstring(_PROLOG.sub("", text, count=1).strip().encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as e:
        raise BadMarkup(f"cannot be read as XML ({e})"[:300]) from None
    if root is None:
        raise BadMarkup("holds no element of XML")
    return root


def name_of(element: Any) -> tuple[str, str]:
    """Namespace and local name of an element, the name in lower case; ("", "") for what is no element."""
    tag = element.tag
    if not isinstance(tag, str):
        return "", ""
    namespace, _, name = tag.rpartition("}")
    return namespace.lstrip("{"), name.lower()


def plain_text(markup: str) -> str:
    """The text of a piece of HTML: a line a block, blanks run together, nothing of scripts and styles. Plain text stays as it is."""
    if "<" not in markup and "&" not in markup:
        return tidy(markup)
    if "<" not in markup:
        return tidy(html.unescape(markup))
    lxml_html = _lxml("lxml.html")
    try:
        parser = lxml_html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
        safe = _FORBIDDEN.sub("\ufffd", markup)
        root = lxml_html.document_fromstring(f"<div>{safe}</div>".encode("utf-8", "replace"), parser=parser)
    except Exception:  # libxml2 has many errors for many faults; the tags are no loss
        return _stripped(markup)
    if any("depth" in error.message for error in parser.error_log):
        return _stripped(markup)  # libxml2 leaves out what is nested too deep
    return tidy(text_of(root))


def _stripped(markup: str) -> str:
    return tidy(html.unescape(re.sub(r"<[^<>]{0,2000}>", " ", markup)))


def text_of(root: Any) -> str:
    """The text below an element, a line a block."""
    pieces: list[str] = []
    silent = 0
    for event, element in _walk(root):
        name = name_of(element)[1]
        if event == "start":
            silent += name in _SILENT
            if name in _BLOCKS:
                pieces.append("\n")
            if not silent and isinstance(element.tag, str):
                pieces.append((element.text or "").replace("\n", " ") if name != "pre" else element.text or "")
        else:
            silent -= name in _SILENT
            if name in _BLOCKS and name != "br":
                pieces.append("\n")
            if not silent and element is not root:
                pieces.append((element.tail or "").replace("\n", " "))
    return "".join(pieces)


def _walk(root: Any) -> Any:
    return _lxml("lxml.etree").iterwalk(root, events=("start", "end"))


def tidy(text: str) -> str:
    """Blanks run together, lines without blanks at their ends, no empty ones beside each other."""
    lines = (" ".join(_BLANKS.sub(" ", line).split(" ")).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _lxml(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as e:
        raise HeldbyError("XML", f"{EXTRA} ({e})") from None
