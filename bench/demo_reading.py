"""How much of what the bundled dispatches tell is read: `python bench/demo_reading.py [--misses]`.

dispatches_notes.csv names, for each dispatch, the rows of the truth table that it tells. A row counts as read if some claim of the dispatch has
the row's unit (or the centre that belongs to it) among its places, told by anybody, asserted or denied. Also printed: reports a second, with the
theatre loaded.
"""

from __future__ import annotations

import csv
import sys
import tempfile
import time
from pathlib import Path

from heldby.flow.demo import DATA, demo_desk
from heldby.flow.intake import read_sources
from heldby.model.claim import Reading
from heldby.model.report import Gap, Retraction


def units_of(reading: Reading) -> set[str]:
    found = {p.unit_id for c in reading.claims for p in c.places if p.unit_id}
    return found | {u.removesuffix(":centre") for u in found}


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        desk = demo_desk(Path(folder))
    with (DATA / "truth.csv").open(encoding="utf-8", newline="") as file:
        unit_of = {r["row"]: r["unit_id"] for r in csv.DictReader(file)}
    with (DATA / "dispatches_notes.csv").open(encoding="utf-8", newline="") as file:
        told = {r["id"]: [unit_of[row] for row in r["truth_rows"].replace(";", " ").split()] for r in csv.DictReader(file)}
    began = time.process_time()
    items = [i for i in read_sources(desk, [str(DATA / "dispatches.jsonl")], desk.gather_options()) if not isinstance(i, Gap | Retraction)]
    spent = time.process_time() - began
    read = missed = 0
    for report, reading in items:
        lost = [u for u in told.get(report.given_id, []) if u not in units_of(reading)]
        read += len(told.get(report.given_id, [])) - len(lost)
        missed += len(lost)
        if lost and "--misses" in sys.argv:
            claims = [
                f"{c.polarity} {c.relation} {c.actor}: {', '.join(f'{p.text} = {p.unit_id}' for p in c.places)}" for c in reading.claims
            ]
            print(f"{report.given_id}  lost: {', '.join(lost)}\n  {report.text!r}")
            print("".join(f"    {c}\n" for c in claims), end="")
    print(f"{read} of {read + missed} tellings of a change of hands are read ({100 * read / (read + missed):.1f} %)")
    print(
        f"{len(items)} dispatches in {spent:.2f} s of processor time, {len(items) / spent:.0f} a second, first use of the gazetteer included"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
