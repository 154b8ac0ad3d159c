"""Do no harm, asked at random: no answer names what is held back, and no count less what is shown tells of it."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from web_scene import HERE, desk_over

from heldby.flow.inquiry import Question, Wanted, open_inquiry
from heldby.ledger import open_ledger
from heldby.publish import Release, UnitRule
from heldby.publish.plain import plain
from heldby.web.app import create_app
from heldby.web.shelf import Shelf
from heldby.weigh import Weigher

HELD_BACK = ("af:kandahar", "af:kunduz:imam-sahib", "af:farah")  # a province, one district, a province
ROUTES = (
    "/api/v1/day?{c}", "/api/v1/timeline?{c}", "/api/v1/compare?{c}&other={s}", "/api/v1/geometry?{c}", "/api/v1/review/acts?{c}",
    "/api/v1/review/queue?{c}&limit=5000", "/api/v1/statuses?{c}&limit=5000", "/api/v1/changes?{c}&since={s}", "/api/v1/tallies?{c}&days={s}", "/api/v1/published?{c}",
    "/api/v1/gaps?{c}", "/api/v1/sources?{c}", "/api/v1/classes?{c}", "/api/v1/map.svg?{c}",
    "/api/v1/whatif?{c}&drop_side=taliban", "/api/v1/feeds/changes.json?{c}",
    "/api/v1/export/csv?{c}", "/api/v1/export/geojson?{c}", "/api/v1/units/{u}?{c}", "/api/v1/units/{u}/series?{c}",
    "/?{c}&since={s}", "/statuses?{c}", "/compare?{c}&other={s}", "/published?{c}", "/gaps?{c}", "/sources?{c}",
)  # fmt: skip


@pytest.fixture(scope="module")
def closed(demo_ledger: Path) -> tuple[TestClient, set[str], dict[str, str]]:
    """The app under three rules, the ids held back, and each id's name."""
    desk = desk_over(demo_ledger)
    rules = Release(rules=tuple(UnitRule(u, coarsen_to="province") for u in HELD_BACK))
    areas = desk.theatre.lexicon.gazetteer.areas
    hidden = {u.id for u in desk.theatre.units if u.id not in ("af:kandahar", "af:farah") and {u.id, *areas(u.id)} & set(HELD_BACK)}
    names = {u: unit.name for u in sorted(hidden) if (unit := desk.theatre.unit(u)) is not None}
    return TestClient(create_app(Shelf(desk, demo_ledger, rules)), base_url=HERE), hidden, names


def test_no_answer_names_what_is_held_back(closed: tuple[TestClient, set[str], dict[str, str]], proving: bool) -> None:
    client, hidden, names = closed
    chance = random.Random(20210714)
    days = [date(2021, 6, 1) + timedelta(days=n) for n in range(75)] if proving else [date(2021, 7, 14)]
    told = {name.casefold() for name in names.values() if name.casefold() not in ("farah", "kandahar")}
    for n in range(1000 if proving else 6):  # the first routes; test_web_release asks the others
        day, since = chance.choice(days), chance.choice(days)
        first, last = min(day, since), max(day, since)
        clocks = f"as_of={last}&known_by={chance.choice(days if proving else [date(2021, 7, 21)])}"
        route = ROUTES[n % len(ROUTES)].format(c=clocks, s=first, u=chance.choice(sorted(hidden)))
        body = client.get(route).text.casefold().replace(route.casefold(), "")
        if "/units/" in route:
            continue  # the answer says the id that was asked for, and no more: see test_web_release
        for unit in hidden:
            assert f'"{unit}"' not in body, route
        assert not [name for name in told if f" {name} district" in body], route


def test_a_sources_record_counts_nothing_of_what_is_held_back(
    closed: tuple[TestClient, set[str], dict[str, str]], demo_ledger: Path
) -> None:
    """The records are those of a ledger in which nobody ever spoke of the places held back."""
    client, hidden, _ = closed
    inquiry = open_inquiry(desk_over(demo_ledger), open_ledger(demo_ledger))
    said = {u: t for u, t in inquiry.weigher.testimonies.items() if u not in hidden}
    assert len(said) < len(inquiry.weigher.testimonies)
    bare = replace(inquiry, weigher=Weigher(inquiry.theatre, inquiry.desk.priors, said))
    expected = bare.edition(Question(date(2021, 7, 14), inquiry.now), Wanted(records=True)).records
    items = client.get("/api/v1/sources?as_of=2021-07-14").json()["items"]
    assert [(i["sort"], i["testimonies"], i["outcomes"], i["learned"]) for i in items] == [
        (str(r.sort), r.testimonies, plain(r.outcomes), r.learned) for r in expected
    ]


@pytest.mark.parametrize("shift", [0, 30])
def test_no_count_less_what_is_shown_tells_of_what_is_not(closed: tuple[TestClient, set[str], dict[str, str]], shift: int) -> None:
    client, hidden, _ = closed
    asked = f"as_of={date(2021, 7, 14) + timedelta(days=shift)}&known_by=2021-08-20"
    day = client.get(f"/api/v1/day?{asked}").json()
    statuses = client.get(f"/api/v1/statuses?{asked}&limit=5000").json()
    tally: dict[str, Any] = day["tally"]
    counted = desk_over(Path("unused.db")).theatre.roster(tally["roster_id"])
    roster = set(counted.unit_ids) if counted else set()
    assert hidden & roster
    shown = Counter(s["holder"] for s in statuses["items"] if s["unit_id"] in roster and s["holder"] and s["support"] != "unknown")
    assert {r["state"]: r["count"] for r in tally["rows"] if r["count"]} == dict(shown)
    for row in tally["rows"]:
        expected = sum(dict(s["probabilities"]).get(row["state"], 0.0) for s in statuses["items"] if s["unit_id"] in roster and s["holder"])
        assert row["expected"] == pytest.approx(expected, abs=1e-3)
    assert sum(r["count"] for r in tally["rows"]) + tally["unknown"] == tally["size"]
    areas = {a["area_id"]: a for a in statuses["areas"]}
    assert areas["af:kunduz"]["counts"] == []  # one place alone: a count would be that place
    assert areas["af:kandahar"]["size"] >= 3
    line = client.get("/api/v1/timeline?known_by=2021-08-20").json()
    assert all(run[1] == {} for run in line["areas"]["af:kunduz"])
    assert not hidden & line["units"].keys()
