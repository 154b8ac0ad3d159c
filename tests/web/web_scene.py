"""The app over the demo's ledger, as the tests ask it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from heldby.desk import Desk
from heldby.flow.demo import DEMO_NOW, demo_desk
from heldby.web.app import create_app
from heldby.web.shelf import Shelf

HERE = "http://127.0.0.1:8470"
DAY = "2021-07-14"
CROSSING = "af:crossing:spin-boldak"


def desk_over(ledger: Path, clock: Callable[[], datetime] = lambda: DEMO_NOW, **settings: Any) -> Desk:
    """The demo's desk with settings of the test's own."""
    desk = demo_desk(ledger.parent)
    return replace(desk, settings=replace(desk.settings, ledger=ledger, **settings), clock=clock)


def client_over(ledger: Path, clock: Callable[[], datetime] = lambda: DEMO_NOW, **settings: Any) -> TestClient:
    return TestClient(create_app(Shelf(desk_over(ledger, clock, **settings), ledger)), base_url=HERE)
