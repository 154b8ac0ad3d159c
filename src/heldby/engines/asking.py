"""The `openai` engine: a model at an endpoint of the user's choice proposes claims, the contract decides.

Report -> language, gate (nothing to read: not sent) -> parts -> Client.ask -> read_answer -> Contract.hold -> Reading

Tallies are read by our own rules, under their own names: a model is not asked for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from heldby.engines.client import Client
from heldby.engines.contract import Contract
from heldby.engines.endpoint import NoAnswer
from heldby.engines.failing import Account, EngineFailure, Reason
from heldby.engines.prompt import PROMPT_DIGEST, actors_of, messages
from heldby.engines.proposal import NotJson, Proposal, answer_schema, read_answer
from heldby.engines.scene import Scene
from heldby.model.claim import Reading
from heldby.model.report import Gap, GapKind, Report
from heldby.model.theatre import Lexicon
from heldby.read import Reader
from heldby.read.language import language

PART = 20_000  # characters sent at once: a longer report goes in parts, cut between paragraphs or sentences
MOST_CHARACTERS = 400_000


@dataclass
class EndpointEngine:
    """Reads reports through a model. With `stern`, a report that the model cannot read raises EngineFailure instead of giving a gap."""

    client: Client
    contract: Contract
    own: Reader
    lexicon: Lexicon
    language: str = "en"
    stern: bool = False

    @property
    def label(self) -> str:
        """openai@model/digest of the prompt: what the claims and the provenance name."""
        return f"openai@{self.client.model}/{PROMPT_DIGEST}"

    @property
    def account(self) -> Account:
        return self.client.account

    @property
    def notice(self) -> str:
        """Said before the first report: where the text goes."""
        return f"engine {self.label}: the text of reports is sent to {self.client.endpoint.url}; every send is logged in {self.client.log.path}"

    def sterner(self) -> EndpointEngine:
        """The same engine, which raises where it fails."""
        return replace(self, stern=True)

    def read(self, report: Report) -> Reading:
        """Claims that hold, the reasons of those that do not as gaps; one gap and nothing else where the engine failed."""
        self.account.reports += 1
        if language(report.text) != self.language:
            return self.own.read(report)  # a gap that names the language
        if len(report.text) > MOST_CHARACTERS:
            return self._failed(report, f"longer than what is sent of one report ({MOST_CHARACTERS:,} characters)")
        scene = self.contract.scene(report)
        if not any(self.own.gate(p) for p in scene.document.parsed):
            self.account.passed_over += 1
            return Reading(report.id, tallies=self.own.read(report).tallies)
        try:
            proposals, refused = self._proposals(scene)
        except (NoAnswer, NotJson) as e:
            return self._failed(report, str(e))
        verdict = self.contract.hold(scene, proposals, f"engine:{self.label}")
        reasons = (*refused, *verdict.refused)
        self.account.claims += len(verdict.claims)
        self.account.refuse(reasons)
        gaps = (*verdict.gaps, *self._refusals(report, reasons))
        return Reading(report.id, verdict.claims, self.own.read(report).tallies, gaps)

    def _proposals(self, scene: Scene) -> tuple[list[Proposal], list[Reason]]:
        actors = actors_of(scene, self.lexicon)
        schema = answer_schema(tuple(i for i, _ in actors))
        found: list[Proposal] = []
        refused: list[Reason] = []
        for part in parts_of(scene):
            asked = messages(part, scene.document.day, actors)
            proposed, shapeless = self.client.ask(scene.report.id, asked, schema, read_answer)
            found += proposed
            refused += shapeless
        return found, refused

    def _failed(self, report: Report, cause: str) -> Reading:
        self.account.failed += 1
        if self.stern:
            raise EngineFailure(f"engine {self.label}", cause, f"report {report.id}")
        return Reading(report.id, gaps=(Gap(GapKind.UNREADABLE, f"engine {self.label}", cause, report.id),))

    def _refusals(self, report: Report, reasons: tuple[Reason, ...]) -> Iterator[Gap]:
        """One gap for each reason, with the number of claims it refused; nothing that the engine wrote is repeated."""
        for reason in sorted(set(reasons) - {Reason.NO_ACTOR}):
            cause = f"{reasons.count(reason)} proposed claims refused: {reason}"
            yield Gap(GapKind.UNREADABLE, f"engine {self.label}", cause, report.id)


def parts_of(scene: Scene) -> Iterator[str]:
    """The text in parts of at most PART characters, cut where a sentence begins; a longer sentence is cut where it must be."""
    text = scene.report.text
    starts = [p.sentence.start for p in scene.document.parsed]
    begin = 0
    while begin < len(text):
        stop = begin + PART
        if stop < len(text):
            stop = max((s for s in starts if begin < s <= stop), default=stop)
        yield text[begin:stop]
        begin = stop
