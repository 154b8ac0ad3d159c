"""Options and shorthand for the tests of gathering."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from heldby.gather import GatherOptions, gather
from heldby.gather.filing import Item
from heldby.model.report import Gap, Report, Retraction

NOW = datetime(2021, 8, 20, 12, tzinfo=UTC)
OPTIONS = GatherOptions(
    now=NOW,
    max_report_bytes=20_000,
    zones={"Karwan Daily": "+04:30", "Coast Post": "-03:00"},
    reconstructions=frozenset({"Karwan Daily"}),
)


class Gathered:
    """What came of some sources, by kind."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.reports = [i for i in items if isinstance(i, Report)]
        self.gaps = [i for i in items if isinstance(i, Gap)]
        self.retractions = [i for i in items if isinstance(i, Retraction)]

    @property
    def report(self) -> Report:
        assert len(self.reports) == 1, self.items
        return self.reports[0]

    @property
    def gap(self) -> Gap:
        assert len(self.gaps) == 1, self.items
        return self.gaps[0]


def gathered(*sources: object, **changed: Any) -> Gathered:
    """Gather under `OPTIONS` with some of them replaced."""
    return Gathered(list(gather([str(s) for s in sources], replace(OPTIONS, **changed))))
