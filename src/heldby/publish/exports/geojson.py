"""GeoJSON (RFC 7946): a feature a line, its fields as properties, the edition in a foreign member of the collection."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from heldby.model.when import utc_text
from heldby.publish.exports.fields import Record, records
from heldby.publish.exports.geometry import shape_of, shapely_module
from heldby.publish.exports.selection import Selection, Subject
from heldby.publish.plain import json_text

DIGITS = 6  # of a degree: a tenth of a metre


def geojson(selection: Selection) -> bytes:
    """Features in the edition's order; lines without coordinates have a null geometry and are not lost."""
    features = [feature(s, r) for s, r in zip(selection.subjects, records(selection), strict=True)]
    return (json_text({"type": "FeatureCollection", "features": features, "heldby": head(selection)}) + "\n").encode()


def feature(subject: Subject, record: Record) -> Mapping[str, Any]:
    """One line as a GeoJSON feature, its id that of the unit."""
    return {"type": "Feature", "id": record["unit_id"], "geometry": _geometry(subject), "properties": dict(record)}


def head(selection: Selection) -> Mapping[str, Any]:
    """What every export says of itself: both clocks, edition, versions, roster, filter, marks."""
    edition = selection.edition
    return {
        "theatre": edition.theatre.id,
        "title": edition.title,
        "as_of": edition.as_of.isoformat(),
        "known_by": utc_text(edition.known_by),
        "edition": edition.digest,
        "revision": edition.provenance.revision,
        "versions": selection.versions,
        "roster": selection.roster,
        "filter": selection.filter.words(),
        "marks": list(edition.marks),
        "release_notes": list(edition.release_notes),
    }


def _geometry(subject: Subject) -> Any:
    shape = shape_of(subject)
    if shape is None:
        return None
    shapely = shapely_module()
    return _rounded(json.loads(shapely.to_geojson(shape)))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DIGITS)
    if isinstance(value, list):
        return [_rounded(v) for v in value]
    return {k: _rounded(v) for k, v in value.items()} if isinstance(value, dict) else value
