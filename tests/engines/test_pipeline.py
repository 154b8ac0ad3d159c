"""A spaCy pipeline that the user names parses in place of ours. The pipelines here are blank ones whose trees are made by hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from engine_scene import NOW, report, rulebook, theatre
from tree_scene import CLEAR, UD, arcs, laid_out, sentence, tree

from conftest import Call
from heldby.engines import Engine, EngineFailure, EngineOptions, open_engine
from heldby.engines.pipeline import Pipeline, words_of
from heldby.engines.trees import parse_of
from heldby.errors import UsageError
from heldby.model.report import GapKind

spacy = pytest.importorskip("spacy", reason="needs spaCy (the extra `spacy`)")

DRAWN = [d for scheme in (CLEAR, UD) for d in scheme.values()]
GIVEN = ("--theatre", "afghanistan-2021", "--outlet", "Lowland Post", "--published", "2021-05-11")
PROBE = "The/2/det army/3/nsubj took/0/ROOT the/5/det town/3/dobj ./3/punct"


def grouped(drawn: str) -> tuple[tuple[str, ...], list[int], list[str]]:
    """A drawn tree with every name one word: words, heads and labels."""
    laid, known = laid_out(drawn), arcs(drawn)
    groups = words_of(laid)
    of = {t: g for g, group in enumerate(groups) for t in group}
    roots = [next((t for t in g if of[known[t][0]] != of[t]), g[-1]) for g in groups]
    words = tuple(max((laid.tokens[t].text for t in g), key=len) for g in groups)
    return words, [of[known[t][0]] for t in roots], [known[t][1] for t in roots]


@cache
def known_trees() -> dict[tuple[str, ...], tuple[list[int], list[str]]]:
    return {words: (heads, labels) for words, heads, labels in map(grouped, (PROBE, *DRAWN))}


def draw(doc: Any) -> Any:
    """The sentences of the scene with their trees; every other sentence hangs on its first word."""
    words = tuple(w.text for w in doc)
    heads, labels = known_trees().get(words, ([0] * len(words), ["ROOT"] + ["dep"] * (len(words) - 1)))
    return spacy.tokens.Doc(doc.vocab, words=list(words), spaces=[bool(w.whitespace_) for w in doc], heads=heads, deps=labels)


def fail(doc: Any) -> Any:
    """Parses the probe, and nothing else."""
    if len(doc) != len(PROBE.split()):
        raise RuntimeError("secret inner state")
    return draw(doc)


def relabel(doc: Any) -> Any:
    for word in doc:
        word.head, word.dep_ = doc[0], "A0"
    return doc


for name, component in (("draws", draw), ("fails", fail), ("relabels", relabel)):
    spacy.Language.component(f"heldby_test_{name}", func=component)


def saved(folder: Path, *parts: str) -> str:
    nlp = spacy.blank("en")
    nlp.meta["name"], nlp.meta["version"] = "drawn", "1.2"
    for part in parts:
        nlp.add_pipe(part)
    folder.mkdir(exist_ok=True)
    nlp.to_disk(folder / "pipeline")
    return str(folder / "pipeline")


def opened(model: str) -> Engine:
    return open_engine(EngineOptions("spacy", model=model), rulebook(), theatre().lexicon, {}, lambda: NOW)


@pytest.mark.parametrize("drawn", DRAWN, ids=lambda d: str(len(d)))
def test_its_tree_gives_the_clauses_that_the_tree_has(drawn: str) -> None:
    laid = laid_out(drawn)
    pipeline = Pipeline(_Callable(spacy.blank("en").vocab, draw), spacy.tokens.Doc, "x")
    assert pipeline.parse(laid) == parse_of(laid, tree(drawn))


def test_a_name_of_several_words_is_one_word_to_the_pipeline() -> None:
    seen: list[str] = []

    def remember(doc: Any) -> Any:
        seen.extend(w.text for w in doc)
        return draw(doc)

    laid = laid_out(CLEAR["two verbs"])
    drawn = Pipeline(_Callable(spacy.blank("en").vocab, remember), spacy.tokens.Doc, "x").tree(laid)
    assert "Boldak" in seen
    assert "Spin" not in seen
    spin = [t.text for t in laid.tokens].index("Spin")
    assert (drawn.heads[spin], drawn.labels[spin]) == (spin + 1, "flat")


class _Callable:
    """What a pipeline is to us: a vocabulary and a call."""

    def __init__(self, vocab: Any, call: Any) -> None:
        self.vocab, self._call = vocab, call

    def __call__(self, doc: Any) -> Any:
        return self._call(doc)


def test_a_pipeline_from_a_folder_reads_and_its_claims_name_it_and_the_rule(tmp_path: Path) -> None:
    engine = opened(saved(tmp_path, "heldby_test_draws"))
    assert engine.label == "spacy@en_drawn-1.2"
    reading = engine.read(report(sentence(CLEAR["said"])))
    (claim,) = reading.claims
    assert (claim.actor, claim.speaker_side) == ("taliban", "afghan_government")
    assert claim.rule.startswith("engine:spacy@en_drawn-1.2 ")
    assert len(claim.rule.split()) == 2
    assert "unmeasured" in engine.notice


def test_a_pipeline_that_fails_leaves_a_gap_or_stops_a_sterner_reading(tmp_path: Path) -> None:
    engine = opened(saved(tmp_path, "heldby_test_fails"))
    reading = engine.read(report())
    assert [(g.kind, g.cause) for g in reading.gaps] == [(GapKind.UNREADABLE, "the pipeline failed (RuntimeError)")]
    assert (reading.claims, engine.account.failed) == ((), 1)
    with pytest.raises(EngineFailure, match="the pipeline failed"):
        engine.sterner().read(report())


def test_a_pipeline_without_a_parser_or_with_other_labels_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has no dependency parser"):
        opened(saved(tmp_path / "a"))
    with pytest.raises(UsageError, match="a scheme that heldby does not know"):
        opened(saved(tmp_path / "b", "heldby_test_relabels"))


def test_a_pipeline_that_is_not_there_or_not_whole_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no spaCy pipeline 'en_not_there'"):
        opened("en_not_there")
    (tmp_path / "config.cfg").write_text("[nlp]\nlang = \n")
    with pytest.raises(UsageError, match="spaCy pipeline"):
        opened(str(tmp_path))


def test_the_command_line_reads_with_the_pipeline_that_is_named(call: Call, tmp_path: Path) -> None:
    model = saved(tmp_path, "heldby_test_draws")
    Path("a.txt").write_text(sentence(UD["list"]) + "\n")
    answer = call("read", "a.txt", "--json", *GIVEN, "--engine", "spacy", "--engine-model", model)
    assert answer.code == 0
    assert '"rule": "engine:spacy@en_drawn-1.2 ' in answer.out
    assert "engine spacy@en_drawn-1.2: 1 reports, 0 failed, 1 claims" in answer.err
