"""The main job on the bundled dispatches, start to end.

    dispatches -> add -> open_inquiry -> tallies by week, crossings at three clocks, spells, capitals against truth, coverage -> edition -> files

The dispatches are reconstructions of public events of 2021. The demo's clock stands at `DEMO_NOW`, so that every run gives the same bytes.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from heldby.clock import parse_instant
from heldby.desk import Desk, open_desk
from heldby.errors import UsageError
from heldby.flow.inquiry import Inquiry, Question, Wanted, open_inquiry
from heldby.flow.intake import Intake, add_sources
from heldby.flow.parallel import ONE, Workers
from heldby.flow.publishing import full_edition
from heldby.ledger import open_ledger
from heldby.model.place import PlaceKind
from heldby.model.status import Change
from heldby.publish import Edition
from heldby.settings import Settings

THEATRE = "afghanistan-2021"
DATA = Path(__file__).resolve().parent.parent / "demo"
DEMO_NOW = datetime(2021, 8, 16, 19, 30, tzinfo=UTC)  # midnight in Kabul, after the last dispatch
FIRST, LAST = date(2021, 5, 1), date(2021, 8, 16)
CROSSING_DAY = date(2021, 7, 14)
CLOCKS = (("noon", "2021-07-14T12:00"), ("that evening", "2021-07-14T21:00"), ("a week later", "2021-07-21"))
BRIEF_SINCE = date(2021, 8, 6)  # the day the first capital fell
LEDGER = "demo.db"


@dataclass(frozen=True, slots=True)
class TruthRow:
    """One change in the truth table: `earliest` and `latest` bound its day; `weak` rows say only how things stood in the end."""

    unit_id: str
    from_holder: str
    to_holder: str
    earliest: date
    latest: date
    weak: bool


@dataclass(frozen=True, slots=True)
class CapitalDate:
    """A capital's last passing to the Taliban: ours beside the truth table's. `error` in days (0 inside its interval), None where we say none."""

    unit_id: str
    name: str
    ours: str
    truth: str
    error: int | None


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo found; editions are what may be shown."""

    intake: Intake
    inquiry: Inquiry
    weekly: Edition
    crossings: tuple[tuple[str, Edition], ...]
    changed_often: Edition
    often: tuple[str, ...]
    capitals: tuple[CapitalDate, ...]
    covered: int
    units: int
    brief: Edition


def dispatch_count() -> int:
    """Lines of the bundled file: what a progress bar counts up to."""
    with (DATA / "dispatches.jsonl").open(encoding="utf-8") as file:
        return sum(1 for _ in file)


def demo_desk(out: Path) -> Desk:
    """The parts of the demo, with its own ledger under `out`, its theatre and its clock. Nothing of the environment is looked at."""
    return open_desk(Settings(theatre=THEATRE, ledger=out / LEDGER), clock=lambda: DEMO_NOW)


def run_demo(out: Path, reading: Callable[[int], None], saying: Callable[[str], None], workers: Workers = ONE) -> Demo:
    """Read, keep, weigh and ask. Writes the ledger under `out`, anew."""
    desk = demo_desk(out)
    intake = read_dispatches(desk, reading, workers)
    ledger = open_ledger(desk.settings.ledger)
    try:
        inquiry = open_inquiry(desk, ledger, progress=saying)
    finally:
        ledger.close()
    question = Question(LAST, DEMO_NOW)
    often, changed_often = _often(inquiry, question)
    roster = desk.theatre.roster(desk.theatre.default_roster)
    if roster is None:
        raise UsageError(f"theatre {THEATRE}", "has no default roster")
    weeks = tuple(LAST - timedelta(days=7 * n) for n in range((LAST - FIRST).days // 7, -1, -1))
    saying("counting and drawing")
    covered = len(set(roster.unit_ids) & set(inquiry.units_with_evidence(question)))
    return Demo(
        intake=intake,
        inquiry=inquiry,
        weekly=inquiry.edition(question, Wanted(roster=roster, tally_days=weeks, published=True)),
        crossings=_crossings(inquiry),
        changed_often=changed_often,
        often=often,
        capitals=capital_dates(inquiry, question),
        covered=covered,
        units=len(roster.unit_ids),
        brief=full_edition(
            inquiry, question, since=BRIEF_SINCE, tally_days=weeks, title="Afghanistan, summer of 2021: who holds it", records=True
        ),
    )


def read_dispatches(desk: Desk, reading: Callable[[int], None], workers: Workers = ONE) -> Intake:
    """The bundled dispatches, read into the desk's ledger, anew."""
    _fresh(desk.settings.ledger)
    ledger = open_ledger(desk.settings.ledger)
    try:
        return add_sources(desk, ledger, [str(DATA / "dispatches.jsonl")], desk.gather_options(), reading, workers=workers)
    finally:
        ledger.close()


def _fresh(where: Path | str) -> None:
    """Remove an earlier run's ledger, and only that."""
    path = Path(where)
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        old.unlink(missing_ok=True)


def _crossings(inquiry: Inquiry) -> tuple[tuple[str, Edition], ...]:
    """All crossings on one day, as known at three times."""
    theatre = inquiry.desk.theatre
    ids = tuple(u.id for u in theatre.units if u.kind is PlaceKind.CROSSING)
    at = [(label, parse_instant(text, "demo", theatre.zone)) for label, text in CLOCKS]
    return tuple((label, inquiry.edition(Question(CROSSING_DAY, known), Wanted(ids, reasons=True))) for label, known in at)


def _often(inquiry: Inquiry, question: Question) -> tuple[tuple[str, ...], Edition]:
    """Districts that passed from one side to another at least twice, most often first."""
    theatre = inquiry.desk.theatre
    districts = [u for u in inquiry.units_with_evidence(question) if (unit := theatre.unit(u)) and unit.kind is PlaceKind.DISTRICT]
    sides = {s.id for s in theatre.sides}
    counts = {u: sum(_is_turn(c, sides) for c in inquiry.changes((u,), FIRST, question)) for u in districts}
    often = tuple(sorted((u for u, n in counts.items() if n >= 2), key=lambda u: (-counts[u], u)))
    return often, inquiry.edition(question, Wanted(often, since=FIRST, spells=True))


def _is_turn(change: Change, sides: set[str]) -> bool:
    return change.before in sides and change.after in sides


def truth_rows(path: Path = DATA / "truth.csv") -> tuple[TruthRow, ...]:
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            TruthRow(
                r["unit_id"],
                r["from_holder"],
                r["to_holder"],
                date.fromisoformat(r["earliest"]),
                date.fromisoformat(r["latest"]),
                r["source"].startswith("Only Panjshir"),
            )
            for r in csv.DictReader(file)
        )


def capital_dates(inquiry: Inquiry, question: Question) -> tuple[CapitalDate, ...]:
    """Every capital in the truth table, by the day it was finally lost."""
    theatre = inquiry.desk.theatre
    last = {r.unit_id: r for r in truth_rows() if r.to_holder == "taliban"}
    found = []
    for unit in (u for u in theatre.units if u.capital_of and u.id in last):
        row = last[unit.id]
        ours = [c for c in inquiry.changes((unit.id,), FIRST, question) if c.after == "taliban"]
        when = ours[-1].when if ours else None
        span = row.earliest.isoformat() if row.earliest == row.latest else f"{row.earliest}/{row.latest}"
        found.append(CapitalDate(unit.id, unit.name, when.edtf() if when else "", span, _days_off(ours[-1], row) if ours else None))
    return tuple(sorted(found, key=lambda c: (c.truth, c.unit_id)))


def _days_off(change: Change, row: TruthRow) -> int:
    """Days between our interval and the truth's; 0 where they meet, negative where we are early."""
    first = change.when.first_day or change.when.last_day or row.earliest
    last = change.when.last_day or first
    if last < row.earliest:
        return (last - row.earliest).days
    return max(0, (first - row.latest).days)
