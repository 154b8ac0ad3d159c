"""Journeys through the page in a real browser: what an analyst does with it, with the mouse and with keys alone.

Every visit ends with a check that no other host was asked and nothing failed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from page_scene import Visit
from web_scene import CROSSING

pytestmark = [pytest.mark.browser, pytest.mark.page]
Go = Callable[..., Visit]
DAY = "?as_of=2021-07-14"


@pytest.fixture
def go(browser: Any, here: str) -> Iterator[Go]:
    visits: list[Visit] = []

    def start(address: str = "/" + DAY, **context: Any) -> Visit:
        visits.append(Visit(browser, here, **context))
        return visits[-1].open(address)

    yield start
    for visit in visits:
        visit.close()


def later(day: str, days: int) -> str:
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def test_the_founding_day(go: Go, tmp_path: Path) -> None:
    """14 July 2021: as known at noon, at six, with the voices' sentences, beside 21 July, and the picture taken away."""
    visit = go("/")
    visit.page.fill("#as-of", "14 July 2021")
    visit.page.keyboard.press("Enter")
    visit.at(as_of="2021-07-14")
    visit.page.get_by_role("switch", name="As known then").click()
    visit.at(known_by="2021-07-14T12:00")
    visit.page.get_by_label("Find a place").fill("spin boldak")
    visit.page.get_by_role("option", name="Spin Boldak crossing").click()
    visit.wait(".drawer .sentence", "Spin Boldak crossing")
    noon = visit.text(".drawer .sentence")
    assert "Taliban" in noon
    assert "disputed" not in noon  # the ministry's "repelled" came at 12:40
    assert len(visit.texts(".drawer .origin article.voice > h4")) == 2
    visit.page.fill("#known-time", "18:00")
    visit.page.keyboard.press("Enter")
    visit.wait(".drawer .sentence", "disputed")
    voices = visit.texts(".drawer .origin article.voice > h4")
    assert len(voices) == 4
    assert any("Ministry of Interior" in v for v in voices)
    for voice in visit.page.locator(".drawer .origin article.voice").all():
        quote = voice.locator("blockquote p").first
        assert quote.locator("mark").inner_text().strip() in quote.inner_text()
        assert len(quote.inner_text()) > len(quote.locator("mark").inner_text())  # the words stand in their sentence
    visit.page.keyboard.press("Escape")
    visit.page.get_by_role("link", name="Compare").click()
    visit.page.fill("#other", "2021-07-21")
    visit.page.keyboard.press("Enter")
    visit.wait("h1", "14 July 2021 and 21 July 2021")
    visit.page.get_by_role("button", name="Export").click()
    with visit.page.expect_download() as told:
        visit.page.get_by_role("link", name="Drawing (SVG)").click()
    picture = Path(told.value.path()).read_text(encoding="utf-8")
    assert told.value.suggested_filename == "heldby-2021-07-14.svg"
    assert "14 July 2021" in picture
    assert "edition" in picture.casefold()


def test_home_says_what_the_api_says(go: Go) -> None:
    visit = go("/" + DAY + "&since=2021-07-07")
    visit.wait("#taken-title .count", "")
    items = visit.api("/changes", as_of="2021-07-14", since="2021-07-07")["items"]
    visit.wait(".figures dd >> nth=0", str(sum(not c["recapture"] for c in items)))
    assert visit.text("h1") == "What changed since 7 July 2021"
    assert visit.text("#retaken-title .count") == str(sum(c["recapture"] for c in items))
    visit.wait(".numbers tbody tr")
    tally = visit.api("/tallies", as_of="2021-07-14")["tallies"][0]
    assert sum(int(t) for t in visit.texts(".numbers tbody td:nth-of-type(2)")) == tally["size"]  # counts and unknown add up to the roster
    assert "reconstruction" in visit.text(".notice")


def test_since_is_chosen_by_steps_and_typed(go: Go) -> None:
    visit = go()
    visit.page.get_by_role("button", name="a month").click()
    visit.wait("h1", "14 June 2021")
    visit.page.fill("#since", "1 July 2021")
    visit.page.keyboard.press("Enter")
    visit.at(since="2021-07-01")
    visit.wait("h1", "1 July 2021")


@pytest.mark.parametrize(("name", "days"), [("A day earlier", -1), ("A day later", 1), ("A week earlier", -7), ("A week later", 7)])
def test_steps_move_the_clock(go: Go, name: str, days: int) -> None:
    visit = go()
    visit.page.get_by_role("button", name=name).click()
    visit.at(as_of=later("2021-07-14", days))


@pytest.mark.parametrize(("key", "days"), [("ArrowLeft", -1), ("ArrowRight", 1), ("Shift+ArrowLeft", -7), ("Shift+ArrowRight", 7)])
def test_keys_move_the_clock(go: Go, key: str, days: int) -> None:
    visit = go()
    visit.page.keyboard.press(key)
    visit.at(as_of=later("2021-07-14", days))


def test_steps_to_the_change_before_and_after(go: Go) -> None:
    visit = go()
    told = visit.api("/timeline")
    turns = {0}
    for runs in told["units"].values():
        holders = ["", *(told["looks"][look]["holder"] for _, look in runs)]
        turns |= {day for (day, _), before, after in zip(runs, holders, holders[1:], strict=False) if before != after}
    now = (date(2021, 7, 14) - date.fromisoformat(told["from"])).days
    visit.page.keyboard.press("]")
    visit.at(as_of=later(told["from"], min(d for d in turns if d > now)))
    visit.page.get_by_role("button", name="Change before").click()
    visit.page.get_by_role("button", name="Change before").click()
    earlier = sorted(d for d in turns if d <= now)
    visit.at(as_of=later(told["from"], earlier[-2]))


@pytest.mark.parametrize("typed", ["2021-06-22", "22 June 2021", "22 jun", "June 22, 2021", "22.6.2021"])
def test_a_day_is_typed_as_people_write_it(go: Go, typed: str) -> None:
    visit = go()
    visit.page.fill("#as-of", typed)
    visit.page.keyboard.press("Enter")
    visit.at(as_of="2021-06-22")
    assert visit.day() == "22 June 2021"


@pytest.mark.parametrize("typed", ["soon", "2021-02-30", "31 June 2021"])
def test_what_is_no_day_is_said_and_put_back(go: Go, typed: str) -> None:
    visit = go()
    visit.page.fill("#as-of", typed)
    visit.page.keyboard.press("Enter")
    visit.wait("[role=alert]", "is no day")
    assert visit.day() == "14 July 2021"


def test_the_slider_goes_by_keys_to_both_ends(go: Go) -> None:
    visit = go()
    slider = visit.page.get_by_role("slider", name="Day")
    slider.focus()
    slider.press("ArrowRight")
    visit.at(as_of="2021-07-15")
    slider.press("Home")
    visit.at(as_of="2021-05-01")
    assert slider.get_attribute("aria-valuetext") == "1 May 2021"
    assert visit.page.get_by_role("button", name="A day earlier").is_disabled()


def test_play_goes_on_until_the_last_day(go: Go) -> None:
    visit = go("/?as_of=2021-08-14")
    visit.page.keyboard.press("p")
    visit.page.get_by_role("button", name="Stop").wait_for()
    visit.page.get_by_role("button", name="Play").wait_for()
    assert visit.day() == "16 August 2021"


def test_the_second_clock_stands_behind_a_toggle(go: Go) -> None:
    visit = go("/" + DAY + "&view=map")
    now = visit.looks()
    visit.page.keyboard.press("k")
    visit.at(known_by="2021-07-14T12:00")
    visit.page.wait_for_selector("main[data-ready]")
    visit.wait(".known.on")
    then = visit.api("/timeline", known_by="2021-07-14T12:00")
    visit.page.wait_for_timeout(200)
    assert visit.looks() != now
    assert then["known_by"].startswith("2021-07-14T07:30")  # noon in Kabul
    visit.page.keyboard.press("k")
    visit.page.wait_for_url(re.compile(r"^(?!.*known_by)"))


def test_the_map_has_the_looks_that_the_server_draws(go: Go) -> None:
    visit = go("/?as_of=2021-08-10&view=map")
    classes = visit.api("/classes", as_of="2021-08-10")["classes"]
    looks = visit.looks()
    assert len(looks) > 390
    assert looks == {unit: " ".join(classes.get(unit, ["unknown"])) for unit in looks}
    letters = visit.page.evaluate("new Set([...document.querySelectorAll('text.letter')].map(e => e.textContent)).size")
    assert letters >= 3  # G, T, and one in question


def test_a_step_of_the_clock_changes_classes_and_asks_for_nothing(go: Go) -> None:
    visit = go("/" + DAY + "&view=map")
    visit.page.evaluate("document.querySelectorAll('.map > svg [data-unit]').forEach(e => e.dataset.same = '1')")
    before, asked = visit.looks(), len(visit.asked)
    visit.page.keyboard.press("Shift+ArrowRight")
    visit.at(as_of="2021-07-21")
    assert visit.looks() != before
    assert visit.page.evaluate("document.querySelectorAll('.map > svg [data-part]:not([data-same])').length") == 0  # drawn once
    assert [url for url in visit.asked[asked:] if "/api/" in url] == []


def test_zoom_and_pan_by_buttons_wheel_and_keys(go: Go) -> None:
    visit = go("/" + DAY + "&view=map")
    moved = "document.querySelector('.map > svg > g').getAttribute('transform')"
    whole = visit.page.evaluate(moved)
    visit.page.get_by_role("button", name="Zoom in").click()
    near = visit.page.evaluate(moved)
    visit.page.mouse.move(500, 400)
    visit.page.mouse.wheel(0, -300)
    visit.page.locator(".map").focus()
    visit.page.keyboard.press("ArrowUp")
    assert len({whole, near, visit.page.evaluate(moved)}) == 3
    assert visit.day() == "14 July 2021"  # arrows on a map that is zoomed move the map
    visit.page.keyboard.press("0")
    assert visit.page.evaluate(moved) == whole


def test_a_place_on_the_map_opens_its_evidence(go: Go) -> None:
    visit = go("/" + DAY + "&view=map")
    visit.page.locator(f'[data-unit="{CROSSING}"]').first.dispatch_event("click")
    visit.at(unit=CROSSING)
    visit.wait(".drawer h2", "Spin Boldak crossing")
    visit.wait(".ring.chosen")


def test_the_table_is_one_key_away_and_says_the_same(go: Go) -> None:
    visit = go("/" + DAY + "&view=map")
    visit.page.keyboard.press("t")
    visit.at(view="table")
    visit.page.get_by_label("Name or area").fill("spin boldak")
    visit.wait("tbody tr", "Spin Boldak crossing")
    row = next(t for t in visit.texts("tbody tr") if t.startswith("Spin Boldak crossing"))
    item = visit.api("/statuses", as_of="2021-07-14", q="spin boldak", kind="crossing")["items"][0]
    visit.wait("tbody tr", item["likelihood"])
    assert item["support"] in row
    assert item["holder_name"] in row
    visit.page.locator("h1").click()
    visit.page.keyboard.press("t")
    visit.at(view="map")


def test_the_table_is_filtered_and_sorted(go: Go) -> None:
    visit = go("/" + DAY + "&view=table")
    visit.page.get_by_role("group", name="Kind").get_by_role("button", name="crossing").click()
    visit.at(kind="crossing")
    visit.wait("caption", "places")
    assert all("crossing" in t for t in visit.texts("tbody th"))
    visit.page.get_by_role("button", name="Place", exact=True).click()
    names = visit.texts("tbody th a")
    assert names == sorted(names, key=str.casefold)
    visit.page.get_by_role("button", name="Place").click()
    assert visit.texts("tbody th a") == names[::-1]
    assert visit.page.locator("th[aria-sort=descending]").count() == 1


def test_the_drawer_tells_everything_and_folds_no_denial(go: Go) -> None:
    visit = go("/" + DAY + f"&unit={CROSSING}")
    visit.wait(".drawer .origin")
    row = visit.api(f"/units/{CROSSING}", as_of="2021-07-14")["status"]
    assert visit.text(".drawer .sentence") == row["sentence"]
    assert visit.page.locator(".drawer .origin article.voice").count() == len(row["evidence"])
    denial = next(e for e in row["evidence"] if e["denial"])
    shown = visit.page.locator(".drawer article.denial mark").filter(has_text=denial["quotes"][0]["text"])
    assert shown.first.is_visible()
    assert shown.first.locator("xpath=ancestor::details").count() == 0
    said = visit.text(".drawer .body")
    for words in ("1 origin", "not archived", "bits", "Rated", "told through", "Meant"):
        assert words in said
    assert visit.page.locator(".drawer .course svg .tick").count() > 3
    links = visit.page.locator(".drawer blockquote a").evaluate_all("all => all.map(a => [a.rel, a.target])")
    assert links
    assert all(link == ["noopener noreferrer", "_blank"] for link in links)


def test_the_drawer_closes_by_key_and_by_button(go: Go) -> None:
    visit = go("/" + DAY + f"&unit={CROSSING}")
    visit.page.keyboard.press("Escape")
    visit.wait(".drawer", count=0)
    visit.page.go_back()
    visit.wait(".drawer h2", "Spin Boldak")
    visit.page.get_by_role("button", name="Close").click()
    visit.wait(".drawer", count=0)


def test_linked_places_are_a_step_away(go: Go) -> None:
    visit = go("/" + DAY + f"&unit={CROSSING}")
    visit.page.locator(".drawer .links a").filter(has_text="Wesh").click()
    visit.wait(".drawer h2", "Wesh")


def test_a_place_is_found_by_keys_alone(go: Go) -> None:
    visit = go()
    visit.page.keyboard.press("/")
    visit.page.keyboard.type("islam qala")
    visit.wait("#found li")
    visit.page.keyboard.press("Enter")
    visit.wait(".drawer h2", "Islam Qala")


def test_compare_lists_what_the_server_finds(go: Go) -> None:
    visit = go("/?as_of=2021-07-21&other=2021-07-14&view=compare")
    items = visit.api("/compare", as_of="2021-07-21", other="2021-07-14")["items"]
    turned = [i for i in items if (i["before"]["holder"] or "") != (i["after"]["holder"] or "")]
    assert visit.text("#turned-title .count") == str(len(turned))
    assert visit.text("#firmer-title .count") == str(len(items) - len(turned))
    assert visit.page.locator(".maps .map").count() == 2
    faint = visit.page.locator(".maps .u.faint").count()
    assert faint > 2 * 390 - 4 * len(turned) > 0


def test_what_if_counts_what_would_be_told_otherwise(go: Go) -> None:
    visit = go("/" + DAY + "&view=whatif")
    visit.page.get_by_role("group", name="Leave out the voices of a side").get_by_label("Taliban").check()
    visit.at(drop_side="taliban")
    visit.wait(".outcome .sentence")
    told = visit.api("/whatif", as_of="2021-07-14", drop_side="taliban")
    assert visit.text(".outcome .sentence").startswith(f"{told['changed']} places of {told['shown']}")
    assert visit.page.locator(".outcome tbody tr").count() == told["changed"]
    visit.page.get_by_role("button", name="Leave out nothing").click()
    visit.wait(".outcome", "Choose what to leave out")


def test_tallies_of_others_stand_beside_ours(go: Go) -> None:
    visit = go("/" + DAY + "&view=tallies")
    visit.wait(".chart .line")
    items = visit.api("/published", as_of="2021-08-16")["items"]
    visit.wait("#published-title .count", str(len(items)))
    assert visit.page.locator(".tallies-view tbody tr").count() == len(items)
    assert visit.page.locator(".chart .theirs").count() > 10
    visit.page.locator("select").select_option("398")
    visit.at(roster="398")


def test_the_address_holds_the_state(go: Go) -> None:
    address = "/?view=table&as_of=2021-06-22&known_by=2021-07-01&kind=crossing&sort=name&palette=lwj"
    visit = go(address)
    visit.page.reload()
    visit.page.wait_for_selector("main[data-ready]")
    assert visit.day() == "22 June 2021"
    assert visit.page.locator("th[aria-sort=ascending]").inner_text().startswith("Place")
    assert visit.page.locator("html").get_attribute("data-palette") == "lwj"
    assert all("crossing" in t for t in visit.texts("tbody th"))


def test_back_and_forth_between_views(go: Go) -> None:
    visit = go()
    for name in ("Map", "Table"):
        visit.page.get_by_role("navigation").get_by_role("link", name=name, exact=True).click()
    visit.page.go_back()
    visit.at(view="map")
    visit.page.wait_for_selector(".view.at-map")
    visit.page.go_forward()
    visit.page.wait_for_selector(".view.at-table")


def test_a_frozen_link_names_the_edition_and_is_checked(go: Go) -> None:
    visit = go("/" + DAY, permissions=["clipboard-read", "clipboard-write"])
    visit.page.get_by_role("button", name="Share").click()
    visit.page.get_by_role("button", name="Copy frozen link").click()
    visit.wait(".said", "copied")
    link = str(visit.page.evaluate("navigator.clipboard.readText()"))
    assert "known_by=" in link
    head = visit.api("/day", as_of="2021-07-14")
    assert f"edition={head['edition']}" in link
    again = go(link.removeprefix(visit.here))
    again.wait(".cited", "as the link cites it")
    off = go(link.removeprefix(visit.here).replace(head["edition"], "0" * 64))
    off.wait(".cited.off", "revised since")


def test_the_embed_view_shows_the_map_and_leads_back(go: Go) -> None:
    visit = go("/embed" + DAY)
    assert visit.page.locator("nav").count() == 0
    assert visit.page.locator(".map > svg").count() == 1
    assert visit.page.get_by_role("link", name="Open in heldby").get_attribute("href") == "/?view=map&as_of=2021-07-14"


def test_colours_and_ground_are_a_readers_choice(go: Go) -> None:
    visit = go("/" + DAY + "&view=map")
    fill = "getComputedStyle(document.querySelector('.u.s-taliban')).fill"
    before = visit.page.evaluate(fill)
    visit.page.get_by_role("button", name="Look").click()
    visit.page.get_by_label("as Long War Journal").check()
    lwj = visit.page.evaluate(fill)
    visit.page.get_by_label("dark").check()
    assert len({before, lwj, visit.page.evaluate(fill)}) == 3
    visit.page.reload()
    visit.page.wait_for_selector("main[data-ready]")
    assert visit.page.locator("html").get_attribute("data-scheme") == "dark"


def test_keys_are_listed_and_can_be_switched_off(go: Go) -> None:
    visit = go()
    visit.page.keyboard.press("?")
    visit.page.get_by_role("dialog", name="Keys").wait_for()
    visit.page.get_by_label("Keys act without Ctrl or Alt").uncheck()
    visit.page.get_by_role("button", name="Close").click()
    visit.page.keyboard.press("ArrowRight")
    visit.page.keyboard.press("t")
    visit.page.wait_for_timeout(250)
    assert visit.day() == "14 July 2021"
    assert visit.page.locator(".view.at-home").count() == 1


def test_the_first_tab_skips_to_the_findings(go: Go) -> None:
    visit = go()
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.textContent") == "Skip to the findings"
    visit.page.keyboard.press("Enter")
    assert visit.page.evaluate("document.activeElement.id") == "findings"


@pytest.mark.parametrize("view", ["home", "map", "table", "compare", "tallies", "whatif", "review"])
def test_a_small_screen_needs_no_sideways_scrolling(go: Go, view: str) -> None:
    visit = go("/" + DAY + f"&view={view}", viewport={"width": 320, "height": 700})
    wide = visit.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]


def test_a_place_that_is_not_shown_is_said_so(go: Go) -> None:
    visit = go("/" + DAY + "&unit=af:nowhere")
    visit.wait(".drawer [role=alert]", "not in this edition")
    visit.faults = [f for f in visit.faults if "404" not in f]  # the browser's own line on the answer


def test_exports_follow_the_filters(go: Go) -> None:
    visit = go("/" + DAY + "&view=table&kind=crossing")
    visit.page.get_by_role("button", name="Export").click()
    with visit.page.expect_download() as told:
        visit.page.get_by_role("link", name="geojson").click()
    text = Path(told.value.path()).read_text(encoding="utf-8")
    assert '"crossing"' in text
    assert '"district"' not in text


def test_review_reads_alone_without_the_token(go: Go) -> None:
    visit = go("/" + DAY + "&view=review")
    visit.wait(".lead", "Reading alone")
    visit.wait(".queue blockquote")
    assert visit.page.get_by_role("button", name="Decide").count() == 0
