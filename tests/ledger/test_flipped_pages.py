"""One bit turned over anywhere in the files of a PostgreSQL server that a ledger lies on, and what else a bad disk leaves there."""

from __future__ import annotations

import json
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rot_scene import Rows, fill, mixed

from conftest import Call
from database_scene import GIVEN, INITDB, USER, Cluster, cluster
from heldby.errors import LedgerError
from heldby.ledger import Outcome, open_ledger
from heldby.ledger.log import Break
from ledger_scene import RULES, clock, read

pytestmark = pytest.mark.postgres
REPORTS = 40
FILES = """
SELECT pg_relation_filepath(c.oid), c.relname FROM pg_class c
 LEFT JOIN pg_class whole ON whole.reltoastrelid = c.oid
 LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class pieces ON pieces.reltoastrelid = i.indrelid
 WHERE c.relkind IN ('r', 'i', 't') AND 'public'::regnamespace IN (c.relnamespace, whole.relnamespace, pieces.relnamespace)
"""


@dataclass(slots=True)
class Kept:
    """A ledger as it was, in the database `kept`: its rows, its content, the file of its checkpoint."""

    rows: Rows
    content: str
    checkpoint: Path


def at(server: str, database: str) -> str:
    return server.replace("/postgres?", f"/{database}?")


def keep(server: str, checkpoint: Path) -> Kept:
    with connected(server) as db:
        db.execute("CREATE DATABASE kept")
    rows = fill(at(server, "kept"), *mixed(REPORTS))
    with open_ledger(at(server, "kept")) as ledger:
        checkpoint.write_text(json.dumps(ledger.checkpoint()))
        content = ledger.view().sorted_content_hash()
    with connected(server) as db:
        db.execute("CHECKPOINT")
    return Kept(rows, content, checkpoint)


@contextmanager
def connected(server: str) -> Iterator[Any]:
    import psycopg

    until = time.monotonic() + 60
    while True:
        try:
            db = psycopg.connect(server, autocommit=True)
            break
        except psycopg.OperationalError:  # it starts again after one of its processes fell over what was flipped
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
    with db:
        yield db


def flip(path: Path, chance: random.Random, used: bool = False) -> str:
    """Turn a bit of the file over (`used`: of a byte that is not zero, as most are that nothing uses yet); where."""
    data = path.read_bytes()
    places = [at for at, byte in enumerate(data) if byte] if used else range(len(data))
    place, bit = chance.choice(places or range(len(data))), chance.randrange(8)
    with path.open("r+b") as file:
        file.seek(place)
        file.write(bytes([data[place] ^ 1 << bit]))
    return f"{path.name}, byte {place}, bit {bit}"


def seen(call: Call, where: str, kept: Kept) -> tuple[str, str]:
    """What `heldby verify` makes of a ledger, in a word, and what it said. Fails where it says nothing and the ledger is another."""
    answer = call("verify", "--ledger", where, "--checkpoint", str(kept.checkpoint), "--json")
    said = answer.out + answer.err
    try:
        breaks = [Break(**b) for b in json.loads(answer.out)["breaks"]]
    except ValueError:
        assert answer.code, said
        return "refused by the server, in verify's words", said
    assert bool(answer.code) == bool(breaks), said
    try:
        with open_ledger(where) as ledger:
            rows = list(ledger.rows())
    except LedgerError:
        assert breaks, "the rows cannot be read, and verify says nothing"
        if any("broke off" in b.cause and ("one of the revisions" in b.cause or "the table" in b.cause) for b in breaks):
            return "the server's process falls over it, told with the revisions or table it was asked for", said
        named = any(b.revision or "relation" in b.cause or b.subject.startswith("index") for b in breaks)
        return "unreadable in part, record, index or relation named" if named else "unreadable, unnamed", said
    if rows == kept.rows:
        if not breaks:
            goes_on(where, kept)
        return "beside the rows, found" if breaks else "without effect", said
    assert breaks, "the rows are others, and verify says nothing"
    changed = [r for (r, body), (was, held) in zip(rows, kept.rows, strict=False) if r != was or body != held]
    named = all(any(b.revision == r.number or b.subject == r.subject for b in breaks) for r in changed)
    if all("checkpoint" in b.cause for b in breaks):
        return "cut off, found against the checkpoint", said
    return "changed, record named" if named else "changed, unnamed", said


def goes_on(where: str, kept: Kept) -> None:
    """Whatever is added again is known, and changes nothing (or the storage says why not)."""
    with open_ledger(where) as ledger:
        try:
            with ledger.writer(clock, "heldby test", batch=1000) as writer:
                told = [writer.add(r, read(r), RULES) for r in mixed(REPORTS)]
        except LedgerError:
            pass
        else:
            assert set(told) == {Outcome.KNOWN}
        assert ledger.view().sorted_content_hash() == kept.content


def in_its_tables(made: Cluster, kept: Kept, call: Call, chance: random.Random) -> tuple[str, str]:
    """A flip in the files of a copy of the database, which no server has looked at since: in a table of the ledger's, its pieces, its indexes."""
    with connected(made.address) as db:
        db.execute("CREATE DATABASE bad TEMPLATE kept STRATEGY file_copy")
        (number,) = db.execute("SELECT oid FROM pg_database WHERE datname = 'bad'").fetchone()
    with connected(at(made.address, "kept")) as inside:
        names = {Path(path).name: str(name) for path, name in inside.execute(FILES).fetchall()}
    files = sorted(p for name in names for p in (made.data / "base" / str(number)).glob(f"{name}*") if p.stat().st_size)
    (path,) = chance.choices(files, [p.stat().st_size for p in files])
    where = flip(path, chance)
    try:
        word, said = seen(call, at(made.address, "bad"), kept)
    finally:
        with connected(made.address) as db:
            db.execute("DROP DATABASE bad WITH (FORCE)")
    return word, f"{names[path.name.partition('_')[0]]}: {where}: {said}"


def mend(made: Cluster, pristine: Path) -> None:
    """The server's data as it was: what differs is copied again, what came is taken away."""
    for path in sorted(made.data.rglob("*")):
        if path.is_file() and not (pristine / path.relative_to(made.data)).exists():
            path.unlink()
    for path in sorted(p for p in pristine.rglob("*") if p.is_file()):
        there = made.data / path.relative_to(pristine)
        was, now = path.stat(), there.stat() if there.exists() else None
        if now is None or (now.st_size, now.st_mtime_ns) != (was.st_size, was.st_mtime_ns):
            shutil.copy2(path, there)
            if USER:
                shutil.chown(there, USER)


def anywhere(made: Cluster, pristine: Path, kept: Kept, call: Call, chance: random.Random) -> tuple[str, str]:
    """A flip in any file of a server that is not running: its catalogue, its log of transactions, its write-ahead log, its settings."""
    mend(made, pristine)
    pattern = chance.choice(
        ["base/16*/*", "pg_wal/*", "*", "global/*", "pg_[!w]*/**/*"]
    )  # `base/16...`: the database `kept`, with its catalogue
    path = chance.choice(sorted(p for p in made.data.glob(pattern) if p.is_file() and p.stat().st_size))
    where = f"{path.parent.relative_to(made.data)}: {flip(path, chance, used=True)}"
    if not made.start():
        made.stop()
        return "the server does not start", where
    try:
        word, said = seen(call, at(made.address, "kept"), kept)
    finally:
        made.stop()
    return word, f"{where}: {said}"


@pytest.mark.parametrize("checksums", [True, False], ids=["checksums", "no-checksums"])
def test_a_flipped_bit_is_found_or_means_nothing(checksums: bool, call: Call, tmp_path: Path, proving: bool) -> None:
    if GIVEN or INITDB is None or not proving:
        pytest.skip("needs a server of its own to harm, and half an hour: make prove")
    chance, told, faults = random.Random(23), Counter[str](), list[str]()
    with cluster("-c autovacuum=off", "-c statement_timeout=60s", checksums=checksums) as made:
        assert made.start()
        kept = keep(made.address, tmp_path / "checkpoint.json")
        pristine = made.folder / "pristine"
        for number in range(500):
            if number == 400:
                assert made.stop("fast")
                shutil.copytree(made.data, pristine)
            try:
                group = "tables" if number < 400 else "anywhere"
                word, said = in_its_tables(made, kept, call, chance) if number < 400 else anywhere(made, pristine, kept, call, chance)
                faults += [f"{number}: {word}: {said}"] * ("unnamed" in word)
            except Exception as e:
                word, said = "fault", f"{type(e).__name__}: {e}"
                faults.append(f"{number}: {said}")
            told[f"{group}: {word}"] += 1
            print(f"{number} {group}: {word}: {said[:300]}", flush=True)
    for word, times in sorted(told.items()):
        print(f"{times:>4}  {word}")
    assert faults == []
    assert 0 < told["tables: without effect"] < 300
