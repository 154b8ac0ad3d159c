"""The loader names every fault of a rulebook at once, and accepts the one that is shipped."""

from __future__ import annotations

import pytest

from heldby.errors import Faults, UsageError
from heldby.model.claim import Relation
from heldby.model.rulebook import Build, Role
from heldby.rules import load_rulebook, parse_rulebook

EXAMPLES = """
examples = [
  { text = "The Taliban took Nesh.", claims = ["captured | taliban | Nesh"] },
  { text = "The Taliban took Chora.", claims = ["captured | taliban | Chora"] },
  { text = "She took a picture.", claims = [] },
]
"""
FRAME = '[[frame]]\nid = "a"\nrelation = "captured"\nbuild = "verb"\nverbs = ["take"]\nparts = { from = "loser" }\n'


def faults(text: str) -> list[str]:
    with pytest.raises(Faults) as caught:
        parse_rulebook({"frames.toml": text.encode()}, "en")
    return [str(f) for f in caught.value.faults]


def test_the_shipped_rules_load_and_their_digest_is_stable() -> None:
    book = load_rulebook()
    assert book.language == "en"
    assert len({f.id for f in book.frames}) == len(book.frames)
    assert book.digest == load_rulebook().digest


def test_a_frame_is_read_whole() -> None:
    (frame,) = parse_rulebook({"frames.toml": (FRAME + EXAMPLES).encode()}, "en").frames
    assert (frame.relation, frame.build, frame.part("from"), frame.part("by")) == (Relation.CAPTURED, Build.VERB, Role.LOSER, Role.NONE)
    assert [e.claims for e in frame.examples][-1] == ()


def test_a_frame_without_examples_is_refused() -> None:
    assert any("examples" in f for f in faults(FRAME))


def test_every_fault_is_named() -> None:
    text = (
        FRAME.replace('"captured"', '"conquered"') + "colour = 1\n" + EXAMPLES + '[[cue]]\nkind = "agent-noun"\nwords = ["Forces"]\n[odd]\n'
    )
    found = faults(text)
    assert any("colour" in f for f in found)
    assert any("lower case" in f for f in found)
    assert any("odd" in f for f in found)


def test_an_unknown_relation_and_two_frames_of_one_id_are_faults() -> None:
    assert any("conquered" in f for f in faults(FRAME.replace('"captured"', '"conquered"') + EXAMPLES))
    assert any("two frames" in f for f in faults(FRAME + EXAMPLES + FRAME + EXAMPLES))


def test_a_broken_file_is_a_fault_and_no_crash() -> None:
    assert faults("[[frame]\n")


def test_a_language_without_rules_is_a_usage_error() -> None:
    with pytest.raises(UsageError):
        load_rulebook("xx")
