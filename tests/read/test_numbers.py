"""Numerals in words and figures, as news writes them."""

from __future__ import annotations

import pytest

from heldby.read.numbers import cardinal, find_numerals, ordinal, share

CARDINALS = {
    "0": 0,
    "zero": 0,
    "1,250": 1250,
    "1\u00a0250": 1250,
    "12.5": 12.5,
    "a dozen": 12,
    "two dozen": 24,
    "a hundred": 100,
    "one hundred and six": 106,
    "two hundred and twenty-two": 222,
    "twenty-two": 22,
    "seventy five": 75,
    "nineteen": 19,
    "three thousand": 3000,
}
ORDINALS = {"first": 1, "ninth": 9, "twelfth": 12, "twenty-first": 21, "thirtieth": 30, "2nd": 2, "13th": 13, "101st": 101}
SHARES = {
    "half": 0.5,
    "a third": 0.3333,
    "two-thirds": 0.6667,
    "two thirds": 0.6667,
    "three quarters": 0.75,
    "a fifth": 0.2,
    "40%": 0.4,
    "53.8 percent": 0.538,
    "85 per cent": 0.85,
    "ninety percent": 0.9,
}


@pytest.mark.parametrize(("text", "value"), CARDINALS.items())
def test_cardinals(text: str, value: float) -> None:
    assert cardinal(text) == value


@pytest.mark.parametrize(("text", "value"), ORDINALS.items())
def test_ordinals(text: str, value: int) -> None:
    assert ordinal(text) == value


@pytest.mark.parametrize(("text", "value"), SHARES.items())
def test_shares(text: str, value: float) -> None:
    assert share(text) == value


@pytest.mark.parametrize("text", ["", "several", "many", "dozens", "no", "9th"])
def test_words_that_are_no_cardinals(text: str) -> None:
    assert cardinal(text) is None


@pytest.mark.parametrize("text", ["120%", "percent", "the whole", "a lot"])
def test_words_that_are_no_shares(text: str) -> None:
    assert share(text) is None


def test_numerals_of_a_sentence_in_order_and_none_inside_another() -> None:
    text = "The ninth capital fell; twenty-two of 34 are left, two-thirds of them in the north, 40 percent near the border."
    assert [(text[n.start : n.end], n.value, n.kind) for n in find_numerals(text)] == [
        ("ninth", 9.0, "rank"),
        ("twenty-two", 22.0, "count"),
        ("34", 34.0, "count"),
        ("two-thirds", 0.6667, "share"),
        ("40 percent", 0.4, "share"),
    ]
