"""The sources' record of an edition: as a table on a terminal, as JSON, as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.console import RenderableType

from heldby.model.record import SourceSort
from heldby.publish.edition import Edition
from heldby.publish.plain import csv_text, json_text, plain
from heldby.publish.records import document
from heldby.publish.source_rows import OutcomeCells, SourceRow
from heldby.publish.tables import WIDE, WIDEST, Column, Listing, cell, holder_cell, shown, sign

SOURCE_COLUMNS = (
    "name sort kind side side_name outlet_id reports published testimonies carried relayed echoed withdrawn fights "
    "borne_out contradicted open share share_low share_high "
    "own_borne_out own_contradicted own_open own_share own_share_low own_share_high "
    "against_borne_out against_contradicted against_open against_share against_share_low against_share_high "
    "denials_borne_out denials_contradicted denials_open denials_share denials_share_low denials_share_high "
    "lead_hours lead_low lead_high lead_changes lead_first learned learned_low learned_high learned_cases letter_proposed letter_why letter_set marks"
)
HEADINGS = {
    SourceSort.PARTY: "Parties, each of one voice",
    SourceSort.OUTLET: "Outlets, with the unnamed voices they vouch for",
    SourceSort.ROLE: "Voices by role and side (the same words again, by who spoke them)",
}
LETTERS = "Letters are proposed by these figures on the Admiralty scale (A to E; F: too few to judge), never set; what a person set stands beside them."
INTERESTS = (
    "Interest, against: those borne out of the claims that serve a voice's side (or its friends), and of those that cost it; – none judged."
)
LEARNED = "Learned: of its words on who holds, where others speak too, the share that the weighing bears out, its own word weighed in."
LEADS = "Lead: median time ahead of (+) or behind (−) the first of the others, on changes that others told of too (how many)."


def sources_table(edition: Edition) -> RenderableType:
    """Parties, outlets, roles, one line each; the rule they are judged by below."""
    if not edition.records:
        return shown(edition, cell("Nobody has said anything of a place by then."))
    listings = [_listing(edition, sort, rows) for sort, rows in grouped(edition)]
    return shown(edition, *listings, *(cell(text, "dim") for text in notes(edition)))


def notes(edition: Edition) -> tuple[str, ...]:
    """What stands under the figures: the rule they are judged by, and what each column says."""
    learned = (f"{LEARNED} In brackets: of how many.",) if any(r.learned is not None for r in edition.records) else ()
    return (edition.records_rule, INTERESTS, *learned, LEADS, LETTERS)


def grouped(edition: Edition) -> list[tuple[SourceSort, list[SourceRow]]]:
    """The rows by sort, in order, those there are."""
    found = [(sort, [r for r in edition.records if r.sort == sort]) for sort in SourceSort]
    return [(sort, rows) for sort, rows in found if rows]


def _listing(edition: Edition, sort: SourceSort, rows: Sequence[SourceRow]) -> Listing:
    press = sort is SourceSort.OUTLET
    learned = any(r.learned is not None for r in rows)
    columns = (
        Column("source", least=18),
        Column("reports", "right", wide=WIDEST),
        Column("own", "right"),
        *([Column("carried", "right", wide=WIDEST), Column("echoes", "right")] if press else [Column("retold", "right", wide=WIDE)]),
        Column("borne out", "right"),
        Column("90 %", "right"),
        Column("open", "right"),
        Column("interest", "right", wide=WIDE),
        Column("against", "right", wide=WIDE),
        Column("denials", "right", wide=WIDEST if learned else WIDE),
        *([Column("learned", "right", wide=WIDE)] if learned else []),
        Column("lead", "right"),
        Column("letter"),
        *([Column("set")] if any(r.letter_set for r in edition.records) else []),
    )
    heads = [c.head for c in columns]
    return Listing(HEADINGS[sort], columns, tuple(tuple(_cells(edition, row)[h] for h in heads) for row in rows))


def _cells(edition: Edition, row: SourceRow) -> dict[str, Any]:
    return {
        "source": holder_cell(edition, edition.theatre.side_of(row.side) if row.side_name else "", row.name + sign(row.marks)),
        "reports": cell(str(row.reports)),
        "own": cell(str(row.testimonies)),
        "carried": cell(str(row.carried)),
        "echoes": cell(str(row.relayed)),
        "retold": cell(str(row.echoed)),
        "borne out": cell(out_of(row.outcomes)),
        "90 %": cell(interval(row.outcomes.low, row.outcomes.high)),
        "open": cell(str(row.outcomes.open or "")),
        "interest": cell(out_of(row.own)),
        "against": cell(out_of(row.against)),
        "denials": cell(out_of(row.denials)),
        "learned": cell(learned_words(row)),
        "lead": cell(lead_words(row)),
        "letter": cell(row.letter, "dim" if row.letter == "F" else "bold"),
        "set": cell(row.letter_set, "bold"),
    }


def out_of(outcomes: OutcomeCells) -> str:
    """ "17 of 18": how many of those judged were borne out; a dash where none was judged but some were told, nothing where none was told."""
    if outcomes.judged:
        return f"{outcomes.borne_out} of {outcomes.judged}"
    return "–" if outcomes.open else ""


def interval(low: float | None, high: float | None) -> str:
    """ "76–98 %", nothing where there is none."""
    return "" if low is None or high is None else f"{100 * low:.0f}–{100 * high:.0f} %"


def learned_words(row: SourceRow) -> str:
    """ "84 % (17)": the share borne out and of how many; nothing where nothing was learned."""
    return "" if row.learned is None else f"{100 * row.learned:.0f} % ({row.learned_cases})"


def lead_words(row: SourceRow) -> str:
    """ "+5 h (13)", "−2.3 d (4)"."""
    return "" if row.lead is None else f"{span_words(row.lead)} ({row.lead_changes})"


def span_words(hours: float) -> str:
    """Hours below two days, else days, signed; a lead below half an hour is none."""
    if abs(hours) < 0.5:
        return "0 h"
    text = f"{hours:+.0f} h" if abs(hours) < 48 else f"{hours / 24:+.1f} d"
    return text.replace("-", "−")


def sources_json(edition: Edition) -> str:
    """Every source with all its figures, and the rule they are judged by."""
    return json_text(document(edition, rule=edition.records_rule, sources=edition.records))


def sources_csv(edition: Edition) -> str:
    """One line a source."""
    return csv_text(SOURCE_COLUMNS, (_flat(row) for row in edition.records))


def _flat(row: SourceRow) -> dict[str, Any]:
    record: dict[str, Any] = plain(row)
    for prefix, name in (("", "outcomes"), ("own_", "own"), ("against_", "against"), ("denials_", "denials")):
        cells = record.pop(name)
        record |= {f"{prefix}{k}": cells[k] for k in ("borne_out", "contradicted", "open")}
        record |= {f"{prefix}share": cells["share"], f"{prefix}share_low": cells["low"], f"{prefix}share_high": cells["high"]}
    return {**record, "lead_hours": record["lead"], "letter_proposed": record["letter"]}
