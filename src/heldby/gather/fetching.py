"""One address, fetched: only because the user named it, only from public addresses, within bounds of size and time.

A host is resolved once per connection and the connection goes to the very address that was checked, so that neither a redirect nor a
name that changes between check and use leads inside. Proxies of the environment are not used: behind one, nobody could check.
"""

from __future__ import annotations

import gzip
import http.client
import ipaddress
import re
import socket
import ssl
import threading
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote, urldefrag, urlsplit, urlunsplit

from heldby.gather.options import GatherOptions

ACCEPT = "text/html,application/xhtml+xml,text/plain,application/x-ndjson,application/jsonl;q=0.9,*/*;q=0.1"
MOST_REDIRECTS = 5
CHUNK = 65_536
_EMBEDDED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))


class Refused(OSError):
    """What heldby would not do: reach an address inside, follow a scheme it does not know."""


class TooLarge(Exception):
    """The body passes the bound."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body with where it came from at last, its media type ("text/html") and the charset that the server declared ("" = none)."""

    url: str
    media_type: str
    charset: str
    body: bytes


def fetch(address: str, options: GatherOptions) -> Fetched:
    """What is at `address`. Raises Refused, TooLarge, and OSError (with a message for people) for all that a network may do."""
    line = _Line(options)
    headers = {"User-Agent": "heldby", "Accept": ACCEPT, "Accept-Encoding": "gzip"}
    try:
        request = urllib.request.Request(_ascii(address), headers=headers)
        with line.watched(), line.opener().open(request, timeout=options.timeout) as answer:
            body = b"".join(_bounded(_plain(answer, options), options))
            if line.late:
                raise TimeoutError
            return Fetched(
                answer.url, answer.headers.get_content_type() if "Content-Type" in answer.headers else "", _charset(answer), body
            )
    except urllib.error.HTTPError as e:
        e.close()
        raise OSError(f"the server answered {e.code} {e.reason}") from None
    except (urllib.error.URLError, http.client.HTTPException, OSError, zlib.error, EOFError, ValueError) as e:
        raise _said(e, line, options) from None


def _said(error: Exception, line: _Line, options: GatherOptions) -> OSError:
    """The error in words."""
    reason = getattr(error, "reason", error)
    if line.late:
        return OSError(f"took longer than {options.deadline:g} seconds")
    if isinstance(reason, Refused):
        return reason
    if isinstance(reason, TimeoutError):
        return OSError(f"no answer within {options.timeout:g} seconds")
    if isinstance(error, http.client.IncompleteRead):
        return OSError("the connection broke off before the whole page had come")
    return OSError(f"cannot be fetched: {reason or type(reason).__name__}")


def _charset(answer: Any) -> str:
    return str(answer.headers.get_content_charset() or "")


def _plain(answer: Any, options: GatherOptions) -> Iterator[bytes]:
    """The body, unpacked."""
    encoding = (answer.headers.get("Content-Encoding") or "identity").strip().lower()
    if encoding in ("gzip", "x-gzip"):
        unpacker = gzip.GzipFile(fileobj=answer)
        read: Callable[[int], bytes] = unpacker.read1
    elif encoding == "identity":
        declared = answer.headers.get("Content-Length", "")
        if declared.isdigit() and int(declared) > options.max_report_bytes:
            raise TooLarge(f"{int(declared):,} bytes")
        read = answer.read1
    else:
        raise OSError(f"the server packed the page as {encoding!r}, which was not asked for")
    while chunk := read(CHUNK):
        yield chunk
    if encoding == "identity" and getattr(answer, "length", None):
        raise http.client.IncompleteRead(b"", answer.length)


def _bounded(chunks: Iterator[bytes], options: GatherOptions) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > options.max_report_bytes:
            raise TooLarge(f"more than {options.max_report_bytes:,} bytes")
        yield chunk


@dataclass(slots=True)
class _Line:
    """The connections of one fetch: opened to checked addresses, cut off at the deadline."""

    options: GatherOptions
    late: bool = False
    _open: list[socket.socket] = field(default_factory=list)

    def opener(self) -> urllib.request.OpenerDirector:
        """An opener that knows http and https, and nothing else: no file, no ftp, no data, no proxy."""
        director = urllib.request.OpenerDirector()
        for handler in (
            _Http(self),
            _Https(self),
            _Redirects(),
            urllib.request.HTTPErrorProcessor(),
            urllib.request.HTTPDefaultErrorHandler(),
        ):
            director.add_handler(handler)
        return director

    @contextmanager
    def watched(self) -> Iterator[None]:
        timer = threading.Timer(self.options.deadline, self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        self.late = True
        for connection in self._open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # closed already

    def connect(self, host: str, port: int, timeout: float | None) -> socket.socket:
        """A connection to a checked address of `host`. Raises Refused if it has none that may be reached."""
        allowed = _pair(host, port) in {re.sub(r"[\[\]]", "", pair.lower()) for pair in self.options.allow_addresses}
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
        if self.late:
            raise TimeoutError
        usable = [entry for entry in found if allowed or public(str(entry[4][0]))]
        if not usable:
            inner = sorted({str(entry[4][0]) for entry in found})
            raise Refused(
                f"{host} leads to {', '.join(inner)}, which is not a public address; to allow it, name {_pair(host, port)} in allow_addresses"
            )
        error: OSError = OSError(f"{host} has no address")
        for family, kind, protocol, _, target in usable:
            connection = socket.socket(family, kind, protocol)
            connection.settimeout(timeout)
            try:
                self._open.append(connection)
                connection.connect(target)
            except OSError as e:
                connection.close()
                self._open.remove(connection)
                error = e
            else:
                return connection
        raise error


def public(address: str) -> bool:
    """Whether an address may be reached by anybody's name: global, unicast, and not a wrapped inner one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ipaddress.IPv4Address(ip.packed[-4:]) if any(ip in net for net in _EMBEDDED) else None)
        if inner is not None:
            return public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _pair(host: str, port: int) -> str:
    return f"{host.lower().strip('[]')}:{port}"


class _HttpConnection(http.client.HTTPConnection):
    """http over a checked connection."""

    def __init__(self, *args: Any, line: _Line, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._line = line

    def connect(self) -> None:
        self.sock = self._line.connect(self.host, self.port, self.timeout)


class _HttpsConnection(http.client.HTTPSConnection):
    """https over a checked connection; the certificate is that of the host's name."""

    def __init__(self, *args: Any, line: _Line, **kwargs: Any) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(*args, context=self._tls, **kwargs)
        self._line = line

    def connect(self) -> None:
        self.sock = self._tls.wrap_socket(self._line.connect(self.host, self.port, self.timeout), server_hostname=self.host)


class _Http(urllib.request.HTTPHandler):
    def __init__(self, line: _Line) -> None:
        super().__init__()
        self._line = line

    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_HttpConnection, line=self._line), req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, line: _Line) -> None:
        super().__init__()
        self._line = line

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        return self.do_open(partial(_HttpsConnection, line=self._line), req)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Few redirects, and to http and https only; each new connection is checked like the first."""

    max_redirections = MOST_REDIRECTS
    max_repeats = 2

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> urllib.request.Request | None:
        target = urlsplit(newurl)
        if target.scheme not in ("http", "https") or not target.hostname or target.username:
            raise Refused(f"the server leads to {newurl[:200]}, which heldby does not follow")
        return super().redirect_request(req, fp, code, msg, headers, _ascii(newurl))


def _ascii(address: str) -> str:
    """The address as it goes over the wire: no fragment, host in IDNA, other characters as percent escapes."""
    parts = urlsplit(urldefrag(address).url)
    host = (parts.hostname or "").encode("idna").decode() if not (parts.hostname or "").isascii() else parts.hostname or ""
    place = f"[{host}]" if ":" in host else host
    netloc = f"{place}:{parts.port}" if parts.port else place
    safe = "/%:@!$&'()*+,;=~-._"
    return urlunsplit((parts.scheme, netloc, quote(parts.path, safe=safe) or "/", quote(parts.query, safe=safe + "?[]"), ""))
