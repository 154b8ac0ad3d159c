"""The number of the Admiralty scale that is proposed for a claim: by what others say of the same, never by its own source."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from weigh_scene import (
    GOVERNMENT,
    GOVERNMENT_SPOKESMAN,
    LATER,
    RESIDENT,
    TALIBAN_SPOKESMAN,
    Told,
    report,
    status,
)

from heldby.errors import Faults
from heldby.model.claim import Relation
from heldby.model.status import Located
from heldby.weigh.admiralty import parse_yardstick

DAND = "af:kandahar:dand"
ON = date(2021, 7, 20)
claimed = report("2021-07-10T08:00Z", "Kite Gazette", Told("The district is ours, said the spokesman.", by=(TALIBAN_SPOKESMAN,), unit=DAND))
denied = report(
    "2021-07-10T10:00Z",
    "Kite Gazette",
    Told("The ministry denied that Dand had fallen.", by=(GOVERNMENT_SPOKESMAN,), unit=DAND, denied=True),
)
seen = report("2021-07-11T09:00Z", "Reuters", Told("A shopkeeper saw fighters at every corner of Dand.", by=(RESIDENT,), unit=DAND))
later = report(
    "2021-07-17T08:00Z",
    "The Mill Post",
    Told("A trader said the movement runs the bazaar.", Relation.CONTROLS, by=(RESIDENT,), unit=DAND),
)
gainsaid = report(
    "2021-07-11T10:00Z", "AFP", Told("The flag of the republic still flew over Dand.", Relation.CONTROLS, GOVERNMENT, unit=DAND)
)
gainsaid_again = report(
    "2021-07-11T12:00Z",
    "Reuters",
    Told("Soldiers guarded the gates of Dand.", Relation.CONTROLS, GOVERNMENT, by=(RESIDENT,), unit=DAND),
)


def numbers(*reports: tuple[Located, ...], known_by: datetime = LATER) -> dict[str, int]:
    """By the first words quoted of each testimony."""
    found = status(*reports, unit=DAND, on=ON, known_by=known_by)
    return {r.testimony.claims[0].claim.passage.quote[:12]: r.credibility.number for r in found.reasons}


def test_a_claim_that_another_origin_makes_too_is_confirmed_and_its_denial_doubtful() -> None:
    assert numbers(claimed, denied, seen) == {"The district": 1, "The ministry": 4, "A shopkeeper": 6}


def test_word_against_word_cannot_be_judged() -> None:
    assert numbers(claimed, denied) == {"The district": 6, "The ministry": 6}


def test_a_claim_that_others_gainsay_is_doubtful_or_improbable_and_its_denial_probably_true_or_confirmed() -> None:
    found = numbers(claimed, denied, gainsaid, gainsaid_again)
    assert found["The district"] in (4, 5)
    assert found["The ministry"] in (1, 2)


def test_what_others_bear_out_only_later_is_probably_true_and_not_confirmed() -> None:
    assert numbers(claimed, later)["The district"] == 2


def test_copies_confirm_nothing() -> None:
    words = "A shopkeeper saw fighters at every corner of Dand."
    copied = report("2021-07-11T12:00Z", "Copy Courier", Told(words, by=(RESIDENT,), unit=DAND))
    assert numbers(seen, copied) == {"A shopkeeper": 6}


def test_its_own_origin_has_no_part_in_it() -> None:
    again = report("2021-07-12T08:00Z", "Reuters", Told("They hold Dand, an elder said.", Relation.CONTROLS, by=(RESIDENT,), unit=DAND))
    assert set(numbers(seen, again).values()) == {6}
    assert numbers(claimed, seen, again)["The district"] == numbers(claimed, seen)["The district"]


def test_fighting_is_confirmed_by_another_origin_of_the_same_time_and_by_nothing_else() -> None:
    shots = Told("Shots were heard, a resident said.", Relation.CONTESTS, by=(RESIDENT,), unit=DAND)
    clash = Told("Clashes went on in Dand, an officer said.", Relation.CONTESTS, by=(GOVERNMENT_SPOKESMAN,), unit=DAND)
    one, other, late = (
        report(at, paper, told)
        for at, paper, told in (
            ("2021-07-10T08:00Z", "Reuters", shots), ("2021-07-10T09:00Z", "AFP", clash), ("2021-07-18T09:00Z", "AFP", clash),
        )
    )  # fmt: skip
    assert numbers(one, other) == {"Shots were h": 1, "Clashes went": 1}
    assert numbers(one, late) == {"Shots were h": 6, "Clashes went": 6}


def test_an_earlier_clock_proposes_what_was_known_then() -> None:
    assert numbers(claimed, denied, seen, known_by=datetime(2021, 7, 10, 12, tzinfo=UTC)) == {"The district": 6, "The ministry": 6}


def test_lines_of_credibility_must_be_2_to_5_and_fall_to_nought() -> None:
    judging = {"borne_out": 0.8, "contradicted": 0.2, "within": 30, "least": 10, "together": 3}
    letter = [{"letter": "E", "share": 0.0, "low": 0.0, "why": "unreliable"}]
    lines = [{"number": n, "least": p, "why": "x"} for n, p in ((2, 0.5), (3, 0.6), (4, 0.1), (5, 0.0))]
    with pytest.raises(Faults, match="least must fall"):
        parse_yardstick({"judging": judging, "letter": letter, "credibility": lines})
    with pytest.raises(Faults, match="2, 3, 4 and 5"):
        parse_yardstick({"judging": judging, "letter": letter, "credibility": lines[:3]})
