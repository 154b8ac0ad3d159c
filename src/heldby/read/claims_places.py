"""Which places a match tells of: names, what they are apposed to, references back, the capital, a list behind a colon."""

from __future__ import annotations

from dataclasses import replace

from heldby.model.place import PlaceKind
from heldby.model.report import Gap, GapKind
from heldby.model.rulebook import Build
from heldby.model.theatre import Gazetteer
from heldby.read.actors import Cast
from heldby.read.anaphora import Trail
from heldby.read.chunks import Kind
from heldby.read.claims_named import among, apposed
from heldby.read.clauses import Link
from heldby.read.document import Document, Parsed
from heldby.read.frames import Match
from heldby.read.nominals import Phrase, is_plural, phrase_of, place_mentions
from heldby.read.places import PlaceReader
from heldby.read.places_names import Spot

DIRECTIONS = frozenset(
    ("north", "south", "east", "west", "ground", "part", "side", "interior", "territory", "land", "area", "areas", "place")
)
OWNED = ("the city's ", "the town's ", "the village's ", "its ")
TURNED = frozenset(
    f"{d}{e}" for d in ("north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest") for e in ("", "ern")
)
QUARTERS = frozenset(
    (
        "districts",
        "quarters",
        "quarter",
        "neighbourhoods",
        "neighborhoods",
        "suburbs",
        "outskirts",
        "side",
        "half",
        "bank",
        "part",
        "parts",
        "edge",
        "edges",
    )
)
POINTS = frozenset({"base", "region", "road", "crossing"})


class PlaceFinder:
    """Finds the places of one document's matches, in order of its sentences; what stays without a place is kept in `gaps`."""

    def __init__(self, document: Document, cast: Cast, places: PlaceReader, gazetteer: Gazetteer) -> None:
        self._document = document
        self._cast = cast
        self._places = places
        self._gazetteer = gazetteer
        self._trail = Trail(document, places, gazetteer)
        self.gaps: list[Gap] = []

    def note(self, sentence: int, spots: tuple[Spot, ...]) -> None:
        """A claim of `sentence` speaks of these places."""
        for spot in spots:
            self._trail.note(sentence, spot)
        self._trail.note_set(sentence, spots)

    def spots(self, sentence: int, match: Match) -> tuple[Spot, ...]:
        """The places that a match tells of; () where none can be told."""
        parsed = self._document.parsed[sentence]
        named = among(parsed, match) or apposed(parsed, match)
        found = self._places.spots(
            parsed, named or tuple(q for p in match.places for q in self._row(parsed, match, self._described(parsed, match, p)))
        )
        if match.frame.strict and not any(s.sure for s in found):
            return ()
        out: list[Spot] = []
        lost: list[Spot] = []
        for spot in found:
            if spot.within is not None and (areas := self._trail.resolve(sentence, spot.within)):
                parents = tuple(dict.fromkeys((*(a.place.name for a in areas), *spot.place.parent_names)))
                out.append(replace(spot, refers=False, within=None, place=replace(spot.place, parent_names=parents)))
                continue  # "the south of the city"
            nameless = spot.sort == "city" and not (
                spot.named or spot.place.unnamed or spot.plural or spot.place.head.startswith("capital")
            )
            if nameless and spot.place.parent_names and (only := self._trail.only("city", sentence)) is not None:
                out.append(self._trail.bound(spot, only, 0))  # "Syria's second city"
            elif (capital := self._capital(sentence, spot)) is not None:
                out.append(capital)
            elif not spot.refers:
                (out if spot.named or spot.place.parent_names or (spot.place.unnamed and spot.plural) else lost).append(spot)
            elif self._turned(spot) and (focus := self._trail.focus(sentence, spot.place.start)):
                parents = tuple(dict.fromkeys((*spot.place.parent_names, focus)))
                out.append(replace(spot, refers=False, place=replace(spot.place, parent_names=parents)))
            elif bound := self._trail.resolve(sentence, spot):
                out += bound
            elif spot.sort in POINTS and spot.place.head not in DIRECTIONS and (focus := self._trail.focus(sentence, spot.place.start)):
                parents = tuple(dict.fromkeys((*spot.place.parent_names, focus)))
                out.append(replace(spot, place=replace(spot.place, parent_names=parents)))
            elif spot.place.text.lower().startswith(OWNED) and (focus := self._trail.focus(sentence, spot.place.start)):
                out.append(replace(spot, place=replace(spot.place, parent_names=tuple(dict.fromkeys((*spot.place.parent_names, focus))))))
            else:
                lost.append(spot)
        if any(s.named for s in out):
            out = [s for s in out if not s.place.unnamed]
        if any(s.named and s.place.part != "parts" for s in out):
            out = [s for s in out if s.place.part != "parts"]  # "Charikar and parts of Parwan": each would need its own relation
        if not any(s.named for s in out) and (listed := self._listed(parsed, match)):
            return listed
        if lost and not out and lost[0].sort not in ("country", "pronoun"):
            place = lost[0].place
            cause = "refers to no place named in the three sentences before" if lost[0].refers else "names no place"
            self.gaps.append(Gap(GapKind.UNPLACED, place.text, cause, self._document.report.id, "", place.start, place.end))
        return tuple(out)

    @staticmethod
    def _turned(spot: Spot) -> bool:
        """Whether only a part in some direction is meant: "the eastern districts", "the west side"."""
        words = spot.place.text.lower().split()
        return len(words) == 3 and words[0] == "the" and words[1] in TURNED and words[2] in QUARTERS

    def _capital(self, sentence: int, spot: Spot) -> Spot | None:
        """ "The capital": what was just called one, else the chief town of the country spoken of."""
        if not spot.refers or spot.plural or spot.place.text.lower().split() not in (["the", "capital"], ["the", "capital", "city"]):
            return None
        called = self._trail.called("capital", sentence, spot.place.start)
        seat = self._gazetteer.unit(self._gazetteer.seat(f"iso:{self._cast.country}") or "") if self._cast.country else None
        if called is not None or seat is None:
            return called
        place = replace(spot.place, name=seat.name, kind=PlaceKind.CITY, why=(f"the chief town of {self._cast.country}",))
        return replace(spot, place=place, unit_ids=(seat.id,))

    def _listed(self, parsed: Parsed, match: Match) -> tuple[Spot, ...]:
        """The names behind a colon that say which places were meant: "nine districts fell: Argo, Kofab, ..."."""
        if not match.own:
            return ()
        colon = next((k for k, c in enumerate(parsed.chunks) if c.word == ":" and parsed.tokens[c.i].start > match.start), -1)
        return self._places.listing(parsed, colon + 1) if colon >= 0 else ()

    @staticmethod
    def _row(parsed: Parsed, match: Match, phrase: Phrase) -> tuple[Phrase, ...]:
        """Of "Kama and Goshta districts, which ..." both: one plural, told of by one relative clause."""
        pred = parsed.parse.predicates[match.predicate] if match.predicate >= 0 else None
        row: tuple[Phrase, ...] = (phrase,)
        k = phrase.chunk
        if (
            pred is None
            or pred.link is not Link.REL
            or k > pred.noun
            or not place_mentions(parsed, phrase)
            or not is_plural(parsed, phrase)
        ):
            return row
        while k >= 2 and parsed.chunks[k - 1].word in ("and", ",") and parsed.chunks[k - 2].kind is Kind.NOUN:
            before = phrase_of(parsed, k - 2)
            if not place_mentions(parsed, before):
                break
            row, k = (before, *row), k - 2
        return row

    def _described(self, parsed: Parsed, match: Match, phrase: Phrase) -> Phrase:
        """Of "Nerkh district in Maidan Wardak, which ..." the district: an area that says where something lies is not what is told of."""
        pred = parsed.parse.predicates[match.predicate] if match.predicate >= 0 else None
        relative = pred is not None and pred.link in (Link.REL, Link.PART) and phrase.chunk == pred.noun
        if not relative and match.frame.build is not Build.STATE:
            return phrase
        k = phrase.chunk
        while k >= 2 and parsed.chunks[k - 1].word in ("in", "of", "outside", "near") and parsed.chunks[k - 2].kind is Kind.NOUN:
            before = self._places.spots(parsed, (phrase_of(parsed, k - 2),))
            if not before or not (before[0].sort or before[0].named):
                break
            k -= 2
        return phrase_of(parsed, k) if k != phrase.chunk else phrase
