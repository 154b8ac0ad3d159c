"""How many rows of the demo's truth table the gold's portal items confirm: `python bench/check_demo_truth.py [PORTAL.jsonl]`.

A row counts as confirmed if a claim of a document that is not set aside tells the same change: an asserted gain, told as having happened, by
the row's new holder (an entry into the place, for a row that ends contested), a place that the theatre names so in that province, and a date (the
claim's own, or the item's day) within the row's interval widened by a day. Set-aside documents are skipped by the hash of their id, before
anything else of the line is looked at. Also listed: claims of the period that contradict a row's dates, and gains the table lacks.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parent / "src" / "heldby"
PORTAL = HERE.parent.parent / "shared" / "gold" / "portal.jsonl"
PERIOD = (date(2021, 5, 1), date(2021, 8, 17))
GAINS = frozenset({"captured", "retook", "controls"})
SET_ASIDE_BELOW = "33"


@dataclass(frozen=True, slots=True)
class Told:
    """One place of one claim: who has it now, between which days, said by which document."""

    document: str
    relation: str
    holder: str
    names: frozenset[str]
    kind: str
    province: str
    since: date
    until: date


def fold(name: str) -> str:
    """Letters only, without the words that spellings add or leave out."""
    bare = re.sub(r"\b(district|province|city|town|border|crossing)\b", " ", re.sub(r"\(.*?\)|[-']", " ", name.lower()))
    return re.sub(r"[^a-z]", "", re.sub(r"\b(e|i|ye)\b", "", bare)).replace("ou", "u")


def interval(written: str) -> tuple[date, date]:
    """First and last day of YYYY, YYYY-MM or YYYY-MM-DD."""
    parts = [int(p) for p in written.split("-")]
    if len(parts) == 3:
        return date(*parts), date(*parts)
    first = date(parts[0], parts[1] if len(parts) == 2 else 1, 1)
    after = date(first.year + 1, 1, 1) if len(parts) == 1 or first.month == 12 else date(first.year, first.month + 1, 1)
    return first, after - timedelta(days=1)


def documents(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        found = re.search(r'"id"\s*:\s*"([^"]+)"', line)
        if found and hashlib.sha256(found.group(1).encode()).hexdigest()[:2] >= SET_ASIDE_BELOW:
            yield json.loads(line)


def claims(path: Path) -> Iterator[Told]:
    """Places of asserted, factual claims on who has or enters what in Afghanistan within the table's period."""
    for document in documents(path):
        for claim in document["claims"]:
            written = claim["event_date"] or document["published"]
            if claim["polarity"] != "asserted" or claim["modality"] == "planned" or claim["modality"] == "possible" or not written:
                continue
            since, until = interval(written)
            if until < PERIOD[0] or since > PERIOD[1] or claim["relation"] not in GAINS | {"contests"}:
                continue
            for place in claim["places"]:
                if place["country"] == "AF" and place["canonical"]:
                    names = frozenset({fold(place["canonical"]), fold(place["text"])})
                    yield Told(
                        document["id"],
                        claim["relation"],
                        claim["actor_canonical"],
                        names,
                        place["kind"],
                        place["admin1"] or "",
                        since,
                        until,
                    )


def rows() -> list[dict[str, str]]:
    with (SOURCE / "demo" / "truth.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def spellings() -> dict[str, set[str]]:
    """Folded names of every unit, provinces included."""
    found: dict[str, set[str]] = defaultdict(set)
    with (SOURCE / "theatres" / "afghanistan-2021" / "names.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found[row["unit_id"]].add(fold(row["name"]))
    return found


def scope(unit: str) -> str:
    if ":crossing:" in unit:
        return "crossing"
    if ":base:" in unit:
        return "base"
    return "city" if unit.endswith("-city") else "district"


def same_place(told: Told, unit: str, names: dict[str, set[str]]) -> bool:
    kinds = {"town": "district", "province": "", "region": ""}
    if kinds.get(told.kind, told.kind) != scope(unit) or not told.names & names[unit]:
        return False
    province = ":".join(unit.split(":")[:2])
    return scope(unit) in ("crossing", "base") or not told.province or fold(told.province) in names[province]


def agrees(told: Told, row: dict[str, str]) -> bool:
    wanted = GAINS if row["to_holder"] != "contested" else frozenset({"contests"})
    holder = row["to_holder"] if row["to_holder"] != "contested" else "taliban"
    return told.relation in wanted and told.holder == holder


def overlaps(told: Told, row: dict[str, str]) -> bool:
    day = timedelta(days=1)
    return told.since <= date.fromisoformat(row["latest"]) + day and told.until >= date.fromisoformat(row["earliest"]) - day


def width(row: dict[str, str]) -> tuple[timedelta, str]:
    """A claim confirms one row of a unit at most: the one with the narrowest interval that fits."""
    return date.fromisoformat(row["latest"]) - date.fromisoformat(row["earliest"]), row["row"]


def main(arguments: list[str]) -> int:
    path = Path(arguments[0]) if arguments else PORTAL
    if not path.exists():
        print(f"{path} is not here: pass the gold's portal.jsonl", file=sys.stderr)
        return 1
    table, names, told = rows(), spellings(), list(claims(path))
    confirmed: dict[str, list[str]] = defaultdict(list)
    for t in told:
        fitting = [r for r in table if agrees(t, r) and same_place(t, r["unit_id"], names) and overlaps(t, r)]
        if fitting and t.document not in confirmed[(row := min(fitting, key=width))["row"]]:
            confirmed[row["row"]].append(t.document)
    confirmed = {row: found for row, found in confirmed.items() if found}
    for row in table:
        if row["row"] in confirmed:
            when = row["earliest"] if row["earliest"] == row["latest"] else f"{row['earliest']}/{row['latest']}"
            print(f"{row['row']}  {row['unit_id']:<36} {row['to_holder']:<18} {when:<22} {', '.join(confirmed[row['row']])}")
    print(f"\n{len(confirmed)} of {len(table)} rows are confirmed by {path.name} (set-aside documents not read)")
    lacking = [t for t in told if t.relation in GAINS and not any(same_place(t, r["unit_id"], names) and agrees(t, r) for r in table)]
    print(f"{len(lacking)} claims of a gain in the period name a place that the table has no such change for:")
    for t in lacking:
        print(f"  {t.document}  {t.holder} {t.relation} {'/'.join(sorted(t.names))} ({t.kind}) {t.since}")
    off = [
        (t, r)
        for t in told
        for r in table
        if agrees(t, r) and same_place(t, r["unit_id"], names) and t.document not in confirmed.get(r["row"], ())
        if not any(t.document in confirmed.get(x["row"], ()) for x in table if x["unit_id"] == r["unit_id"])
    ]
    print(f"{len(off)} claims agree with a row but for its date:")
    for t, r in off:
        print(f"  {t.document}  {t.since} against {r['row']} {r['unit_id']} {r['earliest']}/{r['latest']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
