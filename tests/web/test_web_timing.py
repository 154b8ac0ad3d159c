"""Do no harm, in time: under a publish delay no number, hash, tag or event tells that something was added before it may be told."""

from __future__ import annotations

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from web_scene import HERE, desk_over

from heldby.flow.intake import add_sources
from heldby.ledger import open_ledger
from heldby.web.app import create_app
from heldby.web.routes_live import heads
from heldby.web.shelf import Shelf

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)  # long after the demo was read
HOURS = 48
ASKED = (
    "/api/v1/theatre",
    "/api/v1/statuses",
    "/api/v1/sources",
    "/api/v1/review",
    "/api/v1/review/acts",
    "/ogc/collections",
    "/api/v1/export/csv",
)


@pytest.fixture
def ledger(demo_ledger: Path, tmp_path: Path) -> Path:
    shutil.copy(demo_ledger, tmp_path / "grows.db")
    return tmp_path / "grows.db"


def grow(ledger: Path, at: datetime) -> None:
    """A report published and added at an instant."""
    text = "The Taliban captured Lashkar Gah on Monday, a provincial council member told the Harbour Wire."
    report = ledger.parent / "new.txt"
    report.write_text(text, encoding="utf-8")
    desk, kept = desk_over(ledger, lambda: at), open_ledger(ledger)
    options = desk.gather_options(outlet="Harbour Wire", published=at.isoformat())
    added = add_sources(desk, kept, [str(report)], options)
    assert added.outcomes, "the report was not kept"
    kept.close()


def told(ledger: Path, now: datetime) -> dict[str, tuple[str, str]]:
    client = TestClient(create_app(Shelf(desk_over(ledger, lambda: now, publish_delay_hours=HOURS), ledger)), base_url=HERE)
    answers = {path: client.get(f"{path}?as_of=2021-08-01&known_by=2021-08-10") for path in ASKED[:3]}
    answers |= {path: client.get(path) for path in ASKED[3:6]}
    assert {a.status_code for a in answers.values()} == {200}
    return {path: (a.text, a.headers["etag"]) for path, a in answers.items()}


def first_event(ledger: Path, now: datetime) -> str:
    async def listen() -> str:
        events = heads(Shelf(desk_over(ledger, lambda: now, publish_delay_hours=HOURS), ledger), look=0.001)
        found = await anext(events)
        await events.aclose()  # type: ignore[attr-defined]
        return found

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, listen()).result()


def test_an_addition_shows_in_nothing_before_the_delay_is_over(ledger: Path) -> None:
    before, event = told(ledger, NOW), first_event(ledger, NOW)
    grow(ledger, NOW - timedelta(hours=1))
    assert told(ledger, NOW) == before
    assert first_event(ledger, NOW) == event
    later = NOW + timedelta(hours=HOURS)
    assert first_event(ledger, later) != event
    assert told(ledger, later)["/api/v1/theatre"] != before["/api/v1/theatre"]
