"""Exports: one table of fields, every format made from it. Pure: an edition and a filter in, bytes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from heldby.publish.exports.acled import acled_csv
from heldby.publish.exports.csv_hxl import csv_hxl
from heldby.publish.exports.excel import excel
from heldby.publish.exports.fields import FIELDS, Field, records
from heldby.publish.exports.geojson import geojson
from heldby.publish.exports.geopackage import geopackage
from heldby.publish.exports.geoparquet import geoparquet
from heldby.publish.exports.kml import kml
from heldby.publish.exports.prov import prov_jsonld
from heldby.publish.exports.selection import Filter, Selection, Subject, select
from heldby.publish.exports.stix import stix_bundle


@dataclass(frozen=True, slots=True)
class Format:
    """A format by name: the ending of its files, its media type, what it is, and what writes it."""

    name: str
    ending: str
    media_type: str
    about: str
    write: Callable[[Selection], bytes]


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        f.name: f
        for f in (
            Format("csv", ".csv", "text/csv; charset=utf-8", "CSV with an HXL hashtag row", csv_hxl),
            Format("geojson", ".geojson", "application/geo+json", "GeoJSON (RFC 7946)", geojson),
            Format("gpkg", ".gpkg", "application/geopackage+sqlite3", "GeoPackage", geopackage),
            Format("parquet", ".parquet", "application/vnd.apache.parquet", "GeoParquet 1.1", geoparquet),
            Format("kml", ".kml", "application/vnd.google-earth.kml+xml", "KML with time spans", kml),
            Format("acled", ".acled.csv", "text/csv; charset=utf-8", "changes in ACLED's columns", acled_csv),
            Format("prov", ".prov.jsonld", "application/ld+json", "PROV-O as JSON-LD: what came from where", prov_jsonld),
            Format("stix", ".stix.json", "application/stix+json;version=2.1", "STIX 2.1 bundle", stix_bundle),
            Format("xlsx", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel workbook", excel),
        )
    }
)

__all__ = ["FIELDS", "FORMATS", "Field", "Filter", "Format", "Selection", "Subject", "records", "select"]
