"""The one function that reads many reports: inputs in, readings out, the same wherever it runs (here, in a worker beside us, on a cluster).

It keeps nothing, knows no order but that of its inputs, and one report's failure is that report's gap and nobody else's loss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heldby.desk import Desk
from heldby.errors import HeldbyError
from heldby.gather import fingerprint
from heldby.model.claim import Reading
from heldby.model.report import Gap, GapKind, Report


@dataclass(frozen=True, slots=True)
class Done:
    """What reading made of one report: its reading, located, and the fingerprint by which copies of it are known."""

    reading: Reading
    prints: tuple[int, ...]


def read_report(desk: Desk, report: Report) -> Reading:
    """One report, read and located."""
    return desk.locator.locate(desk.reader.read(report), report)


def read_shard(desk: Desk, reports: Sequence[Report]) -> list[Done]:
    """What is read of `reports`, one for one, in their order.

    Raises HeldbyError where nothing can be read at all (an engine's log that cannot be written); any other failure is the report's gap.
    """
    return [_read(desk, report) for report in reports]


def _read(desk: Desk, report: Report) -> Done:
    try:
        return Done(read_report(desk, report), fingerprint(report.text))
    except HeldbyError:
        raise
    except Exception as e:  # a fault of ours: the report is kept, and the gap says what is missing
        return unread(report, f"reading it failed ({type(e).__name__}: {e})")


def unread(report: Report, cause: str) -> Done:
    """A report that could not be read: kept with a gap that says why, to be read again (`heldby reread`)."""
    gap = Gap(GapKind.UNREADABLE, report.origin or report.given_id or report.id, cause[:300], report.id)
    return Done(Reading(report.id, gaps=(gap,)), fingerprint(report.text))
