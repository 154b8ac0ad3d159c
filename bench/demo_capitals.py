"""The demo's provincial capitals beside the days they are known to have fallen, and its recaptures: `python bench/demo_capitals.py [OTHER.csv]`.

Known days are those of the truth table, from public sources (src/heldby/theatres/afghanistan-2021/SOURCES.md); OTHER.csv, with columns unit_id and date, is a second
list to hold ours against. `off` is the number of days between our interval and the known one, 0 where they meet; `at most` how far any day of ours lies
from any day of theirs. Then every recapture of the truth table that a dispatch tells of: whether the spell it ended is closed within a day of it.
"""

from __future__ import annotations

import csv
import statistics
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from heldby.flow.demo import DEMO_NOW, FIRST, LAST, CapitalDate, TruthRow, run_demo, truth_rows
from heldby.flow.inquiry import Inquiry
from heldby.model.status import Symbol, Testimony
from heldby.model.when import When, days
from heldby.weigh.echo import near


def bounds(edtf: str) -> tuple[date, date]:
    """First and last day of an interval closed on both sides."""
    when = When.parse(edtf)
    first, last = when.first_day, when.last_day
    return first or last or FIRST, last or first or LAST


def widest(row: CapitalDate) -> int:
    """Days between the two days furthest apart, one of ours and one of theirs."""
    (a, b), (c, d) = bounds(row.ours), bounds(row.truth)
    return max(abs((b - c).days), abs((d - a).days))


def recaptures(inquiry: Inquiry) -> list[tuple[TruthRow, bool]]:
    """Every recapture in the truth table that somebody announced, and whether a spell of the loser ends there."""
    out: list[tuple[TruthRow, bool]] = []
    held: dict[str, set[str]] = {}
    for row in truth_rows():
        before = held.setdefault(row.unit_id, set())
        when = days(row.earliest, row.latest)
        if row.to_holder in before and announced(inquiry.weigher.testimonies.get(row.unit_id, ()), row):
            spells = inquiry.weigher.spells(row.unit_id, FIRST, LAST, DEMO_NOW)
            closed = any(s.holder == row.from_holder and s.end is not None and near(s.end, when, 1) for s in spells)
            out.append((row, closed))
        before |= {row.from_holder, row.to_holder}
    return out


def announced(said: Sequence[Testimony], row: TruthRow) -> bool:
    """Whether a testimony tells of this change, within a day of it."""
    when = days(row.earliest, row.latest)
    told = ((Symbol.TOOK, row.to_holder), (Symbol.LOST, row.from_holder))
    return any((t.symbol, t.holder) in told and near(t.when, when, 1) for t in said)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        demo = run_demo(Path(folder), lambda _: None, lambda _: None)
    dated = [c for c in demo.capitals if c.ours]
    for c in demo.capitals:
        off = "" if c.error is None else f"{c.error:+d} off, at most {widest(c)}"
        print(f"  {c.name:24} ours {c.ours or 'none':36} known {c.truth:24} {off}")
    print(f"{len(demo.capitals)} capitals, {len(dated)} with a day of ours")
    errors = [abs(c.error) for c in dated if c.error is not None]
    print(f"off: median {statistics.median(errors)}, most {max(errors)}; at most: median {statistics.median(map(widest, dated))} days")
    if len(sys.argv) > 1:
        with Path(sys.argv[1]).open(encoding="utf-8", newline="") as file:
            other = {r["unit_id"]: date.fromisoformat(r["date"]) for r in csv.DictReader(file)}
        apart = []
        for c in dated:
            if c.unit_id in other:
                first, last = bounds(c.ours)
                apart.append(max(0, (first - other[c.unit_id]).days, (other[c.unit_id] - last).days))
        print(f"against {sys.argv[1]}: {len(apart)} capitals, median {statistics.median(apart)}, most {max(apart)} days")
    found = recaptures(demo.inquiry)
    print(f"{len(found)} recaptures told of; {sum(closed for _, closed in found)} end a closed spell of the other side")
    for row, closed in found:
        if not closed:
            spells = demo.inquiry.weigher.spells(row.unit_id, FIRST, LAST, DEMO_NOW)
            told = ", ".join(f"{s.holder} {s.start.edtf() if s.start else ''}..{s.end.edtf() if s.end else ''}" for s in spells)
            print(f"  {row.unit_id} back to {row.to_holder} {row.earliest}/{row.latest}: spells {told or 'none'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
