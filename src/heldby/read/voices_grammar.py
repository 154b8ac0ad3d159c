"""The phrases around a verb of saying: its subject, where what is said begins, the noun phrase that follows.

All positions are indices into a sentence's items; spans count tokens.
"""

from __future__ import annotations

from heldby.read.chunks import Chunk, Kind
from heldby.read.document import Parsed
from heldby.read.text import Span
from heldby.read.voices_items import OPENING, Items, speaker_like
from heldby.read.words import Form

NAMING = ("name", "call", "identify")


class Grammar:
    """One sentence's items and the questions a cue asks of them."""

    def __init__(self, parsed: Parsed, items: Items) -> None:
        self.parsed = parsed
        self.items = items
        self.words = parsed.words

    def segment(self, item: int) -> int:
        """The item where the part of the sentence that holds `item` begins: behind the last semicolon."""
        for k in range(item - 1, -1, -1):
            if self.items[k].kind is Kind.STOP and self.items[k].word in (";", ":"):
                return k + 1
        return 0

    def kind(self, k: int) -> Kind | None:
        return self.items[k].kind if 0 <= k < len(self.items) else None

    def body(self, k: int) -> int:
        """The item where what is said begins behind the verb at `k`, -1 if nothing said follows."""
        p, hearer = k + 1, False
        lemma = self.items[k].word
        while p < len(self.items):
            c = self.items[p]
            if c.kind is Kind.ADVERB:
                p += 1
            elif c.kind is Kind.PREP and self.kind(p + 1) is Kind.NOUN:
                if c.word == "of" and lemma == "speak":
                    return p + 1
                p += 2
            elif c.kind is Kind.PREP and self.kind(p + 1) is Kind.PREP and self.kind(p + 2) is Kind.NOUN:
                p += 3  # "reported at about ten that"
            elif c.kind is Kind.NOUN and (self.is_time(c) or (self.words.has("hearer-verb", lemma) and not hearer)):
                hearer = hearer or not self.is_time(c)
                p += 1
            elif c.kind is Kind.COMMA:
                close = self._closing(p)
                if close < 0:
                    return p + 1 if self.kind(p + 1) is Kind.QUOTE else -1
                p = close + 1
            elif c.kind is Kind.STOP:
                return p + 1 if c.word == ":" else -1
            elif c.group is not None and c.group.form is Form.PART and not (c.group.finite or c.group.infinitive) and p > k + 1:
                p += 1  # "said in a message [seen] by the agency"
            elif c.group is not None and c.group.finite and p > k + 1:
                return -1  # "the people admitted to hospitals were many"
            elif c.word == "as" and (later := self._as_late_as(p)):
                p = later
            elif c.kind is Kind.SUB:
                return p if self.words.has("question", c.word) else -1
            else:
                return -1 if c.kind in (Kind.AND, Kind.REL) else p
        return -1

    def _as_late_as(self, p: int) -> int:
        """The item behind "as late as Monday", 0 if that is not what begins at `p`."""
        last = min(p + 4, len(self.items) - 1)
        again = next((q for q in range(p + 1, last) if self.parsed.tokens[self.items[q].i].lower == "as"), -1)
        return again + 2 if again > 0 and self.kind(again + 1) is Kind.NOUN else 0

    def _closing(self, comma: int) -> int:
        """The comma that ends a parenthesis before what is said, -1 if none does."""
        for q in range(comma + 1, len(self.items) - 1):
            if self.items[q].kind is Kind.COMMA and self.kind(q + 1) in (Kind.THAT, Kind.QUOTE):
                return q
            if self.items[q].kind in (Kind.STOP, Kind.QUOTE):
                return -1
        return -1

    def is_time(self, c: Chunk) -> bool:
        low = self.parsed.tokens[c.j - 1].lower
        return any(self.words.has(kind, low) for kind in ("weekday", "month", "time-noun")) or low[:1].isdigit()

    def inverted(self, k: int) -> bool:
        """'..., said the governor'"""
        before, nxt = self.kind(k - 1), self.items[k + 1] if k + 1 < len(self.items) else None
        if before not in (Kind.COMMA, Kind.QUOTE) or nxt is None or nxt.kind is not Kind.NOUN or k < 2:
            return False
        quoted, lemma = self.quote_before(k), self.items[k].word
        if self.words.has("hearer-verb", lemma) or self.words.value("voice-verb", lemma) == "deny":
            return False
        if not (quoted or self.finite_before(k) or self._flat(k)):
            return False
        _, end = self.right_phrase(k + 1)
        after = self.items[end] if end < len(self.items) else None
        clause = after is not None and after.kind is Kind.VERB and after.group is not None and after.group.finite
        reduced = clause and self.kind(end + 1) is Kind.PREP
        person = speaker_like(self.parsed, nxt.i, nxt.j) or self._name(nxt)
        return ((not clause or (reduced and quoted)) and person) or (quoted and not clause)

    def _flat(self, k: int) -> bool:
        """ "[Not so], said the army": a denial in so many words, which has no verb."""
        low = [t.lower for c in self.items[self.segment(k) : k] for t in self.parsed.tokens[c.i : c.j] if t.is_word]
        return self.words.has("flat-no", " ".join(low)) or (len(low) < 4 and any(self.words.has("denial-word", w) for w in low))

    def _name(self, c: Chunk) -> bool:
        """Two capitalised words or more that name no place: a person."""
        tokens = self.parsed.tokens[c.i : c.j]
        named = any(self.parsed.inside[t] >= 0 for t in range(c.i, c.j))
        return len(tokens) > 1 and not named and all(t.capital for t in tokens)

    def teller(self, k: int) -> Span:
        """The speaker who stands behind his verb, from item `k`, with what describes him: "N. N., head of the council"."""
        who, end = self.right_phrase(k)
        if self.kind(end) is Kind.COMMA and self.kind(end + 1) is Kind.NOUN:
            described, _ = self.right_phrase(end + 1)
            if speaker_like(self.parsed, described.start, described.end):
                return Span(who.start, described.end)
        return who

    def right_phrase(self, k: int) -> tuple[Span, int]:
        """Tokens of the noun phrase that begins at item `k` with its prepositional tails, and the item behind it."""
        end = k + 1
        while self.kind(end) is Kind.PREP and self.kind(end + 1) is Kind.NOUN and not self.is_time(self.items[end + 1]):
            if self.items[end].word == "as":
                break  # "described by the army as a lie"
            end += 2
        return Span(self.items[k].i, self.items[end - 1].j), end

    def phrase_before(self, k: int) -> tuple[Span | None, int]:
        """The noun phrase with its tails that ends before item `k`."""
        p = k - 1
        if self.kind(p) is not Kind.NOUN:
            return None, k
        while self.kind(p - 1) is Kind.PREP and self.kind(p - 2) is Kind.NOUN:
            p -= 2
        return Span(self.items[p].i, self.items[k - 1].j), p

    def _antecedent(self, k: int) -> Span | None:
        """Whom a relative clause behind item `k` describes: the whole phrase before it, or its last noun if only that can speak."""
        who, first = self.phrase_before(k)
        if who is None or first == k - 1:
            return who
        head, last = self.items[first], self.items[k - 1]
        alone = not speaker_like(self.parsed, head.i, head.j) and speaker_like(self.parsed, last.i, last.j)
        return Span(last.i, last.j) if alone else who

    def subject(self, k: int) -> tuple[Span | None, int]:
        """Tokens of the subject of the verb at `k` and the item it begins at; None (and `k`) if it shares another's subject."""
        p = k - 1
        while self.kind(p) is Kind.ADVERB or self._at_first(p, k):
            p -= 1
        if p < 0 or self.kind(p) in (Kind.AND, Kind.THAT, Kind.QUOTE, Kind.SUB):
            return None, k
        if self.kind(p) is Kind.REL:
            return self._antecedent(p - 1 if self.kind(p - 1) is Kind.COMMA else p), p
        if self.kind(p) is Kind.COMMA or self.items[p].word in OPENING or self.items[p].word == ")":
            return self._before_parenthesis(p, k)
        found = self._in_segment(p, k)
        return found if found[0] is not None else self._before_who(k)

    def _at_first(self, p: int, k: int) -> bool:
        """ "which [at] first described it as": a preposition whose noun went into the verb group."""
        first = self.parsed.tokens[self.items[k].i].lower
        return p == k - 1 and self.kind(p) is Kind.PREP and self.items[p].word == "at" and first in ("first", "last")

    def _before_who(self, k: int) -> tuple[Span | None, int]:
        """ "a source who spoke on condition that he was not named [said]": the phrase before the nearest "who" of the clause."""
        for q in range(k - 1, 0, -1):
            if self.kind(q) in (Kind.COMMA, Kind.STOP, Kind.QUOTE):
                break
            if self.kind(q) is Kind.REL and self.items[q].word == "who":
                who, first = self.phrase_before(q)
                if who is not None and speaker_like(self.parsed, who.start, who.end):
                    return who, first
        return None, k

    def _before_parenthesis(self, p: int, k: int) -> tuple[Span | None, int]:
        """Past a parenthesis: "X, in a call, denied"; a lone comma after the subject is a slip of the pen ('"...", X, said')."""
        who, first = self._in_segment(p - 1, k)
        if who is not None and self.quote_before(first - 1) and self.kind(first - 1) is Kind.COMMA:
            return who, first
        for q in range(p - 1, 0, -1):
            c = self.items[q]
            if (c.kind is Kind.COMMA or c.word in OPENING) and self.kind(q - 1) is Kind.NOUN:
                who, first = self._in_segment(q - 1, k)
                apposed = speaker_like(self.parsed, self.items[q + 1].i, self.items[p - 1].j)
                if who is not None and (speaker_like(self.parsed, who.start, who.end) or apposed):
                    described = all(self.kind(r) in (Kind.NOUN, Kind.PREP) for r in range(q + 1, p))
                    return (Span(who.start, self.items[p - 1].j) if described else who), first
        return None, k

    def _in_segment(self, p: int, k: int) -> tuple[Span | None, int]:
        """The subject among the items that end at `p`: back to the mark, conjunction or clause that opens them."""
        low = p
        while low >= 0 and self._stays(low):
            low -= 1
        low += 1
        end = p
        while end > low and self.kind(end) is Kind.ADVERB:
            end -= 1
        verbs = [q for q in range(low, end + 1) if self.kind(q) is Kind.VERB]
        told = [q for q in verbs if self.words.has("voice-verb", self.items[q].word) and self.finite(q) and not self.by_whom(q)]
        if told:
            low, verbs = told[-1] + 1, []
        start = low
        if (relative := [q for q in range(low, end + 1) if self.kind(q) is Kind.REL]) and not any(q > relative[-1] for q in verbs):
            start, verbs = relative[-1] + 1, []  # "which the leader declared"
        if verbs and not any(self.kind(q) in (Kind.REL, Kind.THAT) for q in range(low, verbs[0])):
            reduced = self.items[verbs[0]].group
            free = reduced is not None and reduced.finite and not (reduced.form is Form.PAST and self.kind(verbs[0] + 1) is Kind.PREP)
            start = verbs[0] + 1 if free else low
            if reduced is not None and reduced.lemma in NAMING and self.kind(verbs[0] - 1) is Kind.NOUN:
                start, end = verbs[0] - 1, verbs[0] - 1  # "a shopkeeper named N. N. [told]"
        start = self._skip_adjuncts(start, end)
        if start > end or self.kind(start) is not Kind.NOUN:
            return None, k
        first, last = self._past_claim(start), self.items[end].j
        what = next((t for t in range(last - 2, first - 1, -1) if self.parsed.tokens[t].lower == "what"), -1)
        return Span(what + 1 if what >= 0 else first, last), start  # "on what he [said]"

    def figure_or_saying(self, word: str) -> bool:
        """Whether a noun names something said or counted: "claim", "figure"."""
        return self.words.has("speaking-noun", word) or self.words.has("figure-noun", word)

    def finite(self, k: int) -> bool:
        group = self.items[k].group
        return group is not None and group.finite

    def by_whom(self, k: int) -> bool:
        """ "a video posted by the rebels": a participle, whatever its form; not "said by telephone"."""
        if self.kind(k + 1) is not Kind.PREP or self.items[k + 1].word != "by" or self.kind(k + 2) is not Kind.NOUN:
            return False
        agent = self.items[k + 2]
        return self.parsed.tokens[agent.j - 1].capital or speaker_like(self.parsed, agent.i, agent.j)

    def _past_claim(self, start: int) -> int:
        """The token where the subject begins in "[a claim Kyiv] denies"."""
        c = self.items[start]
        low = [t.lower for t in self.parsed.tokens[c.i : c.j]]
        said = len(low) > 2 and self.figure_or_saying(low[1])
        if low[0] == "something" and len(low) > 1:
            return c.i + 1  # "something [officials] deny"
        return c.i + 2 if said and low[0] in ("a", "an") else c.i

    def _stays(self, q: int) -> bool:
        c = self.items[q]
        if c.kind is Kind.STOP:
            return self._bracket(q)
        if c.kind is Kind.THAT:
            return self.kind(q - 1) is Kind.NOUN and self.kind(q + 1) is Kind.VERB  # "the militia that took part"
        if c.kind in (Kind.NOUN, Kind.PREP, Kind.ADVERB, Kind.REL, Kind.VERB):
            return not (c.kind is Kind.PREP and c.word in ("according to", "per"))
        if c.kind is Kind.AND and self.kind(q - 1) is Kind.NOUN and self.kind(q + 1) is Kind.NOUN:
            left, right = self.items[q - 1], self.items[q + 1]
            if not speaker_like(self.parsed, right.i, right.j):
                alone = q == 1 or self.kind(q - 2) in (Kind.COMMA, Kind.QUOTE)  # "..., an official and two clearing agents said"
                return alone and speaker_like(self.parsed, left.i, left.j)
            joined = self.words.has("actor-adjective", left.word)  # "the interior and defence ministries"
            return joined or speaker_like(self.parsed, left.i, left.j) or self._adjective(q - 1)
        return False

    def _bracket(self, q: int) -> bool:
        """A bracket of "the Southern Council (SC) forces": one noun phrase between two others."""
        low = q if self.items[q].word == "(" else q - 2 if self.items[q].word == ")" else -1
        if low < 1 or low + 3 >= len(self.items):
            return False
        nouns = all(self.kind(k) is Kind.NOUN for k in (low - 1, low + 1, low + 3))
        return nouns and self.items[low].word == "(" and self.items[low + 2].word == ")"

    def _adjective(self, q: int) -> bool:
        """ "Iranian and Afghan officials": one capitalised word that opens the phrase and names no place."""
        c = self.items[q]
        opens = q == 0 or self.kind(q - 1) in (Kind.COMMA, Kind.QUOTE, Kind.STOP)
        return opens and c.j - c.i == 1 and self.parsed.tokens[c.i].capital and self.parsed.inside[c.i] < 0

    def _skip_adjuncts(self, start: int, end: int) -> int:
        """Past "On Saturday", "By nightfall", "Hours later" to the noun phrase that is the subject."""
        while start <= end:
            if self.kind(start) is Kind.ADVERB:
                start += 1
            elif self.kind(start) is Kind.PREP and self.kind(start + 1) is Kind.NOUN:
                start += 2
            elif self.kind(start) is Kind.NOUN and self.is_time(self.items[start]) and start < end:
                start += 1
            else:
                break
        word = self.items[start].word if start < len(self.items) else ""
        phrase = start < len(self.items) and self.items[start].j - self.items[start].i > 1
        named = self.figure_or_saying(word) or (phrase and self.words.has("said-noun", word)) or word == "something"
        if start < end and self.kind(start) is self.kind(start + 1) is Kind.NOUN and named:
            start += 1  # "a claim the ministry called a lie"
        return start

    def clause_after(self, k: int) -> bool:
        return any(c.kind is Kind.VERB and c.group and c.group.finite for c in self.items[k + 1 :])

    def nor(self, k: int) -> bool:
        """ "neither confirmed nor denied": the verb at `k` is one of two that are denied."""
        at = self.items[k].i
        return at > 0 and self.parsed.tokens[at - 1].lower in ("neither", "nor")

    def quote_before(self, first: int) -> bool:
        """Whether a quotation mark stands right before an item (those of short quotations are no tokens)."""
        start = self.parsed.tokens[self.items[first].i].start if first < len(self.items) else 0
        return self.parsed.text[max(0, start - 3) : start].rstrip().endswith('"')

    def quote_closed(self, first: int) -> bool:
        """Whether a quotation ends right before an item; one that only opens there is none of what the subject behind it says."""
        start = self.parsed.tokens[self.items[first].i].start if first < len(self.items) else 0
        opens = any(q.start <= start <= q.start + 1 and q.end > start for q in self.parsed.quotes)
        return self.quote_before(first) and not opens

    def finite_before(self, k: int) -> bool:
        """Whether the part of the sentence before item `k` has a finite verb."""
        return any(c.kind is Kind.VERB and c.group and c.group.finite for c in self.items[self.segment(k) : k])

    def possessor(self, c: Chunk) -> Span | None:
        for t in range(c.j - 1, c.i, -1):
            if self.parsed.tokens[t].text in ("'s", "'"):
                return Span(c.i, t)
        return None
