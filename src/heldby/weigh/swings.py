"""What would change a status: one more voice at the end of the day, from the weakest to the strongest, and what each would make of it.

Each is weighed as if it had been heard: what its origin has said of the same before counts against it, and so does what was learned of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from heldby.model.claim import Claim, Relation
from heldby.model.report import Passage
from heldby.model.status import CONTESTED, Located, Swing, Symbol, Testimony
from heldby.model.when import day
from heldby.model.who import INDEPENDENT, Leaning, Voice, VoiceKind
from heldby.weigh.basis import ranked
from heldby.weigh.case import Case, build_case
from heldby.weigh.chain import end_of

NEW = "what-if"  # an origin that has said nothing yet


def swings_of(case: Case, leading: str, as_of: date) -> tuple[Swing, ...]:
    """Voices that would say today that the likeliest other side took the unit: its own, a paper's, an agency's, and the holder's that lost it.

    In order of what they would leave of the present answer, the least change first.
    """
    at = end_of(as_of)
    order = ranked(case.chain.states, case.chain.at(case.steps, at).tolist())
    rival = next((state for state, _ in order if state not in (leading, CONTESTED)), None)
    if rival is None:
        return ()
    out: list[Swing] = []
    for words, voice in _voices(case, leading, rival, as_of):
        more = build_case(case.unit_id, (*case.testimonies, voice), case.known_by, case.terms)
        found = ranked(more.chain.states, more.chain.at(more.steps, at).tolist())
        out.append(Swing(words, found[0][0], dict(found)[leading], found[0][0] != leading))
    return tuple(sorted(out, key=lambda s: -s.probability))


def _voices(case: Case, leading: str, rival: str, as_of: date) -> Iterator[tuple[str, Testimony]]:
    names = {side.id: side.name for side in case.theatre.sides}
    taker, holder = names.get(rival, rival), names.get(leading, leading)
    paper, agency = (Voice(NEW, kind, INDEPENDENT) for kind in (VoiceKind.OUTLET, VoiceKind.AGENCY))
    own = Voice(NEW, VoiceKind.SPOKESMAN, rival)
    yield f"word from {taker}'s own side that it took it", _told(case, own, f"side:{rival}", rival, as_of)
    yield f"a paper's own report that {taker} took it", _told(case, paper, NEW, rival, as_of)
    yield f"a news agency's own report that {taker} took it", _told(case, agency, NEW, rival, as_of)
    if leading != CONTESTED:
        admits = Voice(NEW, VoiceKind.SPOKESMAN, leading)
        yield f"an admission from {holder}'s own side that it lost it", _told(case, admits, f"side:{leading}", rival, as_of, loser=leading)


def _told(case: Case, voice: Voice, origin: str, taker: str, as_of: date, loser: str = "") -> Testimony:
    """The newest testimony of the case: `voice` tells that `taker` took the unit on the day, or that `loser` lost it to him."""
    relation = Relation.LOST if loser else Relation.CAPTURED
    actor, other = (loser, taker) if loser else (taker, "")
    claim = Claim("", Passage("", 0, 0, ""), relation, actor, actor, (), (voice,), voice.side, from_actor=other)
    return Testimony(
        id=NEW,
        unit_id=case.unit_id,
        symbol=Symbol.LOST if loser else Symbol.TOOK,
        holder=actor,
        voice=voice,
        origin=origin,
        leaning=Leaning.OWN if voice.side == actor else Leaning.NEUTRAL,
        when=day(as_of),
        known=case.known_by,
        claims=(Located(claim, case.known_by, as_of, ""),),
    )
