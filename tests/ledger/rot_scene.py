"""Ledgers for disks that go bad."""

from __future__ import annotations

from collections.abc import Iterator

from heldby.ledger import Where, open_ledger
from heldby.ledger.log import Revision
from heldby.model.ident import digest
from heldby.model.report import Gap, GapKind, Report
from ledger_scene import NOW, RULES, clock, dispatch, read

Rows = list[tuple[Revision, bytes | None]]


def market(reports: int) -> Iterator[Report]:
    """Short and long reports, of words that come again."""
    for i in range(reports):
        yield dispatch(f"Rivertown, item {i}. " + f"The market was open on day {i}. " * (i % 9 * 9), url=f"http://a.example/{i}")


def mixed(reports: int) -> Iterator[Report]:
    """As `market`, and every seventh so long and so little alike that a database keeps it in many pieces."""
    for i, report in enumerate(market(reports)):
        dense = " ".join(digest(f"{i} {n}") for n in range(60))
        yield dispatch(f"Rivertown, item {i}. {dense}", url=f"http://a.example/{i}") if i % 7 == 3 else report


def fill(where: Where, *reports: Report) -> Rows:
    """A ledger with pages that became free; its rows."""
    with open_ledger(where) as ledger:
        with ledger.writer(clock, "heldby test", batch=1000) as writer:
            for report in reports:
                writer.add(report, read(report), RULES)
            writer.note(Gap(GapKind.EMPTY, "a.txt", "is empty"))
        big = dispatch("Oldford fell. " * 2000)
        with ledger.writer(lambda: NOW, "an editor") as writer:
            writer.add(big, read(big), RULES)
            writer.erase(big.id, "to leave pages free")
        return list(ledger.rows())
