"""The calibration of the ledger's weighing on the bundled dispatches, as the picture of docs/model.md: `python bench/weigh_plots.py [FOLDER]`.

Every unit-day on which the truth table leaves no doubt, as in bench/demo_accuracy.py; each state's probability is one answer, so that a unit-day gives three.
Ten bins of equal width; intervals are Wilson's, as if days were independent, which they are not: they are too narrow.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from demo_accuracy import truth_on
from heldby.clock import end_of_day
from heldby.flow.demo import DATA, DEMO_NOW, FIRST, LAST, TruthRow, run_demo, truth_rows
from heldby.flow.inquiry import Inquiry, Question
from heldby.publish.diagnostics import Bin, Curve, calibration_svg
from heldby.publish.sheet import png
from heldby.weigh.admiralty import share_of

ROOT = Path(__file__).resolve().parent.parent
BINS = 10


def curve(inquiry: Inquiry, truth: dict[str, list[TruthRow]], name: str, clock: Callable[[date], datetime]) -> Curve:
    said, true, n = [0.0] * BINS, [0] * BINS, [0] * BINS
    for day in (FIRST + timedelta(days=k) for k in range((LAST - FIRST).days + 1)):
        for unit, rows in truth.items():
            holder = truth_on(rows, day)
            if holder is None:
                continue
            (status,) = inquiry.statuses((unit,), Question(day, clock(day)))
            for state, p in status.probabilities:
                k = min(int(p * BINS), BINS - 1)
                said[k], true[k], n[k] = said[k] + p, true[k] + (state == holder), n[k] + 1
    bins = []
    for k in range(BINS):
        found = share_of(true[k], n[k] - true[k])
        if found is not None:
            bins.append(Bin(said[k] / n[k], found.mean, found.low, found.high, n[k]))
            print(f"{name}: said {said[k] / n[k]:.3f}, true {found.mean:.3f}, {n[k]} answers")
    return Curve(name, tuple(bins))


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"
    with tempfile.TemporaryDirectory() as home:
        inquiry = run_demo(Path(home), lambda _: None, lambda _: None).inquiry
    truth: dict[str, list[TruthRow]] = {}
    for row in truth_rows(DATA / "truth.csv"):
        truth.setdefault(row.unit_id, []).append(row)
    strong = {u: rows for u, rows in truth.items() if not any(r.weak for r in rows)}
    zone = inquiry.desk.theatre.zone
    curves = [
        curve(inquiry, strong, "as known that day", lambda d: end_of_day(d, zone)),
        curve(inquiry, strong, "as known in the end", lambda _: DEMO_NOW),
    ]
    subtitle = f"Afghanistan, {FIRST} to {LAST}, bundled dispatches: {len(strong)} units against the truth table, every state's probability on every day."
    svg = calibration_svg("What is given a probability, and how often it is true", subtitle, curves)
    (folder / "calibration.png").write_bytes(png(svg, 1.6, "calibration"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
