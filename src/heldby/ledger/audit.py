"""What `verify` looks for beyond chain and storage: content that differs from its digest or belongs nowhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice

from heldby.errors import LedgerError
from heldby.ledger.clocks import Erasure, ReadPayload, Sighting, address, retraction_id
from heldby.ledger.log import Break, Kind, Revision
from heldby.ledger.store import Lost, Store
from heldby.ledger.tables import decoded, instant
from heldby.model.report import Gap, Report, Retraction
from heldby.model.review import Act

AT_ONCE = 100  # revisions, with their contents, in memory at a time


def broken_content(store: Store) -> Iterator[Break]:
    """Payloads that are missing, changed, unread or unreferenced; revisions whose content is not their subject's; reports without reading."""
    used: set[str] = set()
    gone = {digest for erasure in _erasures(store) for digest in erasure.digests}
    brought: dict[str, int] = {}
    for r, body in _with_bodies(store):
        if isinstance(r, Break):
            yield r
            continue
        used.add(r.payload)
        if isinstance(body, LedgerError):
            yield Break(r.number, r.subject, f"its content cannot be read: {body.cause}")
        elif r.payload in gone:
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


def readable(store: Store) -> Iterator[Revision]:
    """Every revision that can be read, in order; the others are told of with the contents."""
    return (r for r in _read(store) if isinstance(r, Revision))


def _read(store: Store) -> Iterator[Revision | Break]:
    """Every revision, in order; a break in the place of one whose row the storage does not give. Raises LedgerError where it gives none any more."""
    since = 0
    while True:
        found: Sequence[Revision | Break]
        try:
            with store.apart():
                found = store.some_revisions(since, AT_ONCE)
        except Lost as e:
            raise Lost(e.subject, f"the row of one of the revisions {since + 1} to {since + AT_ONCE}: {e.cause}") from None
        except LedgerError:
            found = [_row(store, number) for number in range(since + 1, min(store.last()[0], since + AT_ONCE) + 1)]
            if all(isinstance(one, Break) for one in found):
                raise
        if not found:
            return
        yield from found
        last = found[-1]
        before, since = since, last.number if isinstance(last, Revision) else last.revision
        if since <= before:  # a broken index, which would go round for ever
            raise LedgerError(store.where, f"revision {since} comes behind revision {before}")


def _row(store: Store, number: int) -> Revision | Break:
    try:
        with store.apart():
            found = store.revision(number)
    except LedgerError as e:
        return Break(number, store.where, f"its row cannot be read: {e.cause}")
    return found or Break(number, store.where, "its row is not found by its number")


def _with_bodies(store: Store) -> Iterator[tuple[Revision | Break, object]]:
    """What is read, each with its content (None where there is none); a LedgerError in the place of one that the storage does not give."""
    read = _read(store)
    while some := list(islice(read, AT_ONCE)):
        try:
            bodies = _bodies(store, [r.payload for r in some if isinstance(r, Revision)])
        except Lost as e:
            first, last = (one.number if isinstance(one, Revision) else one.revision for one in (some[0], some[-1]))
            raise Lost(e.subject, f"the content of one of the revisions {first} to {last}: {e.cause}") from None
        yield from ((r, bodies.get(r.payload) if isinstance(r, Revision) else None) for r in some)


def _bodies(store: Store, digests: Sequence[str]) -> Mapping[str, object]:
    try:
        with store.apart():
            return store.bodies(digests)
    except Lost:
        raise
    except LedgerError as e:
        if len(digests) == 1:
            return {digests[0]: e}
    found: dict[str, object] = {}
    for digest in digests:
        found.update(_bodies(store, [digest]))
    return found


def _erasures(store: Store) -> Iterator[Erasure]:
    """Erasures whose content is as it was written; others are told of where they stand in the log."""
    for r, body in _with_bodies(store):
        with suppress(LedgerError):
            if isinstance(r, Revision) and r.kind == Kind.ERASURE:
                yield decoded(Erasure, body, r.number)


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
