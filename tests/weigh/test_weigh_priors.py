"""The table of priors: read strictly, every fault named; learned reliabilities weigh where they are given."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from weigh_scene import COUNCILLOR, CROSSING, JULY_14, LATER, TALIBAN, TALIBAN_SPOKESMAN, Told, p_of, priors, report, theatre

from heldby import weigh
from heldby.errors import Faults, HeldbyError
from heldby.model.who import VoiceKind
from heldby.weigh.priors import Stake


def table() -> dict[str, Any]:
    return tomllib.loads(resources.files("heldby.weigh").joinpath("priors.toml").read_text("utf-8"))


def test_the_packages_own_table_is_whole() -> None:
    found = weigh.load_priors()
    assert weigh.parse_priors(table()).digest == found.digest
    for kind in VoiceKind:
        for stake in Stake:
            assert found.line(kind, stake).why
    assert found.reliability == ()


def test_a_table_of_ones_own_is_read(tmp_path: Path) -> None:
    text = resources.files("heldby.weigh").joinpath("priors.toml").read_text("utf-8")
    path = tmp_path / "mine.toml"
    path.write_text(text.replace("settle = 0.14", "settle = 0.2"), encoding="utf-8")
    mine = weigh.load_priors(path)
    assert mine.motion.settle == 0.2
    assert mine.digest != weigh.load_priors().digest


BREAKS: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "unknown section": (lambda t: t.update(colour={}), "colour"),
    "missing section": (lambda t: t.pop("window"), "window"),
    "unknown value": (lambda t: t["motion"].update(speed=1.0), "motion.speed"),
    "missing value": (lambda t: t["weight"].pop("hedged"), "weight.hedged"),
    "share above one": (lambda t: t["weight"].update(hedged=1.5), "weight.hedged"),
    "negative rate": (lambda t: t["motion"].update(take=-0.1), "motion.take"),
    "broken days": (lambda t: t["window"].update(live=2.5), "window.live"),
    "text for a number": (lambda t: t["start"].update(contested="much"), "start.contested"),
    "truth for a number": (lambda t: t["start"].update(contested=True), "start.contested"),
    "unknown field of a voice": (lambda t: t["voice"][0].update(weight=3), "voice 1"),
    "missing field of a voice": (lambda t: t["voice"][1].pop("why"), "voice 2"),
    "denial above one": (lambda t: t["voice"][2].update(denial=1.2), "voice 3"),
    "announcement below one": (lambda t: t["voice"][2].update(event=0.5), "voice 3"),
    "unknown kind": (lambda t: t["voice"][4].update(kinds=["oracle"]), "voice 5"),
    "unknown interest": (lambda t: t["voice"][4].update(interest="curious"), "voice 5"),
    "a kind without a line": (lambda t: t["voice"].pop(), "voice, interest none"),
    "a kind that is no list": (lambda t: t["voice"][4].update(kinds="monitor"), "voice 5"),
    "an interest that is no word": (lambda t: t["voice"][4].update(interest=["none"]), "voice 5"),
    "a reason that is no word": (lambda t: t["voice"][4].update(why=3), "voice 5"),
    "voices that are no tables": (lambda t: t.update(voice=["agency"]), "voice"),
    "an endless rate": (lambda t: t["motion"].update(take=float("inf")), "motion.take"),
    "no table of reliabilities": (lambda t: t.update(reliability=0.5), "reliability"),
    "reliability above one": (lambda t: t["reliability"].update({"side:taliban": 2}), "reliability.side:taliban"),
}


@pytest.mark.parametrize("broken", BREAKS)
def test_what_does_not_fit_is_a_fault(broken: str) -> None:
    given = table()
    change, place = BREAKS[broken]
    change(given)
    with pytest.raises(Faults) as caught:
        weigh.parse_priors(given)
    assert place in {f.place for f in caught.value.faults} or any(f.place.startswith(place) for f in caught.value.faults)


def test_all_faults_are_named_at_once() -> None:
    given = table()
    for change, _ in BREAKS.values():
        if change not in [BREAKS[b][0] for b in ("missing section", "voices that are no tables", "no table of reliabilities")]:
            change(given)
    with pytest.raises(Faults) as caught:
        weigh.parse_priors(given)
    assert len(caught.value.faults) >= len(BREAKS) - 6


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "broken.toml"
    path.write_text("[voice\n", encoding="utf-8")
    with pytest.raises(HeldbyError, match=r"broken\.toml"):
        weigh.load_priors(path)
    with pytest.raises(HeldbyError, match=r"none\.toml"):
        weigh.load_priors(tmp_path / "none.toml")


def p_under(mine: weigh.Priors) -> float:
    told = report(
        "2021-07-14",
        "Harbour Record",
        Told("We have it, their spokesman said.", by=(TALIBAN_SPOKESMAN,)),
        Told("It fell, a councillor said.", by=(COUNCILLOR,)),
    )
    scene = weigh.Weigher(theatre(), mine, weigh.testify(told, theatre(), mine))
    return p_of(scene.assess(CROSSING, JULY_14, LATER), TALIBAN)


def test_learned_reliabilities_weigh_by_origin() -> None:
    full = p_under(priors())
    half = p_under(replace(priors(), reliability=(("side:taliban", 0.5),)))
    none = p_under(replace(priors(), reliability=(("side:taliban", 0.0),)))
    elsewhere = p_under(replace(priors(), reliability=(("side:nobody", 0.0),)))
    assert full > half > none
    assert elsewhere == full
