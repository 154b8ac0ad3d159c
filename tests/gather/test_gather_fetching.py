"""Addresses: fetched only where they may lead, within bounds, by what the server says of them."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from gather_scene import Gathered, gathered

from heldby.gather.reaching import public
from heldby.gather.unpacking import understood
from heldby.model.report import GapKind, Mark
from heldby.model.when import Published

PARAGRAPH = (
    "Fighters took the customs office of the crossing shortly after dawn on Wednesday, an official of the district said by telephone. "
)
HTML = f"<!DOCTYPE html><html><head><title>T</title></head><body><article><h1>T</h1><p>{PARAGRAPH * 3}</p></article></body></html>"


class Handler(BaseHTTPRequestHandler):
    """A newspaper with every fault there is."""

    def log_message(self, format: str, *args: Any) -> None:
        """Keep silent."""

    def answer(self, body: bytes, **headers: str) -> None:
        self.send_response(200)
        for key, value in ({"Content_Type": "text/html; charset=utf-8", "Content_Length": str(len(body))} | headers).items():
            if value:
                self.send_header(key.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def go(self, target: str) -> None:
        self.send_response(302)
        self.send_header("Location", target)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(100):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)

    def endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.end_headers()
        for _ in range(10_000):
            self.wfile.write(b"x" * 1000)

    def do_GET(self) -> None:
        plain = {"Content_Type": "text/plain"}
        pages: dict[str, Callable[[], None]] = {
            "/page": lambda: self.answer(HTML.encode()),
            "/text": lambda: self.answer(PARAGRAPH.encode(), **plain),
            "/packed": lambda: self.answer(gzip.compress(HTML.encode(), mtime=0), Content_Encoding="gzip"),
            "/bomb": lambda: self.answer(gzip.compress(b"x" * 5_000_000, mtime=0), Content_Encoding="gzip", **plain),
            "/torn": lambda: self.answer(gzip.compress(HTML.encode(), mtime=0)[:-20], Content_Encoding="gzip"),
            "/odd": lambda: self.answer(b"??", Content_Encoding="compress"),
            "/lines": lambda: self.answer(b'{"text": "One."}\n{"text": "Two."}\n', Content_Type="application/x-ndjson"),
            "/unsaid": lambda: self.answer(HTML.encode(), Content_Type=""),
            "/pdf": lambda: self.answer(b"%PDF-1.7", Content_Type="application/pdf"),
            "/style": lambda: self.answer(b"p {}", Content_Type="text/css"),
            "/nothing": lambda: self.answer(b""),
            "/large": lambda: self.answer(b"x" * 30_000, **plain),
            "/short": lambda: self.answer(b"half", Content_Length="100", **plain),
            "/cyrillic": lambda: self.answer("Бойцы вошли в город.".encode("cp1251"), Content_Type="text/plain; charset=windows-1251"),
            "/wrong": lambda: self.answer("The café was hit by two rockets.".encode("cp1252"), Content_Type="text/plain; charset=utf-8"),
            "/ask": lambda: self.answer(f"{self.headers['Accept-Encoding']} {self.headers['User-Agent']} {self.path}".encode(), **plain),
            "/moved": lambda: self.go("/page"),
            "/round": lambda: self.go("/round?again"),
            "/inside": lambda: self.go("http://127.0.0.2:9/secret"),
            "/file": lambda: self.go("file:///etc/passwd"),
            "/drip": self.drip,
            "/endless": self.endless,
            "/canonical": lambda: self.answer(HTML.replace("<title>", '<link rel="canonical" href="/front/page?x=1"><title>').encode()),
            "/elsewhere": lambda: self.answer(
                HTML.replace("<title>", '<link rel="canonical" href="https://other.example/a"><title>').encode()
            ),
        }
        known = pages.get(urlsplit(self.path).path)
        if known is None:
            self.send_error(404)
            return
        with suppress(BrokenPipeError, ConnectionResetError):
            known()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    newspaper = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    newspaper.daemon_threads = True
    worker = threading.Thread(target=newspaper.serve_forever, kwargs={"poll_interval": 0.02})
    worker.start()
    yield f"127.0.0.1:{newspaper.server_port}"
    newspaper.shutdown()
    worker.join()
    newspaper.server_close()


Fetching = Callable[..., Gathered]


@pytest.fixture
def fetched(server: str) -> Fetching:
    def run(path: str, **changed: Any) -> Gathered:
        return gathered(
            f"http://{server}{path}",
            **({"allow_addresses": (server,), "timeout": 5.0, "published": Published.parse("2021-07-14")} | changed),
        )

    return run


def test_a_page_is_fetched_and_read(fetched: Fetching, server: str) -> None:
    report = fetched("/page#top").report
    assert PARAGRAPH.strip() in report.text
    assert (report.url, report.origin, report.outlet) == (f"http://{server}/page", f"http://{server}/page#top", "127.0.0.1")


def test_what_the_caller_says_of_it_holds(fetched: Fetching) -> None:
    report = fetched("/text", outlet="Hill Gazette").report
    assert (report.outlet, report.published, report.text) == ("Hill Gazette", Published.parse("2021-07-14"), PARAGRAPH)


@pytest.mark.parametrize("path", ["/packed", "/unsaid", "/moved"])
def test_packed_moved_and_untyped_pages_are_read(path: str, fetched: Fetching) -> None:
    assert PARAGRAPH.strip() in fetched(path).report.text


def test_a_moved_page_bears_its_last_address(fetched: Fetching, server: str) -> None:
    report = fetched("/moved").report
    assert (report.url, report.origin) == (f"http://{server}/page", f"http://{server}/moved")


def test_a_canonical_address_counts_only_on_the_same_host(fetched: Fetching, server: str) -> None:
    assert fetched("/canonical").report.url == f"http://{server}/front/page?x=1"
    assert fetched("/elsewhere").report.url == f"http://{server}/elsewhere"


def test_lines_of_reports_are_fetched_too(fetched: Fetching, server: str) -> None:
    got = fetched("/lines")
    assert [(r.text, r.origin) for r in got.reports] == [("One.", f"http://{server}/lines:1"), ("Two.", f"http://{server}/lines:2")]


def test_charsets_are_those_the_server_names(fetched: Fetching) -> None:
    assert fetched("/cyrillic").report.text == "Бойцы вошли в город."


def test_a_wrong_charset_is_kept_and_marked(fetched: Fetching) -> None:
    report = fetched("/wrong").report
    assert (report.text, report.marks) == ("The caf\ufffd was hit by two rockets.", (Mark.BROKEN_TEXT,))


def test_what_can_be_unpacked_is_asked_for_and_addresses_are_escaped(fetched: Fetching) -> None:
    assert fetched("/ask?q=é è").report.text == f"{', '.join(understood())} heldby /ask?q=%C3%A9%20%C3%A8"
    assert "gzip" in understood()


@pytest.mark.parametrize(
    ("path", "kind", "cause"),
    [
        ("/missing", GapKind.UNREADABLE, "404"),
        ("/pdf", GapKind.BINARY, "application/pdf"),
        ("/style", GapKind.UNREADABLE, "text/css"),
        ("/nothing", GapKind.EMPTY, "sent nothing"),
        ("/large", GapKind.TOO_LARGE, "30,000 bytes"),
        ("/endless", GapKind.TOO_LARGE, "more than 20,000 bytes"),
        ("/bomb", GapKind.TOO_LARGE, "more than 20,000 bytes"),
        ("/short", GapKind.UNREADABLE, "broke off"),
        ("/torn", GapKind.UNREADABLE, "cannot be unpacked as gzip: it ends too early"),
        ("/odd", GapKind.UNREADABLE, "'compress', which was not asked for"),
        ("/round", GapKind.UNREADABLE, "302 more than 5 times"),
        ("/file", GapKind.UNREADABLE, "neither http nor https"),
        ("/inside", GapKind.UNREADABLE, "127.0.0.2:9 is neither on port 80 nor 443"),
    ],
)
def test_what_cannot_be_had_is_a_gap_with_its_cause(path: str, kind: GapKind, cause: str, fetched: Fetching, server: str) -> None:
    got = fetched(path)
    assert (got.gap.kind, got.gap.subject, got.reports) == (kind, f"http://{server}{path}", [])
    assert cause in got.gap.cause


def test_an_inner_address_is_refused_unless_it_was_allowed(fetched: Fetching, server: str) -> None:
    for allowed in ((), ("127.0.0.1:1",), ("localhost:80",), ("127.0.0.1",)):
        gap = fetched("/text", allow_addresses=allowed).gap
        assert gap.kind is GapKind.UNREADABLE
        assert f"name {server} in allow_addresses" in gap.cause


def test_an_address_of_version_six_is_allowed_in_brackets() -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    gap = gathered("http://[::1]:9/", allow_addresses=("[::1]:9",)).gap
    assert "allow_addresses" not in gap.cause
    assert "name [::1]:9 in allow_addresses" in gathered("http://[::1]:9/").gap.cause
    assert "not a public address" in gathered("http://[::1]/").gap.cause


def test_https_is_spoken_where_it_is_asked_for(server: str) -> None:
    gap = gathered(f"https://{server}/page", allow_addresses=(server,)).gap
    assert gap.kind is GapKind.UNREADABLE
    assert "SSL" in gap.cause


def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def resolve(host: str, *_: Any, **__: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 80))]

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    gap = gathered("http://hill.example/text").gap
    assert "hill.example leads to 127.0.0.1" in gap.cause
    assert asked == ["hill.example"]


def test_an_address_is_resolved_once_so_it_cannot_change_after_the_check(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(server.rpartition(":")[2])
    answers = iter([[(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]])
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: next(answers))
    assert gathered(f"http://hill.example:{port}/text", allow_addresses=(f"hill.example:{port}",)).reports


def test_a_server_that_says_nothing_is_given_up(fetched: Fetching) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"127.0.0.1:{silent.getsockname()[1]}"
        gap = gathered(f"http://{place}/", allow_addresses=(place,), timeout=0.2).gap
    assert (gap.kind, gap.cause) == (GapKind.UNREADABLE, "no answer within 0.2 seconds")


def test_a_server_that_drips_is_cut_off_at_the_deadline(fetched: Fetching) -> None:
    began = time.monotonic()
    assert fetched("/drip", deadline=0.3).gap.cause == "took longer than 0.3 seconds"
    assert time.monotonic() - began < 2


def test_nobody_listening_is_a_gap() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
    gap = gathered(f"http://{place}/", allow_addresses=(place,)).gap
    assert (gap.kind, "cannot be fetched" in gap.cause) == (GapKind.UNREADABLE, True)


def test_proxies_of_the_environment_are_not_used(fetched: Fetching, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert fetched("/text").report.text == PARAGRAPH


@pytest.mark.parametrize(
    ("address", "reachable"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_which_addresses_are_public(address: str, reachable: bool) -> None:
    assert public(address) is reachable
