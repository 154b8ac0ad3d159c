"""How right the priors alone are on a synthetic world with known truth, beside simple peers: `python bench/weigh_world.py WORLD.npz [PLACES]`.

WORLD.npz is made by `../shared/measure/world.py` (which see; `small` = 400 365 20 .02). Every claim goes through the ordinary way: claims,
testimonies, chain. Sources become outlets, maps monitors, belligerents spokesmen of side A or B; a tagged copy cites its origin.
Nothing is learned here: reliabilities, copiers and exposure are a later step. Printed for all place-days, as metrics.py does: accuracy, Brier
score (0 to 2), top-label calibration error, log loss, recall and precision of changes within 7 days; for heldby and for peers of peers.py; and how
often the tally's intervals hold the true count.
"""

from __future__ import annotations

import importlib
import sys
import time
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

    def similar(self, name: str, within: tuple[str, ...] = ()) -> tuple[Candidate, ...]:
        return ()

    def unit(self, unit_id: str) -> Unit | None:
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


def posterior(world: dict[str, Any], kinds: list[str], places: int, priors: Priors) -> Any:
    """[places, days, (A, B, contested)]; of a place or a day without evidence, thirds."""
    theatre = world_theatre(len(kinds))
    days = [FIRST + timedelta(days=d) for d in range(world["z"].shape[1])]
    weigher = Weigher(theatre, priors, testify(located(world, kinds, places), theatre, priors))
    out = np.full((places, len(days), 3), 1 / 3)
    for unit in weigher.testimonies:
        trace = weigher.trace(unit, days, LATER)
        out[int(unit[1:])] = trace.p[:, [trace.states.index(s) for s in ("A", "B", "contested")]]
    return out


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
    print(f"{path}: {places} places, {truth.shape[1]} days, {int((world['place'] < places).sum())} claims")

    def show(name: str, p: Any, took: float) -> None:
        r, c = metrics.score(p, truth), metrics.changepoints(p, truth)
        print(
            f"{name:16s} {took:7.2f} s  acc {r['acc']:.4f}  Brier {r['brier']:.4f}  ece {r['ece']:.4f}  logloss {r['logloss']:.3f}  "
            f"changes found {c['cp_recall']:.2f} right {c['cp_prec']:.2f}"
        )

    start = time.perf_counter()
    p = posterior(world, kinds, places, load_priors())
    show("heldby, priors", p, time.perf_counter() - start)
    held, independent = coverage(p, truth, load_priors())
    print(
        f"tally intervals (nominal 0.90) hold the true count on {held:.3f} of days and states; as if places were independent, {independent:.3f}"
    )
    _, place, on, source, label, known = peers.load(path)
    keep = place < places
    told = [x[keep] for x in (place, on, source, label, known)]
    for name in ("last", "daymv", "mv30", "kern14", "fds"):
        start = time.perf_counter()
        p = peers.M[name](truth, *told)
        show(f"peer {name}", p, time.perf_counter() - start)


if __name__ == "__main__":
    main()
