"""What is to be told: pure. Rules, an edition and what is remembered in; messages and what is to be remembered out.

A change met again is the same though its first day moves a little as more becomes known: changes of one unit to one holder are matched with
those remembered in order of time, each at most once, a week apart at most. What was told and is no longer in the edition, or no longer likelier
than not, is taken back by a correction, once; where it comes again it is told again, under a key of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from heldby.alerts.memory import Entry, Memory, Outgoing
from heldby.alerts.rules import Rule
from heldby.alerts.telling import alert_of, correction_of, message_of
from heldby.model.ident import content_id
from heldby.model.status import CONTESTED
from heldby.model.when import utc_text
from heldby.publish.change_dates import change_day
from heldby.publish.edition import ChangeRow, Edition

SAME = timedelta(days=7)
LIKELIER_THAN_NOT = 0.5


@dataclass(frozen=True, slots=True)
class Decision:
    """New messages with the kinds of destination they go to, what is to be remembered, and how many alerts wait (cool-down, digest)."""

    messages: tuple[tuple[Mapping[str, Any], tuple[str, ...]], ...]
    memory: Memory
    held_back: int
    known_before: int


def decide(rules: Sequence[Rule], edition: Edition, memory: Memory, now: datetime, since: date | None = None) -> Decision:
    """What `rules` tell of an edition whose changes reach back at least as far as anything remembered.

    A rule met for the first time tells of changes on `since` or later, and only remembers those before; without `since` it only remembers.
    """
    messages: list[tuple[Mapping[str, Any], tuple[str, ...]]] = []
    entries = [e for e in memory.entries if e.rule not in {r.name for r in rules}]
    met, digests = dict(memory.rules), dict(memory.digests)
    held_back = known_before = 0
    for rule in rules:
        turn = _Turn(rule, edition, now, digests.get(rule.name, ""))
        new = turn.run([e for e in memory.entries if e.rule == rule.name], first_time=rule.name not in met, since=since)
        entries += new.entries
        messages += [(m, rule.to) for m in new.messages]
        held_back, known_before = held_back + new.held_back, known_before + new.known_before
        met.setdefault(rule.name, utc_text(now))
        if new.digested:
            digests[rule.name] = utc_text(now)
    kept = replace(memory, rules=met, digests=digests, entries=tuple(entries))
    return Decision(tuple(messages), kept, held_back, known_before)


def posted(decision: Decision, destinations: Mapping[str, str]) -> Memory:
    """What is to be remembered with the new messages in its outbox, before anything is sent. `destinations`: kind by label."""
    found = list(decision.memory.outbox)
    for message, kinds in decision.messages:
        labels = tuple(label for label, kind in destinations.items() if not kinds or kind in kinds)
        if labels:
            found.append(Outgoing(message, labels))
    return replace(decision.memory, outbox=tuple(found))


@dataclass(frozen=True, slots=True)
class _New:
    entries: Sequence[Entry]
    messages: Sequence[Mapping[str, Any]]
    held_back: int
    known_before: int
    digested: bool


@dataclass(frozen=True, slots=True)
class _Turn:
    """One rule's turn."""

    rule: Rule
    edition: Edition
    now: datetime
    last_digest: str

    def run(self, remembered: Sequence[Entry], *, first_time: bool, since: date | None) -> _New:
        changes = sorted(self.edition.changes, key=lambda c: (c.first_day, c.unit_id, c.after))
        pairs = _matched(changes, remembered)
        entries: list[Entry] = []
        corrections: list[Mapping[str, Any]] = []
        same = {id(e): c for c, e in pairs}
        for entry in remembered:
            change = same.get(id(entry))
            gone = change is None or change.probability < LIKELIER_THAN_NOT
            if entry.key and gone and not entry.withdrawn:
                corrections.append(correction_of(self.rule.name, entry, self.edition, change))
                entry = replace(entry, withdrawn=True)
            entries.append(entry if change is None else replace(entry, first_day=change.first_day))
        again = {id(c) for c, e in pairs if not e.withdrawn}
        fresh = [c for c in changes if id(c) not in again and self._meets(c)]
        before = [c for c in fresh if first_time and (since is None or change_day(c) < since.isoformat())]
        entries += [self._entry(c, "", 0) for c in before]
        told, waiting = self._due([c for c in fresh if c not in before], entries)
        alerts: list[Mapping[str, Any]] = []
        for change in told:
            times = 1 + sum(bool(e.key) and (e.unit_id, e.after) == (change.unit_id, change.after) for e in entries)
            key = content_id("alert", self.rule.name, self.edition.theatre.id, change.unit_id, change.after, change.first_day, times)
            entries.append(self._entry(change, key, times))
            alerts.append(alert_of(self.rule.name, key, change, self.edition))
        digested = bool(alerts) and self.rule.digest > timedelta(0)
        made = (
            [message_of(self.rule.name, alerts, self.edition)]
            if digested
            else [message_of(self.rule.name, [a], self.edition) for a in alerts]
        )
        messages = [*(message_of(self.rule.name, [c], self.edition) for c in corrections), *made]
        return _New(entries, messages, len(waiting), len(before), digested)

    def _due(self, fresh: Sequence[ChangeRow], entries: Iterable[Entry]) -> tuple[list[ChangeRow], list[ChangeRow]]:
        """Those to be told now, and those that wait for a cool-down or the next digest."""
        if self._within(self.last_digest, self.rule.digest):
            return [], list(fresh)
        told_at: dict[str, str] = {}
        for entry in entries:
            if entry.key:
                told_at[entry.unit_id] = max(told_at.get(entry.unit_id, ""), entry.at)
        cooling = {u for u, at in told_at.items() if self._within(at, self.rule.cool_down)}
        return [c for c in fresh if c.unit_id not in cooling], [c for c in fresh if c.unit_id in cooling]

    def _within(self, at: str, wait: timedelta) -> bool:
        return bool(at) and wait > timedelta(0) and self.now - datetime.fromisoformat(at) < wait

    def _meets(self, change: ChangeRow) -> bool:
        rule, edition = self.rule, self.edition
        if rule.units and change.unit_id not in rule.units:
            return False
        if (rule.within and not edition.theatre.inside(change.unit_id, rule.within)) or (rule.kinds and change.kind not in rule.kinds):
            return False
        if (rule.holders and change.after not in rule.holders) or (rule.supports and change.support not in rule.supports):
            return False
        floor = max(rule.probability, LIKELIER_THAN_NOT)
        return change.probability >= floor and origins_of(change, edition) >= rule.origins

    def _entry(self, change: ChangeRow, key: str, times: int) -> Entry:
        return Entry(self.rule.name, change.unit_id, change.after, change.first_day, key, utc_text(self.now), times)


def origins_of(change: ChangeRow, edition: Edition) -> int:
    """Independent origins that a change rests on: those of the status while it is what the change led to, else of the evidence that says so."""
    row = edition.status(change.unit_id)
    if row is None:
        return 0
    if row.holder == change.after:
        return row.origins
    said = (e for e in row.evidence if not e.denial and not e.withdrawn)
    return len({e.origin for e in said if e.holder == change.after or (change.after == CONTESTED and not e.holder)})


def _matched(changes: Sequence[ChangeRow], remembered: Sequence[Entry]) -> list[tuple[ChangeRow, Entry]]:
    """Changes with the entries they are the same as, in order of time; what still stands before what was taken back."""
    left = sorted(remembered, key=lambda e: (e.withdrawn, e.first_day, e.times))
    pairs: list[tuple[ChangeRow, Entry]] = []
    for change in changes:
        same = (e for e in left if (e.unit_id, e.after) == (change.unit_id, change.after) and _near(e.first_day, change.first_day))
        found = next(same, None)
        if found is not None:
            pairs.append((change, found))
            left = [e for e in left if e is not found]
    return pairs


def _near(one: str, other: str) -> bool:
    if not one or not other:
        return one == other
    return abs(date.fromisoformat(one) - date.fromisoformat(other)) <= SAME
