"""The brief's figures and tables: rows of an edition as cells of a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from heldby.model.status import Support
from heldby.publish.change_dates import dated, latest_first, reach_words
from heldby.publish.coverage import coverage
from heldby.publish.dates import long_day, plain_when
from heldby.publish.edition import MARK_WORDS, AreaRow, ComparisonRow, Edition, SpellRow, StatusRow
from heldby.publish.extents import extent_tables
from heldby.publish.markup import Markup, el, joined
from heldby.publish.page import mark_sign, paragraph, place_name, table
from heldby.publish.plain import printable
from heldby.publish.style import likelihood, side_name, style_for
from heldby.publish.voicelist import says
from heldby.publish.wording import chain_text, counted, instant_words, ours_words, place_text, roster_words

Links = Mapping[str, str]


def figures(edition: Edition) -> Markup:
    """Headline figures: the tally of the edition's own day with intervals, unknown, evidence, disputes, changes."""
    cards: list[Markup] = []
    tally = edition.tally
    if tally is not None:
        _, noun = roster_words(edition, tally)
        for row in tally.rows:
            name = side_name(edition.theatre, row.state)
            cards.append(
                _card(
                    name[:1].upper() + name[1:],
                    str(row.count),
                    f"{row.low} to {row.high} of {tally.size} {noun}",
                    _colour(edition, row.state),
                )
            )
        cards.append(_card("Unknown", str(tally.unknown), f"of {tally.size} {noun}", "#8a8a8a"))
        share = round(100 * tally.covered / tally.size) if tally.size else 0
        cards.append(_card("With evidence", f"{share} %", f"{tally.covered} of {tally.size} {noun}", "#47525b"))
    supports = Counter(r.support for r in edition.statuses)
    cards.append(_card("Disputed", str(supports[Support.DISPUTED]), f"of {len(edition.statuses)} places shown", "#1f2328"))
    if edition.since:
        retaken = sum(c.recapture for c in edition.changes)
        cards.append(_card("Changes", str(len(edition.changes)), f"{reach_words(edition)}; {retaken} retaken", "#1f2328"))
    shown = el("dl", *cards, class_="b-figures")
    if tally is None:
        return shown
    note = "Counts are of places that a side leads, by however little; the range holds the true count with 90 %, by the model's own probabilities."
    return joined((shown, paragraph(note, "b-small")))


def _card(name: str, figure: str, note: str, colour: str) -> Markup:
    return el("div", el("dt", printable(name)), el("dd", figure), el("dd", note), style=f"border-left-color:{colour}")


def _colour(edition: Edition, state: str) -> str:
    side = style_for(edition).side(state)
    return side.colour if side else "#5b3a8c"


def holder(edition: Edition, state: str | None, name: str) -> Markup:
    """A holder's name with its colour beside it; the colour says nothing that the name does not."""
    side = style_for(edition).side(state or "")
    if side is None:
        return el("span", printable(name))
    swatch = el("span", "", class_="b-swatch", style=f"background:{side.colour}", aria_hidden="true")
    return el("span", swatch, printable(name), class_="b-holder")


def led(links: Links, unit_id: str, name: str) -> Markup:
    """A place's name, leading to its evidence where the page has it."""
    return el("a", place_name(name), href=links[unit_id]) if unit_id in links else place_name(name)


def change_rows(edition: Edition, links: Links) -> list[tuple[str, ...]]:
    return [
        (
            led(links, c.unit_id, place_text(c)),
            holder(edition, c.before, c.before_name),
            joined((holder(edition, c.after, c.after_name), " (retaken)" if c.recapture else "")),
            dated(c),
            likelihood(c.probability),
            joined((c.support, mark_sign(c.marks))),
        )
        for c in latest_first(edition.changes)
    ]


def spell_rows(edition: Edition) -> list[tuple[str, ...]]:
    return [
        (
            place_name(place_text(s)),
            joined((holder(edition, s.holder, s.holder_name), mark_sign(s.marks))),
            plain_when(s.start) if s.start else "before the evidence begins",
            f"{plain_when(s.end) if s.end else 'lasts'}{', within a day' if s.brief else ''}",
            likelihood(s.probability),
        )
        for s in told_spells(edition)
    ]


def told_spells(edition: Edition) -> list[SpellRow]:
    """Spells of the places that changed since the edition's day and have more than one to tell."""
    changed = {c.unit_id for c in edition.changes}
    number = Counter(s.unit_id for s in edition.spells)
    return [s for s in edition.spells if s.unit_id in changed and number[s.unit_id] > 1]


def status_tables(edition: Edition, links: Links) -> tuple[Markup, ...]:
    """One table an area, places by name; areas that the release coarsens last; places of which nothing is known in one line."""
    by_area: dict[str, list[StatusRow]] = {}
    for row in edition.statuses:
        if row.support != Support.UNKNOWN:
            by_area.setdefault(row.parent, []).append(row)
    heads = ("Place", "Held by", "In words", "Last evidence")
    tables = [
        table(
            area or "Elsewhere",
            heads,
            [_status_cells(edition, r, links) for r in sorted(rows, key=lambda r: (r.name, r.unit_id))],
            kind="b-statuses",
        )
        for area, rows in sorted(by_area.items())
    ]
    if edition.areas:
        tables.append(table("Shown as areas alone", ("Area", "Held by", "Unknown"), [_area_cells(edition, a) for a in edition.areas], (2,)))
    unknown = [place_text(r) for r in edition.statuses if r.support == Support.UNKNOWN]
    if unknown:
        tables.append(paragraph(f"Unknown, for nothing was read of them: {'; '.join(unknown)}."))
    return tuple(tables)


def _status_cells(edition: Edition, row: StatusRow, links: Links) -> tuple[str, ...]:
    name = f"{row.name} ({row.kind})" if row.kind else row.name
    return led(links, row.unit_id, name), holder(edition, row.holder, row.holder_name), says(row), row.last_evidence


def _area_cells(edition: Edition, area: AreaRow) -> tuple[str, ...]:
    counts = ", ".join(f"{n} {side_name(edition.theatre, state)}" for state, n in area.counts) or "nothing known"
    return place_name(area.name), joined((counts, mark_sign(area.marks))), f"{area.unknown} of {area.size}"


def tally_table(edition: Edition) -> Markup:
    """One row a date, with intervals; counts and unknown sum to the roster."""
    last = edition.tallies[-1]
    name, noun = roster_words(edition, last)
    states = list(dict.fromkeys(r.state for t in edition.tallies for r in t.rows))
    rows = []
    for tally in reversed(edition.tallies):
        by_state = {r.state: r for r in tally.rows}
        counts = [f"{by_state[s].count} [{by_state[s].low}–{by_state[s].high}]" if s in by_state else "0" for s in states]
        marks = mark_sign(MARK_WORDS[m] for m in tally.marks)
        rows.append((joined((long_day(tally.as_of), marks)), *counts, str(tally.unknown), f"{tally.covered} of {tally.size}"))
    heads = ("End of", *(side_name(edition.theatre, s) for s in states), "unknown", "with evidence")
    caption = f"{last.size} {noun}, latest first, with 90 % intervals. Roster: {name}"
    return table(printable(caption), heads, rows, range(1, len(heads)))


def extent_markup(edition: Edition) -> Markup:
    """The same tallies by area and population, where known, latest first."""
    parts = []
    for found in extent_tables(edition):
        heads = ("End of", *(side_name(edition.theatre, s) for s in found.states), "unknown", "sum")
        lines = [
            (joined((long_day(t.as_of), mark_sign(MARK_WORDS[m] for m in t.marks))), *map(printable, cells), unknown, total)
            for t, cells, unknown, total in reversed(found.lines)
        ]
        parts.append(table(printable(found.caption), heads, lines, range(1, len(heads))))
    return joined(parts)


def comparison_items(edition: Edition) -> Markup:
    """Each published tally beside ours, with the sentence it was read from."""
    if not edition.comparisons:
        return paragraph("No tally by others was read.")
    heads = ("They say", "Of", "Ours", "Who says so", "Known", "Rosters it can belong to")
    rows = [_comparison_cells(edition, c) for c in edition.comparisons]
    whys = [_comparison_why(c) for c in edition.comparisons]
    return joined((table(counted(len(rows), "published tally", "published tallies"), heads, rows), el("ul", *whys, class_="b-says")))


def _comparison_cells(edition: Edition, c: ComparisonRow) -> tuple[str, ...]:
    ours = ours_words(c)
    says_so = place_name(chain_text(c.chain))
    every = len(c.rosters) > 1 and len(c.rosters) == len(edition.theatre.rosters)
    rosters = f"any of the {len(c.rosters)} known here" if every else printable("; ".join(c.rosters)) or "none known here"
    theirs = joined((printable(c.says), mark_sign(c.marks)))
    return theirs, holder(edition, c.actor, c.actor_name), ours, says_so, instant_words(c.known, edition.theatre), rosters


def _comparison_why(c: ComparisonRow) -> Markup:
    reasons = el("ul", *(el("li", printable(r)) for r in c.reasons)) if c.reasons else Markup("")
    head = f"{c.actor_name}: {c.says} ({c.outlet}, {c.day})"
    quoted = el("blockquote", el("p", f"“{printable(c.quote)}”", dir="auto"))
    return el("li", el("p", printable(head), mark_sign(c.marks)), quoted, reasons)


def coverage_rows(edition: Edition) -> list[tuple[str, ...]]:
    return [
        (
            "All" if not c.area_id else place_name(c.name),
            *(str(n) for n in (c.size, c.covered)),
            f"{100 * c.share:.0f} %",
            *(str(n) for n in (c.confirmed, c.disputed, c.reported, c.claimed, c.stale)),
        )
        for c in coverage(edition)
    ]


def gap_rows(edition: Edition) -> list[tuple[str, ...]]:
    return [(kind, str(n), printable(instance)) for kind, n, instance in common_gaps(edition)]


def common_gaps(edition: Edition) -> list[tuple[str, int, str]]:
    """Gaps counted by kind, the most frequent first, each with its commonest instance."""
    kinds = Counter(g.kind for g in edition.gaps)
    common = {kind: Counter(f"{g.subject}: {g.cause}" for g in edition.gaps if g.kind == kind).most_common(1)[0][0] for kind in kinds}
    return [(kind, n, common[kind]) for kind, n in sorted(kinds.items(), key=lambda k: (-k[1], k[0]))]
