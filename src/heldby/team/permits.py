"""Roles, and the least of them that a route or an act needs: read from `permits.toml`; what stands nowhere in it is refused."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from heldby.errors import HeldbyError

ANYONE = "anyone"
METHODS = ("GET", "POST")


class Role(StrEnum):
    """From the least to the most."""

    VIEWER = "viewer"
    REVIEWER = "reviewer"
    EDITOR = "editor"
    ADMIN = "admin"

    def covers(self, least: Role) -> bool:
        """Whether this role may do what `least` may."""
        order = list(Role)
        return order.index(self) >= order.index(least)


@dataclass(frozen=True, slots=True)
class Rule:
    """A route: method, path as a template, and the least role (None: anybody, before he is known)."""

    method: str
    path: str
    least: Role | None
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Permits:
    """All routes and acts that anybody may have."""

    rules: tuple[Rule, ...]
    acts: Mapping[str, Role]

    def rule(self, method: str, path: str) -> Rule | None:
        """The rule of a request; None where no role may ask for it. A path without parameters is met before one with them."""
        return next((r for r in self.rules if r.method == method and r.pattern.fullmatch(path)), None)


@cache
def load_permits() -> Permits:
    """The permits that come with heldby."""
    return parse_permits((files("heldby.team") / "permits.toml").read_text(encoding="utf-8"), "permits.toml")


def parse_permits(text: str, subject: str) -> Permits:
    """Raises HeldbyError on an unknown role or method, a route that stands twice, and an act without a role."""
    table = tomllib.loads(text)
    acts = table.pop("acts", {})
    rules: dict[tuple[str, str], Rule] = {}
    for name, by_method in table.items():
        if name != ANYONE and name not in list(Role):
            raise HeldbyError(subject, f"unknown role; known: {ANYONE}, {', '.join(Role)}", name)
        for method, paths in by_method.items():
            if method not in METHODS:
                raise HeldbyError(subject, f"unknown method; known: {', '.join(METHODS)}", f"{name}, {method}")
            for path in paths:
                if (method, path) in rules:
                    raise HeldbyError(subject, "stands twice", f"{method} {path}")
                rules[method, path] = Rule(method, path, None if name == ANYONE else Role(name), _pattern(path))
    for act, least in acts.items():
        if least not in list(Role):
            raise HeldbyError(subject, f"unknown role {least!r}", f"acts, {act}")
    return Permits(
        tuple(sorted(rules.values(), key=lambda r: ("{" in r.path, r.path, r.method))), {act: Role(least) for act, least in acts.items()}
    )


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("".join("[^/]+" if part.startswith("{") else re.escape(part) for part in re.split(r"(\{\w+\})", path)))
