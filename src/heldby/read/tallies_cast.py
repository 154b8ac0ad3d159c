"""Whom a tally is about: names, "the insurgents", "rebel hands", "they", and those whom nobody names (whoever takes places, or loses them)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from heldby.model.rulebook import Rulebook
from heldby.model.theatre import Lexicon
from heldby.model.who import INDEPENDENT, ActorName
from heldby.read.actors import Cast, Parties
from heldby.read.document import Document, Parsed
from heldby.read.mentions import Mention, MentionKind, holds
from heldby.read.nominals import Phrase
from heldby.read.timeforms import Classes
from heldby.read.words import Form

LONGEST = 4  # words of a common noun for a party ("provincial police special forces")
BACK = 3  # sentences back in which a pronoun finds whom it means
OTHER, OWN, GROUP, ENEMY = "other", "own", "group", "enemy"  # whoever was spoken of; the speaker's side; an armed group; his enemy
STATE, REBEL = "state", "rebel"
_ARTICLE = re.compile(r"\b(?:the|a|an|its|their)\s\Z", re.I)
_IN = re.compile(r"\b(?:[Ii]n|[Oo]f|[Ii]nside|[Aa]cross|[Tt]hroughout|into|near|[Ff]rom|outside)\s(?:the\s)?(?:[A-Z]\w+(?:,\s|\sand\s))*\Z")
_OBLIQUE = re.compile(r"\b(?:from|by|against|with|for|of|to|near|between|in|under|behind|than)\s(?:the\s)?\Z", re.I)
_GIVES = re.compile(
    r"\s(?:has\s|have\s|had\s)?(?:handed\s(?:over|back)|ceded|gave\sup|given\sup|surrendered|withdrew|withdrawn|pulled\sout|left|lost|fled)\b",
    re.I,
)
_VAGUE = frozenset({"a", "an", "another", "any", "no", "every", "more"})
HELD = re.compile(r"-(?:held|controlled|occupied|run|ruled)\b", re.I)
_SIDE_HELD = re.compile(r"\b([a-z]+)-(?:held|controlled|occupied|run|ruled)\b", re.I)
_POSSESSED = re.compile(r"'s?\s(?:\w+\s)?(?:gains|conquests|advances|share|holdings|claims?|army|forces|troops|military)\b", re.I)
_POINTING = re.compile(r"\b(?:the|its|their|his|this|that)\s(?:[\w-]+\s)?\Z", re.I)


@dataclass(frozen=True, slots=True)
class Party:
    """Characters [start, end) that name a party: an actor's id, or "" and what kind of pronoun it is (other, own, group, enemy)."""

    start: int
    end: int
    actor: str = ""
    pronoun: str = ""
    common: bool = False  # a common noun: "the insurgents", "fighters"
    compound: bool = False  # says whose a place is: "rebel-held"


class PartyWords:
    """What a lexicon and a language teach about words for parties; built once."""

    def __init__(self, rulebook: Rulebook, lexicon: Lexicon, classes: Classes) -> None:
        self.lexicon = lexicon
        self.parties = Parties(lexicon)
        sides: dict[str, set[str]] = {}
        for cue in rulebook.of("agent-noun"):
            sides.setdefault(cue.text, set()).add(cue.value)
        self.sides = {t: STATE if STATE in v else REBEL for t, v in sides.items() if v != {"any"}}
        self.nouns = (frozenset(self.sides) | frozenset(self.parties.nouns)) - {
            c.text for c in rulebook.phrasebook("tallies").of("pronoun")
        }
        self.bands = {c.text: c.value for c in rulebook.phrasebook("tallies").of("band") if c.text not in self.parties.nouns}
        self.adjective_sides = {c.text: c.value for c in rulebook.of("actor-adjective")}
        self.side_words = {c.text for c in rulebook.of("actor-adjective")} | set(self.parties.adjectives)
        self.agents = frozenset(sides)
        self.adjectives: dict[str, list[tuple[str, ActorName]]] = {}
        self.peoples: dict[str, list[tuple[str, ActorName]]] = {}  # "the Norlanders"
        for actor in lexicon.actors:
            for name in actor.names:
                if name.adjective and not name.generic:
                    self.adjectives.setdefault(name.text.lower(), []).append((actor.id, name))
                    if actor.kind == "state" and name.text.endswith(("n", "i")):
                        self.peoples.setdefault(name.text.lower() + "s", []).append((actor.id, name))
        self.pronoun = re.compile(rf"(?<![\w-])({classes.alternatives('pronoun')})(?![\w-])", re.I)
        self.grip = re.compile(rf"(?:'s?)?\s(?:\w+\s){{0,2}}(?:{classes.alternatives('grip')})\b", re.I)
        self.classes = classes


class TallyCast:
    """The parties of one document."""

    def __init__(self, document: Document, words: PartyWords) -> None:
        self._document = document
        self._words = words
        self._cast = Cast(document, words.parties)
        self._found: dict[int, tuple[Party, ...]] = {}
        only = words.lexicon.countries
        self.country = self._cast.country or (only[0] if len(only) == 1 else "")
        self.home = self._cast.state_of(self.country)

    def parties(self, index: int) -> tuple[Party, ...]:
        """The parties that sentence `index` names, in order, none overlapping."""
        if index not in self._found:
            self._found[index] = self._find(self._document.parsed[index])
        return self._found[index]

    def _find(self, parsed: Parsed) -> tuple[Party, ...]:
        text = self._document.text
        found: list[Party] = []
        for mention in parsed.mentions:
            if text.startswith("-", mention.end):
                if HELD.match(text, mention.end) and mention.kind is MentionKind.ACTOR:
                    found.append(Party(mention.start, mention.end, self._cast.name_of(mention), compound=True))
                continue
            if mention.kind is MentionKind.ACTOR and not (mention.unit_ids and self._is_place(mention)):
                found.append(Party(*self._widened(parsed, mention.start, mention.end), self._cast.name_of(mention)))
            elif mention.kind is MentionKind.PLACE and mention.text.lower() in self._words.parties.nouns:
                found += self._metonym(parsed, mention)
        for hit in _SIDE_HELD.finditer(text, parsed.sentence.start, parsed.sentence.end):
            holder = Party(hit.start(1), hit.end(1), self._side(hit.group(1).lower(), hit.start(1)), compound=True)
            if holder.actor and not _clash(holder, found):
                found.append(holder)
        k = 0
        while k < len(parsed.tokens):
            party, n = self._common_at(parsed, k)
            if party is not None and not _clash(party, found):
                found.append(party)
            k += n
        for hit in self._words.pronoun.finditer(text, parsed.sentence.start, parsed.sentence.end):
            party = Party(hit.start(), hit.end(), "", self._words.classes.value("pronoun", hit.group(1)))
            if not _clash(party, found):
                found.append(party)
        return tuple(sorted(found, key=lambda p: p.start))

    def _is_place(self, mention: Mention) -> bool:
        """A country that is also an actor, where only the land can be meant: "in Norland", "across Norland"."""
        text = self._document.text
        if self._words.grip.match(text, mention.end) or _POSSESSED.match(text, mention.end):
            return False
        return bool(_IN.search(text[max(0, mention.start - 48) : mention.start])) or text.startswith("'s", mention.end)

    def _metonym(self, parsed: Parsed, mention: Mention) -> list[Party]:
        agent = self._agent(parsed, mention.start, mention.end)
        return [Party(mention.start, mention.end, agent)] if agent and not self._is_place(mention) else []

    def _agent(self, parsed: Parsed, start: int, end: int) -> str:
        """Whom the words [start, end) mean by the common understanding of the reader; "" if nobody."""
        inside = [k for k, t in enumerate(parsed.tokens) if start <= t.start < end]
        if not inside:
            return ""
        chunk = next((n for n, c in enumerate(parsed.chunks) if c.i <= inside[-1] < c.j), 0)
        found = self._cast.agent(parsed, Phrase(chunk, inside[0], inside[-1] + 1, inside[-1]), self.country)
        return found.actor if found is not None else ""

    def _common_at(self, parsed: Parsed, k: int) -> tuple[Party | None, int]:
        tokens, text, words = parsed.tokens, self._document.text, self._words
        for n in range(min(LONGEST, len(tokens) - k), 0, -1):
            start, end = tokens[k].start, tokens[k + n - 1].end
            low = text[start:end].lower()
            after = tokens[k + n].lower if k + n < len(tokens) else ""
            if low in words.bands and _POINTING.search(text[max(0, start - 30) : start]):
                return Party(*self._widened(parsed, start, end), "", words.bands[low]), n
            if low in words.nouns and self._stands_alone(parsed, k + n - 1, end):
                return self._party(parsed, start, end), n
            bearers = words.peoples.get(low) or (
                words.adjectives.get(low) if words.grip.match(text, end) or after in words.agents else None
            )
            written = text[start:end]
            ids = tuple(dict.fromkeys(i for i, b in bearers or () if holds(b, self._document.named_on) and _written_like(b.text, written)))
            if ids:
                actor = self._cast.name_of(Mention(start, end, MentionKind.ACTOR, text[start:end], ids, adjective=True))
                return Party(*self._widened(parsed, start, end), actor), n
            if n == 1 and low in words.side_words and after in words.agents:
                return self._party(parsed, start, tokens[k + 1].end), 2
        return None, 1

    def _stands_alone(self, parsed: Parsed, k: int, end: int) -> bool:
        """Whether token `k` is no modifier of another noun ("army base", "military defeat"); of "control" and "hands" it may be."""
        if self._words.grip.match(self._document.text, end):
            return True
        if k and parsed.tokens[k - 1].lower in _VAGUE:
            return False
        if parsed.tokens[k].lower.endswith("s"):
            return True
        chunk = next((c for c in parsed.chunks if c.i <= k < c.j), None)
        after = parsed.tokens[k + 1] if k + 1 < len(parsed.tokens) else None
        return (
            chunk is None
            or chunk.head <= k
            or after is None
            or not after.is_word
            or after.lower in self._words.agents
            or after.text.isdigit()
            or any(v.form in (Form.S, Form.PAST) for v in parsed.words.verbs.get(after.lower, ()))
        )

    def _party(self, parsed: Parsed, start: int, end: int) -> Party | None:
        low = self._document.text[start:end].lower()
        start, end = self._widened(parsed, start, end)
        bearers = [(i, n) for i, n in self._words.parties.nouns.get(low, ()) if holds(n, self._document.named_on)]
        here = dict.fromkeys(i for i, n in bearers if not n.countries or self.country in n.countries)
        actor = self._agent(parsed, start, end) or (next(iter(here)) if len(here) == 1 else "")
        side = self._words.sides.get(low, "")
        if not actor and side:
            actor = self.home if side == STATE else self._rebels(start)
        return Party(start, end, actor, common=True) if actor else None

    def _side(self, word: str, offset: int) -> str:
        """Whom "rebel" or "government" means before "-held"."""
        side = self._words.adjective_sides.get(word, "")
        return self.home if side == STATE else self._rebels(offset) if side == REBEL else ""

    def _rebels(self, offset: int) -> str:
        return self._cast.enemy_of(self.home, offset, self.country) if self.home else self._cast.rebels_at(offset, self.country)

    def _widened(self, parsed: Parsed, start: int, end: int) -> tuple[int, int]:
        """With an article before, and nouns for armed people behind."""
        text = self._document.text
        for token in parsed.tokens:
            if token.start < end:
                continue
            if text[end : token.start].strip() or token.lower not in self._words.agents:
                break
            end = token.end
        article = _ARTICLE.search(text[max(0, start - 7) : start])
        return (start - len(article.group()) if article else start), end

    def resolve(self, party: Party, speaker: str) -> str:
        """The actor a party means, "" if it cannot be told. `speaker` is the side of whoever says it."""
        if party.actor:
            return party.actor
        if party.pronoun == OWN:
            return speaker if self.known(speaker) else ""
        if party.pronoun == ENEMY:
            return self.other(speaker if self.known(speaker) else self.home, party.start)
        index = self._document.sentence_at(party.start)
        for back in range(min(index, BACK) + 1):
            there = [p for p in self.parties(index - back) if p.actor and not p.compound and p.end <= party.start]
            if party.pronoun == GROUP:
                there = [p for p in there if not self._words.parties.actors[p.actor].home]
            plain = [p for p in there if not oblique(self._document.text, p.start)]
            if plain:
                return (plain[-1] if back == 0 else plain[0]).actor
            if there:
                return there[-1 if back == 0 else 0].actor
        if party.pronoun == GROUP:
            return self._rebels(party.start)
        return next((p.actor for p in self.parties(index) if p.actor and p.start >= party.end), "")  # "with 12 in their hands, the rebels"

    def known(self, ident: str) -> bool:
        return ident in self._words.parties.actors

    def is_home(self, ident: str) -> bool:
        return bool(ident) and ident == self.home

    def is_rebel(self, ident: str) -> bool:
        """Whether an actor is an armed group that fights the state here."""
        actor = self._words.parties.actors.get(ident)
        return actor is not None and ident != self.home and actor.kind != "coalition" and actor.side != INDEPENDENT and not actor.home

    def taker(self, offset: int, speaker: str) -> str:
        """Whoever takes places in this report: a speaker who fights the state, else the party spoken of, else the state's enemy; "" if none."""
        if self.is_rebel(speaker):
            return speaker
        index = self._document.sentence_at(offset)
        givers: set[str] = set()
        for back in range(min(index, BACK) + 1):
            named = [p for p in self.parties(index - back) if p.actor and p.start < offset and p.actor != self.home]
            givers |= {p.actor for p in named if _GIVES.match(self._document.text, p.end)}
            fighting = [p.actor for p in named if self._fights(p.actor) and p.actor not in givers]
            if fighting:
                return fighting[-1]
        return self.home if givers else self._rebels(offset)

    def _fights(self, ident: str) -> bool:
        actor = self._words.parties.actors[ident]
        if actor.side == INDEPENDENT or ident in ("unknown", "independent"):
            return False
        return not actor.home or not self.country or self.country in actor.countries

    def other(self, ident: str, offset: int) -> str:
        """The party against `ident`."""
        if ident == self.home:
            return self.taker(offset, "")
        return self._cast.enemy_of(ident, offset, self.country)


def oblique(text: str, start: int) -> bool:
    """Whether what begins at `start` stands behind a preposition: neither subject nor speaker."""
    return bool(_OBLIQUE.search(text[max(0, start - 14) : start]))


def _written_like(name: str, written: str) -> bool:
    """Capitals where the name has them: "IS" is no "is"."""
    return all(w.isupper() for n, w in zip(name, written, strict=False) if n.isupper())


def _clash(party: Party, others: list[Party]) -> bool:
    return any(party.start < o.end and o.start < party.end for o in others)
