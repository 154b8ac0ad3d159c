"""Who took part in an event: the phrase's own party, whom a pronoun means, and whom the context tells where nobody is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from heldby.model.claim import Relation
from heldby.model.rulebook import Build
from heldby.read.actors import ANY, ENEMY, POWERS, REBEL, STATE, Agent, Cast
from heldby.read.chunks import Kind
from heldby.read.claims_attributed import Attributed, Attribution
from heldby.read.clauses import Link
from heldby.read.document import Document, Parsed
from heldby.read.frames import Match
from heldby.read.nominals import Phrase, class_of, head_word, is_pronoun, modifier_of, phrase_of, phrases_of, tail, text_span
from heldby.read.places_names import Spot

GROUPS = frozenset(("group", "movement", "sect", "organisation", "organization", "faction", "outfit"))
BLAMED = frozenset({"for", "of", "from"})  # "accused X of abandoning"
REACH = 3  # sentences back to whoever acted last
GIVING = frozenset({"cede", "forfeit", "hand", "surrender", "sign", "yield", "relinquish", "give", "turn"})
MEMBERS = frozenset({"one", "none", "some", "many", "most", "few", "all", "neither", "either"})  # "not one of the rebels"
OTHERS = frozenset({"they", "them", "theirs"})
GAINS = frozenset({Relation.CAPTURED, Relation.RETOOK})
LOSSES = frozenset({Relation.LOST, Relation.WITHDREW})
PRESSURE = frozenset({Relation.BESIEGES, Relation.ATTACKED, Relation.CONTESTS, Relation.SIEGE_LIFTED})


@dataclass(frozen=True, slots=True)
class Held:
    """Something the document said of a place: how it came to be whose; told at character `offset`."""

    offset: int
    relation: Relation
    actor: str


class PartyFinder:
    """The parties of one document's events, in order of its sentences."""

    def __init__(self, document: Document, cast: Cast, attribution: Attribution) -> None:
        self._document = document
        self._cast = cast
        self._attribution = attribution
        self._held: dict[str, list[Held]] = {}
        self._last: list[tuple[int, str]] = []
        self._gains: list[tuple[int, str]] = []

    def note(self, sentence: int, held: Held, spots: Sequence[Spot], named: bool) -> None:
        """A claim told as fact: who acted, and whose its places are now."""
        if named and held.actor:
            self._last.append((sentence, held.actor))
        if held.relation in GAINS and held.actor:
            self._gains.append((sentence, held.actor))
        if held.relation in GAINS or held.relation in (Relation.CONTROLS, Relation.REPELLED):
            for s in spots:
                if s.named:
                    self._held.setdefault(s.place.name.casefold(), []).append(held)

    def _holding(self, spots: Sequence[Spot], offset: int) -> Held | None:
        """What was last told of one of these places before `offset`."""
        told = [h for s in spots if s.named for h in self._held.get(s.place.name.casefold(), ()) if h.offset < offset]
        return max(told, key=lambda h: h.offset, default=None)

    def agent(self, sentence: int, match: Match, phrases: Sequence[Phrase], country: str) -> Agent | None:
        """The first of the phrases that names a party."""
        parsed = self._document.parsed[sentence]
        for phrase in phrases:
            agent = self._cast.agent(parsed, phrase, country, lambda: self.speaker(sentence, match.start))
            if agent is None or (agent.sort == "unknown" and phrase is not phrases[-1]):
                continue
            if agent.inferred and self._bare_group(parsed, phrase) and (group := self._group_meant(sentence, match.start)):
                return replace(agent, actor=group)
            if agent.sort == ENEMY:
                return replace(agent, actor=self._cast.enemy_of(self.speaker(sentence, match.start), match.start, country))
            if agent.sort == "pronoun":
                if agent.text.lower().startswith(("his ", "her ")) and self._led_by_unknown(parsed, match, country):
                    return agent  # "a tribal leader said his men"
                foe = self._quoted_foe(sentence, parsed, match, country) if agent.text.lower() in OTHERS else ""
                return replace(agent, actor=foe or self._refer(sentence, parsed, match, country))
            if agent.actor in POWERS and agent.text.lower().startswith("the "):
                return replace(agent, actor=self._assailant(sentence, match.start, country) or agent.actor, inferred=True)
            if agent.inferred and agent.sort in (STATE, ANY) and (not agent.actor or self._cast.is_state(agent.actor)):
                speaker = self.speaker(sentence, match.start)
                if speaker and self._cast.is_state(speaker) and speaker != agent.actor:
                    return replace(agent, actor=speaker)  # a ministry abroad speaks of "the troops": its own
            if agent.sort == ANY and not agent.actor and match.relation is Relation.REPELLED:
                return replace(agent, actor=self.speaker(sentence, match.start) or self._cast.state_of(country))
            if agent.sort == ANY and not agent.actor and match.relation in LOSSES:
                last = self._last_actor(sentence)
                return replace(agent, actor=self._cast.enemy_of(last, match.start, country) if last else self._cast.state_of(country))
            if agent.sort == REBEL and not agent.actor:
                return replace(agent, actor=self._last_actor(sentence))
            if agent.sort == ANY and not agent.actor:
                speaker = self.speaker(sentence, match.start)
                foe = self._cast.enemy_of(speaker, match.start, country) if speaker and self._cast.is_state(speaker) else speaker
                return replace(agent, actor=foe or self._last_actor(sentence))
            return agent
        return self._vower(parsed, match, phrases, country)

    @staticmethod
    def _bare_group(parsed: Parsed, phrase: Phrase) -> bool:
        """Whether a phrase is "the group", "the movement", "the sect", and no more."""
        first = phrase.head if phrase.head > phrase.i else phrase.i
        article = first > 0 and parsed.tokens[first - 1].lower in ("the", "this")  # a modifier comes without its article
        return article and head_word(parsed, phrase) in GROUPS and not tail(parsed, phrase, "of", "from")

    def _group_meant(self, sentence: int, offset: int) -> str:
        """The armed group that acted last, unless one is named first in a later sentence: not whom it fought."""
        acted = next(((n, a) for n, a in reversed(self._last) if sentence - n <= 2 * REACH and self._cast.is_armed_group(a)), (-1, ""))
        for n in range(sentence, max(acted[0], sentence - 2 * REACH), -1):
            named = [m for m in self._document.parsed[n].mentions if m.actors and m.start < offset]
            if named and self._cast.is_armed_group(actor := self._cast.name_of(named[0])):
                return actor
        return acted[1]

    def _assailant(self, sentence: int, offset: int, country: str) -> str:
        """Whom "the gunmen", "the attackers" of a report are: whoever acted last and is no state, else the armed group it speaks of."""
        last = next((a for n, a in reversed(self._last) if sentence - n <= REACH and not self._cast.is_state(a)), "")
        return last or self._cast.group_before(offset, country)

    def _vower(self, parsed: Parsed, match: Match, phrases: Sequence[Phrase], country: str) -> Agent | None:
        """An official who vows, orders, plans: his side would act ("the defence minister vowed to retake Kunduz")."""
        if not match.own or match.predicate < 0 or parsed.parse.predicates[match.predicate].link is not Link.INF:
            return None
        for phrase in phrases:
            role = class_of(parsed, phrase, "role")
            if role is not None and role[0] in ("state", "speaker") and (actor := self._party_of(parsed, phrase, country)):
                start, end = text_span(parsed, phrase)
                return Agent(self._document.report.text[start:end], start, end, actor, True, "official")
        return None

    def subjects(self, sentence: int, match: Match) -> tuple[Phrase, ...]:
        """The actor's phrases, and what stands in for them: the launcher of "an offensive to retake", the accused "for abandoning"."""
        parsed = self._document.parsed[sentence]
        planned = tuple(p for phrase in match.actors for p in self._planners(parsed, phrase))
        members = tuple(p for phrase in match.actors if head_word(parsed, phrase) in MEMBERS for p in tail(parsed, phrase, "of"))
        phrases = planned or members or match.actors
        if not match.own or match.predicate < 0 or match.noun >= 0 or match.passive:
            return phrases
        if (effort := self.effort(parsed, match)) is not None:
            return self._planners(parsed, effort)
        pred = parsed.parse.predicates[match.predicate]
        if pred.link is not Link.ING or pred.parent < 0:
            return phrases
        above = parsed.parse.predicates[pred.parent]
        if pred.word in BLAMED and above.object and (pred.noun >= 0 or pred.word in ("for", "from")):
            return phrases_of(parsed, above.object)[:1]
        return (*phrases, *phrases_of(parsed, above.subject)) if pred.noun >= 0 else phrases

    @staticmethod
    def effort(parsed: Parsed, match: Match) -> Phrase | None:
        """The effort that an infinitive hangs on, apart from its verb: "urged them to leave before an operation to clear the city"."""
        pred = parsed.parse.predicates[match.predicate] if match.own and match.predicate >= 0 else None
        if pred is None or pred.link is not Link.INF or pred.noun < 0 or pred.noun in pred.subject:
            return None
        above = parsed.parse.predicates[pred.parent] if 0 <= pred.parent < len(parsed.parse.predicates) else None
        phrase = phrase_of(parsed, pred.noun)
        claim = "reports" in parsed.words.values("role", head_word(parsed, phrase)) and modifier_of(parsed, phrase.chunk) is not None
        thwarted = above is not None and parsed.words.has("repelling", above.group.lemma)
        if above is not None and pred.noun in above.object and not claim and not thwarted:
            return None  # "launched an operation to retake": whoever launched it; "denied the army's claim to have retaken": the army
        return phrase if PartyFinder.is_plan(parsed, phrase) else None

    @staticmethod
    def _planners(parsed: Parsed, phrase: Phrase) -> tuple[Phrase, ...]:
        """Who stands behind "a Taliban offensive", "an attempt by special forces"; () for any other noun."""
        if not PartyFinder.is_plan(parsed, phrase):
            return ()
        own = modifier_of(parsed, phrase.chunk)
        return (*tail(parsed, phrase, "by", "of"), *((own,) if own else ()))

    @staticmethod
    def is_plan(parsed: Parsed, phrase: Phrase) -> bool:
        """Whether a noun is an effort rather than whoever makes it."""
        if class_of(parsed, phrase, "agent-noun") is not None:
            return False
        word = head_word(parsed, phrase)
        return parsed.words.has("planner", word.removesuffix("s")) or "reports" in parsed.words.values("role", word)

    def speaker(self, sentence: int, offset: int) -> str:
        """The party of whoever speaks here, "" where that is nobody's side."""
        heard = self._attribution.at(sentence, offset)
        return heard[-1].side if heard and self._cast.knows(heard[-1].side) and heard[-1].side not in POWERS else ""

    @staticmethod
    def gives(parsed: Parsed, match: Match) -> bool:
        """Whether a loss is by the loser's own hand: "ceded", "handed over"."""
        return match.predicate >= 0 and parsed.parse.predicates[match.predicate].group.lemma in GIVING

    def denied(self, sentence: int, offset: int) -> bool:
        """Whether somebody denies what stands here."""
        return any(heard.denies for heard in self._attribution.at(sentence, offset))

    def _last_actor(self, sentence: int) -> str:
        """The party that acted first in the nearest sentence in which one did."""
        nearest = next((n for n, _ in reversed(self._last) if sentence - n <= REACH), -1)
        return next((a for n, a in self._last if n == nearest), "")

    def _led_by_unknown(self, parsed: Parsed, match: Match, country: str) -> bool:
        """Whether whoever speaks in the clause above is described, but of no party."""
        parent = parsed.parse.predicates[match.predicate].parent if match.predicate >= 0 else -1
        for phrase in phrases_of(parsed, parsed.parse.predicates[parent].subject)[:1] if parent >= 0 else ():
            role = class_of(parsed, phrase, "role")
            first = parsed.tokens[phrase.i].lower
            return role is not None and role[0] == "speaker" and first in ("a", "an") and not self._party_of(parsed, phrase, country)
        return False

    def _refer(self, sentence: int, parsed: Parsed, match: Match, country: str) -> str:
        """Whom "they", "it", "its forces" mean: the subject of a clause above, else the last party before."""
        index = match.predicate
        predicates = parsed.parse.predicates
        if index >= 0 and predicates[index].word == "whose":
            owner = predicates[index].noun
            if owner >= 0 and (actor := self._party_of(parsed, phrase_of(parsed, owner), country)):
                return actor  # "the warlord, whose men took it"
        if match.frame.build is Build.STANDING and (near := self._before(parsed, match, country)):
            return near
        if not match.own and index >= 0 and match.noun in predicates[index].object:
            for phrase in phrases_of(parsed, predicates[index].subject)[:1]:
                if actor := self._party_of(parsed, phrase, country):
                    return actor  # "the army announces its withdrawal"
        while index >= 0 and 0 <= predicates[index].parent < index:
            if predicates[index].noun >= 0 and predicates[index].link is Link.THAT:
                start, end = parsed.span(predicates[index].noun)
                if owners := [m for m in parsed.mentions_in(start, end) if m.actors]:
                    return self._cast.name_of(owners[0])  # "Russia's claim that it captured X"
                said = phrase_of(parsed, predicates[index].noun)
                for phrase in (*tail(parsed, said, "by", "from"), *((own,) if (own := modifier_of(parsed, said.chunk)) else ())):
                    if actor := self._party_of(parsed, phrase, country):
                        return actor  # "claims by the rebels that they had taken it"
            aside = predicates[index].link is Link.REL
            index = predicates[index].parent
            if aside and parsed.words.has("reporting", predicates[index].group.lemma):
                continue  # a relative clause is about its noun, not about who speaks
            above = predicates[predicates[index].parent] if 0 <= predicates[index].parent < index else None
            his = any(parsed.tokens[p.i].lower in ("his", "her") for p in (*match.actors, *match.losers))
            if (
                his
                and above is not None
                and above.at == predicates[index].at - 2
                and parsed.words.value("voice-verb", above.group.lemma) == "deny"
            ):
                continue  # "rejects [government reports] that his men fled": he who rejects them
            says = parsed.words.has("reporting", predicates[index].group.lemma)
            for phrase in phrases_of(parsed, predicates[index].subject)[:1]:
                speaker = self.speaker(sentence, match.start) if says else ""
                if actor := self._party_of(parsed, phrase, country):
                    abroad = self._cast.is_state(actor) and self._cast.is_state(speaker)
                    return speaker if speaker and abroad else actor  # "the ministry in Moscow said its troops"
                if speaker and (is_pronoun(parsed, phrase) or (class_of(parsed, phrase, "agent-noun") or ("",))[0] == ENEMY):
                    return speaker  # "It says its soldiers still hold", "the enemy claims that it took"
        return (
            self._before(parsed, match, country) or self._subject_back(sentence, country) or self._last_actor(sentence)
            or self._named_back(sentence) or self.speaker(sentence, match.start) or self._ahead(parsed, match, country)
        )  # fmt: skip

    def _subject_back(self, sentence: int, country: str) -> str:
        """The party that the sentence before tells of: the subject of its first clause that does not only say who speaks."""
        if sentence < 1:
            return ""
        before = self._document.parsed[sentence - 1]
        for pred in before.parse.predicates:
            if before.words.has("reporting", pred.group.lemma) or pred.link is Link.REL:
                continue
            for phrase in phrases_of(before, pred.subject)[:1]:
                agent = self._cast.agent(before, phrase, country)
                if agent is not None and agent.actor and agent.actor not in POWERS:
                    return agent.actor
        return ""

    def _quoted_foe(self, sentence: int, parsed: Parsed, match: Match, country: str) -> str:
        """Whom a party that is quoted means by "they" where the quotation names nobody before: its enemy."""
        quote = next((q for q in parsed.quotes if q.start < match.start < q.end), None)
        if quote is None or not (speaker := self.speaker(sentence, match.start)):
            return ""
        for k, c in enumerate(parsed.chunks):
            if c.kind is Kind.NOUN and quote.start < parsed.tokens[c.i].start < match.start:
                agent = self._cast.agent(parsed, phrase_of(parsed, k), country)
                if agent is not None and agent.sort not in ("pronoun", "we"):
                    return ""
        return self._cast.enemy_of(speaker, match.start, country)

    def _before(self, parsed: Parsed, match: Match, country: str) -> str:
        """The first party named in the sentence before a trigger; for what a place is to somebody ("their last stronghold"), the nearest."""
        found: list[str] = []
        for k, c in enumerate(parsed.chunks):
            if parsed.tokens[c.j - 1].end > match.start:
                break
            if c.kind is Kind.NOUN and (agent := self._cast.agent(parsed, phrase_of(parsed, k), country)) and agent.actor:
                found.append(agent.actor)
        if not found:  # "the group's spokesman said its men"
            return next((a for p in self._roles_before(parsed, match) if (a := self._party_of(parsed, p, country))), "")
        return found[-1] if match.frame.build is Build.STANDING else found[0]

    @staticmethod
    def _roles_before(parsed: Parsed, match: Match) -> tuple[Phrase, ...]:
        """The phrases before a trigger that name a speaker of a party."""
        nouns = (k for k, c in enumerate(parsed.chunks) if c.kind is Kind.NOUN and parsed.tokens[c.j - 1].end <= match.start)
        told = (phrase_of(parsed, k) for k in nouns)
        return tuple(p for p in told if (role := class_of(parsed, p, "role")) is not None and role[0] == "speaker")

    def _ahead(self, parsed: Parsed, match: Match, country: str) -> str:
        """The subject that a clause runs ahead of: "a day after they overran Mosul, the insurgents took Tikrit"."""
        preds = parsed.parse.predicates[match.predicate + 1 :] if match.predicate >= 0 else ()
        subjects = [phrase for p in preds if p.link is Link.MAIN for phrase in phrases_of(parsed, p.subject)[:1]]
        return self._party_of(parsed, subjects[0], country) if subjects else ""

    def _named_back(self, sentence: int) -> str:
        for back in range(1, REACH + 1):
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
        if any("rebel" in parsed.words.values("agent-noun", t.lower) for t in parsed.tokens[phrase.i : phrase.j]):
            return self._cast.rebels_at(parsed.tokens[phrase.i].start, country)  # "the rebels' political leader"
        role = class_of(parsed, phrase, "role")
        return self._cast.state_of(country) if role is not None and role[0] == STATE else ""

    def infer(self, sentence: int, match: Match, relation: Relation, loser: str, spots: Sequence[Spot], country: str) -> str:
        """Who must have done it where nobody is named: by the loser, by who held the place, by who speaks, by whose country it is."""
        cast, state = self._cast, self._cast.state_of(country)
        held = self._holding(spots, match.start)
        speaker = self.speaker(sentence, match.start)

        def enemy(of: str) -> str:
            return cast.enemy_of(of, match.start, country)

        if speaker and not loser and relation in (*GAINS, Relation.LOST) and self._told_by(sentence, match, "admitting", clause=True):
            return speaker if relation is Relation.LOST else enemy(speaker)
        if relation in GAINS and speaker not in ("", loser) and self._told_by(sentence, match, "boasting", clause=match.passive):
            return speaker
        if loser:
            own = relation in GAINS and speaker not in ("", loser) and cast.fights_in(speaker, country)
            return speaker if own and not cast.is_bystander(speaker, loser) else enemy(loser)  # "has been cleared of IS, the SDF said"
        if relation is Relation.CONTROLS:
            return speaker if match.frame.build is Build.STATE else ""
        winning = next((a for n, a in reversed(self._gains) if sentence - n <= REACH), "")
        if match.frame.home is Relation.RETOOK:
            if held and held.relation in GAINS and held.actor != state and not speaker:
                return enemy(held.actor)  # taken by the one, then cleared
            return speaker if speaker and cast.fights_in(speaker, country) else state  # "was liberated": the speaker's word, or the state's
        if relation is Relation.REPELLED:
            return speaker or (held.actor if held and held.relation is Relation.CONTROLS else state)
        if relation is Relation.LOST and not held and winning == state and self._advancing(state):
            return enemy(winning)
        if relation is Relation.WITHDREW and speaker and match.noun >= 0 and not match.own and not held:
            return speaker  # "confirmed that the withdrawal from the airport was complete"
        if relation in LOSSES:
            again = held is not None and held.relation is Relation.RETOOK and relation is Relation.LOST and self._told_last(sentence, match)
            his = again or (held is not None and held.relation is Relation.CONTROLS)  # "taken back in June, it fell": from who had it back
            return held.actor if held and his else enemy(held.actor) if held else state
        if relation is Relation.RETOOK:
            return enemy(held.actor) if held and held.relation is not Relation.RETOOK else held.actor if held else state
        holder = held.actor if held and held.relation is Relation.CONTROLS else state
        if speaker and speaker != holder and relation in GAINS and cast.fights_in(speaker, country):
            return speaker
        if held and held.relation in GAINS and relation in GAINS:
            return held.actor
        return (winning if relation in GAINS else "") or enemy(held.actor if held else state) or speaker

    def _told_last(self, sentence: int, match: Match) -> bool:
        """Whether it is what the sentence tells, and nothing done by then: not "had been lost", not "hours after it fell"."""
        pred = self._document.parsed[sentence].parse.predicates[match.predicate] if match.predicate >= 0 else None
        return pred is not None and pred.link is Link.MAIN and not pred.group.perfect

    def _advancing(self, party: str) -> bool:
        """Whether a party has taken places, more than once, and nobody else has."""
        return len(self._gains) > 1 and all(a == party for _, a in self._gains)

    def _told_by(self, sentence: int, match: Match, verbs: str, *, clause: bool) -> bool:
        """Whether a trigger's noun is the object of such a verb ("announced the capture of X", "acknowledged the loss of it"), or its clause hangs
        on one ("admitted that X had been taken"), where `clause` counts."""
        parsed = self._document.parsed[sentence]
        if match.predicate < 0:
            return False
        pred = parsed.parse.predicates[match.predicate]
        if match.own and clause and pred.link is Link.THAT and pred.parent >= 0:
            return parsed.words.has(verbs, parsed.parse.predicates[pred.parent].group.lemma)
        told = match.frame.build is Build.NOUN and match.noun in pred.object and not pred.group.passive
        return told and parsed.words.has(verbs, pred.group.lemma)

    def taker(self, sentence: int, match: Match, loser: str) -> str:
        """The speaker who tells that his enemy's place fell: he took it."""
        speaker = self.speaker(sentence, match.start)
        bystander = self._cast.is_bystander(speaker, loser) or self._cast.is_coalition(speaker) if speaker else True
        return speaker if not bystander and speaker != loser else ""


__all__ = ["Attributed", "Attribution", "PartyFinder"]
