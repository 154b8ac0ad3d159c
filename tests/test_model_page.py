"""The model page says what the files of the weighing say."""

from __future__ import annotations

import importlib.util
from dataclasses import asdict, fields
from importlib import resources
from types import ModuleType

import pytest

from conftest import ROOT
from heldby.weigh import load_priors
from heldby.weigh.learned.settings import ModelSettings

PAGE = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("refresh_model_page", ROOT / "tools" / "refresh_model_page.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def cells(line: str) -> list[str]:
    return [c.strip() for c in line.strip("|").split("|")]


def test_the_tables_of_priors_are_those_of_the_file() -> None:
    text = resources.files("heldby.weigh").joinpath("priors.toml").read_text("utf-8")
    assert tool().filled(PAGE, text) == PAGE, "run python tools/refresh_model_page.py"


def test_every_ratio_and_constant_that_weighs_stands_on_the_page() -> None:
    priors = load_priors()
    rows = {c[0]: c for line in PAGE.splitlines() if line.startswith("| ") and len(c := cells(line)) == 9}
    for line in priors.voices:
        assert [float(x) for x in rows[line.id][3:8]] == [line.event, line.again, line.state, line.denial, line.contest]
    told = {(c[0], c[1]): c[2] for line in PAGE.splitlines() if line.startswith("| ") and len(c := cells(line)) == 4}
    for section in ("motion", "start", "weight", "window", "copy", "support", "tally", "learning"):
        for name, value in asdict(getattr(priors, section)).items():
            assert float(told[section, name]) == float(value), f"{section}.{name}"


def test_every_constant_of_the_learned_model_stands_on_the_page() -> None:
    told = {c[0]: c[1] for line in PAGE.splitlines() if line.startswith("| ") and len(c := cells(line)) == 3}
    for field in fields(ModelSettings):
        if field.name != "kinds":
            value = getattr(ModelSettings(), field.name)
            shown = [float(x) for x in told[field.name].split(",")]
            assert shown == pytest.approx(list(value) if isinstance(value, tuple) else [value], rel=1e-3), field.name
