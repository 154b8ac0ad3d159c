"""The examples inside the frames are tests: all of them hold, and one that does not is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from heldby.model.rulebook import Example
from heldby.read.examples import check_examples
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre


@pytest.mark.parametrize("theatre", ["world", "afghanistan-2021"])
def test_every_example_holds(theatre: str) -> None:
    assert check_examples(load_rulebook(), load_theatre(theatre).lexicon) == ()


def test_a_wrong_example_is_named_with_what_was_read() -> None:
    rulebook = load_rulebook()
    wrong = Example("The Taliban captured Nesh district.", ("lost | taliban | Nesh",))
    frame = replace(rulebook.frames[0], examples=(wrong,))
    (failure,) = check_examples(
        replace(rulebook, frames=(frame, *(replace(f, examples=()) for f in rulebook.frames[1:]))), load_theatre("world").lexicon
    )
    assert (failure.rule, failure.text) == (frame.id, wrong.text)
    assert (failure.expected, failure.read) == (wrong.claims, ("captured | taliban | Nesh",))


def test_an_example_that_another_frame_reads_is_a_failure() -> None:
    rulebook = load_rulebook()
    stray = Example("The Taliban captured Nesh district.", ("captured | taliban | Nesh",))
    frame = next(f for f in rulebook.frames if f.id == "controls.verb")
    frames = tuple(replace(f, examples=(stray,) if f is frame else ()) for f in rulebook.frames)
    (failure,) = check_examples(replace(rulebook, frames=frames), load_theatre("world").lexicon)
    assert (failure.cause, failure.read) == ("frame", ("captured.verb",))
