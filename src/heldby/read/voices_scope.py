"""What a cue of speech governs, as stretches of characters, and what inside it stays the outlet's own.

Inside reported speech a relative clause, an "after", "as", "since" or "when" clause is the outlet's background, unless it is quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from heldby.read.chunks import Kind
from heldby.read.document import Parsed
from heldby.read.text import Span
from heldby.read.voices_cue import Cue, Place
from heldby.read.voices_items import Items


@dataclass(frozen=True, slots=True)
class Scoped:
    """A cue with the characters it governs (in order, without overlap) and where its own words stand."""

    cue: Cue
    spans: tuple[Span, ...]
    words: Span


class Scoper:
    """The scopes of the cues of one sentence."""

    def __init__(self, parsed: Parsed, items: Items, cues: Sequence[Cue]) -> None:
        self._p = parsed
        self._items = items
        self._cues = cues
        self._end = parsed.sentence.end
        self._holes = _minus(self._own_clauses(), [Span(q.start, q.end) for q in parsed.quotes])

    def scope(self) -> tuple[Scoped, ...]:
        return tuple(Scoped(c, tuple(self._spans(c)), self._words_of(c)) for c in self._cues)

    def _char(self, item: int) -> int:
        return self._p.tokens[self._items[item].i].start if item < len(self._items) else self._end

    def _words_of(self, c: Cue) -> Span:
        end = self._p.tokens[self._items[c.at].j - 1].end
        return Span(self._char(c.first), self._last(c) if c.bare and c.place is Place.NOWHERE else end)

    def _last(self, c: Cue) -> int:
        """Where a denial of what stands before ends: with its clause."""
        stops = (k for k in range(c.at + 1, len(self._items)) if self._items[k].kind in (Kind.COMMA, Kind.STOP))
        return self._p.tokens[self._items[next(stops, len(self._items)) - 1].j - 1].end

    def _spans(self, c: Cue) -> list[Span]:
        own = [h for h in self._holes if not h.start <= self._char(c.at) < h.end]
        inside = next((h for h in self._holes if h.start <= self._char(c.at) < h.end), None)
        if c.place is Place.BEFORE:
            stop = self._stop(c)
            if inside is not None and (c.lemma != "according to" or c.first == c.at) and self._relative_at(inside.start):
                stop = min(stop, inside.end)
            if c.noun and self._items[c.body].kind is Kind.PREP:
                stop = min(stop, self._char(self._phrase_stop(c.body)))
            if c.end >= 0:
                stop = min(stop, self._char(c.end))
            if c.denies and c.body >= 0 and not c.bare:
                stop = min(stop, self._char(self._colon(c.body)))  # "denied that it fell: it was held, he said"
            whole = [Span(self._char(c.body), stop)] if c.body >= 0 else []
            own = [h for h in own if h.start >= self._char(c.body)]
        elif c.place is Place.BEHIND:
            whole = [Span(self._start(c), self._char(c.first)), *self._afterthought(c)]
        elif c.place is Place.INSIDE:
            whole = [Span(self._start(c), self._char(c.first)), Span(self._words_of(c).end, self._stop(c))]
        else:
            whole = []
        return _minus([s for s in whole if s.end > s.start], own)

    def _colon(self, k: int) -> int:
        """The first colon or semicolon from item `k` on."""
        return next((q for q in range(k + 1, len(self._items)) if self._items[q].word in (":", ";")), len(self._items))

    def _phrase_stop(self, k: int) -> int:
        """The item that ends "of the fall of the town": a mark or a finite verb."""
        for q in range(k + 1, len(self._items)):
            c = self._items[q]
            if c.kind in (Kind.COMMA, Kind.STOP, Kind.AND, Kind.SUB, Kind.REL) or (c.group is not None and c.group.finite):
                return q
        return len(self._items)

    def _stop(self, c: Cue) -> int:
        """Where what is said ends: at the next speaker who does not stand inside it, or with the sentence."""
        for other in self._cues:
            if other.at <= c.at or other.first <= max(c.body, c.at):
                continue
            edge = self._edge(c, other)
            if edge >= 0:
                return self._char(edge)
        return self._end

    def _edge(self, c: Cue, other: Cue) -> int:
        """The item at which `other` breaks off what `c` says; -1 if it stands inside it."""
        before = other.first - 1
        if before < 0 or (other.void and c.place is Place.INSIDE):
            return -1  # "The town, he said, was calm; any suggestion that it fell was a lie"
        if other.place in (Place.BEHIND, Place.INSIDE):
            turn = self._turn(max(c.body, c.at), other.first)
            marked = self._items[before].kind in (Kind.COMMA, Kind.QUOTE, Kind.STOP)
            edge = before if marked else other.first
            return turn if turn >= 0 else (edge if other.place is Place.BEHIND and c.place is Place.BEFORE else -1)
        while before > c.at + 1 and self._items[before].kind in (Kind.NOUN, Kind.ADVERB, Kind.PREP) and other.who is not None:
            before -= 1  # ", but [on 5 March] the minister admitted"
        kind = self._items[before].kind
        claim = before - 1 if kind is Kind.THAT else before
        if other.bare and other.place is Place.NOWHERE and self._items[claim].kind is Kind.NOUN and claim > c.at + 1:
            comma = claim - 1  # ", an assertion that the army waved aside"
            return comma if self._items[comma].kind is Kind.COMMA else -1
        if kind is Kind.THAT or (kind is Kind.NOUN and other.who is None):
            return -1
        from_item = c.body if c.body >= 0 else c.at + 1
        complete = before <= from_item + 1 or any(i.kind in (Kind.VERB, Kind.NOUN) for i in self._items[from_item:before])
        broken = kind in (Kind.AND, Kind.SUB, Kind.STOP, Kind.COMMA, Kind.REL)
        return before if complete and broken else -1

    def _turn(self, lo: int, hi: int) -> int:
        """The last item between two where another clause sets in: a semicolon, "but", "while"."""
        for k in range(hi - 1, max(lo - 1, 0), -1):
            c = self._items[k]
            if c.kind is Kind.STOP and c.word == ";":
                return k + 1
            if (c.kind is Kind.AND and c.word == "but") or (c.kind is Kind.SUB and self._p.words.has("turn", c.word)):
                return k
        return -1

    def _start(self, c: Cue) -> int:
        """Where the clause before a cue begins: with the sentence, or behind an earlier speaker's words."""
        lo = 0
        for k in range(c.first - 1, -1, -1):
            if self._items[k].kind is Kind.STOP and self._items[k].word == ";" and any(o.at < k for o in self._cues):
                lo = k + 1
                break
        for other in self._cues:
            if other.at >= c.at or other.place is Place.NOWHERE:
                continue
            if (turn := self._turn(max(other.body, other.at), c.first)) >= 0:
                lo = max(lo, turn)
        return self._char(lo)

    def _afterthought(self, c: Cue) -> list[Span]:
        """ "P, X said, and Q", "P, X said; Q": what follows goes on speaking if nobody else does."""
        for k in range(c.at + 1, len(self._items) - 1):
            i, nxt = self._items[k], self._items[k + 1]
            joined = nxt.kind is Kind.AND and nxt.word == "and"
            aim = nxt.kind is Kind.VERB and nxt.group is not None and nxt.group.infinitive
            goes_on = (i.kind is Kind.COMMA and (joined or aim)) or (i.kind is Kind.STOP and i.word == ";")
            if goes_on:
                stop = self._stop(Cue(c.at, c.first, Place.INSIDE, c.lemma, c.who, k))
                span = Span(self._char(k), stop)
                said = any(d.kind is Kind.VERB for d in self._items[k:] if self._p.tokens[d.i].start < stop)
                with_them = k + 2 < len(self._items) and self._items[k + 2].word == "with"
                return [span] if said or with_them else []
            if i.kind is Kind.COMMA:
                return []
        return []

    # ---- the outlet's own

    def _own_clauses(self) -> list[Span]:
        complements = {c.body for c in self._cues}
        out: list[Span] = []
        for k in range(len(self._items)):
            if k not in complements and not (out and self._char(k) < out[-1].end) and self._opens_own(k):
                out.append(Span(self._char(k), self._clause_end(k)))
        return out

    def _opens_own(self, k: int) -> bool:
        i = self._items[k]
        if i.kind in (Kind.SUB, Kind.PREP):
            return self._p.words.has("own-clause", i.word) and self._background(k)
        if i.kind is Kind.NOUN:
            return self._apposition(k)
        return i.kind is Kind.REL or (i.kind is Kind.THAT and self._relative(k))

    def _background(self, k: int) -> bool:
        """ "after the army left", "hours after losing it", "after the fall of the town"; not "since May", "after holding it", "as a base"."""
        c, nxt = self._items[k], self._items[k + 1] if k + 1 < len(self._items) else None
        if nxt is None:
            return False
        if nxt.kind is Kind.VERB:
            timed = k > 0 and self._items[k - 1].kind is Kind.NOUN and self._p.words.has("time-noun", self._items[k - 1].word)
            return timed and c.word in ("after", "since")
        if nxt.kind is not Kind.NOUN or self._p.words.has("month", nxt.word) or self._p.words.has("weekday", nxt.word):
            return False
        if c.kind is Kind.PREP or c.word in ("after", "since", "despite", "amid", "amidst"):
            return c.word != "as"
        return any(d.kind is Kind.VERB and d.group and d.group.finite for d in self._items[k + 1 : self._next_mark(k)])

    def _apposition(self, k: int) -> bool:
        """ ", the last stronghold of Y in the north,": a noun phrase that describes the one before the comma."""
        c = self._items[k]
        if k < 2 or self._items[k - 1].kind is not Kind.COMMA or self._items[k - 2].kind is not Kind.NOUN:
            return False
        if self._p.tokens[c.i].lower not in ("the", "a", "an", "its", "one", "long", "once"):
            return False
        end = k + 1
        while end + 1 < len(self._items) and self._items[end].kind in (Kind.PREP, Kind.ADVERB) and self._items[end + 1].kind is Kind.NOUN:
            end += 2
        after = self._items[end] if end < len(self._items) else None
        if after is not None and after.kind in (Kind.VERB, Kind.AND):
            return False
        listed = after is not None and after.kind is Kind.COMMA and end + 1 < len(self._items) and self._items[end + 1].kind is Kind.AND
        sourced = any(o.body in (k, k - 1) for o in self._cues)  # "according to X, the bank"
        return not listed and not sourced and not any(o.first == k for o in self._cues)

    def _relative_at(self, start: int) -> bool:
        return any(self._char(k) == start and i.kind in (Kind.REL, Kind.THAT) for k, i in enumerate(self._items))

    def _next_mark(self, k: int) -> int:
        return next((q for q in range(k + 1, len(self._items)) if self._items[q].kind in (Kind.COMMA, Kind.STOP)), len(self._items))

    def _relative(self, k: int) -> bool:
        """Whether a "that" behind a noun describes it."""
        before = self._items[k - 1] if k else None
        if before is None or before.kind is not Kind.NOUN:
            return False
        noun = self._p.tokens[before.j - 1].lower
        content = self._p.words.has("said-noun", noun) or self._p.words.has("content-noun", noun)
        return not content and not any(c.at < k <= c.body for c in self._cues)

    def _clause_end(self, k: int) -> int:
        """Where a subordinate clause ends: at the comma behind its verb, at a second finite verb, at the next speaker."""
        kind = self._items[k].kind
        if kind in (Kind.NOUN, Kind.PREP) or (kind is Kind.SUB and self._verbless(k)):
            return self._phrase_end(k)
        seen, told = False, False
        bounds = {c.first for c in self._cues if c.first > k}
        relative = kind is not Kind.SUB
        for q in range(k + 1, len(self._items)):
            c = self._items[q]
            if c.kind is Kind.VERB and c.group is not None:
                joined = self._items[q - 1].kind in (Kind.AND, Kind.COMMA)
                if seen and relative and c.group.finite and not joined and not told:
                    return self._char(q)
                told = c.word != "call" and self._p.words.has("voice-verb", c.word)  # "which the army said it had taken"
                seen = seen or c.group.finite or not relative or q == k + 1
            elif (seen and (q in bounds or self._closes(q))) or (c.kind is Kind.STOP and c.word in (";", ":")):
                return self._char(q)
        return self._end

    def _verbless(self, k: int) -> bool:
        """ "After a month of shelling the rebels took it": a second noun phrase begins before any verb."""
        for q in range(k + 1, len(self._items) - 1):
            if self._items[q].kind is Kind.VERB:
                return False
            if self._items[q].kind is Kind.NOUN and self._items[q + 1].kind in (Kind.NOUN, Kind.COMMA):
                return True
        return True

    def _phrase_end(self, k: int) -> int:
        """The end of a prepositional phrase or apposition: the next mark, verb, conjunction or noun phrase of its own."""
        nouns = self._items[k].kind is Kind.NOUN
        for q in range(k + 1, len(self._items)):
            c = self._items[q]
            if c.kind is Kind.NOUN and nouns:
                return self._char(q)
            if c.kind not in (Kind.NOUN, Kind.PREP, Kind.ADVERB):
                return self._char(q)
            nouns = c.kind is Kind.NOUN
        return self._end

    def _closes(self, q: int) -> bool:
        c = self._items[q]
        follows = self._items[q + 1].kind if q + 1 < len(self._items) else Kind.STOP
        return c.kind in (Kind.COMMA, Kind.STOP) or (c.kind is Kind.AND and follows in (Kind.THAT, Kind.SUB))


def _minus(spans: Sequence[Span], holes: Sequence[Span]) -> list[Span]:
    """`spans` without what `holes` cover, in order."""
    out = list(spans)
    for h in holes:
        out = [
            piece
            for s in out
            for piece in (Span(s.start, min(s.end, h.start)), Span(max(s.start, h.end), s.end))
            if piece.end > piece.start
        ]
    return out
