"""What an inquiry lists, and in which order."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

from heldby.desk import open_desk
from heldby.flow.inquiry import Question, open_inquiry
from heldby.flow.intake import add_sources
from heldby.ledger import open_ledger
from heldby.settings import Settings

NOW = datetime(2021, 9, 1, tzinfo=UTC)
TWICE = (
    "Nerkh district in Wardak changed hands twice on Monday: the Taliban overran it in the morning and the army retook it before nightfall."
)


def test_changes_of_one_unit_follow_from_each_other_however_wide_their_intervals(tmp_path: Path) -> None:
    desk = open_desk(Settings(theatre="afghanistan-2021"), clock=lambda: NOW)
    row = {"id": "1", "text": TWICE, "published": "2021-07-13T08:00:00+04:30", "outlet": "Karwan Daily", "url": None}
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    ledger = open_ledger(tmp_path / "a.db")
    add_sources(desk, ledger, [str(tmp_path / "a.jsonl")], desk.gather_options())
    inquiry = open_inquiry(desk, ledger)
    ledger.close()
    taken, retaken = inquiry.changes(("af:wardak:nerkh",), date(2021, 7, 1), Question(date(2021, 7, 20), NOW))
    assert (taken.before, taken.after) == (None, "taliban")
    assert (retaken.before, retaken.after) == ("taliban", "afghan_government")
