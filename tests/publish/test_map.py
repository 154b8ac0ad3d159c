"""The picture: everything needed to judge it stands inside it, unknown is nobody's colour, and the same edition gives the same bytes."""

from __future__ import annotations

import re
import struct
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from publish_scene import (
    CROSSING,
    GOVERNMENT,
    KNOWN,
    TALIBAN,
    afghanistan,
    bundle,
    changes,
    country,
    crossing_status,
    plain_status,
    valley_bundle,
)

from heldby.errors import UsageError
from heldby.model.status import CONTESTED, Support
from heldby.publish.edition import Bundle, Edition
from heldby.publish.fonts import text_width
from heldby.publish.map import MapOptions, map_inline, map_png, map_svg
from heldby.publish.release import Release, UnitRule, release
from heldby.publish.style import blend, colours_of, palettes, steps, style_for

pytest.importorskip("shapely")
SVG = "{http://www.w3.org/2000/svg}"


def valley(**more: object) -> Edition:
    return release(valley_bundle(**more), Release(), KNOWN)


def tree(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def words(svg: str) -> str:
    return " ".join("".join(t.itertext()) for t in tree(svg).iter(f"{SVG}text"))


def cells(svg: str) -> dict[str, str]:
    """Classes of each cell by unit."""
    found = (p for p in tree(svg).iter(f"{SVG}path") if "data-unit" in p.attrib and p.get("class", "").startswith("u "))
    return {p.attrib["data-unit"]: p.attrib["class"] for p in found}


@pytest.fixture(scope="module")
def country_map() -> str:
    return map_svg(country())


def test_the_picture_says_what_it_is_of_when_as_known_when_and_from_what(country_map: str) -> None:
    text = words(country_map)
    for said in (
        "Afghanistan, 2021: who holds it",
        "As of 14 July 2021 (end of day), as known by 14 July 2021, 22:30 (UTC+04:30)",
        "Reconstruction of public events",
        "nearest-centre cells, not boundaries",
        "407 districts",
        "as counted by Resolute Support, SIGAR",
        "[138–149]",
        "Evidence for 347 of 407. Counts: places led; brackets: the true count, 90 % interval",
        "contested: both sides inside",
        "disputed: asserted and denied",
        "claimed by the interested side alone",
        "stale: no news for long",
        "unknown: no evidence",
        "border crossing",
        "provincial capital",
        "Changes since 7 July 2021: 4",
        "Qala-e Naw (retaken)",
        f"Edition {country().digest[:16]}",
        "407 testimonies of 4 origins in 407 reports by 2 outlets",
        "200 km",
        "Kandahar",
        "Spin Boldak ?",
    ):
        assert said in text, said


def test_every_district_of_the_roster_has_one_cell(country_map: str) -> None:
    roster = afghanistan().roster("407")
    assert roster is not None
    assert set(cells(country_map)) == set(roster.unit_ids)
    assert len(roster.unit_ids) == 407


def test_cells_look_as_their_statuses_are(country_map: str) -> None:
    looks = cells(country_map)
    rows = {r.unit_id: r for r in country().statuses}
    for unit_id, look in looks.items():
        row = rows[unit_id]
        if row.support == Support.UNKNOWN:
            assert look == "u unknown"
        elif row.holder == CONTESTED:
            assert "x-afghan-government-taliban" in look
        else:
            assert f"s-{(row.holder or '').replace('_', '-')} " in look
        assert (row.support in look.split()) is (row.support in ("claimed", "disputed", "stale", "unknown"))


def test_contested_is_hatched_at_45_degrees_in_both_colours(country_map: str) -> None:
    pattern = next(p for p in tree(country_map).iter(f"{SVG}pattern") if p.get("id") == "hb-hatch-afghan-government-taliban")
    assert pattern.get("patternTransform") == "rotate(45)"
    assert len({r.get("fill") for r in pattern}) == 2


def test_unknown_is_grey_and_no_sides_colour() -> None:
    style = style_for(country())
    assert style.unknown == "#E0E0E0"
    assert style.unknown not in {s.colour for s in style.sides}
    assert [s.colour for s in style.sides[:2]] == ["#0072B2", "#D55E00"]


def test_before_the_first_evidence_the_whole_map_is_unknown() -> None:
    nothing = [plain_status(u, None, 0.5, Support.UNKNOWN) for u in ("af:kandahar:dand", "af:kandahar:arghistan", CROSSING)]
    looks = cells(map_svg(valley(statuses=tuple(nothing))))
    assert set(looks.values()) == {"u unknown"}


def test_cells_fill_the_land_and_do_not_overlap() -> None:
    import shapely

    from heldby.publish.cells import thiessen

    land = shapely.box(0, 0, 100, 80)
    made = thiessen({"a": (10, 10), "b": (90, 70), "c": (50, 40), "twin": (50, 40), "abroad": (140, 40)}, land)
    areas = [p.area for p in made.values()]
    assert all(a > 0 for a in areas)
    assert sum(areas) == pytest.approx(land.area)
    assert shapely.union_all(list(made.values())).area == pytest.approx(land.area)


def test_boundaries_that_are_given_are_drawn_and_the_note_vanishes() -> None:
    def box(west: float, east: float) -> tuple[tuple[tuple[float, float], ...], ...]:
        return (((west, 30.6), (east, 30.6), (east, 32.0), (west, 32.0)),)

    given = {"af:kandahar:dand": box(65.2, 65.9), "af:kandahar:arghistan": box(66.0, 66.5), "af:kandahar:spin-boldak": box(66.6, 67.2)}
    whole = words(map_svg(valley(boundaries=given)))
    assert "Cells: boundaries as given." in whole
    assert "nearest-centre" not in whole
    some = words(map_svg(valley(boundaries={"af:kandahar:dand": given["af:kandahar:dand"]})))
    assert "boundaries as given for 1 of 3 units, else nearest-centre cells, not boundaries" in some


def test_a_coarsened_province_is_drawn_whole_and_its_places_not_at_all() -> None:
    rules = Release(rules=(UnitRule("af:kandahar", coarsen_to="province"),))
    svg = map_svg(release(valley_bundle(), rules, KNOWN))
    assert set(cells(svg)) == {"af:kandahar"}
    text = words(svg)
    assert "Spin Boldak ?" not in text
    assert "area as a whole: shares of its places" in text
    (bar,) = next(g for g in tree(svg).iter(f"{SVG}g") if g.get("class") == "shares")
    assert [(r.get("class"), float(r.attrib["width"])) for r in bar[1:]] == [("unknown", 64)], (
        "of two places the shares would tell which is which"
    )


def test_the_shares_of_an_area_that_may_be_told_are_drawn_to_scale(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[release.__module__], "FEWEST", 2)  # the valley has two places with evidence
    svg = map_svg(release(valley_bundle(), Release(rules=(UnitRule("af:kandahar", coarsen_to="province"),)), KNOWN))
    (bar,) = next(g for g in tree(svg).iter(f"{SVG}g") if g.get("class") == "shares")
    assert [(r.get("class"), float(r.attrib["width"])) for r in bar[1:]] == [("s-taliban", 32), ("x-afghan-government-taliban", 32)]


def test_where_one_place_is_coarsened_its_neighbours_are_still_drawn() -> None:
    svg = map_svg(release(valley_bundle(), Release(rules=(UnitRule("af:kandahar:dand", coarsen_to="province"),)), KNOWN))
    looks = cells(svg)
    assert looks["af:kandahar"] == "u area"
    assert "af:kandahar:dand" not in looks
    assert "s-taliban" in looks["af:kandahar:spin-boldak"]
    assert list(looks).index("af:kandahar") == 0


def test_place_labels_in_dari_are_one_run_in_a_font_that_has_them() -> None:
    svg = map_svg(country(), MapOptions(labels="fa"))
    names = [t for t in tree(svg).iter(f"{SVG}text") if t.get("class", "").startswith("name")]
    runs = [span for t in names for span in t.iter(f"{SVG}tspan")]
    assert len(runs) > 40
    assert all("Noto Sans Arabic" in (r.get("font-family") or "") for r in runs)
    assert not any("?" in "".join(t.itertext()) for t in names)
    assert any("؟" in "".join(t.itertext()) for t in names)
    assert "کابل" in words(svg)


def test_a_pashto_map_falls_back_on_the_same_script() -> None:
    assert re.search("[\u0600-\u06ff]", words(map_svg(valley(), MapOptions(labels="ps"))))


def test_names_and_titles_are_escaped() -> None:
    theatre = valley_bundle().theatre
    odd = '<script>alert(1)</script> & "x" \x1b[2J'
    units = tuple(replace(u, name=odd) if u.id == CROSSING else u for u in theatre.units)
    svg = map_svg(release(valley_bundle(theatre=replace(theatre, units=units), title=odd), Release(), KNOWN))
    assert "<script" not in svg
    assert "\x1b" not in svg
    assert '<script>alert(1)</script> & "x" \ufffd[2J' in words(svg)


def test_an_unknown_palette_is_refused_by_name() -> None:
    assert palettes()[0] == "default"
    assert "#A61C1C" in map_svg(valley(), MapOptions(palette="LWJ"))
    with pytest.raises(UsageError, match="known palettes: default, lwj, isw"):
        map_svg(valley(), MapOptions(palette="rainbow"))


def test_in_a_page_places_lead_to_their_evidence() -> None:
    svg = map_inline(valley(), links={"af:kandahar:dand": "#u-dand"})
    led = list(tree(svg).iter(f"{SVG}a"))
    assert [(a.get("href"), a[0].get("data-unit")) for a in led] == [("#u-dand", "af:kandahar:dand")]


def test_a_theatre_without_an_outline_is_drawn_as_points() -> None:
    theatre = replace(valley_bundle().theatre, outline=())
    svg = map_svg(release(valley_bundle(theatre=theatre), Release(), KNOWN))
    assert not cells(svg)
    assert "Places are drawn as points" in words(svg)
    assert {g.attrib["data-unit"] for g in tree(svg).iter(f"{SVG}g") if "data-unit" in g.attrib} >= {"af:kandahar:dand", CROSSING}


def test_more_changes_than_fit_are_counted() -> None:
    many = tuple(replace(changes()[0], unit_id=u.id) for u in afghanistan().units[:120])
    text = words(map_svg(valley(changes=many, since=KNOWN.date())))
    assert re.search(r"Changes since 14 July 2021: 120 .* and \d+ more: heldby changes", text)


def test_the_png_is_drawn_with_the_bundled_fonts_and_is_the_same_each_time() -> None:
    pytest.importorskip("resvg_py")
    one = map_png(valley(), MapOptions(scale=1.0))
    assert one[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", one[16:24])
    assert width == 1500
    assert 700 < height < 2000
    assert map_png(release(valley_bundle(), Release(), KNOWN), MapOptions(scale=1.0)) == one


def test_the_same_edition_gives_the_same_bytes_under_any_hash_seed() -> None:
    script = (
        "import sys; from hashlib import sha256; from publish_scene import *; from heldby.publish import *\n"
        "e = release(valley_bundle(), Release(), KNOWN)\n"
        "print(e.digest, sha256(map_svg(e).encode()).hexdigest(), sha256(brief_html(e).encode()).hexdigest())"
    )
    here = Path(__file__).parent
    seen = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(here), "TZ": zone, "PATH": ""},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("77", "Asia/Kabul"))
    }
    assert len(seen) == 1


def test_widths_are_those_of_the_bundled_fonts() -> None:
    assert text_width("", 10) == 0
    assert text_width("Kabul", 20) == pytest.approx(2 * text_width("Kabul", 10))
    assert text_width("Kabul", 10, bold=True) > text_width("Kabul", 10)
    assert text_width("کابل", 10) > 0


def test_symbols_carry_the_status_of_their_place() -> None:
    made = release(
        bundle(afghanistan(), [crossing_status(), plain_status("af:kabul:kabul-city", GOVERNMENT, 0.9, Support.CLAIMED)]), Release(), KNOWN
    )
    svg = tree(map_svg(made))
    marks = {g.attrib["data-unit"]: g for g in svg.iter(f"{SVG}g") if "data-unit" in g.attrib}
    crossing, capital = marks[CROSSING], marks["af:kabul:kabul-city"]
    assert (crossing.get("class"), capital.get("class")) == ("crossing", "capital")
    assert "very likely held by the Taliban" in "".join(crossing.itertext())
    assert capital[1].get("stroke") == "#0072B2"
    assert len([g for g in marks.values() if g.get("class") == "capital"]) == 34


def bundle_of(theatre_bundle: Bundle, holder: str) -> Edition:
    one = plain_status("af:kandahar:dand", holder, 0.9, Support.CONFIRMED)
    return release(replace(theatre_bundle, statuses=(one,)), Release(), KNOWN)


def test_a_side_keeps_its_colour_whoever_else_is_met() -> None:
    for holder in (GOVERNMENT, TALIBAN):
        sides = {s.id: s.colour for s in style_for(bundle_of(valley_bundle(), holder)).sides}
        assert sides == {GOVERNMENT: "#0072B2", TALIBAN: "#D55E00"}


def test_no_side_in_any_palette_is_drawn_in_a_grey_like_unknown() -> None:
    for palette in palettes():
        for side in colours_of(palette):
            for step in steps():
                red, green, blue = (int(blend(side, step.opacity)[i : i + 2], 16) for i in (1, 3, 5))
                assert max(red, green, blue) - min(red, green, blue) >= 12, (palette, side, step.word)
