"""Archived copies beside the quotations: served as text or bytes and never as a page, and only where the release lets them out."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from web_scene import CROSSING, DAY, HERE, desk_over

from heldby.flow.demo import DEMO_NOW
from heldby.gather.archive import Archive
from heldby.gather.evidence import EvidenceStore, Taken
from heldby.gather.fetching import Fetched
from heldby.ledger import open_ledger
from heldby.model.who import Voice, VoiceKind
from heldby.publish import Release, UnitRule
from heldby.publish.archived import COARSE, EARLY, PRIVATE, withheld
from heldby.web.app import create_app
from heldby.web.shelf import Shelf

CLOCKS = f"as_of={DAY}&known_by=2021-07-21"
FETCHED = datetime(2021, 7, 14, 12, tzinfo=UTC)
HOSTILE = b"<html><script>top.done = 1</script><body onload=alert(1)>the page as it came</body></html>"
Open = Callable[..., TestClient]


@pytest.fixture(scope="module")
def report(served: TestClient) -> str:
    """The first report that the crossing's evidence quotes."""
    answer = served.get(f"/api/v1/units/{CROSSING}?{CLOCKS}").json()
    return str(answer["status"]["evidence"][0]["quotes"][0]["report_id"])


@pytest.fixture(scope="module")
def evidence(demo_ledger: Path, report: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That report's page, kept as if it had been fetched."""
    folder = tmp_path_factory.mktemp("evidence") / "kept"
    ledger = open_ledger(demo_ledger)
    told = ledger.view().report(report)
    ledger.close()
    assert told is not None
    headers = (("Content-Type", "text/html"),)
    got = Fetched("http://hill.example/1", "http://hill.example/1", 200, headers, HOSTILE, HOSTILE, (), "93.184.216.34", "OK")
    EvidenceStore(folder, lambda: FETCHED, "heldby test").keep(Taken(told, got))
    return folder


@pytest.fixture(scope="module")
def opened(demo_ledger: Path, evidence: Path) -> Open:
    shelf = Shelf(desk_over(demo_ledger, evidence=str(evidence)), demo_ledger)

    def client(rules: Release | None = None) -> TestClient:
        chosen = shelf if rules is None else Shelf(desk_over(demo_ledger, evidence=str(evidence)), demo_ledger, rules)
        return TestClient(create_app(chosen), base_url=HERE)

    return client


def quote_of(client: TestClient, report: str) -> dict[str, Any]:
    row = client.get(f"/api/v1/units/{CROSSING}?{CLOCKS}").json()["status"]
    quotes = [q for e in row["evidence"] for q in e["quotes"]]
    assert {q["archive_note"] for q in quotes if q["report_id"] != report} == {"not archived"}
    return next(q for q in quotes if q["report_id"] == report)


def test_a_quotation_leads_to_the_copy_and_names_the_hash_of_its_bytes(opened: Open, report: str) -> None:
    client = opened()
    quote = quote_of(client, report)
    assert quote["hash"] == hashlib.sha256(HOSTILE).hexdigest()
    assert quote["archived_at"] == "2021-07-14T12:00:00Z"
    text = client.get(f"{quote['archived']}?{CLOCKS}")
    assert (text.status_code, text.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert quote["text"] in text.text
    raw = client.get(f"{quote['archived']}?part=raw&{CLOCKS}")
    assert raw.content == HOSTILE
    assert raw.headers["content-type"] == "application/octet-stream"
    assert raw.headers["content-disposition"].startswith("attachment;")
    for answer in (text, raw):
        assert "sandbox" in answer.headers["content-security-policy"]
        assert "script-src" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_copy_is_given_only_with_a_unit_that_quotes_it(opened: Open, report: str) -> None:
    client = opened()
    for unit, asked in (("af:farah:farah", report), (CROSSING, "r-" + "0" * 32), (CROSSING, "..%2Fcustody.jsonl")):
        assert client.get(f"/api/v1/units/{unit}/archived/{asked}?{CLOCKS}").status_code == 404


def test_without_evidence_a_quotation_says_not_archived(served: TestClient, report: str) -> None:
    assert quote_of(served, report)["archive_note"] == "not archived"


def test_under_a_rule_for_any_place_no_copy_goes_out(opened: Open, report: str) -> None:
    client = opened(Release(rules=(UnitRule("af:farah", coarsen_to="province"),)))
    quote = quote_of(client, report)
    assert (quote["archive_note"], quote["archived"], quote["hash"]) == (COARSE, "", "")
    refused = client.get(f"/api/v1/units/{CROSSING}/archived/{report}?{CLOCKS}")
    assert (refused.status_code, refused.json()["error"]["cause"]) == (404, COARSE)


def test_what_was_changed_on_the_disk_is_not_served(opened: Open, evidence: Path, report: str) -> None:
    client = opened()
    sha = hashlib.sha256(HOSTILE).hexdigest()
    path = evidence / "raw" / sha[:2] / sha
    try:
        path.write_bytes(HOSTILE + b" ")
        refused = client.get(f"/api/v1/units/{CROSSING}/archived/{report}?part=raw&known_by=2021-07-20")
        assert refused.status_code == 503
        assert "is not what was kept" in refused.json()["error"]["cause"]
    finally:
        path.write_bytes(HOSTILE)


def test_early_and_private_copies_are_withheld() -> None:
    theatre = desk_over(Path("unused.db")).theatre
    now = DEMO_NOW
    plain, named = (Voice("a resident", VoiceKind.RESIDENT, ""),), (Voice("Gulalai Rahmani, a baker", VoiceKind.RESIDENT, ""),)
    assert withheld("Nothing.", [plain], FETCHED, theatre, Release(), now) == ""
    assert withheld("Nothing.", [plain, named], FETCHED, theatre, Release(), now) == PRIVATE
    assert withheld("A man who gave his name as Zmarak Popal spoke.", [], FETCHED, theatre, Release(), now) == PRIVATE
    assert withheld("Nothing.", [named], FETCHED, theatre, Release(private_kinds=()), now) == ""
    delayed = Release(publish_delay=now - FETCHED)
    assert withheld("Nothing.", [], FETCHED, theatre, delayed, now) == ""
    assert withheld("Nothing.", [], FETCHED, theatre, Release(publish_delay=delayed.publish_delay * 2), now) == EARLY


def test_what_was_erased_is_archived_no_more(evidence: Path, report: str, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    shutil.copytree(evidence, folder)
    assert Archive(folder).of(report) is not None
    EvidenceStore(folder, lambda: FETCHED, "heldby test").erase(report, "asked to")
    assert Archive(folder).of(report) is None


def test_a_log_that_cannot_be_read_archives_nothing(tmp_path: Path) -> None:
    (tmp_path / "custody.jsonl").write_text("no entry\n", encoding="utf-8")
    assert Archive(tmp_path).of("r-1") is None
    assert Archive(tmp_path / "nowhere").of("r-1") is None
