"""Home: what changed since a day, what is disputed or stale, how many, and where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from heldby.model.status import Support
from heldby.publish import Edition, old_news
from heldby.publish.brief_tables import extent_markup, figures, holder, led, tally_table
from heldby.publish.change_dates import dated, latest_first
from heldby.publish.chart import tally_chart
from heldby.publish.dates import long_day
from heldby.publish.edition import ChangeRow, StatusRow
from heldby.publish.map import map_inline
from heldby.publish.markup import Markup, el, joined
from heldby.publish.page import mark_sign, paragraph, place_name, section, table
from heldby.publish.style import likelihood
from heldby.publish.voicelist import says
from heldby.publish.wording import counted, place_text
from heldby.web.frame import Place, entry, page

MOST_STALE = 40


def home(place: Place, edition: Edition, picture: Markup | None) -> str:
    """The page of an edition with changes; `picture` is its map, None where it cannot be drawn here."""
    since = edition.since.isoformat() if edition.since else ""
    links = unit_links(place, edition)
    taken = [c for c in latest_first(edition.changes) if not c.recapture]
    retaken = [c for c in latest_first(edition.changes) if c.recapture]
    disputed = [r for r in edition.statuses if r.support == Support.DISPUTED]
    stale = sorted((r for r in edition.statuses if r.support == Support.STALE), key=lambda r: (r.last_evidence, r.unit_id))
    columns = el(
        "div",
        el("div", section("taken", f"Taken ({len(taken)})", _changes(edition, links, taken, "taken"))),
        el(
            "div",
            section("retaken", f"Retaken ({len(retaken)})", _changes(edition, links, retaken, "retaken")),
            section("disputes", f"Disputed ({len(disputed)})", _rows(disputed, links, "No status shown here is disputed.")),
        ),
        class_="s-pair",
    )
    parts = [
        *_older(place, edition),
        section("figures", "In figures", figures(edition)),
        columns,
        _feeds(place, since),
        section("map", "Map", _map(picture, edition, place)),
        *([section("tallies", "Tallies", _tallies(edition))] if edition.tallies else []),
        section("stale", f"Stale ({len(stale)})", _rows(stale[:MOST_STALE], links, "Nothing shown here is stale."), _more(place, stale)),
    ]
    extra = (entry("since", "Changes since", since, "date"),)
    title = f"What changed since {long_day(edition.since)}" if edition.since else "What changed"
    return page(place, edition, title, parts, extra)


def _older(place: Place, edition: Edition) -> list[Markup]:
    """Where nothing is recent enough to name any holder: the day of the newest evidence, and the way to it."""
    newest = old_news(edition.statuses)
    if not newest:
        return []
    there = el("a", long_day(date.fromisoformat(newest)), href=place.here(as_of=newest, since=""))
    return [el("p", "Nothing is recent enough to say who holds what on this day. The newest evidence is of ", there, ".")]


def unit_links(place: Place, edition: Edition) -> Mapping[str, str]:
    """The page of each unit that the edition shows."""
    return {row.unit_id: place.unit(row.unit_id) for row in edition.statuses}


def draw(place: Place, edition: Edition) -> Markup:
    """The map whose cells lead to their pages. Raises HeldbyError where the extra `map` is not installed."""
    return map_inline(edition, links=unit_links(place, edition))


def change_table(edition: Edition, links: Mapping[str, str], changes: Sequence[ChangeRow], caption: str) -> Markup:
    rows = [
        (
            led(links, c.unit_id, place_text(c)),
            joined((holder(edition, c.before, c.before_name), " → ", holder(edition, c.after, c.after_name))),
            dated(c),
            joined((f"{likelihood(c.probability)}, {c.support}", mark_sign(c.marks))),
        )
        for c in changes
    ]
    return table(caption, ("Place", "From and to", "When", "How sure"), rows)


def _changes(edition: Edition, links: Mapping[str, str], changes: Sequence[ChangeRow], word: str) -> Markup:
    if not changes:
        return paragraph(f"No place is known to have been {word}.")
    return change_table(edition, links, changes, f"{counted(len(changes), 'change')}, latest first")


def _feeds(place: Place, since: str) -> Markup:
    atom, json_feed = (place.to(f"/api/v1/feeds/changes.{name}", since=since) for name in ("atom", "json"))
    ways = (
        "Follow changes as ",
        el("a", "Atom", href=atom),
        " or ",
        el("a", "JSON Feed", href=json_feed),
        "; a feed of one place is on its page.",
    )
    return el("p", *ways, class_="b-small")


def _map(picture: Markup | None, edition: Edition, place: Place) -> Markup:
    if picture is None:
        return paragraph("The map needs the extra `map`: pip install 'heldby[map]'. The table of places says the same in words.")
    lead = el(
        "p",
        "Each place leads to what it rests on. ",
        el("a", "The table of places", href=place.to("/statuses")),
        " says the same in words.",
        class_="b-small",
    )
    return joined((lead, el("div", picture, class_="b-map", role="region", aria_label="Picture of the map", tabindex="0")))


def _rows(rows: Sequence[StatusRow], links: Mapping[str, str], none: str) -> Markup:
    if not rows:
        return paragraph(none)
    items = (el("li", el("p", el("strong", el("a", place_name(place_text(r)), href=links[r.unit_id]))), says(r)) for r in rows)
    return el("ul", *items, class_="s-list")


def _more(place: Place, rows: Sequence[StatusRow]) -> Markup:
    if len(rows) <= MOST_STALE:
        return Markup("")
    return el("p", f"and {len(rows) - MOST_STALE} more: ", el("a", "all stale places", href=place.to("/statuses", support="stale")))


def _tallies(edition: Edition) -> Markup:
    chart = tally_chart(edition)
    drawn = el("div", chart, class_="b-scroll", role="region", aria_label="Chart of tallies", tabindex="0") if chart else Markup("")
    return joined((drawn, tally_table(edition), extent_markup(edition)))
