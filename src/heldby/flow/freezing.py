"""A citable folder of an edition, and whether a folder is still what it was.

edition -> tables, map, brief, roster, versions, citation -> SHA256SUMS   (`frozen_files`: bytes by name; `write_frozen`: all or nothing)
folder  -> sums -> the content's digest -> what the tables say            (`check_frozen`: every difference, by file)
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

from heldby.desk import Desk
from heldby.errors import HeldbyError, UsageError
from heldby.model.theatre import Theatre
from heldby.publish import Edition, brief_html, brief_markdown, map_png, map_svg
from heldby.publish.citing import SUMS, Versions, citation_cff, readme, roster_csv, versions_json
from heldby.publish.folder import table_files
from heldby.publish.records import edition_json
from heldby.publish.thawing import thaw
from heldby.theatres import theatre_home

PACKAGES = ("numpy", "rapidfuzz", "ahocorasick_rs", "shapely", "resvg_py")  # those that count, compare and draw
_DATA = (".toml", ".csv", ".geojson", ".bin")


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not as it was: the file, and how."""

    name: str
    how: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: the edition's digest, that of the sums ("" where they cannot be read), and every difference."""

    edition: str
    sums: str
    files: int
    differences: tuple[Difference, ...]


def frozen_files(
    edition: Edition, desk: Desk, *, authors: Sequence[str], before: Edition | None = None, licence: str = ""
) -> dict[str, bytes]:
    """Everything of the folder by name, its sums last. Same edition, desk and packages, same bytes. Raises HeldbyError without the extra `map`."""
    texts = {
        "edition.json": edition_json(edition) + "\n",
        **table_files(edition),
        "roster.csv": roster_csv(edition),
        "map.svg": map_svg(edition),
        "brief.html": brief_html(edition, before),
        "brief.md": brief_markdown(edition, before),
        "versions.json": versions_json(edition, _versions(desk)) + "\n",
        "CITATION.cff": citation_cff(edition, authors, licence),
    }
    made = {name: text.encode("utf-8", "replace") for name, text in texts.items()}
    made["map.png"] = map_png(edition)
    made["README.md"] = readme(edition, authors, tuple(made)).encode("utf-8", "replace")
    made[SUMS] = "".join(f"{_sha256(made[name])}  {name}\n" for name in sorted(made)).encode("ascii")
    return made


def write_frozen(made: Mapping[str, bytes], folder: Path) -> None:
    """The files as a new folder, whole or not at all. Raises UsageError where there is something at its place already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(str(folder), "is there already; an edition is frozen into a new folder, and never over an old one")
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = folder.parent / f".{folder.name}.{os.getpid()}"
    try:
        building.mkdir()
        for name, data in made.items():
            (building / name).write_bytes(data)
        building.replace(folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def check_frozen(folder: Path, theatre_of: Callable[[str], Theatre | None], cited: str = "") -> Verdict:
    """Whether a folder is what was frozen, and what differs. `theatre_of` gives a theatre by its id, for comparing the tables with the content.

    `cited` is the digest that somebody was given: of the edition or of the sums, at least 16 hex digits. Raises HeldbyError where the folder
    has no sums or no edition to check.
    """
    sums = _read(folder, SUMS)
    listed, found = _listed(sums)
    found += _against_sums(folder, listed)
    document = _document(_read(folder, "edition.json"))
    digest, odd = str(document.get("digest")), _named_elsewhere(folder, str(document.get("digest")))
    found += odd
    if (theatre := theatre_of(str(document.get("theatre")))) is not None:
        found += _against_content(folder, document, theatre)
    elif not _has_digest(document):
        found.append(Difference("edition.json", "its content does not have the digest that it names: it was changed"))
    if cited and (len(cited) < 16 or not any(x.startswith(cited.casefold()) for x in (digest, _sha256(sums)))):
        found.append(Difference("edition.json", f"neither the edition's digest nor that of {SUMS} is the one cited, {cited}"))
    return Verdict(digest, _sha256(sums), len(listed), tuple(dict.fromkeys(found)))


def _listed(sums: bytes) -> tuple[dict[str, str], list[Difference]]:
    listed: dict[str, str] = {}
    found: list[Difference] = []
    for number, line in enumerate(sums.decode("utf-8", "replace").splitlines(), start=1):
        digest, _, name = line.partition("  ")
        if len(digest) != 64 or not name or "/" in name or name in (".", "..", SUMS) or name in listed:
            found.append(Difference(SUMS, f"line {number} is none of a digest and a file beside it"))
        else:
            listed[name] = digest
    return listed, found


def _against_sums(folder: Path, listed: Mapping[str, str]) -> list[Difference]:
    found = []
    for name, digest in sorted(listed.items()):
        path = folder / name
        if not path.is_file():
            found.append(Difference(name, "is missing"))
        elif _sha256(path.read_bytes()) != digest:
            found.append(Difference(name, "was changed: its SHA-256 is not the one listed"))
    there = sorted(p.name for p in folder.iterdir())
    return found + [Difference(name, f"is not in {SUMS}") for name in there if name not in listed and name != SUMS]


def _named_elsewhere(folder: Path, digest: str) -> list[Difference]:
    """Files that are to name the edition's digest, and do not."""
    names = ("README.md", "CITATION.cff", "versions.json", "brief.html", "brief.md")
    there = [n for n in names if (folder / n).is_file()]
    return [Difference(n, "names another edition than edition.json is") for n in there if digest.encode() not in (folder / n).read_bytes()]


def _against_content(folder: Path, document: Mapping[str, Any], theatre: Theatre) -> list[Difference]:
    try:
        edition = thaw(document, theatre)
    except HeldbyError as e:
        return [Difference("edition.json", e.cause)]
    said = {"edition.json": edition_json(edition) + "\n", **table_files(edition), "roster.csv": roster_csv(edition)}
    found = []
    for name, text in said.items():
        path = folder / name
        if path.is_file() and path.read_bytes() != text.encode("utf-8", "replace"):
            found.append(Difference(name, "does not say what the content of edition.json says"))
    return found


def _has_digest(document: Mapping[str, Any]) -> bool:
    from heldby.model.ident import digest

    return digest(document.get("content")) == document.get("digest")


def _document(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as e:
        raise HeldbyError("edition.json", f"is no JSON: {e}") from None
    if not isinstance(value, dict):
        raise HeldbyError("edition.json", "is no edition")
    return value


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as e:
        raise HeldbyError(str(folder), f"is no frozen edition: {name}: {e.strerror}") from None


def _versions(desk: Desk) -> Versions:
    home = theatre_home(desk.theatre.id, desk.settings.theatres)
    rules = Path(str(files("heldby.rules"))) / desk.settings.language
    return Versions(_digests(rules), _digests(home), {p: found for p in PACKAGES if (found := _version(p))}, sys.version.split()[0])


def _digests(home: Path) -> dict[str, str]:
    found = {p.relative_to(home).as_posix(): p for p in home.rglob("*") if p.suffix in _DATA}
    return {name: _sha256(found[name].read_bytes()) for name in sorted(found)}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
