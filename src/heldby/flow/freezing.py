"""A citable folder of an edition, and whether a folder is still what it was.

edition -> tables, map, brief, roster, versions, citation, theatre, view -> SHA256SUMS   (`frozen_files`: bytes by name; `write_frozen`: all or nothing)
folder  -> sums -> the content's digest -> what the tables say                           (`check_frozen`: every difference, by file)
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import Any

from heldby.desk import Desk
from heldby.errors import HeldbyError, UsageError
from heldby.flow.inquiry import Inquiry, Question, Wanted
from heldby.gather.archive import Archive
from heldby.model.ident import digest as content_digest
from heldby.model.theatre import Theatre
from heldby.publish import Edition, brief_html, brief_markdown, map_png, map_svg
from heldby.publish.citing import COPY, SUMS, Versions, citation_cff, readme, roster_csv, versions_json
from heldby.publish.folder import table_files
from heldby.publish.records import edition_json
from heldby.publish.thawing import thaw
from heldby.publish.view import VIEW, View, read_view, view_json
from heldby.theatres import known_theatres, load_theatre, theatre_home
from heldby.theatres.carrying import THEATRE, theatre_from, theatre_json

PACKAGES = ("numpy", "rapidfuzz", "ahocorasick_rs", "shapely", "resvg_py")  # those that count, compare and draw
_DATA = (".toml", ".csv", ".geojson", ".bin")


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not as it was: the file, and how."""

    name: str
    how: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check found: the edition's digest, that of the sums ("" where they cannot be read), and every difference. `older` is the version that
    froze it, where its rows had fewer columns than now: then its tables are checked by their sums, and not made again of its content."""

    edition: str
    sums: str
    files: int
    differences: tuple[Difference, ...]
    older: str = ""


def frozen_files(
    edition: Edition,
    desk: Desk,
    *,
    authors: Sequence[str],
    before: Edition | None = None,
    licence: str = "",
    view: str = "",
    copies: Mapping[str, bytes] | None = None,
) -> dict[str, bytes]:
    """Everything of the folder by name, its sums last; with the `view` (see `view_of`), the page can be served from it with its clock; with the
    archived `copies` (see `copies_in`) it carries them.

    Same edition, desk and packages, same bytes. Raises HeldbyError without the extra `map`.
    """
    theatre = theatre_json(theatre_home(desk.theatre.id, desk.settings.theatres))
    texts = {
        "edition.json": edition_json(edition) + "\n",
        **table_files(edition),
        "roster.csv": roster_csv(edition),
        "map.svg": map_svg(edition),
        "brief.html": brief_html(edition, before),
        "brief.md": brief_markdown(edition, before),
        "versions.json": versions_json(edition, _versions(desk)) + "\n",
        "CITATION.cff": citation_cff(edition, authors, licence),
        **({THEATRE: theatre + "\n"} if theatre else {}),
        **({VIEW: view + "\n"} if view else {}),
    }
    made = {name: text.encode("utf-8", "replace") for name, text in texts.items()}
    made["map.png"] = map_png(edition)
    made |= {f"{COPY}{sha256}.bin": data for sha256, data in (copies or {}).items()}
    made["README.md"] = readme(edition, authors, tuple(made)).encode("utf-8", "replace")
    made[SUMS] = "".join(f"{_sha256(made[name])}  {name}\n" for name in sorted(made)).encode("ascii")
    return made


def copies_in(edition: Edition, archive: Archive | None) -> dict[str, bytes]:
    """The archived copies, as they came, that an edition names by their SHA-256: those that the release let out, and no other. Raises LedgerError
    where one is gone or is not what was kept."""
    found: dict[str, bytes] = {}
    for quote in (q for row in edition.statuses for e in (*row.evidence, *row.related) for q in e.quotes if q.hash):
        kept = archive.of(quote.report_id) if archive and quote.hash not in found else None
        if archive and kept and kept.sha256 == quote.hash:
            found[quote.hash] = archive.raw(kept)
    return found


def carried(folder: Path) -> dict[str, Path]:
    """The files of the archived copies in a folder, by the SHA-256 that they are named by."""
    return {p.stem.removeprefix(COPY): p for p in sorted(folder.glob(f"{COPY}*.bin"))}


def view_of(inquiry: Inquiry, edition: Edition) -> str:
    """What the page shows beside the edition's own day, from its `since` on, as known at its own clock: looks, courses and tallies of every day."""
    first = edition.since or edition.as_of
    days = tuple(first + timedelta(days=n) for n in range((edition.as_of - first).days + 1))
    question = Question(edition.as_of, edition.known_by)
    evident = inquiry.units_with_evidence(question)
    roster = edition.theatre.roster(edition.tally.roster_id) if edition.tally else None
    counted = inquiry.edition(question, Wanted(roster=roster, tally_days=days if roster else ()))
    courses = [inquiry.course(row.unit_id, days, question) for row in edition.statuses if row.unit_id in set(evident)]
    return view_json(edition, inquiry.timeline(evident, days, question), courses, counted)


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
    older = ""
    if (theatre := theatre_of(str(document.get("theatre")))) is not None:
        differing, older = _against_content(folder, document, theatre)
        found += differing
    elif not _has_digest(document):
        found.append(Difference("edition.json", "its content does not have the digest that it names: it was changed"))
    if cited and (len(cited) < 16 or not any(x.startswith(cited.casefold()) for x in (digest, _sha256(sums)))):
        found.append(Difference("edition.json", f"neither the edition's digest nor that of {SUMS} is the one cited, {cited}"))
    return Verdict(digest, _sha256(sums), len(listed), tuple(dict.fromkeys(found)), older)


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
    names = ("README.md", "CITATION.cff", "versions.json", "brief.html", "brief.md", VIEW)
    there = [n for n in names if (folder / n).is_file()]
    return [Difference(n, "names another edition than edition.json is") for n in there if digest.encode() not in (folder / n).read_bytes()]


def _against_content(folder: Path, document: Mapping[str, Any], theatre: Theatre) -> tuple[list[Difference], str]:
    """What differs, and the version that froze it where that is an older one whose rows had fewer columns."""
    try:
        edition = thaw(document, theatre)
    except HeldbyError as e:
        return [Difference("edition.json", e.cause)], ""
    found = []
    if (folder / VIEW).is_file():
        try:
            read_view(_document(_read(folder, VIEW), VIEW), edition)
        except HeldbyError as e:
            found.append(Difference(VIEW, e.cause))
    if content_digest(edition.content()) != edition.digest:
        return found, edition.provenance.code_version
    said = {"edition.json": edition_json(edition) + "\n", **table_files(edition), "roster.csv": roster_csv(edition)}
    for name, text in said.items():
        path = folder / name
        if path.is_file() and path.read_bytes() != text.encode("utf-8", "replace"):
            found.append(Difference(name, "does not say what the content of edition.json says"))
    return found, ""


def _has_digest(document: Mapping[str, Any]) -> bool:
    return content_digest(document.get("content")) == document.get("digest")


def _document(data: bytes, name: str = "edition.json") -> dict[str, Any]:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError) as e:
        raise HeldbyError(name, f"is no JSON: {e}") from None
    if not isinstance(value, dict):
        raise HeldbyError(name, f"is no {name.removesuffix('.json')}")
    return value


def _read(folder: Path, name: str) -> bytes:
    try:
        return (folder / name).read_bytes()
    except OSError as e:
        raise HeldbyError(str(folder), f"is no frozen edition: {name}: {e.strerror}") from None


def thawed(folder: Path, own: Path | None = None) -> tuple[Edition, View | None]:
    """The edition of a folder that was checked, over its theatre, and its view (None in a folder without one, as older versions wrote them).

    Raises HeldbyError where the theatre is neither here, in the folder `own`, nor in the folder itself, or anything cannot be read.
    """
    edition = thaw(_document(_read(folder, "edition.json")), frozen_theatre(folder, own))
    view = _document(_read(folder, VIEW), VIEW) if (folder / VIEW).is_file() else None
    return edition, None if view is None else read_view(view, edition)


def frozen_theatre(folder: Path, own: Path | None = None) -> Theatre:
    """The theatre that a folder's edition was made of: as it is here where it is still the same, else from the folder's own copy of its files.

    Raises HeldbyError where it is neither.
    """
    document = _document(_read(folder, "edition.json"))
    name, content = str(document.get("theatre")), document.get("content")
    wanted = str(content.get("theatre")) if isinstance(content, Mapping) else ""
    here = load_theatre(name, own) if name in known_theatres(own) else None
    if here is not None and here.digest == wanted:
        return here
    if not (folder / THEATRE).is_file():
        cause = f"made of theatre {name} {wanted[:16]}, which is not here and not in the folder; serve it with the version of heldby that froze it"
        raise HeldbyError(str(folder), cause)
    return replace(theatre_from(_document(_read(folder, THEATRE), THEATRE), name), digest=wanted)


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
