"""Appending to the SQLite ledger. What to append is decided by the pure modules; here it is written, whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC
from pathlib import Path

from heldby.errors import LedgerError
from heldby.ledger.clocks import Entry, ReadPayload, Sighting, address, new_sighting, retraction_id
from heldby.ledger.codec import CodecError, to_plain
from heldby.ledger.content import difference
from heldby.ledger.log import GENESIS, Kind, Revision, seal
from heldby.ledger.port import Clock, Difference, Outcome, Provenance
from heldby.ledger.tables import body_of, decoded, explained, instant
from heldby.model.claim import Reading
from heldby.model.ident import Plain, digest
from heldby.model.report import Gap, Report, Retraction
from heldby.model.review import Act, Verb
from heldby.model.when import utc_text

BROUGHT = (Kind.REPORT, Kind.EDIT)
READ = (Kind.READING, Kind.REREAD)


class SqliteWriter:
    """A `Writer` (see the port). Holds the write lock from its first call to its commit."""

    def __init__(self, db: sqlite3.Connection, path: Path, clock: Clock, author: str, batch: int) -> None:
        self._db, self._path, self._clock, self._author, self._batch = db, path, clock, author, max(1, batch)
        self._pending = 0
        self._last: tuple[int, str] | None = None  # number and hash of the head, None until the lock is held

    def add(self, report: Report, reading: Reading, provenance: Provenance, fingerprint: tuple[int, ...] = ()) -> Outcome:
        if report.id != _id_of(report):
            raise LedgerError(report.id, f"its id does not fit its content, which makes {_id_of(report)}")
        _same_report(report.id, reading)
        page = address(report.outlet, report.url)
        with self._whole():
            if self._find(report.id, BROUGHT):
                return self._meet_again(report)
            edit = bool(page) and self._known_address(page)
            self._append(Kind.EDIT if edit else Kind.REPORT, report.id, report, page)
            self._append(Kind.READING, report.id, ReadPayload(reading, provenance, fingerprint))
        return Outcome.EDIT if edit else Outcome.ADDED

    def note(self, gap: Gap) -> Outcome:
        return self._once(Kind.GAP, gap.id, gap, "")

    def retract(self, retraction: Retraction) -> Outcome:
        return self._once(Kind.RETRACTION, retraction_id(retraction), retraction, address(retraction.outlet, retraction.url))

    def reread(self, report_id: str, reading: Reading, provenance: Provenance, fingerprint: tuple[int, ...] = ()) -> Difference:
        _same_report(report_id, reading)
        with self._whole():
            found = self._find(report_id, READ)
            if not found:
                raise LedgerError(report_id, "is not in the ledger, so it cannot be read again")
            before = decoded(ReadPayload, found[-1][2], found[-1][0])
            after = ReadPayload(reading, provenance, fingerprint)
            if before != after:
                self._append(Kind.REREAD, report_id, after)
        return difference(before.reading, reading)

    def review(self, act: Act) -> str:
        with self._whole():
            query = "SELECT subject FROM revision WHERE kind = ? ORDER BY number DESC LIMIT 1"
            last = self._db.execute(query, (Kind.REVIEW,)).fetchone()
            made = replace(act, after=last[0] if last else "")
            if made.verb is Verb.UNDO:
                self._may_undo(made.undoes)
            self._append(Kind.REVIEW, made.id, made)
        return made.id

    def _may_undo(self, act_id: str) -> None:
        query = "SELECT number, body FROM revision JOIN payload ON digest = payload WHERE kind = ?"
        acts = {act.id: act for number, body in self._db.execute(query, (Kind.REVIEW,)) for act in (decoded(Act, body, number),)}
        if act_id not in acts or acts[act_id].verb is Verb.UNDO:
            raise LedgerError(act_id or "undo", "is no act of this ledger that could be undone")
        if any(a.undoes == act_id for a in acts.values()):
            raise LedgerError(act_id, "is undone already")

    def commit(self) -> None:
        with explained(self._path):
            if self._db.in_transaction:
                self._db.execute("COMMIT")
        self._pending, self._last = 0, None

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """One addition: kept whole, or nothing of it; commits when the batch is full."""
        with explained(self._path):
            if not self._db.in_transaction:
                self._db.execute("BEGIN IMMEDIATE")
                self._last = None
            if self._last is None:
                row = self._db.execute("SELECT number, hash FROM revision ORDER BY number DESC LIMIT 1").fetchone()
                self._last = row or (0, GENESIS)
            before = self._last
            self._db.execute("SAVEPOINT addition")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:  # a full disk ends the transaction by itself
                    self._db.execute("ROLLBACK TO addition")
                    self._db.execute("RELEASE addition")
                self._last = before
                raise
            self._db.execute("RELEASE addition")
        self._pending += self._last != before
        if self._pending >= self._batch:
            self.commit()

    def _once(self, kind: Kind, subject: str, value: Gap | Retraction, page: str) -> Outcome:
        with self._whole():
            if self._find(subject, (kind,)):
                return Outcome.KNOWN
            self._append(kind, subject, value, page)
        return Outcome.ADDED

    def _meet_again(self, report: Report) -> Outcome:
        brought, read = self._find(report.id, BROUGHT)[0], self._find(report.id, READ)[-1]
        sightings = tuple(decoded(Sighting, body, number) for number, _, body in self._find(report.id, (Kind.SIGHTING,)))
        kept, payload = decoded(Report, brought[2], brought[0]), decoded(ReadPayload, read[2], read[0])
        entry = Entry(kept, payload, sightings, instant(brought[1], brought[0]), brought[0], read[0])
        sighting = new_sighting(entry, report, self._clock().astimezone(UTC))
        if sighting is None:
            return Outcome.KNOWN
        self._append(Kind.SIGHTING, report.id, sighting)
        return Outcome.SIGHTED

    def _find(self, subject: str, kinds: tuple[Kind, ...]) -> list[tuple[int, str, bytes]]:
        """Number, recorded time and body of the revisions of a subject, oldest first."""
        query = (
            "SELECT number, recorded, body FROM revision JOIN payload ON digest = payload"
            f" WHERE subject = ? AND kind IN ({', '.join('?' * len(kinds))}) ORDER BY number"
        )
        return self._db.execute(query, (subject, *kinds)).fetchall()

    def _known_address(self, page: str) -> bool:
        query = "SELECT 1 FROM revision WHERE address = ? AND kind IN (?, ?) LIMIT 1"
        return self._db.execute(query, (page, *BROUGHT)).fetchone() is not None

    def _append(self, kind: Kind, subject: str, value: object, page: str = "") -> None:
        assert self._last is not None
        try:
            plain: Plain = to_plain(value)
            payload = digest(plain)
        except CodecError as e:
            raise LedgerError(subject, f"cannot be written: {e}") from None
        number, prev = self._last[0] + 1, self._last[1]
        recorded = utc_text(self._clock())
        sealed = seal((number, kind, subject, page, payload, recorded, self._author, prev))
        revision = Revision(number, kind, subject, page, payload, recorded, self._author, prev, sealed)
        self._db.execute("INSERT OR IGNORE INTO payload VALUES (?, ?)", (payload, body_of(plain)))
        row = (revision.number, kind.value, subject, page, payload, recorded, self._author, prev, sealed)
        self._db.execute("INSERT INTO revision VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        self._last = number, sealed


def _id_of(report: Report) -> str:
    return Report.of(report.text, outlet=report.outlet, url=report.url, published=report.published).id


def _same_report(report_id: str, reading: Reading) -> None:
    parts = (reading.report_id, *(c.report_id for c in reading.claims), *(t.report_id for t in reading.tallies))
    if other := next((p for p in parts if p != report_id), None):
        raise LedgerError(report_id, f"the reading given with it is of {other}")
