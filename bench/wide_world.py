"""A theatre of many units and a ledger of claims over many days, made from a synthetic world, for timing what must stay usable at that size.

    python bench/wide_world.py FOLDER [--units 5000] [--days 1000] [--fill 0.0012] [--seed 7]

World (`../shared/measure/world.py`: a moving front, 8 sources of several kinds, copies, interested sides) -> a theatre folder of districts in a square
country, a table of what the sources said -> `heldby add --mapping`'s own way -> FOLDER/wide.db. What a table cannot say is left out: denials.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import json
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from heldby.desk import Desk, open_desk
from heldby.flow.tabling import add_tables
from heldby.gather.mapping import load_mapping
from heldby.ledger import open_ledger
from heldby.settings import Settings

MEASURE = Path(__file__).resolve().parent.parent.parent / "shared" / "measure"
FIRST = date(2021, 1, 1)
NAME, LEDGER = "wide", "wide.db"
WEST, SOUTH, SIZE, GRID = 20.0, 40.0, 8.0, 10  # degrees; provinces a side
SAID = (("controls", "red"), ("controls", "blue"), ("contests", ""), ("captured", "red"), ("captured", "blue"))
ACTORS = """[[side]]
id = "red"
name = "Red"
letter = "R"
[[side]]
id = "blue"
name = "Blue"
letter = "B"
[[actor]]
id = "red"
side = "red"
name = "Reds"
kind = "armed-group"
[[actor]]
id = "blue"
side = "blue"
name = "Blues"
kind = "armed-group"
"""
INTEREST = """[[interest]]
side = "red"
actor = "blue"
leaning = "enemy"
reason = "at war"
[[interest]]
side = "blue"
actor = "red"
leaning = "enemy"
reason = "at war"
"""
MAPPING = """place = "{name}"
unit = "{unit}"
id = "{id}"
day = "{day}"
published = "{published}"
outlet = "{outlet}"

[[meaning]]
when = { said = ["contests"] }
relation = "contests"

[[meaning]]
when = { said = ["captured"] }
relation = "captured"
actor = "{holder}"

[[meaning]]
relation = "controls"
actor = "{holder}"
"""


def wide_desk(folder: Path, days: int) -> Desk:
    """The desk over a folder made by `make`; its clock stands on the day after the world's last."""
    now = datetime(FIRST.year, 1, 1, 12, tzinfo=UTC) + timedelta(days=days)
    return open_desk(Settings(theatre=NAME, theatres=folder, ledger=folder / LEDGER), clock=lambda: now)


def make(folder: Path, units: int, days: int, fill: float, seed: int) -> Desk:
    """Writes theatre and ledger, where they are not there yet."""
    if not (folder / LEDGER).is_file():
        sys.path.insert(0, str(MEASURE))
        worlds = importlib.import_module("world")
        world = worlds.generate(units, days, 8, fill, "front", seed)
        write_theatre(folder / NAME, world["xy"].tolist(), days, worlds.KINDS[8])
        table = folder / "said.csv"
        rows = write_table(table, world)
        (folder / "said.toml").write_text(MAPPING, encoding="utf-8")
        desk = wide_desk(folder, days)
        ledger = open_ledger(desk.settings.ledger)
        begun = time.perf_counter()
        try:
            add_tables(desk, ledger, [table], load_mapping(str(folder / "said.toml")), desk.gather_options())
        finally:
            ledger.close()
        print(f"{units} units, {days} days, {rows} rows added in {time.perf_counter() - begun:.0f} s")
    return wide_desk(folder, days)


def write_theatre(home: Path, places: list[list[float]], days: int, kinds: list[str]) -> None:
    """A square country of `places` (x and y from 0 to 1) in GRID * GRID provinces."""
    home.mkdir(parents=True, exist_ok=True)
    last = FIRST + timedelta(days=days - 1)
    files = {
        "theatre.toml": f'id = "{NAME}"\nname = "A wide country"\nextends = "none"\ncountries = ["AF"]\nutc_offset = "+00:00"\n'
        f'default_roster = "all"\ncells_note = "nearest-centre cells"\n[period]\nfrom = {FIRST}\nto = {last}\n'
        '[[roster]]\nid = "all"\nname = "all districts"\nsource = "bench/wide_world.py"\n[admission]\nnotes = ["a synthetic world"]\n',
        "actors.toml": ACTORS,
        "interest.toml": INTEREST,
        "outlets.toml": "".join(_outlet(n, kind) for n, kind in enumerate(kinds)),
    }
    for name, text in files.items():
        (home / name).write_text(text, encoding="utf-8")
    ring = [[WEST, SOUTH], [WEST + SIZE, SOUTH], [WEST + SIZE, SOUTH + SIZE], [WEST, SOUTH + SIZE], [WEST, SOUTH]]
    outline = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (home / "outline.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [outline]}), encoding="utf-8")
    step = SIZE / GRID
    areas = [
        (
            f"w:{i}-{j}",
            "province",
            "whole",
            f"Province {i}-{j}",
            "iso:AF",
            "AF",
            f"{SOUTH + (j + 0.5) * step:.2f}",
            f"{WEST + (i + 0.5) * step:.2f}",
            "",
            "",
        )
        for i in range(GRID)
        for j in range(GRID)
    ]
    cells = [
        (
            f"w:{min(GRID - 1, int(x * GRID))}-{min(GRID - 1, int(y * GRID))}",
            f"w:d{n:05}",
            f"District {n}",
            SOUTH + y * SIZE,
            WEST + x * SIZE,
        )
        for n, (x, y) in enumerate(places)
    ]
    country = ("iso:AF", "country", "whole", "A wide country", "", "AF", f"{SOUTH + SIZE / 2:.2f}", f"{WEST + SIZE / 2:.2f}", "", "")
    districts = [(i, "district", "whole", name, area, "AF", f"{lat:.2f}", f"{lon:.2f}", "", "") for area, i, name, lat, lon in cells]
    _csv(home / "units.csv", "unit_id,kind,scope,name,parent,country,lat,lon,capital_of,note", [country, *areas, *districts])
    _csv(home / "rosters.csv", "unit_id,name,all", [(i, name, 1) for _, i, name, _, _ in cells])
    for name, head in (
        ("names", "unit_id,name,lang,note"),
        ("links", "unit_id,linked_id,kind,moves,reason"),
        ("areas", "unit_id,area_id,note"),
        ("measures", "unit_id,area_km2,population,note"),
        ("crosswalk", "from_set,from_name,from_unit,to_set,to_unit,kind,note"),
    ):
        _csv(home / f"{name}.csv", head, [])


def _outlet(n: int, kind: str) -> str:
    side = {"belA": "red", "belB": "blue"}.get(kind, "")
    told = f'kind = "party-media"\nside = "{side}"\n' if side else f'kind = "{"monitor" if kind == "map" else "newspaper"}"\n'
    return f'[[outlet]]\nid = "s{n}"\nname = "Source {n}"\n{told}'


def _csv(path: Path, head: str, rows: list[tuple[Any, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(head.split(","))
        writer.writerows(rows)


def write_table(path: Path, world: dict[str, Any]) -> int:
    """What the sources said, in the order in which it was published; how many rows."""
    columns = [world[k].tolist() for k in ("place", "day", "src", "sym", "pub")]
    found = [
        (n, f"w:d{p:05}", f"District {p}", FIRST + timedelta(days=t), FIRST + timedelta(days=u), f"Source {s}", *SAID[y])
        for n, (p, t, s, y, u) in enumerate(zip(*columns, strict=True))
        if y < len(SAID) and u < world["z"].shape[1]
    ]
    _csv(path, "id,unit,name,day,published,outlet,said,holder", sorted(found, key=lambda r: (r[4], r[0])))
    return len(found)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--units", type=int, default=5000)
    asked.add_argument("--days", type=int, default=1000)
    asked.add_argument("--fill", type=float, default=0.0012)
    asked.add_argument("--seed", type=int, default=7)
    given = asked.parse_args()
    make(given.folder, given.units, given.days, given.fill, given.seed)


if __name__ == "__main__":
    main()
