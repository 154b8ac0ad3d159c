"""What an engine may fail with, and what it may be refused for. No text of an engine's answer is ever part of either."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from heldby.errors import HeldbyError


class EngineFailure(HeldbyError):
    """An engine could not read a report: unreachable, too slow, no JSON. `subject` is the engine's label."""


class Reason(StrEnum):
    """Why a proposed claim was refused."""

    SHAPE = "not of the agreed shape"
    VOCABULARY = "a word outside the vocabulary"
    EVIDENCE = "evidence that is not in the report"
    TOO_LONG = "evidence too long to be one claim's"
    ACTOR = "an actor whose words do not stand near the evidence"
    OTHER_ACTOR = "an actor other than the one its words name"
    LOSER = "a loser whose words are not in the report"
    NO_PLACE = "no place"
    PLACE = "a place whose words do not stand near the evidence"
    PLACE_NAME = "a place's name that is not in the report"
    SPEAKER = "a speaker whose words are not in the report or name nobody"
    WHEN = "a time whose words do not stand near the evidence"
    NO_ACTOR = "nobody who did it"
    TOO_MANY = "more claims than one report may give"


@dataclass(slots=True)
class Account:
    """What an engine did in one run: reports read and failed, calls, tokens, claims held and refused. Grows while the run goes on."""

    reports: int = 0
    failed: int = 0
    passed_over: int = 0  # without a sentence that could hold a claim: not sent
    calls: int = 0
    cached: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    claims: int = 0
    refused: Counter[Reason] = field(default_factory=Counter)

    @property
    def partly(self) -> bool:
        """Whether something was lost: a report that failed, a claim refused. That a text names nobody who did it is no loss, but a gap."""
        return bool(self.failed or any(n for reason, n in self.refused.items() if reason is not Reason.NO_ACTOR))

    def refuse(self, reasons: Iterable[Reason]) -> None:
        self.refused.update(reasons)

    def lines(self, label: str, prices: tuple[float, float] = (0.0, 0.0)) -> list[str]:
        """The account in words; `prices` are per million tokens in and out, (0, 0) where none are known."""
        out = [f"engine {label}: {self.reports} reports, {self.failed} failed, {self.claims} claims"]
        if self.calls or self.cached or self.passed_over:
            spent = f"{self.calls} calls, {self.cached} answers from the cache, {self.passed_over} reports not sent (nothing to read)"
            tokens = f"{self.tokens_in} tokens in, {self.tokens_out} out"
            cost = (self.tokens_in * prices[0] + self.tokens_out * prices[1]) / 1_000_000
            out.append(f"engine {label}: {spent}; {tokens}" + (f"; cost {cost:.4f}" if any(prices) else ""))
        out += [f"engine {label}: {self.refused[r]} proposed claims refused: {r}" for r in sorted(self.refused)]
        return out
