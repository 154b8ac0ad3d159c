"""The one way out to the web: an address fetched only because the user named it or its feed, within bounds of reach, size and time.

    address -> target (read strictly) -> addresses (looked up once, public) -> connection to that very one -> answer -> body, unpacked
       ^                                                                                                        |
       +------------------------------- each redirect from the beginning, five at most -------------------------+

Proxies of the environment are not used: behind one, nobody could check.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email.message import Message
from functools import lru_cache
from urllib.parse import urljoin

from heldby.gather.options import GatherOptions
from heldby.gather.reaching import Refused, Target, addresses_of, target_of
from heldby.gather.unpacking import NotPacked, TooLarge, understood, unpacked

ACCEPT = (
    "text/html,application/xhtml+xml,text/plain,application/atom+xml,application/rss+xml,application/feed+json,application/x-ndjson,"
    "application/jsonl;q=0.9,application/xml;q=0.9,*/*;q=0.1"
)
AGENT = "heldby"
MOST_REDIRECTS = 5
CHUNK = 65_536
_MOVED = (301, 302, 303, 307, 308)
_FOR_GOOD = (301, 308)
_UNCHANGED = 304


class Answered(OSError):
    """The server answered, but not with the page: `status` and how many seconds it asks to be left alone ("" = it does not say)."""

    def __init__(self, status: int, reason: str, retry_after: str = "") -> None:
        super().__init__(f"the server answered {status} {reason}".rstrip())
        self.status, self.retry_after = status, retry_after


@dataclass(frozen=True, slots=True)
class Limits:
    """How far one fetch may go: bytes of the body, unpacked; seconds for one wait and for all of it; "host:port" pairs beside public ones."""

    most_bytes: int
    timeout: float
    deadline: float
    allow_addresses: tuple[str, ...] = ()

    @classmethod
    def of(cls, options: GatherOptions, most_bytes: int = 0) -> Limits:
        """Those of `options`, for a body of `most_bytes` (0: of a report)."""
        return cls(most_bytes or options.max_report_bytes, options.timeout, options.deadline, options.allow_addresses)


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: `asked` for and where it came from at last (`url`, `peer` its network address), `hops` the addresses between; `status`
    (200s, or 304 with no body); `headers` in their order; `sent` the body as the server packed it, `body` unpacked."""

    asked: str
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    sent: bytes
    body: bytes
    hops: tuple[str, ...] = ()
    peer: str = ""
    reason: str = ""
    for_good: bool = False  # every redirect on the way said that it is permanent

    def header(self, name: str) -> str:
        """The first header of that name, or ""."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def media_type(self) -> str:
        """ "text/html"; "" where the server says nothing."""
        return _content_type(self.header("Content-Type"))[0]

    @property
    def charset(self) -> str:
        """The charset that the server declared, or ""."""
        return _content_type(self.header("Content-Type"))[1]


@lru_cache(maxsize=256)  # servers say the same few things
def _content_type(value: str) -> tuple[str, str]:
    """Media type and charset of a header, "" each where it says nothing."""
    message = Message()
    message["Content-Type"] = " ".join(value.split()) or "application/octet-stream"
    return message.get_content_type() if value else "", str(message.get_content_charset() or "")


def fetch(address: str, limits: Limits, headers: Mapping[str, str] | None = None) -> Fetched:
    """What is at `address`, asked for with `headers` beside the usual ones.

    Raises Refused, TooLarge, Answered, and OSError (with a message for people) for all else that a network may do.
    """
    line = _Line(limits)
    hops: list[str] = []
    for_good = True
    current = address
    try:
        with line.watched():
            while True:
                target = target_of(current)
                answer = line.ask(target, {**_usual(), **(headers or {})})
                if answer.status not in _MOVED:
                    return replace(_taken(address, target, answer, line, tuple(hops)), for_good=for_good and bool(hops))
                hops.append(target.url)
                for_good = for_good and answer.status in _FOR_GOOD
                current = _next(target, answer, hops)
                line.close()
    except (TooLarge, Refused, Answered):
        raise
    except (http.client.HTTPException, OSError, ValueError, EOFError) as e:
        raise _said(e, line, limits) from None
    finally:
        line.close()


def _usual() -> dict[str, str]:
    return {"User-Agent": AGENT, "Accept": ACCEPT, "Accept-Encoding": ", ".join(understood()), "Connection": "close"}


def _next(target: Target, answer: http.client.HTTPResponse, hops: Sequence[str]) -> str:
    """Where a redirect leads, as an absolute address."""
    to = answer.headers.get("Location", "")
    if not to:
        raise Answered(answer.status, f"{answer.reason} without saying where to")
    if any(ord(c) < 0x20 or ord(c) == 0x7F for c in to):
        raise Refused(f"the server leads to {_word(to)}, which is no address")
    if len(hops) > MOST_REDIRECTS:
        raise Answered(answer.status, f"more than {MOST_REDIRECTS} times: {hops[0]} leads in a circle or too far")
    # http.client reads headers as Latin-1; what is meant beyond ASCII is UTF-8.
    return urljoin(target.url, to.encode("latin-1", "replace").decode("utf-8", "replace"))


def _taken(asked: str, target: Target, answer: http.client.HTTPResponse, line: _Line, hops: tuple[str, ...]) -> Fetched:
    if answer.status != _UNCHANGED and not 200 <= answer.status < 300:
        raise Answered(answer.status, _word(answer.reason), answer.headers.get("Retry-After", "").strip())
    sent, body = ([], []) if answer.status == _UNCHANGED else _body(answer, line.limits)
    if line.late:
        raise TimeoutError
    headers = tuple((key, str(value)) for key, value in answer.headers.items())
    return Fetched(asked, target.url, answer.status, headers, b"".join(sent), b"".join(body), hops, line.peer, _word(answer.reason))


def _word(reason: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in reason[:100])


def _body(answer: http.client.HTTPResponse, limits: Limits) -> tuple[list[bytes], list[bytes]]:
    """The body as it was sent and as it is."""
    declared = answer.headers.get("Content-Length", "").strip()
    if declared.isascii() and declared.isdigit() and len(declared) < 20 and int(declared) > limits.most_bytes:
        raise TooLarge(f"{int(declared):,} bytes")
    sent: list[bytes] = []

    def chunks() -> Iterator[bytes]:
        while chunk := answer.read1(CHUNK):
            sent.append(chunk)
            yield chunk
        if answer.length:
            raise http.client.IncompleteRead(b"", answer.length)

    body = list(unpacked(chunks(), ",".join(answer.headers.get_all("Content-Encoding", [])), limits.most_bytes))
    return sent, body


def _said(error: Exception, line: _Line, limits: Limits) -> OSError:
    """The error in words."""
    if line.late:
        return OSError(f"took longer than {limits.deadline:g} seconds")
    if isinstance(error, TimeoutError):
        return OSError(f"no answer within {limits.timeout:g} seconds")
    if isinstance(error, http.client.IncompleteRead):
        return OSError("the connection broke off before the whole page had come")
    if isinstance(error, http.client.HTTPException):
        return OSError(f"the server does not speak HTTP as it should ({type(error).__name__}: {_word(str(error))})")
    if isinstance(error, NotPacked):
        return error
    return OSError(f"cannot be fetched: {error or type(error).__name__}")


@dataclass(slots=True)
class _Line:
    """The connections of one fetch: opened to checked addresses, cut off at the deadline."""

    limits: Limits
    late: bool = False
    peer: str = ""
    _began: float = field(default_factory=time.monotonic)
    _open: list[socket.socket] = field(default_factory=list)
    _answers: list[http.client.HTTPResponse] = field(default_factory=list)

    @contextmanager
    def watched(self) -> Iterator[None]:
        timer = threading.Timer(self.limits.deadline, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        self.late = True
        for connection in list(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # closed already

    def close(self) -> None:
        for answer in self._answers:
            answer.close()
        for connection in self._open:
            connection.close()
        self._answers, self._open = [], []

    def ask(self, target: Target, headers: Mapping[str, str]) -> http.client.HTTPResponse:
        """The head of the answer to a GET. Raises Refused where the target has no address that may be reached."""
        connection = http.client.HTTPConnection(target.host, target.port, timeout=self.limits.timeout)
        connection.sock = self._connected(target)
        connection.putrequest("GET", target.path, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", target.netloc)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        answer = http.client.HTTPResponse(connection.sock, method="GET")
        self._answers.append(answer)
        answer.begin()
        return answer

    def _connected(self, target: Target) -> socket.socket:
        usable = addresses_of(target, self.limits.allow_addresses, min(self.limits.timeout, self._left()))
        error: OSError = OSError(f"{target.host} has no address")
        for family, kind, protocol, _, place in usable:
            if self.late:
                raise TimeoutError
            plain = socket.socket(family, kind, protocol)
            plain.settimeout(self.limits.timeout)
            self._open.append(plain)
            try:
                plain.connect(place)
                self.peer = str(place[0])
                return plain if target.scheme == "http" else self._secured(plain, target.host)
            except OSError as e:
                plain.close()
                error = e
        raise error

    def _secured(self, plain: socket.socket, host: str) -> socket.socket:
        """TLS over a checked connection; the certificate is that of the host's name."""
        secure = ssl.create_default_context().wrap_socket(plain, server_hostname=host, do_handshake_on_connect=False)
        self._open.append(secure)  # before the handshake, so that the deadline ends a slow one too
        secure.do_handshake()
        return secure

    def _left(self) -> float:
        return self.limits.deadline - (time.monotonic() - self._began)
