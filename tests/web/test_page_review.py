"""Review in the browser: decided with a reason, weighed at once, undone; and a page that is open follows a ledger that grows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from page_scene import Visit, serving
from web_scene import CROSSING, desk_over

from heldby.flow.intake import add_sources
from heldby.ledger import open_ledger

pytestmark = [pytest.mark.browser, pytest.mark.page]
TOKEN = "a-token-of-this-test"


@pytest.fixture(scope="module")
def ledger(demo_ledger: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copy(demo_ledger, tmp_path_factory.mktemp("reviewed") / "demo.db"))


@pytest.fixture(scope="module")
def visit(browser: Any, ledger: Path) -> Iterator[Visit]:
    with serving(ledger, TOKEN) as here:
        visit = Visit(browser, here)
        yield visit
        visit.close()


def test_a_claim_is_rejected_with_its_reason_and_the_act_undone(visit: Visit) -> None:
    visit.open(f"/?view=review&as_of=2021-07-14#token={TOKEN}")
    visit.wait(".queue blockquote")
    assert TOKEN not in visit.page.url  # a link that is shared does not carry it
    first = visit.api("/review/queue", as_of="2021-07-14", limit="1")["items"][0]
    visit.page.get_by_role("button", name="Decide").first.click()
    visit.page.get_by_role("button", name="Reject").click()
    visit.wait("[role=alert]", "Say why")
    visit.page.locator("form.edit").get_by_label("Reason").fill("the outlet withdrew it by telephone")
    visit.page.get_by_role("button", name="Reject").click()
    visit.wait("[role=status]", "Rejected: revision")
    visit.wait(".queue li", "the outlet withdrew it by telephone")
    acts = visit.api("/review/acts")["items"]
    assert [a["act"] for a in acts] == ["reject"]
    assert first["claim_id"] in acts[0]["claim_ids"]
    visit.page.locator(f"#undo-{acts[0]['id']}").fill("it was another report")
    visit.page.get_by_role("button", name="Undo").click()
    visit.wait("[role=status]", "Undone: revision")
    assert all(a["undone"] for a in visit.api("/review/acts")["items"] if a["act"] == "reject")


def test_a_claim_of_ones_own_is_added_and_marked(visit: Visit) -> None:
    visit.open("/?view=review&as_of=2021-07-14")
    visit.page.get_by_role("button", name="Add a claim of your own").click()
    form = visit.page.locator("form.edit")
    form.get_by_label("Place").select_option(CROSSING)
    form.get_by_label("Holder").select_option("taliban")
    form.get_by_label("Voice").fill("a trader at the gate")
    form.get_by_label("Its words").fill("Their flag is over the gate since the morning <b>and</b> nobody stops them.")
    form.get_by_label("Reason").fill("called by us")
    visit.page.get_by_role("button", name="Add it").click()
    visit.wait("[role=status]", "Added: revision")
    visit.open(f"/?as_of=2021-07-14&unit={CROSSING}")
    visit.wait(".drawer article.voice h4", "a trader at the gate")
    assert "<b>and</b> nobody" in visit.page.locator(".drawer .body").inner_text()  # as text
    assert visit.page.locator(".drawer mark b").count() == 0


def test_an_open_page_follows_a_ledger_that_grows(visit: Visit, ledger: Path, tmp_path: Path) -> None:
    visit.open("/?as_of=2021-07-14&view=map&unit=af:kunduz:khanabad")
    visit.wait(".drawer .foot")
    before = visit.text(".drawer .foot")
    report = tmp_path / "late.jsonl"
    report.write_text('{"text": "Taliban fighters captured Khanabad district of Kunduz province on Tuesday, a resident said.", '
                      '"published": "2021-07-13T18:00:00+04:30", "outlet": "Evening Post"}\n', encoding="utf-8")  # fmt: skip
    desk = desk_over(ledger)
    kept = open_ledger(ledger)
    try:
        add_sources(desk, kept, [str(report)], desk.gather_options())
    finally:
        kept.close()
    visit.wait(".drawer footer", "Evening Post")
    assert visit.text(".drawer .foot") != before


def test_no_write_without_the_token(visit: Visit) -> None:
    answer: Any = visit.context.request.post(f"{visit.here}/api/v1/review", data={"act": "accept", "claim_id": "c-1", "reason": "x"})
    assert answer.status == 403
