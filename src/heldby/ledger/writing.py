"""Appending to the ledger. What to append is decided by the pure modules; here it is written, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC
from time import monotonic

from heldby.errors import LedgerError
from heldby.ledger.clocks import Entry, Erasure, ReadPayload, Sighting, address, new_sighting, retraction_id
from heldby.ledger.codec import CodecError, to_plain
from heldby.ledger.content import difference
from heldby.ledger.log import Kind, Revision, seal
from heldby.ledger.port import Clock, Difference, Outcome, Provenance
from heldby.ledger.store import BROUGHT, READ, Store
from heldby.ledger.tables import body_of, decoded, instant
from heldby.model.claim import Reading
from heldby.model.ident import Plain, digest
from heldby.model.report import Gap, Report, Retraction
from heldby.model.review import Act, Verb
from heldby.model.when import utc_text

HOLD_SECONDS = 1.0  # reading goes on between additions; others may write meanwhile


class LogWriter:
    """A `Writer` (see the port). Holds the write lock from its first call to its commit, which comes with a full batch or the first addition
    behind `HOLD_SECONDS`."""

    def __init__(self, store: Store, clock: Clock, author: str, batch: int) -> None:
        self._store, self._clock, self._author, self._batch = store, clock, author, max(1, batch)
        self._pending = 0
        self._since = 0.0  # when the lock was taken
        self._last: tuple[int, str] | None = None  # number and hash of the head, None until the lock is held

    def add(self, report: Report, reading: Reading, provenance: Provenance, fingerprint: tuple[int, ...] = ()) -> Outcome:
        if report.id != _id_of(report):
            raise LedgerError(report.id, f"its id does not fit its content, which makes {_id_of(report)}")
        _same_report(report.id, reading)
        page = address(report.outlet, report.url)
        with self._whole():
            if self._store.of_subject(report.id, BROUGHT):
                return Outcome.ERASED if self._erased(report.id) else self._meet_again(report)
            edit = bool(page) and self._store.known_address(page)
            self._append(Kind.EDIT if edit else Kind.REPORT, report.id, report, page)
            self._append(Kind.READING, report.id, ReadPayload(reading, provenance, fingerprint))
        return Outcome.EDIT if edit else Outcome.ADDED

    def note(self, gap: Gap) -> Outcome:
        return self._once(Kind.GAP, gap.id, gap, "")

    def retract(self, retraction: Retraction) -> Outcome:
        return self._once(Kind.RETRACTION, retraction_id(retraction), retraction, address(retraction.outlet, retraction.url))

    def reread(
        self, report_id: str, reading: Reading, provenance: Provenance, fingerprint: tuple[int, ...] = (), *, if_other: bool = False
    ) -> Difference:
        _same_report(report_id, reading)
        with self._whole():
            found = self._store.of_subject(report_id, READ)
            if not found or self._erased(report_id):
                raise LedgerError(report_id, "is not in the ledger, so it cannot be read again")
            before = decoded(ReadPayload, found[-1][2], found[-1][0])
            after = ReadPayload(reading, provenance, fingerprint)
            told = difference(before.reading, reading)
            if not told.empty if if_other else before != after:
                self._append(Kind.REREAD, report_id, after)
        return told

    def review(self, act: Act) -> str:
        with self._whole():
            before = self._store.of_kind(Kind.REVIEW)
            made = replace(act, after=before[-1][1] if before else "")
            if made.verb is Verb.UNDO:
                self._may_undo(made.undoes)
            self._append(Kind.REVIEW, made.id, made)
        return made.id

    def erase(self, report_id: str, reason: str) -> bool:
        if not reason.strip():
            raise LedgerError(report_id, "is erased only with a reason")
        with self._whole():
            before = self._erased(report_id)
            if not before:
                found = self._store.of_subject(report_id, (*BROUGHT, *READ))
                if not found:
                    raise LedgerError(report_id, "is not in the ledger, so it cannot be erased")
                digests = {str(digest) for _, _, _, digest in found} | self._gaps_of(report_id)
                self._append(Kind.ERASURE, report_id, Erasure(report_id, reason.strip(), tuple(sorted(digests))))
                self._store.forget(sorted(digests))
        self.commit()
        with self._store.explained():
            self._store.sweep()
        return not before

    def _erased(self, report_id: str) -> bool:
        return bool(self._store.of_subject(report_id, (Kind.ERASURE,)))

    def _gaps_of(self, report_id: str) -> set[str]:
        """Digests of what gathering remarked of a report."""
        gaps = [decoded(Gap, body, number) for number, _, body in self._store.of_kind(Kind.GAP) if body is not None]
        return {digest(to_plain(gap)) for gap in gaps if gap.report_id == report_id}

    def _may_undo(self, act_id: str) -> None:
        acts = {act.id: act for number, _, body in self._store.of_kind(Kind.REVIEW) for act in (decoded(Act, body, number),)}
        if act_id not in acts or acts[act_id].verb is Verb.UNDO:
            raise LedgerError(act_id or "undo", "is no act of this ledger that could be undone")
        if any(a.undoes == act_id for a in acts.values()):
            raise LedgerError(act_id, "is undone already")

    def commit(self) -> None:
        with self._store.explained():
            if self._store.writing:
                self._store.commit()
            elif self._pending:
                raise self._lost()
        self._pending, self._last = 0, None

    @contextmanager
    def _whole(self) -> Iterator[None]:
        """One addition: kept whole, or nothing of it; commits when the batch is full."""
        store = self._store
        with store.explained():
            if not store.writing:
                if self._pending:
                    raise self._lost()
                store.begin()
                self._last, self._since = None, monotonic()
            if self._last is None:
                self._last = store.last()
            before = self._last
            store.rows("SAVEPOINT addition")
            try:
                yield
            except BaseException:
                if store.writing:  # a full disk or a lost connection ends the transaction by itself
                    store.rows("ROLLBACK TO addition")
                    store.rows("RELEASE addition")
                self._last = before
                raise
            store.rows("RELEASE addition")
        self._pending += self._last != before
        if self._pending >= self._batch or monotonic() - self._since > HOLD_SECONDS:
            self.commit()

    def _lost(self) -> LedgerError:
        pending, self._pending = self._pending, 0
        return LedgerError(
            self._store.where, f"the last {pending} additions, not committed yet, were taken back by the storage: add them again"
        )

    def _once(self, kind: Kind, subject: str, value: Gap | Retraction, page: str) -> Outcome:
        with self._whole():
            if self._store.of_subject(subject, (kind,)):
                return Outcome.KNOWN
            self._append(kind, subject, value, page)
        return Outcome.ADDED

    def _meet_again(self, report: Report) -> Outcome:
        brought, read = self._store.of_subject(report.id, BROUGHT)[0], self._store.of_subject(report.id, READ)[-1]
        sightings = tuple(decoded(Sighting, body, number) for number, _, body, _ in self._store.of_subject(report.id, (Kind.SIGHTING,)))
        kept, payload = decoded(Report, brought[2], brought[0]), decoded(ReadPayload, read[2], read[0])
        entry = Entry(kept, payload, sightings, instant(brought[1], brought[0]), brought[0], read[0])
        sighting = new_sighting(entry, report, self._clock().astimezone(UTC))
        if sighting is None:
            return Outcome.KNOWN
        self._append(Kind.SIGHTING, report.id, sighting)
        return Outcome.SIGHTED

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
        self._store.append(revision, body_of(plain))
        self._last = number, sealed


def _id_of(report: Report) -> str:
    return Report.of(report.text, outlet=report.outlet, url=report.url, published=report.published).id


def _same_report(report_id: str, reading: Reading) -> None:
    parts = (reading.report_id, *(c.report_id for c in reading.claims), *(t.report_id for t in reading.tallies))
    if other := next((p for p in parts if p != report_id), None):
        raise LedgerError(report_id, f"the reading given with it is of {other}")
