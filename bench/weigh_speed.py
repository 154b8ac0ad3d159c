"""How long weighing takes on a theatre's size of claims, beside a majority vote and last-report-wins in the same run.

    python bench/weigh_speed.py [CLAIMS]        (1,500 by default, over 15 weeks and the 407 districts and their centres)

Prints seconds for: testimonies from claims; a status of every unit for each of 15 weeks; the same with reasons for one week; weekly tallies
as known at the end and as known each week; and the naive peers, with ratios. Claims are made up here: places, days and voices by a seeded draw.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from heldby.model.claim import Claim, Polarity, Relation
from heldby.model.place import Place
from heldby.model.report import Passage, Report
from heldby.model.status import Located
from heldby.model.theatre import Theatre
from heldby.model.when import Published, day
from heldby.model.who import Chain, Voice, VoiceKind
from heldby.theatres import load_theatre
from heldby.weigh import Weigher, load_priors, tallies, tally, testify

FIRST, WEEKS = date(2021, 5, 9), 15
SIDES = ("taliban", "afghan_government")
VOICES = (
    Voice("a spokesman", VoiceKind.SPOKESMAN, "taliban"),
    Voice("the ministry", VoiceKind.OFFICIAL, "afghan_government"),
    Voice("AFP", VoiceKind.AGENCY, "independent", outlet_id="afp"),
    Voice("a provincial councillor", VoiceKind.LOCAL, anonymous=True),
    Voice("a resident", VoiceKind.RESIDENT, anonymous=True),
)
RELATIONS = (Relation.CAPTURED, Relation.CAPTURED, Relation.CONTROLS, Relation.RETOOK, Relation.LOST, Relation.CONTESTS, Relation.REPELLED)


def claims(theatre: Theatre, count: int, units: Sequence[str], seed: int = 11) -> list[Located]:
    chance = random.Random(seed)
    out: list[Located] = []
    for n in range(count):
        on = FIRST + timedelta(days=chance.randrange(7 * WEEKS))
        published = Published.parse((on + timedelta(days=chance.randrange(2))).isoformat())
        paper = f"Paper {chance.randrange(40)}"
        text = f"Sentence {n} of {paper} about {chance.random():.9f}."
        made = Report.of(text, outlet=paper, published=published)
        unit = chance.choice(units)
        chain: Chain = (Voice(paper, VoiceKind.OUTLET, "independent"), chance.choice(VOICES))
        place = Place(unit, 0, 1, unit_id=unit)
        passage = Passage(made.id, 0, len(text), text)
        relation, actor = chance.choice(RELATIONS), chance.choice(SIDES)
        denied = Polarity.DENIED if chance.random() < 0.1 else Polarity.ASSERTED
        when = day(on) if chance.random() < 0.6 else None
        claim = Claim(made.id, passage, relation, actor, actor, (place,), chain, chain[-1].side, polarity=denied, when=when)
        prints = tuple(chance.randrange(1 << 60) for _ in range(12))
        out.append(Located(claim, published.known, published.civil, paper, fingerprint=prints))
    return out


def majority(told: Sequence[Located], units: Sequence[str], days: Sequence[date], window: int = 30) -> list[dict[str, str]]:
    """Most named holder of the last `window` days."""
    out = []
    for on in days:
        votes: dict[str, Counter[str]] = {}
        for c in told:
            if timedelta(0) <= on - c.published <= timedelta(days=window) and c.claim.polarity is Polarity.ASSERTED:
                votes.setdefault(str(c.claim.places[0].unit_id), Counter())[c.claim.actor] += 1
        out.append({u: votes[u].most_common(1)[0][0] for u in units if u in votes})
    return out


def last_report(told: Sequence[Located], units: Sequence[str], days: Sequence[date]) -> list[dict[str, str]]:
    """Whoever was named last."""
    ordered = sorted(told, key=lambda c: c.known)
    out = []
    for on in days:
        held = {
            str(c.claim.places[0].unit_id): c.claim.actor for c in ordered if c.published <= on and c.claim.polarity is Polarity.ASSERTED
        }
        out.append({u: held[u] for u in units if u in held})
    return out


def timed(name: str, work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    took = time.perf_counter() - start
    print(f"{name:52s} {took:7.3f} s")
    return took


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1500
    theatre, priors = load_theatre("afghanistan-2021"), load_priors()
    roster = theatre.roster("407")
    assert roster is not None
    units = [*roster.unit_ids, *(u.id for u in theatre.units if u.id.endswith(":centre"))]
    told = claims(theatre, count, units)
    days = [FIRST + timedelta(days=7 * n + 6) for n in range(WEEKS)]
    late = datetime(2022, 1, 1, tzinfo=UTC)
    print(f"{len(told)} claims, {len(units)} units, {WEEKS} weeks")
    total = timed("testimonies", lambda: testify(told, theatre, priors))
    weigher = Weigher(theatre, priors, testify(told, theatre, priors))
    total += timed("statuses of every unit, each week", lambda: [weigher.assess_all(units, d, late) for d in days])
    print(f"{'both':52s} {total:7.3f} s  (limit 3)")
    timed("statuses of every unit with reasons, one week", lambda: weigher.assess_all(units, days[-1], late, reasons=True))
    timed("weekly tallies of 407, as known at the end", lambda: tallies(roster, weigher, days, late))
    known = [datetime.combine(d + timedelta(days=1), datetime.min.time(), theatre.zone) for d in days]
    timed("weekly tallies of 407, each as known then", lambda: [tally(roster, weigher, d, k) for d, k in zip(days, known, strict=True)])
    timed("all changes", lambda: [weigher.changes(u, FIRST, days[-1], late) for u in units])
    voted = timed("peer: majority vote of 30 days, each week", lambda: majority(told, units, days))
    last = timed("peer: last report wins, each week", lambda: last_report(told, units, days))
    print(f"heldby takes {total / voted:.0f} times the majority vote's time and {total / last:.0f} times that of the last report")


if __name__ == "__main__":
    main()
