"""Changes as feeds: Atom 1.0 (RFC 4287) and JSON Feed 1.1, one entry a change of status. Pure: an edition in, text out.

An entry's id is made of what changed (theatre, place, from whom, to whom, the first day it may have been), so that it stays while support and
probability move; its page and its words are those of the edition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from heldby.errors import UsageError
from heldby.model.ident import content_id
from heldby.model.place import PlaceKind
from heldby.model.status import CONTESTED, Support
from heldby.model.when import utc_text
from heldby.publish.change_dates import change_day, dated
from heldby.publish.edition import ChangeRow, Edition
from heldby.publish.markup import Markup, el, shape
from heldby.publish.plain import json_text, printable
from heldby.publish.style import likelihood
from heldby.publish.wording import clocks_words, place_text


@dataclass(frozen=True, slots=True)
class Followed:
    """Which changes a feed follows: of these units, to or from these holders (sides' ids or "contested"), of these kinds, with this support,
    inside an area. Empty means any: a saved filter is a feed's address."""

    units: tuple[str, ...] = ()
    holders: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    supports: tuple[str, ...] = ()
    within: str = ""

    def check(self, edition: Edition) -> None:
        """Raises UsageError naming what there is, where a word means nothing in the edition's theatre."""
        theatre = edition.theatre
        holders = [*(s.id for s in theatre.sides), CONTESTED]
        for what, given, known in (
            ("holder", self.holders, holders),
            ("kind", self.kinds, [k.value for k in PlaceKind]),
            ("support", self.supports, [s.value for s in Support]),
        ):
            if wrong := [g for g in given if g not in known]:
                raise UsageError(f"{what} {wrong[0]!r}", f"unknown; known: {', '.join(known)}")

    def admits(self, edition: Edition, change: ChangeRow) -> bool:
        if self.units and change.unit_id not in self.units:
            return False
        if self.holders and not {change.before, change.after} & set(self.holders):
            return False
        if (self.kinds and change.kind not in self.kinds) or (self.supports and change.support not in self.supports):
            return False
        around = edition.theatre.lexicon.gazetteer.areas(change.unit_id)
        return not self.within or change.unit_id == self.within or self.within in around


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a feed lies (`feed`), what it is about (`home`), and the page of a unit."""

    feed: str
    home: str
    unit: Callable[[str], str]


def followed(edition: Edition, chosen: Followed, changes: Iterable[ChangeRow]) -> tuple[ChangeRow, ...]:
    """Those of an edition's `changes` that a feed tells, latest first. Raises UsageError as `Followed.check` does."""
    chosen.check(edition)
    told = (c for c in changes if chosen.admits(edition, c))
    return tuple(sorted(told, key=lambda c: (change_day(c), c.unit_id, c.after), reverse=True))


def atom(edition: Edition, changes: Iterable[ChangeRow], at: Addresses) -> str:
    """Atom 1.0. Marks, clocks and what the release holds back stand in the subtitle, and marks in every entry."""
    told = list(changes)
    days = [_instant(edition, c) for c in told]
    parts = [
        el("title", printable(_title(edition))),
        el("subtitle", printable(_about(edition))),
        el("id", at.feed),
        el("updated", max(days, default=utc_text(edition.known_by))),
        shape("link", rel="self", type="application/atom+xml", href=at.feed),
        shape("link", rel="alternate", type="text/html", href=at.home),
        el("generator", printable(edition.provenance.code_version)),
        el("author", el("name", "heldby")),
        *(_entry(edition, c, at) for c in told),
    ]
    return f'<?xml version="1.0" encoding="utf-8"?>\n{el("feed", *parts, xmlns="http://www.w3.org/2005/Atom")}\n'


def json_feed(edition: Edition, changes: Iterable[ChangeRow], at: Addresses) -> str:
    """JSON Feed 1.1, with the edition, its clocks and its marks in an extension object."""
    items = [
        {
            "id": entry_id(edition, c),
            "url": at.unit(c.unit_id),
            "title": change_words(c),
            "content_text": _content(c),
            "date_published": _instant(edition, c),
            "tags": [t for t in (c.after_name, c.kind, c.support, "recapture" if c.recapture else "") if t],
        }
        for c in changes
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": printable(_title(edition)),
        "description": printable(_about(edition)),
        "home_page_url": at.home,
        "feed_url": at.feed,
        "language": "en",
        "items": items,
        "_heldby": {
            "about": "the edition this feed was made from",
            "edition": edition.digest,
            "as_of": edition.as_of,
            "known_by": edition.known_by,
            "revision": edition.provenance.revision,
            "marks": edition.marks,
            "release_notes": edition.release_notes,
        },
    }
    return json_text(feed)


def entry_id(edition: Edition, change: ChangeRow) -> str:
    """A URN that names the change, the same in every edition that tells it."""
    return f"urn:heldby:{content_id('change', edition.theatre.id, change.unit_id, change.before, change.after, change.first_day)}"


def change_words(change: ChangeRow) -> str:
    """ "Nerkh (district, Wardak): Government to Taliban (retaken)" """
    again = " (retaken)" if change.recapture else ""
    before = change.before_name if change.before else "nobody named"
    return printable(f"{place_text(change)}: {before} to {change.after_name}{again}")


def _entry(edition: Edition, change: ChangeRow, at: Addresses) -> Markup:
    return el(
        "entry",
        el("title", change_words(change)),
        el("id", entry_id(edition, change)),
        el("updated", _instant(edition, change)),
        shape("link", rel="alternate", type="text/html", href=at.unit(change.unit_id)),
        shape("category", term=change.after, label=printable(change.after_name)),
        shape("category", term=change.support),
        el("content", _content(change), type="text"),
    )


def _content(change: ChangeRow) -> str:
    marks = f" [{'; '.join(change.marks)}]" if change.marks else ""
    return printable(f"{dated(change)}; {likelihood(change.probability)}; rests on: {change.support}.{marks}")


def _title(edition: Edition) -> str:
    return f"{edition.theatre.name}: changes of who holds what"


def _about(edition: Edition) -> str:
    return ". ".join((clocks_words(edition), *edition.marks, *edition.release_notes)) + "."


def _instant(edition: Edition, change: ChangeRow) -> str:
    """The end of the day a change is put in order by, as an instant; of one without a day, when the edition was known."""
    if not (day := change_day(change)):
        return utc_text(edition.known_by)
    after = date.fromisoformat(day) + timedelta(days=1)
    return utc_text(datetime.combine(after, time.min, edition.theatre.zone).astimezone(UTC))
