"""Bad input: each a gap that names its subject and its cause, and nothing else is lost."""

from __future__ import annotations

import gzip
import io
import random
import zipfile
from pathlib import Path

import pytest
from gather_scene import gathered

from heldby.model.report import GapKind, Mark
from heldby.model.when import Published


def office() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as document:
        document.writestr("[Content_Types].xml", "<Types/>")
    return out.getvalue()


SAID = Published.parse("2021-07-14")
BINARIES = {
    "zeros": b"text\x00with a zero",
    "pdf": b"%PDF-1.7\nstream",
    "office": office(),
    "gzip": gzip.compress(b"text", mtime=0),
    "noise": bytes(b for b in random.Random(7).randbytes(3000) if b),
    "other charset": "Бойцы вошли в город, сообщил чиновник.".encode("cp1251"),
}


@pytest.mark.parametrize(("data", "kind"), [(b"", GapKind.EMPTY), (b" \n\t\n", GapKind.EMPTY), ("\ufeff\n".encode(), GapKind.EMPTY)])
def test_an_empty_file(data: bytes, kind: GapKind, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_bytes(data)
    got = gathered(page)
    assert (got.gap.kind, got.gap.subject, got.reports) == (kind, "page.txt", [])


@pytest.mark.parametrize("name", sorted(BINARIES))
def test_a_binary_is_refused_with_what_it_is(name: str, tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_bytes(BINARIES[name])
    got = gathered(page, published=SAID)
    assert (got.gap.kind, got.gap.subject, got.reports) == (GapKind.BINARY, "page.txt", [])
    assert got.gap.cause


def test_a_file_over_the_bound_is_refused_and_named_and_the_next_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x" * 101)
    (tmp_path / "b.txt").write_text("x" * 100)
    got = gathered(tmp_path, max_report_bytes=100, published=SAID)
    assert (got.gap.kind, Path(got.gap.subject).name) == (GapKind.TOO_LARGE, "a.txt")
    assert "max_report_bytes (100)" in got.gap.cause
    assert len(got.report.text) == 100


def test_broken_utf8_is_kept_and_marked_and_offsets_hold(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_bytes(b"The caf\xe9 in the bazaar was hit. Fighters then took the post.")
    got = gathered(page, published=SAID)
    assert got.report.marks == (Mark.BROKEN_TEXT,)
    assert got.report.text == "The caf\ufffd in the bazaar was hit. Fighters then took the post."
    assert got.gaps == []
    got.report.text.encode()  # and it can be written anywhere


def test_a_character_that_the_text_really_has_marks_nothing(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("Somebody else's damage: \ufffd stands here.")
    assert gathered(page).report.marks == ()


@pytest.mark.parametrize("data", [b"<html><body></body></html>", b"<!doctype html><title>x</title><script>var a = 'b'</script>"])
def test_html_without_text(data: bytes, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(data)
    got = gathered(page)
    assert (got.gap.kind, got.gap.subject, got.reports) == (GapKind.NO_TEXT, "page.html", [])


@pytest.mark.parametrize(
    ("published", "outlet", "future"),
    [
        ("2021-08-20T12:00:01Z", "", True),
        ("2021-08-20T12:00:00Z", "", False),
        ("2021-08-20", "", False),  # today's date without a time is no future
        ("2021-08-21", "", True),
        ("2021-08-20T16:30:00", "Karwan Daily", False),
        ("2021-08-20T16:30:01", "Karwan Daily", True),
        ("2031-01-01", "", True),
    ],
)
def test_a_publication_in_the_future_is_set_aside(published: str, outlet: str, future: bool, tmp_path: Path) -> None:
    table = tmp_path / "a.jsonl"
    table.write_text(
        f'{{"text": "The town fell.", "published": "{published}", "outlet": "{outlet}"}}\n{{"text": "It stands.", "published": "2021-07-01"}}\n'
    )
    got = gathered(table)
    assert [g.kind for g in got.gaps] == [GapKind.FUTURE] * future
    assert len(got.reports) == 2 - future
    if future:
        assert (got.gap.subject, published in got.gap.cause) == ("a.jsonl:1", True)


def test_a_future_date_on_the_command_line_is_set_aside_too(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text("The town fell.")
    assert gathered(page, published=Published.parse("2031-01-01")).gap.kind is GapKind.FUTURE


def test_ten_bad_files_among_good_ones_cost_only_themselves(tmp_path: Path) -> None:
    for n, data in enumerate([b"", *BINARIES.values(), b"x" * 30_000, b"<html></html>"]):
        (tmp_path / f"{n}-bad").write_bytes(data)
        (tmp_path / f"{n}-good").write_text(f"Report {n}: the district held.")
    got = gathered(tmp_path, published=SAID)
    assert len(got.reports) == len(got.gaps) == 9
    assert all(g.subject and g.cause for g in got.gaps)
    assert len({g.id for g in got.gaps}) == 9
