"""The ledger's own weighing on a synthetic world with known truth, with and without what it learns: `python bench/weigh_world.py WORLD.npz [PLACES] [turned]`.

WORLD.npz is made by `../shared/measure/world.py` (which see; `small` = 400 365 20 .02). Every claim goes through the ordinary way: claims,
testimonies, chain. Sources become outlets, maps monitors, belligerents spokesmen of side A or B; a tagged copy cites its origin. With `turned`, the first
outlet says the contrary of what it means from day 90 on. Printed for all place-days, as metrics.py does: accuracy, Brier score (0 to 2), top-label
calibration error, log loss, recall and precision of changes within 7 days; for the table of priors alone, for what is learned beside it, for the
model of `heldby weigh` given the same claims as a table, and for peers of peers.py; and how often the tally's intervals hold the true count.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from heldby.model.claim import Claim, Polarity, Relation
from heldby.model.place import Candidate, Place, Unit
from heldby.model.report import Passage
from heldby.model.status import Located
from heldby.model.theatre import Lexicon, NameHit, Theatre
from heldby.model.when import day
from heldby.model.who import INDEPENDENT, Actor, Outlet, Side, Voice, VoiceKind
from heldby.weigh import Priors, Weigher, load_priors, testify

MEASURE = Path(__file__).resolve().parent.parent.parent / "shared" / "measure"
FIRST = date(2021, 1, 1)
LATER = datetime(2030, 1, 1, tzinfo=UTC)
SYMBOLS = (
    (Relation.CONTROLS, "A", False),
    (Relation.CONTROLS, "B", False),
    (Relation.CONTESTS, "", False),
    (Relation.CAPTURED, "A", False),
    (Relation.CAPTURED, "B", False),
    (Relation.CAPTURED, "A", True),
    (Relation.CAPTURED, "B", True),
)
CONTRARY = np.array([1, 0, 2, 4, 3, 6, 5])
TABLE_SYMBOL = np.array([0, 1, 2, 3, 4, 7, 8], np.int32)  # the world's symbols in the learned model's alphabet over A and B
KINDS = {
    "map": VoiceKind.MONITOR,
    "media": VoiceKind.OUTLET,
    "local": VoiceKind.LOCAL,
    "belA": VoiceKind.SPOKESMAN,
    "belB": VoiceKind.SPOKESMAN,
}


class NoPlaces:
    """A gazetteer of a world whose places are only numbers."""

    version = "none"

    def find(self, text: str) -> tuple[NameHit, ...]:
        return ()

    def lookup(self, name: str) -> tuple[str, ...]:
        return ()

    def names_country(self, name: str) -> bool:
        return False

    def similar(self, name: str, within: tuple[str, ...] = ()) -> tuple[Candidate, ...]:
        return ()

    def unit(self, unit_id: str) -> Unit | None:
        return None

    def seat(self, area: str) -> str | None:
        return None

    def areas(self, unit_id: str) -> tuple[str, ...]:
        return ()


def world_theatre(sources: int) -> Theatre:
    sides = (Side("A", "side A", "A"), Side("B", "side B", "B"))
    actors = tuple(Actor(s.id, s.name, s.id) for s in sides)
    outlets = tuple(Outlet(f"s{i}", f"s{i}", VoiceKind.OUTLET) for i in range(sources))
    return Theatre("synthetic", "synthetic", FIRST, None, timedelta(0), "", sides, Lexicon("synthetic", NoPlaces(), actors, outlets), "")


def speaker(source: int, kind: str) -> Voice:
    """Who speaks as this source; the press, and monitors, are outlets."""
    side = {"belA": "A", "belB": "B"}.get(kind, INDEPENDENT)
    base = "media" if kind.startswith("cp") else kind
    press = base in ("map", "media")
    return Voice(f"s{source}" if press else f"Speaker Number{source}", KINDS[base], side, outlet_id=f"s{source}" if press else "")


def located(world: dict[str, Any], kinds: list[str], places: int) -> list[Located]:
    out: list[Located] = []
    columns = [world[k].tolist() for k in ("place", "day", "src", "sym", "pub", "origin")]
    for n, (p, t, s, y, u, o) in enumerate(zip(*columns, strict=True)):
        if p >= places:
            continue
        relation, holder, denied = SYMBOLS[y]
        known = datetime(FIRST.year, 1, 1, tzinfo=UTC) + timedelta(days=u, hours=12, seconds=n % 3600)
        voices = (Voice(f"s{s}", VoiceKind.OUTLET, INDEPENDENT, outlet_id=f"s{s}"), speaker(o if o >= 0 else s, kinds[o if o >= 0 else s]))
        report = f"r-{n}"
        claim = Claim(
            report,
            Passage(report, 0, 1, "x"),
            relation,
            holder or None,
            holder,
            (Place(f"u{p}", 0, 1, unit_id=f"u{p}"),),
            voices,
            voices[-1].side,
            polarity=Polarity.DENIED if denied else Polarity.ASSERTED,
            when=day(FIRST + timedelta(days=t)),
        )
        out.append(Located(claim, known, known.date(), f"s{s}"))
    return out


def posterior(world: dict[str, Any], weigher: Weigher, places: int) -> Any:
    """[places, days, (A, B, contested)]; of a place or a day without evidence, thirds."""
    days = [FIRST + timedelta(days=d) for d in range(world["z"].shape[1])]
    out = np.full((places, len(days), 3), 1 / 3)
    for unit in weigher.testimonies:
        trace = weigher.trace(unit, days, LATER)
        out[int(unit[1:])] = trace.p[:, [trace.states.index(s) for s in ("A", "B", "contested")]]
    return out


def turn(world: dict[str, Any], kinds: list[str]) -> None:
    """The first outlet tells the contrary from day 90 on."""
    liar = (world["src"] == kinds.index("media")) & (world["day"] >= 90)
    world["sym"][liar] = CONTRARY[world["sym"][liar]]


def as_a_table(world: dict[str, Any], kinds: list[str], places: int) -> Any:
    """The posterior of the learned table model on the same claims; None where numba is missing."""
    if importlib.util.find_spec("numba") is None:
        return None
    learned = importlib.import_module("heldby.weigh.learned")
    keep = world["place"] < places
    columns = [np.asarray(world[c][keep], np.int32) for c in ("place", "day", "pub", "src")]
    kind = {"belA": "belligerent", "belB": "belligerent"}
    sources = tuple(
        learned.Source(f"s{i:02}", kind.get(k, "media" if k.startswith("cp") else k), k[3:] if k in kind else "")
        for i, k in enumerate(kinds)
    )
    symbol, echo = TABLE_SYMBOL[world["sym"][keep]], np.asarray(world["origin"][keep], np.int32)
    table = learned.ClaimTable(tuple(f"u{n:06}" for n in range(places)), sources, learned.Alphabet(("A", "B")), *columns, symbol, echo)
    window = (0, world["z"].shape[1] - 1)
    model = learned.learn(table, window)
    return learned.posterior(model, model.layout(table), window)


def coverage(p: Any, truth: Any, priors: Priors) -> tuple[float, float]:
    """Share of (day, state) whose true count lies in the 90 % interval as tallies draw it, with the design effect and without."""
    expected, variance = p.sum(axis=0), (p * (1 - p)).sum(axis=0)
    true = np.stack([(truth == k).sum(axis=0) for k in range(3)], axis=1)
    off = np.abs(true - expected)
    z, effect = priors.tally.quantile, priors.tally.design_effect
    with_effect, without = (float((off <= z * np.sqrt(e * variance) + 0.5).mean()) for e in (effect, 1.0))
    return with_effect, without


def main() -> None:
    sys.path.insert(0, str(MEASURE))
    metrics, peers, worlds = (importlib.import_module(name) for name in ("metrics", "peers", "world"))
    path = sys.argv[1]
    with np.load(path) as found:
        world = {k: found[k] for k in found.files}
    places = min(int(sys.argv[2]), len(world["z"])) if len(sys.argv) > 2 else len(world["z"])
    truth = world["z"][:places]
    kinds = worlds.KINDS[20 if int(world["src"].max()) > 7 else 8]
    if len(sys.argv) > 3:
        turn(world, kinds)
    print(f"{path}: {places} places, {truth.shape[1]} days, {int((world['place'] < places).sum())} claims")

    def show(name: str, p: Any, took: float) -> None:
        r, c = metrics.score(p, truth), metrics.changepoints(p, truth)
        print(
            f"{name:16s} {took:7.2f} s  acc {r['acc']:.4f}  Brier {r['brier']:.4f}  ece {r['ece']:.4f}  logloss {r['logloss']:.3f}  "
            f"changes found {c['cp_recall']:.2f} right {c['cp_prec']:.2f}"
        )

    theatre, priors = world_theatre(len(kinds)), load_priors()
    start = time.perf_counter()
    said = testify(located(world, kinds, places), theatre, priors)
    print(f"{sum(map(len, said.values()))} testimonies, {time.perf_counter() - start:.1f} s")
    for name, every in (("priors alone", 0), ("learned", priors.learning.renew)):
        start = time.perf_counter()
        weigher = Weigher(theatre, replace(priors, learning=replace(priors.learning, renew=every)), said)
        p = posterior(world, weigher, places)
        show(f"heldby, {name}", p, time.perf_counter() - start)
    record = weigher.record(LATER)
    told = sorted({(o.exponent, o.origin, o.line) for o in record.origins if o.told >= 20})
    print(f"pace {record.changes.pace}; exponents {', '.join(f'{o} ({k}) {x:.2f}' for x, o, k in (told[:3] + told[-3:]))}")
    start = time.perf_counter()
    if (table := as_a_table(world, kinds, places)) is not None:
        show("heldby weigh", table, time.perf_counter() - start)
    held, independent = coverage(p, truth, load_priors())
    print(
        f"tally intervals (nominal 0.90) hold the true count on {held:.3f} of days and states; as if places were independent, {independent:.3f}"
    )
    _, place, on, source, label, known = peers.load(path)
    keep = place < places
    columns = [x[keep] for x in (place, on, source, label, known)]
    for name in () if len(sys.argv) > 3 else ("last", "daymv", "mv30", "kern14", "fds"):  # peers read the file as it was made
        start = time.perf_counter()
        p = peers.M[name](truth, *columns)
        show(f"peer {name}", p, time.perf_counter() - start)


if __name__ == "__main__":
    main()
