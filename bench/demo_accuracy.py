"""How often the demo's statuses are right, beside two ways a map is made by hand: `python bench/demo_accuracy.py`.

Every unit of the truth table that has evidence, on every day on which the table leaves no doubt (outside the intervals of its changes; rows that
say only how things stood in the end are left out). Two clocks: as known at the end of the same day, and as known when all was read. Peers see
the same located claims: `last report wins` takes the latest claim, `majority vote` the claims of the last 30 days, each report counted.
Printed: share right, Brier score over the states (0 is perfect, 2 is worst), ratios to heldby's, and how often heldby's leading state is right by the
probability it gave. Units without evidence are counted apart.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

from heldby.clock import end_of_day
from heldby.flow.demo import DATA, DEMO_NOW, FIRST, LAST, TruthRow, run_demo, truth_rows
from heldby.flow.inquiry import Inquiry, Question
from heldby.model.status import Located, Symbol, Testimony

SIDES = ("afghan_government", "taliban")
WINDOW = timedelta(days=30)
BINS = (0.0, 0.55, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
Belief = Mapping[str, float]
Method = Callable[[str, date, datetime], Belief]


@dataclass(frozen=True, slots=True)
class Vote:
    """What one claim in one report says of one unit, for a method that weighs nothing."""

    located: Located
    first_day: date
    holder: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a method said of one unit on one day: whether its leading state was right, the Brier score, and the probability it gave that state."""

    right: bool
    brier: float
    p: float


def truth_on(rows: list[TruthRow], day: date) -> str | None:
    """The holder on a day, None where the table leaves it open."""
    holder = rows[0].from_holder
    for row in rows:
        if row.earliest <= day < row.latest:
            return None
        if day >= row.latest:
            holder = row.to_holder
    return holder


def votes_of(testimonies: Sequence[Testimony]) -> list[Vote]:
    votes = []
    for t in testimonies:
        for c in t.claims:
            other = SIDES[1 - SIDES.index(t.holder)] if t.holder in SIDES else ""
            holder = {Symbol.CONTESTS: "contested", Symbol.TOOK: t.holder, Symbol.HOLDS: t.holder, Symbol.NOT_LOST: t.holder}.get(
                t.symbol, other
            )
            day = t.when.first_day or t.when.last_day or t.known.date()
            if holder:
                votes.append(Vote(c, day, holder))
    return sorted(votes, key=lambda v: (v.located.known, v.first_day, v.located.claim.id, v.holder))


def last_report(votes: Mapping[str, list[Vote]]) -> Method:
    def believe(unit: str, day: date, known: datetime) -> Belief:
        seen = [v for v in votes[unit] if v.first_day <= day and v.located.known <= known]
        return {max(seen, key=lambda v: (v.first_day, v.located.known, v.located.claim.id)).holder: 1.0} if seen else {}

    return believe


def majority(votes: Mapping[str, list[Vote]]) -> Method:
    def believe(unit: str, day: date, known: datetime) -> Belief:
        seen = [v for v in votes[unit] if v.first_day <= day and v.located.known <= known]
        recent = [v for v in seen if v.first_day > day - WINDOW] or seen[-1:]
        return {h: sum(v.holder == h for v in recent) / len(recent) for h in {v.holder for v in recent}} if recent else {}

    return believe


def heldby(inquiry: Inquiry) -> Method:
    def believe(unit: str, day: date, known: datetime) -> Belief:
        (status,) = inquiry.statuses((unit,), Question(day, known))
        return dict(status.probabilities)

    return believe


def brier(belief: Belief, true: str) -> float:
    states = {*belief, true}
    return sum((belief.get(s, 0.0) - (s == true)) ** 2 for s in sorted(states))


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        demo = run_demo(Path(folder), lambda _: None, lambda _: None)
    inquiry = demo.inquiry
    rows: dict[str, list[TruthRow]] = {}
    for row in truth_rows(DATA / "truth.csv"):
        rows.setdefault(row.unit_id, []).append(row)
    strong = {u: found for u, found in rows.items() if not any(r.weak for r in found)}
    votes = {u: votes_of(inquiry.weigher.testimonies.get(u, ())) for u in strong}
    methods: dict[str, Method] = {"heldby": heldby(inquiry), "last report wins": last_report(votes), "majority vote": majority(votes)}
    days = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    print(f"{len(strong)} units of the truth table, {sum(not v for v in votes.values())} of them without evidence, {len(days)} days")
    zone = inquiry.desk.theatre.zone
    for label, clock in (("as known that day", lambda d: end_of_day(d, zone)), ("as known in the end", lambda _: DEMO_NOW)):
        results = measure(strong, methods, days, clock)
        n = len(results["heldby"])
        print(f"\n{label}: {n} unit-days with evidence and a known truth")
        base = sum(a.brier for a in results["heldby"]) / n
        for name, found in results.items():
            score = sum(a.brier for a in found) / n
            print(f"  {name:<18} right {sum(a.right for a in found) / n:.4f}   Brier {score:.4f}   {score / base:.2f} x heldby's")
        print(f"  heldby calibration error (top state, 15 bins) {calibration_error(results['heldby']):.4f}")
        for low, high in pairwise(BINS):
            here = [a for a in results["heldby"] if low < a.p <= high]
            if here:
                said, right = sum(a.p for a in here) / len(here), sum(a.right for a in here) / len(here)
                print(f"  heldby says {low:.2f} to {high:.2f}: {len(here):>5} unit-days, mean {said:.3f}, right {right:.3f}")
    return 0


def calibration_error(answers: Sequence[Answer]) -> float:
    """Mean distance between the probability given to the leading state and how often it is right, over 15 bins of equal width."""
    off = [0.0] * 15
    for a in answers:
        off[min(int(a.p * 15), 14)] += a.p - a.right
    return sum(abs(x) for x in off) / len(answers)


def measure(
    truth: Mapping[str, list[TruthRow]], methods: Mapping[str, Method], days: list[date], clock: Callable[[date], datetime]
) -> dict[str, list[Answer]]:
    """The answer of every method on every unit-day on which all of them have something to go by."""
    results: dict[str, list[Answer]] = {name: [] for name in methods}
    for unit, rows in sorted(truth.items()):
        for day in days:
            true = truth_on(rows, day)
            beliefs = {name: m(unit, day, clock(day)) for name, m in methods.items()}
            if true is None or not all(beliefs.values()):
                continue
            for name, belief in beliefs.items():
                best = max(sorted(belief), key=lambda s: belief[s])
                results[name].append(Answer(best == true, brier(belief, true), belief[best]))
    return results


if __name__ == "__main__":
    sys.exit(main())
