"""A table of claims in, a posterior out.

CSV or Parquet -> table -> learned model -> posterior, block by block -> NPZ or Parquet
                                        -> knots (model and claims in one file) -> posterior of any part, on demand
"""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from heldby.errors import Faults, HeldbyError, UsageError
from heldby.flow.posteriors import PARQUET, Axes, Block, beside, read_arrays, read_parquet_columns, write_arrays
from heldby.weigh.learned import COLUMNS, ClaimTable, Coder, coded_table, read_table

if TYPE_CHECKING:
    from heldby.weigh.learned.asof import Stretch
    from heldby.weigh.learned.model import Learned
    from heldby.weigh.learned.neighbours import Borrowing
    from heldby.weigh.learned.sources import Line

Progress = Callable[[str, int], None]
BLOCK = 100_000
CELLS = 8_000_000  # days x states of the units filled at once: 32 MB of probabilities


def quiet(_: str, __: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked: the window (both days included), from what was known by when, smoothed or causal, which units, how often parameters are renewed;
    `sources`: what was learned of each source, too; `near`: a table of the units' places, to ask their neighbours."""

    first: date
    last: date
    causal: bool = False
    known_by: date | None = None
    units: Path | None = None
    renew: int = 30
    workers: int = 2
    sources: bool = False
    near: Path | None = None

    @property
    def window(self) -> tuple[int, int]:
        return self.first.toordinal(), self.last.toordinal()


@dataclass(frozen=True, slots=True)
class Weighed:
    """A fitted model over the units to be put out. `table` has the claims of these units alone; `stood`: the models of a causal answer; `whole`: the
    table of every unit, of which `chosen` are put out, where they borrow from neighbours."""

    axes: Axes
    table: ClaimTable
    model: Learned
    order: Order
    summary: dict[str, Any]
    stood: tuple[Stretch, ...] = ()
    whole: ClaimTable | None = None
    chosen: NDArray[np.int64] | None = None
    borrowing: Borrowing | None = None

    def blocks(self, progress: Progress = quiet) -> Iterator[Block]:
        """The posterior, some units at a time, in order."""
        from heldby.weigh.learned.asof import as_stood
        from heldby.weigh.learned.model import posterior
        from heldby.weigh.learned.support import support

        order = self.order
        room = max(1, CELLS // (len(self.axes.dates) * len(self.axes.states)))
        for first, part in _parts(self.table, room):
            progress("weighing", first)
            layout = self.model.layout(part)
            if self.stood:
                p = as_stood(self.stood, part, order.workers)
            else:
                p = posterior(self.model, layout, order.window, workers=order.workers)
                p = self._pooled(p, first)
            yield Block(first, p, support(layout, order.window, order.causal))

    @property
    def everything(self) -> Weighed:
        """The same model over every claim, where only some units were to be put out for what is new of them."""
        if self.whole is None or self.borrowing is not None:
            return self
        return replace(self, table=self.whole, axes=replace(self.axes, units=self.whole.units), whole=None)

    def _pooled(self, p: NDArray[np.float32], first: int) -> NDArray[np.float32]:
        """The posteriors of a block, from the unit `first`, with what their neighbours say of them."""
        from heldby.weigh.learned.model import posterior, subset
        from heldby.weigh.learned.neighbours import pooled

        if self.whole is None or self.borrowing is None or not self.borrowing.weight:
            return p
        mine = np.arange(first, first + len(p)) if self.chosen is None else self.chosen[first : first + len(p)]
        near = self.borrowing.near[mine]
        around = np.unique(near)
        part = subset(self.whole, around)
        others = posterior(self.model, self.model.layout(part), self.order.window, workers=self.order.workers)
        return pooled(p, others, np.searchsorted(around, near), self.borrowing.weight)

    def sources(self) -> tuple[Line, ...]:
        """What was learned of each source (see `heldby.weigh.learned.sources`)."""
        from heldby.weigh.learned.model import posterior
        from heldby.weigh.learned.sources import learned_sources

        layout = self.model.layout(self.table)
        smoothed = posterior(self.model, layout, self.order.window, workers=self.order.workers)
        return tuple(learned_sources(self.model, self.table, layout, smoothed, self.order.window))


def read_claims(path: Path, progress: Progress = quiet) -> ClaimTable:
    """The table of a file. Raises `Faults` with every fault and its row; `UsageError` where the file or a library for it is missing."""
    if not path.is_file():
        raise UsageError(str(path), "there is no such file")
    if path.suffix.lower() in PARQUET:
        return read_parquet(path, progress)
    try:
        with path.open(encoding="utf-8-sig", newline="") as f:
            rows = csv.reader(f, strict=True)
            header = next(rows, [])
            return read_table(path.name, [h.strip() for h in header], counted(rows, progress))
    except UnicodeDecodeError as e:
        raise HeldbyError(path.name, f"is not UTF-8 ({e.reason})", f"byte {e.start}") from e
    except csv.Error as e:
        raise HeldbyError(path.name, f"is not a CSV file: {e}") from e


def counted(rows: Iterator[list[str]], progress: Progress) -> Iterator[list[str]]:
    """The rows but for blank lines at the end, with progress at every BLOCK."""
    blank = 0
    for n, row in enumerate(rows, start=1):
        if n % BLOCK == 0:
            progress("reading claims", n)
        if not row:
            blank += 1
            continue
        yield from ([] for _ in range(blank))  # a blank line between claims is a fault like any other, and keeps the rows' numbers right
        blank = 0
        yield row


def read_parquet(path: Path, progress: Progress) -> ClaimTable:
    """The table of a Parquet file with the same columns, as text or dates."""
    blocks = read_parquet_columns(path, COLUMNS, BLOCK)
    coder = Coder(path.name, next(blocks)[0])
    for _, rows in blocks:
        coder.add(rows, coder.rows + 2)
        progress("reading claims", coder.rows)
    return coded_table(coder)


def chosen_units(path: Path, table: ClaimTable) -> NDArray[np.int64]:
    """Indices of the units listed in a file, one a line. Raises UsageError naming those the table says nothing of."""
    if not path.is_file():
        raise UsageError("--units", f"there is no file {path}")
    wanted = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines() if line.strip()]
    place = {u: i for i, u in enumerate(table.units)}
    unknown = [u for u in wanted if u not in place]
    if unknown:
        raise UsageError("--units", f"no claim speaks of {', '.join(unknown[:5])}{' and others' if len(unknown) > 5 else ''}")
    if not wanted:
        raise UsageError("--units", f"{path} names no unit")
    return np.array(sorted({place[u] for u in wanted}), np.int64)


def weigh_claims(table: ClaimTable, order: Order, progress: Progress = quiet) -> Weighed:
    """The model of every unit of the table, over those chosen. The fit uses every unit of the table, whatever is put out."""
    _needs_numba()
    from heldby.weigh.learned.asof import stood
    from heldby.weigh.learned.model import learn, subset

    if order.last < order.first:
        raise UsageError("--to", f"{order.last} lies before --from, {order.first}")
    if order.known_by is not None:
        table = table.known_by(order.known_by.toordinal())
    if not len(table):
        raise UsageError("weigh", "no claim was known by then")
    if order.known_by is not None:
        table = table.as_if_alone()
    chosen = chosen_units(order.units, table) if order.units else None
    model = learn(table, order.window, workers=order.workers, step=lambda n: progress("fitting", n))
    models: tuple[Stretch, ...] = ()
    if order.causal:
        models = stood(
            table, order.window, every=order.renew, workers=order.workers, step=lambda n: progress("fitting as it stood, stretch", n)
        )
    part = table if chosen is None else subset(table, chosen)
    made = Weighed(_axes(part, order), part, model, order, _summary(table, part, model), models)
    return _neighbourly(made, table, chosen, progress)


def _neighbourly(made: Weighed, table: ClaimTable, chosen: NDArray[np.int64] | None, progress: Progress) -> Weighed:
    """The same with its neighbours' word, where a table of places is given and leaving one source out shows that it helps."""
    from heldby.weigh.learned.neighbours import borrowing

    if made.order.near is None:
        return made
    if made.order.causal:
        raise UsageError("--near", "not with --causal: what neighbours are worth is measured over the whole window")
    points = read_places(made.order.near, table)
    progress("asking the neighbours", 0)
    found = borrowing(made.model, table, points, made.order.window, made.order.workers)
    figures = ("weight", "gain", "error", "beyond", "beyond_error")
    told = {"neighbours": {name: round(float(getattr(found, name)), 5) for name in figures}}
    return replace(made, summary=made.summary | told, whole=table, chosen=chosen, borrowing=found)


def read_places(path: Path, table: ClaimTable) -> NDArray[np.float64]:
    """(lat, lon) of every unit of the table from a CSV file with unit, lat, lon. Raises Faults with every fault and its row."""
    from heldby.weigh.learned.neighbours import MOST_UNITS

    if not path.is_file():
        raise UsageError("--near", f"there is no file {path}")
    if not 2 <= len(table.units) <= MOST_UNITS:
        raise UsageError("--near", f"{len(table.units):,} units: neighbours are sought among 2 to {MOST_UNITS:,}")
    place = {u: i for i, u in enumerate(table.units)}
    out = np.full((len(place), 2), np.nan)
    faults: list[HeldbyError] = []
    with path.open(encoding="utf-8-sig", newline="") as f:
        rows = csv.DictReader(f)
        if missing := [c for c in ("unit", "lat", "lon") if c not in (rows.fieldnames or ())]:
            raise HeldbyError(path.name, f"column {missing[0]!r} is missing", "header")
        for n, row in enumerate(rows, start=2):
            if row["unit"] not in place:
                continue
            try:
                lat, lon = float(row["lat"]), float(row["lon"])
            except (TypeError, ValueError):
                lat = lon = np.nan
            if not (abs(lat) <= 90 and abs(lon) <= 180):
                faults.append(HeldbyError(path.name, f"lat, lon {row['lat']!r}, {row['lon']!r} are not degrees", f"row {n}"))
            out[place[row["unit"]]] = lat, lon
    if faults:
        raise Faults(path.name, faults)
    if lost := [u for u, i in place.items() if np.isnan(out[i]).any()]:
        raise UsageError(
            "--near", f"{path.name} has no place of {', '.join(lost[:5])}{f' and {len(lost) - 5:,} others' if len(lost) > 5 else ''}"
        )
    return out


def _needs_numba() -> None:
    if importlib.util.find_spec("numba") is None:
        raise UsageError("weigh", "the learned model needs numba: pip install 'heldby[learn]'")


def _axes(table: ClaimTable, order: Order) -> Axes:
    dates = tuple(date.fromordinal(d).isoformat() for d in range(order.window[0], order.window[1] + 1))
    return Axes(table.units, dates, table.alphabet.names)


def _summary(table: ClaimTable, part: ClaimTable, model: Learned) -> dict[str, Any]:
    names = [s.name for s in table.sources]
    return {
        "claims": len(table),
        "units": len(table.units),
        "set_aside": table.set_aside,
        "echoes": sum(model.layout(p).echoes for _, p in _parts(part, BLOCK)),
        "fit_steps": len(model.trace),
        "exhaustive": [n for n, e in zip(names, model.exhaustive.tolist(), strict=True) if e],
    }


def _parts(table: ClaimTable, room: int) -> Iterator[tuple[int, ClaimTable]]:
    """The table's units in runs of at most `room`, each with the number of its first; the whole where it fits."""
    total = len(table.units)
    if total <= room:
        yield 0, table
        return
    by_unit = table.rows(np.argsort(table.unit, kind="stable"))
    ptr = np.zeros(total + 1, np.int64)
    np.cumsum(np.bincount(by_unit.unit, minlength=total), out=ptr[1:])
    for first in range(0, total, room):
        last = min(first + room, total)
        rows = by_unit.rows(np.arange(ptr[first], ptr[last]))
        yield first, replace(rows, units=table.units[first:last], unit=rows.unit - np.int32(first))


def write_knots(result: Weighed, out: Path) -> None:
    """The model and its claims in one NPZ file, and the smoothed posterior on the days on which something is said of a unit.

    `knot_ptr` [units + 1] into `knot_day` (days from the first of `span`, an ordinal) and `knot_p` [knots, states] float32, summing to one.
    """
    from heldby.weigh.learned.knots import knot_posterior
    from heldby.weigh.learned.storing import stored

    day, p, count = [], [], [np.zeros(1, np.int64)]
    for _, part in _parts(result.table, BLOCK):
        layout = result.model.layout(part)
        day.append(layout.rows.knot_day)
        count.append(np.diff(layout.rows.knot_ptr))
        p.append(knot_posterior(result.model, layout, result.order.workers))
    knots: dict[str, NDArray[Any]] = {
        "knot_ptr": np.cumsum(np.concatenate(count)),
        "knot_day": np.concatenate(day),
        "knot_p": np.concatenate(p),
    }
    write_arrays(stored(result.model, result.table) | {"states": np.array(result.axes.states, np.str_)} | knots, out)


def from_knots(path: Path, order: Order) -> Weighed:
    """The posterior of some units and days from the knots of an earlier run, to the bit as that run would have given it.

    Raises HeldbyError where the file is none of knots, UsageError where it does not reach over the window, or what is asked needs the claims.
    """
    _needs_numba()
    from heldby.weigh.learned.model import subset
    from heldby.weigh.learned.storing import restored

    if order.last < order.first:
        raise UsageError("--to", f"{order.last} lies before --from, {order.first}")
    for name, asked in (("--causal", order.causal), ("--known-by", order.known_by is not None), ("--sources and --plots", order.sources)):
        if asked:
            raise UsageError(name, "needs the claims themselves: knots hold one model, fitted on all of them")
    model, table = restored(path.name, read_arrays(path))
    if order.window[0] < model.first or order.window[1] > model.last:
        first, last = (date.fromordinal(d).isoformat() for d in (model.first, model.last))
        raise UsageError("--from, --to", f"the knots reach from {first} to {last}")
    chosen = chosen_units(order.units, table) if order.units else None
    part = table if chosen is None else subset(table, chosen)
    return _neighbourly(Weighed(_axes(part, order), part, model, order, _summary(table, part, model)), table, chosen, quiet)


def onto_knots(path: Path, table: ClaimTable, name: str, order: Order) -> Weighed:
    """New claims of the file `name` onto the knots of an earlier run, under its parameters: the units they touch, to the bit as all claims together
    give them under these. Raises as `from_knots`, and Faults that name what the earlier run knows nothing of."""
    from heldby.weigh.learned.adding import added
    from heldby.weigh.learned.table import ByUnit

    if not len(table):
        raise UsageError(name, "holds no claim to be added")
    if order.near is not None or order.units is not None:
        raise UsageError("--onto", "puts out the units that the new claims touch: not with --near or --units")
    before = from_knots(path, order)
    old, new = added(name, table, before.table, before.model)
    touched = np.unique(new.unit).astype(np.int64)
    part = ByUnit.of(old).only(touched).joined(ByUnit.of(new).only(touched))
    summary = _summary(part, part, before.model) | {"added": len(new), "fitted_on": len(old)}
    return Weighed(_axes(part, order), part, before.model, order, summary, whole=old.joined(new))


def write_sources(lines: tuple[Line, ...], out: Path) -> None:
    """CSV, one line a figure of a source: source, kind, side, figure, state, says, value, n (see `heldby.weigh.learned.sources`)."""
    from heldby.weigh.learned.sources import COLUMNS as FIGURES

    with beside(out) as path, path.open("w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(FIGURES)
        writer.writerows(lines)


__all__ = ["Order", "Weighed", "from_knots", "read_claims", "weigh_claims", "write_knots", "write_sources"]
