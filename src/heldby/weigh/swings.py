"""What would change a status: one more voice at the end of the day, from the weakest to the strongest, and what each would make of it."""

from __future__ import annotations

from datetime import date

from heldby.model.status import CONTESTED, Swing
from heldby.model.who import VoiceKind
from heldby.weigh.basis import ranked
from heldby.weigh.case import Case
from heldby.weigh.chain import Step, end_of
from heldby.weigh.evidence import taking
from heldby.weigh.priors import Stake, VoiceLine


def swings_of(case: Case, leading: str, as_of: date) -> tuple[Swing, ...]:
    """Voices that would say today that the likeliest other side took the unit: its own, a paper's, an agency's, and the holder's that lost it."""
    at, sides = end_of(as_of), case.chain.sides
    order = ranked(case.chain.states, case.chain.at(case.steps, at).tolist())
    rival = next((state for state, _ in order if state not in (leading, CONTESTED)), None)
    if rival is None:
        return ()
    past = [s for s in case.steps if s.tick <= at]
    later = case.steps[len(past) :]
    out: list[Swing] = []
    for words, line in _voices(case, leading, rival):
        matrix = taking(sides.index(rival), line, len(sides), case.priors)
        found = ranked(case.chain.states, case.chain.at([*past, Step(at, matrix), *later], at).tolist())
        out.append(Swing(words, found[0][0], dict(found)[leading], found[0][0] != leading))
    return tuple(out)


def _voices(case: Case, leading: str, rival: str) -> list[tuple[str, VoiceLine]]:
    names = {side.id: side.name for side in case.theatre.sides}
    taker, holder, priors = names.get(rival, rival), names.get(leading, leading), case.priors
    own = priors.line(VoiceKind.SPOKESMAN, Stake.SERVING)
    found = [
        (f"word from {taker}'s own side that it took it", own),
        (f"a paper's own report that {taker} took it", priors.line(VoiceKind.OUTLET, Stake.NONE)),
        (f"a news agency's own report that {taker} took it", priors.line(VoiceKind.AGENCY, Stake.NONE)),
    ]
    if leading != CONTESTED:
        found.append((f"an admission from {holder}'s own side that it lost it", priors.line(VoiceKind.SPOKESMAN, Stake.ADMISSION)))
    return found
