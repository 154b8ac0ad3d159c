"""What alerts send, to servers of our own on this machine: once at least, known again by the key, nowhere but where the user said."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from test_alerts_deciding import begun, fall, turn

from conftest import Call
from heldby.alerts.deciding import posted
from heldby.alerts.memory import Memory, Outgoing, read_memory, write_memory
from heldby.alerts.sending import ToFile, ToMail, ToWebhook, is_loopback
from heldby.errors import HeldbyError, UsageError
from heldby.flow import alerting
from heldby.flow.alerting import ToFeed

NOW = datetime(2021, 7, 14, 18, tzinfo=UTC)


def message(**more: Any) -> Mapping[str, Any]:
    ((made, _),) = turn(begun(), fall()).messages
    return {**made, **more}


@dataclass
class Heard:
    """What a loopback server was sent, and what it answers next."""

    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@contextmanager
def web(heard: Heard) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            code = heard.answers.pop(0) if heard.answers else 204
            self.send_response(code)
            if code in (301, 302, 307, 308):
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/hook?token=secret"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def hook(url: str) -> tuple[ToWebhook, list[float]]:
    pauses: list[float] = []
    return ToWebhook(url, pauses.append, timeout=5), pauses


def test_a_webhook_gets_json_with_its_key() -> None:
    heard = Heard()
    with web(heard) as url:
        hook(url)[0].send(message())
    ((path, headers, body),) = heard.requests
    assert path == "/hook?token=secret"
    assert headers["content-type"].startswith("application/json")
    assert headers["idempotency-key"] == message()["key"]
    assert json.loads(body) == message()


@pytest.mark.parametrize("code", [500, 503, 429])
def test_a_busy_webhook_is_tried_again_with_the_same_key(code: int) -> None:
    heard = Heard(answers=[code, code, 200])
    with web(heard) as url:
        to, pauses = hook(url)
        to.send(message())
    assert len({h["idempotency-key"] for _, h, _ in heard.requests}) == 1
    assert (len(heard.requests), pauses) == (3, [1.0, 4.0])


@pytest.mark.parametrize(("code", "tries"), [(400, 1), (410, 1), (307, 1), (302, 1), (503, 3)])
def test_a_webhook_that_refuses_or_leads_elsewhere_is_a_failure(code: int, tries: int) -> None:
    heard = Heard(answers=[code] * 5)
    with web(heard) as url, pytest.raises(HeldbyError, match=f"answered {code}") as told:
        hook(url)[0].send(message())
    assert len(heard.requests) == tries
    assert all(path.startswith("/hook") for path, _, _ in heard.requests), "no redirect is followed"
    assert "secret" not in str(told.value)


def test_a_webhook_that_is_away_is_a_failure_without_its_secret() -> None:
    with web(Heard()) as url:
        pass
    with pytest.raises(HeldbyError, match="cannot be reached") as told:
        hook(url)[0].send(message())
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("url", ["http://alerts.example/x", "ftp://127.0.0.1/x", "file:///etc/passwd", "127.0.0.1:80", "http://"])
def test_an_address_that_is_none_or_in_clear_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        hook(url)


@pytest.mark.parametrize(
    ("host", "here"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("127.0.0.1.evil.example", False), ("10.0.0.1", False)]
)
def test_this_machine_is_told_from_others(host: str, here: bool) -> None:
    assert is_loopback(host) is here


@dataclass
class Post:
    mails: list[tuple[str, list[str], bytes]] = field(default_factory=list)
    refuse: bool = False


@contextmanager
def mail_server(post: Post) -> Iterator[int]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 here\r\n")
            sender, to = "", []
            while line := self.rfile.readline():
                word = line.strip().upper()
                if word.startswith(b"MAIL"):
                    sender = line.decode().split("<")[1].split(">")[0]
                elif word.startswith(b"RCPT"):
                    if post.refuse:
                        self.wfile.write(b"550 unknown\r\n")
                        continue
                    to.append(line.decode().split("<")[1].split(">")[0])
                elif word == b"DATA":
                    self.wfile.write(b"354 go\r\n")
                    body = b""
                    while (row := self.rfile.readline()) != b".\r\n":
                        body += row[1:] if row.startswith(b"..") else row
                    post.mails.append((sender, to, body))
                elif word == b"QUIT":
                    self.wfile.write(b"221 bye\r\n")
                    return
                self.wfile.write(b"250 ok\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


def mailer(port: int, **more: Any) -> ToMail:
    return ToMail("127.0.0.1", port, "desk@here.example", ("one@here.example", "two@here.example"), lambda: NOW, **more)


def test_a_mail_says_it_in_words_under_a_key_of_its_own() -> None:
    post = Post()
    with mail_server(post) as port:
        mailer(port).send(message(title="Falls\r\nBcc: evil@evil.example of مدينة"))
    ((sender, to, data),) = post.mails
    mail = message_from_bytes(data, policy=default)
    assert (sender, to) == ("desk@here.example", ["one@here.example", "two@here.example"])
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Falls Bcc: evil@evil.example of مدينة"
    assert mail["Message-ID"] == f"<{message()['key']}@heldby.invalid>"
    assert mail["Date"].datetime == NOW
    assert "Government to Taliban" in mail.get_content()


def test_a_correction_refers_to_the_mail_it_takes_back() -> None:
    told = turn(begun(), fall())
    ((correction, _),) = turn(told.memory).messages
    post = Post()
    with mail_server(post) as port:
        mailer(port).send(correction)
    mail = message_from_bytes(post.mails[0][2], policy=default)
    assert mail["References"] == f"<{told.messages[0][0]['key']}@heldby.invalid>"


def test_a_mail_refused_or_to_a_server_that_is_away_is_a_failure() -> None:
    with mail_server(Post(refuse=True)) as port, pytest.raises(HeldbyError, match="was not sent"):
        mailer(port).send(message())
    with pytest.raises(HeldbyError, match="was not sent"):
        mailer(port).send(message())


def test_a_password_never_goes_in_clear() -> None:
    post = Post()
    with mail_server(post) as port, pytest.raises(HeldbyError, match="no encryption") as told:
        mailer(port, user="desk", password="hunter2", clear=True).send(message())
    assert post.mails == []
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize("address", ["nobody", "a@b, c@d", "a@b\nBcc: c@d", "<a@b>", "@b", "a@"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="is no address"):
        ToMail("127.0.0.1", 25, "desk@here.example", (address,), lambda: NOW)


def test_a_file_has_each_message_once_and_a_torn_line_costs_none(tmp_path: Path) -> None:
    path = tmp_path / "a" / "alerts.jsonl"
    to = ToFile(path)
    to.send(message())
    to.send(message())
    with path.open("ab") as file:
        file.write(b'{"key": "to')
    to.send(message(key="other"))
    lines = path.read_bytes().splitlines()
    assert [json.loads(line)["key"] for line in (lines[0], lines[2])] == [message()["key"], "other"]
    assert len(lines) == 3
    with pytest.raises(HeldbyError, match="cannot be written"):
        ToFile(tmp_path).send(message())


@dataclass
class Flaky:
    """A destination that fails as often as it is told to, or breaks down after it has sent."""

    failing: int = 0
    breaking: bool = False
    got: list[str] = field(default_factory=list)
    label: str = "flaky"
    kind: str = "webhook"

    def send(self, sent: Mapping[str, Any]) -> None:
        if self.failing:
            self.failing -= 1
            raise HeldbyError(self.label, "is away")
        self.got.append(str(sent["key"]))
        if self.breaking:
            raise KeyboardInterrupt


def waiting(*labels: str) -> Memory:
    found = turn(begun(), fall(), fall("af:kandahar:spin-boldak"))
    return posted(found, dict.fromkeys(labels, "webhook"))


def logged(_event: str, _label: str, _key: str) -> None:
    return


def test_what_fails_waits_and_what_arrives_is_done(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    memory = waiting("flaky", "steady")
    flaky, steady = Flaky(failing=1), Flaky(label="steady")
    both = {"flaky": flaky, "steady": steady}
    delivered, failures = alerting._deliver(memory, state, both, logged)
    assert (delivered, len(steady.got), flaky.got) == (2, 2, [])
    assert [str(f) for f in failures] == ["rule 'any', flaky: is away; 2 message(s) wait for the next run"]
    left = read_memory(state)
    assert [o.to for o in left.outbox] == [("flaky",), ("flaky",)]
    delivered, failures = alerting._deliver(left, state, both, logged)
    assert (delivered, failures) == (2, [])
    assert flaky.got == steady.got
    assert read_memory(state).outbox == ()


def test_a_run_that_is_cut_off_sends_again_under_the_same_key(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    memory = waiting("flaky")
    write_memory(memory, state)
    broken = Flaky(breaking=True)
    with pytest.raises(KeyboardInterrupt):
        alerting._deliver(memory, state, {"flaky": broken}, logged)
    after = Flaky()
    alerting._deliver(read_memory(state), state, {"flaky": after}, logged)
    assert broken.got == after.got[:1], "at least once"
    assert len(set(after.got)) == 2


def test_what_waits_for_a_destination_that_is_not_named_now_goes_on_waiting(tmp_path: Path) -> None:
    memory = waiting("flaky")
    assert alerting._deliver(memory, tmp_path / "s.json", {}, logged) == (0, [])
    assert len(memory.outbox) == 2


def test_the_feed_file_is_made_of_what_is_remembered(tmp_path: Path) -> None:
    path, state = tmp_path / "feed.atom", tmp_path / "state.json"
    feed = ToFeed(path, "afghanistan-2021")
    memory = waiting(feed.label)
    assert alerting._deliver(memory, state, {feed.label: feed}, logged)[0] == 2
    assert path.read_text(encoding="utf-8").count("<entry>") == 2
    again = replace(read_memory(state), outbox=(Outgoing(message(key="third"), (feed.label,)),))
    alerting._deliver(again, state, {feed.label: feed}, logged)
    assert path.read_text(encoding="utf-8").count("<entry>") == 3


def test_a_run_on_the_command_line(call: Call, demo_ledger: Path, tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text('[[rule]]\nname = "South"\nwithin = "Kandahar province"\nholders = ["taliban"]\n', encoding="utf-8")
    clocks = ("--as-of", "2021-07-14", "--known-by", "2021-07-21")
    given = ("alerts", "run", "r.toml", "--ledger", str(demo_ledger), "--since", "2021-07-07", *clocks)
    assert call(*given).code == 2, "nowhere to send to"
    dry = json.loads(call(*given, "--dry-run", "--json").out)
    assert dry["messages"]
    assert not (tmp_path / "r.toml.state.json").exists()
    first = json.loads(call(*given, "--file", "a.jsonl", "--feed", "a.atom", "--json").out)
    assert [m["key"] for m in first["messages"]] == [m["key"] for m in dry["messages"]]
    assert first["delivered"] == 2 * len(first["messages"])
    assert "econstruction of public events" in (tmp_path / "a.atom").read_text(encoding="utf-8")
    second = json.loads(call(*given, "--file", "a.jsonl", "--json").out)
    assert second["messages"] == []
    earlier = ("alerts", "run", "r.toml", "--ledger", str(demo_ledger), "--as-of", "2021-07-05", "--known-by", "2021-07-05")
    taken = json.loads(call(*earlier, "--file", "a.jsonl", "--json").out)
    assert {a["kind"] for m in taken["messages"] for a in m["alerts"]} == {"correction"}, "as known earlier, nothing of it stands"
    sends = [json.loads(line) for line in (tmp_path / "heldby-sends.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {s["event"] for s in sends} == {"alert sending", "alert sent"}
    (tmp_path / "bad.toml").write_text(
        '[[rule]]\nname = "Nowhere"\nunits = ["Nowhere-upon-Sea"]\nholders = ["martians"]\n', encoding="utf-8"
    )
    wrong = call("alerts", "run", "bad.toml", "--ledger", str(demo_ledger), "--dry-run", *clocks)
    assert wrong.code == 1
    assert "rule 'Nowhere', units" in wrong.err
    assert "rule 'Nowhere', holders: 'martians' is unknown" in wrong.err
