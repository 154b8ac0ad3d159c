"""Reading a theatre's files strictly: CSV with an exact header, TOML with known keys, and every fault kept with file, row and cause."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from heldby.errors import Faults, HeldbyError

_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)\Z")


@dataclass(slots=True)
class FaultList:
    """Faults of one theatre in the order met; `raise_any` ends the reading if there are some."""

    subject: str
    found: list[HeldbyError] = field(default_factory=list)

    def add(self, file: str, place: str, cause: str) -> None:
        self.found.append(HeldbyError(file, cause, place))

    def raise_any(self) -> None:
        if self.found:
            raise Faults(self.subject, self.found)


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a file: `place` says where ("line 7", "[[actor]] 3 (taliban)")."""

    file: str
    place: str
    cells: Mapping[str, Any]

    def text(self, key: str) -> str:
        value = self.cells.get(key, "")
        return value if isinstance(value, str) else ""


def read_csv(path: Path, columns: tuple[str, ...], faults: FaultList, *, more: bool = False, delimiter: str = ",") -> tuple[Row, ...]:
    """Rows of a UTF-8 CSV whose header begins with `columns` (and ends there unless `more`). A missing file has no rows.

    A row of another width is a fault and left out; so is everything if the header is off.
    """
    if not path.exists():
        return ()
    text = _decode(path, faults)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    rows: list[Row] = []
    try:
        header = tuple(next(lines, []))
        if header[: len(columns)] != columns or (len(header) > len(columns) and not more) or len(set(header)) != len(header):
            faults.add(
                path.name, "line 1", f"the header must be {','.join(columns)}{' and the sets' if more else ''}, not {','.join(header)}"
            )
            return ()
        for cells in lines:
            if not cells:
                continue  # a blank line
            if len(cells) != len(header):
                faults.add(path.name, f"line {lines.line_num}", f"{len(cells)} cells where the header has {len(header)}")
                continue
            rows.append(Row(path.name, f"line {lines.line_num}", dict(zip(header, cells))))
    except csv.Error as e:
        faults.add(path.name, f"line {lines.line_num}", str(e))
    return tuple(rows)


def read_table(path: Path, needed: tuple[str, ...], optional: tuple[str, ...], faults: FaultList) -> tuple[Row, ...]:
    """Rows of a UTF-8 CSV with the columns `needed` and some of `optional`, in any order, parted by commas, semicolons or tabs, as its header is. A
    missing file has no rows; a row of another width is a fault and left out; so is everything if a column is missing or unknown."""
    head = path.read_bytes().split(b"\n", 1)[0].decode("utf-8", "replace") if path.is_file() else ""
    rows = read_csv(path, (), faults, more=True, delimiter=max(",;\t", key=head.count))
    header = tuple(rows[0].cells) if rows else needed
    lacking, unknown = [c for c in needed if c not in header], [c for c in header if c not in (*needed, *optional)]
    if lacking:
        faults.add(
            path.name, "line 1", f"has no column {', '.join(lacking)}; needed: {', '.join(needed)}; may be there: {', '.join(optional)}"
        )
    if unknown:
        faults.add(path.name, "line 1", f"unknown column {', '.join(map(repr, unknown))}; known: {', '.join((*needed, *optional))}")
    return () if lacking or unknown else rows


def read_toml(path: Path, faults: FaultList, *, needed: bool = False) -> dict[str, Any]:
    """The tables of a TOML file; {} if it is missing (a fault where `needed`) or no TOML (a fault)."""
    if not path.exists():
        if needed:
            faults.add(path.name, "", "is missing")
        return {}
    try:
        return tomllib.loads(_decode(path, faults))
    except tomllib.TOMLDecodeError as e:
        faults.add(path.name, "", f"is no TOML: {e}")
        return {}


def _decode(path: Path, faults: FaultList) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig" if path.suffix == ".csv" else "utf-8")
    except UnicodeDecodeError as e:
        faults.add(path.name, f"byte {e.start}", "is not UTF-8")
    except OSError as e:
        faults.add(path.name, "", f"cannot be read: {e.strerror}")
    return ""


def check_keys(row: Row, types: Mapping[str, type | tuple[type, ...]], required: tuple[str, ...], faults: FaultList) -> bool:
    """Whether a TOML record has only the keys of `types`, each of its type, and all of `required`. Each fault is added."""
    sound = True
    for key in row.cells:
        if key not in types:
            faults.add(row.file, row.place, f"unknown key {key!r}; known: {', '.join(types)}")
            sound = False
    for key in required:
        if row.cells.get(key) in (None, ""):
            faults.add(row.file, row.place, f"{key!r} is missing")
            sound = False
    for key, kind in types.items():
        value = row.cells.get(key)
        if value is not None and (not isinstance(value, kind) or isinstance(value, datetime)):
            faults.add(row.file, row.place, f"{key!r} has a value of the wrong type: {value!r}")
            sound = False
        elif isinstance(value, list) and key != "names" and not all(isinstance(v, str) and v.strip() for v in value):
            faults.add(row.file, row.place, f"{key!r} must be a list of non-empty texts")
            sound = False
    return sound


def records(table: Mapping[str, Any], name: str, file: str, faults: FaultList) -> Iterator[Row]:
    """The records of an array of tables, each placed as "[[name]] n (id)"."""
    listed = table.get(name, [])
    if not isinstance(listed, list):
        faults.add(file, f"[{name}]", f"write [[{name}]], one for each")
        return
    for number, cells in enumerate(listed, 1):
        if isinstance(cells, dict):
            label = cells.get("id") or cells.get("side") or ""
            yield Row(file, f"[[{name}]] {number}" + (f" ({label})" if isinstance(label, str) and label else ""), cells)
        else:
            faults.add(file, f"[[{name}]] {number}", "is no table")


def unique(rows: tuple[Row, ...], key: str, faults: FaultList) -> Iterator[Row]:
    """Rows whose `key` is given and new; the others are faults that name the first bearer."""
    first: dict[str, str] = {}
    for row in rows:
        value = row.text(key)
        if not value:
            faults.add(row.file, row.place, f"{key} is empty")
        elif value in first:
            faults.add(row.file, row.place, f"{key} {value!r} stands already at {first[value]}")
        else:
            first[value] = row.place
            yield row


def bounds(row: Row, faults: FaultList) -> tuple[date | None, date | None]:
    """`from` and `to` of a record as dates; a fault if they are out of order."""
    since, until = row.cells.get("from"), row.cells.get("to")
    since = since if isinstance(since, date) else None
    until = until if isinstance(until, date) else None
    if since and until and until < since:
        faults.add(row.file, row.place, f"ends ({until}) before it begins ({since})")
    return since, until


def offset_of(text: str) -> timedelta | None:
    """ "+04:30" as an offset from UTC; None if it is none (hours to 14, minutes to 59)."""
    found = _OFFSET.match(text)
    if not found or int(found[2]) > 14 or int(found[3]) > 59:
        return None
    size = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return -size if found[1] == "-" else size
