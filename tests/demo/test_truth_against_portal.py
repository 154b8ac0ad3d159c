"""The bench that holds the truth table against the gold's portal items, and the figure that the README gives from it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import heldby

ROOT = Path(heldby.__file__).parents[2]
BENCH = ROOT / "bench" / "check_demo_truth.py"
PORTAL = ROOT.parent / "shared" / "gold" / "portal.jsonl"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(BENCH), *arguments], capture_output=True, text=True, check=False)


def test_a_missing_file_is_named_and_fails(tmp_path: Path) -> None:
    done = run(str(tmp_path / "none.jsonl"))
    assert done.returncode == 1
    assert "none.jsonl is not here" in done.stderr


def test_a_claim_confirms_one_row_and_set_aside_ids_are_skipped(tmp_path: Path) -> None:
    """Made-up documents: "demo-1" hashes to 6b and is read, "demo-5" to 0a and must not count."""
    line = (
        '{{"id": "{id}", "published": "2021-08-09", "claims": [{{"relation": "captured", "actor_canonical": "taliban", "polarity": "asserted",'
        ' "modality": "factual", "event_date": null, "places": [{{"text": "{place}", "canonical": "{place}", "kind": "city",'
        ' "admin1": "{province}", "country": "AF"}}]}}]}}\n'
    )
    made = tmp_path / "made.jsonl"
    made.write_text(
        line.format(id="demo-1", place="Aybak", province="Samangan") + line.format(id="demo-5", place="Kunduz", province="Kunduz")
    )
    done = run(str(made))
    assert done.returncode == 0, done.stderr
    assert "1 of " in done.stdout
    assert "af:samangan:aybak-city" in done.stdout
    assert "af:kunduz:kunduz-city" not in done.stdout


@pytest.mark.shared
def test_the_readme_gives_the_confirmed_rows_as_they_are() -> None:
    done = run(str(PORTAL))
    assert done.returncode == 0, done.stderr
    found = re.search(r"^(\d+ of \d+) rows are confirmed", done.stdout, re.MULTILINE)
    assert found
    readme = (ROOT / "src" / "heldby" / "demo" / "README.md").read_text(encoding="utf-8")
    assert found.group(1) in readme
