"""No address leads inside: private hosts in every notation, straight, through redirects and by names that change, make no connection."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, quote

import pytest
from hostile import Speaker, answer, path_of, speaking

from heldby.gather.fetching import Limits, fetch
from heldby.gather.reaching import Refused, folded, public, target_of

INNER = (
    "127.0.0.1", "127.1.2.3", "10.0.0.1", "10.255.255.254", "172.16.0.1", "172.31.255.254", "192.168.0.1", "192.168.255.254",
    "169.254.169.254", "100.64.0.1", "0.0.0.0", "192.0.0.8", "198.18.0.1", "192.0.2.1", "203.0.113.9", "224.0.0.251", "240.0.0.1", "255.255.255.255",
)  # fmt: skip
INNER_SIX = (
    "::1", "::", "fe80::1", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1", "3fff::1", "100::1", "2001::1", "5f00::1",
    "::7f00:1", "2001:4860:0:0:0:5efe:7f00:1", "2001:4860::200:5efe:a00:1",
)  # fmt: skip
WIDE = str.maketrans("0123456789.", "０１２３４５６７８９。")
ROUND = str.maketrans("123456789", "①②③④⑤⑥⑦⑧⑨")


def notations(address: str) -> Iterator[str]:
    """Ways to write one IPv4 address as a host."""
    ip = ipaddress.IPv4Address(address)
    a, b, c, d = ip.packed
    yield address
    yield f"{address}."
    yield str(int(ip))
    yield hex(int(ip))
    yield f"0{int(ip):o}"
    yield ".".join(f"0x{part:02x}" for part in ip.packed)
    yield ".".join(f"{part:04o}" for part in ip.packed)
    yield f"{a}.{b}.{c * 256 + d}"
    yield f"{a}.{(b << 16) + (c << 8) + d}"
    yield address.translate(WIDE)
    yield address.translate(ROUND)
    yield address.replace(".", "%2e")
    yield f"[::ffff:{address}]"
    yield f"[64:ff9b::{address}]"
    yield f"[64:ff9b:1::{address}]"
    yield f"[2002:{a:02x}{b:02x}:{c:02x}{d:02x}::]"


HOSTS = (
    *(host for address in INNER for host in notations(address)),
    *(f"[{address}]" for address in INNER_SIX),
    *("[fe80::1%25lo]", "[::1%25lo]", "[0:0:0:0:0:0:0:1]", "[0000::0001]", "[::ffff:7f00:1]", "[::127.0.0.1]"),
    *("localhost", "LOCALHOST", "localhost.", "inner.example", "mixed-in.example"),
)
TRICKS = (
    "http://public.example@127.0.0.1/",
    "http://127.0.0.1\\@public.example/",
    "http://public.example\\@127.0.0.1/",
    "http://127.0.0.1#@public.example/",
    "http://127.0.0.1?@public.example/",
    "http://127.0.0.1 .public.example/",
    "http://127.0.0.1\t/",
    "http://\n127.0.0.1/",
    "http://127.0.0.1%00.public.example/",
    "http:///127.0.0.1/",
    "http:127.0.0.1/",
    "http://127.0.0.1:80:80/",
    "http://127.0.0.1:0/",
    "http://[::1/",
    "http://::1/",
    "http://public.example:22/",
    "http://public.example:8080/",
    "http://public.example:6379/",
    "https://public.example:8443/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "gopher://127.0.0.1:6379/_x",
    "dict://127.0.0.1:11211/",
    "data:text/html,x",
    "javascript:alert(1)",
    "ldap://127.0.0.1/",
    "jar:http://127.0.0.1!/",
    "HTTP://LOCALHOST/",
    "//127.0.0.1/",
    "",
)
FORMS = (*(f"{scheme}://{host}/latest" for scheme in ("http", "https") for host in HOSTS), *TRICKS)
NAMES = {"inner.example": ["10.0.0.7"], "mixed-in.example": ["fd00::7", "127.0.0.1"]}


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every connection tried, and a resolver that reads numbers as a C library would and knows a few names."""
    tried: list[Any] = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        names = NAMES.get(host.lower()) or (["127.0.0.1", "::1"] if host.lower().rstrip(".") == "localhost" else None)
        try:
            found = names or [socket.inet_ntoa(socket.inet_aton(host))]
        except OSError:
            found = [host]
        return [(socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in found]

    plain = socket.socket.connect

    def connect(self: socket.socket, place: Any) -> None:
        tried.append(place)
        plain(self, place)

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    monkeypatch.setattr("socket.socket.connect", connect)
    return tried


def limits(*allowed: str) -> Limits:
    return Limits(20_000, timeout=2.0, deadline=4.0, allow_addresses=allowed)


def test_there_are_three_hundred_forms() -> None:
    assert len(set(FORMS)) > 300


def test_no_form_of_an_inner_address_is_connected_to(connections: list[Any]) -> None:
    for form in FORMS:
        with pytest.raises(Refused):
            fetch(form, limits())
    assert connections == []


def test_no_redirect_to_an_inner_address_is_followed(connections: list[Any], proving: bool) -> None:
    def lead(head: bytes, send: Any) -> None:
        to = parse_qs(path_of(head).partition("?")[2], keep_blank_values=True)["to"][0]
        send(answer(b"", f"Location: {to.encode().decode('latin-1')}", status="302 Found"))

    # A line break ends a header, and an address without a scheme or a host is relative to where it stands: those are another test's.
    forms = [f for f in FORMS if not {"\n", "\t"} & set(f) and re.search("://[^/]", f)][:: 1 if proving else 4]
    with speaking(lead) as server:
        for form in forms:
            with pytest.raises(OSError, match=r"^\S"):
                fetch(f"http://{server.place}/?to={quote(form, safe='')}", limits(server.place))
        host, _, port = server.place.partition(":")
        assert {place for place in connections if place != (host, int(port))} == set()
        assert server.calls == len(forms)


def test_a_chain_that_ends_inside_stops_before_it(connections: list[Any]) -> None:
    def lead(head: bytes, send: Any) -> None:
        left = int(path_of(head).strip("/"))
        to = f"/{left - 1}" if left else "http://169.254.169.254/latest/meta-data/"
        send(answer(b"", f"Location: {to}", status="307 Temporary Redirect"))

    with speaking(lead) as server:
        for length in range(5):
            with pytest.raises(Refused, match=r"169\.254\.169\.254"):
                fetch(f"http://{server.place}/{length}", limits(server.place))
        with pytest.raises(OSError, match="more than 5 times"):
            fetch(f"http://{server.place}/5", limits(server.place))
        assert {place[0] for place in connections} == {"127.0.0.1"}
        assert server.calls == sum(range(1, 6)) + 6


def test_a_name_that_changes_between_look_ups_is_looked_up_once_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: public when it is checked, inside when it is connected to."""
    answers: list[str] = []
    tried: list[Any] = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        answers.append("93.184.216.34" if len(answers) % 2 == 0 else "127.0.0.1")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers[-1], port))]

    def connect(self: socket.socket, place: Any) -> None:
        tried.append(place)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    monkeypatch.setattr("socket.socket.connect", connect)
    with pytest.raises(OSError, match="Connection refused"):
        fetch("http://rebind.example/", limits())
    assert (answers, tried) == (["93.184.216.34"], [("93.184.216.34", 80)])
    with pytest.raises(Refused, match="leads to 127"):
        fetch("http://rebind.example/", limits())
    assert len(tried) == 1


def test_of_mixed_addresses_only_public_ones_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[Any] = []

    def connect(self: socket.socket, place: Any) -> None:
        tried.append(place[0])
        raise ConnectionRefusedError(111, "Connection refused")

    found = ["10.0.0.1", "93.184.216.34", "::1", "2606:2800:220:1:248:1893:25c8:1946"]
    kinds = [(socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 443)) for a in found]
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: kinds)
    monkeypatch.setattr("socket.socket.connect", connect)
    with pytest.raises(OSError, match="Connection refused"):
        fetch("https://mixed.example/", limits())
    assert tried == ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"]


def test_a_resolver_that_never_answers_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    hanging = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: hanging.wait(5))
    with pytest.raises(OSError, match="no answer within"):
        fetch("http://slow.example/", Limits(1000, timeout=0.1, deadline=1.0))
    hanging.set()


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("HTTP://Example.COM", "http://example.com/"),
        ("https://example.com:443/a b?c=d e#f", "https://example.com/a%20b?c=d%20e"),
        ("http://example.com:80?x", "http://example.com/?x"),
        ("http://bücher.example/ä", "http://xn--bcher-kva.example/%C3%A4"),
        ("http://[2606:2800:220:1:0248:1893:25c8:1946]/", "http://[2606:2800:220:1:248:1893:25c8:1946]/"),
        ("http://example.com/%2e%2e/x", "http://example.com/%2e%2e/x"),
        ("http://example.com:8080/", "http://example.com:8080/"),
    ],
)
def test_an_address_has_one_reading(address: str, url: str) -> None:
    assert target_of(address).url == url
    assert target_of(url).url == url


def test_a_password_is_not_shown() -> None:
    with pytest.raises(Refused) as e:
        target_of("http://somebody:secret@example.com/")
    assert "secret" not in str(e.value)
    assert "user name or password" in str(e.value)


def test_allowed_pairs_are_exact() -> None:
    assert folded(("[0:0::1]:80", "Local.Example:8080", "10.0.0.1:80")) == {"::1:80", "local.example:8080", "10.0.0.1:80"}


def test_an_allowed_place_allows_no_other_port_and_no_other_name() -> None:
    def say(head: bytes, send: Any) -> None:
        send(answer(b"x"))

    with speaking(say) as one, speaking(say) as other:
        assert fetch(f"http://{one.place}/", limits(one.place)).body == b"x"
        for wrong in (f"http://{other.place}/", f"http://localhost:{one.place.rpartition(':')[2]}/"):
            with pytest.raises(Refused):
                fetch(wrong, limits(one.place))
        assert (one.calls, other.calls) == (1, 0)


@pytest.mark.parametrize("address", ["::ffff:10.0.0.1", "2001:4860::5efe:c0a8:1", "64:ff9b:1::1", "nonsense", "", "1.2.3"])
def test_wrapped_and_senseless_addresses_are_not_public(address: str) -> None:
    assert not public(address)


def test_speakers_count(capsys: pytest.CaptureFixture[str]) -> None:
    """The counting that the proofs above rest on counts."""
    speaker = Speaker(lambda _, send: send(answer(b"")))
    try:
        fetch(f"http://{speaker.place}/", limits(speaker.place))
    finally:
        speaker.close()
    assert speaker.calls == 1
