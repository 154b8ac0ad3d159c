"""What is learned: from what others bear out, as it stood at the time, without a part for copies, in any order; and reasons that add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import log2

import numpy as np
import pytest
from weigh_scene import (
    AFP,
    COUNCILLOR,
    CROSSING,
    GOVERNMENT,
    GOVERNMENT_SPOKESMAN,
    JULY_14,
    LATER,
    TALIBAN,
    TALIBAN_SPOKESMAN,
    Told,
    heard,
    p_of,
    priors,
    report,
    status,
    theatre,
)

from heldby import weigh
from heldby.model.claim import Relation
from heldby.model.place import PlaceKind
from heldby.model.status import Located, Support
from heldby.model.when import day
from heldby.model.who import Voice, VoiceKind
from heldby.weigh import Record, Weigher
from heldby.weigh.chain import build_chain
from heldby.weigh.learning import learn
from heldby.weigh.lessons import Sums, expect, lesson_of
from heldby.weigh.terms import Terms

DISTRICTS = [u.id for u in theatre().units if u.kind is PlaceKind.DISTRICT][:40]
FIRST = date(2021, 6, 1)
OBSERVERS = Voice("Ridge Observers", VoiceKind.MONITOR, "independent")


def story(n: int, liar: bool) -> list[tuple[Located, ...]]:
    """One district: the spokesman claims it, and observers and a councillor say a day later that he is right, or that the other side holds it."""
    unit, on = DISTRICTS[n], FIRST + timedelta(days=n)
    holder = GOVERNMENT if liar else TALIBAN
    claim = Told(f"We hold it, number {n}.", Relation.CONTROLS, by=(TALIBAN_SPOKESMAN,), unit=unit, when=day(on))
    seen = Told(
        f"District {n} as the observers saw it.", Relation.CONTROLS, holder, by=(OBSERVERS,), unit=unit, when=day(on + timedelta(days=1))
    )
    local = replace(seen, text=f"District {n} as people there saw it.", by=(COUNCILLOR,))
    told = (on + timedelta(days=1)).isoformat()
    return [report(on.isoformat(), "Harbour Record", claim), report(told, "Ridge Post", seen), report(told, "Canal Gazette", local)]


def stories(liar: bool, count: int = 30) -> list[Located]:
    return [c for n in range(count) for r in story(n, liar) for c in r]


def weigher_of(claims: list[Located]) -> Weigher:
    return Weigher(theatre(), priors(), weigh.testify(claims, theatre(), priors()))


def exponent(weigher: Weigher, origin: str, line: str, by: datetime = LATER) -> float:
    return weigher.record(by).exponent(origin, line)


def test_a_spokesman_who_is_borne_out_counts_for_more_and_one_who_is_not_for_less() -> None:
    honest, liar = weigher_of(stories(liar=False)), weigher_of(stories(liar=True))
    assert exponent(liar, "side:taliban", "serving") < 0.7
    assert exponent(honest, "side:taliban", "serving") > 1.05
    ours = Told("The gate is in our hands.", Relation.CONTROLS, by=(TALIBAN_SPOKESMAN,), when=day(date(2021, 8, 20)))
    asked = report("2021-08-20T12:00Z", "Harbour Record", ours)
    found = []
    for liar_told in (False, True):
        weigher = weigher_of([*stories(liar_told), *asked])
        found.append(p_of(weigher.assess(CROSSING, date(2021, 8, 20), LATER), TALIBAN))
    assert found[0] > found[1] + 0.05, "the same words of an honest voice and of a liar"


def test_an_exhaustive_source_counts_as_the_table_has_it_however_often_others_contradict_it() -> None:
    said = weigh.testify(stories(liar=True), theatre(), priors())
    terms = Terms.of(theatre(), priors())
    learned = learn(said, LATER, terms)
    kept = learn(said, LATER, replace(terms, standing=frozenset({"side:taliban"})))
    assert learned.exponent("side:taliban", "serving") < 0.7
    assert kept.exponent("side:taliban", "serving") == 1.0
    assert [o.told for o in kept.origins if o.origin == "side:taliban"] == [30]  # what it said is counted all the same


def test_what_he_alone_says_gives_him_no_credit() -> None:
    alone = [c for n in range(30) for c in story(n, liar=False)[0]]
    assert weigher_of(alone).record(LATER).origins == ()


def test_an_earlier_clock_knows_only_the_record_of_its_time() -> None:
    claims = stories(liar=True)
    whole = weigher_of(claims)
    by = datetime(2021, 6, 16, tzinfo=UTC)  # a Wednesday
    then = weigher_of([c for c in claims if c.known <= by])
    assert whole.record(by) == then.record(by)
    until = whole.record(by).until
    assert until is not None
    assert until <= datetime(2021, 6, 14, tzinfo=UTC), "the Monday before"
    assert exponent(whole, "side:taliban", "serving", by) > exponent(whole, "side:taliban", "serving")
    for unit in DISTRICTS[:10]:
        assert whole.assess(unit, by.date(), by) == then.assess(unit, by.date(), by)
    whole.record(LATER)
    assert whole.record(by) == then.record(by), "asked later, it is the same"


def test_before_anything_was_known_all_is_as_assumed() -> None:
    assert weigher_of(stories(liar=True)).record(datetime(2021, 5, 1, tzinfo=UTC)) == Record()
    never = replace(priors(), learning=replace(priors().learning, renew=0))
    assert Weigher(theatre(), never, heard(*story(0, liar=True))).record(LATER) == Record()


def test_the_order_of_adding_teaches_the_same() -> None:
    claims = stories(liar=True)
    assert weigher_of(claims).record(LATER) == weigher_of(claims[::-1]).record(LATER)


def test_copies_teach_nothing() -> None:
    """A liar quoted by ten papers has told one lie, and an agency copied by ten has been borne out by nobody new."""
    claims = stories(liar=True)
    copies = [
        c
        for n in range(30)
        for paper in range(10)
        for at, told in ((1, story(n, liar=True)[0]), (2, story(n, liar=True)[1]))
        for c in report((FIRST + timedelta(days=n + at)).isoformat(), f"Copy Paper {paper}", *_again(told))
    ]
    assert weigher_of([*claims, *copies]).record(LATER) == weigher_of(claims).record(LATER)


def _again(told: tuple[Located, ...]) -> list[Told]:
    return [
        Told(
            c.claim.passage.quote,
            c.claim.relation,
            c.claim.actor,
            by=c.claim.chain[1:],
            unit=str(c.claim.places[0].unit_id),
            when=c.claim.when,
        )
        for c in told
    ]


def test_the_gradient_is_that_of_the_likelihood() -> None:
    """Against a difference quotient of log P(all) - log P(his alone), worked out by the plain forward pass."""
    terms = Terms.of(theatre(), priors())
    ((_, said),) = heard(*story(0, liar=True)).items()
    lesson = lesson_of(said, terms)
    assert lesson is not None
    chain = build_chain(lesson.sides, priors())
    key = ("side:taliban", "serving", False)

    def likelihood(b: float, only: bool) -> float:
        now, before, total = chain.start, None, 0.0
        for i, k in enumerate(lesson.keys):
            if only and k[0] != key[0]:
                continue
            now = now if before in (None, lesson.ticks[i]) else now @ chain.across(lesson.ticks[i] - before)
            now = now @ (lesson.fixed[i] * np.exp((b if k == key else 1.0) * lesson.bits[i]) + lesson.rest[i])
            total, now, before = total + float(np.log(now.sum())), now / now.sum(), lesson.ticks[i]
        return total

    sums = Sums()
    expect(lesson, chain, np.ones(len(lesson.keys)), sums)
    h = 1e-5
    slope = [(likelihood(1 + h, o) - likelihood(1 - h, o)) / (2 * h) for o in (False, True)]
    assert sums.gradient[key] == pytest.approx(slope[0] - slope[1], rel=1e-5)
    assert sums.borne_out[key] < sums.expected[key]


def passing(announced: bool) -> list[Located]:
    """Thirty places that observers saw held by one side and a fortnight later by the other; a councillor told of the taking, or nobody did."""
    told: list[Located] = []
    for n in range(30):
        unit, on = DISTRICTS[n], FIRST + timedelta(days=n)
        for after, holder in ((0, GOVERNMENT), (14, TALIBAN)):
            seen = Told(f"Seen {n}, {holder}.", Relation.CONTROLS, holder, by=(OBSERVERS,), unit=unit, when=day(on + timedelta(days=after)))
            told += report((on + timedelta(days=after)).isoformat(), "Ridge Post", seen)
        taken = Told(f"Taken {n}.", by=(COUNCILLOR,), unit=unit, when=day(on + timedelta(days=7)))
        told += report((on + timedelta(days=7)).isoformat(), "Canal Gazette", taken) if announced else ()
    return told


def test_where_every_change_is_told_silence_says_more() -> None:
    spoken, silent = weigher_of(passing(announced=True)), weigher_of(passing(announced=False))
    assert spoken.record(LATER).changes.pace < 0.7
    assert silent.record(LATER).changes.pace > 1.4
    kept = [p_of(w.assess(DISTRICTS[0], FIRST + timedelta(days=60), LATER), TALIBAN) for w in (spoken, silent)]
    assert kept[0] > kept[1] + 0.05, "weeks after the last word"
    again = learn(weigh.testify(passing(announced=True), theatre(), priors()), LATER, Terms.of(theatre(), priors()))
    assert again.changes == spoken.record(LATER).changes


def test_bits_add_up_to_the_odds_and_what_would_change_it_does() -> None:
    own = Told("The gate holds, the ministry said.", by=(GOVERNMENT_SPOKESMAN,), denied=True)
    reports = [
        report("2021-07-14T12:00Z", "Harbour Record", Told("The gate is ours.", by=(TALIBAN_SPOKESMAN,))),
        report("2021-07-14T15:00Z", "Ridge Post", own),
        report("2021-07-15T15:00Z", "Canal Gazette", Told("Taken, a councillor said.", by=(COUNCILLOR,), when=day(JULY_14))),
    ]
    found = status(*reports, on=JULY_14)
    p = found.probability
    assert found.start + sum(r.bits for r in found.reasons) == pytest.approx(log2(p / (1 - p)), abs=1e-9)
    assert any(r.bits < 0 for r in found.reasons)
    assert [s.probability for s in found.swings] == sorted((s.probability for s in found.swings), reverse=True), "from weak to strong"
    assert found.swings[-1].turns, "an admission by the holder decides"
    assert all((s.leading == found.holder) is not s.turns for s in found.swings)
    retaken = Told("Back in our hands.", actor=GOVERNMENT, loser=TALIBAN, by=(AFP,), when=day(date(2021, 7, 16)))
    agency = next(s for s in found.swings if "agency" in s.words)
    now = status(*reports, report("2021-07-16T20:00Z", "Delta Ledger", retaken), on=date(2021, 7, 16))
    assert (now.holder != found.holder) is agency.turns


def test_a_side_that_has_claimed_it_already_changes_nothing_by_claiming_it_again() -> None:
    claimed = report("2021-07-12T08:00Z", "Ridge Post", Told("Back in our hands.", actor=GOVERNMENT, by=(GOVERNMENT_SPOKESMAN,)))
    taken = [report(f"2021-07-13T{h}:00Z", f"Paper {h}", Told("They hold the gate.", Relation.CONTROLS, by=(AFP,))) for h in ("08", "12")]
    seen = report("2021-07-14T12:00Z", "Canal Gazette", Told("Their flag flies there.", Relation.CONTROLS, by=(COUNCILLOR,)))
    found = status(claimed, *taken, seen, on=JULY_14)
    assert found.holder == TALIBAN
    own = next(s for s in found.swings if "Government's own side that it took" in s.words)
    assert not own.turns
    assert own.probability == pytest.approx(found.probability, abs=1e-6)
    again = report("2021-07-14T18:00Z", "Ridge Post", Told("Ours again.", actor=GOVERNMENT, by=(GOVERNMENT_SPOKESMAN,), when=day(JULY_14)))
    assert status(claimed, *taken, seen, again, on=JULY_14).holder == TALIBAN
    assert found.swings[0] == own, "the least comes first"
    assert found.swings[1].turns


def test_fresh_words_are_never_called_stale() -> None:
    """A denial by nobody's side leaves the other leading, though none has spoken for it."""
    lone = report("2021-07-14T12:00Z", "Harbour Record", Told("They do not have it, the agency found.", by=(AFP,), denied=True))
    fresh = status(lone, on=JULY_14)
    assert fresh.support is Support.REPORTED
    assert fresh.holder is None, "nobody said who does hold it"
    assert status(lone, on=JULY_14 + timedelta(days=120)).support is Support.STALE
