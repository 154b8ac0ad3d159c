"""Readings and differences as tables and plain values. Pure: values in, things to print out."""

from __future__ import annotations

from collections import Counter
from typing import Any

from rich.console import Group
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from heldby.cli.options import printable
from heldby.flow.intake import Unheard
from heldby.interchange import claim_line, gap_line, tally_line
from heldby.ledger import Difference
from heldby.model.claim import Claim, Modality, Polarity, PublishedTally, Reading
from heldby.model.report import Report
from heldby.model.theatre import Theatre


def reading_table(report: Report, reading: Reading) -> Group:
    """One report's claims, tallies and gaps, each with the words it rests on."""
    when = report.published.text if report.published else "undated"
    marks = f" [{', '.join(m.replace('-', ' ') for m in report.marks)}]" if report.marks else ""
    title = f"{report.given_id or report.origin or report.id}  {report.outlet or 'unnamed outlet'}, {when}{marks}"
    parts: list[Any] = [Text(printable(title), style="bold")]
    if reading.claims:
        table = Table(expand=False, pad_edge=False, box=None, header_style="dim")
        for name in ("who says so", "what", "place", "when", "in these words"):
            table.add_column(name, overflow="fold", max_width=44)
        for claim in reading.claims:
            table.add_row(*(escape(printable(c)) for c in _claim_cells(claim)))
        parts.append(table)
    parts += [Text(printable(f"tally: {tally_words(t)}  <- {voices(t.chain)}: “{t.passage.quote}”")) for t in reading.tallies]
    parts += [Text(printable(f"gap ({g.kind}): {g.subject}: {g.cause}"), style="dim") for g in reading.gaps]
    if len(parts) == 1:
        parts.append(Text("no claim of control", style="dim"))
    parts.append(Text(""))
    return Group(*parts)


def unheard_lines(unheard: Unheard, theatre: Theatre) -> list[str]:
    """What was read and will not count as its reporter may think, in a line for each kind; none where all counts."""
    found = []
    if unheard.sideless:
        names = {a.id: a.name for a in theatre.lexicon.actors}
        told = ", ".join(f"{i}, {names.get(i, i)} ({n})" for i, n in _most(unheard.sideless))
        cause = f"claims are of actors on no side of {theatre.id}, and move no status: {told}"
        found.append(f"{unheard.sideless.total():,} {cause}; its actors.toml can give a side their names")
    if unheard.strangers:
        outlets = "1 outlet is" if len(unheard.strangers) == 1 else f"{len(unheard.strangers):,} outlets are"
        told = ", ".join(f"{name} ({n})" for name, n in _most(unheard.strangers))
        found.append(f"{outlets} in no list, and taken to be of no known kind or side: {told}")
    return found


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda x: (-x[1], x[0]))[:6]


def voices(chain: tuple[Any, ...]) -> str:
    """A chain from publisher to origin."""
    return " <- ".join(v.text for v in chain) or "nobody named"


def claim_words(claim: Claim) -> str:
    """What a claim says, in a line: "denied: taliban captured Nerkh"."""
    _, what, places, when, _ = _claim_cells(claim)
    return f"{what} {places}{f', {when}' if when else ''}"


def _claim_cells(claim: Claim) -> tuple[str, ...]:
    denied = "denied: " if claim.polarity is Polarity.DENIED else ""
    manner = f" ({claim.modality.replace('_', ' ')})" if claim.modality is not Modality.FACTUAL else ""
    hedged = ", hedged" if claim.hedged else ""
    loser = f" from {claim.from_actor}" if claim.from_actor else ""
    places = "; ".join(f"{p.canonical or p.text}{'' if p.unit_id else ' (not placed)'}" for p in claim.places)
    what = f"{denied}{claim.actor or 'nobody named'} {claim.relation.replace('_', ' ')}{loser}{manner}{hedged}"
    return voices(claim.chain), what, places, claim.when.edtf() if claim.when else "", f"“{claim.passage.quote}”"


def tally_words(tally: PublishedTally) -> str:
    figure = f"{tally.count}" if tally.count is not None else f"{100 * (tally.share or 0):g} %"
    of = f" of {tally.of}" if tally.of is not None else ""
    exact = "" if tally.qualifier == "exact" else f"{tally.qualifier} "
    return f"{tally.actor or 'nobody named'} {tally.relation} {exact}{figure}{of} {tally.unit.replace('_', ' ')}"


def difference_lines(difference: Difference) -> list[str]:
    """One line for each thing that reads otherwise now: - gone, + new, ~ changed."""
    lines = [f"{difference.report_id}:"]
    lines += [f"  - {_line(c)}" for c in difference.gone]
    lines += [f"  + {_line(c)}" for c in difference.new]
    lines += [f"  ~ {_line(old)}  =>  {_line(new)}" for old, new in difference.changed]
    lines += [f"  - tally {tally_words(t)}: “{printable(t.passage.quote)}”" for t in difference.tallies_gone]
    lines += [f"  + tally {tally_words(t)}: “{printable(t.passage.quote)}”" for t in difference.tallies_new]
    lines += [f"  - gap {g.kind}: {printable(g.subject)}" for g in difference.gaps_gone]
    lines += [f"  + gap {g.kind}: {printable(g.subject)}" for g in difference.gaps_new]
    return lines


def _line(claim: Claim) -> str:
    return printable(" | ".join(_claim_cells(claim)))


def difference_plain(difference: Difference) -> dict[str, Any]:
    """A difference as JSON-ready values, in the field names of `heldby read --json`."""
    return {
        "report": difference.report_id,
        "claims_gone": [claim_line(c) for c in difference.gone],
        "claims_new": [claim_line(c) for c in difference.new],
        "claims_changed": [[claim_line(old), claim_line(new)] for old, new in difference.changed],
        "tallies_gone": [tally_line(t) for t in difference.tallies_gone],
        "tallies_new": [tally_line(t) for t in difference.tallies_new],
        "gaps_gone": [gap_line(g) for g in difference.gaps_gone],
        "gaps_new": [gap_line(g) for g in difference.gaps_new],
    }
