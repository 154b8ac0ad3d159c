"""The page: whole, valid, self-contained; every cell leads to its sentences; what is left out for size is named."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from publish_scene import (
    CROSSING,
    KNOWN,
    PAPER,
    TALIBAN,
    afghanistan,
    bundle,
    country,
    crossing_status,
    heard,
    located,
    plain_status,
    small,
    small_bundle,
    valley_bundle,
    weekly,
)

from heldby.model.report import Mark
from heldby.model.status import Reason, Support, Symbol
from heldby.publish.brief import brief_html
from heldby.publish.edition import Edition
from heldby.publish.markup import is_web_address
from heldby.publish.release import Release, release

pytest.importorskip("shapely")
VOID = {"meta", "br", "hr", "col", "wbr"}
SECTIONS = ["figures", "map", "changes", "tallies", "published", "disputes", "statuses", "evidence", "coverage", "method"]


class Page(HTMLParser):
    """Reads a page and keeps what the tests ask about; fails where tags do not nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.headings: list[int] = []
        self.tags: Counter[str] = Counter()
        self.attributes: Counter[str] = Counter()
        self.heads = 0
        self.words: list[str] = []
        self.feed(text)
        assert not self.open, self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert len(given) == len(attrs), f"an attribute twice in <{tag}>"
        self.tags[tag] += 1
        self.attributes.update(given.keys())
        if "id" in given:
            self.ids[given["id"] or ""] += 1
        if tag == "a":
            self.links.append(given.get("href") or "")
        elif "href" in given or "src" in given:
            self.loads.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "th":
            assert given.get("scope") in ("row", "col")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


@pytest.fixture(scope="module")
def country_page() -> str:
    return brief_html(country())


def part(page: str, ident: str) -> str:
    """One section's markup."""
    after = page.split(f'<section id="{ident}"')[1]
    return after.split('<section id="')[0]


def test_the_page_is_well_formed_and_asks_the_network_for_nothing(country_page: str) -> None:
    page = Page(country_page)
    assert country_page.startswith('<!doctype html>\n<html lang="en">')
    assert page.loads == []
    assert not {"script", "iframe", "img", "link", "object", "embed", "form"} & set(page.tags)
    assert "url(http" not in country_page
    assert not any(name.startswith("on") for name in page.attributes)
    assert "default-src &#39;none&#39;" in country_page
    assert [n for n, count in page.ids.items() if count > 1] == []


def test_headings_go_down_one_step_at_a_time(country_page: str) -> None:
    levels = Page(country_page).headings
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels))


def test_every_inner_link_leads_somewhere_and_outer_ones_are_web_addresses(country_page: str) -> None:
    page = Page(country_page)
    for link in page.links:
        assert link[1:] in page.ids if link.startswith("#") else is_web_address(link), link
    assert sum(link.startswith("#u-") for link in page.links) > 400


def test_all_sections_stand_in_order_with_both_clocks_and_the_hash(country_page: str) -> None:
    assert re.findall(r'<section id="(\w+)"', country_page) == SECTIONS
    text = Page(country_page).text
    assert text.count("As of 14 July 2021 (end of day), as known by 14 July 2021, 22:30 (UTC+04:30)") >= 2
    assert country().digest in text


def test_a_reconstruction_is_marked_in_every_section_it_leads_to(country_page: str) -> None:
    for ident in SECTIONS[:-1]:
        assert "Reconstruction of public events" in part(country_page, ident), ident
    assert "econstruction" not in brief_html(small())


def test_figures_come_first_and_with_intervals(country_page: str) -> None:
    text = Page(part(country_page, "figures").split(">", 1)[1].replace("</section>", "")).text
    assert "Taliban 144 138 to 149 of 407 districts" in text
    assert "With evidence 85 % 347 of 407 districts" in text


def test_changed_places_are_said_in_words_before_all_others() -> None:
    text = Page(brief_html(small())).text
    stand = text.index("As they now stand")
    assert text.index("Spin Boldak crossing is very likely held by the Taliban", stand) < text.index("Who holds what", stand)


def test_a_dispute_is_told_with_every_voice_denials_as_such() -> None:
    dispute = part(brief_html(small()), "disputes")
    assert dispute.count("<li") == 4
    assert dispute.count('<li class="b-denial"') == 1
    assert "The Valley Post → Kite News Agency → an official who asked not to be named" in dispute
    assert "“The interior ministry said the attack was &quot;repelled&quot; &amp; the crossing was safe.”" in dispute
    assert 'href="https://kite.example/a?b=1&amp;c=2"' in dispute
    assert "Said of linked places" in dispute


def test_cells_of_tables_and_map_lead_to_the_sentences_they_rest_on() -> None:
    page = brief_html(small())
    assert f'<article id="u-{CROSSING}">' in page
    assert page.count(f'href="#u-{CROSSING}"') >= 3
    assert f'href="#u-{CROSSING}"' in part(page, "map")


def test_tallies_over_time_are_drawn_and_written_out() -> None:
    made = release(small_bundle(tallies=weekly(afghanistan())), Release(), KNOWN)
    tallies = part(brief_html(made), "tallies")
    assert "<svg" in tallies
    assert tallies.count("<tr") == 9
    assert "Taliban 200" in tallies
    assert "<svg" not in part(brief_html(small()), "tallies")


def test_published_tallies_coverage_and_gaps_are_told() -> None:
    page = brief_html(small())
    assert "A journal counts 212 of 407 districts for the Taliban." in part(page, "published")
    assert "theirs lies 4 above our interval" in part(page, "published")
    gaps = part(page, "coverage")
    assert re.search(r">unplaced</th><td[^>]*>2</td><td>Upper Meadow: no place", gaps)


def test_what_is_left_out_for_size_is_named_and_changed_places_go_first() -> None:
    made = country()
    whole = len(brief_html(made).encode())
    most = whole - 250_000
    page = brief_html(made, most_bytes=most)
    assert len(page.encode()) <= most
    left = re.findall(
        r"Left out to keep this page small: the evidence on (\d+) places?, which the command “heldby why” tells in full", page
    )
    assert sum(map(int, left)) == sum(bool(r.evidence or r.related) for r in made.statuses) - page.count('<article id="u-')
    assert f'<article id="u-{CROSSING}">' in page
    told = Page(page)
    assert all(link[1:] in told.ids for link in told.links if link.startswith("#"))


def test_a_country_with_all_its_evidence_stays_below_five_megabytes(country_page: str) -> None:
    assert len(country_page.encode()) < 5_000_000
    assert "Left out" not in country_page


def hostile() -> Edition:
    odd = '"><script>alert(1)</script><img src=x onerror=alert(2)> \x1b[2J \x00'
    claim = located(odd, (PAPER, replace(PAPER, text=odd, outlet_id="")), outlet=odd, url="javascript:alert(3)", marks=(Mark.SYNTHETIC,))
    also = located("x", (PAPER,), url='https://x.example/"onmouseover="alert(4)')
    told = heard("af:kandahar:dand", Symbol.HOLDS, TALIBAN, [claim, also])
    status = replace(plain_status("af:kandahar:dand", TALIBAN, 0.8, Support.DISPUTED), reasons=(Reason(told, 1.0, odd),))
    return release(valley_bundle(statuses=(status, crossing_status()), title=odd), Release(), KNOWN)


def test_hostile_words_stay_words() -> None:
    text = brief_html(hostile())
    page = Page(text)
    assert not {"script", "img"} & set(page.tags)
    assert not any(name.startswith("on") for name in page.attributes)
    assert not any("javascript:" in link or "onmouseover" in link for link in page.links)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", text)
    assert "javascript:alert(3)" in page.text


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/x?y=1#z", True),
        ("HTTP://a.example", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://a.example/ x", False),
        ('https://a.example/"x', False),
        ("https://a.example/\n", False),
        ("ftp://a.example", False),
        ("", False),
    ],
)
def test_only_web_addresses_are_linked(url: str, safe: bool) -> None:
    assert is_web_address(url) is safe


def test_an_edition_without_anything_is_still_a_page() -> None:
    page = Page(brief_html(release(bundle(valley_bundle().theatre, []), Release(), KNOWN)))
    assert "This edition was not asked for changes." in page.text
    assert "No status shown here is disputed." in page.text


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("ink", "ground"),
    [("#47525b", "#f4f6f7"), ("#0b5394", "#f4f6f7"), ("#5a3a00", "#ffe9b8"), ("#a3162a", "#ffffff"), ("#8a5a00", "#ffffff")],
)
def test_the_pages_colours_can_be_read(ink: str, ground: str, country_page: str) -> None:
    assert ink in country_page
    light, dark = sorted((luminance(ink), luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
