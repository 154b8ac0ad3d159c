"""Editions on a terminal: rich tables and notes. Pure: an edition in, things to print out; every text is cleaned of what a terminal would obey.

Tables drop their less needed columns on narrow terminals; what is dropped stands in the JSON and CSV forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from heldby.model.status import CONTESTED, Support
from heldby.publish.change_dates import dated, reach_words
from heldby.publish.coverage import Coverage, coverage
from heldby.publish.dates import local_time, long_day, plain_when, short_when
from heldby.publish.edition import ChangeRow, ComparisonRow, Edition, SpellRow, StatusRow
from heldby.publish.extents import ExtentTable, extent_tables
from heldby.publish.plain import SIGN, printable
from heldby.publish.records import held_by
from heldby.publish.style import percent, side_name
from heldby.publish.wording import chain_text, clocks_words, counted, ours_words, place_text, roster_words

MOST_TOLD = 12  # published tallies whose sentences are printed
REPEATED = "″"  # the place of the line above
WIDE, WIDEST = 110, 132  # widths of a terminal from which less needed columns are shown
STYLES = ("bold blue", "bold dark_orange3", "bold", "bold magenta", "bold green", "bold cyan", "bold yellow")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its head, how it is justified, from which width of the terminal it is shown, its least width."""

    head: str
    justify: str = "left"
    wide: int = 0
    least: int | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A table that chooses its columns by the width it is given."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Text, ...], ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        shown = [i for i, c in enumerate(self.columns) if options.max_width >= c.wide]
        table = Table(title=Text(printable(self.title), style="bold"), title_justify="left", box=None, pad_edge=False, header_style="dim")
        for i in shown:
            column = self.columns[i]
            right = column.justify == "right"
            table.add_column(column.head, justify="right" if right else "left", overflow="fold", min_width=column.least, no_wrap=right)
        for row in self.rows:
            table.add_row(*(row[i] for i in shown))
        yield table


def cell(text: str, style: str = "") -> Text:
    """A cell's text, cleaned; square brackets are letters, never markup."""
    return Text(printable(text), style=style)


def holder_cell(edition: Edition, state: str | None, text: str = "") -> Text:
    """A state's name in its side's colour (terminals with NO_COLOR show the name alone)."""
    order = [s.id for s in edition.theatre.sides]
    style = STYLES[order.index(state) % len(STYLES)] if state in order else "bold red" if state == CONTESTED else "dim"
    return cell(text or side_name(edition.theatre, state), style)


def notes(edition: Edition) -> tuple[Text, ...]:
    """What must stand under everything shown: both clocks, marks, what the release held back, the edition's hash."""
    lines = [cell(f"{clocks_words(edition)}; edition {edition.digest[:16]}", "dim")]
    lines += [marked(mark) for mark in edition.marks]
    lines += [cell(f"Release: {note}", "dim") for note in edition.release_notes]
    return tuple(lines)


def marked(mark: str) -> Text:
    return cell(f"{SIGN} {mark}", "bold yellow")


def sign(marks: Iterable[object]) -> str:
    """What stands behind a row that carries a mark; the notes below say which."""
    return f" {SIGN}" if any(True for _ in marks) else ""


def shown(edition: Edition, *parts: RenderableType) -> Group:
    return Group(*parts, *notes(edition), Text(""))


def statuses_table(edition: Edition, holder: str | None = None) -> RenderableType:
    """Statuses one line each; of one holder where asked (see `held_by`)."""
    rows = held_by(edition, holder)
    columns = (
        Column("place", least=22),
        Column("held by", least=9),
        Column("likelihood"),
        Column("p", "right", wide=WIDE),
        Column("rests on"),
        Column("confidence", wide=WIDE),
        Column("origins", "right", wide=WIDE),
        Column("denials", "right"),
        Column("since"),
        Column("last evidence", wide=WIDEST),
    )
    listing = Listing(counted(len(rows), "place"), columns, tuple(_status_cells(edition, row) for row in rows))
    areas = [cell(f"{a.name}: {_area_counts(edition, a.counts)}, {a.unknown} unknown of {a.size}") for a in edition.areas]
    return shown(edition, listing, *areas)


def _status_cells(edition: Edition, row: StatusRow) -> tuple[Text, ...]:
    known = row.support != Support.UNKNOWN
    return (
        cell(place_text(row) + sign(row.marks)),
        holder_cell(edition, row.holder),
        cell(row.likelihood),
        cell(percent(row.probability) if row.holder else ""),
        cell(row.support, "" if known else "dim"),
        cell(row.confidence if known else ""),
        cell(str(row.origins) if known else ""),
        cell(str(row.denials) if row.denials else ""),
        cell(short_when(row.since)),
        cell(row.last_evidence),
    )


def _area_counts(edition: Edition, counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{n} {side_name(edition.theatre, state)}" for state, n in counts) or "nothing known"


def tallies_table(edition: Edition) -> RenderableType:
    """One line a date: counts by holder with intervals, unknown, and of how many units there is evidence."""
    if not edition.tallies:
        return shown(edition, cell("No tally: this theatre has no roster to count over."))
    states = list(dict.fromkeys(r.state for t in edition.tallies for r in t.rows))
    last = edition.tallies[-1]
    name, noun = roster_words(edition, last)
    columns = (
        Column("end of"),
        *(Column(side_name(edition.theatre, s), "right") for s in states),
        Column("unknown", "right"),
        Column("sum", "right", wide=WIDE),
        Column("evidence", "right"),
    )
    rows = []
    for tally in edition.tallies:
        by_state = {r.state: r for r in tally.rows}
        counts = [by_state.get(s) for s in states]
        told = [holder_cell(edition, s, f"{r.count} [{r.low}–{r.high}]" if r else "0") for s, r in zip(states, counts, strict=True)]
        total = sum(r.count for r in tally.rows) + tally.unknown
        rows.append(
            (
                cell(f"{tally.as_of}{sign(tally.marks)}"),
                *told,
                cell(str(tally.unknown), "dim"),
                cell(str(total)),
                cell(f"{tally.covered}/{tally.size}"),
            )
        )
    title = f"Tally of {last.size} {noun}, with the 90 % interval"
    measured = (_extents(edition, table) for table in extent_tables(edition))
    return shown(edition, Listing(title, columns, tuple(rows)), *measured, cell(f"Roster: {name}", "dim"))


def _extents(edition: Edition, table: ExtentTable) -> Listing:
    heads = (*(side_name(edition.theatre, s) for s in table.states), "unknown")
    columns = (Column("end of"), *(Column(h, "right") for h in heads), Column("sum", "right", wide=WIDE))
    rows = tuple(
        (
            cell(f"{tally.as_of}{sign(tally.marks)}"),
            *(holder_cell(edition, s, text) for s, text in zip(table.states, cells, strict=True)),
            cell(unknown, "dim"),
            cell(total),
        )
        for tally, cells, unknown, total in table.lines
    )
    return Listing(table.caption, columns, rows)


def comparisons_table(edition: Edition) -> RenderableType:
    """Published tallies beside ours, with the rosters they can belong to and why the two differ."""
    if not edition.comparisons:
        return shown(edition, cell("No published tally was read."))
    columns = (Column("published"), Column("of"), Column("who says so"), Column("ours", "right"), Column("roster", wide=WIDE))
    parts: list[RenderableType] = [
        Listing("Published tallies beside ours", columns, tuple(_theirs(edition, c) for c in edition.comparisons))
    ]
    told = edition.comparisons[-MOST_TOLD:]
    for c in told:
        about = f"{c.actor_name}, {c.says}, {c.outlet}"
        parts.append(cell(f"{about}: “{c.quote}”"))
        parts += [Padding(cell(reason, "dim"), (0, 0, 0, 2)) for reason in _why_they_differ(c)]
    if len(told) < len(edition.comparisons):
        parts.append(cell(f"The sentences of {len(edition.comparisons) - len(told)} earlier ones stand in the brief and in --json.", "dim"))
    return shown(edition, *parts)


def _theirs(edition: Edition, c: ComparisonRow) -> tuple[Text, ...]:
    ours = ours_words(c)
    fits = len(c.rosters)
    rosters = "; ".join(c.rosters) if fits == 1 else f"{fits} of {len(edition.theatre.rosters)} rosters" if fits else "none fits"
    side = holder_cell(edition, c.actor, c.actor_name)
    return cell(f"{c.day}: {c.says}{sign(c.marks)}"), side, cell(chain_text(c.chain)), cell(ours), cell(rosters)


def _why_they_differ(c: ComparisonRow) -> list[str]:
    rosters = f"can belong to: {'; '.join(c.rosters)}" if c.rosters else "belongs to no roster known here"
    return [rosters, *c.reasons]


def changes_table(edition: Edition) -> RenderableType:
    """Who passed from whom to whom, in order of time; then spells, where the edition has them."""
    since = f" {reach_words(edition)}" if edition.since else ""
    columns = (
        Column("when"),
        Column("place", least=18),
        Column("from"),
        Column("to"),
        Column("p", "right", wide=WIDE),
        Column("rests on", least=9),
    )
    rows = tuple(_change_cells(edition, c) for c in edition.changes)
    parts: list[RenderableType] = [Listing(f"{counted(len(rows), 'change')}{since}", columns, rows)]
    if edition.spells:
        parts.append(_spell_listing(edition, edition.spells))
    return shown(edition, *parts)


def _change_cells(edition: Edition, c: ChangeRow) -> tuple[Text, ...]:
    return (
        cell(dated(c)),
        cell(place_text(c) + sign(c.marks)),
        holder_cell(edition, c.before, c.before_name),
        holder_cell(edition, c.after, f"{c.after_name} (retaken)" if c.recapture else c.after_name),
        cell(percent(c.probability)),
        cell(c.support),
    )


def spells_table(edition: Edition) -> RenderableType:
    """Who held what from when to when, however short."""
    return shown(edition, _spell_listing(edition, edition.spells))


def spells_of(edition: Edition, unit_id: str) -> list[RenderableType]:
    """One unit's spells, where the edition has any."""
    own = [s for s in edition.spells if s.unit_id == unit_id]
    return [Text(""), _spell_listing(edition, own)] if own else []


def _spell_listing(edition: Edition, spells: Iterable[SpellRow]) -> Listing:
    columns = (Column("place", least=18), Column("held by"), Column("from"), Column("to"), Column("p", "right"))
    told = list(spells)
    again = [False, *(a.unit_id == b.unit_id and a.name == b.name for a, b in pairwise(told))]
    return Listing("Spells", columns, tuple(_spell_cells(edition, s, again=g) for s, g in zip(told, again, strict=False)))


def _spell_cells(edition: Edition, s: SpellRow, *, again: bool) -> tuple[Text, ...]:
    start = plain_when(s.start) if s.start else "before the evidence begins"
    end = plain_when(s.end) if s.end else "lasts"
    brief = ", within a day" if s.brief else ""
    return (
        cell((f"   {REPEATED}" if again else place_text(s)) + sign(s.marks)),
        holder_cell(edition, s.holder, s.holder_name),
        cell(start),
        cell(f"{end}{brief}"),
        cell(percent(s.probability)),
    )


def clocks_table(editions: Sequence[tuple[str, Edition]]) -> RenderableType:
    """The same places as known at several times, one column a time, each with its label; marks and hashes of every edition below."""
    if not editions:
        return Group()
    first = editions[0][1]
    ids = list(dict.fromkeys(row.unit_id for _, e in editions for row in e.statuses))
    columns = (Column("place", least=16), *(Column(label) for label, _ in editions))
    rows = []
    for unit_id in ids:
        found = [(e, e.status(unit_id)) for _, e in editions]
        named = next(row for _, row in found if row is not None)
        rows.append((cell(named.name + sign(named.marks)), *(_short_status(e, row) for e, row in found)))
    listing = Listing(f"End of {long_day(first.as_of)}, as known at {len(editions)} times", columns, tuple(rows))
    clocks = [cell(f"{label}: known by {local_time(e.known_by, e.theatre)}; edition {e.digest[:16]}", "dim") for label, e in editions]
    marks = [marked(m) for m in dict.fromkeys(m for _, e in editions for m in e.marks)]
    held_back = [cell(f"Release: {n}", "dim") for n in dict.fromkeys(n for _, e in editions for n in e.release_notes)]
    return Group(listing, *clocks, *marks, *held_back, Text(""))


def _short_status(edition: Edition, row: StatusRow | None) -> Text:
    if row is None or row.support == Support.UNKNOWN:
        return cell("unknown", "dim")
    if row.holder is None:
        return cell("stale", "dim")
    return holder_cell(edition, row.holder).append(f", {row.likelihood}, {row.support}", style="not bold")


def coverage_table(edition: Edition) -> RenderableType:
    """Of how many units there is evidence, by area and in all, and what it amounts to."""
    columns = (
        Column("area"),
        Column("units", "right"),
        Column("with evidence", "right"),
        Column("share", "right"),
        *(Column(s, "right") for s in ("confirmed", "disputed", "reported", "claimed", "stale")),
    )
    return shown(edition, Listing("Coverage", columns, tuple(_coverage_cells(c) for c in coverage(edition))))


def _coverage_cells(c: Coverage) -> tuple[Text, ...]:
    style = "" if c.area_id else "bold"
    named = (c.size, c.covered, f"{100 * c.share:.0f} %", c.confirmed, c.disputed, c.reported, c.claimed, c.stale)
    return (cell(c.name, style), *(cell(str(n), style) for n in named))


def gaps_table(edition: Edition) -> RenderableType:
    """What was met and not guessed, by kind."""
    columns = (Column("gap"), Column("subject"), Column("why"), Column("report", wide=WIDE))
    rows = tuple((cell(g.kind), cell(g.subject), cell(g.cause), cell(g.report_id)) for g in edition.gaps)
    return shown(edition, Listing(counted(len(rows), "gap"), columns, rows))
