"""What depends on how rows are kept: schema and its steps, several writers, locks, lost connections, and harm from outside."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import heldby.ledger.sqlite as sqlite_store
from database_scene import fresh_schema
from heldby.errors import LedgerError
from heldby.ledger import Outcome, Where, open_ledger, stamper, where_in_words
from heldby.ledger.schema import NEWEST
from heldby.model.report import Gap, GapKind
from ledger_scene import NOW, RULES, Places, add, clock, dispatch, read

KEPT = Path(__file__).parent / "kept"
HOLDS = json.loads((KEPT / "holds.json").read_text())  # what the ledgers kept of earlier schemas hold: revision, head and content


def direct(where: Where, *statements: str) -> None:
    """Change the rows behind the ledger's back."""
    if isinstance(where, Path):
        db = sqlite3.connect(where, isolation_level=None)
        for statement in statements:
            db.execute(statement)
        db.close()
        return
    import psycopg

    with psycopg.connect(where, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def unguarded(where: Where, *statements: str) -> None:
    """As `direct`, with the guards against changes taken away for that while."""
    if isinstance(where, Path):
        db = sqlite3.connect(where, isolation_level=None)
        guards = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            db.execute(f"DROP TRIGGER {name}")
        for statement in (*statements, *(sql for _, sql in guards)):
            db.execute(statement)
        db.close()
        return
    tables = ("payload", "revision")
    off, on = ([f"ALTER TABLE {t} {verb} TRIGGER ALL" for t in tables] for verb in ("DISABLE", "ENABLE"))
    direct(where, *off, *statements, *on)


def test_rows_and_chain_are_the_same_in_a_file_and_in_a_database(places: Places, tmp_path: Path) -> None:
    reports = [dispatch(f"Rivertown, item {i}.", f"2021-07-{10 + i}") for i in range(4)]
    with open_ledger(places()) as one, open_ledger(tmp_path / "beside.sqlite") as other:
        for ledger in (one, other):
            add(ledger, *reports)
        assert list(one.log()) == list(other.log())
        assert one.view().sorted_content_hash() == other.view().sorted_content_hash()


def kept_file(folder: Path, _: Callable[[], str]) -> Where:
    (folder / "kept.db").write_bytes((KEPT / "schema-1.db").read_bytes())
    return folder / "kept.db"


def kept_database(_: Path, address: Callable[[], str]) -> Where:
    where = address()
    name = where.rpartition("%3D")[2]
    direct(where, (KEPT / "schema-1.sql").read_text(encoding="utf-8").replace("kept.", f"{name}."))
    return where


@pytest.mark.parametrize("kept", [kept_file, pytest.param(kept_database, marks=pytest.mark.postgres)])
def test_a_ledger_of_an_earlier_schema_is_brought_up_whole(
    kept: Callable[[Path, Callable[[], str]], Where], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    where = kept(tmp_path, lambda: fresh_schema(request.getfixturevalue("database")))
    with open_ledger(where) as ledger:
        assert ledger.checkpoint()["hash"] == HOLDS["head"]
        assert ledger.view().revision == HOLDS["revision"]
        assert ledger.view().sorted_content_hash() == HOLDS["content"]
        assert ledger.verify() == ()
        assert add(ledger, dispatch("Rivertown fell, later.")) == (Outcome.ADDED,)
    with open_ledger(where) as again:
        assert again.verify() == ()


def test_a_newer_schema_is_refused_in_clear_words(place: Where) -> None:
    open_ledger(place).close()
    newer = NEWEST + 1
    direct(place, f"PRAGMA user_version = {newer}" if isinstance(place, Path) else f"UPDATE ledger_schema SET version = {newer}")
    with pytest.raises(LedgerError, match=rf"written by a newer heldby \(schema {newer}, this one knows {NEWEST}\)"):
        open_ledger(place)


def test_a_database_of_somebody_elses_is_left_alone(place: Where) -> None:
    direct(place, "CREATE TABLE revision (mine integer)")
    with pytest.raises(LedgerError, match="heldby ledger"):
        open_ledger(place)


@pytest.mark.parametrize(
    "harm",
    [
        "UPDATE payload SET body = body",
        "DELETE FROM payload",
        "UPDATE revision SET author = 'another'",
        "DELETE FROM revision WHERE number = 2",
    ],
)
def test_the_storage_itself_refuses_changes(place: Where, harm: str) -> None:
    with open_ledger(place) as ledger:
        add(ledger, dispatch("Rivertown fell."))
        with pytest.raises(Exception, match="append-only"):
            direct(place, harm)
        assert ledger.verify() == ()


@pytest.mark.parametrize(
    ("harm", "named"),
    [
        ("UPDATE revision SET author = 'another' WHERE number = 3", (3, "the row was changed")),
        ("DELETE FROM revision WHERE number = 2", (3, "revision 2 missing")),
        ("DELETE FROM payload WHERE digest = (SELECT payload FROM revision WHERE number = 3)", (3, "its content is missing")),
        ("INSERT INTO payload (digest, body) SELECT 'beef', body FROM payload LIMIT 1", (0, "belongs to no revision")),
    ],
)
def test_harm_done_behind_the_guards_is_found_and_named(place: Where, harm: str, named: tuple[int, str]) -> None:
    with open_ledger(place) as ledger:
        add(ledger, dispatch("Rivertown fell."), dispatch("Oldford fell."))
    unguarded(place, harm)
    with open_ledger(place) as ledger:
        assert any(b.revision == named[0] and named[1] in b.cause for b in ledger.verify())


def test_a_text_that_is_no_text_any_more_is_named(place: Where) -> None:
    with open_ledger(place) as ledger:
        add(ledger, dispatch("Rivertown fell."), dispatch("Oldford fell."))
    if isinstance(place, Path):
        unguarded(place, "UPDATE revision SET author = CAST(x'68e6' AS TEXT) WHERE number = 3")
    else:
        bare = "UPDATE revision SET author = '\\x68e6'::bytea::text WHERE number = 3"
        unguarded(place, f"CREATE CAST (bytea AS text) WITHOUT FUNCTION; {bare}; DROP CAST (bytea AS text)")
    with open_ledger(place) as ledger:
        assert [(b.revision, b.cause) for b in ledger.verify()] == [(3, "its hash does not fit its columns: the row was changed")]
        assert [r.author for r in ledger.log()][2] == "h\\xe6"


@pytest.mark.postgres
def test_a_content_that_the_server_cannot_give_is_named_and_the_others_are_read(database: str) -> None:
    where = fresh_schema(database)
    with open_ledger(where) as ledger:
        add(ledger, dispatch("Rivertown fell."), dispatch("Oldford fell."))
        third, last = (list(ledger.log())[n] for n in (2, 3))
    gives = f"CASE digest WHEN '{third.payload}' THEN decode(digest || 'zz', 'hex') WHEN '{last.payload}' THEN 'x' ELSE body END"
    direct(where, "ALTER TABLE payload RENAME TO disk", f"CREATE VIEW payload AS SELECT digest, {gives} AS body FROM disk")
    with open_ledger(where) as ledger:
        told = {(b.revision, b.subject): b.cause for b in ledger.verify()}
    assert "its content cannot be read: invalid hexadecimal digit" in told[third.number, third.subject]
    assert "its content was changed" in told[last.number, last.subject]


@pytest.mark.postgres
def test_a_server_that_breaks_off_is_told_with_what_it_was_asked_for(database: str) -> None:
    where = fresh_schema(database)
    with open_ledger(where) as ledger:
        add(ledger, dispatch("Rivertown fell."), dispatch("Oldford fell."))
        third = list(ledger.log())[2]
    direct(
        where,
        "ALTER TABLE payload RENAME TO disk",
        "CREATE FUNCTION falls() RETURNS bytea STABLE LANGUAGE plpgsql AS 'BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END'",
        f"CREATE VIEW payload AS SELECT digest, CASE digest WHEN '{third.payload}' THEN falls() ELSE body END AS body FROM disk",
    )
    with open_ledger(where) as ledger:
        (told,) = (b.cause for b in ledger.verify() if "broke off" in b.cause)
    assert told.startswith("cannot be read to its end: the content of one of the revisions 1 to 4: the server broke off")


@pytest.mark.postgres
def test_what_an_index_does_not_find_is_named(database: str) -> None:
    where = fresh_schema(database)
    before, after = dispatch("Rivertown fell.", url="http://a.example/1"), dispatch("Oldford fell.", url="http://a.example/2")
    ready = "UPDATE pg_index SET indisready = {} WHERE indrelid IN ('payload'::regclass, 'revision'::regclass)"
    with open_ledger(where) as ledger:
        add(ledger, before)
        assert ledger.verify() == ()
    direct(where, ready.format("false"))
    with open_ledger(where) as ledger:
        add(ledger, after)
    direct(where, ready.format("true"))
    with open_ledger(where) as ledger:
        assert ledger.view().report(after.id) is None  # what is asked for by an index alone is not there
        found = ledger.verify()
    names = ("payload_pkey", "revision_address", "revision_pkey", "revision_subject")
    for name in names:
        assert after.id in {b.subject for b in found if f"the index {name} does not find it" in b.cause}
    assert before.id not in {b.subject for b in found}
    direct(where, *(f"REINDEX INDEX {name}" for name in names))
    with open_ledger(where) as ledger:
        assert ledger.verify() == ()


def test_an_end_cut_off_and_a_chain_built_anew_are_found_against_a_checkpoint_kept_elsewhere(places: Places) -> None:
    true, false = dispatch("Rivertown fell."), dispatch("Rivertown never fell.")
    where, forged = places(), places()
    with open_ledger(where) as ledger:
        add(ledger, true, dispatch("Oldford fell."))
        checkpoint = ledger.checkpoint()
    with open_ledger(forged) as ledger:  # whole in itself
        add(ledger, false, dispatch("Oldford fell."))
        assert ledger.verify() == ()
        assert ["rebuilt" in b.cause for b in ledger.verify(checkpoint)] == [True]
    unguarded(
        where,
        "DELETE FROM payload WHERE digest IN (SELECT payload FROM revision WHERE number > 2)",
        "DELETE FROM revision WHERE number > 2",
    )
    with open_ledger(where) as ledger:
        assert ledger.verify() == ()  # nothing in it tells
        assert ["cut off" in b.cause for b in ledger.verify(checkpoint)] == [True]


def test_what_an_addition_asks_is_answered_by_an_index_however_large_the_ledger(tmp_path: Path) -> None:
    asked: set[str] = set()
    with open_ledger(tmp_path / "a.db") as ledger:
        store = ledger._store
        assert isinstance(store, sqlite_store.SqliteStore)
        store._db.set_trace_callback(asked.add)
        edited = dispatch("Rivertown holds out.", "2021-07-15T08:00Z", url="https://courier.example/1")
        add(ledger, dispatch("Rivertown fell.", url="https://courier.example/1"), edited, edited, dispatch("No address."))
        with ledger.writer(clock, "test") as writer:
            writer.note(Gap(GapKind.EMPTY, "a.txt", "empty"))
            writer.reread(edited.id, read(edited), RULES)
        store._db.set_trace_callback(None)
        plans = {q: [row[3] for row in store.rows(f"EXPLAIN QUERY PLAN {q}")] for q in asked if q.startswith("SELECT")}
    assert len(plans) >= 5
    scans = {q for q, plan in plans.items() if any(step.startswith("SCAN") for step in plan)}
    assert scans == {"SELECT number, hash FROM revision ORDER BY number DESC LIMIT 1"}  # which ends with the first row


def test_a_guard_taken_away_is_found(place: Where) -> None:
    with open_ledger(place) as ledger:
        direct(place, "DROP TRIGGER payload_keeps_update" + ("" if isinstance(place, Path) else " ON payload"))
        assert [b.subject for b in ledger.verify()][:1] == [
            "schema payload_keeps_update" if isinstance(place, Path) else "schema trigger payload_keeps_update"
        ]


def test_a_writer_waits_and_then_says_who_is_in_the_way(place: Where, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_store, "BUSY_SECONDS", 0.05)
    with open_ledger(place) as one, open_ledger(place) as other, one.writer(clock, "one", batch=9) as first:
        report = dispatch("Rivertown fell.")
        first.add(report, read(report), RULES)
        if not isinstance(place, Path):
            other._store.rows("SET lock_timeout = '50ms'")
        with pytest.raises(LedgerError, match="another process is writing to it"), other.writer(clock, "other") as second:
            second.add(report, read(report), RULES)
        assert other.view().revision == 0  # and readers pass
    with open_ledger(place) as ledger:
        assert ledger.view().reports() == (report,)


def test_an_author_is_one_line_of_text(place: Where) -> None:
    with open_ledger(place) as ledger, pytest.raises(LedgerError, match="one line"), ledger.writer(clock, "a\x00b"):
        pass


def in_processes(count: int, work: Callable[[int], None]) -> list[int]:
    """`work(number)` in so many processes at once; their exit codes."""
    children = []
    for number in range(count):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                work(number)
                code = 0
            except BaseException as e:
                print(f"writer {number}: {type(e).__name__}: {e}", file=sys.stderr, flush=True)
            finally:
                os._exit(code)
        children.append(child)
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def test_eight_processes_lose_nothing(place: Where, proving: bool) -> None:
    writers, each = 8, 500 if proving else 12
    open_ledger(place).close()

    def work(number: int) -> None:
        with open_ledger(place) as ledger, ledger.writer(lambda: NOW, f"writer {number}", batch=5) as writer:
            for i in range(each):
                mine = dispatch(f"Rivertown, writer {number}, item {i}.")
                common = dispatch(f"Rivertown, item {i}, which everybody has.")
                for report in (mine, common):
                    writer.add(report, read(report), RULES)

    assert in_processes(writers, work) == [0] * writers
    with open_ledger(place) as ledger:
        assert ledger.verify() == ()
        kept = ledger.view().reports()
        assert len(kept) == len({r.id for r in kept}) == (writers + 1) * each
        assert len(ledger.view().located()) == (writers + 1) * each
        assert ledger.view().revision == 2 * (writers + 1) * each


def test_a_stamp_tells_that_something_was_written(place: Where, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_ledger(place) as ledger:
        if not isinstance(place, Path):
            monkeypatch.setattr("heldby.ledger.postgres.STAMP_SECONDS", 0.0)
        stamp = stamper(place)
        before = stamp()
        assert before == stamp() != ()
        add(ledger, dispatch("Rivertown fell."))
        assert stamp() != before


@pytest.mark.postgres
def test_a_lost_connection_takes_nothing_with_it_unsaid(database: str) -> None:
    where = fresh_schema(database)
    one, two, three = (dispatch(f"Rivertown, item {i}.") for i in range(3))
    with open_ledger(where) as ledger:
        add(ledger, one)
        idle = "application_name = 'heldby' AND state LIKE 'idle in transaction'"

        def cut_off() -> None:
            with ledger.writer(clock, "one", batch=9) as writer:
                writer.add(two, read(two), RULES)
                direct(where, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {idle}")
                writer.add(three, read(three), RULES)

        with pytest.raises(LedgerError, match=r"cannot be used as a ledger.*the last 1 additions"):
            cut_off()
        assert ledger.view().reports() == (one,)  # on a connection made anew
        assert add(ledger, two, three) == (Outcome.ADDED, Outcome.ADDED)
        assert ledger.verify() == ()


@pytest.mark.postgres
def test_what_cannot_be_reached_or_read_is_a_clear_error(database: str) -> None:
    with pytest.raises(LedgerError, match="cannot be used as a ledger"):
        open_ledger("postgresql://postgres:secret@127.0.0.1:1/none")
    with pytest.raises(LedgerError, match="no address"):
        open_ledger("postgresql://a b c")
    with pytest.raises(LedgerError, match="names no schema"):
        open_ledger(f"{database}{'&' if '?' in database else '?'}options=-csearch_path%3Dnowhere")
    assert where_in_words("postgresql://postgres:secret@127.0.0.1:1/none") == "postgresql://127.0.0.1:1/none"
