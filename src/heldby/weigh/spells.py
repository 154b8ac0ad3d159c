"""Spells and changes: who held a unit from when to when, however short, each date as exact as its source.

steps of evidence, smoothed -> where the leading state changes: turns -> spells between turns, changes at turns
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from heldby.model.status import CONTESTED, Change, Spell, Symbol, Testimony
from heldby.model.when import When, days
from heldby.weigh.basis import basis_of, ranked, speaks_for
from heldby.weigh.case import Case, first_day, last_day
from heldby.weigh.chain import Array
from heldby.weigh.echo import near
from heldby.weigh.evidence import heirs_of
from heldby.weigh.order import retakes
from heldby.weigh.propositions import party


@dataclass(frozen=True, slots=True)
class Turn:
    """The leading state becomes `after` with step `index`: `probability` that the unit passed to it, or was its all along if first.

    `when` is None at the left edge of the evidence: a first sign of a state, with no change announced. `after` is None where nobody
    ever spoke for the state that leads: from there on nothing is said.
    """

    index: int
    before: str | None
    after: str | None
    when: When | None
    probability: float


def spells_of(case: Case, first: date, last: date) -> tuple[Spell, ...]:
    """Spells that may touch the days from `first` to `last`, in order. The probability is that of the holder where it is surest.

    A place said to have been taken back was another's before: that hold is a spell too, of which no beginning is known.
    """
    turns, p = _turns(case)
    out = [_undone(case, turns[0])] if turns and turns[0].before and _told_as_regained(case, turns[0]) else []
    for n, turn in enumerate(turns):
        end = turns[n + 1].index if n + 1 < len(turns) else len(case.steps)
        until = turns[n + 1].when if n + 1 < len(turns) else None
        if turn.after is None:
            continue
        column = case.chain.states.index(turn.after)
        said = [case.testimonies[case.order[i]] for i in range(turn.index, end)]
        ids = tuple(dict.fromkeys(t.id for t in said if speaks_for(case, t, turn.after)))
        surest = float(p[turn.index : end, column].max())
        out.append(Spell(case.unit_id, turn.after, turn.when, until, surest, _one_day(turn.when, until), ids))
    begun = case.since
    return tuple(s for s in out if begun is not None and begun <= last and _touches(s.start, s.end, first, last))


def _undone(case: Case, turn: Turn) -> Spell:
    """The hold that the first word of a place says was ended by its being taken back."""
    assert turn.before is not None
    weight = case.chain.start[:, None] * case.steps[0].matrix * case.passes[1][0][None]
    weight = weight.sum(axis=1)
    p = float(case.chain.fold(weight / weight.sum())[case.chain.states.index(turn.before)])
    return Spell(case.unit_id, turn.before, None, turn.when, p, False, (case.testimonies[case.order[0]].id,))


def changes_of(case: Case, first: date, last: date) -> tuple[Change, ...]:
    """Changes that may have come to pass from `first` to `last`, and likely had by then, in order: none that the map of `last` does not show yet.
    A first sign of a state is no change: see `spells_of`."""
    turns, _ = _turns(case)
    out: list[Change] = []
    for n, turn in enumerate(turns):
        if turn.after is None or turn.when is None or not _touches(turn.when, turn.when, first, last):
            continue
        likely = _likely(case, turn.when, turn.after)
        if likely > last:
            continue
        day = turn.when.last_day or turn.when.first_day
        assert day is not None
        support = basis_of(case, turn.after, day).support
        back = _regained(turn, turns[:n]) or _told_as_regained(case, turn)
        out.append(Change(case.unit_id, turn.before, turn.after, turn.when, turn.probability, support, back, likely))
    return tuple(out)


def _likely(case: Case, when: When, after: str) -> date:
    """The first day of an interval by whose end `after` is likelier than any other state: the day on which the map turns. Its last day (of one without
    an end, its first) where there is none, for by then it had passed if it ever did."""
    last = when.last_day or when.first_day
    assert last is not None
    first = when.first_day or min(case.since or last, last)
    if first >= last:
        return last
    span = [first + timedelta(days=n) for n in range((last - first).days)]
    p = case.posterior(span)
    leads = np.flatnonzero(p.argmax(axis=1) == case.chain.states.index(after))
    return span[leads[0]] if len(leads) else last


def _turns(case: Case) -> tuple[tuple[Turn, ...], Array]:
    """Every turn of the leading state, and the smoothed posterior [steps, states] just after each step."""
    if "turns" not in case.memo:
        case.memo["turns"] = _find_turns(case)
    found: tuple[tuple[Turn, ...], Array] = case.memo["turns"]
    return found


def _find_turns(case: Case) -> tuple[tuple[Turn, ...], Array]:
    chain = case.chain
    if not case.steps:
        return (), np.empty((0, len(chain.states)))
    ahead, back = case.passes
    p = np.array([chain.fold(a * b / (a * b).sum()) for a, b in zip(ahead, back, strict=True)])
    lead = _leads(case, p)
    starts = [i for i, after in enumerate(lead) if not i or after != lead[i - 1]]
    out: list[Turn] = []
    for n, i in enumerate(starts):
        before, after = lead[i - 1] if i else None, lead[i]
        if after is None:
            out.append(Turn(i, before, None, None, 0.0))
            continue
        place = (starts[n - 1] if n else -1, i, starts[n + 1] if n + 1 < len(starts) else len(lead))
        passed = _passed(case, place, p, before, after)
        when = _when(case, place, before, after)
        out.append(Turn(i, before if before else _said_before(case, when, after), after, when, passed))
    return tuple(_ordered_by_chance(case, _believed(case, out, p))), p


def _believed(case: Case, turns: Sequence[Turn], p: Array) -> list[Turn]:
    """The turns without those to another state and back which, taken together, are less likely than that there was none: each state leads on its own days,
    and yet they need not follow each other."""
    out = list(turns)
    n = 1
    while n + 1 < len(out):
        mid, back = out[n].after, out[n + 1].after
        if mid is not None and back is not None and out[n - 1].after == back:
            ends = [out[k].index if k < len(out) else len(p) for k in range(n - 1, n + 3)]
            columns = [case.chain.states.index(s) for s in (back, mid, back)]
            at = [low + int(p[low:high, c].argmax()) for low, high, c in zip(ends[:-1], ends[1:], columns, strict=True)]
            if _path(case, at, (back, mid, back)) < _path(case, at, (back, back, back)):
                del out[n : n + 2]
                n = max(n - 1, 1)
                continue
        n += 1
    return out


def _leads(case: Case, p: Array) -> list[str | None]:
    """The leading state just after each step; None where nobody ever spoke for the one that leads."""
    spoken = {s for s in case.chain.states if any(speaks_for(case, t, s) for t in case.testimonies)}
    best = [ranked(case.chain.states, row)[0][0] for row in p]
    return [state if state in spoken else None for state in best]


def _passed(case: Case, place: tuple[int, int, int], p: Array, before: str | None, after: str) -> float:
    """Probability that the unit was in `before` (anything else where None) and later in `after`, each taken where it is surest."""
    floor, i, end = place
    states = case.chain.states
    column = states.index(after)
    b = i + int(p[i:end, column].argmax())
    if not i:
        return float(p[b, column])
    if before is None:
        return _path(case, (i - 1, b), (None, after)) - _path(case, (i - 1, b), (after, after))
    return _path(case, (floor + int(p[floor:i, states.index(before)].argmax()), b), (before, after))


def _path(case: Case, at: Sequence[int], through: Sequence[str | None]) -> float:
    """Probability that the unit was in each of the states `through` just after the steps `at`, which ascend; None is any state."""
    (ahead, back), states = case.passes, case.chain.states
    kept = every = ahead[at[0]]
    for k in range(at[0], at[-1] + 1):
        if k > at[0]:
            gap = case.steps[k].tick - case.steps[k - 1].tick
            move = case.chain.across(gap) @ case.steps[k].matrix if gap else case.steps[k].matrix
            kept, every = kept @ move, every @ move
            kept, every = kept / every.sum(), every / every.sum()
        for state in (s for j, s in zip(at, through, strict=True) if j == k and s is not None):
            mask = np.zeros(len(kept))
            mask[_phases(states.index(state), len(states))] = 1.0
            kept = kept * mask
    return float((kept * back[at[-1]]).sum() / (every * back[at[-1]]).sum())


def _phases(state: int, states: int) -> list[int]:
    return [2 * state] if state == states - 1 else [2 * state, 2 * state + 1]


def _when(case: Case, place: tuple[int, int, int], before: str | None, after: str) -> When | None:
    """When the turn came: as announced, else between the last sign of what was before and the first of what was after.

    `place`: the step of the turn before, the turn's own, that of the next. None at the left edge of the evidence.
    """
    floor, i, end = place
    at = [case.testimonies[case.order[k]] for k in range(len(case.steps))]
    window = case.priors.window
    told = at[i] if _announces(at[i], before, after) else None
    if told is None:  # what first tips the scales need not be what told of the change
        told = next(
            (at[k] for k in range(i - 1, floor, -1) if _announces(at[k], before, after) and near(at[k].when, at[i].when, window.reprint)),
            None,
        )
    if told is not None:
        same = [t for t in at[max(floor + 1, 0) : end] if _announces(t, before, after) and near(t.when, told.when, 0)]
        return min([told.when, *(t.when for t in same if _inside(t.when, told.when))], key=_length)
    if before is None:
        return None
    signs = [last_day(t) for t in at[:i] if speaks_for(case, t, before)]
    first = first_day(at[i])
    return days(min(max(signs), first) if signs else None, first)


def _announces(t: Testimony, before: str | None, after: str) -> bool:
    if after == CONTESTED:
        return t.symbol is Symbol.CONTESTS
    lost = t.symbol is Symbol.LOST and (t.holder == before if before else t.holder != after)
    return lost or (t.symbol is Symbol.TOOK and t.holder == after)


def _length(when: When) -> timedelta:
    return timedelta.max if when.start is None or when.end is None else when.end - when.start


def _inside(inner: When, outer: When) -> bool:
    starts = inner.start is not None and (outer.start is None or inner.start >= outer.start)
    return starts and inner.end is not None and (outer.end is None or inner.end <= outer.end)


def _said_before(case: Case, when: When | None, after: str) -> str | None:
    """From whom the first announced change took the place, where somebody says so."""
    if when is None:
        return None
    first = case.testimonies[case.order[0]]
    if first.symbol is Symbol.LOST and first.holder != after:
        return first.holder
    claims = [case.testimonies[i].claims[0].claim for i in case.order]
    named = [party(c.from_actor, case.theatre) for c in claims if party(c.actor, case.theatre) == after]
    if retakes(first) and first.holder == after:
        enemies = [s for s in heirs_of(first, case.theatre) if s in case.chain.sides]
        named += enemies if len(enemies) == 1 else []
    return next((n for n in named if n and n != after), None)


def _ordered_by_chance(case: Case, turns: Sequence[Turn]) -> list[Turn]:
    """Turns whose order neither event time nor publication nor text decides are marked uncertain."""
    out = list(turns)
    for n in range(1, len(out)):
        one, two = (case.testimonies[case.order[t.index]] for t in (out[n - 1], out[n]))
        texts = {t.claims[0].claim.report_id for t in (one, two)}
        if one.known == two.known and len(texts) > 1 and near(one.when, two.when, 0) and not retakes(two):
            for k in (n - 1, n):
                when = out[k].when
                out[k] = replace(out[k], when=replace(when, uncertain=True) if when else None)
    return out


def _one_day(start: When | None, end: When | None) -> bool:
    """Whether both ends fall on one and the same day for certain."""
    if start is None or end is None:
        return False
    found = {start.first_day, start.last_day, end.first_day, end.last_day}
    return len(found) == 1 and None not in found


def _touches(start: When | None, end: When | None, first: date, last: date) -> bool:
    begins = start.first_day if start is not None else None
    ends = end.last_day if end is not None else None
    return (begins is None or begins <= last) and (ends is None or ends >= first)


def _regained(turn: Turn, earlier: Sequence[Turn]) -> bool:
    """Whether the new holder had it before and another side held it between."""
    if turn.after == CONTESTED:
        return False
    mine = [n for n, t in enumerate(earlier) if turn.after in (t.after, t.before)]
    return bool(mine) and any(t.after not in (turn.after, CONTESTED, None) for t in earlier[min(mine) :])


def _told_as_regained(case: Case, turn: Turn) -> bool:
    said = case.testimonies[case.order[turn.index]]
    return said.holder == turn.after and retakes(said)
