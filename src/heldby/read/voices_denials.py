"""What denies: "called the claim a lie", "said it was false", "the report that P is untrue"; and what only looks like it."""

from __future__ import annotations

from collections.abc import Sequence

from heldby.read.chunks import Chunk, Kind
from heldby.read.document import Parsed
from heldby.read.text import Span
from heldby.read.voices_grammar import Grammar
from heldby.read.voices_nouns import said_noun
from heldby.read.words import Words

LEADING = ("the", "in", "fact", "at", "all", "entirely", "quite", "simply", "to", "reality", "even", "remotely")
NEAR = 6  # tokens behind "is" among which a word of denial calls the subject untrue
BETWEEN = ("the", "a", "an", "any", "such", "all", "out", "right", "cold", "very", "much", "strong", "firmly", "as", "to")
SHORT = 8  # words of a sentence, or of what somebody says, that does nothing but deny
HAPPENING = ("happen", "occur", "be", "exist", "take")
HAVING = ("have", "lack", "bear", "contain", "hold")
NO = ("no", "little", "not", "scant", "zero", "hardly", "nothing", "none", "without", "any")
POINTED = ("it", "this", "that", "they", "we", "he", "she")
DOING = ("did", "does", "do", "has", "have", "had", "is", "are", "was", "were")
MEANT = ("it", "this", "that", "they", "these", "such")


class Denials:
    """Words of denial in one sentence. Positions are items."""

    def __init__(self, grammar: Grammar) -> None:
        self._g = grammar
        self._words = grammar.words

    def _item(self, k: int) -> Chunk | None:
        return self._g.items[k] if 0 <= k < len(self._g.items) else None

    def _low(self, c: Chunk) -> str:
        return self._g.parsed.tokens[c.j - 1].lower

    def said(self, k: int) -> bool:
        """Whether the noun phrase at `k` names something said: "the claim", "it"."""
        c = self._item(k)
        if c is None or c.kind is not Kind.NOUN:
            return False
        low = [t.lower for t in self._g.parsed.tokens[c.i : c.j]]
        while len(low) > 1 and self._words.has("denial-word", low[-1]):
            low.pop()  # "called [the claim baseless]"
        return self._words.has("said-noun", low[-1])

    def called_false(self, k: int) -> bool:
        """ "called the claim a lie", "said was propaganda": a word of denial in the clause of the verb at `k`."""
        if self._g.items[k].word in ("say", "insist") and self._g.kind(k + 1) is not Kind.VERB:
            return False
        verb = self._g.items[k]
        if speaks_false(self._words, [t.lower for t in self._g.parsed.tokens[verb.head + 1 : verb.j]], NEAR):
            return True
        for c in self._g.items[k + 1 : k + 14]:
            if c.kind is Kind.STOP or (c.kind is Kind.AND and c.word == "but"):
                return False
            if self._denying(c):
                return True
        return False

    def _denying(self, c: Chunk) -> bool:
        return speaks_false(self._words, [t.lower for t in self._g.parsed.tokens[c.i : c.j + 2]], c.j - c.i)

    def idiom(self, k: int) -> int | None:
        """What the verb at `k` waves away with the words that go with it, as an item: "brushed [the claim] off", "gave the lie to [it]".

        -1 where they need no object ("said otherwise"); None where they wave away nothing that was said.
        """
        for cue, wanted in (("denial-answer", False), ("denial-idiom", True)):
            for phrase in self._words.idioms.get((cue, self._g.items[k].word), ()):
                found = self._with_words(k, phrase)
                if found is not None and not wanted:
                    return -1
                if found is not None and self._a_saying(found):
                    return found
                if found is not None and self._gap(k, found):
                    return -1
        return None

    def _gap(self, k: int, follows: int) -> bool:
        """ "a claim the army [brushed off]", "which the army [ruled out]": what is waved away stands before its subject."""
        if self._g.kind(follows) is Kind.NOUN:
            return False
        who, first = self._g.subject(k)
        before = self._item(first - 1)
        which = before is not None and before.kind is Kind.REL and before.word == "which"
        return which or (who is not None and self.of_a_claim(first, who))

    def of_a_claim(self, first: int, who: Span | None) -> bool:
        """ ", a claim [that] the ministry called a lie", "something [the army] denies": what is denied stands before the subject at `first`."""
        before = first - 2 if self._g.kind(first - 1) is Kind.THAT else first - 1
        inside = who is not None and who.start > self._g.items[first].i  # "[a claim Kyiv] denies"
        if inside or before <= 0:
            return inside
        word = self._g.items[before].word
        named = self.said(before) or self._words.has("figure-noun", word) or word in ("something", "which")
        return named and self._g.kind(before - 1) in (Kind.COMMA, Kind.STOP)

    def words_of(self, kind: str, k: int) -> int | None:
        """Where the object of the verb at `k` begins behind the words that a class of idioms gives it ("pointed out [that]"); None without."""
        found = (self._with_words(k, p) for p in self._words.idioms.get((kind, self._g.items[k].word), ()))
        return next((f for f in found if f is not None), None)

    def idiom_passive(self, k: int) -> bool:
        """ "the claim was [brushed aside]", "reports that P were [shot down] by the army"."""
        told = any(self._words.has("said-noun", t.lower) for t in self._g.parsed.tokens[: self._g.items[k].i])
        return told and any(self._with_words(k, p) is not None for p in self._words.idioms.get(("denial-idiom", self._g.items[k].word), ()))

    def _a_saying(self, body: int) -> bool:
        c = self._item(body)
        if c is None:
            return False
        return c.kind is Kind.THAT or (c.kind is Kind.NOUN and (self.said(body) or said_noun(self._g, body) is not None))

    def _with_words(self, k: int, phrase: tuple[str, ...]) -> int | None:
        """The item of the object of the verb at `k` if the words of `phrase` stand by it, before their object or behind it."""
        tokens, items = self._g.parsed.tokens, self._g.items
        t, object_ = items[k].head + 1, -1
        for word in phrase:
            while t < len(tokens) and tokens[t].lower != word:
                at = next((q for q in range(k + 1, len(items)) if items[q].i == t), -1)
                if object_ < 0 and at >= 0 and items[at].kind is Kind.NOUN and self.said(at):
                    object_, t = at, items[at].j
                elif tokens[t].lower in BETWEEN or self._words.has("adverb", tokens[t].lower):
                    t += 1
                else:
                    return None
            t += 1
        if object_ >= 0 or t > len(tokens):
            return object_ if t <= len(tokens) else None
        return next((q for q in range(k + 1, len(items)) if items[q].i >= t and items[q].kind is not Kind.ADVERB), len(items))

    def bare(self, body: int) -> bool:
        """Whether what is denied is only named: "it", "that", "the claim", "the governor's account"."""
        c = self._item(body)
        if c is None:
            return False
        if c.kind is Kind.THAT:
            return self._g.kind(body + 1) in (Kind.STOP, Kind.COMMA, Kind.AND, None)
        return c.kind is Kind.NOUN and self._g.kind(body + 1) is not Kind.THAT and self.said(body)

    def whose(self, body: int) -> tuple[Span | None, bool]:
        """Whose saying is denied at `body`, as tokens, and whether a noun names it ("the claim") rather than a pronoun."""
        c = self._item(body)
        if c is None or c.kind is not Kind.NOUN or not c.j - c.i > 1:
            return None, False
        owner = self._g.possessor(c)
        if owner is None and self._g.kind(body + 1) is Kind.PREP and self._g.items[body + 1].word in ("by", "of", "from"):
            owner, _ = self._g.right_phrase(body + 2) if self._g.kind(body + 2) is Kind.NOUN else (None, 0)
        return owner, True

    def worthless(self, body: int) -> bool:
        """ "rejected the offer", "dismissed the governor": nothing is denied."""
        c, follows = self._item(body), self._item(body + 1)
        if c is None or c.kind is not Kind.NOUN or self._g.kind(body + 1) is Kind.THAT:
            return False
        person = self._words.value("role", self._low(c)) in ("state", "speaker", "resident") and not self.said(body)
        clause = follows is not None and follows.group is not None and follows.group.finite
        return not clause and (person or self._words.has("object-denied", self._low(c)))

    def false_complement(self, body: int) -> bool:
        """ "said the reports were false", "said it was a lie"."""
        at = body + 1 if self._g.kind(body) is Kind.THAT else body
        if at > body and self._g.kind(at) is Kind.VERB:
            return self.untrue(at)  # "says that is not the case"
        c = self._item(at)
        if c is not None and self._low(c) == "there" and self.untrue(at + 1):
            return True  # "said there was no truth in the report"
        named = c is not None and c.kind is Kind.NOUN and (self.said(at) or self._low(c) == "they")
        return named and self.untrue(at + 1)

    def untrue(self, k: int) -> bool:
        """Whether the verb at `k` is a "be" that calls its subject untrue: "is false", "was not true", "are fabricated"."""
        verb = self._item(k)
        if verb is None or verb.group is None:
            return False
        if self._not_so(k):
            return True
        if not (verb.group.copula or verb.group.passive):
            return False
        last = self._g.parsed.tokens[verb.j - 1].lower
        if verb.group.passive:
            return not verb.group.negated and (self._words.has("denial-word", last) or (last == "made" and self._made_up(k)))
        stop = next((q for q in range(k + 1, k + 5) if self._g.kind(q) in (Kind.VERB, Kind.THAT, None)), k + 5)
        tokens = [t.lower for i in self._g.items[k + 1 : stop] for t in self._g.parsed.tokens[i.i : i.j]]
        behind = tokens[0] if tokens[:1] == ["not"] else tokens[1] if tokens[1:2] == ["not"] and tokens[0] in LEADING else ""
        if behind and not verb.group.negated:  # "is simply not the case"
            return self._words.has("truth-word", next((t for t in tokens[tokens.index("not") + 1 :] if t not in LEADING), ""))
        if verb.group.negated:
            return bool(tokens) and self._words.has("truth-word", next((t for t in tokens if t not in LEADING), ""))
        return speaks_false(self._words, tokens, NEAR)

    def _made_up(self, k: int) -> bool:
        follows = self._item(k + 1)
        return follows is not None and self._low(follows) == "up"

    def _not_so(self, k: int) -> bool:
        """ "it never happened", "has no basis in fact", "do not correspond to reality", "no such attack took place"."""
        verb = self._g.items[k]
        assert verb.group is not None
        subject = next((c for q in range(k - 1, -1, -1) if (c := self._g.items[q]).kind is not Kind.ADVERB), None)
        opening = (
            [t.lower for t in self._g.parsed.tokens[subject.i : subject.j]] if subject is not None and subject.kind is Kind.NOUN else []
        )
        follows = [t.lower for c in self._g.items[k + 1 : k + 5] for t in self._g.parsed.tokens[c.i : c.j]]
        if verb.word in HAVING and (verb.group.negated or verb.word == "lack" or follows[:1] in [[w] for w in NO]):
            return any(self._words.has("truth-noun", t) for t in follows[:NEAR])
        if verb.word in ("correspond", "square", "tally", "accord", "match") and verb.group.negated:
            return any(t in ("reality", "fact", "facts", "truth") for t in follows[:NEAR])
        if verb.word not in HAPPENING or (verb.word == "take" and follows[:1] != ["place"]):
            return False
        if opening[:2] == ["no", "such"] or opening[:2] == ["nothing", "of"]:
            return True
        if verb.group.copula and opening == ["there"] and (follows[:1] in [[w] for w in NO] or verb.group.negated):
            return follows[:2] == ["no", "such"] or self._no_truth_at(k)
        if verb.group.copula:
            return False
        return verb.group.negated and opening[:1] in [[w] for w in MEANT]

    def _no_truth_at(self, k: int) -> bool:
        """ "there is no truth [in it]", "there is no basis [for the claim]": what is named behind is not told anew by a clause."""
        noun = next((q for q in range(k + 1, min(k + 4, len(self._g.items) - 2)) if self._g.kind(q + 1) is Kind.PREP), -1)
        c, said = self._item(noun), self._item(noun + 2) if noun >= 0 else None
        if c is None or c.kind is not Kind.NOUN or said is None or not self._words.has("truth-noun", self._low(c)):
            return False
        return self.said(noun + 2) and said_noun(self._g, noun + 2) is None

    def untrue_that(self, k: int) -> int:
        """The "that" of what "it is not true that P", "there is no truth in it that P" denies, for the verb at `k`; -1 without."""
        it = self._item(k - 1)
        if it is None or it.kind is not Kind.NOUN or self._low(it) != "it" or not self.untrue(k):
            return -1
        return next((q for q in range(k + 1, k + 4) if self._g.kind(q) is Kind.THAT), -1)

    def no_truth_in(self, noun: int) -> bool:
        """ "there is no truth in [the reports]", "no basis for [the claim]"."""
        before = self._item(noun - 2)
        if self._g.kind(noun - 1) is not Kind.PREP or before is None or before.kind is not Kind.NOUN:
            return False
        first = noun - 2
        while self._g.kind(first - 1) is Kind.PREP and self._g.kind(first - 2) is Kind.NOUN:
            first -= 2  # "not a grain of truth in"
        low = [t.lower for t in self._g.parsed.tokens[max(0, self._g.items[first].i - 1) : before.j]]
        return any(w in NO for w in low[:3]) and self._words.has("truth-noun", low[-1])

    def rejected_at(self, noun: int, body: int) -> int:
        """The verb that calls untrue what the saying at `noun` says from `body` on: "the claim that P [is] false"; -1 if none does."""
        if self._g.kind(noun - 1) is Kind.VERB:
            return -1
        for k in range(body + 1, len(self._g.items)):
            if self._g.kind(k) is Kind.STOP:
                return -1
            if self.untrue(k):
                return k
        return -1

    def false_subjects(self) -> list[int]:
        """Verbs that call untrue something said elsewhere: "the reports about its fall [are] rumours"."""
        return [k for k in range(1, len(self._g.items)) if self.untrue(k) and self._names_saying(k)]

    def _names_saying(self, k: int) -> bool:
        if k == 1 and self._g.kind(0) is Kind.THAT:
            return True  # "That was wrong."
        who, first = self._g.subject(k)
        return who is not None and (self.said(first) or self._not_so(k))


def speaks_false(words: Words, tokens: Sequence[str], within: int) -> bool:
    """Whether one of the first `within` of some lower-case tokens opens what calls a thing untrue: "a lie", "without foundation"."""
    for k in range(min(within, len(tokens))):
        if words.has("denial-word", tokens[k]):
            return True
        if any(words.has("denial-word", " ".join(tokens[k : k + n])) for n in range(2, words.longest.get("denial-word", 1) + 1)):
            return True
    return False


def flat_no(parsed: Parsed, start: int, end: int) -> bool:
    """Whether all that stands between two characters is a denial of what was said: "Not so", "It is pure fiction", "They are lying"."""
    words = parsed.words
    low = [t.lower for t in parsed.tokens if start <= t.start < end and t.is_word]
    comma = next((t.start for t in parsed.tokens if start <= t.start < end and t.text == ","), end)
    if _claims_untrue(words, [t.lower for t in parsed.tokens if start <= t.start < comma and t.is_word]):
        return True
    if not low or len(low) > SHORT:
        return False
    if any(words.has("flat-no", " ".join(low[k : k + n])) for k in (0, 1) for n in range(1, words.longest.get("flat-no", 1) + 1)):
        return True
    if len(low) in (3, 4) and low[0] in POINTED and low[1] in DOING and low[2] in ("not", "n't", "never"):
        return len(low) == 3  # "They have not."
    pointed = words.has("pointing", low[0]) and not any(words.has("negator", w) for w in low)
    return pointed and speaks_false(words, low, SHORT)


def _claims_untrue(words: Words, low: Sequence[str]) -> bool:
    """ "The claims of the government are not true": a saying named first, and called untrue in the same clause."""
    said = next((k for k, w in enumerate(low[:4]) if words.has("said-noun", w)), -1)
    being = next((k for k in range(said + 1, min(len(low), said + 6)) if low[k] in ("is", "are", "was", "were")), -1)
    if said < 0 or being < 0 or any(w in ("that", "if", "whether") for w in low[said + 1 : being]):
        return False
    rest = low[being + 1 : being + 4]
    if rest[:1] == ["not"]:
        return words.has("truth-word", next((w for w in rest[1:] if w not in LEADING), ""))
    return speaks_false(words, rest, 2)
