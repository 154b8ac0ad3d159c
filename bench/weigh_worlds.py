"""The learned model beside its peers on worlds with known truth: `python bench/weigh_worlds.py [--peers PYTHON] [--worlds small,big] [--seeds 1]`.

Worlds, peers and scores are those of `../shared/measure` (world.py, peers.py, metrics.py, which see). Seeds are the first 32-bit words of the SHA-256
of the commit id. Each method runs in a process of its own: seconds are fit and posterior with arrays in and code warm, memory is the peak of the
process. PYTHON is an interpreter with crowd-kit, hmmlearn and pandas; peers that it cannot run are named and left out. Scores are on all place-days;
`reported` on those somebody spoke of. The ratio beside a score is to the best peer of the same world and seed.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import importlib.util
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from heldby.weigh.learned import (
    Alphabet,
    ByUnit,
    ClaimTable,
    Source,
    Switches,
    as_it_stood,
    design_effect,
    error_reach,
    learn,
    smoothed,
    tally,
)

ROOT = Path(__file__).resolve().parent.parent
MEASURE = ROOT.parent / "shared" / "measure"
WORLDS = {
    "small": (400, 365, 20, 0.02, "semi", ""),
    "big": (30000, 365, 8, 0.02, "semi", ""),
    "big-front": (30000, 365, 8, 0.02, "front", ""),
    "small-front": (400, 365, 20, 0.02, "front", ""),
    "sparse": (30000, 365, 8, 0.003, "semi", ""),
    "sparse-front": (30000, 365, 8, 0.003, "front", ""),
    "clean": (2000, 365, 8, 0.02, "semi", "clean"),
    "clean-front": (2000, 365, 8, 0.02, "front", "clean"),
    "waves": (2000, 365, 8, 0.02, "semi", "waves"),
    "waves-front": (2000, 365, 8, 0.02, "front", "waves"),
}
PEERS = ("last", "daymv", "mv30", "kern14", "kern30", "fds", "ck_mv", "ck_ds", "ck_ds_week", "hmmlearn_fixed", "hmmlearn")
KIND = {"belA": "belligerent", "belB": "belligerent"}
SYMBOL = np.array([0, 1, 2, 3, 4, 7, 8], np.int32)  # the world's symbols in an alphabet over A and B
PLAIN = Switches(silence=False, copies=False, repeats=False)


def seeds(count: int) -> list[int]:
    """The first words of the SHA-256 of the commit id."""
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    digest = hashlib.sha256(commit.encode()).digest()
    print(f"commit {commit}, {os.cpu_count()} cores")
    return [int.from_bytes(digest[4 * i : 4 * i + 4], "big") for i in range(count)]


def measure(name: str) -> Any:
    """A module of the shared measures."""
    if str(MEASURE) not in sys.path:
        sys.path.insert(0, str(MEASURE))
    return importlib.import_module(name)


def make(world: str, seed: int, folder: Path) -> Path:
    """A world as arrays, made once, in a process of its own: a child's peak memory is never less than its parent's was."""
    out = folder / f"{world}-{seed}.npz"
    if not out.is_file():
        subprocess.run([sys.executable, __file__, "--make", world, str(seed), str(out)], check=True)
    return out


def write_world(world: str, seed: int, out: Path) -> None:
    """Generate a world into a file."""
    places, days, sources, fill, mode, variant = WORLDS[world]
    np.savez(out, **measure("world").generate(places, days, sources, fill, mode, seed, variant))


def table_of(world: str, path: Path) -> ClaimTable:
    """A world's claims as a table."""
    kinds = measure("world").KINDS[WORLDS[world][2]]
    if WORLDS[world][5] == "clean":
        kinds = [("media" if i % 2 else "local") if k.startswith("cp") else k for i, k in enumerate(kinds)]
    sources = tuple(
        Source(f"s{i:02}", KIND.get(k, "media" if k.startswith("cp") else k), k[3:] if k in KIND else "") for i, k in enumerate(kinds)
    )
    with np.load(path) as f:
        columns = {n: np.asarray(f[n], np.int32) for n in ("place", "day", "pub", "src", "origin")}
        symbol = SYMBOL[f["sym"]]
    units = tuple(f"u{i:06}" for i in range(WORLDS[world][0]))
    c = columns
    return ClaimTable(units, sources, Alphabet(("A", "B")), c["place"], c["day"], c["pub"], c["src"], symbol, c["origin"])


def run_ours(world: str, path: Path, mode: str) -> dict[str, Any]:
    """Fit and fill in this process: warm on a twentieth first, then timed; scored after."""
    switches = PLAIN if mode == "plain" else Switches()
    table = table_of(world, path)
    window = (0, WORLDS[world][1] - 1)

    def go(t: ClaimTable) -> np.ndarray:
        if mode == "causal":
            return as_it_stood(t, window, every=90)
        model = learn(t, window, switches=switches)
        return smoothed(model, ByUnit.of(t), window)

    warm = table.rows(table.unit < max(20, WORLDS[world][0] // 500))
    go(warm)
    start = time.perf_counter()
    p = go(table)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    with np.load(path) as f:
        truth = f["z"]
    metrics = measure("metrics")
    spoken = np.zeros(truth.shape, bool)
    spoken[table.unit, table.day] = True
    said = {f"reported {k}": v for k, v in metrics.score(p, truth, spoken).items() if k in ("brier", "ece")}
    return dict(
        {"seconds": seconds, "MiB": peak} | metrics.score(p, truth) | said | metrics.changepoints(p, truth) | coverage(p, truth, len(table))
    )


def coverage(p: np.ndarray, truth: np.ndarray, statements: int) -> dict[str, float]:
    """How often the 90 % intervals of the tallies hold the true count, and how often they would if units erred apart and parameters were known."""
    effect = design_effect(p, error_reach(statements, *truth.shape))
    count = np.stack([(truth == h).sum(0) for h in range(3)], 1)
    out = {"design": effect}
    for name, interval in (("covered", tally(p, effect)), ("covered if apart", tally(p, 1.0, common=0.0))):
        _, low, high = interval
        out[name] = float(((low <= count) & (count <= high)).mean())
    return out


def child(args: list[str]) -> dict[str, Any]:
    """One of our runs in a process of its own."""
    done = subprocess.run([sys.executable, __file__, *args], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def run_peer(python: str, method: str, path: Path) -> dict[str, Any] | None:
    """A peer's line as figures; None where it does not run."""
    env = os.environ | {"PYTHONPATH": str(MEASURE)}
    done = subprocess.run([python, str(MEASURE / "peers.py"), str(path), method], capture_output=True, text=True, env=env, check=False)
    found = re.search(
        r"([\d.]+)s rss +(\d+) .* all acc ([\d.]+) brier ([\d.]+) ece ([\d.]+) .* reported .* brier ([\d.]+) ece ([\d.]+) .* rec ([\d.nan]+) prec ([\d.nan]+)",
        done.stdout,
    )
    if done.returncode or not found:
        print(f"  {method:16s} did not run: {(done.stderr.strip().splitlines() or ['no output'])[-1][:120]}")
        return None
    names = ("seconds", "MiB", "acc", "brier", "ece", "reported brier", "reported ece", "cp_recall", "cp_prec")
    return dict(zip(names, map(float, found.groups())))


def line(name: str, r: dict[str, Any], best: dict[str, Any] | None = None) -> str:
    """One method's figures, with the ratio to the best peer's Brier score."""
    ratio = f" = {r['brier'] / best['brier']:.3f} of best peer" if best else ""
    more = f"  tally {r['covered']:.2f} (design {r['design']:.1f}; apart {r['covered if apart']:.2f})" if "covered" in r else ""
    return (
        f"  {name:16s} {r['seconds']:7.2f} s {r['MiB']:6.0f} MiB  acc {r['acc']:.4f}  brier {r['brier']:.4f}{ratio}  ece {r['ece']:.4f}  "
        f"reported {r['reported brier']:.4f} / {r['reported ece']:.4f}  changes recall {r['cp_recall']:.2f} precision {r['cp_prec']:.2f}{more}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--peers", help="an interpreter with crowd-kit, hmmlearn, pandas")
    parser.add_argument("--methods", default=",".join(PEERS))
    parser.add_argument("--worlds", default="small,sparse,sparse-front,big,clean,waves,clean-front,waves-front")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--causal", action="store_true", help="the causal posterior too")
    parser.add_argument("--ours", nargs=3, metavar=("WORLD", "FILE", "MODE"), help=argparse.SUPPRESS)
    parser.add_argument("--make", nargs=3, metavar=("WORLD", "SEED", "FILE"), help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.make:
        write_world(args.make[0], int(args.make[1]), Path(args.make[2]))
        return
    if args.ours:
        print(json.dumps(run_ours(args.ours[0], Path(args.ours[1]), args.ours[2])))
        return
    if not args.peers:
        print("no --peers given: crowd-kit and hmmlearn are left out")
    words = seeds(args.seeds)
    with tempfile.TemporaryDirectory() as folder:
        for world in args.worlds.split(","):
            for seed in words:
                path = make(world, seed, Path(folder))
                print(f"{world}, seed {seed}")
                methods = args.methods.split(",") if args.peers else [m for m in PEERS if not m.startswith(("ck_", "hmm"))]
                peers = {m: r for m in methods if (r := run_peer(args.peers or sys.executable, m, path))}
                best = min(peers.values(), key=lambda r: float(r["brier"])) if peers else None
                for name, r in peers.items():
                    print(line(name, r), flush=True)
                for mode in ("full", "plain", *(["causal"] if args.causal else [])):
                    print(line(f"heldby {mode}", child(["--ours", world, str(path), mode]), best), flush=True)


if __name__ == "__main__":
    main()
