"""map, brief and export: what leaves the house as files."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from heldby.cli.asking import asked, first_day, named, weekly
from heldby.cli.options import progress, say, with_clocks, with_json, with_ledger


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
@click.option("--out", metavar="FILE", default="timelapse.gif", show_default=True, help="Where to write (.gif).")
@click.option("--from", "start", metavar="DAY", help="The first day (default: the theatre's).")
@click.option("--every", type=click.IntRange(1, 366), default=7, show_default=True, help="Days between two pictures.")
@click.option("--roster", metavar="ID", help="The closed list to count over (default: the theatre's).")
@click.option("--palette", default="default", show_default=True, help="Colours: default, LWJ or ISW.")
@with_clocks
@with_ledger
@with_json
def timelapse(*, out: str, start: str | None, every: int, roster: str | None, palette: str, as_json: bool, **given: Any) -> int:
    """Draw a period as an animated GIF: the map of every so many days, up to the day asked about, as known at one time."""
    from dataclasses import replace

    from heldby.errors import UsageError
    from heldby.flow.publishing import full_edition, lapse_days
    from heldby.model.ident import digest
    from heldby.publish import timelapse_gif

    if not out.endswith(".gif"):
        raise UsageError("--out", f"expected a name that ends in .gif, not {out!r}")
    with asked(**given) as a, progress("drawing") as step:
        editions = []
        for day in lapse_days(first_day(start, a.question.as_of, a.inquiry.desk.theatre.since), a.question.as_of, every):
            editions.append(full_edition(a.inquiry, replace(a.question, as_of=day), roster=roster))
            step(len(editions))
    Path(out).write_bytes(timelapse_gif(editions, palette))
    _wrote(Path(out), digest([e.digest for e in editions]), as_json)
    return 0


@click.command()
@click.option("--out", metavar="FILE", default="brief.html", show_default=True, help="Where to write: .html, .md or .pdf.")
@click.option("--roster", metavar="ID", help="The closed list to count over (default: the theatre's).")
@click.option("--since", metavar="DAY", help="The period's first day: changes since then (default: a week).")
@click.option("--within", metavar="UNIT", help="Only the places of this area.")
@click.option("--boundaries", type=click.Path(exists=True, dir_okay=False), help="District outlines (see `heldby theatre boundaries`).")
@with_clocks
@with_ledger
@with_json
def brief(
    *, out: str, roster: str | None, since: str | None, within: str | None, boundaries: str | None, as_json: bool, **given: Any
) -> int:
    """Write a brief, as one HTML page, Markdown or PDF: what changed, tallies with intervals, disputes with every voice, the map before and
    after, the sentences it all rests on, and how their sources have done."""
    from heldby.errors import UsageError
    from heldby.flow.publishing import eve_of, full_edition
    from heldby.publish import brief_html, brief_markdown, brief_pdf

    path = Path(out)
    if path.suffix not in (".html", ".md", ".pdf"):
        raise UsageError("--out", f"expected a name that ends in .html, .md or .pdf, not {out!r}")
    with asked(**given) as a:
        first = first_day(since, a.question.as_of, a.question.as_of - timedelta(days=7))
        days = weekly(a.question.as_of - timedelta(days=14 * 7), a.question.as_of)
        area = named(a, within) if within else ""
        edition = full_edition(
            a.inquiry,
            a.question,
            roster=roster,
            since=first,
            tally_days=days,
            boundaries=boundaries,
            records=True,
            within=area,
            archived=True,
        )
        before = eve_of(edition, a.inquiry, boundaries=boundaries)
    if path.suffix == ".pdf":
        path.write_bytes(brief_pdf(edition, before))
    else:
        text = brief_html(edition, before) if path.suffix == ".html" else brief_markdown(edition, before)
        path.write_bytes(text.encode("utf-8", "replace"))
    _wrote(path, edition.digest, as_json)
    return 0


@click.command()
@click.option("--out", metavar="FILE", required=True, help="Where to write; its ending says the format, where --format does not.")
@click.option("--format", "name", metavar="NAME", help="csv, geojson, gpkg, parquet, kml, acled, prov, stix or xlsx.")
@click.option("--kind", "kinds", multiple=True, metavar="KIND", help="Only units of this kind (may be given again).")
@click.option(
    "--holder",
    "holders",
    multiple=True,
    metavar="SIDE",
    help="Only units held by this side, or 'contested', 'unknown' (may be given again).",
)
@click.option("--support", "supports", multiple=True, metavar="WORD", help="Only statuses with this support (may be given again).")
@click.option("--within", metavar="UNIT", help="Only units of this area.")
@click.option("--probability", type=float, default=0.0, metavar="P", help="Only statuses at least this probable, 0 to 1.")
@click.option("--roster", metavar="ID", help="The closed list to count over (default: the theatre's).")
@click.option("--since", metavar="DAY", help="Changes since this day (default: the theatre's beginning).")
@click.option("--boundaries", type=click.Path(exists=True, dir_okay=False), help="District outlines (see `heldby theatre boundaries`).")
@with_clocks
@with_ledger
@with_json
def export(
    *,
    out: str,
    name: str | None,
    kinds: tuple[str, ...],
    holders: tuple[str, ...],
    supports: tuple[str, ...],
    within: str | None,
    probability: float,
    roster: str | None,
    since: str | None,
    boundaries: str | None,
    as_json: bool,
    **given: Any,
) -> int:
    """Write statuses (and changes) for other tools: CSV with HXL, GeoJSON, GeoPackage, GeoParquet, KML, ACLED's columns, PROV, STIX, Excel."""
    from heldby.flow.exporting import format_named, format_of, selection_of
    from heldby.publish.exports import Filter

    chosen = format_named(name) if name else format_of(out)
    with asked(**given) as a:
        first = first_day(since, a.question.as_of, a.inquiry.desk.theatre.since)
        wanted = Filter(kinds, holders, supports, named(a, within) if within else "", probability)
        selection = selection_of(a.inquiry, a.question, wanted, roster=roster, since=first, boundaries=boundaries)
    path = Path(out)
    path.write_bytes(chosen.write(selection))
    _wrote(path, selection.edition.digest, as_json)
    return 0


def _wrote(path: Path, digest: str, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({"file": str(path), "edition": digest}, sort_keys=True))
    else:
        say(f"wrote {path} (edition {digest[:16]})")
