"""A frozen folder: whole, the same each time, and every change to it found and named."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from publish_scene import KNOWN, afghanistan, country, small, valley_bundle

from conftest import Call
from heldby.desk import Desk, open_desk
from heldby.errors import HeldbyError, UsageError
from heldby.flow.freezing import check_frozen, frozen_files, frozen_theatre, thawed, write_frozen
from heldby.model.ident import digest
from heldby.model.theatre import Theatre
from heldby.publish import Edition, Release, release
from heldby.publish.records import edition_json
from heldby.publish.thawing import thaw
from heldby.settings import Settings
from heldby.theatres.carrying import theatre_from

pytest.importorskip("shapely")
pytest.importorskip("resvg_py")
HOSTILE = 'A "title": with\n# lines, *stars* and {braces}'


@pytest.fixture(scope="module")
def desk() -> Desk:
    return open_desk(Settings(theatre="afghanistan-2021"))


@pytest.fixture(scope="module")
def edition() -> Edition:
    return release(valley_bundle(title=HOSTILE), Release(), KNOWN)


@pytest.fixture(scope="module")
def made(edition: Edition, desk: Desk) -> dict[str, bytes]:
    return frozen_files(edition, desk, authors=("The Desk", 'A "quoted" one'), licence="CC-BY-4.0")


@pytest.fixture
def folder(made: dict[str, bytes], tmp_path: Path) -> Path:
    write_frozen(made, tmp_path / "frozen")
    return tmp_path / "frozen"


def here(name: str) -> Theatre | None:
    return afghanistan() if name == "afghanistan-2021" else None


def differing(folder: Path, cited: str = "") -> set[str]:
    return {d.name for d in check_frozen(folder, here, cited).differences}


def test_a_folder_is_whole_and_checks(folder: Path, edition: Edition, made: dict[str, bytes]) -> None:
    assert {p.name for p in folder.iterdir()} == set(made)
    found = check_frozen(folder, here)
    assert found.differences == ()
    assert (found.edition, found.files) == (edition.digest, len(made) - 1)
    assert found.sums == sha256(made["SHA256SUMS"]).hexdigest()
    assert subprocess.run(["sha256sum", "--strict", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, check=False).returncode == 0


def test_same_edition_same_bytes(edition: Edition, desk: Desk, made: dict[str, bytes]) -> None:
    assert frozen_files(edition, desk, authors=("The Desk", 'A "quoted" one'), licence="CC-BY-4.0") == made


def test_an_edition_thaws_to_itself() -> None:
    for whole in (country(), small()):
        again = thaw(json.loads(edition_json(whole)), afghanistan())
        assert again.digest == whole.digest
        assert again == whole


def test_every_single_file_changed_or_gone_or_added_is_named(folder: Path, made: dict[str, bytes]) -> None:
    for name in made:
        path = folder / name
        if name not in ("SHA256SUMS", "edition.json"):
            path.unlink()
            assert differing(folder) == {name}
        path.write_bytes(made[name] + b" ")
        assert name in differing(folder), name
        path.write_bytes(made[name])
    (folder / "more.csv").write_text("x", encoding="utf-8")
    assert differing(folder) == {"more.csv"}


def resum(folder: Path) -> None:
    """New sums over whatever is there now: what somebody would do who wants to hide a change."""
    names = sorted(p.name for p in folder.iterdir() if p.name != "SHA256SUMS")
    lines = (f"{sha256((folder / n).read_bytes()).hexdigest()}  {n}\n" for n in names)
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="ascii")


def test_a_change_with_its_sums_made_anew_is_found_in_the_content(folder: Path, edition: Edition, made: dict[str, bytes]) -> None:
    table = folder / "statuses.csv"
    table.write_bytes(table.read_bytes().replace(b"taliban", b"afghan_government", 1))
    resum(folder)
    assert differing(folder) == {"statuses.csv"}
    table.write_bytes(made["statuses.csv"])
    content = folder / "edition.json"
    content.write_bytes(content.read_bytes().replace(b"0.7", b"0.8", 1))
    resum(folder)
    assert "edition.json" in differing(folder)
    value = json.loads(made["edition.json"])
    value["content"]["statuses"][0]["probability"] = 0.99
    value["digest"] = sha256(
        json.dumps(value["content"], ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")
    ).hexdigest()
    content.write_text(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n", encoding="utf-8")
    resum(folder)
    assert {"README.md", "CITATION.cff", "versions.json", "brief.html", "brief.md", "statuses.csv"} <= differing(folder)
    assert "edition.json" in differing(folder, edition.digest), "not the one that was cited"


def test_the_digest_cited_is_that_of_the_edition_or_of_the_sums(folder: Path, edition: Edition, made: dict[str, bytes]) -> None:
    sums = sha256(made["SHA256SUMS"]).hexdigest()
    for cited in (edition.digest, edition.digest[:16], sums, sums.upper()):
        assert differing(folder, cited) == set()
    for cited in ("0" * 64, edition.digest[:8]):
        assert differing(folder, cited) == {"edition.json"}


def test_without_the_theatre_the_digest_alone_is_checked(folder: Path) -> None:
    assert check_frozen(folder, lambda _: None).differences == ()
    content = folder / "edition.json"
    content.write_bytes(content.read_bytes().replace(b"0.7", b"0.8", 1))
    resum(folder)
    assert [d.how for d in check_frozen(folder, lambda _: None).differences] == [
        "its content does not have the digest that it names: it was changed"
    ]


def test_the_citation_is_a_citation_file(made: dict[str, bytes], edition: Edition) -> None:
    lines = made["CITATION.cff"].decode("utf-8").splitlines()
    fields = dict(line.split(": ", 1) for line in lines if ": " in line and not line.startswith(" "))
    assert (fields["cff-version"], fields["type"]) == ("1.2.0", "dataset")
    assert json.loads(fields["title"]) == edition.title.replace("\n", " ")
    assert fields["date-released"] == "2021-07-14"
    assert json.loads(fields["license"]) == "CC-BY-4.0"
    assert [json.loads(line.split(": ", 1)[1]) for line in lines if line.startswith("  - name: ")] == ["The Desk", 'A "quoted" one']
    assert f'    value: "sha256:{edition.digest}"' in lines


def test_rules_and_theatre_are_named_file_by_file(made: dict[str, bytes], edition: Edition) -> None:
    value = json.loads(made["versions.json"])
    assert value["rules"]["digest"] == edition.provenance.rulebook_digest
    assert value["theatre"]["digest"] == edition.theatre.digest
    assert {"units.csv", "theatre.toml"} <= set(value["theatre"]["files"])
    assert {"frames.toml", "dates.toml"} <= set(value["rules"]["files"])
    assert value["packages"]["shapely"]


def test_nothing_is_frozen_over_something(folder: Path, made: dict[str, bytes], tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is there already"):
        write_frozen(made, folder)
    (tmp_path / "empty").mkdir()
    write_frozen(made, tmp_path / "empty")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["empty", "frozen"]


def reshaped(folder: Path, change: Callable[[dict[str, Any]], None]) -> str:
    """The folder as another version would have frozen it, in which every quotation has other columns; the digest of its edition."""
    document = json.loads((folder / "edition.json").read_text(encoding="utf-8"))
    old = document["digest"]
    for row in document["content"]["statuses"]:
        for evidence in row["evidence"]:
            for quote in evidence["quotes"]:
                change(quote)
    document["digest"] = new = digest(document["content"])
    (folder / "edition.json").write_text(json.dumps(document), encoding="utf-8")
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))
    resum(folder)
    return str(new)


def test_a_folder_of_an_older_version_with_fewer_columns_checks_and_keeps_its_digest(folder: Path, edition: Edition) -> None:
    (folder / "view.json").unlink(missing_ok=True)
    old = reshaped(folder, lambda quote: quote.pop("archive_note"))
    found = check_frozen(folder, here, old)
    assert (found.differences, found.older, found.edition) == ((), edition.provenance.code_version, old)
    again = thaw(json.loads((folder / "edition.json").read_text(encoding="utf-8")), afghanistan())
    assert again.digest == old != edition.digest
    assert again.statuses == edition.statuses  # what it did not know is empty
    spoil = folder / "statuses.csv"
    spoil.write_bytes(spoil.read_bytes() + b"x")
    assert differing(folder) == {"statuses.csv"}


def test_a_folder_of_a_later_version_is_refused_and_not_shown_without_what_it_says(folder: Path) -> None:
    reshaped(folder, lambda quote: quote.update(corrected="yes"))
    (found,) = [d for d in check_frozen(folder, here).differences if d.name == "edition.json"]
    assert "Quote has no corrected" in found.how


@pytest.mark.parametrize("odd", [None, 1, "x", [1], {"a": 1}, [None], [{}]], ids=repr)
def test_content_of_other_shapes_under_a_digest_of_its_own_is_refused_or_read(edition: Edition, odd: object) -> None:
    for name in json.loads(edition_json(edition))["content"]:
        document = json.loads(edition_json(edition))
        document["content"][name] = odd
        document["digest"] = digest(document["content"])
        with contextlib.suppress(HeldbyError):
            assert thaw(document, afghanistan()).digest == document["digest"]


@pytest.mark.parametrize("spoiled", ["SHA256SUMS", "edition.json"])
def test_what_is_no_frozen_folder_is_told(folder: Path, spoiled: str) -> None:
    (folder / spoiled).unlink()
    with pytest.raises(HeldbyError, match=spoiled):
        check_frozen(folder, here)


def test_lines_of_the_sums_that_lead_elsewhere_are_not_followed(folder: Path) -> None:
    with (folder / "SHA256SUMS").open("a", encoding="ascii") as file:
        file.write(f"{'0' * 64}  ../../etc/passwd\n")
    assert differing(folder) == {"SHA256SUMS"}


def test_a_theatre_that_changed_or_is_not_here_comes_from_the_folder(
    folder: Path, edition: Edition, monkeypatch: pytest.MonkeyPatch
) -> None:
    from heldby.flow import freezing

    again, view = thawed(folder)
    assert (again.digest, again.statuses, view) == (edition.digest, edition.statuses, None)
    other = replace(afghanistan(), digest="0" * 64)
    monkeypatch.setattr(freezing, "load_theatre", lambda name, own: other)
    own = frozen_theatre(folder)
    assert own is not other
    assert (own.digest, own.units) == (afghanistan().digest, afghanistan().units)
    assert thawed(folder)[0].digest == edition.digest
    (folder / "theatre.json").unlink()
    with pytest.raises(HeldbyError, match="not in the folder"):
        frozen_theatre(folder)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": 9}, "is not heldby-theatre 1"),
        ({"id": "elsewhere"}, "of theatre 'afghanistan-2021'"),
        ({"files": {"../units.csv": ""}}, "is no file of a theatre"),
        ({"files": {"run.py": ""}}, "is no file of a theatre"),
    ],
)
def test_a_carried_theatre_that_is_none_is_refused(change: dict[str, object], words: str) -> None:
    value = {"format": "heldby-theatre", "version": 1, "id": "afghanistan-2021", "files": {}, **change}
    with pytest.raises(HeldbyError, match=words):
        theatre_from(value, "afghanistan-2021")


def test_freeze_and_check_on_the_command_line(call: Call, demo_ledger: Path, tmp_path: Path) -> None:
    given = ("--ledger", str(demo_ledger), "--as-of", "2021-07-14", "--known-by", "2021-07-14T12:00", "--since", "2021-07-12", "--json")
    said = json.loads(call("edition", "freeze", "a", *given).out)
    assert call("edition", "check", "a", "--digest", said["sums"]).code == 0
    edition, view = thawed(tmp_path / "a")
    assert edition.digest == said["edition"]
    assert view is not None
    assert (view.timeline["from"], view.timeline["to"], [t.as_of.day for t in view.tallies]) == ("2021-07-12", "2021-07-14", [12, 13, 14])
    assert "af:crossing:spin-boldak" in view.courses
    assert any(q.paragraph_before or q.paragraph_behind for row in edition.statuses for e in row.evidence for q in e.quotes)
    shutil.copy(tmp_path / "a" / "changes.csv", tmp_path / "a" / "spells.csv")
    answer = call("edition", "check", "a")
    assert answer.code == 1
    assert "spells.csv: was changed" in answer.out
    assert call("edition", "freeze", "a", *given).code == 2
