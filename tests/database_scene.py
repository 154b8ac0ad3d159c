"""A PostgreSQL server of the tests' own: in a temporary folder, on a socket there and nowhere else, gone with the tests."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
INITDB = shutil.which("initdb") or (str(BINARIES[-1]) if BINARIES else None)
USER = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
GIVEN = os.environ.get("HELDBY_TEST_POSTGRES", "")
_numbers = itertools.count(1)


def available() -> bool:
    """Whether there is a server to ask, or one that can be started."""
    return bool(GIVEN) or INITDB is not None


@dataclass(frozen=True, slots=True)
class Cluster:
    """A server's folder, with its data in `data`; who makes it starts and stops it."""

    folder: Path
    options: tuple[str, ...]

    @property
    def address(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.folder}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def run(self, tool: str, *args: str) -> bool:
        """Whether one of PostgreSQL's tools ended well."""
        command = [str(Path(str(INITDB)).with_name(tool)), "-D", str(self.data), *args]
        done = subprocess.run(command, check=False, user=USER, cwd=self.folder, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        return done.returncode == 0

    def start(self) -> bool:
        said = " ".join(["-c listen_addresses=''", f"-c unix_socket_directories={self.folder}", "-c fsync=off", *self.options])
        return self.run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", said, "start")

    def stop(self, mode: str = "immediate") -> bool:
        return self.run("pg_ctl", "-w", "-m", mode, "stop")


@contextmanager
def cluster(*options: str, checksums: bool = True) -> Iterator[Cluster]:
    """A new cluster, not started yet; stopped at the end and gone."""
    folder = Path(tempfile.mkdtemp(prefix="heldby-pg-"))
    made = Cluster(folder, options)
    try:
        if USER:
            shutil.chown(folder, USER)
        sums = ["--data-checksums"] if checksums else []
        assert made.run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync", *sums)
        try:
            yield made
        finally:
            if (made.data / "postmaster.pid").exists():
                made.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def server(*options: str) -> Iterator[str]:
    """A running server's connection string (that of HELDBY_TEST_POSTGRES where it is set)."""
    if GIVEN:
        yield GIVEN
        return
    with cluster(*options) as made:
        assert made.start()
        yield made.address


def fresh_schema(address: str) -> str:
    """The address with a schema of its own, new and empty, first in its search path."""
    import psycopg

    name = f"t{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(address, autocommit=True) as db:
        db.execute(f"CREATE SCHEMA {name}".encode())
    return f"{address}{'&' if '?' in address else '?'}options=-csearch_path%3D{name}"
