"""The brief: one self-contained HTML page of an edition. No script, no request; readable on paper, on a phone, and by ear.

figures -> map -> changes -> tallies -> published tallies -> disputes -> statuses -> evidence -> coverage -> sources -> method
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from heldby.model.status import Support
from heldby.publish.brief_sources import sources_section
from heldby.publish.brief_tables import (
    change_rows,
    comparison_items,
    coverage_rows,
    extent_markup,
    figures,
    gap_rows,
    spell_rows,
    status_tables,
    tally_table,
)
from heldby.publish.change_dates import latest_first
from heldby.publish.chart import tally_chart
from heldby.publish.dates import long_day
from heldby.publish.edition import Edition, StatusRow
from heldby.publish.map import map_inline, map_svg
from heldby.publish.markup import Markup, el, joined, shape
from heldby.publish.page import anchor, document, link_to, mark_line, paragraph, place_name, section, table
from heldby.publish.plain import printable
from heldby.publish.voicelist import says, unit_block
from heldby.publish.wording import clocks_words, counted, place_text, sources_words

MOST_BYTES = 4_900_000
METHOD = (
    "heldby reads reports and takes out every attributed statement on who holds a place. Statements that are one utterance, however often it is "
    "printed, count once; only independent origins corroborate. A hidden Markov chain for each place weighs them by kind of voice and by whose "
    "interest they serve, and gives a probability for the end of the day. A place of which nothing was read stays unknown.",
    "Likelihood is given in the words of ICD 203 (almost no chance 1–5 %, very unlikely 5–20 %, unlikely 20–45 %, roughly even chance 45–55 %, "
    "likely 55–80 %, very likely 80–95 %, almost certain 95–99 %). Confidence (low, moderate, high) is about the evidence and stands in a sentence "
    "of its own. Bits say how far a statement moved the odds of the leading answer when it became known: one bit doubles or halves them.",
    "The intervals of tallies are meant to hold the true count nine times in ten, by the model's own probabilities; a tally means nothing "
    "without its roster.",
)


@dataclass(frozen=True, slots=True)
class _Told:
    """The units whose evidence the page has, and those it leaves out to keep its size."""

    blocks: tuple[tuple[StatusRow, Markup], ...]
    left_out: tuple[StatusRow, ...]

    @property
    def links(self) -> dict[str, str]:
        return {row.unit_id: link_to(anchor(row.unit_id)) for row, _ in self.blocks}


def brief_html(edition: Edition, before: Edition | None = None, *, most_bytes: int = MOST_BYTES) -> str:
    """The brief as a whole HTML document (UTF-8), below `most_bytes` as long as its tables alone are: what is left out for that is named.

    With the state `before` its period, the map shows both. Evidence goes in by need: changed units first, then disputed ones, then the rest
    in order of place. Same edition, same bytes. Raises HeldbyError where the extra `map` is not installed.
    """
    bare = len(_page(edition, before, _Told((), edition.statuses)).encode("utf-8", "replace"))
    told = _choose(edition, most_bytes - bare)
    return _page(edition, before, told)


def _choose(edition: Edition, room: int) -> _Told:
    changed = {c.unit_id for c in edition.changes}
    order = sorted(
        (r for r in edition.statuses if r.evidence or r.related),
        key=lambda r: (r.unit_id not in changed, r.support != Support.DISPUTED, r.parent, r.name, r.unit_id),
    )
    blocks: list[tuple[StatusRow, Markup]] = []
    left: list[StatusRow] = []
    for row in order:
        block = unit_block(edition, row)
        cost = len(block.encode("utf-8", "replace")) + 6 * len(anchor(row.unit_id)) + 200  # its links in tables and map
        if cost > room:
            left.append(row)
            continue
        room -= cost
        blocks.append((row, block))
    return _Told(tuple(blocks), tuple(left))


def _page(edition: Edition, before: Edition | None, told: _Told) -> str:
    parts = [
        ("figures", "In figures", figures(edition)),
        ("map", "Map, before and after" if before else "Map", _map(edition, before, told)),
        ("changes", _changes_heading(edition), _changes(edition, told)),
        ("tallies", "Tallies", _tallies(edition)),
        ("published", "Tallies that others published", Markup("") if edition.within else comparison_items(edition)),
        ("disputes", "Disputes, with every voice", _disputes(edition, told)),
        ("statuses", "Who holds what", joined(status_tables(edition, told.links))),
        ("evidence", "What the rest is based on", _evidence(edition, told)),
        ("coverage", "Coverage and gaps", _coverage(edition)),
        ("sources", "How the sources have done", sources_section(edition)),
        ("method", "Method", joined(paragraph(p) for p in METHOD)),
    ]
    marks = {"method": (), **_marks(edition)}
    shown = [(i, h, body) for i, h, body in parts if body]
    nav = el("nav", el("ol", *(el("li", el("a", h, href=f"#{i}")) for i, h, _ in shown)), aria_label="Contents")
    sections = (section(i, h, body, marks=marks.get(i, edition.marks)) for i, h, body in shown)
    skip = el("a", "Skip to the findings", href="#findings", class_="b-skip")
    return document(edition.title, joined((skip, _header(edition), nav, el("main", *sections, id="findings"), _footer(edition))))


def _marks(edition: Edition) -> dict[str, Sequence[str]]:
    """Marks of the sections that have rows of their own; every other section shows the whole edition and carries all."""
    return {
        "changes": list(dict.fromkeys(m for c in edition.changes for m in c.marks)),
        "disputes": list(dict.fromkeys(m for r in _disputed(edition) for m in r.marks)),
        "published": list(dict.fromkeys(m for c in edition.comparisons for m in c.marks)),
    }


def _header(edition: Edition) -> Markup:
    notes = (paragraph(f"Release: {note}.", "b-small") for note in edition.release_notes)
    return el(
        "header", el("h1", place_name(edition.title)), paragraph(f"{clocks_words(edition)}.", "b-clocks"), mark_line(edition.marks), *notes
    )


def _changes_heading(edition: Edition) -> str:
    return f"Changes since {long_day(edition.since)}" if edition.since else "Changes"


def _changes(edition: Edition, told: _Told) -> Markup:
    if not edition.changes:
        return paragraph("No place is known to have changed hands." if edition.since else "This edition was not asked for changes.")
    heads = ("Place", "From", "To", "When", "Likelihood", "Rests on")
    parts = [
        table(
            f"{counted(len(edition.changes), 'change')}, latest first",
            heads,
            change_rows(edition, told.links),
        )
    ]
    rows = {r.unit_id: r for r in edition.statuses}
    changed = dict.fromkeys(c.unit_id for c in latest_first(edition.changes))
    items = [el("li", says(rows[unit_id])) for unit_id in changed if unit_id in rows]
    if items:
        parts += [el("h3", "As they now stand"), el("ul", *items, class_="b-says")]
    spells = spell_rows(edition)
    if spells:
        caption = "Spells of these places: who held them from when to when, however short (where there is more than one to tell)"
        parts.append(table(caption, ("Place", "Held by", "From", "To", "Likelihood"), spells))
    return joined(parts)


def _map(edition: Edition, before: Edition | None, told: _Told) -> Markup:
    drawn = map_inline(edition, links=told.links)
    lead = "Each place in the picture leads to what it rests on. The tables under “Who holds what” say the same in words."
    box = el("div", drawn, class_="b-map", role="region", aria_label="Picture of the map", tabindex="0")
    if before is None:
        return joined((paragraph(lead, "b-small"), box))
    data = base64.b64encode(map_svg(before).encode("utf-8", "replace")).decode("ascii")
    then = f"The day before the period, {long_day(before.as_of)}"
    picture = shape("img", src=f"data:image/svg+xml;base64,{data}", alt=f"{then}: map. The tallies below say the same in words.")
    return joined(
        (
            el("h3", then),
            el("div", picture, class_="b-map"),
            el("h3", f"At its end, {long_day(edition.as_of)}"),
            paragraph(lead, "b-small"),
            box,
        )
    )


def _tallies(edition: Edition) -> Markup:
    if not edition.tallies:
        return Markup("")
    chart = tally_chart(edition)
    drawn = el("div", chart, class_="b-scroll", role="region", aria_label="Chart of tallies", tabindex="0") if chart else Markup("")
    return joined((drawn, tally_table(edition), extent_markup(edition)))


def _disputed(edition: Edition) -> list[StatusRow]:
    return [r for r in edition.statuses if r.support == Support.DISPUTED]


def _disputes(edition: Edition, told: _Told) -> Markup:
    disputed = {r.unit_id for r in _disputed(edition)}
    if not disputed:
        return paragraph("No status shown here is disputed.")
    blocks = [block for row, block in told.blocks if row.unit_id in disputed]
    left = [row for row in told.left_out if row.unit_id in disputed]
    lead = f"{len(disputed)} of the places shown are asserted by some and denied, or met by a counter-claim, by others."
    return joined((paragraph(lead), *blocks, _left_out(left)))


def _evidence(edition: Edition, told: _Told) -> Markup:
    blocks = [block for row, block in told.blocks if row.support != Support.DISPUTED]
    left = [row for row in told.left_out if row.support != Support.DISPUTED]
    return joined((*blocks, _left_out(left)))


def _left_out(rows: Iterable[StatusRow]) -> Markup:
    named = [place_text(r) for r in rows]
    if not named:
        return Markup("")
    told = f"Left out to keep this page small: the evidence on {counted(len(named), 'place')}, which the command “heldby why” tells in full: {'; '.join(named)}."
    return paragraph(told, "b-small")


def _coverage(edition: Edition) -> Markup:
    heads = ("Area", "Places", "With evidence", "Share", "Confirmed", "Disputed", "Reported", "Claimed", "Stale")
    parts = [table("Of how many places there is evidence, and what it amounts to", heads, coverage_rows(edition), range(1, 8))]
    if edition.gaps:
        parts.append(table("Gaps: what was met and not guessed", ("Kind", "Number", "For instance"), gap_rows(edition), (1,)))
    return joined((paragraph(sources_words(edition.sources)), *parts))


def _footer(edition: Edition) -> Markup:
    made = edition.provenance
    lines = (
        f"Edition {edition.digest}",
        f"Ledger revision {made.revision}, head {made.head or 'none'}; theatre {edition.theatre.id} {edition.theatre.digest}; "
        f"rules {made.rulebook_digest}; {made.code_version}",
        f"{clocks_words(edition)}. An edition with the same hash says the same.",
    )
    return el(
        "footer",
        mark_line(edition.marks),
        *(el("p", el("code", printable(line)) if i < 2 else printable(line)) for i, line in enumerate(lines)),
    )
