"""`heldby serve` before it serves: what it says where something is missing or off."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from conftest import Call
from heldby.cli import serving


def test_without_its_extra_serve_says_what_to_install(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    assert serving.missing() == ""
    found = importlib.util.find_spec
    monkeypatch.setattr(serving, "find_spec", lambda name: None if name == "uvicorn" else found(name))
    answer = call("serve", "--demo")
    assert answer.code == 1
    assert f"{sys.executable} -m pip install 'heldby[web,map]'" in answer.err  # not whichever pip comes first


def test_without_a_ledger_serve_says_how_to_make_one(call: Call) -> None:
    answer = call("serve")
    assert answer.code == 2
    assert "there is no ledger" in answer.err


def test_the_demo_names_the_call_that_shows_its_own_ledger(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # not where the environment lies
    assert serving.call_for(Path("demo-out")) == "heldby serve --demo"
    assert serving.call_for(Path("elsewhere")) == "heldby serve --ledger elsewhere/demo.db"
    monkeypatch.setattr(serving, "find_spec", lambda name: None)
    assert serving.call_for(Path("demo-out")) == f"{sys.executable} -m pip install 'heldby[web,map]' && heldby serve --demo"
    monkeypatch.chdir(Path(sys.executable).parent.parent)
    assert serving.call_for(Path("demo-out")).startswith(f"{Path('bin') / Path(sys.executable).name} -m pip install")
