"""The API over the demo's ledger: answers agree with one another and with the command line, page by page, and say what is wrong."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from web_scene import CROSSING, DAY, client_over

from conftest import Call

API = "/api/v1"


def got(client: TestClient, path: str, **parameters: Any) -> Any:
    answer = client.get(f"{API}{path}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_days_statuses_are_those_of_the_command_line(served: TestClient, demo_ledger: Path, call: Call) -> None:
    ours = {i["unit_id"]: i for i in got(served, "/statuses", as_of=DAY, known_by="2021-07-21", limit=5000)["items"]}
    answer = call("status", "--as-of", DAY, "--known-by", "2021-07-21", "--json", "--ledger", str(demo_ledger))
    theirs = json.loads(answer.out)["statuses"]
    assert len(theirs) > 50
    for row in theirs:
        mine = ours[row["unit_id"]]
        assert {k: mine[k] for k in mine} == {k: row[k] for k in mine}


def test_pages_hold_every_status_once_and_carry_both_clocks(served: TestClient) -> None:
    whole = got(served, "/statuses", as_of=DAY, limit=5000)
    found: list[str] = []
    address = f"{API}/statuses?as_of={DAY}&limit=120"
    while address:
        answer = served.get(address).json()
        assert answer["edition"] == whole["edition"]
        found += [i["unit_id"] for i in answer["items"]]
        address = answer["next"]
    assert found == [i["unit_id"] for i in whole["items"]] == sorted(set(found))
    assert whole["total"] == len(found)


@pytest.mark.parametrize(
    ("filter", "holds"),
    [
        ({"kind": "crossing"}, lambda i: i["kind"] == "crossing"),
        (
            {"holder": "taliban", "support": ["disputed", "claimed"]},
            lambda i: i["holder"] == "taliban" and i["support"] in ("disputed", "claimed"),
        ),
        ({"holder": "unknown"}, lambda i: i["holder"] is None),
        ({"within": "af:kandahar"}, lambda i: i["parent"] == "Kandahar"),
        ({"q": "spin"}, lambda i: "spin" in i["name"].casefold()),
    ],
)
def test_filters_let_through_what_they_say_and_all_of_it(served: TestClient, filter: dict[str, Any], holds: Any) -> None:
    whole = got(served, "/statuses", as_of=DAY, limit=5000)["items"]
    found = got(served, "/statuses", as_of=DAY, limit=5000, **filter)["items"]
    assert found == [i for i in whole if holds(i)]
    assert found


def test_the_founding_crossing_at_two_clocks(served: TestClient) -> None:
    noon = got(served, f"/units/{CROSSING}", as_of=DAY, known_by=f"{DAY}T12:00")["status"]
    later = got(served, f"/units/{CROSSING}", as_of=DAY, known_by="2021-07-21")
    assert noon["support"] != later["status"]["support"] == "disputed"
    assert any(e["denial"] for e in later["status"]["evidence"])
    assert {q["report_id"] for e in noon["evidence"] for q in e["quotes"]} < {
        q["report_id"] for e in later["status"]["evidence"] for q in e["quotes"]
    }
    assert later["status"]["evidence"][0]["quotes"][0]["text"]
    assert all(n["reason"] for n in later["neighbours"])
    assert later["neighbours"]


def test_the_series_ends_at_the_days_status_and_sums_to_one(served: TestClient) -> None:
    series = got(served, f"/units/{CROSSING}/series", **{"as_of": "2021-07-21", "from": "2021-07-01", "to": "2021-07-18"})
    status = got(served, f"/units/{CROSSING}", as_of="2021-07-18")["status"]
    assert series["days"][-1] == "2021-07-18"
    assert series["days"][0] >= series["since"]
    for row in series["probabilities"]:
        assert sum(row) == pytest.approx(1, abs=1e-3)
    last = dict(zip(series["states"], series["probabilities"][-1], strict=True))
    assert last == pytest.approx(dict(status["probabilities"]), abs=1e-3)
    assert {t["id"] for t in series["ticks"]} == {e["id"] for e in status["evidence"]}


def test_tallies_reconcile_and_agree_with_the_statuses(served: TestClient) -> None:
    answer = got(served, "/tallies", as_of=DAY, since="2021-06-16")
    assert [t["as_of"] for t in answer["tallies"]] == ["2021-06-16", "2021-06-23", "2021-06-30", "2021-07-07", "2021-07-14"]
    for tally in answer["tallies"]:
        assert sum(r["count"] for r in tally["rows"]) + tally["unknown"] == tally["size"]
    named = got(served, "/tallies", days=f"{DAY}, 2021-07-07")["tallies"]
    assert [t["rows"] for t in named] == [t["rows"] for t in answer["tallies"][-2:]]
    assert got(served, "/published", as_of=DAY)["items"]


def test_changes_sources_gaps_classes(served: TestClient) -> None:
    changes = got(served, "/changes", as_of=DAY)
    assert changes["since"] == "2021-07-07"
    assert changes["items"]
    assert got(served, "/sources", as_of=DAY)["rule"]
    gaps = got(served, "/gaps", limit=1)
    assert gaps["total"] > 1
    assert served.get(gaps["next"]).json()["items"] != gaps["items"]
    looks = got(served, "/classes", as_of=DAY)["classes"]
    assert "disputed" in looks[CROSSING]
    svg = served.get(f"{API}/map.svg", params={"as_of": DAY, "palette": "lwj"})
    assert svg.headers["content-type"] == "image/svg+xml"
    assert svg.text.startswith("<svg")


def test_what_if_a_side_is_not_heard(served: TestClient) -> None:
    answer = got(served, "/whatif", as_of=DAY, drop_side="taliban")
    assert answer["changed"] == len(answer["items"]) > 0
    whole = {i["unit_id"]: i for i in got(served, "/statuses", as_of=DAY, limit=5000)["items"]}
    for item in answer["items"]:
        assert item["before"]["support"] == whole[item["unit_id"]]["support"]
        assert (item["before"]["holder"], item["before"]["support"]) != (item["after"]["holder"], item["after"]["support"])
    claimed = {u for u, i in whole.items() if i["support"] == "claimed" and i["claimed_by"] == "taliban"}
    assert claimed <= {i["unit_id"] for i in answer["items"]}  # what rests on its word alone cannot stand without it


def test_exports_are_those_of_the_command_line(served: TestClient, demo_ledger: Path, call: Call, tmp_path: Path) -> None:
    given = ("--as-of", DAY, "--known-by", "2021-07-21", "--kind", "crossing", "--ledger", str(demo_ledger))
    for name in ("csv", "geojson", "kml"):
        assert call("export", "--out", f"x.{name}", "--format", name, *given).code == 0
        answer = served.get(f"{API}/export/{name}", params={"as_of": DAY, "known_by": "2021-07-21", "kind": "crossing"})
        assert answer.content == (tmp_path / f"x.{name}").read_bytes()
        assert answer.headers["content-disposition"].startswith('attachment; filename="heldby-afghanistan-2021-2021-07-14.')


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/statuses?as_of=14.07.2021", 400, "expected a day"),
        ("/statuses?known_by=9999-12-31T23:00", 400, "before 2200-01-01"),
        ("/statuses?asof=2021-07-14", 400, "unknown; known: as_of"),
        ("/statuses?holder=nobody", 400, "unknown; known: "),
        ("/statuses?within=nowhere", 400, "has no unit"),
        ("/statuses?cursor=%25%25", 400, "none that this server gave"),
        ("/statuses?limit=0", 400, "greater than or equal to 1"),
        ("/changes?as_of=2021-07-01&since=2021-07-02", 400, "lies after"),
        ("/units/nowhere", 404, "not in this edition"),
        (f"/units/{CROSSING}/series?from=1801-01-01", 400, "more days than"),
        ("/map.svg?palette=neon", 400, "known palettes"),
        ("/whatif", 400, "say what to leave out"),
        ("/whatif?drop_outlet=The+Nowhere+Post", 400, "names it"),
        ("/whatif?min_reliability=Z", 400, "known: A"),
        ("/export/docx", 404, "known: csv"),
        ("/tallies?roster=none", 400, "known"),
        ("/nothing", 404, "not found"),
    ],
)
def test_what_is_wrong_is_told_as_json(served: TestClient, address: str, status: int, words: str) -> None:
    answer = served.get(f"{API}{address}")
    assert answer.status_code == status
    error = answer.json()["error"]
    assert set(error) == {"subject", "cause", "place"}
    assert words in error["cause"]


def test_an_answer_had_already_is_not_sent_again(served: TestClient) -> None:
    first = served.get(f"{API}/changes", params={"as_of": DAY})
    tag = first.headers["etag"]
    assert served.get(f"{API}/changes", params={"as_of": DAY}).headers["etag"] == tag
    for had in (tag, f'"x", {tag}', "*"):
        again = served.get(f"{API}/changes", params={"as_of": DAY}, headers={"if-none-match": had})
        assert (again.status_code, again.content) == (304, b"")
    other = served.get(f"{API}/changes", params={"as_of": "2021-07-13"}, headers={"if-none-match": tag})
    assert other.status_code == 200
    assert other.headers["etag"] != tag


def test_long_answers_are_packed_where_asked(served: TestClient) -> None:
    packed = served.get(f"{API}/statuses?as_of={DAY}", headers={"accept-encoding": "gzip"})
    plain = served.get(f"{API}/statuses?as_of={DAY}", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content


def test_the_same_is_answered_to_many_at_once(demo_ledger: Path) -> None:
    client = client_over(demo_ledger)
    found: list[bytes] = []
    askers = [threading.Thread(target=lambda: found.append(client.get(f"{API}/statuses?as_of={DAY}&limit=50").content)) for _ in range(8)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(found) == 8
    assert len(set(found)) == 1


def test_the_description_names_every_route_and_the_error(served: TestClient) -> None:
    described = served.get("/openapi.json").json()
    for path in (
        "/theatre",
        "/statuses",
        "/units/{unit_id}",
        "/units/{unit_id}/series",
        "/whatif",
        "/export/{name}",
        "/feeds/changes.atom",
    ):
        assert set(described["paths"][f"{API}{path}"]) == {"get"}
    assert "/ogc/collections/statuses/items" in described["paths"]
    assert set(described["components"]["schemas"]["Cause"]["required"]) == {"subject", "cause", "place"}
