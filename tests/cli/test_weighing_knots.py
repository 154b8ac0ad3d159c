"""heldby weigh: knots kept and filled on demand, posteriors written block by block, Parquet in and out, pictures."""

from __future__ import annotations

import importlib.util
import json
import os
import random
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from conftest import Call
from heldby.flow import weighing
from heldby.flow.posteriors import write_posterior

HEADER = "unit,date,known,source,kind,side,relation,holder,stance,echo_of"
WINDOW = ("--from", "2021-05-01", "--to", "2021-05-30")
needs_arrow = pytest.mark.skipif(importlib.util.find_spec("pyarrow") is None, reason="Parquet needs pyarrow")


def claims(path: Path) -> Path:
    """Seven towns on a road, of which south takes one more every fourth day; a paper, a spokesman and a townsman's survey."""
    lines = [HEADER]
    for n in range(7):
        fell = 3 + 4 * n
        for day in range(1, 31):
            date = f"2021-05-{day:02}"
            lines += (
                [f"town {n},{date},{date},survey,local,,controls,{'south' if day >= fell + 2 else 'north'},asserted,"]
                if day % 7 == 1
                else []
            )
            lines += (
                [f"town {n},{date},{date},gazette,media,,controls,{'south' if day >= fell else 'north'},asserted,"]
                if day % 3 == n % 3
                else []
            )
            lines += [f"town {n},{date},{date},south command,belligerent,south,captured,south,asserted,"] if day == fell else []
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def arrays(path: Path) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as f:
        return {name: f[name] for name in f.files}


def ok(call: Call, *args: str) -> str:
    answer = call("weigh", *args)
    assert answer.code == 0, answer.err
    return answer.out


def test_knots_are_filled_as_the_claims_themselves_would_have_been(call: Call, tmp_path: Path) -> None:
    table = str(claims(tmp_path / "c.csv"))
    ok(call, table, *WINDOW, "--out", "whole.npz", "--knots", "k.npz")
    whole, knots = arrays(tmp_path / "whole.npz"), arrays(tmp_path / "k.npz")
    ok(call, "k.npz", *WINDOW, "--out", "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "whole.npz").read_bytes()
    (tmp_path / "some.txt").write_text("town 5\ntown 2\n", encoding="utf-8")
    ok(call, "k.npz", "--from", "2021-05-11", "--to", "2021-05-13", "--units", "some.txt", "--out", "part.npz")
    part = arrays(tmp_path / "part.npz")
    assert part["units"].tolist() == ["town 2", "town 5"]
    assert part["p"].tobytes() == np.ascontiguousarray(whole["p"][[2, 5], 10:13]).tobytes()
    assert part["support"].tobytes() == np.ascontiguousarray(whole["support"][[2, 5], 10:13]).tobytes()
    assert np.abs(knots["knot_p"].sum(1) - 1).max() < 1e-6
    for u in range(7):
        days = knots["knot_day"][knots["knot_ptr"][u] : knots["knot_ptr"][u + 1]]
        assert 2 <= len(days) < 30, "fewer than the days of the window"
        at = knots["knot_p"][knots["knot_ptr"][u] : knots["knot_ptr"][u + 1]]
        assert np.abs(at - whole["p"][u, days]).max() < 1e-5


@pytest.mark.parametrize("mode", [(), ("--causal", "--renew", "10")])
def test_blocks_of_units_give_the_bytes_of_the_whole(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: tuple[str, ...]
) -> None:
    table = str(claims(tmp_path / "c.csv"))
    ok(call, table, *WINDOW, "--out", "whole.npz", *mode)
    monkeypatch.setattr(weighing, "CELLS", 30 * 3 * 2)  # two towns at a time
    ok(call, table, *WINDOW, "--out", "blocks.npz", *mode)
    assert (tmp_path / "blocks.npz").read_bytes() == (tmp_path / "whole.npz").read_bytes()


@needs_arrow
def test_parquet_in_and_out_says_what_csv_and_npz_say(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    csv = importlib.import_module("pyarrow.csv")
    parquet = importlib.import_module("pyarrow.parquet")
    table = claims(tmp_path / "c.csv")
    parquet.write_table(csv.read_csv(table), tmp_path / "c.parquet")
    ok(call, str(table), *WINDOW, "--out", "a.npz")
    monkeypatch.setattr(weighing, "CELLS", 30 * 3 * 3)
    ok(call, "c.parquet", *WINDOW, "--out", "b.parquet")
    whole, rows = arrays(tmp_path / "a.npz"), parquet.read_table(tmp_path / "b.parquet").to_pydict()
    assert rows["unit"] == [u for u in whole["units"].tolist() for _ in range(30)]
    assert rows["date"] == whole["dates"].tolist() * 7
    for i, state in enumerate(whole["states"].tolist()):
        assert np.array(rows[f"p_{state}"], np.float32).tobytes() == np.ascontiguousarray(whole["p"][:, :, i]).tobytes()


@needs_arrow
def test_a_parquet_file_with_faults_names_their_rows(call: Call, tmp_path: Path) -> None:
    arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    columns = {c: ["x", "x"] for c in HEADER.split(",")} | {
        "date": ["2021-05-01", "May"],
        "known": [None, None],
        "kind": ["media", "media"],
    }
    columns |= {"relation": ["controls", "controls"], "stance": ["asserted", "maybe"], "echo_of": ["", ""]}
    parquet.write_table(arrow.table(columns), tmp_path / "c.parquet")
    answer = call("weigh", "c.parquet", *WINDOW, "--out", "p.npz")
    assert answer.code == 1
    assert "row 3" in answer.err
    assert "'May'" in answer.err
    assert "'maybe'" in answer.err
    (tmp_path / "torn.parquet").write_bytes((tmp_path / "c.parquet").read_bytes()[:200])
    torn = call("weigh", "torn.parquet", *WINDOW, "--out", "p.npz")
    assert torn.code == 1
    assert "no Parquet file" in torn.err


def test_what_knots_cannot_answer_is_said(call: Call, tmp_path: Path) -> None:
    table = str(claims(tmp_path / "c.csv"))
    ok(call, table, *WINDOW, "--knots", "k.npz")
    for args, word in (
        (("k.npz", *WINDOW, "--out", "p.npz", "--causal"), "--causal"),
        (("k.npz", *WINDOW, "--out", "p.npz", "--known-by", "2021-05-09"), "--known-by"),
        (("k.npz", "--from", "2021-04-01", "--to", "2021-05-09", "--out", "p.npz"), "2021-05-01 to 2021-05-30"),
        (("k.npz", *WINDOW, "--knots", "l.npz"), "already"),
        ((table, *WINDOW), "nothing to write"),
        ((table, *WINDOW, "--out", "p.csv"), ".npz or .parquet"),
    ):
        answer = call("weigh", *args)
        assert answer.code == 2, args
        assert word in answer.err
    np.savez(tmp_path / "other.npz", x=np.zeros(3))
    answer = call("weigh", "other.npz", *WINDOW, "--out", "p.npz")
    assert answer.code == 1
    assert "no knots" in answer.err
    (tmp_path / "torn.npz").write_bytes((tmp_path / "k.npz").read_bytes()[:300])
    assert call("weigh", "torn.npz", *WINDOW, "--out", "p.npz").code == 1
    assert not [p for p in tmp_path.iterdir() if "part" in p.name or p.name == "p.npz"]


def test_the_sources_matrices_are_drawn(call: Call, tmp_path: Path) -> None:
    ok(call, str(claims(tmp_path / "c.csv")), *WINDOW, "--plots", "plots")
    drawn = (tmp_path / "plots" / "reliability.svg").read_text(encoding="utf-8")
    for name in ("gazette", "survey", "south command", "belligerent of south"):
        assert name in drawn
    assert drawn.count("<rect") == 1 + 3 * 9, "a sheet, and three sources with three states by three words"


def test_the_bytes_depend_on_nothing_but_the_claims(tmp_path: Path, proving: bool) -> None:
    """Other orders of rows and numbers of workers; as a proof also other hash seeds and time zones, in processes of their own."""
    table = claims(tmp_path / "c.csv")
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    found = set()
    for n in range(20 if proving else 3):
        shuffled = tmp_path / f"{n}.csv"
        shuffled.write_text("\n".join([head, *random.Random(n).sample(rows, len(rows))]) + "\n", encoding="utf-8")
        if proving:
            env = {**os.environ, "PYTHONHASHSEED": str(n), "TZ": ("UTC", "Asia/Kabul", "Pacific/Apia")[n % 3]}
            code = "import sys; from test_weighing_knots import put_out; put_out(sys.argv[1], int(sys.argv[2]))"
            subprocess.run(
                [sys.executable, "-c", code, str(shuffled), str(1 + n % 4)], check=True, env=env, cwd=Path(__file__).parent, timeout=600
            )
        else:
            put_out(str(shuffled), 1 + n)
        found.add((Path(f"{shuffled}.npz").read_bytes(), Path(f"{shuffled}.knots.npz").read_bytes()))
    assert len(found) == 1


def put_out(table: str, workers: int) -> None:
    """Posterior and knots of a table, beside it."""
    weighed = weighing.weigh_claims(weighing.read_claims(Path(table)), weighing.Order(date(2021, 5, 1), date(2021, 5, 30), workers=workers))
    write_posterior(weighed.axes, weighed.blocks(), Path(f"{table}.npz"))
    weighing.write_knots(weighed, Path(f"{table}.knots.npz"))


def front(path: Path, *, spatial: bool) -> None:
    """A hundred and twenty towns, the western half north's and the eastern south's (or one as the other), with four papers that err now and then."""
    rng = random.Random(5)
    lines, places = [HEADER], ["unit,lat,lon"]
    for n in range(120):
        x, y = rng.random(), rng.random()
        east = x > 0.5 if spatial else rng.random() > 0.5
        places.append(f"t{n:03},{30 + y:.4f},{60 + x:.4f}")
        for day in range(1, 31):
            for s in range(4):
                if rng.random() < 0.05:
                    said = east if rng.random() < 0.75 else not east
                    lines.append(f"t{n:03},2021-05-{day:02},,paper {s},media,,controls,{'south' if said else 'north'},asserted,")
    path.with_suffix(".csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.with_suffix(".places").write_text("\n".join(places) + "\n", encoding="utf-8")


def test_neighbours_are_heard_where_leaving_one_source_out_says_that_they_help(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, spatial in (("front", True), ("even", False)):
        front(tmp_path / name, spatial=spatial)
    told = {
        n: json.loads(ok(call, f"{n}.csv", *WINDOW, "--near", f"{n}.places", "--out", f"{n}.npz", "--json"))["neighbours"]
        for n in ("front", "even")
    }
    assert told["front"]["weight"] > 0
    assert told["front"]["gain"] > told["front"]["error"]
    assert told["even"]["weight"] == 0
    ok(call, "front.csv", *WINDOW, "--out", "alone.npz")
    ok(call, "even.csv", *WINDOW, "--out", "plain.npz")
    assert (tmp_path / "even.npz").read_bytes() == (tmp_path / "plain.npz").read_bytes()
    places = dict(line.split(",", 1) for line in (tmp_path / "front.places").read_text(encoding="utf-8").splitlines()[1:])
    south = np.array([float(places[u].split(",")[1]) > 60.5 for u in arrays(tmp_path / "front.npz")["units"].tolist()])
    p = {n: arrays(tmp_path / f"{n}.npz")["p"] for n in ("front", "alone")}
    brier = {n: ((x[:, :, 1] - south[:, None]) ** 2).mean() for n, x in p.items()}
    assert brier["front"] < 0.9 * brier["alone"]
    assert np.abs(p["front"].sum(2) - 1).max() < 1e-5
    monkeypatch.setattr(weighing, "CELLS", 30 * 3 * 50)
    ok(call, "front.csv", *WINDOW, "--near", "front.places", "--out", "blocks.npz")
    assert (tmp_path / "blocks.npz").read_bytes() == (tmp_path / "front.npz").read_bytes()


def test_places_that_are_off_or_lost_are_named(call: Call, tmp_path: Path) -> None:
    table = str(claims(tmp_path / "c.csv"))
    (tmp_path / "off.csv").write_text("unit,lat,lon\ntown 0,95,10\ntown 1,here,10\n", encoding="utf-8")
    answer = call("weigh", table, *WINDOW, "--near", "off.csv", "--out", "p.npz")
    assert answer.code == 1
    assert "row 2" in answer.err
    assert "row 3" in answer.err
    (tmp_path / "few.csv").write_text("unit,lat,lon\ntown 0,5,10\n", encoding="utf-8")
    few = call("weigh", table, *WINDOW, "--near", "few.csv", "--out", "p.npz")
    assert few.code == 2
    assert "town 1" in few.err
    assert call("weigh", table, *WINDOW, "--near", "few.csv", "--causal", "--out", "p.npz").code == 2
