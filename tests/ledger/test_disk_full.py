"""A full disk at many sizes: the run stops with a clear error, what was acknowledged is kept, and with room again all of it comes in."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from database_scene import INITDB, fresh_schema, server
from heldby.errors import HeldbyError
from heldby.gather.evidence import EvidenceStore, Taken
from heldby.gather.fetching import Fetched
from heldby.gather.proving import verify_evidence
from heldby.ledger import Where, open_ledger
from heldby.model.ident import digest
from heldby.model.report import Report
from ledger_scene import RULES, clock, dispatch, read

REPORTS = tuple(
    dispatch(
        f"Rivertown fell, report {i}. " + " ".join(digest(f"{i} {n}")[:11] for n in range(60 + 90 * (i % 4))), url=f"http://a.example/{i}"
    )
    for i in range(12)
)
BATCH = 2
Limit = Callable[[Path], object]


def fetched(report: Report) -> Fetched:
    sent = report.text.encode()
    return Fetched(report.url, report.url, 200, (("Content-Type", "text/plain"),), sent, sent)


def fill(where: Where, evidence: Path | None, safe: Callable[[str], None]) -> None:
    """Keep all reports, batch by batch; `safe` is told of each once it is committed."""
    with open_ledger(where) as ledger:
        store = EvidenceStore(evidence, clock, "heldby test") if evidence else None
        for begin in range(0, len(REPORTS), BATCH):
            batch = REPORTS[begin : begin + BATCH]
            with ledger.writer(clock, "heldby test", batch=BATCH) as writer:
                for report in batch:
                    if store:
                        store.keep(Taken(report, fetched(report)))
                    writer.add(report, read(report), RULES)
            for report in batch:
                safe(report.id)


def whole_after(where: Where, evidence: Path | None, safe: set[str], expected: str) -> None:
    """Nothing is broken, nothing acknowledged is gone, and with room again everything comes in."""
    with open_ledger(where) as ledger:
        assert ledger.verify() == ()
        assert safe <= {r.id for r in ledger.view().reports()}
    fill(where, evidence, lambda _: None)
    with open_ledger(where) as ledger:
        assert ledger.verify() == ()
        assert ledger.view().sorted_content_hash() == expected
    if evidence:
        assert verify_evidence(evidence, {r.id: r.text for r in REPORTS}) == ()


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> str:
    where = tmp_path_factory.mktemp("whole") / "ledger.db"
    fill(where, None, lambda _: None)
    with open_ledger(where) as ledger:
        return ledger.view().sorted_content_hash()


def test_a_file_that_may_not_grow(expected: str, tmp_path: Path, proving: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's own bound on pages, at 100 sizes."""
    import heldby.ledger.sqlite as storage

    prepare = storage._prepare
    said: list[str] = []
    for number in range(100) if proving else (0, 30):
        folder = tmp_path / str(number)
        folder.mkdir()
        safe: set[str] = set()

        def bounded(db: object, where: str, pages: int = 8 + number // 2) -> None:
            prepare(db, where)  # type: ignore[arg-type]
            db.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]

        monkeypatch.setattr(storage, "_prepare", bounded)
        try:
            fill(folder / "ledger.db", None, safe.add)
        except HeldbyError as e:
            said.append(str(e))
        monkeypatch.setattr(storage, "_prepare", prepare)
        whole_after(folder / "ledger.db", None, safe, expected)
        shutil.rmtree(folder)
    assert said
    assert all("full" in words for words in said), said


def fill_in_a_child(where: Where, evidence: Path, limit: Callable[[], None]) -> tuple[int, set[str], str]:
    """`fill` in a process of its own under a limit: exit code (0 done, 1 stopped with an error of heldby's, 2 anything else), what it was told
    is safe, and the error."""
    here, there = os.pipe()
    child = os.fork()
    if child == 0:
        code, said = 2, ""
        try:
            os.close(here)
            limit()
            fill(where, evidence, lambda report_id: void(os.write(there, f"{report_id}\n".encode())))
            code = 0
        except HeldbyError as e:
            code, said = 1, str(e)
        except BaseException as e:
            said = f"{type(e).__name__}: {e}"
        finally:
            os.write(there, f"! {said}\n".encode())
            os._exit(code)
    os.close(there)
    with open(here, encoding="utf-8") as pipe:
        told = pipe.read().splitlines()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code, {line for line in told if not line.startswith("!")}, told[-1]


def void(_: object) -> None:
    """Nothing."""


def test_files_that_fail_when_they_grow(expected: str, tmp_path: Path, proving: bool) -> None:
    """The system's bound on the size of any file, ledger, journal or evidence, at 100 sizes."""
    assert signal.getsignal(signal.SIGXFSZ) == signal.SIG_IGN  # as Python sets it: a write fails and the process lives
    stopped = 0
    for number in range(100) if proving else (2, 20):
        folder = tmp_path / str(number)
        folder.mkdir()
        size = 400 + 800 * number

        def limit(size: int = size) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

        code, safe, said = fill_in_a_child(folder / "ledger.db", folder / "evidence", limit)
        assert code in (0, 1), said
        print(number, code, len(safe), said)
        stopped += code
        whole_after(folder / "ledger.db", folder / "evidence", safe, expected)
        shutil.rmtree(folder)
    assert stopped


@contextmanager
def small_disk(at: Path, kilobytes: int) -> Iterator[bool]:
    """A file system in memory of that size; False where none can be mounted."""
    at.mkdir(parents=True, exist_ok=True)
    said = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k,mode=0777", "tmpfs", str(at)], capture_output=True, check=False
    )
    try:
        yield said.returncode == 0
    finally:
        if said.returncode == 0:
            subprocess.run(["umount", "-l", str(at)], check=True)


def test_a_disk_that_is_full(expected: str, tmp_path: Path, proving: bool) -> None:
    """A small file system, at 100 sizes."""
    if os.geteuid() != 0 or sys.platform != "linux":
        pytest.skip("needs to mount a small file system, which only root may")
    stopped = 0
    for number in range(100) if proving else (2, 20):
        disk = tmp_path / f"disk{number}"
        with small_disk(disk, 40 + 2 * number) as there:
            if not there:
                pytest.skip("needs to mount a small file system, which is not allowed here")
            code, safe, said = fill_in_a_child(disk / "ledger.db", disk / "evidence", lambda: None)
            assert code in (0, 1), said
            print(number, code, len(safe), said)
            stopped += code
            moved = tmp_path / f"moved{number}"
            shutil.copytree(disk, moved)
        whole_after(moved / "ledger.db", moved / "evidence", safe, expected)
        shutil.rmtree(moved)
    assert stopped


@pytest.mark.postgres
def test_a_servers_disk_that_is_full(expected: str, tmp_path: Path, proving: bool) -> None:
    """A tablespace on a small file system: the server says so, the run stops, and goes on with room again."""
    import psycopg

    if os.geteuid() != 0 or INITDB is None:
        pytest.skip("needs to mount a small file system, which only root may, and a server of its own")
    said: list[str] = []
    with server() as address:
        home = Path(address.rpartition("host=")[2])
        for number in range(20) if proving else (0,):
            disk = home / f"disk{number}"
            with small_disk(disk, 160 + 24 * number) as there:
                if not there:
                    pytest.skip("needs to mount a small file system, which is not allowed here")
                shutil.chown(disk, "postgres")
                with psycopg.connect(address, autocommit=True) as db:
                    db.execute(f"CREATE TABLESPACE small{number} LOCATION '{disk}'".encode())
                where = fresh_schema(address) + f"%20-cdefault_tablespace%3Dsmall{number}"
                safe: set[str] = set()
                try:
                    fill(where, None, safe.add)
                except HeldbyError as e:
                    said.append(str(e))
                subprocess.run(["mount", "-o", "remount,size=20m", str(disk)], check=True)
                whole_after(where, None, safe, expected)
                with psycopg.connect(address, autocommit=True) as db, suppress(psycopg.Error):
                    name = where.partition("csearch_path%3D")[2].partition("%20")[0]
                    db.execute(f"DROP SCHEMA {name} CASCADE".encode())
                    db.execute(f"DROP TABLESPACE small{number}".encode())
    assert said
    assert all("disk is full" in words for words in said), said
