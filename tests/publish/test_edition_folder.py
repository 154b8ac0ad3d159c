"""An edition as files: all of them, the same each time, and nothing else touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from publish_scene import KNOWN, valley_bundle

from heldby.model.ident import digest
from heldby.publish.folder import write_edition
from heldby.publish.map import MapOptions
from heldby.publish.release import Release, release

pytest.importorskip("shapely")
pytest.importorskip("resvg_py")
NAMES = {
    "map.png",
    "map.svg",
    "brief.html",
    "statuses.csv",
    "evidence.csv",
    "tallies.csv",
    "published-tallies.csv",
    "changes.csv",
    "spells.csv",
    "edition.json",
}


def test_a_folder_gets_every_file_and_keeps_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    made = release(valley_bundle(), Release(), KNOWN)
    small = MapOptions(scale=0.5)
    paths = write_edition(made, tmp_path / "a" / "b", small)
    assert {p.name for p in paths} == NAMES
    again = write_edition(made, tmp_path, small)
    assert {p.name: p.read_bytes() for p in paths} == {p.name: p.read_bytes() for p in again}
    assert (tmp_path / "notes.txt").read_text(encoding="utf-8") == "mine"
    value = json.loads((tmp_path / "edition.json").read_text(encoding="utf-8"))
    assert digest(value["content"]) == made.digest
