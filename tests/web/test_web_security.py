"""Who may ask, and what a browser may do with an answer: this machine's own names, reading alone, no script anywhere."""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.request
from pathlib import Path

import pytest
import uvicorn
from starlette.testclient import TestClient
from web_scene import DAY, desk_over

from conftest import Call
from heldby.errors import UsageError
from heldby.web.app import create_app
from heldby.web.security import loopback
from heldby.web.shelf import Shelf


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8470", "localhost:9", "LOCALHOST", "[::1]:8470", "[::1]"])
def test_this_machines_names_are_answered(served: TestClient, host: str) -> None:
    assert served.get("/api/v1/theatre", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8470", "::1", "", "192.168.0.7:8470", "[::1"]
)
def test_other_names_that_lead_here_are_not(served: TestClient, host: str) -> None:
    answer = served.get("/api/v1/statuses", headers={"host": host})
    assert answer.status_code == 421
    assert answer.json()["error"]["subject"] == "host"


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/api/v1/statuses", "/ogc/", "/nothing"])
def test_nothing_can_be_written(served: TestClient, method: str, path: str) -> None:
    answer = served.request(method, path)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path", ["/", "/statuses", "/api/v1/theatre", "/api/v1/map.svg", "/api/v1/nothing", "/nothing", "/style.css", "/openapi.json"]
)
def test_every_answer_carries_the_headers(served: TestClient, path: str) -> None:
    headers = served.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy  # falls back to none
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "access-control-allow-origin" not in headers


def test_head_gives_the_headers_alone(served: TestClient) -> None:
    whole, bare = served.get("/api/v1/theatre"), served.head("/api/v1/theatre")
    assert bare.content == b""
    assert bare.headers["etag"] == whole.headers["etag"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_loopback_may_be_bound(host: str) -> None:
    assert loopback(host) == host


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_a_bind_beyond_this_machine_is_refused(host: str, call: Call, demo_ledger: Path) -> None:
    with pytest.raises(UsageError, match="beyond this machine"):
        loopback(host)
    answer = call("serve", "--host", host, "--ledger", str(demo_ledger))
    assert answer.code == 2
    assert "--team FILE" in answer.err


def test_demo_takes_no_other_ledger(call: Call) -> None:
    answer = call("serve", "--demo", "--ledger", "x.db")
    assert answer.code == 2
    assert "--demo" in answer.err


def test_a_real_server_answers_on_loopback(demo_ledger: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    app = create_app(Shelf(desk_over(demo_ledger), demo_ledger))
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", server_header=False))
    runner = threading.Thread(target=server.run, daemon=True)
    runner.start()
    try:
        until = time.monotonic() + 60
        while not server.started and time.monotonic() < until:
            time.sleep(0.05)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/statuses?as_of={DAY}&kind=crossing", timeout=60) as answer:
            told = json.loads(answer.read())
        assert told["items"]
        assert "server" not in {k.lower() for k in answer.headers}
    finally:
        server.should_exit = True
        runner.join(30)
    assert not runner.is_alive()
