"""The hash of a whole ledger, worked out a report at a time: that of its view, whatever happened to it, and in memory that does not hold it."""

from __future__ import annotations

import sqlite3
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest

from heldby.errors import LedgerError
from heldby.ledger import Ledger, Where, open_ledger
from heldby.model.claim import Relation
from heldby.model.report import Gap, GapKind, Mark, Retraction
from heldby.model.review import Act, Verb
from heldby.model.when import Published
from ledger_scene import NEWER, RULES, URL, add, clock, dispatch, read, utc


def same(ledger: Ledger) -> str:
    told = ledger.content_hash()
    assert told == ledger.view().sorted_content_hash()
    return told


def test_it_is_the_hash_of_the_view_after_everything_that_can_happen(place: Where) -> None:
    first, edited = dispatch("Rivertown fell.", url=URL), dispatch("Rivertown holds out.", "2021-07-14T18:00Z", url=URL)
    silent = replace(dispatch("Rivertown is quiet.", url=URL), fetched=utc("2021-07-17T09:00Z"))
    elsewhere = dispatch("Oldford fell.", outlet="Hill Herald", url=URL)
    undated, by_hand = replace(dispatch("Of no date.", None), fetched=utc("2021-07-18T10:00Z")), dispatch("By hand.")
    seen: list[str] = []
    with open_ledger(place) as ledger:
        seen.append(same(ledger))
        for report in (first, edited, silent, elsewhere, undated, by_hand):
            add(ledger, report)
            seen.append(same(ledger))
        add(ledger, replace(elsewhere, marks=(Mark.SYNTHETIC,)), replace(undated, fetched=utc("2021-07-16T10:00Z")))
        seen.append(same(ledger))
        with ledger.writer(clock, "heldby test") as writer:
            writer.reread(edited.id, read(edited, Relation.LOST), NEWER)
            seen.append(same(ledger))
            writer.retract(Retraction(URL, "", Published.parse("2021-07-20"), "misled"))
            writer.retract(Retraction("", "Valley Courier", Published.parse("2021-07-21"), "misled too"))
            seen.append(same(ledger))
            writer.note(Gap(GapKind.EMPTY, "a.txt", "empty"))
            writer.note(Gap(GapKind.UNDATED, "b.txt", "has no date", undated.id))
            seen.append(same(ledger))
            act = writer.review(Act(Verb.ADD, "seen", report_id=by_hand.id))
            seen.append(same(ledger))
            writer.review(Act(Verb.UNDO, "not so", undoes=act))
            seen.append(same(ledger))
            for report in (undated, first):
                writer.erase(report.id, "asked for")
                seen.append(same(ledger))
    assert len(set(seen)) == len(seen)


def test_memory_does_not_hold_the_reports(tmp_path: Path) -> None:
    reports = [dispatch(f"Rivertown, item {i}. " + f"{i} word " * 4_000, url=f"{URL}/{i}") for i in range(60)]
    with open_ledger(tmp_path / "a.db") as ledger:
        add(ledger, *reports)
        del reports
        tracemalloc.start()
        told = ledger.content_hash()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert told == ledger.view().sorted_content_hash()
    assert peak < 600_000  # the texts alone are 1.7 MB


def test_the_first_reading_still_there_tells_the_rules(place: Where) -> None:
    one, other = dispatch("Rivertown fell."), dispatch("Oldford fell.")
    with open_ledger(place) as ledger:
        assert ledger.provenance() is None
        add(ledger, one)
        with ledger.writer(clock, "heldby test") as writer:
            writer.add(other, read(other), NEWER)
            assert ledger.provenance() == RULES
            writer.erase(one.id, "asked for")
            assert ledger.provenance() == NEWER
            writer.erase(other.id, "asked for")
            assert ledger.provenance() is None


def test_content_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "a.db") as ledger:
        add(ledger, dispatch("Rivertown fell."))
        ledger.content_hash()
    db = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    for name in ("payload_keeps_update", "payload_keeps_delete"):
        db.execute(f"DROP TRIGGER {name}")
    db.execute("UPDATE payload SET body = x'7b7d' WHERE digest = (SELECT payload FROM revision WHERE number = 2)")
    db.close()
    with open_ledger(tmp_path / "a.db") as ledger, pytest.raises(LedgerError, match="revision 2"):
        ledger.content_hash()
