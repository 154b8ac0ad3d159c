"""Who and what a text names: places, actors, outlets, each with its characters. Longest wins; an actor's name beats a place inside it.

Names of actors hold between dates, so what a name means depends on the day of publication. An adjective ("Russian", "Houthi") names its
actor only before a noun for armed people or for an office.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

import ahocorasick_rs

from heldby.model.theatre import Gazetteer, Lexicon, NameHit
from heldby.model.who import ActorName, Outlet
from heldby.read.text import tokenise
from heldby.read.words import Words

ARTICLE = "the "
_BROKEN = re.compile("[\ud800-\udfff]")  # halves of characters: no name has them, and no automaton takes them
_SIDE_OF = re.compile(r"\b(?:South|North|East|West)\s\Z")
DIRECTIONS = frozenset({"north", "south", "east", "west"})  # they stand inside names ("South Kivu")
REACH = 3  # words between an adjective and its noun, both ends included


class MentionKind(StrEnum):
    PLACE = "place"
    ACTOR = "actor"
    OUTLET = "outlet"


@dataclass(frozen=True, slots=True)
class Mention:
    """Characters [start, end) of a text that name something.

    `unit_ids` are the units that bear the name (also on an actor that is a country's name), `actors` the actors it may mean, likeliest
    first, `adjective` whether only as an adjective, `outlet` the outlet.
    """

    start: int
    end: int
    kind: MentionKind
    text: str
    actors: tuple[str, ...] = ()
    adjective: bool = False
    unit_ids: tuple[str, ...] = ()
    outlet: Outlet | None = None

    @property
    def actor(self) -> str:
        """The likeliest actor's id, "" if none."""
        return self.actors[0] if self.actors else ""


@dataclass(frozen=True, slots=True)
class _Entry:
    """What one written name stands for."""

    text: str
    actors: tuple[tuple[str, ActorName], ...] = ()
    outlet: Outlet | None = None

    @property
    def bound(self) -> bool:
        """Whether somebody bears it in some countries only."""
        return any(n.countries for _, n in self.actors)

    def there(self, countries: frozenset[str]) -> _Entry:
        """What it stands for where the places of `countries` are spoken of: first whoever bears it there and nowhere else."""
        own = tuple(a for a in self.actors if not countries.isdisjoint(a[1].countries))
        return replace(self, actors=(*own, *(a for a in self.actors if not a[1].countries)))


class MentionFinder:
    """Finds the names of one lexicon. Pure; the automaton is built once."""

    def __init__(self, lexicon: Lexicon, words: Words) -> None:
        self._gazetteer: Gazetteer = lexicon.gazetteer
        self._words = words
        self._entries = _entries(lexicon)
        self._automaton = ahocorasick_rs.AhoCorasick([e.text.lower() for e in self._entries]) if self._entries else None

    def find(self, text: str, day: date | None) -> tuple[Mention, ...]:
        """Mentions of a normalised text in order, none inside another. `day` is that of publication (None: every name holds)."""
        text = _BROKEN.sub("\ufffd", text)
        hits = self._places(text)
        named = _longest(self._named(text, day, hits))
        ends = [m.end for m in named]  # rising, since none overlap
        out = dict(enumerate(named))
        places = {(h.start, h.end): h for h in hits}
        for k, m in enumerate(named):
            if (hit := places.pop((m.start, m.end), None)) and m.kind is MentionKind.ACTOR:
                out[k] = Mention(m.start, m.end, m.kind, m.text, m.actors, m.adjective, hit.unit_ids)
        longer: list[Mention] = []
        for hit in places.values():
            first = last = bisect_right(ends, hit.start)
            while last < len(named) and named[last].start < hit.end:
                last += 1
            if all(
                hit.start <= m.start and m.end <= hit.end for m in named[first:last]
            ):  # "Free Syrian Army Street" is longer than its actor
                for k in range(first, last):
                    out.pop(k, None)
                longer.append(Mention(hit.start, hit.end, MentionKind.PLACE, text[hit.start : hit.end], unit_ids=hit.unit_ids))
        return tuple(sorted((*out.values(), *longer), key=lambda m: (m.start, m.end)))

    def _places(self, text: str) -> list[NameHit]:
        """Gazetteer names, without a preposition that opens a sentence ("In Sar-e Pol") and with words in brackets ("[Spin] Boldak")."""
        out: list[NameHit] = []
        for hit in self._gazetteer.find(text):
            first = re.match(r"\w+(?=[ -])", text[hit.start : hit.end])
            if first and self._words.has("preposition", low := first.group().lower()) and low not in DIRECTIONS:
                begin = hit.start + first.end() + 1
                out += [replace(h, start=h.start + begin, end=h.end + begin) for h in self._gazetteer.find(text[begin : hit.end + 24])[:1]]
                continue
            bracket = re.search(r"\[([^\W\d_]+)\]\s\Z", text[max(0, hit.start - 24) : hit.start])
            if bracket and (units := self._gazetteer.lookup(f"{bracket[1]} {hit.name}")):
                out.append(NameHit(hit.start - len(bracket.group()), hit.end, f"{bracket[1]} {hit.name}", units))
                continue
            out.append(hit)
        return out

    def _named(self, text: str, day: date | None, hits: list[NameHit]) -> list[Mention]:
        if self._automaton is None:
            return []
        here: frozenset[str] | None = None
        low = text.lower()
        if len(low) != len(text):  # a letter whose small form is two letters
            low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
        out = []
        for index, start, end in self._automaton.find_matches_as_indexes(low, overlapping=True):
            entry = self._entries[index]
            if _SIDE_OF.search(text, max(0, start - 6), start):
                continue  # "South Sudan's army" is not "Sudan's army"
            if not _whole(text, start, end) or not _written_like(entry.text, text[start:end]):
                continue
            if entry.bound:
                here = self._countries(hits) if here is None else here
                entry = entry.there(here)
            if m := self._mention(entry, text, start, day):
                out.append(m)
        return out

    def _countries(self, hits: list[NameHit]) -> frozenset[str]:
        """Countries of the places that a text names; of a name that several countries bear, none."""
        found = [{u.country for i in h.unit_ids[:40] if (u := self._gazetteer.unit(i)) and u.country} for h in hits]
        return frozenset(next(iter(c)) for c in found if len(c) == 1)

    def _mention(self, entry: _Entry, text: str, start: int, day: date | None) -> Mention | None:
        end = start + len(entry.text)
        valid = [(i, n) for i, n in entry.actors if holds(n, day)]
        full = tuple(dict.fromkeys(i for i, n in valid if not n.adjective))
        if full:
            return Mention(start, end, MentionKind.ACTOR, text[start:end], full)
        if valid and self._before_agent(text, end):
            return Mention(start, end, MentionKind.ACTOR, text[start:end], tuple(dict.fromkeys(i for i, _ in valid)), adjective=True)
        if entry.outlet is not None:
            return Mention(start, end, MentionKind.OUTLET, text[start:end], outlet=entry.outlet)
        return None

    def _before_agent(self, text: str, end: int) -> bool:
        """Whether a noun for armed people or an office follows ("Russian occupation forces"), or a hyphen ("Russian-held")."""
        if text[end : end + 1] == "-":
            return True
        following = tokenise(text, end, min(len(text), end + 60))[:REACH]
        for token in following:
            if not token.is_word:
                return False
            if any(self._words.has(k, token.lower) for k in ("agent-noun", "role", "weapon")):
                return True
            if not (
                self._words.has("actor-adjective", token.lower)
                or self._words.has("troop-word", token.lower)
                or self._words.has("verb-free", token.lower)
                or token.lower[-2:] in _TAILS
            ):
                return False
        return False


_TAILS = ("al", "an", "ed", "ic", "ry", "ce", "ar", "or")  # words that may stand between: national, armed, special, military, defence


def _entries(lexicon: Lexicon) -> list[_Entry]:
    actors: dict[str, list[tuple[str, ActorName]]] = {}
    for actor in lexicon.actors:
        for name in actor.names:
            if not name.generic:
                actors.setdefault(_bare(name.text), []).append((actor.id, name))
    outlets: dict[str, Outlet] = {}
    for outlet in lexicon.outlets:
        for text in (outlet.name, *outlet.aliases):
            outlets.setdefault(_bare(text), outlet)
    texts = sorted({*actors, *outlets} - {""})
    return [_Entry(t, tuple(actors.get(t, ())), outlets.get(t)) for t in texts]


def _bare(text: str) -> str:
    text = text.replace("\u2019", "'").strip()
    return text[len(ARTICLE) :] if text.lower().startswith(ARTICLE) else text


def _whole(text: str, start: int, end: int) -> bool:
    return not (start and text[start - 1].isalnum()) and not text[end : end + 1].isalnum()


def _written_like(name: str, written: str) -> bool:
    """Capitals where the name has them; a name of capitals only as it stands."""
    if name.isupper() and len(name) < 6:
        return written == name
    return all(w.isupper() for n, w in zip(name, written, strict=True) if n.isupper())


def holds(name: ActorName, day: date | None) -> bool:
    """Whether a name means its actor on a day (None: on some day)."""
    if day is None:
        return True
    return not (name.since and day < name.since) and not (name.until and name.until < day)


def _longest(found: list[Mention]) -> list[Mention]:
    """The longest of what overlaps, the first of equals, in order."""
    out: list[Mention] = []
    taken = bytearray(max((m.end for m in found), default=0))
    for m in sorted(found, key=lambda m: (m.start - m.end, m.start)):
        if not any(taken[m.start : m.end]):
            taken[m.start : m.end] = b"\1" * (m.end - m.start)
            out.append(m)
    return sorted(out, key=lambda m: m.start)
