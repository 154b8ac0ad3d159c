"""What an erasure leaves: in a store's log the tombstones, in a view gaps that say so."""

from __future__ import annotations

from collections.abc import Iterable

from heldby.ledger.clocks import Erasure
from heldby.ledger.log import Kind
from heldby.ledger.port import Erased
from heldby.ledger.store import Store
from heldby.ledger.tables import decoded
from heldby.model.report import Gap, GapKind


def erasures_in(store: Store) -> list[tuple[Erasure, Erased]]:
    """Every erasure of the log, with its tombstone."""
    found = []
    for number, subject, body in store.of_kind(Kind.ERASURE):
        revision, erasure = store.revision(number), decoded(Erasure, body, number)
        assert revision is not None
        found.append((erasure, Erased(subject, erasure.reason, revision.author, revision.recorded, number)))
    return found


def shown_at(store: Store, erased: Iterable[tuple[Erasure, Erased]], at: int) -> tuple[Erased, ...]:
    """The tombstones of reports that were brought up to a revision."""
    return tuple(told for _, told in erased if store.brought(told.report_id) <= at)


def as_gap(erased: Erased) -> Gap:
    return Gap(GapKind.ERASED, erased.report_id, f"erased by {erased.author}, {erased.recorded}: {erased.reason}")
