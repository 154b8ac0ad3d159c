"""Whether everything kept is as it was kept.

ledger -> breaks of its chain and content
evidence folder + the ledger's texts -> flaws of files, texts and chain of custody      (both against one checkpoint)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heldby.errors import HeldbyError
from heldby.gather.evidence import EvidenceStore
from heldby.gather.proving import Flaw, evidence_checkpoint, verify_evidence
from heldby.ledger import Clock, Erased, Ledger
from heldby.ledger.log import Break


@dataclass(frozen=True, slots=True)
class Verified:
    """Breaks of the ledger, flaws of the evidence, and the checkpoint of both as they are now."""

    breaks: tuple[Break, ...]
    flaws: tuple[Flaw, ...]
    checkpoint: dict[str, Any]

    @property
    def whole(self) -> bool:
        return not self.breaks and not self.flaws

    @property
    def entries(self) -> int:
        """How many entries the chain of custody has."""
        return int(self.checkpoint.get("evidence", {}).get("entries", 0))


def erase_everywhere(ledger: Ledger, evidence: Path | None, clock: Clock, author: str, tool: str, *, report_id: str, reason: str) -> Erased:
    """Take a report out of the ledger, then out of the evidence beside it; what an earlier erasure left unfinished is finished. Raises LedgerError
    where the ledger does not know it, HeldbyError where the disk refuses."""
    with ledger.writer(clock, author) as writer:
        writer.erase(report_id, reason)
    told = next(e for e in ledger.view().erasures() if e.report_id == report_id)
    if evidence is not None:
        EvidenceStore(evidence, clock, tool).erase(report_id, told.reason)
    return told


def verify_all(ledger: Ledger, evidence: Path | None, checkpoint: Mapping[str, Any] | None = None) -> Verified:
    """Check ledger and evidence, against a checkpoint that tells of both (older ones tell of the ledger alone)."""
    breaks = ledger.verify(checkpoint)
    now: dict[str, Any] = {}
    try:
        now |= ledger.checkpoint()
    except HeldbyError as e:  # what cannot be read to its end has been told of, with whatever was found before
        breaks = breaks or (Break(0, e.subject, e.cause),)
    told = checkpoint.get("evidence") if checkpoint else None
    if evidence is None:
        return Verified(
            breaks, (Flaw(0, "evidence", "the checkpoint tells of evidence, and the setting `evidence` is off"),) if told else (), now
        )
    if not evidence.exists() and not told:
        return Verified(breaks, (), now)
    view = None if breaks else ledger.view()
    texts = {report.id: report.text for report in view.reports()} if view else {}
    erased = {e.report_id for e in view.erasures()} if view else None
    flaws = verify_evidence(evidence, texts, told if isinstance(told, dict) else None, erased)
    try:
        if (last := evidence_checkpoint(evidence)) is not None:
            now["evidence"] = last
    except HeldbyError as e:
        flaws = flaws or (Flaw(0, e.subject, e.cause),)
    return Verified(breaks, flaws, now)
