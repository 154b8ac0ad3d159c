"""Every format says the same: the founding scene written, read again by other people's tools, and compared field by field."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import hxl
import openpyxl
import pyarrow.parquet
import pyogrio
import pytest
import shapely
import stix2
from publish_scene import CROSSING, KNOWN, TALIBAN, small_bundle

from heldby.errors import UsageError
from heldby.publish.edition import Edition
from heldby.publish.exports import FIELDS, FORMATS, Filter, records, select
from heldby.publish.exports.acled import COLUMNS
from heldby.publish.release import Release, release

NAMES = [f.name for f in FIELDS]
KML = "{http://www.opengis.net/kml/2.2}"


def founding_edition(rules: Release | None = None) -> Edition:
    return release(small_bundle(), rules or Release(), KNOWN)


@pytest.fixture
def edition() -> Edition:
    return founding_edition()


def expected(edition: Edition) -> list[dict[str, Any]]:
    return [dict(r) for r in records(select(edition))]


def written(edition: Edition, name: str, chosen: Filter | None = None) -> bytes:
    return FORMATS[name].write(select(edition, chosen))


def near(read: Any, meant: Any) -> bool:
    """Equal as the format can hold it: numbers to a millionth, nothing as "" or None."""
    if meant is None or read is None:
        return (read in (None, "") and meant in (None, "")) or bool(read != read)  # a number that is none
    if isinstance(meant, int | float):
        return abs(float(read) - float(meant)) < 1e-6
    return str(read).lstrip("'") == " ".join(str(meant).split()).lstrip("'")


def same(rows: Sequence[Mapping[str, Any]], meant: list[dict[str, Any]]) -> None:
    assert len(rows) == len(meant)
    for row, wanted in zip(rows, meant, strict=True):
        off = {n: (row.get(n), wanted[n]) for n in NAMES if not near(row.get(n), wanted[n])}
        assert not off


def test_the_scene_has_something_to_say(edition: Edition) -> None:
    rows = expected(edition)
    crossing = next(r for r in rows if r["unit_id"] == CROSSING)
    assert crossing["holder"] == TALIBAN
    assert crossing["adm1_name"] == "Kandahar"
    assert crossing["denials"]
    assert {r["edition"] for r in rows} == {edition.digest}


def test_csv_through_an_hxl_reader(edition: Edition) -> None:
    data = written(edition, "csv")
    source = hxl.data(io.BytesIO(data), hxl.InputOptions(allow_local=True))
    assert [c.display_tag for c in source.columns] == [f.tag for f in FIELDS]
    same([dict(zip(NAMES, row.values, strict=True)) for row in source], expected(edition))


def test_geopackage_through_gdal(edition: Edition, tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    path.write_bytes(written(edition, "gpkg"))
    meta, _, wkb, columns = pyogrio.raw.read(str(path))
    fields = list(meta["fields"])
    same([dict(zip(fields, values, strict=True)) for values in zip(*columns, strict=True)], expected(edition))
    assert meta["crs"] == "EPSG:4326"
    points = [None if w is None else shapely.from_wkb(w) for w in wkb]
    assert [p and (p.x, p.y) for p in points] == [r["lon"] and (r["lon"], r["lat"]) for r in expected(edition)]
    assert path.read_bytes()[68:72] == b"GPKG"


def test_geojson_through_gdal(edition: Edition, tmp_path: Path) -> None:
    path = tmp_path / "a.geojson"
    path.write_bytes(written(edition, "geojson"))
    whole = json.loads(path.read_bytes())
    same([f["properties"] for f in whole["features"]], expected(edition))
    assert whole["heldby"]["edition"] == edition.digest
    assert "crs" not in whole
    assert pyogrio.read_info(str(path))["features"] == len(edition.statuses)


def test_geoparquet_through_pyarrow(edition: Edition) -> None:
    table = pyarrow.parquet.read_table(io.BytesIO(written(edition, "parquet")))
    same(table.to_pylist(), expected(edition))
    geo = json.loads(table.schema.metadata[b"geo"])
    assert geo["primary_column"] == "geometry"
    assert geo["columns"]["geometry"]["encoding"] == "WKB"
    assert json.loads(table.schema.metadata[b"heldby"])["edition"] == edition.digest


def test_excel_through_another_reader(edition: Edition) -> None:
    book = openpyxl.load_workbook(io.BytesIO(written(edition, "xlsx")))
    rows = list(book["statuses"].iter_rows(values_only=True))
    assert list(rows[0]) == NAMES
    assert rows[1][0] == FIELDS[0].tag
    same([dict(zip(NAMES, r, strict=True)) for r in rows[2:]], expected(edition))
    assert dict(r[:2] for r in book["about"].iter_rows(min_row=2, values_only=True))["edition"] == edition.digest


def test_kml_has_every_unit_and_its_time(edition: Edition) -> None:
    root = ET.fromstring(written(edition, "kml"))
    marks = root.findall(f".//{KML}Placemark")
    rows = [{d.get("name", ""): d.findtext(f"{KML}value") for d in m.iter(f"{KML}Data")} for m in marks]
    same(rows, expected(edition))
    crossing = next(m for m in marks if m.findtext(f"{KML}name") == "Spin Boldak crossing")
    assert crossing.findtext(f"{KML}TimeSpan/{KML}begin") == "2021-07-14"
    styles = {s.get("id") for s in root.iter(f"{KML}Style")}
    assert all((m.findtext(f"{KML}styleUrl") or "")[1:] in styles for m in marks)


def test_stix_is_valid_and_keeps_denials(edition: Edition) -> None:
    bundle = stix2.parse(written(edition, "stix").decode(), allow_custom=False)
    by_type: dict[str, list[Any]] = {}
    for item in bundle.objects:
        by_type.setdefault(item["type"], []).append(item)
    held = [r for r in expected(edition) if r["control_status"] == "held"]
    assert sorted(s.confidence for s in by_type["sighting"]) == sorted(round(100 * r["probability"]) for r in held)
    assert len(by_type["opinion"]) >= 1
    assert all(o.opinion == "disagree" for o in by_type["opinion"])


def test_prov_leads_back_to_reports(edition: Edition) -> None:
    graph = json.loads(written(edition, "prov"))["@graph"]
    nodes = {n["@id"]: n for n in graph}
    statuses = [n for i, n in nodes.items() if i.startswith("urn:heldby:status:")]
    same([n["heldby:fields"] for n in statuses], expected(edition))
    derived = [r["@id"] for n in statuses for r in n["prov:wasDerivedFrom"]]
    assert derived
    assert all(nodes[d]["prov:wasAttributedTo"]["@id"] in nodes for d in derived)


def test_acled_shape_has_transfers_only(edition: Edition) -> None:
    lines = written(edition, "acled").decode().splitlines()
    assert lines[0].split(",") == COLUMNS.split()
    assert len(lines) - 1 == sum(c.after != "contested" and bool(c.first_day) for c in edition.changes)


def test_same_edition_same_bytes(edition: Edition) -> None:
    again = founding_edition()
    for name, form in FORMATS.items():
        assert form.write(select(edition)) == form.write(select(again)), name


def test_a_filter_says_so_and_holds_in_every_format(edition: Edition) -> None:
    chosen = Filter(kinds=("crossing",), holders=(TALIBAN,))
    rows = records(select(edition, chosen))
    assert [r["unit_id"] for r in rows] == [CROSSING]
    assert rows[0]["filter"] == "kind=crossing holder=taliban"
    assert len(json.loads(written(edition, "geojson", chosen))["features"]) == 1


@pytest.mark.parametrize("wrong", [Filter(kinds=("moon",)), Filter(holders=("nobody",)), Filter(within="x"), Filter(probability=2.0)])
def test_a_filter_that_means_nothing_is_refused(edition: Edition, wrong: Filter) -> None:
    with pytest.raises(UsageError):
        select(edition, wrong)


def test_coarsened_units_are_in_no_format() -> None:
    edition = founding_edition(Release(coarsen_to="province"))
    for name in FORMATS:
        assert b"Spin Boldak" not in written(edition, name), name
    rows = records(select(edition))
    assert any(r["kind"] == "area" and r["probabilities"] for r in rows)


def test_formulas_stay_text(edition: Edition) -> None:
    from dataclasses import replace

    first = replace(edition.statuses[0], name='=HYPERLINK("http://x")', sentence="@SUM(1)")
    object.__setattr__(edition, "statuses", (first, *edition.statuses[1:]))
    assert b"'=HYPERLINK" in written(edition, "csv").replace(b'"', b"")
    sheet = openpyxl.load_workbook(io.BytesIO(written(edition, "xlsx")))["statuses"]
    cells = [c for row in sheet.iter_rows() for c in row]
    assert all(c.data_type != "f" for c in cells)
    assert not any(c.hyperlink for c in cells)
