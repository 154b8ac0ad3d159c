"""The status of a unit: holder and probabilities, what it rests on, how good the evidence is, and what each testimony did to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from math import log2

from heldby.model.report import Mark
from heldby.model.status import Confidence, Reason, Status, Support, Symbol, Testimony
from heldby.model.theatre import Theatre
from heldby.weigh.admiralty import load_yardstick
from heldby.weigh.basis import Basis, commits, ground_of, ranked, support_of
from heldby.weigh.case import Case, first_day, last_day
from heldby.weigh.chain import end_of
from heldby.weigh.credibility import credibility_of
from heldby.weigh.order import CHANGES
from heldby.weigh.priors import Priors, Stake
from heldby.weigh.propositions import stake
from heldby.weigh.spells import spells_of
from heldby.weigh.swings import swings_of
from heldby.weigh.verdicts import Bench

_TELLING = 0.1  # from so far off what is assumed on, an origin's record is told
_FLOOR = 1e-9  # log odds of a probability that rounds to 0 or 1 stay finite


def status_of(case: Case, as_of: date, related: Sequence[Testimony] = (), *, reasons: bool = True) -> Status:
    """The status of a case on a day; `related` are standing testimonies on linked units, shown where they are direct and live."""
    shown = _related(case, as_of, related)
    if case.since is None or case.since > as_of:
        return Status(case.unit_id, as_of, case.known_by, None, (), Support.UNKNOWN, Confidence.LOW, related=shown)
    (posterior,) = case.posterior((as_of,))
    order = ranked(case.chain.states, posterior)
    leading, p = order[0]
    said = [t for t in case.testimonies if first_day(t) <= as_of]
    last = min(as_of, max(last_day(t) for t in said))
    ground = ground_of(case, leading, as_of)
    basis = ground.basis
    support = support_of(case, ground, p)
    holder = leading if commits(case, ground, p) else None
    return Status(
        unit_id=case.unit_id,
        as_of=as_of,
        known_by=case.known_by,
        holder=holder,
        probabilities=tuple(order),
        support=support,
        confidence=_confidence(basis, support, as_of, last, case.priors),
        origins=len(basis.origins),
        denials=len(basis.against),
        since=next((s.start for s in reversed(spells_of(case, as_of, as_of)) if s.holder == leading), None) if holder else None,
        last_evidence=last,
        claimed_by=basis.claimed_by if support is Support.CLAIMED else "",
        reasons=_reasons(case, leading, as_of) if reasons else (),
        related=shown,
        marks=_marks(said),
        start=_odds(float(case.chain.at((), end_of(as_of))[case.chain.states.index(leading)])) if reasons else 0.0,
        swings=swings_of(case, leading, as_of) if reasons else (),
        against=tuple(sorted({t.symbol for t in basis.against})),
    )


def _confidence(basis: Basis, support: Support, as_of: date, last: date, priors: Priors) -> Confidence:
    """High: two origins, one at least without a stake, nothing against, recent. Moderate: confirmed, an admission, or three against a denial."""
    recent = (as_of - last).days <= priors.window.recent
    if support is Support.CONFIRMED:
        return Confidence.HIGH if recent and (len(basis.origins) > 2 or basis.admitted) else Confidence.MODERATE
    if support is Support.REPORTED and basis.admitted and recent:
        return Confidence.MODERATE
    if support is Support.DISPUTED and basis.disinterested and len(basis.origins) > 2:
        return Confidence.MODERATE
    return Confidence.LOW


def _reasons(case: Case, leading: str, as_of: date) -> tuple[Reason, ...]:
    """How far each testimony moved the log odds of the leading state, in bits, when it became known: they add up to the whole way.

    An exact telescoping sum: odds with the first n testimonies heard, less odds with the first n - 1. Strongest first.
    """
    at, column = end_of(as_of), case.chain.states.index(leading)
    heard: set[int] = set()
    before = _odds(float(case.chain.at((), at)[column]))
    out: list[Reason] = []
    bench = Bench(case.unit_id, case.testimonies, as_of, case.known_by, case.terms, load_yardstick(), case.matrices)
    for i, t in enumerate(case.testimonies):
        heard.add(i)
        now = _odds(float(case.chain.at([s for j, s in zip(case.order, case.steps, strict=True) if j in heard], at)[column]))
        out.append(Reason(t, now - before, _words(t, now - before, case.theatre), _record_words(case, t), credibility_of(t, bench)))
        before = now
    return tuple(sorted(out, key=lambda r: (-abs(r.bits), r.testimony.known, r.testimony.id)))


def _odds(p: float) -> float:
    p = min(max(p, _FLOOR), 1 - _FLOOR)
    return log2(p / (1 - p))


_SAID = {
    Symbol.TOOK: "{h} took it",
    Symbol.HOLDS: "{h} holds it",
    Symbol.LOST: "{h} lost it",
    Symbol.CONTESTS: "it is fought for",
    Symbol.NOT_TOOK: "{h} did not take it (a denial)",
    Symbol.NOT_HOLDS: "{h} does not hold it (a denial)",
    Symbol.NOT_LOST: "{h} did not lose it (a denial)",
}
_STANCE = {
    Stake.SERVING: "in its own interest",
    Stake.LEANING: "in a friend's interest",
    Stake.RELUCTANT: "against a friend's interest",
    Stake.ADMISSION: "against its own interest",
}


def _words(t: Testimony, bits: float, theatre: Theatre) -> str:
    names = {side.id: side.name for side in theatre.sides}
    said = _SAID[t.symbol].format(h=names.get(t.holder, t.holder) or "somebody")
    stance = _STANCE.get(stake(t.symbol, t.leaning), "")
    heard = f", heard {t.echoes + 1} times" if t.echoes else ""
    linked = ", through a linked place" if t.via else ""
    weight = "adds nothing" if abs(bits) < 0.05 else f"{bits:+.1f} bits"
    return f"{t.voice.text}: {said}{', ' + stance if stance else ''}{linked}{heard}: {weight}"


def _record_words(case: Case, t: Testimony) -> str:
    """How the word of a testimony's origin counts here, where what was learned of it makes a difference; "" elsewhere."""
    found = case.terms.record.of(case.terms.key(t))
    if found is None or t.symbol in CHANGES or t.symbol is Symbol.CONTESTS or abs(found.exponent - 1) < _TELLING:
        return ""
    less = "less" if found.exponent < 1 else "more"
    seen = f"of {found.told:.0f} it gave where others speak too, {found.borne_out:.0f} are borne out and {found.expected:.0f} were to be expected"
    return f"counts {less} than such {'denials' if found.denials else 'words'} usually do (x {found.exponent:.2f}): {seen}"


def _related(case: Case, as_of: date, related: Sequence[Testimony]) -> tuple[Testimony, ...]:
    oldest = as_of - timedelta(days=case.priors.window.live)
    return tuple(t for t in related if not t.via and first_day(t) <= as_of and last_day(t) >= oldest)


def _marks(testimonies: Sequence[Testimony]) -> tuple[Mark, ...]:
    return tuple(sorted({m for t in testimonies for c in t.claims for m in c.marks}))
