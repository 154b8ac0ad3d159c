"""A brief's tables as blocks: changes, spells, tallies, others' tallies, statuses, sources, coverage, gaps."""

from __future__ import annotations

from collections.abc import Iterable

from heldby.model.record import SourceSort
from heldby.model.status import Support
from heldby.publish.brief_blocks import Block, Bullets, Heading, Paragraph, Table, Words, quiet, strong, words
from heldby.publish.brief_tables import common_gaps, told_spells
from heldby.publish.brief_voices import says, sign_of
from heldby.publish.change_dates import dated, latest_first
from heldby.publish.coverage import coverage
from heldby.publish.dates import long_day, plain_when
from heldby.publish.edition import MARK_WORDS, ComparisonRow, Edition, StatusRow
from heldby.publish.extents import extent_tables
from heldby.publish.plain import printable
from heldby.publish.source_rows import SourceRow
from heldby.publish.sources import HEADINGS, INTERESTS, LEADS, LETTERS, grouped, interval, lead_words, out_of
from heldby.publish.style import likelihood, side_name
from heldby.publish.wording import chain_text, counted, instant_words, ours_words, place_text, roster_words


def changes_table(edition: Edition, *, recaptures: bool = False) -> Table:
    """Changes, latest first; `recaptures` alone where asked for."""
    chosen = [c for c in latest_first(edition.changes) if c.recapture or not recaptures]
    rows = tuple(
        (
            words(printable(place_text(c)), sign_of(c.marks)),
            words(printable(c.before_name)),
            words(printable(c.after_name), quiet(" (retaken)") if c.recapture else ""),
            words(dated(c)),
            words(likelihood(c.probability)),
            words(c.support),
        )
        for c in chosen
    )
    noun = ("recapture", "recaptures") if recaptures else ("change", "changes")
    heads = ("Place", "From", "To", "When", "Likelihood", "Rests on")
    return Table(f"{counted(len(rows), *noun)}, latest first", heads, rows, widths=(2.9, 1.2, 1.7, 2.7, 1.5, 1.1))


def spells_table(edition: Edition) -> Table | None:
    rows = tuple(
        (
            words(printable(place_text(s)), sign_of(s.marks)),
            words(printable(s.holder_name)),
            words(plain_when(s.start) if s.start else "before the evidence begins"),
            words(f"{plain_when(s.end) if s.end else 'lasts'}{', within a day' if s.brief else ''}"),
            words(likelihood(s.probability)),
        )
        for s in told_spells(edition)
    )
    caption = "Who held these places from when to when, however short (where there is more than one spell to tell)"
    return Table(caption, ("Place", "Held by", "From", "To", "Likelihood"), rows, widths=(2.6, 1.1, 2.5, 2.8, 1.4)) if rows else None


def tally_table(edition: Edition) -> Table:
    """One row a date, with intervals; counts and unknown sum to the roster."""
    last = edition.tallies[-1]
    name, noun = roster_words(edition, last)
    states = list(dict.fromkeys(r.state for t in edition.tallies for r in t.rows))
    rows = []
    for tally in reversed(edition.tallies):
        by_state = {r.state: r for r in tally.rows}
        counts = [f"{by_state[s].count} [{by_state[s].low}–{by_state[s].high}]" if s in by_state else "0" for s in states]
        day = words(long_day(tally.as_of), sign_of(MARK_WORDS[m] for m in tally.marks))
        rows.append((day, *(words(c) for c in (*counts, str(tally.unknown), f"{tally.covered} of {tally.size}"))))
    heads = ("End of", *(printable(side_name(edition.theatre, s)) for s in states), "unknown", "with evidence")
    caption = printable(f"{last.size} {noun}, latest first; in brackets the 90 % interval. Roster: {name}")
    return Table(caption, heads, tuple(rows), tuple(range(1, len(heads))))


def extent_blocks(edition: Edition) -> list[Block]:
    """The same tallies by area and population, where known, latest first."""
    out: list[Block] = []
    for found in extent_tables(edition):
        varies = len({total for *_, total in found.lines}) > 1  # else the caption says it once
        heads = ("End of", *(printable(side_name(edition.theatre, s)) for s in found.states), "unknown", *(["sum"] if varies else []))
        rows = tuple(
            (
                words(long_day(t.as_of), sign_of(MARK_WORDS[m] for m in t.marks)),
                *(words(printable(c)) for c in (*cells, unknown, *([total] if varies else []))),
            )
            for t, cells, unknown, total in reversed(found.lines)
        )
        out.append(Table(printable(found.caption), heads, rows, tuple(range(1, len(heads)))))
    return out


def comparison_blocks(edition: Edition) -> list[Block]:
    """Each tally published in the period beside ours, with the sentence it was read from and what explains the gap."""
    first = edition.since.isoformat() if edition.since else ""
    told = [c for c in edition.comparisons if c.day >= first]
    if not told:
        return [Paragraph(words("No tally by others was read of this period." if first else "No tally by others was read."))]
    heads = ("They say", "Of", "Ours", "Who says so", "Known")
    rows = tuple(_comparison(edition, c) for c in told)
    items = tuple(
        words(
            strong(printable(f"{c.actor_name}: {c.says} ({c.outlet}, {c.day})")),
            sign_of(c.marks),
            f" “{printable(c.quote)}” ",
            quiet(printable("; ".join(c.reasons))),
        )
        for c in told
    )
    table = Table(counted(len(rows), "published tally", "published tallies"), heads, rows, widths=(2.4, 1.5, 1.2, 3, 2))
    return [table, Bullets(items)]


def _comparison(edition: Edition, c: ComparisonRow) -> tuple[Words, ...]:
    ours = ours_words(c)
    texts = (c.actor_name, ours, chain_text(c.chain), instant_words(c.known, edition.theatre))
    return words(printable(c.says), sign_of(c.marks)), *(words(printable(t)) for t in texts)


def stale_blocks(edition: Edition) -> list[Block]:
    """Places last heard of too long ago for the model to commit itself: silence is not knowledge."""
    rows = sorted((r for r in edition.statuses if r.support == Support.STALE), key=lambda r: (r.last_evidence, r.name, r.unit_id))
    if not rows:
        return [Paragraph(words("Nothing shown here rests on old news alone."))]
    cells = tuple(
        (words(printable(place_text(r)), sign_of(r.marks)), words(printable(r.sentence)), words(plain_when(r.last_evidence))) for r in rows
    )
    caption = f"{counted(len(rows), 'place')}, oldest news first"
    return [Table(caption, ("Place", "In words", "Last heard of"), cells, widths=(2.6, 5, 1.6))]


def status_blocks(edition: Edition) -> list[Block]:
    """One table an area, places by name; areas that the release coarsens; places of which nothing is known in one paragraph."""
    by_area: dict[str, list[StatusRow]] = {}
    for row in edition.statuses:
        if row.support != Support.UNKNOWN:
            by_area.setdefault(row.parent, []).append(row)
    blocks: list[Block] = []
    for area, rows in sorted(by_area.items()):
        cells = tuple(_status(row) for row in sorted(rows, key=lambda r: (r.name, r.unit_id)))
        heads = ("Place", "Held by", "In words")
        blocks.append(Table(printable(area) or "Elsewhere", heads, cells, widths=(2.2, 1.4, 6)))
    if edition.areas:
        areas = tuple((words(printable(a.name), sign_of(a.marks)), words(_counts(edition, a.counts)), words(f"{a.unknown} of {a.size}"))
                      for a in edition.areas)  # fmt: skip
        blocks.append(Table("Shown as areas alone", ("Area", "Held by", "Unknown"), areas, (2,)))
    unknown = [printable(place_text(r)) for r in edition.statuses if r.support == Support.UNKNOWN]
    if unknown:
        blocks.append(Paragraph(words(f"Unknown, for nothing was read of them ({len(unknown)}): {'; '.join(unknown)}."), "small"))
    return blocks


def _status(row: StatusRow) -> tuple[Words, ...]:
    name = f"{row.name} ({row.kind})" if row.kind else row.name
    return words(printable(name)), words(printable(row.holder_name)), says(row)


def _counts(edition: Edition, counts: Iterable[tuple[str, int]]) -> str:
    return printable(", ".join(f"{n} {side_name(edition.theatre, state)}" for state, n in counts)) or "nothing known"


def source_blocks(edition: Edition) -> list[Block]:
    """How each source has done, and the rule it is judged by; nothing where the edition was not asked for records."""
    blocks: list[Block] = [_sources(sort, rows) for sort, rows in grouped(edition)]
    notes = (edition.records_rule, INTERESTS, LEADS, LETTERS) if blocks else ()
    return [*blocks, *(Paragraph(words(printable(note)), "small") for note in notes)]


def _sources(sort: SourceSort, rows: Iterable[SourceRow]) -> Table:
    heads = (
        "Source",
        "Testimonies",
        "Borne out",
        "90 %",
        "Open",
        "In own interest",
        "Against it",
        "Denials borne out",
        "Lead (changes)",
        "Letter",
        "Set",
    )
    cells = tuple(
        (
            words(printable(r.name), sign_of(r.marks)),
            *(
                words(text)
                for text in (
                    str(r.testimonies), out_of(r.outcomes), interval(r.outcomes.low, r.outcomes.high), str(r.outcomes.open),
                    out_of(r.own), out_of(r.against), out_of(r.denials), lead_words(r), r.letter, r.letter_set or "–",
                )
            ),
        )
        for r in rows
    )  # fmt: skip
    return Table(HEADINGS[sort], heads, cells, tuple(range(1, 9)), (3.4, 1.5, 1.5, 1.4, 0.9, 1.5, 1.3, 1.5, 1.5, 0.9, 0.7))


def coverage_blocks(edition: Edition) -> list[Block]:
    heads = ("Area", "Places", "With evidence", "Share", "Confirmed", "Disputed", "Reported", "Claimed", "Stale")
    rows = tuple(
        (
            words(printable(c.name) if c.area_id else "All"),
            *(words(str(n)) for n in (c.size, c.covered)),
            words(f"{100 * c.share:.0f} %"),
            *(words(str(n)) for n in (c.confirmed, c.disputed, c.reported, c.claimed, c.stale)),
        )
        for c in coverage(edition)
    )
    widths = (2, *(1.0 for _ in heads[1:]))
    blocks: list[Block] = [Table("Of how many places there is evidence, and what it amounts to", heads, rows, tuple(range(1, 9)), widths)]
    if edition.gaps:
        gaps = tuple((words(kind), words(str(n)), words(printable(instance))) for kind, n, instance in common_gaps(edition))
        caption = "Gaps: what was met in all reports read and not guessed"
        blocks += [Heading(3, words("Gaps")), Table(caption, ("Kind", "Number", "For instance"), gaps, (1,), (1.2, 0.8, 5))]
    return blocks
