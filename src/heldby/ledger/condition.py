"""What a storage says of its own condition, beyond what it holds: one finding a line, with what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    OK = "ok"
    WARN = "warn"  # it works, and could lose or show something one day
    FAULT = "fault"  # it does not work, or does not keep what it says it keeps


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `subject` in a word, what was found, and how it is mended ("" where there is nothing to mend)."""

    grade: Grade
    subject: str
    words: str
    mend: str = ""
