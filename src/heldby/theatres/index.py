"""The compact index of the world's places: one file of zlib-packed columns, read whole and looked up in memory.

Layout: b"heldbyW1", a little-endian u32 length, a JSON header (source, countries, divisions, sections with their packed sizes), then the
sections in the header's order. Place columns are rows sorted by GeoNames id; `keys` are folded names in sorted order, and the places
that bear key i are bearers[ends[i-1]:ends[i]]. Same content, same bytes.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heldby.errors import HeldbyError

MAGIC = b"heldbyW1"
UNCOUNTED = 2**32 - 1  # stands as the population of a village whose inhabitants nobody counted
_TEXTS = ("names", "keys")
_COLUMNS = {
    "ids": "<u4",
    "lat": "<i2",
    "lon": "<i2",
    "country": "<u1",
    "division": "<u2",
    "population": "<u4",
    "ends": "<u4",
    "bearers": "<u4",
    "spotted": "<u1",
}
_DELTAS = ("ids", "ends")  # rising numbers are packed as differences


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Columns over places (`names` to `population`; `lat`, `lon` in hundredths of a degree) and over folded names (`keys`, `ends`, `spotted`).

    `divisions` are GeoNames codes ("SY.09"); `spotted` is 1 where a name may be found in running text.
    """

    source: str
    countries: tuple[str, ...]
    divisions: tuple[str, ...]
    names: tuple[str, ...]
    keys: tuple[str, ...]
    ids: NDArray[Any]
    lat: NDArray[Any]
    lon: NDArray[Any]
    country: NDArray[Any]
    division: NDArray[Any]
    population: NDArray[Any]
    ends: NDArray[Any]
    bearers: NDArray[Any]
    spotted: NDArray[Any]


def write_index(path: Path, index: Index) -> None:
    """Write `index` to `path`."""
    sections: list[tuple[str, bytes]] = [(name, "\n".join(getattr(index, name)).encode()) for name in _TEXTS]
    for name, dtype in _COLUMNS.items():
        column = getattr(index, name)
        if name in _DELTAS:
            column = np.diff(column, prepend=column.dtype.type(0))
        sections.append((name, column.astype(dtype).tobytes()))
    packed = [(name, zlib.compress(raw, 9)) for name, raw in sections]
    header = {
        "source": index.source,
        "countries": list(index.countries),
        "divisions": list(index.divisions),
        "sections": [[name, len(data)] for name, data in packed],
    }
    head = json.dumps(header, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    path.write_bytes(b"".join((MAGIC, len(head).to_bytes(4, "little"), head, *(data for _, data in packed))))


def load_index(path: Path) -> Index:
    """Read an index. Raises HeldbyError if the file is missing or is no index."""
    try:
        data = path.read_bytes()
        if data[:8] != MAGIC:
            raise ValueError("not a place index of this version")
        size = int.from_bytes(data[8:12], "little")
        header = json.loads(data[12 : 12 + size])
        at, raw = 12 + size, {}
        for name, length in header["sections"]:
            raw[name] = zlib.decompress(data[at : at + length])
            at += length
    except (OSError, ValueError, KeyError, zlib.error) as e:
        raise HeldbyError(path.name, f"cannot be read as the index of places ({e}); `make world-index` builds it") from None
    columns = {name: np.frombuffer(raw[name], dtype=dtype) for name, dtype in _COLUMNS.items()}
    for name in _DELTAS:
        columns[name] = np.cumsum(columns[name], dtype=_COLUMNS[name])
    texts = {name: tuple(raw[name].decode().split("\n")) for name in _TEXTS}
    return Index(
        source=header["source"],
        countries=tuple(header["countries"]),
        divisions=tuple(header["divisions"]),
        names=texts["names"],
        keys=texts["keys"],
        ids=columns["ids"],
        lat=columns["lat"],
        lon=columns["lon"],
        country=columns["country"],
        division=columns["division"],
        population=columns["population"],
        ends=columns["ends"],
        bearers=columns["bearers"],
        spotted=columns["spotted"],
    )
