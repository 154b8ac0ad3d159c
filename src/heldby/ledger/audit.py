"""What `verify` looks for beyond chain and storage: content that differs from its digest or belongs nowhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress

from heldby.errors import LedgerError
from heldby.ledger.clocks import Erasure, ReadPayload, Sighting, address, retraction_id
from heldby.ledger.log import Break, Kind, Revision
from heldby.ledger.store import Store
from heldby.ledger.tables import decoded, instant
from heldby.model.report import Gap, Report, Retraction
from heldby.model.review import Act


def broken_content(store: Store) -> Iterator[Break]:
    """Payloads that are missing, changed, unread or unreferenced; revisions whose content is not their subject's; reports without reading."""
    used: set[str] = set()
    gone = {digest for erasure in _erasures(store) for digest in erasure.digests}
    brought: dict[str, int] = {}
    for r in store.revisions():
        used.add(r.payload)
        body = store.body(r.payload)
        if r.payload in gone:
            if body is not None:
                yield Break(r.number, r.subject, "its content was erased, and is there again")
        elif body is None:
            yield Break(r.number, r.subject, "its content is missing")
        elif not isinstance(body, bytes) or hashlib.sha256(body).hexdigest() != r.payload:
            yield Break(r.number, r.subject, "its content was changed: the digest differs")
        elif cause := _misplaced(r, body):
            yield Break(r.number, r.subject, cause)
        if r.kind in (Kind.REPORT, Kind.EDIT):
            brought[r.subject] = r.number
        elif r.kind == Kind.READING:
            brought.pop(r.subject, None)
    for subject, number in brought.items():
        yield Break(number, subject, "a report without its reading")
    for stray in store.digests():
        if stray not in used:
            yield Break(0, f"content {stray}", "belongs to no revision: it was inserted, or its revision was removed or changed")


def _erasures(store: Store) -> Iterator[Erasure]:
    """Erasures whose content is as it was written; others are told of where they stand in the log."""
    for number, _, body in store.of_kind(Kind.ERASURE):
        with suppress(LedgerError):
            yield decoded(Erasure, body, number)


def _misplaced(revision: Revision, body: bytes) -> str:
    """Why this content cannot be this revision's; "" if it can."""
    try:
        instant(revision.recorded, revision.number)
        subject, page = _named(revision, body)
    except LedgerError as e:
        return e.cause
    if subject != revision.subject:
        return f"its content is that of {subject}"
    return "" if page == revision.address else "its address is not that of its content"


def _named(revision: Revision, body: bytes) -> tuple[str, str]:
    """Subject and address as the content gives them. Raises LedgerError if it cannot be read as its kind."""
    number = revision.number
    match revision.kind:
        case Kind.REPORT | Kind.EDIT:
            report = decoded(Report, body, number)
            made = Report.of(report.text, outlet=report.outlet, url=report.url, published=report.published)
            return made.id, address(report.outlet, report.url)
        case Kind.READING | Kind.REREAD:
            return decoded(ReadPayload, body, number).reading.report_id, ""
        case Kind.SIGHTING:
            return decoded(Sighting, body, number).report_id, ""
        case Kind.ERASURE:
            return decoded(Erasure, body, number).report_id, ""
        case Kind.GAP:
            return decoded(Gap, body, number).id, ""
        case Kind.REVIEW:
            return decoded(Act, body, number).id, ""
        case Kind.RETRACTION:
            retraction = decoded(Retraction, body, number)
            return retraction_id(retraction), address(retraction.outlet, retraction.url)
    raise LedgerError("ledger", f"an unknown kind of revision: {revision.kind}", f"revision {number}")
