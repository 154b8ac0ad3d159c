"""read --engine dask, add --readings: reading on a cluster, and taking in what was read there."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from heldby.cli.options import PARTLY, progress, say, settings_from

DASK = "dask"


def with_cluster(command: Any) -> Any:
    """--scheduler, --out: only with --engine dask."""
    command = click.option("--out", metavar="FOLDER", help="With --engine dask: where readings go as Parquet (a folder, s3://..., ...).")(
        command
    )
    return click.option("--scheduler", metavar="ADDRESS", help="With --engine dask: the Dask scheduler, tcp://host:8786.")(command)


def check_cluster(engine: str | None, scheduler: str | None, out: str | None) -> bool:
    """Whether a cluster is to read. Raises UsageError where half of it is named."""
    from heldby.errors import UsageError

    if engine != DASK:
        if scheduler or out:
            raise UsageError("--scheduler" if scheduler else "--out", "is for reading on a cluster: --engine dask")
        return False
    if not scheduler or not out:
        raise UsageError("--engine dask", "needs --scheduler ADDRESS and --out FOLDER, which the workers see too")
    return True


def read_there(sources: tuple[str, ...], scheduler: str, out: str, about: tuple[str, str, str], as_json: bool, **given: Any) -> int:
    """Read on the cluster, and say what was read; exit code 3 where a shard is missing or a source or report could not be read."""
    from heldby.desk import open_desk
    from heldby.flow.cluster import read_on_cluster, recipe_for

    desk = open_desk(settings_from(**given))
    with progress("shards") as step:
        done = read_on_cluster(recipe_for(desk, out, *about), sources, scheduler, lambda n, _: step(n))
    for shard, cause in done.failed:
        say(f"not read: {shard}: {cause}")
    figures = {"shards_read": done.read, "shards_done_before": done.done_before, "shards_failed": len(done.failed), **asdict(done.figures)}
    if as_json:
        click.echo(json.dumps(figures, sort_keys=True))
    else:
        click.echo(", ".join(f"{v:,} {k.replace('_', ' ')}" for k, v in figures.items()))
        click.echo("run it again to go on" if done.failed else f"next: heldby add --readings {out}")
    return PARTLY if done.failed or done.figures.source_gaps or done.figures.unread else 0
