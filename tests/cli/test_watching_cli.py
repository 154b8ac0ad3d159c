"""`heldby watch` from the command line, over a loopback server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from conftest import Call

STORY = "Taliban fighters captured Deh Bala district of Nangarhar province on Wednesday, a tribal elder told the newspaper."


class Wire(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Keep silent."""

    def do_GET(self) -> None:
        item = f"<item><guid>1</guid><description>{STORY}</description><pubDate>Wed, 14 Jul 2021 10:00:00 GMT</pubDate></item>"
        body = f"<rss><channel><title>Hill Gazette</title>{item}</channel></rss>".encode() if self.path == "/feed" else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def wire() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Wire)
    worker = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    worker.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    worker.join()
    server.server_close()


@pytest.fixture
def watched(call: Call, wire: str, tmp_path: Path) -> Call:
    (tmp_path / "sources.toml").write_text(f'[[source]]\nname = "Wire"\nurl = "http://{wire}/feed"\n')
    (tmp_path / "rules.toml").write_text('[[rule]]\nname = "All"\n')
    return call


def test_one_look_with_alerts_and_the_next_finds_nothing_new(
    watched: Call, wire: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELDBY_ALLOW_ADDRESSES", wire)
    args = ("watch", "sources.toml", "--once", "--theatre", "afghanistan-2021", "--rules", "rules.toml", "--file", "alerts.jsonl", "--json")
    first = watched(*args)
    figures = json.loads(first.out.splitlines()[-1])
    assert (first.code, figures["looked"], figures["added"], figures["claims"], figures["failed"]) == (0, 1, 1, 1, 0)
    again = json.loads(watched(*args).out.splitlines()[-1])
    assert (again["looked"], again["claims"]) == (0, 0)  # not due yet
    shown = watched("watch", "sources.toml", "--health")
    assert "good" in shown.out
    health = json.loads(watched("watch", "sources.toml", "--health", "--json").out)
    assert (health["source"], health["state"], health["reports"]) == ("Wire", "good", 1)
    assert (tmp_path / "rules.toml.state.json").is_file()


def test_a_source_that_fails_gives_the_exit_code_of_partly_done(watched: Call, tmp_path: Path) -> None:
    answer = watched("watch", "sources.toml", "--once", "--theatre", "afghanistan-2021")
    assert answer.code == 3
    assert "in allow_addresses" in answer.err


@pytest.mark.parametrize(
    ("args", "cause"),
    [
        (("--rules", "rules.toml"), "nowhere to send to"),
        (("--for", "soon"), "expected a span"),
    ],
)
def test_calls_that_are_off(watched: Call, args: tuple[str, ...], cause: str) -> None:
    answer = watched("watch", "sources.toml", "--theatre", "afghanistan-2021", *args)
    assert (answer.code, cause in answer.err) == (2, True)


def test_faults_of_the_catalogue_are_told(watched: Call, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text('[[source]]\nname = "Wire"\nurl = "gopher://x"\n')
    answer = watched("watch", "sources.toml")
    assert (answer.code, "neither http nor https" in answer.err) == (1, True)


def test_a_feed_is_added_by_its_address_and_its_evidence_is_verified(
    watched: Call, wire: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HELDBY_ALLOW_ADDRESSES", wire)
    answer = watched("add", f"http://{wire}/feed", "--theatre", "afghanistan-2021", "--json")
    assert (answer.code, json.loads(answer.out)["added"]) == (0, 1)
    whole = watched("verify", "--save-checkpoint", "point.json")
    assert (whole.code, "; 2 entries of evidence" in whole.out) == (0, True)
    raw = next((tmp_path / "heldby.db.evidence" / "raw").rglob("?" * 64))
    raw.write_bytes(raw.read_bytes()[:-1] + b"?")
    broken = watched("verify", "--checkpoint", "point.json")
    assert (broken.code, raw.name in broken.out, "was changed: its digest differs" in broken.out) == (1, True, True)
    flaws = json.loads(watched("verify", "--json").out)["evidence"]
    assert [f["entry"] for f in flaws] == [1]
    monkeypatch.setenv("HELDBY_EVIDENCE", "off")
    assert watched("verify").code == 0
    assert "tells of evidence" in watched("verify", "--checkpoint", "point.json").out
