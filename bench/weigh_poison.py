"""False statements, and what they move: `python bench/weigh_poison.py [--runs 500] [--seed N] [--liars N]`.

Copies. A small world of `../shared/measure/world.py` (60 places, 120 days, 20 sources) and 200 outlets that relay some of it. In each run one source tells
one false story, once, and then once and in 1,000 copies by the outlets, each naming the source or an outlet that had relayed it. Every probability is
compared with that under one copy: under the parameters fitted with one copy, and with a fit of its own. Runs differ by seed: world, place, day, story.

A source that turns. The world `small` (400 places, 365 days, 20 sources): each source in turn is honest for 90 days and then always names the other
side (contested: either). Printed for each: the share of units whose most likely status on the last day, and of unit-days after day 90, differs from
that with an honest source; apart, units of which no other source speaks after day 90.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import numpy as np

from heldby.weigh.learned import Alphabet, ClaimTable, Learned, Source, learn, posterior
from weigh_worlds import KIND, SYMBOL, measure

OUTLETS, COPIES, HONEST = 200, 1000, 90
SIDES = Alphabet(("A", "B"))


def world_table(places: int, days: int, seed: int) -> ClaimTable:
    """A world of 20 sources as a table."""
    world = measure("world")
    made = world.generate(places, days, 20, 0.02, "semi", seed)
    kinds = world.KINDS[20]
    sources = tuple(
        Source(f"s{i:02}", KIND.get(k, "media" if k.startswith("cp") else k), k[3:] if k in KIND else "") for i, k in enumerate(kinds)
    )
    column = {n: np.asarray(made[n], np.int32) for n in ("place", "day", "pub", "src", "origin")}
    c = column
    units = tuple(f"u{i:03}" for i in range(places))
    return ClaimTable(units, sources, SIDES, c["place"], c["day"], c["pub"], c["src"], SYMBOL[made["sym"]], c["origin"])


def with_outlets(table: ClaimTable, rng: np.random.Generator) -> ClaimTable:
    """200 outlets more, that relayed a tenth of what the sources said, each time naming the source."""
    first = len(table.sources)
    sources = table.sources + tuple(Source(f"t{i:03}", "media") for i in range(OUTLETS))
    rows = table.rows(np.nonzero((rng.random(len(table)) < 0.1) & (table.echo < 0))[0])
    outlet = (first + rng.integers(0, OUTLETS, len(rows))).astype(np.int32)
    relayed = replace(rows, sources=sources, echo=rows.source, source=outlet, known=(rows.known + 1).astype(np.int32))
    return replace(table, sources=sources).joined(relayed)


def story(table: ClaimTable, rng: np.random.Generator) -> tuple[ClaimTable, ClaimTable]:
    """A source's false story, and the copies: each by some outlet, of the source or of an outlet that had it earlier in the list."""
    first = len(table.sources) - OUTLETS
    unit, day, source, symbol = rng.integers(0, len(table.units)), rng.integers(5, 115), rng.integers(0, first), rng.choice([0, 1, 2, 3, 4])

    def rows(n: int, who: np.ndarray, echo: np.ndarray, known: np.ndarray) -> ClaimTable:
        same = [np.full(n, x, np.int32) for x in (unit, day, symbol)]
        return replace(
            table,
            unit=same[0],
            day=same[1],
            symbol=same[2],
            source=who.astype(np.int32),
            echo=echo.astype(np.int32),
            known=known.astype(np.int32),
        )

    one = rows(1, np.array([source]), np.array([-1]), np.array([day]))
    who = first + np.concatenate([rng.permutation(OUTLETS), rng.integers(0, OUTLETS, COPIES - OUTLETS)])
    of = np.array([source if rng.random() < 0.5 or i == 0 else who[rng.integers(0, i)] for i in range(COPIES)])
    of = np.where(of == who, source, of)
    return one, rows(COPIES, who, of, day + rng.integers(0, 3, COPIES))


def judged(model: Learned, table: ClaimTable, window: tuple[int, int]) -> np.ndarray:
    """The posterior of a table under a model."""
    return posterior(model, model.layout(table), window)


def copies(runs: int, seed: int) -> None:
    """Run and print the first measure."""
    window, equal, same, most = (0, 119), 0, 0, 0.0
    for n in range(runs):
        rng = np.random.default_rng([seed, n])
        table = with_outlets(world_table(60, 120, int(rng.integers(1 << 31))), rng)
        table = table.rows(table.day <= window[1])
        one, many = story(table, rng)
        single, copied = table.joined(one), table.joined(one).joined(many)
        model = learn(single, window)
        wanted = judged(model, single, window)
        equal += wanted.tobytes() == judged(model, copied, window).tobytes()
        again = judged(learn(copied, window), copied, window)
        same += bool((again.argmax(2) == wanted.argmax(2)).all())
        most = max(most, float(np.abs(again - wanted).max()))
        if (n + 1) % 100 == 0 or n + 1 == runs:
            print(
                f"copies: {n + 1} runs; equal to the byte under one copy's parameters in {equal}; fitted anew, every status the same in {same}, "
                f"no probability moved by more than {most:.2g}",
                flush=True,
            )


def turn(table: ClaimTable, source: int, rng: np.random.Generator) -> ClaimTable:
    """The table with a source that names the other side after HONEST days."""
    opposite = np.array([1, 0, 0, 4, 3, 6, 5, 8, 7, 9], np.int32)
    lies = (table.source == source) & (table.day >= HONEST)
    told = np.where((table.symbol == 2) & (rng.random(len(table)) < 0.5), 1, opposite[table.symbol])
    return replace(table, symbol=np.where(lies, told, table.symbol).astype(np.int32))


def liars(count: int, seed: int) -> None:
    """Run and print the second measure."""
    table, window = world_table(400, 365, seed), (0, 364)
    table = table.rows(table.day <= window[1])
    model = learn(table, window)
    honest = judged(model, table, window).argmax(2)
    late = table.day >= HONEST
    shares = []
    for s in range(min(count, len(table.sources))):
        others, own = (np.bincount(table.unit[late & m], minlength=400) for m in (table.source != s, table.source == s))
        alone = (others == 0) & (own > 0)
        lied = turn(table, s, np.random.default_rng([seed, s]))
        lying = judged(learn(lied, window), lied, window).argmax(2)
        moved = (lying != honest)[~alone]
        shares.append(moved[:, -1].mean())
        print(
            f"source {s:2} ({table.sources[s].kind}{' ' + table.sources[s].side if table.sources[s].side else ''}, {int(own.sum())} false statements): "
            f"{100 * shares[-1]:.2f} % of units flip on the last day, {100 * moved[:, HONEST:].mean():.2f} % of unit-days; {int(alone.sum())} units it covers alone",
            flush=True,
        )
    print(
        f"worst {100 * max(shares):.2f} %, mean {100 * float(np.mean(shares)):.2f} %; at most 1 % for {sum(x <= 0.01 for x in shares)} of {len(shares)} sources"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=500)
    parser.add_argument("--seed", type=int, default=2021)
    parser.add_argument("--liars", type=int, default=20)
    args = parser.parse_args()
    if args.runs:
        copies(args.runs, args.seed)
    if args.liars:
        liars(args.liars, args.seed)


if __name__ == "__main__":
    main()
