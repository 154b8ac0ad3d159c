"""Settings: later sources win, every wrong key is named at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from heldby.errors import Faults, UsageError
from heldby.settings import load_settings, require_theatre


def test_the_command_line_wins_over_the_environment_over_the_file(tmp_path: Path) -> None:
    (tmp_path / "heldby.toml").write_text('theatre = "a"\nlanguage = "en"\nauthor = "file"\n')
    settings = load_settings(
        tmp_path, {"HELDBY_THEATRE": "b", "HELDBY_AUTHOR": "env", "HELDBY_REQUIRE": "shared"}, theatre="c", author=None
    )
    assert (settings.theatre, settings.author, settings.ledger) == ("c", "env", Path("heldby.db"))


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "heldby.toml").write_text('theater = "a"\nmax_report_bytes = -1\ncoarsen_to = "village"\n')
    with pytest.raises(Faults) as caught:
        load_settings(tmp_path, {})
    assert all(word in str(caught.value) for word in ("theater", "max_report_bytes", "coarsen_to", "heldby.toml"))


def test_addresses_come_as_a_list_or_as_text(tmp_path: Path) -> None:
    (tmp_path / "heldby.toml").write_text('allow_addresses = ["127.0.0.1:8000"]\n')
    assert load_settings(tmp_path, {}).allow_addresses == ("127.0.0.1:8000",)
    assert load_settings(tmp_path, {"HELDBY_ALLOW_ADDRESSES": "127.0.0.1:1, 127.0.0.1:2"}).allow_addresses == ("127.0.0.1:1", "127.0.0.1:2")


def test_an_unknown_theatre_names_the_known_ones() -> None:
    with pytest.raises(UsageError, match="known theatres: afghanistan-2021, world") as caught:
        require_theatre("atlantis", ("afghanistan-2021", "world"))
    assert caught.value.exit_code == 2
