"""Tallies reconcile, the unknown are nobody's, and other people's tallies stand beside ours with the reasons why they differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from math import sqrt

import pytest
from weigh_scene import (
    AFP,
    COUNCILLOR,
    GOVERNMENT,
    JULY_14,
    LATER,
    TALIBAN,
    Told,
    outlet,
    priors,
    report,
    theatre,
    weigher,
)

from heldby.model.claim import Modality, Polarity, PublishedTally, Relation
from heldby.model.place import Measure, Roster
from heldby.model.report import Mark, Passage
from heldby.model.status import CONTESTED, Comparison, Extents, Located, Tally
from heldby.model.when import day, month
from heldby.model.who import Voice, VoiceKind
from heldby.weigh import PublishedFigure, Weigher, compare, tallies, tally


def roster() -> Roster:
    found = theatre().roster("407")
    assert found is not None
    return found


def fallen(count: int, on: date = JULY_14, mark: bool = False) -> list[tuple[Located, ...]]:
    """The first districts of the roster, each told as taken by a councillor of its own."""
    out = []
    for n, unit in enumerate(roster().unit_ids[:count]):
        said = Told(
            f"District {n} fell, its councillor said.", by=(replace(COUNCILLOR, text=f"a councillor of {n}"),), unit=unit, when=day(on)
        )
        claims = report(f"{on.isoformat()}T18:00Z", f"Paper {n}", said)
        out.append(tuple(replace(c, marks=(Mark.RECONSTRUCTION,)) for c in claims) if mark else claims)
    return out


def row(found: Tally, state: str) -> tuple[int, int, int]:
    return next((r.count, r.low, r.high) for r in found.rows if r.state == state)


@pytest.mark.parametrize("count", [0, 1, 40])
def test_counts_and_unknown_sum_to_the_roster(count: int) -> None:
    found = tally(roster(), weigher(*fallen(count)), JULY_14, LATER)
    assert sum(r.count for r in found.rows) + found.unknown == found.size == 407
    assert found.covered == count
    assert row(found, TALIBAN)[0] == count
    assert [r.state for r in found.rows] == [GOVERNMENT, TALIBAN, CONTESTED], "each side has its row, also with none"
    assert sum(r.expected for r in found.rows) == pytest.approx(count)


def test_the_unknown_are_nobodys_even_in_the_interval() -> None:
    found = tally(roster(), weigher(*fallen(3)), JULY_14, LATER)
    assert found.unknown == 404
    assert all(0 <= r.low <= r.high <= 3 for r in found.rows)


def test_a_place_gone_stale_counts_as_unknown_and_as_covered() -> None:
    said = Told("They fight in it.", relation=Relation.CONTESTS, actor="", by=(AFP,), unit=roster().unit_ids[0], when=day(JULY_14))
    scene = weigher(report("2021-07-14", "Paper", said))
    later = tally(roster(), scene, date(2021, 12, 1), LATER)
    assert (later.unknown, later.covered) == (407, 1)


def test_a_tally_counts_what_statuses_say() -> None:
    scene = weigher(
        *fallen(12),
        report(
            "2021-07-20",
            "Paper",
            Told("Held.", Relation.CONTROLS, GOVERNMENT, (AFP,), unit=roster().unit_ids[2], when=day(date(2021, 7, 20))),
        ),
    )
    for on in (JULY_14, date(2021, 7, 25), date(2021, 11, 30), date(2022, 6, 1)):
        held = [scene.assess(u, on, LATER, reasons=False).holder for u in roster().unit_ids]
        found = tally(roster(), scene, on, LATER)
        assert {r.state: r.count for r in found.rows} == {r.state: held.count(r.state) for r in found.rows}
        assert found.unknown == held.count(None)


def test_the_interval_is_wider_than_independence_would_have_it() -> None:
    scene = weigher(*fallen(40))
    found = tally(roster(), scene, JULY_14, LATER)
    line = priors().tally
    p = [dict(scene.assess(u, JULY_14, LATER, reasons=False).probabilities)[TALIBAN] for u in roster().unit_ids[:40]]
    reach = line.quantile * sqrt(line.design_effect * sum(x * (1 - x) for x in p))
    _, low, high = row(found, TALIBAN)
    assert line.design_effect > 1
    assert low == pytest.approx(sum(p) - reach, abs=1)
    assert high == 40, "the count itself is always inside"


def test_many_dates_at_once_are_those_dates_one_by_one() -> None:
    scene = weigher(*fallen(20))
    days = [JULY_14 + timedelta(weeks=n) for n in range(-1, 6)]
    assert tallies(roster(), scene, days, LATER) == tuple(tally(roster(), scene, d, LATER) for d in days)


def test_marks_lead_into_the_tally() -> None:
    assert tally(roster(), weigher(*fallen(2, mark=True)), JULY_14, LATER).marks == (Mark.RECONSTRUCTION,)
    assert tally(roster(), weigher(*fallen(2, mark=True)), JULY_14 - timedelta(days=3), LATER).marks == ()


JOURNAL = (outlet("Quill Daily"), Voice("a war journal", VoiceKind.MONITOR, "independent"))
SEVERAL = (outlet("Quill Daily"), Voice("several reports", VoiceKind.REPORTS))
PUBLISHED = datetime(2021, 7, 15, tzinfo=UTC)


def figure(
    at: int, actor: str = TALIBAN, relation: Relation = Relation.CONTROLS, unit: str = "districts", report_id: str = "r-1", **fields: object
) -> PublishedFigure:
    passage = Passage(report_id, at, at + 5, "x" * 5)
    chain = fields.pop("chain", JOURNAL)
    told = PublishedTally(report_id, passage, actor, relation, unit, chain, "independent", **fields)  # type: ignore[arg-type]
    return PublishedFigure(told, PUBLISHED, JULY_14, "Quill Daily")


PAGE = (
    figure(0, count=212),
    figure(20, GOVERNMENT, count=70),
    figure(40, unit="territory_share", share=0.8, chain=SEVERAL),
)


def beside(*figures: PublishedFigure, scene: Weigher | None = None) -> tuple[Comparison, ...]:
    return compare(figures, scene or weigher(*fallen(5)), LATER)


def words(found: Comparison) -> str:
    return "; ".join(found.reasons)


def test_two_figures_of_one_voice_are_judged_together() -> None:
    one, two, _ = beside(*PAGE)
    for found in (one, two):
        assert found.rosters == ("398", "399", "407", "421", "422")
        assert "212 + 70 = 282" in words(found)
        assert "125 of 407" in words(found)
        assert found.roster_id == "407"


def test_counts_and_areas_are_told_apart() -> None:
    districts, _, area = beside(*PAGE)
    assert "212 of 407 districts is 52% of the districts; 80% of the territory counts area" in words(districts)
    assert "does not say of which area" in words(area)
    assert "the 212 districts told beside it are a count" in words(area)
    assert (area.ours, area.rosters, area.roster_id) == (None, (), "")


def test_our_count_is_that_of_its_day_as_known_then() -> None:
    late = [tuple(replace(c, known=PUBLISHED + timedelta(days=2)) for c in r) for r in fallen(9)[5:]]
    (found,) = beside(figure(0, count=212), scene=weigher(*fallen(5), *late))
    assert found.ours is not None
    assert (found.ours.state, found.ours.count) == (TALIBAN, 5)
    assert "no larger than the 402 districts of which heldby knew nothing then" in words(found)
    before = figure(0, count=212, as_of=day(date(2021, 7, 1)))
    assert [c.ours.count for c in beside(before) if c.ours] == [0]
    assert "its own date is 2021-07-01" in words(beside(before)[0])


def test_a_total_names_the_roster_and_is_held_to_it() -> None:
    (fits,) = beside(figure(0, count=212, of=407))
    assert (fits.rosters, fits.roster_id) == (("407",), "407")
    (other,) = beside(figure(0, count=212, of=421))
    assert (other.rosters, other.roster_id) == (("421",), "421")
    (none,) = beside(figure(0, count=212, of=388))
    assert (none.rosters, none.ours) == ((), None)
    assert "no roster has that size" in words(none)


def test_sums_that_miss_their_own_total_are_said() -> None:
    short = beside(figure(0, count=212, of=407), figure(9, GOVERNMENT, count=70, of=407))
    assert all("212 + 70 = 282 misses its own total of 407: 125 are left unsaid" in words(c) for c in short)
    over = beside(figure(0, count=300, of=407), figure(9, GOVERNMENT, count=120, of=407))
    assert all("they exceed it by 13" in words(c) for c in over)
    exact = beside(figure(0, count=300, of=407), figure(9, GOVERNMENT, count=107, of=407))
    assert not any("misses its own total" in words(c) for c in exact)


def test_the_contested_are_counted_beside_the_contested() -> None:
    three = beside(
        figure(0, count=212, of=407), figure(9, GOVERNMENT, count=70, of=407), figure(18, "", Relation.CONTESTS, count=125, of=407)
    )
    assert [c.ours.state for c in three if c.ours] == [TALIBAN, GOVERNMENT, CONTESTED]
    assert not any("misses its own total" in words(c) for c in three)


def test_a_figure_of_another_time_is_no_part_of_the_sum() -> None:
    before = figure(0, count=73, of=407, as_of=day(date(2021, 5, 1)))
    this_month = figure(9, count=212, of=407, as_of=month(2021, 7))
    now = figure(18, GOVERNMENT, count=195, of=407)
    assert not any("misses its own total" in words(c) for c in beside(before, this_month, now))


def test_a_figure_told_before_counts_once() -> None:
    one, two = beside(figure(0, count=212), figure(0, count=212, report_id="r-2"))
    assert "counts once" not in words(one)
    assert "the same figure stood in Quill Daily on 2021-07-14" in words(two)


def test_more_than_any_roster_has_belongs_to_none() -> None:
    found = beside(figure(0, count=300), figure(9, GOVERNMENT, count=200))
    assert {(c.rosters, c.ours) for c in found} == {((), None)}
    assert "more than any roster has" in words(found[0])


def test_figures_of_different_voices_are_not_added() -> None:
    other = figure(9, GOVERNMENT, count=300, chain=(outlet("Quill Daily"), Voice("the ministry", VoiceKind.OFFICIAL, GOVERNMENT)))
    one, two = beside(figure(0, count=212), other)
    assert one.roster_id == two.roster_id == "407"
    assert "+" not in words(one) + words(two)


def test_what_was_taken_over_a_time_is_not_what_was_held() -> None:
    (found,) = beside(figure(0, relation=Relation.CAPTURED, count=69, period="June 2021"))
    assert found.ours is None
    assert "captured over a time (June 2021), not what was held on a day" in words(found)


def test_denied_and_planned_figures_are_said_to_be_so() -> None:
    (denied,) = beside(figure(0, count=212, polarity=Polarity.DENIED))
    assert "denied" in words(denied)
    (planned,) = beside(figure(0, count=212, modality=Modality.POSSIBLE))
    assert planned.ours is None


def test_a_share_of_districts_is_turned_into_a_number() -> None:
    (found,) = beside(figure(0, share=0.5, of=407))
    assert "50% of 407 districts would be 204" in words(found)
    assert found.ours is not None


def test_the_noun_must_fit() -> None:
    capitals, posts = beside(figure(0, unit="provincial_capitals", count=9), figure(9, unit="border_posts", count=5))
    assert capitals.rosters == ("capitals",)
    assert capitals.ours is not None
    assert posts.rosters == ()
    assert "no roster of this theatre counts border posts" in words(posts)


def test_an_area_within_the_country_is_counted_within_it() -> None:
    inside, unknown = beside(figure(0, count=6, scope="Badakhshan Province"), figure(9, count=6, scope="the north"))
    assert inside.ours is not None
    assert "limited to Badakhshan Province" in words(inside)
    assert "keeps no roster" in words(unknown)
    assert unknown.ours is None


def test_nothing_known_later_is_compared_and_marks_are_carried() -> None:
    scene = weigher(*fallen(5, mark=True))
    assert compare(PAGE, scene, PUBLISHED - timedelta(hours=1)) == ()
    assert compare(PAGE, scene, PUBLISHED)[0].marks == (Mark.RECONSTRUCTION,)


def test_the_order_of_figures_does_not_matter() -> None:
    assert beside(*PAGE) == beside(*PAGE[::-1])


def sized(scene: Weigher, *measures: Measure) -> Weigher:
    """The same scene, where these units and no others are measured."""
    scene.theatre = replace(scene.theatre, measures=measures)
    return scene


def halves(first: float, rest: float) -> tuple[Measure, ...]:
    """All units of the roster: the first forty of one size, the others of another; every second with ten people a square kilometre."""
    sizes = [(u, first if n < 40 else rest) for n, u in enumerate(roster().unit_ids)]
    return tuple(Measure(u, size, int(10 * size) if n % 2 else None) for n, (u, size) in enumerate(sizes))


def test_amounts_and_unknown_sum_to_what_is_measured() -> None:
    found = tally(roster(), sized(weigher(*fallen(40)), *halves(100.25, 10.5)), JULY_14, LATER)
    area, people = found.extents
    assert (area.by, people.by) == (Extents.AREA, Extents.POPULATION)
    assert (area.measured, people.measured) == (407, 203)
    assert area.total == pytest.approx(40 * 100.25 + 367 * 10.5)
    for extent in (area, people):
        assert sum(r.amount for r in extent.rows) + extent.unknown == pytest.approx(extent.total)
        assert all(0 <= r.low <= r.amount <= r.high <= extent.total for r in extent.rows)
    taken = next(r for r in area.rows if r.state == TALIBAN)
    assert taken.amount == pytest.approx(4010)
    assert area.unknown == pytest.approx(367 * 10.5)


def test_units_alike_in_size_have_the_interval_of_the_count() -> None:
    found = tally(roster(), sized(weigher(*fallen(40)), *halves(2.0, 2.0)), JULY_14, LATER)
    area, count = next(r for r in found.extents[0].rows if r.state == TALIBAN), row(found, TALIBAN)
    assert area.expected == pytest.approx(2 * next(r.expected for r in found.rows if r.state == TALIBAN), abs=0.01)
    assert area.low / 2 == pytest.approx(count[1], abs=1)


def test_one_large_unit_makes_the_interval_wide() -> None:
    units = roster().unit_ids
    even = tally(roster(), sized(weigher(*fallen(40)), *halves(10.0, 10.0)), JULY_14, LATER).extents[0]
    odd = tally(
        roster(), sized(weigher(*fallen(40)), Measure(units[0], 361.0), *(Measure(u, 1.0) for u in units[1:40])), JULY_14, LATER
    ).extents[0]
    widths = [1 - next(r.low for r in e.rows if r.state == TALIBAN) / 400 for e in (even, odd)]
    assert odd.measured == 40
    assert widths[1] > 2 * widths[0]


def test_without_a_measured_unit_there_is_no_extent() -> None:
    assert tally(roster(), sized(weigher(*fallen(5))), JULY_14, LATER).extents == ()


def test_a_share_of_the_territory_stands_beside_ours_of_the_measured_area() -> None:
    scene = sized(weigher(*fallen(40)), *halves(100.0, 10.0))
    area, inside, city = beside(
        figure(0, unit="territory_share", share=0.8, scope="Afghanistan"),
        figure(9, unit="territory_share", share=0.52, scope="Afghanistan", report_id="r-2"),
        figure(9, unit="territory_share", share=0.4, report_id="r-3"),
        scene=scene,
    )
    assert area.ours is None
    assert area.extent is not None
    assert area.extent.amount / area.extent_total == pytest.approx(4000 / 7670)
    assert "heldby counts 52%" in words(area)
    assert "the difference of 28 points is no larger than the area of which heldby knew nothing then" in words(area)
    assert "it lies within heldby's own interval" in words(inside)
    assert city.extent is None
    assert "does not say of which area" in words(city)
    coarse = compare([figure(0, unit="territory_share", share=0.8, scope="Afghanistan")], scene, LATER, areas=False)
    assert (coarse[0].extent, coarse[0].roster_id) == (None, "")


def test_what_the_unknown_do_not_explain_is_told_by_holder() -> None:
    (found,) = beside(figure(0, GOVERNMENT, count=400, of=407), scene=weigher(*fallen(40)))
    assert "exceeds heldby's count by 400, more than the 367 districts" in words(found)
    assert "at least 33 of them are districts that heldby gives to others (40 Taliban)" in words(found)


def test_what_heldby_counts_beyond_a_published_figure_is_told_new_and_in_doubt() -> None:
    (found,) = beside(figure(0, count=3, of=407), scene=weigher(*fallen(40)))
    assert "heldby's count exceeds it by 37" in words(found)
    assert "of heldby's 40, 40 are held for less than 7 days or not known before, and 0 are disputed" in words(found)
