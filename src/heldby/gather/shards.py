"""Sources cut into shards for many machines: files on a filesystem or object store (fsspec), each shard read by whoever gets it.

A Parquet file of reports (columns id, text, published, outlet, url, title; only `text` is needed) gives a shard every ROWS rows; any other file
heldby knows (JSON Lines, WARC, mbox, ...) is a shard by itself, streamed. Web addresses are not taken: fsspec would fetch them past our checks.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any

from heldby.errors import HeldbyError, UsageError
from heldby.gather.containers import read_any
from heldby.gather.filing import Item
from heldby.gather.kinds import buffered
from heldby.gather.options import GatherOptions
from heldby.gather.table import read_row
from heldby.model.report import Gap, GapKind

ROWS = 1_000  # rows of a Parquet file in one shard
AT_ONCE = 200  # rows in memory
COLUMNS = ("id", "text", "published", "outlet", "url", "title")
STORES = frozenset({"file", "local", "memory", "s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "hdfs", "webhdfs"})
EXTRA = "needs the extra `cluster`: pip install 'heldby[cluster]'"
_STAMPS = ("ETag", "etag", "mtime", "LastModified", "last_modified", "updated", "modified", "created")


@dataclass(frozen=True, slots=True)
class Shard:
    """A part of a source that is read as one: rows `first` up to `first + rows` of a Parquet file's row group, or a whole file (`group` -1).

    `version` changes when the file does; `label` names it in messages and reports.
    """

    source: str
    label: str
    version: str
    group: int = -1
    first: int = 0
    rows: int = 0

    def __str__(self) -> str:
        return self.label if self.group < 0 else f"{self.label}, row group {self.group}, rows {self.first} to {self.first + self.rows - 1}"


def store(address: str) -> tuple[Any, str]:
    """The filesystem of an address and the path on it. Raises UsageError on one that is no store, HeldbyError without the extra."""
    try:
        fsspec = import_module("fsspec")
    except ImportError:
        raise HeldbyError(address, EXTRA) from None
    scheme = address.partition("://")[0] if "://" in address else "file"
    if scheme not in STORES or "::" in address:
        raise UsageError(address, f"is on no filesystem or object store that is read from; known: {', '.join(sorted(STORES))}")
    try:
        fs, path = fsspec.core.url_to_fs(address)
    except (ImportError, ValueError) as e:
        raise UsageError(address, f"cannot be opened ({e})") from None
    return fs, path


def whole_address(address: str) -> str:
    """An address that means the same from another folder: a relative path is somewhere else for a worker that was started elsewhere."""
    fs, path = store(address)
    whole: str = fs.unstrip_protocol(path)
    return whole


def shards_of(sources: Sequence[str], rows: int = ROWS) -> Iterator[Shard]:
    """Every shard of `sources` (files, folders, patterns such as s3://bucket/2021-*.parquet), in their order, a folder's by name.

    Raises UsageError on a source that is not there, HeldbyError on a Parquet file that cannot be read.
    """
    for source in sources:
        fs, path = store(source)
        folder = fs.isdir(path)
        paths = sorted(fs.find(path)) if folder else sorted(fs.glob(path)) if any(c in path for c in "*?[") else [path]
        if not paths or not fs.exists(paths[0]):
            raise UsageError(source, "there is no such file or folder")
        for each in paths:
            label = PurePosixPath(each).relative_to(path).as_posix() if folder else PurePosixPath(each).name
            if fs.isfile(each) and not any(part.startswith(".") for part in label.split("/")):
                yield from _of_file(fs, each, label, rows)


def _of_file(fs: Any, path: str, label: str, rows: int) -> Iterator[Shard]:
    info = fs.info(path)
    stamp = next((str(info[k]) for k in _STAMPS if info.get(k) is not None), "")
    source, version = fs.unstrip_protocol(path), f"{info.get('size')}:{stamp}"
    if not path.endswith(".parquet"):
        yield Shard(source, label, version)
        return
    with fs.open(path, "rb") as file:
        metadata = _parquet(file, label).metadata
        for group in range(metadata.num_row_groups):
            count = metadata.row_group(group).num_rows
            for first in range(0, count, rows):
                yield Shard(source, label, version, group, first, min(rows, count - first))


def _parquet(file: Any, label: str) -> Any:
    try:
        parquet = import_module("pyarrow.parquet")
    except ImportError:
        raise HeldbyError(label, f"Parquet {EXTRA}") from None
    try:
        opened = parquet.ParquetFile(file)
    except (OSError, ValueError) as e:  # pyarrow's own errors are of these kinds
        raise HeldbyError(label, f"is no Parquet file that can be read ({e})") from None
    if "text" not in opened.schema_arrow.names:
        raise HeldbyError(label, f'has no column "text"; known columns: {", ".join(COLUMNS)}')
    return opened


def shard_items(shard: Shard, options: GatherOptions) -> Iterator[Item]:
    """Reports, retractions and gaps of one shard. Raises OSError and HeldbyError where it cannot be read."""
    fs, path = store(shard.source)
    with fs.open(path, "rb") as file:
        if shard.group < 0:
            stream = file if isinstance(file, io.BufferedReader) else buffered(file)
            yield from read_any(stream, shard.label, PurePosixPath(path).suffix.lower(), replace(options, sift=True))
            return
        for number, row in _rows(_parquet(file, shard.label), shard):
            origin = f"{shard.label}:{shard.group}:{number}"
            if row.get("text") is None:
                yield Gap(GapKind.MALFORMED, origin, 'has no "text"; the row was passed over')
            else:
                yield from read_row(row, origin, options)


def _rows(opened: Any, shard: Shard) -> Iterator[tuple[int, dict[str, Any]]]:
    columns = [c for c in COLUMNS if c in opened.schema_arrow.names]
    at, last = 0, shard.first + shard.rows
    for batch in opened.iter_batches(batch_size=AT_ONCE, row_groups=[shard.group], columns=columns):
        if at + batch.num_rows > shard.first:
            for number, row in enumerate(batch.to_pylist(), start=at):
                if shard.first <= number < last:
                    yield number, {name: _plain(value) for name, value in row.items()}
        at += batch.num_rows
        if at >= last:
            return


def _plain(value: Any) -> Any:
    """A cell as JSON Lines would have it."""
    return value.isoformat() if isinstance(value, date | datetime) else value
