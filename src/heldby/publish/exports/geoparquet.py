"""GeoParquet 1.1: a column a field, geometry as well-known binary, what the edition says of itself in the file's metadata."""

from __future__ import annotations

import io
import json
from typing import Any

from heldby.errors import HeldbyError
from heldby.publish.exports.fields import FIELDS, Sort, records
from heldby.publish.exports.geojson import head
from heldby.publish.exports.geometry import shape_of, shapely_module
from heldby.publish.exports.selection import Selection
from heldby.publish.plain import json_text


def geoparquet(selection: Selection) -> bytes:
    """Lines without coordinates have a null geometry."""
    shapely = shapely_module()
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise HeldbyError("export", "GeoParquet needs pyarrow: pip install 'heldby[export]'") from None
    rows = records(selection)
    shapes = [shape_of(s) for s in selection.subjects]
    types = {Sort.TEXT: pyarrow.string(), Sort.NUMBER: pyarrow.float64(), Sort.INTEGER: pyarrow.int64()}
    arrays: list[Any] = [pyarrow.array([r[f.name] for r in rows], types[f.sort]) for f in FIELDS]
    arrays.append(pyarrow.array([None if s is None else shapely.to_wkb(s) for s in shapes], pyarrow.binary()))
    there = [s for s in shapes if s is not None]
    column: dict[str, Any] = {"encoding": "WKB", "geometry_types": sorted({s.geom_type for s in there}), "orientation": "counterclockwise"}
    if there:
        column["bbox"] = [float(v) for v in shapely.total_bounds(there)]
    geo = {"version": "1.1.0", "primary_column": "geometry", "columns": {"geometry": column}}
    table = pyarrow.table(arrays, names=[*(f.name for f in FIELDS), "geometry"])
    table = table.replace_schema_metadata({"geo": json.dumps(geo, sort_keys=True), "heldby": json_text(head(selection))})
    out = io.BytesIO()
    parquet.write_table(table, out, compression="zstd")
    return out.getvalue()
