"""District boundaries: which shapes answer to which units, from which files, and what did not match."""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import numpy as np
import pyogrio.raw
import pytest
import shapely

from heldby.errors import HeldbyError, UsageError
from heldby.locate.boundaries import read_boundaries, write_boundaries
from heldby.locate.boundaries_columns import Feature, feature_of
from heldby.locate.boundaries_matching import BoundaryMatch, holds, match_boundaries
from heldby.model.place import PlaceKind, Unit
from heldby.model.theatre import Theatre
from heldby.theatres import load_theatre

Box = tuple[float, float, float, float]
FARYAB = ("af:faryab:almar", "af:faryab:andkhoy", "af:faryab:bilchiragh")


@pytest.fixture(scope="module")
def theatre() -> Theatre:
    return load_theatre("afghanistan-2021")


def districts(theatre: Theatre) -> list[Unit]:
    return [u for u in theatre.units if u.kind is PlaceKind.DISTRICT]


def box(unit: Unit, half: float = 0.05) -> Box:
    assert unit.lon is not None
    assert unit.lat is not None
    return unit.lon - half, unit.lat - half, unit.lon + half, unit.lat + half


def ring(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def geojson(path: Path, rows: list[tuple[Mapping[str, object], Box | None]], **more: object) -> Path:
    features = [
        {"type": "Feature", "properties": p, "geometry": {"type": "Polygon", "coordinates": [ring(*b)]} if b else None} for p, b in rows
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features} | more))
    return path


def by_gdal(path: Path, rows: list[tuple[dict[str, str], Box]], crs: str | None = "EPSG:4326", driver: str = "GPKG", **more: Any) -> Path:
    shapes = np.array([shapely.to_wkb(shapely.box(*b)) for _, b in rows], dtype=object)
    fields = list(rows[0][0])
    columns = [np.array([r[f] for r, _ in rows], dtype=object) for f in fields]
    pyogrio.raw.write(path, shapes, columns, fields, geometry_type="Polygon", crs=crs, driver=driver, **more)
    return path


def cod_rows(theatre: Theatre, unit_ids: tuple[str, ...] = FARYAB) -> list[tuple[dict[str, str], Box]]:
    rows = []
    for unit_id in unit_ids:
        unit = theatre.unit(unit_id)
        assert unit is not None
        parent = theatre.unit(unit.parent)
        assert parent is not None
        rows.append(({"ADM2_EN": unit.name, "ADM2_PCODE": "AF00", "ADM1_EN": parent.name}, box(unit)))
    return rows


def feature(name: str, parent: str = "", codes: tuple[str, ...] = (), at: Unit | None = None) -> Feature:
    polygons = ((tuple((x, y) for x, y in ring(*box(at))),),) if at else ()
    return Feature((name,) if name else (), ((parent,),) if parent else (), codes, polygons)


def why(match: BoundaryMatch) -> list[str]:
    return [f.reason for f in match.unmatched_features]


def test_every_district_is_matched_by_its_name_and_province(theatre: Theatre, tmp_path: Path) -> None:
    rows = cod_rows(theatre, tuple(u.id for u in districts(theatre)))
    random.Random(5).shuffle(rows)
    match = read_boundaries(geojson(tmp_path / "all.geojson", list(rows)), theatre)
    assert (len(match.polygons), match.unmatched_features, match.unmatched_units, match.doubts) == (422, (), (), ())
    for unit in districts(theatre):
        assert holds(match.polygons[unit.id], unit)


def test_what_does_not_match_is_listed_on_both_sides(theatre: Theatre, tmp_path: Path) -> None:
    rows: list[tuple[Mapping[str, object], Box | None]] = [*cod_rows(theatre)]
    rows += [({"ADM2_EN": "Nowhere-on-Sea", "ADM1_EN": "Faryab"}, (1, 1, 2, 2)), ({"ADM2_EN": "Dowlatabad", "ADM1_EN": "Faryab"}, None)]
    rows += [({"ADM2_EN": "Almar", "ADM1_EN": "Atlantis"}, (1, 1, 2, 2)), ({"colour": "red"}, (1, 1, 2, 2))]
    match = read_boundaries(geojson(tmp_path / "some.geojson", rows), theatre)
    assert tuple(match.polygons) == FARYAB
    assert [(f.name, f.parent) for f in match.unmatched_features] == [
        ("", ""),
        ("Almar", "Atlantis"),
        ("Nowhere-on-Sea", "Faryab"),
        ("Dowlatabad", "Faryab"),
    ]
    reasons = why(match)
    for reason, part in zip(
        reasons, ("no name", "no area of the theatre", "no district of that name in Faryab", "no polygon"), strict=True
    ):
        assert part in reason
    assert len(match.unmatched_units) == 419


@pytest.mark.parametrize(
    ("properties", "names", "parents", "codes"),
    [
        (
            {
                "adm2_name": "Almar",
                "adm2_pcode": "AF2909",
                "adm1_name": "Faryab",
                "adm1_pcode": "AF29",
                "adm0_name": "Afghanistan",
                "valid_on": "x",
            },
            ("Almar",),
            (("Faryab",),),
            ("AF2909",),
        ),
        (
            {
                "ADM2_DA": "المار",
                "ADM2_EN": "Almar",
                "ADM2_PCODE": "AF2909",
                "ADM2ALT1EN": "Elmar;Al Mar",
                "ADM1_EN": "Faryab",
                "ADM0_EN": "Afghanistan",
            },
            ("Almar", "المار", "Elmar", "Al Mar"),
            (("Faryab",),),
            ("AF2909",),
        ),
        (
            {"NAME_0": "Afghanistan", "NAME_1": "Faryab", "NAME_2": "Almar", "VARNAME_2": "Elmar|NA", "GID_2": "AFG.7.1_1"},
            ("Almar", "Elmar", "NA"),
            (("Faryab",),),
            ("AFG.7.1_1",),
        ),
        ({"shapeName": "Almar", "shapeID": "123B", "shapeGroup": "AFG"}, ("Almar",), (), ("123B",)),
        ({"district": "Almar", "province": "Faryab", "id": 17.0}, ("Almar",), (("Faryab",),), ("17",)),
        ({"name": "Siagird (Ghorband)", "region": "Parwan"}, ("Siagird (Ghorband)", "Siagird", "Ghorband"), (("Parwan",),), ()),
        ({"ADM3_EN": "Hill", "ADM2_EN": "Almar", "ADM1_EN": "Faryab"}, ("Hill",), (("Almar",), ("Faryab",)), ()),
        ({"ADM2_EN": "Almar", "ADM3_EN": None, "ADM1_EN": "NA"}, ("Almar",), (), ()),
    ],
)
def test_columns_of_the_formats_in_use(
    properties: dict[str, object], names: tuple[str, ...], parents: tuple[tuple[str, ...], ...], codes: tuple[str, ...]
) -> None:
    found = feature_of(properties, ())
    assert (found.names, found.parents, found.codes) == (names, parents, codes)


def test_a_code_stands_before_a_name(theatre: Theatre) -> None:
    match = match_boundaries([feature("Andkhoy", "Faryab", ("AF:Faryab:Almar",))], theatre)
    assert dict(match.how) == {"af:faryab:almar": "by its code AF:Faryab:Almar"}


def test_names_that_several_districts_bear_need_the_parent_or_the_place(theatre: Theatre) -> None:
    gazetteer = theatre.lexicon.gazetteer
    bearers = [u for u in gazetteer.lookup("Dawlatabad") if (unit := theatre.unit(u)) and unit.kind is PlaceKind.DISTRICT]
    assert len(bearers) > 1
    homonyms = [unit for u in bearers if (unit := theatre.unit(u))]
    assert "may be any of" in why(match_boundaries([feature("Dawlatabad")], theatre))[0]
    for unit in homonyms:
        parent = theatre.unit(unit.parent)
        assert parent is not None
        assert tuple(match_boundaries([feature("Dawlatabad", parent.name)], theatre).polygons) == (unit.id,)
        match = match_boundaries([feature("Dawlatabad", at=unit)], theatre)
        assert "point lies inside" in match.how[unit.id]


def test_other_spellings_are_matched_within_the_province_only(theatre: Theatre) -> None:
    match = match_boundaries([feature("Andkhuuoy", "Faryaab")], theatre)
    assert tuple(match.polygons) == ("af:faryab:andkhoy",)
    assert "spelled like" in match.how["af:faryab:andkhoy"]
    assert match_boundaries([feature("Andkhuuoy", "Helmand")], theatre).polygons == {}
    assert match_boundaries([feature("Andkhuuoy")], theatre).polygons == {}


def test_spellings_as_near_as_each_other_decide_nothing_unless_one_holds_the_point(theatre: Theatre) -> None:
    andkhoy = theatre.unit("af:faryab:andkhoy")
    rivals = [feature("Andkhhoy", "Faryab"), feature("Andkkhoy", "Faryab")]
    for order in (rivals, rivals[::-1]):
        match = match_boundaries(order, theatre)
        assert match.polygons == {}
        assert all("spelled" in reason for reason in why(match))
    placed = [rivals[0], feature("Andkkhoy", "Faryab", at=andkhoy)]
    for order in (placed, placed[::-1]):
        assert match_boundaries(order, theatre).polygons == {"af:faryab:andkhoy": placed[1].polygons}


def test_two_features_for_one_district_are_given_to_neither_unless_one_holds_its_point(theatre: Theatre) -> None:
    almar, andkhoy = (theatre.unit(u) for u in FARYAB[:2])
    rivals = [feature("Almar", "Faryab", ("x",)), feature("Almar", "Faryab", ("y",))]
    match = match_boundaries(rivals, theatre)
    assert match.polygons == {}
    assert len(match.unmatched_features) == 2
    placed = [feature("Almar", "Faryab", ("x",), andkhoy), feature("Almar", "Faryab", ("y",), almar)]
    for order in (placed, placed[::-1]):
        match = match_boundaries(order, theatre)
        assert match.polygons == {"af:faryab:almar": placed[1].polygons}
        assert len(match.unmatched_features) == 1


def test_parts_of_one_district_come_together(theatre: Theatre) -> None:
    almar, andkhoy = (theatre.unit(u) for u in FARYAB[:2])
    match = match_boundaries([feature("Almar", "Faryab", at=almar), feature("Almar", "Faryab", at=andkhoy)], theatre)
    assert len(match.polygons["af:faryab:almar"]) == 2
    assert len(match.matched["af:faryab:almar"]) == 2


def test_a_shape_far_from_its_unit_is_doubted_aloud(theatre: Theatre) -> None:
    far = theatre.unit("af:helmand:sangin")
    match = match_boundaries([feature("Almar", "Faryab", at=far)], theatre)
    assert tuple(match.polygons) == ("af:faryab:almar",)
    assert match.doubts[0].startswith("af:faryab:almar: its point lies ")


def test_the_order_of_the_features_changes_nothing(theatre: Theatre) -> None:
    rows = cod_rows(theatre, tuple(u.id for u in districts(theatre)[:80]))
    features = [feature_of({**p, "ADM2_EN": p["ADM2_EN"].replace("a", "aa", 1)}, ()) for p, _ in rows]
    match = match_boundaries(features, theatre)
    for seed in range(3):
        random.Random(seed).shuffle(features)
        assert match_boundaries(features, theatre) == match


def test_written_and_read_back_it_is_the_same(theatre: Theatre, tmp_path: Path) -> None:
    match = read_boundaries(geojson(tmp_path / "in.geojson", list(cod_rows(theatre))), theatre)
    write_boundaries(tmp_path / "one.geojson", match, theatre)
    again = read_boundaries(tmp_path / "one.geojson", theatre)
    write_boundaries(tmp_path / "two.geojson", again, theatre)
    assert {u: {frozenset(r) for r in shape} for u, shape in again.matched.items()} == {
        u: {frozenset(r) for r in s} for u, s in match.matched.items()
    }
    one, two = json.loads((tmp_path / "one.geojson").read_text()), json.loads((tmp_path / "two.geojson").read_text())
    assert [f["geometry"] for f in one["features"]] == [f["geometry"] for f in two["features"]]
    for written in one["features"]:
        outer = shapely.geometry.shape(written["geometry"]).geoms[0].exterior
        assert outer.is_ccw
    write_boundaries(tmp_path / "three.geojson", match, theatre)
    assert (tmp_path / "three.geojson").read_bytes() == (tmp_path / "one.geojson").read_bytes()


def test_coordinates_are_rounded_and_neighbours_keep_their_common_border(theatre: Theatre, tmp_path: Path) -> None:
    border = [[65.00004, 36.0], [65.00011, 36.00001], [65.0004, 36.1], [65.0, 36.2]]
    west = [*border, [64.8, 36.2], [64.8, 36.0], border[0]]
    east = [*border[::-1], [65.2, 36.0], [65.2, 36.2], border[-1]]
    shapes = [
        {"type": "Polygon", "coordinates": [west]},
        {"type": "MultiPolygon", "coordinates": [[east], [[[0, 0], [1e-5, 0], [0, 1e-5], [0, 0]]]]},
    ]
    features = [
        {"type": "Feature", "properties": {"name": n, "province": "Faryab"}, "geometry": g}
        for n, g in zip(("Almar", "Andkhoy"), shapes, strict=True)
    ]
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    match = read_boundaries(path, theatre)
    one, other = (set(match.matched[u][0]) for u in FARYAB[:2])
    assert one & other == {(65.0, 36.0), (65.0, 36.1), (65.0, 36.2)}
    assert len(match.matched["af:faryab:andkhoy"]) == 1  # what is smaller than the grid is gone


def test_holes_are_kept(theatre: Theatre, tmp_path: Path) -> None:
    shape = {"type": "Polygon", "coordinates": [ring(64, 35, 65, 36), ring(64.4, 35.4, 64.6, 35.6)]}
    path = tmp_path / "x.geojson"
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"name": "Almar"}, "geometry": shape}]})
    )
    assert len(read_boundaries(path, theatre).matched["af:faryab:almar"]) == 2


def test_a_packed_geojson_is_read(theatre: Theatre, tmp_path: Path) -> None:
    plain = geojson(tmp_path / "x.geojson", list(cod_rows(theatre)))
    packed = tmp_path / "x.geojson.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert read_boundaries(packed, theatre) == read_boundaries(plain, theatre)


def test_geopackage_shapefile_and_zip_give_what_geojson_gives(theatre: Theatre, tmp_path: Path) -> None:
    rows = cod_rows(theatre)
    expected = read_boundaries(geojson(tmp_path / "x.geojson", list(rows)), theatre)
    package = by_gdal(tmp_path / "x.gpkg", rows)
    shape = by_gdal(tmp_path / "x.shp", rows, driver="ESRI Shapefile")
    with ZipFile(tmp_path / "x.zip", "w") as packed:
        for part in tmp_path.glob("x.*"):
            if part.suffix in (".shp", ".shx", ".dbf", ".prj", ".cpg"):
                packed.write(part, part.name)
    for path in (package, shape, tmp_path / "x.zip"):
        match = read_boundaries(path, theatre)
        assert {u: {frozenset(r) for r in s} for u, s in match.matched.items()} == {
            u: {frozenset(r) for r in s} for u, s in expected.matched.items()
        }
        assert match.unmatched_units == expected.unmatched_units


def test_of_several_layers_the_one_that_matches_most_is_taken(theatre: Theatre, tmp_path: Path) -> None:
    path = tmp_path / "x.gpkg"
    by_gdal(path, [({"ADM1_EN": "Faryab"}, (64, 35, 66, 37))], layer="adm1")
    by_gdal(path, cod_rows(theatre), layer="adm2", append=True)
    match = read_boundaries(path, theatre)
    assert (match.layer, tuple(match.polygons)) == ("adm2", FARYAB)


def test_another_coordinate_system_is_converted_and_said(theatre: Theatre, tmp_path: Path) -> None:
    box_m = (300_000.0, 3_950_000.0, 320_000.0, 3_970_000.0)  # metres of UTM zone 41N, in Faryab
    path = by_gdal(tmp_path / "x.gpkg", [({"ADM2_EN": "Almar", "ADM1_EN": "Faryab"}, box_m)], crs="EPSG:32641")
    match = read_boundaries(path, theatre)
    assert match.notes == ("converted from EPSG:32641 to WGS 84",)
    xs, ys = zip(*match.matched["af:faryab:almar"][0], strict=True)
    assert (min(xs), max(xs)) == pytest.approx((60.78, 61.01), abs=0.02)
    assert (min(ys), max(ys)) == pytest.approx((35.67, 35.86), abs=0.02)
    old = geojson(
        tmp_path / "x.geojson",
        [({"ADM2_EN": "Almar", "ADM1_EN": "Faryab"}, box_m)],
        crs={"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32641"}},
    )
    assert read_boundaries(old, theatre).matched.keys() == match.matched.keys()


def test_a_file_without_a_coordinate_system_is_taken_as_wgs84_aloud_or_refused(theatre: Theatre, tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="crs"):
        path = by_gdal(tmp_path / "x.shp", cod_rows(theatre), crs=None, driver="ESRI Shapefile")
    assert "names no coordinate system" in read_boundaries(path, theatre).notes[0]
    with pytest.warns(UserWarning, match="crs"):
        metres = by_gdal(tmp_path / "y.shp", [({"name": "Almar"}, (3e5, 3e6, 4e5, 4e6))], crs=None, driver="ESRI Shapefile")
    with pytest.raises(HeldbyError, match="no longitude and latitude"):
        read_boundaries(metres, theatre)


def test_without_the_extra_the_error_names_it_and_geojson_still_works(
    theatre: Theatre, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = by_gdal(tmp_path / "x.gpkg", cod_rows(theatre))
    plain = geojson(tmp_path / "x.geojson", list(cod_rows(theatre)))
    for module in ("pyogrio", "pyogrio.raw", "shapely"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(HeldbyError, match=r"heldby\[boundaries\]"):
        read_boundaries(path, theatre)
    assert tuple(read_boundaries(plain, theatre).polygons) == FARYAB


@pytest.mark.parametrize(
    ("name", "data", "cause"),
    [
        ("a.geojson", b"", "cannot be read as GeoJSON"),
        ("a.geojson", b"{", "cannot be read as GeoJSON"),
        ("a.geojson", b'{"type": "Feature"}', "no GeoJSON collection"),
        ("a.geojson", b'{"type": "FeatureCollection", "features": [7]}', "feature 1"),
        (
            "a.geojson",
            b'{"type": "FeatureCollection", "features": [{"geometry": {"type": "Polygon", "coordinates": [[["x"]]]}}]}',
            "feature 1",
        ),
        ("a.geojson", b'{"type": "FeatureCollection", "features": []}', "holds no polygons"),
        (
            "a.geojson",
            b'{"type": "FeatureCollection", "features": [{"geometry": {"type": "Point", "coordinates": [1, 2]}}]}',
            "holds no polygons",
        ),
        (
            "a.geojson",
            b'{"type": "FeatureCollection", "features": [{"geometry": {"type": "Polygon", "coordinates": [[[999, 2], [1, 2], [1, 1]]]}}]}',
            "no longitude and latitude",
        ),
        ("a.geojson.gz", b"\x1f\x8bbroken", "cannot be read"),
        ("a.gpkg", b"not a database", "cannot be read"),
        ("a.zip", b"PK\x03\x04", "cannot be read"),
        ("a.shp", b"", "cannot be read"),
    ],
)
def test_a_file_that_holds_no_boundaries_is_refused_by_name(name: str, data: bytes, cause: str, theatre: Theatre, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(HeldbyError, match=cause) as error:
        read_boundaries(path, theatre)
    assert str(error.value).startswith(name)


def test_a_missing_file_and_a_theatre_without_districts_are_usage_errors(theatre: Theatre, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_boundaries(tmp_path / "gone.gpkg", theatre)
    with pytest.raises(UsageError, match="has no districts"):
        read_boundaries(geojson(tmp_path / "x.geojson", []), load_theatre("world"))


@pytest.mark.shared
def test_real_outlines_of_399_districts_match(theatre: Theatre, shared: Path) -> None:
    match = read_boundaries(shared / "data" / "gaz_wof" / "af" / "county_af.geojson.gz", theatre)
    assert len(match.polygons) >= 399
    assert match.doubts == ()
