"""The index's builder writes Cyrillic names as English reports do."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

TOOL = Path(__file__).resolve().parents[2] / "tools" / "romanise.py"


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("romanise", TOOL)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("name", "spellings"),
    [
        ("Запоріжжя", ("Zaporizhzhia",)),
        ("Гуляйполе", ("Huliaipole", "Gulyaypole")),
        ("Часів Яр", ("Chasiv Yar",)),
        ("Згурівка", ("Zghurivka",)),
        ("Юр'ївка", ("Yurivka",)),
        ("Красный Лиман", ("Krasny Liman",)),
        ("Kyiv", ()),
        ("Київ 2", ()),
    ],
)
def test_the_letters_tell_the_language_or_both_tables_are_used(tool: ModuleType, name: str, spellings: tuple[str, ...]) -> None:
    assert tool.romanised(name) == spellings
