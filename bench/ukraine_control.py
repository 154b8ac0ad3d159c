"""Maps and lists of Ukraine that say of every place who holds it, each held out and predicted from the others by the ledger's own weighing.

    python bench/ukraine_control.py [../shared/data/ua_sources_joined] [--keep LEDGER] [--as-known DAYS]

The sources are taken in through `bench/mappings/ua_sources_joined.toml` into a ledger of the theatre `ukraine-2022`, as `heldby add --mapping` does.
Of each source held out, every day on which it speaks of a place outside Crimea that is active (a source changed there, or two disagreed) is predicted:
from all that the others ever said, and with --as-known every so many days from what they had said by that day's end. As in
`../shared/measure/panel.py`, a prediction is mapped to the source's labels by a confusion fitted on the other half of the map (0.5 degree blocks),
and majority vote of the others gets the same mapping: that is the number to beat. `disagreed`: the others say different things that day.

Printed beside: what becomes of the places that one feed turns on its bad day, 14 March 2024; and how many testimonies a place has.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

from heldby.desk import Desk, open_desk
from heldby.flow.tabling import add_tables
from heldby.gather.mapping import load_mapping
from heldby.ledger import Outcome, open_ledger
from heldby.locate.nearest import nearest_unit
from heldby.model.status import Located
from heldby.settings import Settings
from heldby.weigh import Weigher
from heldby.weigh.echo import testify

HERE = Path(__file__).parent
MAPPING = HERE / "mappings" / "ua_sources_joined.toml"
FIRST, LAST = date(2022, 2, 24), date(2025, 12, 31)
DAYS = (LAST - FIRST).days + 1
STATES = ("russia", "ukraine", "contested")
LABEL = {"RU": 0, "UA": 1, "NOT_RU": 1, "LOST_BY_RU": 1, "CONTESTED": 2}
BAD_DAY, BAD_FEED = date(2024, 3, 14), "nzz_liveuamap"
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Told:
    """What each source says: `said[source]` is [places, days] of labels, -1 where it says nothing; `units` the ledger's places in that order."""

    units: tuple[str, ...]
    points: Floats
    said: Mapping[str, npt.NDArray[np.int8]]


def told(folder: Path, desk: Desk) -> Told:
    """The runs of the data, day by day, of the places outside Crimea that the theatre can place; of two that are one unit, the first."""
    with (folder / "places.csv").open(encoding="utf-8", newline="") as f:
        rows = [r for r in csv.DictReader(f) if r["crimea"] != "1"]
    unit_of: dict[str, str] = {}
    points: list[tuple[float, float]] = []
    for row in rows:
        point = float(row["lat"]), float(row["lon"])
        unit, _ = nearest_unit(desk.theatre, row["place_key"].partition("#")[0], point)
        if unit is not None and unit.id not in unit_of.values():
            unit_of[row["place_key"]] = unit.id
            points.append(point)
    at = {key: i for i, key in enumerate(unit_of)}
    said: dict[str, npt.NDArray[np.int8]] = {}
    with gzip.open(folder / "status_runs.csv.gz", "rt", encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            if row["place_key"] in at and row["status"] in LABEL:
                days = said.setdefault(row["source"], np.full((len(at), DAYS), -1, np.int8))
                first, last = (max(0, (date.fromisoformat(row[k]) - FIRST).days) for k in ("from_date", "to_date"))
                days[at[row["place_key"]], first : last + 1] = LABEL[row["status"]]
    return Told(tuple(unit_of.values()), np.array(points), said)


def of_active(data: Told) -> Told:
    """The places where a source changed, or two disagreed on a day."""
    out = np.zeros(len(data.units), bool)
    for days in data.said.values():
        out |= ((days[:, 1:] != days[:, :-1]) & (days[:, 1:] >= 0) & (days[:, :-1] >= 0)).any(1)
        for other in data.said.values():
            out |= ((days >= 0) & (other >= 0) & (days != other)).any(1)
    said = {name: days[out] for name, days in data.said.items()}
    return Told(tuple(u for u, yes in zip(data.units, out, strict=True) if yes), data.points[out], said)


def votes(data: Told, held: str) -> tuple[Floats, Bools]:
    """Shares of the other sources' words [places, days, 3], and where they disagree."""
    count = np.zeros((len(data.units), DAYS, 3))
    for name, days in data.said.items():
        if name != held:
            for k in range(3):
                count[:, :, k] += days == k
    n = count.sum(2)
    share = count / np.maximum(n, 1)[..., None]
    share[n == 0] = count.sum((0, 1)) / count.sum()
    return share, count.max(2) < n


def mapped(p: Floats, label: npt.NDArray[np.int8], points: Floats, mask: Bools) -> dict[str, float]:
    """Accuracy and Brier score of a prediction [places, days, 3] against labels where `mask` holds, mapped by the confusion of the other half."""
    block = (np.floor(points[:, 1] / 0.5).astype(int) * 7919 + np.floor(points[:, 0] / 0.5).astype(int) * 104729) % 2 == 0
    spoken, brier, right, n = label >= 0, 0.0, 0, 0
    for half in (block, ~block):
        train, test = spoken & half[:, None], spoken & mask & ~half[:, None]
        table = np.stack([p[train][label[train] == k].sum(0) for k in range(3)], 1) + 1.0
        q = p[test] @ (table / table.sum(1, keepdims=True))
        q /= q.sum(1, keepdims=True)
        y = label[test]
        brier += float(((q - np.eye(3)[y]) ** 2).sum())
        right += int((q.argmax(1) == y).sum())
        n += len(y)
    return {"n": n, "accuracy": right / max(n, 1), "brier": brier / max(n, 1)}


def end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(6), UTC)


def weigher_of(desk: Desk, claims: Iterable[Located]) -> Weigher:
    return Weigher(desk.theatre, desk.priors, testify(tuple(claims), desk.theatre, desk.priors))


def posterior(weigher: Weigher, units: Sequence[str], days: Sequence[date], known_by: datetime) -> Floats:
    """[units, days, 3] in the order of STATES; a third each where nothing is known yet."""
    out = np.full((len(units), len(days), 3), 1 / 3)
    for i, unit in enumerate(units):
        if unit not in weigher.testimonies:
            continue
        trace = weigher.trace(unit, days, known_by)
        if trace.since is None:
            continue
        column = [trace.states.index(s) for s in STATES]
        known = [j for j, day in enumerate(days) if day >= trace.since]
        out[i, known] = trace.p[known][:, column]
    whole: Floats = out / np.maximum(out.sum(2, keepdims=True), 1e-9)
    return whole


def held_out(desk: Desk, data: Told, claims: Sequence[Located], held: str, step: int) -> None:
    """Print one source's figures."""
    name = (load_mapping(str(MAPPING)).outlets or {})[held]
    weigher = weigher_of(desk, (c for c in claims if c.outlet != name))
    units = data.units
    share, hard = votes(data, held)
    rows = [("all days", np.ones_like(hard)), ("disagreed", hard)]
    days = [FIRST + timedelta(days=i) for i in range(DAYS)]
    score(held, "in the end", rows, posterior(weigher, units, days, end_of(LAST)), share, data)
    if step:
        clocks = [i for i in range(0, DAYS, step) if (data.said[held][:, i] >= 0).any()]
        p = np.full((len(units), DAYS, 3), 1 / 3)
        for i in clocks:
            p[:, i : i + 1] = posterior(weigher, units, days[i : i + 1], end_of(days[i]))
        asked = np.zeros(DAYS, bool)
        asked[clocks] = True
        # The mapping too is fitted on the days asked about.
        said = {**data.said, held: np.where(asked, data.said[held], -1).astype(np.int8)}
        score(held, "as known that day", rows, p, share, Told(data.units, data.points, said))


def score(held: str, when: str, rows: Sequence[tuple[str, Bools]], p: Floats, share: Floats, data: Told) -> None:
    label = data.said[held]
    for what, mask in rows:
        ours, theirs = (mapped(x, label, data.points, mask) for x in (p, share))
        if not ours["n"]:
            continue
        print(
            f"{held:14s} {when:18s} {what:10s} n {ours['n']:7.0f}  heldby brier {ours['brier']:.4f} accuracy {ours['accuracy']:.4f}  "
            f"majority vote brier {theirs['brier']:.4f} accuracy {theirs['accuracy']:.4f}  ratio {ours['brier'] / max(theirs['brier'], 1e-9):.3f}",
            flush=True,
        )


def bad_day(desk: Desk, data: Told, claims: Sequence[Located]) -> None:
    """Of the places that one feed turns on its bad day while another source stands by the old status: how many the ledger turns too."""
    i = (BAD_DAY - FIRST).days
    feed, others = data.said[BAD_FEED], [d for name, d in data.said.items() if name != BAD_FEED]
    turned = (feed[:, i - 1] >= 0) & (feed[:, i] >= 0) & (feed[:, i - 1] != feed[:, i])
    stood = np.zeros_like(turned)
    for days in others:
        stood |= (days[:, i + 6] == feed[:, i - 1]) & (days[:, i - 1] == feed[:, i - 1])
    places = [u for u, yes in zip(data.units, turned & stood, strict=True) if yes]
    weigher = weigher_of(desk, claims)
    for after in (0, 6, 60):
        before = [weigher.assess(u, BAD_DAY - timedelta(days=1), end_of(BAD_DAY - timedelta(days=1)), reasons=False).holder for u in places]
        day = BAD_DAY + timedelta(days=after)
        now = [weigher.assess(u, day, end_of(day), reasons=False) for u in places]
        flips = sum(a != b.holder for a, b in zip(before, now, strict=True))
        disputed = sum(b.support == "disputed" for b in now)
        print(
            f"14 March 2024: the feed turns {len(places)} places that another source holds to; {after} days later the ledger has turned {flips}, disputes {disputed}"
        )
    told_of = [len(weigher.testimonies.get(u, ())) for u in data.units]
    print(f"testimonies of a place: median {np.median(told_of):.0f}, most {max(told_of)}")


def claims_of(desk: Desk, folder: Path, ledger_file: Path, units: frozenset[str]) -> tuple[Located, ...]:
    """The data's claims about some units, by way of a ledger (which is used as it is where it is there already)."""
    fresh = not ledger_file.exists()
    with closing(open_ledger(ledger_file)) as ledger:
        if fresh:
            found = add_tables(desk, ledger, [folder / "status_runs.csv.gz"], load_mapping(str(MAPPING)), desk.gather_options())
            print(
                f"{found.intake.outcomes[Outcome.ADDED]} statements kept, {found.repeated} rows say nothing new, {found.passed} nothing of control"
            )
        by_outlet: dict[str, int] = defaultdict(int)
        located = tuple(ledger.view().located())
        for c in located:
            by_outlet[c.outlet] += 1
        print("; ".join(f"{n} of {outlet}" for outlet, n in sorted(by_outlet.items())))
        return tuple(c for c in located if any(p.unit_id in units for p in c.claim.places))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=HERE.parent.parent / "shared/data/ua_sources_joined")
    parser.add_argument("--keep", type=Path, metavar="LEDGER", help="keep the ledger here, and use it as it is where it is there already")
    parser.add_argument("--as-known", type=int, default=0, metavar="DAYS")
    parser.add_argument("--only", metavar="SOURCE", help="hold out this source alone")
    asked = parser.parse_args()
    desk = open_desk(Settings(theatre="ukraine-2022"))
    everything = told(asked.folder, desk)
    data = of_active(everything)
    print(f"{len(everything.units)} places, {len(data.units)} of them active", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        claims = claims_of(desk, asked.folder, asked.keep or Path(folder) / "ukraine.db", frozenset(data.units))
    bad_day(desk, data, claims)
    for held in sorted(data.said):
        if asked.only in (None, held):
            held_out(desk, data, claims, held, asked.as_known)


if __name__ == "__main__":
    main()
