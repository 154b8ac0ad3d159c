"""Who acts: names, adjectives with a noun, generic words ("the militants", "government forces", "police"), capitals that stand for their state.

A generic word means whom the theatre says, else the state of the country spoken of or the armed group the document speaks of; such a
reading is marked `inferred`. Nobody is guessed where the document speaks of nobody fit.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from heldby.model.place import PlaceKind
from heldby.read.chunks import Kind
from heldby.read.document import Document, Parsed
from heldby.read.mentions import Mention, MentionKind, holds
from heldby.read.nominals import ARTICLES, POSSESSIVES, Phrase, class_of, head_word, is_pronoun, mentions_of, tail, text_span
from heldby.read.parties import Parties

STATE, REBEL, ANY, ENEMY = "state", "rebel", "any", "enemy"
BACKED = ("-backed", "-supported", "-trained", "-funded", "-allied", "-armed", "-aligned")
BELONGING = ("of", "from", "loyal to", "with", "to")
JOINED = frozenset({"alliance", "coalition", "group", "groups", "band", "column", "convoy", "unit", "faction", "factions"})
POWERS = frozenset({"unknown", "independent", "insurgents"})  # ids that stand for nobody in particular


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


_REBELS = re.compile(r"\b(?:rebels?|insurgents?|opposition f)", re.I)


class Cast:
    """The parties of one document: who is named, whose country it is, whom a generic word means."""

    def __init__(self, document: Document, parties: Parties) -> None:
        self._document = document
        self._parties = parties
        self._lexicon = parties.lexicon
        self._day = document.day
        self._actors = parties.actors
        self._named = [m for m in document.mentions if m.kind is MentionKind.ACTOR]
        self.countries = self._countries()

    def _bearers(self, words: str, adjective: bool = False) -> list[tuple[str, tuple[str, ...]]]:
        """Actors that bear a generic word on the day of publication, each with the countries (none: all) where they bear it."""
        table = self._parties.adjectives if adjective else self._parties.nouns
        return [(i, n.countries) for i, n in table.get(words, ()) if holds(n, self._day)]

    @property
    def country(self) -> str:
        """ISO2 of the country the document speaks of most, "" if of none."""
        return self.countries[0] if self.countries else ""

    def _countries(self) -> tuple[str, ...]:
        """Countries of the places named, those meant likeliest first."""
        weight: dict[str, float] = defaultdict(float)
        gazetteer = self._lexicon.gazetteer
        allowed = frozenset(self._lexicon.countries)
        for m in self._document.mentions:
            if m.text.lower() in self._parties.metonyms:
                continue
            units = [u for i in m.unit_ids[:40] if (u := gazetteer.unit(i)) and u.country]
            if not units:
                continue
            if any(u.kind is PlaceKind.COUNTRY for u in units):
                weight[next(u.country for u in units if u.kind is PlaceKind.COUNTRY)] += 1 if m.kind is MentionKind.ACTOR else 3
                continue
            countries = {u.country for u in units}
            for c in countries:
                weight[c] += 2.0 / len(countries)
        for m in self._named:
            actor = self._actors.get(m.actor)
            if actor is not None and (actor.home or actor.countries):
                weight[actor.home or actor.countries[0]] += 1
        self._weights = dict(weight)
        ranked = sorted(weight, key=lambda c: (-weight[c], c))
        return tuple(c for c in ranked if not allowed or c in allowed)

    def weight(self, country: str) -> float:
        """How much the document speaks of a country: a name counts 2 or 3, one that several countries bear its share."""
        return self._weights.get(country, 0.0)

    def state_of(self, country: str) -> str:
        """The actor that governs `country` on the day of publication; "" if the lexicon has none."""
        if not country:
            return ""
        ruling = [i for i, where in self._bearers("government") if country in where]
        homes = [a.id for a in self._lexicon.actors if a.home == country]
        return ruling[0] if len(ruling) == 1 else (homes or [""])[0]

    @property
    def parties(self) -> frozenset[str]:
        """The ids of all actors the lexicon knows."""
        return frozenset(self._actors)

    def knows(self, actor: str) -> bool:
        return actor in self._actors

    def is_state(self, actor: str) -> bool:
        return bool((a := self._actors.get(actor)) and a.home)

    def fights_in(self, actor: str, country: str) -> bool:
        """Whether a state or an armed group, not a coalition of others, is a party in `country`."""
        a = self._actors.get(actor)
        return a is not None and a.kind in ("state", "armed-group") and (not a.countries or not country or country in a.countries)

    def is_coalition(self, actor: str) -> bool:
        return actor in self._actors and self._actors[actor].kind == "coalition"

    def home_of(self, actor: str) -> str:
        """ISO2 of a state's own country, "" for any other actor."""
        return self._actors[actor].home if actor in self._actors else ""

    def name_of(self, mention: Mention) -> str:
        """Whom a name means that several bear: who fights in the countries the document speaks of."""
        if len(mention.actors) < 2:
            return mention.actor
        for country in self.countries:
            fit = [i for i in mention.actors if country in self._actors[i].countries]
            if fit:
                return fit[0]
        return mention.actor

    def rebels_at(self, offset: int, country: str) -> str:
        """The armed group the document speaks of nearest before `offset`, else first after it; else whom "rebels" means there."""
        if self._speaks_of_rebels and not any(m.start <= offset and self._is_group(m.actor, country) for m in self._named):
            return self._generic_rebels(country) or self._group_named(offset, country)
        return self._group_named(offset, country) or self._generic_rebels(country)

    @cached_property
    def _speaks_of_rebels(self) -> bool:
        """Whether the document calls somebody rebels, insurgents or militants without a name of their own."""
        return bool(_REBELS.search(self._document.text))

    def _generic_rebels(self, country: str) -> str:
        state = self.state_of(country)
        return next((a for w in ("insurgents", "militants", "rebels") if (a := self._means(w, country)) and a != state), "")

    def _group_named(self, offset: int, country: str) -> str:
        state = self.state_of(country)
        fit = [m for m in self._named if self._is_group(m.actor, country) and m.actor != state]
        before = [m for m in fit if m.start <= offset]
        near = before[-1] if before else fit[0] if fit else None
        return self.name_of(near) if near else ""

    def _is_group(self, actor: str, country: str) -> bool:
        a = self._actors.get(actor)
        if a is None or a.home or a.id in POWERS or a.kind not in ("armed-group", "coalition"):
            return False
        return not a.countries or not country or country in a.countries

    def is_bystander(self, speaker: str, loser: str) -> bool:
        """Whether a speaking power is no party to the loser's war: a state that is not the loser's enemy here."""
        home = (self._actors[loser].home if loser in self._actors else "") or self.country
        other = self._actors[speaker]
        return bool(other.countries) and bool(home) and home not in other.countries

    def _means(self, words: str, country: str, adjective: bool = False) -> str:
        """Whom a generic word means where the place lies in `country`: its one bearer there, else the one whose names the document uses."""
        bearers = self._bearers(words, adjective)
        fit = tuple(dict.fromkeys(i for i, where in bearers if not where or country in where))
        if len(fit) == 1:
            return fit[0]
        spoken = [i for m in self._named for i in m.actors if i in fit]
        return Counter(spoken).most_common(1)[0][0] if spoken else ""

    def enemy_of(self, actor: str, offset: int, country: str) -> str:
        """The other party of the document: the state's is the group spoken of, else the foreign power that is named; a group's is the state."""
        state = self.state_of(country)
        if actor and actor != state:
            return state
        group = self.rebels_at(offset, country) if self._speaks_of_rebels else self._group_named(offset, country)
        if group and group != actor:
            return group
        foreign = Counter(m.actor for m in self._named if self.is_state(m.actor) and m.actor not in (actor, state))
        fighting = [a for a, _ in foreign.most_common() if self.fights_in(a, country)]
        return next(iter(fighting), "") or self._generic_rebels(country)

    def agent(self, parsed: Parsed, phrase: Phrase, country: str = "", ours: Callable[[], str] = str) -> Agent | None:
        """The party a phrase names; None where it names no armed party. `ours` gives the speaker's own actor for "we" and "our forces"."""
        start, end = text_span(parsed, phrase)
        text = self._document.report.text[start:end]
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
        if modifying and (named := self._mention(parsed, phrase)) and named.end >= parsed.tokens[phrase.head].end:
            return Agent(self._document.report.text[named.start : end], named.start, end, self.name_of(named))
        if shared := self._shared(parsed, phrase):
            return Agent(text, start, end, shared)
        if (named := self._mention(parsed, phrase)) and not self._elsewhere(named, country):
            return self._from_mention(parsed, phrase, named)
        if metonym := self._capital(parsed, phrase):
            return Agent(text, start, end, metonym, False)
        if people := self._people(parsed, phrase):
            return Agent(text, start, end, people, True, STATE)
        return self._by_noun(parsed, phrase, country or self.country, ours)

    def _people(self, parsed: Parsed, phrase: Phrase) -> str:
        """The state meant by "the Russians"; without article they are just people."""
        first, last = parsed.tokens[phrase.i], parsed.tokens[phrase.head]
        bare = phrase.j - phrase.i == 2 and first.lower == "the" and last.capital and last.lower.endswith("s")
        bearers = self._parties.nationalities.get(last.lower[:-1], ()) if bare else ()
        return next((i for i, n in bearers if holds(n, self._day) and self.is_state(i)), "")

    def _shared(self, parsed: Parsed, phrase: Phrase) -> str:
        """The first of "Somali and Ethiopian troops", which shares its noun with the second."""
        k = phrase.chunk
        if phrase.j - phrase.i != 1 or k + 2 >= len(parsed.chunks) or parsed.chunks[k + 1].kind is not Kind.AND:
            return ""
        after = parsed.chunks[k + 2]
        armed = after.kind is Kind.NOUN and class_of(parsed, Phrase(k + 2, after.i, after.j, after.head), "agent-noun") is not None
        return self._adjective(parsed, phrase) if armed else ""

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
        if named.adjective and (home := self.home_of(self.name_of(named))) and self._rises(parsed, phrase):
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
        for k in range(len(words)):
            bearers = [i for i, n in self._parties.nationalities.get(" ".join(words[k:]), ()) if holds(n, self._day)]
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
        if at_head:
            return at_head[-1]
        own = [m for m in found if not self._document.text.startswith("-led", m.end)]
        if own or found:
            return (own or found)[-1]
        if self._armed_head(parsed, phrase):
            for inner in tail(parsed, phrase, *BELONGING):
                if belongs := mentions_of(parsed, inner, MentionKind.ACTOR):
                    return belongs[0]
        return None

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
            if at_head and (found := [i for i, where in self._bearers(m.text.lower()) if not where]):
                return found[0]
            units = [u for i in m.unit_ids[:40] if (u := self._lexicon.gazetteer.unit(i))]
            if country := next((u.country for u in units if u.kind is PlaceKind.COUNTRY), ""):
                return self.state_of(country)
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
            return None
        if first in ("our", "my"):
            return Agent(text, start, end, ours(), True, "we")
        if first in ("its", "their", "his") and noun[0] != REBEL:
            return Agent(text, start, end, "", True, "pronoun")
        if noun[0] == ENEMY:
            return Agent(text, start, end, "", True, ENEMY)
        if noun[1] in JOINED and first in ("a", "an", "the"):
            for inner in tail(parsed, phrase, "of")[:1]:
                if (member := self.agent(parsed, inner, country, ours)) is not None and member.actor:
                    return Agent(text, start, end, member.actor, True, member.sort)  # "an alliance of rebels"
        side = self._side(parsed, phrase, noun)
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
