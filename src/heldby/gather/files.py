"""Files and folders: which files there are, under which names, and what is left alone."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from heldby.gather.containers import read_any
from heldby.gather.filing import Item
from heldby.gather.kinds import buffered
from heldby.gather.options import GatherOptions
from heldby.gather.sifting import counted
from heldby.model.report import Gap, GapKind

# Texts by their bytes and no reports: left alone in a folder, read where the user names the file itself.
_NO_REPORTS = re.compile(r"\.(csv|tsv|xml|svg|kml|gpx|geojson|toml|ya?ml|ini|cfg|conf|log|sql|py|js|ts|css|sh|tex|rtf|bib)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _File:
    """A file with the name it bears in messages and in reports: as the user wrote it, but never with the folders above an absolute path."""

    path: Path
    label: str


def read_path(path: Path, options: GatherOptions) -> Iterator[Item]:
    """What a file or the files of a folder hold; a folder's pages that could hold no claim are turned away and counted."""
    if path.is_dir():
        within = replace(options, sift=True)
        yield from counted((item for _, read in readers(path, within) for item in read()), _clean_label(_name(path)))
        return
    for _, read in readers(path, options):
        yield from read()


def readers(path: Path, options: GatherOptions) -> Iterator[tuple[Path, Callable[[], Iterator[Item]]]]:
    """Each file of a path, in the order of the paths' bytes, with what reads it; a folder without any gives one reader, of that gap."""
    label = _name(path)
    if not path.is_dir():
        yield path, partial(_file, _File(path, _clean_label(label)), options)
        return
    empty = True
    for place, item in _walk(path, label):
        empty = False
        yield place, partial(_listed, item, options)
    if empty:
        yield path, lambda: iter((Gap(GapKind.EMPTY, label, "is a folder without a file to read"),))


def _name(path: Path) -> str:
    return path.name if path.is_absolute() else path.as_posix()


def _listed(item: _File | Gap, options: GatherOptions) -> Iterator[Item]:
    if isinstance(item, Gap):
        yield item
    elif _NO_REPORTS.fullmatch(suffix := item.path.suffix):
        yield Gap(GapKind.UNREADABLE, item.label, f"a {suffix} file is no report heldby knows; name the file itself to read it as a text")
    else:
        yield from _file(item, options)


def _walk(folder: Path, label: str) -> Iterator[tuple[Path, _File | Gap]]:
    """Files below a folder, sorted by the bytes of their paths; hidden ones are left out, what cannot be listed or entered is a gap."""
    found: list[tuple[bytes, Path, _File | Gap]] = []

    def gap(path: Path, cause: str) -> None:
        name = _label(path, folder, label)
        found.append((os.fsencode(path.relative_to(folder)), path, Gap(GapKind.UNREADABLE, name, cause)))

    def failed(error: OSError) -> None:
        gap(Path(error.filename), f"cannot be listed ({error.strerror})")

    for home, folders, files in os.walk(folder, onerror=failed):
        for name in folders:
            if not name.startswith(".") and (Path(home) / name).is_symlink():
                gap(Path(home) / name, "is a link to a folder, which is not followed")
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = Path(home) / name
            if name.startswith("."):
                continue
            if path.is_file():
                found.append((os.fsencode(path.relative_to(folder)), path, _File(path, _label(path, folder, label))))
            else:
                gap(path, "is no regular file" if path.exists() else "is a link that leads nowhere")
    yield from ((path, item) for _, path, item in sorted(found, key=lambda entry: entry[0]))


def _label(path: Path, folder: Path, label: str) -> str:
    inner = path.relative_to(folder).as_posix()
    return _clean_label(inner if label in ("", ".") else f"{label}/{inner}" if inner != "." else label)


def _clean_label(name: str) -> str:
    """A path as text: bytes that are no UTF-8 are shown as \\xNN."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _file(file: _File, options: GatherOptions) -> Iterator[Item]:
    try:
        with buffered(open(file.path, "rb", buffering=0)) as stream:
            suffix = file.path.suffix.lower()
            yield from read_any(stream, file.label, suffix, options)
    except OSError as e:
        yield Gap(GapKind.UNREADABLE, file.label, f"cannot be read ({e.strerror or e})")
