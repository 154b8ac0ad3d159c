"""Watching sources: look at what is due, keep what is new, tell what changed, sleep until the next is due.

    due -> look (by host, hosts beside one another) -> keep: ledger -> remember each source -> weigh and alert if a claim is new -> sleep

Whatever is cut off is made up for: reports are in the ledger before their source counts as read, so that they are met again and not lost;
alerts are decided at the beginning of every run; a notice is told before it is remembered.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from heldby.alerts.memory import put
from heldby.alerts.rules import Rule
from heldby.alerts.sending import Destination
from heldby.clock import last_day
from heldby.desk import Desk
from heldby.errors import HeldbyError
from heldby.flow.alerting import Run, SendLog, ToFeed, run_alerts
from heldby.flow.inquiry import Question, open_inquiry
from heldby.flow.intake import Intake, Keeping
from heldby.gather.catalogue import Source
from heldby.gather.evidence import Taken
from heldby.gather.health import Health, Notice, after, begun, due, hushed, wake_at
from heldby.gather.looking import Look, look
from heldby.gather.reaching import target_of
from heldby.gather.web import Clock, Web
from heldby.ledger import Ledger
from heldby.model.ident import canonical_json

FORMAT = 1
ALERTS_EVERY = timedelta(hours=1)  # without new claims: for digests, cool-downs, and what failed to arrive
LONGEST_SLEEP = 3600.0


@dataclass(frozen=True, slots=True)
class Post:
    """Where alerts go: rules with places by id, the file of what was told, destinations, and the log of sends."""

    rules: tuple[Rule, ...]
    state: Path
    destinations: tuple[Destination | ToFeed, ...]
    log: SendLog


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did."""

    at: datetime
    looks: tuple[Look, ...]
    intake: Intake
    notices: tuple[Notice, ...]
    alerts: Run | None = None


Tell = Callable[[Notice], None]
Evidence = Callable[[Taken], None]


@dataclass(slots=True)
class Watch:
    """Watches `sources`; what is remembered of them lies in the file `state`. `tell` gets every notice, at least once."""

    desk: Desk
    ledger: Ledger
    sources: tuple[Source, ...]
    state: Path
    web: Web
    clock: Clock
    tell: Tell = lambda _: None
    post: Post | None = None
    evidence: Evidence = lambda _: None
    workers: int = 8
    healths: dict[str, Health] = field(default_factory=dict)
    _alerted: datetime | None = None
    _owed: bool = True  # a run that was cut off may have kept claims that nobody was told of

    def __post_init__(self) -> None:
        self.healths = read_healths(self.state)

    def round(self) -> Round:
        """Look at whatever is due now. Raises HeldbyError where ledger or state cannot be written: nothing is forgotten then."""
        now = self.clock.now()
        for source in self.sources:
            self.healths[source.name] = begun(self.healths.get(source.name, Health()), now)
        looks = self._looks(due(self.sources, self.healths, now), now)
        intake = self._kept(looks)
        notices = self._remembered(looks)
        alerts = self._alerts(bool(intake.claims or intake.retractions))
        return Round(now, looks, intake, notices, alerts)

    def run(self, until: datetime | None, each: Callable[[Round], None]) -> None:
        """Round after round until `until` (None: for ever), or until no source will ever be due."""
        while until is None or self.clock.now() < until:
            each(self.round())
            now = self.clock.now()
            wake = wake_at(self.sources, self.healths, now)
            if wake is None:
                return
            if until is not None:
                wake = min(wake, until)
            if wake > now:
                self.clock.sleep(min((wake - now).total_seconds(), LONGEST_SLEEP))

    def _looks(self, sources: Sequence[Source], now: datetime) -> tuple[Look, ...]:
        """Looks in the order of the catalogue; sources of one host one after the other."""
        options = self.desk.gather_options()
        hosts: dict[str, list[Source]] = {}
        for source in sources:
            hosts.setdefault(target_of(source.url).netloc if source.url else source.path, []).append(source)

        def of_host(group: Sequence[Source]) -> list[Look]:
            return [look(s, self.healths[s.name], options, self.web, now) for s in group]

        if self.workers < 2 or len(hosts) < 2:
            found = [one for group in hosts.values() for one in of_host(group)]
        else:
            with ThreadPoolExecutor(min(self.workers, len(hosts))) as pool:
                found = [one for group in pool.map(of_host, hosts.values()) for one in group]
        order = {s.name: number for number, s in enumerate(sources)}
        return tuple(sorted(found, key=lambda one: order[one.source.name]))

    def _kept(self, looks: Sequence[Look]) -> Intake:
        if not any(one.taken for one in looks):
            return Intake()
        with self.ledger.writer(self.desk.clock, self.desk.settings.author, batch=100) as writer:
            keeping = Keeping(self.desk, writer)
            for one in looks:
                for taken in one.taken:
                    self.evidence(taken)
                    keeping.keep(taken.item)
        return keeping.intake()

    def _remembered(self, looks: Sequence[Look]) -> tuple[Notice, ...]:
        now = self.clock.now()
        notices: list[Notice] = []
        healths = dict(self.healths)
        for one in looks:
            healths[one.source.name], told = after(one.source, healths[one.source.name], one.outcome, now)
            notices += told
        for source in self.sources:
            healths[source.name], told = hushed(source, healths[source.name], now)
            notices += told
        for notice in notices:
            self.tell(notice)
        if looks or notices:
            write_healths(healths, self.state)
        self.healths = healths
        return tuple(notices)

    def _alerts(self, news: bool) -> Run | None:
        now = self.clock.now()
        rested = self._alerted is not None and timedelta(0) <= now - self._alerted < ALERTS_EVERY
        if self.post is None or (rested and not news and not self._owed):
            return None
        inquiry = open_inquiry(self.desk, self.ledger)
        question = Question(last_day(now.astimezone(self.desk.theatre.zone).date(), self.desk.theatre.until), now)
        post = self.post
        run = run_alerts(inquiry, question, post.rules, state=post.state, destinations=post.destinations, log=post.log)
        self._alerted, self._owed = now, bool(run.failures) and news
        return run


def read_healths(path: Path) -> dict[str, Health]:
    """What is remembered of sources by name; nothing where there is no such file. Raises HeldbyError on one that is not whole."""
    try:
        value: Any = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as e:
        raise HeldbyError(str(path), f"cannot be read ({e}): mend or remove it; sources are then read from the beginning") from None
    try:
        if value["format"] != FORMAT:
            raise HeldbyError(str(path), f"is of format {value['format']}; this heldby knows {FORMAT}")
        return {str(name): _health(kept) for name, kept in value["sources"].items()}
    except (KeyError, TypeError, AttributeError, ValueError) as e:
        raise HeldbyError(str(path), f"is no state of sources ({type(e).__name__}: {e})") from None


def _health(kept: Mapping[str, Any]) -> Health:
    health = Health(**kept)
    for instant in (health.began, health.next, health.tried, health.good, health.new):
        if instant and datetime.fromisoformat(instant).tzinfo is None:
            raise ValueError(f"an instant without a zone: {instant}")
    return replace(health, seen={str(k): str(v) for k, v in health.seen.items()})


def write_healths(healths: Mapping[str, Health], path: Path) -> None:
    """All or nothing: a new file takes the old one's place once it is on the disk. Raises HeldbyError."""
    value: dict[str, Any] = {"format": FORMAT, "sources": {name: asdict(health) for name, health in healths.items()}}
    try:
        put(path, (canonical_json(value) + "\n").encode("utf-8", "replace"))
    except OSError as e:
        raise HeldbyError(str(path), f"cannot be written: {e.strerror or e}") from None
