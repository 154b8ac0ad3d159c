"""heldby weigh: anyone's table of claims in, a posterior out."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from conftest import Call

HEADER = "unit,date,known,source,kind,side,relation,holder,stance,echo_of"


def claims(path: Path) -> Path:
    """Two towns: one south holds throughout, one that south takes on 11 May."""
    lines = [HEADER]
    for day in range(1, 31):
        date = f"2021-05-{day:02}"
        lines.append(f"mill,{date},{date},survey,map,,controls,south,asserted,")
        if day % 3 == 0:
            lines.append(f"bridge,{date},{date},gazette,media,,controls,{'north' if day < 11 else 'south'},asserted,")
    lines.append("bridge,2021-05-11,2021-05-12,south command,belligerent,south,captured,south,asserted,")
    lines.append("bridge,2021-05-11,2021-05-12,wire,media,,captured,south,asserted,gazette")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def weigh(call: Call, table: Path, out: Path, *more: str) -> dict[str, np.ndarray]:
    answer = call("weigh", str(table), "--from", "2021-05-01", "--to", "2021-05-30", "--out", str(out), *more)
    assert answer.code == 0, answer.err
    with np.load(out, allow_pickle=False) as f:
        return {name: f[name] for name in f.files}


@pytest.mark.parametrize("mode", [(), ("--causal",)])
def test_the_output_holds_units_dates_states_and_a_distribution(call: Call, tmp_path: Path, mode: tuple[str, ...]) -> None:
    got = weigh(call, claims(tmp_path / "c.csv"), tmp_path / "p.npz", *mode)
    assert got["units"].tolist() == ["bridge", "mill"]
    assert got["states"].tolist() == ["north", "south", "contested"]
    assert got["dates"][[0, -1]].tolist() == ["2021-05-01", "2021-05-30"]
    assert got["p"].shape == (2, 30, 3)
    assert got["p"].dtype == np.float32
    assert np.abs(got["p"].sum(2) - 1).max() < 1e-6
    assert got["support"].shape == (2, 30)
    assert got["p"][0, 29, 1] > 0.8


@pytest.mark.parametrize("mode", [(), ("--causal",)])
def test_whom_three_reports_name_holds_it_before_the_capture(call: Call, tmp_path: Path, mode: tuple[str, ...]) -> None:
    got = weigh(call, claims(tmp_path / "c.csv"), tmp_path / "p.npz", *mode)
    assert got["p"][0, 7, 0] > 0.6


@pytest.mark.parametrize("relation", ["captured", "retook", "controls"])
@pytest.mark.parametrize("kind", ["media", "official", "local", "map"])
def test_one_word_of_a_bystander_is_believed_in_a_table_of_ten_rows(call: Call, tmp_path: Path, kind: str, relation: str) -> None:
    lines = [HEADER] + [
        f"town {n},2021-05-{8 + n:02},,post,{kind},,{relation},{'north' if n % 3 else 'south'},asserted," for n in range(10)
    ]
    (tmp_path / "c.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    got = weigh(call, tmp_path / "c.csv", tmp_path / "p.npz")
    for n in range(10):
        assert got["p"][n, 7 + n, 0 if n % 3 else 1] >= 0.6


@pytest.mark.parametrize("kind", ["media", "official"])
def test_a_bystander_who_reports_a_capture_is_believed_over_an_older_word(call: Call, tmp_path: Path, kind: str) -> None:
    lines = [HEADER, "town,2021-05-03,,old,media,,controls,north,asserted,", f"town,2021-05-10,,new,{kind},,captured,south,asserted,"]
    (tmp_path / "c.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    got = weigh(call, tmp_path / "c.csv", tmp_path / "p.npz")
    assert got["p"][0, 2].argmax() == 0
    assert got["p"][0, 9].argmax() == 1
    assert got["p"][0, 29].argmax() == 1


def test_the_same_table_gives_the_same_bytes_in_any_order(call: Call, tmp_path: Path) -> None:
    table = claims(tmp_path / "c.csv")
    weigh(call, table, tmp_path / "a.npz")
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([head, *reversed(rows)]), encoding="utf-8")
    weigh(call, table, tmp_path / "b.npz")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_only_the_units_asked_for_come_out_and_as_with_all(call: Call, tmp_path: Path) -> None:
    table = claims(tmp_path / "c.csv")
    (tmp_path / "units.txt").write_text("mill\n", encoding="utf-8")
    everything = weigh(call, table, tmp_path / "a.npz")
    one = weigh(call, table, tmp_path / "b.npz", "--units", str(tmp_path / "units.txt"))
    assert one["units"].tolist() == ["mill"]
    assert one["p"][0].tobytes() == everything["p"][1].tobytes()


def test_what_was_known_by_a_day_stays_so(call: Call, tmp_path: Path) -> None:
    table = claims(tmp_path / "c.csv")
    before = weigh(call, table, tmp_path / "a.npz", "--known-by", "2021-05-11")
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    early = [r for r in rows if r.split(",")[2] <= "2021-05-11"]
    table.write_text("\n".join([head, *early]), encoding="utf-8")
    then = weigh(call, table, tmp_path / "b.npz")
    assert before["p"].tobytes() == then["p"].tobytes()


def test_faults_are_named_with_their_rows_and_nothing_is_written(call: Call, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text(
        f"{HEADER}\nmill,2021-05-01,,survey,map,,controls,south,asserted,\nmill,May,,survey,blog,,ate,,maybe,\n", encoding="utf-8"
    )
    answer = call("weigh", str(bad), "--from", "2021-05-01", "--to", "2021-05-30", "--out", str(tmp_path / "p.npz"))
    assert answer.code == 1
    assert "row 3" in answer.err
    for word in ("'May'", "'blog'", "'ate'", "'maybe'"):
        assert word in answer.err
    assert not (tmp_path / "p.npz").exists()


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (("--from", "2021-05-30", "--to", "2021-05-01"), "before"),
        (("--from", "yesterday", "--to", "2021-05-01"), "yesterday"),
        (("--from", "2021-05-01", "--to", "2021-05-30", "--known-by", "2020-01-01"), "known by then"),
    ],
)
def test_a_call_that_is_off_says_so(call: Call, tmp_path: Path, args: tuple[str, ...], word: str) -> None:
    answer = call("weigh", str(claims(tmp_path / "c.csv")), *args, "--out", str(tmp_path / "p.npz"))
    assert answer.code == 2
    assert word in answer.err


def test_a_missing_file_says_so(call: Call, tmp_path: Path) -> None:
    answer = call("weigh", str(tmp_path / "none.csv"), "--from", "2021-05-01", "--to", "2021-05-02", "--out", str(tmp_path / "p.npz"))
    assert answer.code == 2
    assert "no such file" in answer.err


def test_the_summary_counts_echoes(call: Call, tmp_path: Path) -> None:
    out = tmp_path / "p.npz"
    answer = call("weigh", str(claims(tmp_path / "c.csv")), "--from", "2021-05-01", "--to", "2021-05-30", "--out", str(out), "--json")
    told = json.loads(answer.out)
    assert told["units"] == 2
    assert told["claims"] == 42
    assert told["exhaustive"] == ["survey"]


def figures(path: Path) -> dict[tuple[str, str, str, str], tuple[float, float]]:
    """value and n by (source, figure, state, says)."""
    with path.open(encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    return {(r["source"], r["figure"], r["state"], r["says"]): (float(r["value"]), float(r["n"])) for r in rows}


def test_what_was_learned_of_each_source_is_written(call: Call, tmp_path: Path) -> None:
    lines = [claims(tmp_path / "c.csv").read_text(encoding="utf-8").strip()]
    for day in (14, 17, 20, 23, 26, 29):  # a paper that prints the gazette's word a day later, and says so
        lines.append(f"bridge,2021-05-{day},2021-05-{day},parrot,media,,controls,south,asserted,")
    (tmp_path / "more.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    weigh(call, tmp_path / "more.csv", tmp_path / "p.npz", "--sources", "s.csv")
    found = figures(tmp_path / "s.csv")
    assert found["gazette", "statements", "", ""] == (10, 10)
    assert found["wire", "echo", "", ""] == (1, 1)
    assert [found[name, "standing", "", ""][0] for name in ("gazette", "parrot", "south command", "survey", "wire")] == [0, 0, 0, 1, 0]
    for name in ("gazette", "parrot", "survey", "south command"):
        for state in ("south fresh", "south settled", "north settled", "contested"):
            words = [v for (n, figure, z, _), (v, _) in found.items() if (n, figure, z) == (name, "word", state)]
            assert len(words) == 10
            assert sum(words) == pytest.approx(1, abs=1e-4)
    assert found["gazette", "word", "south settled", "holds south"][0] > found["gazette", "word", "south settled", "holds north"][0]
    shares = [found["gazette", f, "", ""][0] for f in ("looked", "repeated", "copied")]
    assert sum(shares) == pytest.approx(1, abs=1e-5)
    assert ("survey", "rate", "south settled", "") not in found
    assert found["survey", "reexamine", "", ""][0] > 0
    assert found["south command", "lead", "", ""] == (0, 1)  # both were known on 12 May
    assert found["gazette", "lead", "", ""] == (0, 1)


def test_who_is_late_by_days_is_shown_as_late(call: Call, tmp_path: Path) -> None:
    rows = [HEADER]
    for n in range(12):
        before, turned, later = (f"2021-0{4 + (d - 1) // 30}-{(d - 1) % 30 + 1:02}" for d in (3 + n, 30 + n, 34 + n))
        rows += [f"town {n:02},{before},{before},post,media,,controls,north,asserted,"]
        rows += [f"town {n:02},{turned},{turned},post,media,,captured,south,asserted,"]
        rows += [f"town {n:02},{later},{later},times,media,,controls,south,asserted,"]
    (tmp_path / "c.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    for causal in ((), ("--causal",)):
        args = ("--from", "2021-04-01", "--to", "2021-06-10", "--out", "p.npz", "--sources", "s.csv", *causal)
        answer = call("weigh", "c.csv", *args)
        assert answer.code == 0, answer.err
        found = figures(tmp_path / "s.csv")
        assert found["post", "lead", "", ""] == (4, 12)
        assert found["times", "lead", "", ""] == (-4, 12)


def test_the_sources_as_of_a_day_know_nothing_later(call: Call, tmp_path: Path) -> None:
    table = claims(tmp_path / "c.csv")
    weigh(call, table, tmp_path / "a.npz", "--known-by", "2021-05-20", "--sources", "a.csv")
    head, *rows = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([head, *reversed([r for r in rows if r.split(",")[2] <= "2021-05-20"])]), encoding="utf-8")
    weigh(call, table, tmp_path / "b.npz", "--sources", "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
