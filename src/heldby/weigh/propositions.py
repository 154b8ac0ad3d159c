"""What a claim says of a unit: the symbol, the side it is about, when it is true, and how its voice stands to that side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from heldby.model.claim import Claim, Modality, Polarity, Relation
from heldby.model.place import Place
from heldby.model.status import Located, Symbol
from heldby.model.theatre import Theatre
from heldby.model.when import Precision, When, day, days
from heldby.model.who import INDEPENDENT, UNKNOWN, Leaning, Voice, VoiceKind
from heldby.weigh.priors import Stake

FEW_SIDES = 8  # a theatre of at most so many sides is one war; the first two it lists are the main ones, and enemies
EVENTS = frozenset({Symbol.TOOK, Symbol.LOST, Symbol.NOT_TOOK, Symbol.NOT_LOST})
FAVOURS = frozenset({Symbol.TOOK, Symbol.HOLDS, Symbol.NOT_LOST})
DENIALS = frozenset({Symbol.NOT_TOOK, Symbol.NOT_HOLDS, Symbol.NOT_LOST})
_NOBODY = frozenset({INDEPENDENT, UNKNOWN, ""})
_EXACT = frozenset({Precision.INSTANT, Precision.PART_OF_DAY, Precision.DAY, Precision.DAYS})
_GAINS = frozenset({Relation.CAPTURED, Relation.RETOOK})
_LOSSES = frozenset({Relation.LOST, Relation.WITHDREW})


@dataclass(frozen=True, slots=True)
class Proposition:
    """`symbol` about `holder` ("" for contests); `full` is False where only most of the place, or a siege, is meant."""

    symbol: Symbol
    holder: str
    full: bool = True


class Saying(Protocol):
    """What a proposition and a testimony share."""

    @property
    def symbol(self) -> Symbol: ...

    @property
    def holder(self) -> str: ...


Allies = frozenset[frozenset[str]]  # pairs of sides of which neither gains what the other loses


def allies_of(theatre: Theatre) -> Allies:
    """Pairs of sides that the theatre ever calls friendly: what one of them loses or leaves, the other has not taken from it."""
    friendly = (i for i in theatre.lexicon.interests if i.leaning is Leaning.FRIENDLY)
    pairs = (frozenset({party(i.side, theatre), party(i.actor, theatre)}) for i in friendly)
    return frozenset(p for p in pairs if len(p) == 2 and "" not in p)


def alike(a: Saying, b: Saying) -> bool:
    """Whether two say the same in one form: both for a side, both against it, or both that it is fought for."""
    if Symbol.CONTESTS in (a.symbol, b.symbol):
        return a.symbol is b.symbol
    return a.holder == b.holder and (a.symbol in FAVOURS) is (b.symbol in FAVOURS)


def mirrored(a: Saying, b: Saying, allies: Allies) -> bool:
    """Whether one is for a side and the other against its enemy: "they took it" and "the others lost it" are one news."""
    if Symbol.CONTESTS in (a.symbol, b.symbol) or (a.symbol in FAVOURS) is (b.symbol in FAVOURS):
        return False
    return a.holder != b.holder and frozenset({a.holder, b.holder}) not in allies


def agree(a: Saying, b: Saying, allies: Allies) -> bool:
    return alike(a, b) or mirrored(a, b, allies)


def opposed(a: Saying, b: Saying) -> bool:
    """Whether both cannot be so: for different sides, or for a side and against it."""
    if Symbol.CONTESTS in (a.symbol, b.symbol):
        return a.symbol is not b.symbol
    both_for = a.symbol in FAVOURS and b.symbol in FAVOURS
    return a.holder != b.holder if both_for else a.holder == b.holder and (a.symbol in FAVOURS) is not (b.symbol in FAVOURS)


def main_sides(theatre: Theatre) -> tuple[str, ...]:
    """The two sides any place of a war of few sides may be held by; () for a theatre of many wars."""
    return tuple(s.id for s in theatre.sides if s.id not in _NOBODY)[:2] if len(theatre.sides) <= FEW_SIDES else ()


def party(actor: str, theatre: Theatre) -> str:
    """The side an actor fights for; "" for nobody, third parties and unknown gunmen, who hold nothing."""
    side = theatre.side_of(actor)
    return "" if side in _NOBODY else side


def proposition(claim: Claim, place: Place, theatre: Theatre) -> Proposition | None:
    """What `claim` says of `place`; None where it moves no status (planned, possible, nobody named, background without a date)."""
    if claim.modality in (Modality.PLANNED, Modality.POSSIBLE):
        return None
    if claim.modality is Modality.PAST_BACKGROUND and claim.when is None:
        return None
    actor, other = party(claim.actor, theatre), party(claim.from_actor, theatre)
    denied = claim.polarity is Polarity.DENIED
    found = _denied(claim.relation, actor, other) if denied else _asserted(claim.relation, actor, other)
    if found is None:
        return None
    if place.part == "parts" and not denied and found.symbol in (Symbol.TOOK, Symbol.HOLDS):
        return Proposition(Symbol.CONTESTS, "")
    if place.part in ("most", "all-but"):
        return Proposition(found.symbol, found.holder, full=False)
    return found


def _asserted(relation: Relation, actor: str, other: str) -> Proposition | None:
    if relation in (Relation.CONTESTS, Relation.BESIEGES, Relation.ATTACKED):
        return Proposition(Symbol.CONTESTS, "", full=relation is Relation.CONTESTS)
    if not actor:
        if relation in _GAINS and other:
            return Proposition(Symbol.LOST, other)
        return Proposition(Symbol.NOT_TOOK, other) if relation is Relation.REPELLED and other else None
    if relation in _GAINS:
        return Proposition(Symbol.TOOK, actor)
    if relation in _LOSSES:
        return Proposition(Symbol.LOST, actor)
    return Proposition(Symbol.HOLDS, actor, full=relation is not Relation.SIEGE_LIFTED)


def _denied(relation: Relation, actor: str, other: str) -> Proposition | None:
    if not actor:
        return Proposition(Symbol.NOT_LOST, other) if relation in _GAINS and other else None
    if relation in _LOSSES:
        return Proposition(Symbol.NOT_LOST, actor)
    if relation in (Relation.CONTROLS, Relation.REPELLED):
        return Proposition(Symbol.NOT_HOLDS, actor)
    return Proposition(Symbol.NOT_TOOK, actor, full=relation in _GAINS)


def event_time(located: Located, symbol: Symbol, theatre: Theatre) -> When | None:
    """When the claim is true, in civil time; None if it speaks of a time after its publication.

    A claim without a time is taken for the day of publication or the day before (an event), or the day of publication (a state).
    """
    claim, published = located.claim, located.published
    local = located.known.astimezone(theatre.zone).date()
    latest = max(published, local)
    when = claim.when
    if when is None:
        return days(published - timedelta(days=1), published, approximate=True) if symbol in EVENTS else day(published, approximate=True)
    if when.first_day is not None and when.first_day > latest:
        return None
    if when.end is None:
        if symbol in EVENTS and when.first_day is not None:
            return day(when.first_day, approximate=when.approximate, uncertain=when.uncertain)
        return day(published, approximate=True)
    if when.last_day is not None and when.last_day > latest and when.precision not in (Precision.INSTANT, Precision.PART_OF_DAY):
        return days(when.first_day, latest, approximate=when.approximate)
    return when


def as_state(found: Proposition, claim: Claim, when: When, theatre: Theatre) -> Proposition:
    """Background told of a time long past or vague is evidence of a state then, no news of a change."""
    exact = when.precision in _EXACT and when.first_day is not None and when.first_day >= theatre.since
    if claim.modality is not Modality.PAST_BACKGROUND or exact:
        return found
    turned = {Symbol.TOOK: Symbol.HOLDS, Symbol.LOST: Symbol.NOT_HOLDS, Symbol.NOT_TOOK: Symbol.NOT_HOLDS, Symbol.NOT_LOST: Symbol.HOLDS}
    return Proposition(turned.get(found.symbol, found.symbol), found.holder, found.full)


def speaker(located: Located, theatre: Theatre) -> Voice:
    """The innermost voice of a claim; a claim without a chain is its outlet's own."""
    chain = located.claim.chain
    return chain[-1] if chain else publisher(located, theatre)


def publisher(located: Located, theatre: Theatre) -> Voice:
    chain = located.claim.chain
    known = theatre.lexicon.outlet(located.outlet)
    if known is not None:
        return Voice(known.name, known.kind, known.side, outlet_id=known.id)
    return chain[0] if chain else Voice(located.outlet or "an unnamed outlet", VoiceKind.OUTLET, INDEPENDENT)


def leaning(voice: Voice, holder: str, claim: Claim, on: date, theatre: Theatre) -> Leaning:
    """How a voice stands to a side on a day: its own, what the theatre's interests say, an enemy's if both are parties, else neutral."""
    if not holder:
        return Leaning.NEUTRAL
    side = theatre.side_of(voice.side) or voice.side
    if side == holder:
        return Leaning.OWN
    for interest in theatre.lexicon.interests:
        dated = (interest.since is None or interest.since <= on) and (interest.until is None or on <= interest.until)
        if dated and interest.side in (voice.side, side) and holder in (interest.actor, theatre.side_of(interest.actor)):
            return interest.leaning
    if side in _NOBODY or not any(s.id == side for s in theatre.sides):
        return Leaning.NEUTRAL
    parties = {party(claim.actor, theatre), party(claim.from_actor, theatre), *main_sides(theatre)}
    if holder in parties and (side in parties or claim.polarity is Polarity.DENIED):
        return Leaning.ENEMY
    return Leaning.NEUTRAL


def stake(symbol: Symbol, stance: Leaning) -> Stake:
    """Whether a proposition serves the voice that makes it, or costs it."""
    if symbol is Symbol.CONTESTS or stance is Leaning.NEUTRAL:
        return Stake.NONE
    favours = symbol in FAVOURS
    if stance in (Leaning.OWN, Leaning.ENEMY):
        return Stake.SERVING if favours is (stance is Leaning.OWN) else Stake.ADMISSION
    return Stake.LEANING if favours is (stance is Leaning.FRIENDLY) else Stake.RELUCTANT
