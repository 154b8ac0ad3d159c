"""The archived copies behind what a bundle quotes, for the gate to let out or to withhold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from heldby.gather.archive import Archive
from heldby.ledger import View
from heldby.model.status import Status
from heldby.model.who import Chain
from heldby.publish.archived import Copy

Chains = Mapping[str, list[Chain]]


def chains_by_report(view: View) -> Chains:
    """By whom each report's claims and tallies are voiced: what decides whether it names a private person."""
    found: dict[str, list[Chain]] = {}
    for told in view.as_read():
        found.setdefault(told.claim.report_id, []).append(told.claim.chain)
    for tally in view.tallies():
        found.setdefault(tally.tally.report_id, []).append(tally.tally.chain)
    return found


def quoted_reports(statuses: Iterable[Status]) -> set[str]:
    """Ids of the reports that statuses and what is related to them quote."""
    every = (t for s in statuses for t in (*(r.testimony for r in s.reasons), *s.related))
    return {c.claim.report_id for t in every for c in t.claims}


def copies_of(archive: Archive | None, view: View, report_ids: Iterable[str], chains: Chains) -> dict[str, Copy]:
    """The copy of each report that has one, by its id."""
    found: dict[str, Copy] = {}
    for report_id in sorted(report_ids) if archive else ():
        kept = archive.of(report_id) if archive else None
        report = view.report(report_id) if kept else None
        if kept is not None and report is not None:
            found[report_id] = Copy(kept.sha256, kept.at, report.text, tuple(chains.get(report_id, ())))
    return found
