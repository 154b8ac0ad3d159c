"""Whose side a speaker is on: from the names, adjectives and offices in his phrase, the theatre's lexicon and what the report is about."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from datetime import date
from itertools import pairwise

from heldby.model.theatre import Lexicon
from heldby.model.who import INDEPENDENT, UNKNOWN, Actor, Leaning, Outlet, Voice, VoiceKind
from heldby.read.actors import ENEMY, Cast, Parties
from heldby.read.chunks import Chunk
from heldby.read.document import Document, Parsed
from heldby.read.mentions import Mention, MentionKind, holds
from heldby.read.speakers_phrase import POSSESSIVE, Phrase

RUN_BY = (
    "run", "owned", "controlled", "backed", "aligned", "affiliated", "linked", "leaning", "friendly", "appointed", "installed", "funded",
)  # fmt: skip
BELONGING = ("of", "for", "by", "with", "to")
OF_STATE = ("ministry", "minister", "ministers", "office", "secretary", "affairs")  # behind "foreign", an office of one's own state
INITIALS = 3  # letters that a body known by its initials has at least, less one


class Stakes:
    """What one lexicon says of speakers: the titles of each actor's spokesmen, and who has a stake in whose country. Built once."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.parties = Parties(lexicon)
        titles: dict[str, list[str]] = {}
        for actor in lexicon.actors:
            for text in actor.spokesmen:
                titles.setdefault(text.casefold(), []).append(actor.id)
        self.titles = sorted(((text, tuple(ids)) for text, ids in titles.items()), key=lambda p: (-len(p[0]), p[0]))
        heirs: dict[str, list[tuple[str, date]]] = {}
        for actor in lexicon.actors:
            for n in actor.names:
                if n.since is not None:
                    heirs.setdefault(n.text.casefold(), []).append((actor.id, n.since))
        self._heirs = heirs
        self._outlets: dict[str, Outlet | None] = {}  # found before: the same few outlets publish most reports
        self.leanings = tuple(i for i in lexicon.interests if i.leaning not in (Leaning.NEUTRAL, Leaning.OWN))

    def heir(self, state: str, day: date | None) -> str:
        """Who bears a state's names on a day: "Afghan government" is another's from a certain date on."""
        actor = self.parties.actors.get(state)
        if day is None or actor is None:
            return state
        for name in actor.names:
            if name.until and name.until < day:
                later = self._heirs.get(name.text.casefold(), ())
                if found := next((i for i, since in later if i != state and since <= day), ""):
                    return found
        return state

    def outlet(self, name: str) -> Outlet | None:
        """The outlet of this name or alias, as `Lexicon.outlet` finds it."""
        if name not in self._outlets:
            self._outlets[name] = self.lexicon.outlet(name)
        return self._outlets[name]

    def concerned(self, state: str) -> frozenset[str]:
        """A state and whoever is not neutral towards it, or it towards him."""
        return frozenset({state} | {x for i in self.leanings if state in (i.side, i.actor) for x in (i.side, i.actor)})


class Sides:
    """The sides of the speakers of one document."""

    def __init__(self, document: Document, stakes: Stakes) -> None:
        self._document = document
        self._stakes = stakes
        self._actors = stakes.parties.actors
        self._cast = Cast(document, stakes.parties)
        placed = any(m.unit_ids for m in document.mentions)
        self._country = self._cast.country or ("" if placed else next(iter(stakes.lexicon.countries), ""))
        self._home = stakes.heir(self._cast.state_of(self._country), document.named_on)
        self._ends = [m.end for m in document.mentions]  # none lies inside another, so that they rise
        self._named_here = frozenset(m.actor for m in document.mentions)
        self.publisher = self.outlet(document.report.outlet)

    def of(self, phrase: Phrase, last_side: str = "", body_side: str = "") -> str:
        """An actor id, "independent" or "unknown". `last_side` is that of the last speaker with the same kind of title, `body_side` that
        of the same body named before."""
        if (outlet := phrase.outlet) is not None and phrase.role not in ("state", "speaker"):
            return self._outlet_side(outlet)
        if any(self._mission(t.text) for t in phrase.tokens[: phrase.head_end]):
            return INDEPENDENT
        if any(phrase.words.value("agent-noun", w) == ENEMY for w in phrase.low[: phrase.head_end]):
            return self._foe_of(self.publisher.side, phrase.start)
        if phrase.has("state-owned", head_only=True) and not phrase.head_mentions():
            return self.state(phrase) or UNKNOWN
        if power := self._office(phrase):
            return power
        if leaning := self._leaning(phrase):
            return leaning
        if self._foreign(phrase) or (phrase.role == "monitor" and "state" not in phrase.words.values("role", phrase.head)):
            return INDEPENDENT
        retired = phrase.has("retired", head_only=True)
        if not retired and (named := self._adjective(phrase) or self._named(phrase, phrase.head_mentions())):
            return UNKNOWN if phrase.role == "resident" else named
        if owner := self._named(phrase, self._owners(phrase)):
            return owner
        if body_side and not phrase.mentions:
            return body_side
        if titled := self._titled(phrase):
            return titled
        civil = phrase.words.has("civil-body", phrase.head) and phrase.has("group-noun", head_only=True)
        if retired or civil or phrase.role in ("reports", "resident"):
            return UNKNOWN
        if phrase.allied_with("role", "state"):
            return self.state(phrase) or UNKNOWN
        if (capital := self._capital(phrase)) or (group := self._generic(phrase, phrase.head_end)):
            return capital or group
        if across := self._across(phrase):
            return across
        if phrase.low[0] in POSSESSIVE and phrase.role in ("speaker", "state", ""):
            police = any(w in phrase.low for w in ("police", "council"))
            local = phrase.role == "state" and (police or phrase.has("voice-local", head_only=True))  # "its governor": the place's
            return (self.state(phrase) if local else "") or self.last_party(phrase.start) or UNKNOWN
        return self._generic(phrase, len(phrase.low)) or self._by_role(phrase, last_side)

    def _foe_of(self, side: str, offset: int) -> str:
        return (self._cast.enemy_of(side, offset, self._country) if self._is_party(side) else "") or UNKNOWN

    def facing(self, voice: Voice, told_by: tuple[Voice, ...], offset: int) -> Voice:
        """ "The enemy says ..., the general staff said": the enemy of whoever speaks of it, the nearest of `told_by` that is a party."""
        words = self._document.parsed[0].words
        if voice.side != UNKNOWN or not any(words.value("agent-noun", w) == ENEMY for w in voice.text.casefold().split()):
            return voice
        whose = next((v.side for v in reversed(told_by) if self._is_party(v.side)), "")
        return replace(voice, side=self._foe_of(whose, offset)) if whose else voice

    @staticmethod
    def _foreign(phrase: Phrase) -> bool:
        """ "a foreign aid worker", "Western officials"; not "the foreign ministry"."""
        office = any(a == "foreign" and b in OF_STATE for a, b in pairwise(phrase.low))
        return phrase.has("foreign", head_only=True) and not office

    def _mission(self, word: str) -> bool:
        """ "MONUSCO", "a MONUSCO spokesman": a monitor known by its initials, though it fights beside a party, speaks for none."""
        known = self._stakes.outlet(word) if word.isupper() and len(word) > INITIALS else None
        return known is not None and known.kind is VoiceKind.MONITOR

    def outlet(self, name: str) -> Voice:
        """An outlet by name: one the lexicon does not know is independent, and so is one of a state without a stake here."""
        known = self._stakes.outlet(name)
        if known is None:
            return Voice(name, VoiceKind.OUTLET, INDEPENDENT)
        return Voice(name, known.kind, self._outlet_side(known), False, known.id)

    def knows_outlet(self, name: str) -> bool:
        return self._stakes.outlet(name) is not None

    def _outlet_side(self, outlet: Outlet) -> str:
        actor = self._actors.get(outlet.side)
        third = actor is not None and actor.home and self._country and not self._fights_here(actor)
        return INDEPENDENT if third else outlet.side

    def _office(self, phrase: Phrase) -> str:
        """An office known by name alone ("the State Department"): that of a power, wherever the report plays."""
        low = phrase.low[: phrase.head_end + 2]
        for n in (3, 2, 1):
            for k in range(len(low) - n + 1):
                power = phrase.words.value("office", " ".join(low[k : k + n]))
                if power in self._actors:
                    return self._party(power, phrase)
        return ""

    def _leaning(self, phrase: Phrase) -> str:
        """ "a pro-Damascus newspaper", "a Houthi-run channel": whom the adjective of a paper or a group names."""
        for token, low in zip(phrase.tokens[: phrase.head_end], phrase.low, strict=False):
            head, _, tail = low.partition("-")
            whose = tail if head == "pro" else head if tail in RUN_BY else ""
            for table in (self._stakes.parties.nationalities, self._stakes.parties.nouns) if whose else ():
                held = [
                    i
                    for i, n in table.get(whose, ())
                    if holds(n, self._document.day) and (token.capital or token.text[len(head) + 1 :][:1].isupper())
                ]
                if held:
                    return self._party(held[0], phrase)
        return ""

    def _by_role(self, phrase: Phrase, last: str) -> str:
        house = self.publisher.side if self.publisher.side in self._actors and not phrase.mentions else ""
        if house and not self._actors[house].home and "state" in phrase.words.values("agent-noun", phrase.head):
            house = ""  # "the army", in the paper of a group that has none
        state = house or self.state(phrase) or UNKNOWN
        if phrase.role == "monitor":
            return INDEPENDENT
        if phrase.role == "state" or any("state" in phrase.words.values("role", w) for w in phrase.low):
            return state
        if phrase.role == "speaker":
            seated = self._at_home(phrase) or any(self._seat(m.text.casefold()) for m in phrase.mentions)
            local = seated or phrase.has("voice-local") or phrase.has("place-noun")
            if local or phrase.has("actor-adjective", head_only=True):
                return state
            return last or house or self._subject(phrase) or self.last_party(phrase.start) or UNKNOWN
        return house or UNKNOWN

    def _at_home(self, phrase: Phrase) -> bool:
        """ "a spokesman in Abuja": whoever speaks from a capital speaks for its state."""
        units = [u for m in phrase.mentions for i in m.unit_ids[:12] if (u := self._stakes.lexicon.gazetteer.unit(i))]
        return any(u.capital_of and u.country == self._country for u in units)

    def _owners(self, phrase: Phrase) -> tuple[Mention, ...]:
        """Names behind "of", "for", "by", "with": whom the speaker belongs to."""
        out = []
        for m in phrase.mentions:
            before = [t.lower for t in phrase.tokens if t.end <= m.start][-2:]
            if any(w in BELONGING for w in before):
                out.append(m)
        return tuple(out)

    def _named(self, phrase: Phrase, mentions: tuple[Mention, ...]) -> str:
        named = [m for m in mentions if m.kind is MentionKind.ACTOR and m.actor]
        if phrase.rebel:  # "Sudanese paramilitaries" are not the state's
            named = [m for m in named if m.actor not in self._actors or not self._actors[m.actor].home]
        if not named:
            return ""
        owned = len(named) > 1 and self._document.text.startswith(("'s", "\u2019s"), named[0].end)
        found = named[1 if owned else 0]  # "Sudan's paramilitary Rapid Support Forces"
        actor = self._cast.name_of(found)
        free = phrase.has("media", head_only=True) and not any(phrase.words.value("actor-adjective", w) == "state" for w in phrase.low)
        return INDEPENDENT if free and self._is_party(actor) and self._actors[actor].home else self._party(actor, phrase)

    def _adjective(self, phrase: Phrase) -> str:
        """An actor's adjective that stands before any name in the head phrase ("a Taliban shadow governor", "Iranian and Afghan officials")."""
        names = phrase.head_mentions()
        if phrase.rebel:
            return ""  # "Sudanese paramilitaries" are not the state's
        for word, token in zip(phrase.low[: phrase.head_end], phrase.tokens, strict=False):
            if names and names[0].start <= token.start:
                break
            known = self._stakes.parties.nationalities.get(word, ())
            bearers = [i for i, n in known if holds(n, self._document.named_on) and (not n.countries or self._country in n.countries)]
            bearers = [i for i in bearers if token.capital or self._bears_here(i, ())]  # "a resistance committee" of another country
            if bearers and not phrase.words.has("actor-adjective", word):
                return self._party(bearers[0], phrase)
        return ""

    def _across(self, phrase: Phrase) -> str:
        """ "a customs officer on the Tajik side": the nationality before "side"."""
        for k in range(1, len(phrase.low)):
            bearers = self._stakes.parties.nationalities.get(phrase.low[k - 1], ()) if phrase.low[k] == "side" else ()
            if held := [i for i, n in bearers if holds(n, self._document.named_on)]:
                return self._party(held[0], phrase)
        return ""

    def _party(self, actor_id: str, phrase: Phrase) -> str:
        """The actor if he fights here or has a stake in it; a third state is independent, nobody known is unknown."""
        actor = self._actors.get(actor_id)
        if actor is None or actor.kind == "generic":
            return UNKNOWN
        if actor.kind == "peacekeepers":
            return INDEPENDENT
        if not actor.home or not self._country or self._fights_here(actor):
            return actor.id
        return INDEPENDENT

    def _fights_here(self, actor: Actor) -> bool:
        if self._country in (actor.home, *actor.countries):
            return True
        told = set(actor.countries) - {actor.home}  # where the theatre says where he fights, elsewhere he is a third party
        return not told and actor.id in self._stakes.concerned(self._home)

    def _titled(self, phrase: Phrase) -> str:
        """An actor's title for his speakers ("Taliban spokesman"); one that several states use ("police chief") is the country's."""
        whole = " " + " ".join(phrase.low) + " "
        for text, actors in self._stakes.titles:
            if f" {text} " not in whole or " " not in text:
                continue
            if all(self._actors[a].home for a in actors):
                foreign = len(actors) == 1 and self._actors[actors[0]].home != self._country
                return self._party(actors[0], phrase) if foreign else self.state(phrase)
            if len(actors) == 1 and self._bears_here(actors[0], ()):
                return actors[0]
        return ""

    def _capital(self, phrase: Phrase) -> str:
        """ "Moscow said": a capital, or a country, that stands for its state."""
        whole = " ".join(phrase.low)
        if seat := self._seat(whole) if phrase.tokens[0].capital else "":
            return self._party(seat, phrase)
        if len(phrase.mentions) == 1 and phrase.mentions[0].text.lower() == whole and self._at_home(phrase):
            return self._home
        return ""

    def _seat(self, name: str) -> str:
        """The actor for whom a capital's name may stand ("Moscow"), also behind an office: "the defence ministry in Moscow"."""
        bearers = self._stakes.parties.nouns.get(name, ())
        return next((i for i, n in bearers if not n.countries and holds(n, self._document.named_on)), "")

    def _generic(self, phrase: Phrase, end: int) -> str:
        """Whom a generic word in the first `end` words means ("the group", "a rebel spokesman"): its one bearer in the country, else the
        one of them the report names, else, for insurgents, the armed group named last."""
        low = phrase.low[:end]
        words = [
            w
            for w in low
            if phrase.words.has("group-noun", w)
            or "rebel" in phrase.words.values("agent-noun", w)
            or "rebel" in phrase.words.values("actor-adjective", w)
        ]
        for word in words:
            table = (*self._stakes.parties.nouns.get(word, ()), *self._stakes.parties.adjectives.get(word, ()))
            fit = [i for i, n in table if holds(n, self._document.named_on) and self._bears_here(i, n.countries)]
            armed = tuple(dict.fromkeys(i for i in fit if not self._actors[i].home or self._actors[i].kind == "coalition"))
            named = [i for i in armed if i in self._named_here]
            if len(armed) == 1 or named:
                return self._last_of(named) if named else armed[0]
        return self._cast.rebels_at(phrase.start, self._country) if words else ""

    def _last_of(self, actors: list[str]) -> str:
        """The one of these actors that the report names last."""
        return next(m.actor for m in reversed(self._document.mentions) if m.actor in actors)

    def _bears_here(self, actor_id: str, countries: tuple[str, ...]) -> bool:
        """Whether a generic name holds in the country: it says so, or its bearer has a stake there."""
        if countries or self._actors[actor_id].countries:
            return self._country in (countries or self._actors[actor_id].countries)
        return actor_id in self._stakes.concerned(self._home)

    def _subject(self, phrase: Phrase) -> str:
        """The first party named in the sentence before the speaker, outside quotations: "The rebels took it, a commander said"."""
        parsed = phrase.parsed
        first = next((p.subject for p in parsed.parse.predicates if p.subject and p.group.finite), [])
        head = parsed.chunks[first[0]] if first else None
        own = head is not None and parsed.tokens[head.j - 1].end <= phrase.start and not parsed.mentions_in(*_extent(parsed, head))
        if own and head is not None and "state" in parsed.words.values("agent-noun", head.word) and self._home:
            return self._home  # "Elite troops pushed in, the commander said"
        for m in parsed.mentions:
            quoted = any(q.start < m.start < q.end for q in parsed.quotes)
            if m.end <= phrase.start and not quoted and m.kind is MentionKind.ACTOR and self._is_party(m.actor):
                return self._cast.name_of(m)
        return ""

    def _is_party(self, actor_id: str) -> bool:
        return actor_id in self._actors and self._actors[actor_id].kind != "generic"

    def last_party(self, before: int) -> str:
        """The actor named last before character `before`; "" if none."""
        for k in range(bisect_right(self._ends, before) - 1, -1, -1):
            m = self._document.mentions[k]
            if m.kind is MentionKind.ACTOR and self._is_party(m.actor):
                return self._cast.name_of(m)
        return ""

    def state(self, phrase: Phrase) -> str:
        """The state whose official somebody is: of the place in his phrase, else of the report's country; "" if none is known."""
        gazetteer = self._stakes.lexicon.gazetteer
        if phrase.low[-2:] in (("that", "country"), ("that", "state")) and (named := self.last_party(phrase.start)):
            return self._party(named, phrase)
        for m in phrase.mentions:
            if phrase.of_a_person(m):
                continue  # "President N. Mansur": no place
            if seat := self._seat(m.text.casefold()):
                return self._party(seat, phrase)
            countries = {u.country for i in m.unit_ids[:40] if (u := gazetteer.unit(i)) and u.country}
            country = next((c for c in self._cast.countries if c in countries), "")
            if country and (state := self._cast.state_of(country)):
                return self._stakes.heir(state, self._document.named_on)
        return self._home

    def both(self) -> tuple[str, ...]:
        """The two parties of a report, in order of mention: who "both sides" are."""
        ids = [self._cast.name_of(m) for m in self._document.mentions if m.kind is MentionKind.ACTOR and m.actor]
        parties = [i for i in dict.fromkeys(ids) if self._is_party(i)]
        return tuple(dict.fromkeys([*parties[:2], *filter(None, (self._home,))]))[:2]

    def kind(self, phrase: Phrase, side: str) -> VoiceKind:
        """What kind of voice speaks."""
        if (outlet := phrase.outlet) is not None and phrase.role not in ("state", "speaker"):
            return outlet.kind
        if phrase.role == "reports":
            return VoiceKind.REPORTS
        if phrase.role == "resident" or phrase.has("retired"):
            return VoiceKind.RESIDENT
        if phrase.role == "monitor" and self._is_party(side):
            return VoiceKind.OFFICIAL
        if phrase.role == "monitor":
            return VoiceKind.OUTLET if phrase.has("press", head_only=True) else VoiceKind.MONITOR
        party = self._is_party(side)
        state = party and bool(self._actors[side].home)
        if party and (phrase.has("voice-spokesman") or not state):
            return VoiceKind.SPOKESMAN
        if phrase.role == "state" or state:
            return VoiceKind.LOCAL if phrase.has("voice-local") else VoiceKind.OFFICIAL
        return VoiceKind.OTHER


def _extent(parsed: Parsed, chunk: Chunk) -> tuple[int, int]:
    return parsed.tokens[chunk.i].start, parsed.tokens[chunk.j - 1].end
