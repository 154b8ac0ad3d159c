"""The append-only ledger: a port, and SQLite behind it. Two clocks, a position in the log, nothing ever rewritten."""

from heldby.ledger.port import Difference, Kept, KnownTally, Ledger, Outcome, Provenance, View, Writer
from heldby.ledger.sqlite import open_ledger

__all__ = ["Difference", "Kept", "KnownTally", "Ledger", "Outcome", "Provenance", "View", "Writer", "open_ledger"]
