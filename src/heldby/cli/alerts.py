"""alerts: rules over what changed since the last run, sent where the user says."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from heldby.cli.asking import asked, first_day
from heldby.cli.options import PARTLY, say, with_clocks, with_json, with_ledger

if TYPE_CHECKING:
    from heldby.alerts.sending import Destination, ToMail
    from heldby.desk import Clock, Desk
    from heldby.flow.alerting import ToFeed

DESTINATIONS = ("file", "feed", "webhook", "mail_to", "mail_from", "mail_host", "mail_clear")
NOWHERE = "nowhere to send to: give --file, --feed, --webhook or --mail-to"


def with_destinations(command: Any) -> Any:
    """--file, --feed, --webhook, --mail-*: where messages go."""
    for option in (
        click.option("--mail-clear", is_flag=True, help="Allow a mail server that offers no encryption."),
        click.option(
            "--mail-host", metavar="HOST[:PORT]", help="The mail server; HELDBY_ALERTS_MAIL_USER and _PASSWORD are for logging in."
        ),
        click.option("--mail-from", metavar="ADDRESS", help="The sender of mails."),
        click.option("--mail-to", multiple=True, metavar="ADDRESS", help="Send mails there (may be given again)."),
        click.option("--webhook", metavar="URL", help="POST messages here as JSON (or HELDBY_ALERTS_WEBHOOK in the environment)."),
        click.option("--feed", metavar="FILE", help="Keep an Atom feed here."),
        click.option("--file", "file", metavar="FILE", help="Append messages here, a line of JSON each."),
    ):
        command = option(command)
    return command


@click.group()
def alerts() -> None:
    """Tell others what changed, by rules of yours."""


@alerts.command()
@click.argument("rules", type=click.Path(exists=True, dir_okay=False))
@click.option("--state", metavar="FILE", help="What was told already (default: beside RULES, with .state.json behind its name).")
@click.option("--since", metavar="DAY", help="A rule met for the first time tells of changes since this day (default: it only takes note).")
@with_destinations
@click.option("--dry-run", "dry", is_flag=True, help="Say what would be told; send and remember nothing.")
@with_clocks
@with_ledger
@with_json
def run(
    *,
    rules: str,
    state: str | None,
    since: str | None,
    dry: bool,
    as_json: bool,
    **given: Any,
) -> int:
    """Tell what RULES (TOML) ask for of the changes since the last run; take back what no longer stands. Exit code 3: some did not arrive."""
    from heldby.alerts.rules import parse_rules
    from heldby.engines.keeping import SendLog
    from heldby.errors import UsageError
    from heldby.flow.alerting import placed, run_alerts

    read = parse_rules(text_of(rules), rules)
    places = {key: given.pop(key) for key in DESTINATIONS}
    with asked(**given) as a:
        desk = a.inquiry.desk
        wanted = placed(read, a.inquiry, rules)
        first = first_day(since, a.question.as_of, a.question.as_of) if since else None
        to = destinations_of(desk, **places)
        if not to and not dry:
            raise UsageError("alerts", f"{NOWHERE}, or try --dry-run")
        kept = SendLog(desk.settings.engine_log, desk.clock)
        found = run_alerts(
            a.inquiry,
            a.question,
            wanted,
            state=Path(state or f"{rules}.state.json"),
            destinations=to,
            log=lambda event, label, key: kept.write(f"alert {event}", to=label, key=key),
            since=first,
            dry=dry,
        )
    if as_json:
        failures = [str(f) for f in found.failures]
        told = {"messages": list(found.messages), "delivered": found.delivered, "failures": failures, "held_back": found.held_back}
        click.echo(json.dumps({**told, "known_before": found.known_before, "edition": found.edition}, sort_keys=True, ensure_ascii=False))
    else:
        for message in found.messages:
            click.echo(str(message["title"]))
        say(f"{len(found.messages)} new, {found.delivered} delivered, {found.held_back} held back, {found.known_before} known before")
        for failure in found.failures:
            say(f"heldby: {failure}")
    return PARTLY if found.failures else 0


def text_of(path: str) -> str:
    """A file of ours as text. Raises UsageError where it is no UTF-8."""
    from heldby.errors import UsageError

    try:
        return Path(path).read_text(encoding="utf-8")
    except UnicodeDecodeError as e:
        raise UsageError(path, f"is no UTF-8: {e}") from None


def destinations_of(
    desk: Desk,
    *,
    file: str | None,
    feed: str | None,
    webhook: str | None,
    mail_to: tuple[str, ...],
    mail_from: str | None,
    mail_host: str | None,
    mail_clear: bool,
) -> tuple[Destination | ToFeed, ...]:
    """Where the options of `with_destinations` and the environment say that messages go. Raises UsageError on half a mail address."""
    import time

    from heldby.alerts.sending import ToFile, ToWebhook
    from heldby.flow.alerting import ToFeed

    mail = _mail(mail_to, mail_from, mail_host, mail_clear, desk.clock)
    webhook = webhook or os.environ.get("HELDBY_ALERTS_WEBHOOK")
    found: list[Destination | ToFeed] = []
    if file:
        found.append(ToFile(Path(file)))
    if feed:
        found.append(ToFeed(Path(feed), desk.theatre.id))
    if webhook:
        found.append(ToWebhook(webhook, time.sleep))
    return (*found, *([mail] if mail else []))


def _mail(to: tuple[str, ...], sender: str | None, host: str | None, clear: bool, clock: Clock) -> ToMail | None:
    from heldby.alerts.sending import ToMail
    from heldby.errors import UsageError

    if not to:
        return None
    if not host or not sender:
        raise UsageError("--mail-to", "needs --mail-host and --mail-from")
    name, _, port = host.partition(":")
    if port and not port.isdigit():
        raise UsageError("--mail-host", f"expected HOST or HOST:PORT, not {host!r}")
    user, password = (os.environ.get(f"HELDBY_ALERTS_MAIL_{x}", "") for x in ("USER", "PASSWORD"))
    return ToMail(name, int(port or 587), sender, to, clock, user, password, clear)
