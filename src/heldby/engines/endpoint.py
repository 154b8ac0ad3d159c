"""One endpoint that the user named, spoken to over HTTP: nowhere else, within bounds of time and size, the key never shown.

Redirects are not followed, proxies of the environment are not used, and nothing that the server writes becomes part of a message.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import socket
import ssl
import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from heldby.errors import UsageError

CHUNK = 65_536
_PATH = re.compile(r"[\w.~!$&'()*+,;=:@%/-]*\Z", re.ASCII)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to ask, how long to wait (seconds: for a sign of life, and for the whole answer) and how much to take (bytes)."""

    url: str
    host: str
    port: int
    path: str
    secure: bool
    key: str = field(default="", repr=False)
    timeout: float = 60.0
    deadline: float = 180.0
    most_bytes: int = 2_000_000


class NoAnswer(Exception):
    """No usable answer: `cause` in our own words, `status` (0 without one), whether asking again may help, and after how many seconds."""

    def __init__(self, cause: str, *, status: int = 0, again: bool = False, after: float = 0.0) -> None:
        super().__init__(cause)
        self.cause, self.status, self.again, self.after = cause, status, again, after


def endpoint(base: str, key: str = "", timeout: float = 60.0) -> Endpoint:
    """The chat endpoint below `base` ("https://host/v1"). Raises UsageError where `base` is none, or would carry a key in the clear."""
    try:
        parts = urlsplit(base)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise UsageError("engine_url", "is no address") from None
    if parts.scheme not in ("http", "https") or not host:
        raise UsageError("engine_url", "expected an address like https://host/v1")
    if parts.username or parts.password or parts.query or parts.fragment or not _PATH.match(parts.path) or not host.isascii():
        raise UsageError("engine_url", "expected scheme, host, port and path only; a key is named by engine_key_env")
    if any(not "!" <= c <= "~" for c in key):
        raise UsageError("engine_key_env", "the key in that variable holds blanks or characters that no key has")
    secure = parts.scheme == "https"
    if key and not secure and not _loopback(host):
        raise UsageError("engine_url", "a key goes over https only, or to this machine itself")
    port = port or (443 if secure else 80)
    path = parts.path.rstrip("/") + "/chat/completions"
    place = f"[{host}]" if ":" in host else host
    return Endpoint(f"{parts.scheme}://{place}:{port}{path}", host, port, path, secure, key, timeout, 3 * timeout)


def is_variable(name: str) -> bool:
    """Whether a text can be the name of an environment variable, and so is not a key pasted by mistake."""
    return bool(_NAME.match(name))


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def post(to: Endpoint, body: bytes) -> bytes:
    """The body of a 200 answer. Raises NoAnswer for everything else, in our own words."""
    connection = _connection(to)
    cut = _Cut()
    timer = threading.Timer(to.deadline, cut)
    timer.daemon = True
    timer.start()
    try:
        connection.connect()
        cut.sock = connection.sock  # kept here: the connection lets go of it once the answer has begun
        if cut.late:
            raise TimeoutError
        connection.request("POST", to.path, body, _headers(to))
        answer = connection.getresponse()
        if answer.status != HTTPStatus.OK:
            raise _refusal(answer)
        body = _body(answer, to)
        if cut.late:
            raise TimeoutError
        return body
    except NoAnswer as e:
        raise _said(TimeoutError(), to, True) if cut.late else e from None
    except Exception as e:
        raise _said(e, to, cut.late) from None
    finally:
        timer.cancel()
        connection.close()


def _connection(to: Endpoint) -> http.client.HTTPConnection:
    if to.secure:
        return http.client.HTTPSConnection(to.host, to.port, timeout=to.timeout, context=ssl.create_default_context())
    return http.client.HTTPConnection(to.host, to.port, timeout=to.timeout)


def _headers(to: Endpoint) -> dict[str, str]:
    headers = {"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "heldby", "Connection": "close"}
    return {**headers, "Authorization": f"Bearer {to.key}"} if to.key else headers


def _body(answer: http.client.HTTPResponse, to: Endpoint) -> bytes:
    out = bytearray()
    while chunk := answer.read1(CHUNK):
        out += chunk
        if len(out) > to.most_bytes:
            raise NoAnswer(f"an answer larger than {to.most_bytes:,} bytes")
    if answer.length:
        raise NoAnswer("an answer that broke off", again=True)
    return bytes(out)


def _refusal(answer: http.client.HTTPResponse) -> NoAnswer:
    status = answer.status
    try:
        phrase = f" ({HTTPStatus(status).phrase})"
    except ValueError:
        phrase = ""
    if 300 <= status < 400:
        return NoAnswer(f"the server leads elsewhere: {status}{phrase}; redirects are not followed", status=status)
    again = status in (408, 409, 425, 429) or status >= 500
    after = answer.headers.get("Retry-After", "")
    return NoAnswer(
        f"the server answered {status}{phrase}", status=status, again=again, after=float(after) if re.fullmatch(r"\d{1,4}", after) else 0.0
    )


def _said(error: Exception, to: Endpoint, late: bool) -> NoAnswer:
    """What went wrong on the way, without a word of the server's."""
    if late:
        return NoAnswer(f"took longer than {to.deadline:g} seconds", again=True)
    if isinstance(error, TimeoutError):
        return NoAnswer(f"no answer within {to.timeout:g} seconds", again=True)
    if isinstance(error, ssl.SSLError):
        return NoAnswer("no secure connection could be made")
    if isinstance(error, socket.gaierror):
        return NoAnswer("its name leads nowhere")
    if isinstance(error, OSError | http.client.HTTPException):
        return NoAnswer(f"cannot be reached ({type(error).__name__})", again=True)
    return NoAnswer(f"could not be asked ({type(error).__name__})")


class _Cut:
    """Cuts a connection off; `late` says that it did."""

    def __init__(self) -> None:
        self.sock: socket.socket | None = None
        self.late = False

    def __call__(self) -> None:
        self.late = True
        if self.sock is not None:
            try:
                self.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # closed already
