"""What the README shows is what a user gets."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from conftest import ROOT, Call

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)
COMMANDS = [line.split("  #")[0].strip() for block in BLOCKS for line in block.splitlines() if line.startswith("heldby ")]
ON_THE_DEMO = [c for c in COMMANDS if "demo-out/demo.db" in c]


def test_the_readme_shows_both_make_commands_and_five_to_type_next() -> None:
    assert "make demo" in README
    assert "make test" in README
    assert len(COMMANDS) >= 5


@pytest.mark.parametrize("line", ON_THE_DEMO)
def test_the_commands_on_the_demo_work(call: Call, demo_ledger: Path, line: str) -> None:
    args = [str(demo_ledger) if a == "demo-out/demo.db" else a for a in shlex.split(line)[1:]]
    answer = call(*args)
    assert answer.code == 0
    assert answer.out.strip()


@pytest.mark.parametrize("name", sorted({c.split()[1] for c in COMMANDS}))
def test_every_command_named_explains_itself(call: Call, name: str) -> None:
    answer = call(name, "--help")
    assert answer.code == 0
    assert "Usage" in answer.out


def test_the_answer_shown_is_the_answer_given(call: Call, demo_ledger: Path) -> None:
    found = re.search(r"<!-- why -->\n```\n(.*?)```\n<!-- /why -->", README, flags=re.DOTALL)
    assert found, "the README shows no answer"
    shown = [" ".join(line.split()) for line in found[1].splitlines() if line.strip() not in ("", "...")]
    answer = call("why", "Spin Boldak crossing", "--as-of", "2021-07-14", "--ledger", str(demo_ledger))
    given = [" ".join(line.split()) for line in answer.out.splitlines()]
    assert len(shown) >= 6
    assert [line for line in shown if line not in given] == []


def unnumbered(line: str) -> str:
    """A line without the lines of rule files, which move whenever a rule is added above."""
    return re.sub(r"(\.toml):\d+", r"\1", line)


def test_the_explanation_shown_is_the_explanation_given(call: Call) -> None:
    found = re.search(r"<!-- explain -->\n```\n(.*?)```\n<!-- /explain -->", README, flags=re.DOTALL)
    assert found, "the README shows no explanation"
    shown = [unnumbered(line) for line in found[1].splitlines() if line.strip() not in ("", "...")]
    command = next(c for c in COMMANDS if "--explain" in c)
    dispatches = str(ROOT / "src/heldby/demo/dispatches.jsonl")
    args = [dispatches if a.endswith("dispatches.jsonl") else a for a in shlex.split(command)[1:]]
    given = [unnumbered(line.rstrip()) for line in call(*args).out.splitlines()]
    assert len(shown) >= 12
    assert [line for line in shown if line not in given] == []


def test_pictures_and_pages_that_the_documents_name_are_there() -> None:
    for document in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for target in re.findall(r"\]\(([^)#]+)\)", document.read_text(encoding="utf-8")):
            if "://" not in target:
                assert (document.parent / target).exists(), f"{document.name}: {target}"
