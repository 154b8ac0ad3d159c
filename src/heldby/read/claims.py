"""From a frame met in a sentence to a claim: who, where, how it stands, when, and in whose voice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from heldby.model.claim import Claim, Modality, Polarity, Relation
from heldby.model.place import PlaceKind
from heldby.model.report import Gap, GapKind, Passage
from heldby.model.rulebook import Build, Role
from heldby.model.theatre import Gazetteer
from heldby.model.when import When
from heldby.model.who import Chain
from heldby.read.actors import Agent, Cast
from heldby.read.anaphora import Trail
from heldby.read.clauses import Link
from heldby.read.document import Document, Parsed
from heldby.read.frames import Match
from heldby.read.nominals import Phrase, class_of, phrases_of
from heldby.read.places import PlaceReader, Spot
from heldby.read.stance import Stance, stance_of

BLAMED = frozenset({"for", "of", "from"})  # "accused X of abandoning"
FAR = 90  # characters between a party and the verb beyond which the evidence leaves the party out
OLD = 7  # days before publication beyond which an event is background
TAKING = frozenset({Relation.CAPTURED, Relation.RETOOK, Relation.CONTROLS, Relation.LOST})
HOLDERS_LOSS = frozenset({Relation.LOST, Relation.WITHDREW})


class Attributed(Protocol):
    """One voice behind a stretch of text."""

    @property
    def chain(self) -> Chain: ...
    @property
    def side(self) -> str: ...
    @property
    def denies(self) -> bool: ...
    @property
    def hedged(self) -> bool: ...


class Attribution(Protocol):
    """Who utters what stands where."""

    def at(self, sentence_index: int, offset: int) -> tuple[Attributed, ...]: ...


class Dated(Protocol):
    """When the event of a trigger was."""

    def __call__(self, parsed: Parsed, trigger: tuple[int, int], rivals: Sequence[tuple[int, int]], state: bool) -> When | None: ...


@dataclass(frozen=True, slots=True)
class Draft:
    """A claim before its voices."""

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


class ClaimMaker:
    """Makes the claims of one document, sentence by sentence and in order, so that references find what was claimed before."""

    def __init__(self, document: Document, cast: Cast, places: PlaceReader, gazetteer: Gazetteer, attribution: Attribution) -> None:
        self._document = document
        self._cast = cast
        self._places = places
        self._gazetteer = gazetteer
        self._attribution = attribution
        self.trail = Trail(document, places, gazetteer)
        self.gaps: list[Gap] = []
        self._holders: dict[str, str] = {}
        self._last_actors: list[tuple[int, str]] = []

    # ------------------------------------------------------------------ drafts

    def draft(self, sentence: int, match: Match) -> Draft | None:
        """What a match says, None if its phrases are not the places and parties it needs."""
        parsed = self._document.parsed[sentence]
        spots = self._spots(sentence, parsed, match)
        if not spots:
            return None
        country = self._country(spots)
        agent = self._agent(sentence, parsed, match, self._subjects(parsed, match), country)
        if match.actors and agent is None and not self._may_lack_actor(match):
            return None
        if Role.ACTOR in match.frame.needs and agent is None:
            return None
        loser = self._agent(sentence, parsed, match, match.losers, country)
        if match.losers and loser is None and (Role.LOSER in match.frame.needs or match.frame.part("of") is Role.LOSER):
            return None
        stance = stance_of(parsed, match)
        if stance.dropped or (stance.negated and stance.modality is not Modality.FACTUAL and Role.LOSER is match.frame.subject):
            return None  # prevented, or "will not hand over"
        relation = self._relation(match, agent, spots, country)
        actor, inferred = self._actor(relation, agent, loser, spots, country, match)
        spots = self._fitting(relation, actor, spots)
        if not spots:
            return None
        start, end = self._extent(parsed, match, agent, spots)
        loser_id = loser.actor if loser and loser.actor != actor else ""
        return Draft(match, sentence, relation, agent, actor, inferred, loser_id, loser.text if loser else None, spots, stance, start, end)

    @staticmethod
    def _may_lack_actor(match: Match) -> bool:
        return match.frame.build is Build.NOUN and Role.ACTOR not in match.frame.needs

    def _spots(self, sentence: int, parsed: Parsed, match: Match) -> tuple[Spot, ...]:
        found = self._places.spots(parsed, match.places)
        if match.frame.strict and not any(s.sure for s in found):
            return ()
        out: list[Spot] = []
        lost: list[Spot] = []
        for spot in found:
            if not spot.refers:
                (lost if not spot.named and not spot.place.parent_names else out).append(spot)
            elif bound := self.trail.resolve(sentence, spot):
                out.append(bound)
            elif spot.sort in ("base", "region", "road", "crossing") and (focus := self.trail.focus(sentence)):
                parents = tuple(dict.fromkeys((*spot.place.parent_names, focus)))
                out.append(replace(spot, place=replace(spot.place, parent_names=parents)))
            else:
                lost.append(spot)
        if lost and not out and lost[0].sort not in ("country", "pronoun"):
            place = lost[0].place
            cause = "refers to no place named in the three sentences before" if lost[0].refers else "names no place"
            self.gaps.append(Gap(GapKind.UNPLACED, place.text, cause, self._document.report.id, "", place.start, place.end))
        return tuple(out)

    def _country(self, spots: tuple[Spot, ...]) -> str:
        """The country of the places: theirs alone, or the one among theirs that the document speaks of most."""
        found = {u.country for s in spots for i in s.unit_ids[:40] if (u := self._gazetteer.unit(i)) and u.country}
        if len(found) == 1:
            return next(iter(found))
        return next((c for c in self._cast.countries if not found or c in found), "")

    def _agent(self, sentence: int, parsed: Parsed, match: Match, phrases: Sequence[Phrase], country: str) -> Agent | None:
        for phrase in phrases:
            agent = self._cast.agent(parsed, phrase, country, lambda: self._speaker(sentence, match))
            if agent is None:
                continue
            if agent.sort == "pronoun":
                return replace(agent, actor=self._refer(sentence, parsed, match, country))
            return agent
        return None

    @staticmethod
    def _subjects(parsed: Parsed, match: Match) -> tuple[Phrase, ...]:
        """The actor's phrases; behind a gerund also what the clause above offers ("arrests X for abandoning", "an offensive entering")."""
        if not match.own or match.predicate < 0 or match.noun >= 0 or match.passive:
            return match.actors
        pred = parsed.parse.predicates[match.predicate]
        if pred.link is not Link.ING or pred.parent < 0:
            return match.actors
        above = parsed.parse.predicates[pred.parent]
        if pred.word in BLAMED and above.object and pred.noun >= 0:
            return phrases_of(parsed, above.object)[:1]
        return (*match.actors, *phrases_of(parsed, above.subject)) if pred.noun >= 0 else match.actors

    def _speaker(self, sentence: int, match: Match) -> str:
        """The party of whoever speaks here, for "we" and "our"."""
        heard = self._attribution.at(sentence, match.start)
        return next((a.side for a in reversed(heard) if self._cast.knows(a.side)), "")

    def _refer(self, sentence: int, parsed: Parsed, match: Match, country: str) -> str:
        """Whom "they", "it", "its forces" mean: the subject of a clause above, else the last party before."""
        index = match.predicate
        predicates = parsed.parse.predicates
        while index >= 0 and predicates[index].parent >= 0 and predicates[index].parent < index:
            if predicates[index].noun >= 0 and predicates[index].link is Link.THAT:
                start, end = parsed.span(predicates[index].noun)
                if owners := [m for m in parsed.mentions_in(start, end) if m.actors]:
                    return self._cast.name_of(owners[0])  # "Russia's claim that it captured X"
            index = predicates[index].parent
            for phrase in phrases_of(parsed, predicates[index].subject)[:1]:
                if actor := self._party_of(parsed, phrase, country):
                    return actor
        before = [m for m in parsed.mentions if m.actors and m.end <= match.start]
        if before:
            return self._cast.name_of(before[0])
        for n, actor in reversed(self._last_actors):
            if sentence - n <= 3:
                return actor
        for back in (1, 2, 3):
            if sentence - back >= 0 and (named := [m for m in self._document.parsed[sentence - back].mentions if m.actors]):
                return self._cast.name_of(named[0])
        return ""

    def _party_of(self, parsed: Parsed, phrase: Phrase, country: str) -> str:
        """The actor of a phrase, also of one that speaks for him ("a Taliban spokesman", "the interior ministry")."""
        agent = self._cast.agent(parsed, phrase, country)
        if agent is not None and agent.actor:
            return agent.actor
        named = [m for m in parsed.mentions_in(parsed.tokens[phrase.i].start, parsed.tokens[phrase.j - 1].end) if m.actors]
        if named:
            return self._cast.name_of(named[0])
        role = class_of(parsed, phrase, "role")
        return self._cast.state_of(country) if role is not None and role[0] == "state" else ""

    def _relation(self, match: Match, agent: Agent | None, spots: tuple[Spot, ...], country: str) -> Relation:
        relation = match.relation
        actor = agent.actor if agent else ""
        at_home = bool(actor) and actor == self._cast.state_of(country)
        if match.frame.home is not None and at_home:
            relation = match.frame.home
        if relation in TAKING and all(s.place.part == "parts" for s in spots):
            return Relation.CONTESTS
        if relation is Relation.BESIEGES and all(s.sort == "road" for s in spots):
            return Relation.CONTESTS  # a road cut off
        return relation

    def _actor(
        self, relation: Relation, agent: Agent | None, loser: Agent | None, spots: tuple[Spot, ...], country: str, match: Match
    ) -> tuple[str, bool]:
        """The actor's id and whether it is inferred; "" where nobody is named and none can be told."""
        if agent is not None:
            return agent.actor, agent.inferred
        cast = self._cast
        state = cast.state_of(country)
        held = next((self._holders[k] for s in spots if (k := s.place.name.casefold()) in self._holders), "")
        if loser is not None and loser.actor:
            return cast.enemy_of(loser.actor, match.start, country), True
        if relation in HOLDERS_LOSS or relation is Relation.REPELLED:
            return held or state, True
        if relation is Relation.RETOOK:
            return (cast.enemy_of(held, match.start, country) if held else state), True
        if relation in (Relation.CAPTURED, Relation.BESIEGES, Relation.ATTACKED, Relation.CONTESTS, Relation.SIEGE_LIFTED):
            return cast.enemy_of(held or state, match.start, country), True
        return "", True

    def _fitting(self, relation: Relation, actor: str, spots: tuple[Spot, ...]) -> tuple[Spot, ...]:
        """Without whole countries that are left or fought for by others: a contingent that goes home claims nothing."""
        if relation in (Relation.WITHDREW, Relation.CONTESTS, Relation.ATTACKED, Relation.REPELLED, Relation.BESIEGES):
            return tuple(s for s in spots if not self._is_country(s))
        return spots

    def _is_country(self, spot: Spot) -> bool:
        return spot.sort == "country" or any((u := self._gazetteer.unit(i)) and u.kind is PlaceKind.COUNTRY for i in spot.unit_ids[:40])

    def _extent(self, parsed: Parsed, match: Match, agent: Agent | None, spots: tuple[Spot, ...]) -> tuple[int, int]:
        """Characters of the evidence: trigger, places, and the party where it stands near."""
        starts = [match.start, *(s.place.start for s in spots if parsed.sentence.start <= s.place.start)]
        ends = [match.end, *(s.place.end for s in spots if s.place.end <= parsed.sentence.end)]
        start, end = min(starts), max(ends)
        if agent is not None and start - FAR <= agent.end <= start + FAR and agent.start - end < FAR:
            start, end = min(start, agent.start), max(end, agent.end)
        return start, end

    # ------------------------------------------------------------------ claims

    def claims(self, draft: Draft, when: When | None) -> Iterator[Claim]:
        """The claims of a draft, one for each voice."""
        self._remember(draft)
        if not draft.actor:
            subject = self._document.report.text[draft.start : draft.end]
            cause = "says what happened to a place, but not who did it"
            self.gaps.append(Gap(GapKind.NO_ACTOR, subject, cause, self._document.report.id, "", draft.start, draft.end))
            return
        report = self._document.report
        passage = Passage(report.id, draft.start, draft.end, report.text[draft.start : draft.end])
        denied = draft.stance.negated != (draft.match.polarity is Polarity.DENIED)
        modality = self._modality(draft, when)
        for voice in self._attribution.at(draft.sentence, draft.match.start):
            yield Claim(
                report_id=report.id,
                passage=passage,
                relation=draft.relation,
                actor_text=draft.agent.text if draft.agent else None,
                actor=draft.actor,
                places=tuple(s.place for s in draft.spots),
                chain=voice.chain,
                speaker_side=voice.side,
                from_text=draft.loser_text,
                from_actor=draft.loser,
                polarity=Polarity.DENIED if denied != voice.denies else Polarity.ASSERTED,
                modality=modality,
                hedged=draft.stance.hedged or voice.hedged,
                when=when,
                inferred=draft.inferred,
                rule=draft.match.frame.id,
                trace=self._trace(draft),
            )

    def _trace(self, draft: Draft) -> tuple[str, ...]:
        trigger = self._document.report.text[draft.match.start : draft.match.end]
        return (f"{draft.match.frame.id}: {trigger!r}", *(w for s in draft.spots for w in s.place.why))

    def _modality(self, draft: Draft, when: When | None) -> Modality:
        if draft.stance.modality is not Modality.FACTUAL:
            return draft.stance.modality
        if draft.match.frame.modality is not Modality.FACTUAL:
            return draft.match.frame.modality
        if draft.stance.background and draft.relation is Relation.CONTROLS:
            return Modality.PAST_BACKGROUND
        published = self._document.day
        last = when.last_day if when else None
        if published and last and (published - last).days > OLD:
            return Modality.PAST_BACKGROUND
        return Modality.FACTUAL

    def _remember(self, draft: Draft) -> None:
        for spot in draft.spots:
            self.trail.note(draft.sentence, spot)
            settled = draft.stance.modality is Modality.FACTUAL and not draft.stance.negated and draft.actor
            if settled and spot.named and draft.relation in (Relation.CAPTURED, Relation.RETOOK, Relation.CONTROLS, Relation.REPELLED):
                self._holders[spot.place.name.casefold()] = draft.actor
        if draft.actor and draft.agent is not None:
            self._last_actors.append((draft.sentence, draft.actor))
