"""A dependency tree lifted from tokens to chunks: which chunk hangs on which, and what the tree itself cannot know mended.

Our chunks know a verb from a noun; a tree that takes "seize" in "Taliban seize control" for part of a noun is raised to what they know.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from heldby.read.chunks import Chunk, Kind
from heldby.read.document import Parsed

NOMINAL = frozenset({"compound", "nmod", "flat", "amod", "poss", "nmod:poss", "appos", "advmod"})  # arcs that lead to nouns only
STAYING = frozenset({"case", "nmod", "acl", "acl:relcl", "conj", "cc"})  # what hangs on a noun still where its verb is raised above it


@dataclass(frozen=True, slots=True)
class Tree:
    """For each token of a sentence the index of its head (its own: a root) and the label of that arc."""

    heads: tuple[int, ...]
    labels: tuple[str, ...]


class ChunkTree:
    """For each chunk of a sentence the chunk it hangs on (-1: none) and the label of that arc."""

    def __init__(self, parsed: Parsed, tree: Tree) -> None:
        self._parsed = parsed
        self._chunks: tuple[Chunk, ...] = parsed.chunks
        self._of = [k for k, c in enumerate(self._chunks) for _ in range(c.i, c.j)]
        self._up = [-1] * len(self._chunks)
        self._label = [""] * len(self._chunks)
        for k, c in enumerate(self._chunks):
            self._lift(k, c, tree)
        for k in range(len(self._chunks)):
            if self._label[k] == "cop" and self._is_verb(k):
                self._raise(k, "attr")
            elif self._label[k] in ("compound", "nmod", "flat", "amod") and self._up[k] == k + 1 and self._is_finite(k):
                if k and self._chunks[k - 1].kind is Kind.NOUN:
                    self._raise(k, "obj")  # "Taliban seize control", taken for one long noun
            elif self._listed(k):
                self._up[k], self._label[k] = k - 2, "conj"
        self._break_rings()

    def _lift(self, k: int, c: Chunk, tree: Tree) -> None:
        """A chunk hangs where its head does, or, if that hangs inside it, where another of its tokens does."""
        for t in (c.head, *(t for t in range(c.i, c.j) if t != c.head)):
            head = tree.heads[t]
            if head == t:
                return  # a root
            if self._of[head] != k:
                self._up[k], self._label[k] = self._of[head], tree.labels[t]
                return

    def _raise(self, verb: int, label: str) -> None:
        """A verb takes the place of the noun it hangs on, which becomes its own: UD hangs "is" on what is said of the subject."""
        said = self._up[verb]
        for k in range(len(self._chunks)):
            if self._up[k] == said and k != verb and self._label[k] not in STAYING:
                self._up[k] = verb
        self._up[verb], self._label[verb] = self._up[said], self._label[said]
        self._up[said], self._label[said] = verb, label

    def _listed(self, k: int) -> bool:
        """Whether a noun phrase goes on with a list behind "as well as", which trees hang on the verb."""
        if k < 2 or any(self._chunks[m].kind is not Kind.NOUN for m in (k, k - 2)):
            return False
        marks = self._chunks[k - 1]
        return marks.kind is Kind.AND and marks.j - marks.i > 1

    def _break_rings(self) -> None:
        """Chunks cut across a tree can hang on one another in a ring: the first of a ring becomes a root."""
        for k in range(len(self._chunks)):
            seen = {k}
            at = self._up[k]
            while at >= 0 and at not in seen:
                seen.add(at)
                at = self._up[at]
            if at == k:
                self._up[k] = -1

    def _is_verb(self, k: int) -> bool:
        return k >= 0 and self._chunks[k].kind is Kind.VERB and self._chunks[k].group is not None

    def _is_finite(self, k: int) -> bool:
        group = self._chunks[k].group
        return group is not None and group.finite and self._is_verb(k)

    def _below(self, k: int, *labels: str) -> list[int]:
        return [m for m in range(len(self._chunks)) if self._up[m] == k and (not labels or self._label[m] in labels)]

    def _verb_above(self, k: int) -> int:
        """The nearest verb that a chunk hangs below; -1 if none."""
        at = self._up[k]
        while at >= 0 and not self._is_verb(at):
            at = self._up[at]
        return at

    def _depth(self, k: int) -> int:
        """How many chunks a chunk hangs below."""
        depth, at = 0, self._up[k]
        while at >= 0:
            depth, at = depth + 1, self._up[at]
        return depth

    def _with_conjuncts(self, k: int) -> list[int]:
        """A noun phrase and those coordinated with it, that have no preposition of their own."""
        out = [k]
        for m in self._below(k, "conj", "appos"):
            if self._chunks[m].kind is Kind.NOUN and self._preposition(m) < 0:
                out += self._with_conjuncts(m)
        return sorted(out)

    def _nouns(self, verb: int, labels: frozenset[str]) -> list[int]:
        found = [m for m in self._below(verb, *labels) if self._chunks[m].kind is Kind.NOUN and self._preposition(m) < 0]
        return sorted({n for m in found for n in self._with_conjuncts(m)})

    def _taken_for_noun(self, verb: int, where: range) -> list[int]:
        """The nearest noun phrase that hangs on a verb as on a noun: the tree took the verb for one, and it is no such phrase's head."""
        for m in where:
            if self._up[m] == verb and self._label[m] in NOMINAL and self._chunks[m].kind is Kind.NOUN and self._preposition(m) < 0:
                return self._with_conjuncts(m)
        return []

    def _preposition(self, noun: int) -> int:
        """The chunk of the preposition before a noun phrase; -1 without. It governs the phrase (CLEAR) or hangs on it (UD)."""
        up = self._up[noun]
        if 0 <= up < noun and self._chunks[up].kind is Kind.PREP:
            return up
        return next((m for m in self._below(noun, "case") if m < noun and self._chunks[m].kind is Kind.PREP), -1)

    @cached_property
    def _phrases(self) -> list[tuple[int, str, list[int], int]]:
        """Prepositional phrases: where they begin, their preposition, their noun phrases, the chunk they hang on."""
        out = []
        for n, c in enumerate(self._chunks):
            if c.kind is Kind.NOUN and (p := self._preposition(n)) >= 0:
                behind = [m for m in self._with_conjuncts(n) if m > p]  # what follows a noun phrase must lie behind it, or tails would ring
                out.append((p, self._chunks[p].word, behind, self._up[p] if self._up[n] == p else self._up[n]))
        return sorted(out)
