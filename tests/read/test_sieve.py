"""The sieve loses no match: whatever a pattern meets holds the literals that the sieve took from it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heldby.read.sieve import Sieve, literals
from heldby.read.timeforms import Classes
from heldby.rules import load_rulebook

PATTERNS = [
    r"(?:fell|fallen)\sto\s(?P<who>them|us)",
    r"(?:the\s)?cit(?:y|ies)s?\b",
    r"no(?!t)\w+|yes+",
    r"(?<=old\s)town{1,2}",
    r"a{0,3}bc+[de]f",
    r"(?-i:May|June)(?:(?<=\.)|\b)",
    r"half\s?of|\d+%",
]


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        (r"(?:fell|fallen)\sto", [{"fell", "fallen"}, {"to"}]),
        (r"(?:the\s)?city", [{"city"}]),
        (r"half|\d+", []),
        (r"town(?!s)", [{"town"}]),
        (r"(?<=old\s)towns?", [{"town"}]),
        (r"not\.\sso", [{"not."}, {"so"}]),
        (r"x[ab]yz", [{"yz"}]),
        (r"(?:(?:red|blue)\s)+flag", [{"red", "blue"}, {"flag"}]),
    ],
)
def test_literals_are_what_no_match_can_lack(pattern: str, wanted: list[set[str]]) -> None:
    assert [set(s) for s in literals(pattern)] == wanted


@given(
    st.lists(
        st.sampled_from(
            [
                "fell",
                "fallen",
                "to",
                "them",
                "the",
                "city",
                "cities",
                "yes",
                "nobody",
                "old",
                "town",
                "May.",
                "abcdf",
                "5%",
                "half of",
                "TOWN",
            ]
        )
    )
)
def test_a_pattern_that_matches_is_always_tried(words: list[str]) -> None:
    text = " ".join(words)
    compiled = [re.compile(p, re.IGNORECASE) for p in PATTERNS]
    tried = Sieve(compiled).worth_trying(text)
    assert {k for k, p in enumerate(compiled) if p.search(text)} <= set(tried)
    assert tried == sorted(tried)


def test_text_beyond_ascii_is_never_sieved() -> None:
    sieve = Sieve([re.compile("district", re.IGNORECASE), re.compile("kind", re.IGNORECASE)])
    assert sieve.worth_trying("d\u0131str\u0131cts, \u212aind") == [0, 1]
    assert sieve.worth_trying("a kind word") == [1]


@pytest.mark.parametrize("subject", ["dates", "tallies"])
def test_every_form_of_the_rules_is_tried_on_its_own_examples(subject: str) -> None:
    book = load_rulebook().phrasebook(subject)
    classes = Classes(book)
    compiled = [classes.compile(f.pattern) for f in book.forms]
    sieve = Sieve(compiled)
    examples = [e.text for f in book.forms for e in f.examples]
    assert len(examples) > 50
    for text in examples:
        met = {k for k, p in enumerate(compiled) if p.search(text)}
        assert met <= set(sieve.worth_trying(text))
