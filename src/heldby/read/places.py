"""Places as a sentence names them: bare names, names with a noun, lists under one head, parts, unnamed sets, references back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from heldby.model.place import Place, PlaceKind
from heldby.model.theatre import Gazetteer
from heldby.read.chunks import Kind
from heldby.read.document import Parsed
from heldby.read.mentions import Mention, MentionKind
from heldby.read.nominals import (
    Phrase,
    class_of,
    determiner,
    has_word,
    head_word,
    is_plural,
    is_pronoun,
    phrase_of,
    phrases_of,
    place_mentions,
    tail,
    text_span,
)

EXAMPLES_WITHIN = 8  # chunks between a set and the word that opens its examples
LINKING = frozenset(("al", "el", "ul", "e", "i", "de", "da", "du", "la", "ye", "wa"))  # small words inside names
AREAS = frozenset({"city", "town", "village", "district", "province", "country"})  # nouns that stand beside a name and add nothing to it
REFERRING = frozenset({"it", "there", "here", "they", "them", "both", "either", "neither", "where", "which"})
DEFINITE = frozenset({"the", "this", "that", "its", "their", "these", "those", "both"})
WITHIN = ("of", "in", "near", "outside", "inside", "at", "on")
BEHIND = ("of", "in", "at", "between", "from", "to", "near", "outside", "linking", "on", "around")
ROAD_ENDS = ("to", "between", "from", "linking", "through")
CALLED = frozenset({"called", "named", "known"})


@dataclass(frozen=True, slots=True)
class Spot:
    """A place phrase read: the `place` as a claim will carry it, the units its name may mean, the class of its noun ("" for a bare name,
    "pronoun"), whether it refers back, and whether a known name or a place noun vouches for it."""

    place: Place
    unit_ids: tuple[str, ...] = ()
    sort: str = ""
    refers: bool = False
    sure: bool = True
    plural: bool = False

    @property
    def named(self) -> bool:
        return bool(self.place.name)

    @property
    def plural_reference(self) -> bool:
        """Whether it refers back to several places."""
        return self.refers and (self.plural or self.sort == "pronoun")


class PlaceReader:
    """Reads the phrases of a frame's place slot. Pure."""

    def __init__(self, gazetteer: Gazetteer, adjectives: frozenset[str] = frozenset(), metonyms: frozenset[str] = frozenset()) -> None:
        """Words in lower case: `adjectives` name peoples and parties ("Afghan"), never a place; `metonyms` are capitals that also stand
        for their state."""
        self._metonyms = metonyms
        self._gazetteer = gazetteer
        self._adjectives = adjectives

    def spots(self, parsed: Parsed, phrases: Sequence[Phrase]) -> tuple[Spot, ...]:
        """The places of coordinated phrases; areas that only say where the others lie become their parents."""
        members = [m for p in phrases for m in (p, *self._siblings(parsed, p))]
        listed = [(p, s) for p in members for s in self._examples(parsed, p) or self._phrase(parsed, p)]
        kept = self._listed(parsed, listed)
        spots = [s for _, s in kept]
        if not spots:
            return ()
        around = self._around(parsed, kept[-1][0])
        shared = spots[-1].place.parent_names
        return tuple(self._with(s, shared if i < len(spots) - 1 else (), around, spots[-1]) for i, s in enumerate(spots))

    def _siblings(self, parsed: Parsed, phrase: Phrase) -> tuple[Phrase, ...]:
        """What is listed behind "the centre of A, the barracks and B": all but the first go on from the whole, not from "of A"."""
        behind = tail(parsed, phrase, *BEHIND)
        if len(behind) < 2 or class_of(parsed, phrase, "place-noun") is None or tail(parsed, phrase, "between", "linking"):
            return ()
        if is_plural(parsed, phrase) and not self._counted(parsed, phrase):
            return ()
        joined = any(self._joined(parsed, p) for p in behind[1:]) or self._counted(parsed, phrase)
        return behind[1:] if joined else ()

    def _examples(self, parsed: Parsed, phrase: Phrase) -> list[Spot]:
        """The names of "several towns, including Jaramana and Qatana", where the set itself has none."""
        k = phrase.chunk + 1
        stop = min(len(parsed.chunks), k + EXAMPLES_WITHIN)
        while k < stop and parsed.chunks[k].kind in (Kind.PREP, Kind.NOUN, Kind.COMMA) and parsed.chunks[k].word != "including":
            k += 1
        if k + 1 >= stop or parsed.chunks[k].word != "including":
            return []
        own = self._phrase(parsed, phrase)
        if any(s.named and not s.place.part for s in own):
            return []
        for pred in parsed.parse.predicates:
            for prep, chunks in pred.parts:
                if prep == "including" and k + 1 in chunks:
                    return list(self.spots(parsed, phrases_of(parsed, chunks)))
        tails = [c for t in parsed.parse.tails.values() for prep, c in t if prep == "including" and k + 1 in c]
        return list(self.spots(parsed, phrases_of(parsed, tails[0]))) if tails else []

    def _with(self, spot: Spot, shared: tuple[str, ...], around: tuple[str, ...], last: Spot) -> Spot:
        """A spot with the parents and the noun it shares with the last of its list."""
        place = spot.place
        own = place.parent_names or shared
        parents = tuple(dict.fromkeys(p for p in (*own, *around) if p != place.name))
        if not spot.sort and last.plural and last.sort and last.named and spot is not last:
            place = replace(place, head=last.place.head, kind=last.place.kind)
            spot = replace(spot, sort=last.sort)
        return replace(spot, place=replace(place, parent_names=parents))

    def _listed(self, parsed: Parsed, listed: list[tuple[Phrase, Spot]]) -> list[tuple[Phrase, Spot]]:
        """A list without its appositions ("Wesh, a border town") and without areas named behind a comma ("Gereshk, Helmand")."""
        out: list[tuple[Phrase, Spot]] = []
        joined = any(self._joined(parsed, p) for p, _ in listed)
        for phrase, spot in listed:
            if out and out[-1][0] is not phrase and not self._joined(parsed, phrase):
                before = out[-1][1]
                if self._is_area_of(spot, before):
                    parents = (*before.place.parent_names, spot.place.name)
                    out[-1] = (phrase, replace(before, place=replace(before.place, parent_names=parents)))
                    continue
                article = parsed.tokens[phrase.i].lower
                if before.named and not spot.named and (article in ("a", "an") or not joined or self._superlative(parsed, phrase)):
                    if not before.sort and spot.sort:
                        named = replace(before.place, head=spot.place.head, kind=spot.place.kind)
                        out[-1] = (out[-1][0], replace(before, sort=spot.sort, place=named))
                    continue
                if before.plural and not before.named and not before.refers and spot.named and self._counted(parsed, out[-1][0]):
                    listing = Spot(before.place, sort=before.sort, plural=True)
                    out[-1] = (phrase, self._under(spot, listing))  # "two districts, Nerkh and Jalrez"
                    continue
                if spot.place.head.endswith("capital") and not spot.named and before.named and not joined:
                    continue  # "Mehtarlam, capital of Laghman"
                if not before.named and spot.named and not spot.sort and not joined:
                    named = replace(spot.place, head=before.place.head, kind=before.place.kind)
                    out[-1] = (phrase, replace(spot, sort=before.sort, place=named))
                    continue
            out.append((phrase, spot))
        return out

    @staticmethod
    def _superlative(parsed: Parsed, phrase: Phrase) -> bool:
        """ "the largest town in the north" describes what was just named."""
        words = [t.lower for t in parsed.tokens[phrase.i : phrase.head]]
        return any(w.endswith("est") and len(w) > 5 for w in words) or bool({"main", "last", "only", "second", "third"} & set(words))

    @staticmethod
    def _under(spot: Spot, heading: Spot) -> Spot:
        """A name with the noun of the phrase that announces it."""
        if spot.sort:
            return spot
        place = replace(spot.place, head=heading.place.head, kind=heading.place.kind)
        return replace(spot, sort=heading.sort, place=place)

    @staticmethod
    def _joined(parsed: Parsed, phrase: Phrase) -> bool:
        k = phrase.chunk - 1
        while k >= 0 and parsed.chunks[k].kind is Kind.ADVERB:
            k -= 1
        return k >= 0 and parsed.chunks[k].kind is Kind.AND

    def _is_area_of(self, area: Spot, inner: Spot) -> bool:
        if not area.unit_ids or not inner.named:
            return False
        above = {a for u in inner.unit_ids for a in self._gazetteer.areas(u)}
        kinds = {u.kind for i in area.unit_ids[:40] if (u := self._gazetteer.unit(i))}
        if not inner.unit_ids and kinds & {PlaceKind.COUNTRY, PlaceKind.PROVINCE} and not area.sort:
            return True
        if area.unit_ids and not set(area.unit_ids) <= set(inner.unit_ids) and any(u in above for u in area.unit_ids):
            return True
        return area.sort in ("province", "country") and inner.sort not in ("province", "country") and not above

    def _phrase(self, parsed: Parsed, phrase: Phrase) -> list[Spot]:
        if part := self._part(parsed, phrase):
            return part
        if is_pronoun(parsed, phrase):
            low = head_word(parsed, phrase)
            return [self._spot(parsed, phrase, sort="pronoun", refers=True)] if low in REFERRING else []
        noun = class_of(parsed, phrase, "place-noun")
        if noun is not None and not self._head_is_name(parsed, phrase):
            return self._headed(parsed, phrase, noun)
        names = [m for m in place_mentions(parsed, phrase) if m.end > parsed.tokens[phrase.head].start]
        if names:
            return [self._bare(parsed, phrase, names[-1])]
        return self._unknown(parsed, phrase)

    def _is_wide(self, mention: Mention, value: str) -> bool:
        """Whether a name before a noun only says where: "the northern Mali town of ...", "the West Darfur town of ..."."""
        kinds = {u.kind for i in mention.unit_ids[:40] if (u := self._gazetteer.unit(i))}
        wide = {PlaceKind.COUNTRY, PlaceKind.PROVINCE, PlaceKind.REGION}
        return bool(kinds) and (PlaceKind.COUNTRY in kinds or (kinds <= wide and value not in ("province", "country", "district")))

    @staticmethod
    def _head_is_name(parsed: Parsed, phrase: Phrase) -> bool:
        at = parsed.inside[phrase.head]
        return at >= 0 and bool(parsed.mentions[at].unit_ids)

    def _part(self, parsed: Parsed, phrase: Phrase) -> list[Spot]:
        """ "most of X", "parts of X", "control of X": the place is X, and only that part is meant."""
        noun = class_of(parsed, phrase, "part-noun")
        inner = tail(parsed, phrase, "of") if noun else ()
        if noun is None or not inner:
            return []
        if class_of(parsed, inner[0], "place-noun") is None and not place_mentions(parsed, inner[0]) and not is_pronoun(parsed, inner[0]):
            return []
        value = "" if noun[1].endswith("control") else "most" if has_word(parsed, phrase, ("most", "bulk", "majority", "much")) else noun[0]
        value = "" if value == "most" and has_word(parsed, phrase, ("all", "whole", "entire", "entirety")) else value
        return [replace(s, place=replace(s.place, part=value or s.place.part)) for s in self.spots(parsed, inner)]

    def _headed(self, parsed: Parsed, phrase: Phrase, noun: tuple[str, str, int]) -> list[Spot]:
        """A phrase whose head is a place noun: "Alishing district", "the city of Ghazni", "the main bazaar of Spin Boldak", "the town"."""
        value, words, at = noun
        before = [m for m in place_mentions(parsed, phrase) if m.end <= parsed.tokens[at].start or m.start < parsed.tokens[at].start]
        owners = [m for m in before if self._owns(parsed, m)]
        inner = [m for m in before if m not in owners]
        parents = tuple(self._name(parsed, m) for m in owners)
        named_behind = (
            value in AREAS
            and not is_plural(parsed, phrase)
            and any(place_mentions(parsed, p) or self._proper(parsed, p, p.j) for p in tail(parsed, phrase, "of"))
        )
        if inner and named_behind and all(self._is_wide(m, value) for m in inner):
            parents = (*parents, *(self._name(parsed, m) for m in inner))  # "the northern Mali town of Anefis"
        elif inner:
            return [self._named_head(parsed, phrase, noun, inner, parents)]
        proper = self._proper(parsed, phrase, at)
        if proper and value in AREAS and parsed.tokens[at - 1].capital:
            return [self._titled(parsed, phrase, noun, proper, (*self._behind_names(parsed, phrase), *parents))]
        if called := self._called(parsed, phrase, noun, parents):
            return called
        behind = tail(parsed, phrase, *BEHIND)
        behind = behind[:1] if self._siblings(parsed, phrase) else behind
        if behind and (made := self._of_names(parsed, phrase, noun, behind, parents)):
            return made
        if proper:
            return [self._titled(parsed, phrase, noun, proper, parents)]
        if value not in AREAS and (deep := self._deep(parsed, phrase)):
            spot = self._spot(parsed, phrase, value, words, parents=(*deep[1], *parents))
            return [self._reach(parsed, spot, deep[0])]  # "the headquarters of the provincial government in Mosul"
        examples = tail(parsed, phrase, "including")
        if examples and is_plural(parsed, phrase) and (named := self.spots(parsed, examples)):
            return list(named)
        return [self._nameless(parsed, phrase, value, words, parents)]

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
            named = replace(described.place, head=words, kind=_kind(value))
            return replace(described, sort=value, place=named if not described.sort else described.place)
        first = determiner(parsed, phrase)
        owner = parsed.inside[phrase.i]
        if value == "road" and (ends := tail(parsed, phrase, *ROAD_ENDS)):
            spot = self._spot(parsed, phrase, value, words, parents=parents)
            return self._reach(parsed, spot, ends[-1])  # "the road to the airport"
        refers = (first in DEFINITE or owner >= 0 or self._after_both(parsed, phrase)) and not self._counted(parsed, phrase)
        part = "most" if has_word(parsed, phrase, ("most",)) else ""
        unnamed = not refers and (is_plural(parsed, phrase) or first in ("a", "an", "another", "some", "several"))
        spot = replace(self._spot(parsed, phrase, value, words, parents=parents, refers=refers), plural=is_plural(parsed, phrase))
        return replace(spot, place=replace(spot.place, part=part, unnamed=unnamed))

    def _described(self, parsed: Parsed, phrase: Phrase) -> Spot | None:
        """The place that an apposition describes: "Kidal, a town that rebels had held"."""
        k = phrase.chunk
        if k < 2 or parsed.chunks[k - 1].kind is not Kind.COMMA or parsed.chunks[k - 2].kind is not Kind.NOUN:
            return None
        if parsed.tokens[phrase.i].lower not in ("a", "an", "the") or is_plural(parsed, phrase):
            return None
        before = phrase_of(parsed, k - 2)
        spots = self._phrase(parsed, before) if place_mentions(parsed, before) else []
        noun = class_of(parsed, phrase, "place-noun")
        if len(spots) != 1 or not spots[0].named or spots[0].sort in ("province", "country") or noun is None:
            return None
        fits = spots[0].sort in ("", noun[0]) or (spots[0].sort in AREAS and noun[0] in AREAS)
        return spots[0] if fits and (noun[0] in AREAS or parsed.tokens[phrase.i].lower != "the") else None

    @staticmethod
    def _after_both(parsed: Parsed, phrase: Phrase) -> bool:
        return parsed.tokens[phrase.i].lower in ("both", "all")

    @staticmethod
    def _counted(parsed: Parsed, phrase: Phrase) -> bool:
        return any(
            t.text[0].isdigit() or parsed.words.has("number", t.lower) or t.lower in _NUMBERS for t in parsed.tokens[phrase.i : phrase.j]
        )

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
        capital = words.startswith("capital")
        if (value in AREAS or value == "crossing") and of and (not capital or is_plural(parsed, phrase)):
            if is_plural(parsed, phrase) and not capital and (len(behind) == 1 or self._counted(parsed, phrase)):
                area = tuple(n for _, n in named)
                spot = self._nameless(parsed, phrase, value, words, (*area, *parents))
                return [replace(self._reach(parsed, spot, named[-1][0]), refers=False)]
            if len(inner) == 1 and inner[0][1].sort in ("province", "country") and inner[0][1].sort != value:
                spot = self._nameless(parsed, phrase, value, words, (inner[0][1].place.name,))
                return [replace(self._reach(parsed, spot, behind[-1]), refers=False)]
            kind = _kind(value)
            made = self.spots(parsed, behind)
            return [replace(s, sort=value, sure=True, place=replace(s.place, head=words, kind=kind)) for s in made]
        if words == "side":
            return self._side_of(parsed, phrase, behind)
        area = tuple(n for _, n in named)
        spot = self._spot(parsed, phrase, value, words, parents=(*area, *parents))
        spot = replace(spot, place=replace(spot.place, unnamed=value in AREAS and is_plural(parsed, phrase)))
        return [self._reach(parsed, spot, named[-1][0])]

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
        if not tail(parsed, phrase, "of"):
            return []
        inner = self.spots(parsed, behind[:1])
        if not inner:
            return []
        start, _ = text_span(parsed, phrase)
        spot = inner[0]
        words = head_word(parsed, phrase)
        if words == "side":
            return [self._cut(parsed, spot, start)]
        whole = self._cut(parsed, replace(spot, sort="region"), start)
        parents = tuple(n for n in (spot.place.name, *spot.place.parent_names) if n)
        return [replace(whole, place=replace(whole.place, head=words, kind=PlaceKind.REGION, name="", parent_names=parents))]

    def _called(self, parsed: Parsed, phrase: Phrase, noun: tuple[str, str, int], parents: tuple[str, ...]) -> list[Spot]:
        """ "a border town called Wesh in Kandahar"."""
        k = phrase.chunk
        if phrase.j != parsed.chunks[k].j or k + 2 >= len(parsed.chunks):
            return []
        verb, named = parsed.chunks[k + 1], parsed.chunks[k + 2]
        if verb.kind is not Kind.VERB or parsed.tokens[verb.head].lower not in CALLED or named.kind is not Kind.NOUN:
            return []
        inner = self._phrase(parsed, phrase_of(parsed, k + 2))
        value, words, _ = noun
        area = self._behind_names(parsed, phrase_of(parsed, k + 2))
        out = []
        for s in inner[:1]:
            place = replace(
                s.place, head=words, kind=_kind(value), parent_names=tuple(dict.fromkeys((*s.place.parent_names, *area, *parents)))
            )
            out.append(replace(s, place=place, sort=value, sure=True))
        return out

    def _bare(self, parsed: Parsed, phrase: Phrase, mention: Mention) -> Spot:
        """A name as head: "Kunduz", "the northern city Kunduz", "northern Syria", "Afghanistan's Kunduz"."""
        others = [m for m in place_mentions(parsed, phrase) if m.end <= mention.start]
        parents = tuple(self._name(parsed, m) for m in others if self._owns(parsed, m))
        first = next(k for k in range(phrase.i, phrase.j) if parsed.tokens[k].end > mention.start)
        behind = self._behind_names(parsed, phrase)
        name, begin = self._whole(parsed, phrase, mention)
        units = mention.unit_ids if begin == mention.start else self._gazetteer.lookup(name)
        spot = self._spot(parsed, phrase, name=name, parents=(*behind, *parents), units=units)
        low = parsed.tokens[first - 1].lower if first > phrase.i else ""
        if parsed.words.has("place-adjective", low) and parsed.words.value("place-noun", name.split()[-1].lower()) not in AREAS:
            start = parsed.tokens[first - 1].start
            name = parsed.text[start : mention.end]
            place = replace(
                spot.place, name=name, head="region", kind=PlaceKind.REGION, parent_names=(self._name(parsed, mention), *behind)
            )
            return self._cut(parsed, replace(spot, sort="region", unit_ids=(), place=place), start, mention.end)
        if first > phrase.i:
            noun = class_of(parsed, Phrase(phrase.chunk, phrase.i, first, first - 1), "place-noun")
            if noun is not None:
                spot = replace(spot, sort=noun[0], place=replace(spot.place, head=noun[1], kind=_kind(noun[0])))
        return self._cut(parsed, spot, begin, mention.end)

    def _unknown(self, parsed: Parsed, phrase: Phrase) -> list[Spot]:
        """A capitalised name that no gazetteer knows: a place only if the frame takes it for one."""
        if any(m.kind is not MentionKind.PLACE for m in parsed.mentions_in(*text_span(parsed, phrase))):
            return []
        proper = self._proper(parsed, phrase, phrase.j)
        if proper is None or (parsed.tokens[phrase.head].lower != proper[0].split()[-1].split("-")[-1].lower() and "-" not in proper[0]):
            return []
        spot = self._spot(parsed, phrase, name=proper[0])
        return [self._cut(parsed, replace(spot, sure=False), proper[1])]

    def _proper(self, parsed: Parsed, phrase: Phrase, stop: int) -> tuple[str, int] | None:
        """The run of capitalised words of a phrase that ends before token `stop`, and where it begins."""
        end = stop
        while end > phrase.i and not (parsed.tokens[end - 1].capital and parsed.inside[end - 1] < 0):
            end -= 1
        if end == phrase.i:
            return None
        begin = end
        while begin > phrase.i and parsed.inside[begin - 1] < 0 and PlaceReader._in_name(parsed, phrase, begin - 1):
            begin -= 1
        while begin < end and not parsed.tokens[begin].capital:
            begin += 1
        while begin < end and (
            parsed.words.has("determiner", parsed.tokens[begin].lower)
            or parsed.words.has("place-adjective", parsed.tokens[begin].lower)
            or parsed.tokens[begin].lower in self._adjectives
        ):
            begin += 1
        if begin >= end or any(
            parsed.words.has(k, parsed.tokens[end - 1].lower)
            for k in ("weekday", "month", "agent-noun", "role", "title", "time-noun", "number", "place-noun", "part-noun")
        ):
            return None
        start, finish = parsed.tokens[begin].start, parsed.tokens[end - 1].end
        return parsed.text[start:finish], start

    @staticmethod
    def _in_name(parsed: Parsed, phrase: Phrase, k: int) -> bool:
        token = parsed.tokens[k]
        return token.capital or (token.lower in LINKING and k > phrase.i and parsed.tokens[k - 1].capital)

    def _behind_names(self, parsed: Parsed, phrase: Phrase) -> tuple[str, ...]:
        """Areas that follow: "Wesh in Kandahar", "Pisky, in Donetsk Oblast", "Gereshk, Helmand"."""
        out: list[str] = []
        for area in tail(parsed, phrase, *WITHIN):
            out += [self._name(parsed, m) for m in place_mentions(parsed, area)[:1]]
            out += [n for n in self._behind_names(parsed, area) if n not in out]
            break
        return tuple(out)

    def _around(self, parsed: Parsed, phrase: Phrase) -> tuple[str, ...]:
        """Areas behind a comma, and the one that opens the sentence ("In Helmand, ...")."""
        out: list[str] = []
        k = phrase.chunk + 1
        chunks = parsed.chunks
        while k < len(chunks) and chunks[k].kind is Kind.PREP and k + 1 < len(chunks) and chunks[k + 1].kind is Kind.NOUN:
            k += 2
        if k + 1 < len(chunks) and chunks[k].kind is Kind.COMMA:
            k += 1
            if chunks[k].kind is Kind.PREP and chunks[k].word in ("in", "near", "of") and k + 1 < len(chunks):
                k += 1
            if chunks[k].kind is Kind.NOUN and not self._joined(parsed, phrase_of(parsed, k)):
                area = phrase_of(parsed, k)
                names = [m for m in place_mentions(parsed, area) if m.kind is MentionKind.PLACE or chunks[k - 1].kind is Kind.PREP]
                out += [self._name(parsed, m) for m in names[:1]]
        if len(chunks) > 2 and chunks[0].kind is Kind.PREP and chunks[0].word == "in" and chunks[1].kind is Kind.NOUN and phrase.chunk > 1:
            out += [self._name(parsed, m) for m in place_mentions(parsed, phrase_of(parsed, 1))[:1]]
        return tuple(out)

    @staticmethod
    def _owns(parsed: Parsed, mention: Mention) -> bool:
        return parsed.text[mention.end : mention.end + 2] in ("'s", "' ")

    def _whole(self, parsed: Parsed, phrase: Phrase, mention: Mention) -> tuple[str, int]:
        """A name with the capitalised words that stand directly before it ("Adan Yabaal", "Maarat al-Numan"), and where it begins."""
        first = next(k for k in range(phrase.i, phrase.j) if parsed.tokens[k].end > mention.start)
        begin = first
        if parsed.tokens[first].start < mention.start and parsed.text[mention.start - 1] == "-":
            mention = replace(mention, start=parsed.tokens[first].start)
        while begin > phrase.i and parsed.inside[begin - 1] < 0 and self._extends(parsed, begin - 1, first):
            begin -= 1
        start = mention.start if begin == first else parsed.tokens[begin].start
        return parsed.text[start : mention.end].replace("[", "").replace("]", ""), start

    def _extends(self, parsed: Parsed, k: int, first: int) -> bool:
        """Whether token `k` is part of the name that goes on at the next token."""
        token, words = parsed.tokens[k], parsed.words
        if not token.capital or token.lower in self._adjectives or parsed.tokens[k + 1].start - token.end > 1:
            return False
        known = ("determiner", "place-adjective", "role", "title", "place-noun", "agent-noun", "preposition", "adverb", "weekday", "month")
        return not any(words.has(c, token.lower) for c in (*known, "pronoun", "time-noun")) and not (k == 0 and token.lower in words.verbs)

    @staticmethod
    def _name(parsed: Parsed, mention: Mention) -> str:
        return mention.text.replace("[", "").replace("]", "")

    def _spot(
        self,
        parsed: Parsed,
        phrase: Phrase,
        sort: str = "",
        head: str = "",
        *,
        name: str = "",
        parents: tuple[str, ...] = (),
        units: tuple[str, ...] = (),
        refers: bool = False,
    ) -> Spot:
        start, end = text_span(parsed, phrase)
        text = parsed.text[start:end]
        place = Place(text, start, end, name, head, _kind(sort), tuple(dict.fromkeys(parents)))
        return Spot(place, units, sort, refers)

    @staticmethod
    def _cut(parsed: Parsed, spot: Spot, start: int, end: int = -1) -> Spot:
        """The spot with its text from `start` (to `end`)."""
        end = spot.place.end if end < 0 else end
        text = parsed.text[start:end]
        return replace(spot, place=replace(spot.place, text=text, start=start, end=end))

    def _reach(self, parsed: Parsed, spot: Spot, last: Phrase) -> Spot:
        """The spot with its text to the end of `last`."""
        return self._cut(parsed, spot, spot.place.start, text_span(parsed, last)[1])

    def all_of(self, parsed: Parsed) -> tuple[Spot, ...]:
        """Every place a sentence names, frame or no frame: what later references may go back to. Capitals that act are no places here."""
        out: list[Spot] = []
        for k, c in enumerate(parsed.chunks):
            if c.kind is not Kind.NOUN:
                continue
            acts = k == 0 or parsed.chunks[k - 1].kind is not Kind.PREP
            for s in self._phrase(parsed, phrase_of(parsed, k)):
                known = s.sure and (s.named or (s.sort == "base" and s.place.parent_names))
                apart = all(s.place.start >= o.place.end or s.place.end <= o.place.start for o in out)
                if known and apart and not (acts and s.place.name.casefold() in self._metonyms):
                    out.append(s)
        return tuple(out)


_NUMBERS = frozenset(
    ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "dozen", "dozens", "hundreds", "scores"]
)


def _kind(sort: str) -> PlaceKind | None:
    return PlaceKind(sort) if sort in set(PlaceKind) else None


__all__ = ["PlaceReader", "Spot", "phrases_of"]
