"""Invented reports and readings for tests of the ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from heldby.ledger import Ledger, Outcome, Provenance, Where
from heldby.model.claim import Claim, PublishedTally, Reading, Relation
from heldby.model.place import Place
from heldby.model.report import Gap, GapKind, Passage, Report
from heldby.model.when import Published
from heldby.model.who import Voice, VoiceKind

RULES = Provenance("rules-1", "theatre-1", "0.1")
NEWER = Provenance("rules-2", "theatre-1", "0.1")
NOW = datetime(2021, 8, 20, 12, tzinfo=UTC)
Places = Callable[[], Where]
URL = "https://courier.example/rivertown"


def clock() -> datetime:
    return NOW


def dispatch(text: str, published: str | None = "2021-07-14T08:00Z", outlet: str = "Valley Courier", url: str = "") -> Report:
    return Report.of(text, outlet=outlet, url=url, published=Published.parse(published) if published else None)


def read(report: Report, relation: Relation = Relation.CAPTURED, hedged: bool = False) -> Reading:
    """One claim over the whole text, one tally, one gap."""
    passage = Passage(report.id, 0, len(report.text), report.text)
    chain = (Voice("Valley Courier", VoiceKind.OUTLET, "independent"),)
    place = Place("Rivertown", 0, 9, "Rivertown", unit_id="x:rivertown")
    claim = Claim(report.id, passage, relation, "rebels", "rebels", (place,), chain, "independent", hedged=hedged)
    tally = PublishedTally(report.id, passage, "rebels", Relation.CONTROLS, "districts", chain, "independent", count=12)
    return Reading(report.id, (claim,), (tally,), (Gap(GapKind.UNPLACED, "Oldford", "no unit of this name", report.id),))


def add(ledger: Ledger, *reports: Report) -> tuple[Outcome, ...]:
    with ledger.writer(clock, "heldby test", batch=100) as writer:
        return tuple(writer.add(r, read(r), RULES, (1, -2)) for r in reports)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
