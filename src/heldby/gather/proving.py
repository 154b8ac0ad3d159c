"""Whether evidence is as it was kept, and what there is of it: everything is named by an entry, and every entry by the next one's hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heldby.errors import HeldbyError
from heldby.gather.evidence import CUSTODY, GENESIS, entries_of, files_of
from heldby.model.ident import canonical_json, digest


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in the evidence that is not as it was kept: number of the entry (0: none), what it is about, and the cause."""

    entry: int
    subject: str
    cause: str


def evidence_checkpoint(folder: Path) -> dict[str, Any] | None:
    """Number and hash of the last entry, to be kept elsewhere; None where there is no evidence."""
    last = None
    for entry in entries_of(folder):
        last = entry
    return None if last is None else {"entries": last["n"], "hash": last["hash"]}


def verify_evidence(
    folder: Path, texts: Mapping[str, str], checkpoint: Mapping[str, Any] | None = None, erased: Collection[str] | None = None
) -> tuple[Flaw, ...]:
    """Everything in the evidence that is not as it was kept: entries, files, and texts that differ from the ledger's (`texts`, by report).
    `erased` are the reports that the ledger says were erased (None: it cannot be asked).

    Entries cut off at the end show by the files that nothing names any more, and for certain against a checkpoint.
    """
    if not folder.exists():
        return (Flaw(0, str(folder), "the evidence that the checkpoint tells of is not there"),) if checkpoint else ()
    flaws: list[Flaw] = []
    named = {CUSTODY}
    hashes = {0: GENESIS}
    try:
        data = (folder / CUSTODY).read_bytes() if (folder / CUSTODY).exists() else b""
    except OSError as e:
        return (Flaw(0, CUSTODY, f"cannot be read: {e.strerror or e}"),)
    lines = data.split(b"\n")
    if lines.pop():
        flaws.append(Flaw(len(lines) + 1, CUSTODY, "its last entry is cut off"))
    gone = _gone(lines)
    if erased is not None:
        flaws += [Flaw(n, report, "was erased here, and not in the ledger") for n, report in gone.reports.items() if report not in erased]
    before = GENESIS
    for number, line in enumerate(lines, start=1):
        flaws += _entry_flaws(folder, number, line, before, named, texts, gone=gone.files)
        try:
            before = str(json.loads(line)["hash"])
        except (ValueError, KeyError, TypeError):
            before = ""
        hashes[number] = before
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and name not in named:
            flaws.append(
                Flaw(0, name, "is named by no entry: put there by hand, left by a run that was cut off, or its entry was taken away")
            )
    if checkpoint is not None and hashes.get(int(checkpoint.get("entries", 0))) != checkpoint.get("hash"):
        flaws.append(
            Flaw(int(checkpoint.get("entries", 0)), CUSTODY, "differs from the checkpoint: entries were cut off, or the chain was rebuilt")
        )
    return tuple(flaws)


@dataclass(frozen=True, slots=True)
class _Gone:
    """What entries say was erased: reports by the number of the entry, and names of files."""

    reports: Mapping[int, str]
    files: frozenset[str]


def _gone(lines: Iterable[bytes]) -> _Gone:
    reports: dict[int, str] = {}
    files: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if b'"act":"erased"' in line:
            with suppress(ValueError, KeyError, TypeError):  # told of where it stands
                entry = json.loads(line)
                if entry["act"] == "erased":
                    reports[number] = str(entry["report"])
                    files |= set(map(str, entry["files"]))
    return _Gone(reports, frozenset(files))


def _entry_flaws(
    folder: Path, number: int, line: bytes, before: str, named: set[str], texts: Mapping[str, str], *, gone: Collection[str]
) -> Iterator[Flaw]:
    try:
        entry = json.loads(line.decode("utf-8", "surrogatepass"))
        sealed = digest({key: value for key, value in entry.items() if key != "hash"})
        files = files_of(entry)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as e:
        yield Flaw(number, CUSTODY, f"its entry cannot be read ({type(e).__name__})")
        return
    if canonical_json(entry).encode("utf-8", "surrogatepass") != line or entry.get("hash") != sealed:
        yield Flaw(number, CUSTODY, "its hash does not fit its words: the entry was changed")
    elif entry.get("n") != number or entry.get("prev") != before:
        yield Flaw(number, CUSTODY, "is not chained to the entry before it")
    for name, sha in files:
        named.add(name)
        if name in gone:
            if (folder / name).exists():
                yield Flaw(number, name, "was erased, and is still there: `heldby erase` again takes it away")
            continue
        try:
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError as e:
            yield Flaw(number, name, f"cannot be read: {e.strerror or e}")
            continue
        if found != sha:
            yield Flaw(number, name, "was changed: its digest differs")
    text = texts.get(str(entry.get("report", ""))) if entry.get("act") == "extracted" else None
    if text is not None and hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != entry.get("text_sha256"):
        yield Flaw(number, str(entry["report"]), "differs from the ledger's text of this report")


def evidence_state(folder: Path) -> tuple[bytes, tuple[str, ...]]:
    """The log as it stands, whole lines of it, and the names of the files that it tells of and that are not erased. Raises HeldbyError."""
    try:
        data = (folder / CUSTODY).read_bytes()
    except FileNotFoundError:
        return b"", ()
    except OSError as e:
        raise HeldbyError(str(folder / CUSTODY), f"cannot be read: {e.strerror or e}") from None
    whole = data[: data.rfind(b"\n") + 1]
    named = {name for line in whole.splitlines() for name, _ in files_of(json.loads(line))}
    return whole, tuple(sorted(named - _gone(whole.splitlines()).files))
