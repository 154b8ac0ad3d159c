"""team add | roles | audit."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

import click

from heldby.cli.options import say, with_json

FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
ROLES = ("viewer", "reviewer", "editor", "admin")


@click.group()
def team() -> None:
    """Several people on one server: who may come in (`heldby serve --team FILE`), as what, and what they did."""


@team.command("add")
@FILE
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="viewer", show_default=True)
@click.option("--origin", metavar="ADDRESS", help="For a new FILE: the address under which members reach the server, https://...")
def add(file: Path, name: str, role: str, origin: str | None) -> int:
    """Let NAME in: writes the entry to FILE, prints the key once. FILE keeps the key's SHA-256 alone; to put somebody out, delete the entry."""
    from heldby.errors import UsageError
    from heldby.team import Role, load_team
    from heldby.team.members import NAME, member_entry, parse_team

    if not NAME.fullmatch(name):
        raise UsageError(f"name {name!r}", "needs small letters, digits and . _ @ -")
    if file.is_file():
        if origin:
            raise UsageError("--origin", f"{file} has one already")
        if load_team(file).named(name):
            raise UsageError(f"name {name!r}", f"is in {file} already")
        before = file.read_text(encoding="utf-8").rstrip("\n") + "\n"
    elif origin:
        before = f'[team]\norigin = "{origin}"\n'
    else:
        raise UsageError("--origin", f"{file} is not there yet; a new one needs the address of the server")
    key = secrets.token_urlsafe(32)
    text = before + member_entry(name, Role(role), key)
    parse_team(text, str(file), file.parent)
    new = file.with_name(f".{file.name}.new")
    new.touch(mode=0o600)
    new.write_text(text, encoding="utf-8")
    os.replace(new, file)
    say(f"{name} is a {role} now. The key below is shown this once; hand it over on a safe way.")
    click.echo(key)
    return 0


@team.command("roles")
@with_json
def roles(as_json: bool) -> int:
    """Which role may ask for which route and decide which act."""
    from heldby.team import load_permits

    permits = load_permits()
    rows = [{"least": str(r.least or "anyone"), "method": r.method, "path": r.path} for r in permits.rules]
    if as_json:
        click.echo(json.dumps({"routes": rows, "acts": {a: str(r) for a, r in permits.acts.items()}}, sort_keys=True))
        return 0
    for name in ("anyone", *ROLES):
        click.echo(f"{name}{'' if name in ('anyone', 'viewer') else ' (and all above)'}")
        for row in rows:
            if row["least"] == name:
                click.echo(f"  {row['method']:<5} {row['path']}")
        acts = [a for a, r in permits.acts.items() if r == name]
        if acts:
            click.echo(f"  acts  {', '.join(acts)}")
    return 0


@team.command("audit")
@click.argument("journal", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--checkpoint", metavar="N:HASH", help="Number and hash of an entry that was noted elsewhere: the journal must still have it."
)
@with_json
def audit(journal: Path, checkpoint: str | None, as_json: bool) -> int:
    """Check the chain of JOURNAL and print its entries. Ends with 1 where anything is not as it was set down."""
    from heldby.errors import UsageError
    from heldby.team import check_journal, read_journal

    point = None
    if checkpoint:
        number, _, value = checkpoint.partition(":")
        if not number.isdigit() or len(value) != 64:
            raise UsageError("--checkpoint", "expected N:HASH, as this command prints it at its end")
        point = {"n": int(number), "hash": value}
    flaws = check_journal(journal, point)
    entries = [] if any("is no entry" in f for f in flaws) else list(read_journal(journal))
    if as_json:
        click.echo(json.dumps({"entries": entries, "flaws": flaws}, sort_keys=True))
    else:
        for e in entries:
            status = f" {e['status']}" if e["status"] else ""
            said = f": {e['detail']}" if e["detail"] else ""
            click.echo(
                f"{e['n']:>6} {e['at']} {e['member'] or '-'} ({e['role'] or '-'}) {e['act']} {e['method']} {e['path']}{status}{said}"
            )
    for flaw in flaws:
        say(f"{journal}: {flaw}")
    if entries and not flaws:
        say(f"{len(entries)} entries, the chain holds; keep this elsewhere: {entries[-1]['n']}:{entries[-1]['hash']}")
    return 1 if flaws else 0
