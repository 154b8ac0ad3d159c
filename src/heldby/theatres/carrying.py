"""A theatre carried in one file: what a folder of its tables holds, so that an edition can be served where the theatre has changed since, or is not."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from heldby.errors import HeldbyError
from heldby.model.ident import canonical_json
from heldby.model.theatre import Theatre
from heldby.theatres.loading import WORLD, load_folder

THEATRE = "theatre.json"
FORMAT, VERSION = "heldby-theatre", 1
_TEXTS = (".toml", ".csv", ".geojson")
_BUILT_IN = Path(__file__).parent


def theatre_json(home: Path) -> str:
    """The tables of the theatre in `home` as one JSON text; "" for the world's, which is large and comes with heldby."""
    if home.name == WORLD:
        return ""
    files = {p.name: p.read_text(encoding="utf-8") for p in sorted(home.iterdir()) if p.suffix in _TEXTS}
    return canonical_json({"format": FORMAT, "version": VERSION, "id": home.name, "files": files})


def theatre_from(value: Mapping[str, Any], name: str) -> Theatre:
    """The theatre whose `theatre_json` is `value`. Raises HeldbyError where it is another's, of another version, or no theatre's; Faults."""
    files = value.get("files")
    if (value.get("format"), value.get("version"), value.get("id")) != (FORMAT, VERSION, name) or not isinstance(files, Mapping):
        raise HeldbyError(THEATRE, f"is not {FORMAT} {VERSION} of theatre {name!r}")
    if not name.replace("-", "").replace("_", "").isalnum():
        raise HeldbyError(THEATRE, f"{name!r} is no id of a theatre")
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / name
        home.mkdir()
        for file, text in files.items():
            if Path(file).name != file or Path(file).suffix not in _TEXTS or not isinstance(text, str):
                raise HeldbyError(THEATRE, f"{file!r} is no file of a theatre")
            (home / file).write_text(text, encoding="utf-8")
        return load_folder(home, _BUILT_IN / WORLD)
