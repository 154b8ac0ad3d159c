"""status, why, tally, changes, gaps: what the ledger answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from heldby.cli.options import console, desk_and_ledger, say, with_clocks, with_json, with_ledger

if TYPE_CHECKING:
    from heldby.flow.inquiry import Inquiry, Question


@dataclass(frozen=True, slots=True)
class Asked:
    """An open inquiry and the question of this call."""

    inquiry: Inquiry
    question: Question


@contextmanager
def asked(as_of: str | None, known_by: str | None, at_revision: int | None, measures: str | None = None, **given: Any) -> Iterator[Asked]:
    """The inquiry over the ledger named, with the clocks as typed: without --as-of the theatre's last day or today, without --known-by now.

    `measures`: a table of areas and populations in place of the theatre's.
    """
    from heldby.clock import last_day, parse_day, parse_instant
    from heldby.errors import UsageError
    from heldby.flow.inquiry import Question, open_inquiry
    from heldby.theatres import measured

    with desk_and_ledger(must_exist=True, **given) as (desk, ledger):
        if measures:
            desk = replace(desk, theatre=measured(desk.theatre, Path(measures)))
        zone = desk.theatre.zone
        now = desk.clock()
        day = parse_day(as_of, "--as-of") if as_of else last_day(now.astimezone(zone).date(), desk.theatre.until)
        known = parse_instant(known_by, "--known-by", zone) if known_by else now
        head = ledger.head()
        if at_revision is not None and not 0 <= at_revision <= (head.number if head else 0):
            raise UsageError("--at-revision", f"the ledger has no revision {at_revision} (its last is {head.number if head else 0})")
        yield Asked(open_inquiry(desk, ledger, at_revision), Question(day, known))


def first_day(text: str | None, last: date, otherwise: date) -> date:
    """`--since` as typed. Raises UsageError where it lies after the last day asked about."""
    from heldby.clock import parse_day
    from heldby.errors import UsageError

    first = parse_day(text, "--since") if text else otherwise
    if first > last:
        raise UsageError("--since", f"{first} lies after the last day asked about, {last}")
    return first


def named(a: Asked, text: str) -> str:
    """The id of the unit a user names. Raises UsageError where it is unknown, or where the release does not answer for it alone."""
    from heldby.errors import UsageError
    from heldby.flow.units import unit_named

    unit = unit_named(a.inquiry.desk, text)
    if not a.inquiry.shown_alone(unit.id):
        raise UsageError(f"unit {text!r}", "the release shows it only as part of its province")
    return unit.id


@click.command()
@click.argument("unit", required=False)
@click.option("--roster", metavar="ID", help="Every unit of this roster, with evidence or without.")
@click.option("--holder", metavar="SIDE", help="Only units held by this side (or 'contested', 'unknown').")
@with_clocks
@with_ledger
@with_json
def status(unit: str | None, roster: str | None, holder: str | None, as_json: bool, **given: Any) -> int:
    """Who holds UNIT, or every unit with evidence: one line each."""
    from heldby.flow.inquiry import Wanted
    from heldby.flow.units import roster_named
    from heldby.publish import old_news, statuses_json, statuses_table

    with asked(**given) as a:
        theatre = a.inquiry.desk.theatre
        if unit:
            wanted: tuple[str, ...] = (named(a, unit),)
        elif roster:
            wanted = roster_named(theatre, roster).unit_ids
        else:
            wanted = a.inquiry.units_with_evidence(a.question)
        edition = a.inquiry.edition(a.question, Wanted(wanted, reasons=unit is not None))
    if given["as_of"] is None and (newest := old_news(edition.statuses)):
        say(f"nothing is recent enough to say who holds what on {edition.as_of}; the newest evidence is of {newest}: try --as-of {newest}")
    if as_json:
        click.echo(statuses_json(edition, holder))
    else:
        console().print(statuses_table(edition, holder))
    return 0


@click.command()
@click.argument("unit")
@with_clocks
@with_ledger
@with_json
def why(unit: str, as_json: bool, **given: Any) -> int:
    """Why heldby says what it says of UNIT: every voice, for and against, with its sentence and how far it moved the answer."""
    from heldby.flow.inquiry import Wanted
    from heldby.publish import why_json, why_table

    with asked(**given) as a:
        ident = named(a, unit)
        edition = a.inquiry.edition(a.question, Wanted((ident,), reasons=True, spells=True))
    if as_json:
        click.echo(why_json(edition, ident))
    else:
        console().print(why_table(edition, ident))
    return 0


@click.command()
@click.option("--roster", metavar="ID", help="The closed list to count over (default: the theatre's).")
@click.option("--since", metavar="DAY", help="Weekly tallies from this day on.")
@click.option("--measures", metavar="FILE", help="Areas and populations: CSV with unit_id, area_km2, population, note.")
@with_clocks
@with_ledger
@with_json
def tally(roster: str | None, since: str | None, as_json: bool, measures: str | None, **given: Any) -> int:
    """How many units of a roster each side holds, with intervals, beside what others published; by area and population too, where known.

    --measures takes the place of the theatre's own table of areas and populations.
    """
    from heldby.flow.inquiry import Wanted
    from heldby.flow.units import roster_named
    from heldby.publish import comparisons_table, tallies_json, tallies_table

    with asked(measures=measures, **given) as a:
        theatre = a.inquiry.desk.theatre
        days = weekly(first_day(since, a.question.as_of, a.question.as_of), a.question.as_of)
        counted = roster_named(theatre, roster) if theatre.rosters or roster else None
        edition = a.inquiry.edition(a.question, Wanted(roster=counted, tally_days=days, published=True))
    if counted is None:
        say(f"theatre {theatre.id} has no roster to count over: published tallies alone are shown")
    if as_json:
        click.echo(tallies_json(edition))
        return 0
    if counted is not None:
        console().print(tallies_table(edition))
    console().print(comparisons_table(edition))
    return 0


def weekly(first: date, last: date) -> tuple[date, ...]:
    """Every seventh day back from `last`, not before `first`, ascending."""
    weeks = (last - first).days // 7 if first <= last else 0
    return tuple(last - timedelta(days=7 * n) for n in range(weeks, -1, -1))


@click.command()
@click.argument("unit", required=False)
@click.option("--since", metavar="DAY", help="From this day on (default: a week before --until).")
@click.option("--until", metavar="DAY", help="Up to the end of this day (default: the theatre's last day, or today).")
@click.option("--known-by", metavar="TIME", help="Only what was published by then.")
@click.option("--at-revision", type=int, metavar="N", help="As the ledger stood at entry N of its log.")
@with_ledger
@with_json
def changes(unit: str | None, since: str | None, until: str | None, as_json: bool, **given: Any) -> int:
    """Which units passed from one holder to another, recaptures and spells of a few hours included."""
    from heldby.flow.inquiry import Wanted
    from heldby.publish import changes_json, changes_table

    with asked(as_of=until, **given) as a:
        first = first_day(since, a.question.as_of, a.question.as_of - timedelta(days=7))
        units = (named(a, unit),) if unit else a.inquiry.units_with_evidence(a.question)
        edition = a.inquiry.edition(a.question, Wanted(units, since=first, spells=unit is not None))
    if as_json:
        click.echo(changes_json(edition))
    else:
        console().print(changes_table(edition))
    return 0


@click.command()
@click.option("--known-by", metavar="TIME", help="Only what was published by then.")
@click.option("--at-revision", type=int, metavar="N", help="As the ledger stood at entry N of its log.")
@with_ledger
@with_json
def gaps(as_json: bool, **given: Any) -> int:
    """What could not be read, placed or dated: counted, and each one named."""
    from heldby.flow.inquiry import Wanted
    from heldby.publish import gaps_json, gaps_table

    with asked(as_of=None, **given) as a:
        edition = a.inquiry.edition(a.question, Wanted(gaps=True))
    if as_json:
        click.echo(gaps_json(edition))
    else:
        console().print(gaps_table(edition))
    return 0
