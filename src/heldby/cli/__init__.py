"""The command line: one short function a command, and nothing decided here.

Exit codes: 0 done, 1 failed, 2 the call itself was off, 3 partly done (something could not be read; it is kept as a gap and named).
"""

from __future__ import annotations

import sys

import click

from heldby.cli.alerts import alerts
from heldby.cli.asking import changes, gaps, status, tally, why
from heldby.cli.copying import copies
from heldby.cli.demo import demo
from heldby.cli.editions import edition
from heldby.cli.intake import add, read, reread
from heldby.cli.keeping import backup, checkpoint, doctor, erase, restore, verify
from heldby.cli.options import say
from heldby.cli.publishing import brief, export, map_, timelapse
from heldby.cli.reviewing import review
from heldby.cli.rules import rules
from heldby.cli.scoring import score
from heldby.cli.serving import serve
from heldby.cli.sources import sources
from heldby.cli.team import team
from heldby.cli.theatres import theatre
from heldby.cli.watching import watch
from heldby.cli.weighing import weigh
from heldby.errors import HeldbyError

COMMANDS: tuple[click.Command, ...] = (
    demo, read, add, status, why, tally, changes, sources, gaps, copies, map_, timelapse, brief, export, edition, alerts, watch,
    serve, team, review, reread, verify, checkpoint, backup, restore, erase, doctor, theatre, rules, score, weigh,
)  # fmt: skip


class OrderedGroup(click.Group):
    """Lists its commands in the order a user meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


@click.group(cls=OrderedGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="heldby", prog_name="heldby")
def cli() -> None:
    """Who holds it, since when, and according to whom.

    heldby reads reports on an armed conflict, takes out who says that which side took, holds, lost or retook which place, weighs it, and answers
    with a dated status that leads back to every sentence.
    """


for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """Run the command line. Errors that heldby can explain become one message on standard error and an exit code."""
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        sys.exit(1)
    except click.ClickException as e:
        e.show()
        sys.exit(2)
    except HeldbyError as e:
        for line in f"heldby: {e}".splitlines():
            say(line)
        sys.exit(e.exit_code)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone: nothing left to say
        sys.exit(1)
    except OSError as e:  # a folder where a file should be written, a full disk, no permission
        say(f"heldby: {e.filename or 'a file'}: {e.strerror or e}")
        sys.exit(1)
    sys.exit(code if isinstance(code, int) else 0)
