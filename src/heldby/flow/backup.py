"""Backup and restore: one file that holds all of a ledger and its evidence, whole or not there at all.

ledger (one state), then evidence up to its last entry -> tar: ledger.jsonl, evidence/..., manifest.json with the digest of each -> read again, checked
tar -> checked to its end -> a new ledger, in a file or a database, and a new folder of evidence -> each in its place

The manifest holds the checkpoint of the moment. It does not matter in which storage the ledger lay: a file may come back as a database.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from heldby.errors import HeldbyError
from heldby.gather.evidence import CUSTODY
from heldby.gather.proving import evidence_state, verify_evidence
from heldby.ledger import Ledger, Where, ledger_exists, open_ledger, where_in_words
from heldby.ledger.log import Revision
from heldby.model.ident import canonical_json

FORMAT = 1
LEDGER, MANIFEST, EVIDENCE = "ledger.jsonl", "manifest.json", "evidence/"
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: the checkpoint of its ledger, how many revisions and files of evidence, and bytes on the disk."""

    checkpoint: Mapping[str, Any]
    revisions: int
    files: int
    size: int


def make_backup(ledger: Ledger, evidence: Path | None, to: Path, made: Mapping[str, str]) -> Backup:
    """Write a backup to `to`, which must not be there yet; `made` says by what and when. What is returned was read again and checked.

    Raises HeldbyError where the ledger is broken, the disk refuses, or what was written cannot be read again as it was.
    """
    if to.exists():
        raise HeldbyError(str(to), "is there already, and is not overwritten")
    if broken := ledger.verify():
        raise HeldbyError("backup", f"the ledger is not whole, and a copy would hide that: {broken[0].subject}: {broken[0].cause}")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        with _aside(to) as new:
            with new.open("wb") as file:
                _write(ledger, evidence, file, made)
                file.flush()
                os.fsync(file.fileno())
            told = check_backup(new)
            os.replace(new, to)
    except OSError as e:
        raise HeldbyError(str(to), f"the backup cannot be written: {e.strerror or e}") from None
    return told


def check_backup(path: Path) -> Backup:
    """Read a backup to its end. Raises HeldbyError on anything that is not as its manifest says, and where its chain does not hold."""
    with tempfile.TemporaryDirectory(prefix="heldby-check-", dir=path.parent) as folder, open_ledger(Path(folder) / "ledger.db") as ledger:
        return _taken_in(path, ledger, None)


def restore(path: Path, where: Where, evidence: Path | None) -> Backup:
    """A backup as a new ledger at `where` and a new folder `evidence` (None: its evidence stays in the backup). Nothing is there until all of it is.

    Raises HeldbyError where a ledger or evidence is there already, and on a backup that is not whole.
    """
    if _holds_something(where):
        raise HeldbyError(where_in_words(where), "is a ledger already, and is not overwritten")
    if evidence is not None and evidence.exists() and any(evidence.iterdir()):
        raise HeldbyError(str(evidence), "holds evidence already, and is not overwritten")
    beside = evidence if evidence is not None else path
    beside.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".new-", dir=beside.parent) as folder:
        unpacked = Path(folder) / "evidence" if evidence is not None else None
        if not isinstance(where, Path):
            check_backup(path)  # before anything is made in the database
            with open_ledger(where) as ledger:
                told = _taken_in(path, ledger, unpacked)
                _put(unpacked, evidence)
            return told
        where.parent.mkdir(parents=True, exist_ok=True)
        with _aside(where) as new:
            with open_ledger(new) as ledger:
                told = _taken_in(path, ledger, unpacked)
            _put(unpacked, evidence)
            os.replace(new, where)
    return told


def _holds_something(where: Where) -> bool:
    if not ledger_exists(where):
        return False
    with open_ledger(where) as ledger:
        return ledger.head() is not None


def _put(unpacked: Path | None, evidence: Path | None) -> None:
    if unpacked is not None and evidence is not None and unpacked.exists():
        if evidence.exists():
            evidence.rmdir()
        os.replace(unpacked, evidence)


@contextmanager
def _aside(path: Path) -> Iterator[Path]:
    """A name beside `path` for what is not whole yet; what is left of it is taken away."""
    number, name = tempfile.mkstemp(prefix=f".new-{path.name}-", dir=path.parent)
    os.close(number)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _write(ledger: Ledger, evidence: Path | None, file: IO[bytes], made: Mapping[str, str]) -> None:
    digests: dict[str, str] = {}
    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        with tempfile.TemporaryFile() as lines:
            checkpoint, revisions = _write_rows(ledger, lines)
            digests[LEDGER] = _add(tar, LEDGER, lines)
        log, names = evidence_state(evidence) if evidence is not None else (b"", ())
        if log:
            with tempfile.TemporaryFile() as custody:
                custody.write(log)
                digests[EVIDENCE + CUSTODY] = _add(tar, EVIDENCE + CUSTODY, custody)
        for name in names:
            with (Path(str(evidence)) / name).open("rb") as kept:
                digests[EVIDENCE + name] = _add(tar, EVIDENCE + name, kept)
        manifest: dict[str, Any] = {"heldby-backup": FORMAT, **made, "checkpoint": checkpoint, "revisions": revisions, "files": digests}
        with tempfile.TemporaryFile() as told:
            told.write((canonical_json(manifest) + "\n").encode())
            _add(tar, MANIFEST, told)


def _write_rows(ledger: Ledger, lines: IO[bytes]) -> tuple[dict[str, Any], int]:
    """One line a revision, with its content where that came first with it (None: erased). Gives the checkpoint of the last."""
    seen: set[str] = set()
    last: Revision | None = None
    count = 0
    for last, body in ledger.rows():
        text = body.decode("utf-8", "surrogatepass") if body is not None and last.payload not in seen else None
        seen.add(last.payload)
        lines.write(json.dumps({**asdict(last), "body": text}).encode() + b"\n")
        count += 1
    at = {"revision": last.number, "hash": last.hash, "recorded": last.recorded} if last else {}
    return {**ledger.checkpoint(), **at}, count


def _add(tar: tarfile.TarFile, name: str, file: IO[bytes]) -> str:
    """Put a file into the archive, without anything that differs from one machine to the next; its digest."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    sha = hashlib.sha256()
    while piece := file.read(PIECE):
        sha.update(piece)
    file.seek(0)
    told = tarfile.TarInfo(name)
    told.size, told.mode = size, 0o600
    tar.addfile(told, file)
    return sha.hexdigest()


def _taken_in(path: Path, ledger: Ledger, evidence: Path | None) -> Backup:
    """The backup's rows in an empty ledger, and its evidence in a new folder, checked against its manifest and by their own chains."""
    try:
        with tarfile.open(path, mode="r:") as tar:
            members = {m.name: m for m in tar.getmembers() if m.isreg()}
            manifest = _manifest(tar, members)
            expected: dict[str, str] = manifest["files"]
            if wrong := sorted((members.keys() - {MANIFEST}) ^ expected.keys()):
                raise HeldbyError(str(path), "is not what its manifest tells of", wrong[0])
            for name, sha in expected.items():
                if _digest_of(tar, members[name]) != sha:
                    raise HeldbyError(str(path), "was changed: its digest differs", name)
            ledger.take(_read_rows(_opened(tar, members[LEDGER])))
            checkpoint = manifest["checkpoint"]
            if not isinstance(checkpoint, dict) or "hash" not in checkpoint:
                raise ValueError("its manifest names no checkpoint")
            if broken := ledger.verify(checkpoint):
                raise HeldbyError(str(path), f"is not whole: {broken[0].cause}", broken[0].subject)
            if manifest["revisions"] != (there := ledger.checkpoint()["revision"]):
                raise HeldbyError(str(path), f"holds {there} revisions, and its manifest tells of {manifest['revisions']!r}")
            files = [n for n in expected if n.startswith(EVIDENCE)]
            if evidence is not None and files:
                _unpack(tar, [members[n] for n in files], evidence)
                texts = {r.id: r.text for r in ledger.view().reports()}
                if flaws := verify_evidence(evidence, texts):
                    raise HeldbyError(str(path), f"its evidence is not whole: {flaws[0].cause}", flaws[0].subject)
            return Backup(checkpoint, int(manifest["revisions"]), len(files), path.stat().st_size)
    except (tarfile.TarError, AttributeError, EOFError, UnicodeError, KeyError, TypeError, ValueError) as e:
        raise HeldbyError(str(path), f"is no whole backup ({type(e).__name__}: {e})") from None
    except OSError as e:
        raise HeldbyError(str(path), f"cannot be read or unpacked: {e.strerror or e}") from None


def _manifest(tar: tarfile.TarFile, members: Mapping[str, tarfile.TarInfo]) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(_opened(tar, members[MANIFEST]).read())
    if manifest["heldby-backup"] != FORMAT:
        raise ValueError(f"format {manifest['heldby-backup']}, this heldby reads {FORMAT}")
    return manifest


def _opened(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    file = tar.extractfile(member)
    if file is None:
        raise ValueError(f"{member.name} is no file")
    return file


def _digest_of(tar: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    sha = hashlib.sha256()
    file = _opened(tar, member)
    while piece := file.read(PIECE):
        sha.update(piece)
    return sha.hexdigest()


def _read_rows(lines: IO[bytes]) -> Iterator[tuple[Revision, bytes | None]]:
    for line in lines:
        row = json.loads(line)
        body = row.pop("body")
        yield Revision(**row), None if body is None else body.encode("utf-8", "surrogatepass")


def _unpack(tar: tarfile.TarFile, members: list[tarfile.TarInfo], folder: Path) -> None:
    """Files of evidence under their names, none of which leads out of the folder."""
    for member in members:
        path = folder / member.name.removeprefix(EVIDENCE)
        if ".." in path.parts or not path.is_relative_to(folder):
            raise ValueError(f"{member.name} leads out of the folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            shutil.copyfileobj(_opened(tar, member), file, PIECE)
            file.flush()
            os.fsync(file.fileno())
