"""The append-only ledger: a port, and SQLite or PostgreSQL behind it. Two clocks, a position in the log, nothing ever rewritten."""

from heldby.ledger.opening import Where, ledger_exists, open_ledger, stamper, where_in_words
from heldby.ledger.port import Clock, Difference, Erased, Kept, KnownTally, Ledger, Outcome, Provenance, View, Writer
from heldby.ledger.store import Stamp

__all__ = [
    "Clock",
    "Difference",
    "Erased",
    "Kept",
    "KnownTally",
    "Ledger",
    "Outcome",
    "Provenance",
    "Stamp",
    "View",
    "Where",
    "Writer",
    "ledger_exists",
    "open_ledger",
    "stamper",
    "where_in_words",
]
