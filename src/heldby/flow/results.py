"""What was read, as Parquet on a filesystem or object store: a folder with one file a shard, each under the hash of its content.

    run.json                   by what all of it was read: rules, theatre, reader, options, and the instant of gathering
    KEY-SHA256-SIZE.parquet    the items of one shard, in order, with what was read of each
    finished.json              every file in order, written once all are there

KEY is the shard's own: what is read, by what. A file is there whole or it does not count, for its name says what it must hash to. So whoever is
stopped goes on where it was, and two who read the same shard write the same file.
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from importlib import import_module
from typing import IO, Any

from heldby.errors import HeldbyError
from heldby.flow.sharding import Done
from heldby.gather import Item
from heldby.gather.shards import EXTRA, store
from heldby.ledger.codec import CodecError, from_plain, to_plain
from heldby.model.claim import Reading
from heldby.model.ident import canonical_json
from heldby.model.report import Gap, GapKind, Report, Retraction

FORMAT = 1
GROUP = 500  # rows in memory while a file is written
_KINDS: dict[str, type[Report] | type[Gap] | type[Retraction]] = {"report": Report, "gap": Gap, "retraction": Retraction}
_NAME = re.compile(r"([0-9a-f]{32})-([0-9a-f]{64})-(\d+)\.parquet")
Row = tuple[Item, Done | None]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was read: counts of reports, claims, tallies, gaps of readings, gaps of sources, retractions, and reports that could not be read."""

    reports: int = 0
    claims: int = 0
    tallies: int = 0
    reading_gaps: int = 0
    source_gaps: int = 0
    retractions: int = 0
    unread: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


@dataclass(frozen=True, slots=True)
class Results:
    """The folder of results at `address`."""

    address: str

    def begun(self) -> dict[str, Any] | None:
        """What `run.json` says; None where nothing was begun. Raises HeldbyError on one that is none."""
        return self._json("run.json")

    def begin(self, run: dict[str, Any]) -> None:
        self._write("run.json", (canonical_json({**run, "heldby-readings": FORMAT}) + "\n").encode())

    def done(self) -> dict[str, str]:
        """Names of the files that are there whole, by key."""
        fs, path = store(self.address)
        found: dict[str, str] = {}
        if not fs.exists(path):
            return found
        fs.invalidate_cache()
        for each in sorted(fs.find(path, maxdepth=1)):
            name = each.rpartition("/")[2]
            if (told := _NAME.fullmatch(name)) and fs.size(each) == int(told[3]):
                found.setdefault(told[1], name)
        return found

    def put(self, key: str, rows: Iterable[Row]) -> tuple[str, Figures]:
        """Write a shard's rows, whole or not at all; the file's name and its figures. Memory is that of GROUP rows."""
        with tempfile.TemporaryFile() as file:
            figures = _write_rows(file, rows)
            size, digest = file.tell(), hashlib.sha256()
            file.seek(0)
            while piece := file.read(1 << 20):
                digest.update(piece)
            name = f"{key}-{digest.hexdigest()}-{size}.parquet"
            file.seek(0)
            self._write(name, file)
        return name, figures

    def figures(self, name: str) -> Figures:
        """The figures of a file that is there."""
        fs, path = store(self.address)
        with fs.open(f"{path}/{name}", "rb") as file:
            metadata = _pyarrow()[1].ParquetFile(file).metadata.metadata or {}
        return Figures(**json.loads(metadata.get(b"figures", b"{}")))

    def finish(self, names: Sequence[str]) -> None:
        """Say that all is there. Raises HeldbyError where it is not."""
        missing = set(names) - set(self.done().values())
        if missing:
            raise HeldbyError(self.address, f"{len(missing)} file(s) that were written are not there any more")
        self._write("finished.json", (canonical_json({"heldby-readings": FORMAT, "files": list(names)}) + "\n").encode())

    def files(self) -> tuple[str, ...]:
        """Every file in order. Raises HeldbyError where the run was never finished."""
        finished = self._json("finished.json")
        if finished is None:
            raise HeldbyError(
                self.address, "holds no finished readings: `heldby read --engine dask --out` writes them; run it again to go on"
            )
        return tuple(map(str, finished["files"]))

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of one file, in order. Raises HeldbyError on one that is not what was written."""
        fs, path = store(self.address)
        told = _NAME.fullmatch(name)
        if told is None:
            raise HeldbyError(self.address, f"lists {name[:80]!r}, which is no file of readings")
        with tempfile.TemporaryFile() as copy:
            digest = hashlib.sha256()
            try:
                with fs.open(f"{path}/{name}", "rb") as file:
                    while piece := file.read(1 << 20):
                        digest.update(piece)
                        copy.write(piece)
            except OSError as e:
                raise HeldbyError(self.address, f"cannot be read ({e})", name) from None
            if digest.hexdigest() != told[2]:
                raise HeldbyError(self.address, "is not as it was written: remove it and run again", name)
            copy.seek(0)
            yield from _read_rows(copy, f"{self.address}/{name}")

    def _json(self, name: str) -> dict[str, Any] | None:
        fs, path = store(self.address)
        try:
            value: Any = json.loads(fs.cat_file(f"{path}/{name}"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as e:
            raise HeldbyError(self.address, f"cannot be read ({e})", name) from None
        if not isinstance(value, dict) or value.get("heldby-readings") != FORMAT:
            raise HeldbyError(self.address, f"is of another format; this heldby knows {FORMAT}", name)
        return value

    def _write(self, name: str, content: bytes | IO[bytes]) -> None:
        """All or nothing: an object store shows an object once it is whole; on a disk a new name is given once it is."""
        fs, path = store(self.address)
        local = fs.protocol in ("file", "local") or "file" in fs.protocol
        to = f"{path}/{name}"
        try:
            fs.makedirs(path, exist_ok=True)
            under = f"{to}.{hashlib.sha256(tempfile.mktemp().encode()).hexdigest()[:12]}.part" if local else to
            with fs.open(under, "wb") as file:
                if isinstance(content, bytes):
                    file.write(content)
                else:
                    while piece := content.read(1 << 20):
                        file.write(piece)
            if local:
                fs.mv(under, to)
        except OSError as e:
            raise HeldbyError(self.address, f"cannot be written ({e})", name) from None


def _pyarrow() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError:
        raise HeldbyError("Parquet", EXTRA) from None


def _schema(pa: Any) -> Any:
    text, count = pa.string(), pa.int32()
    return pa.schema(
        [
            ("kind", text), ("id", text), ("given_id", text), ("outlet", text), ("url", text), ("published", text),
            ("claims", count), ("tallies", count), ("gaps", count), ("item", text), ("reading", text), ("prints", pa.list_(pa.uint64())),
        ]
    )  # fmt: skip


def _write_rows(file: IO[bytes], rows: Iterable[Row]) -> Figures:
    pa, parquet = _pyarrow()
    schema = _schema(pa)
    total = Figures()
    with parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        waiting: list[dict[str, Any]] = []
        for item, done in rows:
            waiting.append(_record(item, done))
            total += _counted(item, done)
            if len(waiting) == GROUP:
                writer.write_table(pa.Table.from_pylist(waiting, schema))
                waiting = []
        if waiting:
            writer.write_table(pa.Table.from_pylist(waiting, schema))
        writer.add_key_value_metadata({"figures": canonical_json(asdict(total)), "heldby-readings": str(FORMAT)})
    return total


def _record(item: Item, done: Done | None) -> dict[str, Any]:
    kind = next(k for k, of in _KINDS.items() if isinstance(item, of))
    record: dict[str, Any] = {"kind": kind, "item": canonical_json(to_plain(item))}
    if isinstance(item, Report) and done is not None:
        told = item.published.text if item.published else None
        record |= {"id": item.id, "given_id": item.given_id, "outlet": item.outlet, "url": item.url, "published": told}
        reading = done.reading
        record |= {"claims": len(reading.claims), "tallies": len(reading.tallies), "gaps": len(reading.gaps)}
        record |= {"reading": canonical_json(to_plain(reading)), "prints": list(done.prints)}
    return record


def _counted(item: Item, done: Done | None) -> Figures:
    if isinstance(item, Gap):
        return Figures(source_gaps=int(item.kind is not GapKind.TURNED_AWAY))
    if isinstance(item, Retraction) or done is None:
        return Figures(retractions=1)
    reading = done.reading
    failed = sum(g.kind == "unreadable" for g in reading.gaps)
    return Figures(1, len(reading.claims), len(reading.tallies), len(reading.gaps) - failed, unread=min(failed, 1))


def _read_rows(file: IO[bytes], label: str) -> Iterator[Row]:
    _, parquet = _pyarrow()
    number = 0
    for batch in parquet.ParquetFile(file).iter_batches(batch_size=200, columns=["kind", "item", "reading", "prints"]):
        for row in batch.to_pylist():
            try:
                item: Item = from_plain(_KINDS[row["kind"]], json.loads(row["item"]))
                done = Done(from_plain(Reading, json.loads(row["reading"])), tuple(row["prints"])) if isinstance(item, Report) else None
            except (CodecError, KeyError, TypeError, ValueError) as e:
                raise HeldbyError(label, f"is not what heldby writes ({e})", f"row {number}") from None
            yield item, done
            number += 1
