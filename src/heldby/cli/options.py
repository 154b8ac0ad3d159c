"""What the commands share: options, settings, progress, and how results are shown."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from rich.console import Console

    from heldby.desk import Desk
    from heldby.ledger import Ledger
    from heldby.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])
PARTLY = 3


def with_theatre(command: F) -> F:
    """--theatre, --theatres."""
    command = click.option("--theatres", metavar="DIR", help="A folder of your own theatres, looked into first.")(command)
    return click.option("--theatre", metavar="NAME", help="Which conflict (see `heldby theatre list`).")(command)


def with_ledger(command: F) -> F:
    """--ledger beside the theatre's options."""
    return click.option("--ledger", metavar="FILE|ADDRESS", help="The ledger: a file (default: heldby.db), or postgresql://...")(
        with_theatre(command)
    )


def with_json(command: F) -> F:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of tables.")(command)


def with_colour(command: F) -> F:
    """--colour/--no-colour."""
    return click.option("--colour/--no-colour", default=None, help="Colour or none; as the terminal is, and NO_COLOR says, if not given.")(
        command
    )


def coloured(wish: bool | None, environment: Mapping[str, str], terminal: bool) -> bool:
    """Whether to write in colour: as asked for; else never where NO_COLOR is set to anything or the terminal is dumb, and only on a terminal."""
    if wish is not None:
        return wish
    return terminal and not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def with_clocks(command: F) -> F:
    """--as-of, --known-by, --at-revision."""
    command = click.option("--at-revision", type=int, metavar="N", help="As the ledger stood at entry N of its log.")(command)
    command = click.option(
        "--known-by", metavar="TIME", help="Only what was published by then: a day (its end) or YYYY-MM-DDTHH:MM, theatre's time."
    )(command)
    return click.option("--as-of", metavar="DAY", help="The day asked about, YYYY-MM-DD (its end, theatre's time).")(command)


def settings_from(**given: Any) -> Settings:
    """Settings of the current folder, the environment and the options given."""
    from heldby.settings import load_settings

    return load_settings(Path.cwd(), os.environ, **given)


@contextmanager
def desk_and_ledger(must_exist: bool = False, **given: Any) -> Iterator[tuple[Desk, Ledger]]:
    """The parts and the open ledger for one command. With `must_exist`, a ledger that is not there is a usage error, not a new file."""
    from heldby.desk import open_desk, open_ledger_at
    from heldby.errors import UsageError
    from heldby.ledger import ledger_exists, where_in_words
    from heldby.settings import require_theatre
    from heldby.theatres import known_theatres

    settings = settings_from(**given)
    if settings.theatre:
        require_theatre(settings.theatre, known_theatres(settings.theatres))
    if must_exist and not ledger_exists(settings.ledger):
        where = where_in_words(settings.ledger)
        raise UsageError("--ledger", f"there is no ledger at {where}; `heldby add` makes one, `heldby demo` makes an example")
    ledger, settings = open_ledger_at(settings)
    try:
        yield open_desk(settings), ledger
    finally:
        ledger.close()


def console(wish: bool | None = None) -> Console:
    """Standard output as a rich console; plain text when it is no terminal, in colour or not as `wish` says."""
    from rich.console import Console

    terminal = sys.stdout.isatty()
    colour = coloured(wish, os.environ, terminal)
    width = None if terminal else 120
    return Console(highlight=False, soft_wrap=False, width=width, no_color=not colour, force_terminal=True if colour else None)


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A bar on standard error while `what` goes on; silent where that is no terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


def say(text: str) -> None:
    """One line for people on standard error, out of the way of results."""
    click.echo(printable(text), err=True)


def printable(text: str) -> str:
    """`text` without control characters, which a terminal would obey."""
    return "".join(c if c.isprintable() else " " if c.isspace() else "\ufffd" for c in text)
