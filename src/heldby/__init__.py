"""Who holds it, since when, and according to whom.

From Python and in notebooks: `heldby.Ledger`, whose answers are `Status`, `Statuses`, `Tally`, `Changes` and `Map`; `heldby.demo_ledger()` is an example,
`heldby.columns()` says what the data frames hold (see docs/python.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from heldby.notebook import Changes, Ledger, Map, Status, Statuses, Tally, columns, demo_ledger

__all__ = ["Changes", "Ledger", "Map", "Status", "Statuses", "Tally", "columns", "demo_ledger"]


def __getattr__(name: str) -> Any:
    """The public names, loaded when they are asked for: a command that needs none of them does not wait for them."""
    if name in __all__:
        from heldby import notebook

        return getattr(notebook, name)
    raise AttributeError(f"module 'heldby' has no attribute {name!r}")
