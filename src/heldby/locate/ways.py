"""Crossings and roads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from heldby.locate.answer import Answer, unplaced
from heldby.locate.nouns import Noun, Role
from heldby.locate.phrase import Phrase
from heldby.locate.resolve import REACH, Resolver
from heldby.locate.sites import Sites, noun_words
from heldby.model.place import PlaceKind, Unit

FROM_HERE = 300  # characters before "the road to X" in which the place that it leads from stands
_GOAL = re.compile(r"\sto\s(?:the\s)?(?P<goal>[a-z]+)\Z")


class Ways:
    """Answers for crossings, borders and roads; the place asked about stands at character `start`."""

    def __init__(self, resolver: Resolver, sites: Sites, start: int) -> None:
        self._resolver = resolver
        self._sites = sites
        self._start = start

    def crossing(self, phrase: Phrase, words: Sequence[str]) -> Answer:
        """A crossing: the one named, that of the town named, or the one last spoken of."""
        kinds = (PlaceKind.CROSSING,)
        if phrase.name:
            own = [u for u in self._resolver.units_named(phrase.name) if u.kind in kinds]
            if own:
                question = self._resolver.asking(phrase.name, phrase.noun, phrase.areas, self._start)
                return self._resolver.chosen(question, own)
        elif last := self.last_crossing(phrase.noun):
            return last
        if phrase.noun and phrase.noun.role is Role.EDGE and not phrase.name:
            return unplaced("a border, and no crossing is spoken of before it", None, PlaceKind.REGION)
        if phrase.noun and phrase.noun.role is Role.EDGE and (land := self._sites.owner(phrase).unit) and land.kind is PlaceKind.COUNTRY:
            return unplaced(f"the borders of {land.name} have no unit of their own", f"borders of {land.name}", PlaceKind.REGION, land)
        return self._sites.site(phrase, (*words, "crossing", "border crossing"))

    def last_crossing(self, noun: Noun | None) -> Answer | None:
        """The crossing last spoken of within reach."""
        for unit, distance in self._resolver.spoken(self._start, noun):
            if unit.kind is PlaceKind.CROSSING and distance <= REACH:
                return Answer(unit, why=(f"the crossing last spoken of, {distance} characters before",))
        return None

    def road(self, phrase: Phrase) -> Answer:
        """The road whose ends are named; never a guess."""
        if not phrase.ends:
            if phrase.name and phrase.owned and (found := self._from_here(phrase.name)):
                return found
            goal = _GOAL.search(phrase.words)
            return self._sites.site(phrase, (f"{goal['goal']} road", *noun_words(phrase)) if goal else noun_words(phrase))
        ends = (self._end(phrase.ends[0]), self._end(phrase.ends[1]))
        if road := self._between(ends[0], ends[1]):
            return Answer(road, why=(f"the road between {phrase.ends[0]} and {phrase.ends[1]}",))
        called = "-".join(unit.name if unit else text for text, unit in ends)
        where = next((unit for _, unit in ends if unit), None)
        return unplaced(f"no road {called} is known", f"{called} {phrase.noun.text if phrase.noun else 'road'}", PlaceKind.ROAD, where)

    def _from_here(self, goal: str) -> Answer | None:
        """ "The road to X": the one known road between X and a place spoken of shortly before."""
        for unit, distance in self._resolver.spoken(self._start, None):
            if distance > FROM_HERE:
                return None
            if road := self._between((unit.name, unit), self._end(goal)):
                return Answer(road, why=(f"the road to {goal} from {unit.name}, spoken of {distance} characters before",))
        return None

    def _between(self, one: tuple[str, Unit | None], other: tuple[str, Unit | None]) -> Unit | None:
        """The road whose gazetteer name joins names of both ends, in either order."""
        names = [dict.fromkeys((text, *(n.text for n in unit.names if n.lang != "fa")) if unit else (text,)) for text, unit in (one, other)]
        for a in names[0]:
            for b in names[1]:
                for form in (f"{a}-{b} road", f"{b}-{a} road", f"{a}-{b} highway", f"{b}-{a} highway"):
                    if road := next((u for u in self._resolver.units_named(form) if u.kind is PlaceKind.ROAD), None):
                        return road
        return None

    def _end(self, text: str) -> tuple[str, Unit | None]:
        found = self._resolver.named(text, None, (), self._start)
        return text, found.unit
