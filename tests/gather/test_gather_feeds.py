"""Feeds of every dialect become the same entries; broken ones give what they have, hostile ones an error in bounded time."""

from __future__ import annotations

import contextlib
import json
import random
import time
from pathlib import Path

import pytest
from gather_scene import gathered

from heldby.errors import HeldbyError
from heldby.gather.feed import MOST_ENTRIES, Entry, is_feed, read_feed
from heldby.gather.markup import BadMarkup, plain_text
from heldby.gather.robots import CLOSED, read_robots
from heldby.gather.sitemap import is_sitemap, read_list, read_sitemap
from heldby.model.report import GapKind
from heldby.model.when import Published

HTML = "&lt;p&gt;Fighters took the &lt;b&gt;bridge&lt;/b&gt; at noon.&lt;/p&gt;&lt;p&gt;Nobody was hurt.&lt;/p&gt;"
TEXT = "Fighters took the bridge at noon.\nNobody was hurt."
WANTED = Entry("urn:7", "http://hill.example/7", "Bridge & road", TEXT, "2021-07-14T10:00:00+04:30", "")
RSS2 = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Hill Gazette</title><link>http://hill.example/</link>
<image><title>Not this</title></image>
<item><media:title>Nor this</media:title><title>Bridge &amp;amp; road</title><link>/7</link><guid isPermaLink="false">urn:7</guid>
<pubDate>Wed, 14 Jul 2021 10:00:00 +0430</pubDate><description>{HTML}</description></item></channel></rss>"""
RSS1 = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="x"><title>Hill Gazette</title></channel><item rdf:about="urn:7"><title>Bridge &amp; road</title><link>http://hill.example/7</link>
<dc:date>2021-07-14T10:00:00+04:30</dc:date><description>{HTML}</description></item></rdf:RDF>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://hill.example/"><title type="html">Hill &lt;i&gt;Gazette&lt;/i&gt;</title>
<entry><id>urn:7</id><title>Bridge &amp; road</title><link rel="enclosure" href="/7.mp3"/><link href="7"/><published>2021-07-14T10:00:00+04:30</published>
<content type="html">{HTML}</content></entry></feed>"""
XHTML = ATOM.replace(
    f'<content type="html">{HTML}</content>',
    '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Fighters took the <b>bridge</b> at noon.</p><p>Nobody was hurt.</p></div></content>',
)
ENCODED = RSS2.replace(
    "<description>", "<description>Short.</description><x:encoded xmlns:x='http://purl.org/rss/1.0/modules/content/'>"
).replace("</description></item>", "</x:encoded></item>")
CDATA = RSS2.replace(
    HTML, "<![CDATA[<p>Fighters took the <b>bridge</b> at&nbsp;noon.</p><p>Nobody was hurt.</p><script>alert(1)</script>]]>"
)
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Hill Gazette",
        "items": [
            {
                "id": "urn:7", "url": "/7", "title": "Bridge & road", "date_published": "2021-07-14T10:00:00+04:30",
                "content_html": "<p>Fighters took the <b>bridge</b> at noon.</p><p>Nobody was hurt.</p>",
            }
        ],
    }
)  # fmt: skip
DIALECTS = {"rss2": RSS2, "rss1": RSS1, "atom": ATOM, "xhtml": XHTML, "encoded": ENCODED, "cdata": CDATA, "json": JSON}


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_gives_the_same_entry(name: str) -> None:
    data = DIALECTS[name].encode()
    assert is_feed(data)
    feed = read_feed(data, "http://hill.example/feed")
    entry = feed.entries[0]
    if name == "rss1":
        entry = Entry("urn:7", *(getattr(entry, f) for f in ("url", "title", "text", "published", "updated")))  # RDF has no guid
    assert (feed.title, entry, len(feed.entries)) == ("Hill Gazette", WANTED, 1)


@pytest.mark.parametrize("charset", ["utf-16", "windows-1251", "koi8-r"])
def test_charsets_of_feeds_are_those_they_declare(charset: str) -> None:
    text = RSS2.replace("utf-8", charset).replace("Bridge &amp;amp; road", "Мост взят")
    assert read_feed(text.encode(charset)).entries[0].title == "Мост взят"


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("Wed, 14 Jul 2021 05:30:00 GMT", "2021-07-14T05:30:00+00:00"),
        ("Wed, 14 Jul 2021 05:30 UT", "2021-07-14T05:30:00+00:00"),
        ("14 Jul 21 05:30:00 EST", "2021-07-14T05:30:00-05:00"),
        ("2021-07-14T05:30:00Z", "2021-07-14T05:30:00+00:00"),
        ("2021-07-14 05:30", "2021-07-14 05:30"),
        ("2021-07-14", "2021-07-14"),
        ("yesterday", "yesterday"),
        ("", ""),
    ],
)
def test_dates_of_feeds(written: str, known: str) -> None:
    assert read_feed(RSS2.replace("Wed, 14 Jul 2021 10:00:00 +0430", written).encode()).entries[0].published == known


def test_a_text_is_known_from_its_last_update() -> None:
    data = ATOM.replace("<content", "<updated>2021-07-15T00:00:00Z</updated><content")
    assert read_feed(data.encode()).entries[0].known == "2021-07-15T00:00:00+00:00"
    assert (
        read_feed(ATOM.replace("<content", "<updated>2020-07-15T00:00:00Z</updated><content").encode()).entries[0].known == WANTED.published
    )


def test_a_feed_in_a_file_is_read_into_reports(tmp_path: Path) -> None:
    path = tmp_path / "wire.xml"
    path.write_text(RSS2)
    report = gathered(path).report
    assert (report.outlet, report.url, report.title, report.text) == ("Hill Gazette", "/7", "Bridge & road", TEXT)
    assert report.published == Published.parse("2021-07-14T10:00:00+04:30")


def test_an_entry_without_text_gives_its_title_and_one_without_anything_nothing(tmp_path: Path) -> None:
    path = tmp_path / "wire.rss"
    path.write_text("<rss><channel><title>T</title><item><title>Bridge taken</title></item><item></item></channel></rss>")
    got = gathered(path)
    assert (got.report.text, got.gap.kind) == ("Bridge taken", GapKind.UNDATED)


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;">]><rss><channel/></rss>', "declares entities"),
        (
            '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE r [<!entity x SYSTEM "file:///x">]><rss/>'.encode("utf-16"),
            "declares entities",
        ),
        (b"", "cannot be read as XML|no element"),
        (b"<html><body>no</body></html>", "its root is <html>"),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "without items"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": [', "as JSON"),
        (b'{"items": []}', "no JSON Feed"),
    ],
)
def test_what_is_no_feed_says_why(data: bytes, cause: str) -> None:
    with pytest.raises(BadMarkup, match=cause):
        read_feed(data)


def test_broken_feeds_give_what_they_have() -> None:
    broken = RSS2.replace("&amp;amp;", "& &bull; &nosuch;").replace("</pubDate>", "</pubdate>").replace("</channel></rss>", "")
    entry = read_feed(broken.encode(), "http://hill.example/").entries[0]
    assert (entry.key, entry.url) == ("urn:7", "http://hill.example/7")


def test_a_flood_of_entries_is_bounded_and_said() -> None:
    items = "".join(f"<item><guid>{i}</guid></item>" for i in range(MOST_ENTRIES + 7))
    feed = read_feed(f"<rss><channel>{items}</channel></rss>".encode())
    assert (len(feed.entries), feed.left_out) == (MOST_ENTRIES, 7)


@pytest.mark.parametrize(
    "piece",
    [b"<item><title>x</title>", b"<a ", b"<![CDATA[", b"&", b"<!DOCTYPE ", b"<item><description>&lt;div&gt;", b'<link href="http://['],
)
def test_nonsense_at_length_takes_no_time(piece: bytes) -> None:
    began = time.process_time()
    with contextlib.suppress(BadMarkup):
        read_feed(b"<rss><channel>" + piece * (400_000 // len(piece)))
    assert time.process_time() - began < 2.5


def test_mutated_feeds_never_fail_otherwise(proving: bool) -> None:
    chance = random.Random(7)
    samples = [text.encode() for text in DIALECTS.values()]
    slowest = 0.0
    for _ in range(3000 if proving else 300):
        data = bytearray(chance.choice(samples))
        for _ in range(chance.randint(1, 12)):
            at = chance.randrange(len(data))
            match chance.randrange(4):
                case 0:
                    data[at] = chance.randrange(256)
                case 1:
                    del data[at : at + chance.randint(1, 40)]
                case 2:
                    data[at:at] = bytes(data[at : at + chance.randint(1, 60)])
                case 3:
                    data[at:at] = chance.choice([b"<", b">", b"&", b"]]>", b"\x00", b"\xff\xfe", b"<!ENTITY", b'"', b"{", b"\\ud800"])
        began = time.monotonic()
        try:
            feed = read_feed(bytes(data), "http://hill.example/feed")
        except (BadMarkup, HeldbyError):
            continue
        finally:
            slowest = max(slowest, time.monotonic() - began)
        for entry in feed.entries:
            entry.text.encode("utf-8", "replace")
            assert entry.key
    assert slowest < 5


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("plain  text", "plain text"),
        ("a &lt;b", "a <b"),
        ("<p>one<p>two<br>three", "one\ntwo\nthree"),
        ("<script>x</script><p>y</p><style>z</style>", "y"),
        ("<ul><li>a</li><li>b</li></ul> tail", "a\nb\ntail"),
        ("<div>" * 3000 + "deep", "deep"),
        ("a\nb<i>c</i>\n d", "a bc d"),
        ("<", "<"),
    ],
)
def test_markup_becomes_plain_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text


ROBOTS = b"""
User-agent: *
Disallow: /private
Allow: /private/open
Disallow: /*.pdf$
Crawl-delay: 3
User-agent: other
User-agent: heldby
Disallow: /only # a word
Disallow: /s*ch?q=
Crawl-delay: 900
"""


@pytest.mark.parametrize(
    ("agent", "path", "allowed"),
    [
        ("nobody", "/private", False), ("nobody", "/private/open/x", True), ("nobody", "/a.pdf", False), ("nobody", "/a.pdf?x", True),
        ("nobody", "/robots.txt", True), ("heldby", "/private", True), ("heldby", "/only", False), ("heldby", "/search?q=1", False),
        ("heldby", "/%6Fnly", False), ("heldby", "", True),
    ],
)  # fmt: skip
def test_robots(agent: str, path: str, allowed: bool) -> None:
    assert read_robots(ROBOTS, agent).allows(f"http://hill.example{path}") is allowed


def test_robots_delays_are_bounded_and_closed_is_closed() -> None:
    assert (read_robots(ROBOTS, "nobody").delay, read_robots(ROBOTS, "heldby").delay, read_robots(b"\xff\x00", "x").delay) == (
        3.0,
        60.0,
        0.0,
    )
    assert not CLOSED.allows("http://hill.example/x")
    hard = read_robots(b"User-agent: *\nDisallow: /" + b"*a" * 5000, "x")
    began = time.process_time()
    hard.allows("http://hill.example/" + "a" * 3000)
    assert time.process_time() - began < 1


SITEMAP = b"""<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>http://hill.example/1</loc><lastmod>2021-07-14</lastmod></url><url><loc>http://other.example/2</loc></url>
<url><loc>http://www.hill.example/3</loc><n:news><n:publication_date>2021-07-15T08:00:00Z</n:publication_date><n:title>T</n:title></n:news></url></urlset>"""


def test_sitemaps_list_pages_of_their_own_host() -> None:
    assert is_sitemap(SITEMAP)
    listed = read_sitemap(SITEMAP, "http://hill.example/sitemap.xml")
    assert [(i.url, i.changed, i.published, i.index) for i in listed] == [
        ("http://hill.example/1", "2021-07-14", "", False),
        ("http://www.hill.example/3", "", "2021-07-15T08:00:00+00:00", False),
    ]
    index = SITEMAP.replace(b"urlset", b"sitemapindex").replace(b"url>", b"sitemap>")
    assert [i.index for i in read_sitemap(index, "http://hill.example/")] == [True, True]
    assert [i.url for i in read_list(b"http://a.example/1\nno\nhttp://a.example/1\nhttps://a.example/2")] == [
        "http://a.example/1",
        "https://a.example/2",
    ]
    with pytest.raises(BadMarkup, match="no sitemap"):
        read_sitemap(RSS2.encode(), "")
