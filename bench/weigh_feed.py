"""The failure of one feed, weighed: `python bench/weigh_feed.py [--causal] [--renew DAYS]`.

On 14 March 2024 one of the maps in `../shared/data/ua_sources_joined` (see its MANIFEST.md) lost the area occupied before 2022: no event, a fault of the
feed. Every source's statuses become statements of a map, on the day a status is new and every 7 days while it stands; Wikipedia's list is one source,
"contested" included. Printed: how many places that the feed turned that day have another most likely holder the day before and on any day until the
other list ends; apart, those of which no other source spoke in the month before. For scale, the same for a vote of the sources' standing words, ties
to the word before, and for the last word.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from heldby.weigh.learned import COLUMNS, ClaimTable, as_it_stood, learn, posterior, read_table

DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data" / "ua_sources_joined" / "status_runs.csv.gz"
FIRST, BREAK, LAST = date(2022, 2, 24), date(2024, 3, 14), date(2024, 8, 17)
FEED = "nzz_liveuamap"
SAYS = {"RU": "russia", "UA": "ukraine", "NOT_RU": "ukraine", "LOST_BY_RU": "ukraine", "CONTESTED": "contested"}
EVERY = 7
Runs = dict[tuple[str, str], list[tuple[date, date, str]]]


def read_runs() -> Runs:
    """(place, source) to its runs (from, to, holder) within the window, by date; statuses that say nothing of who holds are left out."""
    out: Runs = {}
    with gzip.open(DATA, "rt", encoding="utf-8", newline="") as f:
        for r in csv.DictReader(f):
            start, end = max(date.fromisoformat(r["from_date"]), FIRST), min(date.fromisoformat(r["to_date"]), LAST)
            if r["status"] in SAYS and start <= end:
                out.setdefault((r["place_key"], r["source"]), []).append((start, end, SAYS[r["status"]]))
    return {key: sorted(runs) for key, runs in sorted(out.items())}


def claims(runs: Runs) -> ClaimTable:
    """Every run as statements of a map: on its first day and every EVERY days."""
    rows = []
    for (place, source), held in runs.items():
        for start, end, holder in held:
            relation = "contests" if holder == "contested" else "controls"
            for n in range(0, (end - start).days + 1, EVERY):
                on = (start + timedelta(days=n)).isoformat()
                rows.append([place, on, on, source, "map", "", relation, "" if holder == "contested" else holder, "asserted", ""])
    return read_table(DATA.name, list(COLUMNS), iter(rows))


def said(runs: Runs, place: str, source: str, day: date) -> str:
    """What a source says of a place on a day; empty where nothing."""
    return next((holder for start, end, holder in runs.get((place, source), []) if start <= day <= end), "")


def turned(runs: Runs) -> list[str]:
    """Places whose word in the feed changes on the day it broke."""
    eve = BREAK - timedelta(days=1)
    places = sorted({place for place, source in runs if source == FEED})
    return [p for p in places if said(runs, p, FEED, BREAK) and said(runs, p, FEED, eve) not in ("", said(runs, p, FEED, BREAK))]


def voted(runs: Runs, place: str) -> list[str]:
    """The holder most sources name each day from the eve of the break to the end; a tie keeps the word of the day before."""
    sources = sorted({source for _, source in runs})
    out = [said(runs, place, FEED, BREAK - timedelta(days=1))]
    for n in range((LAST - BREAK).days + 1):
        count = Counter(w for s in sources if (w := said(runs, place, s, BREAK + timedelta(days=n))))
        best = max(count.values(), default=0)
        out.append(out[-1] if not best or count[out[-1]] == best else min(w for w in count if count[w] == best))
    return out


def flipped(paths: dict[str, list[str]]) -> list[str]:
    """Places whose holder on any day after differs from that of the eve."""
    return [place for place, path in paths.items() if any(x != path[0] for x in path[1:])]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--causal", action="store_true")
    parser.add_argument("--renew", type=int, default=90, help="days between fits of the causal run")
    args = parser.parse_args()
    runs = read_runs()
    table, places = claims(runs), turned(runs)
    month = [BREAK - timedelta(days=n) for n in range(1, 31)]
    alone = [p for p in places if not any(said(runs, p, s, d) for q, s in runs if q == p and s != FEED for d in month)]
    window = (FIRST.toordinal(), LAST.toordinal())
    if args.causal:
        p = as_it_stood(table, window, every=args.renew)
    else:
        model = learn(table, window)
        p = posterior(model, model.layout(table), window)
    at, names = (BREAK - FIRST).days, np.array(table.alphabet.names)
    ours = {place: list(names[p[table.units.index(place), at - 1 :].argmax(1)]) for place in places}
    votes = {place: voted(runs, place) for place in places}
    last = {place: [said(runs, place, FEED, BREAK - timedelta(days=1)), said(runs, place, FEED, BREAK)] for place in places}
    print(f"{len(table.units)} places, {len(table)} statements; the feed turns {len(places)} places on {BREAK}, {len(alone)} of them alone")
    for name, paths in (("heldby", ours), ("vote of standing words", votes), ("last word", last)):
        gone = flipped(paths)
        print(
            f"{name:24s} flips {len([g for g in gone if g not in alone])} of {len(places) - len(alone)}, and of the others {len([g for g in gone if g in alone])}"
        )
    holder = {place: list(names).index(path[0]) for place, path in ours.items()}
    for place in places:
        eve = said(runs, place, FEED, BREAK - timedelta(days=1))
        against = [s for q, s in runs if q == place and s != FEED and said(runs, place, s, BREAK) not in ("", eve)]
        q = p[table.units.index(place), :, holder[place]]
        note = f"  ({', '.join(against)} said otherwise)" if against else "  (no other source)" if place in alone else ""
        print(f"  {place:16s} {ours[place][0]:8s} before {q[at - 1]:.4f}, lowest after {q[at:].min():.4f}{note}")


if __name__ == "__main__":
    main()
