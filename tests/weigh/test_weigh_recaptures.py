"""A recapture tells of two holds: the new one, and the one that it ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from weigh_scene import (
    COUNCILLOR,
    CROSSING,
    GOVERNMENT,
    GOVERNMENT_SPOKESMAN,
    LATER,
    RESIDENT,
    TALIBAN,
    TALIBAN_SPOKESMAN,
    Told,
    heard,
    p_of,
    priors,
    report,
    theatre,
    weigher,
)

from heldby.model.claim import Relation
from heldby.model.status import Located, Symbol
from heldby.model.when import day, days
from heldby.weigh import Weigher
from heldby.weigh.evidence import weights
from heldby.weigh.terms import Terms

FIRST, LAST = date(2021, 5, 1), date(2021, 12, 31)
JULY_1, JULY_20 = date(2021, 7, 1), date(2021, 7, 20)
TOOK = Told("Fighters hold up flags at the gate, a trader said.", by=(RESIDENT,), when=day(JULY_1))
RETOOK = Told(
    "Guards won the gate back, the ministry said.", Relation.RETOOK, GOVERNMENT, (GOVERNMENT_SPOKESMAN,), when=day(date(2021, 7, 3))
)


def told(relation: Relation, text: str) -> tuple[Located, ...]:
    return report("2021-07-20", "Harbour Record", Told(text, relation, TALIBAN, when=day(JULY_20)))


def spells(found: Weigher) -> list[tuple[str, bool, bool]]:
    return [(s.holder, s.start is None, s.end is None) for s in found.spells(CROSSING, FIRST, LAST, LATER)]


def test_the_hold_that_the_first_word_says_was_ended_is_a_closed_spell() -> None:
    found = weigher(report("2021-07-03", "Ridge Post", RETOOK))
    assert spells(found) == [(TALIBAN, True, False), (GOVERNMENT, False, True)]
    ended = found.spells(CROSSING, FIRST, LAST, LATER)[0]
    assert ended.end == RETOOK.when
    assert 0.5 < ended.probability < 0.95
    (change,) = found.changes(CROSSING, FIRST, LAST, LATER)
    assert (change.before, change.after, change.recapture) == (TALIBAN, GOVERNMENT, True)


def test_a_capture_ends_no_hold_that_nobody_told_of() -> None:
    assert spells(weigher(report("2021-07-03", "Ridge Post", replace(RETOOK, relation=Relation.CAPTURED)))) == [(GOVERNMENT, False, True)]


def test_a_place_said_to_be_taken_back_had_been_lost() -> None:
    before = report("2021-07-01", "Ridge Post", TOOK), report("2021-07-03", "Ridge Post", RETOOK)
    again = weigher(*before, told(Relation.RETOOK, "They took the gate back, the paper wrote."))
    first = weigher(*before, told(Relation.CAPTURED, "They took the gate, the paper wrote."))
    mid = date(2021, 7, 10)
    ours = [p_of(w.assess(CROSSING, mid, LATER), GOVERNMENT) for w in (again, first)]
    assert ours[0] > ours[1]
    assert spells(again) == [(TALIBAN, False, False), (GOVERNMENT, False, False), (TALIBAN, False, True)]


def test_who_tells_a_state_and_that_it_was_taken_back_is_heard_for_the_second() -> None:
    state = Told("They hold the gate, a councillor said.", Relation.CONTROLS, TALIBAN, (COUNCILLOR,), when=day(JULY_20))
    back = Told("They took it back.", Relation.RETOOK, TALIBAN, when=day(JULY_20))
    terms = Terms.of(theatre(), priors())
    said = heard(report("2021-07-20", "Harbour Record", state, back))[CROSSING]
    assert {t.symbol: w > 0 for t, w in zip(said, weights(said, terms), strict=True)} == {Symbol.HOLDS: False, Symbol.TOOK: True}
    took = heard(report("2021-07-20", "Harbour Record", state, replace(back, relation=Relation.CAPTURED)))[CROSSING]
    assert [w > 0 for w in weights(took, terms)] == [True, False], "a capture says no more than who holds it: the first word counts"


def test_an_excursion_less_likely_than_none_is_not_told_of_as_having_happened() -> None:
    lost = Told("The guards gave up the gate, a trader said.", Relation.LOST, GOVERNMENT, (RESIDENT,), when=day(JULY_1))
    late = report("2021-08-20", "Harbour Record", Told("The gate is theirs, a porter said.", Relation.CONTROLS, TALIBAN, (RESIDENT,)))
    found = weigher(report("2021-07-01", "Ridge Post", lost), report("2021-07-03", "Ridge Post", RETOOK), late)
    assert found.assess(CROSSING, date(2021, 7, 3), LATER).holder == GOVERNMENT, "it leads on its day"
    assert [(c.before, c.after) for c in found.changes(CROSSING, FIRST, LAST, LATER)] == [(GOVERNMENT, TALIBAN)]
    assert spells(found) == [(TALIBAN, False, True)]


def test_a_first_word_of_a_loss_dates_the_change() -> None:
    lost = Told("The guards left the gate, a trader said.", Relation.LOST, GOVERNMENT, (RESIDENT,), when=days(JULY_1, date(2021, 7, 2)))
    (change,) = weigher(report("2021-07-03", "Ridge Post", lost)).changes(CROSSING, FIRST, LAST, LATER)
    assert (change.before, change.after, change.when) == (GOVERNMENT, TALIBAN, lost.when)


def test_what_a_party_says_of_its_own_recapture_still_weighs_little() -> None:
    own = replace(RETOOK, actor=TALIBAN, by=(TALIBAN_SPOKESMAN,), text="We won the gate back, the spokesman said.")
    held = report("2021-07-01", "Ridge Post", Told("The gate is the guards', a trader said.", Relation.CONTROLS, GOVERNMENT, (RESIDENT,)))
    status = weigher(held, report("2021-07-03", "Voice", own)).assess(CROSSING, date(2021, 7, 3), LATER)
    assert p_of(status, TALIBAN) < 0.75
