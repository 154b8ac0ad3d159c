"""The formats read back by other people's tools (libhxl, GDAL, pyarrow, openpyxl), each as rows by the names of the table of fields."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hxl
import openpyxl
import pyarrow.parquet
import pyogrio

from heldby.publish.exports import FIELDS
from heldby.publish.exports.fields import Sort

Table = list[dict[str, Any]]


def _hxl(data: bytes, _: Path) -> Table:
    source = hxl.data(io.BytesIO(data), hxl.InputOptions(allow_local=True))
    tags = {f.tag: f.name for f in FIELDS}
    return [{tags[c.display_tag]: v for c, v in zip(source.columns, row.values, strict=True)} for row in source]


def _gdal(data: bytes, path: Path) -> Table:
    path.write_bytes(data)
    options = {"DATE_AS_STRING": "YES"} if path.suffix == ".geojson" else {}  # GDAL's own guess at what is a date
    meta, _, _, columns = pyogrio.raw.read(str(path), **options)
    rows = [dict(zip(meta["fields"], values, strict=True)) for values in zip(*columns, strict=True)]
    return [{**row, "name": row["Name"]} if "Name" in row else row for row in rows]  # in KML a placemark's own name stands for it


def _arrow(data: bytes, _: Path) -> Table:
    found: Table = pyarrow.parquet.read_table(io.BytesIO(data)).drop_columns("geometry").to_pylist()
    return found


def _excel(data: bytes, _: Path) -> Table:
    head, _tags, *rows = openpyxl.load_workbook(io.BytesIO(data))["statuses"].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def _prov(data: bytes, _: Path) -> Table:
    return [n["heldby:fields"] for n in json.loads(data)["@graph"] if "heldby:fields" in n]


READERS: dict[str, Callable[[bytes, Path], Table]] = {
    "csv": _hxl, "geojson": _gdal, "gpkg": _gdal, "kml": _gdal, "parquet": _arrow, "xlsx": _excel, "prov": _prov,
}  # fmt: skip


def held(value: Any, sort: Sort) -> str:
    """A value as every format can hold it: nothing as "", a number to a millionth, text on one line."""
    if value is None or value != value or value == "":
        return ""
    return " ".join(str(value).split()) if sort is Sort.TEXT else f"{float(value):.6f}"


def told(rows: Table) -> list[dict[str, str]]:
    return [{f.name: held(row.get(f.name), f.sort) for f in FIELDS} for row in rows]
