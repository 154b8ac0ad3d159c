"""Cues of speech in one sentence: verbs of saying with their subjects, "according to", reports and claims that something is so.

A cue knows who speaks (as tokens), where what he says begins, and whether it stands before it ("X said that P"), behind it ("P, X said")
or inside it ("P1, X said, P2"). What stretch of text it governs is for `voices_scope`.
"""

from __future__ import annotations

from dataclasses import replace

from heldby.read.chunks import Chunk, Kind
from heldby.read.document import Parsed
from heldby.read.text import Span
from heldby.read.voices_cue import Cue, Place
from heldby.read.voices_denials import Denials
from heldby.read.voices_grammar import Grammar
from heldby.read.voices_items import OPENING, Items, speaker_like
from heldby.read.voices_nouns import said_noun
from heldby.read.voices_relays import Relays
from heldby.read.voices_sources import Sources
from heldby.read.words import Form

LABEL = 8  # words of a speaker before a colon at most
PROMPT = ("quick", "swift", "prompt", "fast", "keen", "eager", "first", "anxious", "careful", "pains")
ISSUING = ("issue", "publish", "release", "post", "broadcast", "put", "send")
COMING = ("be", "come", "follow", "arrive")
BESIDE = ("despite", "amid", "amidst", "notwithstanding", "against", "over", "after", "contrary to")
COMPLEMENTS = (Kind.THAT, Kind.NOUN, Kind.PREP, Kind.QUOTE)


class CueFinder:
    """Finds the cues of one sentence."""

    def __init__(self, parsed: Parsed, items: Items) -> None:
        self._p = parsed
        self._items = items
        self._words = parsed.words
        self._g = Grammar(parsed, items)
        self._denials = Denials(self._g)
        self._relays = Relays(self._g, self._denials)
        self._sources = Sources(self._g)

    def find(self) -> tuple[Cue, ...]:
        """Cues in order of their verbs."""
        out: list[Cue] = []
        for k, c in enumerate(self._items):
            cue = None
            if c.kind is Kind.VERB:
                cue = self._verb(k, c)
            elif c.kind is Kind.PREP and c.word in ("according to", "per"):
                cue = self._preposition(k)
            elif c.kind in (Kind.PREP, Kind.SUB) and (source := self._source_at(k)) is not None:
                cue = self._source(k, *source)
            elif c.kind is Kind.NOUN:
                cue = self._noun(k)
            elif c.kind is Kind.STOP and c.word == ":":
                cue = self._colon(k)
            if cue is not None:
                out.append(cue)
        return tuple(out)

    # ---- verbs

    def _verb(self, k: int, c: Chunk) -> Cue | None:
        g = c.group
        assert g is not None
        if (that := self._denials.untrue_that(k)) >= 0:
            return Cue(k, k - 1, Place.BEFORE, g.lemma, None, that, noun=True, untrue=True, void=True)
        value = self._words.value("voice-verb", g.lemma)
        if g.lemma in ("tell", "order") and self._g.kind(k + 1) is Kind.NOUN and self._commands(k + 2):
            return None
        false = self._denials.called_false(k) if self._words.has("denial-verb", g.lemma) else False
        waved = self._denials.idiom(k) if not g.passive and value != "deny" else None
        if waved is not None and value == "say" and self._g.kind(waved) is Kind.THAT:
            waved = None  # "countered that P": says it
        if waved is not None and not g.negated and g.modal != "possible" and not self._failed(k):
            return self._waved(k, waved)
        if value is None and g.passive and self._denials.idiom_passive(k):
            return self._relays.passive(k, denies=True)
        spoken = self._denials.words_of("voice-idiom", k) if value is None else None
        if spoken is not None and g.finite and not g.passive and not g.negated and g.modal != "possible":
            return self._active(k, False, spoken)
        if value is None and self._words.has("quoting-verb", g.lemma) and self._quotes(k):
            value = "say"
        if value is None and not false:
            return self._put(k, g.lemma)
        if value == "cite" and not g.finite:
            return None
        if g.negated or g.modal == "possible" or self._failed(k) or self._g.nor(k):
            return None
        if value == "deny" and self._open(k):
            return None
        if value == "deny" and self._relays.denied_by(k):
            return self._relays.claim_denied(k)
        if g.passive:
            return self._relays.passive(k)
        if value == "cite":
            quoted = self._relays.quoted_as(k)
            return replace(quoted, place=self._place(k, quoted.first, quoted.body)) if quoted else None
        denies = value == "deny" or false
        if g.form is Form.ING and self._g.kind(k - 1) is Kind.VERB and self._items[k - 1].word == "keep":
            kept = self._active(k - 1, denies, self._g.body(k))  # "keeps saying it never fell"
            return replace(kept, at=k) if kept else None
        if not g.finite:
            return self._joined(k, denies)
        if value == "show" and not self._witness(k):
            return None
        if g.form is Form.PAST and c.j - c.i == 1 and self._g.by_whom(k):
            return None  # "a video posted by the rebels"
        of = k + 2 if self._g.kind(k + 1) is Kind.ADVERB else k + 1  # "spoke [only] of"
        if g.lemma == "speak" and not (self._g.kind(of) is Kind.PREP and self._items[of].word == "of"):
            return None
        if g.lemma in ("call", "describe") and not (self._g.kind(k + 1) is Kind.NOUN and self._calls(k)):
            return None
        if g.lemma in ("believe", "fear", "hear", "see") and self._g.kind(k + 1) not in COMPLEMENTS:
            return None
        return self._active(k, denies)

    def _quotes(self, k: int) -> bool:
        """Whether a verb that says something only at times does: '"...," he went on', "the fighters, he held, were", "offered that"."""
        if self._g.inverted(k) or self._g.kind(k + 1) in (Kind.THAT, Kind.QUOTE):
            return True
        who, first = self._g.subject(k)
        if who is None or not speaker_like(self._p, who.start, who.end):
            return False
        if self._g.quote_closed(first) or self._g.quote_before(k + 1):
            return True
        return self._g.kind(first - 1) is Kind.COMMA and self._g.kind(k + 1) in (Kind.COMMA, Kind.STOP, None)

    def _open(self, k: int) -> bool:
        """ "could neither confirm nor deny", "could not confirm or deny": nothing is denied."""
        before = self._items[k - 2].group if k >= 2 and self._g.kind(k - 1) is Kind.AND else None
        return before is not None and before.negated

    def _calls(self, k: int) -> bool:
        """ "The spokesman called it a retreat": somebody speaks, no place is called by a name."""
        who, _ = self._g.subject(k)
        return who is not None and speaker_like(self._p, who.start, who.end)

    def _commands(self, k: int) -> bool:
        """ "told the police to go home": an order, nothing said."""
        c = self._items[k] if k < len(self._items) else None
        return c is not None and c.group is not None and c.group.infinitive

    def _waved(self, k: int, body: int) -> Cue | None:
        """ "brushed the claim off", "poured scorn on it"; without an object ("said otherwise") all that stands before is denied."""
        g = self._items[k].group
        if g is not None and not g.finite and body >= 0:
            return self._joined(k, True, body)
        if body >= 0:
            return self._active(k, True, body)
        who, first = self._g.subject(k)
        if who is not None and self._words.has("nobody", self._p.tokens[who.start].lower):
            return None
        return Cue(k, first, Place.NOWHERE, self._items[k].word, who, -1, True, True)

    def _active(self, k: int, denies: bool, waved: int = -1) -> Cue | None:
        lemma = self._items[k].word
        if self._g.inverted(k):
            return Cue(k, k, Place.BEHIND, lemma, self._g.teller(k + 1), denies=denies)
        who, first = self._g.subject(k)
        if who is not None and self._words.has("nobody", self._p.tokens[who.start].lower):
            return None
        body = waved if waved >= 0 else self._g.body(k)
        if denies and self._denials.worthless(body):
            return None
        false = not denies and self._denials.false_complement(body)
        outer = (*self._relays.quoting(k), *self._relays.channel(k))
        place = self._place(k, first, body)
        behind = denies and self._denials.of_a_claim(first, who)
        if (who is None and place is not Place.BEFORE) or behind:
            place = Place.NOWHERE
        which = denies and body < 0 and self._g.kind(first - 1) is Kind.REL  # "..., which the army denies"
        if denies and place is Place.BEHIND and who is not None and self._a_deed(who):
            return None
        bare = false or which or (denies and ((self._denials.bare(body) and self._noun(body) is None) or behind))
        confirms = self._words.has("confirming-verb", lemma) and self._denials.bare(body) and self._noun(body) is None
        about, whole = self._denials.whose(body) if confirms or (bare and not false) else (None, False)
        cited = self._relays.cited(k) or self._sources.inside(k)
        cue = Cue(k, first, place, lemma, who, body, denies or false, bare, outer, cited)
        return replace(cue, about=about, whole=whole, confirms=confirms)

    def _a_deed(self, who: Span) -> bool:
        """ "..., a move Kyiv rejected": a phrase and a name run together, and what is rejected is no saying."""
        tokens = self._p.tokens[who.start : who.end]
        bare = len(tokens) > 2 and tokens[0].lower in ("a", "an") and not tokens[1].capital and tokens[-1].capital
        return bare and self._words.value("role", tokens[1].lower) is None

    def _place(self, k: int, first: int, body: int) -> Place:
        before = self._items[first - 1] if first else None
        parted = before is not None and (before.kind in (Kind.COMMA, Kind.QUOTE) or before.word in OPENING)
        said = parted and any(c.kind in (Kind.NOUN, Kind.VERB) for c in self._items[self._g.segment(first) : first])
        if body >= 0:
            opens = body < len(self._items) and self._items[body].kind is Kind.QUOTE
            quote = self._g.quote_before(first) and (opens or self._g.quote_before(body))
            colon = self._items[body - 1].word == ":" and self._g.finite_before(first)
            if said and (quote or colon):
                return Place.INSIDE
            return Place.BEFORE
        if not said:
            return Place.NOWHERE
        if self._condition_before(first) and self._g.clause_after(k):
            return Place.INSIDE
        return Place.BEHIND if self._g.finite_before(first) or self._g.quote_before(first) or not self._g.clause_after(k) else Place.INSIDE

    def _condition_before(self, first: int) -> bool:
        """ "If the city fell, a diplomat said, ...": only a subordinate clause stands before the cue."""
        start = self._g.segment(first)
        commas = [q for q in range(start, first) if self._items[q].kind is Kind.COMMA]
        return self._items[start].kind is Kind.SUB and len(commas) == 1

    def _failed(self, k: int) -> bool:
        """ "declined to say", "refused to confirm": an infinitive under a verb of failing."""
        c = self._items[k]
        above = self._items[k - 1] if k else None
        if c.group is None or not c.group.infinitive:
            return False
        if above is not None and above.kind in (Kind.NOUN, Kind.ADVERB) and above.word in PROMPT:
            return False  # "was quick to deny it"
        return above is None or above.kind is not Kind.VERB or above.word not in ("continue", "go", "appear", "seem", "begin")

    def _witness(self, k: int) -> bool:
        """Whether the subject of "saw", "showed" is somebody who sees or a picture that shows."""
        who, _ = self._g.subject(k)
        if who is None:
            return False
        roles = [self._words.value("role", t.lower) for t in self._p.tokens[who.start : who.end]]
        low = [t.lower for t in self._p.tokens[who.start : who.end]]
        pictured = any(self._words.has(kind, w) for w in low for kind in ("outlet-noun", "picture"))
        return pictured or any(r in ("resident", "monitor", "reports") for r in roles)

    def _put(self, k: int, lemma: str) -> Cue | None:
        """ "put the count of posts at nine"."""
        at = any(c.kind is Kind.PREP and c.word == "at" for c in self._items[k + 1 : k + 9])
        if lemma != "put" or not at or not self._g.finite(k):
            return None
        who, first = self._g.subject(k)
        if who is None or not speaker_like(self._p, who.start, who.end):
            return None
        return Cue(k, first, Place.BEFORE, lemma, who, k + 1)

    def _joined(self, k: int, denies: bool, waved: int = -1) -> Cue | None:
        """ "..., adding that", "but denied", "both sides claiming to hold": the speaker stands before."""
        if self._g.kind(k - 1) is Kind.NOUN and self._g.kind(k - 2) is Kind.PREP and self._items[k - 2].word == "with":
            c = self._items[k - 1]
            return Cue(k, k - 1, Place.BEFORE, self._items[k].word, Span(c.i, c.j), self._g.body(k), denies)
        group = self._items[k].group
        infinitive = group is not None and group.infinitive
        if self._g.kind(k - 1) not in (Kind.COMMA, Kind.AND, Kind.ADVERB) and not infinitive:
            return None
        body = waved if waved >= 0 else self._g.body(k)
        bare = denies and self._denials.bare(body) and self._noun(body) is None
        if bare and self._items[k].word == "contradict":  # "..., contradicting the ministry": what he says himself contradicts
            return Cue(k, k, Place.NOWHERE, self._items[k].word)
        if body < 0:
            return None
        about, whole = self._denials.whose(body) if bare else (None, False)
        cited = self._relays.cited(k)
        return Cue(k, k, Place.BEFORE, self._items[k].word, None, body, denies, bare, inner=cited, about=about, whole=whole)

    # ---- others

    def _preposition(self, k: int) -> Cue | None:
        nxt = self._items[k + 1] if k + 1 < len(self._items) else None
        if nxt is not None and nxt.kind is Kind.REL:
            who, first = self._g.phrase_before(k)
            return Cue(k, first, Place.BEFORE, "according to", who, k + 2)
        if nxt is None or nxt.kind is not Kind.NOUN:
            return None
        who, end = self._g.right_phrase(k + 1)
        if self._items[k].word == "per" and self._p.tokens[who.start].lower == "cent":
            return None
        if self._items[k].word == "per" and not speaker_like(self._p, who.start, who.end):
            return None
        return self._source(k, who, end)

    def _source_at(self, k: int) -> tuple[Span, int] | None:
        inside = k >= 2 and self._g.kind(k - 2) is Kind.VERB and self._sources.inside(k - 2)
        return None if inside else self._sources.at(k)

    def _source(self, k: int, who: Span, end: int) -> Cue:
        """A phrase that names the source of its clause: what it says begins at item `end` where the phrase opens the clause."""
        if self._g.kind(k - 1) is Kind.COMMA and self._g.kind(k - 2) is Kind.AND:
            return Cue(k, k, Place.BEFORE, "according to", who, end)  # "the airport and, according to X, the bank"
        if (
            k == self._g.segment(k)
            or self._g.kind(k - 1) in (Kind.AND, Kind.QUOTE)
            or not any(c.kind is Kind.VERB for c in self._items[self._g.segment(k) : k])
        ):
            return Cue(k, k, Place.BEFORE, "according to", who, end)
        return Cue(k, k, Place.BEHIND, "according to", who)

    def _noun(self, k: int) -> Cue | None:
        found = said_noun(self._g, k)
        medium = self._g.kind(k - 1) is Kind.PREP and self._items[k - 1].word in ("in", "through", "via")
        if found is None and (beside := self._beside(k) or self._coming(k)) is not None:
            return beside
        if found is None or (medium and self._words.has("voice-verb", self._items[k - 2].word)):
            return None  # "said in a report that"
        end = self._denials.rejected_at(k, found.body)
        untrue = self._denials.no_truth_in(k)
        void = self._p.tokens[self._items[k].i].lower in ("any", "no")  # "any suggestion that P": nobody makes it
        return Cue(k, k, Place.BEFORE, found.word, found.who, found.body, found.denies, noun=True, end=end, untrue=untrue, void=void)

    def _coming(self, k: int) -> Cue | None:
        """ "There was a denial from the army", "A denial came from the army"; "The ministry issued a denial": of all said before."""
        c = self._items[k]
        if not self._words.has("denial-noun", self._p.tokens[c.j - 1].lower):
            return None
        opening = self._p.tokens[c.i].lower
        if opening in ("no", "any") or self._g.kind(k + 1) is Kind.THAT:
            return None
        verb = next((q for q in range(k - 1, -1, -1) if self._g.kind(q) is Kind.VERB), -1)
        group = self._items[verb].group if verb >= 0 else None
        if verb == k - 1 and group is not None and group.finite and not group.negated and self._items[verb].word in ISSUING:
            who, first = self._g.subject(verb)
            return Cue(verb, first, Place.NOWHERE, "denial", who, -1, True, True) if who is not None else None
        source = self._g.kind(k + 1) is Kind.PREP and self._items[k + 1].word in ("from", "by") and self._g.kind(k + 2) is Kind.NOUN
        told = group is not None and not group.negated and self._items[verb].word in COMING
        if not (source and told and verb == k - 1):
            return None
        who, _ = self._g.right_phrase(k + 2)
        return Cue(k, k, Place.NOWHERE, "denial", who, -1, True, True) if speaker_like(self._p, who.start, who.end) else None

    def _beside(self, k: int) -> Cue | None:
        """ "Despite denials by the army, P", "P amid government denials": the denial of the clause it stands beside."""
        if self._g.kind(k - 1) not in (Kind.PREP, Kind.SUB) or self._items[k - 1].word not in BESIDE:
            return None
        c = self._items[k]
        if not self._words.has("denial-noun", self._p.tokens[c.j - 1].lower):
            return None
        who, behind = self._g.possessor(c), k + 1
        if who is None and self._g.kind(behind) is Kind.PREP and self._items[behind].word in ("by", "from", "of") and self._g.kind(k + 2):
            who, behind = self._g.right_phrase(k + 2)
        elif who is None and speaker_like(self._p, c.i, c.j - 1):
            who = Span(c.i, c.j - 1)
        if who is None or not (speaker_like(self._p, who.start, who.end) or self._p.tokens[who.start].capital):
            return None
        start = self._g.segment(k)
        opens = start == k - 1
        denied = Span(behind, len(self._items)) if opens else Span(start, k - 1)
        return Cue(k, k - 1, Place.NOWHERE, "denial", who, -1, True, True, denied=denied)

    def _colon(self, k: int) -> Cue | None:
        """'The mayor: "Humbug."', "Army spokesman: the city has not fallen"."""
        if any(c.kind is Kind.VERB for c in self._items[self._g.segment(k) : k]):
            return None
        who, first = self._g.phrase_before(k)
        if who is None or not speaker_like(self._p, who.start, who.end):
            return None
        label = self._label(first, who) and self._g.clause_after(k)
        if not (self._g.kind(k + 1) is Kind.QUOTE or self._g.quote_before(k + 1) or label):
            return None
        return Cue(k, first, Place.BEFORE, ":", who, k + 1)

    def _label(self, first: int, who: Span) -> bool:
        """Whether a speaker's phrase opens its part of the sentence as a label: nothing but a time stands before it."""
        start = self._g.segment(first)
        alone = all(c.kind in (Kind.ADVERB, Kind.STOP) or self._g.is_time(c) for c in self._items[start:first])
        tokens = self._p.tokens[who.start : who.end]
        return alone and len(tokens) <= LABEL and any(self._words.value("role", t.lower) in ("state", "speaker") for t in tokens)

    # ---- parts
