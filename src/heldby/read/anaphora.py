"""References back: "the crossing", "the town", "it". The nearest fitting place of this or the three sentences before, or nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cached_property

from heldby.model.place import Place, PlaceKind
from heldby.model.theatre import Gazetteer
from heldby.read.document import Document
from heldby.read.places import PlaceReader
from heldby.read.places_names import AREAS, Spot
from heldby.read.places_nouns import FEW

REACH = 3  # sentences back
SETS = frozenset({"both", "either", "neither", "they", "them", "these", "all"})
SAME, NEAR = 2, 1
FEW_MEANT, MANY = 3, 5  # members of a list that "them", "the villages" may go back to
# What a noun may stand for beside its own kind.
_LOOSE: dict[str, frozenset[str]] = {
    "city": frozenset({"town"}),
    "town": frozenset({"city", "village", "district", "crossing"}),
    "village": frozenset({"town"}),
    "district": frozenset({"town", "city"}),
    "crossing": frozenset({"town", "base"}),
    "province": frozenset(),
    "country": frozenset(),
}
_CROSSING_WORDS = frozenset({"border", "frontier", "gate", "post", "border post", "crossing", "border crossing", "crossing point"})
_VAGUE = frozenset(
    {"north", "south", "east", "west", "part", "parts", "side", "territory", "land", "ground", "place", "area", "areas", "positions"}
)
_ANY = frozenset({"area", "place", "site", "location", "locality", "settlement", "community"})


class Trail:
    """The places of one document in the order they come, and those that claims spoke of."""

    def __init__(self, document: Document, places: PlaceReader, gazetteer: Gazetteer) -> None:
        self._document = document
        self._places = places
        self._gazetteer = gazetteer
        self._named: dict[int, tuple[Spot, ...]] = {}
        self._claimed: list[tuple[int, Spot]] = []
        self._sets: list[tuple[int, tuple[Spot, ...]]] = []

    def note(self, sentence: int, spot: Spot) -> None:
        """A claim of `sentence` speaks of this place."""
        self._claimed.append((sentence, spot))

    def note_set(self, sentence: int, spots: tuple[Spot, ...]) -> None:
        """Places told of together: what "both" and "either" go back to."""
        if len(spots) > 1:
            self._sets.append((sentence, spots))

    def focus(self, sentence: int, before: int) -> str:
        """The name of the place last claimed or named before character `before` of a sentence, "" if none within reach."""
        for back in range(REACH + 1):
            near = [s for n, s in self._claimed if n == sentence - back and s.named] or list(self._of(sentence - back))
            spots = [s for s in near if s.place.end <= before]
            cities = [s for s in spots if self._kinds(s) & {"city", "town", "village"}]
            if cities or spots:
                return (cities or spots)[-1].place.name
        only = self.only("city", sentence) or self.only("town", sentence) or self.only("district", sentence)
        return only.place.name if only else ""

    def resolve(self, sentence: int, spot: Spot) -> tuple[Spot, ...]:
        """The referring spot with the name and units of what it goes back to; () where nothing near fits.

        Farther back than three sentences only the one place of its kind that the text has named so far is meant by "the city".
        """
        first = spot.place.text.lower().split()[0]
        if first in ("both", "either", "neither") and (
            pair := self._told_pair(spot, sentence) or self._pair(spot, sentence) or self._claimed_pair(spot, sentence)
        ):
            return pair
        if spot.plural or (spot.place.text.lower().split()[0] in SETS and spot.plural_reference):
            number = next((FEW[w] for w in spot.place.text.lower().split()[:2] if w in FEW), 0)
            fit = ((n, group) for n, group in reversed(self._sets) if sentence - n <= 2 * REACH and number in (0, len(group)))
            told = next(fit, None)
            few = told is not None and (
                len(told[1]) <= (FEW_MEANT if spot.sort == "pronoun" and first not in ("these", "those") else MANY)
                or spot.place.text.lower().split()[0] in ("both", "either", "neither")
            )
            if (
                told is not None
                and few
                and (spot.sort == "pronoun" or all(self._fit(spot, s, False) and spot.sort in AREAS for s in told[1]))
            ):
                return tuple(self.bound(spot, s, sentence - told[0]) for s in told[1])
            if first in ("both", "either", "neither", "them") and (pair := self._pair(spot, sentence)):
                return pair
            return self._series(spot, sentence, 2 if first == "both" else number)
        for least in (SAME, NEAR):
            for back in range(REACH + 1):
                found = self._best(spot, self._candidates(sentence - back, spot.place.start), least)
                if found is not None:
                    return (self.bound(spot, found, back),)
            if spot.sort in AREAS and (only := self.only(spot.sort, sentence)):
                return (self.bound(spot, only, REACH + 1),)
        again = self._again(spot, sentence) or (self._topic if spot.sort in ("city", "town") or first == "there" else None)
        return (self.bound(spot, again, REACH + 1),) if again is not None else ()

    def _again(self, spot: Spot, sentence: int) -> Spot | None:
        """The place farther back that the same noun was said of: "the air base" some paragraphs on."""
        if spot.sort in AREAS or spot.sort == "pronoun" or spot.place.head in _VAGUE:
            return None
        near = [s for n, s in self._claimed if n < sentence] + [s for n in range(sentence) for s in self._of(n)]
        told = [s for s in near if s.place.head == spot.place.head and (s.named or s.place.parent_names) and not s.place.unnamed]
        return max(told, key=lambda s: s.place.start, default=None)

    @cached_property
    def _topic(self) -> Spot | None:
        """The town that the text names most, its dateline included; None where two are named as often."""
        spots = [s for n in range(len(self._document.parsed)) for s in self._of(n)] + list(self._dateline())
        towns = [s for s in spots if s.named and self._kinds(s) & {"city", "town"} and not s.area]
        counted = Counter(s.place.name.casefold() for s in towns).most_common(2)
        if not counted or counted[0][1] < 2 or (len(counted) > 1 and counted[1][1] == counted[0][1]):
            return None
        return next(s for s in towns if s.place.name.casefold() == counted[0][0])

    def _series(self, spot: Spot, sentence: int, number: int) -> tuple[Spot, ...]:
        """The places, exactly `number`, that a sentence names together, this one or one of the three before: "all three", "both"."""
        for back in range(REACH + 1 if number else 0):
            named = {s.place.name.casefold(): s for s in self._of(sentence - back) if s.named and (back or s.place.end <= spot.place.start)}
            inner = [s for s in named.values() if s.sort not in ("province", "country") and not s.area]
            if len(inner) == number:
                return tuple(self.bound(spot, s, back) for s in inner)
        return ()

    def called(self, head: str, sentence: int, before: int) -> Spot | None:
        """The place of this or the sentence before that a noun ending with `head` was said of: "Lashkar Gah, the provincial capital"."""
        for n in (sentence, sentence - 1):
            near = [s for m, s in self._claimed if m == n and s.named] + [s for s in self._of(n) if s.named]
            told = [s for s in near if s.place.end <= before and s.place.head.split()[-1:] == [head]]
            if told:
                return told[-1]
        return None

    def _told_pair(self, spot: Spot, sentence: int) -> tuple[Spot, ...]:
        """The two places that a claim of the sentence before tells of together, where this one names none."""
        told = next(((n, g) for n, g in reversed(self._sets) if len(g) == 2 and sentence - n == 1), None)
        return tuple(self.bound(spot, s, 1) for s in told[1]) if told and not any(s.named for s in self._of(sentence)) else ()

    def _pair(self, spot: Spot, sentence: int) -> tuple[Spot, ...]:
        """The two places that a sentence names side by side, this one or the one before."""
        for n in (sentence, sentence - 1):
            named = [s for s in self._of(n) if s.place.end <= spot.place.start or n != sentence]
            inner = [s for s in named if s.sort not in ("province", "country")]
            if len(inner) == 2:
                return tuple(self.bound(spot, s, sentence - n) for s in inner)
        return ()

    def _claimed_pair(self, spot: Spot, sentence: int) -> tuple[Spot, ...]:
        """The two places that the claims of the sentence before, or of the one before that, tell of one by one."""
        for back in (1, 2):
            told = {s.place.name.casefold(): s for n, s in self._claimed if n == sentence - back and s.named}
            if told:
                return tuple(self.bound(spot, s, back) for s in told.values()) if len(told) == 2 else ()
        return ()

    def only(self, sort: str, sentence: int) -> Spot | None:
        """The one place of a kind that the text, its dateline included, has named up to a sentence; None if there are none or several."""
        spots = [s for n in range(sentence + 1) for s in self._of(n)] + list(self._dateline())
        explicit = [s for s in spots if s.named and s.sort == sort]
        fit = {s.place.name.casefold(): s for s in explicit or spots if s.named and sort in self._kinds(s)}
        return next(iter(fit.values())) if len(fit) == 1 else None

    def _dateline(self) -> tuple[Spot, ...]:
        first = self._document.parsed[0].sentence.start if self._document.parsed else 0
        named = [m for m in self._document.mentions if m.unit_ids and m.end <= first and self._document.layout.dateline]
        return tuple(Spot(Place(m.text.title(), m.start, m.end, m.text.title()), m.unit_ids) for m in named)

    def _candidates(self, sentence: int, before: int) -> list[tuple[bool, Spot]]:
        claimed = [s for n, s in self._claimed if n == sentence and (s.named or s.place.parent_names)]
        named = [s for s in self._of(sentence) if all(s.place.start != c.place.start for c in claimed)]
        both = [(True, s) for s in claimed] + [(False, s) for s in named]
        return sorted((c for c in both if c[1].place.end <= before), key=lambda c: c[1].place.start)

    def _of(self, sentence: int) -> tuple[Spot, ...]:
        if sentence < 0 or sentence >= len(self._document.parsed):
            return ()
        if sentence not in self._named:
            self._named[sentence] = self._places.all_of(self._document.parsed[sentence])
        return self._named[sentence]

    def _best(self, spot: Spot, candidates: list[tuple[bool, Spot]], least: int) -> Spot | None:
        best: tuple[int, bool, bool, int] | None = None
        chosen: Spot | None = None
        for at, (claimed, candidate) in enumerate(candidates):
            fit = self._fit(spot, candidate, claimed)
            rank = (fit, claimed, not candidate.area, at)
            if fit >= least and (best is None or rank > best):
                best, chosen = rank, candidate
        return chosen

    def _fit(self, spot: Spot, candidate: Spot, claimed: bool) -> int:
        kinds = self._kinds(candidate)
        head = spot.place.head
        if spot.sort == "pronoun":
            return SAME + claimed if kinds - {"country", "province", "region"} else NEAR if claimed or "region" in kinds else 0
        sort = "district" if head.startswith("district ") else spot.sort
        if candidate.place.head and (head == candidate.place.head or (sort in {*AREAS, "crossing"} and sort == candidate.sort)):
            return SAME + 1
        if head in _CROSSING_WORDS and ("crossing" in kinds or "border" in candidate.place.text.lower()):
            return SAME
        if head in _ANY:
            return NEAR if kinds - {"country"} else 0
        if sort in AREAS or sort == "crossing":
            if candidate.sort == "base" and candidate.named:  # "Kombolcha airport ... the town"
                units = {str(u.kind) for i in candidate.unit_ids[:40] if (u := self._gazetteer.unit(i))}
                return NEAR if sort in ("town", "city") and units & {"town", "city"} else 0
            if candidate.sort and candidate.sort not in (sort, *_LOOSE.get(sort, ())):
                return 0
            return SAME if sort in kinds else NEAR if kinds & _LOOSE.get(sort, frozenset()) else 0
        last = candidate.place.name.lower().split()[-1:] + candidate.place.text.lower().split()[-1:]
        return SAME if head.split()[-1:] and head.split()[-1] in last else 0

    def _kinds(self, spot: Spot) -> frozenset[str]:
        if spot.sort and spot.sort != "pronoun":
            return frozenset({spot.sort})
        units = [u for i in spot.unit_ids[:40] if (u := self._gazetteer.unit(i))]
        kinds = frozenset(str(u.kind) for u in units)
        return frozenset({"country"}) if "country" in kinds else kinds

    def bound(self, spot: Spot, found: Spot, back: int) -> Spot:
        """A referring spot with the name and units of the one it goes back to, `back` sentences before."""
        place, other = spot.place, found.place
        pronoun = spot.sort == "pronoun"
        kind = other.kind if pronoun or place.kind is None else place.kind
        place = replace(
            place,
            name=other.name,
            head=other.head if pronoun or not other.name else place.head,
            kind=PlaceKind(kind) if kind else None,
            parent_names=tuple(dict.fromkeys((*place.parent_names, *other.parent_names))),
            referent=other.text if not other.referent else other.referent,
            part=place.part,
            why=(f"refers back {back} sentences to {other.text!r}",),
        )
        return replace(spot, place=place, unit_ids=found.unit_ids, sort=found.sort if pronoun else spot.sort)
