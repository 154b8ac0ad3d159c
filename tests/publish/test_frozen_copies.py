"""Archived copies in briefs and frozen folders: their hash where the release lets them out, the bytes only where the edition carries them, else why not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from publish_scene import CROSSING, KNOWN, afghanistan, small_bundle
from starlette.testclient import TestClient

from heldby.flow.archiving import copies_of, quoted_reports
from heldby.flow.freezing import carried, copies_in
from heldby.flow.thawed import FrozenInquiry
from heldby.gather.archive import Archive, Archived
from heldby.gather.evidence import EvidenceStore, Taken
from heldby.gather.fetching import Fetched
from heldby.model.report import Report
from heldby.model.when import Published
from heldby.publish import Edition, Release, UnitRule, brief_html, release
from heldby.publish.archived import COARSE, EARLY, NOT_ARCHIVED, PRIVATE, Copy
from heldby.publish.brief_markdown import brief_markdown
from heldby.publish.citing import readme
from heldby.publish.records import edition_json, evidence_csv
from heldby.publish.thawing import thaw
from heldby.web.app import create_app
from heldby.web.frozen import FrozenShelf
from heldby.web.routes_archive import NOT_CARRIED

RAW = b"<html><script>top.done = 1</script>the page as it came</html>"
HASH = sha256(RAW).hexdigest()
FETCHED = datetime(2021, 7, 14, 6, tzinfo=UTC)
QUOTED = sorted(quoted_reports(small_bundle().statuses))
FIRST = QUOTED[0]


def edition(rules: Release | None = None, *, text: str = "", at: datetime = FETCHED) -> Edition:
    """The small edition, one of whose reports has a copy."""
    later = KNOWN + timedelta(days=9)  # past any delay
    return release(small_bundle(archived={FIRST: Copy(HASH, at, text, ())}), rules or Release(), later)


def told(made: Edition, report: str) -> set[tuple[str, str, str]]:
    quotes = (q for row in made.statuses for e in (*row.evidence, *row.related) for q in e.quotes if q.report_id == report)
    return {(q.hash, q.archived_at, q.archive_note) for q in quotes}


def test_briefs_and_tables_name_the_hash_and_say_where_there_is_no_copy() -> None:
    made = edition()
    assert told(made, FIRST) == {(HASH, "2021-07-14T06:00:00Z", "")}
    assert len(QUOTED) > 1
    assert all(told(made, other) == {("", "", NOT_ARCHIVED)} for other in QUOTED[1:])
    for text in (brief_markdown(made, None), brief_html(made)):
        assert f"archived 14 July 2021, SHA-256 {HASH[:20]}…" in text
        assert f"; {NOT_ARCHIVED}" in text
    assert HASH in evidence_csv(made)
    unasked = release(small_bundle(), Release(), KNOWN)
    assert told(unasked, FIRST) == {("", "", "")}
    assert NOT_ARCHIVED not in brief_markdown(unasked, None)


@pytest.mark.parametrize(
    ("rules", "text", "at", "why"),
    [
        (Release(rules=(UnitRule("af:herat", coarsen_to="province"),)), "", FETCHED, COARSE),
        (Release(publish_delay=timedelta(days=9)), "", KNOWN + timedelta(days=2), EARLY),
        (Release(), "A man who gave his name as Zmarak Popal spoke.", FETCHED, PRIVATE),
    ],
)
def test_of_a_withheld_copy_neither_hash_nor_time_is_told_nor_are_its_bytes_carried(
    rules: Release, text: str, at: datetime, why: str, tmp_path: Path
) -> None:
    made = edition(rules, text=text, at=at)
    assert told(made, FIRST) == {("", "", why)}
    assert HASH[:20] not in edition_json(made) + evidence_csv(made) + brief_markdown(made, None)
    assert copies_in(made, kept(tmp_path)[0]) == {}


def kept(folder: Path) -> tuple[Archive, Report]:
    """An archive with the copy of one report, under the id by which it is quoted."""
    report = Report.of("The gate was shut.", outlet="Hill Post", url="http://hill.example/1", published=Published.parse("2021-07-14"))
    headers = (("Content-Type", "text/html"),)
    got = Fetched("http://hill.example/1", "http://hill.example/1", 200, headers, RAW, RAW, (), "93.184.216.34", "OK")
    EvidenceStore(folder / "kept", lambda: FETCHED, "heldby test").keep(Taken(report, got))
    return Archive(folder / "kept"), report


def test_a_report_that_was_fetched_has_its_copy_and_another_none(tmp_path: Path) -> None:
    archive, report = kept(tmp_path)

    class One:
        def report(self, report_id: str) -> Report | None:
            return report if report_id == report.id else None

    found = copies_of(archive, One(), (report.id, "r-none"), {})  # type: ignore[arg-type]
    assert {i: (c.sha256, c.at, c.text) for i, c in found.items()} == {report.id: (HASH, FETCHED, report.text)}
    assert copies_of(None, One(), (report.id,), {}) == {}  # type: ignore[arg-type]


def served(made: Edition, folder: Path) -> TestClient:
    again = thaw(json.loads(edition_json(made)), afghanistan())
    assert again.digest == made.digest
    shelf = FrozenShelf(FrozenInquiry(again, None, "heldby test", carried(folder)))
    return TestClient(create_app(shelf), base_url="http://127.0.0.1:8470")


def test_a_frozen_edition_leads_to_the_bytes_it_carries_and_to_no_others(tmp_path: Path) -> None:
    made = edition()
    bare = served(made, tmp_path)
    quotes = [q for e in bare.get(f"/api/v1/units/{CROSSING}").json()["status"]["evidence"] for q in e["quotes"]]
    mine = next(q for q in quotes if q["report_id"] == FIRST)
    assert (mine["hash"], mine["archived"], mine["archive_note"]) == (HASH, "", NOT_CARRIED)
    assert {(q["hash"], q["archive_note"]) for q in quotes if q["report_id"] != FIRST} == {("", NOT_ARCHIVED)}
    at = f"/api/v1/units/{CROSSING}/archived/{FIRST}?part=raw"
    assert bare.get(at).status_code == 404

    (tmp_path / f"copy-{HASH}.bin").write_bytes(RAW)
    carrying = served(made, tmp_path)
    quotes = [q for e in carrying.get(f"/api/v1/units/{CROSSING}").json()["status"]["evidence"] for q in e["quotes"]]
    mine = next(q for q in quotes if q["report_id"] == FIRST)
    answer = carrying.get(f"{mine['archived']}?part=raw")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, RAW, "application/octet-stream")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert carrying.get(mine["archived"]).status_code == 404, "it carries no text"
    assert carrying.get(f"/api/v1/units/{CROSSING}/archived/{QUOTED[-1]}?part=raw").status_code == 404
    (tmp_path / f"copy-{HASH}.bin").write_bytes(b"another page")
    assert carrying.get(f"{mine['archived']}?part=raw").status_code == 404, "it is not what was frozen"


class Kept:
    """An archive that has RAW for every report."""

    def of(self, report_id: str) -> Archived:
        return Archived(report_id, HASH, len(RAW), "http://hill.example/1", FETCHED, "text/html", "")

    def raw(self, copy: Archived) -> bytes:
        return RAW


def test_the_folder_carries_what_the_edition_names_and_says_so() -> None:
    made = edition()
    copies = copies_in(made, Kept())  # type: ignore[arg-type]
    assert copies == {HASH: RAW}, "one copy, though every report has one: the edition names one alone"
    words = readme(made, ("The Desk",), ("edition.json", f"copy-{HASH}.bin"))
    assert "`copy-*.bin` (1): archived copies" in words
    assert "copy-" not in readme(made, ("The Desk",), ("edition.json",))
