"""The brief as blocks: what Markdown and PDF both write down.

in short -> figures -> how to read -> maps -> changes -> recaptures -> tallies -> others' tallies -> disputes -> stale -> statuses -> sources
-> evidence -> coverage -> method
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from heldby.model.place import PlaceKind
from heldby.model.status import CONTESTED, Support, Tally
from heldby.publish.brief import METHOD
from heldby.publish.brief_blocks import Block, Bullets, Figure, Figures, Heading, Paper, Paragraph, Picture, Table, Words, quiet, words
from heldby.publish.brief_listing import (
    changes_table,
    comparison_blocks,
    coverage_blocks,
    extent_blocks,
    source_blocks,
    spells_table,
    stale_blocks,
    status_blocks,
    tally_table,
)
from heldby.publish.brief_voices import unit_blocks
from heldby.publish.change_dates import latest_first, reach_words
from heldby.publish.chart import tally_chart
from heldby.publish.dates import long_day
from heldby.publish.edition import Edition, StatusRow
from heldby.publish.map import MapOptions, map_svg
from heldby.publish.plain import SIGN, printable
from heldby.publish.sentences import side_phrase
from heldby.publish.style import side_name, style_for
from heldby.publish.wording import clocks_words, counted, place_text, roster_words, sources_words

MAP = MapOptions(width=1160)
_WEIGHTY = frozenset({PlaceKind.CITY, PlaceKind.CROSSING})
NAMED = 6  # how many places a headline names before it says how many more there are
READING = (
    "A place is held by the side that reports, taken together, make likeliest. Likelihood is said in fixed words, from “almost no chance” to “almost "
    "certain”; how good the evidence is, is said apart from it, as low, moderate or high confidence.",
    "Disputed: some say so and others deny it or say otherwise. Claimed: only those whose side it serves say so. Stale: nothing was heard for so "
    "long that it can no longer be relied on. Unknown: nothing was read of the place, which is nobody’s hold.",
    "Numbers in brackets are ranges that hold the true count nine times in ten. A story printed by many papers counts as one voice. Every "
    "statement leads to the sentences it rests on, with who said them and through whom, under “Disputes” and “Evidence”; the bits beside each say "
    "how far it moved the odds: one bit doubles or halves them.",
)


def plan(edition: Edition, before: Edition | None = None, *, pictures: bool = True) -> Paper:
    """The brief of an edition, with the state `before` its first day where that is given; without `pictures` for writers that show none."""
    made = edition.provenance
    foot = (
        f"Edition {edition.digest}",
        f"Ledger revision {made.revision}, head {made.head or 'none'}; theatre {edition.theatre.id} {edition.theatre.digest}; "
        f"rules {made.rulebook_digest}; {made.code_version}",
        "An edition with the same hash says the same.",
    )
    blocks = tuple(_blocks(edition, before, pictures))
    return Paper(printable(edition.title), f"{clocks_words(edition)}.", foot, edition.as_of.isoformat(), blocks)


def _blocks(edition: Edition, before: Edition | None, pictures: bool) -> Iterator[Block]:
    for mark in edition.marks:
        yield Paragraph(words(f"{SIGN} {mark[:1].upper()}{mark[1:]}"), "mark")
    for note in edition.release_notes:
        yield Paragraph(words(printable(f"Release: {note}.")), "small")
    yield from _section("In short", [Bullets(tuple(_short(edition, before))), _figures(edition)])
    yield from _section("How to read this", [Paragraph(words(text)) for text in READING])
    yield from _maps(edition, before, pictures)
    yield from _changes(edition)
    yield from _tallies(edition, pictures)
    if not edition.within:
        yield from _section("Tallies that others published", comparison_blocks(edition))
    yield from _disputes(edition)
    yield from _section("Stale: not heard of for long", stale_blocks(edition))
    yield from _section("Who holds what", status_blocks(edition))
    yield from _section("How the sources have done", source_blocks(edition))
    yield from _evidence(edition)
    yield from _section("Coverage and gaps", [Paragraph(words(sources_words(edition.sources)), "lead"), *coverage_blocks(edition)])
    yield from _section("Method", [Paragraph(words(text)) for text in METHOD])


def _section(name: str, blocks: list[Block], *, narrow: bool = False) -> Iterator[Block]:
    if blocks:
        yield Heading(2, words(name), narrow)
        yield from blocks


def _short(edition: Edition, before: Edition | None) -> Iterator[Words]:
    """The findings in sentences that need no key."""
    if (tally := edition.tally) is not None:
        yield words(f"At the end of {long_day(edition.as_of)}, {_counts(edition, tally)}.")
        if before is not None and before.tally is not None:
            yield words(f"The day before the period, {long_day(before.as_of)}: {_counts(before, before.tally, bare=True)}.")
    if edition.since is not None:
        moved = [(c.kind in _WEIGHTY, f"{c.name} to {_state(edition, c.after)}") for c in latest_first(edition.changes)]
        retaken = sum(c.recapture for c in edition.changes)
        told = f"{counted(len(moved), 'change')} {reach_words(edition)}, {counted(retaken, 'recapture')} among them"
        weighty = [name for heavy, name in moved if heavy]
        lead = "; cities and crossings, the latest first" if weighty else "; the latest"
        yield words(f"{told}{_named(lead, weighty or [name for _, name in moved])}.")
    for support, what in ((Support.DISPUTED, "disputed: told one way by some and another way by others"), (Support.STALE, "stale")):
        rows = [r for r in edition.statuses if r.support == support]
        noun = "place is" if len(rows) == 1 else "places are"
        yield words(f"{len(rows) or 'No'} {noun} {what}{_named('', [place_text(r) for r in rows])}.")
    yield words(sources_words(edition.sources))


def _named(lead: str, names: list[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return printable(f"{lead}: {'; '.join(names[:NAMED])}{more}")


def _counts(edition: Edition, tally: Tally, *, bare: bool = False) -> str:
    """ "of 407 districts, 251 are led by the Taliban (240 to 260) ..., and of 143 nothing is known" """
    _, noun = roster_words(edition, tally)
    parts = []
    for row in tally.rows:
        state = "contested" if row.state == CONTESTED else f"led by {side_phrase(edition.theatre, row.state)}"
        parts.append(f"{row.count or 'none'} {'is' if row.count in (0, 1) else 'are'} {state} ({row.low} to {row.high})")
    told = f"{', '.join(parts)}; who holds the other {tally.unknown} is unknown" if tally.unknown else ", ".join(parts)
    return printable(told if bare else f"of {tally.size} {noun}, {told}")


def _state(edition: Edition, state: str) -> str:
    return "contested" if state == CONTESTED else side_phrase(edition.theatre, state)


def _figures(edition: Edition) -> Figures:
    """The tally of the edition's own day, disputes, changes."""
    found: list[Figure] = []
    if (tally := edition.tally) is not None:
        _, noun = roster_words(edition, tally)
        style = style_for(edition)
        for row in tally.rows:
            side, name = style.side(row.state), side_name(edition.theatre, row.state)
            note = f"{row.low} to {row.high} of {tally.size} {noun}"
            found.append(Figure(printable(name[:1].upper() + name[1:]), str(row.count), note, side.colour if side else "#5b3a8c"))
        found.append(Figure("Unknown", str(tally.unknown), f"of {tally.size} {noun}"))
        share = round(100 * tally.covered / tally.size) if tally.size else 0
        found.append(Figure("With evidence", f"{share} %", f"{tally.covered} of {tally.size} {noun}"))
    disputed = len(_disputed(edition))
    found.append(Figure("Disputed", str(disputed), f"of {len(edition.statuses)} places shown"))
    if edition.since:
        retaken = sum(c.recapture for c in edition.changes)
        found.append(Figure("Changes", str(len(edition.changes)), f"{reach_words(edition)}; {retaken} retaken"))
    return Figures(tuple(found))


def _maps(edition: Edition, before: Edition | None, pictures: bool) -> Iterator[Block]:
    """The state before the period and now: as pictures, and as a table for every reader."""
    if pictures:
        shown = [*([("Before", before)] if before else []), ("Now" if before else "Map", edition)]
        for name, at in shown:
            alt = f"Map: who holds what at the end of {long_day(at.as_of)}; the tables say the same in words"
            yield Picture(map_svg(at, MAP), alt, heading=f"{name}: end of {long_day(at.as_of)}")
    if before is None or before.tally is None or edition.tally is None:
        return
    then, now = ({r.state: r for r in t.rows} for t in (before.tally, edition.tally))
    rows: list[tuple[Words, ...]] = []
    for state in dict.fromkeys((*then, *now)):
        pair = [f"{r.count} [{r.low}–{r.high}]" if r else "0" for r in (then.get(state), now.get(state))]
        change = (now[state].count if state in now else 0) - (then[state].count if state in then else 0)
        rows.append((words(printable(side_name(edition.theatre, state))), words(pair[0]), words(pair[1]), words(_signed(change))))
    gone = edition.tally.unknown - before.tally.unknown
    rows.append((words("unknown"), words(str(before.tally.unknown)), words(str(edition.tally.unknown)), words(_signed(gone))))
    _, noun = roster_words(edition, edition.tally)
    caption = printable(f"Of {edition.tally.size} {noun}, before the period and at its end, with 90 % intervals")
    yield Heading(2, words("Before and after"))
    yield Table(caption, ("Led by", long_day(before.as_of), long_day(edition.as_of), "Difference"), tuple(rows), (1, 2, 3))


def _signed(number: int) -> str:
    return f"{number:+d}".replace("-", "−") if number else "0"


def _changes(edition: Edition) -> Iterator[Block]:
    name = f"Changes since {long_day(edition.since)}" if edition.since else "Changes"
    if not edition.changes:
        told = "No place is known to have changed hands." if edition.since else "This edition was not asked for changes."
        yield from _section(name, [Paragraph(words(told))])
        return
    blocks: list[Block] = [changes_table(edition)]
    if spells := spells_table(edition):
        blocks += [Heading(3, words("Spells")), spells]
    yield from _section(name, blocks)
    retaken = any(c.recapture for c in edition.changes)
    none = Paragraph(words("None of the places that changed hands since then was taken back by a side that had held it before."))
    yield from _section("Recaptures", [changes_table(edition, recaptures=True) if retaken else none])


def _tallies(edition: Edition, pictures: bool) -> Iterator[Block]:
    if edition.tallies:
        chart = tally_chart(edition) if pictures else ""
        drawn: list[Block] = [Picture(chart, "Tallies over time, with their intervals")] if chart else []
        yield from _section("Tallies", [*drawn, tally_table(edition), *extent_blocks(edition)])


def _disputed(edition: Edition) -> list[StatusRow]:
    return [r for r in edition.statuses if r.support == Support.DISPUTED]


def _disputes(edition: Edition) -> Iterator[Block]:
    rows = _by_need(edition, _disputed(edition))
    if not rows:
        yield from _section("Disputes, with every voice", [Paragraph(words("No status shown here is disputed."))])
        return
    lead = f"{len(rows)} of the places shown are asserted by some and denied, or met by a counter-claim, by others."
    yield from _section("Disputes, with every voice", [Paragraph(words(lead), "lead"), *_told(edition, rows)], narrow=True)


def _evidence(edition: Edition) -> Iterator[Block]:
    changed = {c.unit_id for c in edition.changes}
    rows = _by_need(edition, [r for r in edition.statuses if r.support != Support.DISPUTED and r.evidence])
    moved, rest = [r for r in rows if r.unit_id in changed], [r for r in rows if r.unit_id not in changed]
    if moved:
        lead = "Who said it, through whom, and in which words. "
        bits = "Bits say how far a statement moved the odds of the leading answer: one bit doubles or halves them."
        yield from _section(
            "Evidence on the places that changed", [Paragraph(words(lead, quiet(bits)), "lead"), *_told(edition, moved)], narrow=True
        )
    if rest:
        lead = "Every voice, with the first printing of its words; heldby’s page, and its command “heldby why”, tell the others."
        told = [block for row in rest for block in unit_blocks(edition, row, short=True)]
        yield from _section("Evidence on the other places", [Paragraph(words(lead), "lead"), *told], narrow=True)


def _by_need(edition: Edition, rows: Iterable[StatusRow]) -> list[StatusRow]:
    """Changed places first, then by area and name."""
    changed = {c.unit_id for c in edition.changes}
    return sorted(rows, key=lambda r: (r.unit_id not in changed, r.parent, r.name, r.unit_id))


def _told(edition: Edition, rows: Iterable[StatusRow]) -> Iterator[Block]:
    for row in rows:
        yield from unit_blocks(edition, row)
