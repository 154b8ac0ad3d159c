"""A participle that opens its sentence is told of the subject it leads up to, never of somebody inferred."""

from __future__ import annotations

import pytest

from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read import Reader
from heldby.read.examples import claim_lines
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_rulebook(), load_theatre("world").lexicon)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("After capturing Tikrit, the Iraqi Army advanced north.", ["captured | iraq_government | Tikrit"]),
        ("Having taken Tikrit, the Iraqi Army advanced north.", ["captured | iraq_government | Tikrit"]),
        ("After taking Tikrit, residents said, the Iraqi Army advanced north.", ["captured | iraq_government | Tikrit"]),
        ("After capturing Tikrit, it was said, nobody slept.", []),
    ],
)
def test_who_takes_stands_behind_the_comma(reader: Reader, text: str, wanted: list[str]) -> None:
    read = reader.read(Report.of(text, outlet="Valley Messenger", published=Published.parse("2017-03-01")))
    assert [line for c in read.claims for line in claim_lines(c)] == wanted


def test_but_ends_what_is_claimed(reader: Reader) -> None:
    text = "The Syrian army claims full control of Aleppo, but the victory is hollow."
    read = reader.read(Report.of(text, outlet="Valley Messenger", published=Published.parse("2016-12-14")))
    assert [line for c in read.claims for line in claim_lines(c)] == ["controls | syria_government | Aleppo"]
