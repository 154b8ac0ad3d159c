"""Time expressions in a text, by the forms of the phrasebook: where they stand and what their parts are. No calendar here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from heldby.model.rulebook import Phrasebook
from heldby.read.sieve import Sieve

AS_WRITTEN = frozenset({"month", "weekday"})  # classes whose capitals matter
ANCHORS = ("month", "weekday", "unit", "part", "season", "anchor")
REACH = 48  # characters around an anchor word in which a form may begin and end
_NAME = re.compile(r"\{([a-z_]+)\}")
_FIGURES = r"(?:1[89]|20)\d\d|\d[:.]\d\d|\d\s?[ap]m\b|\d\d?(?:st|nd|rd|th)\b"  # years, times of day, days of a month


@dataclass(frozen=True, slots=True)
class TimeForm:
    """A form met in a text: characters [start, end), the form's id and value, and its named parts as written."""

    start: int
    end: int
    form: str
    value: str
    parts: dict[str, str]


class Classes:
    """The word classes of a phrasebook as regular expressions and as lookups."""

    def __init__(self, book: Phrasebook) -> None:
        self._values: dict[str, dict[str, str]] = {}
        for word in book.words:
            if word.kind != "atom":
                self._values.setdefault(word.kind, {})[word.text.casefold()] = word.value
        self._atoms = {w.text: w.value for w in book.words if w.kind == "atom"}

    def value(self, kind: str, text: str) -> str:
        """The value of a word in its class. Raises KeyError if it is not there."""
        return self._values[kind][re.sub(r"\s+", " ", text.casefold())]

    def alternatives(self, kind: str) -> str:
        """The words of a class as a regular expression without a group, longest first."""
        return "|".join(re.escape(t).replace(r"\ ", r"\s") for t in sorted(self._values[kind], key=lambda t: (-len(t), t)))

    def written(self, kind: str) -> str:
        """As `alternatives`, with a capital letter at the front."""
        words = sorted(self._values[kind], key=lambda t: (-len(t), t))
        return "|".join(re.escape(w.capitalize()) for w in words)

    def compile(self, pattern: str) -> re.Pattern[str]:
        """A form's pattern with its {names} filled in: the first {month} is the group `month`, the second `month2`."""
        seen: dict[str, int] = {}

        def fill(hit: re.Match[str]) -> str:
            name = hit.group(1)
            seen[name] = seen.get(name, 0) + 1
            group = name if seen[name] == 1 else f"{name}{seen[name]}"
            if name in self._atoms:
                return f"(?P<{group}>{self._atoms[name]})"
            if name in AS_WRITTEN:
                ends = r"(?<=\.)|\b"
                return f"(?P<{group}>(?-i:{self.written(name)}))(?:{ends})"
            return rf"(?P<{group}>(?:{self.alternatives(name)}))\b"

        return re.compile(r"(?<![\w-])(?:" + _NAME.sub(fill, pattern) + r")(?!\w)", re.IGNORECASE)


class TimeScanner:
    """Finds the time forms of one phrasebook in any text."""

    def __init__(self, book: Phrasebook, classes: Classes) -> None:
        self._forms = tuple((f.id, f.value, classes.compile(f.pattern)) for f in book.forms)
        self._sieve = Sieve([pattern for _, _, pattern in self._forms])
        words = [f"(?-i:{classes.written(k)})" if k in AS_WRITTEN else classes.alternatives(k) for k in ANCHORS]
        self._anchor = re.compile(rf"(?<!\w)(?:{'|'.join(words)}|{_FIGURES})", re.IGNORECASE)

    def scan(self, text: str) -> tuple[TimeForm, ...]:
        """Time forms in order, none overlapping: the first to start wins, then the longest, then the first in the book."""
        found: list[tuple[int, int, int, TimeForm]] = []
        for left, right in self._windows(text):
            for rank in self._sieve.worth_trying(text[left:right]):
                ident, value, pattern = self._forms[rank]
                for hit in pattern.finditer(text, left, right):
                    parts = {k: v for k, v in hit.groupdict().items() if v is not None}
                    found.append((hit.start(), -hit.end(), rank, TimeForm(hit.start(), hit.end(), ident, value, parts)))
        kept: list[TimeForm] = []
        for _, _, _, form in sorted(found, key=lambda f: f[:3]):
            if not kept or form.start >= kept[-1].end:
                kept.append(form)
        return tuple(kept)

    def _windows(self, text: str) -> Iterator[tuple[int, int]]:
        """Stretches around anchor words, merged, cut at white space so that no word is torn."""
        left = right = -1
        for hit in self._anchor.finditer(text):
            start, end = max(0, hit.start() - REACH), min(len(text), hit.end() + REACH)
            while start > 0 and not text[start - 1].isspace():
                start -= 1
            while end < len(text) and not text[end].isspace():
                end += 1
            if left >= 0 and start <= right:
                right = max(right, end)
                continue
            if left >= 0:
                yield left, right
            left, right = start, end
        if left >= 0:
            yield left, right
