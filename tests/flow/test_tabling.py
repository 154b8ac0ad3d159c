"""Tables of events and statuses: rows become claims by a mapping, without a reader; what a row does not say is not made up."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from heldby.desk import Desk, open_desk
from heldby.errors import Faults, HeldbyError, UsageError
from heldby.flow.intake import reread
from heldby.flow.tabling import Tabled, add_tables, points_of
from heldby.gather.mapping import BUILT_IN, load_mapping, parse_mapping
from heldby.gather.rows import Row, Rows
from heldby.ledger import Ledger, View, open_ledger
from heldby.model.claim import Relation
from heldby.model.report import GapKind
from heldby.settings import Settings

NOW = datetime(2021, 8, 20, tzinfo=UTC)
MAPPING = """
outlet = "Valley Monitor"
place = "{district}"
noun = "district"
areas = ["{province}"]
day = "{when}"
known_by_day = true
notes = "{note}"
[actors]
"the insurgents" = "taliban"
[[meaning]]
when = { kind = ["fall", "FALL"] }
relation = "captured"
actor = "{who}"
from = "{whom}"
[[meaning]]
when = { kind = "hold" }
relation = "controls"
actor = "=afghan_government"
hedged = true
[[meaning]]
when = { kind = "fight" }
relation = "contests"
"""
TABLE = """kind,district,province,who,whom,when,note
fall,Deh Bala,Nangarhar,the insurgents,,2021-07-14,"Three posts, one road."
hold,Achin,Nangarhar,,,2021-07-15,
fight,Khanabad,Kunduz,,,14 July 2021,
weather,Khanabad,Kunduz,,,2021-07-14,
fall,Imam Sahib,Kunduz,the martians,,2021-07-14,
fall,Imam Sahib,Kunduz,Taliban,,some day,
fall,,Kunduz,Taliban,,2021-07-14,
fall,Imam Sahib,Kunduz,Taliban,,2021-09-14,
"""


@pytest.fixture(scope="module")
def desk() -> Desk:
    return replace(open_desk(Settings(theatre="afghanistan-2021")), clock=lambda: NOW)


@contextmanager
def added(desk: Desk, folder: Path, data: bytes, mapping: str = MAPPING, name: str = "table.csv") -> Iterator[tuple[Tabled, View, Ledger]]:
    path = folder / name
    path.write_bytes(data)
    ledger = open_ledger(folder / "t.db")
    try:
        yield add_tables(desk, ledger, [path], parse_mapping(mapping, "monitor.toml"), desk.gather_options()), ledger.view(), ledger
    finally:
        ledger.close()


def test_an_amended_mapping_mends_the_rows_it_made(desk: Desk, tmp_path: Path) -> None:
    table = b"kind,district,province,who,whom,when,note\nfall,Deh Bala,Nangarhar,the insurgents,,2021-07-14,\n"
    wrong = MAPPING.replace('"taliban"', '"afghan_government"')
    with added(desk, tmp_path, table, wrong) as (done, view, _):
        assert (done.amended, [k.reading.claims[0].actor for k in view.kept()]) == (0, ["afghan_government"])
    with added(desk, tmp_path, table) as (done, view, ledger):
        assert (done.amended, [k.reading.claims[0].actor for k in view.kept()]) == (1, ["taliban"])
        grown = ledger.head()
    with added(desk, tmp_path, table) as (done, _, ledger):
        assert (done.amended, ledger.head()) == (0, grown)


def test_a_mapping_may_name_an_actor_by_any_of_his_names(desk: Desk, tmp_path: Path) -> None:
    table = b"kind,district,province,who,whom,when,note\nfall,Deh Bala,Nangarhar,the insurgents,,2021-07-14,\n"
    with added(desk, tmp_path, table, MAPPING.replace('"taliban"', '"Islamic Emirate of Afghanistan"')) as (_, view, _):
        assert view.kept()[0].reading.claims[0].actor == "taliban"
    with (
        pytest.raises(UsageError, match="`heldby theatre actors` lists them"),
        added(desk, tmp_path, table, MAPPING.replace('"taliban"', '"tailban"')),
    ):
        pass


def test_rows_become_claims(desk: Desk, tmp_path: Path) -> None:
    with added(desk, tmp_path, TABLE.encode()) as (done, view, _):
        kept = {k.report.origin: k for k in view.kept()}
        fall, hold, fight = (kept[f"table.csv:{n}"] for n in (2, 3, 4))
        assert fall.report.text == "the insurgents captured Deh Bala district (Nangarhar), 2021-07-14.\n\nThree posts, one road."
        claim = fall.reading.claims[0]
        assert (claim.relation, claim.actor, claim.actor_text, claim.places[0].unit_id, claim.places[0].text) == (
            Relation.CAPTURED,
            "taliban",
            "the insurgents",
            "af:nangarhar:deh-bala",
            "Deh Bala district",
        )
        assert (claim.passage.quote, claim.when and claim.when.edtf(), claim.rule, claim.chain[0].text) == (
            "the insurgents captured Deh Bala district (Nangarhar), 2021-07-14.",
            "2021-07-14",
            "table.monitor",
            "Valley Monitor",
        )
        assert (fall.report.published and fall.report.published.text, fall.provenance.reader.endswith(", table monitor")) == (
            "2021-07-14",
            True,
        )
        assert (hold.reading.claims[0].actor, hold.reading.claims[0].hedged) == ("afghan_government", True)
        assert fight.report.text == "Khanabad district (Kunduz) is contested, 2021-07-14."
        assert (fight.reading.claims[0].actor, fight.reading.claims[0].places[0].unit_id) == ("", "af:kunduz:khanabad")
        assert (done.passed, done.intake.claims) == (1, 3)
        unknown = kept["table.csv:6"]
        assert (unknown.reading.claims, [g.kind for g in unknown.reading.gaps]) == ((), [GapKind.NO_ACTOR])
        assert [(g.kind, g.subject) for g in done.intake.gaps] == [
            (GapKind.MALFORMED, "table.csv:7"),
            (GapKind.MALFORMED, "table.csv:8"),
            (GapKind.FUTURE, "table.csv:9"),
        ]


def test_met_again_and_read_again_nothing_changes(desk: Desk, tmp_path: Path) -> None:
    with added(desk, tmp_path, TABLE.encode()) as (_, view, ledger):
        before = view.sorted_content_hash()
        assert reread(desk, ledger).differences == ()
    with added(desk, tmp_path, gzip.compress(TABLE.encode())) as (again, view, _):
        assert (again.intake.claims, view.sorted_content_hash()) == (0, before)


RUNS = "place,unit,area,holder,from,to,source,published\n" + "".join(
    f"Deh Bala,,Nangarhar,{holder},2021-07-{day:02d},2021-07-{day:02d},Map,2021-07-{day:02d}\n"
    for day, holder in (
        (1, "Taliban"),
        (2, "Taliban"),
        (3, "contested"),
        (4, "unknown"),
        (5, "contested"),
        (6, "Taliban"),
        (12, "Taliban"),
        (13, "Taliban"),
    )
)


def test_an_exhaustive_table_states_what_changed_and_again_after_a_while(desk: Desk, tmp_path: Path) -> None:
    mapping = load_mapping("control-runs")
    (tmp_path / "map.csv").write_text(RUNS)
    ledger = open_ledger(tmp_path / "t.db")
    try:
        done = add_tables(desk, ledger, [tmp_path / "map.csv"], mapping, desk.gather_options())
        said = [(c.relation, c.when and c.when.edtf()) for k in ledger.view().kept() for c in k.reading.claims]
    finally:
        ledger.close()
    assert said == [
        (Relation.CONTROLS, "2021-07-01"),
        (Relation.CONTESTS, "2021-07-03"),
        (Relation.CONTROLS, "2021-07-06"),
        (Relation.CONTROLS, "2021-07-13"),
    ]
    assert (done.passed, done.repeated) == (1, 3)


def test_a_run_of_days_is_stated_again_after_each_while_and_known_on_that_day(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "runs.csv").write_text(
        "place,unit,area,holder,from,to,source,published\nDeh Bala,,Nangarhar,Taliban,2021-07-01,2021-07-16,Map,2021-07-02\n"
        "Deh Bala,,Nangarhar,Taliban,2021-07-17,2021-07-18,Map,2021-07-18\n"
    )
    with open_ledger(tmp_path / "t.db") as ledger:
        done = add_tables(desk, ledger, [tmp_path / "runs.csv"], load_mapping("control-runs"), desk.gather_options())
        kept = ledger.view().kept()
    said = [(c.when and c.when.edtf(), k.report.published and k.report.published.text) for k in kept for c in k.reading.claims]
    assert said == [("2021-07-01", "2021-07-02"), ("2021-07-08", "2021-07-08"), ("2021-07-15", "2021-07-15")]
    assert done.repeated == 1


def test_a_unit_named_by_its_id_needs_no_looking_up(desk: Desk, tmp_path: Path) -> None:
    mapping = MAPPING.replace('noun = "district"', 'unit = "af:{province}:{district}"')
    row = b"kind,district,province,who,whom,when,note\nfall,deh-bala,nangarhar,Taliban,Government,2021-07-14,\n"
    with added(desk, tmp_path, row, mapping) as (_, view, _ledger):
        claim = view.kept()[0].reading.claims[0]
        assert (claim.places[0].unit_id, claim.places[0].why, claim.from_actor) == (
            "af:nangarhar:deh-bala",
            ("the table names the unit",),
            "afghan_government",
        )


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_mappings_that_come_with_heldby_are_whole(name: str) -> None:
    assert load_mapping(name).meanings


def test_acled_columns(desk: Desk, tmp_path: Path) -> None:
    """A file of the user's own in ACLED's shape; the row is invented."""
    head = "event_id_cnty,event_date,sub_event_type,actor1,actor2,admin1,admin2,location,notes,timestamp"
    rows = [
        "AFG1,14 July 2021,Non-state actor overtakes territory,Taliban,Military Forces of Afghanistan (2014-2021),Nangarhar,Deh Bala,Deh Bala,Said.,1626300000",
        "AFG2,14 July 2021,Headquarters or base established,Taliban,,Nangarhar,Deh Bala,Deh Bala,Said.,1626300000",
    ]
    path = tmp_path / "own.csv"
    path.write_text("\n".join([head, *rows]))
    mapping = replace(load_mapping("acled"), actors={"Military Forces of Afghanistan": "afghan_government"})
    ledger = open_ledger(tmp_path / "t.db")
    try:
        done = add_tables(desk, ledger, [path], mapping, desk.gather_options())
        kept = ledger.view().kept()[0]
    finally:
        ledger.close()
    claim = kept.reading.claims[0]
    assert (done.passed, claim.relation, claim.actor, claim.from_actor) == (1, Relation.CAPTURED, "taliban", "afghan_government")
    assert (kept.report.given_id, kept.report.published and kept.report.published.text) == ("AFG1", "2021-07-14T22:00:00+00:00")


def test_faults_of_a_mapping_are_told_at_once() -> None:
    with pytest.raises(Faults) as e:
        parse_mapping(
            'day = 3\nplce = "x"\nrestate = "soon"\ndelimiter = ";;"\n[[meaning]]\nrelation = "owns"\n[[meaning]]\nwho = 1', "m.toml"
        )
    causes = ("day: expected text", "plce: no such key", "restate: expected days", "delimiter: expected one")
    for cause in (*causes, "relation: expected one of", "who: no such key", "place: is needed"):
        assert cause in str(e.value)
    with pytest.raises(HeldbyError):
        parse_mapping("[[", "m.toml")
    with pytest.raises(UsageError, match="built in: acled"):
        load_mapping("nowhere.toml")


def test_columns_and_actors_that_are_not_there(desk: Desk, tmp_path: Path) -> None:
    with added(desk, tmp_path, b"a,b\n1,2\n") as (done, _, _ledger):
        assert "has no column 'district', 'kind'" in done.intake.gaps[0].cause
        assert "its columns: " in done.intake.gaps[0].cause
    with (
        pytest.raises(UsageError, match="'martians' is no actor"),
        added(desk, tmp_path, TABLE.encode(), MAPPING.replace('"taliban"', '"martians"')),
    ):
        pass
    with open_ledger(tmp_path / "u.db") as ledger, pytest.raises(UsageError, match="no such file"):
        add_tables(desk, ledger, [tmp_path / "none.csv"], parse_mapping(MAPPING, "m"), desk.gather_options())


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00" * 50, b"\xff\xfe", TABLE.encode()[:60] + b"\xff\x00", b'kind,"', gzip.compress(b"x" * 99, mtime=0)[:-9], b"k" * 300_000],
)
def test_what_is_no_table_is_a_gap(desk: Desk, tmp_path: Path, data: bytes) -> None:
    with added(desk, tmp_path, data) as (done, _, _ledger):
        assert {g.kind for g in done.intake.gaps} == {GapKind.MALFORMED}


def square(lon: float, lat: float, half: float, **properties: object) -> dict[str, object]:
    ring = [
        [lon - half, lat - half],
        [lon + half, lat - half],
        [lon + half, lat + half],
        [lon - half, lat + half],
        [lon - half, lat - half],
    ]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def test_maps_of_areas_state_what_changed_from_one_to_the_next(desk: Desk, tmp_path: Path) -> None:
    points = points_of(desk)
    one = next(p for p in points if p.unit_id == "af:nangarhar:deh-bala")
    far = next(p for p in points if p.unit_id == "af:kunduz:imam-sahib")
    pictures = {
        "map_20210701.geojson": [square(one.lon, one.lat, 0.001, holder="Taliban"), square(far.lon, far.lat, 0.001, holder="contested")],
        "map_20210702.geojson": [square(one.lon, one.lat, 0.001, holder="Taliban"), square(one.lon, one.lat, 1.0, holder="unknown")],
        "map_2021-07-03.geojson": [square(one.lon, one.lat, 0.001, holder="Government", inner={"by": "x"})],
        "map_broken.geojson": [{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": "none"}}],
    }
    for name, features in pictures.items():
        (tmp_path / name).write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    with open_ledger(tmp_path / "t.db") as ledger:
        done = add_tables(desk, ledger, [tmp_path / name for name in pictures], load_mapping("area-map"), desk.gather_options(outlet="Map"))
        kept = ledger.view().kept()
    said = [(c.relation, c.actor, c.places[0].unit_id, c.when and c.when.edtf()) for k in kept for c in k.reading.claims]
    assert sorted(said, key=str) == sorted(
        [
            (Relation.CONTROLS, "taliban", one.unit_id, "2021-07-01"),
            (Relation.CONTESTS, "", far.unit_id, "2021-07-01"),
            (Relation.CONTROLS, "afghan_government", one.unit_id, "2021-07-03"),
        ],
        key=str,
    )
    assert {k.report.published and k.report.published.text for k in kept} == {"2021-07-01", "2021-07-03"}
    assert done.repeated == 1
    assert [(g.kind, g.subject) for g in done.intake.gaps] == [(GapKind.MALFORMED, "map_broken.geojson")]


CLASH = {
    "type_of_violence": "1", "where_prec": "2", "side_a": "A", "side_b": "B", "where_coordinates": "Hill town", "date_start": "2020-01-01 00:00:00.000",
}  # fmt: skip


@pytest.mark.parametrize(
    ("mapping", "row", "said"),
    [
        ("deepstate", {"name": "X /// Occupied /// geoJSON.status.occupied\n", "inside": "yes"}, (Relation.CONTROLS, "Russia")),
        ("deepstate", {"name": "X /// Liberated 25.03 /// geoJSON.status.dismissed_at", "inside": "yes"}, (Relation.CONTROLS, "Ukraine")),
        ("deepstate", {"name": "X /// Unknown status /// geoJSON.status.unknown", "inside": "yes"}, None),
        ("deepstate", {"inside": "no"}, None),
        ("viina-control", {"status": "CONTESTED", "geonameid": "7", "date": "20210301"}, (Relation.CONTESTS, "")),
        ("viina-control", {"status": "RU", "geonameid": "7", "date": "20210301"}, (Relation.CONTROLS, "Russia")),
        ("ucdp-ged", CLASH, (Relation.ATTACKED, "A")),
        ("ucdp-ged", {**CLASH, "type_of_violence": "3"}, None),
        ("ucdp-ged", {**CLASH, "where_prec": "6"}, None),
    ],
)  # fmt: skip
def test_what_the_built_in_mappings_take_from_a_row(
    mapping: str, row: dict[str, str], said: tuple[Relation, str] | None, desk: Desk
) -> None:
    whole = {"place": "Hill town", "unit": "x", "area": "Hills", "file_date": "2021-03-01", **row}
    rows = Rows(load_mapping(mapping), desk.gather_options())
    found = [r.statement for r in rows.read_rows([whole], "map") if isinstance(r, Row)]
    assert [(s.relation, s.actor) for s in found] == ([said] if said else [])
    assert rows.passed == (said is None)
