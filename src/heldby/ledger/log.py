"""The log: numbered revisions, each chained to the one before it by a hash, so that no past entry can change unseen.

The hash of a revision is the SHA-256 of the canonical JSON of all its columns and of the hash before it; the first is chained to `GENESIS`.
Whoever keeps a checkpoint (number and hash of a head) outside the ledger can prove that everything up to it is as it was
(the linked time-stamping of Haber and Stornetta, 1991, with the checkpoint in the part of the newspaper).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from heldby.model.ident import Plain, digest

FORMAT = 1
GENESIS = "0" * 64


class Kind(StrEnum):
    """What a revision changed."""

    REPORT = "report-added"
    EDIT = "edit"  # a report at an outlet's address that the ledger already had with another text or date
    SIGHTING = "sighting"  # a report met again with a mark it did not bear, or known earlier than thought
    READING = "reading"
    REREAD = "reread"
    GAP = "gap"
    RETRACTION = "retraction"
    REVIEW = "review"  # a person's decision about claims
    ERASURE = "erasure"  # a report's text and what was read from it are gone; their digests stay


@dataclass(frozen=True, slots=True)
class Revision:
    """One entry of the log. `subject` is the id of what it concerns; `address` outlet and URL where that has one; `payload` the SHA-256
    of its content's canonical JSON; `recorded` UTC as text; `author` a person or "heldby <version>"."""

    number: int
    kind: str
    subject: str
    address: str
    payload: str
    recorded: str
    author: str
    prev: str
    hash: str

    def sealed(self) -> str:
        """The hash this revision must bear."""
        return seal((self.number, self.kind, self.subject, self.address, self.payload, self.recorded, self.author, self.prev))


def seal(columns: tuple[int, str, str, str, str, str, str, str]) -> str:
    """The hash over number, kind, subject, address, payload digest, recorded, author and the hash before, in that order."""
    return digest(list(columns))


@dataclass(frozen=True, slots=True)
class Break:
    """Something in the ledger that is not as it was written: `revision` (0 where none can be named), `subject` and `cause`."""

    revision: int
    subject: str
    cause: str


def broken_links(revisions: Iterable[Revision]) -> Iterator[Break]:
    """Breaks of numbering, chain and seal, in order. Goes on behind a break with the hash found there, so that each is named once."""
    expected, before = 1, GENESIS
    for r in revisions:
        if r.number != expected:
            missing = f"revision {expected}" if r.number == expected + 1 else f"revisions {expected} to {r.number - 1}"
            yield Break(r.number, r.subject, f"{missing} missing before it" if r.number > expected else "number out of order")
        elif r.prev != before:
            yield Break(r.number, r.subject, "not chained to the revision before it")
        if r.sealed() != r.hash:
            yield Break(r.number, r.subject, "its hash does not fit its columns: the row was changed")
        expected, before = r.number + 1, r.hash


def checkpoint_of(head: Revision | None) -> dict[str, Plain]:
    """What to keep outside the ledger: number and hash of its head."""
    return {
        "heldby-ledger": FORMAT,
        "revision": head.number if head else 0,
        "hash": head.hash if head else GENESIS,
        "recorded": head.recorded if head else None,
    }


def against_checkpoint(checkpoint: Mapping[str, Plain], at: Revision | None) -> Iterator[Break]:
    """Breaks between a checkpoint and `at`, the revision that now bears its number (None: there is none)."""
    number, sealed = checkpoint.get("revision"), checkpoint.get("hash")
    if checkpoint.get("heldby-ledger") != FORMAT or type(number) is not int or not isinstance(sealed, str):
        yield Break(0, "checkpoint", "not a checkpoint of this ledger's format")
    elif number == 0:
        if sealed != GENESIS:
            yield Break(0, "checkpoint", "names no revision but a hash")
    elif at is None:
        yield Break(number, "checkpoint", "the ledger is shorter than its checkpoint: revisions were cut off")
    elif at.hash != sealed:
        yield Break(number, at.subject, "differs from the checkpoint: the chain was rebuilt")
