"""checkpoint, verify, erase, backup, restore and doctor as a user calls them."""

from __future__ import annotations

import json
from pathlib import Path

from conftest import Call

FELL = "Taliban fighters captured Nerkh district in Wardak province on Monday, a provincial councillor said.\n"
THEATRE = ("--theatre", "afghanistan-2021")


def fill(call: Call) -> list[str]:
    """Two reports in heldby.db; their ids."""
    lines = [{"text": FELL.replace("Nerkh", n), "published": "2021-05-11", "outlet": "Lowland Post"} for n in ("Nerkh", "Jalrez")]
    Path("a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert call("add", "a.jsonl", *THEATRE).code == 0
    from heldby.ledger import open_ledger

    with open_ledger(Path("heldby.db")) as ledger:
        return [r.id for r in ledger.view().reports() if "Nerkh" in r.text] + [r.id for r in ledger.view().reports() if "Jalrez" in r.text]


def test_a_signed_checkpoint_holds_and_a_forged_one_does_not(call: Call) -> None:
    fill(call)
    for name in ("mine.key", "theirs.key"):
        assert call("checkpoint", "--new-key", name).code == 0
        assert Path(name).stat().st_mode & 0o077 == 0
    assert "not overwritten" in call("checkpoint", "--new-key", "mine.key").err
    assert call("checkpoint", "--key", "mine.key", "--out", "point.json").code == 0
    good = call("verify", "--checkpoint", "point.json", "--public-key", "mine.key.pub")
    assert (good.code, "signature is good" in good.out) == (0, True)
    assert "another key signed it" in call("verify", "--checkpoint", "point.json", "--public-key", "theirs.key.pub").out
    told = json.loads(Path("point.json").read_text())
    for name, change, cause in (
        ("later", {"recorded": "2030-01-01T00:00:00Z"}, "it was changed"),
        ("garbled", {"signature": {**told["signature"], "value": "!"}}, "it was changed"),
        ("bare", {"signature": None}, "not signed"),
    ):
        Path(f"{name}.json").write_text(json.dumps({**told, **change}))
        answer = call("verify", "--checkpoint", f"{name}.json", "--public-key", "mine.key.pub", "--json")
        assert answer.code == 1
        assert cause in json.loads(answer.out)["breaks"][0]["cause"]


def test_what_is_no_key_is_said_to_be_none(call: Call) -> None:
    fill(call)
    Path("no.key").write_text("no key")
    assert "no private key" in call("checkpoint", "--key", "no.key").err
    call("checkpoint", "--out", "point.json")
    assert "no public key" in call("verify", "--checkpoint", "point.json", "--public-key", "no.key").err
    assert "name that with --checkpoint" in call("verify", "--public-key", "no.key").err
    assert "No such file" in call("checkpoint", "--key", "nowhere.key").err


def test_an_erased_report_leaves_a_tombstone_that_everything_shows(call: Call) -> None:
    nerkh, jalrez = fill(call)
    assert "--reason" in call("erase", nerkh).err
    assert "is not in the ledger" in call("erase", "r-none", "--reason", "x").err
    answer = call("erase", nerkh, "--reason", "a witness is in danger")
    assert (answer.code, "a witness is in danger" in answer.out) == (0, True)
    assert call("verify").code == 0
    asked = ("--as-of", "2021-05-12")
    status = json.loads(call("status", "Nerkh", *asked, "--json").out)
    assert status["statuses"][0]["support"] == "unknown"
    assert status["release_notes"] == ["1 report was erased from the ledger, and what rested on it is left out"]
    assert json.loads(call("status", "Jalrez", *asked, "--json").out)["statuses"][0]["support"] != "unknown"
    (gap,) = [g for g in json.loads(call("gaps", "--json").out)["gaps"] if g["kind"] == "erased"]
    assert gap["subject"] == nerkh
    for name in ("held.csv", "held.geojson", "held.kml"):
        assert call("export", "--out", name, *asked).code == 0
        assert "erased from the ledger" in Path(name).read_text()
    assert json.loads(call("add", "a.jsonl", "--json", *THEATRE).out)["erased"] == 1
    assert jalrez
