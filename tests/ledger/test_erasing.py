"""What is erased is gone from rows, free pages and evidence; that it was there, its hashes and the chain stay."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from database_scene import server
from heldby.errors import LedgerError
from heldby.flow.custody import erase_everywhere, verify_all
from heldby.gather.evidence import EvidenceStore, Taken
from heldby.gather.fetching import Fetched
from heldby.ledger import Ledger, Outcome, Where, open_ledger
from heldby.model.report import Gap, GapKind, Report
from ledger_scene import NOW, RULES, add, clock, dispatch, read

SECRET = "The informant of Rivertown lives behind the mill"
REPORT = dispatch(f"{SECRET}. Rivertown fell. " + "Nothing else happened. " * 400, url="http://a.example/1")
OTHER = dispatch("Oldford fell.", url="http://a.example/2")


def erase(ledger: Ledger, evidence: Path | None, report: Report = REPORT) -> None:
    erase_everywhere(ledger, evidence, clock, "an editor", "heldby test", report_id=report.id, reason="the person asked for it")


def fetched(body: bytes, url: str) -> Fetched:
    return Fetched(url, url, 200, (), body, body)


def test_it_is_in_no_view_and_the_chain_holds(place: Where) -> None:
    with open_ledger(place) as ledger:
        add(ledger, REPORT, OTHER)
        with ledger.writer(clock, "heldby test") as writer:
            writer.note(Gap(GapKind.UNDATED, SECRET, "has no date", REPORT.id))
            writer.note(Gap(GapKind.EMPTY, "a.txt", "is empty"))
        checkpoint, before = ledger.checkpoint(), ledger.view().revision
        erase(ledger, None)
        assert ledger.verify(checkpoint) == ()
        for view in (ledger.view(), ledger.view(at_revision=before)):
            assert view.reports() == (OTHER,)
            assert {c.claim.report_id for c in view.located()} == {OTHER.id}
            (told,) = view.erasures()
            assert (told.report_id, told.reason, told.author, told.revision) == (
                REPORT.id,
                "the person asked for it",
                "an editor",
                before + 1,
            )
            (gap,) = [g for g in view.gaps() if g.kind is GapKind.ERASED]
            assert (gap.subject, "the person asked for it" in gap.cause) == (REPORT.id, True)
            assert SECRET not in repr(view.gaps())
        assert ledger.view(at_revision=0).erasures() == ()


def test_it_stays_erased(place: Where) -> None:
    with open_ledger(place) as ledger:
        add(ledger, REPORT)
        erase(ledger, None)
        head = ledger.head()
        assert add(ledger, REPORT, replace(REPORT, fetched=NOW)) == (Outcome.ERASED, Outcome.ERASED)
        with ledger.writer(clock, "heldby test") as writer:
            assert writer.erase(REPORT.id, "again") is False
            with pytest.raises(LedgerError, match="not in the ledger"):
                writer.reread(REPORT.id, read(REPORT), RULES)
            with pytest.raises(LedgerError, match="cannot be erased"):
                writer.erase(OTHER.id, "never added")
            with pytest.raises(LedgerError, match="only with a reason"):
                writer.erase(REPORT.id, " ")
        assert ledger.head() == head
        assert ledger.view().kept() == ()


def test_nothing_of_it_is_left_in_the_file(tmp_path: Path) -> None:
    where = tmp_path / "ledger.db"
    with open_ledger(where) as ledger:
        add(ledger, *(dispatch(f"Before, {i}.") for i in range(20)), REPORT, *(dispatch(f"After, {i}.") for i in range(20)))
        assert SECRET.encode() in where.read_bytes()
        erase(ledger, None)
        assert [p.name for p in tmp_path.iterdir()] == ["ledger.db"]
        for words in (SECRET, "Nothing else happened"):
            assert words.encode() not in where.read_bytes()
        assert ledger.verify() == ()


@pytest.mark.postgres
def test_nothing_of_it_is_left_in_the_tables_files() -> None:
    with server() as address:
        home = Path(address.rpartition("host=")[2])
        with open_ledger(address) as ledger:
            short = dispatch(f"{SECRET}. Rivertown fell.")  # which the server does not compress
            add(ledger, short, OTHER)
            ledger._store.rows("CHECKPOINT")
            told = [p for p in (home / "data" / "base").rglob("*") if p.is_file() and SECRET.encode() in p.read_bytes()]
            erase(ledger, None, short)
            ledger._store.rows("CHECKPOINT")
            left = [p for p in (home / "data" / "base").rglob("*") if p.is_file() and SECRET.encode() in p.read_bytes()]
            assert (bool(told), left) == (True, [])
            assert ledger.verify() == ()


def test_its_evidence_goes_and_that_of_others_stays(tmp_path: Path) -> None:
    folder, where = tmp_path / "evidence", tmp_path / "ledger.db"
    feed = fetched(f"{REPORT.text} {OTHER.text}".encode(), "http://a.example/feed")
    page = fetched(OTHER.text.encode(), OTHER.url)
    with open_ledger(where) as ledger:
        store = EvidenceStore(folder, clock, "heldby test")
        for taken in (Taken(REPORT, feed), Taken(OTHER, feed), Taken(OTHER, page)):
            store.keep(taken)
        add(ledger, REPORT, OTHER)
        before = verify_all(ledger, folder)
        assert before.whole
        erase(ledger, folder)
        found = verify_all(ledger, folder, before.checkpoint)
        assert (found.breaks, found.flaws) == ((), ())
        assert [p for p in folder.rglob("*") if p.is_file() and SECRET.encode() in p.read_bytes()] == []
        assert (folder / "text" / OTHER.id[2:4] / f"{OTHER.id}.txt").read_text() == OTHER.text
        for keeper in (store, EvidenceStore(folder, clock, "heldby test")):
            keeper.keep(Taken(REPORT, fetched(REPORT.text.encode(), REPORT.url)))  # met again, at another place: not taken in
            keeper.keep(Taken(OTHER, feed))
        assert verify_all(ledger, folder, before.checkpoint).whole
        assert [p for p in folder.rglob("*") if p.is_file() and SECRET.encode() in p.read_bytes()] == []


def test_an_erasure_that_was_cut_off_is_told_of_and_finished(tmp_path: Path) -> None:
    folder, where = tmp_path / "evidence", tmp_path / "ledger.db"
    with open_ledger(where) as ledger:
        EvidenceStore(folder, clock, "heldby test").keep(Taken(REPORT, fetched(REPORT.text.encode(), REPORT.url)))
        add(ledger, REPORT)
        raw = next((folder / "raw").rglob("*/*"))
        body = raw.read_bytes()
        erase(ledger, folder)
        raw.write_bytes(body)  # as if it had died before the file was gone
        assert ["still there" in f.cause for f in verify_all(ledger, folder).flaws] == [True]
        erase(ledger, folder)
        assert verify_all(ledger, folder).whole
        assert not raw.exists()


def test_evidence_erased_without_the_ledger_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    with open_ledger(tmp_path / "ledger.db") as ledger:
        store = EvidenceStore(folder, clock, "heldby test")
        store.keep(Taken(REPORT, fetched(REPORT.text.encode(), REPORT.url)))
        add(ledger, REPORT)
        store.erase(REPORT.id, "nobody asked")
        assert [f.cause for f in verify_all(ledger, folder).flaws] == ["was erased here, and not in the ledger"]
