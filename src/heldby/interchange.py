"""Readings in the gold's field names: the one place that knows them.

A line of reports is {"id", "text", "published", "outlet", "url"}; a line of readings {"id", "claims", "tallies", "gaps"}. Extra fields of a
line of reports are never looked at.
"""

from __future__ import annotations

from typing import Any

from heldby.model.claim import Claim, PublishedTally, Reading
from heldby.model.place import Place
from heldby.model.report import Gap, Report
from heldby.model.when import Precision, When

REPORT_FIELDS = ("id", "text", "published", "outlet", "url")


def event_date(when: When | None) -> str | None:
    """The gold's date of an event: the start of its interval as YYYY-MM-DD, YYYY-MM or YYYY; None if the start is open."""
    if when is None or when.start is None:
        return None
    match when.precision:
        case Precision.YEAR:
            return f"{when.start.year:04d}"
        case Precision.MONTH:
            return f"{when.start.year:04d}-{when.start.month:02d}"
        case _:
            return when.start.date().isoformat()


def place_line(place: Place) -> dict[str, Any]:
    return {
        "text": place.text,
        "canonical": place.canonical,
        "kind": str(place.kind) if place.kind else None,
        "admin1": place.admin1,
        "country": place.country,
        "unit_id": place.unit_id,
        "span": [place.start, place.end],
        "candidates": [{"unit_id": c.unit_id, "score": round(c.score, 4), "reasons": list(c.reasons)} for c in place.candidates],
        "why": list(place.why),
    }


def claim_line(claim: Claim) -> dict[str, Any]:
    return {
        "evidence": claim.passage.quote,
        "relation": str(claim.relation),
        "actor": claim.actor_text,
        "actor_canonical": claim.actor or None,
        "from_actor": claim.from_actor or None,
        "places": [place_line(p) for p in claim.places],
        "polarity": str(claim.polarity),
        "modality": str(claim.modality),
        "event_date": event_date(claim.when),
        "source_chain": [v.text for v in claim.chain],
        "speaker_side": claim.speaker_side,
        "hedged": claim.hedged,
        "inferred": claim.inferred,
        "when": claim.when.edtf() if claim.when else None,
        "rule": claim.rule,
        "span": [claim.passage.start, claim.passage.end],
        "claim_id": claim.id,
    }


def tally_line(tally: PublishedTally) -> dict[str, Any]:
    line: dict[str, Any] = {
        "evidence": tally.passage.quote,
        "actor_canonical": tally.actor or None,
        "relation": str(tally.relation),
        "qualifier": str(tally.qualifier),
        "unit": tally.unit,
        "of": tally.of,
        "scope": tally.scope,
        "period": tally.period,
        "as_of": event_date(tally.as_of),
        "polarity": str(tally.polarity),
        "source_chain": [v.text for v in tally.chain],
        "speaker_side": tally.speaker_side,
        "rule": tally.rule,
        "span": [tally.passage.start, tally.passage.end],
    }
    if tally.count is not None:
        line["count"] = tally.count
    if tally.share is not None:
        line["share"] = tally.share
    return line


def gap_line(gap: Gap) -> dict[str, Any]:
    return {"kind": str(gap.kind), "subject": gap.subject, "cause": gap.cause, "span": None if gap.start < 0 else [gap.start, gap.end]}


def reading_line(report: Report, reading: Reading) -> dict[str, Any]:
    """One report's reading as a JSON-ready line. `id` is the one its file gave it, else the content id."""
    return {
        "id": report.given_id or report.id,
        "claims": [claim_line(c) for c in reading.claims],
        "tallies": [tally_line(t) for t in reading.tallies],
        "gaps": [gap_line(g) for g in reading.gaps],
    }
