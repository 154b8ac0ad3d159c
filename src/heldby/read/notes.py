"""What a reading sets down on its way, only where somebody asked for its trace; `tracing` makes a trace of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from heldby.model.claim import Claim
from heldby.model.trace import Refusal
from heldby.read.claims_draft import Draft
from heldby.read.document import Document
from heldby.read.frames import Declined, Match
from heldby.read.voices import Attribution


@dataclass
class Notes:
    """Facts by sentence number. They are written, never read, while a report is read: the claims are the same without them."""

    document: Document | None = None
    attribution: Attribution | None = None
    open: set[int] = field(default_factory=set)
    declined: dict[int, list[Declined]] = field(default_factory=dict)
    refused: dict[int, list[tuple[Match, Refusal]]] = field(default_factory=dict)
    told: list[tuple[Draft, tuple[Claim, ...]]] = field(default_factory=list)

    def declining(self, sentence: int) -> list[Declined]:
        """Where the frames that cannot be laid over a sentence are set down; the sentence was let through."""
        self.open.add(sentence)
        return self.declined.setdefault(sentence, [])

    def refuse(self, sentence: int, match: Match, refusal: Refusal) -> None:
        self.refused.setdefault(sentence, []).append((match, refusal))

    def tell(self, draft: Draft, claims: Sequence[Claim]) -> None:
        self.told.append((draft, tuple(claims)))
