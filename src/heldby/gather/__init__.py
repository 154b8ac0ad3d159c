"""Gathering: what people publish becomes reports. Network and files are touched here and in no other reading stage."""

from __future__ import annotations

from heldby.gather.copies import Pair, copies, fingerprint, groups
from heldby.gather.filing import Item
from heldby.gather.options import GatherOptions
from heldby.gather.rewrites import Phrases, copies_of, phrases_of, rewritten
from heldby.gather.sources import gather, gather_taken

__all__ = [
    "GatherOptions",
    "Item",
    "Pair",
    "Phrases",
    "copies",
    "copies_of",
    "fingerprint",
    "gather",
    "gather_taken",
    "groups",
    "phrases_of",
    "rewritten",
]
