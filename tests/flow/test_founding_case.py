"""The founding case, from the page to the answer: every voice once, with its side, and what others count beside what we count."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conftest import Call

pytestmark = pytest.mark.shared


@pytest.fixture
def page(call: Call, shared: Path) -> Call:
    source = str(shared / "reports" / "founding.txt")
    answer = call("add", source, "--outlet", "G9ija", "--published", "2021-07-14", "--theatre", "afghanistan-2021", "--json")
    assert answer.code == 0
    figures = json.loads(answer.out)
    assert (figures["claims"], figures["tallies"]) == (7, 3)
    return call


def crossing(page: Call) -> dict[str, Any]:
    answer = page("why", "Spin Boldak crossing", "--as-of", "2021-07-14", "--json")
    assert answer.code == 0
    found: dict[str, Any] = json.loads(answer.out)["status"]
    assert found["unit_id"] == "af:crossing:spin-boldak"
    return found


def test_the_crossing_is_disputed_and_every_voice_stands_once(page: Call) -> None:
    row = crossing(page)
    assert (row["holder"], row["support"], row["origins"], row["denials"]) == ("taliban", "disputed", 2, 1)
    assert row["likelihood"] in ("likely", "very likely")
    by_side: dict[str, list[dict[str, Any]]] = {}
    for voice in row["evidence"]:
        by_side.setdefault(voice["side"], []).append(voice)
    assert sorted(by_side) == ["afghan_government", "independent", "pakistan", "taliban"]
    assert all(len(voices) == 1 for voices in by_side.values())
    own, source, line, against = (by_side[s][0] for s in ("taliban", "pakistan", "independent", "afghan_government"))
    assert source["chain"] == ["G9ija", "AFP", "a Pakistani security source"]
    assert source["origin"] != own["origin"]
    assert line["chain"] == ["G9ija"]
    assert line["origin"] == own["origin"], "the outlet's own line beside the voice it cites is no origin of its own"
    assert line["bits"] == pytest.approx(0, abs=0.01)
    assert against["bits"] < 0


def test_every_voice_leads_to_its_very_sentence(page: Call, shared: Path) -> None:
    text = (shared / "reports" / "founding.txt").read_text(encoding="utf-8")
    for voice in crossing(page)["evidence"]:
        for quote in voice["quotes"]:
            assert quote["text"] in text
            assert text[quote["start"] : quote["end"]] in quote["text"] or quote["text"] in text[quote["start"] : quote["end"]]


def test_the_answer_in_words(page: Call, shared: Path) -> None:
    out = " ".join(page("why", "Spin Boldak crossing", "--as-of", "2021-07-14").out.split())
    assert "likely held by the Taliban" in out
    assert "this is disputed" in out
    assert "Confidence: low" in out
    text = (shared / "reports" / "founding.txt").read_text(encoding="utf-8")
    (against,) = [line for line in text.splitlines() if "repelled" in line]
    assert f"“{' '.join(against.split())}”" in out


def test_the_journals_count_and_the_share_stand_beside_ours(page: Call) -> None:
    found = json.loads(page("tally", "--as-of", "2021-07-14", "--json").out)["published"]
    taliban, government, territory = found
    assert [(c["actor"], c["count"]) for c in (taliban, government)] == [("taliban", 212), ("afghan_government", 70)]
    assert territory["share"] == 0.8
    for c in (taliban, government):
        assert any("407" in r for r in c["rosters"])
        assert c["ours"] == 0
        assert c["day"] == "2021-07-14"
    assert territory["rosters"] == ["407 districts, as counted by Resolute Support, SIGAR and the Long War Journal"], (
        "whose areas are summed"
    )
    told = " ".join(r for c in found for r in c["reasons"])
    assert "52% of the districts" in told
    assert "80% of the territory counts area" in told
