"""GeoPackage: one layer of features with a column a field, and the edition in a table of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from heldby.errors import HeldbyError
from heldby.model.when import utc_text
from heldby.publish.exports.fields import FIELDS, Sort, records
from heldby.publish.exports.geometry import shape_of, shapely_module
from heldby.publish.exports.selection import Selection

LAYER = "statuses"
_EMPTY = {Sort.TEXT: object, Sort.NUMBER: float, Sort.INTEGER: float}


def geopackage(selection: Selection) -> bytes:
    """Written by GDAL (pyogrio) with the edition's clock as the time of change, so that the same edition gives the same bytes."""
    shapely = shapely_module()
    try:
        import pyogrio
    except ImportError:
        raise HeldbyError("export", "GeoPackage needs pyogrio: pip install 'heldby[export]'") from None
    rows = records(selection)
    shapes = [shape_of(s) for s in selection.subjects]
    columns: list[Any] = []
    for field in FIELDS:
        values = [r[field.name] for r in rows]
        if field.sort is Sort.TEXT:
            columns.append(np.array([None if v is None else str(v) for v in values], dtype=object))
        else:
            columns.append(np.array([np.nan if v is None else float(v) for v in values], dtype=float))
    wkb = np.array([None if s is None else shapely.to_wkb(s) for s in shapes], dtype=object)
    edition = selection.edition
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": utc_text(edition.known_by)[:19] + ".000Z"})
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "heldby.gpkg"
            pyogrio.raw.write(
                str(path),
                geometry=wkb,
                field_data=columns,
                fields=[f.name for f in FIELDS],
                layer=LAYER,
                driver="GPKG",
                geometry_type="Unknown",
                crs="EPSG:4326",
                layer_options={"DESCRIPTION": f"{edition.title}; {selection.words}"},
            )
            return path.read_bytes()
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
