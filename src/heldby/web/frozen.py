"""A frozen edition in the shelf's place: nothing is weighed, nothing grows, and what its folder does not hold is refused."""

from __future__ import annotations

from collections.abc import Hashable

from heldby.flow.inquiry import Inquires, Question
from heldby.flow.thawed import FrozenInquiry
from heldby.web.shelf import Shelf


class FrozenShelf(Shelf):
    """What a server answers from where it serves a folder."""

    def __init__(self, inquiry: FrozenInquiry) -> None:
        self.begin()
        self._frozen = inquiry

    def inquiry(self) -> Inquires:
        return self._frozen

    @property
    def standing(self) -> Inquires:
        return self._frozen

    @property
    def state(self) -> Hashable | None:
        return (self._frozen.whole.digest,)

    def question(self, inquiry: Inquires) -> Question:
        """The edition's own clocks."""
        return self._frozen.question

    def renew(self) -> None:
        """Nothing was written."""

    def watch(self, every: float = 0.5) -> None:
        """Nothing can grow."""
