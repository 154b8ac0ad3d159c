"""A status in words: ICD 203 for how likely, a sentence of its own for how good the evidence is, and never more than is known."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from publish_scene import AS_OF, CROSSING, GOVERNMENT, TALIBAN, afghanistan, country, crossing_status, plain_status

from heldby.model.status import CONTESTED, Confidence, Status, Support, Symbol
from heldby.model.when import When, day
from heldby.publish.dates import short_when
from heldby.publish.sentences import confidence_sentence, side_phrase, since_words, status_sentence
from heldby.publish.style import likelihood, percent, steps

DAND = "af:kandahar:dand"


def said(**change: object) -> str:
    return status_sentence(replace(plain_status(DAND, TALIBAN, 0.9, Support.CONFIRMED), **change), afghanistan())  # type: ignore[arg-type]


def at(p: float) -> str:
    return said(probabilities=((TALIBAN, p), (GOVERNMENT, 1 - p)), since=day(AS_OF))


@pytest.mark.parametrize(
    ("p", "word"),
    [
        (0.0, "almost no chance"),
        (0.0499, "almost no chance"),
        (0.05, "very unlikely"),
        (0.20, "unlikely"),
        (0.4499, "unlikely"),
        (0.45, "roughly even chance"),
        (0.55, "roughly even chance"),
        (0.5501, "likely"),
        (0.80, "likely"),
        (0.8001, "very likely"),
        (0.95, "very likely"),
        (0.9501, "almost certain"),
        (1.0, "almost certain"),
    ],
)
def test_edges_belong_to_the_lower_bin_above_one_half_and_to_the_upper_bin_below(p: float, word: str) -> None:
    assert likelihood(p) == word


@pytest.mark.parametrize(("p", "text"), [(0.0, "1 %"), (0.004, "1 %"), (0.5, "50 %"), (0.996, "99 %"), (1.0, "99 %")])
def test_nothing_is_ever_certain(p: float, text: str) -> None:
    assert percent(p) == text


def test_the_founding_case_in_two_sentences() -> None:
    status = crossing_status()
    assert status_sentence(status, afghanistan()) == (
        "Spin Boldak crossing is very likely held by the Taliban since 14 July 2021, but this is disputed."
    )
    assert confidence_sentence(status) == "Confidence: low. 2 independent origins, 1 denial, last evidence the same day."


@pytest.mark.parametrize(
    ("p", "start"),
    [
        (0.97, "Dand district is almost certainly held by the Taliban since 14 July 2021."),
        (0.7, "Dand district is likely held by the Taliban since 14 July 2021."),
        (0.5, "There is a roughly even chance that Dand district is held by the Taliban since 14 July 2021."),
        (0.4, "Who holds Dand district is open: that it is held by the Taliban is unlikely, yet likelier than anything else."),
    ],
)
def test_the_leading_state_is_said_as_likely_as_it_is(p: float, start: str) -> None:
    assert at(p) == start


def test_what_nothing_was_read_of_is_unknown_and_nobodys() -> None:
    unknown = plain_status(DAND, None, 0.5, Support.UNKNOWN)
    assert status_sentence(unknown, afghanistan()) == "Nothing heldby has read says who holds Dand district."
    assert confidence_sentence(unknown) == "No evidence."
    near = replace(unknown, related=crossing_status().related)
    assert confidence_sentence(near) == "No evidence of its own; 1 testimony on linked places."


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"support": Support.CLAIMED, "claimed_by": TALIBAN}, "since 11 July 2021, on the word of the Taliban alone."),
        ({"support": Support.CLAIMED, "claimed_by": GOVERNMENT}, "since 11 July 2021, on the word of the Afghan government alone."),
        ({"support": Support.REPORTED, "claimed_by": "", "origins": 1}, "since 11 July 2021, on one origin's word alone."),
        ({"support": Support.CLAIMED, "claimed_by": "", "origins": 2}, "since 11 July 2021, on the word of interested voices alone."),
        ({"support": Support.REPORTED, "claimed_by": "", "origins": 0}, "since 11 July 2021, on unattributed reports alone."),
        ({"support": Support.STALE}, "Dand district is very likely still held by the Taliban, as last heard on 11 July 2021."),
        (
            {"support": Support.STALE, "holder": None},
            "heldby cannot say who holds Dand district: the last word on it is of 11 July 2021.",
        ),
        (
            {"holder": CONTESTED, "probabilities": ((CONTESTED, 0.6), (TALIBAN, 0.4))},
            "Dand district is likely contested since 11 July 2021.",
        ),
        ({"since": None}, "Dand district is very likely held by the Taliban."),
    ],
)
def test_each_support_has_its_plain_words(change: dict[str, object], text: str) -> None:
    assert said(**change).endswith(text)


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2021-07-01", "since 1 July 2021"),
        ("2021-07-01~", "since about 1 July 2021"),
        ("../2021-07-01", "since 1 July 2021 or before"),
        ("2021-07-01/..", "since 1 July 2021 or later"),
        ("2021-07-01/2021-07-03", "since some time from 1 to 3 July 2021"),
        ("2021-07-01~/2021-07-02~", "since about 1 to 2 July 2021"),
        ("2021-07-01T00:00/2021-07-02T00:00", "since 1 July 2021"),
        ("2021-06-28/2021-07-03", "since some time from 28 June to 3 July 2021"),
        ("2021-07-01T17:00/2021-07-02T00:00", "since 1 July 2021 (17:00 to 24:00)"),
        ("2021-07-01T18:00/2021-07-02T06:00", "since some time from 1 July 2021, 18:00 to 2 July 2021, 06:00"),
        ("2021-07", "since some time in July 2021"),
        ("2021-07-01T09:00/2021-07-01T12:00", "since 1 July 2021 (09:00 to 12:00)"),
        ("2021-07-01T09:00", "since 1 July 2021, 09:00"),
    ],
)
def test_a_beginning_is_said_as_exactly_as_it_is_known(edtf: str, words: str) -> None:
    assert since_words(When.parse(edtf)) == words


@pytest.mark.parametrize(
    ("edtf", "short"),
    [
        ("2021-07-01", "2021-07-01"),
        ("2021-07-01~", "~2021-07-01"),
        ("2021-07-01/2021-07-03", "~2021-07-01"),
        ("2021-07-01T09:00/2021-07-01T12:00", "2021-07-01"),
        ("2021-07-01T17:00/2021-07-02T00:00", "2021-07-01"),
        ("../2021-07-01", "by 2021-07-01"),
        ("2021-07", "2021-07"),
        ("", ""),
    ],
)
def test_a_narrow_column_gets_a_day_and_a_sign_where_it_is_not_exact(edtf: str, short: str) -> None:
    assert short_when(edtf) == short


def test_counter_claims_are_not_called_denials() -> None:
    status = crossing_status()
    against = status.reasons[2]
    counter = replace(against, testimony=replace(against.testimony, symbol=Symbol.HOLDS, holder=GOVERNMENT))
    assert "1 counter-claim," in confidence_sentence(replace(status, reasons=(counter,)))
    assert "2 denials or counter-claims," in confidence_sentence(replace(status, denials=2, reasons=(against, counter)))


def test_no_sentence_speaks_of_likelihood_and_confidence_at_once() -> None:
    words = re.compile("|".join(s.word for s in steps()) + "|certain|chance", re.IGNORECASE)
    for row in country().statuses:
        assert "onfidence" not in row.sentence
        assert not words.search(row.confidence_sentence)


def test_sides_are_named_as_a_reader_would_name_them() -> None:
    assert [side_phrase(afghanistan(), s) for s in (GOVERNMENT, TALIBAN)] == ["the Afghan government", "the Taliban"]
    russia = replace(afghanistan(), sides=(replace(afghanistan().sides[0], id="russia", name="Russia"),))
    assert side_phrase(russia, "nobody-known") == "nobody-known"


def test_old_evidence_says_how_old() -> None:
    status: Status = replace(plain_status(CROSSING, TALIBAN, 0.6, Support.STALE, days_ago=1), confidence=Confidence.LOW, origins=0)
    assert confidence_sentence(status) == "Confidence: low. No independent origin of late, last evidence 1 day earlier."
