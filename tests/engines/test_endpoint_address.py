"""Which endpoints may be named, and that a key is neither sent in the clear nor shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_scene import KEY, NOW, rulebook, theatre

from heldby.engines import EngineOptions, open_engine
from heldby.engines.endpoint import endpoint
from heldby.errors import UsageError


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("https://models.example/v1", "https://models.example:443/v1/chat/completions"),
        ("https://models.example/v1/", "https://models.example:443/v1/chat/completions"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/chat/completions"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1/chat/completions"),
        ("http://192.168.1.5:11434/v1", "http://192.168.1.5:11434/v1/chat/completions"),
    ],
)
def test_an_address_that_the_user_names_is_asked_there(base: str, url: str) -> None:
    assert endpoint(base).url == url


@pytest.mark.parametrize(
    "base",
    [
        "",
        "models.example/v1",
        "file:///etc/passwd",
        "ftp://models.example",
        "https://",
        "https://user:pass@models.example/v1",
        "https://models.example/v1?api=1",
        "https://models.example/v1#x",
        "https://models.example/v1\r\nX-Evil: 1",
        "https://models.example:99999/v1",
        "https://[::1/v1",
        "https://mödels.example/v1",
    ],
)
def test_what_is_no_plain_address_is_refused(base: str) -> None:
    with pytest.raises(UsageError, match="engine_url"):
        endpoint(base)


def test_a_key_goes_over_https_or_to_this_machine_only() -> None:
    assert endpoint("https://models.example/v1", KEY).key == KEY
    assert endpoint("http://localhost:1/v1", KEY).key == KEY
    for base in ("http://models.example/v1", "http://192.168.1.5/v1", "http://127.0.0.1.models.example/v1"):
        with pytest.raises(UsageError, match="https only") as caught:
            endpoint(base, KEY)
        assert KEY not in str(caught.value)


def test_a_key_is_not_part_of_what_an_endpoint_shows_of_itself() -> None:
    assert KEY not in repr(endpoint("https://models.example/v1", KEY))
    with pytest.raises(UsageError) as caught:
        endpoint("https://models.example/v1", KEY + "\r\nX-Evil: 1")
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(
    ("options", "environment", "said"),
    [
        (EngineOptions("openai", "https://models.example/v1"), {}, "engine_model"),
        (EngineOptions("openai", "", "m"), {}, "engine_url"),
        (EngineOptions("openai", "https://models.example/v1", "m", KEY), {}, "not a key"),
        (EngineOptions("openai", "https://models.example/v1", "m", "A" * 40), {}, "is not set"),
        (EngineOptions("openai", "https://models.example/v1", "m", "ENGINE_KEY"), {"ENGINE_KEY": ""}, "is not set"),
        (EngineOptions("openai", "https://models.example/v1", "bad\nmodel"), {}, "engine_model"),
        (EngineOptions("parrot", "", "m"), {}, "rules, openai or spacy"),
    ],
)
def test_what_is_missing_is_named_and_a_key_put_in_the_wrong_place_is_not_shown(
    options: EngineOptions, environment: dict[str, str], said: str
) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        open_engine(options, rulebook(), theatre().lexicon, environment, lambda: NOW)
    assert KEY not in str(caught.value)
    assert "A" * 40 not in str(caught.value)


def test_a_log_that_cannot_be_written_stops_the_send(tmp_path: Path) -> None:
    from engine_scene import engine, good, report, serving

    (tmp_path / "sends.jsonl").mkdir()
    with serving(good()) as server, pytest.raises(UsageError, match="nothing is sent unlogged"):
        engine(server.url, tmp_path).read(report())
    assert server.asked == []
