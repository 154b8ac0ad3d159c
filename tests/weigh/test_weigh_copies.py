"""Copies never corroborate, however they are rewritten; an outlet's own line adds no origin; linked places move by a written rule only."""

from __future__ import annotations

from dataclasses import replace

import pytest
from weigh_scene import (
    AFP,
    CENTRE,
    COUNCILLOR,
    CROSSING,
    DISTRICT,
    GOVERNMENT,
    JULY_14,
    PAKISTANI_SOURCE,
    TALIBAN,
    TALIBAN_SPOKESMAN,
    Told,
    heard,
    p_of,
    report,
    status,
    theatre,
)

from heldby.model.claim import Relation
from heldby.model.status import Located, Support
from heldby.model.when import day
from heldby.model.who import Voice, VoiceKind

LIMIT = 0.001
OUTLETS = ("Delta Ledger", "Ridge Post", "Orchard Times", "Canal Gazette", "Summit Wire", "Bazaar Daily", "Juniper News", "Saffron Press")
COUNT = 10
PUBLISHED = ("2021-07-14T14:00Z", "2021-07-14T19:00Z", "2021-07-15T03:00Z", "2021-07-15", "2021-07-16T05:00Z")

SPOKESMAN = Told("The gate is in our hands, a spokesman of the movement said.", by=(TALIBAN_SPOKESMAN,), when=day(JULY_14))
SOURCE = Told(
    "Insurgents have the post, a security source across the border told the agency.", by=(AFP, PAKISTANI_SOURCE), when=day(JULY_14)
)
COUNCIL = Told("The crossing was taken, a provincial councillor said.", by=(COUNCILLOR,), when=day(JULY_14))
ORIGINALS = {"spokesman": SPOKESMAN, "agency source": SOURCE, "councillor": COUNCIL}


def verbatim(story: Told, n: int) -> Told:
    return story


def trimmed(story: Told, n: int) -> Told:
    return replace(story, text=story.text.removesuffix(".") + f" late on day {n}.")


def reworded(story: Told, n: int) -> Told:
    return replace(story, text=f"Word number {n} from the same mouth: the frontier gate changed hands.", when=None)


def the_agency_reported(story: Told, n: int) -> Told:
    return replace(story, text=f"The crossing fell, an agency dispatch of that day said ({n}).", by=(AFP,))


def unattributed(story: Told, n: int) -> Told:
    return replace(story, text=f"Fighters of the movement overran the frontier post, version {n}.", by=())


def unattributed_and_undated(story: Told, n: int) -> Told:
    return replace(unattributed(story, n), when=None)


def an_official_said(story: Told, n: int) -> Told:
    """The source without the agency and without his country."""
    voice = story.by[-1]
    vague = Voice("an official", voice.kind, "unknown", anonymous=True)
    return replace(story, text=f"An official said so, in variant {n}.", by=(vague if voice.anonymous else voice,))


def several_reports(story: Told, n: int) -> Told:
    return replace(story, text=f"It is reported, {n} times over.", by=(Voice("several reports", VoiceKind.REPORTS),))


def it_fell(story: Told, n: int) -> Told:
    """The same news told as a loss, with no taker named."""
    return replace(story, text=f"The frontier post was lost that day, version {n}.", relation=Relation.LOST, actor=GOVERNMENT, by=())


def it_fell_he_said(story: Told, n: int) -> Told:
    return replace(it_fell(story, n), text=f"It is lost, the same man said ({n}).", by=story.by)


REWRITES = (
    it_fell,
    it_fell_he_said,
    verbatim,
    trimmed,
    reworded,
    the_agency_reported,
    unattributed,
    unattributed_and_undated,
    an_official_said,
    several_reports,
)


@pytest.mark.parametrize("rewrite", REWRITES, ids=lambda f: f.__name__)
@pytest.mark.parametrize("story", ORIGINALS.values(), ids=ORIGINALS)
def test_ten_rewritten_copies_move_nothing(story: Told, rewrite: object, proving: bool) -> None:
    count = 200 if proving else COUNT
    original = report("2021-07-14T12:00Z", "Harbour Record", story)
    alone = status(original, on=JULY_14)
    copies = [
        report(PUBLISHED[n % len(PUBLISHED)], f"{OUTLETS[n % len(OUTLETS)]} {n}", rewrite(story, n))  # type: ignore[operator]
        for n in range(count)
    ]
    for day_after in (0, 3, 20):
        on = JULY_14.replace(day=14 + day_after) if day_after < 17 else JULY_14.replace(month=8, day=3)
        before, after = status(original, on=on), status(original, *copies, on=on)
        for state, p in before.probabilities:
            assert abs(p_of(after, state) - p) <= LIMIT, (rewrite, state)
        assert after.origins == before.origins
        assert after.support is before.support
    assert alone.support in (Support.CLAIMED, Support.REPORTED), "one origin is never confirmed"


def test_a_copy_with_a_new_voice_adds_that_voice() -> None:
    """Copied sentences do not swallow what another paper's agency source adds to them."""
    first = report("2021-07-14T12:00Z", "Harbour Record", SPOKESMAN, COUNCIL)
    more = report("2021-07-14T15:00Z", "Ridge Post", SPOKESMAN, COUNCIL, SOURCE)
    assert status(first, more).origins == status(first).origins + 1


def test_a_copy_is_an_echo_of_the_one_it_copies() -> None:
    first = report("2021-07-14T12:00Z", "Harbour Record", SPOKESMAN, SOURCE)
    again = report("2021-07-14T15:00Z", "Ridge Post", SPOKESMAN, SOURCE)
    assert [t.echoes for t in heard(first, again)[CROSSING]] == [1, 1]


@pytest.mark.parametrize("cited", [SPOKESMAN, SOURCE, COUNCIL], ids=ORIGINALS)
@pytest.mark.parametrize("line_first", [True, False])
def test_an_outlets_own_line_beside_a_cited_source_adds_no_origin(cited: Told, line_first: bool) -> None:
    own = Told("The fighters took the post.")
    said = (own, cited) if line_first else (cited, own)
    alone, both = (status(report("2021-07-14T12:00Z", "Harbour Record", *s)) for s in ((cited,), said))
    assert both.origins == alone.origins == 1
    assert abs(p_of(both, TALIBAN) - p_of(alone, TALIBAN)) <= LIMIT
    assert len(both.reasons) == 2, "it is shown beside the source, and adds nothing"


def loss_first(story: Told) -> list[tuple[Located, ...]]:
    """The news told as a loss, and in other papers the same with the taker's name."""
    first = report("2021-07-14T12:00Z", "Harbour Record", it_fell_he_said(story, 0))
    retold = [an_official_said, the_agency_reported, unattributed, several_reports]
    return [first, *(report("2021-07-14T18:00Z", f"Ridge Post {n}", r(story, n)) for n, r in enumerate(retold))]


@pytest.mark.parametrize("story", [SOURCE, COUNCIL], ids=["agency source", "councillor"])
def test_a_loss_retold_with_the_takers_name_adds_nothing(story: Told) -> None:
    reports = loss_first(story)
    alone, after = status(reports[0]), status(*reports)
    assert abs(p_of(after, TALIBAN) - p_of(alone, TALIBAN)) <= LIMIT
    assert after.origins == alone.origins == 1


def test_own_lines_beside_interested_voices_confirm_nothing() -> None:
    """Two origins that both lean the holder's way and a neutral-looking line of the paper between them."""
    found = status(report("2021-07-14T12:00Z", "Harbour Record", SPOKESMAN, Told("The fighters took the post."), SOURCE))
    assert (found.origins, found.support) == (2, Support.CLAIMED)


def test_one_voice_that_tells_a_taking_and_the_loss_speaks_once() -> None:
    lost = replace(SPOKESMAN, text="The soldiers ran, he added.", relation=Relation.LOST, actor=GOVERNMENT)
    alone, both = status(report("2021-07-14", "Harbour Record", SPOKESMAN)), status(report("2021-07-14", "Harbour Record", SPOKESMAN, lost))
    assert abs(p_of(both, TALIBAN) - p_of(alone, TALIBAN)) <= LIMIT


def test_two_independent_voices_do_corroborate() -> None:
    """The tests above would all pass if nothing ever counted."""
    one = report("2021-07-14T12:00Z", "Harbour Record", SPOKESMAN)
    two = report("2021-07-14T12:00Z", "Ridge Post", COUNCIL)
    found = status(one, two)
    assert found.origins == 2
    assert found.support is Support.CONFIRMED
    assert p_of(found, TALIBAN) > p_of(status(one), TALIBAN) + 0.03


def test_a_linked_place_moves_only_where_a_rule_says_so() -> None:
    at_crossing, at_centre = (report("2021-07-14T12:00Z", "Harbour Record", replace(COUNCIL, unit=u)) for u in (CROSSING, CENTRE))
    unmoved = status(at_crossing, unit=DISTRICT)
    assert (unmoved.support, unmoved.probabilities) == (Support.UNKNOWN, ())
    assert [t.unit_id for t in unmoved.related] == [CROSSING], "but it is shown"
    moved = status(at_centre, unit=DISTRICT)
    assert moved.holder == TALIBAN
    assert {r.testimony.via for r in moved.reasons} == {CENTRE}
    assert all("through a linked place" in r.words for r in moved.reasons)
    rule = next(k for k in theatre().links if (k.unit_id, k.linked_id) == (CENTRE, DISTRICT))
    assert rule.moves
    assert rule.reason
    assert p_of(moved, TALIBAN) < p_of(status(at_centre, unit=CENTRE), TALIBAN), "through a link it counts less"


def test_one_event_told_of_a_district_and_its_centre_counts_once_there() -> None:
    both = report("2021-07-14T12:00Z", "Harbour Record", replace(COUNCIL, unit=DISTRICT), replace(COUNCIL, unit=CENTRE))
    direct = report("2021-07-14T12:00Z", "Harbour Record", replace(COUNCIL, unit=DISTRICT))
    assert status(both, unit=DISTRICT).origins == 1
    assert abs(p_of(status(both, unit=DISTRICT), TALIBAN) - p_of(status(direct, unit=DISTRICT), TALIBAN)) <= LIMIT


def test_a_repeated_announcement_of_one_capture_adds_nothing() -> None:
    once = report("2021-07-14T12:00Z", "Harbour Record", SPOKESMAN)
    weekly = [
        report(f"2021-07-{d}T12:00Z", "Harbour Record", replace(SPOKESMAN, text=f"Taken, still ({d}).", when=day(JULY_14.replace(day=d))))
        for d in (20, 27)
    ]
    on = JULY_14.replace(day=30)
    assert abs(p_of(status(once, *weekly, on=on), TALIBAN) - p_of(status(once, on=on), TALIBAN)) <= LIMIT


def test_a_new_capture_after_a_loss_is_new() -> None:
    taken = report("2021-07-01T12:00Z", "Harbour Record", replace(SPOKESMAN, when=day(JULY_14.replace(day=1))))
    lost = report(
        "2021-07-06T12:00Z",
        "Harbour Record",
        Told("They left it, their spokesman said.", relation=Relation.LOST, by=(TALIBAN_SPOKESMAN,), when=day(JULY_14.replace(day=6))),
    )
    again = report("2021-07-14T12:00Z", "Harbour Record", replace(SPOKESMAN, text="We are back at the gate, the spokesman said."))
    assert status(taken, lost).holder != TALIBAN
    assert status(taken, lost, again).holder == TALIBAN


def test_no_claim_that_says_something_is_dropped() -> None:
    told = report("2021-07-14T12:00Z", "Harbour Record", SPOKESMAN, SOURCE, COUNCIL)
    assert sum(len(t.claims) for t in heard(told)[CROSSING]) == len(told)


def test_an_office_named_with_its_place_is_no_new_speaker() -> None:
    governor = Voice("the provincial governor", VoiceKind.LOCAL, GOVERNMENT)
    story = Told("The crossing was lost on Tuesday, the provincial governor told the agency.", by=(AFP, governor), when=day(JULY_14))
    alone = report("2021-07-14T10:00Z", "Delta Ledger", story)
    for words in ("the governor of Kandahar", "Kandahar's governor"):
        again = Told(f"The crossing has fallen, {words} said.", by=(replace(governor, text=words),))
        both = status(alone, report("2021-07-14T14:00Z", "Ridge Post", again))
        assert p_of(both, TALIBAN) == pytest.approx(p_of(status(alone), TALIBAN), abs=LIMIT)
        assert both.origins == 1


def test_a_paper_no_theatre_lists_is_one_origin_with_whoever_quotes_it() -> None:
    soldier = Voice("a soldier", VoiceKind.OTHER, GOVERNMENT, anonymous=True)
    story = report(
        "2021-07-14T10:00Z", "Valley Courier", Told("The crossing is lost, a soldier told this paper.", by=(soldier,), when=day(JULY_14))
    )
    quoted = Told("The crossing has fallen, according to the Valley Courier.", by=(Voice("the Valley Courier", VoiceKind.OTHER),))
    both = status(story, report("2021-07-14T14:00Z", "Ridge Post", quoted))
    assert p_of(both, TALIBAN) == pytest.approx(p_of(status(story), TALIBAN), abs=LIMIT)
    assert both.origins == 1


def test_an_officials_denial_speaks_for_his_side_whoever_carries_it() -> None:
    governor = Voice("the governor", VoiceKind.LOCAL, GOVERNMENT)
    found = status(
        report("2021-07-14T10:00Z", "Ridge Post", Told("The crossing has not fallen, the governor said.", by=(governor,), denied=True))
    )
    assert (found.holder, found.support) == (GOVERNMENT, Support.CLAIMED)
