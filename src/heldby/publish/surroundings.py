"""The rest of the sentence around a passage, so that a quotation can be read alone."""

from __future__ import annotations

import re

MOST = 320  # characters shown on either side
LONG = 1600  # of a paragraph
# A sentence ends at . ! ? (with what closes it) before a blank and something that can open one, but not behind an initial or a short title.
_END = re.compile(r"[.!?؟۔…][\"'”’»)\]]*\s+(?=[\"'“‘«(\[]?[^\Wa-z])|\n")
_NO_END = re.compile(r"(?:^|[\s(“\"'])(?:[A-Z]|[A-Z][a-z]{0,2}|Capt|Brig|Prof|Sept|(?:[A-Za-z]\.)+[A-Za-z])\.\s+$")


def surroundings(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and behind text[start:end] in its sentence (or sentences); cut at a word, with "…", where it is longer than `MOST`."""
    low = max(0, start - 2 * MOST)
    window = text[low : end + 2 * MOST]
    ends = [m for m in _END.finditer(window) if not _NO_END.search(window[: m.end()][-12:])]
    first = max((low + m.end() for m in ends if low + m.end() <= start), default=low)
    last = next((low + _close(m) for m in ends if low + m.end() >= end), low + len(window))
    before, behind = text[first:start].lstrip(), text[end : max(last, end)].rstrip()
    if len(before) > MOST:
        before = "…" + before[-MOST:].partition(" ")[2]
    if len(behind) > MOST:
        behind = behind[:MOST].rpartition(" ")[0] + "…"
    return before, behind


def paragraph(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands before and behind text[start:end] in its paragraph: up to a blank line, or a line's end where there are none; cut as above."""
    parting = "\n\n" if "\n\n" in text else "\n"
    first = text.rfind(parting, 0, start) + 1
    last = text.find(parting, end)
    before, behind = text[first:start].lstrip(), text[end : last if last >= 0 else len(text)].rstrip()
    if len(before) > LONG:
        before = "…" + before[-LONG:].partition(" ")[2]
    if len(behind) > LONG:
        behind = behind[:LONG].rpartition(" ")[0] + "…"
    return before, behind


def _close(found: re.Match[str]) -> int:
    """Where the sentence's last sign ends."""
    return found.start() + len(found.group().rstrip())
