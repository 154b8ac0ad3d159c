"""Evidence of what was fetched: kept as it came, once; whatever is changed, taken out or put in afterwards is found and named."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from gather_scene import OPTIONS, gathered

from heldby.errors import HeldbyError
from heldby.gather.evidence import CUSTODY, EvidenceStore, Taken
from heldby.gather.fetching import Fetched
from heldby.gather.kinds import read_answer
from heldby.gather.proving import evidence_checkpoint, verify_evidence
from heldby.model.report import Report

NOW = datetime(2021, 7, 15, 10, 0, 0, 123, tzinfo=UTC)
STORY = "Fighters took the customs office of the crossing shortly after dawn, an official said by telephone. " * 5


def fetched(number: int) -> Fetched:
    body = f"<html><head><title>{number}</title></head><body><article><p>{number}. {STORY}</p></article></body></html>".encode()
    headers = (("Content-Type", "text/html; charset=utf-8"), ("Transfer-Encoding", "chunked"), ("ETag", f'"{number}"'))
    url = f"http://hill.example/{number}"
    return Fetched(f"{url}?asked", url, 200, headers, body, body, (f"{url}?asked",), "93.184.216.34", "OK")


def store(folder: Path) -> EvidenceStore:
    return EvidenceStore(folder, lambda: NOW, "heldby test")


def kept(folder: Path, *numbers: int) -> dict[str, str]:
    """Keep pages by number; the texts of their reports."""
    texts = {}
    keeper = store(folder)
    for number in numbers:
        got = fetched(number)
        for item in read_answer(got.url, got, replace(OPTIONS, now=NOW)):
            keeper.keep(Taken(item, got))
            if isinstance(item, Report):
                texts[item.id] = item.text
    return texts


def test_bytes_text_and_custody_are_kept_once(tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    texts = kept(folder, 1)
    first = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    got = fetched(1)
    raw = hashlib.sha256(got.sent).hexdigest()
    (report,) = texts
    assert sorted(first) == sorted([CUSTODY, f"raw/{raw[:2]}/{raw}", f"text/{report[2:4]}/{report}.txt", "warc/000001.warc.gz"])
    assert (first[f"raw/{raw[:2]}/{raw}"], first[f"text/{report[2:4]}/{report}.txt"].decode()) == (got.sent, texts[report])
    collected, extracted = (json.loads(line) for line in first[CUSTODY].splitlines())
    assert (collected["asked"], collected["url"], collected["at"], collected["peer"], collected["sha256"], collected["bytes"]) == (
        got.asked,
        got.url,
        "2021-07-15T10:00:00Z",
        "93.184.216.34",
        raw,
        len(got.sent),
    )
    assert (extracted["report"], extracted["from"], extracted["prev"]) == (report, raw, collected["hash"])
    kept(folder, 1)
    assert {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()} == first
    assert verify_evidence(folder, texts, evidence_checkpoint(folder)) == ()


def test_the_warc_is_one_that_archives_read(tmp_path: Path) -> None:
    texts = kept(tmp_path, 7)
    got = gathered(tmp_path / "warc" / "000001.warc.gz", now=datetime(2021, 8, 1, tzinfo=UTC))
    assert (got.report.text, got.report.url) == (*texts.values(), "http://hill.example/7")
    assert got.report.fetched == NOW.replace(microsecond=0)


def lines_of(folder: Path) -> list[bytes]:
    return (folder / CUSTODY).read_bytes().splitlines(keepends=True)


def write(folder: Path, lines: list[bytes]) -> None:
    (folder / CUSTODY).write_bytes(b"".join(lines))


def without_an_entry(folder: Path) -> None:
    lines = lines_of(folder)
    write(folder, lines[:1] + lines[2:])


def swapped(folder: Path) -> None:
    lines = lines_of(folder)
    write(folder, [lines[1], lines[0], *lines[2:]])


def rewritten(folder: Path) -> None:
    entry = json.loads(lines_of(folder)[0])
    entry["url"] = "http://other.example/"
    write(folder, [json.dumps(entry, sort_keys=True, separators=(",", ":")).encode() + b"\n", *lines_of(folder)[1:]])


def cut(folder: Path) -> None:
    write(folder, lines_of(folder)[:-1])


def torn(folder: Path) -> None:
    (folder / CUSTODY).write_bytes((folder / CUSTODY).read_bytes()[:-9])


def stray(folder: Path) -> None:
    (folder / "raw" / "zz").mkdir()
    (folder / "raw" / "zz" / "new").write_bytes(b"x")


def gone(folder: Path) -> None:
    next((folder / "warc").iterdir()).unlink()


def rebuilt(folder: Path) -> None:
    shutil.rmtree(folder)
    kept(folder, 1, 3)


@pytest.mark.parametrize(
    ("harm", "cause"),
    [
        (without_an_entry, "is not chained to the entry before it"),
        (swapped, "is not chained to the entry before it"),
        (rewritten, "its hash does not fit its words"),
        (cut, "is named by no entry"),
        (torn, "its last entry is cut off"),
        (stray, "is named by no entry"),
        (gone, "cannot be read: No such file"),
        (rebuilt, "differs from the checkpoint"),
        (lambda folder: (folder / CUSTODY).write_bytes(b"[]\n{}\n\xff\n"), "its entry cannot be read"),
        (shutil.rmtree, "is not there"),
    ],
)
def test_harm_is_found_and_named(harm: Callable[[Path], None], cause: str, tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    texts = kept(folder, 1, 2)
    checkpoint = evidence_checkpoint(folder)
    assert verify_evidence(folder, texts, checkpoint) == ()
    harm(folder)
    assert cause in "\n".join(flaw.cause for flaw in verify_evidence(folder, texts, checkpoint))


def test_every_flipped_bit_is_found(tmp_path: Path, proving: bool) -> None:
    folder = tmp_path / "evidence"
    texts = kept(folder, 1, 2)
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    chance = random.Random(5)
    for _ in range(1000 if proving else 60):
        path = chance.choice(files)
        data = path.read_bytes()
        at = chance.randrange(len(data))
        path.write_bytes(data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :])
        flaws = verify_evidence(folder, texts)
        name = path.relative_to(folder).as_posix()
        assert flaws
        assert path.name == CUSTODY or name in {flaw.subject for flaw in flaws}
        path.write_bytes(data)
    assert verify_evidence(folder, texts) == ()


def test_a_text_that_is_not_the_ledgers_is_found(tmp_path: Path) -> None:
    texts = kept(tmp_path, 1)
    (report,) = texts
    assert [f.subject for f in verify_evidence(tmp_path, {report: "another"})] == [report]


def test_a_run_that_was_cut_off_goes_on(tmp_path: Path) -> None:
    kept(tmp_path, 1)
    whole = (tmp_path / CUSTODY).read_bytes()
    (tmp_path / CUSTODY).write_bytes(whole[:-20])  # the power went while the last entry was written
    texts = kept(tmp_path, 1, 2)
    assert verify_evidence(tmp_path, texts) == ()
    assert len(lines_of(tmp_path)) == 4


def test_what_cannot_be_kept_or_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(HeldbyError, match="cannot be"):
        kept(tmp_path / "file", 1)
    kept(tmp_path / "good", 1)
    write(tmp_path / "good", [b"{}\n"])
    with pytest.raises(HeldbyError, match="line 1"):
        kept(tmp_path / "good", 1)
