"""read, add, reread: from sources into the ledger."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from heldby.cli.cluster import check_cluster, read_there, with_cluster
from heldby.cli.options import (
    PARTLY,
    console,
    desk_and_ledger,
    progress,
    say,
    settings_from,
    with_colour,
    with_json,
    with_ledger,
    with_theatre,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from heldby.desk import Desk
    from heldby.flow.intake import Intake, Read
    from heldby.gather import GatherOptions
    from heldby.ledger import Ledger
    from heldby.model.report import Gap


def with_engine(command: Any) -> Any:
    """--engine and what it needs: who reads the reports."""
    command = click.option("--engine-cache", metavar="DIR", help="Keep a model's answers here, and use those kept.")(command)
    command = click.option("--engine-key-env", metavar="NAME", help="The variable of the environment that holds the endpoint's key.")(
        command
    )
    command = click.option("--engine-model", metavar="NAME", help="The model at the endpoint, or the spaCy pipeline.")(command)
    command = click.option("--engine-url", metavar="URL", help="The OpenAI-compatible endpoint: report text is sent there.")(command)
    return click.option(
        "--engine", metavar="NAME", help="Who reads: rules (default, on this machine), openai or spacy; `read` also: dask."
    )(command)


def with_workers(command: Any) -> Any:
    """--workers."""
    return click.option("--workers", type=click.IntRange(0), metavar="N", help="Processes that read (default: one a core, once it pays).")(
        command
    )


def announce(desk: Desk) -> None:
    """Who reads, if not our own rules, and where the text of reports goes."""
    if desk.engine:
        say(desk.engine.notice)


def accounted(desk: Desk) -> bool:
    """Say what the engine did; whether it lost something."""
    if desk.engine is None:
        return False
    account, settings = desk.engine.account, desk.settings
    for line in account.lines(desk.engine.label, (settings.engine_price_in, settings.engine_price_out)):
        say(line)
    return account.partly


def with_publication(command: Any) -> Any:
    """--outlet, --published, --url: what a source does not say of itself."""
    command = click.option("--url", default="", help="The address it was published at, where the source does not say.")(command)
    command = click.option("--published", default="", metavar="TIME", help="When it was published, where the source does not say.")(command)
    return click.option("--outlet", default="", help="Who published it, where the source does not say.")(command)


def with_mapping(command: Any) -> Any:
    """--mapping."""
    return click.option(
        "--mapping", metavar="NAME|FILE", help="SOURCES are tables of events or statuses, of which this says what the columns mean."
    )(command)


@click.command()
@click.argument("sources", nargs=-1, required=True)
@with_publication
@with_mapping
@with_engine
@with_cluster
@with_workers
@with_theatre
@with_json
@click.option("--explain", is_flag=True, help="Show how each sentence was read: names, rules, voices, stance, and what was refused, why.")
@with_colour
def read(
    sources: tuple[str, ...],
    outlet: str,
    published: str,
    url: str,
    mapping: str | None,
    as_json: bool,
    *,
    scheduler: str | None,
    out: str | None,
    explain: bool,
    colour: bool | None,
    **given: Any,
) -> int:
    """Read SOURCES and print their claims; keep nothing.

    A source is a file (text, HTML, JSON Lines of reports), a folder, a URL, or - for standard input. With --json, one line a report in the
    field names of the gold: {"id", "claims", "tallies", "gaps"}; with --explain, "trace" beside them. With --mapping a source is a table whose rows
    are taken as they stand.

    With --engine dask our own rules read on a cluster: SOURCES (files, folders or patterns on a filesystem or object store; Parquet of reports
    in shards) are read by the workers of --scheduler, and --out gets Parquet that `heldby add --readings` takes in.
    """
    if check_cluster(given["engine"], scheduler, out) and scheduler and out:
        return read_there(sources, scheduler, out, (outlet, published, url), as_json, **{**given, "engine": None})
    from heldby.cli.explaining import WIDEST, Explanation, legend, show
    from heldby.cli.readings import reading_table, unheard_lines
    from heldby.desk import open_desk
    from heldby.errors import UsageError
    from heldby.flow.intake import Unheard, explainer, read_whole
    from heldby.flow.parallel import ONE, Workers
    from heldby.interchange import reading_line, trace_line
    from heldby.model.report import Gap, GapKind, Retraction

    if mapping and explain:
        raise UsageError("--explain", "shows how sentences are read; the rows of a table are taken as they stand")
    desk = open_desk(settings_from(**given))
    trace_of = explainer(desk) if explain else None
    announce(desk)
    partly = False
    workers = Workers.of(desk.settings) if trace_of is None else ONE
    shown = console(colour)
    if trace_of and not as_json:
        show(shown, legend())
    options, unheard = desk.gather_options(outlet, published, url), Unheard()
    items = rows_of(desk, sources, mapping, options) if mapping else read_whole(desk, sources, options, workers)
    with progress("reading") as step:
        for done, item in enumerate(items, start=1):
            if isinstance(item, Gap):
                partly = partly or item.kind is not GapKind.TURNED_AWAY
                say(f"gap ({item.kind}): {item.subject}: {item.cause}")
                continue
            if isinstance(item, Retraction):
                say(f"retraction of {item.url} by {item.outlet}: {item.reason}")
                continue
            unheard.count(desk.theatre, *item)
            partly = partly or (desk.engine is None and any(g.kind is GapKind.UNREADABLE for g in item[1].gaps))
            if as_json:
                trace = {"trace": trace_line(item[0], trace_of(item[0]), desk.rulebook)} if trace_of else {}
                line = json.dumps({**reading_line(*item), **trace}, ensure_ascii=True, separators=(", ", ": "))
                sys.stdout.buffer.write(line.encode() + b"\n")
            elif trace_of:
                show(shown, Explanation(*item, trace_of(item[0]), desk.rulebook, min(shown.width, WIDEST)).lines())
            else:
                shown.print(reading_table(*item))
            step(done)
    for line in unheard_lines(unheard, desk.theatre):
        say(line)
    return PARTLY if accounted(desk) or partly else 0


@click.command()
@click.argument("sources", nargs=-1, required=True)
@with_publication
@with_mapping
@click.option("--readings", is_flag=True, help="SOURCES are folders that `heldby read --engine dask --out` wrote; nothing is read again.")
@with_engine
@with_workers
@with_ledger
@with_json
def add(
    sources: tuple[str, ...], outlet: str, published: str, url: str, mapping: str | None, as_json: bool, *, readings: bool, **given: Any
) -> int:
    """Read SOURCES and keep them in the ledger, with what was read.

    A report met again changes nothing; another text at an outlet's address is an edit; what cannot be read is kept as a gap and named.
    With --mapping (a TOML file, or acled, ucdp-ged, viina-control, deepstate, control-runs, area-map) SOURCES are CSV tables or GeoJSON
    maps; rows are taken as they stand, nothing is read.
    """
    from heldby.cli.readings import unheard_lines
    from heldby.errors import UsageError
    from heldby.flow.cluster import add_results
    from heldby.flow.intake import add_sources
    from heldby.flow.parallel import Workers
    from heldby.ledger import where_in_words

    if readings and (mapping or outlet or published or url):
        raise UsageError("--readings", "takes in what was read as it is: no --mapping, --outlet, --published or --url")

    with desk_and_ledger(**given) as (desk, ledger), progress("adding") as step:
        announce(desk)
        options = desk.gather_options(outlet, published, url)
        if readings:
            intake = add_results(desk, ledger, sources, step)
        elif mapping:
            intake = _add_tables(desk, ledger, sources, mapping, options, step)
        else:
            intake = add_sources(desk, ledger, sources, options, step, workers=Workers.of(desk.settings))
        head = ledger.head()
    for gap in intake.gaps:
        say(f"gap ({gap.kind}): {gap.subject}: {gap.cause}")
    for line in unheard_lines(intake.unheard, desk.theatre):
        say(line)
    figures = {
        **{str(k): intake.outcomes[k] for k in sorted(intake.outcomes)},
        "claims": intake.claims,
        "tallies": intake.tallies,
        "gaps": intake.reading_gaps + len(intake.gaps),
        "retractions": intake.retractions,
        "content": intake.content_hash,
        "revision": head.number if head else 0,
    }
    if as_json:
        click.echo(json.dumps(figures, sort_keys=True))
    else:
        click.echo(", ".join(f"{v} {k}" for k, v in figures.items() if k not in ("content", "revision")))
        click.echo(f"ledger {where_in_words(desk.settings.ledger)} at revision {figures['revision']}, content {intake.content_hash[:16]}")
    return PARTLY if accounted(desk) or intake.partly else 0


def rows_of(desk: Desk, sources: tuple[str, ...], mapping: str, options: GatherOptions) -> Iterator[Read | Gap]:
    """The rows of tables, each with the claim it makes."""
    from heldby.flow.tabling import read_tables
    from heldby.gather.mapping import load_mapping

    return read_tables(desk, [Path(s) for s in sources], load_mapping(mapping), options)


def _add_tables(
    desk: Desk, ledger: Ledger, sources: tuple[str, ...], mapping: str, options: GatherOptions, step: Callable[[int], None]
) -> Intake:
    """Every table, one after the other; says what was not taken."""
    from heldby.flow.tabling import add_tables
    from heldby.gather.mapping import load_mapping

    done = add_tables(desk, ledger, [Path(s) for s in sources], load_mapping(mapping), options, step)
    say(f"{done.passed:,} rows say nothing of control, {done.repeated:,} nothing new")
    if done.amended:
        say(f"{done.amended:,} rows known before mean something else now, and were read again")
    return done.intake


@click.command()
@with_engine
@with_workers
@with_ledger
@with_json
def reread(as_json: bool, **given: Any) -> int:
    """Read every kept report again under today's rules, and show what changed.

    What was read of a report before is never replaced by nothing: with our own rules a report that cannot be read is named and stays as it was; with an
    engine the first one ends the command.
    """
    from heldby.cli.readings import difference_lines, difference_plain
    from heldby.flow.intake import reread as read_again
    from heldby.flow.parallel import Workers

    with desk_and_ledger(must_exist=True, **given) as (desk, ledger), progress("reading again") as step:
        announce(desk)
        done = read_again(desk.sterner(), ledger, step, workers=Workers.of(desk.settings))
        accounted(desk)
    for gap in done.failed:
        say(f"not read again, left as it was: {gap.subject}: {gap.cause}")
    if as_json:
        click.echo(json.dumps([difference_plain(d) for d in done.differences], sort_keys=True, ensure_ascii=False))
    else:
        for difference in done.differences:
            for line in difference_lines(difference):
                click.echo(line)
        click.echo(f"{len(done.differences)} of {done.reports} reports read differently")
    return PARTLY if done.failed else 0
