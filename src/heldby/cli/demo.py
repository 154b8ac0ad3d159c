"""demo: the main job on the bundled dispatches."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from heldby.cli.options import console, progress, say, with_json

if TYPE_CHECKING:
    from heldby.flow.demo import Demo


@click.command()
@click.option("--out", metavar="DIR", default="demo-out", show_default=True, help="Where the ledger, the map and the brief go.")
@with_json
def demo(out: str, as_json: bool) -> int:
    """Read the bundled dispatches (Afghanistan, summer of 2021, reconstructed) and show what comes of them."""
    from heldby.cli.serving import call_for
    from heldby.flow.demo import dispatch_count, run_demo
    from heldby.flow.parallel import Workers
    from heldby.publish import write_edition
    from heldby.settings import Settings

    folder = Path(out)
    say("Dispatches of May to August 2021 in Afghanistan: reconstructions of public events, by invented outlets.")
    with progress("reading", dispatch_count()) as step:
        found = run_demo(folder, step, say, Workers.of(Settings()))
    paths = write_edition(found.brief, folder)
    if as_json:
        click.echo(json.dumps(_plain(found, paths), sort_keys=True, ensure_ascii=False))
        return 0
    _show(found)
    click.echo("")
    for path in paths:
        click.echo(f"  {path}")
    ledger = folder / "demo.db"
    click.echo(f"\nNext: heldby why 'Spin Boldak crossing' --as-of 2021-07-14 --ledger {ledger}")
    click.echo(f"Or in a browser: {call_for(folder)}")
    return 0


def _show(found: Demo) -> None:
    from rich.table import Table

    from heldby.publish import clocks_table, plain_when, spells_table, tallies_table

    out = console()
    i = found.intake
    out.print(
        f"\n[bold]Read[/]  {sum(i.outcomes.values())} dispatches: {i.claims} claims, {i.tallies} published tallies, "
        f"{i.reading_gaps + len(i.gaps)} gaps, {i.retractions} retraction\n"
    )
    out.print(tallies_table(found.weekly))
    out.print(clocks_table(found.crossings))
    out.print(spells_table(found.changed_often))
    table = Table(title="Provincial capitals: the day they fell, against the truth table", title_justify="left", box=None, pad_edge=False)
    for name in ("capital", "heldby", "truth", "days off"):
        table.add_column(name, justify="right" if name == "days off" else "left")
    for c in found.capitals:
        ours = plain_when(c.ours) if c.ours else "no evidence"
        table.add_row(c.name, ours, plain_when(c.truth), "-" if c.error is None else f"{c.error:+d}" if c.error else "0")
    out.print(table)
    known = [abs(c.error) for c in found.capitals if c.error is not None]
    exact = sum(e == 0 for e in known)
    out.print(f"{exact} of {len(found.capitals)} on the day, {len(known) - exact} off by {max(known, default=0)} days at most, "
              f"{len(found.capitals) - len(known)} without evidence\n")  # fmt: skip
    out.print(f"[bold]Coverage[/]  {found.covered} of {found.units} districts have evidence; the rest are unknown, whatever was true")


def _plain(found: Demo, paths: Sequence[Path]) -> dict[str, Any]:
    """The demo's figures, with the same documents that the single commands give."""
    from heldby.publish import changes_json, statuses_json, tallies_json

    return {
        "read": {"reports": sum(found.intake.outcomes.values()), "claims": found.intake.claims, "tallies": found.intake.tallies},
        "weekly": json.loads(tallies_json(found.weekly)),
        "crossings": {label: json.loads(statuses_json(edition)) for label, edition in found.crossings},
        "changed_often": json.loads(changes_json(found.changed_often)),
        "capitals": [asdict(c) for c in found.capitals],
        "coverage": {"covered": found.covered, "units": found.units},
        "files": [str(p) for p in paths],
    }
