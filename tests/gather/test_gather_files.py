"""Files, folders and standard input."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest
from gather_scene import NOW, gathered

from heldby.errors import UsageError
from heldby.model.report import GapKind, Mark
from heldby.model.when import Published

TEXT = "Fighters entered the bazaar of the district on Sunday, an elder said.\n"


def test_a_text_file_is_one_report_with_what_the_caller_says_of_it(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(TEXT)
    published = Published.parse("2021-07-14")
    got = gathered(page, outlet="Hill Gazette", published=published, url="https://hill.example/a")
    assert (got.report.text, got.report.outlet, got.report.url) == (TEXT, "Hill Gazette", "https://hill.example/a")
    assert (got.report.published, got.report.fetched, got.gaps) == (published, NOW, [])


def test_an_undated_text_is_kept_and_the_missing_date_counted(tmp_path: Path) -> None:
    page = tmp_path / "page.txt"
    page.write_text(TEXT)
    got = gathered(page)
    assert got.report.published is None
    assert (got.gap.kind, got.gap.report_id) == (GapKind.UNDATED, got.report.id)


def test_the_name_in_messages_and_ids_does_not_tell_where_the_folder_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    for home in ("one", "two"):
        folder = tmp_path / home / "reports"
        folder.mkdir(parents=True)
        (folder / "a.txt").write_text(TEXT)
        (folder / "b.txt").write_text("")
        got = gathered(folder)
        seen.append([(r.id, r.origin) for r in got.reports] + [(g.id, g.subject) for g in got.gaps])
    assert seen[0] == seen[1]
    assert gathered(tmp_path / "one/reports/a.txt").report.origin == "a.txt"
    monkeypatch.chdir(tmp_path / "one")
    assert gathered("reports/a.txt").report.origin == "reports/a.txt"
    assert gathered(".").report.origin == "reports/a.txt"


def test_a_folder_is_read_in_the_order_of_its_paths_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b/z.txt", "b/a.txt", "B.txt", "a.txt", ".hidden.txt", ".git/c.txt", "é.txt"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{TEXT}{name}")
    names = [r.origin for r in gathered(tmp_path / "in").reports]
    assert names == ["in/B.txt", "in/a.txt", "in/b/a.txt", "in/b/z.txt", "in/é.txt"]


def test_each_file_of_a_folder_is_read_by_its_kind(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"text": "One."}\n{"text": "Two."}\n')
    (tmp_path / "b.dat").write_text('{"text": "Three."}\n')
    (tmp_path / "c.txt").write_text("Four.")
    (tmp_path / "d.json").write_text('[{"text": "Five."},\n {"text": "Six."}]')
    got = gathered(tmp_path)
    assert [r.text for r in got.reports] == ["One.", "Two.", "Three.", "Four."]
    assert [(g.kind, Path(g.subject).name) for g in got.gaps if g.kind is not GapKind.UNDATED] == [(GapKind.MALFORMED, "d.json")]


def test_a_table_in_a_folder_is_told_and_left_alone_unless_it_is_named_itself(tmp_path: Path) -> None:
    inner = tmp_path / "in"
    inner.mkdir()
    (inner / "losses.csv").write_text("district,holder\nHillside,nobody\n")
    got = gathered(inner)
    assert (got.gap.kind, got.gap.subject, got.reports) == (GapKind.UNREADABLE, "in/losses.csv", [])
    assert gathered(inner / "losses.csv").report.text.startswith("district,holder")


def test_what_a_folder_holds_beside_files_is_told(tmp_path: Path) -> None:
    inner = tmp_path / "in"
    inner.mkdir()
    (inner / "gone.txt").symlink_to(tmp_path / "nowhere")
    (inner / "loop").symlink_to(inner, target_is_directory=True)
    os.mkfifo(inner / "pipe")
    got = gathered(inner)
    assert [(g.kind, g.subject) for g in got.gaps] == [(GapKind.UNREADABLE, f"in/{n}") for n in ("gone.txt", "loop", "pipe")]


def test_an_empty_folder_is_a_gap(tmp_path: Path) -> None:
    assert gathered(tmp_path).gap.kind is GapKind.EMPTY


def test_a_missing_path_is_a_usage_error_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    with pytest.raises(UsageError, match=r"nothing\.txt: there is no such file or folder"):
        gathered(tmp_path / "a.txt", tmp_path / "nothing.txt")


@pytest.mark.parametrize("source", ["", "ftp://hill.example/a", "http://", "http://hill.example:port/", "https://me:word@hill.example/"])
def test_an_address_that_is_none_is_a_usage_error(source: str) -> None:
    with pytest.raises(UsageError):
        gathered(source)


def test_a_file_that_may_not_be_read_is_a_gap_and_the_next_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.txt").write_text(TEXT)
    real = open

    def refuse(path: Path, *args: object, **kwargs: object) -> object:
        if Path(path).name == "a.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr("builtins.open", refuse)
    got = gathered(tmp_path / "a.txt", tmp_path / "b.txt", published=Published.parse("2021-07-14"))
    assert (got.gap.kind, got.gap.subject, got.gap.cause) == (GapKind.UNREADABLE, "a.txt", "cannot be read (Permission denied)")
    assert got.report.origin == "b.txt"


@pytest.mark.parametrize(
    ("data", "texts"),
    [
        (TEXT.encode(), [TEXT]),
        (b'{"text": "One."}\n{"text": "Two."}\n', ["One.", "Two."]),
        ('{"text": "Ünë."}\n'.encode("utf-16"), ["Ünë."]),
    ],
)
def test_standard_input_is_read_by_what_it_is(data: bytes, texts: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    got = gathered("-")
    assert [r.text for r in got.reports] == texts
    assert got.reports[0].origin.startswith("standard input")


def test_line_ends_and_byte_order_marks_do_not_make_another_report(tmp_path: Path) -> None:
    text = "The town fell.\nÉlders said so.\n"
    forms = {"unix": text.encode(), "dos": text.replace("\n", "\r\n").encode(), "mac": text.replace("\n", "\r").encode()}
    forms |= {"bom": b"\xef\xbb\xbf" + text.encode(), "le": text.encode("utf-16"), "be": b"\xfe\xff" + text.encode("utf-16-be")}
    for name, data in forms.items():
        (tmp_path / f"{name}.txt").write_bytes(data)
    got = gathered(tmp_path)
    assert len(got.reports) == len(forms)
    assert {r.text for r in got.reports} == {text}
    assert len({r.id for r in got.reports}) == 1


def test_an_invented_outlet_is_marked(tmp_path: Path) -> None:
    page = tmp_path / "a.txt"
    page.write_text(TEXT)
    assert gathered(page, outlet="karwan daily").report.marks == (Mark.RECONSTRUCTION,)
    assert gathered(page, outlet="Hill Gazette").report.marks == ()


def test_same_input_gives_the_same_items(tmp_path: Path) -> None:
    for n in range(5):
        (tmp_path / f"{n}.txt").write_text(f"{TEXT}{n}")
    assert gathered(tmp_path).items == gathered(tmp_path).items
