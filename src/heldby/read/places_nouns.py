"""Place nouns and what stands around them: "Alishing district", "the city of Ghazni", "the road to the airport", "the town", "most of X"."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace

from heldby.model.place import PlaceKind
from heldby.read.chunks import Kind
from heldby.read.document import Parsed
from heldby.read.mentions import Mention, MentionKind
from heldby.read.nominals import (
    POSSESSIVES,
    Phrase,
    class_of,
    determiner,
    has_word,
    head_word,
    is_plural,
    is_pronoun,
    phrase_of,
    place_mentions,
    tail,
    text_span,
)
from heldby.read.places_names import (
    AREAS,
    BEHIND,
    BESIDE,
    CALLED,
    DEFINITE,
    DIRECTED,
    REFERRING,
    ROAD_ENDS,
    SETTLED,
    THROUGH,
    Names,
    Spot,
    kind_of,
)

ORDINAL = ("st", "nd", "rd", "th")
EACH = ("all", "any", "both", "each", "either", "neither", "none")
FEW = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


class Nouns(Names, ABC):
    """Reads single phrases; lists of them are `PlaceReader`'s."""

    @abstractmethod
    def spots(self, parsed: Parsed, phrases: Sequence[Phrase]) -> tuple[Spot, ...]:
        """The places of coordinated phrases."""

    def _phrase(self, parsed: Parsed, phrase: Phrase) -> list[Spot]:
        if part := self._part(parsed, phrase) or self._each_of(parsed, phrase):
            return part
        if is_pronoun(parsed, phrase):
            low = head_word(parsed, phrase)
            beside = low in ("there", "here") and phrase.chunk > 0 and parsed.chunks[phrase.chunk - 1].kind is Kind.NOUN
            return [self._spot(parsed, phrase, sort="pronoun", refers=True)] if low in REFERRING and not beside else []
        if any(m.kind is not MentionKind.PLACE and not m.unit_ids for m in parsed.mentions_in(*self._head_span(parsed, phrase))):
            return []  # "the Islamic State"
        if numbered := self._by_number(parsed, phrase):
            return [numbered]
        if self._all_of_them(parsed, phrase):
            return [replace(self._spot(parsed, phrase, sort="pronoun", refers=True), plural=True)]
        noun = class_of(parsed, phrase, "place-noun")
        if noun is not None and not self._head_is_name(parsed, phrase):
            return self._headed(parsed, phrase, noun)
        names = [m for m in place_mentions(parsed, phrase) if m.end > parsed.tokens[phrase.head].start]
        if names:
            return [self._bare(parsed, phrase, names[-1])]
        return self._unknown(parsed, phrase)

    @staticmethod
    def _all_of_them(parsed: Parsed, phrase: Phrase) -> bool:
        """ "all three", "the two": several places told of before, by their number alone."""
        words = [t.lower for t in parsed.tokens[phrase.i : phrase.j]]
        counted = len(words) == 2 and words[0] in ("all", "the", "these", "those") and words[1] in FEW
        pointed = len(words) == 2 and words[0] in ("these", "those") and words[1] in ("places", "locations")
        return (counted or pointed) and not tail(parsed, phrase, "of")

    def _each_of(self, parsed: Parsed, phrase: Phrase) -> list[Spot]:
        """ "any of these districts", "all of them": every one of those told of before."""
        inner = tail(parsed, phrase, "of") if head_word(parsed, phrase) in EACH and phrase.j - phrase.i == 1 else ()
        found = self.spots(parsed, inner)
        return list(found) if found and all(s.refers for s in found) else []

    @staticmethod
    def _head_span(parsed: Parsed, phrase: Phrase) -> tuple[int, int]:
        head = parsed.tokens[phrase.head]
        return head.start, head.end

    def _by_number(self, parsed: Parsed, phrase: Phrase) -> Spot | None:
        """What bears a number for a name: "Highway 47", "Hill 1211", "District One", "National Road 2"."""
        token = parsed.tokens[phrase.head]
        counted = token.text[0].isdigit() or (token.capital and parsed.words.has("number", token.lower))
        if not counted or phrase.head <= phrase.i or not parsed.tokens[phrase.head - 1].capital:
            return None
        noun = class_of(parsed, replace(phrase, head=phrase.head - 1), "place-noun")
        if noun is None or parsed.inside[phrase.head] >= 0:
            return None
        start = parsed.tokens[noun[2]].start
        spot = self._spot(parsed, phrase, noun[0], noun[1], name=parsed.text[start : token.end], parents=self._behind_names(parsed, phrase))
        return self._cut(parsed, spot, self._from(parsed, phrase, start))

    def _part(self, parsed: Parsed, phrase: Phrase) -> list[Spot]:
        """ "most of X", "parts of X", "control of X": the place is X, and only that part is meant."""
        noun = class_of(parsed, phrase, "part-noun")
        inner = tail(parsed, phrase, "of") if noun else ()
        if noun is None or not inner:
            return []
        if noun[1] in SETTLED and len(inner) > 1:
            return []  # "the areas of Umm Qarfa and Juraikh" are these places
        if class_of(parsed, inner[0], "place-noun") is None and not place_mentions(parsed, inner[0]) and not is_pronoun(parsed, inner[0]):
            return []
        value = "" if noun[1].endswith("control") else "most" if has_word(parsed, phrase, ("most", "bulk", "majority", "much")) else noun[0]
        value = "" if value == "most" and has_word(parsed, phrase, ("all", "whole", "entire", "entirety")) else value
        return [replace(s, place=replace(s.place, part=value or s.place.part)) for s in self.spots(parsed, inner)]

    def _headed(self, parsed: Parsed, phrase: Phrase, noun: tuple[str, str, int]) -> list[Spot]:
        """A phrase whose head is a place noun: "Alishing district", "the city of Ghazni", "the main bazaar of Spin Boldak", "the town"."""
        value, words, at = noun
        unique = phrase.i > parsed.chunks[phrase.chunk].i or has_word(parsed, phrase, ("last", "only"))
        if unique and (described := self._described(parsed, phrase)):
            return [described]  # "Douma, the last rebel-held town in the area"
        if words.startswith("capital") and (described := self._described(parsed, phrase)):
            return [replace(described, sort="city", place=replace(described.place, head=words))]
        if words == "port" and (town := self._harbour_town(parsed, phrase)):
            return town
        before = [m for m in place_mentions(parsed, phrase) if m.end <= parsed.tokens[at].start or m.start < parsed.tokens[at].start]
        owners = [m for m in before if self._owns(parsed, m)]
        inner = [m for m in before if m not in owners]
        parents = tuple(self._name(parsed, m) for m in owners)
        named_behind = ((value in AREAS and not is_plural(parsed, phrase)) or words in SETTLED) and any(
            place_mentions(parsed, p) or self._proper(parsed, p, p.j) for p in tail(parsed, phrase, "of")
        )
        said_where = all(self._is_wide(m, value) or self._holds_behind(parsed, phrase, m) for m in inner)
        if inner and named_behind and (said_where or self._local(parsed, phrase, inner)):
            parents = (*parents, *(self._name(parsed, m) for m in inner))  # "the northern Mali town of Anefis"
        elif inner:
            return [self._named_head(parsed, phrase, noun, inner, parents)]
        proper = self._proper(parsed, phrase, at) or (self._numbered(parsed, phrase, at) if value == "base" else None)
        if proper and value in AREAS and parsed.tokens[at - 1].capital:
            return [self._titled(parsed, phrase, noun, proper, (*self._behind_names(parsed, phrase), *parents))]
        if called := self._called(parsed, phrase, noun, parents):
            return called
        behind = tail(parsed, phrase, *BEHIND, *(("from",) if value in DIRECTED else ()))
        if self._siblings(parsed, phrase) or not (is_plural(parsed, phrase) or any(self._joined(parsed, p) for p in behind)):
            behind = behind[:1]
        if behind and (made := self._of_names(parsed, phrase, noun, behind, parents)):
            return made
        if proper:
            return [self._titled(parsed, phrase, noun, proper, parents)]
        if value not in AREAS and (deep := self._deep(parsed, phrase)):
            spot = self._spot(parsed, phrase, value, words, parents=(*deep[1], *parents))
            return [self._reach(parsed, spot, deep[0])]  # "the headquarters of the provincial government in Mosul"
        if value == "base" and (whole := tail(parsed, phrase, "of")[:1]) and determiner(parsed, phrase) == "the":
            spot = self._spot(parsed, phrase, value, words, parents=parents, refers=True)
            return [self._reach(parsed, spot, whole[0])]  # "the headquarters of the intelligence service"
        examples = tail(parsed, phrase, "including")
        if examples and is_plural(parsed, phrase) and (named := self.spots(parsed, examples)):
            return list(named)
        return [self._nameless(parsed, phrase, value, words, parents)]

    @staticmethod
    def _numbered(parsed: Parsed, phrase: Phrase, at: int) -> tuple[str, int] | None:
        """The unit that a base is named for: "the 46th regiment base"."""
        first = next(
            (k for k in range(phrase.i, at) if parsed.tokens[k].text[0].isdigit() and parsed.tokens[k].lower.endswith(ORDINAL)), -1
        )
        return (
            (parsed.text[parsed.tokens[first].start : parsed.tokens[phrase.head].end], parsed.tokens[first].start) if first >= 0 else None
        )

    def _siblings(self, parsed: Parsed, phrase: Phrase) -> tuple[Phrase, ...]:
        """What is listed behind "the centre of A, the barracks and B": all but the first go on from the whole, not from "of A"."""
        behind = tail(parsed, phrase, *BEHIND)
        if len(behind) < 2 or class_of(parsed, phrase, "place-noun") is None or tail(parsed, phrase, "between", "linking"):
            return ()
        announced = self._counted(parsed, phrase) and not place_mentions(parsed, behind[0])  # "two districts of the province, A and B"
        if is_plural(parsed, phrase) and not announced:
            return ()
        return behind[1:] if announced or any(self._joined(parsed, p) for p in behind[1:]) else ()

    def _local(self, parsed: Parsed, phrase: Phrase, inner: Sequence[Mention]) -> bool:
        """Whether the name behind the noun is no area of the one before: "the Aleppo district of Salaheddine", not "Alishing district of Laghman"."""
        behind = {i for p in tail(parsed, phrase, "of")[:1] for m in place_mentions(parsed, p) for i in m.unit_ids}
        kinds = {u.kind for i in sorted(behind)[:40] if (u := self._gazetteer.unit(i))}
        if not behind:
            cities = {u.kind for m in inner for i in m.unit_ids[:40] if (u := self._gazetteer.unit(i))}
            return PlaceKind.CITY in cities and any(self._proper(parsed, p, p.j) for p in tail(parsed, phrase, "of")[:1])
        above = {a for m in inner for u in m.unit_ids for a in self._gazetteer.areas(u)}
        return bool(kinds) and behind.isdisjoint(above) and (bool(above) or not kinds & {PlaceKind.PROVINCE, PlaceKind.COUNTRY})

    def _holds_behind(self, parsed: Parsed, phrase: Phrase, mention: Mention) -> bool:
        """Whether a name before the noun is the area of the name behind it: "the Kandahar district of Panjwai"."""
        inner = [m for p in tail(parsed, phrase, "of") for m in place_mentions(parsed, p)]
        above = {a for m in inner for u in m.unit_ids[:40] for a in self._gazetteer.areas(u)}
        return not above.isdisjoint(mention.unit_ids)

    def _deep(self, parsed: Parsed, phrase: Phrase) -> tuple[Phrase, tuple[str, ...]] | None:
        """The last phrase, and the names in it, that hang on a noun by one or two others."""
        inner = tail(parsed, phrase, "of", "in", "at")[:1]
        for _ in range(2):
            if not inner:
                return None
            if names := place_mentions(parsed, inner[0]):
                return inner[0], tuple(self._name(parsed, m) for m in names[-1:])
            inner = tail(parsed, inner[0], "of", "in", "at")[:1]
        return None

    def _titled(
        self, parsed: Parsed, phrase: Phrase, noun: tuple[str, str, int], proper: tuple[str, int], parents: tuple[str, ...]
    ) -> Spot:
        """A name no gazetteer knows before its noun: "the Malan bridge", "Shortepa District"."""
        value, words, _ = noun
        spot = self._spot(parsed, phrase, value, words, name=proper[0], parents=parents)
        spot = replace(spot, plural=is_plural(parsed, phrase))
        return self._cut(parsed, spot, proper[1] if value in AREAS else self._from(parsed, phrase, proper[1]))

    @staticmethod
    def _from(parsed: Parsed, phrase: Phrase, begin: int) -> int:
        """Where the text of a name with its noun begins: with the article right before it, without other words."""
        first = next(k for k in range(phrase.i, phrase.j) if parsed.tokens[k].end > begin)
        article = first > phrase.i and parsed.tokens[first - 1].lower == "the"
        return parsed.tokens[first - 1].start if article else begin

    def _nameless(self, parsed: Parsed, phrase: Phrase, value: str, words: str, parents: tuple[str, ...]) -> Spot:
        """ "the town" refers back; "three districts", "a military base" name nothing."""
        if described := self._described(parsed, phrase):
            named = replace(described.place, head=words, kind=kind_of(value))
            return replace(described, sort=value, place=named if not described.sort else described.place)
        first = determiner(parsed, phrase)
        owner = parsed.inside[phrase.i]
        if value == "road" and (ends := tail(parsed, phrase, *ROAD_ENDS)):
            spot = self._spot(parsed, phrase, value, words, parents=parents)
            return self._reach(parsed, spot, ends[-1])  # "the road to the airport"
        pair = first == "the" and parsed.tokens[min(phrase.i + 1, phrase.head)].lower in FEW  # "the two towns"
        known = first in DEFINITE or first in ("either", "neither") or owner >= 0 or self._after_both(parsed, phrase)
        refers = known and (pair or not self._counted(parsed, phrase)) and (pair or not parents)
        part = "most" if has_word(parsed, phrase, ("most",)) else ""
        unnamed = not refers and (is_plural(parsed, phrase) or first in ("a", "an", "another", "some", "several"))
        spot = replace(self._spot(parsed, phrase, value, words, parents=parents, refers=refers), plural=is_plural(parsed, phrase))
        spot = replace(spot, place=replace(spot.place, part=part, unnamed=unnamed))
        beside = tail(parsed, phrase, *BESIDE)[:1]
        if beside and (is_pronoun(parsed, beside[0]) or class_of(parsed, beside[0], "place-noun") is not None):
            return self._reach(parsed, spot, beside[0])  # "the quarters west of the railway", "the heights above it"
        return spot

    def _described(self, parsed: Parsed, phrase: Phrase) -> Spot | None:
        """The place that an apposition describes: "Kidal, a town that rebels had held"."""
        k = phrase.chunk
        if k < 2 or parsed.chunks[k - 1].kind is not Kind.COMMA or parsed.chunks[k - 2].kind is not Kind.NOUN:
            return None
        article = parsed.tokens[parsed.chunks[k].i].lower
        if article not in ("a", "an", "the") or is_plural(parsed, phrase):
            return None
        before = phrase_of(parsed, k - 2)
        spots = self._phrase(parsed, before) if place_mentions(parsed, before) else []
        noun = class_of(parsed, phrase, "place-noun")
        if len(spots) != 1 or not spots[0].named or spots[0].sort in ("province", "country") or noun is None:
            return None
        fits = spots[0].sort in ("", noun[0]) or (spots[0].sort in AREAS and noun[0] in AREAS)
        return spots[0] if fits and (noun[0] in AREAS or article != "the") else None

    def _named_head(
        self, parsed: Parsed, phrase: Phrase, noun: tuple[str, str, int], inner: list[Mention], parents: tuple[str, ...]
    ) -> Spot:
        """ "Wesh International border crossing", "Alishing District", "Chaman-Spin Boldak border crossing"."""
        value, words, _ = noun
        first, last = inner[0], inner[-1]
        joined = len(inner) > 1 and parsed.text[inner[-2].end : last.start] in ("-", " - ", "/")
        whole, begin = self._whole(parsed, phrase, last)
        name = parsed.text[inner[-2].start : last.end] if joined else whole
        more = () if joined or len(inner) < 2 else (self._name(parsed, first),)
        units = last.unit_ids if not joined else ()
        behind = self._behind_names(parsed, phrase)
        spot = self._spot(parsed, phrase, value, words, name=name, parents=(*behind, *more, *parents), units=units)
        spot = replace(spot, plural=is_plural(parsed, phrase))
        return self._cut(parsed, spot, begin) if value in AREAS else self._cut(parsed, spot, self._from(parsed, phrase, begin))

    def _of_names(
        self, parsed: Parsed, phrase: Phrase, noun: tuple[str, str, int], behind: tuple[Phrase, ...], parents: tuple[str, ...]
    ) -> list[Spot]:
        """What stands behind the noun: its name ("the city of Ghazni"), its area ("three districts of Wardak") or what it is part of."""
        value, words, _ = noun
        inner = [(p, s) for p in behind for s in self._phrase(parsed, p)]
        named = [(p, s.place.name) for p, s in inner if s.named]
        if not named:
            return self._of_unknown(parsed, phrase, noun, behind) or self._side_of(parsed, phrase, behind)
        of = bool(tail(parsed, phrase, "of"))
        few = parsed.tokens[phrase.i].lower == "the" and parsed.tokens[min(phrase.i + 1, phrase.head)].lower in FEW
        if few and value in AREAS and is_plural(parsed, phrase) and (not of or inner[0][1].sort in ("province", "country", "region")):
            spot = self._nameless(parsed, phrase, value, words, parents)  # "the two towns in the Amhara region": those told of before
            return [self._reach(parsed, spot, behind[-1])]
        capital = words.startswith("capital")
        alike = (words in SETTLED or (parsed.words.has("named-site", words) and is_plural(parsed, phrase))) and len(behind) > 1
        sites = alike and value == "base" and bool(tail(parsed, phrase, "at", "in"))  # "the bases at A, B and C"
        if (value in AREAS or value == "crossing" or alike) and (of or sites) and (not capital or is_plural(parsed, phrase)):
            every = parsed.tokens[phrase.i].lower in ("no", "every", "each", "any")
            apart = is_plural(parsed, phrase) and not capital and (len(behind) == 1 or self._counted(parsed, phrase))
            if every or (apart and not self._lists_on(parsed, phrase, behind[-1])):
                area = tuple(n for _, n in named)
                spot = self._nameless(parsed, phrase, value, words, (*area, *parents))
                spot = replace(spot, refers=False, place=replace(spot.place, unnamed=True))
                return [self._reach(parsed, spot, named[-1][0])]
            if len(inner) == 1 and inner[0][1].sort in ("province", "country") and inner[0][1].sort != value:
                spot = self._nameless(parsed, phrase, value, words, (inner[0][1].place.name,))
                return [replace(self._reach(parsed, spot, behind[-1]), refers=False)]
            kind = kind_of(value)
            made = self.spots(parsed, behind)
            if sites:
                one = words if not is_plural(parsed, phrase) else words.removesuffix("s")
                parted = (
                    replace(s, unit_ids=(), sort=value, place=replace(s.place, name="", head=one, kind=kind)) for s in made if s.named
                )
                names = [(s.place.name, *s.place.parent_names) for s in made if s.named]
                return [replace(s, place=replace(s.place, parent_names=up)) for s, up in zip(parted, names, strict=True)]
            return [replace(s, sort=value, sure=True, place=replace(s.place, head=words, kind=kind)) for s in made]
        if words == "side" or (words in THROUGH and parsed.tokens[phrase.i].lower in POSSESSIVES):
            return self._side_of(parsed, phrase, behind)
        area = tuple(n for _, n in named)
        spot = self._spot(parsed, phrase, value, words, parents=(*area, *parents))
        spot = replace(spot, place=replace(spot.place, unnamed=value in AREAS and is_plural(parsed, phrase)))
        last = max(s.place.end for p, s in inner if p is named[-1][0])
        return [self._cut(parsed, spot, spot.place.start, max(text_span(parsed, named[-1][0])[1], last))]

    def _lists_on(self, parsed: Parsed, phrase: Phrase, behind: Phrase) -> bool:
        """Whether bare names go on behind the first: "the towns of Tal Kayf, Bartella and Karamlesh have fallen"."""
        k = behind.chunk + 1
        if k + 1 >= len(parsed.chunks) or parsed.chunks[k].kind not in (Kind.COMMA, Kind.AND) or parsed.chunks[k + 1].kind is not Kind.NOUN:
            return False
        after = phrase_of(parsed, k + 1)
        bare = len(found := place_mentions(parsed, after)) == 1 and (found[0].start, found[0].end) == text_span(parsed, after)
        return bare and parsed.tokens[phrase.i].lower == "the" and not self._counted(parsed, phrase)

    def _harbour_town(self, parsed: Parsed, phrase: Phrase) -> list[Spot]:
        """The town of "the Black Sea port of Kherson"; "the port of Kherson" are its docks."""
        behind = tail(parsed, phrase, "of")
        spots = self._phrase(parsed, behind[0]) if len(behind) == 1 else []
        kinds = {u.kind for s in spots for i in s.unit_ids[:40] if (u := self._gazetteer.unit(i))}
        before = phrase.head - phrase.i - (parsed.tokens[phrase.i].lower in ("the", "a"))
        if len(spots) != 1 or not before or not kinds & {PlaceKind.CITY, PlaceKind.TOWN}:
            return []
        return [replace(spots[0], sort="city", sure=True, place=replace(spots[0].place, head="port city", kind=PlaceKind.CITY))]

    def _of_unknown(self, parsed: Parsed, phrase: Phrase, noun: tuple[str, str, int], behind: tuple[Phrase, ...]) -> list[Spot]:
        """ "the towns of Khitab and Mubarakat", names that no gazetteer knows."""
        value, words, _ = noun
        if value not in AREAS or not tail(parsed, phrase, "of"):
            return []
        out = []
        for p in behind:
            if proper := self._proper(parsed, p, p.j):
                spot = self._spot(parsed, p, value, words, name=proper[0])
                out.append(self._cut(parsed, spot, proper[1]))
        return out

    def _side_of(self, parsed: Parsed, phrase: Phrase, behind: tuple[Phrase, ...]) -> list[Spot]:
        """ "the Afghan side of the crossing", "the centre of the town": what is meant is a piece of the place behind it."""
        if not tail(parsed, phrase, "of") and head_word(parsed, phrase) == "side":
            return []
        inner = self.spots(parsed, behind[:1])
        if not inner:
            return []
        start, _ = text_span(parsed, phrase)
        spot = inner[0]
        words = head_word(parsed, phrase)
        if words in ("positions", "posts"):
            return list(inner)
        if words == "side":
            return [self._cut(parsed, spot, start)]
        whole = self._cut(parsed, replace(spot, sort="region"), start)
        parents = tuple(n for n in (spot.place.name, *spot.place.parent_names) if n)
        whole = replace(whole, within=spot if spot.refers else None)
        return [replace(whole, place=replace(whole.place, head=words, kind=PlaceKind.REGION, name="", parent_names=parents))]

    def _called(self, parsed: Parsed, phrase: Phrase, noun: tuple[str, str, int], parents: tuple[str, ...]) -> list[Spot]:
        """ "a border town called Wesh in Kandahar"."""
        k = phrase.chunk
        if phrase.j != parsed.chunks[k].j or k + 2 >= len(parsed.chunks):
            return []
        verb, named = parsed.chunks[k + 1], parsed.chunks[k + 2]
        if named.kind is Kind.PREP and named.word == "as" and k + 3 < len(parsed.chunks):
            k, named = k + 1, parsed.chunks[k + 3]  # "a camp known as PK3"
        if verb.kind is not Kind.VERB or parsed.tokens[verb.head].lower not in CALLED or named.kind is not Kind.NOUN:
            return []
        inner = self._phrase(parsed, phrase_of(parsed, k + 2))
        value, words, _ = noun
        area = self._behind_names(parsed, phrase_of(parsed, k + 2))
        out = []
        for s in inner[:1]:
            place = replace(
                s.place, head=words, kind=kind_of(value), parent_names=tuple(dict.fromkeys((*s.place.parent_names, *area, *parents)))
            )
            out.append(replace(s, place=place, sort=value, sure=True))
        return out
