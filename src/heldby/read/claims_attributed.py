"""What claims need to know of voices: who utters what stands where, and how each stands to it."""

from __future__ import annotations

from typing import Protocol

from heldby.model.who import Chain


class Attributed(Protocol):
    """One voice behind a stretch of text."""

    @property
    def chain(self) -> Chain: ...
    @property
    def side(self) -> str: ...
    @property
    def denies(self) -> bool: ...
    @property
    def hedged(self) -> bool: ...


class Attribution(Protocol):
    """Who utters what stands where."""

    def at(self, sentence_index: int, offset: int) -> tuple[Attributed, ...]: ...
