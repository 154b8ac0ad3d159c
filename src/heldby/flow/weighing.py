"""A table of claims in, a posterior out.

CSV or Parquet -> table -> learned model -> posterior -> NPZ or Parquet
"""

from __future__ import annotations

import csv
import importlib.util
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from heldby.errors import HeldbyError, UsageError
from heldby.weigh.learned import COLUMNS, ClaimTable, Coder, coded_table, read_table

if TYPE_CHECKING:
    from heldby.weigh.learned.sources import Line

Progress = Callable[[str, int], None]
BLOCK = 100_000


def quiet(_: str, __: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked: the window (both days included), from what was known by when, smoothed or causal, which units, how often parameters are renewed;
    `sources`: what was learned of each source, too."""

    first: date
    last: date
    causal: bool = False
    known_by: date | None = None
    units: Path | None = None
    renew: int = 30
    workers: int = 2
    sources: bool = False


@dataclass(frozen=True, slots=True)
class Weighed:
    """`p` [units, days, states] float32 summing to one over `states`; `support` [units, days] float32: statements within reach (see docs/model.md)."""

    units: tuple[str, ...]
    dates: tuple[str, ...]
    states: tuple[str, ...]
    p: NDArray[np.float32]
    support: NDArray[np.float32]
    summary: dict[str, Any]
    sources: tuple[Line, ...] = ()


def read_claims(path: Path, progress: Progress = quiet) -> ClaimTable:
    """The table of a file. Raises `Faults` with every fault and its row; `UsageError` where the file or a library for it is missing."""
    if not path.is_file():
        raise UsageError(str(path), "there is no such file")
    if path.suffix.lower() in (".parquet", ".pq"):
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
    if importlib.util.find_spec("pyarrow") is None:
        raise UsageError(str(path), "reading Parquet needs pyarrow: pip install 'heldby[parquet]'")
    parquet = importlib.import_module("pyarrow.parquet")
    file = parquet.ParquetFile(path)
    names = [n for n in file.schema_arrow.names if n in COLUMNS]
    coder = Coder(path.name, names)
    for batch in file.iter_batches(batch_size=BLOCK, columns=names):
        columns = [["" if v is None else str(v) for v in column.to_pylist()] for column in batch.columns]
        coder.add([list(row) for row in zip(*columns, strict=True)], coder.rows + 2)
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
    """The posterior of every unit (or those chosen) on every day of the window. The fit uses every unit of the table, whatever is put out."""
    if importlib.util.find_spec("numba") is None:
        raise UsageError("weigh", "the learned model needs numba: pip install 'heldby[learn]'")
    from heldby.weigh.learned.model import as_it_stood, learn, posterior, subset
    from heldby.weigh.learned.sources import learned_sources
    from heldby.weigh.learned.support import support

    if order.last < order.first:
        raise UsageError("--to", f"{order.last} lies before --from, {order.first}")
    if order.known_by is not None:
        table = table.known_by(order.known_by.toordinal())
    if not len(table):
        raise UsageError("weigh", "no claim was known by then")
    if order.known_by is not None:
        table = table.as_if_alone()
    window = (order.first.toordinal(), order.last.toordinal())
    chosen = chosen_units(order.units, table) if order.units else np.arange(len(table.units))
    model = learn(table, window, workers=order.workers, step=lambda n: progress("fitting", n))
    part = table if order.units is None else subset(table, chosen)
    layout = model.layout(part)
    progress("weighing", 0)
    if order.causal:
        p = as_it_stood(
            table, window, chosen=chosen, every=order.renew, workers=order.workers, step=lambda n: progress("weighing day by day", n)
        )
    else:
        p = posterior(model, layout, window, workers=order.workers)
    names = [model_source.name for model_source in table.sources]
    summary = {
        "claims": len(table),
        "units": len(table.units),
        "set_aside": table.set_aside,
        "echoes": layout.echoes,
        "fit_steps": len(model.trace),
        "exhaustive": [n for n, e in zip(names, model.exhaustive.tolist(), strict=True) if e],
    }
    dates = tuple(date.fromordinal(d).isoformat() for d in range(window[0], window[1] + 1))
    lines: tuple[Line, ...] = ()
    if order.sources:
        progress("the sources", 0)
        smoothed = posterior(model, layout, window, workers=order.workers) if order.causal else p
        lines = tuple(learned_sources(model, part, layout, smoothed, window))
    return Weighed(part.units, dates, table.alphabet.names, p, support(layout, window, order.causal), summary, lines)


def write_posterior(result: Weighed, out: Path) -> None:
    """NPZ (arrays units, dates, states, p, support; text as Unicode, nothing pickled) or, by its ending, Parquet with one row a unit and day.

    Written beside and moved into place, so that a run that is stopped leaves no half file.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.with_name(out.name + ".part")
    if out.suffix.lower() in (".parquet", ".pq"):
        write_parquet(result, beside)
    else:
        with beside.open("wb") as f:
            np.savez(
                f,
                allow_pickle=False,
                units=np.array(result.units, np.str_),
                dates=np.array(result.dates, np.str_),
                states=np.array(result.states, np.str_),
                p=result.p,
                support=result.support,
            )
    os.replace(beside, out)


def write_sources(result: Weighed, out: Path) -> None:
    """CSV, one line a figure of a source: source, kind, side, figure, state, says, value, n (see `heldby.weigh.learned.sources`)."""
    from heldby.weigh.learned.sources import COLUMNS as FIGURES

    out.parent.mkdir(parents=True, exist_ok=True)
    beside = out.with_name(out.name + ".part")
    with beside.open("w", encoding="utf-8", newline="") as f:
        writer = csv.writer(f, lineterminator="\n")
        writer.writerow(FIGURES)
        writer.writerows(result.sources)
    os.replace(beside, out)


def write_parquet(result: Weighed, out: Path) -> None:
    """One row a unit and day: unit, date, a column for each state's probability, support."""
    if importlib.util.find_spec("pyarrow") is None:
        raise UsageError(str(out), "writing Parquet needs pyarrow: pip install 'heldby[parquet]'")
    arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    units, days = len(result.units), len(result.dates)
    unit = arrow.DictionaryArray.from_arrays(np.repeat(np.arange(units, dtype=np.int32), days), list(result.units))
    day = arrow.DictionaryArray.from_arrays(np.tile(np.arange(days, dtype=np.int32), units), list(result.dates))
    columns = {"unit": unit, "date": day} | {f"p_{s}": result.p[:, :, i].ravel() for i, s in enumerate(result.states)}
    parquet.write_table(arrow.table(columns | {"support": result.support.ravel()}), out)


__all__ = ["Order", "Weighed", "read_claims", "weigh_claims", "write_posterior", "write_sources"]
