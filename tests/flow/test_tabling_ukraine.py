"""Maps that say of every place who holds it: places by their points, runs of days, what a map denies; and what such a source weighs."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from heldby.desk import Desk, open_desk
from heldby.errors import Faults, UsageError
from heldby.flow.tabling import Tabled, add_tables
from heldby.gather.mapping import parse_mapping
from heldby.ledger import open_ledger
from heldby.locate.nearest import nearest_unit
from heldby.model.claim import Polarity
from heldby.model.report import Gap, GapKind
from heldby.model.status import Located, Status
from heldby.settings import Settings
from heldby.weigh import Weigher, echo

MAPPING = """
place = "{place}"
place_until = "#"
lat = "{lat}"
lon = "{lon}"
join = { table = "where.csv", on = "place" }
outlet = "{map}"
outlets = { lum = "Liveuamap", ds = "DeepState", wire = "Steppe Wire" }
day = "{from}"
until = "{to}"
known_by_day = true
exhaustive = true
restate = "7d"
[[meaning]]
when = { who = "NOT_RU" }
relation = "controls"
actor = "=russia"
denied = true
[[meaning]]
when = { who = ["RU", "UA"] }
relation = "controls"
actor = "{who}"
[[meaning]]
when = { who = "BOTH" }
relation = "contests"
[[meaning]]
relation = "none"
[actors]
RU = "russia"
UA = "ukraine"
"""
WHERE = """place,lat,lon
Izium,49.209,37.285
Andriivka,49.53,36.62
Andriivka#2,48.02,37.06
Elsewhere,40.0,30.0
"""


@pytest.fixture(scope="module")
def desk() -> Desk:
    return replace(open_desk(Settings(theatre="ukraine-2022")), clock=lambda: datetime(2023, 6, 1, tzinfo=UTC))


def added(
    desk: Desk, folder: Path, rows: list[tuple[str, str, str, str, str]], mapping: str = MAPPING
) -> tuple[Tabled, tuple[Located, ...], tuple[Gap, ...]]:
    """Rows (map, place, who, from, to) through a ledger."""
    (folder / "where.csv").write_text(WHERE, encoding="utf-8")
    with (folder / "runs.csv").open("w", encoding="utf-8", newline="") as f:
        csv.writer(f).writerows([("map", "place", "who", "from", "to"), *rows])
    ledger = open_ledger(folder / "l.db")
    try:
        tabled = add_tables(desk, ledger, [folder / "runs.csv"], parse_mapping(mapping, "m"), desk.gather_options())
        return tabled, ledger.view().located(), ledger.view().gaps()
    finally:
        ledger.close()


def status(desk: Desk, claims: tuple[Located, ...], unit: str, day: str) -> Status:
    on = date.fromisoformat(day)
    known = datetime.combine(on + timedelta(days=1), datetime.min.time(), UTC)
    return Weigher(desk.theatre, desk.priors, echo.testify(claims, desk.theatre, desk.priors)).assess(unit, on, known)


def test_a_place_is_found_by_its_name_and_point(desk: Desk, tmp_path: Path) -> None:
    day = "2022-04-01"
    rows = [("lum", p, "RU", day, day) for p in ("Izium", "Andriivka", "Andriivka#2", "Elsewhere", "Nowhere")]
    tabled, claims, gaps = added(desk, tmp_path, rows)
    units = {c.claim.places[0].unit_id for c in claims if c.claim.places[0].unit_id}
    assert len(units) == 3  # two places of one name, and of equal words, are two
    assert "gn:707292" in units
    assert {desk.theatre.lexicon.gazetteer.areas(u)[0] for u in units} == {"iso:UA-63", "iso:UA-14"}
    unplaced = [g for g in gaps if g.kind is GapKind.UNPLACED]
    assert {g.subject for g in unplaced} == {"Elsewhere", "Nowhere"}
    assert any("lies there (40.00, 30.00)" in g.cause for g in unplaced)
    assert tabled.passed == 0


def test_a_point_without_the_name_takes_what_lies_there_and_says_so(desk: Desk) -> None:
    unit, why = nearest_unit(desk.theatre, "Some other spelling", (49.209, 37.285))
    assert unit is not None
    assert unit.id == "gn:707292"
    assert why.startswith("listed under another name, lies 0.")
    assert nearest_unit(desk.theatre, "Some other spelling", (49.3, 37.6)) == (None, "")
    assert nearest_unit(desk.theatre, "Izium", (46.0, 31.0)) == (None, "")  # the name alone decides nothing where the table says where


def test_each_day_of_a_run_is_known_from_its_own_end(desk: Desk, tmp_path: Path) -> None:
    _, claims, _ = added(desk, tmp_path, [("lum", "Izium", "RU", "2022-04-01", "2022-04-20")])
    assert [c.known.date().isoformat() for c in claims] == ["2022-04-02", "2022-04-09", "2022-04-16"]
    assert [c.claim.when.edtf() for c in claims if c.claim.when] == ["2022-04-01", "2022-04-08", "2022-04-15"]


def test_what_a_map_denies_is_a_denial(desk: Desk, tmp_path: Path) -> None:
    _, claims, _ = added(desk, tmp_path, [("ds", "Izium", "NOT_RU", "2022-10-01", "2022-10-01")])
    (claim,) = (c.claim for c in claims)
    assert (claim.actor, claim.polarity) == ("russia", Polarity.DENIED)
    assert claim.passage.quote.startswith("Not so: russia controls Izium")
    found = status(desk, claims, "gn:707292", "2022-10-02")
    assert dict(found.probabilities)["russia"] < 0.2


def test_a_mapping_that_cannot_be_is_told(desk: Desk, tmp_path: Path) -> None:
    for old, new, said in (
        ('lon = "{lon}"\n', "", "lat: lat and lon go together"),
        ('table = "where.csv"', 'table = "../where.csv"', "a file beside the table"),
        ("denied = true", 'denied = "yes"', "hedged and denied are true or false"),
        ('lum = "Liveuamap"', "lum = 1", "one of its outlets = its name"),
    ):
        with pytest.raises(Faults, match=said):
            parse_mapping(MAPPING.replace(old, new), "m")
    with pytest.raises(UsageError, match=r"elsewhere\.csv.*joins it"):
        added(desk, tmp_path, [], MAPPING.replace("where.csv", "elsewhere.csv"))
    _, _, gaps = added(desk, tmp_path, [("lum", "Izium", "RU", "2022-04-01", "2022-04-01")], MAPPING.replace('on = "place"', 'on = "name"'))
    assert any("has no column 'name', by which the mapping m joins it" in g.cause for g in gaps)


def test_a_map_read_daily_weighs_what_it_weighs_read_monthly(desk: Desk, tmp_path: Path) -> None:
    run = [("lum", "Izium", "RU", "2022-04-01", "2022-06-30")]
    found = []
    for restate in ("1d", "28d"):
        (folder := tmp_path / restate).mkdir()
        _, claims, _ = added(desk, folder, run, MAPPING.replace("7d", restate))
        found.append((len(claims), status(desk, claims, "gn:707292", "2022-06-30").probability))
    (daily, p_daily), (monthly, p_monthly) = found
    assert (daily, monthly) == (91, 4)
    assert p_daily == pytest.approx(p_monthly, abs=0.02)


def test_a_map_that_lags_does_not_outvote_the_news(desk: Desk, tmp_path: Path) -> None:
    """A month of a map's daily words, against one agency's: it says once what it saw, and not thirty times."""
    rows = [("lum", "Izium", "RU", "2022-08-01", "2022-09-16"), ("wire", "Izium", "UA", "2022-09-11", "2022-09-11")]
    _, claims, _ = added(desk, tmp_path, rows, MAPPING.replace("7d", "1d"))
    before = status(desk, claims, "gn:707292", "2022-09-10")
    after = status(desk, claims, "gn:707292", "2022-09-12")
    assert before.holder == "russia"
    assert after.probability < before.probability
    assert dict(after.probabilities)["ukraine"] > 0.15
    found = desk.theatre.lexicon.outlet("Liveuamap")
    assert found is not None
    assert found.exhaustive


def test_places_that_maps_speak_of_teach_nothing_of_silence(desk: Desk, tmp_path: Path) -> None:
    """Where a map says of every place who holds it, no change goes unheard of: that its words are states must not read as changes nobody told."""
    rows = [("lum", "Izium", who, f"2022-{m:02d}-01", f"2022-{m:02d}-25") for m, who in enumerate(("RU", "UA", "RU", "UA", "RU"), start=4)]
    _, claims, _ = added(desk, tmp_path, rows, MAPPING.replace("7d", "28d"))
    weigher = Weigher(desk.theatre, desk.priors, echo.testify(claims, desk.theatre, desk.priors))
    changes = weigher.record(datetime(2022, 12, 1, tzinfo=UTC)).changes
    assert (changes.pace, changes.announced, changes.unannounced) == (1.0, 0.0, 0.0)
