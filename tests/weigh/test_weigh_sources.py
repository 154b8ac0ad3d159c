"""A source's record, on ledgers small enough to be judged by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from weigh_scene import (
    GOVERNMENT,
    GOVERNMENT_SPOKESMAN,
    LATER,
    RESIDENT,
    TALIBAN,
    TALIBAN_SPOKESMAN,
    Told,
    report,
    weigher,
)

from heldby.errors import Faults
from heldby.model.claim import Relation
from heldby.model.record import Outcomes, Records, SourceRecord, SourceSort
from heldby.model.status import Located
from heldby.model.who import Voice, VoiceKind
from heldby.weigh import OriginRecord, Record, learned_reliabilities, records
from heldby.weigh.admiralty import load_yardstick, parse_yardstick, proposed, share_of

DAND, ARGHISTAN = "af:kandahar:dand", "af:kandahar:arghistan"
END = date(2021, 8, 1)
TALIBAN_PARTY, GOVERNMENT_PARTY = "side:taliban", "side:afghan_government"

claimed = report("2021-07-10T08:00Z", "Kite Gazette", Told("The district is ours, said the spokesman.", by=(TALIBAN_SPOKESMAN,), unit=DAND))
denied = report(
    "2021-07-10T10:00Z",
    "Kite Gazette",
    Told("The ministry denied that Dand had fallen.", by=(GOVERNMENT_SPOKESMAN,), unit=DAND, denied=True),
)
seen = report("2021-07-11T09:00Z", "Reuters", Told("A shopkeeper saw fighters at every corner of Dand.", by=(RESIDENT,), unit=DAND))
stands = report(
    "2021-07-13T08:00Z",
    "The Mill Post",
    Told("Another trader said the movement runs the bazaar.", Relation.CONTROLS, by=(RESIDENT,), unit=DAND),
)
held = report("2021-07-12T08:00Z", "AFP", Told("The flag of the republic still flew over Dand.", Relation.CONTROLS, GOVERNMENT, unit=DAND))
before = report(
    "2021-07-01T08:00Z",
    "The Mill Post",
    Told("A trader said the governor's men ran Dand.", Relation.CONTROLS, GOVERNMENT, by=(RESIDENT,), unit=DAND),
)


def found(*reports: tuple[Located, ...], on: date = END, known_by: datetime = LATER) -> Records:
    return records(weigher(*reports), on, known_by)


def of(known: Records, key: str) -> SourceRecord:
    return next(r for r in known.rows if r.key == key)


def told(outcomes: Outcomes) -> tuple[int, int, int]:
    return outcomes.borne_out, outcomes.contradicted, outcomes.open


def test_a_claim_that_two_others_tell_again_is_borne_out_and_its_denial_contradicted() -> None:
    known = found(before, claimed, denied, seen, stands)
    taliban, government = of(known, TALIBAN_PARTY), of(known, GOVERNMENT_PARTY)
    assert told(taliban.outcomes) == (1, 0, 0)
    assert told(taliban.own) == (1, 0, 0)
    assert told(taliban.against) == (0, 0, 0)
    assert told(government.outcomes) == (0, 1, 0)
    assert told(government.denials) == (0, 1, 0)
    assert taliban.letter == government.letter == "F"


def test_a_claim_that_others_later_gainsay_is_contradicted_and_its_denial_borne_out() -> None:
    guarded = Told("Soldiers guarded the gates of Dand.", Relation.CONTROLS, GOVERNMENT, by=(RESIDENT,), unit=DAND)
    known = found(before, claimed, denied, held, report("2021-07-12T11:00Z", "Reuters", guarded))
    assert told(of(known, TALIBAN_PARTY).outcomes) == (0, 1, 0)
    assert told(of(known, GOVERNMENT_PARTY).denials) == (1, 0, 0)


def test_word_against_word_settles_nothing() -> None:
    known = found(before, claimed, denied)
    assert told(of(known, TALIBAN_PARTY).outcomes) == (0, 0, 1)
    assert told(of(known, GOVERNMENT_PARTY).outcomes) == (0, 0, 1)


def test_nobody_confirms_himself_however_often_and_through_whomever() -> None:
    again = report("2021-07-14T08:00Z", "Reuters", Told("They hold Dand, an elder said.", Relation.CONTROLS, by=(RESIDENT,), unit=DAND))
    known = found(seen, again)
    assert told(of(known, "reuters").outcomes) == (0, 0, 2)
    assert told(of(known, "role:resident>unknown").outcomes) == (0, 0, 2)


def test_a_later_change_of_hands_does_not_contradict_what_was_before() -> None:
    retaken = report(
        "2021-07-20T08:00Z",
        "Reuters",
        Told("Soldiers are back in Dand, a shopkeeper said.", Relation.RETOOK, GOVERNMENT, by=(RESIDENT,), unit=DAND, loser=TALIBAN),
    )
    assert told(of(found(claimed, retaken), TALIBAN_PARTY).outcomes) == (0, 0, 1)


def test_what_nobody_speaks_of_within_a_month_stays_open() -> None:
    late = report("2021-08-25T08:00Z", "Reuters", Told("They hold Dand, a trader said.", Relation.CONTROLS, by=(RESIDENT,), unit=DAND))
    assert told(of(found(claimed, late, on=date(2021, 9, 1)), TALIBAN_PARTY).outcomes) == (0, 0, 1)


def test_fighting_is_counted_and_not_judged() -> None:
    fought = report(
        "2021-07-10T08:00Z", "Reuters", Told("Shots were heard, a resident said.", Relation.CONTESTS, by=(RESIDENT,), unit=DAND)
    )
    row = of(found(fought, stands), "reuters")
    assert (row.testimonies, row.fights) == (1, 1)
    assert told(row.outcomes) == (0, 0, 0)


def test_who_was_first_and_by_how_many_hours() -> None:
    known = found(claimed, seen)
    first, late = of(known, TALIBAN_PARTY).lead, of(known, "reuters").lead
    assert first is not None
    assert late is not None
    assert (first.median, first.changes, first.first) == (25.0, 1, 1)
    assert (late.median, late.changes, late.first) == (-25.0, 1, 0)


def test_the_lead_is_the_median_over_changes_that_others_told_of_too() -> None:
    there = report("2021-07-20T06:00Z", "Reuters", Told("They came at dawn, a shopkeeper said.", by=(RESIDENT,), unit=ARGHISTAN))
    ours = report("2021-07-20T09:00Z", "Kite Gazette", Told("Arghistan is ours too.", by=(TALIBAN_SPOKESMAN,), unit=ARGHISTAN))
    alone = report("2021-07-05T09:00Z", "Kite Gazette", Told("We took Daman.", by=(TALIBAN_SPOKESMAN,), unit="af:kandahar:daman"))
    lead = of(found(claimed, seen, there, ours, alone), TALIBAN_PARTY).lead
    assert lead is not None
    assert (lead.median, lead.changes, lead.first) == (11.0, 2, 1)  # of +25 and -3 hours; the one told alone does not count
    assert (lead.low, lead.high) == (4.0, 18.0)


def test_copies_are_counted_for_who_prints_them_and_never_as_corroboration() -> None:
    words = "A shopkeeper saw fighters at every corner of Dand."
    copied = report("2021-07-11T12:00Z", "Copy Courier", Told(words, by=(RESIDENT,), unit=DAND))
    known = found(seen, copied)
    courier, agency = of(known, "outlet:independent:copy courier"), of(known, "reuters")
    assert (courier.testimonies, courier.relayed, courier.published, courier.reports) == (0, 1, 1, 1)
    assert (agency.testimonies, agency.echoed) == (1, 1)
    assert told(agency.outcomes) == (0, 0, 1)


def test_who_first_prints_another_voice_has_carried_it() -> None:
    row = of(found(claimed), "outlet:independent:kite gazette")
    assert (row.testimonies, row.carried, row.relayed) == (0, 1, 0)


def test_a_withdrawn_report_counts_against_its_outlet_and_for_nobody() -> None:
    gone = report(
        "2021-07-10T08:00Z",
        "Reuters",
        Told("A shopkeeper said Dand had fallen.", by=(RESIDENT,), unit=DAND),
        withdrawn=datetime(2021, 7, 10, 20, tzinfo=UTC),
    )
    row = of(found(gone, stands), "reuters")
    assert (row.withdrawn, row.testimonies) == (1, 0)
    earlier = of(found(gone, stands, known_by=datetime(2021, 7, 10, 12, tzinfo=UTC)), "reuters")
    assert (earlier.withdrawn, earlier.testimonies) == (0, 1)


@pytest.mark.parametrize("hour", ["2021-07-10T09:00", "2021-07-11T12:00", "2021-07-12T20:00", "2021-07-14T00:00"])
def test_a_record_of_an_earlier_clock_is_what_it_was_then(hour: str) -> None:
    everything = (before, claimed, denied, seen, held, stands)
    clock = datetime.fromisoformat(hour).replace(tzinfo=UTC)
    known = tuple(r for r in everything if r[0].known <= clock)
    assert found(*everything, known_by=clock) == found(*known, known_by=clock)


def test_claims_of_days_after_the_one_asked_about_are_left_out() -> None:
    assert of(found(before, claimed, seen, on=date(2021, 7, 5)), "outlet:independent:mill post").testimonies == 1
    assert not [r for r in found(before, claimed, seen, on=date(2021, 7, 5)).rows if r.key == "reuters"]


def test_the_order_of_reports_changes_nothing() -> None:
    everything = (before, claimed, denied, seen, held, stands)
    assert found(*everything) == found(*reversed(everything))


def test_what_was_judged_before_at_other_clocks_and_days_changes_nothing() -> None:
    """Verdicts are kept with the place they are about: only of the same testimonies, day and terms."""
    everything = (before, claimed, denied, seen, held, stands)
    asked = weigher(*everything)
    days = END, date(2021, 7, 11)
    clocks = LATER, datetime(2021, 7, 12, 20, tzinfo=UTC), datetime(2021, 7, 11, 12, tzinfo=UTC), LATER
    for on, clock in ((on, clock) for clock in clocks for on in days):
        assert records(asked, on, clock) == found(*everything, on=on, known_by=clock)


def test_people_are_known_by_role_and_side_alone() -> None:
    elder = Voice("Gul Mirwais, an elder of Dand", VoiceKind.LOCAL, GOVERNMENT)
    stranger = Voice("Mirwais Gul", VoiceKind.OTHER, "unknown")
    known = found(
        report("2021-07-10T08:00Z", "Reuters", Told("Dand fell.", by=(elder,), unit=DAND)),
        report("2021-07-15T08:00Z", "Reuters", Told("They hold it, he said.", Relation.CONTROLS, by=(stranger,), unit=DAND)),
    )
    assert [r.key for r in known.rows if r.sort is SourceSort.ROLE] == ["role:local>afghan_government", "role:other>unknown"]
    assert not [r for r in known.rows if "mirwais" in f"{r.key} {r.voice.text}".casefold()]


def test_the_interval_is_wilsons() -> None:
    one, most = share_of(1, 0), share_of(18, 2)
    assert share_of(0, 0) is None
    assert one is not None
    assert most is not None
    assert (one.mean, round(one.low, 4), one.high) == (1.0, 0.2698, 1.0)  # 1 / (1 + 1.645^2)
    assert (most.mean, round(most.low, 4), round(most.high, 4)) == (0.9, 0.7383, 0.9663)


@pytest.mark.parametrize(
    ("right", "wrong", "letter"),
    [(0, 0, "F"), (9, 0, "F"), (30, 0, "A"), (10, 0, "B"), (18, 2, "B"), (8, 2, "C"), (6, 4, "D"), (3, 7, "E"), (0, 40, "E")],
)
def test_the_letter_follows_the_written_table(right: int, wrong: int, letter: str) -> None:
    found, why = proposed(Outcomes(right, wrong, 3, share_of(right, wrong)), load_yardstick())
    assert found == letter
    assert str(right + wrong) in why


def test_a_table_with_faults_names_them_all() -> None:
    with pytest.raises(Faults) as raised:
        parse_yardstick(
            {"judging": {"borne_out": 2, "contradicted": 0.2, "within": 0, "least": 10}, "letter": [{"letter": "Z"}], "more": 1}
        )
    told = str(raised.value)
    for words in ("judging.borne_out", "judging.within", "letter 'Z'", "share: expected", "no such section"):
        assert words in told


def test_a_letter_a_person_set_stands_beside_the_one_proposed() -> None:
    made = weigher(seen)
    outlets = tuple(replace(o, reliability="B") if o.id == "reuters" else o for o in made.theatre.lexicon.outlets)
    made.theatre = replace(made.theatre, lexicon=replace(made.theatre.lexicon, outlets=outlets))
    row = of(records(made, END, LATER), "reuters")
    assert (row.letter, row.letter_set) == ("F", "B")


def test_what_was_learned_of_an_origin_is_the_share_of_its_words_the_posterior_bears_out() -> None:
    lines = (
        OriginRecord("kite", "outlet", denials=False, exponent=1.0, told=3.0, borne_out=2.4, expected=2.0),
        OriginRecord("kite", "local", denials=True, exponent=0.9, told=1.0, borne_out=0.2, expected=0.6),
        OriginRecord("mill", "outlet", denials=False, exponent=1.0, told=8.0, borne_out=8.0, expected=7.0),
    )
    learned = learned_reliabilities(Record(lines))
    assert sorted(learned) == ["kite", "mill"]
    assert learned["kite"].mean == pytest.approx(2.6 / 4)
    assert learned["kite"].cases == 4.0
    assert learned["kite"].low < 2.6 / 4 < learned["kite"].high
    assert learned["mill"].mean == learned["mill"].high == 1.0
    assert learned["mill"].low > learned["kite"].low
