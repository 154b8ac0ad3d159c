"""The frame of the site's pages: masthead with both clocks and their steps, ways through, foot with the edition. No script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib.resources import files
from urllib.parse import quote, urlencode

from heldby.model.theatre import Theatre
from heldby.publish import Edition
from heldby.publish.dates import long_day
from heldby.publish.markup import Markup, el, joined, shape
from heldby.publish.page import document, mark_line, paragraph, style_text
from heldby.publish.plain import printable
from heldby.publish.wording import clocks_words

POLICY = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'self'"
PAGES = (("/changes", "What changed"), ("/statuses", "Places"), ("/compare", "Compare"), ("/published", "Published tallies"), ("/sources", "Sources"),
         ("/gaps", "Gaps"))  # fmt: skip
MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="6" fill="#1f2328"/>'
    '<path d="M6 22 16 6l10 16z" fill="#d55e00"/><path d="M6 22h20v4H6z" fill="#0072b2"/></svg>'
)


def style_sheet() -> str:
    """The brief's style sheet and the site's own behind it."""
    return f"{style_text()}\n{(files('heldby.web') / 'site.css').read_text(encoding='utf-8')}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands: its path, both clocks as its address has them, and its other parameters."""

    path: str
    as_of: date
    known_by: str = ""  # "" is now
    rest: Mapping[str, str] = field(default_factory=dict)

    def to(self, path: str, **parameters: str) -> str:
        """The address of another page at the same clocks; empty parameters are left out."""
        told = {"as_of": self.as_of.isoformat(), "known_by": self.known_by, **parameters}
        return f"{path}?{urlencode({k: v for k, v in told.items() if v})}"

    def here(self, **parameters: str) -> str:
        """This page with other parameters."""
        return self.to(self.path, **{**self.rest, **parameters})

    def unit(self, unit_id: str) -> str:
        return self.to(f"/units/{quote(unit_id, safe=':')}")


def page(place: Place, edition: Edition, title: str, parts: Iterable[Markup], extra: Iterable[Markup] = ()) -> str:
    """A whole page. `extra` are fields that the form of clocks has on this page beside its own."""
    theatre = edition.theatre
    notes = [paragraph(f"Release: {note}.", "b-small") for note in edition.release_notes]
    top = el(
        "div",
        el("h1", printable(title)),
        paragraph(f"{clocks_words(edition)}.", "b-clocks"),
        mark_line(edition.marks),
        *notes,
        class_="s-title",
    )
    body = joined((_masthead(place, theatre), _clocks(place, theatre, extra), el("main", top, *parts, id="findings"), _foot(edition)))
    return document(f"{title} - {theatre.name}", body, policy=POLICY, sheet=site_sheet())


def refusal_page(status: int, subject: str, cause: str) -> str:
    """What a reader is told where there is nothing to show."""
    words = "Not found" if status == 404 else "That cannot be shown"
    said = el("p", el("strong", printable(subject)), f": {printable(cause)}")
    body = el("main", el("h1", words), said, el("p", el("a", "To what changed", href="/changes")), class_="s-refusal")
    return document(words, body, policy=POLICY, sheet=site_sheet())


def choice(name: str, label: str, value: str, options: Iterable[tuple[str, str]]) -> Markup:
    """A labelled list to choose one of; the empty value is "any"."""
    listed = [el("option", text, value=v, selected="" if v == value else None) for v, text in (("", "any"), *options)]
    return el("label", el("span", label), el("select", *listed, name=name))


def entry(name: str, label: str, value: str, kind: str = "text", **attributes: str) -> Markup:
    """A labelled field."""
    return el("label", el("span", label), shape("input", name=name, type=kind, value=value, **attributes))


def site_sheet() -> Markup:
    """Links to the site's icon and style sheet."""
    return joined((shape("link", rel="icon", href="/icon.svg", type="image/svg+xml"), shape("link", rel="stylesheet", href="/style.css")))


def _masthead(place: Place, theatre: Theatre) -> Markup:
    skip = el("a", "Skip to the findings", href="#findings", class_="b-skip")
    brand = el("a", el("strong", "heldby"), el("span", printable(theatre.name)), href=place.to("/"), class_="s-brand")
    ways = (el("li", el("a", name, href=place.to(path), aria_current="page" if path == place.path else None)) for path, name in PAGES)
    return joined((skip, el("header", brand, el("nav", el("ul", *ways), aria_label="Pages"), class_="s-masthead")))


def _clocks(place: Place, theatre: Theatre, extra: Iterable[Markup]) -> Markup:
    """Typed clocks, and steps by a day and a week."""
    steps = []
    for days, words, sign in (
        (-7, "A week earlier", "« week"),
        (-1, "A day earlier", "‹ day"),
        (1, "A day later", "day ›"),
        (7, "A week later", "week »"),
    ):
        day = place.as_of + timedelta(days=days)
        steps.append(el("a", sign, href=place.here(as_of=day.isoformat()), aria_label=f"{words}: {long_day(day)}", class_="s-step"))
    hidden = (shape("input", type="hidden", name=k, value=v) for k, v in place.rest.items() if v and k not in ("since", "other"))
    fields = (
        entry("as_of", "Day", place.as_of.isoformat(), "date", required=""),
        *extra,
        entry("known_by", "As known by", place.known_by, placeholder="now, or 2021-07-14T12:00", size="22"),
    )
    form = el("form", *hidden, *fields, el("button", "Show", type="submit"), method="get", action=place.path)
    return el("div", form, el("p", *steps[:2], " ", *steps[2:], class_="s-steps"), class_="s-clocks", role="search", aria_label="Clocks")


def _foot(edition: Edition) -> Markup:
    made = edition.provenance
    lines = (
        f"Edition {edition.digest}",
        f"Ledger revision {made.revision}, head {made.head or 'none'}; rules {made.rulebook_digest}; {made.code_version}",
    )
    machine = el(
        "p",
        "For programs: ",
        joined(
            (
                el("a", "the API's description", href="/openapi.json"),
                el("a", "OGC API Features", href="/ogc/"),
                el("a", "Atom", href="/api/v1/feeds/changes.atom"),
                el("a", "JSON Feed", href="/api/v1/feeds/changes.json"),
            ),
            ", ",
        ),
    )
    return el("footer", mark_line(edition.marks), *(el("p", el("code", printable(x))) for x in lines), machine)
