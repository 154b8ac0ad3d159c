"""What the workers of test_parallel.py run in place of the reader: quick, and deadly where the text says so."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

from heldby.flow.sharding import Done
from heldby.gather.evidence import Taken
from heldby.ledger import Provenance
from heldby.model.claim import Reading
from heldby.model.report import Gap, GapKind, Report
from heldby.settings import Settings


def nothing(settings: Settings, provenance: Provenance) -> None:
    """A worker's beginning that loads no theatre."""


def work(reports: list[Report]) -> list[Done]:
    """The number in each text as its fingerprint; later batches are ready sooner."""
    if int(reports[0].text.split()[0]) < 48:
        time.sleep(0.2)
    for report in reports:
        if "deadly" in report.text:
            os._exit(9)
    return [Done(Reading(r.id), (int(r.text.split()[0]),)) for r in reports]


def items(count: int, deadly: tuple[int, ...] = ()) -> Iterator[Taken]:
    """Reports with their number as text, every tenth followed by a gap of that number."""
    for n in range(count):
        yield Taken(Report.of(f"{n}{' deadly' * (n in deadly)}", outlet="Harbour Agency", origin=f"line {n}"))
        if n % 10 == 0:
            yield Taken(Gap(GapKind.EMPTY, str(n), "holds no text"))
