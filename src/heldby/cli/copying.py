"""copies: which reports were made of one another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from heldby.cli.options import desk_and_ledger, printable, with_json, with_ledger

if TYPE_CHECKING:
    from heldby.flow.copying import Copied


@click.command()
@with_ledger
@with_json
def copies(as_json: bool, **given: Any) -> int:
    """Show which reports of the ledger were made of one another: cut, enlarged, reordered, retouched or taken into a roundup.

    Each cluster is in the order its reports became known; the share is of the shorter text's sentences, the same to the word or retouched, that
    stand in the report named. Weighing asks the same of two reports whose claims agree: a copy adds no origin, however it was
    retouched, unless it cites a speaker by a name that the other does not have.
    """
    from heldby.flow.copying import clusters

    with desk_and_ledger(must_exist=True, **given) as (_, ledger):
        view = ledger.view()
        found = clusters(view)
        total = len(view.reports())
    if as_json:
        click.echo(json.dumps([[_plain(c) for c in cluster] for cluster in found], ensure_ascii=False, sort_keys=True))
        return 0
    for number, cluster in enumerate(found, start=1):
        click.echo(f"cluster {number}, {len(cluster)} reports")
        names = {c.report.id: place for place, c in enumerate(cluster, start=1)}
        for place, copied in enumerate(cluster, start=1):
            click.echo(printable(f"  {place}. {_line(copied, names)}"))
    copied_count = sum(len(cluster) - 1 for cluster in found)
    click.echo(f"{len(found)} cluster{'s' * (len(found) != 1)}: {copied_count} of {total} reports are copies of another")
    return 0


def _line(copied: Copied, names: dict[str, int]) -> str:
    report = copied.report
    when = report.published.text if report.published else "undated"
    told = f": {copied.share:.0%} of its sentences or of number {names[copied.of]}'s ({copied.sentences})" if copied.of else ""
    title = " ".join((report.title or report.text).split())
    return f"{report.outlet or 'unnamed outlet'}, {when}, “{title[:60]}{'…' if len(title) > 60 else ''}”{told}"


def _plain(copied: Copied) -> dict[str, Any]:
    report = copied.report
    return {
        "report": report.id,
        "outlet": report.outlet,
        "url": report.url,
        "published": report.published.text if report.published else None,
        "copy_of": copied.of,
        "share": copied.share,
        "sentences": copied.sentences,
    }
