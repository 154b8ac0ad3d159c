"""From testimonies to steps of the chain: how much each counts, and what it says about being and becoming a holder's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from heldby.model.claim import Modality, Relation
from heldby.model.status import Symbol, Testimony
from heldby.model.theatre import Theatre
from heldby.model.who import Leaning, Voice, VoiceKind
from heldby.weigh.chain import Array, Step, tick_of
from heldby.weigh.echo import near
from heldby.weigh.order import CHANGES, arranged, retakes
from heldby.weigh.priors import Priors, Stake, VoiceLine
from heldby.weigh.propositions import DENIALS, FEW_SIDES, agree, leaning, main_sides, opposed, party, stake
from heldby.weigh.terms import Terms

OTHER = "other"  # a holder nobody has named, where only one side is known to be about
_BESET = frozenset({Relation.ATTACKED, Relation.BESIEGES})


def standing(testimonies: Sequence[Testimony], known_by: datetime) -> tuple[Testimony, ...]:
    """Those known by then and not withdrawn by then, as they were known then, in the order they became known (of one instant: as given)."""
    found = [_as_known(t, known_by) for t in testimonies if t.known <= known_by and (t.withdrawn is None or t.withdrawn > known_by)]
    return tuple(sorted(found, key=lambda t: t.known))


def _as_known(t: Testimony, known_by: datetime) -> Testimony:
    """A testimony without the echoes and the withdrawals that came later."""
    if t.withdrawn is None and all(c.known <= known_by and (c.withdrawn is None or c.withdrawn <= known_by) for c in t.claims):
        return t
    claims = tuple(
        c if c.withdrawn is None or c.withdrawn <= known_by else replace(c, withdrawn=None) for c in t.claims if c.known <= known_by
    )
    return replace(t, claims=claims, withdrawn=None)


def counts(t: Testimony, testimonies: Sequence[Testimony]) -> bool:
    """Whether a testimony weighs for its origin: not beside another that stands for the same origin, which it only retells."""
    return t.counted or not any(o.origin == t.origin and o.id != t.id for o in testimonies)


def heirs_of(t: Testimony, theatre: Theatre) -> tuple[str, ...]:
    """To whom a side plainly loses a place: its enemies, if they are a main side of the war or the claim names them; else whom it names."""
    claim = t.claims[0].claim
    on = t.when.last_day or t.when.first_day or t.known.date()
    named = {party(claim.actor, theatre), party(claim.from_actor, theatre)} - {"", t.holder}
    loser = Voice(t.holder, VoiceKind.SPOKESMAN, t.holder)
    about = named | {s for s in main_sides(theatre) if s != t.holder}
    enemies = {s for s in about if leaning(loser, s, claim, on, theatre) is Leaning.ENEMY}
    return tuple(sorted(enemies or named))


def sides_of(testimonies: Sequence[Testimony], theatre: Theatre) -> tuple[str, ...]:
    """Who may hold the unit: the theatre's main sides and everybody its testimonies name, in the theatre's order; two at least."""
    named = {t.holder for t in testimonies if t.holder} | set(main_sides(theatre))
    for t in testimonies:
        claim = t.claims[0].claim
        named |= (
            {party(a, theatre) for a in (claim.actor, claim.from_actor, claim.speaker_side)} if len(theatre.sides) > FEW_SIDES else set()
        )
    order = {s.id: i for i, s in enumerate(theatre.sides)}
    found = sorted((n for n in named if n in order), key=lambda n: order[n])
    return tuple(found) if len(found) > 1 else (*found, OTHER, "another")[:2]


def weights(testimonies: Sequence[Testimony], terms: Terms) -> tuple[float, ...]:
    """Share of each testimony (in the order they became known) that is an independent look, 0 to 1.

    An origin weighs once on an event, however often and through whomever it speaks; unless the place changed hands between, later it
    repeats itself at a discount where it tells of a state, and for nothing where it tells of the same change. A map or list that says of every place
    who holds it says what stands unchanged as often as it is read: that counts as far as it has looked again since (`_looked_again`).
    """
    priors, allies = terms.priors, terms.allies
    out: list[float] = []
    for i, t in enumerate(testimonies):
        idle = _only_denied(t, testimonies) or _told_as_retaken(t, testimonies, terms)
        full = base = _base(t, priors) if counts(t, testimonies) and not idle else 0.0
        if t.origin in terms.standing and t.symbol not in CHANGES:
            out.append(full * _looked_again(t, testimonies[:i], terms))
            continue
        for j in range(i - 1, -1, -1):
            old = testimonies[j]
            if old.origin != t.origin or not agree(old, t, allies):
                continue
            if near(old.when, t.when, priors.window.same_event) and not _turned(testimonies[j + 1 : i], t):
                base = max(0.0, base - out[j])
            elif near(old.when, t.when, priors.window.repeat) and not _turned(testimonies[j + 1 : i], t):
                again = t.symbol in CHANGES and old.symbol in CHANGES  # it cannot have happened twice with nothing between
                base = min(base, 0.0 if again else full * priors.weight.repeat)
        out.append(base)
    return tuple(out)


def _looked_again(t: Testimony, before: Sequence[Testimony], terms: Terms) -> float:
    """The share at which an exhaustive source's word counts again; 1 where it says something else than the last time.

    A status that stands has been looked at again with the hazard of `reexamine` a day, else it tells nothing: its likelihood is (1 - s) + s w, s the
    chance of a look in the days between and w of the word, as a probability: the line's ratio r over 1 + r. Written as a share of r itself, that is
    s / (s + (1 - s) (1 + r)). So a status that stands for a month weighs the same whether the map is read daily or once.
    """
    last = next((o for o in reversed(before) if o.origin == t.origin and o.via == t.via), None)
    if last is None or not agree(last, t, terms.allies):
        return 1.0
    looked = 1.0 - (1.0 - terms.priors.weight.reexamine) ** max(0, (_day(t) - _day(last)).days)
    line = terms.assumed(t)
    ratio = line.contest if t.symbol is Symbol.CONTESTS else line.denial if t.symbol in DENIALS else line.state
    return looked / (looked + (1.0 - looked) * (1.0 + ratio)) if looked else 0.0


def _day(t: Testimony) -> date:
    return t.when.last_day or t.when.first_day or t.known.date()


def _only_denied(t: Testimony, testimonies: Sequence[Testimony]) -> bool:
    """Hearsay that its reports mention in order to deny it: nobody has said so there. Were it counted, a bare denial would make likely what it denies."""
    if not t.origin.startswith("reports:"):
        return False
    denials = {c.claim.report_id for d in testimonies if d.symbol in DENIALS and d.holder == t.holder for c in d.claims}
    return all(c.claim.report_id in denials for c in t.claims)


def _told_as_retaken(t: Testimony, testimonies: Sequence[Testimony], terms: Terms) -> bool:
    """A state beside which its origin tells at once that the place was taken back: that says more, and one origin weighs once."""
    if t.symbol in CHANGES:
        return False
    beside = (o for o in testimonies if o.origin == t.origin and o.known == t.known and o.counted and retakes(o))
    return any(agree(o, t, terms.allies) and near(o.when, t.when, terms.priors.window.same_event) for o in beside)


def _turned(between: Sequence[Testimony], t: Testimony) -> bool:
    return any(b.symbol in CHANGES and opposed(b, t) for b in between)


def _base(t: Testimony, priors: Priors) -> float:
    weight = priors.weight
    claim = t.claims[0].claim
    base = weight.certain * priors.reliability_of(t.origin)
    base *= weight.hedged if t.hedged else 1.0
    base *= weight.linked if t.via else 1.0
    base *= weight.background if claim.modality is Modality.PAST_BACKGROUND else 1.0
    return base * (weight.attack if claim.relation in _BESET and t.symbol is Symbol.CONTESTS else 1.0)


@dataclass(frozen=True, slots=True)
class Laid:
    """Testimonies in order of event, whatever is learned of their voices: `order[i]` is the testimony of step i, `ticks[i]` its place, `shares[i]`
    how much of it is an independent look."""

    sides: tuple[str, ...]
    order: tuple[int, ...]
    ticks: tuple[int, ...]
    shares: tuple[float, ...]


def lay_out(testimonies: Sequence[Testimony], terms: Terms) -> Laid:
    """`testimonies` in the order they became known."""
    share = weights(testimonies, terms)
    line = arranged(testimonies, terms)
    order = tuple(i for i, _ in line)
    return Laid(sides_of(testimonies, terms.theatre), order, tuple(tick_of(at) for _, at in line), tuple(share[i] for i in order))


Matrices = dict[tuple[str, float, tuple[str, ...]], Array]  # what a testimony weighs, by its id, its share and the sides


def steps_of(
    testimonies: Sequence[Testimony], laid: Laid, terms: Terms, before: Sequence[Step] = (), matrices: Matrices | None = None
) -> tuple[Step, ...]:
    """The chain's steps in order of event time. `before`: those of the same testimonies under another record, which stand where the record
    weighs a voice as it did. `matrices`: of some of the same testimonies under the same terms; those made here are added."""
    out: list[Step] = []
    for n, (i, tick, share) in enumerate(zip(laid.order, laid.ticks, laid.shares, strict=True)):
        line = terms.line(testimonies[i])
        if before and before[n].line == line:
            out.append(before[n])
            continue
        key = testimonies[i].id, share, laid.sides
        matrix = matrices.get(key) if matrices is not None else None
        if matrix is None:
            matrix = matrix_of(testimonies[i], share, laid.sides, terms, line)
            if matrices is not None:
                matrices[key] = matrix
        out.append(Step(tick, matrix, line))
    return tuple(out)


def matrix_of(t: Testimony, share: float, sides: tuple[str, ...], terms: Terms, line: VoiceLine) -> Array:
    """What a testimony weighs by the ratios of `line`, [before, after] over the chain's states; `share` 0 gives the identity: it says nothing."""
    theatre, priors, size = terms.theatre, terms.priors, 2 * len(sides) + 1
    if t.symbol is Symbol.CONTESTS:
        full = np.diag(_contest(t, sides, theatre, priors))
    elif t.holder not in sides:
        return np.eye(size)
    elif t.symbol is Symbol.TOOK:
        full = taking(sides.index(t.holder), line, len(sides), priors, again=retakes(t))
    elif t.symbol is Symbol.LOST:
        heirs = [i for i, s in enumerate(sides) if s in heirs_of(t, theatre)] or [i for i, s in enumerate(sides) if s != t.holder]
        full = _lost(sides.index(t.holder), heirs, line, len(sides), priors)
    else:
        full = np.diag(_state(t.symbol, sides.index(t.holder), line, size))
    return share * full + (1 - share) * np.eye(size)


def taking(a: int, line: VoiceLine, sides: int, priors: Priors, *, again: bool = False) -> Array:
    """Not yet a's: the announcement is false (1, or a contest made too much of) or a took it just now (`event`). Already a's: told again.

    Who tells that a took it `again` says too that a had lost it: that is no word for an a that had held it for long.
    """
    out = np.eye(2 * sides + 1)
    fresh, settled, contested = 2 * a, 2 * a + 1, 2 * sides
    out[:, fresh] = line.event
    out[:-1, contested] = priors.start.exaggerated
    out[contested, contested] = min(line.again**0.5, line.event)
    out[contested, fresh] = line.event * out[contested, contested]
    for held, ratio in ((fresh, line.again), (settled, 1.0 if again else line.again**0.5)):
        out[held] = 0.0
        out[held, held] = ratio
    return out


def _lost(a: int, heirs: Sequence[int], line: VoiceLine, sides: int, priors: Priors) -> Array:
    """The mirror of a capture whose taker is not named: it goes to any of those who may have taken it alike."""
    out = np.eye(2 * sides + 1)
    contested, others = 2 * sides, [2 * b for b in heirs]
    for held in (2 * a, 2 * a + 1, contested):
        out[held, others] = line.event / len(others)
    out[[2 * a, 2 * a + 1], contested] = priors.start.exaggerated
    for b in range(sides):
        if b != a:
            out[2 * b, 2 * b] = line.again
            out[2 * b + 1, 2 * b + 1] = line.again**0.5
    return out


def _state(symbol: Symbol, a: int, line: VoiceLine, size: int) -> Array:
    """Diagonal of a state told or denied. Where it is contested, "a holds it" is told about as often as the geometric mean."""
    ratio = {Symbol.HOLDS: line.state, Symbol.NOT_LOST: line.state, Symbol.NOT_TOOK: line.denial, Symbol.NOT_HOLDS: line.denial}[symbol]
    out = np.ones(size)
    out[[2 * a, 2 * a + 1]] = ratio
    out[-1] = ratio**0.5 if ratio > 1 else 1.0
    return out


def _contest(t: Testimony, sides: tuple[str, ...], theatre: Theatre, priors: Priors) -> Array:
    """Diagonal of "they fight for it": against a hold of each side, as much as the voice's stance to that side lets it count.

    Of a place its own side holds a party admits that it is fought for; of one the enemy holds it likes to say so. An attacker who is
    named does not hold it yet.
    """
    claim = t.claims[0].claim
    on = t.when.last_day or t.when.first_day or t.known.date()
    against = np.empty(len(sides))
    for i, side in enumerate(sides):
        stance = stake(Symbol.NOT_HOLDS, leaning(t.voice, side, claim, on, theatre))
        against[i] = priors.line(t.voice.kind, stance).contest
        if claim.actor and party(claim.actor, theatre) == side:
            against[i] = max(against[i], priors.line(t.voice.kind, Stake.NONE).contest) ** (2.0 if claim.relation in _BESET else 1.5)
    out = np.ones(2 * len(sides) + 1)
    out[:-1] = np.repeat(against.min() / against, 2)
    out[-1] = against.min()
    return out
