"""rules: the rulebook and its examples."""

from __future__ import annotations

import click

from heldby.cli.options import settings_from, with_theatre


@click.group()
def rules() -> None:
    """The rules that read: TOML an analyst can edit, with examples inside that are tests."""


@rules.command("check")
@with_theatre
def check(**given: str | None) -> int:
    """Run every example inside every frame and beside the cues, and show those that read otherwise than they should.

    The examples of dates and tallies are run by the tests.
    """
    from heldby.desk import open_desk
    from heldby.read.examples import check_examples

    desk = open_desk(settings_from(**given))
    failures = check_examples(desk.rulebook, desk.theatre.lexicon)
    for failure in failures:
        click.echo(f"{failure.rule}: “{failure.text}”\n  expected  {list(failure.expected)}\n  read      {list(failure.read)}")
    examples = sum(len(f.examples) for f in desk.rulebook.frames) + len(desk.rulebook.examples)
    click.echo(f"{len(desk.rulebook.frames)} frames, {examples} examples, {len(failures)} read otherwise")
    return 1 if failures else 0
