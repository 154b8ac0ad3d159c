"""Rows of an edition as JSON-ready records and as CSV: every record carries its marks, every document both clocks and the edition's hash."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from heldby.errors import UsageError
from heldby.model.status import CONTESTED, Support, Tally
from heldby.publish.coverage import coverage_records
from heldby.publish.edition import MARK_WORDS, Edition, Evidence, StatusRow
from heldby.publish.extents import extent_record
from heldby.publish.plain import csv_text, json_text, plain
from heldby.publish.style import side_name
from heldby.publish.wording import chain_text, roster_words

Record = dict[str, Any]

STATUS_COLUMNS = (
    "unit_id name kind scope parent as_of known_by holder holder_name probability likelihood support claimed_by confidence origins denials "
    "since last_evidence probabilities sentence confidence_sentence marks"
)
EVIDENCE_COLUMNS = (
    "unit_id testimony related symbol denial hedged holder leaning side origin chain said meant bits via credibility relation outlet url published "
    "known report_id claim_id start end before text behind withdrawn hash archived_at archive_note marks"
)
TALLY_COLUMNS = (
    "roster_id roster as_of known_by state state_name count low high expected size covered "
    "area_km2 area_km2_low area_km2_high area_km2_total area_km2_measured population population_low population_high population_total "
    "population_measured marks"
)
CHANGE_COLUMNS = (
    "unit_id name kind parent before before_name after after_name when first_day likely_day probability support recapture marks"
)
SPELL_COLUMNS = "unit_id name kind parent holder holder_name start end probability brief marks"
COMPARISON_COLUMNS = (
    "outlet chain known day actor actor_name unit says count share of rosters roster_id ours low high "
    "our_share our_share_low our_share_high reasons quote report_id marks"
)


def document(edition: Edition, **parts: Any) -> Record:
    """`parts` under a head that says which theatre, which clocks, which edition, and what it is marked with."""
    head = {
        "theatre": edition.theatre.id,
        "as_of": edition.as_of,
        "known_by": edition.known_by,
        "edition": edition.digest,
        "revision": edition.provenance.revision,
        "marks": edition.marks,
        "release_notes": edition.release_notes,
    }
    return {**head, **parts}


def held_by(edition: Edition, holder: str | None) -> tuple[StatusRow, ...]:
    """Status rows of one holder: a side's id, name or letter, "contested" or "unknown"; all without. Raises UsageError that names those there are."""
    if holder is None:
        return edition.statuses
    sides = edition.theatre.sides
    wanted = next((s.id for s in sides if holder.casefold() in (s.id, s.name.casefold(), s.letter.casefold())), holder.casefold())
    if wanted not in {*(s.id for s in sides), CONTESTED, Support.UNKNOWN}:
        raise UsageError(f"holder {holder!r}", f"unknown; known: {', '.join(s.id for s in sides)}, {CONTESTED}, {Support.UNKNOWN}")
    return tuple(row for row in edition.statuses if (row.holder or Support.UNKNOWN) == wanted)


def statuses_json(edition: Edition, holder: str | None = None) -> str:
    """Statuses with their evidence, areas where the release coarsens, and coverage."""
    return json_text(document(edition, statuses=held_by(edition, holder), areas=edition.areas, coverage=coverage_records(edition)))


def why_json(edition: Edition, unit_id: str) -> str:
    """One unit's status with every voice, its spells and changes. Raises UsageError where the edition has no such unit."""
    row = row_of(edition, unit_id)
    spells = [s for s in edition.spells if s.unit_id == unit_id]
    changes = [c for c in edition.changes if c.unit_id == unit_id]
    return json_text(document(edition, status=row, spells=spells, changes=changes))


def tallies_json(edition: Edition) -> str:
    """Tallies in order of date, and published tallies beside them."""
    return json_text(document(edition, tallies=[tally_record(edition, t) for t in edition.tallies], published=edition.comparisons))


def changes_json(edition: Edition) -> str:
    """Changes since the edition's `since`, and spells where asked for."""
    return json_text(document(edition, since=edition.since, changes=edition.changes, spells=edition.spells))


def spells_json(edition: Edition) -> str:
    return json_text(document(edition, spells=edition.spells))


def coverage_json(edition: Edition) -> str:
    return json_text(document(edition, coverage=coverage_records(edition)))


def gaps_json(edition: Edition) -> str:
    return json_text(document(edition, gaps=edition.gaps))


def edition_json(edition: Edition) -> str:
    """The whole edition. The SHA-256 of the canonical JSON of `content` is `digest`: anybody can check that nothing was changed."""
    return json_text({"digest": edition.digest, "theatre": edition.theatre.id, "content": edition.content()})


def row_of(edition: Edition, unit_id: str) -> StatusRow:
    """The status of a unit. Raises UsageError that says why there is none."""
    row = edition.status(unit_id)
    if row is None:
        coarse = "; the release shows some places only as part of their province" if edition.areas else ""
        raise UsageError(f"unit {unit_id!r}", f"is not in this edition{coarse}")
    return row


def tally_record(edition: Edition, tally: Tally) -> Record:
    name, noun = roster_words(edition, tally)
    rows = [{**plain(row), "state_name": side_name(edition.theatre, row.state)} for row in tally.rows]
    marks = [MARK_WORDS[m] for m in tally.marks]
    return {**plain(tally), "roster": name, "counts": noun, "rows": rows, "marks": marks}


def statuses_csv(edition: Edition) -> str:
    return csv_text(
        STATUS_COLUMNS, ({**plain(row), "probabilities": [f"{s}={p:g}" for s, p in row.probabilities]} for row in edition.statuses)
    )


def evidence_csv(edition: Edition) -> str:
    """One line a quotation: a testimony heard in three reports has three."""
    return csv_text(EVIDENCE_COLUMNS, (r for row in edition.statuses for r in evidence_records(row)))


def tallies_csv(edition: Edition) -> str:
    """One line a state and day; the lines of a day, "unknown" among them, sum to `size`."""
    return csv_text(TALLY_COLUMNS, (r for tally in edition.tallies for r in tally_lines(edition, tally)))


def changes_csv(edition: Edition) -> str:
    return csv_text(CHANGE_COLUMNS, map(plain, edition.changes))


def spells_csv(edition: Edition) -> str:
    return csv_text(SPELL_COLUMNS, map(plain, edition.spells))


def comparisons_csv(edition: Edition) -> str:
    return csv_text(COMPARISON_COLUMNS, ({**plain(c), "chain": chain_text(c.chain)} for c in edition.comparisons))


def evidence_records(row: StatusRow) -> Iterable[Record]:
    for evidence, related in (*((e, False) for e in row.evidence), *((e, True) for e in row.related)):
        for quote in evidence.quotes:
            yield {**_testimony_cells(evidence), **plain(quote), "unit_id": row.unit_id, "related": related}


def _testimony_cells(evidence: Evidence) -> Record:
    cells = {k: v for k, v in plain(evidence).items() if k not in ("quotes", "id", "words", "withdrawn")}
    return {**cells, "testimony": evidence.id, "chain": chain_text(evidence.chain)}


def tally_lines(edition: Edition, tally: Tally) -> Iterable[Record]:
    record = tally_record(edition, tally)
    shared = {k: record[k] for k in ("roster_id", "roster", "as_of", "known_by", "size", "covered", "marks")}
    for row in record["rows"]:
        yield {**shared, **row, **extent_record(tally, row["state"])}
    yield {**shared, "state": Support.UNKNOWN, "state_name": Support.UNKNOWN, "count": tally.unknown, **extent_record(tally, "")}
