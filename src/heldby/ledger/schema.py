"""The shape of a ledger's tables, as a numbered list of steps: a new ledger takes all of them, an older one those it lacks.

A step, once released, is never changed; another follows it. Each is told for SQLite and for PostgreSQL, and both come to the same tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from heldby.errors import LedgerError

APPEND_ONLY = "the ledger is append-only"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it does, in words, and its statements in both tongues."""

    words: str
    sqlite: tuple[str, ...]
    postgres: tuple[str, ...]


def _sqlite_guard(table: str, verb: str) -> str:
    return f"CREATE TRIGGER {table}_keeps_{verb} BEFORE {verb.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"


_ERASES = (
    "BEGIN IF NOT EXISTS (SELECT 1 FROM revision JOIN payload told ON told.digest = revision.payload WHERE kind = 'erasure'"
    " AND position(convert_to(OLD.digest, 'UTF8') IN told.body) > 0)"
    f" THEN RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = 'restrict_violation'; END IF; RETURN OLD; END"
)

TABLES = Step(
    "tables that keep what they are given",
    sqlite=(
        "CREATE TABLE payload (digest TEXT PRIMARY KEY NOT NULL, body BLOB NOT NULL)",
        "CREATE TABLE revision (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, address TEXT NOT NULL,"
        " payload TEXT NOT NULL REFERENCES payload (digest), recorded TEXT NOT NULL, author TEXT NOT NULL,"
        " prev TEXT NOT NULL, hash TEXT NOT NULL)",
        "CREATE INDEX revision_subject ON revision (subject, kind)",
        "CREATE INDEX revision_address ON revision (address) WHERE address <> ''",
        *(_sqlite_guard(table, verb) for table in ("payload", "revision") for verb in ("update", "delete")),
    ),
    postgres=(
        'CREATE TABLE payload (digest text COLLATE "C" PRIMARY KEY, body bytea NOT NULL)',
        'CREATE TABLE revision (number bigint PRIMARY KEY, kind text COLLATE "C" NOT NULL, subject text COLLATE "C" NOT NULL,'
        ' address text COLLATE "C" NOT NULL, payload text COLLATE "C" NOT NULL, recorded text COLLATE "C" NOT NULL,'
        ' author text COLLATE "C" NOT NULL, prev text COLLATE "C" NOT NULL, hash text COLLATE "C" NOT NULL)',
        "CREATE INDEX revision_subject ON revision (subject, kind)",
        "CREATE INDEX revision_address ON revision (address) WHERE address <> ''",
        "CREATE FUNCTION heldby_keeps() RETURNS trigger LANGUAGE plpgsql AS $$"
        f" BEGIN RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = 'restrict_violation'; END $$",
        *(
            f"CREATE TRIGGER {table}_keeps_{verb} BEFORE {verb.upper()} ON {table} EXECUTE FUNCTION heldby_keeps()"
            for table in ("payload", "revision")
            for verb in ("update", "delete", "truncate")
        ),
    ),
)

ERASURE = Step(
    "contents that an erasure in the log names may be taken away",
    sqlite=(
        "DROP TRIGGER payload_keeps_delete",
        "CREATE TRIGGER payload_keeps_delete BEFORE DELETE ON payload WHEN NOT EXISTS (SELECT 1 FROM revision JOIN payload AS told"
        " ON told.digest = revision.payload WHERE kind = 'erasure' AND instr(told.body, CAST(OLD.digest AS BLOB)))"
        f" BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END",
    ),
    postgres=(
        "DROP TRIGGER payload_keeps_delete ON payload",
        f"CREATE FUNCTION heldby_erases() RETURNS trigger LANGUAGE plpgsql AS $$ {_ERASES} $$",
        "CREATE TRIGGER payload_keeps_delete BEFORE DELETE ON payload FOR EACH ROW EXECUTE FUNCTION heldby_erases()",
    ),
)

STEPS: tuple[Step, ...] = (TABLES, ERASURE)
NEWEST = len(STEPS)


def missing_steps(version: int, where: str) -> Sequence[Step]:
    """The steps that a ledger of schema `version` lacks (0: a new one). Raises LedgerError where a newer heldby made it."""
    if version > NEWEST:
        raise LedgerError(where, f"written by a newer heldby (schema {version}, this one knows {NEWEST}): install that one or a later one")
    return STEPS[max(0, version) :]


def sqlite_shape() -> Mapping[str, str]:
    """What SQLite's own list of tables, indexes and triggers must say, by name."""
    shape: dict[str, str] = {}
    for step in STEPS:
        for statement in step.sqlite:
            words = statement.split()
            if words[0] == "CREATE":
                shape[words[2]] = statement
            elif words[0] == "DROP":
                shape.pop(words[2])
    return shape


POSTGRES_SHAPE: Mapping[str, str] = {
    "column payload.digest": "text not null",
    "column payload.body": "bytea not null",
    "column revision.number": "bigint not null",
    **{
        f"column revision.{name}": "text not null"
        for name in ("kind", "subject", "address", "payload", "recorded", "author", "prev", "hash")
    },
    "index payload_pkey": "CREATE UNIQUE INDEX payload_pkey ON payload USING btree (digest)",
    "index revision_pkey": "CREATE UNIQUE INDEX revision_pkey ON revision USING btree (number)",
    "index revision_subject": "CREATE INDEX revision_subject ON revision USING btree (subject, kind)",
    "index revision_address": "CREATE INDEX revision_address ON revision USING btree (address) WHERE (address <> ''::text)",
    "function heldby_keeps": f"BEGIN RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = 'restrict_violation'; END",
    **{
        f"trigger {table}_keeps_{verb}": f"O CREATE TRIGGER {table}_keeps_{verb} BEFORE {verb.upper()} ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION heldby_keeps()"
        for table in ("payload", "revision")
        for verb in ("update", "delete", "truncate")
        if (table, verb) != ("payload", "delete")
    },
    "function heldby_erases": _ERASES,
    "trigger payload_keeps_delete": "O CREATE TRIGGER payload_keeps_delete BEFORE DELETE ON payload"
    " FOR EACH ROW EXECUTE FUNCTION heldby_erases()",
}
"""What PostgreSQL's catalogue must say of the tables, by name: columns, indexes, enabled triggers, and what these call."""
