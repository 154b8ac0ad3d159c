"""A PostgreSQL server of the tests' own: in a temporary folder, on a socket there and nowhere else, gone with the tests."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
INITDB = shutil.which("initdb") or (str(BINARIES[-1]) if BINARIES else None)
GIVEN = os.environ.get("HELDBY_TEST_POSTGRES", "")
_numbers = itertools.count(1)


def available() -> bool:
    """Whether there is a server to ask, or one that can be started."""
    return bool(GIVEN) or INITDB is not None


@contextmanager
def server(*options: str) -> Iterator[str]:
    """A running server's connection string (that of HELDBY_TEST_POSTGRES where it is set)."""
    if GIVEN:
        yield GIVEN
        return
    assert INITDB is not None
    folder = Path(tempfile.mkdtemp(prefix="heldby-pg-"))
    user = "postgres" if os.geteuid() == 0 else None  # the server refuses to run as root
    if user:
        shutil.chown(folder, user)

    def run(tool: str, *args: str) -> None:
        command = [str(Path(str(INITDB)).with_name(tool)), "-D", str(folder / "data"), *args]
        subprocess.run(command, check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)

    try:
        run("initdb", "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--data-checksums", "--no-sync")
        said = " ".join(["-c listen_addresses=''", f"-c unix_socket_directories={folder}", "-c fsync=off", *options])
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", said, "start")
        try:
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fresh_schema(address: str) -> str:
    """The address with a schema of its own, new and empty, first in its search path."""
    import psycopg

    name = f"t{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(address, autocommit=True) as db:
        db.execute(f"CREATE SCHEMA {name}".encode())
    return f"{address}{'&' if '?' in address else '?'}options=-csearch_path%3D{name}"
