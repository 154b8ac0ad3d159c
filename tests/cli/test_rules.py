"""rules check as a user calls it."""

from __future__ import annotations

from conftest import Call


def test_the_rules_examples_are_run_and_counted(call: Call) -> None:
    answer = call("rules", "check", "--theatre", "afghanistan-2021")
    assert answer.code == 0, answer.out
    assert " frames, " in answer.out
    assert " 0 read otherwise" in answer.out
