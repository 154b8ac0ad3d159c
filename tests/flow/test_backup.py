"""A backup comes back as it was, in either storage; one that was changed does not, and nothing is ever overwritten."""

from __future__ import annotations

import io
import json
import random
import tarfile
from dataclasses import replace
from pathlib import Path

import pytest

from heldby.errors import HeldbyError
from heldby.flow.backup import check_backup, make_backup, restore
from heldby.flow.custody import erase_everywhere, verify_all
from heldby.gather.evidence import EvidenceStore, Taken
from heldby.gather.fetching import Fetched
from heldby.ledger import Where, open_ledger
from heldby.model.report import Gap, GapKind
from ledger_scene import NOW, RULES, Places, add, clock, dispatch, read

MADE = {"by": "heldby test", "at": "2021-08-20T12:00:00Z"}
GONE = dispatch("The informant of Rivertown lives behind the mill. Oldford fell.", url="http://a.example/0")


def fill(where: Where, evidence: Path) -> None:
    """Reports with evidence, one of them erased, one read again, one with broken text, and a gap."""
    reports = [GONE, *(dispatch(f"Rivertown, item {i} \ud800.", url=f"http://a.example/{i + 1}") for i in range(4))]
    with open_ledger(where) as ledger:
        store = EvidenceStore(evidence, clock, "heldby test")
        for report in reports:
            body = report.text.encode("utf-8", "replace")
            store.keep(Taken(report, Fetched(report.url, report.url, 200, (), body, body)))
        add(ledger, *reports, replace(reports[2], fetched=NOW))
        with ledger.writer(clock, "an analyst") as writer:
            writer.note(Gap(GapKind.EMPTY, "a.txt", "is empty"))
            writer.reread(reports[1].id, read(reports[1], hedged=True), RULES)
            writer.reread(reports[1].id, read(reports[1]), RULES)  # the contents of before, once more
        erase_everywhere(ledger, evidence, clock, "an editor", "heldby test", report_id=GONE.id, reason="it was asked for")


@pytest.fixture
def made(places: Places, tmp_path: Path) -> tuple[Where, Path, Path]:
    """A ledger, its evidence, and a backup of both."""
    where, evidence, to = places(), tmp_path / "evidence", tmp_path / "kept" / "backup.tar"
    fill(where, evidence)
    with open_ledger(where) as ledger:
        told = make_backup(ledger, evidence, to, MADE)
        assert (told.revisions, told.files) == (ledger.view().revision, 13)
    return where, evidence, to


def test_it_comes_back_as_it_was_in_a_file_and_in_the_same_storage(made: tuple[Where, Path, Path], places: Places, tmp_path: Path) -> None:
    where, evidence, to = made
    for n, back in enumerate((tmp_path / "other" / "ledger.db", places())):
        folder = tmp_path / f"evidence-{n}"
        restore(to, back, folder)
        with open_ledger(where) as one, open_ledger(back) as other:
            assert list(one.rows()) == list(other.rows())
            assert one.view().sorted_content_hash() == other.view().sorted_content_hash()
            assert verify_all(other, folder, verify_all(one, evidence).checkpoint).whole
        assert {p.relative_to(evidence): p.read_bytes() for p in evidence.rglob("*") if p.is_file()} == {
            p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()
        }
        with pytest.raises(HeldbyError, match="is a ledger already"):
            restore(to, back, tmp_path / "elsewhere")
        with pytest.raises(HeldbyError, match="holds evidence already"):
            restore(to, tmp_path / "third.db", folder)
    assert b"informant" not in to.read_bytes()


def test_what_was_changed_or_cut_off_does_not_come_back(tmp_path: Path, proving: bool) -> None:
    where, to = tmp_path / "ledger.db", tmp_path / "backup.tar"
    fill(where, tmp_path / "evidence")
    with open_ledger(where) as ledger:
        make_backup(ledger, tmp_path / "evidence", to, MADE)
    data, bad, chance = to.read_bytes(), tmp_path / "bad.tar", random.Random(3)
    with tarfile.open(to) as tar:
        bodies = [(m.offset_data, m.size) for m in tar.getmembers()]
    for _ in range(200 if proving else 8):
        begin, size = chance.choice(bodies)
        at = begin + chance.randrange(size)
        bad.write_bytes(data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :])
        with pytest.raises(HeldbyError):
            restore(bad, tmp_path / "back.db", tmp_path / "back")
        assert not (tmp_path / "back.db").exists()
        assert not (tmp_path / "back").exists()
    for length in (0, 100, len(data) // 2, bodies[-1][0] + 3):
        bad.write_bytes(data[:length])
        with pytest.raises(HeldbyError):
            check_backup(bad)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["backup.tar", "bad.tar", "evidence", "ledger.db"]


def test_a_broken_ledger_is_not_backed_up_and_nothing_is_overwritten(tmp_path: Path) -> None:
    import sqlite3

    where, to = tmp_path / "ledger.db", tmp_path / "backup.tar"
    fill(where, tmp_path / "evidence")
    with open_ledger(where) as ledger:
        make_backup(ledger, None, to, MADE)
        before = to.read_bytes()
        with pytest.raises(HeldbyError, match="not overwritten"):
            make_backup(ledger, None, to, MADE)
        db = sqlite3.connect(where)
        db.execute("DROP TRIGGER revision_keeps_update")
        db.execute("UPDATE revision SET author = 'another' WHERE number = 2")
        db.commit()
        db.close()
        with pytest.raises(HeldbyError, match="not whole"):
            make_backup(ledger, None, tmp_path / "second.tar", MADE)
    assert (to.read_bytes() == before, (tmp_path / "second.tar").exists()) == (True, False)


def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    import hashlib
    import json

    where, to, bad = tmp_path / "ledger.db", tmp_path / "backup.tar", tmp_path / "bad.tar"
    fill(where, tmp_path / "evidence")
    with open_ledger(where) as ledger:
        make_backup(ledger, tmp_path / "evidence", to, MADE)
    with tarfile.open(to) as old, tarfile.open(bad, "w") as new:
        for member in old.getmembers():
            body = old.extractfile(member)
            assert body is not None
            data = body.read()
            if member.name == "manifest.json":
                told = json.loads(data)
                told["files"]["evidence/../../out.txt"] = hashlib.sha256(b"x").hexdigest()
                data = json.dumps(told).encode()
                (tmp_path / "x").write_bytes(b"x")
                new.add(tmp_path / "x", "evidence/../../out.txt")
            (tmp_path / "m").write_bytes(data)
            new.add(tmp_path / "m", member.name)
    with pytest.raises(HeldbyError, match="leads out"):
        restore(bad, tmp_path / "back.db", tmp_path / "deep" / "back")
    assert not (tmp_path / "out.txt").exists()


@pytest.mark.parametrize("odd", [None, 1, "x", [], [1], {"a": 1}], ids=repr)
def test_a_backup_of_another_shape_is_refused_whatever_is_in_it(odd: object, tmp_path: Path) -> None:
    """Its manifest says what an attacker or a broken program may have written there."""
    evidence, good = tmp_path / "evidence", tmp_path / "good.tar"
    fill(tmp_path / "ledger.db", evidence)
    with open_ledger(tmp_path / "ledger.db") as ledger:
        make_backup(ledger, evidence, good, MADE)
    with tarfile.open(good) as tar:
        members = [(m, file.read()) for m in tar.getmembers() if (file := tar.extractfile(m)) is not None]
    manifest = json.loads(next(data for m, data in members if m.name == "manifest.json"))
    for name in ("checkpoint", "files", "revisions", None):
        told = odd if name is None else {**manifest, name: odd}
        spoiled = tmp_path / f"spoiled-{name}.tar"
        with tarfile.open(spoiled, "w") as tar:
            for m, data in members:
                body = json.dumps(told).encode() if m.name == "manifest.json" else data
                again = tarfile.TarInfo(m.name)
                again.size = len(body)
                tar.addfile(again, io.BytesIO(body))
        with pytest.raises(HeldbyError):
            check_backup(spoiled)
