"""Posteriors on disk: dense ones block by block, so that what is held in memory does not grow with the theatre; knots, from which any part is filled.

Written beside and moved into place, so that a run that is stopped leaves no half file; the same posterior gives the same bytes.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import shutil
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from heldby.errors import HeldbyError, UsageError

PARQUET = (".parquet", ".pq")
_MIDNIGHT = (1980, 1, 1, 0, 0, 0)  # the time of every member: the file depends on its content alone


@dataclass(frozen=True, slots=True)
class Block:
    """Some units in order, from the `first`: `p` [units, days, states] float32 summing to one over states, `support` [units, days] float32."""

    first: int
    p: NDArray[np.float32]
    support: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Axes:
    """What the axes of a posterior are called."""

    units: tuple[str, ...]
    dates: tuple[str, ...]
    states: tuple[str, ...]


def check_target(out: Path) -> None:
    """Raises UsageError where a posterior cannot be written there."""
    if out.suffix.lower() not in (".npz", *PARQUET):
        raise UsageError("--out", f"expected a name that ends in .npz or .parquet, not {out.name!r}")
    if out.suffix.lower() in PARQUET:
        _arrow(out, "writing")


def write_posterior(axes: Axes, blocks: Iterable[Block], out: Path) -> None:
    """NPZ (arrays units, dates, states, p, support; text as Unicode, nothing pickled) or, by its ending, Parquet with one row a unit and day."""
    with beside(out) as path:
        if out.suffix.lower() in PARQUET:
            _write_parquet(axes, blocks, path)
        else:
            _write_npz(axes, blocks, path)


@contextmanager
def beside(out: Path) -> Iterator[Path]:
    """A path to write to, moved to `out` at the end; gone where something failed."""
    out.parent.mkdir(parents=True, exist_ok=True)
    path = out.with_name(out.name + ".part")
    try:
        yield path
        os.replace(path, out)
    finally:
        path.unlink(missing_ok=True)


def write_arrays(arrays: Mapping[str, NDArray[Any]], out: Path) -> None:
    """Arrays as NPZ."""
    with beside(out) as path, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name in arrays:
            with _member(archive, name) as f:
                npy.write_array(f, arrays[name], allow_pickle=False)


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of an NPZ file, none of which may be pickled. Raises HeldbyError where it is none."""
    try:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as f:
            return {name: f[name] for name in f.files}
    except (ValueError, OSError, zipfile.BadZipFile, EOFError) as e:
        raise HeldbyError(path.name, f"is no NPZ file of plain arrays ({e})") from e


def _write_npz(axes: Axes, blocks: Iterable[Block], path: Path) -> None:
    """`support` waits in a file of its own, for an archive takes one member after the other."""
    waiting = path.with_name(path.name + ".support")
    shape = (len(axes.units), len(axes.dates), len(axes.states))
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for name, names in (("units", axes.units), ("dates", axes.dates), ("states", axes.states)):
                with _member(archive, name) as f:
                    npy.write_array(f, np.array(names, np.str_), allow_pickle=False)
            with _member(archive, "p") as f, waiting.open("wb") as held:
                _header(f, shape)
                for block in blocks:
                    f.write(np.ascontiguousarray(block.p, "<f4").data)
                    held.write(np.ascontiguousarray(block.support, "<f4").data)
            with _member(archive, "support") as f, waiting.open("rb") as held:
                _header(f, shape[:2])
                shutil.copyfileobj(held, f, 1 << 20)
    finally:
        waiting.unlink(missing_ok=True)


def _member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    return archive.open(zipfile.ZipInfo(f"{name}.npy", _MIDNIGHT), "w", force_zip64=True)


def _header(f: IO[bytes], shape: tuple[int, ...]) -> None:
    npy.write_array_header_1_0(f, {"descr": "<f4", "fortran_order": False, "shape": shape})


def _write_parquet(axes: Axes, blocks: Iterable[Block], path: Path) -> None:
    """One row a unit and day: unit, date, a column for each state's probability, support; a row group for each block."""
    arrow, parquet = _arrow(path, "writing")
    writer = None
    days = len(axes.dates)
    try:
        for block in blocks:
            n = len(block.p)
            names: Sequence[str] = axes.units[block.first : block.first + n]
            unit = arrow.DictionaryArray.from_arrays(np.repeat(np.arange(n, dtype=np.int32), days), list(names))
            day = arrow.DictionaryArray.from_arrays(np.tile(np.arange(days, dtype=np.int32), n), list(axes.dates))
            columns = {"unit": unit, "date": day} | {f"p_{s}": block.p[:, :, i].ravel() for i, s in enumerate(axes.states)}
            table = arrow.table(columns | {"support": block.support.ravel()})
            writer = writer or parquet.ParquetWriter(path, table.schema)
            writer.write_table(table)
    finally:
        if writer is not None:
            writer.close()


def _arrow(path: Path, doing: str) -> tuple[Any, Any]:
    if importlib.util.find_spec("pyarrow") is None:
        raise UsageError(str(path), f"{doing} Parquet needs pyarrow: pip install 'heldby[parquet]'")
    return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")


def read_parquet_columns(path: Path, names: Sequence[str], block: int) -> Iterator[tuple[list[str], list[list[str]]]]:
    """The columns of these names that a Parquet file has, and its rows as text, block by block. Raises HeldbyError where it is none."""
    arrow, parquet = _arrow(path, "reading")
    try:
        file = parquet.ParquetFile(path)
        found = [n for n in file.schema_arrow.names if n in names]
        yield found, []
        for batch in file.iter_batches(batch_size=block, columns=found):
            columns = [["" if v is None else str(v) for v in column.to_pylist()] for column in batch.columns]
            yield found, [list(row) for row in zip(*columns, strict=True)]
    except (arrow.ArrowException, OSError) as e:
        raise HeldbyError(path.name, f"is no Parquet file that can be read ({e})") from e


__all__ = ["Axes", "Block", "beside", "check_target", "read_arrays", "read_parquet_columns", "write_arrays", "write_posterior"]
