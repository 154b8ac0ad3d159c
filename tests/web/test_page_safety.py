"""Text from reports is data: 500 script payloads in titles, quotations and names reach no DOM as code. And axe-core finds nothing on any view."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from page_scene import Visit, serving
from web_scene import CROSSING, desk_over

from heldby.flow.intake import add_sources
from heldby.ledger import open_ledger

pytestmark = [pytest.mark.browser, pytest.mark.page]
VIEWS = {
    "home": "/?as_of=2021-07-14", "map": "/?as_of=2021-07-14&view=map", "table": "/?as_of=2021-07-14&view=table&kind=crossing",
    "compare": "/?as_of=2021-07-21&other=2021-07-14&view=compare", "tallies": "/?as_of=2021-07-14&view=tallies",
    "whatif": "/?as_of=2021-07-14&view=whatif&drop_side=taliban", "review": "/?as_of=2021-07-14&view=review",
    "drawer": f"/?as_of=2021-07-14&known_by=2021-07-14T18:00&unit={CROSSING}&view=map", "embed": "/embed?as_of=2021-07-14",
}  # fmt: skip
SHAPES = (
    "<script>window.hit={n}</script>",
    "<img src=x onerror=window.hit={n}>",
    "<svg onload=window.hit={n}>",
    '"><script>window.hit={n}</script>',
    "'><img src=x onerror='window.hit={n}'>",
    "javascript:window.hit={n}",
    "<iframe srcdoc='<script>parent.hit={n}</script>'></iframe>",
    "{{{{constructor.constructor('window.hit={n}')()}}}}",
    "${{window.hit={n}}}",
    "<a href='javascript:window.hit={n}'>go</a>",
    "<style>*{{background:url(//evil.example/{n})}}</style>",
    "<math><mtext></mtext><script>window.hit={n}</script></math>",
    "</title><script>window.hit={n}</script>",
    "<details open ontoggle=window.hit={n}>",
    "<!--><script>window.hit={n}</script>",
    "<base href=//evil.example/{n}>",
    "<input autofocus onfocus=window.hit={n}>",
    "<object data=javascript:window.hit={n}>",
    "<template><script>window.hit={n}</script></template>",
    "&lt;script&gt;window.hit={n}&lt;/script&gt;",
)
MOST = 500


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(browser: Any, here: str, view: str, scheme: str) -> None:
    visit = Visit(
        browser, here, color_scheme=scheme, viewport={"width": 1440, "height": 900} if scheme == "light" else {"width": 420, "height": 800}
    )
    visit.open(VIEWS[view])
    visit.wait(".waiting", count=0)
    if view == "drawer":
        visit.wait(".drawer .origin")
    assert visit.axe() == []
    visit.close()


@pytest.mark.parametrize("menu", ["Look", "Export", "Share", "Keys and help"])
def test_axe_finds_nothing_in_what_opens(browser: Any, here: str, menu: str) -> None:
    visit = Visit(browser, here)
    visit.open(VIEWS["map"])
    visit.page.get_by_role("button", name=menu).click()
    assert visit.axe() == []
    visit.close()


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of 125 reports with four payloads each: in title, outlet, address, and the sentence that is quoted."""
    folder = tmp_path_factory.mktemp("poisoned")
    lines = []
    for n in range(MOST // 4):
        title, outlet, url, words = (SHAPES[(4 * n + i) % len(SHAPES)].format(n=4 * n + i) for i in range(4))
        text = f"Taliban fighters captured Khanabad district of Kunduz province on Monday, {words} a resident said."
        told = {"text": text, "published": "2021-06-21T09:00:00+04:30", "outlet": f"Post {n} {outlet}", "title": title, "url": f"{url}"}
        lines.append(json.dumps(told) + "\n")
    source, kept = folder / "reports.jsonl", folder / "poisoned.db"
    source.write_text("".join(lines), encoding="utf-8")
    desk = desk_over(kept)
    ledger = open_ledger(kept)
    try:
        add_sources(desk, ledger, [str(source)], desk.gather_options())
    finally:
        ledger.close()
    return kept


def test_500_script_payloads_reach_no_dom_as_code(browser: Any, poisoned: Path) -> None:
    at = "as_of=2021-06-22&unit=af:kunduz:khanabad"
    with serving(poisoned) as here:
        visit = Visit(browser, here)
        shown = 0
        for address in (
            f"/?{at}&since=2021-06-01",
            f"/?{at}&view=review",
            "/?as_of=2021-06-22&view=whatif",
            "/?as_of=2021-06-22&view=tallies",
            f"/embed?{at}",
        ):
            visit.open(address)
            visit.wait(".waiting", count=0)
            if "unit=" in address:
                visit.wait(".drawer .origin")
                visit.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            shown += visit.page.evaluate("(document.body.innerText.match(/window\\.hit|parent\\.hit|evil\\.example/g) || []).length")
            assert visit.page.evaluate("window.hit ?? null") is None
            found = visit.page.evaluate(
                "[...document.querySelectorAll('script:not([src]), iframe, object, base, style, math, template, [onerror], [onload], [onfocus], [ontoggle], "
                'a[href^="javascript:"]\')].map(e => e.outerHTML)'
            )
            assert found == []
        assert shown >= 100  # they are there, as words
        visit.close()
