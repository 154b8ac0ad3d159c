"""Predicates and the stack of open clauses: what a parse is made of, and where noun phrases, prepositions and relatives go in it.

Frames look at `Parse` alone, so that another parser may one day fill it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from heldby.read.chunks import Chunk, Group, Kind
from heldby.read.words import Words

SAYING = ("denial-word", "truth-word", "denial-noun", "speaking-noun", "content-noun")
BY = ("by", "from", "of")
TIMED = 2  # words of a time that stands alone: "the following day", "that night"
STAYING = frozenset({"remain", "stay", "stand", "lie", "become", "get", "appear", "seem", "look", "find"})  # "remains surrounded"


class Link(StrEnum):
    """How a predicate hangs on the one above it."""

    MAIN = "main"
    THAT = "that"  # what is said, denied, feared
    REL = "rel"
    SUB = "sub"  # after, while, since, if
    INF = "inf"
    ING = "ing"
    PART = "part"  # a participle behind its noun
    AND = "and"  # shares clause and subject with the one before it


@dataclass(slots=True)
class Predicate:
    """A verb group (chunk `at`) and its parts as indices of chunks. `parent` is the predicate above, -1 at the top."""

    at: int
    group: Group
    link: Link
    parent: int = -1
    word: str = ""  # the subordinator or preposition that opens it
    particle: str = ""
    subject: list[int] = field(default_factory=list)
    object: list[int] = field(default_factory=list)
    parts: list[tuple[str, list[int]]] = field(default_factory=list)
    noun: int = -1  # the noun phrase an infinitive, relative or complement clause hangs on


@dataclass(frozen=True, slots=True)
class Parse:
    """Chunks, predicates in order, and for each noun phrase the prepositional phrases that follow it directly."""

    chunks: tuple[Chunk, ...]
    predicates: tuple[Predicate, ...]
    tails: dict[int, list[tuple[str, list[int]]]]


@dataclass(slots=True)
class Clause:
    """An open clause on the stack."""

    link: Link
    parent: int = -1  # predicate
    word: str = ""
    noun: int = -1
    subject: list[int] = field(default_factory=list)
    last: int = -1  # its newest predicate
    gap: bool = False  # a relative clause whose antecedent is not its subject


Lists = tuple[list[int] | None, list[int] | None, bool, str, str, int]


class ClauseStack:
    """The open clauses of a sentence and where the next noun phrase belongs."""

    def __init__(self, chunks: tuple[Chunk, ...], head_words: dict[int, str], words: Words, breaking: frozenset[int]) -> None:
        self._chunks = chunks
        self._head_words = head_words
        self._words = words
        self._breaking = breaking
        self._stack: list[Clause] = [Clause(Link.MAIN)]
        self._preds: list[Predicate] = []
        self._tails: dict[int, list[tuple[str, list[int]]]] = {}
        self._list: list[int] | None = None  # the list a coordinated noun phrase would join
        self._above: list[int] | None = None  # the list before a preposition opened this one
        self._list_is_part = False
        self._prep = ""  # a preposition waiting for its noun phrase
        self._goes_on = False  # whether that preposition stands behind an "and"
        self._sep = ""  # what stood just before: "", ",", "and"
        self._noun = -1  # the noun phrase just before (only marks of a list in between)
        self._aside: tuple[list[Clause], Lists] | None = None  # what an aside breaks off
        self._closing: set[int] = set()  # where asides end
        self._hidden: set[int] = set()  # chunks of asides
        self._times: set[int] = set()  # noun phrases that only say when

    @property
    def _top(self) -> Clause:
        return self._stack[-1]

    def _push(self, clause: Clause) -> None:
        self._stack.append(clause)
        self._forget()

    def _restart(self) -> None:
        self._stack = [Clause(Link.MAIN)]
        self._forget()

    def _forget(self) -> None:
        self._list, self._above, self._list_is_part = None, None, False
        self._prep, self._sep, self._noun = "", "", -1

    def _on_stop(self, at: int, c: Chunk) -> None:
        if at in self._closing:
            if self._aside is not None:
                self._stack, (self._list, self._above, self._list_is_part, self._prep, self._sep, self._noun) = self._aside
            self._aside = None
            return
        if (end := self._aside_end(at, c)) and self._aside is None:
            lists = (self._list, self._above, self._list_is_part, self._prep, self._sep, self._noun)
            self._aside = (self._stack, lists)
            self._closing.add(end)
            self._hidden.update(range(at, end + 1))
            self._restart()
            return
        if c.word in (";", ":", ".", "!", "?", "--", "\u2014", "\u2013", "-", "(", ")"):
            last = self._top.last
            keep = (
                c.word in (":", "--", "\u2014", "\u2013", "-") and last >= 0 and self._words.has("reporting", self._preds[last].group.lemma)
            )
            self._restart()
            if keep and c.word == ":":
                self._stack.append(Clause(Link.THAT, last))

    def _aside_end(self, at: int, c: Chunk) -> int:
        """Where a bracket or a pair of dashes that opens at chunk `at` closes, 0 if it opens none: what stands around it goes on."""
        closing = ")" if c.word == "(" else c.word if c.word in ("--", "\u2014", "\u2013") else ""
        ends = [k for k in range(at + 1, len(self._chunks)) if self._chunks[k].kind is Kind.STOP and self._chunks[k].word == closing]
        within = self._chunks[at + 1 : ends[0]] if ends else ()
        whole = all(k.kind is not Kind.STOP or k.word not in (".", "!", "?", ";", ":") for k in within)
        return ends[0] if closing and within and whole else 0

    def _on_whose(self, at: int) -> None:
        """ "whose men took it", "whose bridge they held": what is owned is subject or object of a clause on its owner."""
        nxt = next((c.kind for c in self._chunks[at + 1 :] if c.kind is not Kind.ADVERB), Kind.STOP)
        owner = self._last_noun(at)
        owned = nxt is Kind.NOUN
        self._push(Clause(Link.REL, self._top.last, "whose", at if owned else owner, gap=owned))
        if not owned:
            self._on_noun(at)

    def _on_adverb(self, at: int, c: Chunk) -> None:
        if self._prep and at and self._chunks[at - 1].kind is Kind.PREP:
            self._prep = "" if c.word in ("now", "then", "here", "there", "once") else self._prep  # "for now", "by then"
        last = self._top.last
        if last >= 0 and self._words.has("particle", c.word) and not self._preds[last].particle:
            self._preds[last].particle = c.word

    def _on_prep(self, at: int, c: Chunk) -> None:
        last = self._top.last
        if last >= 0 and self._words.has("particle", c.word) and (self._preds[last].at == at - 1 or not self._followed(at)):
            self._preds[last].particle = self._preds[last].particle or c.word
        if last >= 0 and self._preds[last].at == at - 1 and c.word == "out of":
            self._preds[last].particle = "out"
        self._prep = c.word
        self._goes_on = at > 0 and self._chunks[at - 1].kind is Kind.AND

    def _followed(self, at: int) -> bool:
        nxt = self._chunks[at + 1].kind if at + 1 < len(self._chunks) else Kind.STOP
        return nxt in (Kind.NOUN, Kind.VERB)

    def _on_noun(self, at: int) -> None:
        top = self._top
        pred = self._preds[top.last] if top.last >= 0 else None
        if (
            self._prep
            and self._goes_on
            and self._list
            and self._list_is_part
            and self._preposition_of(self._list[0]).split()[-1:] == [self._prep]
        ):
            self._list.append(at)  # "of Kombolcha and of the airport"
        elif self._prep:
            target = [at]
            if self._noun >= 0 and not self._sep:
                self._tails.setdefault(self._noun, []).append((self._prep, target))
            if pred is not None:
                pred.parts.append((self._prep, target))
            self._above = self._above if self._list_is_part else self._list
            self._list, self._list_is_part = target, True
        elif self._sep in (",", "and") and (joined := self._joins(pred, at)) is not None:
            joined.append(at)
            self._list_is_part = self._list_is_part and joined is self._list
            self._list = joined
        elif pred is None:
            if self._sep and top.link is Link.MAIN and not top.subject:
                top.subject.clear()
            top.subject.append(at)
            self._list, self._list_is_part = top.subject, False
        elif not pred.object or self._sep:
            pred.object.append(at)
            self._list, self._list_is_part = pred.object, False
        else:
            target = [at]
            pred.parts.append(("", target))
            self._list, self._list_is_part = target, True
        between = self._noun == at - 1 and not self._prep and not self._sep and self._is_time(at) and self._chunks[at + 1 : at + 2]
        if between and between[0].word in BY:
            self._prep, self._sep = "", ""  # "the seizure | last month | of X"
            return
        self._prep, self._sep, self._noun = "", "", at

    def _joins(self, pred: Predicate | None, at: int) -> list[int] | None:
        """The list that a noun phrase behind a comma or "and" continues."""
        if self._list is None or not self._list_is_part:
            return self._list
        if pred is not None and self._sep == "," and self._parted(pred, at):
            return pred.object  # "captured, after four hours of fighting, the town"
        if pred is None and self._sep == ",":
            return self._above  # "In Kunduz, the rebels ..."
        prep, after = self._preposition_of(self._list[0]), self._chunks[at + 1 : at + 2]
        if self._above is not None and prep == "in" and (self._sep == "and" or pred is not None) and self._again(at, prep):
            return self._above  # "Du Ab in Nuristan and Shinkay in Zabul", "Doshi in Baghlan, Bangi and Khwaja Ghar in Takhar"
        if self._above is not None and prep == "in" and self._is_place(at) and not self._is_place(self._list[0]):
            return self._above  # "Wakhan district in Badakhshan, the centre of Qadis"
        serial = at >= 2 and self._chunks[at - 1].kind is Kind.AND and self._chunks[at - 2].kind is Kind.COMMA
        if serial and self._above is not None and len(self._list) == 1 and prep in ("of", "in", "with", "near", "on"):
            return self._above  # "X, the crossing with Iran, and Y"
        if self._sep == "and" and self._above is not None and prep == "of" and after and after[0].word == prep:
            return self._above
        then = self._chunks[at - 1].word in ("then", "later", "finally") and pred is not None and self._chunks[at - 1].kind is Kind.ADVERB
        if then or (self._is_time(self._list[0]) and not self._is_time(at)):
            if self._above is None and pred is not None:
                self._above = []
                pred.parts.append(("", self._above))
            return self._above  # "took Bangi on Saturday and Khwaja Ghar on Sunday"
        between = self._preposition_of(self._list[0]) == "between"
        if between and len(self._list) >= 2 and self._above is not None:
            return self._above
        return self._list

    def _parted(self, pred: Predicate, at: int) -> bool:
        """Whether an aside between commas parts a verb from the object that now comes."""
        opened = pred.at + 2 < len(self._chunks) and self._chunks[pred.at + 1].kind is Kind.COMMA
        inside = self._chunks[pred.at + 2 : at - 1]
        aside = bool(inside) and inside[0].kind is Kind.PREP and all(c.kind in (Kind.PREP, Kind.NOUN, Kind.ADVERB) for c in inside)
        return opened and aside and not pred.object and not pred.group.passive and not self._words.has("intransitive", pred.group.lemma)

    def _again(self, at: int, prep: str) -> bool:
        """Whether the same preposition comes once more in this list, before a verb."""
        for c in self._chunks[at + 1 :]:
            if c.kind is Kind.PREP:
                return c.word == prep
            if c.kind not in (Kind.NOUN, Kind.COMMA, Kind.AND):
                return False
        return False

    def _is_place(self, noun: int) -> bool:
        """Whether a phrase has a noun for a place smaller than a province as its head."""
        return (self._words.value("place-noun", self._chunks[noun].word) or "province") not in ("province", "country")

    def _is_time(self, noun: int) -> bool:
        word = self._chunks[noun].word
        return any(self._words.has(k, word) for k in ("weekday", "month", "time-noun"))

    def _passing(self, at: int) -> bool:
        """Whether a noun phrase without preposition only says when something happened, and a verb with a subject of its own goes on behind
        it: "took A and the following day pushed on", "the next morning the army left"."""
        c, nxt = self._chunks[at], self._chunks[at + 1 : at + 2]
        before = self._chunks[at - 1].kind if at else Kind.STOP
        if self._prep or not self._is_time(at) or c.j - c.i < TIMED or before is Kind.PREP or not nxt:
            return False
        top = self._top
        subject = bool(top.subject) if top.last < 0 else bool(self._preds[top.last].subject)
        verb = nxt[0].group
        if nxt[0].kind is Kind.VERB and verb is not None and not verb.copula:
            return subject and (before in (Kind.AND, Kind.NOUN) or top.last >= 0)
        return nxt[0].kind is Kind.NOUN and before in (Kind.AND, Kind.STOP, Kind.SUB, Kind.THAT)

    def _only_adverbs(self, noun: int, at: int) -> bool:
        return all(self._chunks[k].kind is Kind.ADVERB or k in self._hidden or k in self._times for k in range(noun + 1, at))

    def _preposition_of(self, noun: int) -> str:
        before = self._chunks[noun - 1] if noun else None
        return before.word if before is not None and before.kind is Kind.PREP else ""

    def _on_relative(self, at: int) -> None:
        nxt = self._chunks[at + 1].kind if at + 1 < len(self._chunks) else Kind.STOP
        clause = Clause(Link.REL, self._top.last, self._chunks[at].word, self._last_noun(at))
        clause.gap = nxt not in (Kind.VERB, Kind.ADVERB, Kind.COMMA)
        self._push(clause)

    def _last_noun(self, at: int) -> int:
        """The noun phrase before chunk `at` that a relative clause describes: not one that only says where the other lies."""
        nouns = [k for k in range(at - 1, max(-1, at - 12), -1) if self._chunks[k].kind is Kind.NOUN]
        for k in nouns:
            if k and self._chunks[k - 1].kind is Kind.PREP and self._chunks[k - 1].word == "near":
                continue
            return k
        return nouns[0] if nouns else -1

    def _on_that(self, at: int) -> None:
        nxt = self._chunks[at + 1].kind if at + 1 < len(self._chunks) else Kind.STOP
        if self._noun == at - 1 and self._noun >= 0 and nxt is not Kind.VERB and (saying := self._whose_saying(self._noun)) != self._noun:
            self._push(Clause(Link.THAT, self._top.last, "that", saying))
            return
        pred = self._preds[self._top.last] if self._top.last >= 0 else None
        if nxt is Kind.VERB and self._noun == at - 1 and not self._says(self._noun):
            clause = Clause(Link.REL, self._top.last, "that", self._noun)
        elif (
            self._noun == at - 1
            and self._noun >= 0
            and (pred is None or self._says(self._noun) or not self._words.has("reporting", pred.group.lemma))
        ):
            if self._is_time(self._noun) or self._chunks[self._noun].word[:1].isdigit():
                self._push(Clause(Link.SUB, self._top.last, "that"))  # "the first time since 2015 that ..."
                return
            link = Link.THAT if self._says(self._noun) else Link.REL
            clause = Clause(link, self._top.last, "that", self._noun)
            clause.gap = link is Link.REL
        else:
            teller = self._teller(self._top.last)
            again = next((c for c in reversed(self._stack) if c.link is Link.THAT and c.last >= 0), None) if self._sep else None
            if again is not None and again.parent >= 0 and self._words.value("reporting", self._preds[again.parent].group.lemma) == "say":
                teller = again.parent  # "said that P and, more boldly, that Q"
            if teller >= 0 and self._sep == "," and self._preds[teller].link is Link.ING:
                above = self._teller(self._preds[teller].parent)
                teller = above if above >= 0 else teller
            clause = Clause(Link.THAT, teller if teller >= 0 else self._top.last, "that")
        self._push(clause)

    def _says(self, noun: int) -> bool:
        """Whether a noun phrase is a report, or judges one: "claims that", "news that", "is false that"."""
        return noun >= 0 and (
            any(self._words.has(kind, self._chunks[noun].word) for kind in SAYING)
            or self._words.value("role", self._chunks[noun].word) == "reports"
            or self._chunks[noun].word in ("statement", "information", "insistence")
        )

    def _whose_saying(self, noun: int) -> int:
        """The saying that a "that" behind its owner goes on from: "[denials] from the governor that"; the noun itself if it hangs on none."""
        k = noun
        while k >= 2 and self._chunks[k - 1].kind is Kind.PREP and self._chunks[k - 1].word in BY and self._chunks[k - 2].kind is Kind.NOUN:
            k -= 2
            if self._says(k):
                return k
        return noun

    def _teller(self, pred: int) -> int:
        while pred >= 0 and not self._words.has("reporting", self._preds[pred].group.lemma):
            pred = self._preds[pred].parent
        return pred

    def _in_reporting(self, pred: int) -> bool:
        return self._words.has("reporting", self._preds[pred].group.lemma)

    def _complements(self, at: int) -> bool:
        """Whether a participle says how its verb finds things: "remains contested", "lay besieged"."""
        k = at - 1
        while k >= 0 and self._chunks[k].kind is Kind.ADVERB:
            k -= 1
        before = self._chunks[k].group if k >= 0 else None
        return before is not None and before.lemma in STAYING and not before.passive and self._top.last >= 0

    def _opened_by_comma(self, at: int) -> bool:
        """Whether a comma (and "and") stands before a verb, past adverbs and times: ", and by noon had seized"."""
        k = at - 1
        while k >= 0 and self._chunks[k].kind in (Kind.NOUN, Kind.PREP, Kind.ADVERB):
            k -= 1
        if k >= 1 and self._chunks[k].kind is Kind.AND:
            k -= 1
        return k >= 0 and self._chunks[k].kind is Kind.COMMA
