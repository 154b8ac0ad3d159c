"""The gate before HTML is parsed: no page of which the reader would look at the text is turned away, however it is written."""

from __future__ import annotations

import gzip
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from gather_scene import OPTIONS, Gathered

from heldby.desk import Desk, open_desk
from heldby.gather import gather
from heldby.gather.page import read_page
from heldby.gather.sifting import may_hold
from heldby.model.report import GapKind, Report
from heldby.settings import Settings

TOLD = "Taliban fighters seized the district of Bangi on Sunday, a councillor said."
PLENTY = "".join(
    f"<p>In the year of {1950 + n} the farmers sold {n} tons of almonds, and the frost stayed away until the end of the month of April. "
    f"Bread rose by {n} in a hundred. The museum lent {n} carpets and lamps, and its book on pottery was printed {n} times.</p>\n"
    for n in range(2, 14)
)
MENU = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/war'>War</a></li><li><a href='/t'>Troops leave the town</a></li></ul></nav>"

BODIES = {
    "plain": f"<article><p>{TOLD}</p></article>",
    "entities": "<p>Tali&#98;an fighters seized&nbsp;the district of B&#x61;ngi on Sunday, a councillor said.</p>",
    "words split by tags": "<p>Tali<b>ban</b> fi<i>ght</i>ers sei<span class=x>zed</span> the dis<em>tri</em>ct of Ban<x-y>gi</x-y> on Sunday.</p>",
    "soft hyphens": "<p>Tali&shy;ban figh\u00adters sei\u200bzed the dis&shy;trict of Ban&#8203;gi on Sunday.</p>",
    "cells": "<table><tr><td>Bangi</td><td>district</td><td>fell</td></tr><tr><td>to the</td><td>Taliban</td><td>Sunday</td></tr></table>",
    "a drop capital": "<p><span class=cap>T</span>aliban fighters seized the district of Bangi.</p>",
    "capital tags": f"<ARTICLE><P CLASS='a > b'>{TOLD}</P></ARTICLE>",
    "a script in a comment": f"<!-- <script> --><p>{TOLD}</p><!-- </script> -->",
    "an empty comment": f"<!--><p>{TOLD}</p><!-- end -->",
    "a script that closes itself": f"<script src='a.js'/><p>{TOLD}</p><script>var a = 1</script>",
    "a script that never ends": f"<p>{TOLD}</p><script>var a = 1",
    "a menu that never ends": f"<nav><ul><li>Home</li></ul><p>{TOLD}</p>",
    "all in a form": f"<form><div><p>{TOLD}</p></div></form>",
    "all in an aside": f"<aside><p>{TOLD}</p></aside>",
    "in noscript": f"<noscript><p>{TOLD}</p></noscript>",
    "less and more": f"<p>If a < b and c > d. {TOLD} So a < c.</p>",
    "links alone": "<ul><li><a href='/1'>Taliban fighters seized the district of Bangi</a></li><li><a href='/2'>Rain on Monday</a></li></ul>",
    "links within": "<p><a>Taliban</a> fighters <a>seized</a> the district of <a>Bangi</a> on Sunday.</p>",
    "a whole linked paragraph": f"<p><a href='/a'>{TOLD}</a></p>",
    "no paragraph": f"<body>{TOLD}<br>A line.<br>Another line.",
    "lines that wrap": "<p>Taliban fighters seized the\n district\n of\n Bangi\n on Sunday.</p>",
    "a quotation": f"<blockquote><p>\u201c{TOLD}\u201d</p></blockquote>",
    "a denial": "<p>The governor denied on Sunday that the district had fallen to the Taliban.</p>",
    "short, without a word of war": "<p>The district fell on Sunday evening.</p>",
    "in its JSON": f'<script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{TOLD} {TOLD} {TOLD}"}}</script><div>x</div>',
}
AROUND = {
    "alone": "<!doctype html><html><head><title>t</title></head><body>%s</body></html>",
    "before much else": f"<!doctype html><html><head><meta charset=utf-8></head><body>{MENU}<main>%s{PLENTY}</main><footer>c</footer></body></html>",
    "behind much else": f"<html><body><style>p {{a: b}}</style>{MENU}<article>{PLENTY}%s</article></body></html>",
}


@pytest.fixture(scope="module")
def desk() -> Desk:
    return open_desk(Settings(theatre="afghanistan-2021"))


def seen(desk: Desk, data: bytes) -> bool:
    """Whether the reader would look at what a parsed page gives."""
    reports = [i for i in read_page(data, "page", replace(OPTIONS, max_report_bytes=200_000)) if isinstance(i, Report)]
    return any(desk._wanted(r.text, True) for r in reports)


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("body", BODIES)
def test_no_page_that_would_be_read_is_turned_away(desk: Desk, body: str, around: str) -> None:
    data = (AROUND[around] % BODIES[body]).encode()
    assert may_hold(data, "", desk._wanted) or not seen(desk, data)


def test_nearly_all_of_these_would_be_read(desk: Desk) -> None:
    told = [(AROUND[a] % b).encode() for a in ("alone", "behind much else") for b in BODIES.values()]
    assert sum(seen(desk, data) for data in told) >= 0.7 * len(told)


@pytest.mark.parametrize("charset", ["utf-16", "utf-8-sig", "cp1252", "koi8-r", "shift_jis"])
@pytest.mark.parametrize("declared", [True, False])
def test_charsets(desk: Desk, charset: str, declared: bool) -> None:
    data = (AROUND["before much else"].replace("utf-8", charset) % BODIES["plain"]).encode(charset)
    assert may_hold(data, charset if declared else "", desk._wanted)


@pytest.mark.parametrize(
    "page",
    [
        f"<html><head><script>var war = 'troops seized the town'</script></head><body>{MENU}<article>{PLENTY}</article></body></html>",
        f"<html><body><article>{PLENTY}</article><aside><p>{TOLD}</p></aside><!-- {TOLD} --></body></html>",
        f"<html><body><article>{PLENTY}</article><ul><li class=c><a href=/1><img src=1><span>{TOLD}</span></a></li></ul></body></html>",
    ],
)
def test_a_page_that_tells_of_nothing_is_turned_away_whatever_stands_beside_its_text(desk: Desk, page: str) -> None:
    assert not seen(desk, page.encode())
    assert not may_hold(page.encode(), "utf-8", desk._wanted)


def test_pages_turned_away_from_an_archive_are_counted(desk: Desk, tmp_path: Path) -> None:
    pages = [AROUND["alone"] % PLENTY, AROUND["alone"] % BODIES["plain"] * 3, AROUND["alone"] % PLENTY, "\x00\x01\x02" * 9]
    path = tmp_path / "a.warc.gz"
    with path.open("wb") as file:
        for number, page in enumerate(pages):
            answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page.encode()
            head = (
                f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/{number}\r\nContent-Length: {len(answer)}\r\n\r\n"
            )
            file.write(gzip.compress(head.encode() + answer + b"\r\n\r\n"))
    found = Gathered(list(gather([str(path)], replace(OPTIONS, wanted=desk._wanted))))
    assert TOLD in found.report.text
    counts = {g.kind: (g.subject, g.cause) for g in found.gaps}
    assert counts[GapKind.TURNED_AWAY][0] == "a.warc.gz"
    assert counts[GapKind.TURNED_AWAY][1].startswith("2 of its pages")
    assert GapKind.BINARY in counts
    everything = Gathered(list(gather([str(path)], OPTIONS)))
    assert len(everything.reports) == 3


def test_pages_turned_away_from_a_folder_and_a_zip_in_it_are_counted_apart(desk: Desk, tmp_path: Path) -> None:
    dull, telling = AROUND["alone"] % PLENTY, AROUND["alone"] % BODIES["plain"] * 3
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, page in (
        ("a.html", dull),
        ("b.html", telling),
        ("c.htm", dull),
        ("page", dull),
        ("shell.html", "<html><body></body></html>"),
    ):
        (folder / name).write_text(page, encoding="utf-8")
    (folder / "d.txt").write_text("Nothing at all happened here today.")
    with zipfile.ZipFile(folder / "e.zip", "w") as packed:
        packed.writestr("1.html", dull)
        packed.writestr("2.html", telling.replace("Kunduz", "Zaranj"))
    options = replace(OPTIONS, wanted=desk._wanted)
    found = Gathered(list(gather([str(folder)], options)))
    assert [TOLD in r.text for r in found.reports] == [True, False, True]
    away = [(g.subject, g.cause.partition(" of")[0]) for g in found.gaps if g.kind is GapKind.TURNED_AWAY]
    assert away == [("pages/e.zip", "1"), ("pages", "3")]
    assert [g.subject for g in found.gaps if g.kind is GapKind.NO_TEXT or g.kind is GapKind.EMPTY] == ["pages/shell.html"]
    assert [TOLD in r.text for r in Gathered(list(gather([str(folder / "a.html"), str(folder / "b.html")], options))).reports] == [
        False,
        True,
    ]
    assert len(Gathered(list(gather([str(folder)], OPTIONS))).reports) == 7
