"""What stands for and against a state of a unit around a day, and the support that gives."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from heldby.model.status import CONTESTED, Support, Symbol, Testimony
from heldby.model.who import Leaning
from heldby.weigh.case import Case, first_day, last_day
from heldby.weigh.evidence import counts, heirs_of
from heldby.weigh.priors import Stake
from heldby.weigh.propositions import DENIALS, FAVOURS, stake


@dataclass(frozen=True, slots=True)
class Basis:
    """What stands for and against a state around a day. `origins` count once each; `claimed_by` is the only interested side, if it is."""

    pro: tuple[Testimony, ...]
    against: tuple[Testimony, ...]
    origins: tuple[str, ...]
    disinterested: bool
    admitted: bool
    claimed_by: str
    support: Support


@dataclass(frozen=True, slots=True)
class Ground:
    """What a leading state stands on around a day, whatever its probability: `quiet` where nothing was heard for long, `spoken` where somebody
    ever spoke for it."""

    basis: Basis
    quiet: bool
    spoken: bool


def ground_of(case: Case, state: str, as_of: date) -> Ground:
    """The ground of `state` on a day. It changes on few days (see `breaks`), and is worked out once between two of them."""
    stretch = bisect_right(breaks(case), as_of.toordinal())
    kept: dict[tuple[str, int], Ground] = case.memo.setdefault("grounds", {})
    if (state, stretch) not in kept:
        quiet = (as_of - last_heard(case, as_of)).days >= case.priors.window.quiet
        begun = _first_spoken(case, state)
        kept[state, stretch] = Ground(_basis(case, state, as_of), quiet, begun is not None and begun <= as_of.toordinal())
    return kept[state, stretch]


def _spans(case: Case) -> list[tuple[int, int]]:
    """The first and the last day of each testimony, as ordinals."""
    if "spans" not in case.memo:
        case.memo["spans"] = [(first_day(t).toordinal(), last_day(t).toordinal()) for t in case.testimonies]
    spans: list[tuple[int, int]] = case.memo["spans"]
    return spans


def _first_spoken(case: Case, state: str) -> int | None:
    """The day on which a testimony first speaks for a state, as ordinal; None where none does."""
    kept: dict[str, int | None] = case.memo.setdefault("spoken", {})
    if state not in kept:
        told = (first for (first, _), t in zip(_spans(case), case.testimonies, strict=True) if speaks_for(case, t, state))
        kept[state] = min(told, default=None)
    return kept[state]


def breaks(case: Case) -> list[int]:
    """The days (as ordinals, ascending) on which a ground may become another: a testimony begins to be of the past, or passes out of a window."""
    if "breaks" not in case.memo:
        window, found = case.priors.window, set()
        for first, last in _spans(case):
            found |= {first, last + window.live + 1, last + window.dispute + 1, last + window.quiet}
        case.memo["breaks"] = sorted(found)
    days: list[int] = case.memo["breaks"]
    return days


def basis_of(case: Case, state: str, as_of: date) -> Basis:
    """Live testimonies for `state` and against it on `as_of`, and the support they give, in the precedence of `Support`."""
    return ground_of(case, state, as_of).basis if case.since is not None and case.since <= as_of else _basis(case, state, as_of)


def _basis(case: Case, state: str, as_of: date) -> Basis:
    now, back = as_of.toordinal(), as_of.toordinal() - case.priors.window.live
    live = [t for t, (first, last) in zip(case.testimonies, _spans(case), strict=True) if first <= now and last >= back]
    pro = tuple(t for t in live if speaks_for(case, t, state))
    against = tuple(t for t in live if speaks_against(t, state) and _still_disputes(t, pro, state, as_of, case))
    counted = [t for t in pro if counts(t, pro) and not t.origin.startswith("reports:")]
    origins = tuple(sorted({t.origin for t in counted}))
    stakes = [stake(t.symbol, t.leaning) for t in counted]
    disinterested = any(s in (Stake.NONE, Stake.RELUCTANT, Stake.ADMISSION) for s in stakes)
    if against and pro:
        support = Support.DISPUTED
    elif len(origins) > 1 and disinterested:
        support = Support.CONFIRMED
    elif pro:
        support = Support.REPORTED if disinterested or not counted else Support.CLAIMED
    else:
        support = _support_of_silence(case, live, against, as_of)
    interested = sorted({t.holder or state for t, s in zip(counted, stakes, strict=True) if s in (Stake.SERVING, Stake.LEANING)})
    claimed_by = "" if disinterested or not interested else state
    return Basis(pro, against, origins, disinterested, Stake.ADMISSION in stakes, claimed_by, support)


def _support_of_silence(case: Case, live: Sequence[Testimony], against: Sequence[Testimony], as_of: date) -> Support:
    """For a state nobody lately spoke for: stale where nothing else was heard lately either, else what the fresh words are that leave it leading.

    A fresh word against it disputes it; a fresh word that only rules others out is its author's report, or an interested side's claim.
    """
    fresh = [t for t in live if (as_of - last_day(t)).days < case.priors.window.quiet]
    if not fresh:
        return Support.STALE
    if any(t in against for t in fresh):
        return Support.DISPUTED
    stakes = {stake(t.symbol, t.leaning) for t in fresh}
    return Support.REPORTED if stakes & {Stake.NONE, Stake.RELUCTANT, Stake.ADMISSION} else Support.CLAIMED


def support_of(case: Case, ground: Ground, p: float) -> Support:
    """What a leading state of probability `p` rests on: stale where nothing was heard for long and the model no longer commits."""
    told = ground.basis.support
    if told is Support.DISPUTED or p >= case.priors.support.commit:
        return told
    return Support.STALE if ground.quiet else told


def commits(case: Case, ground: Ground, p: float) -> bool:
    """Whether a status names its leading state as holder: somebody has spoken for it, and it is not stale below the line of the table."""
    if p < case.priors.support.hold and support_of(case, ground, p) is Support.STALE:
        return False
    return ground.spoken


def holder_of(case: Case, best: tuple[str, float], as_of: date) -> str | None:
    """Whom a status on a day names, given its leading state and the probability of that."""
    leading, p = best
    return leading if commits(case, ground_of(case, leading, as_of), p) else None


def last_heard(case: Case, as_of: date) -> date:
    """The last day, up to `as_of`, that any evidence speaks of. Raises ValueError where there is none."""
    now = as_of.toordinal()
    return date.fromordinal(min(now, max(last for first, last in _spans(case) if first <= now)))


def ranked(states: Sequence[str], row: Sequence[float]) -> list[tuple[str, float]]:
    """States with their probabilities, best first; what differs by less than rounding can shift is a tie, in order of name."""
    return sorted(zip(states, (float(p) for p in row), strict=True), key=lambda sp: (-round(sp[1], 9), sp[0]))


def speaks_for(case: Case, t: Testimony, state: str) -> bool:
    """Whether a testimony says or plainly means that a unit is in `state`."""
    if state == CONTESTED:
        return t.symbol is Symbol.CONTESTS
    if t.symbol is Symbol.LOST:
        return state in _heirs(case, t)
    own = t.origin == f"side:{state}" or t.voice.side == state
    kept = t.symbol is Symbol.NOT_TOOK and t.leaning is Leaning.ENEMY and own  # "they did not take it from us"
    return kept or (t.holder == state and t.symbol in FAVOURS)


def _heirs(case: Case, t: Testimony) -> tuple[str, ...]:
    kept: dict[str, tuple[str, ...]] = case.memo.setdefault("heirs", {})
    if t.id not in kept:
        kept[t.id] = heirs_of(t, case.theatre)
    return kept[t.id]


def speaks_against(t: Testimony, state: str) -> bool:
    """A denial, a loss or a counter-claim. For contested: one side's full hold."""
    if state == CONTESTED:
        return t.symbol in (Symbol.HOLDS, Symbol.NOT_LOST)
    if t.holder == state:
        return t.symbol in (Symbol.LOST, Symbol.NOT_TOOK, Symbol.NOT_HOLDS)
    return bool(t.holder) and t.symbol in FAVOURS


def _still_disputes(t: Testimony, pro: Sequence[Testimony], state: str, as_of: date, case: Case) -> bool:
    """Not too long ago, not of a time before the news it would dispute, and not since given up by its own origin."""
    if (as_of - last_day(t)).days > case.priors.window.dispute:
        return False
    if any(p.origin == t.origin and p.known > t.known for p in pro):
        return False
    news = [p for p in pro if p.symbol in (Symbol.TOOK, Symbol.LOST)] or list(pro)
    if not news:
        return True
    opened = min(news, key=lambda p: (last_day(p), p.known)) if t.symbol in DENIALS else max(news, key=lambda p: (first_day(p), p.known))
    if t.symbol in (
        Symbol.TOOK,
        Symbol.LOST,
    ):  # a change the other way that came before is history, one of the same day or later is a counter-claim
        return (last_day(t), t.known) >= (first_day(opened), opened.known)
    return last_day(t) >= first_day(opened)
