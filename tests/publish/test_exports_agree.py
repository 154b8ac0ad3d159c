"""Every format, read by somebody else's tool, has the numbers of the edition: one table of fields, whatever the filter."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
import pyarrow.parquet
import pytest
import stix2
from publish_scene import GOVERNMENT, KNOWN, TALIBAN, small_bundle

from heldby.model.status import CONTESTED
from heldby.publish.edition import Edition, StatusRow
from heldby.publish.exports import FORMATS, Filter, records, select
from heldby.publish.exports.selection import Selection
from heldby.publish.release import Release, release
from read_back import READERS, told

FILTERS = {
    "all": Filter(),
    "kind": Filter(kinds=("city", "crossing")),
    "holder": Filter(holders=(CONTESTED, "unknown")),
    "support": Filter(supports=("disputed",), within="af:kandahar"),
    "likely": Filter(holders=(GOVERNMENT, TALIBAN), probability=0.9),
    "nothing": Filter(kinds=("base",)),
}


@pytest.fixture(scope="module")
def edition() -> Edition:
    return release(small_bundle(), Release(), KNOWN)


@pytest.mark.parametrize("chosen", FILTERS.values(), ids=FILTERS)
def test_all_tables_are_one_table(edition: Edition, chosen: Filter, tmp_path: Path) -> None:
    selection = select(edition, chosen)
    meant = told([dict(r) for r in records(selection)])
    assert (meant == []) == (chosen == FILTERS["nothing"])
    for row in meant:  # what every line must say of itself
        assert row["edition"] == edition.digest
        assert row["roster"] == "407"
        assert f"theatre {edition.theatre.id}@" in row["versions"]
        assert row["filter"] == chosen.words()
    for name, read in READERS.items():
        if name in ("kml", "geojson") and not meant:
            continue  # GDAL finds no columns where there are no lines
        assert told(read(FORMATS[name].write(selection), tmp_path / f"x{FORMATS[name].ending}")) == meant, name


@pytest.mark.parametrize("chosen", FILTERS.values(), ids=FILTERS)
def test_every_file_says_what_it_is_of(edition: Edition, chosen: Filter) -> None:
    selection = select(edition, chosen)
    said = {name: FORMATS[name].write(selection) for name in FORMATS}
    assert selection.words.startswith(f"edition={edition.digest}; revision=412; versions=heldby 0.1.0; rules ")
    assert selection.words.endswith(f"; roster=407; filter={chosen.words() or 'none'}")
    assert selection.words in ET.fromstring(said["kml"]).findtext(".//{*}Document/{*}description", "")
    assert selection.words in stix2.parse(said["stix"].decode()).objects[-1].content
    about = dict(openpyxl.load_workbook(io.BytesIO(said["xlsx"]))["about"].iter_rows(min_row=2, max_col=2, values_only=True))
    schema = pyarrow.parquet.read_schema(io.BytesIO(said["parquet"])).metadata
    whole = next(n for n in json.loads(said["prov"])["@graph"] if "heldby:about" in n)
    for head in (about, json.loads(schema[b"heldby"]), json.loads(said["geojson"])["heldby"], whole["heldby:about"]):
        assert head["edition"] == edition.digest
        assert (head["versions"], head["roster"], head["filter"] or "") == (selection.versions, "407", chosen.words())


@pytest.mark.parametrize("chosen", FILTERS.values(), ids=FILTERS)
def test_stix_has_each_status_once(edition: Edition, chosen: Filter) -> None:
    selection = select(edition, chosen)
    objects = {o["id"]: o for o in stix2.parse(FORMATS["stix"].write(selection).decode(), allow_custom=False).objects}
    found: dict[str, tuple[str, int]] = {}
    for o in objects.values():
        if o["type"] == "sighting":
            found[objects[o["where_sighted_refs"][0]]["name"]] = (objects[o["sighting_of_ref"]]["name"], o["confidence"])
        elif o["type"] == "note" and o["abstract"] != edition.title:
            found[objects[o["object_refs"][0]]["name"]] = (o["abstract"], o.get("confidence", 0))
    assert found == {r.name: _in_stix(r) for r in _rows(selection)}
    against = {o["object_refs"][0] for o in objects.values() if o["type"] == "opinion"}
    denied = {r.name for r in _rows(selection) if any((e.bits or 0) < 0 for e in r.evidence) and r.holder in (GOVERNMENT, TALIBAN)}
    assert {objects[objects[s]["where_sighted_refs"][0]]["name"] for s in against} == denied


def _rows(selection: Selection) -> list[StatusRow]:
    return [s.row for s in selection.subjects if s.row]


def _in_stix(row: StatusRow) -> tuple[str, int]:
    name = row.holder_name if row.holder in (GOVERNMENT, TALIBAN) else row.holder or "unknown"
    return name, round(100 * row.probability) if row.holder else 0


@pytest.mark.parametrize("chosen", FILTERS.values(), ids=FILTERS)
def test_acled_lines_are_the_changes_of_what_is_chosen(edition: Edition, chosen: Filter) -> None:
    selection = select(edition, chosen)
    lines = list(csv.DictReader(io.StringIO(FORMATS["acled"].write(selection).decode())))
    moved = [c for c in selection.changes if c.after != CONTESTED and c.first_day]
    assert [(x["location"], x["event_date"], x["actor1"]) for x in lines] == [(c.name, c.first_day, c.after_name) for c in moved]
    for line, change in zip(lines, moved, strict=True):
        tags = line["tags"].split("; ")
        assert tags[0] == f"heldby probability={change.probability:g}"
        assert line["tags"].endswith(selection.words)


# What a spreadsheet may take for a formula, a command or an address.
FORMULAS = (
    "=1+1", "=SUM(A1:A9)", '=HYPERLINK("http://127.0.0.1/x","x")', "=WEBSERVICE(\"http://127.0.0.1/x\")", "=cmd|' /C calc'!A0", "=DDE(\"soffice\";\"x\";\"y\")",
    "+1+1", "+SUM(1;2)", "-1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(1+1)", "@A1", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "=\t1", "'=1", '"=1"', "=IF(1;2;3)",
)  # fmt: skip
FILLED = ("name", "sentence", "confidence_sentence", "claimed_by", "last_evidence")
SHEET = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


@pytest.mark.office
def test_two_hundred_formulas_stay_text_in_libreoffice(edition: Edition, tmp_path: Path) -> None:
    first = edition.statuses[0]
    filled: list[dict[str, Any]] = [{n: FORMULAS[(i + k) % len(FORMULAS)] for k, n in enumerate(FILLED)} for i in range(40)]
    rows = [replace(first, **values) for values in filled]
    hostile = replace_rows(edition, rows)
    for name in ("csv", "xlsx"):
        (tmp_path / f"{name}-in.{name}").write_bytes(FORMATS[name].write(select(hostile)))
    soffice = shutil.which("soffice")
    assert soffice
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    files = [str(tmp_path / f"{name}-in.{name}") for name in ("csv", "xlsx")]
    subprocess.run(
        [soffice, profile, "--headless", "--convert-to", "fods", "--outdir", str(tmp_path), *files],
        check=True,
        capture_output=True,
        timeout=180,
    )
    for name in ("csv", "xlsx"):
        cells = list(ET.parse(tmp_path / f"{name}-in.fods").iter(f"{SHEET}table-cell"))
        texts = ["".join(c.itertext()) for c in cells]
        assert sum("1+1" in t or "SUM" in t or "HYPERLINK" in t or "calc" in t for t in texts) >= 100, name
        assert [c.get(f"{SHEET}formula") for c in cells if c.get(f"{SHEET}formula")] == [], name
        odd = [
            t
            for c, t in zip(cells, texts, strict=True)
            if t.lstrip("' \"")[:1] in "=+-@" and t and c.get(f"{OFFICE}value-type") != "string"
        ]
        assert odd == [], name


def replace_rows(edition: Edition, rows: list[StatusRow]) -> Edition:
    """The edition with other rows, past the gate: texts that a release would never give."""
    made = release(small_bundle(), Release(), KNOWN)
    object.__setattr__(made, "statuses", tuple(rows))
    assert made.digest == edition.digest
    return made
