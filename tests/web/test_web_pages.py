"""The pages: they say what the API says, lead to one another, work without script, and let no text become code."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from web_scene import CROSSING, DAY, client_over, desk_over

from heldby.flow.intake import add_sources
from heldby.ledger import open_ledger

PAGES = (
    f"/changes?as_of={DAY}", f"/statuses?as_of={DAY}", f"/units/{CROSSING}?as_of=2021-07-21", f"/compare?as_of=2021-07-21&other={DAY}", f"/published?as_of={DAY}",
    f"/sources?as_of={DAY}", f"/gaps?as_of={DAY}",
)  # fmt: skip
ACTIVE = {"script", "iframe", "object", "embed", "base", "meta-refresh", "foreignobject", "animate", "set", "audio", "video"}


class Page(HTMLParser):
    """Tags, links, ids and text of a page; `active` is whatever could run or load something."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.active: list[str] = []
        self.unnamed: list[str] = []
        self.words: list[str] = []
        self._labels = 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._labels += tag == "label"
        given = {name: value or "" for name, value in attrs}
        if tag in ACTIVE or (tag == "meta" and given.get("http-equiv", "").casefold() == "refresh"):
            self.active.append(tag)
        for name, value in given.items():
            if name.startswith("on") or (
                name in ("href", "src", "action", "formaction", "xlink:href") and not re.match(r"https?://|/|#", value)
            ):
                self.active.append(f"{tag} {name}={value}")
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag in ("input", "select") and given.get("type") != "hidden" and not self._labels:
            self.unnamed.append(str(given))
        if "id" in given:
            self.ids.append(given["id"])

    def handle_endtag(self, tag: str) -> None:
        self._labels -= tag == "label"

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_whole_and_quiet(served: TestClient, address: str) -> None:
    answer = served.get(address)
    assert answer.status_code == 200
    page = Page(answer.text)
    assert page.active == []
    assert page.unnamed == []
    assert len(page.ids) == len(set(page.ids))
    assert {"h1", "main", "nav", "footer"} <= page.tags
    assert "#findings" in page.links
    assert "econstruction of public events" in page.text
    outer = [link for link in page.links if link.startswith("http") and ".example/" not in link]
    assert outer == []


def test_pages_lead_to_one_another(served: TestClient) -> None:
    seen = {link for address in PAGES for link in Page(served.get(address).text).links if link.startswith("/")}
    kinds: dict[str, str] = {}
    for link in sorted(seen):
        kinds.setdefault(re.sub(r"[?].*|(?<=/units/).*", "", link), link)
    assert len(kinds) >= 10
    for link in kinds.values():
        assert served.get(link).status_code == 200, link


def test_the_founding_page_tells_every_voice(served: TestClient) -> None:
    """Disputed; the denial stands there in words; one origin with its copies; the verbatim sentence marked; the date said and meant."""
    answer = served.get(f"/units/{CROSSING}?as_of={DAY}&known_by=2021-07-21").text
    told = served.get(f"/api/v1/units/{CROSSING}?as_of={DAY}&known_by=2021-07-21").json()["status"]
    page = Page(answer)
    assert told["sentence"] in page.text
    assert told["confidence_sentence"] in page.text
    assert page.text.count("Denies") == sum(e["denial"] for e in told["evidence"]) > 0
    assert re.search(r"1 origin, \d+ cop(y|ies)", page.text)
    assert "bits" in page.text
    assert "Admiralty" in page.text
    for e in told["evidence"]:
        assert " ".join(e["quotes"][0]["text"].split()) in page.text
    assert "<mark>" in answer
    assert "<details" not in answer
    assert page.tags >= {"svg"}


def test_the_table_is_sorted_and_filtered_by_its_address(served: TestClient) -> None:
    def names(query: str) -> list[str]:
        return re.findall(r'<th scope="row"><a href="[^"]*"><bdi>([^<]*)</bdi>', served.get(f"/statuses?as_of={DAY}&{query}").text)

    assert names("sort=name&kind=crossing") == sorted(names("sort=area&kind=crossing"))
    assert names("kind=crossing&q=spin") == ["Spin Boldak crossing"]
    whole = served.get(f"/api/v1/statuses?as_of={DAY}&limit=5000").json()["total"]
    pages = [names(f"start={n}") for n in (0, 250, 500)]
    assert sum(map(len, pages)) == whole
    empty = served.get(f"/statuses?as_of={DAY}&q=&kind=&holder=&support=&within=&sort=")  # as the form sends it
    assert empty.status_code == 200
    assert 'aria-sort="ascending"' in empty.text


def test_what_changed_is_what_the_api_says(served: TestClient) -> None:
    page = Page(served.get(f"/?as_of={DAY}&since=2021-07-10").text)
    changes = served.get(f"/api/v1/changes?as_of={DAY}&since=2021-07-10").json()["items"]
    retaken = sum(c["recapture"] for c in changes)
    assert f"Taken ({len(changes) - retaken})" in page.text
    assert f"Retaken ({retaken})" in page.text
    assert sum(link.startswith("/units/") for link in page.links) > 300  # the map's cells lead on


def test_two_days_beside_each_other_show_what_differs(served: TestClient) -> None:
    def rows(day: str) -> dict[str, tuple[str, str]]:
        found = served.get(f"/api/v1/statuses?as_of={day}&limit=5000").json()["items"]
        return {i["unit_id"]: (i["holder"], i["support"]) for i in found}

    one, two = rows(DAY), rows("2021-07-21")
    differ = {u for u in two if one.get(u, (None, "unknown")) != two[u]}
    page = Page(served.get(f"/compare?as_of=2021-07-21&other={DAY}").text)
    linked = {link.partition("?")[0].removeprefix("/units/") for link in page.links if link.startswith("/units/")}
    assert linked == differ


@pytest.mark.parametrize(
    ("address", "status"),
    [("/units/nowhere", 404), ("/nothing", 404), ("/statuses?sort=colour", 400), ("/?as_of=soon", 400), ("/statuses?start=-1", 400), ("/?since=%3Cscript%3E", 400)],
)  # fmt: skip
def test_errors_are_pages_too(served: TestClient, address: str, status: int) -> None:
    answer = served.get(address)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    page = Page(answer.text)
    assert page.active == []
    assert "h1" in page.tags


SHAPES = (
    "<script>alert({n})</script>", "<img src=x onerror=alert({n})>", "\"><svg onload=alert({n})>", "'><iframe src=javascript:alert({n})>",
    "</title><script>x{n}</script>", "</style><script>y{n}</script>", "<a href=javascript:alert({n})>z</a>", "&lt;script&gt;w{n}&lt;/script&gt;",
    "<math><mi xlink:href=javascript:alert({n})>", "--><script>v{n}</script><!--",
)  # fmt: skip


def test_two_hundred_payloads_stay_text(demo_ledger: Path, tmp_path: Path) -> None:
    """In outlets' names, titles, addresses, speakers and quotations; on pages, in the picture, in feeds."""
    lines = []
    for n in range(200):
        payload = SHAPES[n % len(SHAPES)].format(n=n)
        text = f"Taliban fighters captured Khanabad district of Kunduz province on Monday, {payload} a resident said."
        lines.append(
            {
                "text": text,
                "published": "2021-06-21T09:00:00+04:30",
                "outlet": f"Post {n} {payload}",
                "title": payload,
                "url": f"javascript:alert({n})",
            }
        )
    file = tmp_path / "payloads.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    ledger = tmp_path / "payloads.db"
    desk = desk_over(ledger)
    kept = open_ledger(ledger)
    try:
        add_sources(desk, kept, [str(file)], desk.gather_options(), lambda _: None)
    finally:
        kept.close()
    client = client_over(ledger)
    unit = "af:kunduz:khanabad"
    shown = client.get(f"/units/{unit}?as_of=2021-06-22")
    page = Page(shown.text)
    assert page.active == []
    assert page.text.count("alert(") >= 100  # they are there, as words
    for address in (
        "/?as_of=2021-06-22&since=2021-06-01",
        "/statuses?as_of=2021-06-22",
        "/sources?as_of=2021-06-22",
        "/gaps",
        "/published",
    ):
        assert Page(client.get(address).text).active == []
    for address in (
        "/statuses?q=<script>alert(1)</script>",
        "/?known_by=<svg+onload=alert(1)>",
        "/units/<script>x</script>",
        "/<img+src=x>",
    ):
        answer = client.get(address)
        assert Page(answer.text).active == []
        assert "<script>" not in answer.text
    told = client.get(f"/api/v1/units/{unit}?as_of=2021-06-22")
    assert told.headers["content-type"] == "application/json"
    assert "<script>alert(0)</script>" in json.dumps(told.json())
    for address in ("/api/v1/map.svg", "/api/v1/feeds/changes.atom?since=2021-06-01"):
        body = client.get(f"{address}{'&' if '?' in address else '?'}as_of=2021-06-22").text
        assert "<script" not in body
        assert "onload" not in body
