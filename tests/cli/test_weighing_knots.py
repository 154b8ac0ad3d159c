"""heldby weigh: knots kept and filled on demand, posteriors written block by block, Parquet in and out, pictures."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from conftest import Call
from heldby.flow import weighing

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
