"""The app over the demo's ledger, as the tests ask it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from heldby.desk import Desk
from heldby.flow.demo import DEMO_NOW, demo_desk
from heldby.flow.freezing import view_of
from heldby.flow.inquiry import Question, Wanted, open_inquiry
from heldby.flow.thawed import FrozenInquiry
from heldby.flow.units import map_units, roster_named
from heldby.ledger import Where, open_ledger
from heldby.publish.records import edition_json
from heldby.publish.thawing import thaw
from heldby.publish.view import read_view
from heldby.web.app import create_app
from heldby.web.shelf import Shelf

HERE = "http://127.0.0.1:8470"
DAY = "2021-07-14"
CROSSING = "af:crossing:spin-boldak"


def desk_over(ledger: Where, clock: Callable[[], datetime] = lambda: DEMO_NOW, **settings: Any) -> Desk:
    """The demo's desk with settings of the test's own."""
    desk = demo_desk(ledger.parent if isinstance(ledger, Path) else Path())
    return replace(desk, settings=replace(desk.settings, ledger=ledger, **settings), clock=clock)


def client_over(ledger: Path, clock: Callable[[], datetime] = lambda: DEMO_NOW, **settings: Any) -> TestClient:
    return TestClient(create_app(Shelf(desk_over(ledger, clock, **settings), ledger)), base_url=HERE)


def frozen_over(ledger: Path) -> FrozenInquiry:
    """A frozen edition of the demo: 21 July as known that noon, changes since 1 July; written and read again as its folder would have it."""
    inquiry = open_inquiry(desk_over(ledger), open_ledger(ledger))
    theatre, question = inquiry.theatre, Question(date(2021, 7, 21), datetime(2021, 7, 21, 7, 30, tzinfo=UTC))
    evident, roster = inquiry.units_with_evidence(question), roster_named(inquiry.theatre, None)
    wanted = Wanted(
        map_units(theatre, roster, evident),
        reasons=True,
        roster=roster,
        tally_days=(question.as_of,),
        since=date(2021, 7, 1),
        change_units=evident,
        spells=True,
        records=True,
        paragraphs=True,
        title="The first three weeks of July",
    )
    edition = inquiry.edition(question, wanted)
    view = read_view(json.loads(view_of(inquiry, edition)), edition)
    return FrozenInquiry(thaw(json.loads(edition_json(edition)), theatre), view, inquiry.code_version)
