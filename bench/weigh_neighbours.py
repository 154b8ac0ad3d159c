"""Would a unit's neighbours say who holds it? Leave one source out, and see whether they improve what is said of its claims.

    python bench/weigh_neighbours.py [--ledger DEMO.db] [--places 600] [--seed 7]

For a unit with posterior p by everybody but the source left out, and its six nearest units j: q(z) ~ p(z) * prod_j p_j(z)^w. Prints the mean log
score of the source's own words under q (nats; higher is better), over all sources, for several w; w = 0 is the model as it is. `gain` is the
difference to w = 0 with its standard error over units. On worlds with known truth also the Brier score of q against the truth.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

WEIGHTS = (0.0, 0.02, 0.05, 0.1, 0.2)
NEAR = 6
FLOOR = 0.005


def pooled(own: np.ndarray, near: np.ndarray, w: float) -> np.ndarray:
    """`own` [..., states] with `near` [..., NEAR, states] at weight w."""
    q = np.log(np.clip(own, FLOOR, 1)) + w * np.log(np.clip(near, FLOOR, 1)).sum(-2)
    q = np.exp(q - q.max(-1, keepdims=True))
    return np.asarray(q / q.sum(-1, keepdims=True))


def nearest(points: np.ndarray) -> np.ndarray:
    """Indices [n, NEAR] of each point's nearest others."""
    away = ((points[:, None] - points[None]) ** 2).sum(2)
    np.fill_diagonal(away, np.inf)
    return np.argsort(away, 1, kind="stable")[:, :NEAR]


def told(title: str, rows: Iterable[tuple[int, list[float]]], briers: dict[float, float] | None = None) -> None:
    """`rows`: a unit and the log score of one word under each weight."""
    found = list(rows)
    unit, score = np.array([u for u, _ in found]), np.array([s for _, s in found])
    print(f"{title}: {len(found)} words on {len(set(unit.tolist()))} units")
    for i, w in enumerate(WEIGHTS):
        gain = score[:, i] - score[:, 0]
        sums = np.bincount(unit, gain - gain.mean())
        error = np.sqrt((sums**2).sum()) / len(gain)
        brier = f"  Brier {briers[w]:.4f}" if briers else ""
        print(f"  w {w:<5} log score {score[:, i].mean():.4f}  gain {gain.mean():+.4f} +- {error:.4f}{brier}")


def demo(ledger: Path) -> None:
    """The ledger's chain on the demo's districts."""
    from heldby.cli.asking import asked
    from heldby.model.place import PlaceKind
    from heldby.model.status import Symbol
    from heldby.weigh.case import Case, build_case, last_day
    from heldby.weigh.propositions import FAVOURS

    with asked(ledger=str(ledger), theatre=None, as_of="2021-08-16", known_by="2021-08-17", at_revision=None) as a:
        weigher, known = a.inquiry.weigher, datetime(2021, 8, 17, tzinfo=UTC)
        kinds = [weigher.theatre.unit(u) for u in sorted(weigher.testimonies)]
        units = [u for u in kinds if u is not None and u.kind is PlaceKind.DISTRICT and u.lat is not None and u.lon is not None]
        near = nearest(np.array([(u.lat, (u.lon or 0.0) * 0.83) for u in units]))
        terms = weigher.terms(known)
        cases: dict[tuple[int, str], Case] = {}

        def without(i: int, origin: str) -> Case:
            if (i, origin) not in cases:
                said = [t for t in weigher.testimonies[units[i].id] if t.origin != origin]
                cases[i, origin] = build_case(units[i].id, said, known, terms)
            return cases[i, origin]

        rows = []
        for i, unit in enumerate(units):
            for t in weigher.testimonies[unit.id]:
                if t.known > known or t.via or t.symbol is Symbol.CONTESTS or not t.counted:
                    continue
                own = without(i, t.origin)
                if t.holder not in own.chain.states:
                    continue
                day = last_day(t)
                others = [without(int(j), t.origin) for j in near[i]]
                if any(c.chain.states != own.chain.states for c in others):
                    continue
                # a neighbour of whom nothing is known by then says what a unit without evidence says: nothing
                flat = np.full(len(own.chain.states), 1 / len(own.chain.states))
                p = np.array([c.posterior((day,))[0] if c.since is not None and c.since <= day else flat for c in others])
                at = own.chain.states.index(t.holder)
                q = [pooled(own.posterior((day,))[0], p, w)[at] for w in WEIGHTS]
                rows.append((i, [float(np.log(np.clip(x if t.symbol in FAVOURS else 1 - x, FLOOR, 1))) for x in q]))
        told("the demo's districts", rows)


def world(places: int, mode: str, fill: float, seed: int) -> None:
    """The table model on a world of known truth."""
    from heldby.weigh.learned import Alphabet, ClaimTable, Source, learn, posterior
    from weigh_worlds import KIND, SYMBOL, measure

    made = measure("world")
    d = made.generate(places, 200, 8, fill, mode, seed)
    kinds = made.KINDS[8]
    sources = tuple(
        Source(f"s{i:02}", KIND.get(k, "media" if k.startswith("cp") else k), k[3:] if k in KIND else "") for i, k in enumerate(kinds)
    )
    c = {n: np.asarray(d[n], np.int32) for n in ("place", "day", "pub", "src", "origin")}
    units = tuple(f"u{i:06}" for i in range(places))
    table = ClaimTable(units, sources, Alphabet(("A", "B")), c["place"], c["day"], c["pub"], c["src"], SYMBOL[d["sym"]], c["origin"])
    near, truth = nearest(np.asarray(d["xy"], float)), np.asarray(d["z"])
    rows = []
    for s, kind in enumerate(kinds):
        if kind.startswith("cp"):
            continue
        rest = table.rows(table.source != s)
        model = learn(rest, (0, 199))
        p = posterior(model, model.layout(rest), (0, 199))
        mine = np.nonzero((c["src"] == s) & (np.asarray(d["sym"]) < 3))[0]  # words on who holds: A, B, contested
        unit, day, said = c["place"][mine], c["day"][mine], np.asarray(d["sym"])[mine]
        own, others = p[unit, day], p[near[unit], day[:, None]]
        q = np.stack([pooled(own, others, w)[np.arange(len(mine)), said] for w in WEIGHTS], 1)
        rows += list(zip(unit.tolist(), np.log(np.clip(q, FLOOR, 1)).tolist(), strict=True))
    model = learn(table, (0, 199))
    p = posterior(model, model.layout(table), (0, 199))
    briers = {w: float(((pooled(p, p[near].transpose(0, 2, 1, 3), w) - np.eye(3)[truth]) ** 2).sum(2).mean()) for w in WEIGHTS}
    told(f"world {mode}, {places} places, fill {fill}", rows, briers)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--places", type=int, default=600)
    parser.add_argument("--seed", type=int, default=7)
    args = parser.parse_args()
    if args.ledger:
        demo(args.ledger)
    if args.places:
        for mode, fill in (("semi", 0.02), ("front", 0.02), ("front", 0.003)):
            world(args.places, mode, fill, args.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
