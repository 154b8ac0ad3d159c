"""The team's file: who may come in, as what, and where a provider of identities says so. Secrets are never in it: of a token its SHA-256 alone, of a
provider's secret the name of the environment variable that has it."""

from __future__ import annotations

import hashlib
import hmac
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from heldby.errors import Faults, HeldbyError
from heldby.team.permits import Role

NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
_HASH = re.compile(r"[0-9a-f]{64}")
_OWN = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is known. `name` signs what he decides."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenID Connect provider: members are those whose `claim` has one of the values in `roles`; the one with the most counts."""

    issuer: str
    client_id: str
    roles: Mapping[str, Role]
    secret_env: str = ""
    claim: str = "groups"
    name_claim: str = "sub"
    scope: str = "openid profile email"

    def role(self, claims: Mapping[str, Any]) -> Role | None:
        """The role that an identity has; None where it has none."""
        told = claims.get(self.claim)
        values = told if isinstance(told, list) else [told]
        held = [self.roles[v] for v in values if isinstance(v, str) and v in self.roles]
        return max(held, key=list(Role).index) if held else None


@dataclass(frozen=True, slots=True)
class Team:
    """A team's file. `origin` is the address under which members reach the server; `session` how long a sign-in lasts; `journal` where acts are
    set down; `proxies` addresses whose word on who asks is taken; `tokens` members by the SHA-256 of their token."""

    origin: str
    tokens: Mapping[str, Member] = field(default_factory=dict)
    provider: Provider | None = None
    session: timedelta = timedelta(hours=12)
    journal: Path = Path("audit.jsonl")
    proxies: tuple[str, ...] = ()

    @property
    def host(self) -> str:
        """The host of the origin, as a Host header has it, without a port."""
        name = urlsplit(self.origin).hostname or ""
        return f"[{name}]" if ":" in name else name

    @property
    def private(self) -> bool:
        """Whether what members send cannot be read on its way: by TLS, or because it never leaves the machine."""
        return self.origin.startswith("https://") or urlsplit(self.origin).hostname in _OWN

    def member(self, token: str) -> Member | None:
        """Whose token this is. Every hash is compared, in a time that tells nothing of them."""
        given = hash_of(token)
        found = None
        for known, member in self.tokens.items():
            if hmac.compare_digest(known, given):
                found = member
        return found

    def named(self, name: str) -> Member | None:
        return next((m for m in self.tokens.values() if m.name == name), None)


def hash_of(token: str) -> str:
    """SHA-256 of a token. Tokens are 256 random bits, so that nothing slower is needed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def member_entry(name: str, role: Role, token: str) -> str:
    """The lines of a team's file that let a member in."""
    return f'\n[[member]]\nname = "{name}"\nrole = "{role}"\ntoken_sha256 = "{hash_of(token)}"\n'


def load_team(path: Path) -> Team:
    """Raises HeldbyError where the file cannot be read and Faults with every fault in it at once."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as e:
        raise HeldbyError(str(path), f"cannot be read: {getattr(e, 'strerror', None) or e}") from None
    return parse_team(text, str(path), path.parent)


def parse_team(text: str, subject: str, folder: Path) -> Team:
    """The team of a file's text; `folder` is where paths in it begin."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise HeldbyError(subject, str(e)) from None
    faults: list[HeldbyError] = []

    def off(place: str, cause: str) -> None:
        faults.append(HeldbyError(subject, cause, place))

    for key in sorted(set(table) - {"team", "member", "oidc"}):
        off(key, "no such table; known: [team], [[member]], [oidc]")
    values = _team(table.get("team"), folder, off)
    tokens = _members(table.get("member", []), off)
    provider = _provider(table["oidc"], off) if "oidc" in table else None
    if not tokens and provider is None and not faults:
        off("member", "nobody could come in: `heldby team add` adds a member, [oidc] names a provider")
    if faults:
        raise Faults(subject, faults)
    return Team(tokens=tokens, provider=provider, **values)


def _team(table: Any, folder: Path, off: Any) -> dict[str, Any]:
    if not isinstance(table, dict):
        off("team", 'needs a table [team] with origin = "https://..."')
        return {}
    for key in sorted(set(table) - {"origin", "session_hours", "journal", "proxies"}):
        off(f"team, {key}", "no such key; known: journal, origin, proxies, session_hours")
    origin, hours = table.get("origin"), table.get("session_hours", 12)
    told = urlsplit(origin) if isinstance(origin, str) else None
    if (
        told is None
        or told.scheme not in ("http", "https")
        or not told.hostname
        or told.geturl() != f"{told.scheme}://{told.netloc}"
        or told.username
    ):
        off("team, origin", f"expected a scheme, a host and no more, such as https://heldby.example.org, not {origin!r}")
        origin = "https://invalid"
    if isinstance(hours, bool) or not isinstance(hours, int | float) or not 0 < hours <= 24 * 30:
        off("team, session_hours", f"expected hours up to {24 * 30}, not {hours!r}")
        hours = 12
    journal, proxies = table.get("journal", "audit.jsonl"), table.get("proxies", [])
    if not isinstance(journal, str) or not journal.strip():
        off("team, journal", f"expected a path, not {journal!r}")
        journal = "audit.jsonl"
    if not isinstance(proxies, list) or not all(isinstance(p, str) for p in proxies):
        off("team, proxies", f"expected a list of addresses, not {proxies!r}")
        proxies = []
    return {"origin": origin, "session": timedelta(hours=hours), "journal": folder / journal, "proxies": tuple(proxies)}


def _members(entries: Any, off: Any) -> dict[str, Member]:
    found: dict[str, Member] = {}
    names: set[str] = set()
    for number, entry in enumerate(entries if isinstance(entries, list) else [], start=1):
        name = entry.get("name") if isinstance(entry, dict) else None
        place = f"member {name!r}" if isinstance(name, str) else f"member {number}"
        if not isinstance(name, str) or not NAME.fullmatch(name):
            off(place, "needs a name of small letters, digits and . _ @ -, by which acts are signed")
            continue
        for key in sorted(set(entry) - {"name", "role", "token_sha256"}):
            off(f"{place}, {key}", "no such key; known: name, role, token_sha256")
        role, token = entry.get("role"), entry.get("token_sha256")
        if role not in list(Role):
            off(f"{place}, role", f"unknown role {role!r}; known: {', '.join(Role)}")
        if not isinstance(token, str) or not _HASH.fullmatch(token):
            off(f"{place}, token_sha256", "expected the 64 hex digits that `heldby team add` writes")
        elif token in found:
            off(f"{place}, token_sha256", f"is that of member {found[token].name!r} too")
        elif role in list(Role):
            found[token] = Member(name, Role(role))
        if name in names:
            off(place, "two members of this name")
        names.add(name)
    return found


def _provider(table: Any, off: Any) -> Provider | None:
    if not isinstance(table, dict):
        off("oidc", "expected a table")
        return None
    known = {f.name for f in fields(Provider)}
    for key in sorted(set(table) - known):
        off(f"oidc, {key}", f"no such key; known: {', '.join(sorted(known))}")
    for key in sorted(set(table) & known - {"roles"}):
        if not isinstance(table[key], str) or not table[key]:
            off(f"oidc, {key}", f"expected text, not {table[key]!r}")
    for key in ("issuer", "client_id"):
        if key not in table:
            off(f"oidc, {key}", "is needed")
    issuer = urlsplit(str(table.get("issuer", "")))
    if issuer.scheme != "https" and not (issuer.scheme == "http" and issuer.hostname in _OWN):
        off("oidc, issuer", "expected an address that begins with https://")
    roles = table.get("roles")
    if not isinstance(roles, dict) or not roles:
        off("oidc, roles", 'needs a table of values to roles, such as "heldby-reviewers" = "reviewer"')
        return None
    for value, role in roles.items():
        if role not in list(Role):
            off(f"oidc, roles, {value}", f"unknown role {role!r}; known: {', '.join(Role)}")
            return None
    told = {k: v for k, v in table.items() if k in known and k != "roles"}
    return Provider(roles={v: Role(r) for v, r in roles.items()}, **told) if {"issuer", "client_id"} <= told.keys() else None
