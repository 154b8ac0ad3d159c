"""What stays on this machine of a model's work: the log of every send, and answers kept by what was asked."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from heldby.errors import UsageError
from heldby.model.ident import canonical_json
from heldby.model.when import utc_text

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class SendLog:
    """A file of JSON Lines: one before every send (which report, where to, when, how many bytes), one for how it ended. Never the key.

    What cannot be logged is not sent.
    """

    path: Path
    clock: Clock

    def write(self, event: str, **fields: str | int) -> None:
        """Append one line. Raises UsageError where the file cannot be written."""
        line = canonical_json({"at": utc_text(self.clock()), "event": event, **fields})
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(line + "\n")
        except OSError as e:
            raise UsageError(str(self.path), f"the log of sends cannot be written ({e.strerror or e}); nothing is sent unlogged") from None


@dataclass(frozen=True, slots=True)
class Answered:
    """A model's answer with the tokens it took."""

    text: str
    tokens_in: int = 0
    tokens_out: int = 0


@dataclass(frozen=True, slots=True)
class Cache:
    """Answers by the digest of what was asked (endpoint, model, prompt, text). A file that is not whole counts as none; what is in one is
    held to the contract like any answer."""

    folder: Path

    def get(self, key: str) -> Answered | None:
        try:
            value: Any = json.loads((self.folder / f"{key}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(value, dict) or value.get("key") != key or not isinstance(value.get("answer"), str):
            return None
        return Answered(value["answer"])

    def put(self, key: str, answer: Answered) -> None:
        """Keep an answer, whole or not at all. Raises UsageError where the folder cannot be written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.folder, suffix=".part")
            with os.fdopen(handle, "w", encoding="ascii") as file:
                json.dump({"key": key, "answer": answer.text}, file)
            os.replace(name, self.folder / f"{key}.json")
        except OSError as e:
            raise UsageError(str(self.folder), f"answers cannot be kept there ({e.strerror or e})") from None
