"""The program as a whole: what a failure that is nobody's bug looks like."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from heldby.cli import main


def test_a_file_that_cannot_be_written_is_a_message_and_not_a_traceback(
    tmp_path: Path, demo_ledger: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    taken = tmp_path / "b.html"
    taken.mkdir()
    monkeypatch.setattr(sys, "argv", ["heldby", "brief", "--out", str(taken), "--as-of", "2021-05-10", "--ledger", str(demo_ledger)])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 1
    assert f"heldby: {taken}: Is a directory" in capsys.readouterr().err
