"""One family of errors. Each names its subject, the place in it, and the cause; none loses what was read before it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class HeldbyError(Exception):
    """Something heldby can explain: `subject` (a file, a theatre, a unit), `place` in it (line, row, key) and `cause`."""

    exit_code = 1

    def __init__(self, subject: str, cause: str, place: str = "") -> None:
        self.subject, self.place, self.cause = subject, place, cause
        super().__init__(f"{subject}{f', {place}' if place else ''}: {cause}")

    def __reduce__(self) -> tuple[Any, ...]:  # an error of a worker process is told here
        return type(self), (self.subject, self.cause, self.place)


class UsageError(HeldbyError):
    """The call itself is off: an unknown theatre, a date that is none. Exit code 2."""

    exit_code = 2


class Faults(HeldbyError):
    """Every fault of one subject at once, in order, so that an analyst mends a file in one go."""

    def __init__(self, subject: str, faults: Iterable[HeldbyError]) -> None:
        self.faults = tuple(faults)
        super().__init__(subject, f"{len(self.faults)} fault(s)\n" + "\n".join(f"  {f}" for f in self.faults))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.subject, self.faults)


class WrongSettings(Faults):
    """Settings that are none: the call is off, as with a wrong option. Exit code 2."""

    exit_code = 2


class LedgerError(HeldbyError):
    """The ledger is not what it should be: a broken chain, a missing record, a newer format."""


class ReleaseError(HeldbyError):
    """The release gate refused to let something leave."""
