"""Where a fetch may go: addresses read strictly, names resolved once, connections made to the very address that was checked.

An address is taken apart here and nowhere else, so that what is checked and what is connected to cannot be two readings of one text.
Whatever two programs could read differently (backslashes, blanks, user names, numbers for hosts that are no dotted quads) is refused.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urldefrag, urlsplit

PORTS = {"http": 80, "https": 443}
LONGEST = 4096  # characters of an address
_NAME = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?", re.ASCII)
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_UNFIT = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029\ud800-\udfff]")
_SAFE = "/%:@!$&'()*+,;=~-._"
# Beyond what every Python calls private or reserved: the lists of 3.11 to 3.14 differ, this one does not.
_INSIDE = tuple(
    ipaddress.ip_network(net)
    for net in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
        "::/96", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7", "fe00::/8", "ff00::/8",
    )
)  # fmt: skip
_EMBEDDED = tuple(ipaddress.ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "::ffff:0:0:0/96"))
_ISATAP = (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe")


class Refused(OSError):
    """What heldby would not do: reach an address inside, another port, a scheme it does not know."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart: `host` in lower case, in IDNA, without brackets; `path` with its query, as it goes over the wire."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def pair(self) -> str:
        """ "host:port", the form of `allow_addresses`."""
        return f"{self.host}:{self.port}"

    @property
    def netloc(self) -> str:
        """Host and, unless it is the scheme's own, port: what the Host header bears."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.path}"


def target_of(address: str) -> Target:
    """`address` taken apart. Raises Refused that says why where it is no http or https address, or one that could be read in two ways."""
    shown = repr(re.sub(r"//[^/?#]*@", "//", address)[:200])  # a password is nobody's to print
    if len(address) > LONGEST:
        raise Refused(f"{shown}... is longer than {LONGEST} characters")
    start = address.partition("?")[0].partition("#")[0]
    if _UNFIT.search(start.partition("://")[2].partition("/")[0]) or "\\" in start or re.search(r"[\x00-\x1f\x7f]", address):
        raise Refused(f"{shown} has a blank, a backslash or a control character, so it is no address")
    try:
        parts = urlsplit(urldefrag(address).url)
        port = parts.port
    except ValueError as e:
        raise Refused(f"{shown} is no address ({e})") from None
    if parts.scheme not in PORTS:
        raise Refused(f"{shown} is neither http nor https, which heldby does not follow")
    if "@" in parts.netloc:
        raise Refused(f"{shown} bears a user name or password, which heldby does not send")
    if port == 0 or (parts.netloc.endswith(":") and port is None):
        raise Refused(f"{shown} names no port that can be reached")
    host = _host(parts.hostname or "", shown, bracketed="[" in parts.netloc)
    path = quote(parts.path, safe=_SAFE, errors="replace") or "/"
    query = f"?{quote(parts.query, safe=_SAFE + '?[]', errors='replace')}" if parts.query else ""
    return Target(parts.scheme, host, port or PORTS[parts.scheme], f"{path if path.startswith('/') else '/' + path}{query}")


def _host(host: str, shown: str, *, bracketed: bool) -> str:
    if not host or "%" in host:
        raise Refused(f"{shown} names no host")
    if bracketed:
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError:
            raise Refused(f"{shown} names no host: {host!r} is no IPv6 address") from None
    try:
        name = host if host.isascii() else host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise Refused(f"{shown} names no host: {host!r} cannot be written in IDNA") from None
    if not _NAME.fullmatch(name):
        raise Refused(f"{shown} names no host: {name!r} is no name")
    last = name.rstrip(".").rpartition(".")[2]
    if _NUMBER.fullmatch(last):
        try:
            return str(ipaddress.IPv4Address(name))
        except ValueError:
            raise Refused(f"{shown} names its host by a number that is no dotted quad") from None
    return name


def public(address: str) -> bool:
    """Whether an address may be reached by anybody's name: global, unicast, and not a wrapped inner one."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if inner is None and (any(ip in net for net in _EMBEDDED) or ip.packed[8:12] in _ISATAP):
            inner = ipaddress.IPv4Address(ip.packed[-4:])
        if inner is not None:
            return public(str(inner))
    return (
        ip.is_global and not ip.is_multicast and not ip.is_reserved and not any(ip in net for net in _INSIDE if net.version == ip.version)
    )


def folded(allow_addresses: Iterable[str]) -> frozenset[str]:
    """`allow_addresses` as `Target.pair` writes them: IPv6 without brackets and in its shortest form."""
    found = set()
    for pair in allow_addresses:
        host, _, port = pair.strip().lower().rpartition(":")
        host = host.strip("[]")
        with suppress(ValueError):  # a name
            host = str(ipaddress.ip_address(host))
        found.add(f"{host}:{port}")
    return frozenset(found)


def addresses_of(target: Target, allow_addresses: Iterable[str], seconds: float) -> list[tuple[Any, ...]]:
    """What `socket.getaddrinfo` gives for a target and may be reached. Raises Refused if nothing may, OSError if nothing is known.

    The one look-up of a connection: whoever answers another way the next time answers too late.
    """
    allowed = target.pair in folded(allow_addresses)
    if not allowed and target.port not in PORTS.values():
        raise Refused(f"{target.netloc} is neither on port 80 nor 443; to allow it, name {_named(target)} in allow_addresses")
    found = _resolved(target, seconds)
    usable = [entry for entry in found if allowed or public(str(entry[4][0]))]
    if not usable:
        inner = sorted({str(entry[4][0]) for entry in found})
        raise Refused(
            f"{target.host} leads to {', '.join(inner) or 'no address'}, which is not a public address;"
            f" to allow it, name {_named(target)} in allow_addresses"
        )
    return usable


def _named(target: Target) -> str:
    return f"[{target.host}]:{target.port}" if ":" in target.host else target.pair


def _resolved(target: Target, seconds: float) -> list[tuple[Any, ...]]:
    """A look-up that ends in time, whatever the resolver does."""
    found: list[Any] = []

    def look_up() -> None:
        try:
            found.append(socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM))
        except (OSError, ValueError) as e:
            found.append(e)

    worker = threading.Thread(target=look_up, daemon=True)
    worker.start()
    worker.join(max(0.0, seconds))
    if not found:
        raise TimeoutError
    if isinstance(found[0], Exception):
        raise OSError(f"{target.host} is not known ({getattr(found[0], 'strerror', None) or found[0]})")
    entries: list[tuple[Any, ...]] = found[0]
    return entries
