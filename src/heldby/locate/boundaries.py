"""District boundaries from a user's file: the one part of locating that touches files.

GeoJSON (also gzipped) is read here; GeoPackage, shapefiles, zipped or not, and whatever else GDAL knows by pyogrio, from the extra
`boundaries`. Coordinates become WGS 84 and are rounded to three decimals (about 100 m): a grid moves the vertices that neighbours share alike,
so that no gaps open between them as they would if each outline were simplified for itself.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from heldby.errors import HeldbyError, UsageError
from heldby.locate.boundaries_columns import Feature, Polygon, feature_of
from heldby.locate.boundaries_matching import BoundaryMatch, Ring, Shape, Unmatched, match_boundaries
from heldby.model.ident import canonical_json
from heldby.model.place import PlaceKind
from heldby.model.theatre import Theatre

EXTRA = "reading this kind of file needs the extra `boundaries`: pip install 'heldby[boundaries]'"
DECIMALS = 3
_WGS84 = ("EPSG:4326", "OGC:CRS84", "CRS84", "EPSG::4326", "OGC:1.3:CRS84", "EPSG:4979")
_GEOJSON = (".geojson", ".json", ".gz")
_NO_SYSTEM = "the file names no coordinate system; its coordinates were taken as WGS 84"


@dataclass(frozen=True, slots=True)
class _Layer:
    """The shapes of one layer of a file, with what must be said of it."""

    name: str
    features: tuple[Feature, ...]
    notes: tuple[str, ...] = ()


def read_boundaries(path: str | Path, theatre: Theatre) -> BoundaryMatch:
    """Match the districts in `path` to those of `theatre`; of several layers the one that matches most is taken.

    Raises UsageError for a theatre without districts or a file that is not there, and HeldbyError for one that cannot be read, has no
    polygons, or whose coordinate system cannot be converted to WGS 84.
    """
    file = Path(path)
    if not any(u.kind is PlaceKind.DISTRICT for u in theatre.units):
        raise UsageError(f"theatre {theatre.id}", "has no districts that boundaries could be matched to")
    if not file.is_file():
        raise UsageError(file.name, "there is no such file")
    own = _geojson(file) if file.suffix.lower() in _GEOJSON else None
    layers = [layer for layer in ([own] if own else _by_gdal(file)) if any(f.polygons for f in layer.features)]
    if not layers:
        raise HeldbyError(file.name, "holds no polygons")
    found = []
    for layer in layers:
        match = match_boundaries([f for f in layer.features if f.polygons], theatre)
        without = tuple(Unmatched(f.name, f.parent, "it has no polygon") for f in layer.features if not f.polygons)
        found.append(
            replace(
                match, unmatched_features=match.unmatched_features + without, notes=layer.notes, layer=layer.name if len(layers) > 1 else ""
            )
        )
    return max(found, key=lambda m: len(m.polygons))


def write_boundaries(path: str | Path, match: BoundaryMatch, theatre: Theatre) -> None:
    """The match as GeoJSON (RFC 7946), one feature a unit, sorted: `read_boundaries` reads it back by the units' ids. Same match, same bytes."""
    lines = []
    for unit_id in sorted(match.polygons):
        unit = theatre.unit(unit_id)
        polygons = [[[list(point) for point in _turned(ring, outer=n == 0)] for n, ring in enumerate(p)] for p in match.polygons[unit_id]]
        properties = {"unit_id": unit_id, "name": unit.name if unit else "", "matched": match.how[unit_id]}
        lines.append(
            canonical_json({"type": "Feature", "properties": properties, "geometry": {"type": "MultiPolygon", "coordinates": polygons}})
        )
    body = ",\n".join(lines)
    try:
        Path(path).write_text(f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n', encoding="utf-8", newline="\n")
    except OSError as e:
        raise HeldbyError(Path(path).name, f"cannot be written ({e.strerror})") from None


def _geojson(file: Path) -> _Layer | None:
    """The features of a GeoJSON file; None if they lie in another coordinate system, which older files may name."""
    try:
        raw = file.read_bytes()
        data = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
    except (OSError, EOFError, ValueError, RecursionError) as e:
        raise HeldbyError(file.name, f"cannot be read as GeoJSON ({e})"[:300]) from None
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection" or not isinstance(data.get("features"), list):
        raise HeldbyError(file.name, "is no GeoJSON collection of features")
    system = _named_system(data.get("crs"))
    if system and not system.upper().endswith(_WGS84):
        return None
    features = []
    for number, feature in enumerate(data["features"], start=1):
        try:
            polygons = _polygons(feature.get("geometry"))
            features.append(feature_of(feature.get("properties") or {}, polygons))
        except (AttributeError, TypeError, ValueError, KeyError, IndexError) as e:
            raise HeldbyError(file.name, f"is no sound GeoJSON: {e}", f"feature {number}") from None
    return _Layer("", tuple(features))


def _named_system(crs: Any) -> str:
    """The name in the `crs` member of older GeoJSON; "" where there is none, which means WGS 84."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    return str(properties.get("name") or "") if isinstance(properties, dict) else ""


def _polygons(geometry: Any) -> tuple[Polygon, ...]:
    """The polygons of a GeoJSON geometry, rounded; () if it has none."""
    if geometry is None:
        return ()
    kind = geometry["type"]
    if kind == "GeometryCollection":
        return tuple(p for part in geometry["geometries"] for p in _polygons(part))
    if kind not in ("Polygon", "MultiPolygon"):
        return ()
    return _rounded([geometry["coordinates"]] if kind == "Polygon" else geometry["coordinates"])


def _rounded(polygons: Iterable[Iterable[Iterable[Sequence[float]]]]) -> tuple[Polygon, ...]:
    found = []
    for polygon in polygons:
        rings = [_ring(ring) for ring in polygon]
        if rings and rings[0]:
            found.append(tuple(ring for ring in rings if ring))
    return tuple(found)


def _ring(points: Iterable[Sequence[float]]) -> Ring:
    """A closed ring on the grid without repeated points and spikes; () if nothing of it is left. Raises ValueError off the globe."""
    kept: list[tuple[float, float]] = []
    for point in points:
        x, y = float(point[0]), float(point[1])
        if not (-180.0 <= x <= 180.0 and -90.0 <= y <= 90.0):
            raise ValueError(f"({x}, {y}) is no longitude and latitude")
        at = (round(x, DECIMALS) + 0.0, round(y, DECIMALS) + 0.0)
        if len(kept) > 1 and kept[-2] == at:
            kept.pop()  # there and back again
        elif not kept or kept[-1] != at:
            kept.append(at)
    while len(kept) > 1 and kept[0] == kept[-1]:
        kept.pop()
    return (*kept, kept[0]) if len(kept) > 2 else ()


def _turned(ring: Ring, *, outer: bool) -> Ring:
    """Outer rings counter-clockwise, holes clockwise, each beginning at its least point."""
    area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))
    open_ring = ring[:-1] if (area > 0) == outer else ring[:0:-1]
    start = open_ring.index(min(open_ring))
    turned = open_ring[start:] + open_ring[:start]
    return (*turned, turned[0])


def _by_gdal(file: Path) -> Iterator[_Layer]:
    """Every layer with polygons, by GDAL."""
    try:
        pyogrio, raw, shapely = (import_module(name) for name in ("pyogrio", "pyogrio.raw", "shapely"))
    except ImportError as e:
        raise HeldbyError(file.name, f"{EXTRA} ({e})") from None
    try:
        for name, kind in pyogrio.list_layers(file):
            if kind is None or ("polygon" not in str(kind).lower() and "unknown" not in str(kind).lower()):
                continue
            system = pyogrio.read_info(file, layer=name)["crs"] or ""
            foreign = bool(system) and not _is_wgs84(system)
            meta, _, shapes, columns = raw.read(_converted(file, str(name)) if foreign else file, layer=None if foreign else name)
            notes = (f"converted from {_short(system)} to WGS 84",) if foreign else () if system else (_NO_SYSTEM,)
            polygons = [_rounded(_parts(shapely, geometry)) for geometry in shapely.from_wkb(shapes)]
            rows = ({str(f): _plain(column[n]) for f, column in zip(meta["fields"], columns, strict=True)} for n in range(len(polygons)))
            yield _Layer(str(name), tuple(feature_of(row, p) for row, p in zip(rows, polygons, strict=True)), notes)
    except Exception as e:  # GDAL's own errors, a damaged file's included, whatever their class
        raise HeldbyError(file.name, f"cannot be read as a file of boundaries ({e})"[:300]) from None


def _is_wgs84(system: str) -> bool:
    """Whether a system, as a code or written out, is geographic WGS 84."""
    written = system.startswith(("GEOGCS", "GEOGCRS")) and ("WGS_1984" in system or "WGS 84" in system)
    return written or system.upper().endswith(_WGS84)


def _short(system: str) -> str:
    return system if len(system) < 60 else system.partition('"')[2].partition('"')[0]


def _converted(file: Path, layer: str) -> str:
    """GDAL's description of a layer seen in WGS 84, longitude first."""
    source = f"/vsizip/{file}" if file.suffix.lower() == ".zip" else str(file)
    return (
        f"<OGRVRTDataSource><OGRVRTWarpedLayer><OGRVRTLayer name={quoteattr(layer)}><SrcDataSource>{escape(source)}</SrcDataSource></OGRVRTLayer>"
        "<TargetSRS>OGC:CRS84</TargetSRS></OGRVRTWarpedLayer></OGRVRTDataSource>"
    )


def _parts(shapely: Any, geometry: Any) -> Iterator[list[Any]]:
    """The rings of each polygon of a geometry, as lists of points."""
    if geometry is None:
        return
    for part in shapely.get_parts(geometry):
        if part.geom_type in ("Polygon", "PolygonZ"):
            yield [ring.coords for ring in (part.exterior, *part.interiors)] if not part.is_empty else []
        elif part.geom_type in ("MultiPolygon", "GeometryCollection"):
            yield from _parts(shapely, part)


def _plain(value: Any) -> object:
    """A cell as a plain value."""
    return value.item() if hasattr(value, "item") else value


__all__ = ["BoundaryMatch", "Shape", "Unmatched", "read_boundaries", "write_boundaries"]
