"""Each source of the Ukraine 2022 panel held out and predicted from the others: `python bench/weigh_panel.py [--causal] [--renew DAYS]`.

Claims, mapping and majority vote are those of `../shared/measure/panel.py` (which see). Printed: Brier of heldby over Brier of mapped majority vote,
for the whole window, for 24 February to 31 July (settings were chosen there), for August to November, and where the other sources disagree.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from heldby.weigh.learned import ClaimTable, as_it_stood, learn, posterior, read_table

MEASURE = Path(__file__).resolve().parent.parent.parent / "shared" / "measure"
HELD = {0: "ISW", 3: "Liveuamap", 4: "Wikipedia"}
FIRST, CHOSEN_UNTIL = date(2022, 2, 24), date(2022, 7, 31)


def panel() -> Any:
    """The shared panel module."""
    sys.path.insert(0, str(MEASURE))
    return importlib.import_module("panel")


def claims(source: Any, held: int) -> ClaimTable:
    """The other sources' statements as a table, by way of the file that `heldby weigh` reads."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.csv"
        source.claims(held, str(path))
        with path.open(newline="", encoding="utf-8") as f:
            rows = csv.reader(f)
            return read_table(path.name, next(rows), rows)


def majority(source: Any, held: int) -> tuple[np.ndarray, np.ndarray]:
    """Majority vote of the other sources [places, days, 3], and where they disagree."""
    votes = source.votes([s for s in range(source.NS) if s != held])
    n = votes.sum(2)
    share = votes / np.maximum(n, 1)[..., None]
    share[n == 0] = votes.sum((0, 1)) / votes.sum()
    return share, votes.max(2) < n


def ours(source: Any, table: ClaimTable, renew: int) -> np.ndarray:
    """heldby's posterior [places, days, 3] in the panel's order of states; smoothed where `renew` is 0, else causal."""
    window = (FIRST.toordinal(), FIRST.toordinal() + source.D - 1)
    if renew:
        p = as_it_stood(table, window, every=renew)
    else:
        model = learn(table, window)
        p = posterior(model, model.layout(table), window)
    out = np.full((source.P, source.D, 3), 1 / 3, np.float32)
    column = [table.alphabet.names.index(s) for s in ("russia", "ukraine", "contested")]
    out[[int(u[1:]) for u in table.units]] = p[:, :, column]
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--causal", action="store_true")
    parser.add_argument("--renew", type=int, default=30, help="days between fits of the causal run")
    args = parser.parse_args()
    source = panel()
    early = np.zeros((source.P, source.D), bool)
    early[:, : (CHOSEN_UNTIL - FIRST).days + 1] = True
    for held, name in HELD.items():
        vote, hard = majority(source, held)
        p = ours(source, claims(source, held), args.renew if args.causal else 0)
        for part, mask in (("all", np.ones_like(hard)), ("February to July", early), ("August to November", ~early), ("disagreed", hard)):
            mine, theirs = source.mapped(p, held, mask), source.mapped(vote, held, mask)
            print(
                f"{name:10s} {part:18s} heldby brier {mine['brier']:.4f} accuracy {mine['accuracy']:.4f} ece {mine['ece']:.4f}  "
                f"majority vote brier {theirs['brier']:.4f} accuracy {theirs['accuracy']:.4f}  ratio {mine['brier'] / theirs['brier']:.3f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
