"""Would a unit's neighbours say who holds it? Leave one source out, and see whether they improve what is said of its claims.

    python bench/weigh_neighbours.py [--ledger DEMO.db] [--places 600] [--seed 7]

For a unit with posterior p by everybody but the source left out, and its six nearest units j: q(z) ~ p(z) * prod_j p_j(z)^w. Prints the mean log
score of the source's own words under q (nats; higher is better), by what the source says in each state as fitted on the other half of the units, over
all sources, for several w; w = 0 is the model as it is. `gain` is the
difference to w = 0 with its standard error over units. On worlds with known truth also the Brier score of q against the truth.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from heldby.weigh.learned.neighbours import NEAR, WEIGHTS, mapped, nearest, pooled

SIX = np.arange(NEAR)[None]
MAIN = ("afghan_government", "taliban")


def told(title: str, unit: np.ndarray, score: np.ndarray) -> None:
    """`score` [words, weights] of words on `unit`."""
    print(f"{title}: {len(unit)} words on {len(set(unit.tolist()))} units")
    for i, w in enumerate(WEIGHTS):
        gain = score[:, i] - score[:, 0]
        sums = np.bincount(unit, gain - gain.mean())
        error = np.sqrt((sums**2).sum()) / len(gain)
        print(f"  w {w:<5} log score {score[:, i].mean():.4f}  gain {gain.mean():+.4f} +- {error:.4f}")


def demo(ledger: Path) -> None:
    """The ledger's chain on the demo's districts."""
    from heldby.cli.asking import asked
    from heldby.model.place import PlaceKind
    from heldby.model.status import Symbol
    from heldby.weigh.case import Case, build_case, last_day
    from heldby.weigh.priors import Stake
    from heldby.weigh.propositions import FAVOURS, stake

    with asked(ledger=str(ledger), theatre=None, as_of="2021-08-16", known_by="2021-08-17", at_revision=None) as a:
        weigher, known = a.inquiry.weigher, datetime(2021, 8, 17, tzinfo=UTC)
        kinds = [weigher.theatre.unit(u) for u in sorted(weigher.testimonies)]
        units = [u for u in kinds if u is not None and u.kind is PlaceKind.DISTRICT and u.lat is not None and u.lon is not None]
        near = nearest(np.array([(u.lat, u.lon) for u in units]))
        terms = weigher.terms(known)
        cases: dict[tuple[int, str], Case] = {}

        def without(i: int, origin: str) -> Case:
            if (i, origin) not in cases:
                said = [t for t in weigher.testimonies[units[i].id] if t.origin != origin]
                cases[i, origin] = build_case(units[i].id, said, known, terms)
            return cases[i, origin]

        for title, around in (
            ("the demo's districts, their nearest", near),
            ("the demo's districts, any six (a control)", np.random.default_rng(1).permutation(near.ravel()).reshape(near.shape)),
        ):
            rows = []
            for i, unit in enumerate(units):
                for t in weigher.testimonies[unit.id]:
                    if t.known > known or t.via or t.symbol is Symbol.CONTESTS or not t.counted or t.holder not in MAIN:
                        continue
                    own, day = without(i, t.origin), last_day(t)
                    others = [without(int(j), t.origin) for j in around[i]]
                    if any(c.chain.sides != MAIN for c in (own, *others)):
                        continue
                    # a neighbour of whom nothing is known by then says what a unit without evidence says: nothing
                    flat = np.full(len(MAIN) + 1, 1 / (len(MAIN) + 1))
                    p = np.array([c.posterior((day,))[0] if c.since is not None and c.since <= day else flat for c in others])
                    named = MAIN.index(t.holder) if t.symbol in FAVOURS else 1 - MAIN.index(t.holder)
                    interest = stake(t.symbol, t.leaning) in (Stake.SERVING, Stake.LEANING)
                    voice = 2 * interest + (t.voice.side == MAIN[1]) if interest else 0
                    rows.append((i, named, voice, [pooled(own.posterior((day,)), p, SIX, w)[0] for w in WEIGHTS]))
            unit_of, named_, voice_ = (np.array([r[k] for r in rows]) for k in range(3))
            q = np.array([r[3] for r in rows])
            score = np.zeros((len(rows), len(WEIGHTS)))
            for v in sorted(set(voice_.tolist())):
                mine = voice_ == v
                for k in range(len(WEIGHTS)):
                    score[mine, k] = mapped(q[mine, k], named_[mine], unit_of[mine])
            told(title, unit_of, score)


def world(places: int, mode: str, fill: float, seed: int) -> None:
    """The table model on a world of known truth."""
    from heldby.weigh.learned import Alphabet, ClaimTable, Source, learn, posterior
    from heldby.weigh.learned.neighbours import borrowing
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
    points, truth, window = np.asarray(d["xy"], float), np.asarray(d["z"]), (0, 199)
    model = learn(table, window)
    found = borrowing(model, table, points, window)
    p = posterior(model, model.layout(table), window)
    print(
        f"world {mode}, {places} places, fill {fill}: weight {found.weight} chosen, gain of a word {found.gain:+.4f} +- {found.error:.4f}, "
        f"beyond any six {found.beyond:+.4f} +- {found.beyond_error:.4f}"
    )
    for w in WEIGHTS:
        q = pooled(p, p, found.near, w)
        print(f"  w {w:<5} Brier {((q - np.eye(3)[truth]) ** 2).sum(2).mean():.4f}")


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
