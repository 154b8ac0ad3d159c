"""A small sound theatre in a folder, which tests copy and break; and the two built-in ones, loaded once."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_theatre import FILES, FaultsOf, WriteTheatre

from heldby.errors import Faults
from heldby.model.theatre import Theatre
from heldby.theatres import load_theatre


@pytest.fixture
def write_theatre(tmp_path: Path) -> WriteTheatre:
    """Write the small theatre into a folder of own theatres, with files replaced by the keyword arguments; returns that folder."""

    def write(**changed: str) -> Path:
        home = tmp_path / "own" / "valley"
        home.mkdir(parents=True, exist_ok=True)
        for name, text in FILES.items():
            (home / name).write_text(changed.get(name.replace(".", "_"), text), encoding="utf-8")
        return home.parent

    return write


@pytest.fixture
def faults_of(write_theatre: WriteTheatre) -> FaultsOf:
    """The faults that loading the small theatre with changed files reports, as lines."""

    def load(**changed: str) -> list[str]:
        with pytest.raises(Faults) as caught:
            load_theatre("valley", write_theatre(**changed))
        return [str(f) for f in caught.value.faults]

    return load


@pytest.fixture(scope="session")
def afghanistan() -> Theatre:
    return load_theatre("afghanistan-2021")


@pytest.fixture(scope="session")
def world() -> Theatre:
    return load_theatre("world")
