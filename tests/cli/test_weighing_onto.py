"""heldby weigh --onto: new claims on an earlier fit, only the units they touch."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from test_weighing import HEADER, claims

from conftest import Call

WINDOW = ("--from", "2021-05-01", "--to", "2021-05-30")
NEW = (
    "bridge,2021-05-22,2021-05-22,gazette,media,,captured,north,asserted,",
    "bridge,2021-05-22,2021-05-23,wire,media,,captured,north,asserted,gazette",
    "alder,2021-05-20,2021-05-21,gazette,media,,controls,north,asserted,",
)


def arrays(path: Path) -> dict[str, np.ndarray]:
    with np.load(path, allow_pickle=False) as f:
        return {name: f[name] for name in f.files}


def table(path: Path, *lines: str) -> Path:
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def test_new_claims_change_their_units_alone_and_to_the_bit_as_all_claims_would(call: Call, tmp_path: Path) -> None:
    old, new = claims(tmp_path / "c.csv"), table(tmp_path / "new.csv", *NEW)
    assert call("weigh", str(old), *WINDOW, "--out", "old.npz", "--knots", "k.npz").code == 0
    answer = call("weigh", str(new), "--onto", "k.npz", *WINDOW, "--out", "new.npz", "--knots", "all.npz")
    assert answer.code == 0, answer.err
    assert "3 new claims on an earlier fit of 42" in answer.err
    assert call("weigh", "all.npz", *WINDOW, "--out", "whole.npz").code == 0
    before, after, whole = (arrays(tmp_path / f"{n}.npz") for n in ("old", "new", "whole"))
    assert after["units"].tolist() == ["alder", "bridge"]
    assert whole["units"].tolist() == ["alder", "bridge", "mill"]
    assert after["p"].tobytes() == whole["p"][:2].tobytes()
    assert after["support"].tobytes() == whole["support"][:2].tobytes()
    assert whole["p"][2].tobytes() == before["p"][1].tobytes()  # the mill, of which nothing new is said
    assert after["p"][1, 25, 0] > 5 * before["p"][0, 25, 0]
    knots, joined = arrays(tmp_path / "k.npz"), arrays(tmp_path / "all.npz")
    assert all(joined[n].tobytes() == knots[n].tobytes() for n in knots if n.startswith("parameter_"))


def test_as_json_it_says_what_was_fitted_on(call: Call, tmp_path: Path) -> None:
    call("weigh", str(claims(tmp_path / "c.csv")), *WINDOW, "--knots", "k.npz")
    new = table(tmp_path / "new.csv", NEW[0])
    told = json.loads(call("weigh", str(new), "--onto", "k.npz", *WINDOW, "--out", "new.npz", "--json").out)
    assert (told["added"], told["fitted_on"], told["units"]) == (1, 42, 1)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("bridge,2021-05-22,2021-05-22,herald,media,,captured,north,asserted,", "source 'herald'"),
        ("bridge,2021-05-22,2021-05-22,gazette,local,,captured,north,asserted,", "was of kind media"),
        ("bridge,2021-05-22,2021-05-22,gazette,media,,captured,east,asserted,", "holder 'east'"),
        ("bridge,2021-06-22,2021-06-22,gazette,media,,captured,north,asserted,", "outside those fitted on"),
    ],
)
def test_what_the_earlier_fit_knows_nothing_of_is_named_and_nothing_is_written(call: Call, tmp_path: Path, line: str, word: str) -> None:
    call("weigh", str(claims(tmp_path / "c.csv")), *WINDOW, "--knots", "k.npz")
    answer = call("weigh", str(table(tmp_path / "new.csv", line)), "--onto", "k.npz", *WINDOW, "--out", "new.npz")
    assert answer.code != 0
    assert word in answer.err
    assert "new.csv" in answer.err
    assert not (tmp_path / "new.npz").exists()


def test_a_call_that_is_off_says_so(call: Call, tmp_path: Path) -> None:
    call("weigh", str(claims(tmp_path / "c.csv")), *WINDOW, "--knots", "k.npz")
    new = str(table(tmp_path / "new.csv", NEW[0]))
    for args, word in (
        (("k.npz", "--onto", "k.npz"), "not new claims"),
        ((new, "--onto", "k.npz", "--causal"), "--causal"),
        ((new, "--onto", "k.npz", "--units", new), "--units"),
    ):
        answer = call("weigh", *args, *WINDOW, "--out", "p.npz")
        assert (answer.code != 0, word in answer.err) == (True, True), answer.err
