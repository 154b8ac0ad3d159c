"""Servers that mean harm or know no better: bombs, floods, drips, lies and nonsense end in bounded time and memory, with a clear error."""

from __future__ import annotations

import gzip
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hostile import answer, path_of, speaking

from heldby.gather.fetching import Answered, Fetched, Limits, fetch
from heldby.gather.unpacking import MOST_RATIO, NotPacked, TooLarge, understood, unpacked

MOST = 2_000_000
BODY = b"Fighters took the customs office shortly after dawn.\n" * 40


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(data) + packer.flush()


def brotli(data: bytes) -> bytes:
    import brotli as module

    return bytes(module.compress(data, quality=3))


def zstd(data: bytes) -> bytes:
    from backports import zstd as module

    return bytes(module.compress(data, 3))


def chained(*packers: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def pack(data: bytes) -> bytes:
        for packer in packers:
            data = packer(data)
        return data

    return pack


def squeeze(data: bytes) -> bytes:
    return gzip.compress(data, 6, mtime=0)


PACKED: list[tuple[str, Callable[[bytes], bytes]]] = [
    ("gzip", squeeze),
    ("x-gzip", squeeze),
    ("deflate", zlib.compress),
    ("deflate", raw_deflate),
    ("gzip, gzip", chained(squeeze, squeeze)),
    ("deflate, gzip", chained(zlib.compress, squeeze)),
    ("gzip", lambda data: b"".join(squeeze(data[i : i + 1_000_000]) for i in range(0, len(data), 1_000_000))),  # member by member
    ("br", brotli),
    ("br, gzip", chained(brotli, squeeze)),
    ("zstd", zstd),
    ("zstd", lambda data: zstd(data[: len(data) // 2]) + zstd(data[len(data) // 2 :])),
    ("zstd, br", chained(zstd, brotli)),
]


def known(encoding: str) -> bool:
    """Whether this installation can unpack it (the extra `gather` brings br and zstd)."""
    return {"br", "zstd"} & set(encoding.split(", ")) <= set(understood())


ENCODINGS = [pytest.param(*p, marks=pytest.mark.skipif(not known(p[0]), reason="needs the extra `gather`")) for p in PACKED]


@pytest.mark.parametrize(("encoding", "pack"), ENCODINGS)
def test_twelve_encodings_are_unpacked_however_they_come(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    packed = pack(BODY)
    for size in (1, 7, 65_536):
        chunks = [packed[i : i + size] for i in range(0, len(packed), size)]
        assert b"".join(unpacked(chunks, encoding, MOST)) == BODY


def test_bombs_in_twelve_encodings_take_little_memory(tmp_path: Path, proving: bool) -> None:
    """In a process of its own: what the libraries take by themselves is seen nowhere else."""
    bomb = bytes(200_000_000 if proving else 4_000_000)
    names = []
    for number, (encoding, pack) in enumerate(PACKED):
        if known(encoding):
            (tmp_path / str(number)).write_bytes(pack(bomb))
            names += [encoding, str(tmp_path / str(number))]
    done = subprocess.run([sys.executable, "-c", DEFUSE, str(MOST), *names], capture_output=True, text=True, check=True)
    extra, met = done.stdout.split()
    assert int(met) == len(names) // 2 >= 7
    assert int(extra) < 25_000_000


DEFUSE = """
import sys
from heldby.gather.unpacking import TooLarge, unpacked

def peak():
    return int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))) * 1024

list(unpacked([b""], "", 1))
before, met = peak(), 0
for encoding, path in zip(sys.argv[2::2], sys.argv[3::2]):
    with open(path, "rb") as file:
        try:
            for _ in unpacked(iter(lambda: file.read(65_536), b""), encoding, int(sys.argv[1])):
                pass
        except TooLarge:
            met += 1
print(peak() - before, met)
"""


@pytest.mark.parametrize(("encoding", "pack"), ENCODINGS)
def test_bytes_that_are_cut_or_changed_are_not_taken_for_whole(encoding: str, pack: Callable[[bytes], bytes]) -> None:
    packed = pack(BODY)
    for broken in (packed[: len(packed) // 3], packed[:-3], b"", b"nonsense that is no archive at all", packed[:10] + b"\xff\x00\xff" * 9):
        with pytest.raises(NotPacked, match="cannot be unpacked"):
            list(unpacked([broken], encoding, MOST))


def test_a_ratio_nobody_needs_is_refused_within_the_bound() -> None:
    with pytest.raises(TooLarge, match=f"more than {MOST_RATIO} times"):
        list(unpacked([squeeze(bytes(5_000_000))], "gzip", 10_000_000))


def test_many_layers_and_unknown_ones_are_refused() -> None:
    for encoding, cause in (("gzip, gzip, gzip", "3 times over"), ("compress", "was not asked for"), ("gzip, exi", "'exi'")):
        with pytest.raises(NotPacked, match=cause):
            list(unpacked([b""], encoding, MOST))


def asked(says: Callable[[bytes, Callable[[bytes], None]], None], path: str = "/", **bounds: float) -> Fetched | OSError | TooLarge:
    """What fetching from such a server gives: a page, or the error."""
    with speaking(says) as server:
        limits = Limits(20_000, bounds.get("timeout", 0.3), bounds.get("deadline", 0.4), (server.place,))
        try:
            return fetch(f"http://{server.place}{path}", limits)
        except (OSError, TooLarge) as e:
            return e


def forever(head: bytes, piece: bytes, pause: float = 0.0) -> Callable[[bytes, Callable[[bytes], None]], None]:
    def say(_: bytes, send: Callable[[bytes], None]) -> None:
        send(head)
        while True:
            send(piece)
            time.sleep(pause)

    return say


OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


@pytest.mark.parametrize(
    ("head", "piece", "pause", "cause"),
    [
        (OK + b"\r\n", b"x" * 5000, 0.0, "more than 20,000 bytes"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"y" * 4096 + b"\r\n", 0.0, "more than 20,000 bytes"),
        (OK + b"Content-Length: 900\r\n\r\n", b"z", 0.05, "took longer than 0.4 seconds"),
        (OK, b"X-Header: on and on\r\n", 0.0, "does not speak HTTP as it should"),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"l" * 5000, 0.0, "does not speak HTTP as it should"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.001, "took longer than 0.4 seconds"),
        (b"HTTP/1.1 2", b"0", 0.05, "took longer than 0.4 seconds"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", 0.05, "took longer than 0.4 seconds"),
        (OK + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b"", mtime=0) * 200, 0.0, "more than 20,000 bytes"),
    ],
)
def test_endless_and_dripping_answers_end_in_time(head: bytes, piece: bytes, pause: float, cause: str) -> None:
    began = time.monotonic()
    found = asked(forever(head, piece, pause))
    assert cause in str(found)
    assert time.monotonic() - began < 2.5


def test_a_server_that_takes_the_call_and_says_nothing_is_given_up() -> None:
    found = asked(lambda _, __: time.sleep(0.5), timeout=0.2)
    assert str(found) == "no answer within 0.2 seconds"


@pytest.mark.parametrize(
    ("says", "cause"),
    [
        (b"", "does not speak HTTP as it should"),
        (b"\0" * 50, "does not speak HTTP as it should"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "does not speak HTTP as it should"),
        (b"HTTP/1.1 abc Fine\r\n\r\n", "does not speak HTTP as it should"),
        (b"<html>an answer of the year 1991</html>", "does not speak HTTP as it should"),
        (OK + b"Content-Length: 100\r\n\r\nhalf", "broke off"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n", "broke off"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", "broke off"),
        (OK + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nhalf", "cannot be unpacked as gzip"),
        (OK + b"Content-Length: 99999999999999999999999999\r\n\r\nshort", "broke off"),
        (OK + b"Content-Length: 30000\r\n\r\n", "30,000 bytes"),
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "without saying where to"),
        (b"HTTP/1.1 302 Found\r\nLocation: http://[::\r\nContent-Length: 0\r\n\r\n", "cannot be fetched"),
        (b"HTTP/1.1 302 Found\r\nLocation: \x00\x01\r\nContent-Length: 0\r\n\r\n", "no address"),
        (b"HTTP/1.1 304 Not Modified\r\n\r\n", None),
        (b"HTTP/1.1 500 Broken \x1b[31m\r\nContent-Length: 0\r\n\r\n", "the server answered 500 Broken ?[31m"),
        (b"HTTP/1.1 999 \r\nContent-Length: 0\r\n\r\n", "the server answered 999"),
        (OK + b"Content-Length: -5\r\n\r\ntext", None),
    ],
)
def test_lies_and_nonsense_are_named(says: bytes, cause: str | None) -> None:
    found = asked(lambda _, send: send(says))
    if cause is None:
        assert isinstance(found, Fetched)
    else:
        assert cause in str(found)


def test_a_server_may_ask_to_be_left_alone() -> None:
    found = asked(lambda _, send: send(answer(b"", "Retry-After: 120", status="429 Too Many Requests")))
    assert isinstance(found, Answered)
    assert (found.status, found.retry_after) == (429, "120")


def test_what_was_sent_is_kept_as_it_was_sent() -> None:
    def say(head: bytes, send: Any) -> None:
        if path_of(head) == "/old":
            send(answer(b"", "Location: /new", status="301 Moved Permanently"))
        else:
            send(answer(squeeze(BODY), "Content-Type: Text/HTML; charset=UTF-8", "Content-Encoding: gzip", 'ETag: "7"'))

    found = asked(say, "/old", deadline=3.0)
    assert isinstance(found, Fetched)
    assert (found.body, found.sent, found.status) == (BODY, squeeze(BODY), 200)
    assert (found.media_type, found.charset, found.header("etag"), found.peer) == ("text/html", "utf-8", '"7"', "127.0.0.1")
    assert (found.asked.endswith("/old"), found.url.endswith("/new"), [h.rpartition("/")[2] for h in found.hops]) == (True, True, ["old"])
