"""watch: sources looked at again and again, kept, weighed and told of."""

from __future__ import annotations

import json
import signal
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from heldby.cli.alerts import DESTINATIONS, NOWHERE, destinations_of, text_of, with_destinations
from heldby.cli.intake import accounted, announce, with_engine
from heldby.cli.options import PARTLY, console, desk_and_ledger, say, with_json, with_ledger

if TYPE_CHECKING:
    from heldby.desk import Desk
    from heldby.flow.watching import Post, Round
    from heldby.gather.catalogue import Source
    from heldby.gather.health import Health, Notice
    from heldby.gather.web import Clock, Web
    from heldby.ledger import Ledger


@click.command()
@click.argument("sources", type=click.Path(exists=True, dir_okay=False))
@click.option("--state", metavar="FILE", help="What was seen already (default: beside SOURCES, with .state.json behind its name).")
@click.option(
    "--rules", metavar="FILE", type=click.Path(exists=True, dir_okay=False), help="Alert by these rules (see `heldby alerts run`)."
)
@click.option("--once", is_flag=True, help="Look once at what is due, and end.")
@click.option("--for", "span", metavar="SPAN", help='End after so long, "90m", "6h", "2d" (default: when stopped).')
@click.option("--health", "ask_health", is_flag=True, help="Only show how each source is doing; look at nothing.")
@with_destinations
@with_engine
@with_ledger
@with_json
def watch(
    *, sources: str, state: str | None, rules: str | None, once: bool, span: str | None, ask_health: bool, as_json: bool, **given: Any
) -> int:
    """Watch SOURCES (TOML): look at each when it is due, keep what is new, tell by --rules what changed, and say when a source fails or falls silent.

    It may be stopped at any time and goes on where it was. Exit code 3: some source failed at its last look.
    """
    from heldby.flow.intake import Evidence
    from heldby.flow.watching import Watch, read_healths
    from heldby.gather.catalogue import parse_catalogue

    catalogue = parse_catalogue(text_of(sources), sources)
    memory = Path(state or f"{sources}.state.json")
    if ask_health:
        _show_health(catalogue, read_healths(memory), as_json)
        return 0
    places = {key: given.pop(key) for key in DESTINATIONS}
    with desk_and_ledger(**given) as (desk, ledger):
        announce(desk)
        clock = _clock()
        post = _post(desk, ledger, rules, places) if rules else None
        watcher = Watch(
            desk, ledger, catalogue, memory, _web(desk, clock), clock, tell=_teller(as_json), post=post, evidence=Evidence(desk).keep
        )
        until = clock.now() + _span(span) if span else None
        if once:
            _show_round(watcher.round(), as_json)
        else:
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            with suppress(KeyboardInterrupt):
                watcher.run(until, lambda r: _show_round(r, as_json))
        lost = accounted(desk)
    return PARTLY if lost or any(watcher.healths[s.name].failures for s in catalogue) else 0


def _clock() -> Clock:
    import time

    from heldby.desk import present
    from heldby.gather.web import Clock

    return Clock(present, time.sleep)


def _web(desk: Desk, clock: Clock) -> Web:
    from heldby.gather.fetching import Limits
    from heldby.gather.web import MOST_REPORTS, Web

    return Web(clock, Limits.of(desk.gather_options(), MOST_REPORTS * desk.settings.max_report_bytes))


def _span(text: str) -> timedelta:
    from heldby.alerts.rules import span
    from heldby.errors import UsageError

    try:
        return span(text)
    except ValueError as e:
        raise UsageError("--for", str(e)) from None


def _post(desk: Desk, ledger: Ledger, rules: str, places: dict[str, Any]) -> Post:
    from heldby.alerts.rules import parse_rules
    from heldby.engines.keeping import SendLog
    from heldby.errors import UsageError
    from heldby.flow.alerting import placed
    from heldby.flow.inquiry import open_inquiry
    from heldby.flow.watching import Post

    to = destinations_of(desk, **places)
    if not to:
        raise UsageError("--rules", NOWHERE)
    wanted = placed(parse_rules(text_of(rules), rules), open_inquiry(desk, ledger), rules)
    kept = SendLog(desk.settings.engine_log, desk.clock)
    return Post(wanted, Path(f"{rules}.state.json"), to, lambda event, label, key: kept.write(f"alert {event}", to=label, key=key))


def _teller(as_json: bool) -> Any:
    from heldby.model.when import utc_text

    def tell(notice: Notice) -> None:
        if as_json:
            fields = {"at": utc_text(notice.at), "source": notice.source, "notice": str(notice.kind), "words": notice.words}
            click.echo(json.dumps(fields, sort_keys=True, ensure_ascii=False))
        else:
            say(f"{utc_text(notice.at)} {notice.source}: {notice.words}")

    return tell


def _show_round(done: Round, as_json: bool) -> None:
    """One line where something was looked at; each gap and alert on its own."""
    from heldby.gather.health import Bad
    from heldby.model.when import utc_text

    failed = [one for one in done.looks if isinstance(one.outcome, Bad)]
    alerts = done.alerts
    figures = {
        "looked": len(done.looks),
        "failed": len(failed),
        **{str(k): done.intake.outcomes[k] for k in sorted(done.intake.outcomes)},
        "claims": done.intake.claims,
        "gaps": done.intake.reading_gaps + len(done.intake.gaps),
        "alerts": len(alerts.messages) if alerts else 0,
    }
    if as_json:
        click.echo(json.dumps({"at": utc_text(done.at), **figures}, sort_keys=True))
        return
    for one in failed:
        say(f"{one.source.name}: {one.outcome.cause if isinstance(one.outcome, Bad) else ''}")
    for gap in done.intake.gaps:
        say(f"gap ({gap.kind}): {gap.subject}: {gap.cause}")
    for message in alerts.messages if alerts else ():
        click.echo(str(message["title"]))
    for failure in alerts.failures if alerts else ():
        say(f"heldby: {failure}")
    if done.looks:
        say(f"{utc_text(done.at)} " + ", ".join(f"{v} {k}" for k, v in figures.items()))


def _show_health(catalogue: tuple[Source, ...], healths: dict[str, Health], as_json: bool) -> None:
    from rich.table import Table

    from heldby.gather.health import Health, state_word

    rows = [(s, healths.get(s.name, Health())) for s in catalogue]
    if as_json:
        for source, h in rows:
            fields = {"source": source.name, "state": state_word(source, h), "good": h.good, "new": h.new, "reports": h.reports}
            click.echo(json.dumps({**fields, "failures": h.failures, "cause": h.cause, "next": h.next}, sort_keys=True, ensure_ascii=False))
        return
    table = Table("source", "state", "last good look", "last new", "reports", "next", "cause", box=None)
    for source, h in rows:
        table.add_row(source.name, state_word(source, h), h.good, h.new, str(h.reports), h.next, h.cause)
    console().print(table)
