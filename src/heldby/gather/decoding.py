"""From bytes to text: byte order marks, declared charsets, and what to do where the bytes are not what they claim.

Bytes that cannot be decoded become U+FFFD, one per faulty sequence, and the report is marked. Escaping them as lone surrogates would keep
them, but no such text can be written as UTF-8, and the name search and the renderers refuse it: a damaged report would then be kept and never read.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

REPLACEMENT = "\ufffd"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive (or an office document)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
)
_CONTROLS = bytes([*range(0x01, 0x09), *range(0x0E, 0x1B), *range(0x1C, 0x20), 0x7F])
_UNSAFE = re.compile("[\x00\ud800-\udfff]")
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)
_PROLOG = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.:-]{2,40})["']""", re.IGNORECASE)
_WEB = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "iso8859-9": "cp1254", "shift_jis": "cp932"}
_SINGLE_BYTE = re.compile(r"cp125\d|cp8\d\d|iso8859-\d+|koi8-[ru]|mac-.*|ascii")
SNIFFED = 4096  # bytes looked at to tell a declared charset
WORST_SHARE = 0.3  # more undecodable bytes than this is no damaged text but another thing


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and whether some of it could not be decoded."""

    text: str
    broken: bool = False


def binary_cause(data: bytes) -> str:
    """Why `data` is no text, or ""."""
    if any(data.startswith(mark) for mark, _ in _MARKS):
        return ""
    for signature, name in _SIGNATURES:
        if data.startswith(signature):
            return f"is {name}, not a text"
    zeros = data.count(0)
    if zeros:
        return f"is binary: {zeros} NUL byte{'s' * (zeros > 1)} in {len(data)}"
    if len(data) - len(data.translate(None, _CONTROLS)) > 0.1 * len(data):
        return "is binary: more than a tenth of its bytes are control characters"
    return ""


def decode(data: bytes, charset: str = "") -> Decoded | str:
    """`data` as text, by its byte order mark, the `charset` declared for it, or UTF-8; a cause (str) where that leaves no readable text.

    Bytes that are valid UTF-8 beyond ASCII are UTF-8 whatever single-byte charset is declared: no text in one reads as UTF-8 by accident.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _lenient(data[len(mark) :], name)
    declared = _codec(charset)
    if declared in ("", "utf-8") or _SINGLE_BYTE.fullmatch(declared):
        text = _strict(data, "utf-8")
        if text is not None:
            return clean(text)
    return _lenient(data, declared or "utf-8")


def head_of(data: bytes) -> bytes:
    """The first bytes of a source as UTF-8 without a byte order mark, to tell what it is; a cut character at the end is harmless."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace").encode("utf-8", "replace")
    return data


def declared_charset(data: bytes) -> str:
    """The charset that a page names in its first bytes, or ""."""
    head = data[:SNIFFED]
    found = _PROLOG.search(head) or _META.search(head)
    return found.group(1).decode("ascii") if found else ""


def clean(text: str, broken: bool = False) -> Decoded:
    """`text` without lone surrogates and NUL characters (each becomes U+FFFD, so that offsets hold), and whether it is damaged."""
    safe, count = _UNSAFE.subn(REPLACEMENT, text)
    return Decoded(safe, broken or count > 0)


def _codec(charset: str) -> str:
    try:
        name = codecs.lookup(charset.strip().strip("\"'")).name if charset.strip() else ""
        "".encode(name or "ascii")
    except (LookupError, ValueError):
        return ""
    return _WEB.get(name, name)


def _strict(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeDecodeError:
        return None


def _lenient(data: bytes, name: str) -> Decoded | str:
    text = _strict(data, name)
    if text is not None:
        return clean(text)
    if name != "utf-8" and (text := _strict(data, "utf-8")) is not None:
        return clean(text)
    text = data.decode(name, "replace")
    share = text.count(REPLACEMENT) / len(text)
    if share > WORST_SHARE:
        return f"is no text in {name}: {share:.0%} of it cannot be decoded; save it as UTF-8"
    return clean(text, broken=True)
