"""What the model can be told and what it can believe, for any number of holders.

Symbols, for H holders: `holds h` (0..H-1), contested (H), `took h` (H+1..2H), `lost h` (2H+1..3H), `denied h` (3H+1..4H), denied contested (4H+1).
States, phase-expanded: holder h fresh (2h) and settled (2h+1), contested (2H).
"""

from __future__ import annotations

from dataclasses import dataclass

HOLD, CONTEST, TOOK, LOST, DENY = range(5)
GROUPS = ("hold", "contest", "took", "lost", "deny")
TOOK_WORDS = frozenset({"captured", "retook"})
HOLD_WORDS = frozenset({"controls", "repelled"})
LOST_WORDS = frozenset({"lost", "withdrew"})
CONTEST_WORDS = frozenset({"contests", "besieges", "attacked"})
SET_ASIDE = frozenset({"siege_lifted"})
RELATIONS = TOOK_WORDS | HOLD_WORDS | LOST_WORDS | CONTEST_WORDS | SET_ASIDE
CONTESTED = "contested"


@dataclass(frozen=True, slots=True)
class Alphabet:
    """The symbols and states over these holders, in this order."""

    holders: tuple[str, ...]

    @property
    def symbols(self) -> int:
        return 4 * len(self.holders) + 2

    @property
    def states(self) -> int:
        return 2 * len(self.holders) + 1

    @property
    def names(self) -> tuple[str, ...]:
        """What a posterior is over: the holders, then contested."""
        return (*self.holders, CONTESTED)

    def symbol(self, relation: str, holder: int, denied: bool) -> int:
        """The symbol of a statement; -1 where it says nothing about who holds (a siege lifted, an attack denied)."""
        n = len(self.holders)
        if relation in SET_ASIDE:
            return -1
        if relation in CONTEST_WORDS:
            return (4 * n + 1 if relation == "contests" else -1) if denied else n
        if relation in LOST_WORDS:
            return holder if denied else 2 * n + 1 + holder  # who denies having lost a place says that he holds it
        if denied:
            return 3 * n + 1 + holder
        return holder if relation in HOLD_WORDS else n + 1 + holder

    def group(self, symbol: int) -> int:
        """Which of GROUPS a symbol belongs to."""
        n = len(self.holders)
        bounds = (n, n + 1, 2 * n + 1, 3 * n + 1, 4 * n + 2)
        return next(g for g, end in enumerate(bounds) if symbol < end)

    def code(self, group: int, holder: int) -> int:
        """The symbol of a group and the holder it names; the number of holders means contested."""
        n = len(self.holders)
        return n if group == CONTEST else (0, n, n + 1, 2 * n + 1, 3 * n + 1)[group] + holder

    def holder_of(self, symbol: int) -> int:
        """The holder a symbol names; -1 for contested."""
        n = len(self.holders)
        group = self.group(symbol)
        start = (0, n, n + 1, 2 * n + 1, 3 * n + 1)[group]
        holder = symbol - start
        return -1 if group == CONTEST or holder >= n else holder
