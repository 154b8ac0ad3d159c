"""Names of places in a phrase: those a gazetteer knows, and runs of capitalised words it does not know.

`Spot` is a place phrase as the reader hands it on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from heldby.model.place import Place, PlaceKind
from heldby.model.theatre import Gazetteer
from heldby.read.chunks import Kind
from heldby.read.document import Parsed
from heldby.read.mentions import Mention, MentionKind
from heldby.read.nominals import (
    Phrase,
    class_of,
    place_mentions,
    tail,
    text_span,
)
from heldby.read.words import Words

ENDINGS = (  # of place names, in the languages of the theatres
    *("abad", "abat", "pur", "pura", "nagar", "garh", "stan", "ville", "grad", "hrad", "gorod", "horod", "burg", "ivka", "yivka", "ovka"),
    *(
        "evka",
        "insk",
        "ynsk",
        "ansk",
        "evsk",
        "ovsk",
        "ivsk",
        "etsk",
        "qala",
        "kala",
        "kalay",
        "shahr",
        "kand",
        "kent",
        "tepe",
        "dagh",
        "dara",
    ),
)
LEAST = 6  # letters of a name that its ending may vouch for
EXAMPLES_WITHIN = 8  # chunks between a set and the word that opens its examples
LINKING = frozenset(("al", "el", "ul", "e", "i", "de", "da", "du", "la", "ye", "wa"))  # small words inside names
THROUGH = frozenset({"side", "positions", "posts"})  # what is meant is where they are
NO_NAMES = ("weekday", "month", "agent-noun", "role", "title", "time-noun", "number", "place-noun", "part-noun")
SETTLED = frozenset({"areas", "localities", "settlements", "neighbourhoods", "neighborhoods", "suburbs", "communities"})
AREAS = frozenset({"city", "town", "village", "district", "province", "country"})  # nouns that stand beside a name and add nothing to it
REFERRING = frozenset({"it", "there", "here", "they", "them", "both", "either", "neither", "where", "which"})
DEFINITE = frozenset({"the", "this", "that", "its", "their", "these", "those", "both"})
WITHIN = ("of", "in", "near", "outside", "inside", "at", "on")
BEHIND = ("of", "in", "at", "between", "to", "near", "outside", "linking", "on", "around")
DIRECTED = frozenset({"road", "crossing"})  # what leads "from" somewhere
BESIDE = ("near", "above", "below", "beside", "behind", "beyond", "along", "across", "opposite", "overlooking", "on", "in", "at", "by")
ROAD_ENDS = ("to", "between", "from", "linking", "through")
CALLED = frozenset({"called", "named", "known"})
NUMBERS = frozenset(
    ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "dozen", "dozens", "hundreds", "scores")
)


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
    area: bool = False  # it only says where another place of its sentence lies
    within: Spot | None = None  # the place referred to whose part it is: "the south of | the city"

    @property
    def named(self) -> bool:
        return bool(self.place.name)

    @property
    def plural_reference(self) -> bool:
        """Whether it refers back to several places."""
        return self.refers and (self.plural or self.sort == "pronoun")


class Names:
    """Reads the names inside phrases."""

    def __init__(self, gazetteer: Gazetteer, adjectives: frozenset[str] = frozenset(), metonyms: frozenset[str] = frozenset()) -> None:
        """Words in lower case: `adjectives` name peoples and parties ("Afghan"), never a place; `metonyms` are capitals that also stand
        for their state."""
        self._metonyms = metonyms
        self._gazetteer = gazetteer
        self._adjectives = adjectives

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
                spot = replace(spot, sort=noun[0], place=replace(spot.place, head=noun[1], kind=kind_of(noun[0])))
        return self._cut(parsed, spot, begin, mention.end)

    def _unknown(self, parsed: Parsed, phrase: Phrase) -> list[Spot]:
        """A capitalised name that no gazetteer knows: a place only if the frame takes it for one."""
        if any(m.kind is not MentionKind.PLACE for m in parsed.mentions_in(*text_span(parsed, phrase))):
            return []
        proper = self._proper(parsed, phrase, phrase.j)
        if proper is None or (parsed.tokens[phrase.head].lower != proper[0].split()[-1].split("-")[-1].lower() and "-" not in proper[0]):
            return []
        spot = self._spot(parsed, phrase, name=proper[0])
        return [self._cut(parsed, replace(spot, sure=vouched(parsed.words, parsed.gone_to, proper[0])), proper[1])]

    def _proper(self, parsed: Parsed, phrase: Phrase, stop: int) -> tuple[str, int] | None:
        """The run of capitalised words of a phrase that ends before token `stop`, and where it begins."""
        end = stop
        while end > phrase.i and not (parsed.tokens[end - 1].capital and parsed.inside[end - 1] < 0):
            end -= 1
        if end == phrase.i or (end < phrase.head and parsed.tokens[end].lower == "'s"):
            return None  # "Europe's largest power plant"
        begin = end
        while begin > phrase.i and parsed.inside[begin - 1] < 0 and Names._in_name(parsed, phrase, begin - 1):
            begin -= 1
        while begin < end and not parsed.tokens[begin].capital:
            begin += 1
        while begin < end and (
            parsed.words.has("determiner", parsed.tokens[begin].lower)
            or parsed.words.has("place-adjective", parsed.tokens[begin].lower)
            or parsed.tokens[begin].lower in self._adjectives
        ):
            begin += 1

        def common(at: int) -> bool:
            return any(parsed.words.has(k, parsed.tokens[at].lower) for k in NO_NAMES)

        while stop <= phrase.head and end > begin and common(end - 1):
            end -= 1  # "Menagh Military | Airbase"
        if begin >= end or common(end - 1):
            return None
        start, finish = parsed.tokens[begin].start, parsed.tokens[end - 1].end
        return parsed.text[start:finish], start

    @staticmethod
    def _in_name(parsed: Parsed, phrase: Phrase, k: int) -> bool:
        token = parsed.tokens[k]
        return token.capital or (token.lower in LINKING and k > phrase.i and parsed.tokens[k - 1].capital)

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

    @staticmethod
    def _owns(parsed: Parsed, mention: Mention) -> bool:
        return parsed.text[mention.end : mention.end + 2] in ("'s", "' ")

    def _behind_names(self, parsed: Parsed, phrase: Phrase) -> tuple[str, ...]:
        """Areas that follow: "Wesh in Kandahar", "Pisky, in Donetsk Oblast", "Gereshk, Helmand"."""
        out: list[str] = []
        for area in tail(parsed, phrase, *WITHIN):
            out += [self._name(parsed, m) for m in place_mentions(parsed, area)[:1]]
            out += [n for n in self._behind_names(parsed, area) if n not in out]
            break
        return tuple(out)

    @staticmethod
    def _head_is_name(parsed: Parsed, phrase: Phrase) -> bool:
        at = parsed.inside[phrase.head]
        return at >= 0 and bool(parsed.mentions[at].unit_ids)

    def _is_wide(self, mention: Mention, value: str) -> bool:
        """Whether a name before a noun only says where: "the northern Mali town of ...", "the West Darfur town of ..."."""
        kinds = {u.kind for i in mention.unit_ids[:40] if (u := self._gazetteer.unit(i))}
        wide = {PlaceKind.COUNTRY, PlaceKind.PROVINCE, PlaceKind.REGION}
        return bool(kinds) and (PlaceKind.COUNTRY in kinds or (kinds <= wide and value not in ("province", "country", "district")))

    @staticmethod
    def _joined(parsed: Parsed, phrase: Phrase) -> bool:
        k = phrase.chunk - 1
        while k >= 0 and parsed.chunks[k].kind is Kind.ADVERB:
            k -= 1
        return k >= 0 and parsed.chunks[k].kind is Kind.AND

    @staticmethod
    def _counted(parsed: Parsed, phrase: Phrase) -> bool:
        return any(
            t.text[0].isdigit() or parsed.words.has("number", t.lower) or t.lower in NUMBERS for t in parsed.tokens[phrase.i : phrase.j]
        )

    @staticmethod
    def _after_both(parsed: Parsed, phrase: Phrase) -> bool:
        return parsed.tokens[phrase.i].lower in ("both", "all")

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
        place = Place(text, start, end, name, head, kind_of(sort), tuple(dict.fromkeys(parents)))
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


def kind_of(sort: str) -> PlaceKind | None:
    return PlaceKind(sort) if sort in set(PlaceKind) else None


def vouched(words: Words, gone_to: frozenset[str], name: str) -> bool:
    """Whether a name that no gazetteer has is a place's: by how it is made ("Tel Rifaat", "Yakivlivka"), or since the text goes there
    (`gone_to`: the names behind "in", "near", "towards" anywhere in it)."""
    parts = [w.lower() for w in name.replace("-", " ").split()]
    if any(words.has("name-part", w) for w in parts) or (len(parts[-1]) > LEAST and parts[-1].endswith(ENDINGS)):
        return True
    return name in gone_to
