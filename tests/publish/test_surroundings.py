"""A passage within its sentence: neither the sentence before nor the paragraph behind, and no stop at an initial."""

from __future__ import annotations

from dataclasses import replace

import pytest
from publish_scene import CROSSING, KNOWN, afghanistan, bundle, crossing_status

from heldby.publish.release import Release, UnitRule, release
from heldby.publish.surroundings import MOST, surroundings
from heldby.publish.wording import source_words, tellings

TEXT = (
    "HERAT - The road was shut. On Sunday, a councillor said, fighters took the district, but Gen. Aaa of the U.S. Army denied it! "
    "“It is ours,” said B. Bbb. Nothing else is known.\nA second paragraph"
)


@pytest.mark.parametrize(
    ("passage", "before", "behind"),
    [
        ("fighters took the district", "On Sunday, a councillor said, ", ", but Gen. Aaa of the U.S. Army denied it!"),
        ("The road was shut", "HERAT - ", "."),
        ("“It is ours,”", "", " said B. Bbb. Nothing else is known."),
        ("Nothing else is known.", "“It is ours,” said B. Bbb. ", ""),
        ("A second paragraph", "", ""),
        (
            "shut. On Sunday",
            "HERAT - The road was ",
            ", a councillor said, fighters took the district, but Gen. Aaa of the U.S. Army denied it!",
        ),
    ],
)
def test_the_rest_of_the_sentence_stands_around_a_passage(passage: str, before: str, behind: str) -> None:
    start = TEXT.index(passage)
    assert surroundings(TEXT, start, start + len(passage)) == (before, behind)


def test_long_sentences_are_cut_at_a_word_and_that_is_shown() -> None:
    text = f"{'before ' * 100}HERE{' behind' * 100}"
    start = text.index("HERE")
    before, behind = surroundings(text, start, start + 4)
    assert before.startswith("…before")
    assert behind.endswith("behind…")
    assert max(len(before), len(behind)) <= MOST + 1


def test_a_quotation_is_shown_in_its_sentence_where_the_text_is_known_and_only_where_it_fits() -> None:
    status = crossing_status()
    claim = status.reasons[1].testimony.claims[0].claim
    text = f"{'x' * 118}. {claim.passage.quote[:-1]}, and more. Not this."
    short = replace(claim.passage, quote=claim.passage.quote[:-1], end=claim.passage.end - 1)
    located = replace(status.reasons[1].testimony.claims[0], claim=replace(claim, passage=short))
    reason = replace(status.reasons[1], testimony=replace(status.reasons[1].testimony, claims=(located,)))
    made = bundle(afghanistan(), [replace(status, reasons=(reason,))], texts={claim.report_id: text})
    (quote,) = release(made, Release(), KNOWN).statuses[0].evidence[0].quotes
    assert (quote.before, quote.behind) == ("", ", and more.")
    other = release(replace(made, texts={claim.report_id: "another text altogether"}), Release(), KNOWN).statuses[0].evidence[0].quotes[0]
    assert (other.before, other.behind) == ("", "")


def test_a_sentence_that_names_a_coarsened_place_is_withheld_whole() -> None:
    status = crossing_status()
    claim = status.reasons[1].testimony.claims[0].claim
    quote = claim.passage.quote
    text = f"{'x' * 110} In Dand: {quote}"
    start = text.index(quote)
    moved = replace(claim.passage, start=start, end=start + len(quote))
    located = replace(status.reasons[1].testimony.claims[0], claim=replace(claim, passage=moved))
    reason = replace(status.reasons[1], testimony=replace(status.reasons[1].testimony, claims=(located,)))
    made = bundle(afghanistan(), [replace(status, reasons=(reason,), related=())], texts={claim.report_id: text})
    rules = Release(rules=(UnitRule("af:kandahar:dand", coarsen_to="province"),))
    (shown,) = release(made, rules, KNOWN).statuses[0].evidence[0].quotes
    assert (shown.before, shown.text, shown.behind, shown.url) == ("", "[withheld by the release rules]", "", "")
    assert release(made, Release(), KNOWN).status(CROSSING).evidence[0].quotes[0].text == quote  # type: ignore[union-attr]


def test_copies_of_a_sentence_are_told_by_their_source_alone_and_each_report_once() -> None:
    made = release(bundle(afghanistan(), [crossing_status()]), Release(), KNOWN).statuses[0]
    one = made.evidence[0]
    first, second = one.quotes
    copy = replace(first, report_id="r-copy", outlet="Copyist Daily")
    evidence = replace(one, quotes=(first, replace(first, claim_id="c-2"), second, copy, replace(second, report_id="r-copy")))
    told = tellings(evidence)
    assert [(t.quote.outlet, t.again, t.same) for t in told] == [
        ("The Valley Post", False, False),
        ("Kite News Agency", True, False),
        ("Copyist Daily", True, True),
    ]
    assert source_words(told[2], afghanistan()).startswith("the same words again in Copyist Daily, 2021-07-14; known 14 July 2021")
    gone = replace(told[1], quote=replace(second, withdrawn=True))
    assert "since changed or withdrawn by its outlet" in source_words(gone, afghanistan())
