"""Whose side a speaker is on: from the names, adjectives and offices in his phrase, the theatre's lexicon and what the report is about."""

from __future__ import annotations

from collections import Counter
from datetime import date

from heldby.model.theatre import Lexicon
from heldby.model.who import INDEPENDENT, UNKNOWN, Leaning, VoiceKind
from heldby.read.document import Document
from heldby.read.mentions import Mention, MentionKind
from heldby.read.speakers_phrase import POSSESSIVE, Phrase


class Sides:
    """The sides of speakers under one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._actors = {a.id: a for a in lexicon.actors}
        spoken: dict[str, list[str]] = {}
        for a in lexicon.actors:
            for text in a.spokesmen:
                spoken.setdefault(text.casefold(), []).append(a.id)
        self._phrases = sorted(((text, tuple(ids)) for text, ids in spoken.items()), key=lambda p: (-len(p[0]), p[0]))

    def of(self, phrase: Phrase, last_speaker_side: str = "") -> str:
        """An actor id, "independent" or "unknown"."""
        if (outlet := phrase.outlet) is not None and phrase.role not in ("state", "speaker"):
            return outlet.side
        if phrase.has("foreign", head_only=True):
            return INDEPENDENT
        named = self._named(phrase, phrase.head_mentions())
        if named and not phrase.has("retired"):
            return named
        if spoken := self._spokesman(phrase):
            return spoken
        if phrase.has("retired"):
            return UNKNOWN
        if phrase.role == "reports":
            return UNKNOWN
        if phrase.role == "resident":
            return UNKNOWN
        if (generic := self._generic(phrase, phrase.head_end)) or (generic := self._named(phrase, self._owners(phrase))):
            return generic
        if phrase.low[0] in POSSESSIVE and phrase.role in ("speaker", "state", ""):
            return self.last_party(phrase.document, phrase.start) or UNKNOWN
        if generic := self._generic(phrase, len(phrase.low)):
            return generic
        return self._by_role(phrase, last_speaker_side)

    def _by_role(self, phrase: Phrase, last: str) -> str:
        state = self.state(phrase.document, phrase)
        if phrase.role == "monitor":
            return INDEPENDENT
        if phrase.role == "state":
            return state or UNKNOWN
        if phrase.role == "speaker":
            if phrase.has("actor-adjective", head_only=True) or phrase.has("voice-local"):
                return state or UNKNOWN
            if any(phrase.words.value("role", w) == "state" for w in phrase.low):
                return state or UNKNOWN
            return last or self.last_party(phrase.document, phrase.start) or UNKNOWN
        if any(phrase.words.value("role", w) == "state" for w in phrase.low):
            return state or UNKNOWN
        return UNKNOWN

    def _owners(self, phrase: Phrase) -> tuple[Mention, ...]:
        """Names behind "of", "for", "by", "with": whom the speaker belongs to, not where he is."""
        out = []
        for m in phrase.mentions:
            before = [t.lower for t in phrase.tokens if t.end <= m.start][-2:]
            if any(w in ("of", "for", "by", "with", "to") for w in before):
                out.append(m)
        return tuple(out)

    def _named(self, phrase: Phrase, mentions: tuple[Mention, ...]) -> str:
        for m in mentions:
            if m.kind is MentionKind.ACTOR and m.actor:
                return self._party(m.actors, phrase)
        return self._adjective(phrase) if mentions == phrase.head_mentions() else ""

    def _adjective(self, phrase: Phrase) -> str:
        """An actor's adjective in the head phrase that the mention finder did not take ("a Taliban shadow governor"), leftmost first."""
        for word in phrase.low[: phrase.head_end]:
            if phrase.words.has("actor-adjective", word):
                continue
            ids = tuple(
                a.id
                for a in self._lexicon.actors
                if any(n.adjective and n.text.casefold() == word and _holds(n.since, n.until, phrase.document.day) for n in a.names)
            )
            if ids:
                return self._party(ids, phrase)
        return ""

    def _party(self, actors: tuple[str, ...], phrase: Phrase) -> str:
        """The actor if he takes part in or leans towards somebody in this fight; a third state is independent."""
        actor = self._actors.get(actors[0])
        if actor is None:
            return UNKNOWN
        if not actor.home or actor.kind == "armed-group":
            return actor.id
        document = phrase.document
        countries = self._countries(document)
        if actor.home in countries:
            return actor.id
        return actor.id if actor.id in self._parties_of(countries, document.day) else INDEPENDENT

    def _parties_of(self, countries: tuple[str, ...], day: date | None) -> frozenset[str]:
        """Who has a stake in a country: its state, and whoever is not neutral towards it or its heir."""
        states = {a.id for a in self._lexicon.actors if a.home in countries and a.kind == "state"}
        states |= {self._heir(s, day) for s in states}
        stakes = (i for i in self._lexicon.interests if i.leaning not in (Leaning.NEUTRAL, Leaning.OWN))
        return frozenset(states | {x for i in stakes if i.side in states or i.actor in states for x in (i.side, i.actor)})

    def _spokesman(self, phrase: Phrase) -> str:
        """An actor's title for its speakers ("district governor", "Taliban spokesman"); one that several states use is that of the country."""
        whole = " " + " ".join(phrase.low) + " "
        for text, actors in self._phrases:
            if f" {text} " not in whole or len(text.split()) < 2:
                continue
            if all(self._actors[a].home for a in actors):
                return self.state(phrase.document, phrase) if len(actors) > 1 else self._heir(actors[0], phrase.document.day)
            return actors[0] if len(actors) == 1 else ""
        return ""

    def _generic(self, phrase: Phrase, end: int) -> str:
        """An actor's generic name in the first `end` words ("the group", "rebel"): a party of the country so called, else the last
        armed group named before."""
        low = phrase.low[:end]
        rebel = [w for w in low if phrase.words.value("agent-noun", w) == "rebel" or phrase.words.value("actor-adjective", w) == "rebel"]
        group = [w for w in low if w in ("group", "movement", "insurgency")]
        if not rebel and not group:
            return ""
        document = phrase.document
        named = {m.actor for m in document.mentions if m.actor}
        parties = self._parties_of(self._lexicon.countries, document.day) if self._lexicon.countries else frozenset()
        for actor in self._lexicon.actors:
            fits = actor.kind == "armed-group" and (actor.id in parties or (not parties and actor.id in named))
            if fits and any(n.generic and _bare(n.text) in rebel + group and _holds(n.since, n.until, document.day) for n in actor.names):
                return actor.id
        return self.last_party(document, phrase.start, armed=True)

    def last_party(self, document: Document, before: int, *, armed: bool = False) -> str:
        """The actor named last before character `before`, an armed group if `armed`; "" if none."""
        for m in reversed(document.mentions):
            if m.end <= before and m.kind is MentionKind.ACTOR and m.actor:
                actor = self._actors.get(m.actor)
                if actor is not None and actor.kind != "generic" and (not armed or actor.kind == "armed-group"):
                    return actor.id
        return ""

    def state(self, document: Document, phrase: Phrase | None = None) -> str:
        """The state whose official somebody is: of the place in his phrase, else of the report's country; "" if none is known."""
        places = [m for m in phrase.mentions if m.unit_ids] if phrase is not None else []
        for country in [*self._countries_of(places), *self._countries(document)]:
            found = next((a.id for a in self._lexicon.actors if a.home == country and a.kind == "state"), "")
            if found:
                return self._heir(found, document.day)
        return ""

    def _heir(self, state: str, day: date | None) -> str:
        """Who bears the state's name on a day: "Afghan government" is another's from a certain date on."""
        if day is None or state not in self._actors:
            return state
        lapsed = {n.text.casefold() for n in self._actors[state].names if n.until and n.until < day}
        for other in self._lexicon.actors:
            if other.id != state and any(n.text.casefold() in lapsed and n.since and n.since <= day for n in other.names):
                return other.id
        return state

    def _countries(self, document: Document) -> tuple[str, ...]:
        if self._lexicon.countries:
            return self._lexicon.countries
        return self._countries_of([m for m in document.mentions if m.kind is MentionKind.PLACE])[:1]

    def _countries_of(self, mentions: list[Mention]) -> tuple[str, ...]:
        """Countries of places, most often named first."""
        counts: Counter[str] = Counter()
        for m in mentions:
            units = [u for i in m.unit_ids[:12] if (u := self._lexicon.gazetteer.unit(i)) is not None]
            for country in sorted({u.country for u in units if u.country}):
                counts[country] += 1
        return tuple(c for c, _ in sorted(counts.items(), key=lambda kv: (-kv[1], kv[0])))

    def parties(self, document: Document) -> tuple[str, ...]:
        """The two parties of a report, in order of mention: who "both sides" are."""
        ids = [m.actor for m in document.mentions if m.kind is MentionKind.ACTOR and m.actor]
        return tuple(dict.fromkeys(i for i in ids if i in self._actors and self._actors[i].kind != "generic"))[:2]

    def kind(self, phrase: Phrase, side: str) -> VoiceKind:
        """What kind of voice speaks."""
        if (outlet := phrase.outlet) is not None and phrase.role not in ("state", "speaker"):
            return outlet.kind
        if phrase.role == "reports":
            return VoiceKind.REPORTS
        if phrase.role == "resident" or phrase.has("retired"):
            return VoiceKind.RESIDENT
        if phrase.role == "monitor":
            return VoiceKind.MONITOR
        if side in self._actors and (phrase.has("voice-spokesman") or self._actors[side].kind != "state"):
            return VoiceKind.SPOKESMAN
        if phrase.role == "state" or (side in self._actors and self._actors[side].kind == "state"):
            return VoiceKind.LOCAL if phrase.has("voice-local") else VoiceKind.OFFICIAL
        return VoiceKind.OTHER


def _bare(text: str) -> str:
    return text.casefold().removeprefix("the ")


def _holds(since: date | None, until: date | None, day: date | None) -> bool:
    return day is None or not ((since and day < since) or (until and until < day))
