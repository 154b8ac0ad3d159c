"""Reports that somebody sends: filed, read and kept as those that are gathered are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heldby.desk import Desk
from heldby.flow.intake import Keeping
from heldby.flow.sharding import read_report
from heldby.gather import fingerprint
from heldby.gather.decoding import clean
from heldby.gather.filing import Found, file_report
from heldby.ledger import Ledger
from heldby.model.report import Gap, Report


@dataclass(frozen=True, slots=True)
class Sent:
    """A report as it was sent; `published` as written ("": not said)."""

    text: str
    outlet: str = ""
    published: str = ""
    title: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one: its id ("" where there is no report, and `gaps` say why), the ledger's outcome, how many claims were read, and every gap."""

    report_id: str
    outcome: str
    claims: int
    gaps: tuple[Gap, ...]


def keep_sent(desk: Desk, ledger: Ledger, sent: Sequence[Sent], author: str) -> tuple[Answered, ...]:
    """Keep reports in the order they were sent, signed by `author`; an answer each. One met again is a no-op.

    Raises LedgerError while another writes.
    """
    options = desk.gather_options()
    answers: list[Answered] = []
    with ledger.writer(desk.clock, author, batch=max(1, 2 * len(sent))) as writer:
        keeping = Keeping(desk, writer)
        for number, one in enumerate(sent, start=1):
            found = Found(clean(one.text), f"sent by {author}, {number}", one.outlet, one.url, one.published, one.title)
            items = list(file_report(found, options))
            report = next((i for i in items if isinstance(i, Report)), None)
            gaps = [i for i in items if isinstance(i, Gap)]
            answer = Answered("", "", 0, tuple(gaps))
            if report is not None:
                reading = read_report(desk, report)
                outcome = keeping.keep_read(report, reading, desk.provenance, fingerprint(report.text))
                answer = Answered(report.id, str(outcome), len(reading.claims), (*gaps, *reading.gaps))
            for gap in gaps:
                keeping.keep(gap)
            answers.append(answer)
    return tuple(answers)
