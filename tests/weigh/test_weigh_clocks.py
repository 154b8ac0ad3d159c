"""Silence, the two clocks, edits and retractions, and the order of adding."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from weigh_scene import (
    AFP,
    CENTRE,
    COUNCILLOR,
    CROSSING,
    DISTRICT,
    GOVERNMENT,
    GOVERNMENT_SPOKESMAN,
    JULY_14,
    LATER,
    PAKISTANI_SOURCE,
    RESIDENT,
    TALIBAN,
    TALIBAN_SPOKESMAN,
    Told,
    heard,
    p_of,
    priors,
    report,
    status,
    theatre,
    weigher,
)

from heldby import weigh
from heldby.ledger import Provenance, open_ledger
from heldby.model.claim import Reading, Relation
from heldby.model.report import Report
from heldby.model.status import Located, Support
from heldby.model.when import Published, day

TAKEN = Told("The gate fell, the councillor said.", by=(COUNCILLOR,), when=day(JULY_14))
CLAIMED = Told("We have it, their spokesman said.", by=(TALIBAN_SPOKESMAN,), when=day(JULY_14))


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_before_the_first_evidence_a_place_is_unknown() -> None:
    found = status(report("2021-07-15", "Harbour Record", TAKEN), on=JULY_14 - timedelta(days=1))
    assert (found.holder, found.probabilities, found.support) == (None, (), Support.UNKNOWN)
    assert found.probability == 0


def test_silence_makes_a_status_stale_and_at_last_nobodys() -> None:
    scene = weigher(report("2021-07-14", "Harbour Record", CLAIMED))
    days = [JULY_14 + timedelta(days=n) for n in (0, 20, 60, 120, 240, 480)]
    found = [scene.assess(CROSSING, d, LATER) for d in days]
    lead = [max(dict(s.probabilities).values()) for s in found]
    assert lead == sorted(lead, reverse=True)
    assert found[0].support is Support.CLAIMED
    assert found[-1].support is Support.STALE
    assert found[-1].holder is None
    assert {s.last_evidence for s in found} == {JULY_14}
    supports = [s.support for s in found]
    assert supports == sorted(supports, key=[Support.CLAIMED, Support.STALE].index), "it does not come back by itself"


def test_a_tie_between_sides_after_a_long_silence_names_nobody() -> None:
    fought = Told("They fight at the gate.", relation=Relation.CONTESTS, actor="", by=(AFP,), when=day(JULY_14))
    scene = weigher(report("2021-07-14", "Harbour Record", fought))
    for n in range(0, 200, 5):
        assert scene.assess(CROSSING, JULY_14 + timedelta(days=n), LATER).holder not in (TALIBAN, GOVERNMENT)


def test_an_earlier_version_answers_for_its_time_and_the_edit_for_later() -> None:
    edited = utc("2021-07-14T18:00Z")
    first = report("2021-07-14T08:00Z", "Harbour Record", TAKEN, url="https://harbour.example/1", withdrawn=edited)
    second = report(
        "2021-07-14T18:00Z",
        "Harbour Record",
        Told("The gate holds, the councillor said now.", Relation.CONTROLS, GOVERNMENT, (COUNCILLOR,), when=day(JULY_14)),
        url="https://harbour.example/1",
    )
    noon, night = (status(first, second, known_by=utc(f"2021-07-14T{h}:00Z")) for h in ("12", "20"))
    assert (noon.holder, night.holder) == (TALIBAN, GOVERNMENT)
    assert len(night.reasons) == 1


def test_a_withdrawn_claim_stands_where_another_paper_still_carries_it() -> None:
    gone = utc("2021-07-16T08:00Z")
    first = report("2021-07-14T08:00Z", "Harbour Record", CLAIMED, withdrawn=gone)
    second = report("2021-07-15T08:00Z", "Ridge Post", replace(CLAIMED, text="It is ours, said a man who speaks for them."))
    late = report("2021-07-18T08:00Z", "Canal Gazette", replace(CLAIMED, text="A statement of that day claimed the gate."))
    on = JULY_14.replace(day=20)
    assert status(first, second, known_by=utc("2021-07-17T00:00Z"), on=on).holder == TALIBAN
    assert status(first, known_by=utc("2021-07-17T00:00Z"), on=on).support is Support.UNKNOWN
    assert status(first, late, known_by=utc("2021-07-17T00:00Z"), on=on).support is Support.UNKNOWN
    assert status(first, late, known_by=utc("2021-07-19T00:00Z"), on=on).holder == TALIBAN


def test_a_retraction_known_later_does_not_show_earlier() -> None:
    kept = report("2021-07-14T08:00Z", "Harbour Record", CLAIMED)
    taken_back = report("2021-07-14T08:00Z", "Harbour Record", CLAIMED, withdrawn=utc("2021-07-16T08:00Z"))
    by = utc("2021-07-15T08:00Z")
    assert status(kept, known_by=by) == status(taken_back, known_by=by)


VOICES = ((TALIBAN_SPOKESMAN,), (GOVERNMENT_SPOKESMAN,), (AFP, PAKISTANI_SOURCE), (COUNCILLOR,), (RESIDENT,), (AFP,), ())
RELATIONS = (Relation.CAPTURED, Relation.CONTROLS, Relation.LOST, Relation.REPELLED, Relation.CONTESTS, Relation.RETOOK, Relation.WITHDREW)


@st.composite
def told(draw: st.DrawFn) -> tuple[Located, ...]:
    """One report with up to three sentences, anywhere in July."""
    at = draw(st.integers(1, 28))
    said = []
    for n in range(draw(st.integers(1, 3))):
        dated = draw(st.one_of(st.none(), st.integers(1, at).map(lambda d: day(date(2021, 7, d)))))
        actor = draw(st.sampled_from((TALIBAN, GOVERNMENT)))
        text = draw(st.sampled_from(("The gate fell at last.", "It changed hands, they said.", f"A line of its own, {at} {n}.")))
        unit = draw(st.sampled_from((CROSSING, DISTRICT, CENTRE)))
        denied = draw(st.booleans())
        said.append(
            Told(text, draw(st.sampled_from(RELATIONS)), actor, draw(st.sampled_from(VOICES)), unit=unit, denied=denied, when=dated)
        )
    hour = draw(st.sampled_from(("", "T06:00Z", "T18:00Z")))
    gone = draw(st.one_of(st.none(), st.none(), st.integers(1, 6))) if hour else None
    known = Published.parse(f"2021-07-{at:02d}{hour}").known
    paper = draw(st.sampled_from(("Harbour Record", "Ridge Post", "Canal Gazette")))
    return report(f"2021-07-{at:02d}{hour}", paper, *said, withdrawn=known + timedelta(days=gone) if gone else None)


def answers(reports: list[tuple[Located, ...]], known_by: datetime) -> tuple[object, ...]:
    scene = weigher(*reports)
    first, last = date(2021, 7, 1), date(2021, 8, 31)
    on = [known_by.date() - timedelta(days=n) for n in (0, 4, 11)]
    return tuple(
        (
            [scene.assess(u, d, known_by) for d in on],
            scene.spells(u, first, last, known_by),
            scene.changes(u, first, last, known_by),
        )
        for u in (CROSSING, DISTRICT, CENTRE)
    )


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(told(), min_size=1, max_size=6), st.integers(1, 28))
def test_what_is_known_later_never_changes_what_was_known_before(reports: list[tuple[Located, ...]], on: int) -> None:
    known_by = datetime(2021, 7, on, 12, tzinfo=UTC)
    earlier = [r for r in reports if r[0].known <= known_by]
    assert answers(reports, known_by) == answers(earlier, known_by)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.lists(told(), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_reports_met_twice_and_in_any_order_give_one_answer(reports: list[tuple[Located, ...]], chance: random.Random) -> None:
    again = [*reports, chance.choice(reports)]
    chance.shuffle(again)
    claims = [c for r in again for c in r]
    chance.shuffle(claims)
    one = weigh.testify([c for r in reports for c in r], theatre(), priors())
    assert weigh.testify(claims, theatre(), priors()) == one
    assert answers(again, LATER) == answers(reports, LATER)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(told(), min_size=1, max_size=6))
def test_every_status_adds_up(reports: list[tuple[Located, ...]]) -> None:
    scene = weigher(*reports)
    for unit in (CROSSING, DISTRICT, CENTRE):
        for on in (date(2021, 7, 5), date(2021, 7, 20), date(2021, 9, 30)):
            found = scene.assess(unit, on, LATER)
            if found.support is Support.UNKNOWN:
                assert (found.holder, found.probabilities, found.reasons) == (None, (), ())
                continue
            assert sum(p for _, p in found.probabilities) == pytest.approx(1, abs=1e-9)
            assert all(p >= 0 for _, p in found.probabilities)
            assert found.holder in (None, found.probabilities[0][0])
            assert len(found.reasons) == len(scene.case(unit, LATER).testimonies)


def test_one_unit_asked_alone_answers_as_the_whole_does() -> None:
    reports = [report("2021-07-14", "Harbour Record", TAKEN, CLAIMED, replace(TAKEN, unit=CENTRE))]
    everything = [t for said in heard(*reports).values() for t in said]
    for unit in (CROSSING, CENTRE, DISTRICT):
        alone = weigh.assess(unit, everything, JULY_14, LATER, theatre(), priors())
        assert alone == weigher(*reports).assess(unit, JULY_14, LATER)


def test_fifty_orders_of_adding_end_in_one_content_and_equal_statuses(tmp_path: Path, proving: bool) -> None:
    """Through the ledger: what was added when decides the log's head and nothing else."""
    told = [
        report(
            f"2021-07-{d:02d}T{h:02d}:00Z",
            paper,
            replace(said, text=f"{said.text} Day {d}.", when=day(date(2021, 7, d))),
            url=f"https://{n}.example/{d % 3}",
        )
        for n, (paper, said) in enumerate(
            (("Harbour Record", TAKEN), ("Ridge Post", CLAIMED), ("Canal Gazette", replace(TAKEN, by=(GOVERNMENT_SPOKESMAN,), denied=True)))
        )
        for d, h in ((10, 8), (12, 9), (14, 10), (15, 8))
    ]
    hashes, found, heads = set(), set(), set()
    for seed in range(50 if proving else 12):
        order = random.Random(seed).sample(told, len(told))
        ledger = open_ledger(tmp_path / f"{seed}.sqlite")
        with ledger.writer(lambda: datetime(2021, 8, 1, tzinfo=UTC), "heldby test", batch=100) as writer:
            for claims in (*order, order[0]):
                text = claims[0].claim.passage.quote
                made = Report.of(text, outlet=claims[0].outlet, url=claims[0].url, published=published_of(claims[0]))
                writer.add(
                    made,
                    Reading(
                        made.id,
                        tuple(replace(c.claim, report_id=made.id, passage=replace(c.claim.passage, report_id=made.id)) for c in claims),
                    ),
                    Provenance("r", "t", "0"),
                    claims[0].fingerprint,
                )
        view = ledger.view()
        scene = weigh.Weigher(theatre(), priors(), weigh.testify(view.located(), theatre(), priors()))
        hashes.add(view.sorted_content_hash())
        found.add(repr([scene.assess(CROSSING, date(2021, 7, d), LATER) for d in (10, 12, 14, 20)]))
        heads.add(str(ledger.checkpoint()["hash"]))
        ledger.close()
    assert len(hashes) == len(found) == 1
    assert len(heads) > 1


def published_of(located: Located) -> Published:
    return Published(located.known.isoformat(), located.known, located.published, True)


def test_probabilities_of_a_lead_are_those_of_the_trace() -> None:
    scene = weigher(report("2021-07-14", "Harbour Record", TAKEN, CLAIMED))
    days = [JULY_14 + timedelta(days=n) for n in range(0, 30, 7)]
    trace = scene.trace(CROSSING, days, LATER)
    for row, on in enumerate(days):
        found = scene.assess(CROSSING, on, LATER)
        assert {s: p_of(found, s) for s in trace.states} == pytest.approx(dict(zip(trace.states, trace.p[row], strict=True)), abs=1e-12)
