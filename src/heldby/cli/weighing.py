"""weigh: who held what, learned from anyone's table of claims."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from heldby.cli.options import say, with_json


@contextmanager
def counting() -> Iterator[Callable[[str, int], None]]:
    """What goes on and how far, on one line of standard error; silent where that is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _, __: None
        return
    from rich.console import Console

    with Console(stderr=True).status("") as shown:
        yield lambda what, n: shown.update(f"{what} {n:,}" if n else what)


def tell_more(s: dict[str, Any]) -> None:
    """What a summary says of an earlier fit and of neighbours."""
    if "added" in s:
        say(
            f"{s['added']:,} new claims on an earlier fit of {s['fitted_on']:,}: parameters are as fitted then; weigh all claims again to learn from the new"
        )
    if "neighbours" in s:
        found = s["neighbours"]
        gain = f"{found['gain']:+.4f} ± {found['error']:.4f} a word with a source left out, {found['beyond']:+.4f} ± {found['beyond_error']:.4f} of it theirs"
        say(f"neighbours: weight {found['weight']:g} each ({gain})" if found["weight"] else f"neighbours do not help here ({gain})")


@click.command()
@click.argument("claims", type=click.Path(path_type=Path))
@click.option("--from", "first", metavar="DAY", required=True, help="First day of the output, YYYY-MM-DD.")
@click.option("--to", "last", metavar="DAY", required=True, help="Last day of the output, included.")
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="POSTERIOR.npz, or .parquet: every unit and day."
)
@click.option(
    "--knots",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="KNOTS.npz: the model and its claims, to be filled later.",
)
@click.option(
    "--onto",
    metavar="KNOTS",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="CLAIMS are new: weigh the units they touch, on an earlier fit.",
)
@click.option("--causal", is_flag=True, help="Each day from what was known at its end, parameters too.")
@click.option("--known-by", metavar="DAY", help="Only claims known by the end of that day.")
@click.option("--units", metavar="FILE", type=click.Path(path_type=Path), help="Put out only the units listed, one a line.")
@click.option(
    "--renew",
    metavar="DAYS",
    type=click.IntRange(1),
    default=30,
    show_default=True,
    help="With --causal: how often parameters are renewed.",
)
@click.option(
    "--sources", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Write what was learned of each source, as CSV."
)
@click.option(
    "--near", metavar="FILE", type=click.Path(path_type=Path), help="Places (unit, lat, lon): borrow from neighbours if that helps."
)
@click.option("--plots", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), help="Draw the sources' reliability matrices.")
@with_json
def weigh(claims: Path, first: str, last: str, *, as_json: bool, **given: Any) -> None:
    """Weigh a table of claims (CSV or Parquet) into a posterior for every unit and day.

    Columns: unit, date, known, source, kind (map, media, local, official, belligerent), side (of a belligerent), relation (captured, retook,
    controls, lost, repelled, withdrew, contests, besieges, attacked, siege_lifted), holder, stance (asserted, denied), echo_of (the source relayed).
    The output holds units, dates, states (the holders and contested), p [units, days, states] summing to one, and support [units, days].
    --sources writes the sources' reliability matrices, rates, repeats, copies and leads, as of --known-by (docs/model.md).
    --near takes a unit's six nearest into account, by as much as leaving one source out at a time shows to help, which may be nothing.
    --knots keeps the fitted model with its claims in one small file; given that file in place of CLAIMS, any units and days are filled from it.
    --onto KNOTS adds CLAIMS to those of an earlier run: the output holds the units they touch, and only those are read again. What the earlier fit says of
    sources and changes stays as it is; a source or holder it does not know is an error. With --knots, all claims are kept for the next time.
    """
    from heldby.clock import parse_day
    from heldby.errors import UsageError
    from heldby.flow.diagnosing import write_plots
    from heldby.flow.posteriors import check_target, write_posterior
    from heldby.flow.weighing import Order, from_knots, onto_knots, read_claims, weigh_claims, write_knots, write_sources

    out, knots, table, plots = given["out"], given["knots"], given["sources"], given["plots"]
    if not any((out, knots, table, plots)):
        raise UsageError("weigh", "nothing to write: give --out, --knots, --sources or --plots")
    if out is not None:
        check_target(out)
    order = Order(
        parse_day(first, "--from"),
        parse_day(last, "--to"),
        causal=given["causal"],
        known_by=parse_day(given["known_by"], "--known-by") if given["known_by"] else None,
        units=given["units"],
        near=given["near"],
        renew=given["renew"],
        sources=given["sources"] is not None or given["plots"] is not None,
    )
    with counting() as step:
        stored = claims.suffix.lower() == ".npz"
        if stored and knots:
            raise UsageError("--knots", "these are knots already")
        if stored and given["onto"]:
            raise UsageError("--onto", f"{claims} is knots, not new claims")
        if stored:
            result = from_knots(claims, order)
        else:
            read = read_claims(claims, step)
            result = onto_knots(given["onto"], read, claims.name, order) if given["onto"] else weigh_claims(read, order, step)
        if knots:
            step("writing knots", 0)
            write_knots(result.everything, knots)
        if out:
            write_posterior(result.axes, result.blocks(step), out)
        if table:
            step("the sources", 0)
            write_sources(result.sources(), table)
        drawn = write_plots(result, plots) if plots else []
    axes = result.axes
    if as_json:
        written = {"out": str(out) if out else None, "knots": str(knots) if knots else None}
        click.echo(json.dumps(result.summary | written | {"days": len(axes.dates), "states": list(axes.states)}, sort_keys=True))
        return
    s = result.summary
    say(
        f"{s['claims']:,} claims on {s['units']:,} units; {s['echoes']:,} echoes of a claim already there; {s['set_aside']:,} say nothing of who holds"
    )
    tell_more(s)
    for path in drawn:
        click.echo(str(path))
    if knots:
        click.echo(f"{knots}: {len(axes.units):,} units, {axes.dates[0]} to {axes.dates[-1]} and wherever a claim lies beyond")
    if out:
        click.echo(f"{out}: {len(axes.units):,} units x {len(axes.dates):,} days x {', '.join(axes.states)}")
