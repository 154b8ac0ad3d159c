"""edition: freeze what the ledger says into a citable folder, and check such a folder."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from heldby.cli.asking import asked, first_day, weekly
from heldby.cli.options import say, settings_from, with_clocks, with_json, with_ledger

if TYPE_CHECKING:
    from heldby.model.theatre import Theatre


@click.group()
def edition() -> None:
    """Citable folders: an edition with its data, roster, versions, citation and sums."""


@edition.command()
@click.argument("folder", type=click.Path())
@click.option("--roster", metavar="ID", help="The closed list to count over (default: the theatre's).")
@click.option("--since", metavar="DAY", help="Changes, spells and weekly tallies since this day (default: the theatre's beginning).")
@click.option("--boundaries", type=click.Path(exists=True, dir_okay=False), help="District outlines (see `heldby theatre boundaries`).")
@click.option("--title", default="", help="What it is to be called.")
@click.option(
    "--author", "authors", multiple=True, metavar="NAME", help="Whom to cite (may be given again; default: the setting `author`)."
)
@click.option(
    "--copies",
    is_flag=True,
    help="Carry the archived copies of what is quoted, as they came, where the release lets them out (else their hashes alone).",
)
@click.option("--license", "licence", default="", metavar="ID", help="The licence you give it, as SPDX names it.")
@with_clocks
@with_ledger
@with_json
def freeze(
    *,
    folder: str,
    roster: str | None,
    since: str | None,
    boundaries: str | None,
    title: str,
    authors: tuple[str, ...],
    licence: str,
    copies: bool,
    as_json: bool,
    **given: Any,
) -> int:
    """Write FOLDER, which must be new: all that the ledger says at these clocks, as a thing to cite. Same inputs, same bytes."""
    from heldby.flow.freezing import copies_in, frozen_files, view_of, write_frozen
    from heldby.flow.publishing import eve_of, full_edition
    from heldby.publish.citing import SUMS

    with asked(**given) as a:
        desk = a.inquiry.desk
        first = first_day(since, a.question.as_of, desk.theatre.since)
        days = weekly(first, a.question.as_of)
        made = full_edition(
            a.inquiry,
            a.question,
            roster=roster,
            since=first,
            tally_days=days,
            boundaries=boundaries,
            title=title,
            records=True,
            paragraphs=True,
            archived=True,
        )
        before = eve_of(made, a.inquiry, boundaries=boundaries)
        by, view = authors or (desk.settings.author,), view_of(a.inquiry, made)
        kept = copies_in(made, a.inquiry.archive) if copies else {}
        files = frozen_files(made, desk, authors=by, before=before, licence=licence, view=view, copies=kept)
    write_frozen(files, Path(folder))
    from hashlib import sha256

    sums = sha256(files[SUMS]).hexdigest()
    if as_json:
        click.echo(json.dumps({"folder": folder, "edition": made.digest, "sums": sums, "files": sorted(files)}, sort_keys=True))
    else:
        say(f"wrote {folder}: {len(files)} files")
        say(f"edition {made.digest}")
        say(f"{SUMS} {sums}")
    return 0


@edition.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False))
@click.option("--digest", "cited", default="", metavar="HEX", help="The digest you were given: of the edition, or of SHA256SUMS.")
@click.option("--theatres", metavar="DIR", help="A folder of your own theatres, looked into first.")
@with_json
def check(folder: str, cited: str, theatres: str | None, as_json: bool) -> int:
    """Say whether FOLDER is what was frozen, and name every file that differs."""
    from heldby.errors import HeldbyError, UsageError
    from heldby.flow.freezing import check_frozen, frozen_theatre
    from heldby.theatres import load_theatre

    own = settings_from(theatres=theatres).theatres

    def theatre_of(name: str) -> Theatre | None:
        try:
            return frozen_theatre(Path(folder), own)
        except HeldbyError:  # neither as it was nor carried: what is here says how it differs
            try:
                return load_theatre(name, own)
            except UsageError:
                return None

    found = check_frozen(Path(folder), theatre_of, cited)
    if as_json:
        click.echo(json.dumps(asdict(found), sort_keys=True))
    else:
        for difference in found.differences:
            click.echo(f"{difference.name}: {difference.how}")
        if not found.differences:
            click.echo(f"{folder} is as it was frozen: {found.files} files, edition {found.edition}, SHA256SUMS {found.sums}")
            if found.older:
                click.echo(
                    f"frozen by heldby {found.older}, with fewer columns than now: its tables have their sums, and were not made again to compare"
                )
    return 1 if found.differences else 0
