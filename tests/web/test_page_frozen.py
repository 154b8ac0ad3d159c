"""The page over a frozen edition: its clock moves, its evidence is its own day's, and what needs a ledger is not offered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from page_scene import Visit, serving_shelf
from web_scene import CROSSING, frozen_over

from heldby.web.frozen import FrozenShelf

pytestmark = [pytest.mark.browser, pytest.mark.page]


@pytest.fixture(scope="module")
def visit(browser: Any, demo_ledger: Path) -> Iterator[Visit]:
    with serving_shelf(FrozenShelf(frozen_over(demo_ledger))) as here:
        found = Visit(browser, here)
        yield found
        found.close()


def test_a_frozen_edition_is_the_whole_view_without_what_needs_a_ledger(visit: Visit) -> None:
    visit.open("/?view=whatif&known_by=2021-07-10T12:00")
    assert visit.texts(".top nav a") == ["What changed", "Map", "Table", "Compare", "Tallies"]
    assert "Frozen edition" in visit.text(".notice .cited")
    assert "as known by 21 July 2021, 12:00" in visit.text(".clock p.known")
    assert visit.page.get_by_role("switch", name="As known then").count() == 0
    visit.wait("h1", "What changed since 14 July 2021")
    visit.page.keyboard.press("r")  # review is not there
    visit.page.keyboard.press("k")
    assert visit.text("h1").startswith("What changed")
    visit.page.keyboard.press("t")
    visit.wait("h1", "Who holds what on 21 July 2021")
    names = visit.texts(".table-view tbody th a")
    assert len(names) >= 200
    assert not [n for n in names if n.startswith("af:")]
    assert visit.axe() == []


def test_its_evidence_is_its_own_days_and_says_so_on_another(visit: Visit) -> None:
    visit.open(f"/?view=map&as_of=2021-07-13&unit={CROSSING}")
    visit.wait(".drawer .sentence", "Spin Boldak crossing")
    assert visit.text(".drawer .elsewhere").startswith("On 13 July 2021 the map says: no evidence.")
    assert "21 July 2021" in visit.text(".drawer header .about")
    assert len(visit.texts(".drawer .origin article.voice > h4")) > 3
    visit.page.get_by_role("button", name="Export").click()
    assert "keeps pictures and exports of its own day" in visit.text("#menu-take")
    visit.page.get_by_role("button", name="To 21 July 2021").click()
    visit.wait("#menu-take .button", "Drawing (SVG)")
    assert visit.page.locator(".drawer .elsewhere").count() == 0
    visit.page.keyboard.press("Escape")
    visit.page.keyboard.press("c")
    visit.wait("h1", "14 July 2021 and 21 July 2021")
    visit.page.keyboard.press("n")
    visit.wait(".tallies-view figure.chart")
    assert visit.axe() == []
