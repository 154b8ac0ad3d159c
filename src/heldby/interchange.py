"""Readings in the gold's field names: the one place that knows them.

A line of reports is {"id", "text", "published", "outlet", "url"}; a line of readings {"id", "claims", "tallies", "gaps"}. Extra fields of a
line of reports are never looked at.
"""

from __future__ import annotations

from typing import Any

from heldby.model.claim import Claim, PublishedTally, Reading
from heldby.model.place import Place
from heldby.model.report import Gap, Report
from heldby.model.rulebook import Rulebook
from heldby.model.trace import REASONS, Considered, Hearing, Mark, Refusal, SentenceTrace, Trace, Turn
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


def trace_line(report: Report, trace: Trace, rulebook: Rulebook) -> dict[str, Any]:
    """How a report was read, as JSON-ready values. Claims and tallies are told by their number in the reading, from 0; spans are characters
    of the report; `file` is where a rule is written."""
    return {
        "refusal": _refusal_line(trace.refusal),
        "sentences": [_sentence_line(s, report.text, rulebook) for s in trace.sentences],
    }


def _sentence_line(row: SentenceTrace, text: str, rulebook: Rulebook) -> dict[str, Any]:
    return {
        "span": [row.start, row.end],
        "text": text[row.start : row.end],
        "refusal": _refusal_line(row.refusal, row.details),
        "names": [_mark_line(m, rulebook) for m in row.marks],
        "considered": [_considered_line(c, rulebook) for c in row.considered],
        "voices": [_hearing_line(h) for h in row.heard],
        "claims": list(row.claims),
        "tallies": list(row.tallies),
        "verbs_without_rule": [list(s) for s in row.unruled],
    }


def _refusal_line(refusal: Refusal | None, details: tuple[str, ...] = ()) -> dict[str, Any] | None:
    if refusal is None:
        return None
    reason = REASONS[refusal]
    return {"code": str(refusal), "why": reason.words, "details": list(details), "mend": {"keys": list(reason.keys), "file": reason.file}}


def _mark_line(mark: Mark, rulebook: Rulebook) -> dict[str, Any]:
    line: dict[str, Any] = {"span": [mark.start, mark.end], "kind": str(mark.kind), "what": list(mark.what)}
    return {**line, "rule": mark.rule, "file": rulebook.where(mark.rule)} if mark.rule else line


def _considered_line(row: Considered, rulebook: Rulebook) -> dict[str, Any]:
    return {
        "rule": row.rule,
        "file": rulebook.where(row.rule),
        "relation": row.relation,
        "span": [row.start, row.end],
        "parts": [{"role": p.role, "span": [p.start, p.end]} for p in row.parts],
        "claims": list(row.claims),
        "refusal": _refusal_line(row.refusal, row.details),
        "clause": [{"role": p.role, "span": [p.start, p.end]} for p in row.clause],
        "notes": [] if row.refusal else list(row.details),
        "stance": [_turn_line(t, rulebook) for t in row.stance],
    }


def _turn_line(turn: Turn, rulebook: Rulebook) -> dict[str, Any]:
    rules = [{"class": w.kind, "word": w.text, "value": w.value, "file": rulebook.where_word(w.kind, w.text)} for w in turn.rules]
    return {"span": [turn.start, turn.end], "effects": list(turn.effects), "rules": rules}


def _hearing_line(row: Hearing) -> dict[str, Any]:
    return {
        "chain": list(row.voices),
        "side": row.side,
        "cue": [row.start, row.end],
        "spans": [list(s) for s in row.spans],
        "denies": row.denies,
        "claims": list(row.claims),
        "refusal": _refusal_line(row.refusal, row.details),
    }
