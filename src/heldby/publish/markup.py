"""A small writer of XML and HTML elements: every text and attribute is escaped, numbers are written one way."""

from __future__ import annotations

import re
from collections.abc import Iterable

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_VOID = frozenset({"br", "col", "hr", "meta", "wbr"})
_WEB = re.compile(r"https?://[^\s\x00-\x20\x7f-\x9f<>\"'`\\]+", re.IGNORECASE)


class Markup(str):
    """Text that is markup already; everything else is escaped where it enters."""

    __slots__ = ()


def escape(text: str) -> Markup:
    """`text` for element content and for quoted attributes; characters that XML cannot carry become U+FFFD."""
    clean = _UNWRITABLE.sub("\ufffd", text)
    for raw, safe in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        clean = clean.replace(raw, safe)
    return Markup(clean)


def is_web_address(url: str) -> bool:
    """Whether a link to `url` is safe to give: http or https, one line, nothing that closes an attribute."""
    return _WEB.fullmatch(url) is not None


def number(value: float, digits: int = 1) -> str:
    """A number with at most `digits` decimals, no trailing zeros and no minus zero."""
    text = f"{value:.{digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def el(tag: str, *children: str, void: bool = False, **attributes: str | float | None) -> Markup:
    """An element. `class_` and `for_` lose their underscore, other underscores become hyphens, None leaves the attribute out.

    Plain strings among `children` are escaped, `Markup` is kept. `void` closes the tag at once (SVG shapes); HTML's void tags close themselves.
    """
    parts = [f"<{tag}"]
    for name, value in attributes.items():
        if value is None:
            continue
        written = value if isinstance(value, str) else number(value, 3)
        parts.append(f' {name.rstrip("_").replace("_", "-")}="{escape(written)}"')
    if void:
        return Markup("".join((*parts, "/>")))
    if tag in _VOID:
        return Markup("".join((*parts, ">")))
    body = (c if isinstance(c, Markup) else escape(c) for c in children)
    return Markup("".join((*parts, ">", *body, f"</{tag}>")))


def shape(tag: str, **attributes: str | float | None) -> Markup:
    """An element without content: `<path .../>`."""
    return el(tag, void=True, **attributes)


def joined(parts: Iterable[str], separator: str = "") -> Markup:
    """Parts side by side, each escaped unless it is markup already."""
    return Markup(separator.join(p if isinstance(p, Markup) else escape(p) for p in parts))
