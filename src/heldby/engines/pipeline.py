"""The `spacy` engine: a spaCy pipeline that the user names parses sentences in place of our clause parser; all else is our own reader.

Sentence -> its tokens, every name one word -> pipeline -> heads and labels -> `trees.parse_of` -> frames

spaCy is not installed with heldby: the extra `spacy` brings it, and the pipeline is the user's own. How well one reads here is unmeasured.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field, replace
from typing import Any

from heldby.engines.failing import Account, EngineFailure
from heldby.engines.trees import KNOWN, parse_of
from heldby.engines.trees_chunks import Tree
from heldby.errors import UsageError
from heldby.model.claim import Reading
from heldby.model.report import Gap, GapKind, Report
from heldby.model.rulebook import Rulebook
from heldby.model.theatre import Lexicon
from heldby.read import Reader
from heldby.read.document import Parsed
from heldby.read.predicates import Parse

PROBE = ("The", "army", "took", "the", "town", ".")
UNUSED = ("ner", "entity_linker", "textcat", "textcat_multilabel")  # parts of a pipeline that cost time and are not looked at


@dataclass(frozen=True)
class Pipeline:
    """A spaCy pipeline as a parser of our sentences. `label` is its name and version."""

    nlp: Any
    doc: Any  # spacy.tokens.Doc
    label: str

    def parse(self, parsed: Parsed) -> Parse:
        """The parse of a sentence. Raises EngineFailure where the pipeline does."""
        return parse_of(parsed, self.tree(parsed))

    def tree(self, parsed: Parsed) -> Tree:
        """Heads and labels over our tokens: of the words of one name, all but the last hang on the last."""
        groups = words_of(parsed)
        words = [max((parsed.tokens[t].text for t in g), key=len) for g in groups]
        if not words:
            return Tree((), ())
        spaces = [_space_behind(parsed, g[-1]) for g in groups]
        doc = self.run(words, spaces)
        heads = list(range(len(parsed.tokens)))
        labels = ["flat"] * len(heads)
        for g, word in zip(groups, doc, strict=True):
            for t in g[:-1]:
                heads[t] = g[-1]
            heads[g[-1]], labels[g[-1]] = groups[word.head.i][-1], word.dep_
        return Tree(tuple(heads), tuple(labels))

    def run(self, words: list[str], spaces: list[bool]) -> Any:
        """The pipeline over one sentence whose words are given."""
        first = [True] + [False] * (len(words) - 1)
        try:
            doc = self.nlp(self.doc(self.nlp.vocab, words=words, spaces=spaces, sent_starts=first))
        except Exception as e:  # whatever a pipeline of somebody's own may raise
            raise EngineFailure(f"engine spacy@{self.label}", f"the pipeline failed ({type(e).__name__})") from None
        if len(doc) != len(words):
            raise EngineFailure(f"engine spacy@{self.label}", "the pipeline changed the words of a sentence")
        return doc


def words_of(parsed: Parsed) -> list[list[int]]:
    """Our tokens in groups: each name is one, every other token is one."""
    groups: list[list[int]] = []
    for t, inside in enumerate(parsed.inside):
        if groups and inside >= 0 and parsed.inside[groups[-1][-1]] == inside:
            groups[-1].append(t)
        else:
            groups.append([t])
    return groups


def _space_behind(parsed: Parsed, t: int) -> bool:
    return t + 1 < len(parsed.tokens) and parsed.tokens[t + 1].start > parsed.tokens[t].end


@dataclass
class SpacyEngine:
    """Our reader with somebody else's parser. With `stern`, a report on which it fails raises EngineFailure instead of giving a gap."""

    pipeline: Pipeline
    own: Reader
    account: Account = field(default_factory=Account)
    stern: bool = False

    @property
    def label(self) -> str:
        return f"spacy@{self.pipeline.label}"

    @property
    def notice(self) -> str:
        return f"engine {self.label}: how well this pipeline reads is unmeasured"

    def sterner(self) -> SpacyEngine:
        """The same engine, which raises where it fails."""
        return replace(self, stern=True)

    def read(self, report: Report) -> Reading:
        """What our rules find in the pipeline's parses; every rule is named behind the engine."""
        self.account.reports += 1
        try:
            reading = self.own.read(report)
        except EngineFailure as e:
            self.account.failed += 1
            if self.stern:
                raise EngineFailure(e.subject, e.cause, f"report {report.id}") from None
            return Reading(report.id, gaps=(Gap(GapKind.UNREADABLE, f"engine {self.label}", e.cause, report.id),))
        self.account.claims += len(reading.claims)
        by = f"engine:{self.label}"
        claims = tuple(replace(c, rule=f"{by} {c.rule}") for c in reading.claims)
        tallies = tuple(replace(t, rule=f"{by} {t.rule}") for t in reading.tallies)
        return replace(reading, claims=claims, tallies=tallies)


def open_pipeline(name: str, rulebook: Rulebook, lexicon: Lexicon) -> SpacyEngine:
    """The engine over the pipeline `name` (an installed package or a folder). Raises UsageError that says what is missing."""
    try:
        spacy: Any = importlib.import_module("spacy")
        tokens: Any = importlib.import_module("spacy.tokens")
    except ImportError:
        raise UsageError("engine", "spacy is not installed: pip install 'heldby[spacy]', and the pipeline of your choice") from None
    try:
        nlp = spacy.load(name, exclude=list(UNUSED))
    except OSError:
        raise UsageError("engine_model", f"no spaCy pipeline {name!r}: neither an installed package nor a folder") from None
    except Exception as e:  # a pipeline made for another version, or with parts of its own that are not installed
        raise UsageError("engine_model", f"the spaCy pipeline {name!r} cannot be loaded ({type(e).__name__})") from None
    label = "{lang}_{name}-{version}".format(**{k: str(nlp.meta.get(k, "")) for k in ("lang", "name", "version")})
    pipeline = Pipeline(nlp, tokens.Doc, label if label.isprintable() else "unnamed")
    check(pipeline)
    return SpacyEngine(pipeline, Reader(rulebook, lexicon, pipeline.parse))


def check(pipeline: Pipeline) -> None:
    """Raises UsageError where a pipeline does not parse, or in labels that heldby does not know."""
    try:
        doc = pipeline.run(list(PROBE), [True, True, True, True, False, False])
    except EngineFailure as e:
        raise UsageError("engine_model", f"{pipeline.label}: {e.cause}") from None
    if not doc.has_annotation("DEP"):
        raise UsageError("engine_model", f"the pipeline {pipeline.label} has no dependency parser")
    if not {word.dep_ for word in doc} & KNOWN:
        raise UsageError("engine_model", f"the pipeline {pipeline.label} labels its arcs in a scheme that heldby does not know")
