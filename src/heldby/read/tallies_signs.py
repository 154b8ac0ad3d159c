"""A sentence rewritten with one sign for every amount and party, and the forms that say how they hang together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from heldby.model.rulebook import Phrasebook
from heldby.read.tallies_amounts import Amount, Sign
from heldby.read.tallies_cast import Party
from heldby.read.timeforms import Classes

# First sign of each kind: Unicode's private use area, as in the atoms of the phrasebook.
_FIRST = {Sign.AMOUNT: 0xE000, Sign.BARE: 0xE100, Sign.RANK: 0xE200, Sign.NUMBER_OF: 0xE300}
_PARTY = 0xE400
_ROOM = 0xFF  # signs of one kind in a sentence; what is beyond stays as written
_ALIEN = re.compile("[\ue000-\ue4ff]")
_TARGETS = ("bare2", "bare", "amount2", "any", "amount", "rank")
_VERBS = ("takes", "holds", "loses", "taken", "held", "lost", "contested", "grip", "event", "losses")
_BESIDE = re.compile(r"[A-Z][\w'-]+\s(?:and|&)\s(?:[A-Z][\w'-]+\s?)+(?:\s?[a-z]+)?,\s\Z")  # "Oldham and Newham, two districts of ..."
_NOT_ALL = re.compile(r"\b(?:some|many|most|several|any|few|each|dozens|hundreds|parts?|much|rest|how\smany)\s(?:of\s(?:the\s)?)?\Z", re.I)
_PASSIVE = re.compile(r"\b(?:is|are|was|were|been|be|being)\s(?:\w+ly\s|now\s|still\s)?\Z", re.I)
_OBLIQUE = re.compile(r"\b(?:in|from|across|near|for|at|into|between|through|around|against|over|throughout|to|by)\s(?:the\s)?\Z", re.I)
NAMED = 4  # so many places may be named and then counted in an apposition: "Oldham and Newham, two towns"
_SUBJECT_FIRST = ("{any}", "{amount}")


@dataclass(frozen=True, slots=True)
class Signed:
    """`text` is the rewritten sentence; `origins[i]` the character of the document where text[i] came from."""

    text: str
    start: int
    end: int
    origins: tuple[int, ...]
    amounts: tuple[Amount, ...]
    parties: tuple[Party, ...]
    by_sign: dict[str, Amount | Party]

    @classmethod
    def of(cls, text: str, span: tuple[int, int], amounts: tuple[Amount, ...], parties: tuple[Party, ...]) -> Signed:
        """The sentence text[span] with its amounts and parties as signs."""
        out: list[str] = []
        origins: list[int] = []
        by_sign: dict[str, Amount | Party] = {}
        counts = dict.fromkeys([*_FIRST.values(), _PARTY], 0)
        at = span[0]
        items: list[Amount | Party] = [*amounts, *parties]
        for item in sorted(items, key=lambda x: x.start):
            first = _FIRST[item.sign] if isinstance(item, Amount) else _PARTY
            if counts[first] >= _ROOM or item.start < at:
                continue
            out.append(_blanked(text[at : item.start]))
            origins.extend(range(at, item.start))
            sign = chr(first + counts[first])
            counts[first] += 1
            by_sign[sign] = item
            out.append(sign)
            origins.append(item.start)
            at = item.end
        out.append(_blanked(text[at : span[1]]))
        origins.extend(range(at, span[1] + 1))
        return cls("".join(out), span[0], span[1], tuple(origins), amounts, parties, by_sign)

    @property
    def words(self) -> str:
        """The text with a blank for every sign."""
        return _blanked(self.text)

    def origin(self, at: int) -> int:
        """The document's character for a character of `text`."""
        return self.origins[min(at, len(self.origins) - 1)]

    def end_of(self, at: int) -> int:
        """The document's character where what ends at text[at] ends."""
        last = self.by_sign.get(self.text[at - 1]) if at else None
        return last.end if last is not None else self.origin(at - 1) + 1 if at else self.start

    def parties_before(self, offset: int) -> tuple[Party, ...]:
        return tuple(p for p in self.parties if p.start < offset and not p.compound)


def _blanked(text: str) -> str:
    """Without characters that would pass for signs."""
    return _ALIEN.sub(" ", text)


@dataclass(frozen=True, slots=True)
class Hit:
    """A form met in a rewritten sentence, with the amount it is about."""

    form: SignedForm
    found: re.Match[str]
    signed: Signed
    amount: Amount

    def _group(self, names: tuple[str, ...]) -> str:
        parts = self.found.groupdict()
        return next((n for n in names if parts.get(n)), "")

    @property
    def number_of(self) -> Amount | None:
        sign = self.found.groupdict().get("number_of")
        item = self.signed.by_sign.get(sign) if sign else None
        return item if isinstance(item, Amount) else None

    @property
    def party(self) -> Party | None:
        name = self._group(("actor", "actor2", "actor3"))
        item = self.signed.by_sign.get(self.found.group(name)) if name else None
        return item if isinstance(item, Party) else None

    @property
    def word(self) -> str:
        """The value of the word of control in the pattern, "" if it has none."""
        name = self._group(_VERBS)
        return self.form.classes.value(name, self.found.group(name)) if name else ""

    @property
    def word_text(self) -> str:
        """The word of control as written."""
        name = self._group(_VERBS)
        return self.found.group(name) if name else ""

    @property
    def verb(self) -> tuple[int, int]:
        """Characters of the word of control, or of the whole hit."""
        name = self._group(_VERBS)
        start, end = self.found.span(name) if name else self.found.span()
        return self.signed.origin(start), self.signed.end_of(end)

    @property
    def verb_at(self) -> int:
        """Where the word of control begins in the rewritten text."""
        name = self._group(_VERBS)
        return self.found.start(name) if name else self.found.start()

    @property
    def span(self) -> tuple[int, int]:
        start, end = self.found.span()
        return self.signed.origin(start), self.signed.end_of(end)


@dataclass(frozen=True, slots=True)
class SignedForm:
    """One form of a sentence: `relation` "verb", "before" or a relation; `who` says whom the tally is about (see tallies.toml)."""

    id: str
    relation: str
    who: str
    pattern: re.Pattern[str]
    classes: Classes
    subject_first: bool

    def hits(self, signed: Signed, claimed: set[int]) -> Iterator[Hit]:
        """Hits whose amount nothing has claimed, also those that overlap."""
        at = 0
        while found := self.pattern.search(signed.text, at):
            at = found.start() + 1
            parts = found.groupdict()
            name = next((n for n in _TARGETS if parts.get(n)), "")
            item = signed.by_sign.get(parts[name]) if name else None
            if not isinstance(item, Amount) or id(item) in claimed:
                continue
            leading = signed.text[: found.start(name)]
            named = item.count is not None and item.count <= NAMED and _BESIDE.search(leading)
            if named or _NOT_ALL.search(leading) or (self.subject_first and _OBLIQUE.search(signed.text[: found.start()])):
                continue
            hit = Hit(self, found, signed, item)
            if (
                self.who == "subject"
                and not (hit.found.groupdict().get("holds") and " " in hit.word_text)
                and _PASSIVE.search(signed.text[: hit.verb_at])
            ):
                continue
            yield hit


def signed_forms(book: Phrasebook, classes: Classes) -> tuple[SignedForm, ...]:
    """The forms of sentences of a phrasebook, in the order written."""
    out = []
    for form in book.forms:
        relation, _, who = form.value.partition(" ")
        if relation in ("amount", "rank", "number-of", "bare", "deny"):
            continue
        out.append(SignedForm(form.id, relation, who, classes.compile(form.pattern), classes, form.pattern.startswith(_SUBJECT_FIRST)))
    return tuple(out)
