"""Who acts: names, adjectives with a noun, generic words ("the militants", "government forces", "police"), capitals that stand for their state.

A generic word means whom the theatre says, else the state of the country spoken of or the armed group the document speaks of; such a
reading is marked `inferred`. Nobody is guessed where the document speaks of nobody fit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from heldby.model.place import PlaceKind
from heldby.read.actors_sides import POWERS, Sides
from heldby.read.chunks import Kind
from heldby.read.clauses import Link
from heldby.read.document import Parsed
from heldby.read.mentions import Mention, MentionKind, holds
from heldby.read.nominals import (
    ARTICLES,
    POSSESSIVES,
    Phrase,
    class_of,
    head_word,
    is_pronoun,
    mentions_of,
    modifier_of,
    phrases_of,
    tail,
    text_span,
)  # fmt: skip
from heldby.read.parties import Parties

STATE, REBEL, ANY, ENEMY = "state", "rebel", "any", "enemy"
BACKED = ("-backed", "-supported", "-trained", "-funded", "-allied", "-armed", "-aligned")
BELONGING = ("of", "from", "loyal to", "with", "to")
FORMATIONS = frozenset(
    ("division", "divisions", "brigade", "brigades", "regiment", "battalion", "battalions", "corps", "army", "infantry", "unit", "units")
)
ORDINALS = frozenset(("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"))
PORTIONS = frozenset(
    ("number", "handful", "couple", "thousands", "remnants", "rest", "most", "some", "many", "members", "elements", "waves", "contingent")
)
FOLLOWING = {  # what armed people are said to be, and the words before whose they are
    "ally": ("with", "to"), "affiliate": ("with", "to"), "align": ("with",), "belong": ("to",), "link": ("to", "with"), "lead": ("by",),
    "command": ("by",), "fight": ("for", "alongside"), "associate": ("with",),
}  # fmt: skip
DEEDS = frozenset(
    ("control", "rule", "hands", "offensive", "assault", "attack", "advance", "onslaught", "push", "operation", "campaign", "blitz")
)
JOINED = frozenset({"alliance", "coalition", "group", "groups", "band", "column", "convoy", "unit", "faction", "factions"})


@dataclass(frozen=True, slots=True)
class Agent:
    """An armed party as a phrase names it: its words at characters [start, end), the actor's id ("" if it cannot be told), how sure.

    `sort`: named, state, rebel, any, pronoun, we.
    """

    text: str
    start: int
    end: int
    actor: str = ""
    inferred: bool = False
    sort: str = "named"


class Cast(Sides):
    """The parties of one document as its phrases name them."""

    def agent(self, parsed: Parsed, phrase: Phrase, country: str = "", ours: Callable[[], str] = str) -> Agent | None:
        """The party a phrase names; None where it names no armed party. `ours` gives the speaker's own actor for "we" and "our forces"."""
        start, end = text_span(parsed, phrase)
        text = self._document.report.text[start:end]
        if (whole := self._some_of(parsed, phrase)) is not None:
            inner = self.agent(parsed, whole, country, ours)
            return replace(inner, text=self._document.report.text[start : inner.end], start=start) if inner is not None else None
        if is_pronoun(parsed, phrase):
            low = head_word(parsed, phrase)
            if low in ("we", "us", "ours", "i"):
                return Agent(text, start, end, ours(), True, "we")
            return Agent(text, start, end, "", True, "pronoun") if low in ("they", "it", "them", "who", "theirs") else None
        modifying = parsed.chunks[phrase.chunk].head > phrase.head
        if modifying and (owner := parsed.tokens[phrase.i].lower) in POSSESSIVES:
            ours_too = owner in ("our", "my")
            return Agent(text, start, end, ours() if ours_too else "", True, "we" if ours_too else "pronoun")
        if modifying and phrase.j - phrase.i == 1 and "-" in text:
            return self._prefix(parsed, phrase, country or self.country)
        if modifying and (found := self._adjective(parsed, phrase)):
            return Agent(text, start, end, found)
        if modifying and (named := self._mention(parsed, phrase)) and self._plain(parsed, phrase, named.end):
            return Agent(self._document.report.text[named.start : end], named.start, end, self.name_of(named))
        if backed := self._backed(parsed, phrase, country or self.country):
            return Agent(text, start, end, backed)
        if shared := self._shared(parsed, phrase):
            return Agent(text, start, end, shared)
        if (named := self._mention(parsed, phrase)) and not self._elsewhere(named, country):
            return self._from_mention(parsed, phrase, named)
        if metonym := self._capital(parsed, phrase):
            return Agent(text, start, end, metonym, False)
        if people := self._people(parsed, phrase):
            return Agent(text, start, end, people, True, STATE)
        return self._by_noun(parsed, phrase, country or self.country, ours)

    @staticmethod
    def _some_of(parsed: Parsed, phrase: Phrase) -> Phrase | None:
        """Of whom a number or a part is told: "hundreds of Taliban fighters", "fifty of his men", "remnants of the group"."""
        word = head_word(parsed, phrase)
        counted = word in PORTIONS or parsed.words.has("number", word) or word.isdigit()
        return next(iter(tail(parsed, phrase, "of")), None) if counted else None

    @staticmethod
    def _plain(parsed: Parsed, phrase: Phrase, end: int) -> bool:
        """Whether nothing but plain words stands between a name and the noun behind the phrase: "an al-Shabaab suicide | assault"."""
        rest = [t for t in parsed.tokens[phrase.i : phrase.j] if t.start >= end]
        typed = ("role", "title", "place-noun", "agent-noun", "part-noun")
        return not any(t.capital or not t.is_word or any(parsed.words.has(c, t.lower) for c in typed) for t in rest)

    def _people(self, parsed: Parsed, phrase: Phrase) -> str:
        """The state meant by "the Russians"; without article they are just people."""
        first, last = parsed.tokens[phrase.i], parsed.tokens[phrase.head]
        bare = phrase.j - phrase.i == 2 and first.lower == "the" and last.capital and last.lower.endswith("s")
        bearers = self._parties.nationalities.get(last.lower[:-1], ()) if bare else ()
        return next((i for i, n in bearers if holds(n, self._day) and self.is_state(i)), "")

    def _backed(self, parsed: Parsed, phrase: Phrase, country: str) -> str:
        """Whom "Turkish-backed Syrian fighters" are where the theatre says whom such words mean; names after the word do not matter."""
        head = parsed.tokens[phrase.head]
        whole = any(m.end >= head.end for m in mentions_of(parsed, phrase, MentionKind.ACTOR))  # a name of its own
        if whole or class_of(parsed, phrase, "agent-noun") is None:
            return ""
        words = [t.lower for t in parsed.tokens[phrase.i : phrase.head]]
        told = (w for w in words if w.endswith(BACKED) or w.startswith("pro-"))
        means = (self._means(w, c, adjective=True) for w in told for c in (country, *self.countries))
        return next((a for a in means if a and not self.is_state(a)), "")

    def _shared(self, parsed: Parsed, phrase: Phrase) -> str:
        """The first of "Somali and Ethiopian troops", which shares its noun with the second."""
        k = phrase.chunk
        if phrase.j - phrase.i != 1 or k + 2 >= len(parsed.chunks) or parsed.chunks[k + 1].kind is not Kind.AND:
            return ""
        after = parsed.chunks[k + 2]
        second = Phrase(k + 2, after.i, after.j, after.head)
        if after.kind is not Kind.NOUN or class_of(parsed, second, "agent-noun") is None:
            return ""
        first = self._adjective(parsed, phrase)
        other = self._adjective(parsed, replace(second, j=second.i + 1)) if self.is_state(first) else ""
        allied = other != "" and self.home_of(other) == self.country != self.home_of(first)
        return other if allied else first  # "Rwandan and Mozambican troops" in Mozambique fight for its government

    def _prefix(self, parsed: Parsed, phrase: Phrase, country: str) -> Agent | None:
        """Who stands before the hyphen of "rebel-held", "Russian-occupied"."""
        token = parsed.tokens[phrase.i]
        stem = token.text.rpartition("-")[0]
        end = token.start + len(stem)
        if named := next((m for m in parsed.mentions_in(token.start, end) if m.actors), None):
            return Agent(self._document.report.text[token.start : end], token.start, end, self.name_of(named))
        low = stem.lower()
        actor = self._means(low, country) or self._means(low, country, adjective=True) or self._metonym(stem)
        if not actor:
            side = parsed.words.value("actor-adjective", low)
            actor = self.state_of(country) if side == STATE else self.rebels_at(token.start, country) if side == REBEL else ""
        return Agent(self._document.report.text[token.start : end], token.start, end, actor, True) if actor else None

    def _metonym(self, name: str) -> str:
        return next((i for i, where in self._bearers(name.lower()) if not where), "") if name[:1].isupper() else ""

    def _from_mention(self, parsed: Parsed, phrase: Phrase, named: Mention) -> Agent | None:
        start, end = text_span(parsed, phrase)
        if named.end <= parsed.tokens[phrase.head].start and not self._armed_head(parsed, phrase):
            return None  # "Taliban spokesman", "Russian diplomats", "Houthi missiles"
        owned = named.unit_ids and self._document.text.startswith("'s", named.end)
        if (named.adjective or owned) and (home := self.home_of(self.name_of(named))) and self._rises(parsed, phrase):
            return Agent(self._document.report.text[start:end], start, end, self.rebels_at(start, home), True, REBEL)
        return Agent(self._document.report.text[start:end], start, end, self.name_of(named))

    @staticmethod
    def _rises(parsed: Parsed, phrase: Phrase) -> bool:
        """Whether a people's name stands before rebels: "Malian insurgents" are not Mali's."""
        noun = class_of(parsed, phrase, "agent-noun")
        return noun is not None and set(parsed.words.values("agent-noun", noun[1])) == {REBEL}

    def _adjective(self, parsed: Parsed, phrase: Phrase) -> str:
        """The actor of an adjective that stands alone before its noun: "the sudden American withdrawal"."""
        words = [t.lower for t in parsed.tokens[phrase.i : phrase.j]]
        spans = [
            (k, j) for j in range(len(words), 0, -1) if self._plain(parsed, phrase, parsed.tokens[phrase.i + j - 1].end) for k in range(j)
        ]
        for k, j in spans:
            known = self._parties.nationalities.get(" ".join(words[k:j]), ())
            bearers = [i for i, n in known if holds(n, self._day) and (not n.countries or not set(n.countries).isdisjoint(self.countries))]
            if bearers:
                return next((i for c in self.countries for i in bearers if c in self._actors[i].countries), bearers[0])
        return ""

    @staticmethod
    def _armed_head(parsed: Parsed, phrase: Phrase) -> bool:
        return class_of(parsed, phrase, "agent-noun") is not None or class_of(parsed, phrase, "weapon") is not None

    def _mention(self, parsed: Parsed, phrase: Phrase) -> Mention | None:
        """The actor named in a phrase, or in what it belongs to ("fighters of the Islamic State"); not whoever backs or leads it."""
        found = [m for m in mentions_of(parsed, phrase, MentionKind.ACTOR) if not self._backer(m)]
        head = parsed.tokens[phrase.head]
        if len(known := [m for m in found if m.actor not in POWERS]) > 0:
            found = known  # "Taliban gunmen"
        at_head = [m for m in found if m.end > head.start]
        if at_head and at_head[-1].actor not in POWERS:
            return at_head[-1]
        if at_head:
            return self._belongs(parsed, phrase) or at_head[-1]  # "gunmen of the Maute group"
        own = [m for m in found if not self._document.text.startswith("-led", m.end)]
        if own or found:
            return (own or found)[-1]
        return self._belongs(parsed, phrase) if self._armed_head(parsed, phrase) else None

    def _belongs(self, parsed: Parsed, phrase: Phrase) -> Mention | None:
        """Whose the armed people of a phrase are: "fighters of the Islamic State", "forces loyal to Khalifa Haftar"."""
        for inner in (*tail(parsed, phrase, *BELONGING), *self._lords(parsed, phrase)):
            if belongs := mentions_of(parsed, inner, MentionKind.ACTOR):
                home = self._rises(parsed, phrase) and self.is_state(belongs[0].actor)
                return None if home else belongs[0]  # "rebels from Ethiopia's north" are not Ethiopia's
        return None

    @staticmethod
    def _lords(parsed: Parsed, phrase: Phrase) -> tuple[Phrase, ...]:
        """Whom armed people follow by the participle behind them: "fighters allied with X", "rebels led by Y", "men belonging to Z"."""
        following = [
            p for p in parsed.parse.predicates if p.noun == phrase.chunk and p.link in (Link.PART, Link.ING) and p.group.lemma in FOLLOWING
        ]
        return tuple(
            q for p in following for prep, chunks in p.parts if prep in FOLLOWING[p.group.lemma] for q in phrases_of(parsed, chunks)
        )[:1]

    def _elsewhere(self, m: Mention, country: str) -> bool:
        """Whether an ordinary word ("resistance fighters") is an adjective of somebody who fights elsewhere only."""
        if not m.adjective or not country or self._document.parsed[0].words.value("agent-noun", m.text.lower()) is None:
            return False
        return all((told := self._actors[i].countries) and country not in told for i in m.actors)

    def _backer(self, m: Mention) -> bool:
        return self._document.text.startswith(BACKED, m.end)

    def _capital(self, parsed: Parsed, phrase: Phrase) -> str:
        """A country, or a capital that stands for its state ("Baghdad no longer rules Mosul"), or "Mali's army"."""
        for m in mentions_of(parsed, phrase):
            owned = self._document.text.startswith("'s", m.end) and m.end < parsed.tokens[phrase.head].start
            at_head = m.end >= parsed.tokens[phrase.head].end and phrase.j - phrase.i <= 2
            if not (at_head or (owned and self._armed_head(parsed, phrase))):
                continue
            if found := [i for i, where in self._bearers(m.text.lower()) if not where]:
                return found[0]  # "Baghdad", "Kyiv's forces"
            units = [u for i in m.unit_ids[:40] if (u := self._lexicon.gazetteer.unit(i))]
            if country := next((u.country for u in units if u.kind is PlaceKind.COUNTRY), ""):
                return self.rebels_at(m.start, country) if self._rises(parsed, phrase) else self.state_of(country)
        return ""

    def _generic_text(self, parsed: Parsed, phrase: Phrase, country: str) -> str:
        """Whom the whole phrase, or its end, means as a generic word of the theatre; before the noun, a generic adjective."""
        words = [t.lower for t in parsed.tokens[phrase.i : phrase.head + 1]]
        while words and (words[0] in ARTICLES or words[0] in POSSESSIVES):
            words = words[1:]
        for k in range(len(words)):
            if found := self._means(" ".join(words[k:]), country):
                return found
            if k < len(words) - 1 and (found := self._means(words[k], country, adjective=True)):
                return found
        return ""

    def _by_noun(self, parsed: Parsed, phrase: Phrase, country: str, ours: Callable[[], str]) -> Agent | None:
        noun = class_of(parsed, phrase, "agent-noun")
        start, end = text_span(parsed, phrase)
        text = self._document.report.text[start:end]
        first = parsed.tokens[phrase.i].lower
        if noun is None:
            deed = (
                modifier_of(parsed, phrase.chunk)
                if head_word(parsed, phrase) in DEEDS and phrase.head == parsed.chunks[phrase.chunk].head
                else None
            )
            return self.agent(parsed, deed, country, ours) if deed is not None else None  # "fell to a Taliban offensive"
        if first in ("our", "my"):
            return Agent(text, start, end, ours(), True, "we")
        if first in ("its", "their", "his", "whose") and noun[0] != REBEL:
            return Agent(text, start, end, "", True, "pronoun")
        if noun[0] == ENEMY:
            return Agent(text, start, end, "", True, ENEMY)
        if noun[1] in JOINED and first in ("a", "an", "the"):
            for inner in tail(parsed, phrase, "of")[:1]:
                if (member := self.agent(parsed, inner, country, ours)) is not None and member.actor:
                    return Agent(text, start, end, member.actor, True, member.sort)  # "an alliance of rebels"
        side = self._side(parsed, phrase, noun)
        if side == ANY and noun[1] in FORMATIONS and self._numbered(parsed, phrase):
            side = STATE  # "the 93rd Mechanised Brigade"
        if side == ANY or noun[1] in ("forces", "troops", "fighters"):
            for inner in tail(parsed, phrase, "to"):
                if (lord := self._by_noun(parsed, inner, country, ours)) is not None and lord.actor:
                    return Agent(text, start, end, lord.actor, True, lord.sort)  # "forces loyal to the government"
        if found := self._generic_text(parsed, phrase, country):
            return Agent(text, start, end, found, True, STATE if self.is_state(found) else side)
        if side == STATE:
            return Agent(text, start, end, self.state_of(country), True, STATE)
        if side == REBEL:
            return Agent(
                text, start, end, next((a for c in (country, *self.countries) if (a := self.rebels_at(start, c))), ""), True, REBEL
            )
        foreign = any(m.kind is MentionKind.OUTLET for m in mentions_of(parsed, phrase)) or self._of_people(parsed, phrase)
        return Agent(text, start, end, "", True, "unknown" if foreign else ANY)  # "UN peacekeepers", "German troops"

    @staticmethod
    def _numbered(parsed: Parsed, phrase: Phrase) -> bool:
        """Whether a formation bears a number, as those of states do."""
        return any(t.text[0].isdigit() or t.lower in ORDINALS for t in parsed.tokens[phrase.i : phrase.j])

    @staticmethod
    def _of_people(parsed: Parsed, phrase: Phrase) -> bool:
        before = parsed.tokens[phrase.i : phrase.head]
        return any(t.capital and t.lower.endswith(("an", "ish", "ese")) and not parsed.words.has("determiner", t.lower) for t in before)

    @staticmethod
    def _side(parsed: Parsed, phrase: Phrase, noun: tuple[str, str, int]) -> str:
        """State or rebel by the words before the noun, else by the noun; any where both are open."""
        for k in range(phrase.i, noun[2]):
            if value := parsed.words.value("actor-adjective", parsed.tokens[k].lower):
                return value
        both = parsed.words.values("agent-noun", noun[1])
        if STATE in both:
            return STATE
        return REBEL if REBEL in both else ANY


__all__ = ["ANY", "ENEMY", "POWERS", "REBEL", "STATE", "Agent", "Cast", "Parties"]
