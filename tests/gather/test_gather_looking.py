"""One look at a source over a loopback server: what is asked, what is new, and what failed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from gather_scene import OPTIONS, gathered
from hostile import Speaker, answer, path_of

from heldby.gather.catalogue import Source
from heldby.gather.fetching import Limits
from heldby.gather.health import Bad, Good, Health, after
from heldby.gather.looking import MOST_FOLLOWED, Look, look
from heldby.gather.web import Clock, Web
from heldby.model.report import Gap, GapKind, Report

NOW = datetime(2021, 7, 14, 12, tzinfo=UTC)


class Site:
    """Pages by path, served over loopback; what was asked, and how long was slept."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.slept: list[float] = []
        self.speaker = Speaker(self._say)
        self.place = self.speaker.place
        self.clock = Clock(lambda: NOW, self.slept.append)
        self.web = Web(self.clock, Limits(100_000, 2.0, 4.0, (self.place,)), pause=0.5)

    def _say(self, head: bytes, send: Callable[[bytes], None]) -> None:
        self.asked.append(path_of(head))
        etag = 'ETag: "7"' if path_of(head) == "/feed" else "X: y"
        if b'If-None-Match: "7"' in head and path_of(head) == "/feed":
            send(answer(b"", status="304 Not Modified"))
        else:
            send(self._page(path_of(head), etag))

    def _page(self, path: str, etag: str) -> bytes:
        body = self.pages.get(path)
        if body is None:
            return answer(b"", status="404 Not Found")
        return body if body.startswith(b"HTTP/") else answer(body, etag)

    def feed(self, *items: tuple[str, str, str]) -> None:
        """A feed of (path, text, date)."""
        listed = "".join(
            f"<item><link>http://{self.place}{path}</link><title>T</title><description>{text}</description><pubDate>{date}</pubDate></item>"
            for path, text, date in items
        )
        self.pages["/feed"] = f"<rss><channel><title>Hill Gazette</title>{listed}</channel></rss>".encode()

    def look(self, health: Health | None = None, **options: Any) -> Look:
        source = Source("Wire", **({"url": f"http://{self.place}/feed"} | options))
        return look(source, health or Health(), OPTIONS, self.web, NOW)


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.speaker.close()


DAY = "Wed, 14 Jul 2021 10:00:00 GMT"
PAGE = (
    "<html><head><title>T</title></head><body><article><p>"
    + "The whole story of the bridge is told on this page. " * 8
    + "</p></article></body></html>"
)


def reports(found: Look) -> list[str]:
    return [t.item.text for t in found.taken if isinstance(t.item, Report)]


def gaps(found: Look) -> list[Gap]:
    return [t.item for t in found.taken if isinstance(t.item, Gap)]


def good(found: Look) -> Good:
    assert isinstance(found.outcome, Good), found.outcome
    return found.outcome


def bad(found: Look) -> Bad:
    assert isinstance(found.outcome, Bad), found.outcome
    return found.outcome


def remembered(found: Look) -> Health:
    return after(found.source, Health(), found.outcome, NOW)[0]


def test_new_entries_are_read_oldest_first_and_once(site: Site) -> None:
    site.feed(("/2", "Second.", DAY), ("/1", "First.", DAY))
    first = site.look()
    assert (reports(first), good(first).new, good(first).etag) == (["First.", "Second."], 2, '"7"')
    report = first.taken[0].item
    assert isinstance(report, Report)
    assert (report.outlet, report.url, report.published and report.published.known) == (
        "Hill Gazette",
        f"http://{site.place}/1",
        datetime(2021, 7, 14, 10, tzinfo=UTC),
    )
    again = site.look(remembered(first))
    assert (reports(again), good(again).seen, good(again).etag) == ([], None, '"7"')  # 304: nothing was sent
    site.feed(("/3", "Third.", DAY), ("/2", "Second, corrected.", DAY), ("/1", "First.", DAY))
    changed = site.look(Health(seen=remembered(first).seen))
    assert reports(changed) == ["Second, corrected.", "Third."]


def test_robots_are_asked_once_and_heeded_with_a_pause_between(site: Site) -> None:
    site.feed(("/1", "First.", DAY))
    site.look()
    site.look()
    assert site.asked == ["/robots.txt", "/feed", "/feed"]
    assert site.slept == [0.5, 0.5]


def test_what_robots_forbid_is_not_fetched(site: Site) -> None:
    site.feed(("/1", "First.", DAY))
    site.pages["/robots.txt"] = b"User-agent: heldby\nDisallow: /feed\n"
    assert "robots.txt of" in bad(site.look()).cause
    assert site.asked == ["/robots.txt"]
    assert reports(site.look(robots=False)) == ["First."]


def test_robots_that_cannot_be_had_close_the_site_for_now(site: Site) -> None:
    site.feed(("/1", "First.", DAY))
    site.pages["/robots.txt"] = answer(b"", status="503 Unavailable")
    assert "it cannot be had" in bad(site.look()).cause
    site.pages["/robots.txt"] = b"User-agent: *\nCrawl-delay: 4\n"
    assert reports(site.look()) == ["First."]
    assert site.slept[-1] == 4.0


def test_pages_are_followed_and_where_they_cannot_be_had_the_entry_stands(site: Site) -> None:
    site.feed(("/2", "Short of second.", DAY), ("/1", "Short of first.", DAY))
    site.pages["/1"] = answer(PAGE.encode(), "Content-Type: text/html")
    found = site.look(follow=True, outlet="Meridian")
    assert ("whole story" in reports(found)[0], reports(found)[1]) == (True, "Short of second.")
    assert "404" in gaps(found)[0].cause
    assert "the entry's own text was taken" in gaps(found)[0].cause
    page = found.taken[0]
    assert isinstance(page.item, Report)
    assert (page.item.published and page.item.published.known.hour, page.item.outlet) == (10, "Meridian")
    assert page.fetched is not None
    assert page.fetched.url.endswith("/1")


def test_more_pages_than_are_followed_at_once_wait_for_the_next_look(site: Site) -> None:
    site.feed(*((f"/{n}", "Short.", DAY) for n in range(MOST_FOLLOWED + 3)))
    first = site.look(follow=True, robots=False)
    assert (good(first).more, len(good(first).seen or {}), good(first).etag) == (True, MOST_FOLLOWED, "")
    second = site.look(remembered(first), follow=True, robots=False)
    assert (good(second).more, len(good(second).seen or {})) == (False, MOST_FOLLOWED + 3)


def test_an_entry_from_the_future_is_read_once_its_time_has_come(site: Site) -> None:
    site.feed(("/1", "Early.", "Fri, 16 Jul 2021 10:00:00 GMT"))
    first = site.look()
    assert ([g.kind for g in gaps(first)], good(first).new, good(first).seen) == ([GapKind.FUTURE], 0, {})


@pytest.mark.parametrize(
    ("status", "header", "wait", "gone"),
    [
        ("429 Slow", "Retry-After: 60", timedelta(minutes=1), False),
        ("410 Gone", "X: y", timedelta(0), True),
        ("500 No", "Retry-After: 60", timedelta(0), False),
    ],
)
def test_what_servers_answer(site: Site, status: str, header: str, wait: timedelta, gone: bool) -> None:
    site.pages["/feed"] = answer(b"", header, status=status)
    found = bad(site.look())
    assert (found.retry_after, found.gone, status[:3] in found.cause) == (wait, gone, True)


def test_a_move_for_good_is_noticed_and_one_for_now_is_not(site: Site) -> None:
    for status, moved in (("301 Moved Permanently", f"http://{site.place}/new"), ("302 Found", "")):
        site.pages["/feed"] = answer(b"", "Location: /new", status=status)
        site.pages["/new"] = b"<rss><channel><title>T</title></channel></rss>"
        assert good(site.look()).moved_to == moved


def test_a_page_and_a_table_are_read_where_they_have_changed(site: Site) -> None:
    site.pages["/feed"] = answer(b'{"text": "One."}\n{"text": "Two."}\n', "Content-Type: application/x-ndjson")
    first = site.look()
    assert (reports(first), good(first).new) == (["One.", "Two."], 2)
    assert reports(site.look(remembered(first))) == []


def test_a_sitemap_leads_to_its_pages(site: Site) -> None:
    site.pages["/1"] = answer(PAGE.encode(), "Content-Type: text/html")
    listed = "".join(f"<url><loc>http://{site.place}/{n}</loc><lastmod>2021-07-1{n}</lastmod></url>" for n in (1, 2))
    site.pages["/map"] = f"<urlset>{listed}</urlset>".encode()
    site.pages["/feed"] = f"<sitemapindex><sitemap><loc>http://{site.place}/map</loc></sitemap></sitemapindex>".encode()
    first = site.look()
    assert (len(reports(first)), "404" in gaps(first)[0].cause) == (1, True)
    assert site.look(remembered(first)).taken == ()


def test_a_folder_is_read_file_by_file_as_they_come(site: Site, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("First.")
    first = site.look(url="", path=str(tmp_path))
    (tmp_path / "b.txt").write_text("Second.")
    second = site.look(remembered(first), url="", path=str(tmp_path))
    assert (reports(first), reports(second), good(second).new) == (["First."], ["Second."], 1)
    assert "no such file" in bad(site.look(url="", path=str(tmp_path / "none"))).cause
    assert site.asked == []


@pytest.mark.parametrize("body", [b"<rss><!DOCTYPE x [<!ENTITY a 'b'>]></rss>", b'{"version": "https://jsonfeed.org/version/1"}'])
def test_a_feed_that_is_none_is_a_failure_with_its_cause(site: Site, body: bytes) -> None:
    site.pages["/feed"] = body
    assert bad(site.look()).cause.startswith("it ")


def test_a_sitemap_named_by_itself_says_where_it_belongs(site: Site) -> None:
    site.pages["/map"] = answer(
        b'<?xml version="1.0"?><urlset><url><loc>http://x.example/</loc></url></urlset>', "Content-Type: application/xml"
    )
    gap = gathered(f"http://{site.place}/map", allow_addresses=(site.place,)).gap
    assert "among the sources of `heldby watch`" in gap.cause
