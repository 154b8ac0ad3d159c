"""score: how well heldby reads, against annotated reports."""

from __future__ import annotations

import json

import click

from heldby.cli.intake import accounted, announce, with_engine
from heldby.cli.options import PARTLY, console, progress, settings_from, with_json, with_theatre


@click.command()
@click.argument("gold", type=click.Path(exists=True, dir_okay=False))
@with_engine
@with_theatre
@with_json
def score(gold: str, as_json: bool, **given: str | None) -> int:
    """Read the reports of GOLD (JSON Lines, annotated) and score what was read against the annotation.

    Documents whose id is set aside (a fifth, by the hash of the id) are scored apart.
    """
    from heldby.desk import open_desk
    from heldby.flow.scoring import score_gold

    desk = open_desk(settings_from(**given))
    announce(desk)
    with progress("reading the gold") as step:
        result = score_gold(desk, gold, step)
    code = PARTLY if accounted(desk) else 0
    if as_json:
        click.echo(json.dumps(result, sort_keys=True))
        return code
    from rich.table import Table

    for part, table in result.items():
        shown = Table(title=f"{part} ({table.pop('documents')} documents)", title_justify="left", box=None, pad_edge=False)
        shown.add_column("measure")
        shown.add_column("figures")
        for name, figures in table.items():
            shown.add_row(name, "  ".join(f"{k} {v}" for k, v in figures.items()))
        console().print(shown)
    return code
