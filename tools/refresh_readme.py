"""Make the picture and the answer that the README shows anew: `python tools/refresh_readme.py`.

Run after a change of rules, places or drawing; tests/test_docs.py fails while what is shown is not what a user gets.
"""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from click.testing import CliRunner

from heldby.cli import cli
from heldby.flow.demo import LEDGER, run_demo

ROOT = Path(__file__).resolve().parent.parent
MAP_DAY = "2021-08-13"
LINES = 24
DISPATCHES = ROOT / "src" / "heldby" / "demo" / "dispatches.jsonl"
EXPLAINED = "d021"  # a denial of what somebody claims
SHOWN = 22


def answer(*args: str) -> str:
    result = CliRunner().invoke(cli, list(args), standalone_mode=False, env={"COLUMNS": "120"})
    if result.exception:
        raise result.exception
    return result.stdout


def shown_in(readme: str, name: str, lines: list[str]) -> str:
    """The README with the block `name` filled by `lines`."""
    block = "\n".join(line.rstrip() for line in lines)
    return re.sub(rf"(<!-- {name} -->\n```\n).*?(```\n<!-- /{name} -->)", lambda m: f"{m[1]}{block}\n...\n{m[2]}", readme, flags=re.DOTALL)


def main() -> None:
    explained = answer("read", str(DISPATCHES), "--theatre", "afghanistan-2021", "--explain").splitlines()
    first = next(k for k, line in enumerate(explained) if line.startswith(f"{EXPLAINED} "))
    with tempfile.TemporaryDirectory() as folder:
        run_demo(Path(folder), lambda _: None, lambda _: None)
        ledger = os.path.join(folder, LEDGER)
        shown = answer("why", "Spin Boldak crossing", "--as-of", "2021-07-14", "--ledger", ledger).splitlines()
        picture = os.path.join(folder, "map.png")
        answer("map", "--as-of", MAP_DAY, "--known-by", "2021-08-14", "--since", "2021-08-06", "--out", picture, "--ledger", ledger)
        (ROOT / "docs" / "demo-map.png").write_bytes(Path(picture).read_bytes())
    readme = ROOT / "README.md"
    text = shown_in(readme.read_text(encoding="utf-8"), "why", shown[:LINES])
    readme.write_text(shown_in(text, "explain", [*explained[:2], "", *explained[first : first + SHOWN]]), encoding="utf-8")


if __name__ == "__main__":
    main()
