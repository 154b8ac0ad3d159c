"""Engines as a user calls them: off unless named, exit code 3 where something was lost, the ledger naming who read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from engine_scene import KEY, TEXT, Reply, claim, good, serving

from conftest import Call
from heldby.ledger import open_ledger

GIVEN = ("--theatre", "afghanistan-2021", "--outlet", "Lowland Post", "--published", "2021-05-11")
RULES = (
    "Taliban fighters captured Nerkh district in Wardak province on Monday, a provincial councillor said. The army's spokesman denied it.\n"
)


@pytest.fixture
def text(call: Call, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file with the report, in the folder in which commands run; the key in the environment."""
    monkeypatch.setenv("ENGINE_KEY", KEY)
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    return "a.txt"


def openai(url: str) -> tuple[str, ...]:
    return ("--engine", "openai", "--engine-url", url, "--engine-model", "small-model", "--engine-key-env", "ENGINE_KEY")


def everything_written() -> bytes:
    return b"".join(p.read_bytes() for p in sorted(Path().rglob("*")) if p.is_file())


def test_an_engine_is_off_unless_it_is_named(call: Call, text: str) -> None:
    with serving(good()) as server:
        answer = call("read", text, "--json", *GIVEN, "--engine-url", server.url, "--engine-model", "small-model")
    assert answer.code == 0
    assert server.asked == []
    assert all(not c["rule"].startswith("engine:") for c in json.loads(answer.out)["claims"])
    assert "engine" not in answer.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--engine", "openai"), "engine_model"),
        (("--engine", "openai", "--engine-model", "m"), "named by you: --engine-url"),
        (("--engine", "parrot"), "expected rules, openai, spacy"),
    ],
)
def test_a_call_without_what_an_engine_needs_is_off(call: Call, text: str, options: tuple[str, ...], said: str) -> None:
    answer = call("read", text, *GIVEN, *options)
    assert answer.code in (1, 2)
    assert said in answer.err


def test_reading_names_the_engine_where_the_text_goes_and_what_it_cost(call: Call, text: str) -> None:
    with serving(good()) as server:
        answer = call("read", text, "--json", *GIVEN, *openai(server.url))
    assert answer.code == 0
    (read,) = json.loads(answer.out)["claims"]
    assert read["rule"].startswith("engine:openai@small-model/")
    assert read["places"][0]["unit_id"] == "af:wardak:nerkh"
    assert f"the text of reports is sent to {server.url}".replace("/v1", "") in answer.err.replace("/v1/chat/completions", "")
    assert "1 calls, 0 answers from the cache" in answer.err
    assert "900 tokens in, 100 out" in answer.err
    assert Path("heldby-sends.jsonl").is_file()
    assert KEY not in answer.out + answer.err
    assert KEY.encode() not in everything_written()


@pytest.mark.parametrize("reply", [Reply(b"no"), good(claim(evidence="Kabul fell"))], ids=["no JSON", "invented"])
def test_what_is_lost_is_a_gap_and_exit_code_3_and_our_rules_do_not_step_in(call: Call, text: str, reply: Reply) -> None:
    with serving(reply) as server:
        answer = call("add", text, "--json", *GIVEN, *openai(server.url))
    assert answer.code == 3
    figures = json.loads(answer.out)
    assert (figures["added"], figures["claims"], figures["gaps"]) == (1, 0, 1)
    (gap,) = json.loads(call("gaps", "--json").out)["gaps"]
    assert gap["kind"] == "unreadable"
    assert KEY.encode() not in everything_written()


def test_the_ledger_names_the_engine_and_later_our_rules(call: Call, text: str) -> None:
    with serving(good()) as server:
        call("add", text, *GIVEN, *openai(server.url))

    def reader() -> str:
        ledger = open_ledger(Path("heldby.db"))
        try:
            return ledger.view().kept()[0].provenance.reader
        finally:
            ledger.close()

    assert ", engine openai@small-model/" in reader()
    assert call("reread").code == 0
    assert "engine" not in reader()


def test_reading_again_never_puts_a_failure_where_claims_were(call: Call, text: str) -> None:
    Path(text).write_text(RULES)
    before = json.loads(call("add", text, "--json", *GIVEN).out)
    with serving(Reply(b"no")) as server:
        answer = call("reread", *openai(server.url))
    assert answer.code == 1
    assert "not of the chat completions form" in answer.err
    assert json.loads(call("verify", "--json").out)["checkpoint"]["revision"] == before["revision"]
    with serving(good()) as server:
        assert call("reread", *openai(server.url)).code == 0
    assert json.loads(call("verify", "--json").out)["checkpoint"]["revision"] == before["revision"] + 1


@pytest.mark.parametrize("line", ['engine_url = "http://127.0.0.1:9/v1"', 'engine_key_env = "AWS_SECRET_ACCESS_KEY"'])
def test_a_folder_cannot_name_an_endpoint_or_a_key(call: Call, text: str, line: str) -> None:
    Path("heldby.toml").write_text(f'engine = "openai"\nengine_model = "m"\n{line}\n')
    answer = call("read", text, *GIVEN)
    assert answer.code in (1, 2)
    assert "so that no folder can send reports or keys anywhere" in answer.err


def test_settings_of_the_environment_name_an_engine_too(call: Call, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(good()) as server:
        names = {
            "ENGINE": "openai",
            "ENGINE_URL": server.url,
            "ENGINE_MODEL": "small-model",
            "ENGINE_CACHE": "kept",
            "ENGINE_PRICE_IN": "3",
        }
        for name, value in names.items():
            monkeypatch.setenv(f"HELDBY_{name}", value)
        first, again = (call("read", text, "--json", *GIVEN) for _ in range(2))
    assert first.out == again.out != ""
    assert len(server.asked) == 1
    assert "cost 0.0027" in first.err
    assert "0 calls, 1 answers from the cache" in again.err
    assert "Authorization" not in server.headers[0]


def test_a_gold_file_is_scored_with_the_engine_named_and_says_where_it_goes(call: Call, text: str) -> None:
    line: dict[str, Any] = {
        "id": "x1",
        "text": TEXT,
        "published": "2021-05-11",
        "outlet": "Lowland Post",
        "url": None,
        "claims": [],
        "tallies": [],
    }
    Path("gold.jsonl").write_text(json.dumps(line) + "\n")
    with serving(good()) as server:
        answer = call("score", "gold.jsonl", "--json", "--theatre", "afghanistan-2021", *openai(server.url))
    assert answer.code == 0
    assert len(server.asked) == 1
    assert "the text of reports is sent to" in answer.err
