"""Turning pages away before they are parsed: whether the text a reader would see could hold a claim at all, told from the raw bytes.

Parsing a page and finding its main text takes milliseconds, and most pages of an archive tell of matches and markets. So tags are taken out by the
cheapest means, and what is wanted of texts (`GatherOptions.wanted`) is asked of the rest. It errs on the side of parsing:

  - navigation, footers, lists of links and the like are left out only where they surely end, and only of a page that has enough in paragraphs
    beside them; of any other page everything is looked at, and nothing is asked of it for being long;
  - a word is looked for as it stands and as it stands once the tags within it are gone ("Kun<b>duz</b>"), entities resolved;
  - a page whose bytes cannot be decoded, or whose text may lie in its JSON (`articleBody`), or that shows next to no text, is parsed.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator

import ahocorasick_rs

from heldby.gather.decoding import binary_cause, declared_charset, decode
from heldby.gather.filing import Item
from heldby.model.report import Gap, GapKind

Wanted = Callable[[str, bool], bool]  # a text, and whether it is a report's whole (of which more may be asked where it is long)
PLENTY = 1_500  # characters in paragraphs, from which the main text is among them
LITTLE = 40  # characters shown on a page, below which something is amiss with it (an empty shell): parsed, so that it is named
PARAGRAPH = 80  # characters of a line that is no heading, link or caption
_ONE = "holds no words in which a claim could be told: not parsed"
_CODE = (b"!--", b"script", b"style")  # no text on any page
_ASIDE = (b"svg", b"nav", b"footer", b"aside", b"head", b"select", b"iframe")  # no main text, where there is one
_REGIONS = (*_CODE, *_ASIDE)
_FINDER = ahocorasick_rs.BytesAhoCorasick([b"<" + name for name in _REGIONS])
_ENDS = tuple(b"-->" if name == b"!--" else b"</" + name for name in _REGIONS)
_AFTER_NAME = b" \t\r\n\f/>"
_LINKED = re.compile(
    rb"<(li|h[2-6]|td|dd)\b[^>]*>\s*(?:<(?:span|div|b|strong|em)\b[^>]*>\s*){0,3}<a\b[^>]*>[^<]*(?:<(?!/?a\b)[^<]*)*</a\s*>"
    rb"\s*(?:</(?:span|div|b|strong|em)\s*>\s*){0,3}</\1\s*>",
    re.IGNORECASE,
)
_TAG = re.compile(rb"<(/?[a-zA-Z][^\s/>]*|[!?])[^>]*>")
_BLOCKS = frozenset(
    b"address article aside blockquote body br button canvas caption center col colgroup dd details dialog dir div dl dt fieldset figcaption figure "
    b"footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html iframe img input legend li link main map menu meta nav noscript object ol optgroup "
    b"option p param picture pre script section select source style summary svg table tbody td template textarea tfoot th thead title tr track ul "
    b"video audio embed area base ! ?".split()
)
_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u2060\ufeff")  # may stand within a word
_UTF8 = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii"})


def may_hold(data: bytes, charset: str, wanted: Wanted) -> bool:
    """Whether a page of these bytes is worth parsing; `charset` is what the server declared ("" = nothing)."""
    raw = _as_utf8(data, charset)
    if raw is None:
        return True
    low = raw.lower()
    lean = _texts(_LINKED.sub(b"\n", without(raw, low, len(_REGIONS))))
    if sum(len(line) for line in lean[0].split("\n") if len(line) >= PARAGRAPH) >= PLENTY:
        return any(wanted(text, True) for text in lean)
    if b"articlebody" in low:
        return True
    shown = _texts(without(raw, low, len(_CODE)))
    return len(shown[0].strip()) < LITTLE or any(wanted(text, False) for text in shown)


def page_turned_away(label: str) -> Gap:
    """What a page gives that is turned away, where nobody counts them."""
    return Gap(GapKind.TURNED_AWAY, label, _ONE)


def turned_away(count: int, label: str) -> Gap:
    """What so many pages give that were turned away from an archive or a folder."""
    return Gap(GapKind.TURNED_AWAY, label, f"{count:,} of its pages hold no words in which a claim could be told: counted, and not parsed")


def counted(items: Iterable[Item], label: str) -> Iterator[Item]:
    """The items of a folder or archive, with one gap at the end in the place of those of each page that was turned away."""
    count = 0
    for item in items:
        if isinstance(item, Gap) and item.kind is GapKind.TURNED_AWAY and item.cause == _ONE:
            count += 1
        else:
            yield item
    if count:
        yield turned_away(count, label)


def _as_utf8(data: bytes, charset: str) -> bytes | None:
    """The page as UTF-8; None where it cannot be had."""
    nul = b"\0" in data
    if nul and binary_cause(data):
        return None
    if not nul and (charset or declared_charset(data)).strip().lower() in _UTF8:
        try:
            data.decode()
            return data
        except UnicodeDecodeError:
            pass
    decoded = decode(data, charset or declared_charset(data))
    return None if isinstance(decoded, str) else decoded.text.encode("utf-8", "replace")


def without(raw: bytes, low: bytes, regions: int) -> bytes:
    """`raw` without the first so many of the regions, each up to the first end there is; one that never ends stays. `low` is in small letters."""
    pieces: list[bytes] = []
    at = 0
    for kind, start, end in _FINDER.find_matches_as_indexes(low):
        if start < at or kind >= regions:
            continue
        if kind == 0:
            stop = low.find(b"-->", start + 2)  # "<!-->" is a whole comment
            stop = stop + 3 if stop >= 0 else -1
        else:
            stop = _region_end(low, kind, end)
        if stop > 0:
            pieces.append(raw[at:start])
            at = stop
    pieces.append(raw[at:])
    return b"\n".join(pieces)


def _region_end(low: bytes, kind: int, after_name: int) -> int:
    """Where the region ends whose name ends at `after_name`; -1 if that is another name, the tag closes itself, or the region never ends."""
    if low[after_name : after_name + 1] not in _BREAKS:
        return -1
    opened = low.find(b">", after_name)
    if opened < 0 or low[opened - 1 : opened] == b"/":
        return -1
    ends = low.find(_ENDS[kind], opened)
    closed = low.find(b">", ends) if ends >= 0 else -1
    return closed + 1 if closed >= 0 else -1


_BREAKS = frozenset(bytes([c]) for c in _AFTER_NAME)


def _texts(markup: bytes) -> list[str]:
    """The text of some markup as a browser would show it, blocks on lines of their own; and, where that runs words together that tags stand
    between, once more with every tag a line end."""
    parts = _TAG.split(markup)
    shown = parts[:1]
    together = False
    for name, text in zip(parts[1::2], parts[2::2]):
        if name.lstrip(b"/").lower() in _BLOCKS:
            shown.append(b"\n")
        elif not together and text[:1].isalnum() and shown[-1][-1:].isalnum():
            together = True
        if text:
            shown.append(text)
    return [_plain(b"".join(shown)), *([_plain(b"\n".join(parts[::2]))] if together else [])]


def _plain(text: bytes) -> str:
    plain = text.decode("utf-8", "replace")
    if "&" in plain:
        plain = html.unescape(plain)
    return plain if plain.isascii() else plain.translate(_INVISIBLE)
