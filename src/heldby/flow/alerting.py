"""One run of alerts.

    rules -> units by name -> edition (all changes of the theatre) -> decide -> remember -> send, one by one -> remember again

What is to be sent is remembered before anything is sent and until it has arrived: a run that is cut off sends again, under the same keys.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from heldby.alerts.deciding import decide, posted
from heldby.alerts.feed import MOST, alerts_atom
from heldby.alerts.memory import Memory, Outgoing, put, read_memory, write_memory
from heldby.alerts.rules import Rule
from heldby.alerts.sending import Destination
from heldby.errors import Faults, HeldbyError
from heldby.flow.inquiry import Inquiry, Question
from heldby.flow.publishing import full_edition
from heldby.flow.units import unit_named
from heldby.model.status import CONTESTED

SendLog = Callable[[str, str, str], None]  # what happened ("sending", "sent", "failed"), to which destination, which key


@dataclass(frozen=True, slots=True)
class ToFeed:
    """The feed file, made anew of the messages that are remembered for it."""

    path: Path
    theatre_id: str

    @property
    def label(self) -> str:
        return f"feed {self.path}"

    @property
    def kind(self) -> str:
        return "feed"

    def show(self, messages: Sequence[Mapping[str, Any]]) -> None:
        try:
            put(self.path, alerts_atom(messages, self.theatre_id).encode("utf-8", "replace"))
        except OSError as e:
            raise HeldbyError(self.label, f"cannot be written: {e.strerror or e}") from None


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did: new messages, deliveries made, those that failed (each named by its rule), alerts that wait, changes known before."""

    messages: tuple[Mapping[str, Any], ...]
    delivered: int
    failures: tuple[HeldbyError, ...]
    held_back: int
    known_before: int
    edition: str


def placed(rules: Sequence[Rule], inquiry: Inquiry, subject: str) -> tuple[Rule, ...]:
    """Rules with units and areas by id and sides that the theatre knows. Raises Faults, each by the name of its rule."""
    faults: list[HeldbyError] = []
    sides = [*(s.id for s in inquiry.desk.theatre.sides), CONTESTED]

    def ident(rule: Rule, key: str, text: str) -> str:
        place = f"rule {rule.name!r}, {key}"
        try:
            unit = unit_named(inquiry.desk, text)
        except HeldbyError as e:
            faults.append(HeldbyError(subject, f"{e.subject}: {e.cause}", place))
            return text
        if not inquiry.shown_alone(unit.id):
            faults.append(HeldbyError(subject, f"{text!r}: the release shows it only as part of its province", place))
        return unit.id

    found = []
    for rule in rules:
        if wrong := [h for h in rule.holders if h not in sides]:
            faults.append(HeldbyError(subject, f"{wrong[0]!r} is unknown; known: {', '.join(sides)}", f"rule {rule.name!r}, holders"))
        units = tuple(ident(rule, "units", u) for u in rule.units)
        found.append(replace(rule, units=units, within=ident(rule, "within", rule.within) if rule.within else ""))
    if faults:
        raise Faults(subject, faults)
    return tuple(found)


def run_alerts(
    inquiry: Inquiry,
    question: Question,
    rules: Sequence[Rule],
    *,
    state: Path,
    destinations: Sequence[Destination | ToFeed],
    log: SendLog,
    since: date | None = None,
    dry: bool = False,
) -> Run:
    """Decide and send. With `dry` nothing is sent and nothing remembered. Raises HeldbyError where the state cannot be read or written."""
    memory = read_memory(state)
    edition = full_edition(inquiry, question, since=inquiry.desk.theatre.since)
    decision = decide(rules, edition, memory, inquiry.now, since)
    messages = tuple(m for m, _ in decision.messages)
    if dry:
        return Run(messages, 0, (), decision.held_back, decision.known_before, edition.digest)
    memory = posted(decision, {d.label: d.kind for d in destinations})
    write_memory(memory, state)
    delivered, failures = _deliver(memory, state, {d.label: d for d in destinations}, log)
    return Run(messages, delivered, tuple(failures), decision.held_back, decision.known_before, edition.digest)


def _deliver(memory: Memory, state: Path, destinations: Mapping[str, Destination | ToFeed], log: SendLog) -> tuple[int, list[HeldbyError]]:
    """Everything in the outbox to every destination that is named in this run; one that fails is left for the next, and tried no more in this."""
    delivered, failures, down = 0, [], set[str]()
    for label in dict.fromkeys(label for o in memory.outbox for label in o.to):
        for message in [o.message for o in memory.outbox if label in o.to]:
            if label not in destinations or label in down:
                continue
            log("sending", label, str(message["key"]))
            try:
                memory = _send(memory, destinations[label], message)
            except HeldbyError as e:
                log("failed", label, str(message["key"]))
                waiting = sum(label in o.to for o in memory.outbox)
                cause = f"{e.cause}; {waiting} message(s) wait for the next run"
                failures.append(HeldbyError(f"rule {message['rule']!r}", cause, e.subject))
                down.add(label)
                continue
            log("sent", label, str(message["key"]))
            delivered += 1
            memory = replace(memory, outbox=_without(memory.outbox, str(message["key"]), label))
            write_memory(memory, state)
    return delivered, failures


def _send(memory: Memory, to: Destination | ToFeed, message: Mapping[str, Any]) -> Memory:
    if not isinstance(to, ToFeed):
        to.send(message)
        return memory
    held = [m for m in memory.feed if m["key"] != message["key"]]
    shown = (*held, message)[-MOST:]
    to.show(shown)
    return replace(memory, feed=shown)


def _without(outbox: Sequence[Outgoing], key: str, label: str) -> tuple[Outgoing, ...]:
    left = (replace(o, to=tuple(t for t in o.to if t != label)) if o.message["key"] == key else o for o in outbox)
    return tuple(o for o in left if o.to)
