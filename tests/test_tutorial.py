"""The tutorial "your own conflict in an hour": its commands, exactly as they are printed, do what it says they do."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT, Call

TUTORIAL = (ROOT / "docs" / "tutorial-own-conflict.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```sh\n(.*?)```", TUTORIAL, flags=re.DOTALL)
HEREDOC = re.compile(r"cat (?P<mode>>>?) (?P<file>\S+) <<'END'\Z")


def commands(block: str) -> Iterator[tuple[str, str]]:
    """Each command of a block with the lines that it is given ("" for none)."""
    lines = iter(block.splitlines())
    for line in lines:
        body = []
        if HEREDOC.match(line):
            for inner in lines:
                if inner == "END":
                    break
                body.append(f"{inner}\n")
        yield line, "".join(body)


def test_every_command_does_what_the_tutorial_says(call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    said: dict[str, str] = {}
    monkeypatch.setenv("HELDBY_WORKERS", "1")  # five reports are read before a second process would have started
    for line, body in (c for block in BLOCKS for c in commands(block)):
        words = shlex.split(line)
        if found := HEREDOC.match(line):
            with Path(found["file"]).open("a" if found["mode"] == ">>" else "w", encoding="utf-8") as f:
                f.write(body)
        elif words[0] == "export":
            for name, _, value in (w.partition("=") for w in words[1:]):
                monkeypatch.setenv(name, value)
        elif words[0] == "mkdir":
            assert words[2:4] == ["&&", "cd"]
            Path(words[1]).mkdir()
            monkeypatch.chdir(words[1])
        elif words == ["heldby", "serve"]:
            continue  # never ends; the whole in a shell, below, asks it
        else:
            assert words[0] == "heldby"
            answer = call(*words[1:])
            assert answer.code == 0, f"{line}\n{answer.out}{answer.err}"
            said[line] = answer.out
    assert "12 places in 11 areas (the country is one), 2 sides and third parties" in next(
        s for c, s in said.items() if " theatre new " in c
    )
    assert said["heldby add reports.jsonl"].startswith("5 added, 8 claims, 0 tallies, 0 gaps")
    assert "6 added, 6 claims" in said["heldby add events.csv --mapping events.toml"]
    assert "Kosti" in said["heldby status --as-of 2024-07-05"]
    assert "rsf captured  Zalingei" in said["heldby read events.csv --mapping events.toml"]
    why = next(s for c, s in said.items() if "--as-of 2025-01-12" in c)
    assert "held by the Sudanese Armed Forces since 11 January 2025" in why
    assert "ASSERTS: lost by the Rapid Support Forces" in why  # who acknowledges a loss has suffered it
    assert "disputed" not in why
    assert "12 places" in said["heldby tally --as-of 2024-07-05"]
    home = tmp_path / "my-conflict"
    drawn = (home / "map.svg").read_text(encoding="utf-8")
    assert "drawn around the places listed, no border" in drawn
    assert len(set(re.findall(r'data-unit="(sd:[^"]+)"', drawn))) == 12  # a cell each
    assert {">Zalingei<", ">Nyala<"} <= set(re.findall(r">[^<>]+<", drawn))
    assert "<html" in (home / "brief.html").read_text(encoding="utf-8")
    assert json.loads((home / "held.geojson").read_text(encoding="utf-8"))["features"]


@pytest.mark.prove
@pytest.mark.skipif(os.environ.get("HELDBY_PROVE") != "1", reason="the whole in a shell takes a minute: make prove")
def test_the_whole_runs_in_a_shell(tmp_path: Path) -> None:
    script = "\n".join(BLOCKS).replace(
        "heldby serve\n",
        "heldby serve & server=$!\n"
        "for n in $(seq 60); do python3 -c 'import urllib.request as u; u.urlopen(\"http://127.0.0.1:8470/\")' && break; sleep 1; done\n"
        "kill $server\n[ $n -lt 60 ]\n",
    )
    run = f'heldby() {{ {shlex.quote(sys.executable)} -m heldby "$@"; }}\nset -e\n{script}'
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(["bash", "-c", run], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
