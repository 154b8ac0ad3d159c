"""A server that a team shares, over a ledger of its own, as the tests ask it."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from pathlib import Path

from starlette.testclient import TestClient
from web_scene import desk_over

from heldby.flow.demo import DEMO_NOW
from heldby.ledger import Where
from heldby.team import Role
from heldby.team.members import member_entry
from heldby.web.app import create_team_app
from heldby.web.gatehouse import Door
from heldby.web.shelf import Shelf

ORIGIN = "https://heldby.example.org"
KEYS = {role: f"the-key-of-the-{role}" for role in Role}


class Hands:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now: datetime = DEMO_NOW

    def __call__(self) -> datetime:
        return self.now


def team_file(folder: Path, more: str = "", roles: tuple[Role, ...] = tuple(Role)) -> Path:
    """A team's file with a member of each role, named as it."""
    path = folder / "team.toml"
    head = f'[team]\norigin = "{ORIGIN}"\n'
    path.write_text(head + "".join(member_entry(role, role, KEYS[role]) for role in roles) + more, encoding="utf-8")
    return path


def team_client(ledger: Where, file: Path, clock: Hands, base_url: str = ORIGIN) -> TestClient:
    """A client that follows no redirect, keyless."""
    return client_of(Shelf(desk_over(ledger), ledger), file, clock, base_url)


def client_of(shelf: Shelf, file: Path, clock: Hands, base_url: str = ORIGIN) -> TestClient:
    """The same over any shelf, a frozen edition's too."""
    numbers = count(1)
    door = Door.open(file, clock, lambda: f"secret-{next(numbers)}-" + "x" * 32)
    app = create_team_app(shelf, door)
    return TestClient(app, base_url=base_url, follow_redirects=False)


def key_of(role: Role) -> dict[str, str]:
    return {"authorization": f"Bearer {KEYS[role]}"}
