"""map and brief: what leaves the house as files."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from heldby.cli.asking import asked, first_day, weekly
from heldby.cli.options import say, with_clocks, with_json, with_ledger


@click.command("map")
@click.option("--out", metavar="FILE", default="map.svg", show_default=True, help="Where to write: .svg or .png.")
@click.option("--roster", metavar="ID", help="The districts to draw (default: the theatre's roster).")
@click.option("--since", metavar="DAY", help="List the changes since this day (default: a week).")
@click.option("--palette", default="default", show_default=True, help="Colours: default, LWJ or ISW.")
@click.option("--labels", type=click.Choice(["en", "fa", "ps"]), default="en", show_default=True, help="Language of the place names.")
@click.option("--boundaries", type=click.Path(exists=True, dir_okay=False), help="District outlines (see `heldby theatre boundaries`).")
@with_clocks
@with_ledger
@with_json
def map_(
    *, out: str, roster: str | None, since: str | None, palette: str, labels: str, boundaries: str | None, as_json: bool, **given: Any
) -> int:
    """Draw who holds what, as SVG or PNG, with everything a reader needs to judge it inside the picture."""
    from heldby.errors import UsageError
    from heldby.flow.publishing import full_edition
    from heldby.publish import MapOptions, map_png, map_svg

    path = Path(out)
    if path.suffix not in (".svg", ".png"):
        raise UsageError("--out", f"expected a name that ends in .svg or .png, not {out!r}")
    with asked(**given) as a:
        first = first_day(since, a.question.as_of, a.question.as_of - timedelta(days=7))
        edition = full_edition(a.inquiry, a.question, roster=roster, since=first, boundaries=boundaries)
    options = MapOptions(palette=palette, labels=labels)
    if path.suffix == ".svg":
        path.write_text(map_svg(edition, options), encoding="utf-8")
    else:
        path.write_bytes(map_png(edition, options))
    _wrote(path, edition.digest, as_json)
    return 0


@click.command()
@click.option("--out", metavar="FILE", default="brief.html", show_default=True, help="Where to write the page.")
@click.option("--roster", metavar="ID", help="The closed list to count over (default: the theatre's).")
@click.option("--since", metavar="DAY", help="Changes since this day (default: a week).")
@click.option("--boundaries", type=click.Path(exists=True, dir_okay=False), help="District outlines (see `heldby theatre boundaries`).")
@with_clocks
@with_ledger
@with_json
def brief(out: str, roster: str | None, since: str | None, boundaries: str | None, as_json: bool, **given: Any) -> int:
    """Write one HTML page: what changed, tallies with intervals, disputes with every voice, the map, and the sentences it all rests on."""
    from heldby.flow.publishing import full_edition
    from heldby.publish import brief_html

    with asked(**given) as a:
        first = first_day(since, a.question.as_of, a.question.as_of - timedelta(days=7))
        days = weekly(a.question.as_of - timedelta(days=14 * 7), a.question.as_of)
        edition = full_edition(a.inquiry, a.question, roster=roster, since=first, tally_days=days, boundaries=boundaries)
    path = Path(out)
    path.write_text(brief_html(edition), encoding="utf-8")
    _wrote(path, edition.digest, as_json)
    return 0


def _wrote(path: Path, digest: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"file": str(path), "edition": digest}, sort_keys=True))
    else:
        say(f"wrote {path} (edition {digest[:16]})")
