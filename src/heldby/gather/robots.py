"""robots.txt by RFC 9309: the group of our name, else that of everybody; the longest matching path decides, and allowing wins a tie."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

MOST_BYTES = 512_000  # what RFC 9309 asks to be read at least
LONGEST_DELAY = 60.0  # seconds between two requests that a site may ask for and get
_LINE = re.compile(r"\s*([A-Za-z-]+)\s*:\s*([^#\r\n]*)")


@dataclass(frozen=True, slots=True)
class Robots:
    """What a site asks of us: rules as (path pattern, allowed), and seconds between requests (0: it does not say)."""

    rules: tuple[tuple[str, bool], ...] = ()
    delay: float = 0.0

    def allows(self, address: str) -> bool:
        """Whether the address may be fetched."""
        parts = urlsplit(address)
        path = _normal((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))
        if path == "/robots.txt":
            return True
        met = [(len(pattern), allowed) for pattern, allowed in self.rules if _meets(pattern, path)]
        return max(met)[1] if met else True


NOTHING_SAID = Robots()
CLOSED = Robots((("/", False),))  # what is not reachable is not open: RFC 9309, 2.3.1.4


def read_robots(data: bytes, agent: str) -> Robots:
    """The part of a robots.txt that is about `agent`."""
    named: dict[str, list[tuple[str, bool]]] = {}
    delays: dict[str, float] = {}
    group: list[str] = []
    begun = False
    for line in data[:MOST_BYTES].decode("utf-8", "replace").lstrip("\ufeff").splitlines():
        found = _LINE.match(line)
        if not found:
            continue
        key, value = found[1].lower(), found[2].strip()
        if key == "user-agent":
            group = [*(() if begun else group), value.lower()]
            begun = False
            for name in group:
                named.setdefault(name, [])
            continue
        if key in ("allow", "disallow"):
            begun = True
            if value:
                for name in group:
                    named[name].append((_normal(value), key == "allow"))
        elif key == "crawl-delay":
            begun = True
            if (seconds := _seconds(value)) is not None:
                delays.update(dict.fromkeys(group, seconds))
    mine = agent.lower() if agent.lower() in named else "*"
    return Robots(tuple(named.get(mine, ())), min(delays.get(mine, 0.0), LONGEST_DELAY))


def _seconds(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", text) else None


def _normal(path: str) -> str:
    """One way to write a path: percent escapes only where they are needed."""
    return quote(unquote(path, errors="replace"), safe="/*$?=&;:@!,'()+~-._[]", errors="replace")


def _meets(pattern: str, path: str) -> bool:
    """Whether a pattern (with * and a $ at its end) matches the beginning of a path. In steps, never by backtracking."""
    anchored = pattern.endswith("$")
    pieces = (pattern[:-1] if anchored else pattern).split("*")
    if not path.startswith(pieces[0]):
        return False
    at = len(pieces[0])
    for number, piece in enumerate(pieces[1:], start=1):
        last = number == len(pieces) - 1
        at = path.rfind(piece, at) if last and anchored else path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    return at == len(path) if anchored else True
