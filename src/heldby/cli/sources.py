"""sources: how every source of a ledger has done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from heldby.cli.asking import asked
from heldby.cli.options import console, say, with_clocks, with_json, with_ledger


@click.command()
@click.option("--plot", metavar="FILE", help="Draw the record too: .svg or .png.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV instead of tables, every figure, one line a source.")
@with_clocks
@with_ledger
@with_json
def sources(plot: str | None, *, as_csv: bool, as_json: bool, **given: Any) -> int:
    """How every source has done: outlets, parties, and voices by role and side.

    What each said and relayed, how much was borne out or contradicted once its own words are left out, how it fares in and against its own
    interest, by how long it was first or late, and the Admiralty letter these figures propose.
    """
    from heldby.errors import UsageError
    from heldby.flow.inquiry import Wanted
    from heldby.publish import sources_csv, sources_json, sources_png, sources_svg, sources_table

    if as_csv and as_json:
        raise UsageError("--csv", "not together with --json")
    path = Path(plot) if plot else None
    if path is not None and path.suffix not in (".svg", ".png"):
        raise UsageError("--plot", f"expected a name that ends in .svg or .png, not {plot!r}")
    with asked(**given) as a:
        edition = a.inquiry.edition(a.question, Wanted(records=True))
    if path is not None and path.suffix == ".svg":
        path.write_text(sources_svg(edition), encoding="utf-8")
    elif path is not None:
        path.write_bytes(sources_png(edition))
    if path is not None:
        say(f"wrote {path} (edition {edition.digest[:16]})")
    if as_json:
        click.echo(sources_json(edition))
    elif as_csv:
        click.echo(sources_csv(edition), nl=False)
    else:
        console().print(sources_table(edition))
    return 0
