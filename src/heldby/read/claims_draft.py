"""From a frame met in a sentence to what it says: which places, which party, how it stands. Voices and dates come later."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from heldby.model.claim import Modality, Polarity, Relation
from heldby.model.place import PlaceKind
from heldby.model.report import Gap
from heldby.model.rulebook import Build, Role
from heldby.model.theatre import Gazetteer
from heldby.model.trace import Refusal
from heldby.read.actors import Agent, Cast
from heldby.read.chunks import Kind
from heldby.read.claims_named import NAMING, tail_end
from heldby.read.claims_party import GAINS, Held, PartyFinder
from heldby.read.claims_places import PlaceFinder
from heldby.read.document import Document, Parsed
from heldby.read.frames import Declined, Match
from heldby.read.nominals import class_of, is_definite, phrase_of, place_mentions
from heldby.read.places import PlaceReader
from heldby.read.places_names import Spot
from heldby.read.stance import Stance, stance_of

HEADING = 8  # words of a sentence that is a heading, its stop included
FAR = 90  # characters between a party and the verb beyond which the evidence leaves the party out
ELSEWHERE = 4  # how much more a text must speak of its own country than of another to which one name points
TAKING = frozenset({Relation.CAPTURED, Relation.RETOOK, Relation.CONTROLS, Relation.LOST})
UNDER_ATTACK = frozenset({Relation.ATTACKED, Relation.CONTESTS, Relation.BESIEGES})
ATTACK_REACH = 6  # sentences back to an attack that is beaten off
ECHOED = frozenset({Relation.CAPTURED, Relation.RETOOK, Relation.LOST, Relation.WITHDREW})
NOBODY = frozenset({"nobody", "none"})
LOCAL = frozenset({Relation.WITHDREW, Relation.CONTESTS, Relation.ATTACKED, Relation.REPELLED, Relation.BESIEGES})


class Refusals(Protocol):
    """Where a reading sets down what it refuses."""

    def declining(self, sentence: int) -> list[Declined]: ...
    def refuse(self, sentence: int, match: Match, refusal: Refusal) -> None: ...


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim before its voices; `start`, `end` are the characters of its evidence."""

    match: Match
    sentence: int
    relation: Relation
    agent: Agent | None
    actor: str
    inferred: bool
    loser: str
    loser_text: str | None
    spots: tuple[Spot, ...]
    stance: Stance
    start: int
    end: int
    country: str = ""
    claimed: bool = False  # the verb itself says that the actor claims it ("Russia claims control of")
    handed: bool = False  # lost by his own hand: "was ceded", "handed over the town"; denied, he stays

    @property
    def nameless(self) -> bool:
        """Whether it speaks of a set of places without names and without an area: nothing can be placed."""
        return all(s.place.unnamed and not s.place.parent_names for s in self.spots)

    @property
    def factual(self) -> bool:
        return self.stance.modality is Modality.FACTUAL and not self.stance.negated


class Drafter:
    """Drafts the claims of one document, in order, so that references find what was told before."""

    def __init__(
        self,
        document: Document,
        cast: Cast,
        places: PlaceReader,
        gazetteer: Gazetteer,
        parties: PartyFinder,
        notes: Refusals | None = None,
    ) -> None:
        """`notes` is told what is refused, where somebody asked for it."""
        self.notes = notes
        self._document = document
        self._cast = cast
        self._places = places
        self._gazetteer = gazetteer
        self._parties = parties
        self._where = PlaceFinder(document, cast, places, gazetteer)
        self._told: Draft | None = None  # the last event accepted
        self._attack: Draft | None = None  # the last attack accepted

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What stayed without a place."""
        return tuple(self._where.gaps)

    def draft(self, sentence: int, match: Match, borrowed: tuple[Spot, ...] = ()) -> Draft | Refusal:
        """What a match says, or why its phrases are not the places and parties it needs. `borrowed` are places it may take over."""
        parsed = self._document.parsed[sentence]
        spots = self._where.spots(sentence, match) if match.places else borrowed
        if not spots:
            return Refusal.NO_PLACE
        country = self._country(spots)
        if match.frame.echoes:
            return self._echo(sentence, match, spots, country)
        agent = self._parties.agent(sentence, match, self._parties.subjects(sentence, match), country)
        if agent is None and not self._may_lack_actor(sentence, parsed, match):
            return Refusal.NO_PARTY
        if agent is not None and match.relation is Relation.ATTACKED and self._guessed(agent):
            return Refusal.NO_PARTY
        if (
            borrowed
            and not match.places
            and (not any(s.named for s in spots) or (agent is not None and agent.sort == "pronoun" and match.noun >= 0))
        ):
            return Refusal.UNSURE_LOAN
        loser = self._parties.agent(sentence, match, match.losers, country)
        rid = match.frame.part("of") is Role.LOSER and not any(place_mentions(parsed, p) for p in match.losers)
        if match.losers and loser is None and (Role.LOSER in match.frame.needs or rid):
            return Refusal.NO_LOSER
        if match.frame.sorts and not all(self._is_of(s, match.frame.sorts) for s in spots):
            return Refusal.OTHER_SORT
        if match.frame.definite and not all(is_definite(parsed, p) for p in match.places):
            return Refusal.NO_PLACE
        stance = stance_of(parsed, match)
        other = match.frame.only is not None and stance.negated is (match.frame.only is match.frame.polarity)
        if other and not self._parties.denied(sentence, match.start):
            return Refusal.ONLY_DENIES
        if stance.dropped or (stance.refused and (match.frame.subject is Role.LOSER or match.relation is Relation.LOST)):
            return Refusal.NOT_TOLD  # prevented, or "refused to surrender it"
        if match.frame.subject is Role.LOSER and agent is not None and loser is not None and agent.actor == loser.actor:
            return Refusal.OWN_SIDE  # handed over to one's own side
        relation, actor, inferred = self._party(sentence, match, agent, loser, spots, country)
        if stance.negated and stance.modality is not Modality.FACTUAL and match.frame.subject is Role.LOSER and agent is None and loser:
            relation, actor, agent, loser = Relation.WITHDREW, loser.actor, loser, None  # "will not hand it over"
        given = relation is Relation.LOST and match.frame.subject is not Role.PLACE and self._parties.gives(parsed, match)
        relation = Relation.WITHDREW if given and stance.negated else relation
        if stance.negated and relation is Relation.CONTESTS and match.relation in TAKING:
            relation = match.relation  # "no part of the town is under their control"
        tried = match.relation in GAINS or match.relation in (Relation.ATTACKED, Relation.CONTESTS)
        if stance.failed and match.own and tried and actor:  # an attempt that failed: whoever holds the place beat it off
            relation, actor, inferred = Relation.REPELLED, self._cast.enemy_of(actor, match.start, country), True
            agent, loser = None, agent
            stance = replace(stance, negated=False, modality=Modality.FACTUAL)
        spots = self._fitting(relation, spots)
        if not spots or (stance.modality is Modality.PLANNED and all(self._is_country(s) for s in spots)):
            return Refusal.TOO_WIDE
        start, end = self._extent(parsed, match, agent, spots)
        loser_id = loser.actor if loser and loser.actor != actor else ""
        loser_text = loser.text if loser else None
        pred = parsed.parse.predicates[match.predicate] if match.own and match.predicate >= 0 else None
        claimed = pred is not None and pred.group.lemma == "claim" and not match.passive
        return Draft(
            match, sentence, relation, agent, actor, inferred, loser_id, loser_text, spots, stance, start, end, country, claimed, given
        )

    def _echo(self, sentence: int, match: Match, spots: tuple[Spot, ...], country: str) -> Draft | Refusal:
        """What happened to a place that "followed", or "is next": the same as to the one told of just before."""
        told = self._told
        if told is None or sentence - told.sentence > 1 or told.relation not in ECHOED:
            return Refusal.NOTHING_TO_BORROW
        names = {s.place.name.casefold() for s in told.spots if s.named}
        spots = tuple(s for s in spots if s.named and s.place.name.casefold() not in names)
        if not spots:
            return Refusal.NO_PLACE
        stance = stance_of(self._document.parsed[sentence], match)
        if stance.dropped or stance.negated is (match.frame.only is None):
            return Refusal.NOT_TOLD
        if stance.modality is Modality.FACTUAL and told.stance.modality is not Modality.FACTUAL:
            stance = replace(stance, modality=told.stance.modality)
        start, end = self._extent(self._document.parsed[sentence], match, None, spots)
        return Draft(
            match, sentence, told.relation, None, told.actor, True, told.loser, told.loser_text, spots, stance, start, end, country
        )

    def refuse(self, sentence: int, match: Match, refusal: Refusal) -> None:
        """Set down, where somebody asked for it, why a match is no draft."""
        if self.notes is not None:
            self.notes.refuse(sentence, match, refusal)

    def accept(self, draft: Draft) -> None:
        """Keep a draft for later references."""
        if not draft.stance.negated:
            self._told = draft
            self._attack = draft if draft.relation in UNDER_ATTACK else self._attack
        self._where.note(draft.sentence, draft.spots)
        if draft.factual and draft.match.polarity is Polarity.ASSERTED:
            held = Held(draft.match.start, draft.relation, draft.actor)
            self._parties.note(draft.sentence, held, draft.spots, draft.agent is not None)

    def _party(
        self, sentence: int, match: Match, agent: Agent | None, loser: Agent | None, spots: tuple[Spot, ...], country: str
    ) -> tuple[Relation, str, bool]:
        """The relation as it is meant, the actor, and whether he is inferred."""
        relation = match.relation
        if agent is not None:
            actor, inferred = agent.actor, agent.inferred
        else:
            actor = self._parties.infer(sentence, match, relation, loser.actor if loser else "", spots, country)
            inferred = True
        if relation is Relation.LOST and agent is None and (taker := self._parties.taker(sentence, match, actor)):
            return Relation.CAPTURED, taker, True
        at_home = bool(actor) and actor == self._cast.state_of(country)
        if match.frame.home is not None and at_home:
            relation = match.frame.home
        if match.frame.subject is Role.LOSER and at_home and loser is not None and self._cast.is_coalition(loser.actor):
            relation = Relation.CONTROLS  # handed over by allies
        if relation in TAKING and all(s.place.part == "parts" for s in spots):
            relation = Relation.CONTESTS
        if relation is Relation.BESIEGES and all(s.sort == "road" for s in spots):
            relation = Relation.CONTESTS  # a road cut off
        return relation, actor, inferred

    def _may_lack_actor(self, sentence: int, parsed: Parsed, match: Match) -> bool:
        """Whether a match may stand without a party of its own."""
        planned = bool(match.actors) and all(PartyFinder.is_plan(parsed, p) for p in match.actors)
        planned = planned or PartyFinder.effort(parsed, match) is not None
        if Role.ACTOR in match.frame.needs or planned:
            return planned
        if match.actors and parsed.tokens[match.actors[0].i].lower in NOBODY and match.relation in TAKING:
            return True  # "nobody has captured it"
        if not match.actors or match.frame.build is Build.NOUN:
            return True
        if match.frame.build is Build.STATE:
            return bool(self._parties.speaker(sentence, match.start))
        return match.relation is Relation.LOST and match.passive

    def continued(self, sentence: int, before: Draft) -> Draft | None:
        """The draft of a sentence that only names what the one before counted: "The districts are Keshem, Tashkan ... in Badakhshan"."""
        parsed = self._document.parsed[sentence]
        if any(s.named for s in before.spots):
            return None
        preds = parsed.parse.predicates
        if not preds or preds[0].group.lemma not in NAMING or preds[0].group.negated or len(preds[0].subject) != 1:
            return None
        subject = phrase_of(parsed, preds[0].subject[0])
        noun = class_of(parsed, subject, "place-noun")
        if parsed.tokens[subject.i].lower not in ("they", "these", "those") and (noun is None or parsed.tokens[subject.i].lower != "the"):
            return None
        spots = self._places.listing(parsed, preds[0].at + 1)
        if len(spots) < 2:
            return None
        start, end = parsed.span(preds[0].at)
        match = replace(before.match, start=start, end=end, predicate=0)
        country = self._country(spots)
        extent = (parsed.tokens[subject.i].start, spots[-1].place.end)
        return replace(before, match=match, sentence=sentence, spots=spots, start=extent[0], end=extent[1], country=country)

    def attacked(self, sentence: int) -> tuple[Spot, ...]:
        """The places of the last attack told of, for "the attack was beaten off"; () where none is near."""
        told = self._attack
        return told.spots if told is not None and sentence - told.sentence <= ATTACK_REACH else ()

    @staticmethod
    def given(draft: Draft) -> Draft | None:
        """What a hand-over among friends says of the giver: he left; None for any other draft."""
        frame = draft.match.frame
        if frame.subject is not Role.LOSER or draft.relation is not Relation.CONTROLS or not draft.loser or draft.stance.negated:
            return None
        return replace(draft, relation=Relation.WITHDREW, agent=None, actor=draft.loser, inferred=True, loser="", loser_text=None)

    def heading(self, sentence: int) -> tuple[Spot, ...]:
        """The place that heads entries: "Krynky. Captured by Russia in 2022.", "Krynky: captured by Russia in 2022"."""
        own, first = self._document.parsed[sentence], self._document.parsed[0]
        if len(own.chunks) > 2 and own.chunks[1].word == ":" and own.chunks[0].kind is Kind.NOUN:
            first = own
        elif len(first.tokens) > HEADING or any(c.kind not in (Kind.NOUN, Kind.COMMA, Kind.STOP) for c in first.chunks):
            return ()
        if not first.chunks or first.chunks[0].kind is not Kind.NOUN:
            return ()
        phrase = phrase_of(first, 0)
        spots = self._places.spots(first, (phrase,))
        alone = first is not own and phrase.j - phrase.i == 1 and first.tokens[phrase.i].capital  # a heading may be a name nobody lists
        return spots if place_mentions(first, phrase) or (alone and all(s.named for s in spots)) else ()

    def opening(self, sentence: int) -> tuple[Spot, ...]:
        """The place that opens a sentence: "In Kunduz, the police left"."""
        parsed = self._document.parsed[sentence]
        if len(parsed.chunks) < 3 or parsed.chunks[0].word != "in" or parsed.chunks[1].kind is not Kind.NOUN:
            return ()
        phrase = phrase_of(parsed, 1)
        return self._places.spots(parsed, (phrase,)) if place_mentions(parsed, phrase) else ()

    def _country(self, spots: tuple[Spot, ...]) -> str:
        """The country of the places: theirs alone, or the one among theirs that the document speaks of most."""
        found = {u.country for s in spots for i in s.unit_ids[:40] if (u := self._gazetteer.unit(i)) and u.country}
        if len(found) <= 1:
            only, main = next(iter(found or self._cast.countries), ""), self._cast.country
            alone = self._cast.weight(only) <= 2 * len(spots) and self._cast.weight(main) >= ELSEWHERE * self._cast.weight(only)
            return main if alone else only  # a name that only another country bears, where nothing else speaks of that country
        size = dict.fromkeys(found, 0)
        for unit in (u for s in spots for i in s.unit_ids[:40] if (u := self._gazetteer.unit(i)) and u.country):
            size[unit.country] = max(size[unit.country], unit.population)
        return max(sorted(found), key=lambda c: (self._cast.weight(c), size[c]))

    def _fitting(self, relation: Relation, spots: tuple[Spot, ...]) -> tuple[Spot, ...]:
        """Without whole countries and nameless sets that are left or fought over: a contingent that goes home claims nothing."""
        return tuple(s for s in spots if not self._is_country(s) and not s.place.unnamed) if relation in LOCAL else spots

    def _guessed(self, agent: Agent) -> bool:
        """Whether a party is only supposed: "militants" where the document names no group, and is not the state."""
        if not agent.inferred or not agent.actor or self._cast.is_state(agent.actor):
            return False
        return not any(agent.actor in m.actors for p in self._document.parsed for m in p.mentions)

    def _is_of(self, spot: Spot, sorts: tuple[str, ...]) -> bool:
        """Whether a place is of one of these sorts, by its noun or by what its name stands for."""
        return spot.sort in sorts or (not spot.sort and any((u := self._gazetteer.unit(i)) and u.kind in sorts for i in spot.unit_ids[:40]))

    def _is_country(self, spot: Spot) -> bool:
        return spot.sort == "country" or any((u := self._gazetteer.unit(i)) and u.kind is PlaceKind.COUNTRY for i in spot.unit_ids[:40])

    def _extent(self, parsed: Parsed, match: Match, agent: Agent | None, spots: tuple[Spot, ...]) -> tuple[int, int]:
        """Characters of the evidence: trigger, places of this sentence, and the party where it stands near."""
        inside = [s.place for s in spots if parsed.sentence.start <= s.place.start and s.place.end <= parsed.sentence.end]
        start = min(match.start, *(p.start for p in inside)) if inside else match.start
        end = max(match.end, *(p.end for p in inside)) if inside else match.end
        end = max(end, *(tail_end(parsed, p.end) for p in inside)) if inside else end
        if agent is not None and start - FAR <= agent.end and agent.start <= end + FAR and parsed.sentence.start <= agent.start:
            start, end = min(start, agent.start), max(end, agent.end)
        first = next((t for t in parsed.tokens if t.end > start), None)
        before = next((t for t in reversed(parsed.tokens) if t.end < start), None)
        if first is not None and first.start == start and before is not None and before.lower == "the" and start - before.end == 1:
            start = before.start
        return start, end
