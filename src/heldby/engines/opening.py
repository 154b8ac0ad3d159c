"""From what the user named to an engine that reads."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from heldby.engines.asking import EndpointEngine
from heldby.engines.client import Client
from heldby.engines.contract import Contract
from heldby.engines.endpoint import endpoint, is_variable
from heldby.engines.failing import Account
from heldby.engines.keeping import Cache, SendLog
from heldby.engines.pipeline import open_pipeline
from heldby.errors import UsageError
from heldby.model.claim import Reading
from heldby.model.report import Report
from heldby.model.rulebook import Rulebook
from heldby.model.theatre import Lexicon
from heldby.read import Reader

LONGEST_NAME = 200


class Engine(Protocol):
    """A reader that is not our own. `label` is name@version; `notice` is what the user is told before the first report ("" = nothing)."""

    @property
    def label(self) -> str: ...
    @property
    def notice(self) -> str: ...
    @property
    def account(self) -> Account: ...
    def read(self, report: Report) -> Reading:
        """Everything read from one report; a gap where the engine failed."""
        ...

    def sterner(self) -> Engine:
        """The same engine, which raises EngineFailure where it fails: for reading again, where a gap would stand for what was read before."""
        ...


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What the user named. `model` is a model at the endpoint, or a spaCy pipeline (package or folder); `key_env` is the name of the variable
    of the environment that holds the key; `timeout` is in seconds."""

    name: str
    url: str = ""
    model: str = ""
    key_env: str = ""
    cache: Path | None = None
    log: Path = Path("heldby-sends.jsonl")
    timeout: float = 60.0


def open_engine(
    options: EngineOptions,
    rulebook: Rulebook,
    lexicon: Lexicon,
    environment: Mapping[str, str],
    clock: Callable[[], datetime],
    sleep: Callable[[float], None] = time.sleep,
) -> Engine:
    """The engine that `options` name. Raises UsageError that says which option is missing or wrong; never shows a key."""
    model = options.model
    if not model or len(model) > LONGEST_NAME or not model.isprintable():
        what = "a model at the endpoint" if options.name == "openai" else "a spaCy pipeline"
        raise UsageError("engine_model", f"the engine {options.name} needs the name of {what}")
    if options.name == "spacy":
        return open_pipeline(model, rulebook, lexicon)
    if options.name != "openai":
        raise UsageError("engine", "expected rules, openai or spacy")
    if not options.url:
        raise UsageError("engine_url", "the engine openai needs an endpoint, named by you: --engine-url https://host/v1")
    to = endpoint(options.url, _key(options.key_env, environment), options.timeout)
    cache = Cache(options.cache) if options.cache else None
    client = Client(to, model, SendLog(options.log, clock), Account(), sleep, cache)
    return EndpointEngine(client, Contract(rulebook, lexicon), Reader(rulebook, lexicon), lexicon, rulebook.language)


def _key(name: str, environment: Mapping[str, str]) -> str:
    """The key in the variable named; its name is not shown either, in case it is the key itself."""
    if not name:
        return ""
    if not is_variable(name):
        raise UsageError("engine_key_env", "expected the name of a variable of the environment, not a key")
    if not environment.get(name):
        raise UsageError("engine_key_env", "the variable named there is not set")
    return environment[name].strip()
