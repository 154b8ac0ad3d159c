"""The sides of one document: who is named, whose country it is, who stands against whom, whom a generic word means there."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import cached_property

from heldby.model.place import PlaceKind
from heldby.read.document import Document
from heldby.read.mentions import Mention, MentionKind, holds
from heldby.read.parties import Parties

POWERS = frozenset({"unknown", "independent", "insurgents"})  # ids that stand for nobody in particular
_REBELS = re.compile(r"\b(?:rebels?|insurgents?|opposition f)", re.I)


class Sides:
    """The parties of one document: who is named, whose country it is, whom a generic word means."""

    def __init__(self, document: Document, parties: Parties) -> None:
        self._document = document
        self._parties = parties
        self._lexicon = parties.lexicon
        self._day = document.named_on
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

    def is_armed_group(self, actor: str) -> bool:
        """Whether an actor is an armed group, one that rules a country by now included."""
        a = self._actors.get(actor)
        return a is not None and a.id not in POWERS and a.kind == "armed-group"

    def is_coalition(self, actor: str) -> bool:
        return actor in self._actors and self._actors[actor].kind == "coalition"

    def home_of(self, actor: str) -> str:
        """ISO2 of a state's own country, "" for any other actor."""
        return self._actors[actor].home if actor in self._actors else ""

    def name_of(self, mention: Mention) -> str:
        """Whom a name means that several bear: who fights in the countries the document speaks of."""
        if len(mention.actors) < 2 or self._bound(mention):
            return mention.actor
        for country in self.countries:
            fit = [i for i in mention.actors if country in self._actors[i].countries]
            if fit:
                return fit[0]
        return mention.actor

    def _bound(self, mention: Mention) -> bool:
        """Whether the first bearer of a name bears it only where the document's places lie."""
        low = mention.text.lower()
        return any(n.countries and not n.generic and n.text.lower() == low for n in self._actors[mention.actor].names)

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

    def group_before(self, offset: int, country: str) -> str:
        """The armed group that the document names nearest before `offset`; "" if none."""
        fit = [m for m in self._named if m.start <= offset and self._is_group(m.actor, country) and m.actor not in POWERS]
        return self.name_of(fit[-1]) if fit else ""

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
        if self._day is None and (home := [i for i in fit if country and self._actors[i].home == country]):
            return home[0]  # of one country's governments, the one that bears its name
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
