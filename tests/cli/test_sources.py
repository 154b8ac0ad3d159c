"""heldby sources over the bundled dispatches."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from conftest import Call

CLOCKS = ("--as-of", "2021-08-16", "--known-by", "2021-08-16")


def rows(call: Call, ledger: Path, *more: str) -> list[dict[str, Any]]:
    answer = call("sources", *(more or CLOCKS), "--ledger", str(ledger), "--json")
    assert answer.code == 0, answer.err
    found: list[dict[str, Any]] = json.loads(answer.out)["sources"]
    return found


def test_parties_outlets_and_roles_are_shown_in_one_order(call: Call, demo_ledger: Path) -> None:
    found = rows(call, demo_ledger)
    assert [r["sort"] for r in found] == sorted((r["sort"] for r in found), key=["party", "outlet", "role"].index)
    names = [r["name"] for r in found]
    assert names[:2] == ["Government", "Taliban"]
    assert "Hindu Kush Wire" in names
    assert "residents" in names
    assert found == rows(call, demo_ledger)


def test_the_figures_hang_together(call: Call, demo_ledger: Path) -> None:
    for r in rows(call, demo_ledger):
        judged = r["outcomes"]["borne_out"] + r["outcomes"]["contradicted"]
        assert judged + r["outcomes"]["open"] + r["fights"] == r["testimonies"]
        assert (r["outcomes"]["share"] is None) == (judged == 0)
        if judged:
            assert r["outcomes"]["low"] <= r["outcomes"]["share"] <= r["outcomes"]["high"]
        if judged < 10:
            assert r["letter"] == "F"
        for part in ("borne_out", "contradicted", "open"):
            assert r["own"][part] + r["against"][part] <= r["outcomes"][part]
            assert r["denials"][part] <= r["outcomes"][part]


def test_a_party_fares_better_against_its_interest_than_in_it(call: Call, demo_ledger: Path) -> None:
    government = next(r for r in rows(call, demo_ledger) if r["name"] == "Government")
    assert government["own"]["share"] < government["against"]["share"]


def test_an_earlier_clock_knows_less(call: Call, demo_ledger: Path) -> None:
    now = sum(r["testimonies"] for r in rows(call, demo_ledger))
    then = sum(r["testimonies"] for r in rows(call, demo_ledger, "--as-of", "2021-08-16", "--known-by", "2021-07-01"))
    before = sum(r["testimonies"] for r in rows(call, demo_ledger, "--as-of", "2021-06-01", "--known-by", "2021-07-01"))
    assert 0 < before < then < now
    assert rows(call, demo_ledger, *CLOCKS, "--at-revision", "0") == []


def test_csv_has_one_line_a_source(call: Call, demo_ledger: Path) -> None:
    answer = call("sources", *CLOCKS, "--ledger", str(demo_ledger), "--csv")
    found = list(csv.DictReader(io.StringIO(answer.out)))
    assert [r["name"] for r in found] == [r["name"] for r in rows(call, demo_ledger)]


def test_the_table_says_how_it_judges(call: Call, demo_ledger: Path) -> None:
    answer = call("sources", *CLOCKS, "--ledger", str(demo_ledger))
    assert answer.code == 0
    told = " ".join(answer.out.split())
    assert "with all that this source said of it left out" in told
    assert "never set" in told
    assert "reconstruction of public events" in told


@pytest.mark.parametrize(("name", "start"), [("p.svg", b"<svg"), ("p.png", b"\x89PNG")])
def test_the_plot_is_written(call: Call, demo_ledger: Path, tmp_path: Path, name: str, start: bytes) -> None:
    if name.endswith(".png"):
        pytest.importorskip("resvg_py")
    answer = call("sources", *CLOCKS, "--ledger", str(demo_ledger), "--plot", name, "--csv")
    assert answer.code == 0
    assert f"wrote {name}" in answer.err
    assert (tmp_path / name).read_bytes().startswith(start)


def test_a_plot_of_another_kind_is_refused(call: Call, demo_ledger: Path) -> None:
    answer = call("sources", "--ledger", str(demo_ledger), "--plot", "p.gif")
    assert answer.code == 2
    assert ".svg or .png" in answer.err
    assert call("sources", "--ledger", str(demo_ledger), "--csv", "--json").code == 2


def test_what_the_weighing_learned_stands_beside_the_record(call: Call, demo_ledger: Path) -> None:
    found = {r["name"]: r for r in rows(call, demo_ledger)}
    told = [r for r in found.values() if r["learned"] is not None]
    assert {"Government", "Taliban", "Hindu Kush Wire"} <= {r["name"] for r in told}
    assert all(r["learned_low"] <= r["learned"] <= r["learned_high"] and r["learned_cases"] > 0 for r in told)
    assert found["Government"]["learned"] < found["Hindu Kush Wire"]["learned"]
    assert "learned" in call("sources", *CLOCKS, "--ledger", str(demo_ledger)).out.casefold()
    before = {r["name"]: r["learned_cases"] for r in rows(call, demo_ledger, "--as-of", "2021-08-16", "--known-by", "2021-07-01")}
    assert before["Government"] < found["Government"]["learned_cases"]
