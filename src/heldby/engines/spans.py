"""Where quoted words stand in a report: found by us, character for character, or not found."""

from __future__ import annotations

from heldby.read.text import Span, normalise

MOST_HITS = 100  # of one quotation that are looked at


class Quoted:
    """Finds quotations in one text: whole words, the case as written. Only the form of blanks, line ends, quotation marks, apostrophes and
    hyphens may differ, none of which moves an offset."""

    def __init__(self, text: str) -> None:
        self._text = _plain(text)
        self._found: dict[str, tuple[Span, ...]] = {}

    def all(self, quotation: str) -> tuple[Span, ...]:
        """The places where a quotation stands, in order, MOST_HITS at most."""
        if quotation not in self._found:
            self._found[quotation] = self._find(quotation)
        return self._found[quotation]

    def _find(self, quotation: str) -> tuple[Span, ...]:
        wanted = _plain(quotation).strip()
        out: list[Span] = []
        at = self._text.find(wanted) if wanted else -1
        while at >= 0 and len(out) < MOST_HITS:
            if self._whole(at, at + len(wanted)):
                out.append(Span(at, at + len(wanted)))
            at = self._text.find(wanted, at + 1)
        return tuple(out)

    def near(self, quotation: str, evidence: Span, window: Span | None = None) -> Span | None:
        """Where a quotation stands nearest to the evidence: inside it, else before it, else behind it; None outside the window."""
        found = [s for s in self.all(quotation) if window is None or (window.start <= s.start and s.end <= window.end)]
        inside = [s for s in found if evidence.start <= s.start and s.end <= evidence.end]
        return min(inside or found, key=lambda s: (_distance(s, evidence), s.start > evidence.start, s.start), default=None)

    def _whole(self, start: int, end: int) -> bool:
        before, behind = self._text[start - 1 : start], self._text[end : end + 1]
        cut_before = before.isalnum() and self._text[start].isalnum()
        return not cut_before and not (behind.isalnum() and self._text[end - 1].isalnum())


def _plain(text: str) -> str:
    return normalise(text).replace("\n", " ")


def _distance(a: Span, b: Span) -> int:
    return max(0, b.start - a.end, a.start - b.end)
