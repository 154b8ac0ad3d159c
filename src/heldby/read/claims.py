"""Claims of a document: drafts in their voices, denials of what was said elsewhere, each thing once by one voice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from heldby.model.claim import Claim, Modality, Polarity, Relation
from heldby.model.report import Gap, GapKind, Passage, Report
from heldby.model.rulebook import Build
from heldby.model.when import Precision, When
from heldby.model.who import Chain, Voice, VoiceKind
from heldby.read.actors import POWERS, Cast
from heldby.read.claims_draft import Draft
from heldby.read.claims_party import Attributed, Attribution
from heldby.read.voices import Confirmation, Denial

BOTH = frozenset({"both sides", "each side", "both", "the two sides"})
OLD = 7  # days before publication beyond which an event is background
WEAK = frozenset({Relation.ATTACKED, Relation.CONTESTS, Relation.BESIEGES})
_CLAUSE = re.compile(r"\s+(?:it|they|he|she)\s+(?:had|has|have|would|will)\s(?!happened|occurred|taken\splace)")
FAR_BACK = 1200  # characters between the words denied and a claim that they go on from
_ALL = re.compile(r"[^.,;:\"\n]{0,60}\b(?:claims|reports|statements|accounts|announcements|assertions|boasts)\b")
STRONG = frozenset({Relation.CAPTURED, Relation.RETOOK, Relation.REPELLED, Relation.CONTROLS})


@dataclass(frozen=True, slots=True)
class Heard:
    """A voice that the words of the claim themselves name."""

    chain: Chain
    side: str
    denies: bool
    hedged: bool


class ClaimMaker:
    """Gives drafts their voices and times."""

    def __init__(
        self, report: Report, cast: Cast, attribution: Attribution, denials: Sequence[Denial] = (), *, profile: bool = False
    ) -> None:
        self._report = report
        self._denials = denials
        self._cast = cast
        self._attribution = attribution
        self._day: date | None = report.published.civil if report.published else None
        self._profile = self._day is None and profile

    def claims(self, draft: Draft, when: When | None) -> Iterator[Claim]:
        """The claims of a draft, one for each voice; none where no place is named."""
        if draft.nameless:
            return
        report = self._report
        passage = Passage(report.id, draft.start, draft.end, report.text[draft.start : draft.end])
        negated = draft.stance.negated != (draft.match.polarity is Polarity.DENIED)
        for voice in self._voices(draft):
            fought = draft.relation is Relation.CONTESTS and draft.match.noun >= 0 and not draft.match.own
            if voice.denies and (draft.stance.purpose or fought):
                continue  # "denied using gas to take it", "denied that the fight for it was lost"
            denied = negated != (voice.denies and not self._goes_on(draft, voice))
            if not denied and draft.match.frame.only is Polarity.DENIED:
                continue
            relation, actor = self._as_denied(draft, voice.side) if denied else (draft.relation, draft.actor)
            text = draft.agent.text if draft.agent and relation is draft.relation else None
            if draft.agent is not None and self._cast.knows(voice.side):
                if draft.agent.text.lower() in BOTH:
                    actor = voice.side  # "both sides claim to control": each for himself
                elif report.text.startswith(f" and {voice.chain[-1].text} ", draft.agent.end):
                    actor, text = voice.side, voice.chain[-1].text  # "the army and the rebels claim to control"
            if not actor:
                continue
            yield Claim(
                report_id=report.id,
                passage=passage,
                relation=relation,
                actor_text=text,
                actor=actor,
                places=tuple(replace(s.place, text=report.text[s.place.start : s.place.end]) for s in draft.spots),
                chain=voice.chain,
                speaker_side=voice.side,
                from_text=draft.loser_text,
                from_actor=draft.loser,
                polarity=Polarity.DENIED if denied else Polarity.ASSERTED,
                modality=self._modality(draft, when),
                hedged=draft.stance.hedged or voice.hedged,
                when=when,
                inferred=draft.inferred,
                rule=draft.match.frame.id,
                trace=self._trace(draft),
            )

    def _voices(self, draft: Draft) -> Iterator[Attributed]:
        """Who tells a draft; of "X claims the town" X himself, behind whoever reports it."""
        for heard in self._attribution.at(draft.sentence, draft.match.start):
            own = draft.agent is not None and draft.actor and draft.claimed and heard.side != draft.actor
            if not own or draft.agent is None:
                yield heard
                continue
            voice = Voice(draft.agent.text, VoiceKind.SPOKESMAN, draft.actor)
            yield Heard((*heard.chain, voice), draft.actor, heard.denies, heard.hedged)

    def _goes_on(self, draft: Draft, voice: Attributed) -> bool:
        """Whether a denial of something else ends at a colon before this: "rejected this: the fighters, it said, held the square"."""
        for d in self._denials:
            same = d.by.chain[-1].key == voice.chain[-1].key and d.start < draft.match.start
            between = self._report.text[d.start : draft.match.start] if same else ""
            if ":" in between and "\n" not in between and not any(c in between.split(":")[0] for c in ".!?"):
                return True
        return False

    def gap(self, draft: Draft) -> Gap | None:
        """What is missing where a draft names nobody and nobody can be told."""
        if draft.actor and not draft.nameless:
            return None
        subject = self._report.text[draft.start : draft.end]
        if draft.nameless:
            place = draft.spots[0].place
            return Gap(GapKind.UNPLACED, place.text, "names no place", self._report.id, "", place.start, place.end)
        cause = "says what happened to a place, but not who did it"
        return Gap(GapKind.NO_ACTOR, subject, cause, self._report.id, "", draft.start, draft.end)

    def _as_denied(self, draft: Draft, side: str) -> tuple[Relation, str]:
        """Who denies that a place fell, or was taken by nobody named, denies that the other side took it: his enemy, if he is a party."""
        relation = draft.relation
        if draft.handed:
            return Relation.WITHDREW, draft.actor
        changing = relation in (Relation.LOST, Relation.CAPTURED, Relation.RETOOK) or relation in WEAK
        if not changing or (relation is not Relation.LOST and draft.agent):
            return relation, draft.actor
        party = (
            self._cast.knows(side)
            and side not in POWERS
            and not (draft.actor in self._cast.parties and self._cast.is_bystander(side, draft.actor))
        )
        holder = side if party else draft.actor if relation is Relation.LOST else ""
        if not holder:
            return relation, draft.actor
        taker = self._cast.enemy_of(holder, draft.match.start, draft.country)
        if relation in WEAK:
            return relation, taker
        retaken = taker == self._cast.state_of(draft.country) and taker != "" and relation is not Relation.CAPTURED
        return Relation.RETOOK if retaken else Relation.CAPTURED, taker

    def _trace(self, draft: Draft) -> tuple[str, ...]:
        trigger = self._report.text[draft.match.start : draft.match.end]
        return (f"{draft.match.frame.id}: {trigger!r}", *(w for s in draft.spots for w in s.place.why))

    def _modality(self, draft: Draft, when: When | None) -> Modality:
        if draft.stance.modality is not Modality.FACTUAL:
            return draft.stance.modality
        if draft.match.frame.modality is not Modality.FACTUAL:
            return draft.match.frame.modality
        if self._profile and draft.stance.bygone:
            return Modality.PAST_BACKGROUND
        state = draft.relation in (Relation.CONTROLS, Relation.BESIEGES)
        long_ago = self._day is None and when is not None and when.precision in (Precision.YEAR, Precision.MONTH)
        if draft.stance.past or (draft.stance.background and (state or long_ago)):
            return Modality.PAST_BACKGROUND
        dated = when is not None and when.precision is Precision.DAY
        if draft.stance.earlier and not dated and not state:
            return Modality.PAST_BACKGROUND
        begun = when.first_day if when and draft.stance.background and not state else None  # "the only town it had taken since May"
        last = (when.last_day or begun) if when else None
        if self._day and when and last and last < self._day and when.first_day and when.precision is Precision.MONTH:
            last = when.first_day + (last - when.first_day) / 2  # "about a month ago"
        if self._day and last and (self._day - last).days > OLD:
            return Modality.PAST_BACKGROUND
        return Modality.FACTUAL

    def denials(self, claims: Sequence[Claim], country: str) -> list[Claim]:
        """What "denied it", "called the report a lie" denies: the claims that stand in the words denied, in the denier's voice.

        Where those words claim nothing, the nearest earlier claims of that side, or of a place that they speak of, are meant.
        """
        out: list[Claim] = []
        for denial in self._denials:
            span = denial.denied
            if span is None or _CLAUSE.match(self._report.text, denial.end):
                continue  # "denied it had troops in Poti"
            told = [c for c in claims if c.polarity is Polarity.ASSERTED and c.passage.start < span.end]
            there = [c for c in told if span.start < c.passage.end]
            meant = [c for c in there if self._meets(c, denial) and _teller(c, denial)]
            if _ALL.match(self._report.text, denial.end) and denial.said_by is not None:
                meant = [c for c in told if self._meets(c, denial) and c.speaker_side == denial.said_by.side]
            meant = meant or self._further(told, there, denial)
            passage = Passage(self._report.id, denial.start, denial.end, self._report.text[denial.start : denial.end])
            for c in meant:
                relation, actor = c.relation, c.actor
                if relation is Relation.LOST:
                    relation, actor = Relation.CAPTURED, self._cast.enemy_of(c.actor, c.passage.start, country)
                if actor:
                    out.append(
                        replace(
                            c, passage=passage, relation=relation, actor=actor, chain=denial.by.chain, speaker_side=denial.by.side,
                            polarity=Polarity.DENIED, hedged=denial.by.hedged, when=c.when, rule=f"{c.rule}+denial",
                        )
                    )  # fmt: skip
        return out

    @staticmethod
    def _meets(claim: Claim, denial: Denial) -> bool:
        """Whether a denier may deny a claim: told as fact, by somebody else, and no boast of his own side."""
        own = claim.actor == denial.by.side and claim.relation not in (Relation.LOST, Relation.WITHDREW)
        fought = claim.relation in (Relation.ATTACKED, Relation.CONTESTS)
        same = claim.chain[-1].key == denial.by.chain[-1].key
        return not own and not fought and not same and claim.modality is Modality.FACTUAL

    def _further(self, told: Sequence[Claim], there: Sequence[Claim], denial: Denial) -> list[Claim]:
        """What is denied where the words denied claim nothing themselves: the nearest claims before them that speak of the same."""
        span = denial.denied
        if span is None or any(self._meets(c, denial) for c in there):
            return []
        words = self._report.text[span.start : span.end].casefold()
        named = {p.name.casefold() for c in there for p in c.places if p.name}
        party = denial.said_by.side if denial.said_by is not None and self._cast.knows(denial.said_by.side) else ""
        for c in sorted(told, key=lambda c: -c.passage.start):
            if span.start - c.passage.end > FAR_BACK:
                break
            if c in there or not self._meets(c, denial):
                continue
            known = {p.name.casefold() for p in c.places if p.name}
            topic = bool(known & named) or any(_opening(n) in words for n in known)
            if topic or (party and c.speaker_side == party and len(c.chain) > 1 and party == c.actor):
                return [d for d in told if d.passage == c.passage and d.chain == c.chain and self._meets(d, denial)]
        return []

    def confirmations(self, claims: Sequence[Claim], confirmed: Sequence[Confirmation]) -> list[Claim]:
        """What "confirmed it", "confirmed the report" confirms: events told as fact in the words confirmed, in the confirming voice."""
        out: list[Claim] = []
        for answer in confirmed:
            span, by = answer.confirmed, answer.by
            passage = Passage(self._report.id, answer.start, answer.end, self._report.text[answer.start : answer.end])
            for c in claims:
                said = c.passage.start < span.end and span.start < c.passage.end
                fact = c.polarity is Polarity.ASSERTED and c.modality is Modality.FACTUAL and not c.hedged
                teller = answer.said_by.key if answer.said_by is not None else self._report_voice(c)
                if said and fact and c.relation not in WEAK and c.chain[-1].key == teller != by.chain[-1].key:
                    out.append(replace(c, passage=passage, chain=by.chain, speaker_side=by.side, rule=f"{c.rule}+confirmation"))
        return out

    @staticmethod
    def _report_voice(claim: Claim) -> str:
        """The outlet's own voice, where a claim is told in it alone; "" where somebody else speaks."""
        return claim.chain[0].key if len(claim.chain) == 1 else ""


def _teller(claim: Claim, denial: Denial) -> bool:
    """Whether a claim is told by whoever is denied; a third voice's words are not denied."""
    own = denial.said_by is not None and claim.actor == denial.said_by.side and len(claim.chain) == 1  # "X announced its capture"
    return denial.said_by is None or own or any(v.key == denial.said_by.key for v in claim.chain[1:] or claim.chain)


def _opening(name: str) -> str:
    """The first word of a place's name: "panjshir" of "Panjshir Valley"."""
    return name.split()[0]


def formerly(draft: Draft, others: list[Draft]) -> Draft:
    """A state that the same sentence ends ("took Sangin, the last stronghold of Y"): it is told as background."""
    names = {s.place.name.casefold() for s in draft.spots if s.named}
    aside = draft.relation is Relation.CONTROLS and (
        draft.stance.aside
        or draft.match.frame.build in (Build.COMPOUND, Build.STANDING)
        or (draft.match.frame.build is Build.STATE and not draft.match.own)
    )
    ended = aside and any(
        o.relation in (Relation.CAPTURED, Relation.RETOOK) and o.factual and o.actor != draft.actor
        and names & {s.place.name.casefold() for s in o.spots if s.named}
        for o in others
    )  # fmt: skip
    return replace(draft, stance=replace(draft.stance, background=True)) if ended else draft


def without_repeats(claims: Iterable[Claim]) -> list[Claim]:
    """Each thing once by one voice; what is weaker goes where the same voice says something stronger of the same place."""
    listed = sorted(claims, key=lambda c: (c.passage.start, c.passage.end))
    strong = {
        (_place_key(p.name, p.text), c.chain[-1].key, a)
        for c in listed
        if c.relation in STRONG and c.polarity is Polarity.ASSERTED and c.modality is Modality.FACTUAL
        for p in c.places
        for a in (c.actor, c.from_actor or c.actor, *(("",) if c.relation is Relation.REPELLED else ()))
    }
    told = {(place, voice) for place, voice, _ in strong}
    out: list[Claim] = []
    seen: dict[tuple[object, ...], list[When | None]] = {}
    for claim in listed:
        voice = claim.chain[-1].key
        places = []
        for place in claim.places:
            key = _place_key(place.name, place.text)
            same = (claim.relation, claim.actor, key, place.head if not place.name else "", claim.polarity, claim.modality, voice)
            nobody = claim.actor_text is None and (key, voice) in told  # "fighting for it" beside its capture
            sides = {(key, voice, claim.actor), (key, voice, "")}
            outdone = claim.relation in WEAK and claim.polarity is Polarity.ASSERTED and (nobody or bool(sides & strong))
            before = seen.setdefault(same, [])
            if all(_apart(b, claim.when) for b in before) and not outdone:  # taken twice
                before.append(claim.when)
                places.append(place)
        if places:
            out.append(claim if len(places) == len(claim.places) else replace(claim, places=tuple(places)))
    return out


def _apart(one: When | None, two: When | None) -> bool:
    """Whether two times have no day in common; what is not dated may be any day."""
    if one is None or two is None:
        return False
    firsts, lasts = (one.first_day, two.first_day), (one.last_day, two.last_day)
    return any(last is not None and first is not None and last < first for last, first in ((lasts[0], firsts[1]), (lasts[1], firsts[0])))


def _place_key(name: str, text: str) -> str:
    return name.casefold() or text.casefold()
