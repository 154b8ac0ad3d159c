"""Spells and changes: nothing is too short to show, nothing is dated more exactly than its source, nothing is moved by guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from weigh_scene import (
    CROSSING,
    GOVERNMENT,
    GOVERNMENT_SPOKESMAN,
    JULY_14,
    LATER,
    RESIDENT,
    TALIBAN,
    TALIBAN_SPOKESMAN,
    Told,
    report,
    weigher,
)

from heldby.model.claim import Relation
from heldby.model.status import CONTESTED, Change, Located, Spell, Support
from heldby.model.when import Precision, When, day, days, hours
from heldby.model.who import Voice, VoiceKind

MONITOR = Voice("the Border Observatory", VoiceKind.MONITOR, "independent")
TAKEN = Told("Fighters seized the gate, the monitors wrote.", by=(MONITOR,))
RETAKEN = Told("Troops won the gate back, the monitors wrote.", relation=Relation.RETOOK, actor=GOVERNMENT, loser=TALIBAN, by=(MONITOR,))
HELD = Told("The gate was under the ministry's guards, the monitors wrote.", relation=Relation.CONTROLS, actor=GOVERNMENT, by=(MONITOR,))
FIRST, LAST = date(2021, 5, 1), date(2021, 12, 31)


def spells(*reports: tuple[Located, ...], first: date = FIRST, last: date = LAST) -> tuple[Spell, ...]:
    return weigher(*reports).spells(CROSSING, first, last, LATER)


def changes(*reports: tuple[Located, ...], first: date = FIRST, last: date = LAST) -> tuple[Change, ...]:
    return weigher(*reports).changes(CROSSING, first, last, LATER)


def held(on: int = 1) -> tuple[Located, ...]:
    return report(f"2021-07-{on:02d}", "Harbour Record", replace(HELD, when=day(date(2021, 7, on))))


ON_THE_14TH = day(JULY_14)
MORNING, EVENING = hours(JULY_14, 6, 12), hours(JULY_14, 18, 24)


def test_taken_and_retaken_within_one_day_are_two_changes_and_a_brief_spell() -> None:
    told = report("2021-07-15", "Ridge Post", replace(TAKEN, when=ON_THE_14TH), replace(RETAKEN, when=ON_THE_14TH))
    one, two = changes(held(), told)
    assert [(c.before, c.after, c.when, c.recapture) for c in (one, two)] == [
        (GOVERNMENT, TALIBAN, ON_THE_14TH, False),
        (TALIBAN, GOVERNMENT, ON_THE_14TH, True),
    ]
    found = spells(held(), told)
    assert [(s.holder, s.brief) for s in found] == [(GOVERNMENT, False), (TALIBAN, True), (GOVERNMENT, False)]
    assert (found[1].start, found[1].end) == (ON_THE_14TH, ON_THE_14TH)
    assert found[0].end == ON_THE_14TH
    assert found[2].end is None
    status = weigher(held(), told).assess(CROSSING, JULY_14, LATER)
    assert status.holder == GOVERNMENT, "a daily probability is that of the day's end"
    assert status.since == ON_THE_14TH


def test_hours_are_kept_where_the_source_has_them() -> None:
    told = report("2021-07-15", "Ridge Post", replace(TAKEN, when=MORNING), replace(RETAKEN, when=EVENING))
    brief = spells(held(), told)[1]
    assert (brief.start, brief.end, brief.brief) == (MORNING, EVENING, True)
    assert brief.start is not None
    assert brief.start.precision is Precision.PART_OF_DAY


@pytest.mark.parametrize("by", ["event time", "publication", "place in text"])
def test_the_order_within_a_day_follows_what_the_sources_say(by: str) -> None:
    taken, retaken = replace(TAKEN, when=ON_THE_14TH), replace(RETAKEN, when=ON_THE_14TH)
    if by == "event time":  # told the other way round, and the later event published first
        told = [
            report("2021-07-16", "Ridge Post", replace(taken, when=MORNING)),
            report("2021-07-15", "Canal Gazette", replace(retaken, when=EVENING)),
        ]
    elif by == "publication":
        told = [report("2021-07-14T08:00Z", "Ridge Post", taken), report("2021-07-14T15:00Z", "Canal Gazette", retaken)]
    else:
        told = [report("2021-07-15", "Ridge Post", taken, retaken)]
    assert [(c.after, c.when.uncertain) for c in changes(held(), *told)] == [(TALIBAN, False), (GOVERNMENT, False)]


def test_a_part_of_the_day_after_the_whole_day_in_one_text_stays_after_it() -> None:
    told = report("2021-07-15", "Ridge Post", replace(TAKEN, when=ON_THE_14TH), replace(RETAKEN, when=hours(JULY_14, 12, 18)))
    assert [c.after for c in changes(held(), told)] == [TALIBAN, GOVERNMENT]


def test_an_order_that_nothing_decides_is_marked_uncertain() -> None:
    taken, retaken = replace(TAKEN, when=ON_THE_14TH), replace(RETAKEN, relation=Relation.CAPTURED, when=ON_THE_14TH)
    told = [report("2021-07-15", "Ridge Post", taken), report("2021-07-15", "Canal Gazette", retaken)]
    found = changes(held(), *told)
    assert len(found) == 2
    assert all(c.when.uncertain and c.when.edtf() == "2021-07-14?" for c in found)
    assert changes(held(), *told[::-1]) == found


@pytest.mark.parametrize("texts", [1, 2])
@pytest.mark.parametrize("retaking_first", [True, False])
def test_a_retaking_stands_behind_the_taking_it_undoes(texts: int, retaking_first: bool) -> None:
    said = [replace(t, when=ON_THE_14TH) for t in (TAKEN, RETAKEN)][:: -1 if retaking_first else 1]
    told = [report("2021-07-15", "Ridge Post", *said)] if texts == 1 else [report("2021-07-15", f"Paper {t.text[0]}", t) for t in said]
    assert [(c.after, c.when.uncertain) for c in changes(held(), *told)] == [(TALIBAN, False), (GOVERNMENT, False)]


def test_a_later_confirmation_does_not_move_a_capture_behind_the_recapture() -> None:
    taken = report("2021-07-14T06:00Z", "Ridge Post", replace(TAKEN, when=ON_THE_14TH))
    retaken = report("2021-07-14T15:00Z", "Canal Gazette", replace(RETAKEN, when=ON_THE_14TH))
    confirmed = report(
        "2021-07-16T06:00Z",
        "Summit Wire",
        replace(TAKEN, text="They had taken it, the ministry said.", by=(GOVERNMENT_SPOKESMAN,), when=ON_THE_14TH),
    )
    assert [c.after for c in changes(held(), taken, retaken, confirmed)] == [TALIBAN, GOVERNMENT]


def test_a_change_that_nobody_dated_lies_between_what_was_seen() -> None:
    later = report("2021-07-20", "Harbour Record", replace(HELD, actor=TALIBAN, when=day(date(2021, 7, 20))))
    (change,) = changes(held(3), later)
    assert (change.before, change.after) == (GOVERNMENT, TALIBAN)
    assert change.when == days(date(2021, 7, 3), date(2021, 7, 20))


def test_a_first_sign_of_a_state_is_no_change() -> None:
    assert changes(held()) == ()
    (spell,) = spells(held())
    assert (spell.holder, spell.start, spell.end) == (GOVERNMENT, None, None)


def test_a_first_announced_change_names_the_loser_only_where_a_source_does() -> None:
    told = replace(TAKEN, when=ON_THE_14TH)
    (bare,) = changes(report("2021-07-15", "Ridge Post", told))
    (named,) = changes(report("2021-07-15", "Ridge Post", replace(told, loser=GOVERNMENT)))
    assert (bare.before, named.before) == (None, GOVERNMENT)
    assert (bare.after, bare.when) == (TALIBAN, ON_THE_14TH)


def test_the_most_exact_of_the_sources_dates_a_change() -> None:
    week = When(days(date(2021, 7, 12), date(2021, 7, 18)).start, days(date(2021, 7, 12), date(2021, 7, 18)).end, Precision.DAYS)
    vague = report("2021-07-19", "Ridge Post", replace(TAKEN, when=week))
    exact = report(
        "2021-07-20", "Canal Gazette", replace(TAKEN, text="It fell at dawn, a fighter said.", by=(TALIBAN_SPOKESMAN,), when=MORNING)
    )
    assert [c.when for c in changes(held(), vague, exact)] == [MORNING]


def test_only_what_may_touch_the_days_asked_for_is_told() -> None:
    told = report("2021-07-15", "Ridge Post", replace(TAKEN, when=ON_THE_14TH))
    assert changes(held(), told, first=date(2021, 7, 15)) == ()
    assert [s.holder for s in spells(held(), told, first=date(2021, 7, 15))] == [TALIBAN]
    assert [s.holder for s in spells(held(), told, last=date(2021, 7, 13))] == [GOVERNMENT]
    assert spells(held(5), told, last=date(2021, 7, 4)) == (), "before the first evidence nothing is known"


def test_fighting_shows_as_contested_between_two_holders() -> None:
    fought = Told("Both sides fought inside the post.", relation=Relation.CONTESTS, actor="", when=day(date(2021, 7, 10)))
    voices = (MONITOR, GOVERNMENT_SPOKESMAN, RESIDENT)
    fight = report("2021-07-10", "Ridge Post", *(replace(fought, by=(v,)) for v in voices))
    taken = report("2021-07-15", "Ridge Post", replace(TAKEN, when=ON_THE_14TH))
    found = changes(held(1), fight, taken)
    assert [(c.before, c.after) for c in found] == [(GOVERNMENT, CONTESTED), (CONTESTED, TALIBAN)]
    assert all(0 < c.probability <= 1 for c in found)
    assert found[-1].support in (Support.REPORTED, Support.DISPUTED)


def test_spells_name_the_testimonies_they_rest_on() -> None:
    told = report("2021-07-15", "Ridge Post", replace(TAKEN, when=ON_THE_14TH))
    scene = weigher(held(), told)
    ids = {t.id: t for t in scene.testimonies[CROSSING]}
    for spell in scene.spells(CROSSING, FIRST, LAST, LATER):
        assert {ids[i].holder for i in spell.testimonies} == {spell.holder}


def test_a_change_is_likely_by_the_first_day_of_its_interval_by_whose_end_the_new_holder_leads() -> None:
    """That is the day on which the map turns; what comes between two words of the place turns between them, not on the first day it can have been."""
    later = report("2021-07-20", "Ridge Post", replace(TAKEN, relation=Relation.CONTROLS, when=day(date(2021, 7, 20))))
    between = changes(held(1), later)[0]
    assert between.when == days(date(2021, 7, 1), date(2021, 7, 20))
    assert between.likely is not None
    found = weigher(held(1), later).daily(CROSSING, [date(2021, 7, n) for n in range(1, 21)], LATER)
    leading = [found.states[max(range(len(found.states)), key=lambda k: found.row(n)[k])] for n in range(20)]
    assert between.likely == found.days[leading.index(TALIBAN)]
    assert between.likely < date(2021, 7, 20), "else this shows nothing"
    sharp = changes(held(), report("2021-07-15", "Ridge Post", replace(TAKEN, when=ON_THE_14TH)))[0]
    assert sharp.likely == JULY_14


def test_a_list_has_no_change_that_the_map_of_its_last_day_does_not_show_yet() -> None:
    """The interval of a turn may reach into days on which the new holder does not lead; the list of one of these days is silent of it."""
    later = report("2021-07-20", "Ridge Post", replace(TAKEN, relation=Relation.CONTROLS, when=day(date(2021, 7, 20))))
    scene = weigher(held(1), later)
    likely = changes(held(1), later)[0].likely
    assert likely is not None
    for until, listed in ((likely - timedelta(days=1), False), (likely, True)):
        found = scene.changes(CROSSING, date(2021, 7, 1), until, LATER)
        assert bool([c for c in found if c.after == TALIBAN]) is listed
        status = scene.assess(CROSSING, until, LATER)
        assert (max(status.probabilities, key=lambda x: x[1])[0] == TALIBAN) is listed
