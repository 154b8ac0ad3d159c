"""How credible a claim is by what others say of the same, as a number of the Admiralty scale (1 to 6): proposed by a written rule, set by nobody but a person.

Never by who said it: all that the claim's own origin said of the place is left out, so that a letter and a number say two things.

    deciding voices   as `verdicts` has them: of others, without an interest in what they say, no hearsay, of the claim's time or soon after
    6                 none of them has spoken: no basis, not a bad claim
    1                 one of another origin says the same of the same time, and the weighing without the claim's own origin bears it out
    2 to 5            by P(what is claimed) without its own origin, highest on any day from the one claimed to the first of which they speak
                      (for a denial, lowest); the lines of sources.toml
    fighting          1 where another origin tells of it too, at the same time; else 6, for a place can be fought for and held on one day
"""

from __future__ import annotations

from heldby.model.status import Credibility, Symbol, Testimony
from heldby.weigh.case import first_day, last_day
from heldby.weigh.echo import near
from heldby.weigh.evidence import counts
from heldby.weigh.propositions import DENIALS, agree, alike
from heldby.weigh.verdicts import HEARSAY, Bench

NO_BASIS = 6


def credibility_of(t: Testimony, bench: Bench) -> Credibility:
    """What is proposed for a testimony, by everything others said of its unit as the bench knows it."""
    if not counts(t, bench.testimonies):
        return Credibility(NO_BASIS, "cannot be judged: it tells again what another voice of its report says")
    own = frozenset(o.id for o in bench.testimonies if o.origin == t.origin)
    if t.symbol is Symbol.CONTESTS:
        return _fighting(t, bench, own)
    if (last_day(t) - first_day(t)).days > bench.yardstick.within:
        return Credibility(NO_BASIS, "cannot be judged: it says too vaguely when")
    rest = tuple(o for o in bench.testimonies if o.id not in own)
    deciding = bench.deciding(t, rest)
    if not deciding:
        return Credibility(NO_BASIS, "cannot be judged: nobody else without a stake has spoken of it")
    denial = t.symbol in DENIALS
    p = bench.probability(t, rest, own, (last_day(t) if denial else first_day(t), bench.until(t, deciding)))
    likely = min(p) if denial else max(p)
    line = next(x for x in bench.yardstick.credibility if likely >= x.least)
    same = sorted({o.origin for o in deciding if _same_time(o, t, bench) and agree(o, t, bench.terms.allies)})
    if line.number == bench.yardstick.credibility[0].number and same:
        return Credibility(1, f"confirmed by {_others(len(same))}")
    return Credibility(
        line.number, f"{line.why}: without its own origin the rest makes it {100 * min(max(likely, 0.01), 0.99):.0f} % likely"
    )


def _same_time(o: Testimony, t: Testimony, bench: Bench) -> bool:
    return near(o.when, t.when, bench.yardstick.together)


def _others(n: int) -> str:
    return "another origin" if n == 1 else f"{n} other origins"


def _fighting(t: Testimony, bench: Bench, own: frozenset[str]) -> Credibility:
    """Of fighting: whether another origin, no hearsay, tells of it within the days that make two announcements one event."""
    told = {
        o.origin
        for o in bench.testimonies
        if o.id not in own
        and alike(o, t)
        and near(o.when, t.when, bench.terms.priors.window.same_event)
        and counts(o, bench.testimonies)
        and not o.origin.startswith(HEARSAY)
    }
    if told:
        return Credibility(1, f"confirmed by {_others(len(told))}")
    return Credibility(NO_BASIS, "cannot be judged: nobody else tells of fighting then")
