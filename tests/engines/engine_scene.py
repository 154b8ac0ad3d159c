"""A model's server on loopback that answers as it is told, and a report for it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from heldby.engines import Account
from heldby.engines.asking import EndpointEngine
from heldby.engines.client import Client
from heldby.engines.contract import Contract
from heldby.engines.endpoint import endpoint
from heldby.engines.keeping import Cache, SendLog
from heldby.model.report import Report
from heldby.model.rulebook import Rulebook
from heldby.model.theatre import Theatre
from heldby.model.when import Published
from heldby.read import Reader
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre

KEY = "sk-Secret-0123456789-never-shown"
TEXT = (
    "Taliban fighters captured Nerkh district in Wardak province on Monday, a provincial councillor said. "
    "The army’s spokesman denied it. The insurgents also took the Spin Boldak crossing, residents said."
)
NOW = datetime(2021, 5, 12, tzinfo=UTC)


@cache
def theatre() -> Theatre:
    return load_theatre("afghanistan-2021")


@cache
def rulebook() -> Rulebook:
    return load_rulebook("en")


def report(text: str = TEXT, day: str = "2021-05-11") -> Report:
    return Report.of(text, outlet="Lowland Post", published=Published.parse(day))


def claim(**more: Any) -> dict[str, Any]:
    """A claim that the text bears out, but for what `more` says."""
    good: dict[str, Any] = {
        "evidence": "Taliban fighters captured Nerkh district",
        "relation": "captured",
        "actor": "Taliban fighters",
        "actor_id": "taliban",
        "from_actor": None,
        "places": [{"text": "Nerkh district", "name": None}],
        "speakers": ["a provincial councillor"],
        "when": "on Monday",
        "polarity": "asserted",
        "modality": "factual",
        "hedged": False,
    }
    return {**good, **more}


def chat(content: object, **more: Any) -> bytes:
    """The body of an answer whose message says `content` (JSON unless it is a text)."""
    text = content if isinstance(content, str) else json.dumps(content)
    usage = {"prompt_tokens": 900, "completion_tokens": 100}
    return json.dumps({"choices": [{"message": {"content": text}, "finish_reason": "stop"}], "usage": usage, **more}).encode()


@dataclass
class Reply:
    """How the server answers one request; `drip` sends the body byte by byte, that many seconds apart."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    drip: float = 0.0


@dataclass
class Server:
    """Replies in the order given, the last one again and again; remembers what it was asked."""

    replies: list[Reply]
    asked: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    url: str = ""

    def next(self) -> Reply:
        return self.replies[min(len(self.asked), len(self.replies)) - 1]


def good(*claims: dict[str, Any]) -> Reply:
    return Reply(chat({"claims": list(claims or (claim(),))}))


@contextmanager
def serving(*replies: Reply) -> Iterator[Server]:
    server = Server(list(replies))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            server.paths.append(self.path)
            server.headers.append(dict(self.headers.items()))
            server.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            reply = server.next()
            time.sleep(reply.wait)
            try:
                self.send_response(reply.status)
                for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                for at in range(0, len(reply.body), 1 if reply.drip else len(reply.body)):
                    self.wfile.write(reply.body[at : at + 1] if reply.drip else reply.body)
                    self.wfile.flush()
                    time.sleep(reply.drip)
            except OSError:
                return  # who asked has gone

        def do_GET(self) -> None:
            server.paths.append(f"GET {self.path}")
            self.send_response(500)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{http.server_address[1]}/v1"
    thread = threading.Thread(target=lambda: http.serve_forever(poll_interval=0.02), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


@cache
def parts() -> tuple[Contract, Reader]:
    """What every engine over this theatre may share: both keep nothing from one report to the next."""
    return Contract(rulebook(), theatre().lexicon), Reader(rulebook(), theatre().lexicon)


def engine(
    url: str, folder: Path, *, cached: bool = False, timeout: float = 5.0, sleep: Callable[[float], None] = lambda _: None
) -> EndpointEngine:
    """The engine `openai` at a server, with a key; its log and answers in `folder`."""
    log = SendLog(folder / "sends.jsonl", lambda: NOW)
    kept = Cache(folder / "answers") if cached else None
    client = Client(endpoint(url, KEY, timeout), "small-model", log, Account(), sleep, kept)
    return EndpointEngine(client, *parts(), theatre().lexicon)
