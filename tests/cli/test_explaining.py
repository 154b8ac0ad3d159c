"""`heldby read --explain`: the drawing says under the text what colour says in it, shows every rule with its file, and changes no claim."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rich.cells import cell_len
from rich.console import Console

from conftest import Call
from heldby.cli import cli
from heldby.cli.explaining import show
from heldby.cli.explaining_rows import Row, Stroke, drawn, rows_of
from heldby.cli.options import coloured
from heldby.rules import load_rulebook

THEATRE = ("--theatre", "afghanistan-2021")
PUBLISHED = ("--outlet", "Lowland Post", "--published", "2021-05-11")
TEXT = (
    "Taliban fighters captured Nerkh district in Wardak province on Monday, a provincial councillor said. "
    "The ministry denied the claim. "
    "Commandos vowed to retake Zzarkhan. "
    "Divers recovered two bodies in Nerkh. "
    "The governor of Nerkh smiled.\n"
)
ESCAPE = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("explained") / "page.txt"
    path.write_text(TEXT)
    return str(path)


def explained(page: str, *more: str) -> str:
    args = ["read", page, "--explain", *THEATRE, *PUBLISHED, *more]
    result = CliRunner().invoke(cli, args, standalone_mode=False, env={"COLUMNS": "120"})
    assert result.exception is None
    return result.stdout


@pytest.fixture(scope="module")
def out(page: str) -> str:
    return explained(page)


def under(out: str, words: str, row: str) -> str:
    """What stands in `row` under `words`."""
    lines = out.splitlines()
    at = next(k for k, line in enumerate(lines) if words in line and not line.lstrip().startswith(("claim", "parts")))
    below = next(line for line in lines[at + 1 :] if line.lstrip().startswith(row))
    start = lines[at].index(words)
    return below[start : start + len(words)]


def test_marks_stand_under_the_words_they_speak_of(out: str) -> None:
    assert under(out, "Taliban fighters", "names") == "A" + "-" * 15
    assert under(out, "Nerkh", "names") == "P----"
    assert under(out, "Monday", "names") == "T-----"
    assert under(out, "captured", "rules") == "1^^^^^^^"
    assert under(out, "a provincial councillor said", "voices") == "a" + ":" * 27
    assert under(out, "captured Nerkh", "voices") == "." * 14


def test_every_claim_names_its_rule_its_file_its_voice_and_its_stance(out: str) -> None:
    where = load_rulebook().where("captured.verb")
    assert re.fullmatch(r"en/frames\w*\.toml:\d+", where)
    assert f"captured.verb  {where}" in out
    assert f"captured.verb+denial  {where}" in out
    assert "a Lowland Post <- a provincial councillor  (side: afghan_government)" in out
    assert "it answers “Taliban fighters captured Nerkh district" in " ".join(out.split())
    assert "denied, as fact" in out
    assert "“Nerkh district” is af:wardak:nerkh" in " ".join(out.split())


def test_what_was_refused_is_shown_with_its_reason_and_where_it_is_mended(out: str) -> None:
    out = " ".join(out.split())
    assert "“recovered”: retook.verb" in out
    assert "stands beside a word that the rule refuses; refuses bodies" in out
    assert "`block` of [retook.verb]" in out
    assert "“Commandos vowed to retake Zzarkhan.” why names no known place" in out
    assert "opened by “retake”; names known to nobody: “Zzarkhan”" in out
    assert "“The governor of Nerkh smiled.” why no word of it opens a rule; verbs without a rule: “smiled”" in out


def test_colour_only_repeats_what_the_text_says(page: str, out: str) -> None:
    colour = explained(page, "--colour")
    assert not ESCAPE.search(out), "no terminal, no colour"
    assert "\x1b[32m" in colour
    assert ESCAPE.sub("", colour) == out
    assert explained(page, "--no-colour") == out


def test_without_colour_nothing_but_text_is_written_to_a_terminal() -> None:
    told = io.StringIO()
    show(Console(file=told, force_terminal=True, no_color=True), [(("a", "bold"), ("b", "green"))])
    assert told.getvalue() == "ab\n"


@pytest.mark.parametrize(
    ("wish", "environment", "terminal", "expected"),
    [
        (None, {}, True, True),
        (None, {}, False, False),
        (None, {"NO_COLOR": "1"}, True, False),
        (None, {"NO_COLOR": ""}, True, True),
        (None, {"TERM": "dumb"}, True, False),
        (True, {"NO_COLOR": "1"}, False, True),
        (False, {}, True, False),
    ],
)
def test_when_there_is_colour(wish: bool | None, environment: dict[str, str], terminal: bool, expected: bool) -> None:
    assert coloured(wish, environment, terminal) is expected


def test_the_trace_as_json_stands_beside_the_same_claims(call: Call, page: str) -> None:
    (plain,) = map(json.loads, call("read", page, "--json", *THEATRE, *PUBLISHED).out.splitlines())
    (line,) = map(json.loads, explained(page, "--json").splitlines())
    trace: dict[str, Any] = line.pop("trace")
    assert line == plain
    assert "trace" not in plain
    first, *_, last = trace["sentences"]
    (made,) = [c for c in first["considered"] if c["claims"]]
    assert (made["rule"], made["claims"], made["refusal"]) == ("captured.verb", [0], None)
    assert made["file"] == load_rulebook().where("captured.verb")
    assert TEXT[slice(*made["span"])] == "captured"
    assert [v["chain"] for v in first["voices"]] == [["a provincial councillor"]]
    assert last["refusal"]["code"] == "no-opener"
    blocked = [c for s in trace["sentences"] for c in s["considered"] if c["refusal"] and c["refusal"]["code"] == "blocked"]
    assert "retook.verb" in [c["rule"] for c in blocked]
    assert blocked[0]["refusal"]["mend"]["keys"] == ["block"]


def test_an_engine_that_is_not_ours_keeps_no_trace(call: Call, page: str) -> None:
    endpoint = ("--engine", "openai", "--engine-model", "m", "--engine-url", "http://127.0.0.1:9/v1")
    answer = call("read", page, "--explain", *THEATRE, *endpoint)
    assert answer.code == 2
    assert "keeps no trace" in answer.err


def test_no_control_character_of_a_report_reaches_the_terminal(tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_text(TEXT.replace("captured", "captured \x1b[2J\x07 and held"))
    out = explained(str(bad))
    assert "\x1b" not in out
    assert "\x07" not in out


def plain(lines: list[tuple[tuple[str, str], ...]]) -> list[str]:
    return ["".join(text for text, _ in line) for line in lines]


def test_a_mark_goes_on_in_the_next_line() -> None:
    text = "alpha beta gamma delta"
    out = plain(drawn(text, 0, len(text), [Row("names", (Stroke(6, 16, "P", "-"),))], "1", 28))
    assert out == ["     1  alpha beta gamma", " names        P---------", "        delta"]
    assert plain(drawn(text, 0, len(text), [Row("names", (Stroke(6, 22, "P", "-"),))], "1", 28))[-2:] == ["        delta", " names  P----"]


def test_marks_keep_their_place_under_wide_letters() -> None:
    text = "漢字 Nerkh fell"
    line, marks = plain(drawn(text, 0, len(text), [Row("names", (Stroke(0, 2, "?", "-"), Stroke(3, 8, "P", "-")))], "1", 80))
    assert marks[8:12] == "?---"
    assert cell_len(line[: line.index("Nerkh")]) == marks.index("P")


def test_a_word_longer_than_a_line_is_broken_and_nothing_is_lost() -> None:
    text = "x" * 50 + " end"
    lines = plain(drawn(text, 0, len(text), [], "1", 28))
    assert "".join(line[8:] for line in lines).replace(" ", "") == text.replace(" ", "")


def test_a_name_keeps_its_colour_inside_what_a_voice_says() -> None:
    text = "He said Nerkh fell"
    rows = [Row("names", (Stroke(8, 13, "P", "-", "green"),)), Row("voices", (Stroke(8, 18, "a", ".", "cyan"),))]
    line, *_ = drawn(text, 0, len(text), rows, "1", 80)
    assert dict(line)["Nerkh"].split()[-1] == "green"
    assert dict(line)[" fell"] == "cyan"


def test_strokes_that_overlap_stand_in_rows_of_their_own() -> None:
    rows = rows_of("voices", [Stroke(0, 10, "a", "."), Stroke(4, 6, "b", "."), Stroke(10, 12, "c", ".")])
    assert [[s.sign for s in r.strokes] for r in rows] == [["a", "c"], ["b"]]
