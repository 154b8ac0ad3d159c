"""Asking a model one thing: the cache first, then the endpoint, again a few times where that may help, every send logged and counted."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from heldby.engines.endpoint import Endpoint, NoAnswer, post
from heldby.engines.failing import Account
from heldby.engines.keeping import Answered, Cache, SendLog
from heldby.engines.proposal import NotJson
from heldby.model.ident import Plain, digest

TRIES = 4
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0  # seconds before the second try, and at most before any
NO_SCHEMA = frozenset({400, 404, 415, 422, 501})  # how servers refuse a response format they do not know
GIVE_UP_AFTER = 5  # reports in a row that got no answer, or none that could be read
T = TypeVar("T")


@dataclass
class Client:
    """Asks one model at one endpoint. `sleep` waits between tries."""

    endpoint: Endpoint
    model: str
    log: SendLog
    account: Account
    sleep: Callable[[float], None]
    cache: Cache | None = None
    _schemas: bool = field(default=True, init=False)  # whether the server takes JSON schemas, as far as known
    _failures: int = field(default=0, init=False)

    def ask(self, report_id: str, messages: list[Plain], schema: dict[str, Plain], read: Callable[[str], T]) -> T:
        """What `read` makes of the text of the model's answer; only an answer that it can read is kept. Raises NoAnswer, NotJson (from
        `read`), and UsageError where nothing can be logged or kept."""
        key = digest({"url": self.endpoint.url, "model": self.model, "messages": messages, "schema": schema})
        if self.cache is not None and (kept := self.cache.get(key)) is not None:
            with suppress(NotJson):
                found = read(kept.text)
                self.account.cached += 1
                return found
        if self._failures >= GIVE_UP_AFTER:
            raise NoAnswer(f"not asked: {GIVE_UP_AFTER} reports before it got no usable answer")
        try:
            answer = self._insist(report_id, messages, schema)
            self.account.tokens_in += answer.tokens_in
            self.account.tokens_out += answer.tokens_out
            found = read(answer.text)
        except (NoAnswer, NotJson):
            self._failures += 1
            raise
        self._failures = 0
        if self.cache is not None:
            self.cache.put(key, answer)
        return found

    def _insist(self, report_id: str, messages: list[Plain], schema: dict[str, Plain]) -> Answered:
        wait, tries = FIRST_WAIT, 0
        while True:
            tries += 1
            try:
                return _answered(self._send(report_id, messages, schema))
            except NoAnswer as e:
                if self._schemas and e.status in NO_SCHEMA:
                    self._schemas = False
                    tries -= 1
                    continue
                if not e.again or tries >= TRIES:
                    tried = f", asked {tries} times" if tries > 1 else ""
                    raise NoAnswer(f"{e.cause}{tried}", status=e.status) from None
                self.sleep(min(LONGEST_WAIT, max(wait, e.after)))
                wait *= 2

    def _send(self, report_id: str, messages: list[Plain], schema: dict[str, Plain]) -> bytes:
        wanted: Plain = {"type": "json_object"}
        if self._schemas:
            wanted = {"type": "json_schema", "json_schema": {"name": "claims", "strict": True, "schema": schema}}
        request: Plain = {"model": self.model, "temperature": 0, "messages": messages, "response_format": wanted}
        body = json.dumps(request, ensure_ascii=True).encode("ascii")
        told: dict[str, str | int] = {"report": report_id, "endpoint": self.endpoint.url, "model": self.model}
        self.log.write("send", bytes=len(body), **told)
        self.account.calls += 1
        try:
            answer = post(self.endpoint, body)
        except NoAnswer as e:
            self.log.write("no answer", cause=e.cause, **told)
            raise
        self.log.write("answer", bytes=len(answer), **told)
        return answer


def _answered(body: bytes) -> Answered:
    """The model's words in an answer of the agreed form. Raises NoAnswer for any other."""
    try:
        value: Any = json.loads(body)
        choice = value["choices"][0]
        text = choice["message"]["content"]
        ended = choice.get("finish_reason")
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        raise NoAnswer("an answer that is not of the chat completions form") from None
    if ended == "length":
        raise NoAnswer("an answer cut off at the model's limit of length")
    if not isinstance(text, str):
        raise NoAnswer("an answer without text")
    usage = value.get("usage")
    return Answered(text, _count(usage, "prompt_tokens"), _count(usage, "completion_tokens"))


def _count(usage: Any, name: str) -> int:
    value = usage.get(name) if isinstance(usage, dict) else None
    return min(value, 10**9) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
