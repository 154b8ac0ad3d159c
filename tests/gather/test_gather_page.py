"""HTML pages: main text, date, outlet, address, title; and charsets."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from gather_scene import gathered

from heldby.gather.decoding import decode
from heldby.model.report import GapKind, Mark

PARAGRAPHS = (
    "Fighters took the customs office of the crossing shortly after dawn on Wednesday, an official of the district said by telephone.",
    "The governor's spokesman denied that the crossing had fallen and said the attackers had been driven back with heavy losses.",
    "Lorry drivers on the road to the frontier said that they had seen a white flag over the gate since the early morning hours.",
)


def page(head: str = "", body: str = "", paragraphs: tuple[str, ...] = PARAGRAPHS) -> str:
    text = "".join(f"<p>{p}</p>\n" for p in paragraphs)
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>Crossing falls | Hill Gazette</title>{head}</head><body>'
        f'<nav><ul><li><a href="/">Home</a></li><li><a href="/war">War</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
        f"<article><h1>Crossing falls</h1>{body}{text}</article>"
        "<footer><p>Copyright of the Hill Gazette. All rights reserved.</p></footer></body></html>"
    )


def html(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "page.html"
    path.write_bytes(text.encode(encoding))
    return path


def test_a_page_gives_its_text_without_navigation_and_footer(tmp_path: Path) -> None:
    text = gathered(html(tmp_path, page())).report.text
    assert [p for p in PARAGRAPHS if p in text] == list(PARAGRAPHS)
    assert "Sport" not in text
    assert "All rights reserved" not in text


def test_what_a_page_says_of_itself(tmp_path: Path) -> None:
    head = (
        '<meta property="og:site_name" content="Karwan  Daily"><link rel="canonical" href="https://karwan.example/2021/07/14/crossing#top">'
        '<meta property="og:title" content="Crossing &amp; customs fall"><meta property="article:published_time" content="2021-07-14T07:10:00">'
    )
    report = gathered(html(tmp_path, page(head))).report
    assert (report.outlet, report.title) == ("Karwan Daily", "Crossing & customs fall")
    assert report.url == "https://karwan.example/2021/07/14/crossing"
    assert report.published is not None
    assert report.published.known == datetime(2021, 7, 14, 2, 40, tzinfo=UTC)  # the outlet's zone
    assert report.marks == (Mark.RECONSTRUCTION,)


def test_an_outlet_given_stands_before_the_name_of_the_site(tmp_path: Path) -> None:
    head = '<meta property="og:site_name" content="News | the site">'
    assert gathered(html(tmp_path, page(head)), outlet="Hill Gazette").report.outlet == "Hill Gazette"


def test_an_address_that_is_none_is_not_the_pages(tmp_path: Path) -> None:
    assert gathered(
        html(tmp_path, page('<link rel="canonical" href="http://[hill.example/a">')), url="http://hill.example/b"
    ).report.url == ("http://hill.example/b")


def test_a_page_without_a_site_name_is_its_hosts(tmp_path: Path) -> None:
    head = '<link rel="canonical" href="https://www.hill.example/a">'
    assert gathered(html(tmp_path, page(head))).report.outlet == "hill.example"


@pytest.mark.parametrize(
    ("head", "body", "known"),
    [
        ('<meta itemprop="datePublished" content="2021-07-14T09:00:00Z">', "", datetime(2021, 7, 14, 9, tzinfo=UTC)),
        ("", '<time itemprop="datePublished" datetime="2021-07-14T09:00:00+00:00">yesterday</time>', datetime(2021, 7, 14, 9, tzinfo=UTC)),
        (
            '<script type="application/ld+json">{"@graph": [{"@type": "WebSite"}, {"datePublished": "2021-07-14T09:00:00Z"}]}</script>',
            "",
            datetime(2021, 7, 14, 9, tzinfo=UTC),
        ),
        (
            '<script type="application/ld+json">{broken</script><meta name="date" content="2021-07-14">',
            "",
            datetime(2021, 7, 15, tzinfo=UTC),
        ),
        ("", "<p>Published on 14 July 2021</p>", datetime(2021, 7, 15, tzinfo=UTC)),
    ],
)
def test_the_date_of_a_page(head: str, body: str, known: datetime, tmp_path: Path) -> None:
    got = gathered(html(tmp_path, page(head, body)))
    assert got.report.published is not None
    assert (got.report.published.known, got.gaps) == (known, [])


def test_a_page_without_a_date_is_undated(tmp_path: Path) -> None:
    got = gathered(html(tmp_path, page()))
    assert (got.report.published, got.gap.kind) == (None, GapKind.UNDATED)


def test_a_page_that_says_it_comes_from_the_future_is_set_aside(tmp_path: Path) -> None:
    head = '<meta property="article:published_time" content="2030-07-14T07:10:00Z">'
    assert gathered(html(tmp_path, page(head))).gap.kind is GapKind.FUTURE


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8", ""),
        ("utf-8", '<meta charset="iso-8859-1">'),  # what the page says of itself is wrong: its bytes are valid UTF-8
        ("cp1251", '<meta charset="windows-1251">'),
        ("cp1251", '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'),
        ("utf-16", ""),
        ("utf-8-sig", '<meta charset="windows-1251">'),
    ],
)
def test_the_charset_of_a_page(encoding: str, head: str, tmp_path: Path) -> None:
    words = "Бойцы вошли в город рано утром в среду, сообщил чиновник районной администрации по телефону."
    got = gathered(html(tmp_path, page(head, paragraphs=(*PARAGRAPHS, words)), encoding))
    assert words in got.report.text
    assert got.report.marks == ()


def test_a_page_with_bytes_of_another_charset_is_kept_and_marked(tmp_path: Path) -> None:
    text = page(
        '<meta charset="utf-8">',
        paragraphs=(*PARAGRAPHS, "They had met at the café by the bridge, two residents of the village said later on."),
    )
    got = gathered(html(tmp_path, text, "cp1252"))
    assert "café"[:-1] + "\ufffd by the bridge" in got.report.text
    assert got.report.marks == (Mark.BROKEN_TEXT,)


def test_without_the_extra_a_page_is_a_gap_that_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "trafilatura", None)
    got = gathered(html(tmp_path, page()))
    assert got.gap.kind is GapKind.UNREADABLE
    assert "heldby[html]" in got.gap.cause


def test_a_page_that_looks_like_an_address_is_not_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object) -> None:
        raise AssertionError("the network was reached")

    monkeypatch.setattr("socket.socket.connect", connect)
    monkeypatch.setattr("socket.getaddrinfo", connect)
    assert gathered(html(tmp_path, "http://hill.example/a")).items


@pytest.mark.parametrize(
    "data", [b"<html" * 5000, b"<!doctype html>" + b"<div>" * 3000, b"<html>\xff\xfe\xfd</html>", b"<!doctype html>&#0;&#xD800;<p>\x0b"]
)
def test_a_wild_page_is_a_report_or_a_gap(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(data)
    got = gathered(path, max_report_bytes=100_000)
    assert got.items
    for report in got.reports:
        report.text.encode()


@pytest.mark.parametrize(
    ("data", "charset", "text"),
    [
        ("Élan".encode("cp1252"), "iso-8859-1", "Élan"),
        (b"\x93quoted\x94", "latin1", "“quoted”"),
        ("Élan".encode(), "windows-1252", "Élan"),
        ("Élan".encode(), "no-such-charset", "Élan"),
        ("Élan".encode(), "base64", "Élan"),
        ("汉字".encode("gb18030"), "gb2312", "汉字"),
        ("Élan".encode(), "shift_jis", "ﾃ瑛an"),
    ],
)
def test_declared_charsets(data: bytes, charset: str, text: str) -> None:
    decoded = decode(data, charset)
    assert not isinstance(decoded, str)
    assert (decoded.text, decoded.broken) == (text, False)
