"""The founding case: a crossing claimed by one side, confirmed by a neighbour's unnamed source, denied by the other side, on one page.

The page is told here in other words, claim by claim, as a reader finds them.
"""

from __future__ import annotations

from dataclasses import replace
from math import log2

import pytest
from weigh_scene import (
    AFP,
    CENTRE,
    COUNCILLOR,
    CROSSING,
    DISTRICT,
    GOVERNMENT,
    GOVERNMENT_SPOKESMAN,
    JULY_14,
    PAKISTANI_SOURCE,
    REUTERS,
    TALIBAN,
    TALIBAN_SPOKESMAN,
    Told,
    heard,
    p_of,
    report,
    status,
    theatre,
    weigher,
)

from heldby.model.claim import Relation
from heldby.model.status import Confidence, Located, Status, Support, Symbol
from heldby.model.when import day
from heldby.model.who import Leaning, Voice, VoiceKind
from heldby.weigh.priors import Stake
from heldby.weigh.propositions import stake

ANNOUNCED = Told("On Wednesday the movement said it had seized the gate.", by=(TALIBAN_SPOKESMAN,), when=day(JULY_14))
QUOTED = Told("Our men hold the bazaar and the post, its spokesman added.", by=(TALIBAN_SPOKESMAN,))
OWN_LINE = Told("The insurgents took the main frontier post of the south.")
FLAG = Told("Their white flag flies there, a source told the agency.", relation=Relation.CONTROLS, by=(AFP, PAKISTANI_SOURCE))
CONFIRMED = Told("They are in charge on the far side, that source went on.", by=(AFP, PAKISTANI_SOURCE))
REPELLED = Told("Kabul said the attackers had been thrown back.", Relation.REPELLED, GOVERNMENT, (GOVERNMENT_SPOKESMAN,), TALIBAN)
PAGE = (ANNOUNCED, QUOTED, OWN_LINE, FLAG, CONFIRMED, REPELLED)


def page(*said: Told) -> tuple[Located, ...]:
    return report("2021-07-14", "Quill Daily", *said)


@pytest.fixture(scope="module")
def found() -> Status:
    return status(page(*PAGE))


def test_the_page_holds_three_voices_however_often_each_speaks(found: Status) -> None:
    said = {(t.origin, t.symbol, t.counted): len(t.claims) for t in heard(page(*PAGE))[CROSSING]}
    assert said == {
        ("side:taliban", Symbol.TOOK, True): 2,
        ("afp", Symbol.HOLDS, True): 2,
        ("side:afghan_government", Symbol.HOLDS, True): 1,
        ("side:taliban", Symbol.TOOK, False): 1,
    }
    assert (found.origins, found.denials) == (2, 1)


def test_its_status_is_disputed_and_likely(found: Status) -> None:
    assert found.holder == TALIBAN
    assert found.support is Support.DISPUTED
    assert 0.6 < found.probability < 0.95, "between likely and very likely in the words of ICD 203, never almost certain"
    assert found.confidence is Confidence.LOW
    assert found.since == day(JULY_14)


def test_a_neighbours_official_is_a_voice_of_his_own_and_not_neutral() -> None:
    (source,) = heard(page(CONFIRMED))[CROSSING]
    assert source.leaning is Leaning.FRIENDLY
    assert source.origin == "afp", "unnamed, so the agency that carries him answers for him"
    assert stake(source.symbol, source.leaning) is Stake.LEANING
    assert status(page(CONFIRMED)).claimed_by == TALIBAN, "resting on him alone it is claimed by the side he leans to"
    both = status(page(ANNOUNCED, CONFIRMED))
    assert both.origins == 2
    assert both.support is Support.CLAIMED, "two origins in the holder's interest confirm nothing"
    neutral = replace(CONFIRMED, by=(AFP, replace(PAKISTANI_SOURCE, side="independent")))
    assert p_of(status(page(neutral)), TALIBAN) > p_of(status(page(CONFIRMED)), TALIBAN)


def test_a_neighbours_interest_has_its_dates() -> None:
    later = report("2022-05-02", "Quill Daily", replace(CONFIRMED, when=None))
    (source,) = heard(later)[CROSSING]
    assert source.leaning is Leaning.HOSTILE


def test_the_other_places_show_it_and_do_not_move(found: Status) -> None:
    scene = weigher(page(*PAGE))
    for unit in (DISTRICT, CENTRE):
        beside = scene.assess(unit, JULY_14, found.known_by)
        assert beside.support is Support.UNKNOWN
        assert {t.unit_id for t in beside.related} == {CROSSING}


def test_a_denial_lowers_the_probability_and_disputes() -> None:
    before, after = status(page(ANNOUNCED, CONFIRMED)), status(page(ANNOUNCED, CONFIRMED, REPELLED))
    assert p_of(after, TALIBAN) < p_of(before, TALIBAN) - 0.03
    assert (before.support, after.support) == (Support.CLAIMED, Support.DISPUTED)
    assert after.denials == 1


@pytest.mark.parametrize("first", [True, False])
def test_a_denial_counts_the_same_before_and_behind_the_claim_it_denies(first: bool) -> None:
    denial = Told("It did not fall, Kabul said.", by=(GOVERNMENT_SPOKESMAN,), denied=True)
    said = (denial, ANNOUNCED) if first else (ANNOUNCED, denial)
    found = status(page(*said))
    assert found.support is Support.DISPUTED
    assert p_of(found, TALIBAN) < p_of(status(page(ANNOUNCED)), TALIBAN) - 0.02


def test_copies_of_a_denial_do_not_add() -> None:
    once = status(page(ANNOUNCED, CONFIRMED), page(REPELLED))
    papers = [
        report("2021-07-14", f"Ridge Post {n}", replace(REPELLED, text=f"The attack failed, officials insisted ({n}).")) for n in range(10)
    ]
    often = status(page(ANNOUNCED, CONFIRMED), page(REPELLED), *papers)
    assert often.denials == once.denials == 1
    assert abs(p_of(often, TALIBAN) - p_of(once, TALIBAN)) <= 0.001


def test_a_lone_denial_names_who_says_it_keeps_the_place() -> None:
    found = status(page(Told("It did not fall, Kabul said.", by=(GOVERNMENT_SPOKESMAN,), denied=True)))
    assert (found.holder, found.support, found.claimed_by) == (GOVERNMENT, Support.CLAIMED, GOVERNMENT)


def test_an_admission_by_the_loser_raises_most() -> None:
    def moved(*by: object) -> float:
        return p_of(status(page(replace(ANNOUNCED, by=by))), TALIBAN)  # type: ignore[arg-type]

    admission, agency, friend, own = moved(GOVERNMENT_SPOKESMAN), moved(REUTERS), moved(AFP, PAKISTANI_SOURCE), moved(TALIBAN_SPOKESMAN)
    assert admission > agency > friend > own
    assert admission > 0.95


def test_an_admission_ends_the_dispute_its_own_side_opened() -> None:
    admitted = report(
        "2021-07-15", "Quill Daily", Told("The post was lost, Kabul conceded.", Relation.LOST, GOVERNMENT, (GOVERNMENT_SPOKESMAN,))
    )
    found = status(page(*PAGE), admitted, on=JULY_14.replace(day=16))
    assert found.support is Support.CONFIRMED
    assert found.probability > 0.95
    assert found.confidence is Confidence.HIGH


def test_probabilities_sum_to_one_and_bits_to_the_whole_way(found: Status) -> None:
    assert sum(p for _, p in found.probabilities) == pytest.approx(1, abs=1e-12)
    states = weigher(page(*PAGE)).case(CROSSING, found.known_by).chain
    start = float(states.fold(states.start)[states.states.index(TALIBAN)])
    whole = log2(found.probability / (1 - found.probability)) - log2(start / (1 - start))
    assert sum(r.bits for r in found.reasons) == pytest.approx(whole, abs=1e-9)
    assert [abs(r.bits) for r in found.reasons] == sorted((abs(r.bits) for r in found.reasons), reverse=True)


def test_reasons_say_who_and_how_far(found: Status) -> None:
    words = [r.words for r in found.reasons]
    assert any("in its own interest, heard 2 times" in w for w in words)
    assert any("in a friend's interest" in w for w in words)
    assert any("adds nothing" in w and w.startswith("Quill Daily") for w in words)


def test_the_theatre_says_why_the_neighbour_leans() -> None:
    assert any(i.side == "pakistan" and i.actor == TALIBAN and i.reason for i in theatre().lexicon.interests)


def test_a_third_partys_withdrawal_gives_the_place_to_nobody() -> None:
    left = Told("Allied troops left the base, two officials said.", Relation.WITHDREW, "us_coalition", (COUNCILLOR,), when=day(JULY_14))
    assert status(page(left)).holder is None
    lost = replace(left, text="The army left the base, two officials said.", actor=GOVERNMENT)
    assert status(page(lost)).holder == TALIBAN, "an enemy's loss has an heir"
    kept = Told("The base is the army's now.", Relation.CONTROLS, GOVERNMENT, when=day(JULY_14))
    assert status(page(left, kept)).holder == GOVERNMENT, "what a friend does with it is news of its own"


@pytest.mark.parametrize(
    "voice",
    [
        Voice("a spokesman of the ministry", VoiceKind.SPOKESMAN, GOVERNMENT, anonymous=True),
        Voice("the interior ministry", VoiceKind.OFFICIAL, GOVERNMENT),
        Voice("the army corps of the south", VoiceKind.OFFICIAL, GOVERNMENT),
    ],
    ids=["an unnamed spokesman", "a ministry", "an army corps"],
)
def test_a_party_speaks_with_one_voice(voice: Voice) -> None:
    one = page(replace(REPELLED, when=day(JULY_14)))
    other = report("2021-07-14", "Ridge Post", replace(REPELLED, text="The post holds, it was said in Kabul.", by=(voice,)))
    assert {t.origin for t in heard(one, other)[CROSSING]} == {"side:afghan_government"}


def test_an_unnamed_man_of_a_party_may_speak_against_it() -> None:
    officer = Voice("an officer", VoiceKind.OFFICIAL, GOVERNMENT, anonymous=True)
    (said,) = heard(page(replace(ANNOUNCED, by=(REUTERS, officer))))[CROSSING]
    assert said.origin == "reuters"
    assert stake(said.symbol, said.leaning) is Stake.ADMISSION


def test_hearsay_mentioned_only_to_be_denied_weighs_nothing() -> None:
    rumour = Voice("reports", VoiceKind.REPORTS)
    told = Told("Reports that the post had fallen were false, the ministry said.", by=(rumour,), when=day(JULY_14))
    denial = replace(told, text="It is false, the ministry said.", by=(GOVERNMENT_SPOKESMAN,), denied=True)
    only_denied = status(page(told, denial))
    assert p_of(only_denied, TALIBAN) < 0.5
    assert only_denied.holder != TALIBAN
    spread = status(page(told, denial), report("2021-07-14", "Ridge Post", replace(told, text="Reports say that the post has fallen.")))
    assert p_of(spread, TALIBAN) > p_of(only_denied, TALIBAN), "told somewhere for its own sake it is hearsay again"
