"""The sources' record as it leaves the house: through the gate, people by role, drawn and written the same every time."""

from __future__ import annotations

import csv
import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import timedelta

import pytest
from publish_scene import AS_OF, GOVERNMENT, KNOWN, PAPER, TALIBAN, WIRE, bundle, small_bundle, valley
from rich.console import Console

from heldby.errors import ReleaseError
from heldby.model.record import Estimate, Lead, Outcomes, Records, SourceRecord, SourceSort
from heldby.model.report import Mark
from heldby.model.who import Voice, VoiceKind
from heldby.publish import Edition, Release, brief_html, release, sources_csv, sources_json, sources_png, sources_svg, sources_table

RULE = "A claim is borne out where others say so."


def record(key: str, sort: SourceSort, voice: Voice, **more: object) -> SourceRecord:
    some = Outcomes(17, 1, 5, Estimate(17 / 18, 0.79, 0.99, 18))
    made = SourceRecord(
        key, sort, voice, 12, 30, 20, 3, 4, 6, 1, 2, some, some, Outcomes(), Outcomes(0, 0, 3), Lead(-5.0, -30.0, 2.0, 7, 2), None, "B", "usually reliable"
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


ROWS = (
    record("side:taliban", SourceSort.PARTY, Voice("Taliban", VoiceKind.SPOKESMAN, TALIBAN)),
    record("kite", SourceSort.OUTLET, WIRE, letter_set="C", marks=(Mark.RECONSTRUCTION,), learned=Estimate(0.8, 0.7, 0.9, 20)),
    record(
        "outlet:independent:valley post", SourceSort.OUTLET, PAPER, outcomes=Outcomes(0, 0, 9), lead=None, letter="F", letter_why="too few"
    ),
    record("role:local>afghan_government", SourceSort.ROLE, Voice("", VoiceKind.LOCAL, GOVERNMENT), lead=Lead(75.0, 50.0, 80.0, 3, 3)),
    record("role:resident>unknown", SourceSort.ROLE, Voice("", VoiceKind.RESIDENT)),
)


def edition(*rows: SourceRecord, rules: Release | None = None, **more: object) -> Edition:
    return release(bundle(valley(), (), records=Records(AS_OF, KNOWN, RULE, rows or ROWS), **more), rules or Release(), KNOWN)


def printed(made: Edition, width: int) -> str:
    console = Console(width=width, file=io.StringIO(), no_color=True)
    console.print(sources_table(made))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("width", [80, 120, 160])
def test_the_table_names_every_source_its_figures_and_the_rule(width: int) -> None:
    told = " ".join(printed(edition(), width).split())
    for words in ("Taliban", "Kite News Agency", "local officials", "residents", "17 of 18", "79–99 %", "−5 h (7)"):
        assert words in told
    assert "+3.1 d (3)" in told
    assert RULE in told
    assert "never set" in told
    assert "reconstruction of public events" in told


def test_a_letter_set_by_a_person_stands_beside_the_one_proposed() -> None:
    rows = list(csv.DictReader(io.StringIO(sources_csv(edition()))))
    assert [(r["letter_proposed"], r["letter_set"]) for r in rows] == [("B", ""), ("B", "C"), ("F", ""), ("B", ""), ("B", "")]
    assert " C" in printed(edition(), 160)
    assert "set: C" in sources_svg(edition())


def test_csv_and_json_hold_every_figure() -> None:
    kite = list(csv.DictReader(io.StringIO(sources_csv(edition()))))[1]
    assert (kite["name"], kite["sort"], kite["outlet_id"], kite["relayed"], kite["borne_out"]) == (
        "Kite News Agency",
        "outlet",
        "kite",
        "4",
        "17",
    )
    assert (kite["share_low"], kite["lead_hours"], kite["learned"], kite["denials_open"]) == ("0.79", "-5.0", "0.8", "3")
    found = json.loads(sources_json(edition()))
    assert found["rule"] == RULE
    assert [s["name"] for s in found["sources"]][3:] == ["local officials and elders, Government", "residents"]
    assert found["sources"][1]["lead_first"] == 2


def test_a_person_read_as_a_source_is_never_named() -> None:
    person = Voice("Gul Mirwais", VoiceKind.OTHER)
    made = edition(record("outlet:independent:gul mirwais", SourceSort.OUTLET, person))
    for text in (sources_json(made), sources_csv(made), sources_svg(made), printed(made, 120)):
        assert "Mirwais" not in text
        assert "mirwais" not in text
    assert "a person" in sources_svg(made)


def test_an_outlet_named_after_a_place_that_is_coarsened_is_withheld() -> None:
    local = Voice("Radio Dand", VoiceKind.OUTLET, "independent", outlet_id="radio-dand")
    made = edition(record("radio-dand", SourceSort.OUTLET, local), rules=Release(coarsen_to="province"))
    for text in (sources_json(made), sources_csv(made), sources_svg(made)):
        assert "Dand" not in text
        assert "radio-dand" not in text


def test_the_gate_refuses_a_record_that_knows_too_much() -> None:
    with pytest.raises(ReleaseError, match="sources"):
        release(
            replace(bundle(valley(), (), records=Records(AS_OF, KNOWN, RULE, ROWS)), known_by=KNOWN - timedelta(hours=24)),
            Release(publish_delay=timedelta(hours=24)),
            KNOWN,
        )


def test_the_picture_tells_every_source_and_is_the_same_every_time() -> None:
    made = sources_svg(edition())
    assert made == sources_svg(edition())
    texts = [t.text or "" for t in ET.fromstring(made).iter("{http://www.w3.org/2000/svg}text")]
    for words in (
        "Taliban",
        "Kite News Agency",
        "residents",
        "17 of 18",
        "none judged, 9 open",
        "−5 h (7)",
        "Reconstruction of public events",
    ):
        assert words in texts
    assert any(RULE in t for t in texts)
    assert any(f"Edition {edition().digest[:16]}" in t for t in texts)


def test_every_mark_lies_inside_the_picture() -> None:
    svg = ET.fromstring(sources_svg(edition(*(replace(r, lead=Lead(9999.0, -9999.0, 9999.0, 2, 1)) for r in ROWS))))
    width, height = (float(svg.attrib[k]) for k in ("width", "height"))
    for element in svg.iter():
        for key, limit in (("x", width), ("cx", width), ("y", height), ("cy", height)):
            assert 0 <= float(element.attrib.get(key, "0")) <= limit


def test_more_sources_than_fit_are_named_as_left_to_the_table() -> None:
    many = [record(f"o{n}", SourceSort.OUTLET, Voice(f"Outlet {n}", VoiceKind.OUTLET, "independent")) for n in range(40)]
    assert "16 more in the table" in sources_svg(edition(*many))


def test_a_png_is_drawn() -> None:
    pytest.importorskip("resvg_py")
    assert sources_png(edition(), 1.0).startswith(b"\x89PNG")


def test_nobody_said_anything() -> None:
    made = release(bundle(valley(), (), records=Records(AS_OF, KNOWN, RULE, ())), Release(), KNOWN)
    assert "Nobody has said anything" in printed(made, 100)
    assert "Nobody has said anything" in sources_svg(made)
    assert sources_csv(made).count("\n") == 1


def test_the_brief_has_the_record_as_a_section_where_asked_for() -> None:
    with_record = brief_html(release(small_bundle(records=Records(AS_OF, KNOWN, RULE, ROWS)), Release(), KNOWN))
    assert 'id="sources"' in with_record
    assert "Kite News Agency" in with_record
    assert RULE in with_record
    assert "79–99 %" in with_record
    assert 'id="sources"' not in brief_html(release(small_bundle(), Release(), KNOWN))
