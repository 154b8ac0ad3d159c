"""The frame of a page: head, sections, tables, links. No script, and nothing in it asks the network for anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from importlib.resources import files
from urllib.parse import quote

from heldby.publish.markup import Markup, el, escape, is_web_address, joined
from heldby.publish.plain import SIGN, printable

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def document(title: str, body: Markup, *, policy: str = POLICY, sheet: Markup | None = None) -> str:
    """A whole HTML document in English around `body`, under a content security policy. `sheet` are elements of the head in place of the one
    style sheet that is set into the page."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="referrer", content="no-referrer"),
        el("title", printable(title)),
        el("style", style_text()) if sheet is None else sheet,
    )
    return f"<!doctype html>\n{el('html', head, el('body', body), lang='en')}\n"


def style_text() -> Markup:
    """The pages' style sheet."""
    return Markup((files("heldby.publish") / "brief.css").read_text(encoding="utf-8"))


def section(ident: str, heading: str, *parts: Markup, marks: Iterable[str] = ()) -> Markup:
    """A section with its heading, and under it the marks of what the section shows."""
    return el("section", el("h2", heading, id=f"{ident}-h"), mark_line(marks), *parts, id=ident, aria_labelledby=f"{ident}-h")


def mark_line(marks: Iterable[str]) -> Markup:
    """Marks in words, or nothing."""
    words = "; ".join(dict.fromkeys(marks))
    return el("p", f"{SIGN} {words[:1].upper()}{words[1:]}", class_="b-mark") if words else Markup("")


def mark_sign(marks: Iterable[str]) -> Markup:
    """The sign behind a row that carries marks, with their words for who points at it or listens."""
    words = "; ".join(dict.fromkeys(marks))
    return joined(("\u00a0", el("abbr", SIGN, title=words))) if words else Markup("")


def paragraph(text: str, class_name: str | None = None) -> Markup:
    return el("p", printable(text), class_=class_name)


def table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], numeric: Iterable[int] = (), kind: str | None = None
) -> Markup:
    """A table that scrolls by itself on narrow screens; the first cell of each row is its header, `numeric` columns are set to the right."""
    right = frozenset(numeric)
    head = el("tr", *(el("th", h, scope="col", class_="b-num" if i in right else None) for i, h in enumerate(heads)))
    body = [
        el(
            "tr",
            *(el("th", c, scope="row") if i == 0 else el("td", c, class_="b-num" if i in right else None) for i, c in enumerate(row)),
        )
        for row in rows
    ]
    inner = el("table", el("caption", caption), el("thead", head), el("tbody", *body), class_=kind)
    return el("div", inner, class_="b-scroll", role="region", aria_label=caption, tabindex="0")


def anchor(unit_id: str) -> str:
    """The id under which a page tells what a unit rests on."""
    return "u-" + re.sub(r"[^\w:.-]", lambda found: f"_{ord(found[0]):x}_", unit_id)


def link_to(ident: str) -> str:
    return "#" + quote(ident, safe=":.-_")


def outside(url: str) -> Markup:
    """A link to a source; an address that is not of the web is shown and not linked."""
    if not url:
        return Markup("")
    clean = printable(url)
    if not is_web_address(url):
        return el("span", clean, class_="b-url")
    return el("a", clean, href=url, rel="noopener noreferrer nofollow", class_="b-url")


def place_name(text: str) -> Markup:
    return el("bdi", printable(text))


def sentence(text: str) -> Markup:
    return escape(printable(text))
